"""Horizontal gap of two grounds, slowly and certainly: half of the oracle (see `oracle`).

A ground is a plain dict: `{"circle": [lon, lat], "radius": r}`, `{"corridor": [[lon, lat], …],
"half_width": w, "edges": "geodesic" | "lonlat"}` or `{"polygon": [ring, …], "edges": …}` with
open rings (the first vertex is not repeated). Degrees on WGS84; lengths are integers of 0.1 mm.

Distances are pyproj's geodesics (Karney 2013). The gap between two lines is found by branch and
bound. Two bounds are used, and the better one counts:

* a distance is a metric, so points within r₁ of m₁ and within r₂ of m₂ are at least
  d(m₁, m₂) − r₁ − r₂ apart;
* the first variation of length: sliding along two geodesics changes their distance at the rate of
  the cosine of the angle, less at most (u + v)²·tan(d/2R)/4R where no curvature exceeds 1/R²
  (index form with K ≤ 1/R²). A lon/lat-straight line leaves its tangent geodesic by at most the
  length times its turning; the turning is at most 2·sin(lat)·Δlon.

`pure=True` switches the second bound off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Ground = dict[str, Any]

GEOD = Geod(ellps="WGS84")
A, F = 6_378_137.0, 1 / 298.257223563
E2 = F * (2 - F)
CURVED_MOST = 6_335_400.0
"""Metres: just below b²/a; no Gaussian curvature of WGS84 exceeds 1/R² of it."""
CURVED_LEAST = 6_399_600.0
"""Metres: just above a²/b, the greatest radius of curvature."""
UNIT = 10_000
ENOUGH = 0.05
"""Metres between the bounds at which the search stops."""
BUDGET = 400_000
"""Pairs of pieces on one level; beyond it the search returns the (right, but wider) bounds it has."""


@dataclass
class Line:
    """Edges of a boundary or centre line, and the pieces they have been cut into so far.

    `edges` (n, 7): lon1, lat1, turn of longitude, lat2 − lat1, azimuth, length, 1 where lon/lat-straight.
    `pieces` (m, 9): edge, t0, t1, lon, lat and azimuth of the middle, r (no point of the piece is
    further from the middle), bend (how far it leaves its tangent geodesic), first child or −1.
    """

    edges: Array
    pieces: Array

    def children(self, which: Index) -> Index:
        """First children of the given pieces (the second follows it); cut now where they are not yet."""
        whole = np.unique(which[self.pieces[which, 8] < 0])
        if len(whole):
            edge, t0, t1 = self.pieces[whole, 0], self.pieces[whole, 1], self.pieces[whole, 2]
            middle = (t0 + t1) / 2
            self.pieces[whole, 8] = len(self.pieces) + 2 * np.arange(len(whole))
            left, right = measure(self.edges, edge, t0, middle), measure(self.edges, edge, middle, t1)
            self.pieces = np.concatenate([self.pieces, np.stack([left, right], 1).reshape(-1, 9)])
        return np.asarray(self.pieces[which, 8], dtype=np.int64)


def measure(edges: Array, edge: Array, t0: Array, t1: Array) -> Array:
    """Rows of `Line.pieces` for the given stretches of edges."""
    lon1, lat1, turn, rise, azimuth, length, straight = edges[edge.astype(np.int64)].T
    middle, span = (t0 + t1) / 2, t1 - t0
    lon, lat, back = (np.asarray(x) for x in GEOD.fwd(lon1, lat1, azimuth, middle * length))
    lat_flat = lat1 + middle * rise
    sin, cos = np.sin(np.radians(lat_flat)), np.cos(np.radians(lat_flat))
    normal = A / np.sqrt(1 - E2 * sin * sin)
    meridian = normal * (1 - E2) / (1 - E2 * sin * sin)
    heading = np.degrees(np.arctan2(normal * cos * turn, meridian * rise))
    south, north = lat1 + t0 * rise, lat1 + t1 * rise
    lowest = np.where(south * north <= 0, 0.0, np.minimum(np.abs(south), np.abs(north)))
    highest = np.maximum(np.abs(south), np.abs(north))
    across = CURVED_LEAST * np.cos(np.radians(lowest)) * np.radians(np.abs(turn)) * span
    reach = np.hypot(across, CURVED_LEAST * np.radians(np.abs(rise)) * span) / 2
    bend = 1.02 * np.sin(np.radians(highest)) * np.radians(np.abs(turn)) * span * reach
    flat = straight > 0
    columns = [
        edge,
        t0,
        t1,
        np.where(flat, lon1 + middle * turn, lon),
        np.where(flat, lat_flat, lat),
        np.where(flat, heading, back + 180.0),
        np.where(flat, reach, length * span / 2),
        np.where(flat, bend, 0.0),
        np.full(len(edge), -1.0),
    ]
    return np.stack(columns, axis=1)


def line_of(points: list[list[float]], edges: str, closed: bool) -> Array:
    """`Line.edges` of one chain of positions in degrees."""
    chain = np.array(points, dtype=float).reshape(-1, 2)
    if len(chain) == 1:
        return np.array([[chain[0, 0], chain[0, 1], 0.0, 0.0, 0.0, 0.0, 0.0]])
    ends = np.roll(chain, -1, axis=0) if closed else chain[1:]
    lon1, lat1 = chain[: len(ends)].T
    lon2, lat2 = ends.T
    plain = lon2 - lon1
    around = np.abs(plain) == 360.0
    turn = np.where((np.abs(plain) <= 180) | around, plain, (plain + 180) % 360 - 180)
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    straight = np.full(len(ends), float(edges == "lonlat"))
    table = np.stack(
        [lon1, lat1, turn, lat2 - lat1, np.asarray(azimuth), np.asarray(length), straight], axis=1
    )
    at_pole = (np.abs(lat1) == 90.0) & (lat1 == lat2)
    return np.asarray(table[~at_pole])


def lines_of(ground: Ground) -> Array:
    """All edges of a ground: its centre, its centre line, or the boundary of a polygon with its holes."""
    if "circle" in ground:
        return line_of([ground["circle"]], "geodesic", False)
    if "corridor" in ground:
        return line_of(ground["corridor"], ground["edges"], False)
    return np.concatenate([line_of(ring, ground["edges"], True) for ring in ground["polygon"]])


def prepare(ground: Ground) -> Line:
    """A ground's line, not yet cut."""
    edges = lines_of(ground)
    n = len(edges)
    return Line(edges, measure(edges, np.arange(n, dtype=float), np.zeros(n), np.ones(n)))


def radius_of(ground: Ground) -> float:
    """Metres by which a ground reaches beyond its line; shapes thinner than 1 m are widened to that."""
    if "circle" in ground:
        return max(int(ground["radius"]), UNIT // 2) / UNIT
    if "corridor" in ground:
        return max(int(ground["half_width"]), UNIT // 2) / UNIT
    return max(0.0, 1.0 - narrowest(line_of(ground["polygon"][0], ground["edges"], True))) / 2


def narrowest(edges: Array) -> float:
    """Least width in metres of a ring, over the directions of all pairs of spots (1 stands for 1 or more)."""
    lon, lat = spots(edges, 4)
    azimuth, _, distance = GEOD.inv(np.full(len(lon), lon[0]), np.full(len(lat), lat[0]), lon, lat)
    flat = np.stack([distance * np.sin(np.radians(azimuth)), distance * np.cos(np.radians(azimuth))], -1)
    i, j = np.triu_indices(len(flat), 1)
    along = flat[j] - flat[i]
    size = np.linalg.norm(along, axis=1)
    real = size > 0
    if not real.any():
        return 0.0
    normal = np.stack([-along[real, 1], along[real, 0]], -1) / size[real, None]
    offsets = flat @ normal.T
    return min(1.0, float((offsets.max(axis=0) - offsets.min(axis=0)).min()))


@dataclass(frozen=True)
class Nearest:
    """Bounds in metres of the least distance of two lines, and a nearly closest pair (lon, lat, lon, lat)."""

    lower: float
    upper: float
    ends: tuple[float, float, float, float]


def nearest(
    one: Line, two: Line, *, enough: float = ENOUGH, stop: float = float("inf"), pure: bool = False
) -> Nearest:
    """Least distance of two lines. Beyond `stop` metres it is only shown to be beyond."""
    p, q = (
        x.ravel() for x in np.meshgrid(np.arange(len(one.edges)), np.arange(len(two.edges)), indexing="ij")
    )
    settled = upper = float("inf")
    ends = (0.0, 0.0, 0.0, 0.0)
    while len(p):
        mine, other = one.pieces[p], two.pieces[q]
        azimuth, back, distance = (np.asarray(x) for x in GEOD.inv(*mine[:, 3:5].T, *other[:, 3:5].T))
        best = int(np.argmin(distance))
        if distance[best] < upper:
            upper = float(distance[best])
            ends = (*mine[best, 3:5].tolist(), *other[best, 3:5].tolist())
        low = _bounds(mine, other, azimuth, back, distance, pure)
        going_on = low < min(upper - enough, stop)
        if going_on.sum() > BUDGET:
            return Nearest(min(settled, float(low.min())), upper, ends)
        settled = min(settled, float(low[~going_on].min(initial=np.inf)))
        p, q = _split(one, two, p[going_on], q[going_on])
    return Nearest(min(settled, upper), upper, ends)


def _bounds(mine: Array, other: Array, azimuth: Array, back: Array, distance: Array, pure: bool) -> Array:
    """Lower bounds in metres of the distance between pieces."""
    r1, r2 = mine[:, 6], other[:, 6]
    metric = distance - r1 - r2
    if pure:
        return np.maximum(metric, 0.0)
    furthest = (distance + r1 + r2) / (2 * CURVED_MOST)
    curving = (r1 + r2) ** 2 * np.tan(np.minimum(furthest, 1.2)) / (4 * CURVED_MOST)
    slide = r1 * np.abs(np.cos(np.radians(azimuth - mine[:, 5])))
    slide += r2 * np.abs(np.cos(np.radians(back - other[:, 5])))
    sliding = distance - slide - curving - mine[:, 7] - other[:, 7] - 1e-6
    return np.maximum(np.where(furthest < 1.2, np.maximum(metric, sliding), metric), 0.0)


def _split(one: Line, two: Line, p: Index, q: Index) -> tuple[Index, Index]:
    """Pairs of children: the longer piece is halved, and the other one too unless it is much shorter."""
    r1, r2 = one.pieces[p, 6], two.pieces[q, 6]
    mine, other = _halved(one, p, r1 >= r2 / 2), _halved(two, q, r2 >= r1 / 2)
    # a piece that stays whole is listed twice: its second copy is dropped
    pairs = [(mine[:, k], other[:, m]) for k in (0, 1) for m in (0, 1)]
    wanted = [
        ((k == 0) | (mine[:, 0] != mine[:, 1])) & ((m == 0) | (other[:, 0] != other[:, 1]))
        for k in (0, 1)
        for m in (0, 1)
    ]
    return (
        np.concatenate([pair[0][keep] for pair, keep in zip(pairs, wanted, strict=True)]),
        np.concatenate([pair[1][keep] for pair, keep in zip(pairs, wanted, strict=True)]),
    )


def _halved(line: Line, which: Index, chosen: NDArray[np.bool_]) -> Index:
    """(n, 2): both children of the chosen pieces, twice the piece itself for the others."""
    pair = np.stack([which, which], axis=1)
    child = line.children(which[chosen])
    pair[chosen] = np.stack([child, child + 1], axis=1)
    return pair


def inside(ground: Ground, lon: float, lat: float, clearance: float) -> bool:
    """Does a polygon hold a point that is at least `clearance` metres from its boundary?

    Once around every ring, the geodesic azimuth seen from the point turns by a full circle where
    the ring winds around the point. A ring around its antipode looks the same but is over
    10,000 km away; the polygon must be smaller than that.

    Raises: ValueError where the polygon is not.
    """
    held = False
    for ring in ground["polygon"]:
        lons, lats = chain(line_of(ring, ground["edges"], True), clearance)
        azimuth, _, distance = GEOD.inv(np.full(len(lons), lon), np.full(len(lats), lat), lons, lats)
        distance = np.asarray(distance)
        if distance.max() - distance.min() > 1e7:
            raise ValueError("a polygon over 10,000 km across is beyond this oracle")
        step = np.diff(np.append(azimuth, azimuth[0]))
        turned = ((step + 180.0) % 360.0 - 180.0).sum() / 360.0
        held ^= round(turned) % 2 == 1 and float(distance.max()) < 1e7
    return held


def chain(edges: Array, clearance: float) -> tuple[Array, Array]:
    """Positions along edges; no stretch leaves its geodesic by more than a quarter of `clearance`."""
    whole = measure(edges, np.arange(len(edges), dtype=float), np.zeros(len(edges)), np.ones(len(edges)))
    count = np.ceil(
        np.maximum(whole[:, 6] / 250_000.0, np.sqrt(4 * whole[:, 7] / max(clearance, 1e-3)))
    ).astype(int)
    count = np.maximum(count, 1)
    edge = np.repeat(np.arange(len(edges)), count)
    t = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)) / count[edge]
    found = measure(edges, edge.astype(float), t, t)
    return found[:, 3], found[:, 4]


def spots(edges: Array, count: int) -> tuple[Array, Array]:
    """Longitudes and latitudes of `count` + 1 positions on every edge, ends included."""
    t = np.tile(np.linspace(0.0, 1.0, count + 1), len(edges))
    found = measure(edges, np.repeat(np.arange(len(edges), dtype=float), count + 1), t, t)
    return found[:, 3], found[:, 4]


@dataclass(frozen=True)
class Gap:
    """Bounds in metres: `lower` ≤ gap ≤ `upper`; below 0: the interiors overlap."""

    lower: float
    upper: float
    ends: tuple[float, float, float, float]


def ground_gap(one: Ground, two: Ground, *, enough: float = ENOUGH, stop: float = float("inf")) -> Gap:
    """Horizontal gap (GEOMETRY, Horizontal gap): 0 or less where the grounds meet."""
    reach = radius_of(one) + radius_of(two)
    found = nearest(prepare(one), prepare(two), enough=enough, stop=stop + reach)
    lower, upper = found.lower - reach, found.upper - reach
    if upper <= 0:
        return Gap(lower, upper, found.ends)
    for outer, inner in ((one, two), (two, one)):
        if "polygon" in outer and found.lower > 0:
            spot = prepare(inner).pieces[0, 3:5]
            if inside(outer, float(spot[0]), float(spot[1]), found.lower):
                return Gap(-found.upper - reach, -found.lower - reach, found.ends)
    if upper <= 2 * enough and crossing(one, two, 2 * enough):
        return Gap(-upper, -enough, found.ends)
    return Gap(lower, upper, found.ends)


def crossing(one: Ground, two: Ground, depth: float) -> bool:
    """Does some spot of one line lie in the other, filled ground by more than `depth` metres?"""
    for outer, inner in ((one, two), (two, one)):
        if "polygon" not in outer:
            continue
        for lon, lat in zip(*(x.tolist() for x in spots(lines_of(inner), 16)), strict=True):
            point: Ground = {"circle": [lon, lat], "radius": 0}
            clear = nearest(prepare(point), prepare(outer), enough=depth, stop=2 * depth)
            if clear.lower > depth and inside(outer, lon, lat, depth):
                return True
    return False
