"""Ground shapes on the WGS84 ellipsoid, as stated: circle, corridor, polygon.

Positions are (lon, lat) in 1e-7 degrees. `edges` says how neighbouring vertices are joined:
`geodesic` by the shortest geodesic (ASTM F3548), `lonlat` by a line straight in longitude and
latitude (GeoJSON, KML). `slack` (0.1 mm) is how far rounding may have moved a vertex; the shape
stands for everything within that distance. Distances from a circle's centre or a corridor's line
are geodesic.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from wideberth.space.units import DEGREE

Point = tuple[int, int]
Edges = Literal["geodesic", "lonlat"]

HALF_TURN = 180 * DEGREE
ROUNDING = 80
"""0.1 mm: the furthest that rounding to 1e-7 degrees moves a point (half a unit on both axes: 7.9 mm)."""


class Circle(Struct, frozen=True, gc=False, tag="circle"):
    """All points within `radius` (0.1 mm) of `centre`."""

    centre: Point
    radius: int
    slack: int = 0


class Corridor(Struct, frozen=True, gc=False, tag="corridor"):
    """All points within `half_width` (0.1 mm) of a polyline: round caps and joins, may cross itself."""

    points: tuple[Point, ...]
    half_width: int
    edges: Edges = "geodesic"
    slack: int = 0


class Polygon(Struct, frozen=True, gc=False, tag="polygon"):
    """The smaller side of the first ring less the holes (the other rings); no last vertex is repeated."""

    rings: tuple[tuple[Point, ...], ...]
    edges: Edges = "geodesic"
    slack: int = 0


Ground = Circle | Corridor | Polygon


def crosses_antimeridian(shape: Ground) -> bool:
    """True where an edge goes the short way over ±180° (to be told once per file)."""
    if isinstance(shape, Circle):
        return False
    lines = shape.rings if isinstance(shape, Polygon) else (shape.points,)
    closing = 0 if isinstance(shape, Polygon) else 1
    return any(
        HALF_TURN < abs(line[i][0] - line[i - 1][0]) < 2 * HALF_TURN
        for line in lines
        for i in range(closing, len(line))
    )


def collapse(points: Iterable[Point], *, ring: bool = False) -> list[Point]:
    """The points without repeated neighbours (also last/first in a ring)."""
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1] != point:
            kept.append(point)
    while ring and len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return kept
