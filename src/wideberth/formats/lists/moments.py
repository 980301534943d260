"""Dates and times of cells: serial days, day and month in either order, names of months, zones, groups.

Serial days count from 1899-12-30 (ECMA-376 §18.17.4.1: after the 29 February 1900 that Lotus 1-2-3 took to
exist) or from 1904-01-01. A day alone ends with its midnight. Nothing is read without a zone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.lists import cells, columns
from wideberth.formats.lists.months import MONTHS
from wideberth.formats.lists.sheet import Cell, shown
from wideberth.formats.times import Edge, check_zone, parse_time

Order = Literal["day first", "month first", "open", "both"]

WANTED = "a date and time such as 2026-11-23 10:00, 23.11.2026 10:00, 23 Nov 2026, 230800ZNOV26"
YEARS = (1990, 2100)
"""Of serial days: a number that means another year was no date (a judgement)."""

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)\s?(?:г\.?|р\.?)?")
_DAY_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s./-]{0,2}(?:de\s|ב)?([^\W\d_]{3,12}(?:\s[^\W\d_]{3,6})?)\.?,?[\s./-]{0,2}(\d{4})(?!\d)"
)
_NAMED_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})(?!\d)")
_AT = re.compile(r"(?:at|à|в|о|об|року|год[ау]?|الساعة|בשעה)\b\s*", re.IGNORECASE)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+", re.IGNORECASE)
_GROUP = re.compile(r"(\d{2})(\d{2})(\d{2})\s?([A-Z])\s?([A-Z]{3})\s?(\d{4}|\d{2})")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.hH](\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?|(\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)?"
    r"(?:\s?(?:hrs|hours|h|ч|год)\.?)?(?:\s?(?:LT|local time|local))?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:Z|UTC|GMT)?\s?(?:([+-])(\d{1,2})(?::?(\d{2}))?)?", re.IGNORECASE)
_LETTERS = (
    {letter: n for n, letter in enumerate("ABCDEFGHIKLM", start=1)}
    | {letter: -n for n, letter in enumerate("NOPQRSTUVWXY", start=1)}
    | {"Z": 0}
)
"""Hours east of UTC of the letters of military time zones (ACP 121)."""


class Stamp(Struct, frozen=True):
    """What a cell says: a day, a clock (`10:00:00.5`, to `24:00:00`), an offset (`+02:00`); else None."""

    day: date | None
    clock: str | None = None
    offset: str | None = None


def order(column: Iterable[Cell]) -> Order:
    """Which of day and month comes first in a column, as far as its dates with strokes or hyphens tell."""
    day = month = False
    for cell in column:
        match = _NUMERIC.match(cells.western(cell)) if isinstance(cell, str) and cell[:1].isdigit() else None
        if match is not None and match[2] != ".":
            day |= int(match[1]) > 12
            month |= int(match[3]) > 12
    return "both" if day and month else "day first" if day else "month first" if month else "open"


def read(cell: Cell, orders: Order, is_1904: bool, path: str) -> Stamp:
    """The stamp of a cell.

    Raises: Invalid (`list.date`, `list.ambiguous_date`, `list.serial_date`, `list.cell_error`).
    """
    cells.check(cell, path)
    if isinstance(cell, date) and not YEARS[0] <= cell.year <= YEARS[1]:  # a datetime is a date
        wanted = f"a date of the years {YEARS[0]} to {YEARS[1]}: a small number was shown as a date"
        raise Invalid("list.serial_date", path, cell.isoformat(), wanted)
    if isinstance(cell, datetime):
        # half a millisecond is the noise of a binary fraction of a day
        moment = cell + timedelta(microseconds=500)
        return Stamp(moment.date(), f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}")
    if isinstance(cell, date):
        return Stamp(cell)
    if isinstance(cell, time):
        if not cell.microsecond:
            return Stamp(None, f"{cell:%H:%M:%S}")
        noon = datetime.combine(date(2000, 1, 1), cell) + timedelta(microseconds=500)
        clock = f"{noon:%H:%M:%S}.{noon.microsecond // 1000:03d}"
        return Stamp(None, clock if noon.day == 1 else "24:00:00")
    if isinstance(cell, bool) or cell is None:
        raise Invalid("list.date", path, shown(cell) or "an empty cell", WANTED)
    if isinstance(cell, int | float):
        if math.isnan(cell):
            raise Invalid("list.date", path, repr(cell), WANTED)
        return _serial(Decimal(repr(cell)), is_1904, path)
    text = cells.western(cell)
    if (group := _GROUP.fullmatch(text.upper())) is not None:
        return _group(group, cell, path)
    text = _WEEKDAY.sub("", text, count=1)
    day, rest = _day(text, orders, cell, path)
    if day is None and re.fullmatch(r"\d{5}(?:[.,]\d{1,12})?", text):
        return _serial(Decimal(text.replace(",", ".")), is_1904, path)
    rest = _AT.sub("", rest.strip(" ,Tt"), count=1)
    if not rest:
        return Stamp(day)
    clock, offset = _clock(rest, cell, path, alone=day is None)
    return Stamp(day, clock, offset)


def _day(text: str, orders: Order, cell: str, path: str) -> tuple[date | None, str]:
    """The day at the beginning of a text, and the rest."""
    for pattern, parts in ((_ISO, (1, 3, 4)), (_COMPACT, (1, 2, 3))):
        if (match := pattern.match(text)) is not None:
            year, month, day = (int(match[n]) for n in parts)
            return _date(year, month, day, cell, path), text[match.end() :]
    if (match := _NUMERIC.match(text)) is not None:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        return _either(first, second, year, match[2], orders, cell, path), text[match.end() :]
    if (match := _DAY_NAMED.match(text)) is not None and (named := _month(match[2])):
        return _date(int(match[3]), named, int(match[1]), cell, path), text[match.end() :]
    if (match := _NAMED_DAY.match(text)) is not None and (named := _month(match[1])):
        return _date(int(match[3]), named, int(match[2]), cell, path), text[match.end() :]
    return None, text


def _month(name: str) -> int | None:
    return MONTHS.get(columns.plain(name))


def _either(first: int, second: int, year: int, mark: str, orders: Order, cell: str, path: str) -> date:
    """A date of figures: with points the day comes first; else the figures themselves or the column tell."""
    if mark == "." or first > 12 or first == second or (orders == "day first" and second <= 12):
        return _date(year, second, first, cell, path)
    if second > 12 or orders == "month first":
        return _date(year, first, second, cell, path)
    either = f"{year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}"
    wanted = f"{either}: no date of the column tells which"
    raise Invalid("list.ambiguous_date", path, cell, wanted)


def _date(year: int, month: int, day: int, cell: object, path: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid("list.date", path, cell, f"{WANTED}; a day of the calendar") from None


def _serial(number: Decimal, is_1904: bool, path: str) -> Stamp:
    """Days since the epoch, or a part of one day."""
    if 0 <= number < 1:
        return Stamp(None, _of_day(number))
    wanted = (
        f"{WANTED}; a number of days counts from 1900 (or 1904), and means the years {YEARS[0]} to {YEARS[1]}"
    )
    if not 0 <= number < 100_000:
        raise Invalid("list.serial_date", path, str(number), wanted)
    epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    day = epoch + timedelta(days=int(number))
    clock = _of_day(number % 1)
    if clock.startswith("24"):
        day, clock = day + timedelta(days=1), "00:00:00.000"
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise Invalid("list.serial_date", path, str(number), wanted)
    return Stamp(day, clock if number % 1 else None)


def _of_day(part: Decimal) -> str:
    ms = int((part * 86_400_000).to_integral_value())
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _group(match: re.Match[str], cell: str, path: str) -> Stamp:
    """A date-time group, `231000ZNOV26`: two figures of the year are of this century."""
    month, hours = _month(match[5]), _LETTERS.get(match[4])
    if month is None or (hours is None and match[4] != "J"):
        raise Invalid("list.date", path, cell, WANTED)
    year = int(match[6]) + (2000 if len(match[6]) == 2 else 0)
    clock, _ = _clock(f"{match[2]}:{match[3]}", cell, path, alone=False)
    offset = None if hours is None else f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00"
    return Stamp(_date(year, month, int(match[1]), cell, path), clock, offset)


def _clock(text: str, cell: object, path: str, *, alone: bool) -> tuple[str, str | None]:
    match = _CLOCK.match(text)
    if match is None or (match[2] is None and match[5] is None and match[6] is None):
        raise Invalid("list.date", path, cell, WANTED)
    if alone and match[2] is None and match[6] is None and not text.upper().endswith("Z"):
        raise Invalid("list.date", path, cell, f"{WANTED}; a time such as 10:00")
    hour, minute, second = int(match[1]), int(match[2] or match[5] or 0), int(match[3] or 0)
    if match[6] is not None:
        if not 1 <= hour <= 12:
            raise Invalid("list.date", path, cell, f"{WANTED}; 1 to 12 with am and pm")
        hour = hour % 12 + (12 if match[6].lower().startswith("p") else 0)
    if not (hour < 24 or (hour == 24 and minute == second == 0)) or minute > 59 or second > 60:
        raise Invalid("list.date", path, cell, f"{WANTED}; hours to 24, minutes to 59")
    if _is_range(text[match.end() :], hour * 60 + minute, alone=alone or "T" not in str(cell).upper()):
        raise Invalid("list.date", path, cell, f"{WANTED}; one time in a cell, not two")
    fraction = f".{match[4]}" if match[4] else ""
    return f"{hour:02d}:{minute:02d}:{second:02d}{fraction}", offset_of(
        text[match.end() :].strip(), cell, path
    )


def _is_range(rest: str, minutes: int, *, alone: bool) -> bool:
    """True where `-12:00` behind a time may be an end as well as an offset from UTC."""
    match = re.fullmatch(r"\s*-\s*(\d{1,2})(?::?(\d{2}))?\s*", rest)
    return match is not None and alone and int(match[1]) * 60 + int(match[2] or 0) > minutes


def offset_of(text: str, cell: object, path: str) -> str | None:
    """`+02:00` of `Z`, `UTC`, `+2`, `GMT+03:00`; None of nothing. Raises: Invalid (`list.date`)."""
    if not text:
        return None
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise Invalid("list.date", path, cell, f"{WANTED}; an offset such as Z, +02:00, UTC+3")
    if match[1] is None:
        return "+00:00"
    return f"{match[1]}{int(match[2]):02d}:{match[3] or '00'}"


def zone(cell: Cell, path: str) -> str | None:
    """The zone of a cell: an offset or an IANA name. Raises: Invalid (`time.zone`, `list.cell_error`)."""
    cells.check(cell, path)
    text = cells.western(shown(cell))
    if not text:
        return None
    if _OFFSET.fullmatch(text) is not None:
        return offset_of(text, cell, path)
    return check_zone(text, path)


def instant(stamp: Stamp, edge: Edge, zones: str | None, path: str) -> int:
    """POSIX ms of a stamp with a day; a day alone starts or ends it. `zones`: an offset or a name.

    Raises: Invalid (`time.*`, `list.two_zones`).
    """
    assert stamp.day is not None
    day, clock = stamp.day, stamp.clock
    if clock is None:
        clock = "24:00:00" if edge == "end" else "00:00:00"
    if clock.startswith("24:"):
        try:
            day, clock = day + timedelta(days=1), "00:00:00"
        except OverflowError:
            raise Invalid("time.range", path, str(day), "times in the years 1 to 9999 of UTC") from None
    civil = f"{day.isoformat()}T{clock}"
    stated = _in(civil, zones, edge, path) if zones is not None else None
    if stamp.offset is None:
        return stated if stated is not None else parse_time(civil, path, edge=edge)
    own = _in(civil, stamp.offset, edge, path)
    if stated is not None and stated != own:
        raise Invalid("list.two_zones", path, f"{stamp.offset} and {zones}", "one zone for a time")
    return own


def _in(civil: str, zones: str, edge: Edge, path: str) -> int:
    if zones[0] in "+-":
        return parse_time(f"{civil}{zones}", path, edge=edge)
    return parse_time(civil, path, zone=zones, edge=edge)
