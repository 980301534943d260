"""Item D: the days and hours within B and C (PANS-AIM Doc 10066, Appendix 4; Doc 8126, 6.3).

Understood are days of the month with or without their month, weekdays, ranges of either, hours that may pass
midnight, spans from one day's hour to another's, `DAILY`, `H24`, and whole times of ten figures. Sunrise and
sunset are taken as the whole day and the next. What is excepted (`EXC HOL`) stays in. Days and hours are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.notam.validity import MINUTE, day_number, moment, outward

WINDOW_LIMIT = 400
DAY_LIMIT = 800
"""Days over which a schedule is worked out."""
TOKEN_LIMIT = 2_000
DAY = 1440 * MINUTE
TWO_DAYS = 2 * 1440
TWILIGHT = 120
"""Minutes: more than any `PLUS30` or `MINUS30` goes beyond sunrise or sunset."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_TOKEN = re.compile(r"\d+|[A-Z]+|[-/–]|,|\S")
_FILL = frozenset(
    ("DAILY", "DLY", "EV", "EVERY", "AND", "BTN", "UTC", "FM", "FROM", "ON", ",", ".", "Z", "DAY")
)
_NAMES = (
    "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER SEPT TUES THUR "
    "THURS MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY"
)
_FULL = frozenset(_NAMES.split())

NOT_UNDERSTOOD = "a schedule (item D) that is not understood: the whole time from B to C is taken"
ENDLESS = "a schedule (item D) without an end: the whole time from B on is taken"
TOO_MANY = f"a schedule (item D) of more than {WINDOW_LIMIT} windows: the whole time from B to C is taken"
SUN = "sunrise and sunset in a schedule are taken as the whole day and the next"
EXCEPTED = "what a schedule excepts is not taken off"
MISMATCH = "a schedule that does not begin at B or end at C: the whole time from B to C is taken"

_Date = tuple[int | None, int]
"""Month, or None for any, and day of the month."""


class _NotUnderstood(Exception):
    """The schedule says something that is not in the grammar."""


class _Period(Struct):
    """Days (by date or weekday; neither: every day), and hours in minutes from midnight."""

    dates: list[tuple[_Date, _Date]]
    weekdays: set[int]
    hours: list[tuple[int, int]]
    daily: bool = False


class Schedule(Struct, frozen=True):
    """Windows in POSIX ms, in order and apart; None: all of B to C. `told` says what was decided."""

    windows: tuple[tuple[int, int], ...] | None
    told: tuple[str, ...] = ()


def schedule(text: str, start: int | None, end: int | None) -> Schedule:
    """The windows of item D between `start` and `end` (POSIX ms); never less than the text may mean."""
    if not text:
        return Schedule(None)
    if start is None or end is None or end - start > DAY_LIMIT * DAY:
        return Schedule(None, () if text in ("H24", "DAILY H24") else (ENDLESS,))
    parser = _Parser(text)
    try:
        periods, spans = parser.parse()
    except _NotUnderstood:
        return Schedule(None, (NOT_UNDERSTOOD,))
    found = [*spans, *_windows(periods, start, end)]
    inside = [(max(a, start), min(b, end)) for a, b in found if b > start and a < end]
    merged = _merged(inside)
    told = tuple(dict.fromkeys(parser.told))
    if not merged:
        return Schedule(None, (*told, NOT_UNDERSTOOD))
    if len(merged) > WINDOW_LIMIT:
        return Schedule(None, (*told, TOO_MANY))
    if merged == [(start, end)]:
        return Schedule(None, told)
    if merged[0][0] != start or merged[-1][1] != end:
        return Schedule(None, (*told, MISMATCH))
    return Schedule(tuple(merged), told)


def _windows(periods: list[_Period], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Every hour of every day that a period names, from three days before the start."""
    for number in range(start // DAY - 3, end // DAY + 1):
        day = date.fromordinal(number + date(1970, 1, 1).toordinal())
        for period in periods:
            if _is_on(period, day):
                for begin, finish in period.hours:
                    yield number * DAY + begin * MINUTE, outward(number * DAY + finish * MINUTE)


def _is_on(period: _Period, day: date) -> bool:
    if period.weekdays and day.weekday() not in period.weekdays:
        return False
    return not period.dates or any(_in_range(first, last, day) for first, last in period.dates)


def _in_range(first: _Date, last: _Date, day: date) -> bool:
    if first[0] is None or last[0] is None:
        low, high, here = (0, first[1]), (0, last[1]), (0, day.day)
    else:
        low, high, here = (first[0], first[1]), (last[0], last[1]), (day.month, day.day)
    return low <= here <= high if low <= high else here >= low or here <= high


def _merged(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for begin, finish in sorted(windows):
        if kept and begin <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(kept[-1][1], finish)
        else:
            kept.append((begin, finish))
    return kept


class _Parser:
    """Reads the words of a schedule from left to right."""

    def __init__(self, text: str) -> None:
        self.words = _TOKEN.findall(text.rstrip(" .)"))
        self.at = 0
        self.month: int | None = None
        self.behind: bool | None = None
        self.told: list[str] = []
        self.periods: list[_Period] = []
        self.spans: list[tuple[int, int]] = []
        self.now = _Period([], set(), [])

    def parse(self) -> tuple[list[_Period], list[tuple[int, int]]]:
        """The periods, and whole windows in POSIX ms."""
        if len(self.words) > TOKEN_LIMIT:
            raise _NotUnderstood
        while self.at < len(self.words):
            self._step()
        self._close()
        return self.periods, self.spans

    def _peek(self, ahead: int = 0) -> str:
        return self.words[self.at + ahead] if self.at + ahead < len(self.words) else ""

    def _close(self) -> None:
        """End a period; days without hours are whole days."""
        period = self.now
        if (period.dates or period.weekdays) and not period.hours:
            period.hours.append((0, 1440))
        if period.hours:
            self.periods.append(period)
        self.now = _Period([], set(), [])

    def _days_begin(self) -> None:
        if self.now.hours:
            self._close()

    def _step(self) -> None:
        word = self._peek()
        if word in _FILL:
            if word in ("DAILY", "DLY", "EV", "EVERY"):
                self._days_begin()
            self.at += 1
        elif word in ("EXC", "EXCEPT", "EXCL"):
            self._except()
        elif _month(word) is not None or (word.isdecimal() and len(word) <= 2):
            self._dates()
        elif _weekday(word) is not None:
            self._weekdays()
        elif word.isdecimal() and len(word) == 10:
            self._whole()
        elif word == "H" and self._peek(1) == "24":
            self.now.hours.append((0, 1440))
            self.at += 2
        elif (word.isdecimal() and len(word) == 4) or word in ("SR", "SS"):
            self._hours()
        else:
            raise _NotUnderstood

    def _except(self) -> None:
        """Days that are excepted stay in; hours among them are read as more hours."""
        self.told.append(EXCEPTED)
        self.at += 1
        mark = self.at
        while self._is_day(self.at):
            self.at += 1
        if self._peek().isdecimal() and len(self._peek()) == 4:
            self.at = mark
            self._close()

    def _is_day(self, at: int) -> bool:
        word = self.words[at] if at < len(self.words) else ""
        if word == ",":
            return False
        if word in ("HOL", "HOLS", "HOLIDAYS", "AND", "-") or _month(word) or _weekday(word) is not None:
            return True
        return word.isdecimal() and len(word) <= 2

    def _date(self) -> _Date:
        """A day, with a month before it, behind it, or the month that was named last."""
        month = _month(self._peek())
        if month is not None:
            self._style(behind=False)
            self.month = month
            self.at += 1
        word = self._peek()
        if not word.isdecimal() or not 1 <= int(word[:4]) <= 31 or len(word) > 2:
            raise _NotUnderstood
        self.at += 1
        if month is None and (behind := _month(self._peek())) is not None:
            after = self._peek(1)
            if (
                after in ("-", "/", "–", "TO")
                or (after.isdecimal() and len(after) == 4)
                or after in ("SR", "SS", "H")
            ):
                self._style(behind=True)
                self.at += 1
                return behind, int(word)
        return self.month, int(word)

    def _style(self, behind: bool) -> None:
        """Months stand before their days or behind them; with both, whose a bare day is nobody knows."""
        if self.behind not in (None, behind):
            raise _NotUnderstood
        self.behind = behind

    def _dates(self) -> None:
        self._days_begin()
        if self.now.weekdays:
            raise _NotUnderstood  # whether both must hold or either is not clear
        first = self._date()
        last = first
        if self._peek() in ("-", "–", "TO"):
            self.at += 1
            last = self._date()
            if first[0] is None and last[0] is not None:
                first = last[0], first[1]
                if first[1] > last[1]:
                    first = (last[0] - 2) % 12 + 1, first[1]
        self.now.dates.append((first, last))

    def _weekdays(self) -> None:
        self._days_begin()
        if any(first == last for first, last in self.now.dates):
            raise _NotUnderstood
        first = last = _weekday(self._peek()) or 0
        self.at += 1
        if self._peek() in ("-", "–", "TO") and (to := _weekday(self._peek(1))) is not None:
            last = to
            self.at += 2
        self.now.weekdays |= {(first + k) % 7 for k in range((last - first) % 7 + 1)}

    def _clock(self) -> tuple[int, bool]:
        """Minutes from midnight; True for sunrise or sunset, with how far beyond it is meant."""
        word = self._peek()
        self.at += 1
        if word in ("SR", "SS"):
            self.told.append(SUN)
            if self._peek() in ("PLUS", "MINUS") and self._peek(1).isdecimal():
                self.at += 2
            elif re.fullmatch(r"(?:PLUS|MINUS)\d*", self._peek()) is not None:
                self.at += 1
            return 0, True
        if (
            not word.isdecimal()
            or len(word) != 4
            or int(word[:2]) > 24
            or int(word[2:]) > 59
            or int(word) > 2400
        ):
            raise _NotUnderstood
        return int(word[:2]) * 60 + int(word[2:]), False

    def _hours(self) -> None:
        begin, by_sun = self._clock()
        if self._peek() not in ("-", "/", "–", "TO"):
            raise _NotUnderstood
        self.at += 1
        if _month(self._peek()) is not None or (self._peek().isdecimal() and len(self._peek()) <= 2):
            self._span(begin, by_sun)
            return
        finish, to_sun = self._clock()
        if by_sun or to_sun:
            self.now.hours.append((-TWILIGHT if by_sun else begin, TWO_DAYS + TWILIGHT))
            return
        self.now.hours.append((begin, finish if finish > begin else finish + 1440))

    def _span(self, begin: int, by_sun: bool) -> None:
        """From an hour of the one day named to an hour of another: `01 0000-04 1200`."""
        dates = self.now.dates
        if len(dates) != 1 or dates[0][0] != dates[0][1] or self.now.hours or self.now.weekdays:
            raise _NotUnderstood
        first = dates[0][0]
        last = self._date()
        finish, to_sun = self._clock()
        if by_sun or to_sun:
            raise _NotUnderstood
        days = max(_days_between(first, last, year) for year in range(2000, 2004))
        if days < 0:
            raise _NotUnderstood
        self.now.hours.append((begin, days * 1440 + finish))
        self._close()

    def _whole(self) -> None:
        """`2604021412 TO 2604021908`."""
        try:
            begin = moment(self._peek(), "")
            finish = moment(self._peek(2), "")
        except Invalid:
            raise _NotUnderstood from None
        if self._peek(1) not in ("-", "/", "–", "TO") or finish < begin:
            raise _NotUnderstood
        self.at += 3
        self._close()
        self.spans.append((begin, outward(finish)))


def _days_between(first: _Date, last: _Date, year: int) -> int:
    """Days from one date to the next of the other; the longest month where none is named; -1 for no date."""
    if first[0] is None or last[0] is None:
        return last[1] - first[1] if last[1] > first[1] else last[1] - first[1] + 31
    begin, finish = day_number(year, *_known(first)), day_number(year, *_known(last))
    if begin is not None and finish is not None and finish < begin:
        finish = day_number(year + 1, *_known(last))
    return -1 if begin is None or finish is None else finish - begin


def _known(day: _Date) -> tuple[int, int]:
    return day[0] or 1, day[1]


def _month(word: str) -> int | None:
    if word[:3] in _MONTHS and (len(word) == 3 or word in _FULL):
        return _MONTHS.index(word[:3]) + 1
    return None


def _weekday(word: str) -> int | None:
    if word[:3] in _DAYS and (len(word) == 3 or word in _FULL):
        return _DAYS.index(word[:3])
    return None
