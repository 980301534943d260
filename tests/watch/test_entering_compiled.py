"""The compiled search of tracks and zones against the plain one: the same pairs at the same moments.

The same file is run again uncompiled (NUMBA_DISABLE_JIT=1): that is how every branch is seen.
"""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.watch.test_entering import AHEAD, ELSEWHERE, NOW, PLACES, away, moving, rows_of, square
from wideberth.model.separation import Rule
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.reference import Qnh, VerticalReference
from wideberth.space.stated import circle, corridor
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Pad, Volume
from wideberth.watch import entering
from wideberth.watch.entering import Zones
from wideberth.watch.entering_compiled import Compiled
from wideberth.watch.entering_plain import Plain
from wideberth.watch.motion import Moving
from wideberth.watch.zone import Zone
from wideberth.watch.zone_rows import lay_out

Chance = np.random.Generator
LEVELS = [
    (SURFACE, UNLIMITED),
    (SURFACE, Altitude("AGL", 120 * METRE)),
    (Altitude("FL", 3_000 * METRE), Altitude("FL", 5_000 * METRE)),
    (Altitude("ALT", 900 * METRE), Altitude("FL", 2_500 * METRE)),
    (Altitude("HAE", 500 * METRE), Altitude("HAE", 500 * METRE)),
    (Altitude("MSL/ALT", 500 * METRE), Altitude("MSL", 2_000 * METRE)),
]
RULES = [
    (Rule(0, 0, 0),),
    (Rule(2_000 * METRE, 100 * METRE, 60 * SECOND), Rule("any", 30 * METRE, 0)),
    (Rule(500 * METRE, "any", "any"),),
]


def pick(chance: Chance, among: list[object]) -> object:
    return among[int(chance.integers(len(among)))]


def some_zone(chance: Chance, place: tuple[float, float], number: int) -> Zone:
    centre = away(place, float(chance.uniform(0, 360)), float(chance.uniform(0, 30_000)))
    size = float(chance.choice([80, 900, 7_000]))
    kind = number % 3
    if kind == 0:
        ground: object = circle(*centre, round(size) * METRE)
    elif kind == 1:
        ground = square(centre, size, bool(chance.integers(2)), False)
    else:
        ends = [centre, away(centre, 30, 9_000), away(centre, 100, 7_000)]
        ground = corridor(ends, round(size) // 4 * METRE, "geodesic")
    lower, upper = LEVELS[int(chance.integers(len(LEVELS)))]
    start = None if chance.integers(2) else NOW + int(chance.integers(-300, 300)) * SECOND
    end = None if chance.integers(2) or start is None else start + int(chance.integers(0, 200)) * SECOND
    pad = Pad(int(chance.integers(2)) * 300 * METRE, 0, 0)
    volume = Volume(ground, lower, upper, start, end, None, pad)  # type: ignore[arg-type]  # one of three
    party = ["", "B", "C"][int(chance.integers(3))]
    return Zone(f"z{number}", "policy", party, "", (volume,), RULES[int(chance.choice(3, p=[0.8, 0.1, 0.1]))])


def some_track(chance: Chance, place: tuple[float, float]) -> Moving:
    lon, lat = away(place, float(chance.uniform(0, 360)), float(chance.uniform(0, 40_000)))
    datum = ["HAE", "FL", "ALT", "MSL", "AGL", "MSL/ALT", None][int(chance.integers(7))]
    return moving(
        lon,
        lat,
        float(chance.uniform(0, 360)),
        float(chance.choice([0.0, 3.0, 60.0, 250.0])),
        doubt=float(chance.choice([0.0, 100.0, 2_000.0])),
        drift=float(chance.choice([0.0, 2.0])),
        turn=float(chance.choice([0.0, 0.0, 3.0, -0.5])),
        altitude=None if datum is None else Altitude(datum, int(chance.integers(0, 6_000)) * METRE),  # type: ignore[arg-type]  # from DATUMS
        climb=float(chance.choice([0.0, 12.0, -7.0])),
        altitude_doubt=float(chance.choice([0.0, 30.0])),
        climb_drift=float(chance.choice([0.0, 1.0])),
        at=NOW + int(chance.choice([0, -11_000, 3_000])),
        party=int(chance.choice([0, ELSEWHERE, 9])),
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("qnh", [None, Qnh(1_005.0)])
def test_both_find_the_same(place: str, qnh: Qnh | None, reference: VerticalReference) -> None:
    chance = np.random.default_rng([len(place), qnh is None])
    reference = VerticalReference(reference.geoid, qnh=qnh)
    zones = [some_zone(chance, PLACES[place], k) for k in range(24)]
    rows = rows_of(reference, *(some_track(chance, PLACES[place]) for _ in range(30)))
    laid = lay_out(zones, {"B": ELSEWHERE, "C": 8}, reference)
    assert laid is not None
    plain, compiled = Plain(laid), Compiled(laid)
    live = np.arange(len(rows))
    one, two = (each.hits(rows, live, NOW, AHEAD) for each in (plain, compiled))
    listed = [
        {(k, r): (a, b) for k, r, a, b in zip(*(each.tolist() for each in hits), strict=True)}
        for hits in (one, two)
    ]
    assert len(listed[0]) > 20
    assert listed[0].keys() == listed[1].keys()
    for pair, (straight, turning) in listed[0].items():
        # the compiled search goes by chords to the moment, the plain one halves the time
        assert listed[1][pair] == (pytest.approx(straight, abs=0.3), pytest.approx(turning, abs=0.3))
    more, less = (each.nearest(rows, one, NOW, AHEAD) for each in (plain, compiled))
    assert (more.nominal == less.nominal).all()
    for name in ("gap", "rise", "need"):
        assert np.allclose(getattr(more, name), getattr(less, name), atol=0.01), name


def test_many_tracks_are_left_to_the_compiled_search(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(5)
    zones = [some_zone(chance, PLACES["33° N"], k) for k in range(12)]
    rows = rows_of(reference, *(some_track(chance, PLACES["33° N"]) for _ in range(20)))
    ids = [f"t{k}" for k in range(len(rows))]
    found = Zones(zones, {"B": ELSEWHERE}, reference).entering(rows, ids, NOW, AHEAD)
    monkeypatch.setattr(entering, "MANY", 1)
    again = Zones(zones, {"B": ELSEWHERE}, reference).entering(rows, ids, NOW, AHEAD)
    assert found
    one, two = ({each.key: each for each in some} for some in (found, again))
    assert one.keys() == two.keys()
    for key, each in one.items():
        assert abs(each.at_ms - two[key].at_ms) <= 300
        assert replace(two[key], at_ms=0, point=(0, 0), closest_ms=0, h=0) == replace(
            each, at_ms=0, point=(0, 0), closest_ms=0, h=0
        )
