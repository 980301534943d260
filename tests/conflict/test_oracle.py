"""The package against the independent oracle of scripts/long, and the oracle against known answers.

A run compares 2,000 pairs, with WIDEBERTH_TEST_WHOLE=1 5,000; `scripts/long/check_against_oracle.py` 200,000.
"""

from __future__ import annotations

import ast
import itertools
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

import check_against_oracle as check
import nasty
import oracle
import oracle_ground as ground
import oracle_height as height
from tests.amount import amount

LONG = Path(oracle.__file__).parent
SEED = 20_250_611
CHUNK = 250
"""Pairs to a test, so that several processes may share them."""
NAUTICAL_MILE = 18_520_000
EARTH = Geodesic.WGS84
Shape = dict[str, Any]


def circle(lon: float, lat: float, metres: float) -> Shape:
    return {"circle": [lon, lat], "radius": round(metres * 10_000)}


def box(west: float, south: float, east: float, north: float, edges: str) -> Shape:
    return {"polygon": [[[west, south], [east, south], [east, north], [west, north]]], "edges": edges}


def volume(shape: Shape, **other: object) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "ground": shape,
        "lower": {"datum": "SFC", "value": 0},
        "upper": {"datum": "UNL", "value": 0},
        "start": None,
        "end": None,
        "band": None,
        "pad": {"h": 0, "v": 0, "t": 0},
    }
    return {**plain, **other}


REFERENCE: dict[str, Any] = {
    "terrain": None,
    "qnh": None,
    "atmosphere": {"pressure": [950.0, 1050.0], "deviation": [-30.0, 25.0], "altimetry": 750_000},
}
THREE_MILES = {"h": 3 * NAUTICAL_MILE, "v": 0, "t": 0, "f": None}


def decide(a: Shape, b: Shape, rule: dict[str, Any], **reference: object) -> Any:
    return oracle.decide(a, b, rule, {**REFERENCE, **reference}, check.grid())


# --- the two sides share nothing


@pytest.mark.parametrize("name", ["oracle", "oracle_ground", "oracle_height", "nasty", "nasty_axes"])
def test_the_oracle_imports_nothing_of_the_package(name: str) -> None:
    tree = ast.parse((LONG / f"{name}.py").read_text("utf-8"))
    imported = {
        module
        for node in ast.walk(tree)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    outside = {
        "__future__",
        "collections",
        "dataclasses",
        "fractions",
        "functools",
        "math",
        "numpy",
        "pathlib",
    }
    outside |= {"pyproj", "typing", "zlib"}
    own = {"oracle", "oracle_ground", "oracle_height", "nasty_axes"}
    assert {module.split(".")[0] for module in imported} <= outside | own
    assert "__import__" not in (LONG / f"{name}.py").read_text("utf-8")


# --- the package against the oracle


@pytest.mark.parametrize("chunk", range(20))
def test_no_conflict_is_missed(chunk: int) -> None:
    # the last two chunks hold shapes up to 2,000 km wide; the others stay below 40 km to be quick
    largest = nasty.LARGEST if chunk >= 18 else 20_000.0
    tally = check.compare(SEED, range(chunk * CHUNK, (chunk + 1) * CHUNK), largest)
    sys.stdout.write(f"seed {SEED}, largest {largest:g} m: {dict(tally.counts)}\n")
    assert tally.wrong == []
    assert tally.counts["pairs"] >= 0.99 * CHUNK
    assert tally.counts["agreed: conflict"] >= 0.2 * CHUNK
    assert tally.counts["agreed: clear"] >= 0.3 * CHUNK
    assert tally.counts["within ± 2 % of the minimum"] >= 0.1 * CHUNK


def test_a_pair_is_made_again_by_its_seed_and_number() -> None:
    one, two, other = (nasty.pair(SEED, k, check.grid()) for k in (7, 7, 8))
    assert nasty.describe(one) == nasty.describe(two)
    assert nasty.describe(one) != nasty.describe(other)


def test_disagreements_are_told_apart() -> None:
    a, b = volume(circle(0, 0, 100)), volume(circle(0.06, 0, 100))
    near = decide(a, b, {**THREE_MILES, "h": 70_000_000})
    far = decide(a, b, {**THREE_MILES, "h": 60_000_000})
    pair = nasty.Pair(1, 1, a, b, ({**THREE_MILES, "h": 70_000_000},), REFERENCE)
    (found,) = check.answers(pair)
    assert near.conflict and far.clear(0.0)
    assert check.judge(near, found, pair.rules[0]) == "agreed: conflict"
    assert check.judge(near, None, pair.rules[0]) == "missed"
    assert check.judge(far, found, pair.rules[0]) == "invented"
    shifted = decide(a, volume(circle(0.0601, 0, 100)), pair.rules[0])
    assert check.judge(shifted, found, pair.rules[0]) == "wrong gap"
    tally = check.Tally()
    tally.counts.update(pairs=1_000, invented=1)
    assert not check.failed(tally)
    tally.counts["invented"] += 1
    assert check.failed(tally)
    assert check.failed(check.Tally(counts=Counter(pairs=1_000, missed=1)))


# --- the oracle against known answers


@pytest.mark.parametrize(
    ("lon", "lat", "azimuth"),
    [(179.99, 10.0, 90.0), (-179.99, -33.0, 270.0), (20.0, 89.99, 0.0), (36.3, 33.5, 40.0)],
)
def test_three_miles_to_the_metre(lon: float, lat: float, azimuth: float) -> None:
    for more, expected in ((-1.0, True), (1.0, False)):
        there = EARTH.Direct(lat, lon, azimuth, 200.0 + 3 * 1852 + more)
        a, b = volume(circle(lon, lat, 100)), volume(circle(there["lon2"], there["lat2"], 100))
        margins = decide(a, b, THREE_MILES)
        assert margins.conflict is expected
        assert margins.clear(0.0) is not expected
        assert margins.h[0] == pytest.approx(more, abs=0.001)


def test_shapes_2000_km_wide() -> None:
    # edges along two meridians, 10 degrees apart; closest at the northern corners
    a, b = box(0, 0, 20, 20, "geodesic"), box(30, 0, 50, 20, "geodesic")
    gap = ground.ground_gap(a, b)
    true = EARTH.Inverse(20, 20, 20, 30)["s12"]
    assert gap.lower <= true <= gap.upper + 1e-6
    assert gap.upper - gap.lower <= 0.05
    lonlat = ground.ground_gap(box(0, 0, 20, 20, "lonlat"), b)
    assert lonlat.lower <= true <= lonlat.upper + 1e-6


def test_a_circle_of_1000_km() -> None:
    gap = ground.ground_gap(circle(0, 33, 1e6), circle(80, -20, 1e6))
    assert gap.lower == pytest.approx(EARTH.Inverse(33, 0, -20, 80)["s12"] - 2e6, abs=1e-6)
    assert ground.ground_gap(circle(0, 33, 1e6), circle(9, 33, 1)).upper < 0


CAP = {"polygon": [[[-180.0, 85.0], [180.0, 85.0], [180.0, 90.0], [-180.0, 90.0]]], "edges": "lonlat"}


def test_a_polar_cap() -> None:
    gap = ground.ground_gap(CAP, circle(30, 84.9, 10))
    true = EARTH.Inverse(85, 0, 84.9, 0)["s12"] - 10
    assert gap.lower <= true <= gap.upper + 1e-6
    assert gap.upper - gap.lower <= 0.05
    for lon, lat in ((30, 89.9), (-180, 87), (180, 86), (0, 90), (77, 85.1)):
        assert ground.ground_gap(CAP, circle(lon, lat, 10)).upper < 0
    rim: Shape = {"polygon": [[[float(x), 85.0] for x in range(-180, 180, 30)]], "edges": "geodesic"}
    assert ground.ground_gap(rim, circle(12, 90, 10)).upper < -500_000


def test_a_hole_is_not_ground() -> None:
    outer = box(24, 48, 25, 49, "lonlat")["polygon"][0]
    holed = {"polygon": [outer, box(24.2, 48.2, 24.8, 48.8, "lonlat")["polygon"][0]], "edges": "lonlat"}
    inside_hole = ground.ground_gap(holed, circle(24.5, 48.5, 10))
    true = EARTH.Inverse(48.5, 24.5, 48.5, 24.8)["s12"] - 10
    # the wall is a meridian; its nearest point lies a little off the parallel
    assert true - 30 < inside_hole.lower <= inside_hole.upper < true
    assert ground.ground_gap(holed, circle(24.1, 48.1, 10)).upper < -7_000


def test_ring_across_180() -> None:
    across = box(179.5, 48, -179.5, 49, "lonlat")
    assert ground.ground_gap(across, circle(180, 48.5, 1)).upper < -30_000
    true = EARTH.Inverse(48.5, -179.5, 48.5, -179.4)["s12"]
    assert ground.ground_gap(across, circle(-179.4, 48.5, 0.5)).lower == pytest.approx(true, abs=15)
    assert ground.ground_gap(across, circle(0, 48.5, 1)).lower > 1e6


def test_flight_level_310_is_far_from_310() -> None:
    low, high = height.above_geoid("FL", 31_000 * 0.3048, None, (950.0, 1050.0), (-30.0, 25.0))
    # GEOMETRY, Altitude: −5,217 … +4,100 ft
    assert low / 0.3048 - 31_000 == pytest.approx(-5_217, abs=1)
    assert high / 0.3048 - 31_000 == pytest.approx(4_100, abs=1)


def test_the_geoid_at_damascus() -> None:
    cells = height.geoid_over(circle(36.29, 33.51, 1), 0.0, check.grid())
    assert cells.loose[0] <= cells.tight[0] <= 26.4 + 1.2
    assert cells.loose[1] >= cells.tight[1] >= 26.4 - 1.2


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        # metres above the upper limit that are just too little, and just enough, with a minimum of 30 m
        ("FL", "FL", 30.0),
        ("HAE", "HAE", 30.0),
        ("MSL", "MSL", 30.0),
        ("ALT", "ALT", 120.0),
    ],
)
def test_direct_differences(lower: str, upper: str, expected: float) -> None:
    rule = {"h": 1_000_000, "v": 300_000, "t": 0, "f": None}
    a = volume(circle(36, 33, 10), upper={"datum": upper, "value": 10_000_000})
    for by, conflict in ((-1, True), (0, False)):
        value = 10_000_000 + round(expected * 10_000) + by
        b = volume(circle(36, 33, 10), lower={"datum": lower, "value": value})
        margins = decide(a, b, rule)
        assert margins.conflict is conflict
        assert margins.clear(0.0) is not conflict
    agreed = volume(circle(36, 33, 10), lower={"datum": lower, "value": 10_000_000 + 300_000})
    assert decide(a, agreed, rule, qnh={"hpa": None}).clear(0.0)


def test_hill_and_valley() -> None:
    a = volume(circle(36, 33, 10), upper={"datum": "AGL", "value": 1_000_000})
    b = volume(circle(36, 33, 10), lower={"datum": "AGL", "value": 90_000_000})
    rule = {"h": 1_000_000, "v": 300_000, "t": 0, "f": None}
    assert decide(a, b, rule).conflict
    known = {"low": 4_000_000, "high": 5_000_000, "datum": "MSL"}
    assert decide(a, b, rule, terrain=known).clear(0.0)


def test_thin_axes_are_widened() -> None:
    level = {"datum": "FL", "value": 31_000 * 3_048}
    a = volume(circle(0, 0, 0), lower=level, upper=level, start=5, end=5)
    margins = decide(a, a, {"h": 0, "v": 0, "t": 0, "f": None})
    assert margins.conflict
    assert (margins.h[1], margins.v[1], margins.t[1]) == (-1.0, -1.0, -1_000.0)
    moved = EARTH.Direct(0, 0, 90, 1.01)
    b = volume(circle(moved["lon2"], 0, 0), lower=level, upper=level, start=1_005, end=1_005)
    assert decide(a, b, {"h": 0, "v": 0, "t": "any", "f": None}).h[0] == pytest.approx(0.01, abs=1e-6)
    assert decide(a, b, {"h": "any", "v": 0, "t": 0, "f": None}).clear(0.0)
    assert decide(a, b, {"h": "any", "v": 0, "t": 1, "f": None}).conflict


def test_emissions_compare_frequencies_and_bodies_do_not() -> None:
    rule = {"h": 1, "v": "any", "t": "any", "f": 1_000}
    a, b = volume(circle(0, 0, 10), band=[5_000, 6_000]), volume(circle(0, 0, 10), band=[7_000, 8_000])
    assert decide(a, b, rule).clear(0.0)
    assert decide(a, b, {**rule, "f": 1_001}).conflict
    assert decide(a, volume(circle(0, 0, 10)), rule).conflict


# --- the oracle against other means


def some_pairs(count: int, largest: float) -> list[Any]:
    return [nasty.pair(SEED + 1, k, check.grid(), largest) for k in range(count)]


def points_of(shape: Shape, fractions: list[float]) -> list[tuple[float, float]]:
    """Positions on the line of a shape, by geographiclib and by plain proportion; no code of the oracle."""
    if "circle" in shape:
        return [(shape["circle"][0], shape["circle"][1])]
    rings = [shape["corridor"]] if "corridor" in shape else [[*ring, ring[0]] for ring in shape["polygon"]]
    found = []
    for ring in rings:
        for (lon1, lat1), (lon2, lat2) in itertools.pairwise(ring):
            for t in fractions:
                if shape["edges"] == "lonlat":
                    turn = lon2 - lon1
                    turn = turn if abs(turn) in (360.0, 0.0) else (turn + 180) % 360 - 180
                    found.append((lon1 + t * turn, lat1 + t * (lat2 - lat1)))
                else:
                    way = EARTH.InverseLine(lat1, lon1, lat2, lon2)
                    spot = way.Position(t * way.s13)
                    found.append((spot["lon2"], spot["lat2"]))
    return found


def distance(p: tuple[float, float], q: tuple[float, float]) -> float:
    return float(EARTH.Inverse(p[1], p[0], q[1], q[0], Geodesic.DISTANCE)["s12"])


def test_gaps_agree_with_geographiclib() -> None:
    chance = np.random.default_rng(SEED)
    for pair in some_pairs(amount(1_000, 300), 200_000.0):
        a, b = pair.a["ground"], pair.b["ground"]
        found = ground.nearest(ground.prepare(a), ground.prepare(b))
        assert found.lower <= found.upper <= found.lower + 0.05 + 1e-6
        lon1, lat1, lon2, lat2 = found.ends
        assert distance((lon1, lat1), (lon2, lat2)) == pytest.approx(found.upper, abs=1e-4)
        one, two = points_of(a, [0.0, 0.3, 0.5, 0.9]), points_of(b, [0.0, 0.3, 0.5, 0.9])
        picked = [
            (one[int(chance.integers(len(one)))], two[int(chance.integers(len(two)))]) for _ in range(12)
        ]
        assert all(distance(p, q) >= found.lower - 1e-4 for p, q in picked)
        # the nearly closest points lie on the lines: none of them is far from every sample
        for shape, spot in ((a, (lon1, lat1)), (b, (lon2, lat2))):
            assert min(off_line(shape, spot), 1e9) < 0.001


def off_line(shape: Shape, spot: tuple[float, float]) -> float:
    """How much longer an edge gets by way of the spot, or how far off the straight line it is."""
    if "circle" in shape:
        return distance(spot, (shape["circle"][0], shape["circle"][1]))
    rings = [shape["corridor"]] if "corridor" in shape else [[*ring, ring[0]] for ring in shape["polygon"]]
    best = 1e9
    for ring in rings:
        for (lon1, lat1), (lon2, lat2) in itertools.pairwise(ring):
            if shape["edges"] == "geodesic":
                p, q = (lon1, lat1), (lon2, lat2)
                best = min(best, distance(p, spot) + distance(spot, q) - distance(p, q))
                continue
            turn, along = lon2 - lon1, (spot[0] - lon1 + 180) % 360 - 180
            if abs(turn) == 360.0:
                best = min(best, abs(spot[1] - lat1) * 111_000)
                continue
            turn = (turn + 180) % 360 - 180
            t = along / turn if abs(turn) > abs(lat2 - lat1) else (spot[1] - lat1) / ((lat2 - lat1) or 1.0)
            if -1e-9 <= t <= 1 + 1e-9:
                off = abs(along - t * turn) + abs(spot[1] - lat1 - t * (lat2 - lat1))
                best = min(best, off * 111_000)
    return best


def test_the_fast_bound_agrees_with_the_triangle_inequality_alone() -> None:
    compared, pairs = 0, amount(400, 150)
    for pair in some_pairs(pairs, 300.0):
        one, two = ground.prepare(pair.a["ground"]), ground.prepare(pair.b["ground"])
        fast = ground.nearest(one, two)
        plain = ground.nearest(one, two, enough=max(0.5, 0.01 * fast.upper), pure=True)
        assert fast.lower <= plain.upper + 1e-6
        assert plain.lower <= fast.upper + 1e-6
        compared += plain.upper - plain.lower <= max(0.5, 0.01 * fast.upper) + 1e-6
    assert compared > 0.95 * pairs


def test_inside_agrees_with_a_plane_of_longitude_and_latitude() -> None:
    chance = np.random.default_rng(SEED)
    held, pairs = 0, amount(600, 300)
    for pair in some_pairs(pairs, 500_000.0):
        shape = pair.a["ground"]
        if "polygon" not in shape or shape["edges"] != "lonlat":
            continue
        rings = [np.array(ring) for ring in shape["polygon"]]
        if np.ptp(rings[0][:, 0]) > 170:
            continue  # across the antimeridian or around a pole: other tests
        flat = shapely.Polygon(rings[0], rings[1:])
        (west, south), (east, north) = rings[0].min(axis=0), rings[0].max(axis=0)
        for lon, lat in zip(chance.uniform(west, east, 5), chance.uniform(south, north, 5), strict=True):
            # a clearance that no sampled point undercuts by more than it matters
            clear = flat.boundary.distance(shapely.Point(lon, lat)) * 111_000 * np.cos(np.radians(lat)) / 2
            if clear > 0.01:
                expected = flat.contains(shapely.Point(lon, lat))
                assert ground.inside(shape, lon, lat, clear) == expected
                held += expected
    assert held > pairs / 6
