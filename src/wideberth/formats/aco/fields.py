"""Fields of an order: positions, distances, bearings, levels."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, checked
from wideberth.space.place import Place, compact, place
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE, Rounding, to_integer

POSITION = "a position such as LATS:203632N0594256E or LATM:2037N05943E"
DISTANCE = "a distance such as 5NM, 15KM, 1000M"
LEVEL = "levels such as RAFL:005AGL-FL245, FLFL:FL210-FL250, BRRA:GL-220AMSL"
PLAIN_FEET = "an AGL level of three digits without a leading zero may be feet or hundreds: the lower is taken"
FOUR_DIGITS = "levels of four digits and more are feet, not hundreds"

_POSITION = re.compile(r"(?:[A-Z]{2,6}:)?(\d{2,7}(?:\.\d{1,6})?)([NS])-?(\d{3,8}(?:\.\d{1,6})?)([EW])")
_DISTANCE = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)(NM|KM|M|FT|YD)")
_BEARING = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)(?:DEG)?([TMG])?")
_LIMIT = re.compile(r"(\d{1,6})(FT|M)?(AGL|AMSL|MSL)")
_FLIGHT_LEVEL = re.compile(r"FL(\d{1,3})")
_UNITS = {"NM": NAUTICAL_MILE, "KM": 1_000 * METRE, "M": METRE, "FT": FOOT, "YD": 9_144}


class Bearing(Struct, frozen=True):
    """Degrees clockwise from north; `true` False where north is magnetic or a grid's."""

    degrees: float
    true: bool


def position(field: str, where: str) -> Place | None:
    """The position that a field is, None for another field. Raises: Invalid (`place.*`)."""
    match = _POSITION.fullmatch("".join(field.split()))
    if match is None:
        return None
    try:
        lat = compact("lat", match[1], match[2] == "S")
        return place(lat, compact("lon", match[3], match[4] == "W"), "order")
    except Invalid as error:
        raise Invalid(error.code, where, field, error.wanted) from error


def distance(field: str, rounding: Rounding = "up") -> int | None:
    """A distance in 0.1 mm, None for another field."""
    match = _DISTANCE.fullmatch("".join(field.split()))
    return None if match is None else to_integer(Decimal(match[1]), _UNITS[match[2]], rounding)


def bearing(field: str, where: str) -> Bearing | None:
    """A bearing, None for another field. Raises: Invalid (`aco.bearing`)."""
    match = _BEARING.fullmatch("".join(field.split()))
    if match is None:
        return None
    if float(match[1]) > 360:
        raise Invalid("aco.bearing", where, field, "a bearing from 0 to 360")
    return Bearing(float(match[1]), match[2] in (None, "T"))


class Band(Struct, frozen=True):
    """A lower and an upper limit; `told` are the readings that were chosen."""

    lower: Altitude
    upper: Altitude
    told: tuple[str, ...] = ()


def band(field: str, where: str) -> Band:
    """The limits of a field such as `RAFL:005AGL-FL245`; one level is both.

    Numbers of up to three digits are hundreds of feet. Raises: Invalid (`aco.level`, `altitude.range`).
    """
    text = "".join(field.split())
    parts = text.rpartition(":")[2].split("-")
    if not 1 <= len(parts) <= 2:
        raise Invalid("aco.level", where, field, LEVEL)
    told: list[str] = []
    lower = _limit(parts[0], "lower", field, where, told)
    upper = _limit(parts[-1], "upper", field, where, told)
    return Band(lower, upper, tuple(told))


def is_band(field: str) -> bool:
    """Whether a field looks like levels."""
    last = "".join(field.split()).rpartition(":")[2].rpartition("-")[2]
    return bool(_FLIGHT_LEVEL.fullmatch(last) or _LIMIT.fullmatch(last) or last in (*_GROUND, *_NO_LIMIT))


_GROUND = ("GL", "GND", "SFC", "SURF")
_NO_LIMIT = ("UNL", "UNLTD", "UNLIM")


def _limit(text: str, edge: str, field: str, where: str, told: list[str]) -> Altitude:
    if text in _GROUND:
        return SURFACE
    if text in _NO_LIMIT:
        return UNLIMITED
    if text == "MSL":  # sea level: from the surface up
        return SURFACE if edge == "lower" else Altitude("MSL/ALT")
    if (level := _FLIGHT_LEVEL.fullmatch(text)) is not None:
        return Altitude("FL", int(level[1]) * FLIGHT_LEVEL)
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise Invalid("aco.level", where, field, LEVEL)
    number, unit = int(match[1]), match[2]
    scale = METRE if unit == "M" else FOOT
    if unit is None and len(match[1]) > 3:
        told.append(FOUR_DIGITS)
    elif unit is None and edge == "lower" and match[3] == "AGL" and number >= 100:
        told.append(PLAIN_FEET)
    elif unit is None:
        scale = 100 * FOOT
    return checked(Altitude("AGL" if match[3] == "AGL" else "MSL/ALT", number * scale), where)
