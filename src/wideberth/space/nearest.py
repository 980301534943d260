"""Towns of a gazetteer, and which of them is nearest: a place that people can picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.space.ellipsoid import GEOD, Array, to_ecef
from wideberth.space.ground import Point
from wideberth.space.units import DEGREE

CANDIDATES = 8
"""Towns nearest by the straight line through the Earth, among which the geodesic decides."""
POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")


class Towns(Struct, frozen=True):
    """Names with country (ISO 3166-1 alpha-2), position (degrees) and population, one index for all."""

    names: tuple[str, ...]
    countries: tuple[str, ...]
    lon: Array
    lat: Array
    population: NDArray[np.int64]


class Near(Struct, frozen=True):
    """A town, and how one gets from it to the place: metres and degrees from north."""

    name: str
    country: str
    point: Point
    distance: float
    bearing: float


def nearest(towns: Towns, point: Point) -> Near:
    """The nearest town to a (lon, lat) in 1e-7 degrees. There is at least one."""
    lon, lat = point[0] / DEGREE, point[1] / DEGREE
    apart = to_ecef(towns.lon, towns.lat) - to_ecef(np.array([lon]), np.array([lat]))
    square = np.einsum("ij,ij->i", apart, apart)
    some = np.argsort(square, kind="stable")[:CANDIDATES]
    metres = GEOD.inv(towns.lon[some], towns.lat[some], np.full(len(some), lon), np.full(len(some), lat))[2]
    return _near(towns, int(some[int(np.argmin(metres))]), point)


def named(towns: Towns, names: Sequence[str], point: Point, within: float) -> list[Near]:
    """The towns called one of `names` (case does not matter) up to `within` metres from the place."""
    wanted = {name.casefold() for name in names}
    rows = [i for i, name in enumerate(towns.names) if name.casefold() in wanted]
    found = [_near(towns, i, point) for i in rows]
    return sorted((each for each in found if each.distance <= within), key=lambda each: each.distance)


def _near(towns: Towns, i: int, point: Point) -> Near:
    town = round(float(towns.lon[i]) * DEGREE), round(float(towns.lat[i]) * DEGREE)
    distance, bearing = between(town, point)
    return Near(towns.names[i], towns.countries[i], town, distance, bearing)


def between(start: Point, end: Point) -> tuple[float, float]:
    """(metres, degrees from true north at the start) of the geodesic from one point to another."""
    away = GEOD.inv(start[0] / DEGREE, start[1] / DEGREE, end[0] / DEGREE, end[1] / DEGREE)
    return float(away[2]), float(away[0]) % 360


def compass(bearing: float) -> str:
    """The nearest of the 16 points of the compass to a bearing in degrees."""
    return POINTS[round(bearing / 22.5) % 16]
