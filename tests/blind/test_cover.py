"""The cover of plans: no pair that the search reports is missed, whatever else is told.

`scripts/long/blind_pairs.py` does a million pairs of the same kind.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import blind_nasty
from blind_cells import Index, agreed, shared, told, truth
from tests.amount import amount
from tests.conflict.sample import HERE, HOUR, apart, every, plan, volume, volumes
from wideberth.blind import tree
from wideberth.blind.cover import Cover, Covered, Unfit
from wideberth.blind.rules import Agreed
from wideberth.conflict.join import COMPILED
from wideberth.errors import Refused
from wideberth.model.plan import Plan
from wideberth.model.separation import Rule, SeparationTable
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.ellipsoid import GEOD
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Ground
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Pad, Volume

LEVELS = (12, 16, 20)
TABLE = every(Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND), Rule(8_000 * METRE, "any", 60 * SECOND))
SEED = 20_260_101


def by(table: SeparationTable, reference: VerticalReference, end: int = HOUR) -> Agreed:
    return agreed(table, reference, 0, end)


def rows(covered: Covered) -> set[tuple[int, ...]]:
    return set(map(tuple, covered.cells.tolist()))


def missed(one: list[Plan], two: list[Plan], terms: Agreed) -> list[Index]:
    """Pairs in conflict that are not told, at each level."""
    conflicts = truth(one, two, terms)
    found = told(Cover(one, terms), Cover(two, terms), len(two), LEVELS)
    return [np.setdiff1d(conflicts, each) for each in found]


@pytest.mark.parametrize("number", [5 * k % 77 for k in range(amount(77, 26))])
def test_no_pair_of_a_nasty_batch_is_missed(geoid: Geoid, number: int) -> None:
    """Of all tables and places: poles, ±180°, pads, datums, routes, and many pairs right at a minimum."""
    made = blind_nasty.batch(SEED, number, geoid, amount(100, 24))
    terms = agreed(made.table, made.reference, made.from_ms, made.until_ms)
    for lost in missed(list(made.one), list(made.two), terms):
        assert not len(lost)


def test_the_batches_are_worth_it(geoid: Geoid) -> None:
    """Conflicts are many, also among pairs that are told at the floor only because they are."""
    conflicts = pairs = 0
    for number in range(10):
        made = blind_nasty.batch(SEED, number, geoid, 30)
        terms = agreed(made.table, made.reference, made.from_ms, made.until_ms)
        conflicts += len(truth(made.one, made.two, terms))
        pairs += len(made.one) * len(made.two)
    assert 0.01 < conflicts / pairs < 0.5


@given(
    st.lists(volumes(), min_size=1, max_size=4),
    st.lists(volumes(), min_size=1, max_size=4),
    st.sampled_from([TABLE, apart(), apart(1_000 * METRE, 0, "any"), apart("any", 0, 1)]),
)
def test_no_pair_is_missed_and_either_side_comes_to_the_same(
    reference: VerticalReference, ours: list[Volume], theirs: list[Volume], table: SeparationTable
) -> None:
    one = [plan("one", each, name=str(k)) for k, each in enumerate(ours)]
    two = [plan("two", each, name=str(k)) for k, each in enumerate(theirs)]
    terms = by(table, reference)
    assert not any(len(lost) for lost in missed(one, two, terms))
    first, second = (Cover(plans, terms).start() for plans in (one, two))
    forth, back = shared(first, second, len(two)), shared(second, first, len(one))
    a, b = np.divmod(forth.pair, len(two))
    assert set((b * len(one) + a).tolist()) == set(back.pair.tolist())


FINE = tuple(range(12, 49, 4))
"""Down to cells of 19 m, 4 m and 4 s."""


@given(
    st.sampled_from([(33.25, 34.55), (180.0, -10.0), (-0.00001, 0.0), (20.0, 78.0), (47.0, 89.9)]),
    st.floats(0, 360),
    st.tuples(*[st.sampled_from([0, 1_000_001, 50_000_001])] * 3),
    st.lists(st.tuples(*[st.sampled_from([0, 777, 90_000_001])] * 2), min_size=2, max_size=2),
    st.lists(st.integers(0, 3_000 * METRE), min_size=2, max_size=2),
    st.booleans(),
)
@settings(max_examples=25)
def test_pairs_just_within_every_minimum(
    reference: VerticalReference,
    place: tuple[float, float],
    azimuth: float,
    minima: tuple[int, int, int],
    pads: list[tuple[int, int]],
    radii: list[int],
    swapped: bool,
) -> None:
    """A metre, 0.1 mm and 1 ms too close: what the two have in common, grown, is hardly more than a point."""
    h, v, t = minima[0], minima[1] // 10, minima[2] // 10
    one, two = (Pad(side, up // 10, up // 10) for side, up in pads)
    away = (h + one.h + two.h + sum(max(each, METRE // 2) for each in radii)) / METRE - 1.0
    lon, lat, _ = GEOD.fwd(*place, azimuth, max(0.0, away))
    other = round((float(lon) + 180) % 360 - 180, 7), round(float(lat), 7)
    top, end = 2_000 * METRE, HOUR
    low, start = top + v + one.v + two.v - 1, end + t + one.t + two.t - 1
    ours = [
        plan("a", volume(circle(*place, radii[0]), Altitude("HAE", 0), Altitude("HAE", top), 0, end, pad=one))
    ]
    above = Altitude("HAE", low), Altitude("HAE", low + 100 * METRE)
    theirs = [plan("b", volume(circle(*other, radii[1]), *above, start, start + HOUR, pad=two))]
    terms = by(apart(h, v, t), reference, end=9 * HOUR)
    if swapped:
        ours, theirs = theirs, ours
    assert truth(ours, theirs, terms).tolist() == [0]
    found = told(Cover(ours, terms), Cover(theirs, terms), 1, FINE)
    assert all(each.tolist() == [0] for each in found)


@pytest.mark.parametrize("datum", ["MSL", "ALT", "FL", "AGL", "SFC", "MSL/ALT"])
@pytest.mark.parametrize("below", [True, False])
def test_limits_just_within_the_vertical_minimum(
    reference: VerticalReference, datum: Datum, below: bool
) -> None:
    """Where a limit may lie furthest up or down, there another, 0.1 mm too close, is met."""
    value = 0 if datum == "SFC" else 3_000 * METRE
    limits = Altitude(datum, value), Altitude("AGL" if datum == "SFC" else datum, value + 100 * METRE)
    ours = [plan("a", volume(HERE, *limits, pad=Pad(0, 10 * METRE)))]
    terms = by(apart(1_000 * METRE, 50 * METRE, 0), reference)

    def conflict(height: int) -> list[Plan]:
        flat = Altitude("HAE", height), Altitude("HAE", height + METRE)
        other = [plan("b", volume(HERE, *flat, pad=Pad(0, 777)))]
        return other if len(truth(ours, other, terms)) else []

    # between a height in conflict and one that is not
    near, far = 3_000 * METRE, (-30_000 if below else 60_000) * METRE
    assert conflict(near) and not conflict(far)
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if conflict(middle) else (near, middle)
    theirs = conflict(near)
    found = told(Cover(ours, terms), Cover(theirs, terms), 1, (12, 16, 20, 24, 28, 32))
    assert all(each.tolist() == [0] for each in found)


CASES: dict[str, tuple[Ground, Ground, int]] = {
    "across ±180°": (circle(179.99, 10.0, 0), circle(-179.99, 10.0, 0), 3_000 * METRE),
    "at a pole": (circle(0.0, 89.999, 0), circle(180.0, 89.999, 0), 300 * METRE),
    "on one point": (circle(33.0, 35.0, 0), circle(33.0, 35.0, 0), 0),
    "on one line": (
        corridor([(33.0, 35.0), (33.4, 35.0)], 0, "geodesic"),
        corridor([(33.1, 35.0), (33.6, 35.0)], 0, "geodesic"),
        100 * METRE,
    ),
    "on a corner of four cells": (circle(0.0, 0.0, 0), circle(0.0, 0.0, 0), 0),
    "far inside": (circle(33.0, 35.0, 60_000 * METRE), circle(33.1, 35.0, 0), 0),
    "in the middle of a large polygon": (
        polygon([[(30.0, 30.0), (36.0, 30.0), (36.0, 36.0), (30.0, 36.0)]], "lonlat", closed=False),
        circle(33.0, 33.0, 10 * METRE),
        0,
    ),
    "around a pole": (
        polygon([[(float(lon), 88.0) for lon in range(-180, 180, 30)]], "geodesic", closed=False),
        circle(47.0, 89.7, 10 * METRE),
        0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_places_that_have_been_got_wrong(reference: VerticalReference, name: str) -> None:
    one, two, minimum = CASES[name]
    terms = by(apart(minimum, "any", 1), reference)
    ours, theirs = (
        [plan("a", volume(one, lower="100m HAE", upper="200m HAE"))],
        [plan("b", volume(two, lower="150m HAE", upper="160m HAE"))],
    )
    assert truth(ours, theirs, terms).tolist() == [0]
    assert not any(len(lost) for lost in missed(ours, theirs, terms))


def test_a_hole_is_not_touched(reference: VerticalReference) -> None:
    ring = [(30.0, 30.0), (36.0, 30.0), (36.0, 36.0), (30.0, 36.0)]
    hole = [(31.0, 31.0), (35.0, 31.0), (35.0, 35.0), (31.0, 35.0)]
    terms = by(apart(0, "any", 0), reference)
    hollow = Cover([plan("a", volume(polygon([ring, hole], "lonlat", closed=False)))], terms).start()
    inside = Cover([plan("b", volume(circle(33.0, 33.0, 50_000 * METRE)))], terms).start()
    whole = Cover([plan("a", volume(polygon([ring], "lonlat", closed=False)))], terms).start()
    assert not rows(hollow) & rows(inside)
    assert rows(inside) <= rows(whole)
    assert rows(hollow) < rows(whole)


@pytest.mark.parametrize(
    ("lower", "upper", "other"),
    [
        (("FL", 9_000), ("FL", 9_500), ("HAE", 9_200)),
        (("AGL", 0), ("AGL", 120), ("MSL", 3_000)),
        (("ALT", 1_000), ("ALT", 1_100), ("ALT", 1_180)),
        (("MSL/ALT", 1_000), ("MSL/ALT", 1_100), ("ALT", 1_180)),
        (("MSL", 1_000), ("UNL", 0), ("HAE", 40_000)),
        (("HAE", -2_000), ("HAE", -1_500), ("HAE", -1_600)),
        # the lower limit may turn out above the upper one
        (("FL", 3_000), ("HAE", 2_900), ("HAE", 2_800)),
        # flight levels that do not reach each other are, as heights, anywhere
        (("FL", 12_000), ("FL", 12_001), ("FL", 12_001)),
    ],
)
def test_heights_in_two_datums(
    reference: VerticalReference, lower: tuple[str, int], upper: tuple[str, int], other: tuple[str, int]
) -> None:
    def limit(stated: tuple[str, int]) -> Altitude:
        return Altitude(stated[0], stated[1] * METRE)  # type: ignore[arg-type]  # names of datums

    ours = [plan("a", volume(lower=limit(lower), upper=limit(upper)))]
    theirs = [plan("b", volume(lower=limit(other), upper=limit(other)))]
    terms = by(apart(100 * METRE, 30 * METRE, 0), reference)
    assert truth(ours, theirs, terms).tolist() == [0]
    assert not any(len(lost) for lost in missed(ours, theirs, terms))


def test_the_ground_is_not_compared_but_the_geoid_of_all_of_it_counts(reference: VerticalReference) -> None:
    """Here the geoid is 25 m above the ellipsoid; south of India it is 100 m below."""
    ours = [plan("a", volume(lower="1000m HAE", upper="1000m HAE"))]
    high = Altitude("MSL", 1_100 * METRE)
    theirs = [plan("b", volume(lower=high, upper=high))]
    terms = by(apart("any", 0, 0), reference)
    assert truth(ours, theirs, terms).tolist() == [0]
    assert not any(len(lost) for lost in missed(ours, theirs, terms))


def test_touching_the_same_moment_of_the_horizon(reference: VerticalReference) -> None:
    """Both end with its first moment, or begin with its last, and conflict before or behind it."""
    terms = agreed(apart(100 * METRE, "any", 2), reference, HOUR, 2 * HOUR)
    for start, end in ((0, HOUR), (2 * HOUR, 3 * HOUR)):
        ours, theirs = [plan("a", volume(start=start, end=end))], [plan("b", volume(start=start, end=end))]
        assert rows(Cover(ours, terms).start()) & rows(Cover(theirs, terms).start())
    # not at all: nothing is said of them
    assert not len(Cover([plan("a", volume(start=0, end=HOUR - 1))], terms).start().cells)


@given(st.lists(volumes(), min_size=1, max_size=5), volumes(), st.sampled_from([TABLE, apart()]))
@settings(max_examples=25)
def test_more_plans_take_no_cell_away(
    reference: VerticalReference, parts: list[Volume], more: Volume, table: SeparationTable
) -> None:
    plans = [plan("a", each, name=str(k)) for k, each in enumerate(parts)]
    terms = by(table, reference)
    fewer, all_ = Cover(plans, terms).start(), Cover([*plans, plan("a", more, name="more")], terms).start()
    alone = Cover([plan("a", more, name="more")], terms).start()
    assert rows(all_) == rows(fewer) | rows(alone)


@given(st.lists(volumes(), min_size=1, max_size=5))
@settings(max_examples=20)
def test_what_is_refined_lies_in_what_was_kept(reference: VerticalReference, parts: list[Volume]) -> None:
    """In order, each once, with the plans that are in the cell above; and as a cover made at that level."""
    plans = [plan("a", each, name=str(k)) for k, each in enumerate(parts)]
    cover = Cover(plans, by(apart(500 * METRE, 30 * METRE, 0), reference))
    covered = cover.start()
    for level in (16, 20):
        fine = cover.refine(covered, np.arange(len(covered.cells)), level)
        assert fine.level == level
        assert fine.cells.tolist() == sorted(map(list, rows(fine)))
        of = {tuple(cell): k for k, cell in enumerate(covered.cells.tolist())}
        for k, cell in enumerate(tree.parents(fine.cells, level, level - 4).tolist()):
            above = of[tuple(cell)]
            own = fine.plan[fine.first[k] : fine.first[k + 1]].tolist()
            assert own == sorted(set(own))
            assert set(own) <= set(covered.plan[covered.first[above] : covered.first[above + 1]].tolist())
            # what fills a cell fills each part of it
            assert fine.filled[k] or not covered.filled[above]
        # a cell that is kept holds some of what was in it
        assert set(of) == set(map(tuple, tree.parents(fine.cells, level, level - 4).tolist()))
        assert rows(fine) == rows(cover.at(level))
        covered = fine


def test_only_kept_cells_are_refined_and_several_levels_at_once(reference: VerticalReference) -> None:
    cover = Cover([plan("a", volume(circle(33.0, 35.0, 30_000 * METRE)))], by(apart(), reference))
    covered = cover.start()
    kept = np.array([3, 7, 8])
    fine = cover.refine(covered, kept, 20)
    step = cover.refine(covered, kept, 16)
    twice = cover.refine(step, np.arange(len(step.cells)), 20)
    assert rows(fine) == rows(twice)
    assert {tuple(c) for c in tree.parents(fine.cells, 20, 12).tolist()} == {
        tuple(c) for c in covered.cells[kept].tolist()
    }
    assert not len(cover.refine(covered, np.zeros(0, dtype=np.int64), 16).cells)


def test_a_filled_cell_is_filled(reference: VerticalReference) -> None:
    """Some are, and no corner of one is outside on any axis."""
    middle = (33.0, 35.0)
    own = volume(circle(*middle, 40_000 * METRE), lower="0m HAE", upper="9000m HAE", start=0, end=9 * HOUR)
    small = volume(circle(*middle, 1 * METRE), lower="100m HAE", upper="101m HAE", start=0, end=9 * HOUR)
    terms = by(apart(200 * METRE, 0, 0), reference, end=9 * HOUR)
    cover = Cover([plan("a", own)], terms)
    covered = cover.refine(start := cover.start(), np.arange(len(start.cells)), 16)
    assert 0.2 < covered.filled.mean() < 0.9
    box = tree.boxes(covered.cells[covered.filled], 16)
    lon, lat = (
        np.stack([box.west, box.west, box.east, box.east]),
        np.stack([box.south, box.north, box.south, box.north]),
    )
    away = GEOD.inv(np.full(lon.size, 33.0), np.full(lon.size, 35.0), lon.ravel() / 1e7, lat.ravel() / 1e7)[2]
    assert np.max(away) <= 40_000 + 100.6
    assert (box.lower >= 0).all() and (box.upper <= 9_000 * METRE).all()
    assert (box.start >= 0).all() and (box.end <= 9 * HOUR).all()
    # two plans in it: it is filled only if both fill it
    both = Cover([plan("a", own), plan("a", small, name="2")], terms)
    again = both.refine(start := both.start(), np.arange(len(start.cells)), 16)
    shares = np.flatnonzero(np.diff(again.first) == 2)
    assert len(shares) and not again.filled[shares].any()
    assert rows(again) == rows(covered)


def test_one_of_several_volumes_of_a_plan_is_enough_to_fill(reference: VerticalReference) -> None:
    large = volume(circle(33.0, 35.0, 40_000 * METRE), lower="0m HAE", upper="9000m HAE", end=9 * HOUR)
    small = replace(large, ground=circle(33.0, 35.0, 1 * METRE))
    terms = by(apart(), reference, end=9 * HOUR)
    cover = Cover([plan("a", large, small)], terms)
    alone = Cover([plan("a", large)], terms)
    found, wanted = (
        each.refine(each.start(), np.arange(len(each.start().cells)), 16) for each in (cover, alone)
    )
    assert rows(found) == rows(wanted)
    assert (found.filled == wanted.filled).all()
    assert found.filled.any()


@pytest.mark.parametrize(
    ("rule", "zero"),
    [
        (Rule("any", 1, 1), (tree.LON, tree.LAT)),
        (Rule(1, "any", 1), (tree.ALT,)),
        (Rule(1, 1, "any"), (tree.TIME,)),
        (Rule("any", "any", "any"), (tree.TIME, tree.LON, tree.LAT, tree.ALT)),
    ],
)
def test_an_axis_that_is_not_compared_is_0_at_every_level(
    reference: VerticalReference, rule: Rule, zero: tuple[int, ...]
) -> None:
    one = plan("a", volume(lower="5000m HAE", upper="6000m HAE", start=30 * HOUR, end=31 * HOUR))
    cover = Cover([one], by(every(rule), reference, end=48 * HOUR))
    covered = cover.start()
    for level in (16, 20):
        for axis in range(4):
            assert (covered.cells[:, axis] == 0).all() == (axis in zero)
        if len(zero) == 4:
            assert covered.filled.all() and len(covered.cells) == 1
        covered = cover.refine(covered, np.arange(len(covered.cells)), level)


def test_ended_plans_and_those_beyond_the_horizon_have_no_cells(reference: VerticalReference) -> None:
    plans = [
        plan("a", volume(), name="ended", state="ended"),
        plan("a", volume(start=5 * HOUR, end=6 * HOUR), name="later"),
        plan("a", volume(), name="now"),
    ]
    covered = Cover(plans, by(apart(), reference)).start()
    assert set(covered.plan.tolist()) == {2}
    for none in ([], plans[:1], plans[1:2]):
        cover = Cover(none, by(apart(), reference))
        nothing = cover.start()
        assert (len(nothing.cells), nothing.first.tolist(), len(nothing.plan)) == (0, [0], 0)
        assert not len(cover.refine(nothing, np.zeros(0, dtype=np.int64), 16).cells)


def test_plans_that_cannot_be_checked_are_named(reference: VerticalReference) -> None:
    def wide(name: str, start: int = 0, end: int = HOUR) -> Plan:
        return plan("a", volume(pad=Pad(h=10_001 * METRE), start=start, end=end), name=name)

    terms = by(apart(), reference)
    with pytest.raises(Unfit) as refused:
        Cover([wide("x"), plan("a", volume(), name="y"), wide("z")], terms)
    assert "pads" in refused.value.why and refused.value.plans == {"x", "z"}
    # what is not compared is not refused
    Cover([wide("x", start=5 * HOUR, end=6 * HOUR)], terms)
    Cover([plan("a", volume(pad=Pad(h=10_000 * METRE)))], terms)
    few = replace(terms, blind=replace(terms.blind, terms=300))
    large = plan("a", volume(circle(33.0, 35.0, 200_000 * METRE)), name="large")
    with pytest.raises(Unfit) as refused:
        Cover([large, plan("a", volume(), name="y")], few).start()
    assert refused.value.plans == {"large"}
    assert "large" in refused.value.why
    # everywhere is too much
    table = every(Rule("any", 0, 0), Rule(5, 0, 0))
    with pytest.raises(Unfit) as refused:
        Cover([plan("a", volume(), name=str(k)) for k in range(5)], by(table, reference)).start()
    assert len(refused.value.plans) == 5
    assert "and 2 more" in refused.value.why


def test_so_many_cells_that_no_round_has_them_are_not_made(reference: VerticalReference) -> None:
    table = apart(0, 0, 0)
    few = by(table, reference)
    few = replace(few, blind=replace(few.blind, terms=2_000))
    plans = [
        plan("a", volume(circle(33.0, 35.0, 300_000 * METRE), lower="1m HAE", upper="2m HAE"), name=str(k))
        for k in range(3_000)
    ]
    with pytest.raises(Refused) as refused:
        Cover(plans, few).start()
    assert refused.value.code == "blind.terms"


def test_both_engines_come_to_the_same_cells(geoid: Geoid) -> None:
    made = blind_nasty.batch(SEED, 2, geoid, 40)
    terms = agreed(made.table, made.reference, made.from_ms, made.until_ms)
    plain, fast = (Cover(made.one, terms, engine).start() for engine in (None, COMPILED))
    assert rows(plain) == rows(fast)


def test_the_least_growth_that_meets(reference: VerticalReference) -> None:
    """What is just not in conflict is told at a fine floor no further than some cells of it away."""
    terms = by(apart(100 * METRE, "any", 0), reference)
    ours = [plan("a", volume(circle(33.0, 35.0, 10 * METRE)))]
    for away, wanted in ((119.0, True), (1_500.0, False)):
        lat = 35.0 + away / 110_940.0
        theirs = [plan("b", volume(circle(33.0, round(lat, 7), 10 * METRE)))]
        found = told(Cover(ours, terms), Cover(theirs, terms), 1, range(12, 33, 4))
        assert bool(len(found[-1])) == wanted
        assert truth(ours, theirs, terms).tolist() == ([0] if wanted else [])
        assert all(set(fine.tolist()) <= set(coarse.tolist()) for coarse, fine in pairwise(found))
