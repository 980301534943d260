"""Distances of hundreds of kilometres: exact geodesics and the first variation.

For pieces of half-lengths r₁, r₂ with midpoints d apart, whose directions make the angles θ₁, θ₂
with the geodesic between the midpoints, the distance of any two of their points is at least
d − r₁|cos θ₁| − r₂|cos θ₂| − (r₁ + r₂)²·tan(d/2R)/4R: the second variation of length on a
sphere of radius R is at least −(u + v)²·tan(d/2R)/2R (do Carmo, Riemannian Geometry, ch. 9). Ten
per cent more covers the ellipsoid. Branch and bound on that is GEOMETRY's (d), faster.
"""

from __future__ import annotations

import numpy as np

from wideberth.space.ellipsoid import GEOD, R_MIN, Array, Index, to_ecef, to_lonlat
from wideberth.space.shape import Shapes

CLOSE_ENOUGH = 0.3
"""Metres between the bounds at which the search stops."""
LOOSE = 0.0202
"""Relative loss of the chord bound: R_MIN against R_MAX, squared."""


def far_bound(shapes: Shapes, i: int, j: int, reach: float) -> tuple[float, Array]:
    """Lower bound in metres (within CLOSE_ENOUGH of the truth when below `reach`) of the distance
    between the pieces of shapes i and j, and two nearly closest ECEF points (2, 3).
    """
    p, q = _candidates(shapes, i, j, reach)
    one, two = _middles(shapes, p), _middles(shapes, q)
    shortest, ends = np.inf, np.zeros((2, 2))
    settled = np.inf
    while True:
        azimuth, back, distance = GEOD.inv(one[:, 0], one[:, 1], two[:, 0], two[:, 1])
        lower = distance - _drop(one, azimuth) - _drop(two, back)
        bend = np.tan(np.minimum(distance / (2 * R_MIN), 1.5)) / (4 * R_MIN)
        lower -= 1.1 * (one[:, 3] + two[:, 3]) ** 2 * bend
        best = int(np.argmin(distance))
        if distance[best] < shortest:
            shortest, ends = float(distance[best]), np.stack([one[best, :2], two[best, :2]])
        # pairs that are left behind still hold what they may hold: their bounds count to the end
        left_open = lower < min(reach, shortest - CLOSE_ENOUGH)
        settled = min(settled, float(lower[~left_open].min(initial=np.inf)))
        if not left_open.any():
            return settled, to_ecef(ends[:, 0], ends[:, 1])
        one, two = _halve(one[left_open], two[left_open])


def _candidates(shapes: Shapes, i: int, j: int, reach: float) -> tuple[Index, Index]:
    """Piece pairs that the chords of their midpoints do not rule out."""
    p, q = np.arange(*shapes.first[[i, i + 1]]), np.arange(*shapes.first[[j, j + 1]])
    middle_p, middle_q = (shapes.a[p] + shapes.b[p]) / 2, (shapes.a[q] + shapes.b[q]) / 2
    least = np.inf
    kept: list[tuple[Index, Index, Array]] = []
    for start in range(0, len(p), 256):
        part = slice(start, start + 256)
        chord = np.linalg.norm(middle_p[part, None] - middle_q[None], axis=2)
        slack = shapes.half[p][part, None] + shapes.half[q][None] + 1.0
        low = _arc(np.maximum(chord - slack, 0.0), 1 - LOOSE)
        least = min(least, float(_arc(chord + slack, 1.0).min()))
        u, v = np.nonzero(low <= min(reach, least))
        kept.append((p[part][u], q[v], low[u, v]))
    u, v, low = (np.concatenate([part[k] for part in kept]) for k in range(3))
    chosen = low <= least
    return u[chosen].astype(np.int64), v[chosen].astype(np.int64)


def _arc(chord: Array, share: float) -> Array:
    """Geodesic distance from a chord on a circle of radius R_MIN, `share` of the bending counted."""
    ratio = np.clip(chord / (2 * R_MIN), 0.0, 1.0)
    return np.asarray(chord + share * (2 * R_MIN * np.arcsin(ratio) - chord))


def _middles(shapes: Shapes, pieces: Index) -> Array:
    """(n, 4): lon, lat of the midpoint and azimuth there in degrees, half-length in metres."""
    (lon1, lat1), (lon2, lat2) = to_lonlat(shapes.a[pieces]).T, to_lonlat(shapes.b[pieces]).T
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    lon, lat, back = GEOD.fwd(lon1, lat1, azimuth, length / 2)
    return np.stack([lon, lat, np.asarray(back) + 180.0, length / 2], -1)


def _drop(pieces: Array, azimuth: Array) -> Array:
    return np.asarray(pieces[:, 3] * np.abs(np.cos(np.radians(azimuth - pieces[:, 2]))))


def _halve(one: Array, two: Array) -> tuple[Array, Array]:
    """The longer piece of each pair in two."""
    first = one[:, 3] >= two[:, 3]
    longer = np.where(first[:, None], one, two)
    other = np.where(first[:, None], two, one)
    halves = []
    for way in (0.0, 180.0):
        lon, lat, back = GEOD.fwd(longer[:, 0], longer[:, 1], longer[:, 2] + way, longer[:, 3] / 2)
        halves.append(np.stack([lon, lat, np.asarray(back) + 180.0, longer[:, 3] / 2], -1))
    pieces, partner = np.concatenate(halves), np.concatenate([other, other])
    swap = np.concatenate([first, first])[:, None]
    return np.where(swap, pieces, partner), np.where(swap, partner, pieces)
