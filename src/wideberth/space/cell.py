"""A cell of a grid as a place: its centre, with a doubt that reaches its corners."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from pyproj import Proj

from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import ROUNDING, Point
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE

STRETCH = 1.001
"""Between a cell's corners its sides bend, and the furthest point may lie a little beyond a corner."""


def point_of(lon: float, lat: float) -> Point:
    """Degrees on the 1e-7 degree grid."""
    return round((lon + 180) % 360 * DEGREE) - 180 * DEGREE, round(lat * DEGREE)


def place_of(centre: tuple[float, float], corners: Sequence[tuple[float, float]], notation: str) -> Place:
    """The place at `centre` that reaches all `corners`, (lon, lat) in degrees."""
    point = point_of(*centre)
    lon, lat = point[0] / DEGREE, point[1] / DEGREE
    reach = max(GEOD.inv(lon, lat, x, y)[2] for x, y in corners)
    return Place(point, math.ceil(reach * STRETCH * METRE) + ROUNDING, notation)


def box_of(west: float, south: float, wide: float, high: float, notation: str) -> Place:
    """The place of a cell between meridians and parallels, in degrees."""
    centre = (west + wide / 2, south + high / 2)
    corners = [(west + i * wide, south + j * high) for i in (0, 0.5, 1) for j in (0, 1)]
    return place_of(centre, corners, notation)


@lru_cache(maxsize=256)
def utm(zone: int, south: bool, ellipsoid: str = "WGS84") -> Proj:
    """The projection of a UTM zone (NGA.SIG.0012, section 9), to and from degrees."""
    return Proj(proj="utm", zone=zone, south=south, ellps=ellipsoid)


def square_of(
    zone: int,
    south: bool,
    easting: float,
    northing: float,
    size: tuple[float, float],
    notation: str,
    ellipsoid: str = "WGS84",
) -> Place:
    """The place of a rectangle of UTM metres whose south-west corner is given."""
    projection = utm(zone, south, ellipsoid)
    wide, high = size
    corners = [
        projection(easting + i * wide, northing + j * high, inverse=True) for i in (0, 1) for j in (0, 1)
    ]
    centre = projection(easting + wide / 2, northing + high / 2, inverse=True)
    return place_of(centre, corners, notation)
