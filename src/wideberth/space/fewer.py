"""Grounds of fewer points that hold the original: what is left out is made good in the slack.

A chain of edges that becomes one edge lies within some distance of it, and so does all that the two enclose;
grown by that distance the new ground holds the old one, whatever side the chain was on.
"""

from __future__ import annotations

import itertools

import numpy as np
import shapely
from msgspec.structs import replace

from wideberth.space.ellipsoid import R_MAX, Array
from wideberth.space.ground import HALF_TURN, ROUNDING, Circle, Edges, Ground, Point, Polygon
from wideberth.space.lattice import QUARTER
from wideberth.space.pieces import bending, longest
from wideberth.space.units import DEGREE, METRE

_HIGH = 80 * DEGREE


def fewer(ground: Ground, tolerance: int) -> Ground:
    """The ground with fewer points, where that costs at most about `tolerance` (0.1 mm), else as it is.

    What is wider than a quarter of a turn, near a pole or on ±180°, stays as it is.
    """
    if isinstance(ground, Circle):
        return ground
    lines = ground.rings if isinstance(ground, Polygon) else (ground.points,)
    points = np.array([point for line in lines for point in line], dtype=np.int64)
    low, high = points.min(axis=0), points.max(axis=0)
    if (
        high[0] - low[0] > QUARTER
        or np.abs(points[:, 1]).max() > _HIGH
        or np.abs(points[:, 0]).max() == HALF_TURN
    ):
        return ground
    # metres of a plane in which no way is shorter than on the Earth
    lowest = 0.0 if low[1] < 0 < high[1] else float(np.abs(points[:, 1]).min()) / DEGREE
    scale = R_MAX * np.radians(1 / DEGREE) * np.array([np.cos(np.radians(lowest)), 1.0])
    flat = [np.array(line, dtype=np.int64) * scale for line in lines]
    if isinstance(ground, Polygon):
        drawn = shapely.simplify(shapely.Polygon(flat[0], flat[1:]), tolerance / METRE)
        if len(drawn.interiors) != len(lines) - 1:
            return ground
        left = [shapely.get_coordinates(ring)[:-1] for ring in (drawn.exterior, *drawn.interiors)]
    else:
        left = [shapely.get_coordinates(shapely.simplify(shapely.LineString(flat[0]), tolerance / METRE))]
    kept = [_numbers(line, new) for line, new in zip(flat, left, strict=True)]
    closed = isinstance(ground, Polygon)
    lost = max(
        _lost(line, numbers, scale, ground.edges, closed) for line, numbers in zip(flat, kept, strict=True)
    )
    slack = ground.slack + int(np.ceil(lost * METRE)) + ROUNDING
    thinned = tuple(_chosen(line, numbers) for line, numbers in zip(lines, kept, strict=True))
    if isinstance(ground, Polygon):
        return replace(ground, rings=thinned, slack=slack)
    return replace(ground, points=thinned[0], slack=slack)


def _chosen(line: tuple[Point, ...], numbers: list[int]) -> tuple[Point, ...]:
    return tuple(line[k] for k in numbers)


def _numbers(line: Array, left: Array) -> list[int]:
    """Which of the points are left, in the order of the line."""
    places: dict[tuple[float, float], list[int]] = {}
    for k, (x, y) in enumerate(line.tolist()):
        places.setdefault((x, y), []).append(k)
    return sorted({k for x, y in left.tolist() for k in places[x, y]})


def _lost(line: Array, kept: list[int], scale: Array, edges: Edges, closed: bool) -> float:
    """Metres by which the points left out lie at most beside the edges that replace them."""
    n = len(line)
    ends = [*kept, kept[0] + n] if closed else kept
    worst = 0.0
    for begin, end in itertools.pairwise(ends):
        chain = line[np.arange(begin, end + 1) % n]
        if len(chain) > 2:
            edge = shapely.LineString(chain[[0, -1]])
            worst = max(worst, float(shapely.distance(edge, shapely.points(chain[1:-1])).max()))
    if edges == "lonlat":
        return worst
    return worst + _bend(line, scale, closed) + _bend(line[kept], scale, closed)


def _bend(line: Array, scale: Array, closed: bool) -> float:
    """Metres that the geodesics leave edges straight in longitude and latitude."""
    lon, lat = (np.append(line, line[:1], axis=0) if closed else line).T / scale[:, None] / DEGREE
    wide = np.diff(lon)
    return float(bending(wide, lat[:-1], lat[1:], longest(wide, lat[:-1], lat[1:])).max())
