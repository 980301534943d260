"""The one way out: what is told at each level, and that it always fits, and always holds the truth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.conflict.sample import HERE, HOUR, every, volume, volumes
from wideberth.conflict.find import find
from wideberth.desk import notice_entries, releases
from wideberth.desk import volumes as written
from wideberth.desk.notice_entries import Told
from wideberth.desk.releases import View, compared, level, view
from wideberth.ledger import canonical
from wideberth.model.agreement import DISCLOSURES, Disclosure, Rules, Step
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY, Rule
from wideberth.space.altitude import Altitude
from wideberth.space.boxed import corners
from wideberth.space.coarse import Coarse, Grid, coarse
from wideberth.space.ground import Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle, corridor
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume
from wideberth.space.within import within

GRID = Rules().coarse
LEVELS: list[Disclosure] = list(DISCLOSURES)
levels = st.sampled_from(LEVELS)
plans = st.lists(volumes(), min_size=1, max_size=4).map(
    lambda parts: Plan("a", "p-secret", tuple(parts), "crewed", label="L", note="why", callsign="HERON 1")
)


@given(levels, levels, st.one_of(st.none(), levels))
def test_the_narrower_of_agreement_and_plan(
    own: Disclosure, other: Disclosure, plan: Disclosure | None
) -> None:
    rules = Rules(disclosure={"crewed": own, EVERY: other})
    for activity, agreed in (("crewed", own), ("convoy", other)):
        found = level(plan, rules, activity)
        assert DISCLOSURES.index(found) == min(DISCLOSURES.index(each) for each in (agreed, plan or agreed))
    assert level("full", Rules(disclosure={}), "crewed") == "none"


def test_what_each_level_tells() -> None:
    plan = Plan(
        "a", "p-secret", (volume(),), "crewed", "activated", 5, "label", "HERON 1", "note", "either", 7
    )
    shown = coarse(plan.volumes, Grid(GRID.h, GRID.v, GRID.t))
    assert view(plan, "full", GRID) == View("full", "crewed", "HERON 1", "activated", plan.volumes, False)
    assert view(plan, "coarse", GRID) == View("coarse", "crewed", "", "activated", shown, False)
    assert view(plan, "conflict-only", GRID) == View("conflict-only", "", "", "activated", (), False)
    assert view(plan, "none", GRID) == View("none", "", "", "activated", (), False)
    assert compared(plan, "full", GRID) == plan.volumes
    assert compared(plan, "coarse", GRID) == compared(plan, "conflict-only", GRID) == shown
    assert compared(plan, "none", GRID) == ()
    # whatever a record gains later is not told by itself
    assert set(View.__struct_fields__) == {"level", "activity", "callsign", "state", "volumes", "simplified"}


@given(plans, plans, st.sampled_from(["coarse", "conflict-only", "none"]))
@settings(max_examples=30)
def test_less_than_all_is_a_function_of_the_coarse_view(plan: Plan, other: Plan, how: Disclosure) -> None:
    shown = compared(plan, "coarse", GRID)
    same = structs.replace(plan, volumes=(*plan.volumes, *shown), callsign="x", note="y", priority=3)
    assert view(same, how, GRID) == view(plan, how, GRID)
    assert compared(same, how, GRID) == compared(plan, how, GRID)
    joined = structs.replace(plan, volumes=(*plan.volumes, *other.volumes))
    assert compared(structs.replace(joined, volumes=joined.volumes[::-1]), how, GRID) == compared(
        joined, how, GRID
    )


def flower(lon: float, lat: float, points: int, size: float = 0.4) -> Polygon:
    """A star of many points, some 40 km across."""
    ring = []
    for k in range(points):
        angle = 2 * math.pi * k / points
        away = size * (1 + 0.2 * math.sin(60 * angle))
        ring.append(
            (round((lon + away * math.cos(angle)) * 1e7), round((lat + away * math.sin(angle)) * 1e7))
        )
    return Polygon((tuple(ring),), "geodesic")


def high(ground: Polygon, k: int = 0) -> Volume:
    return volume(
        ground,
        Altitude("FL", (10_000 + k) * FOOT),
        Altitude("FL", (12_000 + k) * FOOT),
        k * HOUR,
        (k + 2) * HOUR,
    )


def fits(shown: tuple[Volume, ...]) -> bool:
    told = Told("n-" + "a" * 26, 1, "full", "accepted", "x" * 100, "y" * 100, shown, simplified=True)
    value = notice_entries.write(told)
    data = canonical.write(value)
    assert len(data) <= canonical.BODY
    return written.read_all(canonical.accept(data)["volumes"]) == shown


def test_what_does_not_fit_loses_points_first() -> None:
    plan = Plan("a", "1", (high(flower(33, 35, 9_000)), volume()))
    shown = view(plan, "full", GRID)
    assert shown.simplified and fits(shown.volumes)
    first, second = shown.volumes
    assert second == plan.volumes[1]  # what is small stays as it is
    assert structs.replace(first, ground=plan.volumes[0].ground) == plan.volumes[0]
    assert isinstance(first.ground, Polygon)
    assert 500 < corners(first.ground) < 5_000
    assert 0 < first.ground.slack < 200 * METRE
    assert compared(plan, "full", GRID) == plan.volumes


def test_what_still_does_not_fit_is_set_to_a_fine_grid() -> None:
    def leg(k: int) -> Volume:
        line = [(20 + k * 0.02, 34 + k * 0.01), (20.02 + k * 0.02, 34.01 + k * 0.01)]
        ground = corridor(line, 200 * METRE, "geodesic")
        return volume(ground, "FL100", "FL110", k * 60 * SECOND, (k + 1) * 60 * SECOND)

    legs = tuple(map(leg, range(400)))
    shown = view(Plan("a", "1", legs), "full", GRID)
    assert shown.simplified and fits(shown.volumes)
    assert 20 < len(shown.volumes) < 200
    # it is still about where the route is: some kilometres, not the whole region
    assert all(isinstance(each.end, int) and isinstance(each.start, int) for each in shown.volumes)
    assert max((each.end or 0) - (each.start or 0) for each in shown.volumes) < 2 * HOUR
    for each in legs[::40]:
        over = [
            v for v in shown.volumes if (v.start or 0) < (each.end or 0) and (v.end or 0) > (each.start or 0)
        ]
        assert over


def test_a_coarse_view_that_does_not_fit_is_of_larger_cells() -> None:
    tight = Step(2_000 * METRE, 100 * METRE, 60 * SECOND)
    parts = tuple(
        volume(
            circle(33 + (k * 37 % 100) / 50, 35 + (k * 61 % 100) / 50, 3_000 * METRE),
            "FL100",
            "FL110",
            k * HOUR,
            (k + 1) * HOUR,
        )
        for k in range(300)
    )
    shown = view(Plan("a", "1", parts), "coarse", tight)
    assert shown.simplified and fits(shown.volumes)
    again = view(Plan("a", "1", shown.volumes), "coarse", tight)
    assert again.volumes == shown.volumes


@given(st.lists(volumes(), min_size=1, max_size=3), volumes(), st.integers(3, 40))
@settings(max_examples=6)
def test_a_simplified_view_holds_the_true_volumes(
    reference: VerticalReference, parts: list[Volume], other: Volume, points: int
) -> None:
    parts = [*parts, structs.replace(parts[0], ground=flower(33, 35, points, 0.05))]
    rule = Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND)
    theirs = Plan("b", "1", (other,))
    before = find([Plan("a", "1", tuple(parts)), theirs], every(rule), reference).count
    told = list(
        releases._thinned([structs.replace(each, ground=flower(33, 35, 60, 0.05)) for each in parts[:1]])
    )
    grown = Plan("a", "1", releases._first(Coarse(parts, releases._FINEST))[0])
    assert len(told) == len(releases._SLACKS)
    if before:
        assert find([grown, theirs], every(rule), reference).count


def test_a_thousand_volumes_of_many_points(monkeypatch: pytest.MonkeyPatch) -> None:
    # 10,000 points each take longer, in the same way
    monkeypatch.setattr("wideberth.space.coarse._LOTS", 10_000)
    parts = tuple(high(flower(-60 + k / 10, 35, 50), k) for k in range(1_000))
    for how in LEVELS[2:]:
        shown = view(Plan("a", "1", parts), how, GRID)
        assert shown.simplified or how == "coarse"
        assert fits(shown.volumes)
        assert not within(HERE, next(v.ground for v in shown.volumes if isinstance(v.ground, Polygon)))
