"""Is a point inside a filled shape? By the side of the nearest boundary piece (GEOMETRY, Horizontal gap)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import Array, Index, up

if TYPE_CHECKING:
    from wideberth.space.shape import Shapes

_CHUNK = 1_000_000


def contains(shapes: Shapes, k: int, points: Array) -> NDArray[np.bool_]:
    """For each ECEF point (m, 3) on the ellipsoid, whether the boundary of shape k has it on its inner side.

    The radius of the shape is not counted. A point within centimetres of the boundary may get
    either answer; callers look at the distance first.
    """
    return contain(shapes, np.full(len(points), k), points)


def contain(shapes: Shapes, k: Index, points: Array) -> NDArray[np.bool_]:
    """As `contains`, of a shape of its own for each point."""
    answers = np.zeros(len(points), dtype=bool)
    size = np.diff(shapes.first)[k]
    # as many points at a time as keep the memory bounded
    cuts = np.flatnonzero(np.diff(np.cumsum(size) // _CHUNK)) + 1
    for part in np.split(np.arange(len(points)), cuts):
        if len(part):
            answers[part] = _contain(shapes, k[part], points[part])
    return answers


def _contain(shapes: Shapes, k: Index, points: Array) -> NDArray[np.bool_]:
    size = np.diff(shapes.first)[k]
    begin = np.cumsum(size) - size
    point = np.repeat(np.arange(len(k)), size)
    piece = np.arange(len(point)) - np.repeat(begin - shapes.first[k], size)
    a, b = shapes.a[piece], shapes.b[piece]
    along, to_point = b - a, points[point] - a
    length2 = np.maximum(_dot(along, along), 1e-12)
    t = np.clip(_dot(to_point, along) / length2, 0.0, 1.0)
    apart = to_point - t[:, None] * along
    square = _dot(apart, apart)
    least = np.minimum.reduceat(square, begin)
    hit = np.flatnonzero(square == np.repeat(least, size))
    nearest = hit[np.searchsorted(hit, begin)]
    where = t[nearest]
    inside = _left(a[nearest], b[nearest], points)
    corner = (where == 0.0) | (where == 1.0)
    if corner.any():
        asked = np.flatnonzero(corner)
        vertex = np.where((where == 0.0)[:, None], a[nearest], b[nearest])
        own = np.flatnonzero(corner[point])
        leaving, arriving = (own[(end[own] == vertex[point[own]]).all(axis=1)] for end in (a, b))
        out, into = (np.bincount(point[edge], minlength=len(k)) for edge in (leaving, arriving))
        plain = (out == 1) & (into == 1)
        one, other = leaving[plain[point[leaving]]], arriving[plain[point[arriving]]]
        which = asked[plain[asked]]
        inside[which] = _inside_plain(b[one], a[other], vertex[which], points[which])
        for i in asked[~plain[asked]]:
            mine = slice(begin[i], begin[i] + size[i])
            inside[i] = _inside_corner(a[mine], b[mine], vertex[i], points[i])
    return inside


def _dot(x: Array, y: Array) -> Array:
    return np.asarray(x[:, 0] * y[:, 0] + x[:, 1] * y[:, 1] + x[:, 2] * y[:, 2])


def _left(a: Array, b: Array, p: Array) -> NDArray[np.bool_]:
    """True where p is left of the plane through a, b and the vertical between them."""
    return np.asarray(np.einsum("...i,...i->...", np.cross(up((a + b) / 2), b - a), p - a) > 0)


def _inside_plain(onward: Array, back: Array, vertex: Array, p: Array) -> NDArray[np.bool_]:
    """As `_inside_corner`, of corners where one edge leaves, to `onward`, and one arrives, from `back`."""
    upward = up(vertex)
    upward /= np.sqrt(_dot(upward, upward))[:, None]
    east = np.cross(onward - vertex, upward)
    north = np.cross(upward, east)
    leaves, arrives, here = (
        np.arctan2(_dot(way, north), _dot(way, east)) for way in (onward - vertex, back - vertex, p - vertex)
    )
    return np.asarray((here - leaves) % (2 * np.pi) <= (here - arrives) % (2 * np.pi))


def _inside_corner(a: Array, b: Array, vertex: Array, p: Array) -> bool:
    """The nearest boundary point is a vertex: all edges that meet there count, also of rings that touch.

    Going round the vertex, the edge just clockwise of the point decides: a leaving edge has the
    inside on that side, an arriving edge has not.
    """
    leaving, arriving = (a == vertex).all(axis=1), (b == vertex).all(axis=1)
    away = np.concatenate([b[leaving], a[arriving], p[None]]) - vertex
    upward = up(vertex) / np.linalg.norm(up(vertex))
    east = np.cross(away[0], upward)
    angles = np.arctan2(away @ np.cross(upward, east), away @ east)
    clockwise = (angles[-1] - angles[:-1]) % (2 * np.pi)
    return bool(np.argmin(clockwise) < leaving.sum())
