"""Ground shapes made ready for distances: all pieces of all shapes in flat arrays.

A shape is its pieces (of the centre, the centre line, or the boundary), a radius by which it
reaches beyond them, and whether it also fills what the boundary encloses. Circles and corridors
are never polygonised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from wideberth.space.arcs import arcs
from wideberth.space.edges import THINNEST, edges
from wideberth.space.ellipsoid import A, Array, B, Index
from wideberth.space.ground import Ground
from wideberth.space.inside import contains
from wideberth.space.units import METRE

_CHUNK = 1_000_000
_EXTREMES = np.array([[A, 0, 0], [-A, 0, 0], [0, A, 0], [0, -A, 0], [0, 0, B], [0, 0, -B]], dtype=float)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shapes:
    """Pieces of n shapes, m in all; shape k owns pieces `first[k]:first[k + 1]`.

    `a`, `b` (m, 3) the ends in ECEF metres; `half`, `sag` (m,) at least half the length, and the
    sagitta, in metres; per shape `radius` in metres,
    `area` (True where filled), `low`, `high` (n, 3) a box in ECEF metres around all of it.
    """

    first: Index
    a: Array
    b: Array
    half: Array
    sag: Array
    radius: Array
    area: NDArray[np.bool_]
    thin: NDArray[np.bool_]
    low: Array
    high: Array

    def pieces(self, k: int) -> slice:
        """The pieces of shape k."""
        return slice(int(self.first[k]), int(self.first[k + 1]))


def compile_shapes(grounds: Sequence[Ground]) -> Shapes:
    """Cut every ground into pieces (see `arcs`); deviations and slack join the radius.

    A circle of less than 1 m across, a corridor of less than 1 m width and a polygon of less than
    1 m width are widened to 1 m about their centre.

    Args:
        grounds: at least one.
    """
    stated = edges(grounds)
    pieces = arcs(stated.lon1, stated.lat1, stated.lon2, stated.lat2, stated.straight)
    edge = np.searchsorted(stated.owner, np.arange(len(grounds) + 1))
    first = pieces.first[edge]
    radius = stated.radius + np.maximum.reduceat(pieces.deviation, edge[:-1])
    sag = np.maximum.reduceat(pieces.sag, first[:-1])[:, None]
    ends = np.minimum.reduceat(pieces.a, first[:-1]), np.minimum.reduceat(pieces.b, first[:-1])
    low = np.minimum(*ends) - sag
    ends = np.maximum.reduceat(pieces.a, first[:-1]), np.maximum.reduceat(pieces.b, first[:-1])
    high = np.maximum(*ends) + sag
    thin = np.zeros(len(grounds), dtype=bool)
    shapes = Shapes(first, *pieces[1:5], radius, stated.area, thin, low, high)
    _cover_insides(shapes)
    _widen_thin(shapes)
    low -= shapes.radius[:, None]
    high += shapes.radius[:, None]
    return shapes


def _cover_insides(shapes: Shapes) -> None:
    """Grow the boxes of filled shapes to hold what bulges out of their boundary.

    A coordinate is greatest on the boundary or at that axis' own extreme point of the ellipsoid.
    """
    middle = (shapes.low + shapes.high) / 2
    reach = 2 * np.linalg.norm(shapes.high - shapes.low, axis=1) + 1.0
    near = [shapes.area & (np.linalg.norm(middle - extreme, axis=1) <= reach) for extreme in _EXTREMES]
    for k in np.flatnonzero(np.any(near, axis=0)):
        looked_at = _EXTREMES[[bool(one[k]) for one in near]]
        held = looked_at[contains(shapes, int(k), looked_at)]
        shapes.low[k] = np.min(np.vstack([shapes.low[k][None], held]), axis=0)
        shapes.high[k] = np.max(np.vstack([shapes.high[k][None], held]), axis=0)


def _widen_thin(shapes: Shapes) -> None:
    """Add to the radius of filled shapes narrower than 1 m what they lack."""
    wanted = THINNEST / METRE
    filled = np.flatnonzero(shapes.area)
    # as many at a time as keep the memory bounded
    cuts = np.flatnonzero(np.diff(np.cumsum(np.diff(shapes.first)[filled]) // _CHUNK)) + 1
    maybe = [_maybe_thin(shapes, run) for run in np.split(filled, cuts)]
    for k in filled[np.concatenate(maybe)]:
        corners = shapes.a[shapes.pieces(int(k))]
        centre = corners.mean(axis=0)
        spread = corners - centre
        upward = centre / np.linalg.norm(centre)
        east = np.cross([0.0, 0.0, 1.0] if abs(upward[2]) < 0.9 else [0.0, 1.0, 0.0], upward)
        east /= np.linalg.norm(east)
        flat = np.stack([spread @ east, spread @ np.cross(upward, east)], -1)
        width = _width(flat)
        if width < wanted:
            shapes.radius[k] += (wanted - width) / 2
            shapes.thin[k] = True


def _maybe_thin(shapes: Shapes, filled: Index) -> NDArray[np.bool_]:
    """For each of these shapes, False where its area is too large for its extent to be so thin."""
    size = np.diff(shapes.first)[filled]
    first = np.cumsum(size) - size
    own = np.repeat(shapes.first[filled] - first, size) + np.arange(size.sum())
    if not len(own):
        return np.zeros(0, dtype=bool)
    centre = np.repeat(np.add.reduceat(shapes.a[own], first) / size[:, None], size, axis=0)
    spread, nxt = shapes.a[own] - centre, shapes.b[own] - centre
    # the triangles over the pieces against the middle add up to the area; the diameter is bounded plainly
    covered = np.linalg.norm(np.add.reduceat(np.cross(spread, nxt), first), axis=1) / 2
    across = 2 * np.sqrt(np.maximum.reduceat((spread * spread).sum(axis=1), first))
    return np.asarray(covered <= 2 * (THINNEST / METRE) * across)


def _width(flat: Array) -> float:
    """Least width of the hull of plane points: over the hull's edges, the furthest point from each."""
    hull = shapely.convex_hull(shapely.MultiPoint(flat))
    across = 2 * float(np.linalg.norm(flat, axis=1).max())
    if hull.area > 2 * across * THINNEST / METRE:  # a hull's area is at most its width times its diameter
        return float(THINNEST)
    ring = shapely.get_coordinates(hull)
    along = np.diff(ring, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], -1) / np.linalg.norm(along, axis=1)[:, None]
    return float(np.min(np.max(np.abs((ring[None] - ring[:-1, None]) @ normal[:, :, None]), axis=1)))
