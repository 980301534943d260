"""Is a point inside a filled shape? By the side of the nearest boundary piece (GEOMETRY, Horizontal gap)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import Array, up

if TYPE_CHECKING:
    from wideberth.space.shape import Shapes

_CHUNK = 1_000_000


def contains(shapes: Shapes, k: int, points: Array) -> NDArray[np.bool_]:
    """For each ECEF point (m, 3) on the ellipsoid, whether the boundary of shape k has it on its inner side.

    The radius of the shape is not counted. A point within centimetres of the boundary may get
    either answer; callers look at the distance first.
    """
    a, b = shapes.a[shapes.pieces(k)], shapes.b[shapes.pieces(k)]
    answers = np.zeros(len(points), dtype=bool)
    step = max(1, _CHUNK // len(a))
    for start in range(0, len(points), step):
        answers[start : start + step] = _contains(a, b, points[start : start + step])
    return answers


def _contains(a: Array, b: Array, points: Array) -> NDArray[np.bool_]:
    along = b - a
    to_point = points[:, None] - a
    length2 = np.maximum(np.einsum("ij,ij->i", along, along), 1e-12)
    t = np.clip(np.einsum("mij,ij->mi", to_point, along) / length2, 0.0, 1.0)
    apart = to_point - t[..., None] * along
    nearest = np.argmin(np.einsum("mij,mij->mi", apart, apart), axis=1)
    rows = np.arange(len(points))
    where = t[rows, nearest]
    inside = _left(a[nearest], b[nearest], points)
    for i in np.flatnonzero((where == 0.0) | (where == 1.0)):
        vertex = a[nearest[i]] if where[i] == 0.0 else b[nearest[i]]
        inside[i] = _inside_corner(a, b, vertex, points[i])
    return inside


def _left(a: Array, b: Array, p: Array) -> NDArray[np.bool_]:
    """True where p is left of the plane through a, b and the vertical between them."""
    return np.asarray(np.einsum("...i,...i->...", np.cross(up((a + b) / 2), b - a), p - a) > 0)


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
