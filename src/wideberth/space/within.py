"""Is one ground wholly inside another? Answered with certainty or with no."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from wideberth.space.ellipsoid import GEOD, to_ecef, to_lonlat
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Ground, Polygon
from wideberth.space.inside import contains
from wideberth.space.rings import degrees
from wideberth.space.shape import compile_shapes


def within(ground: Ground, area: Polygon | Circle) -> bool:
    """True only where every point of `ground` is certainly in `area`; near the edge the answer is False."""
    shapes = compile_shapes([ground, area])
    if isinstance(area, Circle):
        lon, lat = to_lonlat(shapes.a[shapes.first[1]])
        own = shapes.pieces(0)
        ends = to_lonlat(np.concatenate([shapes.a[own], shapes.b[own]]))
        away = GEOD.inv(np.full(len(ends), lon), np.full(len(ends), lat), ends[:, 0], ends[:, 1])[2]
        furthest = float(np.max(away)) + float(shapes.half[own].max()) + float(shapes.radius[0])
        return furthest < float(shapes.radius[1])
    edge = replace(shapes, area=np.array([shapes.area[0], False]))
    clear = gaps(edge, np.array([0]), np.array([1]), np.array([1.0])).lower[0] > 0
    if not clear or not contains(shapes, 1, shapes.a[:1])[0]:
        return False
    # a hole of the area may still lie in the midst of the ground
    corners = to_ecef(*degrees(tuple(ring[0] for ring in area.rings)))
    return not (shapes.area[0] and contains(shapes, 0, corners).any())
