"""Two parties' made-up plans over one square of 660 km, for the blind check.

Half of all plans begin near one of 12 spots that both parties share, the rest anywhere. Shares and sizes are
judgements, not measurements of anybody's traffic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np

from bench import ours
from bench.traffic import BEGIN, HOUR, PLACES, Chance, Floats
from wideberth.blind.rules import Agreed
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS, Row, Rule, SeparationTable
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.reference import Terrain, VerticalReference
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume

Place = tuple[float, float]
"""Metres to the east and north of the middle of the square."""

SIDE: Final = 660_000.0
"""Metres."""
HOURS: Final = 24
SPOTS: Final = 12
SPOT: Final = 30_000.0
"""Metres, one standard deviation."""
_MIDDLE = PLACES["33N"]
_EAST = 111_320.0 * math.cos(math.radians(_MIDDLE[1]))
_NORTH = 110_900.0

_SMALL: Final = (
    Row(("convoy", "convoy"), (Rule(1_000 * METRE, 100 * METRE, 1_800_000),)),
    Row(("convoy", "drone"), (Rule(1_000 * METRE, 100 * METRE, 600_000),)),
    Row(("drone", "drone"), PRESETS["drone"].rows[0].rules),
)


class Mix(NamedTuple):
    """The share of each activity, and the separation that is agreed."""

    shares: dict[str, float]
    table: SeparationTable


MIXES: Final[dict[str, Mix]] = {
    "drones": Mix({"drone": 0.7, "convoy": 0.3}, SeparationTable(_SMALL, "made up")),
    "mixed": Mix(
        {"drone": 0.55, "convoy": 0.25, "flight": 0.12, "area": 0.08},
        SeparationTable((Row(("*", "*"), PRESETS["crewed"].rows[0].rules), *_SMALL), "made up"),
    ),
}
"""Without people on board and on the ground; and with flights, which have preset crewed towards everybody."""


def agreed(mix: str, terms: int, floor: int = 20) -> Agreed:
    """The terms of a run over the square's day, descending to the level `floor` with so many `terms` at most.

    The ground lies between 0 and 900 m above the sea. Whatever share of the cells matches is refined.
    """
    known = Terrain(0, 900 * METRE, "MSL", known=True)
    return Agreed(
        terms=(bytes(32),),
        channel=bytes(32),
        table=MIXES[mix].table,
        reference=VerticalReference(ours.reference().geoid, known),
        blind=Blind(floor_level=floor, terms=terms, matched_percent=100),
        from_ms=BEGIN,
        until_ms=BEGIN + HOURS * HOUR,
    )


def plans_of(party: str, count: int, seed: int, mix: str) -> tuple[Plan, ...]:
    """So many plans of a party; the same for the same arguments, whatever the other party has."""
    chance = np.random.default_rng([seed, *party.encode()])
    spots = np.random.default_rng([seed, 7]).uniform(-SIDE / 2, SIDE / 2, (SPOTS, 2))
    shares = MIXES[mix].shares
    kinds = chance.choice(list(shares), size=count, p=list(shares.values()))
    found = []
    for k, kind in enumerate(kinds.tolist()):
        start = BEGIN + int(chance.integers(HOURS * 3_600)) * 1_000
        volumes = _MAKES[kind](chance, _begin(chance, spots), start)
        found.append(Plan(party, f"p-{k:06d}", volumes, activity=kind))
    return tuple(found)


def _drone(chance: Chance, at: Place, start: int) -> tuple[Volume, ...]:
    """A circle of 100 to 1,500 m, up to 60 to 120 m above the ground, for 20 to 120 min."""
    reach = round(float(chance.uniform(100, 1_500))) * METRE
    top = Altitude("AGL", int(chance.integers(60, 121)) * METRE)
    end = start + _minutes(chance, 20, 120)
    return (Volume(Circle(_position(at), reach), SURFACE, top, start, end),)


def _flight(chance: Chance, at: Place, start: int) -> tuple[Volume, ...]:
    """A corridor of 3 to 6 legs of 10 to 40 km, 1 or 2 NM to each side, a volume a leg, FL 50 to 340."""
    level = int(chance.integers(5, 34)) * 1_000 * FOOT
    return _legs(
        chance,
        at,
        start,
        legs=(3, 6),
        length=(10_000, 40_000),
        half=int(chance.choice([1_852, 3_704])),
        speed=(60.0, 200.0),
        margin=3,
        heights=(Altitude("FL", level), Altitude("FL", level + 1_000 * FOOT)),
    )


def _convoy(chance: Chance, at: Place, start: int) -> tuple[Volume, ...]:
    """A route of 2 to 5 legs of 5 to 25 km, 100 or 250 m to each side, a volume a leg, on the ground."""
    return _legs(
        chance,
        at,
        start,
        legs=(2, 5),
        length=(5_000, 25_000),
        half=int(chance.choice([100, 250])),
        speed=(8.0, 15.0),
        margin=10,
        heights=(SURFACE, Altitude("AGL", 10 * METRE)),
    )


def _area(chance: Chance, at: Place, start: int) -> tuple[Volume, ...]:
    """A polygon of 4 to 10 corners reaching 2 to 15 km, some thousand feet thick, for 1 to 6 h."""
    corners, size = int(chance.integers(4, 11)), float(chance.uniform(2_000, 15_000))
    # neighbours are less than half a turn apart, so that the ring cannot cross itself
    turns = (np.arange(corners) + chance.uniform(0, 0.8, corners)) * 2 * math.pi / corners
    away = size * chance.uniform(0.5, 1.0, corners)
    ring = tuple(
        _position((at[0] + r * math.sin(turn), at[1] + r * math.cos(turn)))
        for turn, r in zip(turns.tolist(), away.tolist(), strict=True)
    )
    low = int(chance.integers(0, 25)) * 1_000 * FOOT
    high = low + int(chance.integers(2, 8)) * 1_000 * FOOT
    lower = Altitude("FL", low) if low else SURFACE
    end = start + _minutes(chance, 60, 360)
    return (Volume(Polygon((ring,)), lower, Altitude("FL", high), start, end),)


def _legs(
    chance: Chance,
    at: Place,
    start: int,
    *,
    legs: tuple[int, int],
    length: tuple[float, float],
    half: int,
    speed: tuple[float, float],
    margin: int,
    heights: tuple[Altitude, Altitude],
) -> tuple[Volume, ...]:
    """A corridor for each leg, in force from `margin` minutes before it is begun until as long after it."""
    course, pace = float(chance.uniform(0, 2 * math.pi)), float(chance.uniform(*speed))
    found = []
    for _ in range(int(chance.integers(legs[0], legs[1] + 1))):
        far = float(chance.uniform(*length))
        course += float(chance.uniform(-0.35, 0.35))
        to = at[0] + far * math.sin(course), at[1] + far * math.cos(course)
        end = start + round(far / pace) * 1_000
        ground = Corridor((_position(at), _position(to)), half * METRE)
        found.append(Volume(ground, *heights, start - margin * 60_000, end + margin * 60_000))
        at, start = to, end
    return tuple(found)


Make = Callable[[Chance, Place, int], tuple[Volume, ...]]
_MAKES: Final[dict[str, Make]] = {"drone": _drone, "flight": _flight, "convoy": _convoy, "area": _area}


def _begin(chance: Chance, spots: Floats) -> Place:
    east, north = chance.uniform(-SIDE / 2, SIDE / 2, 2).tolist()
    if chance.random() < 0.5:
        spot = spots[int(chance.integers(len(spots)))] + chance.normal(0.0, SPOT, 2)
        east, north = np.clip(spot, -SIDE / 2, SIDE / 2).tolist()
    return east, north


def _position(at: Place) -> tuple[int, int]:
    """Longitude and latitude in 1e-7°; the square is as good as flat for this."""
    return (
        round((_MIDDLE[0] + at[0] / _EAST) * DEGREE),
        round((_MIDDLE[1] + at[1] / _NORTH) * DEGREE),
    )


def _minutes(chance: Chance, least: int, most: int) -> int:
    return int(chance.integers(least, most + 1)) * 60_000
