"""Levels: items F and G, else those in item E, else those of the Q-line (PANS-AIM Doc 10066, Appendix 4).

Rounded outwards. `AMSL` is the datum MSL/ALT. Flight levels of the Q-line are read as they stand: 000 is the
surface, 999 without limit.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.notam.items import Items
from wideberth.formats.notam.qline import QLine
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, check_order, checked
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, to_integer

Side = Literal["lower", "upper"]

NO_DATUM = "a height without datum is taken as AGL above and AMSL below"
UNREAD = "a level that cannot be read is taken as SFC below and UNL above"
FROM_TEXT = "levels stand in the text (item E)"
FROM_Q = "levels are those of the Q-line"
HIGHER = "the text names a height above the upper level of the Q-line, which is taken"
TWICE = "the text states its upper level several times: the highest above the sea is taken"
BOTH = "levels of the text without datum, or above one: those of the Q-line are held as well"
NO_LEVELS = "no levels are stated: SFC to UNL"
UPSIDE_DOWN = "levels upside down are taken as SFC to UNL"

_GROUND = ("SFC", "GND", "SURFACE", "GROUND", "0", "000", "0FT", "0 FT", "SFC/GND", "GND/SFC")
_ENDLESS = ("UNL", "UNLTD", "UNLIMITED", "UNLIM", "FL999", "999", "FL 999")
_HIGHEST = 998
_LEVEL = re.compile(r"F ?L ?(\d{1,3})")
_NUMBER = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,3})?|\d{1,6}(?:\.\d{1,3})?"
_HEIGHT = re.compile(rf"({_NUMBER}) ?(FT|FEET|M|MTRS?|MET(?:RE|ER)S?) ?(AMSL|MSL|AGL|ASFC|ALT|ASL)?")
_ANY = (
    r"(?:FL ?\d{1,3}|UNL(?:TD|IMITED)?(?![A-Z])|SFC|GND|"
    r"\d{1,3}(?:,\d{3})+ ?(?:FT|M)(?![A-Z])(?: ?(?:AMSL|MSL|AGL|ALT))?|"
    r"\d{1,6} ?(?:FT|M|METRES|METERS|MTR)(?![A-Z])(?: ?(?:AMSL|MSL|AGL|ALT))?)"
)
_MORE = rf"((?:[ ,()/]{{1,3}}\(?{_ANY}\)?)*)"
_TOP = rf"(?: (?:HGT|ALT))? ?\(?({_ANY}){_MORE}"
_RANGES = (
    re.compile(rf"(?<![A-Z\d])({_ANY}) ?(?:-|–|TO|UP TO){_TOP}"),
    re.compile(rf"(?<![A-Z])(?:BTN|BETWEEN|FM|FROM) ({_ANY}) AND{_TOP}"),
    # a stroke between heights may part two units of one
    re.compile(rf"(?<![A-Z\d])(SFC|GND|FL ?\d{{1,3}}) ?/{_TOP}"),
)
_UP_TO = re.compile(rf"(?:UP TO|BLW|BELOW|NOT ABV|MAX(?: ALT| HGT)?:?){_TOP}")
_ABOVE = re.compile(
    r"(?<!NOT )\b(?:ABV|ABOVE)\b(?! (?:GND|GROUND|SFC|SURFACE|MEAN|SEA|A?MSL|AD|AERODROME)\b)"
)
_ONE = re.compile(_ANY)
_TALL = re.compile(
    r"(?<![A-Z\d,.])(\d{1,3}(?:,\d{3})+|\d{1,5}(?:\.\d{1,2})?) ?(FT|M)(?:TR)?\)? ?(AMSL|AGL|MSL)"
)


class Levels(Struct, frozen=True):
    """A band and what was decided about it."""

    lower: Altitude
    upper: Altitude
    told: tuple[str, ...] = ()


def levels(items: Items, q: QLine) -> Levels:
    """The levels of a notice, the larger reading where there are two."""
    if items.f or items.g:
        told: list[str] = []
        lower, upper = _one(items.f, "lower", told), _one(items.g, "upper", told)
        return _ordered(lower or SURFACE, upper or UNLIMITED, told)
    stated = _in_text(items.e)
    if stated is None:
        return _of_q(items.e, q)
    if NO_DATUM in stated.told or _ABOVE.search(items.e):
        return _wider(stated, _of_q(items.e, q))
    return stated


def _one(text: str, side: Side, told: list[str]) -> Altitude | None:
    """One limit; None where it cannot be read, which is told."""
    found = level(text, side, told)
    if found is None:
        told.append(UNREAD)
    return found


def level(text: str, side: Side, told: list[str]) -> Altitude | None:
    """A limit from text such as `SFC`, `FL245`, `3000FT AMSL`, `450M AGL`; None where it is none."""
    plain = text.strip(" .;:-")
    if plain in _GROUND:
        return SURFACE
    if plain in _ENDLESS:
        return UNLIMITED
    if plain in ("MSL", "AMSL"):
        return Altitude("MSL/ALT", 0)
    if (match := _LEVEL.fullmatch(plain)) is not None:
        return Altitude("FL", int(match[1]) * FLIGHT_LEVEL)
    if (match := _HEIGHT.fullmatch(plain)) is None:
        return None
    datum = match[3]
    if datum is None:
        told.append(NO_DATUM)
        datum = "AGL" if side == "upper" else "AMSL"
    unit = FOOT if match[2].startswith("F") else METRE
    number = _figure(match[1], side)
    value = to_integer(number, unit, "down" if side == "lower" else "up")
    try:
        return checked(Altitude("AGL" if datum in ("AGL", "ASFC") else "MSL/ALT", value))
    except Invalid:
        return None


def _figure(text: str, side: Side) -> Decimal:
    """A dot before three last figures parts thousands (`3.000FT`) or decimals: outwards."""
    plain = text.replace(",", "").replace(" ", "")
    whole, dot, rest = plain.partition(".")
    return Decimal(whole + rest if dot and len(rest) == 3 and side == "upper" else plain)


def _ordered(lower: Altitude, upper: Altitude, told: list[str]) -> Levels:
    try:
        check_order(lower, upper)
    except Invalid:
        return Levels(SURFACE, UNLIMITED, (*told, UPSIDE_DOWN))
    return Levels(lower, upper, tuple(told))


def _in_text(text: str) -> Levels | None:
    """The levels that a text states as a range or `UP TO`: the lowest and the highest of all."""
    lowers: list[Altitude] = []
    uppers: list[Altitude] = []
    told = [FROM_TEXT]
    rest = text
    for match in (found for pattern in _RANGES for found in pattern.finditer(text)):
        _take(lowers, match[1], "lower", told)
        for part in (match[2], *_ONE.findall(match[3])):
            _take(uppers, part, "upper", told)
        rest = rest.replace(match[0], " ")
    for match in _UP_TO.finditer(rest):
        lowers.append(SURFACE)
        for part in (match[1], *_ONE.findall(match[2])):
            _take(uppers, part, "upper", told)
    if not uppers:
        return None
    if len(set(uppers)) > 1:
        told.append(TWICE)
    return _ordered(min(lowers or [SURFACE], key=_rough), max(uppers, key=_rough), told)


def _wider(stated: Levels, q: Levels) -> Levels:
    """Both: a length without datum may be no height (`RVR BELOW 550M`), and `ABV FL200` has no upper end."""
    lower = min(stated.lower, q.lower, key=_rough)
    upper = max(stated.upper, q.upper, key=_rough)
    note = (BOTH,) if (lower, upper) != (stated.lower, stated.upper) else ()
    return _ordered(lower, upper, [*stated.told, *note])


def _take(found: list[Altitude], text: str, side: Side, told: list[str]) -> None:
    altitude = level(text, side, told)
    if altitude is not None:
        found.append(altitude)


def _rough(altitude: Altitude) -> tuple[int, int]:
    """For the choice between limits of different datums: UNL above all, SFC below all, else the figure."""
    order = {"UNL": 2, "SFC": 0}
    return order.get(altitude.datum, 1), altitude.value


def _of_q(text: str, q: QLine) -> Levels:
    """The levels of the Q-line, raised to any height that the text names (an obstacle may be higher)."""
    told = [FROM_Q]
    if q.lower is None and q.upper is None:
        return Levels(SURFACE, UNLIMITED, (NO_LEVELS,))
    lower = Altitude("FL", q.lower * FLIGHT_LEVEL) if q.lower else SURFACE
    upper = UNLIMITED if q.upper is None or q.upper > _HIGHEST else Altitude("FL", q.upper * FLIGHT_LEVEL)
    for number, unit, datum in _TALL.findall(text):
        named = level(f"{number}{unit} {datum}", "upper", told)
        if named is not None and upper != UNLIMITED and named.value > upper.value:
            upper = named
            told.append(HIGHER)
    return _ordered(lower, upper, list(dict.fromkeys(told)))
