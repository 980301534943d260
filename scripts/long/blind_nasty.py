"""Random and nasty plans of two parties near each other, for the cover of a blind check: seeded.

Many of the second party stand as far as the minimum from one of the first, to a metre, or are as far above
it, or begin as much later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable, choose
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.ellipsoid import GEOD
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.reference import Qnh, Terrain, VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Pad, Volume

Chance = np.random.Generator
HOUR = 3_600 * SECOND
FROM = 1_767_225_600_000
"""2026-01-01T00:00Z."""
PLACES = {
    "33N": (33.25, 34.55),
    "180": (180.0, -10.0),
    "180 north": (-179.9999, 52.0),
    "equator": (0.0, 0.0),
    "78N": (20.0, 78.0),
    "near a pole": (10.0, 89.7),
    "south pole": (0.0, -90.0),
}
POLAR = ("near a pole", "south pole")
DATUMS: tuple[Datum, ...] = ("HAE", "MSL", "ALT", "FL", "AGL", "MSL/ALT")


def _table(*rows: tuple[tuple[str, str], tuple[Rule, ...]]) -> SeparationTable:
    return SeparationTable(tuple(Row(*row) for row in rows), "blind")


_KM = 1_000 * METRE
TABLES: dict[str, tuple[SeparationTable, float]] = {
    **{name: (table, 4.0 if name == "drone" else 1.0) for name, table in PRESETS.items()},
    "pairs": (
        _table(
            (("air", "air"), (Rule(5 * _KM, 300 * METRE, 300 * SECOND),)),
            (
                ("air", "land"),
                (Rule(2 * _KM, 100 * METRE, 60 * SECOND), Rule(500 * METRE, "any", 60 * SECOND)),
            ),
            (("sea", "sea"), (Rule(3 * _KM + 1, "any", 600 * SECOND + 1),)),
        ),
        1.0,
    ),
    "nothing": (_table((("*", "*"), (Rule(0, 0, 0),))), 4.0),
    "any time": (_table((("*", "*"), (Rule(200 * METRE, 30 * METRE, "any"),))), 4.0),
    "any ground": (_table((("*", "*"), (Rule("any", 100 * METRE, 60 * SECOND),))), 1.0),
    "only ground": (_table((("*", "*"), (Rule(300 * METRE, "any", "any"),))), 4.0),
}
"""Tables, and how many times finer than a few kilometres their plans are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Plans of two parties, and under what they are compared; `near` pairs were placed at a minimum."""

    place: str
    name: str
    table: SeparationTable
    reference: VerticalReference
    one: tuple[Plan, ...]
    two: tuple[Plan, ...]
    from_ms: int
    until_ms: int
    near: int


def batch(seed: int, number: int, geoid: Geoid, size: int = 150) -> Batch:
    """The batch of that number: `size` plans a party, fewer near the poles."""
    chance = np.random.default_rng([seed, number])
    name, place = _which(number)
    table, finer = TABLES[name]
    count = plans_in(number, size)
    maker = _Maker(chance, PLACES[place], finer, table)
    one = [maker.plan("one", k) for k in range(count)]
    near = count // 2
    two = [maker.beside(one[k % count], k) if k < near else maker.plan("two", k) for k in range(count)]
    from_ms = FROM + int(chance.integers(0, 2 * HOUR))
    until_ms = from_ms + int(chance.choice([HOUR, 3 * HOUR, 6 * HOUR + 1]))
    reference = _reference(chance, geoid, PLACES[place])
    return Batch(place, name, table, reference, tuple(one), tuple(two), from_ms, until_ms, near)


def plans_in(number: int, size: int) -> int:
    """Plans a party in a batch: near a pole each touches very many cells."""
    return max(4, size // 12) if _which(number)[1] in POLAR else size


def _which(number: int) -> tuple[str, str]:
    """Table and place of a batch."""
    # 11 and 7 have no factor in common: every table comes to every place
    return list(TABLES)[number % len(TABLES)], list(PLACES)[number % len(PLACES)]


class _Maker:
    def __init__(
        self, chance: Chance, place: tuple[float, float], finer: float, table: SeparationTable
    ) -> None:
        self.chance, self.place, self.table = chance, place, table
        self.size = 6_000.0 / finer
        self.spread = 6 * self.size
        self.names = sorted({n for row in table.rows for n in row.between} - {"*"} | {"unspecified"})

    def plan(self, party: str, number: int) -> Plan:
        lon, lat = self.off(
            *self.place, self.chance.uniform(0, 360), self.spread * self.chance.random() ** 0.5
        )
        parts = 1 if self.chance.random() < 0.7 else int(self.chance.integers(2, 5))
        volumes = []
        for _ in range(parts):
            volumes.append(self.volume(lon, lat))
            lon, lat = self.off(lon, lat, self.chance.uniform(0, 360), self.size)
        state = "ended" if self.chance.random() < 0.01 else "accepted"
        activity = str(self.chance.choice(self.names))
        return Plan(party, str(number), tuple(volumes), activity, "ended" if state == "ended" else "accepted")

    def volume(self, lon: float, lat: float) -> Volume:
        low, high = self.limits()
        start, end = self.window()
        return Volume(self.ground(lon, lat), low, high, start, end, None, self.pad())

    def off(self, lon: float, lat: float, azimuth: float, away: float) -> tuple[float, float]:
        x, y, _ = GEOD.fwd(lon, lat, azimuth, away)
        return float(x), float(y)

    def ground(self, lon: float, lat: float) -> Ground:
        chance, draw = self.chance, self.chance.random()
        size = float(self.size * 10 ** chance.uniform(-1.5, 0.2))
        if draw < 0.35:
            radius = 0 if chance.random() < 0.1 else round(size * METRE)
            return circle(*_round(lon, lat), radius * (20 if chance.random() < 0.01 else 1), wrap=True)
        if draw < 0.65 or abs(lat) > 89.0:
            turn = chance.uniform(0, 360)
            knots = [
                _round(*self.off(lon, lat, turn + 90 * k, size * (k + 1)))
                for k in range(int(chance.integers(2, 5)))
            ]
            width = 0 if chance.random() < 0.2 else round(size * 0.1 * METRE)
            return corridor(knots, width, "geodesic", wrap=True)
        n = int(chance.integers(4, 13))
        azimuth = (np.arange(n) + chance.uniform(-0.3, 0.3, n)) * 360 / n
        ring = [
            _round(*self.off(lon, lat, float(az), size * float(chance.uniform(0.5, 1)))) for az in azimuth
        ]
        edges = "lonlat" if chance.random() < 0.4 else "geodesic"
        return polygon([ring], "lonlat" if edges == "lonlat" else "geodesic", closed=False, wrap=True)

    def limits(self) -> tuple[Altitude, Altitude]:
        chance = self.chance
        draw = chance.random()
        if draw < 0.08:
            return SURFACE, UNLIMITED
        datum = DATUMS[int(chance.integers(len(DATUMS)))]
        low = int(chance.integers(0, 3_000) if draw < 0.9 else chance.integers(-2_000, 40_000)) * METRE
        thick = 0 if chance.random() < 0.2 else int(chance.integers(0, 400)) * METRE
        if draw < 0.14:
            return Altitude(datum, low), UNLIMITED
        if draw < 0.2:
            return SURFACE, Altitude("AGL", thick)
        if draw < 0.26:
            return Altitude("FL", low), Altitude("HAE", low + thick + 1_000 * METRE)
        return Altitude(datum, low), Altitude(datum, low + thick)

    def window(self) -> tuple[int | None, int | None]:
        chance = self.chance
        start = FROM + int(chance.integers(-HOUR, 7 * HOUR))
        end = start + (0 if chance.random() < 0.05 else int(chance.integers(0, HOUR)))
        return None if chance.random() < 0.03 else start, None if chance.random() < 0.03 else end

    def pad(self) -> Pad:
        chance = self.chance
        if chance.random() < 0.6:
            return Pad()
        h = round(METRE * 10 ** chance.uniform(-4, 3.2))
        return Pad(h, int(chance.integers(0, 100 * METRE)), int(chance.integers(0, 60_000)))

    def beside(self, other: Plan, number: int) -> Plan:
        """A plan at a minimum from another, on one axis; on the others the two overlap."""
        chance = self.chance
        theirs = other.volumes[0]
        mine = replace(theirs, pad=self.pad())
        made = Plan("two", str(number), (mine,), str(chance.choice(self.names)))
        rule = self.rule(other, made)
        axis = int(chance.choice(3, p=[0.7, 0.15, 0.15]))
        off = float(
            chance.choice([chance.uniform(-2, 2), chance.uniform(-0.01, 0.01), chance.uniform(-100, 100)])
        )
        if axis == 1 and isinstance(rule.v, int) and theirs.upper.datum not in ("UNL", "SFC"):
            low = theirs.upper.value + rule.v + theirs.pad.v + mine.pad.v + round(off * METRE)
            datum = theirs.upper.datum
            mine = replace(mine, lower=Altitude(datum, low), upper=Altitude(datum, low + 50 * METRE))
        elif axis == 2 and isinstance(rule.t, int) and theirs.end is not None:
            start = theirs.end + rule.t + theirs.pad.t + mine.pad.t + round(off * SECOND)
            mine = replace(mine, start=start, end=start + 60 * SECOND)
        elif isinstance(rule.h, int):
            away = (rule.h + theirs.pad.h + mine.pad.h) / METRE + off
            mine = replace(mine, ground=self.apart(theirs.ground, max(0.0, away)))
        return replace(made, volumes=(mine,))

    def apart(self, ground: Ground, away: float) -> Ground:
        """A ground whose gap to another is near a number of metres: exactly that to circles and lines."""
        chance = self.chance
        radius = round(self.size * 10 ** chance.uniform(-2, -0.5) * METRE)
        turn = float(chance.uniform(0, 360))
        if isinstance(ground, Circle):
            lon, lat = (each / DEGREE for each in ground.centre)
            reach = max(ground.radius, METRE // 2)
        else:
            points = ground.points if isinstance(ground, Corridor) else ground.rings[0]
            (lon1, lat1), (lon2, lat2) = ([each / DEGREE for each in point] for point in points[:2])
            azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
            lon, lat, back = GEOD.fwd(lon1, lat1, azimuth, length / 2)
            turn = float(back) + 180 + 90
            reach = max(ground.half_width, METRE // 2) if isinstance(ground, Corridor) else 0
        x, y = self.off(float(lon), float(lat), turn, away + (reach + max(radius, METRE // 2)) / METRE)
        return circle(*_round(x, y), radius, wrap=True)

    def rule(self, one: Plan, two: Plan) -> Rule:
        rules = choose(self.table, one.activity, two.activity).row.rules
        return rules[int(self.chance.integers(len(rules)))]


def _round(lon: float, lat: float) -> tuple[float, float]:
    return round((lon + 180) % 360 - 180, 7), round(lat, 7)


def _reference(chance: Chance, geoid: Geoid, place: tuple[float, float]) -> VerticalReference:
    terrain = Terrain()
    if chance.random() < 0.6:
        low = int(chance.integers(-400, 2_000)) * METRE
        high = low + int(chance.integers(0, 2_000)) * METRE
        terrain = Terrain(low, high, "MSL" if chance.random() < 0.5 else "HAE", known=True)
    draw = chance.random()
    if draw < 0.4:
        return VerticalReference(geoid, terrain)
    area = circle(*_round(*place), 40_000 * METRE, wrap=True) if draw < 0.7 else None
    hpa = None if draw < 0.5 else float(chance.integers(960, 1045))
    return VerticalReference(geoid, terrain, Qnh(hpa, area))
