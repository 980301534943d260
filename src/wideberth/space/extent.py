"""The box of meridians and parallels that certainly holds a ground and everything near it."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from wideberth.space.ellipsoid import R_MIN, A, Array, to_ecef, to_lonlat
from wideberth.space.ground import Ground
from wideberth.space.inside import contains
from wideberth.space.shape import compile_shapes
from wideberth.space.units import metres

_POLES = to_ecef(np.array([0.0, 0.0]), np.array([90.0, -90.0]))


class Extent(Struct, frozen=True):
    """Degrees. `east` is above `west`, by 360 where all longitudes are meant; it may exceed 180."""

    west: float
    south: float
    east: float
    north: float


def extent(ground: Ground, margin: int = 0) -> Extent:
    """The extent of all points within `margin` (0.1 mm) of the ground; never too small.

    Each piece of the ground stays within half its length of its ends. A way of length r at latitudes up
    to φ changes the latitude by at most r / R_MIN and the longitude by at most r / (A cos φ), for the
    meridian is nowhere curved more than by R_MIN and a parallel is nowhere shorter than A cos φ.
    """
    shapes = compile_shapes([ground])
    reach = shapes.half + shapes.sag + float(shapes.radius[0]) + metres(margin)
    ends = np.concatenate([to_lonlat(shapes.a), to_lonlat(shapes.b)])
    around = np.concatenate([reach, reach])
    up = np.degrees(around / R_MIN)
    south, north = float(np.min(ends[:, 1] - up)), float(np.max(ends[:, 1] + up))
    filled = contains(shapes, 0, _POLES) if shapes.area[0] else np.array([False, False])
    south = -90.0 if filled[1] else max(south, -90.0)
    north = 90.0 if filled[0] else min(north, 90.0)
    highest = np.abs(ends[:, 1]) + up
    if north == 90.0 or south == -90.0 or np.any(highest >= 89.9):
        return Extent(-180.0, south, 180.0, north)
    aside = np.degrees(around / (A * np.cos(np.radians(highest))))
    lon = _unwound(shapes.first[1], ends[:, 0])
    west, east = float(np.min(lon - aside)), float(np.max(lon + aside))
    if east - west >= 360.0:
        return Extent(-180.0, south, 180.0, north)
    turns = np.floor((west + 180.0) / 360.0) * 360.0
    return Extent(west - turns, south, east - turns, north)


def _unwound(count: np.int64, lon: Array) -> Array:
    """Longitudes without jumps of a turn, for the ends of consecutive pieces (first a, then b of each)."""
    n = int(count)
    first = np.degrees(np.unwrap(np.radians(lon[:n])))
    step = (lon[n:] - lon[:n] + 180.0) % 360.0 - 180.0
    return np.concatenate([first, first + step])
