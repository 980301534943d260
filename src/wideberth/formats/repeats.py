"""Repeats as text: `daily 06:00–08:00 for 7 days`, `Mon,Wed 22:00–04:00 until 2026-12-31`.

A repeat says on which days of the week, from which clock time to which, and for how long. It becomes one
window a day. A window that ends at or before it begins runs past midnight and belongs to the day on which
it begins. Clock times are civil times as everywhere (GEOMETRY, Time): with `Z` or an offset, or in the zone
that was stated; where an hour comes twice or never, the window is the wider one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.times import parse_time, show_time
from wideberth.space.units import SECOND

MOST = 1_000
"""Occurrences of one feature."""
WANTED = (
    "such as `daily 06:00–08:00 for 7 days`, `Mon,Wed,Fri 06:00Z–08:00Z for 4 weeks`,"
    " `Sun-Thu 22:00–04:00 until 2026-12-31`"
)
WEEKDAYS = '"weekdays" is read as Monday to Friday'
COUNTED_FROM_NOW = (
    "a repeat states no start, counted from {}, the day of this check: another day's check means other days"
)
IN_FORCE = "a repeat states no start, read as in force already: its windows from {} on were taken"

_DAY = 24 * 60
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS = {"daily": frozenset(range(7)), "weekdays": frozenset(range(5))}
_CLOCK = r"([0-9]{2}):([0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?"
_TEXT = re.compile(
    rf"([a-z][a-z, –-]*?) +{_CLOCK} *[-–] *{_CLOCK}"
    r"(?: +for +([0-9]{1,5}) +(day|days|week|weeks)| +until +([0-9-]{1,10}))?",
    re.IGNORECASE | re.ASCII,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Window = tuple[int, int]


class Repeat(Struct, frozen=True):
    """On the `weekdays` (Monday is 0), from minute `begin` to minute `end` after midnight (beyond 1,440: the
    next day), at `offset` (`Z`, `+02:00`; None is the stated zone), for `days` from the first on, or until
    the day `last`; neither where the text does not say it.
    """

    weekdays: frozenset[int]
    begin: int
    end: int
    offset: str | None = None
    days: int | None = None
    last: date | None = None
    told: tuple[str, ...] = ()


def parse_repeat(text: str, path: str = "") -> Repeat:
    """The repeat that the text states.

    Raises: Invalid (`repeats.malformed`).
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise Invalid("repeats.malformed", path, text, f"days, two clock times, and how long; {WANTED}")
    named, hour, minute, offset, to_hour, to_minute, to_offset, count, unit, until = match.groups()
    begin, end = _minutes(hour, minute, text, path), _minutes(to_hour, to_minute, text, path)
    offset, to_offset = (None if one is None else one.upper() for one in (offset, to_offset))
    if offset != to_offset:
        wanted = "Z or the same offset behind both clock times, or behind none; 06:00Z–08:00Z"
        raise Invalid("repeats.malformed", path, text, wanted)
    if begin in (end, _DAY):
        wanted = "two different clock times, the first before 24:00; a whole day is 00:00–24:00"
        raise Invalid("repeats.malformed", path, text, wanted)
    days = None if count is None else int(count) * (7 if unit.lower().startswith("week") else 1)
    if days == 0:
        raise Invalid("repeats.malformed", path, text, "for 1 day or more")
    return Repeat(
        weekdays=_weekdays(named.lower(), text, path),
        begin=begin,
        end=end if end > begin else end + _DAY,
        offset=offset,
        days=days,
        last=None if until is None else parse_day(until, path),
        told=(WEEKDAYS,) if named.lower() == "weekdays" else (),
    )


def parse_day(text: str, path: str) -> date:
    """A day of the calendar, `2026-11-23`. Raises: Invalid (`repeats.day`)."""
    wanted = "a day such as 2026-11-23; beside repeats the hours stand in repeats"
    if _DATE.fullmatch(text) is None:
        raise Invalid("repeats.day", path, text, wanted)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("repeats.day", path, text, f"{wanted}, in the years 1 to 9999") from error


def _minutes(hour: str, minute: str, text: str, path: str) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > _DAY:
        raise Invalid("repeats.malformed", path, text, "clock times from 00:00 to 24:00")
    return found


def _weekdays(named: str, text: str, path: str) -> frozenset[int]:
    """`daily`, `weekdays`, or names and ranges of them: `mon,wed`, `sun-thu`."""
    if named in _SETS:
        return _SETS[named]
    found: set[int] = set()
    for part in named.split(","):
        ends = [_weekday(one.strip(), text, path) for one in re.split("[-–]", part)]
        if len(ends) > 2:
            raise Invalid("repeats.malformed", path, text, "ranges of two days, such as Sun-Thu")
        found.update((ends[0] + k) % 7 for k in range((ends[-1] - ends[0]) % 7 + 1))
    return frozenset(found)


def _weekday(name: str, text: str, path: str) -> int:
    for number, whole in enumerate(_NAMES):
        if name in (whole, whole[:3]):
            return number
    wanted = f"daily, weekdays, or days such as Mon, Tue, Sun-Thu; {WANTED}"
    raise Invalid("repeats.malformed", path, text, wanted)


def expand(
    text: str, start: str | None, end: str | None, *, zone: str | None, as_of: int, path: str
) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """Start and end of each occurrence in POSIX ms, in order, and what must be told.

    Args:
        start: the first day on which an occurrence may begin, or the time at which the first begins.
        end: the last day on which one may begin.
        as_of: POSIX ms; without `start`, `for N days` counts from its day, and `until` begins the day before.
        path: of the properties.

    Raises: Invalid (`repeats.*`, `time.*`).
    """
    at = f"{path}.repeats"
    repeat = parse_repeat(text, at)
    if repeat.offset is None and zone is None:
        wanted = "clock times with Z or an offset, 06:00Z–08:00Z; or say --tz with a zone such as Europe/Kyiv"
        raise Invalid("time.no_offset", at, text, wanted)
    bounds = [repeat.days, repeat.last, end]
    if bounds.count(None) == len(bounds):
        raise Invalid(
            "repeats.unbounded", at, text, f"for how long: for N days, until a day, or end; {WANTED}"
        )
    if bounds.count(None) < len(bounds) - 1:
        stated = "for N days, until a day, or end: one of them"
        raise Invalid("repeats.two_ends", at, f"{text}{'' if end is None else f', end {end}'}", stated)
    last = repeat.last if end is None else parse_day(end, f"{path}.end")
    told = list(repeat.told)
    if start is not None:
        first = _first(repeat, start, zone, f"{path}.start", at)
    else:
        today = _today(repeat, as_of, zone, at)
        if last is None:
            first = today
            told.append(COUNTED_FROM_NOW.format(first.isoformat()))
        else:
            # a window of yesterday may still run; a plan that is over keeps its last week, in the past
            first = min(_shifted(today, -1, at), _shifted(last, -6, at))
            told.append(IN_FORCE.format(first.isoformat()))
    if last is None:
        last = _shifted(first, (repeat.days or 1) - 1, at)
    try:
        return _windows(repeat, first, last, zone, text), tuple(told)
    except Invalid as error:
        raise error.under(at) from error


def _windows(repeat: Repeat, first: date, last: date, zone: str | None, text: str) -> tuple[Window, ...]:
    """The window of each day from `first` to `last` that is one of the weekdays."""
    found: list[Window] = []
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() not in repeat.weekdays:
            continue
        if len(found) == MOST:
            wanted = f"at most {MOST:,} occurrences: a nearer end, or a later start"
            raise Invalid("repeats.too_many", "", text, wanted)
        found.append(_window(repeat, day, zone))
    if not found:
        wanted = f"one occurrence or more; none of its days lies between {first} and {last}"
        raise Invalid("repeats.none", "", text, wanted)
    return tuple(found)


@lru_cache(maxsize=4 * MOST)
def _window(repeat: Repeat, day: date, zone: str | None) -> Window:
    """The occurrence of a day. Many features of a file repeat alike: each is worked out once."""
    after, minute = divmod(repeat.end, _DAY)
    end = _civil(_shifted(day, after, ""), minute, repeat)
    return _begin(repeat, day, zone), parse_time(end, zone=zone, edge="end")


def _begin(repeat: Repeat, day: date, zone: str | None) -> int:
    return parse_time(_civil(day, repeat.begin, repeat), zone=zone, edge="start")


def _civil(day: date, minute: int, repeat: Repeat) -> str:
    return f"{day.isoformat()}T{minute // 60:02d}:{minute % 60:02d}:00{repeat.offset or ''}"


def _shifted(day: date, days: int, path: str) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError as error:
        raise Invalid("repeats.day", path, day.isoformat(), "days in the years 1 to 9999") from error


def _first(repeat: Repeat, start: str, zone: str | None, path: str, at: str) -> date:
    """The first day: as stated, or that of the occurrence which begins at the stated time."""
    if len(start) <= len("2026-11-23"):
        return parse_day(start, path)
    instant = parse_time(start, path, zone=zone, edge="start")
    near = _today(repeat, instant, zone, at)
    if near.weekday() not in repeat.weekdays or _begin(repeat, near, zone) != instant:
        wanted = "the first day, such as 2026-11-23, or the time at which the first occurrence begins"
        raise Invalid("repeats.start", path, start, wanted)
    return near


def _today(repeat: Repeat, instant: int, zone: str | None, path: str) -> date:
    """The day of an instant where the clock of the repeat hangs."""
    if repeat.offset is not None:
        zero = parse_time("1970-01-02T00:00:00Z", path)
        shift = zero - parse_time(f"1970-01-02T00:00:00{repeat.offset}", path)
        return date.fromisoformat(show_time(instant // SECOND * SECOND + shift)[:10])
    return date.fromisoformat(show_time(instant // SECOND * SECOND, zone)[:10])
