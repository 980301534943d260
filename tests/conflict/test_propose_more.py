"""Sidestep, trim, and two changes together: what is offered is clear, and keeps to what is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conflict.sample import CREWED, HERE, HOUR, apart, every, plan, volume, volumes
from wideberth.conflict import propose as proposing
from wideberth.conflict.clear import Judge
from wideberth.conflict.find import find
from wideberth.conflict.offer import HUNDRED_FEET, MINUTE, Constraints, Limits, Offer
from wideberth.conflict.propose import propose
from wideberth.conflict.sidestep import aside, middle_of
from wideberth.conflict.trim import Room, cheapest
from wideberth.model.plan import Plan
from wideberth.model.separation import Rule
from wideberth.space.altitude import UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.reference import Qnh, VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE
from wideberth.space.volume import Frequencies, Volume

TWO_RULES = every(CREWED, Rule(8_000 * METRE, "any", 60 * 1_000, 500_000))
LIMITS = Limits(delay=30 * MINUTE, advance=30 * MINUTE, climb=30 * HUNDRED_FEET, descend=30 * HUNDRED_FEET)
TEN = 10 * HOUR


def named(offers: Sequence[Offer]) -> dict[str, Offer]:
    return {offer.change: offer for offer in offers}


def only(
    plans: Sequence[Plan],
    reference: VerticalReference,
    table: Rule | None = None,
    limits: Limits | None = None,
    **more: Constraints,
) -> dict[str, Offer]:
    """The offers for the first plan."""
    minima = every(table or CREWED)
    found = propose(plans, [plans[0].key], minima, reference, limits, constraints=more.get("keep"))
    return named(found.answers[0].offers)


@settings(max_examples=20)
@given(st.lists(st.lists(volumes(spread=0.1), min_size=1, max_size=2), min_size=2, max_size=4))
def test_no_offer_is_in_conflict(reference: VerticalReference, parts: list[list[Volume]]) -> None:
    plans = [Plan(f"P{k}", "1", tuple(part)) for k, part in enumerate(parts)]
    found = propose(plans, [one.key for one in plans], TWO_RULES, reference, LIMITS)
    for answer in found.answers:
        assert answer.hits or not answer.offers
        for offer in answer.offers:
            others = [one for one in plans if one.key != offer.plan]
            after = find([offer.after, *others], TWO_RULES, reference)
            assert not [conflict for conflict in after.conflicts if offer.plan in conflict.plans]
            before = next(one for one in plans if one.key == offer.plan)
            pairs = list(zip(before.volumes, offer.after.volumes, strict=True))
            assert offer.volumes == tuple(k for k, (old, new) in enumerate(pairs) if old != new)
            assert min(offer.by_t, offer.by_v, offer.by_h) >= 0 < offer.by_t + offer.by_v + offer.by_h


def test_a_sidestep_is_just_beyond_the_minimum(reference: VerticalReference) -> None:
    ours = plan("A", volume(circle(33.0, 35.0, METRE), "FL100", "FL120", None, None))
    theirs = plan("B", volume(circle(33.0, 35.0, METRE), "SFC", "UNL", None, None))
    step = only([ours, theirs], reference)["sidestep"]
    assert step.by_h == NAUTICAL_MILE * 31 // 10
    assert (step.bearing, step.volumes) == (0, (0,))
    ground = step.after.volumes[0].ground
    assert isinstance(ground, Circle)
    away = GEOD.inv(33.0, 35.0, ground.centre[0] / DEGREE, ground.centre[1] / DEGREE)[2]
    assert away == pytest.approx(step.by_h / METRE, abs=0.02)


def test_a_sidestep_keeps_to_the_limit_and_to_the_area(reference: VerticalReference) -> None:
    ours = plan("A", volume(circle(33.0, 35.0, METRE), "FL100", "FL120", None, None))
    theirs = plan("B", volume(circle(33.0, 35.0, METRE), "SFC", "UNL", None, None))
    miles = NAUTICAL_MILE
    assert "sidestep" in only([ours, theirs], reference, limits=Limits(sidestep=31 * miles // 10))
    assert "sidestep" not in only([ours, theirs], reference, limits=Limits(sidestep=31 * miles // 10 - 1))
    assert "sidestep" not in only([ours, theirs], reference, limits=Limits(sidestep=0))
    south = Constraints(area=circle(33.0, 34.9, 12_000 * METRE))
    assert only([ours, theirs], reference, keep=south)["sidestep"].bearing == 135
    nowhere = Constraints(area=circle(33.0, 35.0, 5_000 * METRE))
    assert "sidestep" not in only([ours, theirs], reference, keep=nowhere)


def test_large_plans_are_not_moved_about(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "MOST_VOLUMES", 1)
    part = volume(HERE, "FL100", "FL120", None, None)
    ours, theirs = plan("A", part, replace(part, start=0)), plan("B", part)
    (answer,) = propose([ours, theirs], [ours.key], apart(), reference, Limits(climb=0, descend=0)).answers
    assert answer.offers == ()
    assert dict(answer.missing)["sidestep"] == "too_many"


GROUNDS: list[Ground] = [
    circle(33.0, 35.0, 1_000 * METRE),
    circle(179.99, 10.0, 1_000 * METRE),
    circle(10.0, 89.99, 1_000 * METRE),
    polygon([[(0, 89.5), (40, 89.6), (20, 89.8), (0, 89.5)]], "geodesic"),
    corridor(((33.0, 35.0), (33.2, 35.1)), 500 * METRE, "geodesic"),
    corridor(((179.95, -16.0), (-179.95, -16.1)), 500 * METRE, "lonlat", wrap=True),
    polygon([[(33, 35), (33.1, 35), (33.1, 35.1), (33, 35)]], "lonlat"),
    polygon(
        [
            [(33, 35), (33.1, 35), (33.1, 35.1), (33, 35.1), (33, 35)],
            [(33.02, 35.02), (33.04, 35.02), (33.04, 35.04), (33.02, 35.02)],
        ],
        "geodesic",
    ),
]


def vertices(ground: Ground) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    points: list[tuple[int, int]] = []
    if isinstance(ground, Circle):
        points.append(ground.centre)
    elif isinstance(ground, Corridor):
        points.extend(ground.points)
    else:
        points.extend(point for ring in ground.rings for point in ring)
    return np.array(points) / DEGREE


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("bearing", [0, 135])
def test_a_moved_ground_keeps_its_shape(ground: Ground, bearing: int) -> None:
    one = plan("A", volume(ground))
    middle = middle_of(one)
    after = aside(one, middle, 5 * NAUTICAL_MILE, bearing)
    assert after is not None
    moved = after.volumes[0].ground
    assert type(moved) is type(ground)
    old, new = vertices(ground), vertices(moved)
    lon, lat, back = GEOD.fwd(*middle, bearing, 9_260.0)
    for a, b in zip(old, new, strict=True):
        (there, _, far), (after, _, away) = GEOD.inv(*middle, *a), GEOD.inv(lon, lat, *b)
        assert away == pytest.approx(far, abs=0.02)
        # as seen by who goes along, every vertex stays in its direction
        turned = (after - (back + 180)) - (there - bearing)
        assert far < 1 or abs((turned + 180) % 360 - 180) < 0.001
    if len(old) > 1:
        wide = GEOD.inv(*old[0], *old[1])[2]
        assert GEOD.inv(*new[0], *new[1])[2] == pytest.approx(wide, rel=1e-3)
    if isinstance(moved, Polygon) and isinstance(ground, Polygon):
        assert (moved.edges, len(moved.rings)) == (ground.edges, len(ground.rings))


def test_a_ground_that_cannot_be_stated_elsewhere_is_not_moved() -> None:
    # straight on the map, a ring around the pole does not close
    arctic = polygon([[(-30, 89), (30, 89), (0, 89.5), (-30, 89)]], "lonlat")
    one = plan("A", volume(arctic))
    assert aside(one, middle_of(one), 5 * NAUTICAL_MILE, 90) is not None
    assert aside(one, middle_of(one), 50 * NAUTICAL_MILE, 0) is None


def test_the_middle_of_a_plan_all_around_the_earth() -> None:
    around = plan("A", volume(circle(0, 0, METRE)), volume(circle(180, 0, METRE)))
    assert middle_of(around) == (0.0, 0.0)


def test_one_ground_of_several_volumes_is_moved_once(reference: VerticalReference) -> None:
    part = volume(HERE, "FL100", "FL120", 0, HOUR)
    ours = plan("A", part, replace(part, start=HOUR, end=2 * HOUR))
    after = aside(ours, (33.0, 35.0), NAUTICAL_MILE, 90)
    assert after is not None
    assert after.volumes[0].ground is after.volumes[1].ground


def at(start: int, end: int, low: str = "FL100", high: str = "FL120") -> Volume:
    return volume(HERE, low, high, TEN + start * MINUTE, TEN + end * MINUTE)


ONLY_TRIM = Limits(delay=0, advance=0, climb=0, descend=0, sidestep=0)


@pytest.mark.parametrize(
    ("theirs", "left"),
    [
        (at(50, 90), at(0, 45)),
        (at(-60, 7), at(12, 60)),
        (at(0, 60, "FL118", "FL200"), at(0, 60, "FL100", "FL108")),
        (at(0, 60, "FL050", "FL095"), at(0, 60, "FL105", "FL120")),
    ],
)
def test_a_trim_leaves_out_the_end_that_costs_least(
    reference: VerticalReference, theirs: Volume, left: Volume
) -> None:
    rule = Rule(METRE, 10 * HUNDRED_FEET, 5 * MINUTE)
    ours = plan("A", volume(circle(36.0, 35.0, METRE), "FL100", "FL120", 0, HOUR), at(0, 60))
    trim = only([ours, plan("B", theirs)], reference, rule, ONLY_TRIM)["trim"]
    assert trim.volumes == (1,)
    assert trim.after.volumes == (ours.volumes[0], left)
    lost_t = (left.start or 0) - TEN + TEN + 60 * MINUTE - (left.end or 0)
    assert trim.by_t == lost_t
    assert trim.by_v == 20 * HUNDRED_FEET - (left.upper.value - left.lower.value)


def test_a_trim_clears_all_that_the_volume_meets_or_is_none(reference: VerticalReference) -> None:
    ours = plan("A", at(0, 60), at(60, 120))
    rule = Rule(METRE, 0, 0)
    both = [plan("B", at(50, 60)), plan("C", at(110, 130)), plan("D", at(105, 130))]
    trim = only([ours, *both], reference, rule, ONLY_TRIM)["trim"]
    assert trim.after.volumes == (at(0, 50), at(60, 105))
    assert (trim.volumes, trim.by_t, trim.by_v) == ((0, 1), 15 * MINUTE, 0)
    elsewhere = Constraints(keep_within=(volume(circle(50.0, 35.0, METRE)),))
    assert only([ours, *both], reference, rule, ONLY_TRIM, keep=elsewhere) == {}
    ends = [plan("B", at(-10, 10)), plan("C", at(110, 130))]
    assert only([plan("A", at(0, 120)), *ends], reference, rule, ONLY_TRIM) == {}
    whole = plan("B", at(-10, 130))
    assert only([ours, whole], reference, rule, ONLY_TRIM) == {}
    assert only([plan("A", volume(HERE)), whole], reference, Rule(METRE, "any", "any"), ONLY_TRIM) == {}
    # the one rule would let it end early, the other holds at any time
    always = every(Rule(METRE, 0, 0), Rule(METRE, 0, "any"))
    found = propose([ours, plan("B", at(110, 130))], [ours.key], always, reference, ONLY_TRIM)
    assert found.answers[0].offers == ()


def test_limits_in_other_datums_are_not_cut(reference: VerticalReference) -> None:
    theirs = plan("B", at(-10, 70, "11000ft HAE", "20000ft HAE"))
    assert only([plan("A", at(0, 60)), theirs], reference, Rule(METRE, 0, 0), ONLY_TRIM) == {}
    alike = plan("B", at(-10, 70, "11000ft ALT", "20000ft ALT"))
    ours = plan("A", at(0, 60, "10000ft ALT", "12000ft ALT"))
    trim = only([ours, alike], reference, Rule(METRE, 0, 0), ONLY_TRIM)["trim"]
    assert trim.after.volumes[0].upper == Altitude("ALT", 107 * HUNDRED_FEET)  # 90 m are 295 ft
    agreed = replace(reference, qnh=Qnh())
    trim = only([ours, alike], agreed, Rule(METRE, 0, 0), ONLY_TRIM)["trim"]
    assert trim.after.volumes[0].upper == Altitude("ALT", 110 * HUNDRED_FEET)


def test_cuts_leave_a_minute_or_a_hundred_feet() -> None:
    part = at(0, 10, "FL100", "FL102")
    everything = Room(-HOUR, 10**14, -(10**12), 10**12)
    assert cheapest(part, everything) is None
    ends = TEN + MINUTE
    assert cheapest(part, everything._replace(before=ends)) is not None
    assert cheapest(part, everything._replace(before=ends - 1)) is None
    cut = cheapest(part, everything._replace(above=101 * HUNDRED_FEET))
    assert cut is not None and (cut.by_t, cut.by_v, cut.share) == (0, HUNDRED_FEET, 0.5)
    assert cheapest(part, everything._replace(above=101 * HUNDRED_FEET + 1)) is None
    assert cheapest(replace(part, upper=UNLIMITED, end=None), everything._replace(before=ends)) is None


def test_two_changes_together_where_neither_is_enough(reference: VerticalReference) -> None:
    ours = plan("A", at(0, 30))
    now = plan("B", at(-60, 4, "FL060", "FL200"))  # gone four minutes later
    later = plan("C", at(31, 90, "FL050", "FL120"))  # below FL120 from then on
    limits = Limits(
        delay=30 * MINUTE, advance=0, climb=30 * HUNDRED_FEET, descend=30 * HUNDRED_FEET, sidestep=0
    )
    found = only([ours, now, later], reference, Rule(METRE, 0, 0), limits)
    assert set(found) == {"delay and climb", "trim"}
    pair = found["delay and climb"]
    assert (pair.by_t, pair.by_v) == (5 * MINUTE, 20 * HUNDRED_FEET)
    assert pair.after.volumes == (at(5, 35, "FL120", "FL140"),)
    low = only(
        [ours, now, replace(later, volumes=(at(31, 90, "FL100", "FL200"),))],
        reference,
        Rule(METRE, 0, 0),
        limits,
    )
    assert (low["delay and descend"].by_t, low["delay and descend"].by_v) == (5 * MINUTE, 20 * HUNDRED_FEET)


def test_emissions_that_differ_in_frequency_forbid_nothing(reference: VerticalReference) -> None:
    radio = replace(at(0, 30), band=Frequencies(10**6, 2 * 10**6))
    other = replace(at(0, 30), band=Frequencies(5 * 10**6, 6 * 10**6))
    near = replace(at(40, 70), band=Frequencies(2 * 10**6, 3 * 10**6))
    rule = Rule(METRE, "any", 0, 10**6)
    ours = plan("A", radio)
    met = plan("C", replace(near, start=TEN, end=TEN + 10 * MINUTE), name="2")
    found = only([ours, plan("B", other), plan("C", near), met], reference, rule, LIMITS)
    assert (found["delay"].by_t, found["advance"].by_t) == (10 * MINUTE, 30 * MINUTE)


def test_any_distance_is_every_distance(reference: VerticalReference) -> None:
    ours, far = plan("A", at(0, 30)), plan("B", volume(circle(-140.0, -35.0, METRE), "SFC", "UNL", 0, TEN))
    near = replace(far, volumes=(replace(far.volumes[0], start=TEN, end=TEN + 5 * MINUTE),))
    assert only([ours, far], reference, Rule("any", "any", 0), LIMITS) == {}
    found = only([ours, near], reference, Rule("any", 0, 0), LIMITS)
    assert set(found) == {"delay", "advance", "trim"}
    assert (found["delay"].by_t, found["advance"].by_t) == (5 * MINUTE, 30 * MINUTE)


def test_a_plan_in_very_many_conflicts_is_not_trimmed(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [plan("A", at(0, 30)), plan("B", at(20, 50)), plan("C", at(20, 50))]
    assert "trim" in only(plans, reference, Rule(METRE, 0, 0))
    monkeypatch.setattr(proposing, "MOST_CLOSE", 1)
    assert "trim" not in only(plans, reference, Rule(METRE, 0, 0))


def test_an_offer_that_does_not_stand_a_second_search_is_not_made(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Judge, "clear", lambda _, changed: [False] * len(changed))
    assert only([plan("A", at(0, 30)), plan("B", at(0, 30))], reference) == {}
