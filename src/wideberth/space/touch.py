"""Do two polygons that touch share any inner point? Only asked at a horizontal minimum of exactly 0."""

from __future__ import annotations

import numpy as np
import shapely

from wideberth.space.ellipsoid import Array
from wideberth.space.ground import Polygon
from wideberth.space.rings import plane
from wideberth.space.units import DEGREE

LARGEST = 5_000_000
"""1e-7 degrees: half a degree across, a geodesic leaves the straight line by less than 2,000 units (20 m)
below 80° of latitude; the square of the extent says how much less for smaller ones."""


def interiors_meet(p: Polygon, q: Polygon) -> bool:
    """False only where it is certain that the interiors have no common point.

    Decided where both are straight in lon/lat, lost nothing in rounding, and run around no pole:
    there the stated shapes are exact in the plane of longitude and latitude. Geodesic polygons are
    decided apart where every vertex of one near the other is also a vertex of it, edge for edge;
    anything else counts as meeting.
    """
    if p.slack or q.slack or p.edges != q.edges:
        return True
    if p.edges == "geodesic":
        return not _only_shared_edges(p, q)
    one, two = plane(p), plane(q)
    if not (one.exact and two.exact):
        return True
    a = shapely.Polygon(one.rings[0], one.rings[1:])
    for shift in (-360, 0, 360):
        move = np.array([shift * DEGREE, 0])
        b = shapely.Polygon(two.rings[0] + move, [ring + move for ring in two.rings[1:]])
        if shapely.relate_pattern(a, b, "T********"):
            return True
    return False


def _only_shared_edges(p: Polygon, q: Polygon) -> bool:
    """True where two geodesic polygons without holes meet in nothing but whole common edges or corners."""
    if len(p.rings) > 1 or len(q.rings) > 1:
        return False
    corners = np.array(p.rings[0] + q.rings[0], dtype=float)
    extent = float(np.ptp(corners, axis=0).max())
    if extent > LARGEST or np.abs(corners[:, 1]).max() > 80 * DEGREE:
        return False
    a, b = _ring(p), _ring(q)
    if shapely.relate_pattern(a, b, "T********"):
        return False
    doubt = 2_000 * (extent / LARGEST) ** 2 + 1
    for ring, other, corners_of_other in ((p, b, set(q.rings[0])), (q, a, set(p.rings[0]))):
        away = np.asarray(shapely.distance(other, shapely.points(np.array(ring.rings[0], dtype=float))))
        if any(d < doubt and c not in corners_of_other for c, d in zip(ring.rings[0], away, strict=True)):
            return False
    return True


def _ring(p: Polygon) -> shapely.Polygon:
    ring: Array = np.array(p.rings[0], dtype=float)
    return shapely.Polygon(ring)
