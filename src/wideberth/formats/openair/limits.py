"""Altitudes of OpenAir files: feet above mean sea level where nothing else is said."""

from __future__ import annotations

import re

from wideberth.errors import Invalid
from wideberth.formats.raw import Tally
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, parse_altitude
from wideberth.space.units import Rounding

ACCEPTED = "4000 MSL, 4000ft AMSL, 1000 FT AGL, 300m AGL, FL 95, GND, SFC, UNL"
PLAIN = "an altitude without datum is read as above mean sea level"
NO_UNIT = "an altitude without unit and datum is read as feet above mean sea level"

_SURFACE = ("SFC", "GND", "SURFACE", "GROUND", "0", "0 AGL", "0 GND", "0 SFC", "0 FT AGL", "0 M AGL")
_UNLIMITED = ("UNL", "UNLIM", "UNLTD", "UNLD", "UNLIMITED", "INF")
_LEVEL = re.compile(r"F\.?L\.?\s*(\d{1,4})(?:\s*STD)?")
_HEIGHT = re.compile(
    r"(\d{1,8}(?:[.,]\d{1,4})?)\s*(FT|FEET|F|METERS|METRES|M(?!SL))?\.?\s*"
    r"(AMSL|MSL|ALT|ASL|QNH|AGL|AGND|ASFC|GND|SFC|STD|QNE)?"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""`4,500` may be four and a half or thousands: a level that is a thousand times too low misses conflicts."""
_BEFORE = re.compile(r"(AMSL|MSL|ALT|AGL)\s*(\d{1,8}(?:[.,]\d{1,4})?\s*(?:FT|M)?)")
_ABOVE_GROUND = ("AGL", "AGND", "ASFC", "GND", "SFC")
_STANDARD = ("STD", "QNE")


def limit(text: str, where: str, rounding: Rounding, tally: Tally) -> Altitude:
    """The limit of AH (rounded up) or AL (down).

    `MSL`, `AMSL`, `ALT` and a number alone are above mean sea level as a chart says it, `MSL/ALT`.

    Raises: Invalid (`altitude.malformed`, `altitude.range`).
    """
    plain = " ".join(text.upper().split())
    if plain in _SURFACE:
        return SURFACE
    if plain in _UNLIMITED:
        return UNLIMITED
    if (level := _LEVEL.fullmatch(plain)) is not None:
        return parse_altitude(f"FL{level[1]}", where, rounding)
    if (turned := _BEFORE.fullmatch(plain)) is not None:
        plain = f"{turned[2]} {turned[1]}"
    match = _HEIGHT.fullmatch(plain)
    if match is None:
        raise Invalid("altitude.malformed", where, text, ACCEPTED)
    if _THOUSANDS.fullmatch(match[1]):
        raise Invalid(
            "altitude.malformed", where, text, f"a number without , or . between thousands: {ACCEPTED}"
        )
    unit = "m" if match[2] and match[2].startswith("M") else "ft"
    if match[3] is None:
        tally.tell(PLAIN if match[2] else NO_UNIT, where)
    if match[3] in _ABOVE_GROUND:
        datum = "AGL"
    elif match[3] in _STANDARD:
        height = parse_altitude(f"{match[1].replace(',', '.')}{unit} HAE", where, rounding)
        return Altitude("FL", height.value)
    else:
        datum = "MSL"
    return parse_altitude(f"{match[1].replace(',', '.')}{unit} {datum}", where, rounding)
