"""Seeded made-up traffic for the benchmarks, on the ellipsoid and on one plane.

Peers that know only a plane must find the same pairs as the product, which decides on the
ellipsoid. So the area is small, what the plane can be wrong by is bounded, and plans of which a
pair comes so close to the minimum that the two might disagree are drawn again.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS, Rule
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Geometries = NDArray[np.object_]

RULE: Rule = PRESETS["crewed"].rows[0].rules[0]
CENTRE = (8.2, 46.8)
RADIUS = 250_000.0
"""Metres: unless told otherwise nearly all of the traffic lies within this of the centre."""
PARTIES = 20
DAY = 1_767_225_600_000
"""2026-01-01T00:00Z in POSIX ms; every start is within 24 h of it."""
MINUTE = 60_000
LEAST_RADIUS = 6_335_439.0
"""Metres: the ellipsoid is nowhere curved more (b²/a)."""
CORNERS = 16
"""Segments a quarter circle where a peer needs round shapes as polygons."""
MOST_ROUNDS = 50
_GEOD = Geod(ellps="WGS84")
_PLANE = Transformer.from_crs(
    "EPSG:4326", f"+proj=aeqd +lon_0={CENTRE[0]} +lat_0={CENTRE[1]} +ellps=WGS84", always_xy=True
)


@dataclass(frozen=True, slots=True)
class Flat:
    """The volumes as a user of a planar library would prepare them, one row a volume.

    `cores` are points, lines and polygons in metres on the plane; the shape is all within `radius`
    (metres) of its core. `drawn` are polygons that hold the shapes, `bounds` (n, 4) their exact
    boxes west, south, east, north. Altitudes in 0.1 mm, times in POSIX ms, both exact. `error` is
    the most in metres by which a gap near the minimum differs from that on the ellipsoid.
    """

    cores: Geometries
    radius: Floats
    drawn: Geometries
    bounds: Floats
    low: Index
    high: Index
    start: Index
    end: Index
    party: Index
    error: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Plans, the same volumes on the plane (in the order of plans and their volumes), and how many
    volumes were drawn again because a gap was too near the minimum.
    """

    plans: tuple[Plan, ...]
    flat: Flat
    regenerated: int


def generate(volumes: int, seed: int, radius: float = RADIUS) -> Traffic:
    """Traffic of exactly that many volumes; the same for the same arguments.

    No pair of different parties that the other axes leave to the horizontal one has a true gap
    within 0.2 % + 2 m of the minimum.

    Args:
        volumes: 1 or more.
        seed: of all chance.
        radius: metres; flights and zones begin within this of the centre.

    Raises: RuntimeError where the traffic is so dense that such pairs remain, or too wide for one plane.
    """
    sizes = _sizes(volumes, seed)
    attempts: Counter[int] = Counter()
    plans = [_plan(seed, k, 0, size, radius) for k, size in enumerate(sizes)]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    regenerated = 0
    for _ in range(MOST_ROUNDS):
        flat = flatten(plans)
        again = sorted({int(k) for k in owner[_doubtful(flat)]})
        if not again:
            return Traffic(tuple(plans), flat, regenerated)
        for k in again:
            attempts[k] += 1
            plans[k] = _plan(seed, k, attempts[k], sizes[k], radius)
            regenerated += sizes[k]
    raise RuntimeError(f"traffic too dense: pairs near the minimum remain after {MOST_ROUNDS} rounds")


def length(minimum: object) -> int:
    """A minimum of the preset used here, all of which are numbers."""
    if not isinstance(minimum, int):
        raise TypeError(f"the benchmarks need a rule in numbers, not {minimum!r}")
    return minimum


def flatten(plans: Sequence[Plan]) -> Flat:
    """The plans on the azimuthal equidistant plane about the centre of the area."""
    held = [(plan.party, volume) for plan in plans for volume in plan.volumes]
    grounds = [volume.ground for _, volume in held]
    points = [np.array(_vertices(ground), dtype=float) / DEGREE for ground in grounds]
    ends = np.cumsum([len(p) for p in points])[:-1]
    flat_points = np.split(_project(np.concatenate(points)), ends)
    cores = np.array([_core(g, xy) for g, xy in zip(grounds, flat_points, strict=True)], dtype=object)
    radius = np.array([_radius(ground) for ground in grounds]) / METRE
    # an arc drawn with n corners a quarter lies inside the circle by 1 − cos(π/4n); this one does not
    outer = radius / math.cos(math.pi / (4 * CORNERS))
    parties = {name: k for k, name in enumerate(sorted({party for party, _ in held}))}
    return Flat(
        cores=cores,
        radius=radius,
        drawn=np.asarray(shapely.buffer(cores, outer, quad_segs=CORNERS)),
        bounds=shapely.bounds(cores) + np.stack([-radius, -radius, radius, radius], -1),
        low=np.array([volume.lower.value for _, volume in held]),
        high=np.array([volume.upper.value for _, volume in held]),
        start=np.array([volume.start for _, volume in held], dtype=np.int64),
        end=np.array([volume.end for _, volume in held], dtype=np.int64),
        party=np.array([parties[party] for party, _ in held]),
        error=_error(points, flat_points, float(radius.max())),
    )


def gap(flat: Flat, i: Index, j: Index) -> Floats:
    """The planar gap of the pairs in metres; 0 or less where they meet."""
    return np.asarray(shapely.distance(flat.cores[i], flat.cores[j]) - flat.radius[i] - flat.radius[j])


def comparable(flat: Flat, i: Index, j: Index) -> NDArray[np.bool_]:
    """True for pairs of different parties that time and altitude leave to the horizontal gap."""
    apart_t = np.maximum(flat.start[i] - flat.end[j], flat.start[j] - flat.end[i])
    apart_v = np.maximum(flat.low[i] - flat.high[j], flat.low[j] - flat.high[i])
    close = (apart_t < length(RULE.t)) & (apart_v < length(RULE.v))
    return np.asarray(close & (flat.party[i] != flat.party[j]))


def neighbours(flat: Flat, reach: float) -> tuple[Index, Index]:
    """Comparable pairs i < j whose boxes, grown by `reach` metres, meet."""
    west, south, east, north = flat.bounds.T
    boxes: Geometries = np.asarray(shapely.box(west, south, east, north))
    grown: Geometries = np.asarray(shapely.box(west - reach, south - reach, east + reach, north + reach))
    i, j = shapely.STRtree(boxes).query(grown)
    i, j = i[i < j], j[i < j]
    keep = comparable(flat, i, j)
    return i[keep], j[keep]


def _doubtful(flat: Flat) -> Index:
    """Rows of which a pair has a gap that may be within 0.2 % + 2 m of the minimum on the ellipsoid."""
    minimum = length(RULE.h) / METRE
    band = 0.002 * minimum + 2.0 + flat.error
    i, j = neighbours(flat, minimum + band)
    return j[np.abs(gap(flat, i, j) - minimum) <= band]


def _error(points: list[Floats], flat_points: list[Floats], largest: float) -> float:
    """Metres by which the plane may be wrong about a gap near the minimum.

    Along a radius the plane is true, across it too long by x/sin x − 1 < 1.02·x²/6 for x = ρ/R up
    to 0.3 (the 2 % also cover the flattening); that applies to the distance between cores. An edge
    that is straight on the plane leaves its geodesic by no more than the deviation measured in
    seven places of every edge, a tenth added.
    """
    far = max(float(np.linalg.norm(xy, axis=1).max()) for xy in flat_points)
    between = length(RULE.h) / METRE + 2 * largest
    if far + between > 0.3 * LEAST_RADIUS:
        raise RuntimeError(f"traffic up to {far / 1000:,.0f} km from its centre is too far for one plane")
    stretch = 1.02 / 6 * ((far + between) / LEAST_RADIUS) ** 2
    edges = np.array([(*p, *q) for line in points for p, q in pairwise(line)], dtype=float).reshape(-1, 4)
    return stretch * between + 2 * 1.1 * _deviation(edges)


def _deviation(edges: Floats) -> float:
    """The furthest in metres that a geodesic edge (lon, lat, lon, lat) is from its straight image."""
    if not len(edges):
        return 0.0
    azimuth, _, size = _GEOD.inv(*edges.T)
    a, b = _project(edges[:, :2]), _project(edges[:, 2:])
    straight = np.asarray(shapely.linestrings(np.stack([a, b], axis=1)))
    worst = 0.0
    for share in np.arange(1, 8) / 8:
        lon, lat, _ = _GEOD.fwd(edges[:, 0], edges[:, 1], azimuth, share * np.asarray(size))
        there = shapely.points(_project(np.stack([lon, lat], -1)))
        worst = max(worst, float(np.max(shapely.distance(straight, there))))
    return worst


def _project(lonlat: Floats) -> Floats:
    x, y = _PLANE.transform(lonlat[:, 0], lonlat[:, 1])
    return np.stack([np.asarray(x), np.asarray(y)], -1)


def _vertices(ground: Ground) -> list[tuple[int, int]]:
    """Vertices in 1e-7 degrees; a ring is closed."""
    if isinstance(ground, Circle):
        return [ground.centre]
    return list(ground.points) if isinstance(ground, Corridor) else [*ground.rings[0], ground.rings[0][0]]


def _core(ground: Ground, xy: Floats) -> shapely.Geometry:
    if isinstance(ground, Circle):
        return shapely.Point(xy[0])
    return shapely.LineString(xy) if isinstance(ground, Corridor) else shapely.Polygon(xy)


def _radius(ground: Ground) -> int:
    if isinstance(ground, Polygon):
        return 0
    return ground.radius if isinstance(ground, Circle) else ground.half_width


def _sizes(volumes: int, seed: int) -> list[int]:
    """How many volumes each plan has: flights of 3 to 9 legs, and as many zones as keep 60 % for flights."""
    chance, sizes, left = random.Random(f"{seed}/sizes"), [], volumes
    while left:
        size = min(left, chance.randint(3, 9) if chance.random() < 0.2 else 1)
        sizes.append(size)
        left -= size
    return sizes


def _plan(seed: int, number: int, attempt: int, size: int, radius: float) -> Plan:
    chance = random.Random(f"{seed}/{number}/{attempt}")
    party = f"party-{number * 7 % PARTIES:02d}"
    volumes = tuple(_flight(chance, size, radius)) if size > 1 else (_zone(chance, radius),)
    return Plan(party, f"plan-{number:06d}", volumes, activity="flight" if size > 1 else "zone")


def _flight(chance: random.Random, legs: int, radius: float) -> Iterator[Volume]:
    """Corridors of one flight, leg after leg, towards some place in the area."""
    here, there = _place(chance, radius), _place(chance, radius)
    course = _GEOD.inv(*here, *there)[0]
    speed = chance.uniform(60.0, 200.0)
    half_width = round(chance.choice([0.5, 1.0, 2.0]) * NAUTICAL_MILE)
    level = chance.randrange(6, 40) * 1_000 * FOOT
    begin = DAY + chance.randrange(24 * 60) * MINUTE
    for _ in range(legs):
        course += chance.uniform(-15.0, 15.0)
        minutes = chance.randint(2, 4)
        onward = _rounded(_GEOD.fwd(*here, course, speed * 60 * minutes))
        yield _volume(corridor([here, onward], half_width, "geodesic"), level, 1_000, begin, minutes)
        here, begin = onward, begin + minutes * MINUTE
        level = max(0, level + chance.choice([-1, 0, 0, 0, 1]) * 1_000 * FOOT)


def _zone(chance: random.Random, radius: float) -> Volume:
    """A circle, or a polygon of 4 to 12 vertices, for half an hour to three hours."""
    middle = _place(chance, radius)
    ground: Ground
    if chance.random() < 0.5:
        ground = circle(*middle, round(chance.uniform(1_000.0, 8_000.0)) * METRE)
    else:
        corners, size = chance.randint(4, 12), chance.uniform(2_000.0, 12_000.0)
        # neighbours are less than half a turn apart, so that the ring cannot cross itself
        bearings = [(k + chance.uniform(0, 0.8)) * 360 / corners for k in range(corners)]
        ring = [_rounded(_GEOD.fwd(*middle, b, size * chance.uniform(0.5, 1.0))) for b in bearings]
        ground = polygon([[*ring, ring[0]]], "geodesic")
    level = chance.randrange(25) * 1_000 * FOOT
    begin = DAY + chance.randrange(24 * 60) * MINUTE
    return _volume(ground, level, chance.randint(1, 6) * 1_000, begin, chance.randint(30, 180))


def _volume(ground: Ground, level: int, thick: int, begin: int, minutes: int) -> Volume:
    lower, upper = Altitude("FL", level), Altitude("FL", level + thick * FOOT)
    return Volume(ground, lower, upper, begin, begin + minutes * MINUTE)


def _place(chance: random.Random, radius: float) -> tuple[float, float]:
    """A place in the area, evenly spread."""
    away = radius * math.sqrt(chance.random())
    return _rounded(_GEOD.fwd(*CENTRE, chance.uniform(0.0, 360.0), away))


def _rounded(ended: tuple[float, float, float]) -> tuple[float, float]:
    """Degrees on the grid of 1e-7, so that nothing is lost when they are read."""
    return round(ended[0], 7), round(ended[1], 7)
