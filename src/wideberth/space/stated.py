"""Positions in degrees, as a file states them, become grounds; what is wrong with them is refused here."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from wideberth.errors import Invalid
from wideberth.space.ground import HALF_TURN, ROUNDING, Circle, Corridor, Edges, Point, Polygon, collapse
from wideberth.space.rings import check_rings
from wideberth.space.units import DEGREE, METRE

Position = Sequence[float]

MAX_RADIUS = 5_000_000 * METRE
MAX_VERTICES = 10_000
LONGEST_LINE = 900 * DEGREE
"""100,000 km of boundary or centre line, in 1e-7 degrees of a great circle."""
NEAR_ANTIMERIDIAN = 1 * DEGREE
BINARY_NOISE = 1e-13
"""Degrees (10 nm): a double that misses the grid by less was meant to be on it (24.200000000000003)."""


def position(lon: object, lat: object, path: str = "", *, wrap: bool = False) -> tuple[Point, int]:
    """One position in degrees as (point, slack): the point on the 1e-7 degree grid and the loss in 0.1 mm.

    Raises: Invalid (`geometry.not_a_number`, `geometry.latitude`, `geometry.longitude`).
    """
    for value in (lon, lat):
        # compared, not asked of math.isfinite: an integer may be too long for a float
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
            raise Invalid(
                "geometry.not_a_number", path, value, "finite numbers: longitude, latitude in degrees"
            )
    assert isinstance(lon, int | float)
    assert isinstance(lat, int | float)
    if not -90 <= lat <= 90:
        raise Invalid("geometry.latitude", path, lat, "a latitude from -90 to 90 degrees (GeoJSON: lon, lat)")
    if not -180 <= lon <= 180:
        if not wrap or not -540 <= lon <= 540:
            raise Invalid("geometry.longitude", path, lon, "a longitude from -180 to 180 degrees (or --wrap)")
        lon = (lon + 180) % 360 - 180
    point = (round(lon * DEGREE), round(lat * DEGREE))
    lost = max(abs(lon - point[0] / DEGREE), abs(lat - point[1] / DEGREE))
    return point, ROUNDING if lost > BINARY_NOISE else 0


def circle(lon: object, lat: object, radius: int, path: str = "", *, wrap: bool = False) -> Circle:
    """Circle of `radius` (0.1 mm). Raises: Invalid (as `position`, `geometry.radius`)."""
    if not 0 <= radius <= MAX_RADIUS:
        raise Invalid("geometry.radius", path, f"{radius / METRE:g} m", "a radius from 0 to 5,000 km")
    centre, slack = position(lon, lat, path, wrap=wrap)
    return Circle(centre, radius, slack)


def corridor(
    line: Sequence[Position], half_width: int, edges: Edges, path: str = "", *, wrap: bool = False
) -> Corridor:
    """Corridor along `line` (positions in degrees). Repeated neighbours are collapsed.

    Raises: Invalid (as `position`, `geometry.half_width`, `geometry.too_few_points`,
    `geometry.too_many_points`, `geometry.long_edge`, `geometry.ambiguous_edge`).
    """
    check_width(half_width, path)
    points, slack = positions(line, path, wrap)
    points = collapse(points)
    if len(points) < 2:
        raise Invalid("geometry.too_few_points", path, f"{len(points)} different points", "2 or more")
    for i, (p, q) in enumerate(itertools.pairwise(points)):
        check_edge(p, q, edges, f"{path}[{i}]", wrap)
    check_length(points, path)
    return Corridor(tuple(points), half_width, edges, slack)


def polygon(
    rings: Sequence[Sequence[Position]],
    edges: Edges,
    path: str = "",
    *,
    closed: bool = True,
    wrap: bool = False,
) -> Polygon:
    """Polygon from rings of positions in degrees; `closed` says that the first is repeated as the last.

    Repeated neighbours are collapsed. Edges along latitude ±90 are kept: they have no length.

    Raises: Invalid (as `corridor`, `geometry.open_ring`, `geometry.self_intersection`,
    `geometry.no_area`, `geometry.half_the_earth`, `geometry.empty`).
    """
    if not rings:
        raise Invalid("geometry.empty", path, "no ring", "an outer ring and any holes")
    checked: list[tuple[Point, ...]] = []
    slack = 0
    if sum(len(ring) for ring in rings) > MAX_VERTICES + len(rings):
        raise Invalid(
            "geometry.too_many_points", path, f"{sum(map(len, rings))} vertices", f"at most {MAX_VERTICES:,}"
        )
    for r, ring in enumerate(rings):
        where = f"{path}[{r}]"
        points, loss = positions(ring, where, wrap)
        slack = max(slack, loss)
        if closed:
            if len(points) < 4:
                raise Invalid(
                    "geometry.too_few_points", where, f"{len(points)} positions", "4 or more, closed"
                )
            if points[0] != points[-1]:
                raise Invalid(
                    "geometry.open_ring", where, "a last position unlike the first", "a closed ring"
                )
            points = points[:-1]
        points = collapse(points, ring=True)
        if len(points) < 3:
            raise Invalid("geometry.too_few_points", where, f"{len(points)} different points", "3 or more")
        for i, p in enumerate(points):
            check_edge(p, points[(i + 1) % len(points)], edges, f"{where}[{i}]", wrap)
        check_length([*points, points[0]], where)
        checked.append(tuple(points))
    shape = Polygon(tuple(checked), edges, slack)
    check_rings(shape, path)
    return shape


def check_edge(p: Point, q: Point, edges: Edges, path: str = "", wrap: bool = False) -> None:
    """Refuse an edge of which nobody could say which way it goes.

    Raises: Invalid (`geometry.ambiguous_edge`, `geometry.long_edge`).
    """
    turn = abs(p[0] - q[0])
    at_pole = abs(p[1]) == abs(q[1]) == 90 * DEGREE and p[1] == q[1]
    if edges == "geodesic":
        if not at_pole and _angle(p, q) > math.radians(170.9):
            raise Invalid(
                "geometry.long_edge", path, "an edge over 19,000 km", "edges up to 19,000 km (split it)"
            )
        return
    if at_pole or turn < HALF_TURN or turn == 2 * HALF_TURN:
        return
    if turn == HALF_TURN:
        raise Invalid(
            "geometry.ambiguous_edge",
            path,
            "an edge over exactly 180° of longitude",
            "a vertex between its ends",
        )
    if not wrap and max(abs(p[0]), abs(q[0])) <= HALF_TURN - NEAR_ANTIMERIDIAN:
        raise Invalid(
            "geometry.ambiguous_edge",
            path,
            f"an edge over {turn / DEGREE:g}° of longitude",
            "at most 180°; to cross the antimeridian an end less than 1° from ±180, or --wrap",
        )


def check_length(points: Sequence[Point], path: str = "") -> None:
    """Refuse a line whose pieces would not fit in memory. Raises: Invalid (`geometry.too_long`)."""
    total = 0.0
    for p, q in itertools.pairwise(points):
        wide = abs(p[0] - q[0]) if abs(p[0] - q[0]) <= HALF_TURN else abs(2 * HALF_TURN - abs(p[0] - q[0]))
        lowest = 0 if p[1] * q[1] < 0 else min(abs(p[1]), abs(q[1]))
        total += abs(p[1] - q[1]) + wide * math.cos(math.radians(lowest / DEGREE))
    if total > LONGEST_LINE:
        raise Invalid(
            "geometry.too_long", path, f"a line of some {total / DEGREE * 111:,.0f} km", "at most 100,000 km"
        )


def check_width(half_width: int, path: str = "") -> None:
    """Refuse a half-width (0.1 mm) out of range. Raises: Invalid (`geometry.half_width`)."""
    if not 0 <= half_width <= MAX_RADIUS:
        raise Invalid(
            "geometry.half_width", path, f"{half_width / METRE:g} m", "a half-width from 0 to 5,000 km"
        )


def positions(line: Sequence[Position], path: str = "", wrap: bool = False) -> tuple[list[Point], int]:
    """Positions in degrees as points, and the slack that rounding them costs.

    Raises: Invalid (as `position`, `geometry.too_many_points`).
    """
    if len(line) > MAX_VERTICES + 1:
        raise Invalid("geometry.too_many_points", path, f"{len(line)} vertices", f"at most {MAX_VERTICES:,}")
    points: list[Point] = []
    worst = 0
    for i, pair in enumerate(line):
        point, slack = position(pair[0], pair[1], f"{path}[{i}]", wrap=wrap)
        points.append(point)
        worst = max(worst, slack)
    return points, worst


def _angle(p: Point, q: Point) -> float:
    """Central angle in radians of the unit sphere; edges close to antipodal are all it has to tell."""
    (lon1, lat1), (lon2, lat2) = ((math.radians(c / DEGREE) for c in x) for x in (p, q))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(h)))
