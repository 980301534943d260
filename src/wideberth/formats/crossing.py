"""Outlines that cross themselves by a hair: a bend digitised twice, an arc that ends beside its point.

What is left out of the ring lies within metres of what is kept, and is given back to be added to its slack.
An outline that crosses itself by more is a wrong coordinate and stays refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from wideberth.formats.arc import Position, distance
from wideberth.space.units import METRE

NEAR = 100.0
"""Metres: what is left out may lie so far from the outline that is kept."""
DEGREE = 111_700.0
"""Metres: no degree of latitude or longitude is longer."""
RADIUS = 6_335_000.0
WIDEST = 20.0
"""Degrees of longitude or latitude of an outline that is mended."""
NORTHERNMOST = 80.0


def mended(ring: Sequence[Position]) -> tuple[list[Position], int] | None:
    """The largest part of a ring that crosses or touches itself, and the slack (0.1 mm) that holds the rest.

    None where the rest is not within `NEAR` of it, or where longitude and latitude are no fair plane.
    """
    flat = np.array(ring)
    if np.ptp(flat, axis=0).max() > WIDEST or np.abs(flat[:, 1]).max() > NORTHERNMOST:
        return None
    line = shapely.LineString([*ring, ring[0]])
    parts = list(shapely.get_parts(shapely.polygonize([shapely.unary_union(line)])))
    if not parts:
        return None
    main = max(parts, key=shapely.area)
    away = _away(main, shapely.unary_union([line, *parts]))
    if away is None:
        return None
    outside = max(away, shapely.hausdorff_distance(line, main.exterior)) * DEGREE
    # a vertex put where two edges cross lies on the straight line, not on the geodesic
    longest = max(distance(p, q) for p, q in zip(ring, (*ring[1:], ring[0]), strict=True))
    steep = math.tan(math.radians(float(np.abs(flat[:, 1]).max())))
    bend = longest**2 / (8 * RADIUS) * max(steep, 0.1)
    if outside + bend > NEAR or len(main.interiors):
        return None
    kept = [(float(x), float(y)) for x, y in main.exterior.coords[:-1]]
    return kept, math.ceil((outside + bend + 0.1) * METRE)


def _away(main: shapely.Geometry, whole: shapely.Geometry) -> float | None:
    """Degrees within which of `main` all of `whole` lies, parts and the middles of edges; None if too far."""
    near = shapely.hausdorff_distance(main, whole)  # of vertices only
    for tried in (near * 1.1 + 1e-9, NEAR / DEGREE):
        if tried <= NEAR / DEGREE and shapely.covers(shapely.buffer(main, tried, quad_segs=16), whole):
            return float(tried)
    return None
