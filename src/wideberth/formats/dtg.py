"""Date-time groups (`171016Z JUL 26`): the parts that are left out are found beside a known moment."""

from __future__ import annotations

from datetime import date

from wideberth.space.units import SECOND

MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_EPOCH = date(1970, 1, 1).toordinal()
_LETTERS = "ABCDEFGHIKLM", "NOPQRSTUVWXY"


def midnight(year: int, month: int, day: int) -> int | None:
    """POSIX ms of the beginning of a day of UTC, None where the calendar has no such day."""
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * DAY
    except ValueError:
        return None


def month_of(name: str) -> int | None:
    """1 to 12 of a month's name or its first three letters, in capitals."""
    short = name[:3]
    return MONTHS.index(short) + 1 if short in MONTHS else None


def full_year(digits: str) -> int:
    """The year of two or four digits: 69 and below are of this century, as POSIX has it."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 69 else 1900)


def offset(letter: str) -> int | None:
    """Ms east of UTC of a military zone letter (Z is UTC, A to M without J east, N to Y west)."""
    if letter == "Z":
        return 0
    for sign, letters in zip((1, -1), _LETTERS, strict=True):
        if letter in letters:
            return sign * (letters.index(letter) + 1) * 60 * MINUTE
    return None


def day_of(day: int, month: int | None, year: int | None, near: int) -> int | None:
    """POSIX ms of the beginning of that day; of several years or months the one nearest to `near`."""
    at = date.fromordinal(near // DAY + _EPOCH)
    found: list[int] = []
    for shift in range(-14, 15):
        months = at.year * 12 + at.month - 1 + shift
        this_year, this_month = divmod(months, 12)
        if month in (None, this_month + 1) and year is None:
            begin = midnight(this_year, this_month + 1, day)
            if begin is not None:
                found.append(begin)
    if year is not None and month is not None:
        begin = midnight(year, month, day)
        found = [] if begin is None else [begin]
    return min(found, key=lambda begin: (abs(begin - near), begin), default=None)


def time_of_day(digits: str) -> int | None:
    """Ms from midnight of HHMM; 2400 is the next midnight."""
    hours, minutes = int(digits[:2]), int(digits[2:])
    return (hours * 60 + minutes) * MINUTE if minutes <= 59 and hours * 60 + minutes <= 24 * 60 else None
