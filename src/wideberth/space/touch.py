"""Do two polygons that touch share any inner point? Only asked at a horizontal minimum of exactly 0."""

from __future__ import annotations

import numpy as np
import shapely

from wideberth.space.ellipsoid import Array
from wideberth.space.ground import Polygon
from wideberth.space.rings import plane
from wideberth.space.units import DEGREE

LARGEST = 5_000_000
"""1e-7 degrees: half a degree; up to there, and to 80° of latitude, `_bulge` bounds how far an edge bends."""
HIGHEST = 80 * DEGREE
_RUN = 256
"""Edges looked at together, so that memory stays bounded."""


def interiors_meet(p: Polygon, q: Polygon) -> bool:
    """False only where it is certain that the interiors have no common point.

    Decided where both are straight in lon/lat, lost nothing in rounding, run around no pole, and are
    filled as drawn: there the stated shapes are exact in the plane of longitude and latitude. Geodesic
    polygons are decided apart where they would be so with straight edges and no corner is so close to an edge
    that bending it into its geodesic matters; anything else counts as meeting.
    """
    if p.slack or q.slack or p.edges != q.edges:
        return True
    if p.edges == "geodesic":
        return not _only_shared_edges(p, q)
    one, two = plane(p), plane(q)
    if not (one.exact and two.exact) or one.rest or two.rest:
        return True
    a = shapely.Polygon(one.rings[0], one.rings[1:])
    for shift in (-720, -360, 0, 360, 720):  # each starts within ±180° and is at most 360° wide
        move = np.array([shift * DEGREE, 0])
        b = shapely.Polygon(two.rings[0] + move, [ring + move for ring in two.rings[1:]])
        if shapely.relate_pattern(a, b, "T********"):
            return True
    return False


def _only_shared_edges(p: Polygon, q: Polygon) -> bool:
    """True where two geodesic polygons without holes meet in nothing but whole common edges or corners.

    Bend every edge from the straight line into its geodesic: as long as no corner comes to lie on an
    edge that does not end there, which touches and which crosses which stays as it was. Two
    geodesics of this size cross once at most, so common corners keep the order of their edges.
    """
    if len(p.rings) > 1 or len(q.rings) > 1:
        return False
    rings = [np.array(ring, dtype=float) for ring in (p.rings[0], q.rings[0])]
    starts, ends = np.concatenate(rings), np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    extent = np.abs(ends - starts).max(axis=1)
    highest = np.maximum(np.abs(starts[:, 1]), np.abs(ends[:, 1]))
    if extent.max() > LARGEST or highest.max() > HIGHEST:
        return False
    corners = shapely.STRtree(np.asarray(shapely.points(starts)))
    lines = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)))
    doubt = _bulge(extent, highest)
    for first in range(0, len(lines), _RUN):
        run = slice(first, first + _RUN)
        line, corner = corners.query(lines[run], predicate="dwithin", distance=doubt[run])
        ends_there = [(starts[corner] == end[run][line]).all(axis=1) for end in (starts, ends)]
        if not np.logical_or(*ends_there).all():
            return False
    a, b = (shapely.Polygon(ring) for ring in rings)
    return not shapely.relate_pattern(a, b, "T********")


def _bulge(extent: Array, highest: Array) -> Array:
    """Furthest that geodesics leave the straight line in longitude and latitude, all in 1e-7 degrees.

    On a sphere λ″ = 2·tan φ·λ′φ′ and φ″ = −sin φ·cos φ·λ′², and a curve with ends fixed strays by at
    most an eighth of its second derivative; 1.3 covers the ellipsoid and the change of λ′ on the way.
    """
    slope = np.tan(np.radians(highest / DEGREE))
    return np.asarray(1.3 * np.radians(extent / DEGREE) * extent / 8 * np.hypot(2 * slope, 0.5) + 1.0)
