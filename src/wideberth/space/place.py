"""A place as text states it: a position, and how far from it the text still holds true."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.ellipsoid import R_MAX
from wideberth.space.ground import ROUNDING, Point
from wideberth.space.units import DEGREE, METRE

Axis = Literal["lat", "lon"]

LONGEST_DEGREE = math.radians(1) * R_MAX
"""Metres: no degree of latitude, and no degree of longitude at the equator, is longer."""


class Angle(Struct, frozen=True):
    """A latitude or longitude in degrees, exact as written; `half` is half of its last digit, in degrees."""

    axis: Axis
    value: Fraction
    half: Fraction


class Place(Struct, frozen=True):
    """A position and its doubt.

    `point` is (lon, lat) in 1e-7 degrees on WGS84. Everything the text may mean lies within `doubt`
    (0.1 mm) of it: half of the last digit, a grid reference's whole cell, the error of a conversion
    (GEOMETRY, Places). `notation` names how it was written, `datum` on what datum it was stated (the
    point is converted already), `notes` say what people must be told about the reading.
    """

    point: Point
    doubt: int
    notation: str
    datum: str = "WGS84"
    notes: tuple[str, ...] = ()


def angle(axis: Axis, parts: list[str], negative: bool, path: str = "") -> Angle:
    """The angle of degrees, or degrees and minutes, or degrees, minutes and seconds.

    Args:
        axis: of which the angle is.
        parts: one to three decimal numbers without sign; only the last may have a fraction.
        negative: True for south and west.
        path: for errors.

    Raises: Invalid (`place.minutes`, `place.latitude`, `place.longitude`).
    """
    shown = " ".join(parts)
    value, scale = Fraction(0), 1
    for part in parts:
        number = Fraction(part)
        if scale > 1 and number >= 60:
            raise Invalid("place.minutes", path, shown, "minutes and seconds below 60")
        value += number / scale
        scale *= 60
    digits = len(parts[-1].partition(".")[2])
    half = Fraction(1, 2 * 10**digits * (scale // 60))
    if axis == "lat" and value > 90:
        raise Invalid("place.latitude", path, shown, "a latitude of at most 90°")
    if axis == "lon" and value > 180:
        raise Invalid("place.longitude", path, shown, "a longitude of at most 180°")
    return Angle(axis, -value if negative else value, half)


def compact(axis: Axis, digits: str, negative: bool, path: str = "") -> Angle:
    """The angle of digits run together, with a fraction or not: `DD[MM[SS]]` north, `DDD[MM[SS]]` east.

    ICAO Annex 15 and Doc 8126 write NOTAM and charts so.

    Raises: Invalid (`place.digits`, and as `angle`).
    """
    whole, point, fraction = digits.partition(".")
    wide = 2 if axis == "lat" else 3
    if len(whole) not in (wide, wide + 2, wide + 4):
        wanted = "2, 4 or 6 digits of latitude" if axis == "lat" else "3, 5 or 7 digits of longitude"
        raise Invalid("place.digits", path, digits, wanted)
    parts = [whole[:wide], *(whole[i : i + 2] for i in range(wide, len(whole), 2))]
    parts[-1] += point + fraction
    return angle(axis, parts, negative, path)


def place(lat: Angle, lon: Angle, notation: str) -> Place:
    """The place of two angles; its doubt holds the whole cell of their last digits and our own rounding."""
    point = round(lon.value * DEGREE), round(lat.value * DEGREE)
    exact = point[0] == lon.value * DEGREE and point[1] == lat.value * DEGREE
    narrow = math.cos(math.radians(max(0.0, float(abs(lat.value) - lat.half))))
    reach = math.hypot(float(lat.half), float(lon.half) * narrow) * LONGEST_DEGREE
    return Place(point, math.ceil(reach * METRE) + (0 if exact else ROUNDING), notation)
