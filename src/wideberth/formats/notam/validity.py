"""Items B and C: from when until when (UTC, to the minute; PANS-AIM Doc 10066, Appendix 4)."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from wideberth.errors import Invalid

MINUTE = 60_000
_EPOCH = date(1970, 1, 1).toordinal()
_TIME = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_NOW = re.compile(r"WIE|WI|IMMEDIATE\w{0,2}|WITH IMMEDIATE EFFECT|UPON RECEIPT|NOW")
_OPEN = re.compile(r"PERM\w{0,6}|UFN|UNTIL FURTHER NOTICE|UNL")
WANTED = "a time such as 2604060046 (year, month, day, hour, minute in UTC)"

ESTIMATED = "an estimated end (EST) is none: in force until further notice, to be reviewed then"
PERMANENT = "a permanent notice is in force until further notice"
IMMEDIATE = "no start is stated: in force from ever"
NO_END = "no end is stated: in force until further notice"


class Validity(Struct, frozen=True):
    """POSIX ms, None unbounded; `end` is the end of the stated minute where it is the 59th of an hour.

    `estimated` is the end that `EST` goes with: the notice stays in force after it.
    """

    start: int | None
    end: int | None
    estimated: int | None = None
    told: tuple[str, ...] = ()


def validity(b: str, c: str, where: str) -> Validity:
    """The validity of items B and C. Raises: Invalid (`notam.time`, `notam.backwards`)."""
    told: list[str] = []
    start = None
    if not b or _NOW.fullmatch(b):
        told.append(IMMEDIATE)
    else:
        start = moment(b, f"{where}, item B")
    if not c:
        return Validity(start, None, None, (*told, NO_END))
    if _OPEN.fullmatch(c):
        return Validity(start, None, None, (*told, PERMANENT))
    plain = c.removesuffix("EST").rstrip()
    end = outward(moment(plain, f"{where}, item C"))
    if start is not None and end < start:
        raise Invalid("notam.backwards", f"{where}, item C", c, "an end after the start in item B")
    if plain != c:
        return Validity(start, None, end, (*told, ESTIMATED))
    return Validity(start, end, None, tuple(told))


def moment(text: str, path: str) -> int:
    """POSIX ms of ten figures; the year is of this century. Raises: Invalid (`notam.time`)."""
    match = _TIME.fullmatch(text.replace("O", "0").replace(" ", ""))
    if match is None:
        raise Invalid("notam.time", path, text, WANTED)
    year, month, day, hour, minute = (int(part) for part in match.groups())
    days = day_number(2000 + year, month, day)
    if days is None or minute > 59 or hour > 24 or (hour == 24 and minute):
        raise Invalid("notam.time", path, text, WANTED)
    return (days * 1440 + hour * 60 + minute) * MINUTE


def day_number(year: int, month: int, day: int) -> int | None:
    """Days since 1970; None for a day that no calendar has."""
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def outward(end: int) -> int:
    """An end at the 59th minute means the whole of it: 2359 is midnight."""
    return end + MINUTE if end // MINUTE % 60 == 59 else end
