"""The shortest text of a point that reads back to the very same point, for what is said and said again.

Degrees and minutes where they are exact, then degrees, minutes and seconds, else decimal degrees: a point is
whole 1e-7 degrees, so that the last always is.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.space.ground import Point
from wideberth.space.place import Axis
from wideberth.space.units import DEGREE

Side = Literal["N", "S", "E", "W"]
_FORMS: Final = ((1, 2), (1, 3), (2, 0), (2, 1))
"""Cuts of a degree by 60, and digits after the point of the last part, in the order they are tried."""
_WIDE: Final[dict[Axis, int]] = {"lat": 2, "lon": 3}
_DECIMALS: Final = 7


class Angle(Struct, frozen=True):
    """One axis: degrees, then minutes, then seconds as far as they are written, and the hemisphere."""

    axis: Axis
    parts: tuple[str, ...]
    side: Side

    @property
    def text(self) -> str:
        """`35°20.12′N`, `35°20′07″N`, `35.3353333°N`."""
        return "".join(f"{part}{sign}" for part, sign in zip(self.parts, "°′″", strict=False)) + self.side


def angles(point: Point) -> tuple[Angle, Angle]:
    """Latitude and longitude of a (lon, lat), in the same form."""
    lon, lat = point
    for cuts, digits in _FORMS:
        scale = 60**cuts * 10**digits
        if all(_back(_units(each, scale), scale) == abs(each) for each in point):
            return _sexagesimal("lat", lat, cuts, digits), _sexagesimal("lon", lon, cuts, digits)
    digits = _DECIMALS
    while digits > 1 and lat % 10 ** (_DECIMALS + 1 - digits) == lon % 10 ** (_DECIMALS + 1 - digits) == 0:
        digits -= 1
    return _decimal("lat", lat, digits), _decimal("lon", lon, digits)


def exact(point: Point) -> str:
    """`35°20.12′N 040°08.30′E`."""
    return " ".join(each.text for each in angles(point))


def _units(value: int, scale: int) -> int:
    """|value| (1e-7 degrees) in units of 1/scale degree, to the nearest."""
    return (2 * abs(value) * scale + DEGREE) // (2 * DEGREE)


def _back(units: int, scale: int) -> int:
    """1e-7 degrees of so many units, as `space.place.place` rounds them: half to even."""
    whole, rest = divmod(units * DEGREE, scale)
    return whole + (2 * rest > scale or (2 * rest == scale and whole % 2 == 1))


def _side(axis: Axis, value: int) -> Side:
    if axis == "lat":
        return "S" if value < 0 else "N"
    return "W" if value < 0 else "E"


def _sexagesimal(axis: Axis, value: int, cuts: int, digits: int) -> Angle:
    last, fraction = divmod(_units(value, 60**cuts * 10**digits), 10**digits)
    tail = f".{fraction:0{digits}}" if digits else ""
    parts = [f"{last % 60:02}{tail}"]
    last //= 60
    if cuts == 2:
        parts.insert(0, f"{last % 60:02}")
        last //= 60
    return Angle(axis, (f"{last:0{_WIDE[axis]}}", *parts), _side(axis, value))


def _decimal(axis: Axis, value: int, digits: int) -> Angle:
    whole, rest = divmod(abs(value), DEGREE)
    fraction = f"{rest:07}"[:digits]
    return Angle(axis, (f"{whole:0{_WIDE[axis]}}.{fraction}",), _side(axis, value))
