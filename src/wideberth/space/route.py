"""Routes: a line with a time at each vertex becomes one volume a leg.

The volumes hold every motion that follows the line at constant speed between its knots, within
`half_width` of it and early or late by no more than the tolerance.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from wideberth.errors import Invalid
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD, Array
from wideberth.space.ground import ROUNDING, Circle, Corridor, Edges, Point
from wideberth.space.pieces import cut, turn
from wideberth.space.stated import Position, check_edge, check_width, positions
from wideberth.space.units import DEGREE, SECOND
from wideberth.space.volume import Volume, check_volume

LONGEST = 600 * SECOND
"""GEOMETRY, Routes: legs are cut to at most 10 minutes."""


def route(
    line: Sequence[Position],
    times: Sequence[int],
    half_width: int,
    tolerance: int,
    lower: Altitude = SURFACE,
    upper: Altitude = UNLIMITED,
    *,
    edges: Edges = "lonlat",
    path: str = "",
    wrap: bool = False,
) -> tuple[Volume, ...]:
    """One volume per leg of at most 10 minutes; neighbours share their knot; a wait is a circle.

    Args:
        line: positions in degrees (lon, lat).
        times: POSIX ms, one a position, strictly increasing.
        half_width: 0.1 mm. tolerance: ms early and late.

    Raises: Invalid (`route.times`, `route.tolerance`, and those of `stated.corridor`).
    """
    if len(times) != len(line):
        raise Invalid(
            "route.times", path, f"{len(times)} times for {len(line)} vertices", "one time a vertex"
        )
    if len(line) < 2:
        raise Invalid("geometry.too_few_points", path, f"{len(line)} vertices", "2 or more")
    if tolerance < 0:
        raise Invalid("route.tolerance", path, f"{tolerance} ms", "0 or more")
    for k in range(1, len(times)):
        if times[k] <= times[k - 1]:
            raise Invalid(
                "route.times", f"{path}[{k}]", "a time not after the one before", "increasing times"
            )
    check_width(half_width, path)
    points, slack = positions(line, path, wrap)
    volumes: list[Volume] = []
    for k, (p, q) in enumerate(itertools.pairwise(points)):
        check_edge(p, q, edges, f"{path}[{k}]", wrap)
        for ground, start, end in _leg(p, q, times[k], times[k + 1], half_width, edges, slack):
            window = start - tolerance, end + tolerance
            volumes.append(check_volume(Volume(ground, lower, upper, *window), f"{path}[{k}]"))
    return tuple(volumes)


def _leg(
    p: Point, q: Point, start: int, end: int, half_width: int, edges: Edges, slack: int
) -> list[tuple[Circle | Corridor, int, int]]:
    """The leg in parts of at most 10 minutes: ground, start, end; inner times rounded outwards."""
    count = -(-(end - start) // LONGEST)
    if p == q:
        return [(Circle(p, half_width, slack), start, end)]
    knots = [p, *_knots(p, q, count, edges), q]
    slack = max(slack, ROUNDING) if count > 1 else slack
    return [
        (
            # a leg so slow that two knots round to one point waits there
            Circle(a, half_width, slack) if a == b else Corridor((a, b), half_width, edges, slack),
            start + (end - start) * k // count,
            start - (-(end - start) * (k + 1) // count),
        )
        for k, (a, b) in enumerate(itertools.pairwise(knots))
    ]


def _knots(p: Point, q: Point, count: int, edges: Edges) -> list[Point]:
    """The points that a constant speed reaches at each inner part of the time."""
    if count == 1:
        return []
    share = np.arange(1, count) / count
    ends = [np.array([value / DEGREE]) for value in (p[0], p[1], q[0], q[1])]
    if edges == "geodesic":
        azimuth, _, length = GEOD.inv(ends[0], ends[1], ends[2], ends[3])
        lon, lat, _ = GEOD.fwd(
            np.full(count - 1, ends[0][0]),
            np.full(count - 1, ends[1][0]),
            np.full(count - 1, azimuth[0]),
            share * length[0],
        )
        return _rounded(np.asarray(lon), np.asarray(lat))
    pieces = cut(ends[0], ends[1], ends[2], ends[3], np.array([True]))
    travelled = np.concatenate([[0.0], np.cumsum(pieces.length)])
    even = np.interp(share * travelled[-1], travelled, np.linspace(0.0, 1.0, len(travelled)))
    return _rounded(ends[0] + even * turn(ends[0], ends[2]), ends[1] + even * (ends[3] - ends[1]))


def _rounded(lon: Array, lat: Array) -> list[Point]:
    wrapped = (lon + 180.0) % 360.0 - 180.0
    return [
        (round(x * DEGREE), round(y * DEGREE)) for x, y in zip(wrapped.tolist(), lat.tolist(), strict=True)
    ]
