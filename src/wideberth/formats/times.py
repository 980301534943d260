"""Times as text: RFC 3339 in and out, POSIX milliseconds (UTC, without leap seconds) inside.

GEOMETRY, Time: rounding is outwards (a start down, an end up), second 60 is accepted, and a civil time
needs an offset or a stated zone. Zones are those of the `tzdata` package, not of the machine, so that
two parties with the same version read the same.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from wideberth.errors import Invalid
from wideberth.space.units import SECOND
from wideberth.space.volume import YEARS

Edge = Literal["start", "end"]

EARLIEST, LATEST = YEARS

WANTED = "a time such as 2026-11-23T10:00:00Z or 2026-11-23T12:00:00+02:00 (RFC 3339)"
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400


def parse_time(text: str, path: str = "", zone: str | None = None, edge: Edge = "start") -> int:
    """POSIX ms of an RFC 3339 time; without an offset it is civil time in `zone` (an IANA name).

    What falls between two milliseconds, second 60, and a civil hour that comes twice or never are read so
    that the window widens: the earliest reading of a start, the latest of an end.

    Raises: Invalid (`time.malformed`, `time.no_offset`, `time.zone`, `time.range`).
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise Invalid("time.malformed", path, text, WANTED)
    seconds, fraction = _seconds(match, text, path, edge)
    if match[8] is not None:
        offsets = [_offset(match[8], text, path)]
    elif zone is not None:
        offsets = _offsets(_zone(zone, path), seconds)
    else:
        raise Invalid("time.no_offset", path, text, f"{WANTED}; or say --tz with a zone such as Europe/Kyiv")
    early, late = seconds - max(offsets), seconds - min(offsets)
    whole, rest = divmod(int(fraction), 10 ** (len(fraction) - 3))
    instant = early * SECOND + whole if edge == "start" else late * SECOND + whole + (rest > 0)
    return _in_range(instant, text, path)


def show_time(instant: int | None, zone: str | None = None) -> str:
    """Readable text of POSIX ms: `2026-11-23 10:00Z`, in a zone `2026-11-23 12:00+02:00`; None is `…`.

    Raises: Invalid (`time.zone`, `time.range`).
    """
    if instant is None:
        return "…"
    shift = 0 if zone is None else _offset_at(_zone(zone, ""), instant // SECOND)
    day, clock, ms = _split(_in_range(instant + shift * SECOND, instant, ""))
    seconds = f":{clock[-2:]}" if ms or clock[-2:] != "00" else ""
    thousandths = f".{ms:03d}" if ms else ""
    return f"{day} {clock[:5]}{seconds}{thousandths}{'Z' if zone is None else _show_offset(shift)}"


def to_rfc3339(instant: int) -> str:
    """`2026-11-23T10:00:00.000Z` of POSIX ms. Raises: Invalid (`time.range`)."""
    day, clock, ms = _split(_in_range(instant, instant, ""))
    return f"{day}T{clock}.{ms:03d}Z"


def check_zone(name: str, path: str = "") -> str:
    """The name itself if it is that of a zone. Raises: Invalid (`time.zone`)."""
    _zone(name, path)
    return name


def zone_version() -> str:
    """The edition of the zone tables in use, such as `tzdata 2026.1`."""
    return f"tzdata {version('tzdata')}"


def _seconds(match: re.Match[str], text: str, path: str, edge: Edge) -> tuple[int, str]:
    """Seconds since 1970 as if the clock were UTC, and at least four digits of fraction."""
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    fraction = (match[7] or "").ljust(4, "0")
    if not (hour <= 23 and minute <= 59 and second <= 60):
        raise Invalid("time.malformed", path, text, f"{WANTED}; hours to 23, minutes to 59, seconds to 60")
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError as error:
        wanted = f"{WANTED}, a day of the calendar in the years 1 to 9999"
        raise Invalid("time.malformed", path, text, wanted) from error
    if second == 60:
        second, fraction = (59 if edge == "start" else 60), "0000"
    return days * _DAY + hour * 3_600 + minute * 60 + second, fraction


def _offset(text: str, whole: str, path: str) -> int:
    """Seconds east of UTC of `Z`, `+02:00`."""
    if text in "Zz":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise Invalid("time.malformed", path, whole, f"{WANTED}; an offset from -23:59 to +23:59")
    return (hours * 3_600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def _offsets(zone: ZoneInfo, seconds: int) -> list[int]:
    """Both readings of a civil time, in seconds east of UTC: an hour that comes twice or never has two."""
    moment = _moment(seconds)
    return [_east(zone, moment.replace(fold=fold)) for fold in (0, 1)]


def _offset_at(zone: ZoneInfo, seconds: int) -> int:
    """Seconds east of UTC at a POSIX time."""
    moment = _moment(seconds)
    if not datetime(1, 1, 3) < moment < datetime(9999, 12, 29):  # noqa: DTZ001 - civil values on purpose
        return _east(zone, moment)  # where `fromutc` could leave the calendar; no rule changes there
    local = zone.fromutc(moment.replace(tzinfo=zone))
    return _east(zone, local)


def _east(zone: ZoneInfo, moment: datetime) -> int:
    shift = zone.utcoffset(moment.replace(tzinfo=zone))
    return 0 if shift is None else shift // timedelta(seconds=1)


def _moment(seconds: int) -> datetime:
    """The calendar reading of seconds since 1970, held inside the calendar."""
    inside = max(EARLIEST // SECOND, min(seconds, LATEST // SECOND))
    return datetime(1970, 1, 1) + timedelta(seconds=inside)  # noqa: DTZ001 - a civil time has no zone yet


@lru_cache(maxsize=64)
def _zone(name: str, path: str) -> ZoneInfo:
    if name not in _zone_names():
        raise Invalid("time.zone", path, name, "an IANA zone such as Europe/Kyiv, Asia/Jerusalem, UTC")
    with (files("tzdata") / "zoneinfo" / name).open("rb") as table:
        return ZoneInfo.from_file(table, key=name)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset((files("tzdata") / "zones").read_text(encoding="ascii").split())


def _in_range(instant: int, found: object, path: str) -> int:
    if not EARLIEST <= instant <= LATEST:
        raise Invalid("time.range", path, found, "times in the years 1 to 9999 of UTC")
    return instant


def _split(instant: int) -> tuple[str, str, int]:
    """Day, clock to the second, and milliseconds."""
    seconds, ms = divmod(instant, SECOND)
    days, second = divmod(seconds, _DAY)
    clock = f"{second // 3_600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return date.fromordinal(days + _EPOCH).isoformat(), clock, ms


def _show_offset(shift: int) -> str:
    sign, size = ("-", -shift) if shift < 0 else ("+", shift)
    odd = f":{size % 60:02d}" if size % 60 else ""
    return f"{sign}{size // 3_600:02d}:{size // 60 % 60:02d}{odd}"
