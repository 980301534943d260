"""The same traffic as a user of a planar library would prepare it, and how far the plane can be wrong.

Every theatre lies on an azimuthal equidistant plane about its own middle (at the poles and at 180°
as anywhere else); the planes lie side by side, too far apart to meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.kinds import KINDS
from bench.traffic import CIRCLE, CORRIDOR, FURTHEST, GEOD, POLYGON, Floats, Index, Traffic
from wideberth.model.separation import Minimum, Rule
from wideberth.space.units import DEGREE, METRE

Geometries = NDArray[np.object_]
Mask = NDArray[np.bool_]

LEAST_RADIUS = 6_335_439.0
"""Metres: the ellipsoid is nowhere curved more (b²/a)."""
BESIDE = 2_000_000.0
"""Metres between the middles of two planes."""
IN_A_ROW = 10
CORNERS = 8
"""Segments a quarter circle where a peer needs round shapes as polygons: few, for its sake."""


@dataclass(frozen=True, slots=True)
class Flat:
    """One row a volume. `cores` are points, lines and polygons in metres on the planes; the shape is all
    within `radius` (metres) of its core; `bounds` (n, 4) are exact boxes west, south, east, north.
    `low`, `high` in 0.1 mm, `start`, `end` in ms, exact. `h` metres, `v` 0.1 mm and `t` ms are the minima.
    `far` is how far in metres the core reaches from the middle of its plane, `bend` by how much its
    straight edges may leave their geodesics.
    """

    cores: Geometries
    radius: Floats
    bounds: Floats
    low: Index
    high: Index
    start: Index
    end: Index
    plan: Index
    party: Index
    far: Floats
    bend: Floats
    h: float
    v: int
    t: int

    def __len__(self) -> int:
        return len(self.radius)


def flatten(traffic: Traffic) -> Flat:
    """The traffic on its planes. Raises: ValueError where some of it is too far out for them."""
    counts = np.diff(traffic.first)
    owner = np.repeat(np.arange(len(traffic)), counts)
    lonlat = traffic.points / DEGREE
    centre = traffic.centres[traffic.theatre[owner]]
    azimuth, _, away = GEOD.inv(centre[:, 0], centre[:, 1], lonlat[:, 0], lonlat[:, 1])
    away, turn = np.asarray(away), np.radians(azimuth)
    own = np.stack([away * np.sin(turn), away * np.cos(turn)], -1)
    if away.max() > FURTHEST:
        raise ValueError(f"traffic {away.max() / 1000:,.0f} km from the middle of its theatre")
    row = np.stack([traffic.theatre % IN_A_ROW, traffic.theatre // IN_A_ROW], -1)[owner]
    cores = _cores(traffic.shape, counts, own + row * BESIDE)
    radius = traffic.reach / METRE
    rule = KINDS[traffic.kind].rule
    return Flat(
        cores=cores,
        radius=radius,
        bounds=shapely.bounds(cores) + np.stack([-radius, -radius, radius, radius], -1),
        low=traffic.low,
        high=traffic.high,
        start=traffic.start,
        end=traffic.end,
        plan=traffic.plan,
        party=traffic.party,
        far=np.maximum.reduceat(away, traffic.first[:-1]),
        bend=_bend(traffic, own, away, owner),
        h=number(rule.h) / METRE,
        v=number(rule.v),
        t=number(rule.t),
    )


def number(minimum: Minimum | None) -> int:
    """A minimum of the presets used here, all of which are numbers. Raises: TypeError."""
    if not isinstance(minimum, int):
        raise TypeError(f"the benchmarks need a rule in numbers, not {minimum!r}")
    return minimum


def drawn(flat: Flat) -> Geometries:
    """Polygons that hold the shapes: round ones circumscribed."""
    # an arc drawn with n segments a quarter lies inside the circle by 1 − cos(π/4n); this one does not
    outer = flat.radius / math.cos(math.pi / (4 * CORNERS))
    return np.asarray(shapely.buffer(flat.cores, outer, quad_segs=CORNERS))


def gap(flat: Flat, i: Index, j: Index) -> Floats:
    """The planar gap of the pairs in metres; 0 or less where they meet."""
    return np.asarray(shapely.distance(flat.cores[i], flat.cores[j]) - flat.radius[i] - flat.radius[j])


def close(flat: Flat, i: Index, j: Index) -> Mask:
    """True for pairs nearer than the minimum on the plane."""
    reach = flat.h + flat.radius[i] + flat.radius[j]
    # the stubs know only one distance for all; shapely itself takes one each
    return np.asarray(shapely.dwithin(flat.cores[i], flat.cores[j], reach))  # type: ignore[call-overload]  # see above


def comparable(flat: Flat, i: Index, j: Index, times: float = 1.0) -> Mask:
    """True for pairs of different parties nearer than `times` the minimum in time and altitude."""
    apart_t = np.maximum(flat.start[i] - flat.end[j], flat.start[j] - flat.end[i])
    apart_v = np.maximum(flat.low[i] - flat.high[j], flat.low[j] - flat.high[i])
    near = (apart_t < times * flat.t) & (apart_v < times * flat.v)
    return np.asarray(near & (flat.party[i] != flat.party[j]))


def doubt(flat: Flat, i: Index, j: Index) -> Floats:
    """Metres around the minimum within which the plane does not settle the pairs.

    Between cores a distance along a radius is true on the plane, across it too long by
    x/sin x − 1 < 1.02·x²/6 for x = ρ/R up to 0.3 (the 2 % also cover the flattening). To that come the
    bends of both edges, and what the product may report in excess: 1 m + 1e-5 of the minimum.
    """
    between = flat.h + flat.radius[i] + flat.radius[j]
    furthest = (np.maximum(flat.far[i], flat.far[j]) + between) / LEAST_RADIUS
    return 1.02 / 6 * furthest**2 * between + flat.bend[i] + flat.bend[j] + 1.0 + 1e-5 * flat.h


def undecided(flat: Flat, i: Index, j: Index) -> Mask:
    """True for pairs so near the minimum that the plane does not settle them."""
    return np.asarray(np.abs(gap(flat, i, j) - flat.h) <= doubt(flat, i, j))


def rule_of(traffic: Traffic) -> Rule:
    """The one rule that holds."""
    return KINDS[traffic.kind].rule


def _bend(traffic: Traffic, own: Floats, away: Floats, owner: Index) -> Floats:
    """Metres by which a row's straight edges may leave their geodesics.

    In Riemann normal coordinates a geodesic at a distance d from the origin is curved by 2Kd/3 to first
    order, so an edge of length L bulges by up to K·d·L²/12; a tenth is added for the higher orders.
    """
    following = np.arange(len(own)) + 1
    last = traffic.first[1:] - 1
    following[last] = np.where(traffic.shape == POLYGON, traffic.first[:-1], last)
    size = np.linalg.norm(own[following] - own, axis=1)
    bulge = 1.1 * np.maximum(away, away[following]) * size**2 / (12 * LEAST_RADIUS**2)
    worst = np.zeros(len(traffic))
    np.maximum.at(worst, owner, bulge)
    return worst


def _cores(shape: Index, counts: Index, xy: Floats) -> Geometries:
    """Geometries of all rows; `xy` are their points one after another."""
    cores: Geometries = np.empty(len(shape), dtype=object)
    of = np.repeat(shape, counts)
    for wanted in (CIRCLE, CORRIDOR, POLYGON):
        rows = np.flatnonzero(shape == wanted)
        if not len(rows):
            continue
        mine, index = xy[of == wanted], np.repeat(np.arange(len(rows)), counts[rows])
        if wanted == CIRCLE:
            cores[rows] = shapely.points(mine)
        elif wanted == CORRIDOR:
            cores[rows] = shapely.linestrings(mine, indices=index)
        else:
            cores[rows] = shapely.polygons(shapely.linearrings(mine, indices=index))
    return cores
