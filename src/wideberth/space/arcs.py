"""Edges cut into short pieces in earth-centred coordinates: what distances are worked out on.

As `pieces.cut`, but points between two vertices of a geodesic lie on the normal section through
them: the plane that holds both vertices and the ellipsoid's normal at the middle of their chord.
It leaves the geodesic by at most 7e-19·L³ metres: on it the surface turns out of the plane by the
geodesic torsion, which is at most e²/(2·R_MIN) per metre, so that the lateral curvature x metres
from the middle is at most that·x/R_MIN; integrated twice with both ends fixed, L³/(72√3) times
that. That is 6 mm over 200 km; longer edges are cut by Karney's geodesics first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import E2, GEOD, R_MIN, A, Array, B, Index, to_ecef, up
from wideberth.space.pieces import DEVIATION, LONGEST, bending, longest, sagitta, turn

SECTION = 200_000.0
"""Metres: the longest edge that is taken as a normal section."""
STRAY = 1.1 * E2 / (2 * R_MIN) / R_MIN / (72 * 3**0.5)
"""Per m²: times the length cubed, how far a normal section strays from the geodesic; 1.1 covers the rest."""
_RUN = 16_384
_HALF_AXES = np.array([A, A, B])


class Arcs(NamedTuple):
    """Pieces of n edges, in their order: edge k owns pieces `first[k]:first[k + 1]`. `a`, `b` (m, 3) are
    their ends in ECEF metres, `half` (m,) at least half their length, `sag` (m,) how far in metres they may
    leave their chord, `deviation` (n,) how far they may lie from the edge as stated.
    """

    first: Index
    a: Array
    b: Array
    half: Array
    sag: Array
    deviation: Array


class _Ends(NamedTuple):
    """Edges in degrees; `wide` the difference of longitude of straight ones."""

    lon1: Array
    lat1: Array
    wide: Array
    high: Array
    straight: NDArray[np.bool_]
    a: Array
    b: Array


def arcs(lon1: Array, lat1: Array, lon2: Array, lat2: Array, straight: NDArray[np.bool_]) -> Arcs:
    """Cut edges given in degrees into pieces of at most 2 km; `straight` marks those straight in lon/lat.

    Neighbouring pieces share their ends to the bit, and the first and last ends are the vertices.
    """
    a, b = to_ecef(lon1, lat1), to_ecef(lon2, lat2)
    chord = _size(b - a)
    far = ~straight & (chord > SECTION)
    if far.any():
        return _with_long_edges(lon1, lat1, lon2, lat2, straight, far)
    wide = np.where(straight, turn(lon1, lon2), 0.0)
    length = np.where(straight, longest(wide, lat1, lat2), chord * _bent(chord))
    bend = np.where(straight, bending(wide, lat1, lat2, length), 0.0)
    count = np.maximum(1, np.ceil(np.maximum(length / LONGEST, np.sqrt(bend / DEVIATION)))).astype(np.int64)
    stray = np.where(straight, bend / count**2, np.where(count > 1, STRAY * length**3, 0.0))
    first = np.concatenate([[0], np.cumsum(count)])
    total = int(first[-1])
    found = Arcs(first, np.empty((total, 3)), np.empty((total, 3)), np.empty(total), np.empty(total), stray)
    ends = _Ends(lon1, lat1, wide, lat2 - lat1, straight, a, b)
    begin = 0
    while begin < len(count):
        # in runs that stay in the processor's cache
        end = max(begin + 1, int(np.searchsorted(first, first[begin] + _RUN, side="right")) - 1)
        _fill(found, ends, count, slice(begin, end))
        begin = end
    return found


def _fill(found: Arcs, ends: _Ends, count: Index, run: slice) -> None:
    """The pieces of a run of edges."""
    lon1, lat1, wide, high = ends.lon1[run], ends.lat1[run], ends.wide[run], ends.high[run]
    straight, a, b = ends.straight[run], ends.a[run], ends.b[run]
    n = count[run]
    # count + 1 points an edge, each worked out once
    edge = np.repeat(np.arange(len(n)), n + 1)
    first = np.cumsum(n + 1) - n - 1
    share = (np.arange(len(edge)) - first[edge]) / n[edge]
    points = np.empty((len(edge), 3))
    flat = straight[edge]
    if straight.any():
        e, s = edge[flat], share[flat]
        points[flat] = to_ecef(lon1[e] + s * wide[e], lat1[e] + s * high[e])
    if not straight.all():
        bowed = ~flat
        points[bowed] = _section(a, b, edge[bowed], share[bowed])
    points[first], points[first + n] = a, b
    own = slice(int(found.first[run.start]), int(found.first[run.stop]))
    begin = np.arange(own.stop - own.start) + np.repeat(np.arange(len(n)), n)
    np.take(points, begin, axis=0, out=found.a[own], mode="clip")
    np.take(points, begin + 1, axis=0, out=found.b[own], mode="clip")
    size = _size(found.b[own] - found.a[own])
    arc = size * _bent(size)
    found.half[own], found.sag[own] = arc / 2, sagitta(arc)


def _with_long_edges(
    lon1: Array,
    lat1: Array,
    lon2: Array,
    lat2: Array,
    straight: NDArray[np.bool_],
    far: NDArray[np.bool_],
) -> Arcs:
    """As `arcs`, with vertices put into the edges that are too long."""
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    count = np.where(far, np.ceil(np.asarray(length) / SECTION), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    step = np.arange(len(edge)) - first[edge]
    begin = np.stack([lon1[edge], lat1[edge]])
    inner = step > 0
    e = edge[inner]
    away = (np.asarray(length)[e] / count[e]) * step[inner]
    begin[0, inner], begin[1, inner], _ = GEOD.fwd(lon1[e], lat1[e], np.asarray(azimuth)[e], away)
    finish = np.roll(begin, -1, axis=1)
    finish[:, first + count - 1] = lon2, lat2
    found = arcs(begin[0], begin[1], finish[0], finish[1], straight[edge])
    return found._replace(
        first=found.first[np.append(first, len(edge))], deviation=np.maximum.reduceat(found.deviation, first)
    )


def _section(a: Array, b: Array, edge: Index, share: Array) -> Array:
    """The points (n, 3) of the ellipsoid that lie, along the normal of an edge's middle, over its chord.

    |(p + h·n) / half axes| = 1 is a quadratic equation for h.
    """
    start, along = a / _HALF_AXES, (b - a) / _HALF_AXES
    lift = up((a + b) / 2) / _HALF_AXES
    x, y, z = (start[edge, k] + share * along[edge, k] for k in range(3))
    u, v, w = (lift[edge, k] for k in range(3))
    square, mixed = u * u + v * v + w * w, x * u + y * v + z * w
    below = 1.0 - (x * x + y * y + z * z)
    height = below / (mixed + np.sqrt(mixed * mixed + square * below))
    return np.stack([(x + height * u) * A, (y + height * v) * A, (z + height * w) * B], -1)


def _size(vectors: Array) -> Array:
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    return np.asarray(np.sqrt(x * x + y * y + z * z))


def _bent(chord: Array) -> Array:
    """At least arc over chord of a curve nowhere bent more than a circle of radius R_MIN, to SECTION."""
    return np.asarray(1.0 + (chord / R_MIN) ** 2 / 23.0)
