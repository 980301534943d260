"""The certified horizontal gap between ground shapes.

For a pair of pieces the distance c between their chords, less both sagittas, is a lower bound of
the straight distance between any two of their points. It certifies a geodesic distance of at
least 2R·asin(c/2R) with R = a²/b: no normal section of the ellipsoid is flatter than a circle of
that radius, so the ellipsoid is an intersection of balls of radius R, contains with two points
the spindle that R spans over them, and no path on its surface is shorter than the spindle's
meridian. The bound is within 0.17 m at small distances, 0.2 m at 80 km and 0.5 m at 250 km;
further away the exact geodesic decides (`far`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import R_MAX, Array, Index, to_lonlat
from wideberth.space.far import far_bound
from wideberth.space.inside import contain
from wideberth.space.segments import closest
from wideberth.space.shape import Shapes

NOISE = 1e-6
"""Metres: far above the rounding of 6e6 m coordinates in double precision."""
FAR = 250_000.0
"""Metres beyond which the chord bound alone would be too loose."""
BLOCK = 16
_CHUNK = 400_000
_SMALL = 4_096


class Gaps(NamedTuple):
    """For each pair: `lower` bound of the gap in metres (negative: they overlap; at `limit` or above it
    is only known to be no less), and `near` (n, 2) lon, lat in degrees of a place between or in both.
    """

    lower: Array
    near: Array


Least = Callable[[Shapes, Index, Index, Array], tuple[Array, Array]]
"""(shapes, i, j, reach) → least distance of the chords of the pieces of each pair less both sagittas, in
metres, and its two ends (n, 2, 3) in ECEF metres; right where up to `reach`, else no less than it.
"""


def least(shapes: Shapes, i: Index, j: Index, reach: Array) -> tuple[Array, Array]:
    """The nearest pieces of each pair, as `Least` says."""
    pieces = np.diff(shapes.first)
    small = pieces[i] * pieces[j] <= _SMALL
    apart = np.full(len(i), np.inf)
    points = np.zeros((len(i), 2, 3))
    for chunk in _chunks(np.flatnonzero(small), pieces[i] * pieces[j]):
        apart[chunk], points[chunk] = _flat(shapes, i[chunk], j[chunk], reach[chunk])
    for k in np.flatnonzero(~small):
        apart[k], points[k] = _blocked(shapes, int(i[k]), int(j[k]), float(reach[k]))
    return apart, points


def gaps(shapes: Shapes, i: Index, j: Index, limit: Array, nearest: Least = least) -> Gaps:
    """Lower bounds of the horizontal gap of the pairs (i[k], j[k]), good where below `limit[k]` metres.

    The bound never exceeds the true gap and is within 1 m + 1e-5·gap of it below the limit.
    """
    reach = limit + shapes.radius[i] + shapes.radius[j]
    apart, points = nearest(shapes, i, j, reach)
    distance = arc(apart - NOISE)
    for k in np.flatnonzero((apart > FAR) & (distance < reach)):
        distance[k], points[k] = far_bound(shapes, int(i[k]), int(j[k]), float(reach[k]))
    lower = distance - shapes.radius[i] - shapes.radius[j]
    near = _between(points, distance, shapes.radius[i], shapes.radius[j])
    _swallow(shapes, i, j, lower, near)
    return Gaps(lower, to_lonlat(near))


def arc(chord: Array) -> Array:
    """Least geodesic distance in metres of two points `chord` metres apart (see the module)."""
    bent = 2 * R_MAX * np.arcsin(np.clip(chord / (2 * R_MAX), -1.0, 1.0))
    return np.where(np.isfinite(chord), np.where(chord > 0, bent, chord), np.inf)


def _chunks(rows: Index, weight: Index) -> list[Index]:
    """Rows in runs of about _CHUNK piece pairs."""
    if not len(rows):
        return []
    return np.split(rows, np.flatnonzero(np.diff(np.cumsum(weight[rows]) // _CHUNK)) + 1)


def _flat(shapes: Shapes, i: Index, j: Index, reach: Array) -> tuple[Array, Array]:
    """Least chord distance (less sagittas) and closest points of each pair, all piece pairs at once."""
    n, m = np.diff(shapes.first)[i], np.diff(shapes.first)[j]
    pair = np.repeat(np.arange(len(i)), n * m)
    rank = np.arange(len(pair)) - np.repeat(np.cumsum(n * m) - n * m, n * m)
    p = shapes.first[i][pair] + rank // m[pair]
    q = shapes.first[j][pair] + rank % m[pair]
    keep = _balls(shapes, p, q) <= reach[pair]
    pair, p, q = pair[keep], p[keep], q[keep]
    apart = np.full(len(i), np.inf)
    points = np.zeros((len(i), 2, 3))
    found, ends = chords(shapes, p, q)
    order = np.lexsort((found, pair))
    best = order[np.concatenate([[True], np.diff(pair[order]) > 0])] if len(order) else order
    apart[pair[best]] = found[best]
    points[pair[best]] = ends[best]
    return apart, points


def _balls(shapes: Shapes, p: Index, q: Index) -> Array:
    """Lower bound of the chord distance of pieces from their midpoints and half lengths."""
    middle = (shapes.a[p] + shapes.b[p] - shapes.a[q] - shapes.b[q]) / 2
    return np.asarray(
        np.linalg.norm(middle, axis=1) - shapes.half[p] - shapes.half[q] - shapes.sag[p] - shapes.sag[q]
    )


def chords(shapes: Shapes, p: Index, q: Index) -> tuple[Array, Array]:
    """Distance in metres of the chords of pieces less both sagittas, and its ends (n, 2, 3) in ECEF."""
    near_p, near_q = closest(shapes.a[p], shapes.b[p], shapes.a[q], shapes.b[q])
    apart = np.linalg.norm(near_p - near_q, axis=1) - shapes.sag[p] - shapes.sag[q]
    return apart, np.stack([near_p, near_q], axis=1)


def _blocked(shapes: Shapes, i: int, j: int, reach: float) -> tuple[float, Array]:
    """As `_flat` for one pair of many pieces: runs of pieces are compared as balls first."""
    centre_i, size_i, start_i = _blocks(shapes, i)
    centre_j, size_j, start_j = _blocks(shapes, j)
    best, points = np.inf, np.zeros((2, 3))
    for row in range(0, len(centre_i), 256):
        rows = slice(row, row + 256)
        middle = np.linalg.norm(centre_i[rows, None] - centre_j[None], axis=2)
        size = size_i[rows, None] + size_j[None]
        # some point pair is no further apart than the nearest two balls reach
        cut_off = min(reach, best, float((middle + size).min()))
        u, v = np.nonzero(middle - size <= cut_off)
        order = np.argsort((middle - size)[u, v])
        for part in np.array_split(order, max(1, len(order) * BLOCK * BLOCK // _CHUNK)):
            p, q = _expand(shapes, start_i[rows][u[part]], start_j[v[part]], i, j)
            keep = _balls(shapes, p, q) <= min(reach, best)
            apart, ends = chords(shapes, p[keep], q[keep])
            if len(apart) and apart.min() < best:
                best, points = float(apart.min()), ends[np.argmin(apart)]
    return best, points


def _blocks(shapes: Shapes, k: int) -> tuple[Array, Array, Index]:
    """Centres, radii (metres, ECEF) and first pieces of the runs of BLOCK pieces of shape k."""
    own = shapes.pieces(k)
    starts = np.arange(own.start, own.stop, BLOCK)
    count = np.diff(np.append(starts, own.stop))
    middle = (shapes.a[own] + shapes.b[own]) / 2
    centre = np.add.reduceat(middle, starts - own.start) / count[:, None]
    reach = (
        np.linalg.norm(middle - np.repeat(centre, count, axis=0), axis=1) + shapes.half[own] + shapes.sag[own]
    )
    return centre, np.maximum.reduceat(reach, starts - own.start), starts


def _expand(shapes: Shapes, p: Index, q: Index, i: int, j: int) -> tuple[Index, Index]:
    """All piece pairs of the given block pairs."""
    steps = np.arange(BLOCK)
    left = np.minimum(p[:, None] + steps, shapes.first[i + 1] - 1)
    right = np.minimum(q[:, None] + steps, shapes.first[j + 1] - 1)
    return np.repeat(left, BLOCK, axis=1).ravel(), np.tile(right, (1, BLOCK)).ravel()


def _between(points: Array, distance: Array, radius_i: Array, radius_j: Array) -> Array:
    """A point between the shapes or, where they overlap, in both: on the line between the closest points."""
    known = np.isfinite(distance) & (distance > 0)
    share = np.full(len(distance), 0.5)
    share[known] = np.clip((distance + radius_i - radius_j)[known] / (2 * distance[known]), 0.0, 1.0)
    return np.asarray(points[:, 0] + share[:, None] * (points[:, 1] - points[:, 0]))


def _swallow(shapes: Shapes, i: Index, j: Index, lower: Array, near: Array) -> None:
    """Where boundaries stay apart, one shape may still lie inside the other, filled one."""
    for outer, inner in ((i, j), (j, i)):
        point = shapes.a[shapes.first[inner]]
        maybe = (lower > 0) & shapes.area[outer]
        maybe &= ((point >= shapes.low[outer]) & (point <= shapes.high[outer])).all(axis=1)
        rows = np.flatnonzero(maybe)
        held = rows[contain(shapes, outer[rows], point[rows])]
        lower[held] = -np.inf
        near[held] = point[held]


def overlapping_boxes(shapes: Shapes, i: Index, j: Index, reach: Array) -> NDArray[np.bool_]:
    """False where the boxes alone prove a gap above `reach` metres (a chord never exceeds the geodesic)."""
    apart = np.maximum(shapes.low[i] - shapes.high[j], shapes.low[j] - shapes.high[i])
    return np.asarray(apart.max(axis=1) <= reach + NOISE)
