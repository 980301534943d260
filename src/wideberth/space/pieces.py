"""Edges cut into short pieces that are as good as straight.

Every boundary or centre line becomes pieces of at most 2 km, each a geodesic. An edge that is
straight in longitude and latitude is cut so finely that no piece of it leaves its geodesic by
more than 0.1 m, and the bound is handed on as the shape's deviation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import GEOD, R_MAX, R_MIN, Array

LONGEST = 2_000.0
"""Metres: the sagitta of a piece is then at most 0.08 m."""
DEVIATION = 0.1
"""Metres that a lon/lat-straight edge may leave the geodesic between two cuts."""


class Pieces(NamedTuple):
    """Pieces of many edges: `edge` is the index of the edge cut; positions in degrees, lengths in metres."""

    edge: NDArray[np.int64]
    lon1: Array
    lat1: Array
    lon2: Array
    lat2: Array
    length: Array
    deviation: Array


def turn(lon1: Array, lon2: Array) -> Array:
    """Longitude difference of an edge as it is read: the short way, but exactly ±360 all the way round."""
    plain = lon2 - lon1
    short = (plain + 180.0) % 360.0 - 180.0
    return np.where((np.abs(plain) <= 180.0) | (np.abs(plain) == 360.0), plain, short)


def cut(lon1: Array, lat1: Array, lon2: Array, lat2: Array, straight: NDArray[np.bool_]) -> Pieces:
    """Cut edges given in degrees; `straight` marks those that are straight in lon/lat."""
    wide = turn(lon1, lon2)
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    length = np.where(straight, longest(wide, lat1, lat2), length)
    bend = np.where(straight, bending(wide, lat1, lat2, length), 0.0)
    count = np.maximum(1, np.ceil(np.maximum(length / LONGEST, np.sqrt(bend / DEVIATION)))).astype(np.int64)

    edge = np.repeat(np.arange(len(lon1)), count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    begin = _along(edge, step / count[edge], lon1, lat1, wide, lat2, straight, azimuth, length)
    finish = _along(edge, (step + 1) / count[edge], lon1, lat1, wide, lat2, straight, azimuth, length)
    # the last cut is the vertex itself, to the bit: neighbours and shared borders meet exactly
    last = step + 1 == count[edge]
    finish = np.where(last, np.stack([lon2[edge], lat2[edge]]), finish)
    size = GEOD.inv(begin[0], begin[1], finish[0], finish[1])[2]
    return Pieces(edge, begin[0], begin[1], finish[0], finish[1], np.asarray(size), (bend / count**2)[edge])


def _along(
    edge: NDArray[np.int64],
    fraction: Array,
    lon1: Array,
    lat1: Array,
    wide: Array,
    lat2: Array,
    straight: NDArray[np.bool_],
    azimuth: Array,
    length: Array,
) -> Array:
    """Positions (2, n) at a fraction of each edge; the start of an edge is its vertex to the bit."""
    lon = lon1[edge] + fraction * wide[edge]
    lat = lat1[edge] + fraction * (lat2 - lat1)[edge]
    curved = ~straight[edge] & (fraction > 0)
    if curved.any():
        e = edge[curved]
        lon[curved], lat[curved], _ = GEOD.fwd(lon1[e], lat1[e], azimuth[e], fraction[curved] * length[e])
    return np.stack([lon, lat])


def bending(wide: Array, lat1: Array, lat2: Array, length: Array) -> Array:
    """Metres that lon/lat-straight edges of at most `length` may leave the geodesics between their ends.

    Along such an edge the geodesic curvature turns it by at most 2·sin(lat)·Δlon; a curve of length
    L that turns by θ stays within L·θ/8 of its chord while the curvature is even, and 1.04·L·θ/8
    allows for its change along a short piece: cut into n, each piece leaves its own by 1/n² of it.
    """
    slope = np.sin(np.radians(np.maximum(np.abs(lat1), np.abs(lat2))))
    return np.asarray(0.26 * slope * np.radians(np.abs(wide)) * length)


def longest(wide: Array, lat1: Array, lat2: Array) -> Array:
    """Upper bound in metres of the length of a lon/lat-straight edge."""
    lowest = np.where(lat1 * lat2 < 0, 0.0, np.minimum(np.abs(lat1), np.abs(lat2)))
    across = R_MAX * np.radians(np.abs(wide)) * np.cos(np.radians(lowest))
    return np.hypot(across, R_MAX * np.radians(np.abs(lat2 - lat1)))


def sagitta(length: Array) -> Array:
    """Furthest in metres that a geodesic piece lies from its chord."""
    return np.asarray(length * length / (8 * R_MIN))
