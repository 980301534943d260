"""Whether the parts of a MultiPolygon keep apart: they may touch in points, not overlap or share edges.

Looked for in the plane of longitude and latitude, where GeoJSON says its edges are straight. Parts that
were cut at the antimeridian (RFC 7946, 3.1.9) share an edge there and are fine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from wideberth.errors import Invalid
from wideberth.space.ground import Polygon
from wideberth.space.rings import plane
from wideberth.space.units import DEGREE

TURN = 360 * DEGREE
SEAM = 180 * DEGREE
MAX_NEIGHBOURS = 500_000
"""Pairs of parts whose boxes overlap: bounds the time that a hostile file can take."""


def check_parts(parts: Sequence[Polygon], path: str) -> None:
    """Refuse parts (valid polygons, straight in lon/lat) that overlap or share edges other than along ±180°.

    Raises: Invalid (`geojson.parts_overlap`, `geojson.parts_around_pole`, `geojson.too_many_parts`).
    """
    drawn = np.array([_drawn(part, f"{path}[{k}]") for k, part in enumerate(parts)], dtype=object)
    tree = shapely.STRtree(drawn)
    left = MAX_NEIGHBOURS
    for k, part in enumerate(drawn):
        # a part that reaches over +180° meets those west of -180° as well
        for shift in (0, -TURN) if part.bounds[2] >= SEAM else (0,):
            moved = _moved(part, shift) if shift else part
            found = tree.query(moved)
            near = found[found != k] if shift else found[found > k]
            left -= len(near)
            if left < 0:
                wanted = f"at most {MAX_NEIGHBOURS:,} pairs of polygons so close (as features of their own)"
                raise Invalid("geojson.too_many_parts", path, "polygons close to each other", wanted)
            shapely.prepare(moved)
            for n in near[shapely.intersects(moved, drawn[near])].tolist():
                if _clash(moved, drawn[n]):
                    wanted = "polygons that touch in points at most; others as features of their own"
                    pair = f"polygons {min(k, n)} and {max(k, n)} that overlap or share an edge"
                    raise Invalid("geojson.parts_overlap", path, pair, wanted)


def _drawn(part: Polygon, path: str) -> shapely.Polygon:
    """The part in unwrapped 1e-7 degrees, its western end within ±180°."""
    flat = plane(part)
    if not flat.exact or flat.rest:
        wanted = "a polygon around a pole as a feature of its own"
        raise Invalid("geojson.parts_around_pole", path, "a ring around a pole", wanted)
    west = min(float(ring[:, 0].min()) for ring in flat.rings)
    return _moved(shapely.Polygon(flat.rings[0], flat.rings[1:]), -TURN * int((west + SEAM) // TURN))


def _moved(part: shapely.Polygon, east: int) -> shapely.Polygon:
    offset = np.array([east, 0.0])
    return shapely.transform(part, lambda corners: corners + offset)


def _clash(a: shapely.Polygon, b: shapely.Polygon) -> bool:
    """True where two that meet share inner points, or an edge that is not on the antimeridian."""
    # "touches" stops at the first inner point, where the whole relation of two combs takes seconds
    if not shapely.touches(a, b):
        return True
    lines = [line for line in shapely.get_parts(shapely.intersection(a, b)) if line.length > 0]
    return any(abs(x) != SEAM for line in lines for x in (line.bounds[0], line.bounds[2]))
