"""The box around a ground of many vertices, where looking at each of them would take too long."""

from __future__ import annotations

import numpy as np

from wideberth.space.ground import HALF_TURN, Circle, Ground, Point, Polygon
from wideberth.space.lattice import QUARTER, cell
from wideberth.space.pieces import bending, longest
from wideberth.space.rings import degrees
from wideberth.space.units import DEGREE, METRE

_ROOM = 10
"""1e-7 degrees: a line along a meridian gets a box that is one."""
_HIGH = 80 * DEGREE
_FEW = 40


def boxed(ground: Ground, pad: int) -> tuple[Ground, int]:
    """A ground that holds the ground, and a pad (0.1 mm) with which it holds the ground grown by `pad`.

    A circle or a ground of few points, and what is wider than a quarter of a turn, near a pole or on ±180°,
    stays as it is.
    """
    if isinstance(ground, Circle) or corners(ground) <= _FEW:
        return ground, pad
    lines = ground.rings if isinstance(ground, Polygon) else (ground.points,)
    points = np.array(lines[0], dtype=np.int64)
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    if east - west > QUARTER or max(-south, north) > _HIGH or max(-west, east) > HALF_TURN - _ROOM:
        return ground, pad
    bulge = 0 if ground.edges == "lonlat" else _bulge(lines[0])
    beyond = ground.slack + (0 if isinstance(ground, Polygon) else ground.half_width)
    return cell(west - _ROOM, south - _ROOM, east + _ROOM, north + _ROOM), pad + beyond + bulge


def corners(ground: Ground) -> int:
    """How many points a ground has."""
    if isinstance(ground, Circle):
        return 1
    return sum(map(len, ground.rings)) if isinstance(ground, Polygon) else len(ground.points)


def _bulge(line: tuple[Point, ...]) -> int:
    """How far at most, in 0.1 mm, geodesic edges leave those straight in longitude and latitude."""
    lon, lat = degrees((*line, line[0]))
    wide = np.diff(lon)
    bend = bending(wide, lat[:-1], lat[1:], longest(wide, lat[:-1], lat[1:]))
    return int(np.ceil(float(bend.max()) * METRE))
