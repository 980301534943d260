"""Moving a plan sideways: the whole ground by a distance in one of eight directions. A heuristic.

What is offered is clear; that nothing shorter is, is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import structs

from wideberth.conflict.offer import Limits, Offer
from wideberth.errors import Invalid
from wideberth.model.plan import Plan
from wideberth.space.ellipsoid import GEOD, to_ecef, to_lonlat
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Point
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE

Clear = Callable[[Sequence[Plan]], list[bool]]
BEARINGS = (0, 45, 90, 135, 180, 225, 270, 315)
TENTH = NAUTICAL_MILE // 10
LADDER = ((1, 2, 3), (5, 7, 10), (15, 20, 30), (45, 60, 80), (100, 140, 200), (280, 400, 600))
"""Distances that are tried, in tenths of a nautical mile; a rung at a time."""
MOST_VOLUMES = 1_000
"""A plan of more volumes is not moved: each try costs as much as the plan."""
WIDEST = 60.0
"""Degrees of longitude that a moved edge may span where it is straight on the map."""
Place = tuple[float, float]


def sidesteps(plan: Plan, limits: Limits, clear: Clear) -> list[Offer]:
    """The least of the distances tried at which the plan is clear, made finer towards the one before; one
    offer or none.
    """
    most = limits.sidestep // TENTH
    tried = 0
    for rung in LADDER:
        steps = sorted({min(tenths, most) for tenths in rung})
        steps = [tenths for tenths in steps if tenths > tried]
        found = _first(plan, [(tenths, bearing) for tenths in steps for bearing in BEARINGS], clear)
        if found is not None:
            before = max(tenths for tenths in [tried, *steps] if tenths < found[0])
            between = np.unique(np.linspace(before + 1, found[0] - 1, 8).astype(int)).tolist()
            finer = [
                (k, found[1]) for k in between if before < k < found[0]
            ]  # none where they are neighbours
            tenths, bearing, after = _first(plan, finer, clear) or found
            moved = tuple(range(len(plan.volumes)))
            return [Offer(plan.key, "sidestep", moved, after, by_h=tenths * TENTH, bearing=bearing)]
        tried = max([tried, *steps])
    return []


def _first(plan: Plan, tries: Sequence[tuple[int, int]], clear: Clear) -> tuple[int, int, Plan] | None:
    """The first of (tenths, bearing) at which the plan is clear."""
    middle = middle_of(plan)
    moved = [(tenths, bearing, aside(plan, middle, tenths * TENTH, bearing)) for tenths, bearing in tries]
    legal = [(tenths, bearing, after) for tenths, bearing, after in moved if after is not None]
    answers = clear([after for _, _, after in legal]) if legal else []
    return next((one for one, good in zip(legal, answers, strict=True) if good), None)


def aside(plan: Plan, middle: Place, distance: int, bearing: int) -> Plan | None:
    """The plan with its ground moved by `distance` (0.1 mm) towards `bearing` (degrees).

    Every vertex keeps its distance and its direction from `middle`. None where the moved ground is none
    that could be stated (at the edge of the map, say).
    """
    grounds: dict[Ground, Ground] = {}
    try:
        for volume in plan.volumes:
            if volume.ground not in grounds:
                grounds[volume.ground] = _moved(volume.ground, middle, distance, bearing)
    except Invalid:
        return None
    volumes = tuple(structs.replace(volume, ground=grounds[volume.ground]) for volume in plan.volumes)
    return structs.replace(plan, volumes=volumes)


def _moved(ground: Ground, middle: Place, distance: int, bearing: int) -> Ground:
    """Raises: Invalid (`geometry.*`)."""
    if isinstance(ground, Circle):
        lon, lat = _places([ground.centre], middle, distance, bearing)[0]
        made = circle(lon, lat, ground.radius)
        return Circle(made.centre, made.radius, max(made.slack, ground.slack))
    if isinstance(ground, Corridor):
        line = _places(ground.points, middle, distance, bearing)
        _check_map(line, ground.edges)
        laid = corridor(line, ground.half_width, ground.edges, wrap=True)
        return structs.replace(laid, slack=max(laid.slack, ground.slack))
    rings = [_places(ring, middle, distance, bearing) for ring in ground.rings]
    for ring in rings:
        _check_map([*ring, ring[0]], ground.edges)
    area = polygon(rings, ground.edges, closed=False, wrap=True)
    return structs.replace(area, slack=max(area.slack, ground.slack))


def _check_map(line: Sequence[Place], edges: Edges) -> None:
    """Refuse edges straight on the map that sweep over much of it: near a pole it would be another shape.

    Raises: Invalid (`geometry.ambiguous_edge`).
    """
    turn = np.abs(np.diff([lon for lon, _ in line]))
    widest = float(np.minimum(turn, 360.0 - turn).max())
    if edges == "lonlat" and widest > WIDEST:
        found = f"an edge over {widest:g}° of longitude"
        raise Invalid("geometry.ambiguous_edge", "", found, f"a moved edge over at most {WIDEST:g}°")


def _places(points: Sequence[Point], middle: Place, distance: int, bearing: int) -> list[Place]:
    """The points after the move, in degrees."""
    lon, lat = (np.array(column) / DEGREE for column in zip(*points, strict=True))
    from_lon, from_lat = (np.full(len(points), value) for value in middle)
    azimuth, _, away = GEOD.inv(from_lon, from_lat, lon, lat)
    to_lon, to_lat, back = GEOD.fwd(*middle, bearing, distance / METRE)
    turn = back + 180.0 - bearing  # north itself turns on the way
    there = np.full(len(points), to_lon), np.full(len(points), to_lat)
    lons, lats, _ = GEOD.fwd(*there, np.asarray(azimuth) + turn, away)
    return [(round(x, 7), round(y, 7)) for x, y in zip(lons.tolist(), lats.tolist(), strict=True)]


def middle_of(plan: Plan) -> Place:
    """A place amid all vertices of the plan: (lon, lat) in degrees."""
    points: set[Point] = set()
    for ground in {volume.ground for volume in plan.volumes}:
        if isinstance(ground, Circle):
            points.add(ground.centre)
        else:
            points.update(ground.points if isinstance(ground, Corridor) else ground.rings[0])
    lon, lat = (np.array(column) / DEGREE for column in zip(*sorted(points), strict=True))
    mean = to_ecef(lon, lat).mean(axis=0)
    if float(np.linalg.norm(mean)) < 1.0:  # all around the Earth: no place is amid
        return float(lon[0]), float(lat[0])
    west, north = to_lonlat(mean[None])[0].tolist()
    return west, north
