"""When a warning holds: ranges, daily ranges and dates in its words.

All times are UTC (Joint Manual on MSI, 4.2). What is understood is taken out of the text; where words about
time are left over, the text is not understood, and its time is that of the whole warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from wideberth.formats.dtg import DAY, MINUTE, MONTHS, day_of, full_year, month_of, time_of_day
from wideberth.formats.published import Window

MOST_WINDOWS = 1_000
"""Of one part; more are read as one from the first start to the last end."""
FAR = 500 * DAY
"""What looks like a date further from the warning's own is none."""
CHAIN = 600
"""Characters in which the month of a list of times follows."""
MONTH = "|".join(MONTHS)
_MON = rf"(?:{MONTH})[A-Z]{{0,6}}"
_YEAR = r"(?:\s+(?P<{0}>20\d{{2}}|\d{{2}})(?![\d.:Z-]))?"
_Z = r"\s?(?:Z|UTC)?"
_RANGE = re.compile(
    rf"(?<![\d-])(?P<d1>\d{{2}})(?P<t1>\d{{4}}){_Z}(?:\s+(?P<m1>{_MON})){{0,1}}{_YEAR.format('y1')}\s+(?:TO|UNTIL|THRU)\s+"
    rf"(?P<d2>\d{{2}})(?P<t2>\d{{4}}){_Z}(?:\s+(?P<m2>{_MON})){{0,1}}{_YEAR.format('y2')}"
)
_FROM = re.compile(
    rf"(?:FROM|COMMENCING|EFFECTIVE)\s+(?P<d1>\d{{2}})(?P<t1>\d{{4}}){_Z}(?:\s+(?P<m1>{_MON}))?{_YEAR.format('y1')}"
    r"(?:\s+UNTIL\s+FURTHER\s+NOTICE)?"
)
_UNTIL = re.compile(
    rf"(?:IN\s+PROGRESS\s+)?UNTIL\s+(?P<d2>\d{{2}})(?P<t2>\d{{4}}){_Z}(?:\s+(?P<m2>{_MON}))?{_YEAR.format('y2')}"
)
_CLOCKS = r"(?<![\d-])(?P<t1>\d{4})\s?(?:Z|UTC)\s+(?:TO|UNTIL)\s+(?P<t2>\d{4})\s?(?:Z|UTC)"
_SPAN = (
    rf"(?P<d1>\d{{1,2}})(?:\s+(?P<m1>{_MON}))?{_YEAR.format('y1')}"
    rf"(?:\s*(?P<how>THRU|THROUGH|TO|UNTIL|AND)\s+(?P<d2>\d{{1,2}})(?:\s+(?P<m2>{_MON}))?{_YEAR.format('y2')})?(?!\d)"
)
_DAILY_AFTER = re.compile(rf"DAILY,?\s+(?:FROM\s+)?{_CLOCKS},?\s+(?:FROM\s+)?{_SPAN}")
_DAILY_FIRST = re.compile(rf"{_CLOCKS}\s+DAILY,?\s+(?:FROM\s+)?{_SPAN}")
_DATES = re.compile(
    rf"(?<![\d.-])(?P<d1>\d{{1,2}})(?:\s+(?P<m1>{_MON}))?{_YEAR.format('y1')}\s+(?:THRU|THROUGH)\s+"
    rf"(?P<d2>\d{{1,2}})\s+(?P<m2>{_MON}){_YEAR.format('y2')}"
)
_NEXT_MONTH = re.compile(rf"\b({MONTH})[A-Z]{{0,6}}\b{_YEAR.format('year')}")
_FURTHER = re.compile(r"(?:IN\s+PROGRESS\s+)?UNTIL\s+FURTHER\s+NOTICE|IN\s+PROGRESS(?!\s+UNTIL)")
_LEFT_OVER = re.compile(
    r"(?<![\d-])\d{4}(?:\d\d)?\s?(?:Z|UTC)(?![A-Z])|\bDAILY\b|\bSUN(?:SET|RISE)\b|\bDAYLIGHT\b|\bNIGHT\w{0,4}\b|"
    r"\b(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAYS?\b|\bWEEK\w{0,5}\b|\bEVERY\b|\bUNTIL\b|\bLOCAL\b|\bHOURS?\b|"
    rf"\bTHRU\b|\b\d{{1,2}}\s+(?:{MONTH})\b|\b(?:{MONTH})\s+\d"
)


class Times(Struct, frozen=True):
    """The windows that a text states; `sure` is False where it says more about time than was understood."""

    windows: tuple[Window, ...]
    sure: bool


def times(text: str, near: int) -> Times:
    """The windows in the words of a text on one line; `near` (POSIX ms) finds the year and the month."""
    reader = _Reader(text, near)
    rest = text
    for pattern, read in (
        (_RANGE, reader.range),
        (_DAILY_FIRST, reader.daily),
        (_DAILY_AFTER, reader.daily),
        (_UNTIL, reader.until),
        (_FROM, reader.since),
        (_DATES, reader.dates),
        (_FURTHER, reader.open),
    ):
        rest = reader.take(pattern, read, rest)
    sure = reader.sure and _LEFT_OVER.search(rest) is None
    windows = tuple(dict.fromkeys(reader.windows))
    if len(windows) > MOST_WINDOWS:
        starts, ends = zip(*windows, strict=True)
        first = None if None in starts else min(starts)
        windows = ((first, None if None in ends else max(ends)),)
    return Times(windows, sure)


def _outward(clock: int) -> int:
    """An end at the 59th minute of an hour means the whole of it."""
    return clock + MINUTE if clock // MINUTE % 60 == 59 else clock


class _Reader:
    """The windows read so far."""

    def __init__(self, text: str, near: int) -> None:
        self._text = text
        self._near = near
        self.windows: list[Window] = []
        self.sure = True

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], bool], rest: str) -> str:
        """Read every match of a pattern and blot it out; one that cannot be leaves the text unsure."""
        for match in pattern.finditer(rest):
            if not read(match):
                self.sure = False
        return pattern.sub(lambda match: " " * len(match[0]), rest)

    def range(self, match: re.Match[str]) -> bool:
        start = self._at(match, 1, self._near)
        end = self._at(match, 2, self._near if start is None else start)
        if start is not None and end is not None and end < start and match["m1"] is None:
            start = self._month_before(match, end, start % DAY)
        return self._add(start, end)

    def until(self, match: re.Match[str]) -> bool:
        end = self._at(match, 2, self._near)
        if end is None:
            return False
        self.windows.append((None, end))
        return True

    def since(self, match: re.Match[str]) -> bool:
        start = self._at(match, 1, self._near)
        if start is None:
            return False
        self.windows.append((start, None))
        return True

    def open(self, _: re.Match[str]) -> bool:
        self.windows.append((None, None))
        return True

    def daily(self, match: re.Match[str]) -> bool:
        begin, stop = time_of_day(match["t1"]), time_of_day(match["t2"])
        days = self._days(match)
        if begin is None or stop is None or days is None:
            return False
        stop = _outward(stop)
        long = stop - begin if stop > begin else stop - begin + DAY
        first, last, listed = days
        if (last - first) // DAY > MOST_WINDOWS:
            return self._add(first + begin, last + begin + long)
        each = (first, last) if listed else range(first, last + 1, DAY)
        self.windows += [(day + begin, day + begin + long) for day in each]
        return True

    def dates(self, match: re.Match[str]) -> bool:
        days = self._days(match)
        return days is not None and self._add(days[0], days[1] + DAY)

    def _days(self, match: re.Match[str]) -> tuple[int, int, bool] | None:
        """First and last day, and whether only these two are meant."""
        groups = match.groupdict()
        if match["d2"] is None:
            day = self._day(match, 1, self._near)
            return None if day is None else (day, day, True)
        first = self._day(match, 1, self._near)
        last = self._day(match, 2, self._near if first is None else first)
        if first is not None and last is not None and last < first and match["m1"] is None:
            first = self._month_before(match, last, 0)
        if first is None or last is None or last < first:
            return None
        return first, last, groups.get("how") == "AND"

    def _month_before(self, match: re.Match[str], end: int, clock: int) -> int | None:
        """A start whose month is not said and lies before that of its end."""
        day = day_of(int(match["d1"]), None, None, end - 15 * DAY)
        return None if day is None else day + clock

    def _at(self, match: re.Match[str], n: int, near: int) -> int | None:
        clock, day = time_of_day(match[f"t{n}"]), self._day(match, n, near)
        if clock is None or day is None:
            return None
        return day + (_outward(clock) if n == 2 else clock)

    def _day(self, match: re.Match[str], n: int, near: int) -> int | None:
        """The day; a month that is not said is the next that the text says."""
        name, year = match[f"m{n}"], match[f"y{n}"]
        if name is None:
            begin = match.end(f"d{n}")
            following = _NEXT_MONTH.search(self._text, begin, begin + CHAIN)
            if following is not None:
                name, year = following[1], year or following[2]
        month = None if name is None else month_of(name)
        in_year = full_year(year) if year is not None and month is not None else None
        day = day_of(int(match[f"d{n}"]), month, in_year, near)
        return None if day is None or abs(day - self._near) > FAR else day

    def _add(self, start: int | None, end: int | None) -> bool:
        if start is None or end is None or end < start:
            return False
        self.windows.append((start, end))
        return True
