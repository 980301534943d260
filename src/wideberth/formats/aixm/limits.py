"""Vertical limits of AIXM: a value, UNL, GND, FLOOR or CEILING, its unit and its reference."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats.aixm.gml import place
from wideberth.formats.profile import NO_LOWER, NO_UPPER
from wideberth.formats.raw import Tally
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum, checked
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, Rounding, to_integer

FLOOR = "a limit FLOOR or CEILING, which another airspace sets, is read as SFC or UNL"
SEVERAL = (
    "limits of the kind whichever is higher (maximumLimit, minimumLimit) are read as all of them together"
)

Band = tuple[Altitude, Altitude]

_NUMBER = re.compile(r"[+-]?\d{1,8}(?:\.\d{1,4})?")
_UNITS = {"FT": FOOT, "M": METRE, "FL": FLIGHT_LEVEL, "SM": 10 * METRE}
"""`SM` is a level in tens of metres of the standard atmosphere."""
_DATUMS: dict[str, Datum] = {"SFC": "AGL", "MSL": "MSL/ALT", "W84": "HAE", "STD": "FL"}


def bands(volume: etree._Element, tally: Tally) -> tuple[Band, ...]:
    """The altitude bands of an AirspaceVolume: more than one where it says whichever is higher or lower.

    Raises: Invalid (`aixm.limit`, `altitude.range`).
    """
    lower = _limits(volume, ("lowerLimit", "minimumLimit"), "down", tally)
    upper = _limits(volume, ("upperLimit", "maximumLimit"), "up", tally)
    if max(len(lower), len(upper)) > 1:
        tally.tell(SEVERAL, place(volume))
    if not lower:
        tally.tell(NO_LOWER, place(volume))
    if not upper:
        tally.tell(NO_UPPER, place(volume))
    return tuple(product(lower or (SURFACE,), upper or (UNLIMITED,)))


def _limits(
    volume: etree._Element, names: tuple[str, ...], rounding: Rounding, tally: Tally
) -> tuple[Altitude, ...]:
    found: dict[Altitude, None] = {}
    for name in names:
        element = volume.find(f"{{*}}{name}")
        text = (element.text or "").strip() if element is not None else ""
        if element is not None and text:
            reference = (volume.findtext(f"{{*}}{name}Reference") or "").strip()
            found[_limit(element, text, reference, rounding, tally)] = None
    return tuple(found)


def _limit(element: etree._Element, text: str, reference: str, rounding: Rounding, tally: Tally) -> Altitude:
    where = place(element)
    word = text.upper()
    if word in ("FLOOR", "CEILING"):
        tally.tell(FLOOR, where)
    if word in ("UNL", "FLOOR", "CEILING"):
        return UNLIMITED if rounding == "up" or word == "UNL" else SURFACE
    if word in ("GND", "SFC"):
        return SURFACE
    unit = element.get("uom", "").upper()
    standard = unit in ("FL", "SM")
    datum: Datum | None = "FL" if standard else _DATUMS.get(reference.upper())
    if _NUMBER.fullmatch(text) is None or unit not in _UNITS or datum is None:
        wanted = "a number, UNL or GND, with uom FT, M, FL or SM and a reference SFC, MSL, W84 or STD"
        raise Invalid("aixm.limit", where, f"{text} {unit} {reference}".strip(), wanted)
    return checked(Altitude(datum, to_integer(Decimal(text), _UNITS[unit], rounding)), where)
