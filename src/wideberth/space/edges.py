"""The edges of many grounds at once, with the inside of polygons on their left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import Array, Index
from wideberth.space.ground import HALF_TURN, Circle, Corridor, Ground, Point, Polygon
from wideberth.space.rings import CLEARLY_SMALL, bends_matter_not, boundary
from wideberth.space.units import DEGREE, METRE

THINNEST = METRE
"""GEOMETRY, Volumes: a ground thinner than 1 m is widened to that."""
_LOW = 80 * DEGREE


class Edges(NamedTuple):
    """Edges (m,) in degrees, `owner` the ground of each, in order; per ground `radius` in metres, and
    whether it is a filled `area`.
    """

    owner: Index
    lon1: Array
    lat1: Array
    lon2: Array
    lat2: Array
    straight: NDArray[np.bool_]
    radius: Array
    area: NDArray[np.bool_]


def edges(grounds: Sequence[Ground]) -> Edges:
    """The centre of each circle (an edge of no length), the legs of each corridor, the boundary of each
    polygon; at least one edge a ground.
    """
    listed = [_stated(ground) for ground in grounds]
    points = [one[0] for one in listed]
    radius = np.array([one[1] for one in listed], dtype=np.int64) / METRE
    kind = np.array([one[2] for one in listed], dtype=np.int64)
    straight, area = kind & _STRAIGHT > 0, kind & _FILLED > 0
    size = np.array([*map(len, points)], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(points)), np.int64, 2 * int(size.sum()))
    vertices = flat.reshape(-1, 2)
    turned, clear = _orientation(vertices, size, area, straight)
    clear = ~area | (clear & (kind & _HOLED == 0))

    owner, ends = _steps(size, area, turned)
    numbers = vertices[ends] / DEGREE  # (m, 2, 2): end, lon and lat
    found = np.concatenate([numbers[:, 0], numbers[:, 1]], axis=1).T
    if not clear.all():
        owner, found = _with_boundaries(grounds, np.flatnonzero(~clear), owner, found)
    return Edges(owner, found[0], found[1], found[2], found[3], straight[owner], radius, area)


_STRAIGHT, _FILLED, _HOLED = 1, 2, 4


def _stated(ground: Ground) -> tuple[tuple[Point, ...], int, int]:
    """Its points (of a polygon the outer ring), how far it reaches beyond in 0.1 mm, and what it is."""
    if isinstance(ground, Circle):
        return (ground.centre,), max(ground.radius, THINNEST // 2) + ground.slack, 0
    straight = _STRAIGHT if ground.edges == "lonlat" else 0
    if isinstance(ground, Corridor):
        return ground.points, max(ground.half_width, THINNEST // 2) + ground.slack, straight
    holed = _HOLED if len(ground.rings) > 1 else 0
    return ground.rings[0], ground.slack, straight | _FILLED | holed


def _steps(size: Index, area: NDArray[np.bool_], turned: NDArray[np.bool_]) -> tuple[Index, Index]:
    """The ground of each edge, and the numbers (m, 2) of its two vertices; `turned` rings run backwards."""
    first = np.cumsum(size) - size
    count = np.where(area, size, np.maximum(size - 1, 1))
    owner = np.repeat(np.arange(len(size)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    n = size[owner]
    nxt = np.where(step + 1 == n, 0, step + 1)
    back = turned[owner]
    here, there = np.where(back, n - 1 - step, step), np.where(back, n - 1 - nxt, nxt)
    return owner, first[owner, None] + np.stack([here, there], -1)


def _orientation(
    vertices: Index, size: Index, area: NDArray[np.bool_], straight: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rings must be turned round, and for which that is certain without a closer look.

    Certain are single rings far from poles and antimeridian, no wider than 10°, whose sign in the plane of
    longitude and latitude is theirs on the Earth.
    """
    first = np.cumsum(size) - size
    nxt = np.arange(1, len(vertices) + 1)
    nxt[first + size - 1] = first
    plain = (vertices - np.repeat(vertices[first], size, axis=0)) / DEGREE
    x, y = plain[:, 0], plain[:, 1]
    twice = np.add.reduceat(x * y[nxt] - x[nxt] * y, first)
    around = np.add.reduceat(np.abs(x[nxt] - x) + np.abs(y[nxt] - y), first)
    high = np.maximum.reduceat(plain, first)
    extent = (high - np.minimum.reduceat(plain, first)).max(axis=1)
    edge = np.abs(vertices)
    low = np.maximum.reduceat(edge, first)
    clear = area & (extent < CLEARLY_SMALL) & (low[:, 1] < _LOW) & (low[:, 0] < HALF_TURN) & (twice != 0)
    clear &= straight | bends_matter_not(twice, around, extent)
    return area & (twice < 0), clear


def _with_boundaries(
    grounds: Sequence[Ground], hard: Index, owner: Index, found: Array
) -> tuple[Index, Array]:
    """The edges with those of the `hard` polygons replaced by their boundaries, looked at closely."""
    keep = ~np.isin(owner, hard)
    owners, edges_of = [owner[keep]], [found[:, keep]]
    for k in hard.tolist():
        ground = grounds[k]
        assert isinstance(ground, Polygon)  # only polygons are hard
        lines = np.stack(boundary(ground))
        owners.append(np.full(lines.shape[1], k))
        edges_of.append(lines)
    every = np.concatenate(owners)
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate(edges_of, axis=1)[:, order]
