"""Altitudes: a number never travels without its datum.

Datums: `HAE` above the WGS84 ellipsoid; `MSL` above the geoid; `ALT` barometric on QNH;
`FL` pressure altitude on 1013.25 hPa; `AGL` above ground; `SFC` the surface; `UNL` without limit;
`MSL/ALT` the text "MSL" of a field document, which may mean either and is read as both.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, Rounding, to_integer

Datum = Literal["HAE", "MSL", "ALT", "FL", "AGL", "SFC", "UNL", "MSL/ALT"]
DATUMS: tuple[Datum, ...] = ("HAE", "MSL", "ALT", "FL", "AGL", "SFC", "UNL", "MSL/ALT")
UNITS = {"m": METRE, "ft": FOOT, "FL": FLIGHT_LEVEL}
ACCEPTED = '"120m AGL", "FL310", "3000ft MSL", "2500ft ALT", "50m HAE", "SFC", "UNL"'
UNBOUNDED = 10**12
"""0.1 mm: stands for no upper limit; 100,000 km is above everything."""
LIMIT = 100_000 * METRE
"""No altitude is further than this from its zero (a judgement: 100 km)."""


class Altitude(Struct, frozen=True, order=True, gc=False):
    """A limit: `value` in 0.1 mm above `datum` (0 for SFC and UNL)."""

    datum: Datum
    value: int = 0


SURFACE = Altitude("SFC")
UNLIMITED = Altitude("UNL")

_FLIGHT_LEVEL = re.compile(r"FL\s*(\d{1,4})")
_TEXT = re.compile(r"([+-]?\d{1,8}(?:\.\d{1,6})?)\s*(M|FT)\s*([A-Z]+(?:84)?)")
_ALIASES: dict[str, Datum] = {
    "AGL": "AGL",
    "HAE": "HAE",
    "W84": "HAE",
    "WGS84": "HAE",
    "ALT": "ALT",
    "MSL": "MSL/ALT",
    "AMSL": "MSL/ALT",
}


def parse_altitude(text: str, path: str = "", rounding: Rounding = "nearest") -> Altitude:
    """Altitude from text such as `120m AGL`, `FL310`, `3000ft MSL`, `SFC`, `UNL`.

    `MSL` and `AMSL` in text give the datum `MSL/ALT`: the union of both readings.

    Raises: Invalid (`altitude.malformed`, `altitude.unknown_datum`, `altitude.range`).
    """
    plain = " ".join(text.split()).upper()
    if plain in ("SFC", "GND"):
        return SURFACE
    if plain in ("UNL", "UNLIM"):
        return UNLIMITED
    if (level := _FLIGHT_LEVEL.fullmatch(plain)) is not None:
        return checked(Altitude("FL", int(level[1]) * FLIGHT_LEVEL), path)
    if (match := _TEXT.fullmatch(plain)) is None:
        raise Invalid("altitude.malformed", path, text, ACCEPTED)
    datum = _ALIASES.get(match[3])
    if datum is None:
        raise Invalid("altitude.unknown_datum", path, text, ACCEPTED)
    unit = METRE if match[2] == "M" else FOOT
    return checked(Altitude(datum, to_integer(Decimal(match[1]), unit, rounding)), path)


def altitude_of(
    value: int | float | Decimal, unit: str, datum: str, path: str = "", rounding: Rounding = "nearest"
) -> Altitude:
    """Altitude from a value, a unit (m, ft, or FL with datum FL) and a datum.

    Here `MSL` is height above the geoid, and `W84` is HAE.

    Raises: Invalid (`altitude.unknown_unit`, `altitude.unknown_datum`, `altitude.range`).
    """
    named: dict[str, Datum] = {"W84": "HAE", **{name: name for name in DATUMS}}
    if datum not in named:
        raise Invalid("altitude.unknown_datum", f"{path}.datum", datum, ", ".join(["W84", *DATUMS]))
    if unit not in UNITS or (unit == "FL" and datum != "FL"):
        raise Invalid("altitude.unknown_unit", f"{path}.unit", unit, "m, ft, or FL with the datum FL")
    if datum in ("SFC", "UNL"):
        return Altitude(named[datum])
    if not -LIMIT <= value <= LIMIT:  # before multiplying: NaN, infinity, integers too long for a float
        raise Invalid("altitude.range", f"{path}.value", value, "within 100 km of the datum")
    return checked(Altitude(named[datum], to_integer(value, UNITS[unit], rounding)), path)


def checked(altitude: Altitude, path: str = "") -> Altitude:
    """The altitude itself if its value is credible. Raises: Invalid (`altitude.range`)."""
    if abs(altitude.value) > LIMIT:
        raise Invalid("altitude.range", path, f"{altitude.value / METRE:g} m", "within 100 km of the datum")
    return altitude


def check_order(lower: Altitude, upper: Altitude, path: str = "") -> None:
    """Refuse limits upside down: in one datum exactly, in two where neither weather nor ground could help.

    A band upside down would hold nothing and conflict with nothing.

    Raises: Invalid (`altitude.upside_down`).
    """
    on_ground = {"SFC": "AGL"}
    same = on_ground.get(lower.datum, lower.datum) == on_ground.get(upper.datum, upper.datum)
    wrong = lower.value > upper.value if same else _could_mean(lower)[0] > _could_mean(upper)[1]
    if lower.datum == "UNL" or wrong:
        raise Invalid("altitude.upside_down", path, f"{show(lower)} … {show(upper)}", "lower not above upper")


def _could_mean(limit: Altitude) -> tuple[int, int]:
    """Heights above mean sea level, in 0.1 mm, far wider than any conversion: only for gross mistakes."""
    match limit.datum:
        case "UNL":
            return UNBOUNDED, UNBOUNDED
        case "AGL" | "SFC":
            return limit.value - 600 * METRE, limit.value + 9_000 * METRE
        case "HAE" | "MSL":
            return limit.value - 150 * METRE, limit.value + 150 * METRE
        case _:
            doubt = abs(limit.value) // 4 + 1_000 * METRE
            return limit.value - doubt, limit.value + doubt


def show(altitude: Altitude, metric: bool = False) -> str:
    """Readable text: `FL310`, `400 ft AGL` or `120 m AGL`, `SFC`."""
    if altitude.datum in ("SFC", "UNL"):
        return altitude.datum
    if altitude.datum == "FL" and altitude.value % FLIGHT_LEVEL == 0 and altitude.value >= 0:
        return f"FL{altitude.value // FLIGHT_LEVEL:03d}"
    number = altitude.value / (METRE if metric else FOOT)
    return f"{number:,.0f} {'m' if metric else 'ft'} {altitude.datum}"
