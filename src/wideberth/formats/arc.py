"""Arcs of aviation documents (OpenAir DA and DB, GML ArcByCenterPoint) as vertices of a ring.

An arc may bound an area from outside or from inside, so vertices moved off it would grow the one and shrink
the other. They stand on the arc, so close that a geodesic from one to the next leaves it by little, and what
it leaves it by is given back to be added to the slack of the ring: the area holds both readings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import ROUNDING
from wideberth.space.units import METRE

Position = tuple[float, float]
"""Longitude and latitude in degrees."""

SAGITTA = 0.5
"""Metres: between two vertices the arc leaves their geodesic by no more, as long as FINEST allows it."""
FINEST = 1_440
"""Vertices of a full turn, at most."""
COARSEST = 72
"""Vertices of a full turn, at least."""


class Arc(Struct, frozen=True):
    """Vertices in order with both ends; `slack` (0.1 mm) holds what the geodesics between them miss."""

    points: tuple[Position, ...]
    slack: int


def distance(p: Position, q: Position) -> float:
    """Metres of the geodesic from `p` to `q`."""
    return float(GEOD.inv(*p, *q)[2])


def bearing(p: Position, q: Position) -> float:
    """True bearing in degrees of the geodesic from `p` to `q`, at `p`."""
    return float(GEOD.inv(*p, *q)[0]) % 360.0


def swept(centre: Position, radius: float, start: float, sweep: float) -> Arc:
    """The arc of `radius` metres from the true bearing `start` over `sweep` degrees (negative: back)."""
    share = np.linspace(0.0, 1.0, _count(radius, sweep) + 1)
    bearings = start + share * sweep
    return Arc(_around(centre, bearings.tolist(), [radius] * len(share)), _sag(radius, sweep, len(share) - 1))


def between(centre: Position, first: Position, last: Position, clockwise: bool) -> tuple[Arc, float]:
    """The arc about `centre` from one position to the other, and by how many metres their distances differ.

    Where they differ the arc runs from the one distance to the other, and its slack holds the circle of
    either. The same position twice is a full turn.
    """
    near, far = distance(centre, first), distance(centre, last)
    start = bearing(centre, first)
    turn = (bearing(centre, last) - start) % 360.0
    sweep = (turn or 360.0) if clockwise else turn - 360.0
    count = _count(max(near, far), sweep)
    share = np.linspace(0.0, 1.0, count + 1)[1:-1]
    inner = _around(centre, (start + share * sweep).tolist(), (near + share * (far - near)).tolist())
    apart = abs(far - near)
    slack = _sag(max(near, far), sweep, count) + math.ceil(apart * METRE)
    return Arc((first, *inner, last), slack), apart


def _count(radius: float, sweep: float) -> int:
    """Into how many parts an arc is cut: the sagitta of a part of angle t is r·(1 − cos(t/2))."""
    part = 2 * math.acos(max(-1.0, 1 - SAGITTA / radius)) if radius > SAGITTA else math.pi
    part = min(max(part, math.tau / FINEST), math.tau / COARSEST)
    return max(2, math.ceil(math.radians(abs(sweep)) / part))


def _sag(radius: float, sweep: float, count: int) -> int:
    """0.1 mm: what a part of the arc leaves its geodesic by, at most.

    On a sphere it is less than in the plane (tan m = tan r · cos(t/2) for the middle m of the geodesic);
    a twentieth covers the ellipsoid.
    """
    plane = radius * (1 - math.cos(math.radians(abs(sweep)) / count / 2))
    return math.ceil(plane * 1.05 * METRE) + ROUNDING


def _around(centre: Position, bearings: Sequence[float], radii: Sequence[float]) -> tuple[Position, ...]:
    n = len(bearings)
    lon, lat, _ = GEOD.fwd(np.full(n, centre[0]), np.full(n, centre[1]), np.array(bearings), np.array(radii))
    return tuple((x, y) for x, y in zip(np.asarray(lon).tolist(), np.asarray(lat).tolist(), strict=True))
