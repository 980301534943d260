"""Seeded made-up traffic in arrays, one row a volume; plans for the product are made from the same rows.

Density stays the same as the number of volumes grows, because the area grows: 10,000 volumes fill
one theatre, 100,000 fill ten of them, a million a hundred, spread over the Earth. Below 10,000 one
theatre shrinks. `grow="time"` keeps one theatre and adds days; `grow="nothing"` keeps both, so that
the answer grows with the square.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from bench.kinds import KINDS, Chain, Kind, Levels, Zone
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Chance = np.random.Generator
Grow = Literal["area", "time", "nothing"]

CIRCLE, CORRIDOR, POLYGON = 0, 1, 2
PLACES: dict[str, tuple[float, float]] = {
    "33N": (43.6, 33.5),
    "70N": (25.0, 70.0),
    "pole": (0.0, 90.0),
    "south pole": (0.0, -90.0),
    "180": (180.0, 52.0),
    "equator": (0.0, 0.0),
}
"""Where the first theatre lies: longitude and latitude of its middle."""
PARTIES = 20
PER_THEATRE = 10_000
MOST_THEATRES = 100
BEGIN = 1_767_225_600_000
"""2026-01-01T00:00Z in POSIX ms; no start is before it."""
HOUR = 3_600_000
SPIRAL = 128
"""Places on a spiral around the Earth of which further theatres take one each."""
CLEAR = 1_450_000.0
"""Metres between the middles of two theatres, at least."""
FURTHEST = 700_000.0
"""Metres that no traffic is further from the middle of its theatre."""
GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Traffic:
    """n volumes in the order of their plans.

    `shape` is CIRCLE, CORRIDOR or POLYGON; row k owns `points[first[k]:first[k + 1]]` (lon, lat in 1e-7
    degrees; rings are open); `reach` is radius or half-width in 0.1 mm; `low`, `high` are heights in
    0.1 mm above the kind's datum; `start`, `end` POSIX ms; `plan` counts up; `theatre` is a row of
    `centres` (degrees).
    """

    kind: str
    shape: Index
    first: Index
    points: Index
    reach: Index
    low: Index
    high: Index
    start: Index
    end: Index
    plan: Index
    party: Index
    theatre: Index
    centres: Floats

    def __len__(self) -> int:
        return len(self.shape)

    def save(self, path: Path) -> None:
        """Write all of it to one file."""
        arrays = {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
        np.savez(path, **arrays)  # type: ignore[arg-type]  # the stubs take a name for an option

    @staticmethod
    def load(path: Path) -> Traffic:
        """What `save` wrote."""
        with np.load(path) as held:
            arrays = {name: held[name] for name in held.files}
        return Traffic(kind=str(arrays.pop("kind")), **arrays)


def generate(volumes: int, seed: int, kind: str, place: str = "33N", grow: Grow = "area") -> Traffic:
    """Traffic of exactly that many volumes; the same for the same arguments (and numpy).

    Args:
        volumes: 1 to 1,000,000.
        seed: of all chance.
        kind: a name in KINDS.
        place: a name in PLACES: the middle of the first theatre.
        grow: what grows with the number of volumes.
    """
    chance, made = np.random.default_rng(seed), KINDS[kind]
    share = volumes / PER_THEATRE
    count = min(MOST_THEATRES, math.ceil(share)) if grow == "area" else 1
    radius = made.radius * math.sqrt(min(1.0, share)) if grow == "area" else made.radius
    hours = made.hours * (
        share if grow == "time" else max(1.0, share / MOST_THEATRES) if grow == "area" else 1.0
    )
    centres = theatres(PLACES[place], count)
    sizes, makes = _sizes(chance, made, volumes)
    home = chance.integers(count, size=len(sizes))
    field_ = _Field(chance, centres, radius, made)
    groups = [
        _chains(chance, make, field_, home[mine], sizes[mine], mine, hours)
        if isinstance(make, Chain)
        else _zones(chance, make, field_, home[mine], mine, hours)
        for number, (_, make) in enumerate(made.makes)
        if len(mine := np.flatnonzero(makes == number))
    ]
    party = chance.integers(PARTIES, size=len(sizes))
    return _gather(kind, groups, party, home, centres)


def theatres(first: tuple[float, float], count: int) -> Floats:
    """Middles of theatres (degrees): the first as told, the others far from it and from each other."""
    turn = np.arange(SPIRAL) * 180 * (3 - math.sqrt(5))
    lon = (turn + 180) % 360 - 180
    lat = np.degrees(np.arcsin(1 - (2 * np.arange(SPIRAL) + 1) / SPIRAL))
    away = np.asarray(GEOD.inv(np.full(SPIRAL, first[0]), np.full(SPIRAL, first[1]), lon, lat)[2])
    order = np.argsort(away)
    order = order[away[order] > CLEAR]
    others = np.round(np.stack([lon, lat], -1)[order], 7)
    return np.concatenate([np.array([first], dtype=float), others])[:count]


def plans_of(traffic: Traffic) -> tuple[Plan, ...]:
    """The same traffic as plans, in the same order."""
    begin = np.flatnonzero(np.diff(traffic.plan, prepend=-1))
    names = [f"party-{k:02d}" for k in range(PARTIES)]
    volumes = tuple(_volumes(traffic))
    ends = [*begin[1:].tolist(), len(traffic)]
    return tuple(
        Plan(names[party], f"plan-{number:07d}", volumes[a:b], activity="made up")
        for number, (a, b, party) in enumerate(
            zip(begin.tolist(), ends, traffic.party[begin].tolist(), strict=True)
        )
    )


def _volumes(traffic: Traffic) -> Iterator[Volume]:
    datum = KINDS[traffic.kind].datum
    heights = {value: Altitude(datum, value) for value in np.unique([traffic.low, traffic.high]).tolist()}
    points = list(map(tuple, traffic.points.tolist()))
    ends = traffic.first.tolist()
    columns = (traffic.shape, traffic.reach, traffic.low, traffic.high, traffic.start, traffic.end)
    for k, (shape, reach, low, high, start, end) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        own = tuple(points[ends[k] : ends[k + 1]])
        ground: Ground
        if shape == CIRCLE:
            ground = Circle(own[0], reach)
        elif shape == CORRIDOR:
            ground = Corridor(own, reach)
        else:
            ground = Polygon((own,))
        yield Volume(ground, heights[low], heights[high], start, end)


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows of one make before they are put in order; `points` (m, 2) in degrees, `counts` of them a row."""

    shape: int
    plan: Index
    part: Index
    counts: Index
    points: Floats
    reach: Index
    low: Index
    high: Index
    start: Index
    end: Index


class _Field:
    """Where plans begin: half in one of a theatre's spots, half anywhere in it."""

    def __init__(self, chance: Chance, centres: Floats, radius: float, kind: Kind) -> None:
        self._chance, self._centres, self._radius = chance, centres, radius
        n = len(centres) * kind.spots
        self._spots = _from(np.repeat(centres, kind.spots, axis=0), chance.uniform(0, 360, n), self._even(n))
        self._per, self._size = kind.spots, kind.spot * radius

    def _even(self, n: int) -> Floats:
        return self._radius * np.sqrt(self._chance.random(n))

    def anywhere(self, home: Index) -> Floats:
        """Places evenly spread over the theatres."""
        n = len(home)
        return _from(self._centres[home], self._chance.uniform(0, 360, n), self._even(n))

    def place(self, home: Index) -> Floats:
        """Places as plans begin."""
        n, chance = len(home), self._chance
        spot = self._spots[home * self._per + chance.integers(self._per, size=n)]
        away = np.minimum(np.abs(chance.normal(0.0, self._size, n)), self._radius)
        crowded = _from(spot, chance.uniform(0, 360, n), away)
        return np.where((chance.random(n) < 0.5)[:, None], crowded, self.anywhere(home))


def _from(lonlat: Floats, azimuth: Floats, away: Floats) -> Floats:
    """Places (n, 2) in degrees that far away."""
    lon, lat, _ = GEOD.fwd(lonlat[:, 0], lonlat[:, 1], azimuth, away)
    return np.stack([np.asarray(lon), np.asarray(lat)], -1)


def _sizes(chance: Chance, kind: Kind, volumes: int) -> tuple[Index, Index]:
    """How many volumes each plan has, and which make it is; the last plan may be cut short."""
    shares = np.cumsum([share for share, _ in kind.makes])
    makes = np.searchsorted(shares, chance.random(volumes) * shares[-1], side="right")
    sizes = np.ones(volumes, dtype=np.int64)
    for number, (_, make) in enumerate(kind.makes):
        if isinstance(make, Chain) and make.hours is None:
            mine = makes == number
            sizes[mine] = chance.integers(make.legs[0], make.legs[1] + 1, size=int(mine.sum()))
    until = int(np.searchsorted(np.cumsum(sizes), volumes))
    sizes = sizes[: until + 1]
    sizes[-1] -= int(sizes.sum()) - volumes
    return sizes, makes[: until + 1]


def _chains(
    chance: Chance, make: Chain, field: _Field, home: Index, sizes: Index, plan: Index, hours: float
) -> _Group:
    n = len(home)
    here, goal = field.place(home), field.anywhere(home)
    course = np.asarray(GEOD.inv(here[:, 0], here[:, 1], goal[:, 0], goal[:, 1])[0])
    legs = sizes if make.hours is None else chance.integers(make.legs[0], make.legs[1] + 1, size=n)
    most = int(legs.max())
    low, high = np.log(make.length)
    length = np.exp(chance.uniform(low, high, (n, most)))
    knots = np.empty((n, most + 1, 2))
    knots[:, 0] = here
    for k in range(most):
        course = course + chance.uniform(-20.0, 20.0, n)
        knots[:, k + 1] = _from(knots[:, k], course, length[:, k])
    reach = np.round(
        np.array(make.half_widths)[chance.integers(len(make.half_widths), size=n)] * METRE
    ).astype(int)
    start = _starts(chance, n, hours)
    floor, top = _levels(chance, make.levels, n)
    alive = np.arange(most) < legs[:, None]
    if make.hours is not None:
        kept = np.arange(most + 1) <= legs[:, None]
        last = start + _lasting(chance, make.hours, n)
        zero = np.zeros(n, dtype=np.int64)
        return _Group(CORRIDOR, plan, zero, legs + 1, knots[kept], reach, floor, top, start, last)
    speed = chance.uniform(*make.speed, n)
    ends = start[:, None] + np.cumsum(np.ceil(length / speed[:, None]).astype(np.int64) * 1_000, axis=1)
    begins = np.concatenate([start[:, None], ends[:, :-1]], axis=1)
    row, leg = np.nonzero(alive)
    steps = np.cumsum(chance.choice([-1, 0, 0, 0, 1], (n, most)), axis=1) * make.levels.step
    climb = np.maximum(steps[row, leg], make.levels.base - floor[row])
    pairs = np.stack([knots[row, leg], knots[row, leg + 1]], axis=1).reshape(-1, 2)
    return _Group(
        CORRIDOR,
        plan[row],
        leg.astype(np.int64),
        np.full(len(row), 2),
        pairs,
        reach[row],
        floor[row] + climb,
        top[row] + climb,
        begins[row, leg],
        ends[row, leg],
    )


def _zones(chance: Chance, make: Zone, field: _Field, home: Index, plan: Index, hours: float) -> _Group:
    n = len(home)
    middle, size = field.place(home), chance.uniform(*make.size, n)
    start = _starts(chance, n, hours)
    last = start + _lasting(chance, make.hours, n)
    low, high = _levels(chance, make.levels, n)
    zero = np.zeros(n, dtype=np.int64)
    if make.corners is None:
        reach = np.round(size).astype(np.int64) * METRE
        return _Group(CIRCLE, plan, zero, np.ones(n, dtype=np.int64), middle, reach, low, high, start, last)
    corners = chance.integers(make.corners[0], make.corners[1] + 1, size=n)
    owner = np.repeat(np.arange(n), corners)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(corners) - corners, corners)
    # neighbours are less than half a turn apart, so that the ring cannot cross itself
    bearing = (rank + chance.uniform(0, 0.8, len(owner))) * 360 / corners[owner]
    ring = _from(middle[owner], bearing, size[owner] * chance.uniform(0.5, 1.0, len(owner)))
    return _Group(POLYGON, plan, zero, corners, ring, zero, low, high, start, last)


def _starts(chance: Chance, n: int, hours: float) -> Index:
    """Starts on whole seconds within the hours."""
    return BEGIN + chance.integers(0, max(1, round(hours * 3_600)), size=n) * 1_000


def _lasting(chance: Chance, hours: tuple[float, float], n: int) -> Index:
    return np.round(chance.uniform(*hours, n) * 60).astype(np.int64) * 60_000


def _levels(chance: Chance, levels: Levels, n: int) -> tuple[Index, Index]:
    low = levels.base + chance.integers(levels.steps + 1, size=n) * levels.step
    return low, low + chance.integers(levels.thick[0], levels.thick[1] + 1, size=n) * levels.step


def _gather(kind: str, groups: list[_Group], party: Index, home: Index, centres: Floats) -> Traffic:
    """All rows in the order of their plans."""
    plan, part, counts = (
        np.concatenate([getattr(group, name) for group in groups]) for name in ("plan", "part", "counts")
    )
    order = np.lexsort((part, plan))
    begin = (np.cumsum(counts) - counts)[order]
    first = np.concatenate([[0], np.cumsum(counts[order])])
    source = np.arange(first[-1]) + np.repeat(begin - first[:-1], counts[order])
    points = np.round(np.concatenate([group.points for group in groups])[source] * DEGREE).astype(np.int64)
    shape = np.concatenate([np.full(len(group.plan), group.shape) for group in groups])[order]
    rest = {
        name: np.concatenate([getattr(group, name) for group in groups])[order].astype(np.int64)
        for name in ("reach", "low", "high", "start", "end")
    }
    plan = plan[order]
    return Traffic(
        kind, shape, first, points, plan=plan, party=party[plan], theatre=home[plan], centres=centres, **rest
    )


def single(traffic: Traffic) -> Traffic:
    """The same volumes, each a plan of its own."""
    return replace(traffic, plan=np.arange(len(traffic)))


def thinned(traffic: Traffic, plans: int, seed: int) -> Traffic:
    """So many of the plans, chosen by chance, all of their volumes kept."""
    held = int(traffic.plan[-1]) + 1
    chosen = np.zeros(held, dtype=bool)
    chosen[np.random.default_rng([seed, 9]).permutation(held)[:plans]] = True
    rows = np.flatnonzero(chosen[traffic.plan])
    counts = np.diff(traffic.first)[rows]
    first = np.concatenate([[0], np.cumsum(counts)])
    source = np.arange(first[-1]) + np.repeat(traffic.first[rows] - first[:-1], counts)
    columns = ("shape", "reach", "low", "high", "start", "end", "party", "theatre")
    rest = {name: getattr(traffic, name)[rows] for name in columns}
    number = np.cumsum(chosen) - 1
    return replace(
        traffic, first=first, points=traffic.points[source], plan=number[traffic.plan[rows]], **rest
    )
