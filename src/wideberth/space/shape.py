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

from wideberth.space.ellipsoid import A, Array, B, to_ecef
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.inside import contains
from wideberth.space.pieces import cut, sagitta
from wideberth.space.rings import boundary, degrees
from wideberth.space.units import METRE

Index = NDArray[np.int64]
THINNEST = METRE
"""GEOMETRY, Volumes: a ground thinner than 1 m is widened to that."""
_EXTREMES = np.array([[A, 0, 0], [-A, 0, 0], [0, A, 0], [0, -A, 0], [0, 0, B], [0, 0, -B]], dtype=float)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Pieces of n shapes, m in all; shape k owns pieces `first[k]:first[k + 1]`.

    `lonlat` (m, 4) lon1, lat1, lon2, lat2 in degrees; `a`, `b` (m, 3) the ends in ECEF metres;
    `half`, `sag` (m,) half the length and the sagitta in metres; per shape `radius` in metres,
    `area` (True where filled), `low`, `high` (n, 3) a box in ECEF metres around all of it.
    """

    first: Index
    lonlat: Array
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
    """Cut every ground into pieces (see `pieces`); deviations and slack join the radius.

    A circle of less than 1 m across, a corridor of less than 1 m width and a polygon of less than
    1 m width are widened to 1 m about their centre.

    Args:
        grounds: at least one.
    """
    edges: list[Array] = []
    straight: list[NDArray[np.bool_]] = []
    counts: list[int] = []
    radius = np.zeros(len(grounds))
    for k, ground in enumerate(grounds):
        ends, radius[k] = _edges(ground)
        edges.append(ends)
        counts.append(ends.shape[1])
        straight.append(np.full(ends.shape[1], not isinstance(ground, Circle) and ground.edges == "lonlat"))
    lon1, lat1, lon2, lat2 = np.concatenate(edges, axis=1)
    pieces = cut(lon1, lat1, lon2, lat2, np.concatenate(straight))
    owner = np.repeat(np.arange(len(grounds)), counts)[pieces.edge]
    first = np.searchsorted(owner, np.arange(len(grounds) + 1))
    deviation = np.zeros(len(grounds))
    np.maximum.at(deviation, owner, pieces.deviation)
    lonlat = np.stack([pieces.lon1, pieces.lat1, pieces.lon2, pieces.lat2], -1)
    a, b = to_ecef(pieces.lon1, pieces.lat1), to_ecef(pieces.lon2, pieces.lat2)
    sag = sagitta(pieces.length)
    area = np.array([isinstance(ground, Polygon) for ground in grounds], dtype=bool)
    low = np.minimum.reduceat(np.minimum(a, b) - sag[:, None], first[:-1])
    high = np.maximum.reduceat(np.maximum(a, b) + sag[:, None], first[:-1])
    thin = np.zeros(len(grounds), dtype=bool)
    shapes = Shapes(first, lonlat, a, b, pieces.length / 2, sag, radius + deviation, area, thin, low, high)
    _cover_insides(shapes)
    _widen_thin(shapes)
    low -= shapes.radius[:, None]
    high += shapes.radius[:, None]
    return shapes


def _edges(ground: Ground) -> tuple[Array, float]:
    """Edges (4, n) in degrees and the radius in metres."""
    if isinstance(ground, Circle):
        lon, lat = degrees((ground.centre,))
        return np.stack([lon, lat, lon, lat]), (max(ground.radius, THINNEST // 2) + ground.slack) / METRE
    if isinstance(ground, Polygon):
        return np.stack(boundary(ground)), ground.slack / METRE
    lon, lat = degrees(ground.points)
    ends = np.stack([lon[:-1], lat[:-1], lon[1:], lat[1:]])
    return ends, (max(ground.half_width, THINNEST // 2) + ground.slack) / METRE


def _cover_insides(shapes: Shapes) -> None:
    """Grow the boxes of filled shapes to hold what bulges out of their boundary.

    A coordinate is greatest on the boundary or at that axis' own extreme point of the ellipsoid.
    """
    for k in np.flatnonzero(shapes.area):
        middle = (shapes.low[k] + shapes.high[k]) / 2
        reach = float(np.linalg.norm(shapes.high[k] - shapes.low[k]))
        near = _EXTREMES[np.linalg.norm(_EXTREMES - middle, axis=1) <= 2 * reach + 1.0]
        if len(near):
            held = near[contains(shapes, int(k), near)]
            shapes.low[k] = np.min(np.vstack([shapes.low[k][None], held]), axis=0)
            shapes.high[k] = np.max(np.vstack([shapes.high[k][None], held]), axis=0)


def _widen_thin(shapes: Shapes) -> None:
    """Add to the radius of filled shapes narrower than 1 m what they lack."""
    wanted = THINNEST / METRE
    for k in np.flatnonzero(shapes.area):
        corners = shapes.a[shapes.pieces(int(k))]
        spread = corners - corners.mean(axis=0)
        # the mean over pieces of the triangle area against the middle; a plain upper bound of the diameter
        nxt = shapes.b[shapes.pieces(int(k))] - corners.mean(axis=0)
        covered = float(np.linalg.norm(np.cross(spread, nxt).sum(axis=0))) / 2
        across = 2 * float(np.linalg.norm(spread, axis=1).max())
        if covered > 2 * wanted * across:
            continue
        centre = corners.mean(axis=0)
        upward = centre / np.linalg.norm(centre)
        east = np.cross([0.0, 0.0, 1.0] if abs(upward[2]) < 0.9 else [0.0, 1.0, 0.0], upward)
        east /= np.linalg.norm(east)
        flat = np.stack([spread @ east, spread @ np.cross(upward, east)], -1)
        width = _width(flat)
        if width < wanted:
            shapes.radius[k] += (wanted - width) / 2
            shapes.thin[k] = True


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
