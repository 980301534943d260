"""By how much volumes are grown: halves, heights, windows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blind_cells import agreed
from tests.conflict.sample import HERE, HOUR, every, grounds, plan, volume
from wideberth.blind import growth
from wideberth.blind.growth import MOST_PAD, Axes, Grown, Halves
from wideberth.conflict.prepare import lay_out
from wideberth.conflict.vertical import DIRECT, Vertical
from wideberth.model.plan import Plan
from wideberth.model.separation import Row, Rule, SeparationTable, choose
from wideberth.space.altitude import UNBOUNDED, Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.reach import boxes
from wideberth.space.reference import Atmosphere, Qnh, Terrain, VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Pad

RULE = Rule(1_001, 301, 601)


def grown(
    *plans: Plan,
    table: SeparationTable,
    reference: VerticalReference,
    horizon: tuple[int, int] = (0, HOUR),
) -> Grown:
    found = growth.grow(plans, agreed(table, reference, *horizon))
    assert found is not None
    return found


def test_half_of_the_largest_minimum_is_rounded_up() -> None:
    assert growth.half_of(every(RULE, Rule(7, 1_000, 0)), "a") == Halves(501, 500, 301)


names = st.sampled_from(["a", "b", "c", "d", "*"])
minima = st.one_of(st.integers(0, 50), st.just("any"))


@given(
    st.lists(
        st.tuples(names, names, st.lists(st.builds(Rule, minima, minima, minima), min_size=1, max_size=2)),
        min_size=1,
        max_size=5,
        unique_by=lambda row: tuple(sorted(row[:2])),
    ),
    st.sampled_from(["a", "b", "c", "d", "e", "f"]),
    st.sampled_from(["a", "b", "c", "d", "e", "f"]),
)
def test_two_halves_are_no_less_than_the_minimum_of_any_pair(
    rows: list[tuple[str, str, list[Rule]]], one: str, two: str
) -> None:
    table = SeparationTable(tuple(Row((min(a, b), max(a, b)), tuple(rules)) for a, b, rules in rows), "test")
    mine, theirs = growth.half_of(table, one), growth.half_of(table, two)
    for rule in choose(table, one, two).row.rules:
        for axis in ("h", "v", "t"):
            minimum, a, b = getattr(rule, axis), getattr(mine, axis), getattr(theirs, axis)
            if minimum == "any":
                assert a is None and b is None
            elif a is not None and b is not None:
                assert a + b >= minimum


def test_an_axis_that_no_rule_compares() -> None:
    assert growth.axes_of(every(Rule(1, "any", 1))) == Axes(True, False, True)
    assert growth.axes_of(every(Rule("any", "any", 1), Rule("any", 5, "any"))) == Axes(False, True, True)


def test_on_the_ground_half_of_the_minimum_the_pad_and_what_the_search_may_err(
    reference: VerticalReference,
) -> None:
    pad = Pad(h=30 * METRE)
    found = grown(
        plan("a", volume(), volume(pad=pad)), table=every(Rule(200 * METRE, 0, 0)), reference=reference
    )
    assert found.reach[0] >= 100 * (1 + 1e-5) + 0.5
    assert found.reach[1] >= 130 * (1 + 1e-5) + 0.5
    assert found.reach[1] - found.reach[0] == pytest.approx(30 * (1 + 1e-5))
    assert found.reach[0] < 100.6


def test_where_every_distance_counts_it_is_everywhere(reference: VerticalReference) -> None:
    found = grown(plan("a", volume()), table=every(Rule("any", "any", "any")), reference=reference)
    assert found.reach[0] < 0
    assert found.lower[0] < -(2**59) and found.upper[0] > 2**59
    assert found.start[0] < -(2**59) and found.end[0] > 2**59


def test_windows_take_half_of_the_minimum_and_the_pad(reference: VerticalReference) -> None:
    table = every(Rule(0, 0, 61))
    found = grown(plan("a", volume(end=2_000, pad=Pad(t=7))), table=table, reference=reference)
    assert (found.start[0], found.end[0]) == (-38, 2_038)


@pytest.mark.parametrize(
    ("start", "end", "pad", "t", "touches"),
    [
        # the horizon is from an hour to two
        (0, HOUR - 100, 0, 0, False),
        (0, HOUR, 0, 0, False),
        (0, HOUR + 1, 0, 0, True),
        (0, HOUR - 100, 101, 0, True),
        (0, HOUR - 100, 0, 202, True),
        (0, HOUR - 100, 0, 199, False),
        (2 * HOUR, 3 * HOUR, 0, 0, False),
        (2 * HOUR - 1, 3 * HOUR, 0, 0, True),
        (2 * HOUR + 99, 3 * HOUR, 100, 0, True),
        (None, None, 0, 0, True),
        # where every moment counts its own window has to touch
        (0, HOUR - 100, 0, "any", False),
        (0, HOUR - 100, 101, "any", True),
    ],
)
def test_what_touches_the_horizon(
    reference: VerticalReference, start: int, end: int, pad: int, t: int, touches: bool
) -> None:
    one = plan("a", volume(start=start, end=end, pad=Pad(t=pad)))
    found = grown(one, table=every(Rule(0, 0, t)), reference=reference, horizon=(HOUR, 2 * HOUR))
    assert found.live.tolist() == [touches]


REFERENCES: dict[str, Callable[[Geoid], VerticalReference]] = {
    "default": VerticalReference,
    "known ground": lambda geoid: VerticalReference(geoid, Terrain(0, 900 * METRE, "MSL", known=True)),
    "ground above the ellipsoid": lambda geoid: VerticalReference(geoid, Terrain(0, 9, "HAE", known=True)),
    # so still an air that only two settings can differ
    "still air": lambda geoid: VerticalReference(geoid, atmosphere=Atmosphere(1013.25, 1013.25, 0.0, 0.0, 0)),
    "one setting": lambda geoid: VerticalReference(geoid, qnh=Qnh(1_000.0)),
    "a setting": lambda geoid: VerticalReference(geoid, qnh=Qnh(None, HERE)),
}
LIMITS = [
    Altitude("HAE", 1_000 * METRE),
    Altitude("MSL", 1_000 * METRE),
    Altitude("ALT", 1_000 * METRE),
    Altitude("FL", 9_000 * METRE),
    Altitude("FL", 30_000 * METRE),
    Altitude("AGL", 120 * METRE),
    Altitude("SFC"),
    Altitude("MSL/ALT", 2_000 * METRE),
]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("limit", LIMITS)
def test_heights_hold_all_that_the_search_may_take_a_limit_for(
    geoid: Geoid, name: str, limit: Altitude
) -> None:
    reference = REFERENCES[name](geoid)
    table = every(Rule(5_000 * METRE, 200 * METRE, 0))
    one = plan("a", volume(lower=limit, upper=limit, pad=Pad(100, 10 * METRE)))
    found = grown(one, table=table, reference=reference)
    by = 110 * METRE
    for height in (0, 3_000 * METRE, -500 * METRE):
        # another volume of no height at all, high above or deep below: how far off it is the search knows
        other = plan("b", volume(lower=Altitude("HAE", height), upper=Altitude("HAE", height)))
        both = lay_out([one, other])
        assert both is not None
        search = Vertical(both, reference)
        gap = search.apart(0, 1, 5_000 * METRE + 100 + MOST_PAD).gap
        away = max(height - int(found.upper[0]), int(found.lower[0]) - height) + by - METRE // 2
        assert away <= gap
    bare = [limit.value] if limit.datum in (*DIRECT, "MSL/ALT") else []
    barometric = limit.datum in ("ALT", "MSL/ALT") and name != "one setting"
    extra = QNH_DISTANCE // 2 if barometric else 0
    for value in bare:
        assert found.lower[0] <= value - METRE // 2 - by - extra
        assert found.upper[0] >= value + METRE // 2 + by + extra


def test_without_an_upper_limit_it_is_above_everything(reference: VerticalReference) -> None:
    found = grown(plan("a", volume(upper="UNL")), table=every(RULE), reference=reference)
    assert found.upper[0] >= UNBOUNDED


def test_where_every_distance_counts_heights_are_those_of_the_whole_earth(
    reference: VerticalReference,
) -> None:
    """As the search looks them up: the geoid is 100 m below the ellipsoid elsewhere."""
    near, far = (
        grown(plan("a", volume(lower="1000ft MSL")), table=every(Rule(h, 0, 0)), reference=reference)
        for h in (0, "any")
    )
    assert far.lower[0] < near.lower[0] - 50 * METRE


@given(grounds(), st.sampled_from([0, 12_000 * METRE, 300_000 * METRE]))
@settings(max_examples=20)
def test_the_box_around_a_ground_holds_the_ground_that_the_search_looks_at(ground: object, over: int) -> None:
    rows = lay_out([plan("a", volume(ground))])  # type: ignore[arg-type]  # drawn by a strategy of grounds
    assert rows is not None
    ((west, south, east, north),) = growth._hulls(rows, np.array([0]), np.array([over]))
    for w, s, e, n in boxes(rows.shapes, 0, over / METRE):
        turn = 360.0 * round((west - w) / 360.0)
        assert any(west <= w + t and e + t <= east for t in (turn - 360, turn, turn + 360))
        assert south <= s and n <= north


@pytest.mark.parametrize(
    "ground",
    [
        circle(33.0, 90.0, 100_000 * METRE),
        circle(179.99, 10.0, 50_000 * METRE),
        corridor([(179.0, 60.0), (-179.0, 61.0)], 1_000 * METRE, "geodesic"),
        corridor([(10.0, 89.0), (-170.0, 89.0)], 0, "geodesic"),
        polygon([[(float(lon), 60.0) for lon in range(-180, 180, 30)]], "geodesic", closed=False),
        circle(0.0, 0.0, 5_000_000 * METRE),
    ],
)
@pytest.mark.parametrize("over", [0, 500_000 * METRE, growth.EVERY])
def test_undulations_hold_those_that_the_search_takes(
    reference: VerticalReference, ground: object, over: int
) -> None:
    rows = lay_out([plan("a", volume(ground))])  # type: ignore[arg-type]  # a list of unlike grounds
    assert rows is not None
    ((low, high),) = growth._undulations(rows, np.array([over]), reference)
    wanted = boxes(rows.shapes, 0, 2e7 if over == growth.EVERY else over / METRE)
    least, most = reference.geoid.bounds(wanted)
    assert low <= least and most <= high


def test_no_plans_are_none(reference: VerticalReference) -> None:
    assert growth.grow([], agreed(every(RULE), reference, 0, SECOND)) is None
