"""When an airspace control means is in force: APERIOD of its own, else PERIOD of the order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wideberth.errors import Invalid
from wideberth.formats.aco.sets import Set
from wideberth.formats.dtg import DAY, MINUTE, MONTHS, day_of, full_year, month_of, offset, time_of_day
from wideberth.formats.published import Window
from wideberth.formats.raw import Tally

NO_YEAR = "no year is stated: the date nearest to the order's period, or to the time of the check, is taken"
NO_ZONE = "a time without a zone letter is read as UTC (Z)"
NO_PERIOD = "no period is stated, read as in force until further notice"
INTERVAL = "a repetition holds the one that begins as its duration ends"
WHOLE = "a repetition that cannot be laid out is read as in force from its first start to its last end"
OPEN = (
    *("", "-", "UFN", "INDEF", "UNK", "TBD", "ONCALL", "AFTER", "ASOF", "ASAP", "ASAPAFT", "ASAPNLT"),
    *("BEFORE", "NET", "NLT"),
)
"""Words in the place of a time that state none: the window is open on that side."""
MOST_WINDOWS = 2_000
WANTED = "a time such as 141030ZAPR2026, or UFN"

_TIME = re.compile(r"(\d{2})(\d{4})([A-Z])?(" + "|".join(MONTHS) + r")?(\d{4}|\d{2})?")
_DURATION = re.compile(r"(\d{1,4})(HR|HOUR|H|DAY|DY|D|WK|WEEK|W|MO|MON|MONTH|YR|YEAR|Y)S?")
_UNITS = {"H": 60 * MINUTE, "D": DAY, "W": 7 * DAY, "M": 31 * DAY, "Y": 366 * DAY}
_STEPS = {"DAILY": DAY, "WEEKLY": 7 * DAY, "BIWEEKLY": 14 * DAY, "HOURLY": 60 * MINUTE}


def windows(
    own: Sequence[Set], order: Sequence[Set], as_of: int, tally: Tally, where: str
) -> tuple[Window, ...]:
    """The windows of a means. Raises: Invalid (`aco.time`, `time.backwards`)."""
    stated = _period(order, as_of, tally)
    near = as_of if stated is None or stated[0] is None else stated[0]
    found: list[Window] = []
    for one in own:
        if one.name in ("APERIOD", "XAPERIOD"):
            found += _windows(one, near, tally, f"{where}, {one.name} line {one.line}")
    if found:
        return tuple(dict.fromkeys(found))
    if stated is None:
        tally.tell(NO_PERIOD, where)
        return ((None, None),)
    return (stated,)


def _period(order: Sequence[Set], as_of: int, tally: Tally) -> Window | None:
    """The period of the order, None where it states none."""
    for one in order:
        if one.name in ("PERIOD", "TIMEFRAM") and len(one.fields) >= 2:
            place = f"{one.name} line {one.line}"
            return _pair(one.fields[0], one.fields[1], as_of, tally, place)
    return None


def _windows(one: Set, near: int, tally: Tally, where: str) -> list[Window]:
    fields = list(one.fields)
    if len(fields) < 3 or fields[0] not in ("DISCRETE", "INTERVAL"):
        wanted = "DISCRETE or INTERVAL, a start and a stop"
        raise Invalid("aco.time", where, "/".join(one.fields), wanted)
    start, end = _pair(fields[1], fields[2], near, tally, where)
    if fields[0] == "DISCRETE":
        return [(start, end)]
    return _repeated(start, end, fields[3:], near, tally, where)


def _repeated(
    start: int | None, end: int | None, how: Sequence[str], near: int, tally: Tally, where: str
) -> list[Window]:
    """The occurrences of an interval: how often, and for how long or until when."""
    step = _STEPS.get(how[0]) if how else None
    last = _until(how[1] if len(how) > 1 else "", start, near, tally, where)
    if start is None or end is None or last is None:
        tally.tell(WHOLE, where)
        return [(start, None)]
    if step is None or (last - start) // step >= MOST_WINDOWS:
        tally.tell(WHOLE, where)
        return [(start, max(end, last + (end - start)))]
    tally.tell(INTERVAL, where)
    return [(at, at + end - start) for at in range(start, max(last, start) + 1, step)]


def _until(text: str, start: int | None, near: int, tally: Tally, where: str) -> int | None:
    """When the last occurrence may begin; None: nobody knows."""
    plain = "".join(text.split())
    match = _DURATION.fullmatch(plain)
    if match is not None and start is not None:
        return start + int(match[1]) * _UNITS[match[2][0]]
    if _TIME.fullmatch(plain.rpartition(":")[2]) is None:
        return None
    return _time(plain, start if start is not None else near, tally, where)


def _pair(start: str, end: str, near: int, tally: Tally, where: str) -> Window:
    begin = _time(start, near, tally, where)
    stop = _time(end, near if begin is None else begin, tally, where)
    if stop is not None and stop // MINUTE % 60 == 59:  # the whole of the last minute of an hour
        stop += MINUTE
    if begin is not None and stop is not None and stop < begin:
        raise Invalid("time.backwards", where, f"{start} to {end}", "start before end")
    return begin, stop


def _time(field: str, near: int, tally: Tally, where: str) -> int | None:
    """POSIX ms of a date-time group; None until further notice. Raises: Invalid (`aco.time`)."""
    text = "".join(field.split()).rpartition(":")[2]
    if text in OPEN:
        return None
    match = _TIME.fullmatch(text)
    clock = None if match is None else time_of_day(match[2])
    east = None if match is None else offset(match[3] or "Z")
    if match is None or clock is None or east is None:
        raise Invalid("aco.time", where, field, WANTED)
    year = full_year(match[5]) if match[5] and match[4] else None
    month = month_of(match[4]) if match[4] else None
    day = day_of(int(match[1]), month, year, near)
    if day is None:
        raise Invalid("aco.time", where, field, WANTED)
    if match[3] is None:
        tally.tell(NO_ZONE, where)
    if year is None:
        tally.tell(NO_YEAR, where)
    return day + clock - east
