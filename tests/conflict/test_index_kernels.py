"""The loops of the live index against the plain code, on small cases: they run uncompiled too."""

from __future__ import annotations

import itertools
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import check_against_oracle as check
import nasty
from tests.conflict.sample import CREWED, HOUR, apart, every, plan, volume, volumes
from wideberth.conflict import columns as c
from wideberth.conflict import index as under_test
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.find import find
from wideberth.conflict.index import LiveIndex, Merge, Renewal
from wideberth.conflict.index_kernels import chords_of, holds, judge, nearest
from wideberth.conflict.index_trees import ordered, plant
from wideberth.conflict.packed import Packer, Picked, Prepared, unpack
from wideberth.errors import Invalid
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ellipsoid import A, Array, B, to_ecef
from wideberth.space.far import far_bound
from wideberth.space.gap import arc, least
from wideberth.space.geoid import COLUMNS, ROWS, Geoid
from wideberth.space.inside import contains
from wideberth.space.reference import Atmosphere, Qnh, Terrain, VerticalReference
from wideberth.space.shape import Shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import METRE
from wideberth.space.volume import Frequencies, Pad, Volume

SEED = 20_261_124
TABLE = every(CREWED, Rule(8_000 * METRE, "any", 60_000, 500_000))
BARE = VerticalReference(Geoid(np.zeros((ROWS, COLUMNS), dtype=np.int16)))
"""Where heights do not matter."""


def verdict(packer: Packer, one: Prepared, two: Prepared) -> int:
    p, q = one.packed, two.packed
    return judge(p.rows, 0, p.geometry, packer.rules, packer.datums, q.rows, 0, q.geometry)


def together(one: Prepared, two: Prepared) -> Shapes:
    packed = [Picked(p.packed.rows, p.packed.geometry, [p.plan] * len(p.packed.rows)) for p in (one, two)]
    return unpack(packed).shapes


# --- what is certain is what the plain code says


def agree(a: Volume, b: Volume, table: SeparationTable, reference: VerticalReference) -> int:
    """The verdict on two volumes, which must not contradict `find`; the index must answer as `find`."""
    plans = [plan("A", a), plan("B", b)]
    found = find(plans, table, reference, engine=PLAIN)
    index = LiveIndex(table, reference)
    one, two = index.prepare_all(plans)
    packer = index.snapshot().packer
    verdicts = {verdict(packer, one, two), verdict(packer, two, one)}
    assert verdicts <= ({c.CLOSE, c.DOUBT} if found.count else {c.APART, c.DOUBT})
    for asked, resident in ((one, two), (two, one)):
        index.add(resident)
        assert len(index.query_pairs(asked)) == found.count
        assert index.remove(resident.plan.key)
    return max(verdicts)


TABLES = (TABLE, apart(0, 0, 0), apart(3_000 * METRE, "any", "any", "any"))


@given(volumes(), volumes(), st.sampled_from(TABLES))
@settings(max_examples=80)
def test_no_verdict_contradicts_the_plain_code(
    reference: VerticalReference, a: Volume, b: Volume, table: SeparationTable
) -> None:
    agree(a, b, table, reference)


@pytest.mark.parametrize("largest", [20_000.0, nasty.LARGEST])
def test_nasty_pairs(largest: float) -> None:
    """Poles, 180°, great circles, holes, every datum; a tenth within 2 % of a minimum."""
    seen: dict[int, int] = {c.APART: 0, c.DOUBT: 0, c.CLOSE: 0}
    for number in range(70):
        pair = nasty.pair(SEED, number, check.grid(), largest)
        try:
            a, b = (check.plan_of(side, name).volumes[0] for side, name in ((pair.a, "a"), (pair.b, "b")))
        except Invalid:
            continue
        table = SeparationTable((Row((EVERY, EVERY), tuple(Rule(**rule) for rule in pair.rules)),), "nasty")
        seen[agree(a, b, table, check.reference_of(pair.reference))] += 1
    assert seen[c.APART] > 15 and seen[c.CLOSE] > 10
    # most is decided without the plain code
    assert seen[c.DOUBT] < 20


TRIANGLE = [(0, 0), (1, 0), (0, 1), (0, 0)]
SLOPE = corridor([(0, 0), (3, 1)], 500 * METRE, "geodesic")
HOLLOW = [(0, 0), (1, 0), (0.4, 0.4), (0, 1), (0, 0)]
CAP = [(0, 80), (120, 80), (-120, 80), (0, 80)]


def square(side: float, lon: float = 33.0, lat: float = 35.0) -> list[tuple[float, float]]:
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return [(round(lon + x * side / 2, 7), round(lat + y * side / 2, 7)) for x, y in corners]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (polygon([square(1.0)], "lonlat"), circle(33.1, 35.1, 100 * METRE), c.CLOSE),
        (circle(33.1, 35.1, 100 * METRE), polygon([square(1.0)], "geodesic"), c.CLOSE),
        (polygon([square(1.0), square(0.5)], "lonlat"), circle(33.0, 35.0, 100 * METRE), c.APART),
        (polygon([square(1.0)], "lonlat"), polygon([square(0.2)], "lonlat"), c.CLOSE),
        # in the box around the other, but outside: beside an edge, and off a corner
        (polygon([TRIANGLE], "geodesic"), circle(0.7, 0.7, 100 * METRE), c.APART),
        (polygon([HOLLOW], "geodesic"), circle(0.9, 0.9, 100 * METRE), c.APART),
        (polygon([HOLLOW], "geodesic"), circle(0.3, 0.3, 100 * METRE), c.CLOSE),
        (polygon([TRIANGLE], "geodesic"), circle(0.2, 0.2, 100 * METRE), c.CLOSE),
        (polygon([CAP], "geodesic"), circle(10, 90, 100 * METRE), c.CLOSE),
        (circle(0, 0, 2_000_000 * METRE), circle(35, 0, 2_000_000 * METRE), c.CLOSE),
        (circle(0, 0, 2_000_000 * METRE), circle(35.975, 0, 2_000_000 * METRE), c.DOUBT),
        (circle(0, 0, 1_000_000 * METRE), circle(40, 0, 1_000_000 * METRE), c.APART),
        (circle(179.99, 10, 100 * METRE), circle(-179.99, 10, 100 * METRE), c.CLOSE),
        (circle(179.9, 10, 100 * METRE), circle(-179.9, 10, 100 * METRE), c.APART),
        (SLOPE, corridor([(0, 1), (3, 0)], 500 * METRE, "geodesic"), c.CLOSE),
        (SLOPE, corridor([(0, 0.5), (2, 1.2)], 500 * METRE, "geodesic"), c.APART),
    ],
    ids=lambda value: "" if not isinstance(value, int) else str(value),
)
def test_grounds(reference: VerticalReference, a: Any, b: Any, expected: int) -> None:
    table = apart(5_000 * METRE, "any", 0)
    assert agree(volume(a), volume(b), table, reference) == expected


@given(
    st.integers(0, 60).map(lambda k: 33.0 + (k - 30) / 100),
    st.integers(0, 60).map(lambda k: 35.0 + (k - 30) / 100),
)
@settings(max_examples=100)
def test_the_side_of_a_boundary(lon: float, lat: float) -> None:
    """A ring with sharp, blunt and hollow corners, and a hole: as the plain code, in doubt only on lines."""
    outer = [(32.8, 34.8), (33.2, 34.8), (33.05, 35.0), (33.2, 35.2), (33.0, 35.05), (32.8, 35.2)]
    ring = [*outer, outer[0]]
    ground = polygon([ring, square(0.04, 32.95, 34.95)], "geodesic")
    packer = Packer(TABLE, BARE)
    (one,) = packer.prepare([plan("A", volume(ground))])
    shapes = unpack([Picked(one.packed.rows, one.packed.geometry, [one.plan])]).shapes
    point = to_ecef(np.array([lon]), np.array([lat]))
    on_line = np.min(np.linalg.norm(_nearest_points(shapes, point[0]) - point, axis=1)) < 0.2
    found = holds(one.packed.geometry, 0, len(shapes.a), *point[0])
    inside = bool(contains(shapes, 0, point)[0])
    assert found in (c.CLOSE if inside else c.APART, c.DOUBT)
    assert found != c.DOUBT or on_line


def _nearest_points(shapes: Shapes, point: Array) -> Array:
    along = shapes.b - shapes.a
    t = np.clip(((point - shapes.a) * along).sum(axis=1) / (along * along).sum(axis=1), 0, 1)
    return np.asarray(shapes.a + t[:, None] * along)


def test_the_side_is_in_doubt_on_the_line_itself() -> None:
    triangle = polygon([TRIANGLE], "geodesic")
    (one,) = Packer(TABLE, BARE).prepare([plan("A", volume(triangle))])
    geometry, count = one.packed.geometry, int(one.packed.rows[0, c.PIECES])
    a, b = geometry[:3], geometry[3:6]
    assert holds(geometry, 0, count, *((a + b) / 2)) == c.DOUBT
    # beyond an end of a line that bends back on itself, no edge is clockwise before another
    back = np.concatenate([geometry[:8], geometry[3:6], geometry[:3], geometry[6:8]])
    assert holds(back, 0, 2, *(b + (b - a))) == c.DOUBT


@given(volumes(spread=1.0), volumes(spread=1.0), st.sampled_from([1_000.0, 30_000.0, 300_000.0]))
@settings(max_examples=60)
def test_the_nearest_pieces(one: Volume, two: Volume, limit: float) -> None:
    """Right between the bounds, and on the right side of them otherwise."""
    p, q = Packer(TABLE, BARE).prepare([plan("A", one), plan("B", two)])
    shapes = together(p, q)
    first, second = np.array([0]), np.array([1])
    true = least(shapes, first, second, np.array([np.inf]))[0][0]
    rows, others = p.packed.rows, q.packed.rows
    for near, far in ((-1.0, limit), (limit / 2, limit)):
        found = nearest(rows, 0, p.packed.geometry, others, 0, q.packed.geometry, near, far)
        if true <= near:
            assert true - 1e-6 <= found <= near
        elif true <= far:
            assert found == pytest.approx(true, abs=1e-6)
        else:
            assert found >= true - 1e-6


@given(st.floats(0, 2e7))
def test_chords_tell_what_is_surely_near_and_surely_far(reach: float) -> None:
    near, far = chords_of(reach)
    assert near < far
    if near > 250_000:
        # no two points so near are as far apart as this
        assert 2 * A * np.arcsin(min(1.0, near / (2 * B))) * 1.000_01 < reach
    elif near > 0:
        assert arc(np.array([near]))[0] < reach
    if np.isfinite(far):
        assert arc(np.array([far]))[0] > reach
    else:
        assert reach >= 6_399_000


def test_at_a_distance_it_is_as_sure_as_the_exact_geodesic() -> None:
    """Circles 250 to 5,000 km apart, at all latitudes: no certain answer contradicts it."""
    chance = np.random.default_rng(SEED)
    sure = 0
    for _ in range(40):
        lon, lat, turn = chance.uniform(-180, 180), chance.uniform(-90, 90), chance.uniform(2.3, 45)
        there = (round((lon + turn + 180) % 360 - 180, 7), round(float(np.clip(lat + turn / 2, -90, 90)), 7))
        one, two = volume(circle(round(lon, 7), round(lat, 7), 0)), volume(circle(*there, 0))
        p, q = Packer(TABLE, BARE).prepare([plan("A", one), plan("B", two)])
        shapes = together(p, q)
        true = far_bound(shapes, 0, 1, np.inf)[0]
        chord = float(np.linalg.norm(shapes.a[0] - shapes.a[1]))
        for share in (0.9, 0.99, 0.999, 1.0, 1.001, 1.01, 1.1):
            near, far = chords_of(true * share)
            assert not (chord <= near and share < 1) and not (chord > far and share > 1)
            sure += chord <= near or chord > far
    assert sure > 40


# --- heights


HOT = Atmosphere(deviation_low=10.0, deviation_high=20.0, altimetry=0)
HERE_ONLY = Qnh(1_013.0, circle(33.0, 35.0, 200_000 * METRE))


KNOWN = Terrain(0, 500 * METRE, known=True)


@pytest.mark.parametrize(
    ("air", "qnh", "terrain"),
    [
        (Atmosphere(), None, Terrain()),
        (Atmosphere(), Qnh(1_000.0), KNOWN),
        (HOT, Qnh(None), Terrain()),
        (HOT, HERE_ONLY, KNOWN),
        (HOT, None, KNOWN),
        (Atmosphere(), Qnh(1_013.0, circle(-33.0, 35.0, 200_000 * METRE)), Terrain()),
    ],
)
def test_heights_of_all_datums(geoid: Geoid, air: Atmosphere, qnh: Qnh | None, terrain: Terrain) -> None:
    """Each lower limit over each upper one, by little and by much."""
    reference = VerticalReference(geoid, terrain, qnh, air)
    table = apart(5_000 * METRE, 300 * METRE, 0)
    index = LiveIndex(table, reference)
    packer = index.snapshot().packer
    sure = 0
    for below, above in itertools.product(DATUMS, DATUMS):
        if below == "UNL" or above == "SFC":
            continue
        for by in (-600, 300, 391, 12_000):
            floor = 500 * METRE
            one = volume(lower="SFC", upper=Altitude(above, 0 if above == "UNL" else floor))
            two = volume(lower=Altitude(below, 0 if below == "SFC" else floor + by * METRE), upper="UNL")
            plans = [plan("A", one), plan("B", two)]
            p, q = packer.prepare(plans)
            close = find(plans, table, reference, engine=PLAIN).count
            found = verdict(packer, p, q)
            assert found in (c.CLOSE if close else c.APART, c.DOUBT), (below, above, by)
            sure += found != c.DOUBT
            index.add(q)
            assert len(index.query_pairs(p)) == close, (below, above, by)
    assert sure > 90


@pytest.mark.parametrize(("below", "above"), [("FL", "FL"), ("ALT", "MSL/ALT"), ("MSL/ALT", "MSL/ALT")])
def test_in_warm_air_flight_levels_are_compared_as_they_stand(geoid: Geoid, below: Any, above: Any) -> None:
    """There 12 km between two of them are nearly 14 km of true height."""
    warm = Atmosphere(1_013.25, 1_013.25, 40.0, 41.0, 0)
    reference = VerticalReference(geoid, qnh=Qnh(1_013.25), atmosphere=warm)
    index = LiveIndex(apart(5_000 * METRE, 12_100 * METRE, 0), reference)
    index.add(plan("B", volume(lower=Altitude(below, 13_000 * METRE), upper="UNL")))
    low = plan("A", volume(lower="SFC", upper=Altitude(above, 1_000 * METRE)))
    assert len(index.query_pairs(low)) == 1
    assert find([low, *index], index.snapshot().packer.table, reference, engine=PLAIN).count == 1
    lower = plan("A", volume(lower="SFC", upper=Altitude(above, 500 * METRE)))
    assert len(index.query_pairs(lower)) == 0


def test_pads_bands_and_windows_to_the_last_unit(reference: VerticalReference) -> None:
    """At a gap equal to the minimum there is no conflict, one unit less is one."""
    table = every(Rule("any", 1_000, 60_000, 500))
    packer = Packer(table, reference)

    def at(height: int = 0, start: int = 0, low: int = 0, **more: Any) -> Prepared:
        limits: dict[str, Any] = {"lower": Altitude("HAE", height), "upper": Altitude("HAE", height + METRE)}
        band = Frequencies(low, low + 100)
        one = volume(start=start, end=start + HOUR, band=band, **limits, **more)
        return packer.prepare([plan("A", one)])[0]

    pad = Pad(0, 7, 70)
    here = at(pad=pad)
    assert verdict(packer, here, at(METRE + 1_000 + 7)) == c.APART
    assert verdict(packer, here, at(METRE + 1_000 + 6)) == c.CLOSE
    assert verdict(packer, here, at(METRE + 1_000 + 14, pad=pad)) == c.APART
    assert verdict(packer, here, at(METRE + 1_000 + 13, pad=pad)) == c.CLOSE
    assert verdict(packer, at(METRE + 1_000 + 13, pad=pad), here) == c.CLOSE
    assert verdict(packer, here, at(start=HOUR + 60_070)) == c.APART
    assert verdict(packer, here, at(start=HOUR + 60_069)) == c.CLOSE
    assert verdict(packer, at(start=HOUR + 60_139, pad=pad), here) == c.CLOSE
    assert verdict(packer, at(start=HOUR + 60_140, pad=pad), here) == c.APART
    assert verdict(packer, here, at(low=600)) == c.APART
    assert verdict(packer, here, at(low=599)) == c.CLOSE
    assert verdict(packer, at(low=599), here) == c.CLOSE
    body = packer.prepare([plan("A", volume(lower="0m HAE", upper="1m HAE"))])[0]
    assert verdict(packer, here, body) == verdict(packer, body, at(low=10_000)) == c.CLOSE


def test_activities_with_few_and_many_rules(reference: VerticalReference) -> None:
    one, two = Rule("any", "any", 0), Rule("any", "any", 60_000)
    rows = (Row(("boat", "boat"), (one,)), Row(("kite", "kite"), (one, two)))
    packer = Packer(SeparationTable(rows, "test"), reference)
    later = volume(start=HOUR + 30_000, end=2 * HOUR)
    for activity, expected in (("boat", c.APART), ("kite", c.CLOSE), ("other", c.CLOSE)):
        plans = [plan("A", volume(), activity=activity), plan("B", later, activity=activity)]
        assert verdict(packer, *packer.prepare(plans)) == expected


# --- trees


@given(st.integers(0, 90), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_a_tree_holds_every_box_once_and_nodes_hold_their_children(count: int, random: Random) -> None:
    boxes = np.zeros((count, c.BOX), dtype=np.int32)
    for k in range(count):
        for axis in range(0, 10, 2):
            low = random.choice([random.randrange(-1_000, 1_000), -(2**31), 7])
            size = random.choice([0, 5, 2_000, 2**31 - 1])
            boxes[k, axis], boxes[k, axis + 1] = low, min(2**31 - 1, low + size)
    boxes[:, c.ROW], boxes[:, c.PARTY] = np.arange(count), 3
    tree = plant(boxes)
    assert tree[0, 0] == count
    levels = int(tree[0, 1])
    begins = tree[0, 2 : 3 + levels].tolist()
    leaves = tree[1 : 1 + count]
    np.testing.assert_array_equal(leaves[np.argsort(leaves[:, c.ROW])], boxes)
    for level in range(1, levels):
        below, above = tree[begins[level - 1] : begins[level]], tree[begins[level] : begins[level + 1]]
        assert len(above) == -(-len(below) // c.FAN)
        for node in range(len(above)):
            children = below[node * c.FAN : (node + 1) * c.FAN]
            np.testing.assert_array_equal(above[node, 0:10:2], children[:, 0:10:2].min(axis=0))
            np.testing.assert_array_equal(above[node, 1:10:2], children[:, 1:10:2].max(axis=0))
    assert levels == 0 or begins[levels] - begins[levels - 1] <= c.FAN
    assert len(tree) == (begins[levels] if levels else 1)


def test_neighbours_lie_together_in_a_tree() -> None:
    """Two places, one far from the other, in any order: no run of boxes holds some of both."""
    boxes = np.zeros((64, c.BOX), dtype=np.int32)
    boxes[:, 0] = (np.arange(64) % 2) * 10**8 + np.arange(64)
    boxes[:, 1] = boxes[:, 0] + 10
    order = ordered(boxes)
    places = boxes[order, 0].reshape(-1, c.FAN) > 10**7
    assert ((places.sum(axis=1) == 0) | (places.sum(axis=1) == c.FAN)).all()
    assert sorted(order.tolist()) == list(range(64))
    boxes[:, 1] = boxes[:, 0] = 0
    boxes[::2, 1] = 10**8
    large = boxes[ordered(boxes), 1].reshape(-1, c.FAN) > 0
    assert ((large.sum(axis=1) == 0) | (large.sum(axis=1) == c.FAN)).all()


def test_trees_of_a_few(reference: VerticalReference, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two levels of nodes, plans that leave before and after a merge, a new store with the living alone."""
    monkeypatch.setattr(under_test, "BUFFER", 8)
    monkeypatch.setattr(under_test, "LEAST", (64, 64, 8_000))
    index = LiveIndex(apart(1_000 * METRE, 0, 0), reference)
    plans = [plan("AB"[k % 2], volume(circle(k / 8, 0, METRE)), name=str(k // 2)) for k in range(120)]
    asked = index.prepare(plan("C", volume(corridor([(-1, 0), (6.0625, 0)], 0, "geodesic"))))
    done = []
    for k, one in enumerate(index.prepare_all(plans)):
        index.add(one)
        if k % 5 == 0:
            index.remove(one.plan.key)
        if (due := index.merge_due()) is not None:
            merged = due.run()
            # one leaves and one comes while the merge is under way
            if (k - 1) % 5:
                index.remove(plans[k - 1].key)
                index.add(plans[k - 1])
            assert index.install(merged)
            done.append(type(due))
    assert {Merge, Renewal} == set(done)
    kept = {one.key for k, one in enumerate(plans) if k % 5}
    assert sorted(one.key for one in index) == sorted(kept)
    near = {one.key for one in plans[:49]} & kept
    assert sorted(key for _, key, _ in index.query_pairs(asked).named()) == sorted(near)
    # of another party only, and with boxes that meet where the grounds do not
    slope = plan("A", volume(corridor([(0.125, 0), (6, 6)], 0, "geodesic")))
    for party in "AC":
        named = index.query_pairs(replace(slope, party=party)).named()
        assert named == [(0, ("B", "0"), 0)]
    assert index.query_pairs(replace(slope, party="B")).named() == []


def test_more_answers_than_room(reference: VerticalReference) -> None:
    index = LiveIndex(apart(0, 0, 0), reference)
    for one in index.prepare_all([plan("B", volume(), name=str(k)) for k in range(70)]):
        index.add(one)
    assert sorted(index.query_pairs(plan("A", volume())).pairs[:, 1].tolist()) == list(range(70))


def test_balls_hold_their_pieces() -> None:
    """Of a shape of three groups: every piece in the ball of its run, every run in that of its group."""
    wide = corridor([(0, 0), (1.5, 1.0), (3.0, 0.0)], 100 * METRE, "geodesic")
    (one,) = Packer(TABLE, BARE).prepare([plan("A", volume(wide))])
    geometry, count = one.packed.geometry, int(one.packed.rows[0, c.PIECES])
    runs, groups = -(-count // c.RUN), -(-count // c.RUN**2)
    assert groups >= 3
    pieces = geometry[: c.PIECE * count].reshape(count, c.PIECE)
    balls = geometry[c.PIECE * count :].reshape(-1, c.BALL)
    assert len(balls) == runs + groups
    middle, size = (pieces[:, :3] + pieces[:, 3:6]) / 2, pieces[:, 6] + pieces[:, 7]
    for p in range(count):
        run = balls[p // c.RUN]
        assert np.linalg.norm(middle[p] - run[:3]) + size[p] <= run[3] + 1e-6
    for r in range(runs):
        group = balls[runs + r // c.RUN]
        assert np.linalg.norm(balls[r, :3] - group[:3]) + balls[r, 3] <= group[3] + 1e-6
