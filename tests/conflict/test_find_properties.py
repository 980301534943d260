"""What must hold whatever the plans: symmetry, shifts, turns of the Earth, more plans, no pair lost."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conflict.both import find
from tests.conflict.sample import CREWED, apart, every, shifted, volume, volumes
from wideberth.conflict.result import Conflict
from wideberth.model.plan import Plan
from wideberth.model.separation import Rule
from wideberth.space.altitude import Altitude, parse_altitude
from wideberth.space.ground import HALF_TURN, Circle, Corridor, Ground, Point, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE, SECOND, parse_length
from wideberth.space.volume import Volume

TABLE = every(CREWED, Rule(8_000 * METRE, "any", 60 * SECOND, 500_000))
many = st.lists(volumes(), min_size=2, max_size=7)
WEEK = 7 * 86_400 * SECOND
FEET = Decimal("0.3048")


def plans_of(parts: list[Volume], party_count: int = 3) -> list[Plan]:
    return [Plan(f"P{k % party_count}", str(k), (part,)) for k, part in enumerate(parts)]


def place(conflict: Conflict) -> tuple[object, object]:
    return conflict.plans, conflict.volumes


def names(conflicts: tuple[Conflict, ...]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return {conflict.plans for conflict in conflicts}


@given(many)
def test_the_filter_loses_no_pair_and_more_plans_remove_no_conflict(
    reference: VerticalReference, parts: list[Volume]
) -> None:
    plans = plans_of(parts)
    together = names(find(plans, TABLE, reference).conflicts)
    alone = set()
    for i, one in enumerate(plans):
        for two in plans[i + 1 :]:
            alone |= names(find([one, two], TABLE, reference).conflicts)
    assert together == alone


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_plans_does_not_matter(
    reference: VerticalReference, parts: list[Volume], random: Random
) -> None:
    plans = plans_of(parts)
    first = find(plans, TABLE, reference).conflicts
    random.shuffle(plans)
    again = find(plans, TABLE, reference).conflicts
    assert [replace(c, near=(0, 0), gap=replace(c.gap, h=0)) for c in sorted(first, key=place)] == [
        replace(c, near=(0, 0), gap=replace(c.gap, h=0)) for c in sorted(again, key=place)
    ]
    for one, two in zip(sorted(first, key=place), sorted(again, key=place), strict=True):
        assert abs((one.gap.h or 0) - (two.gap.h or 0)) <= 1


@given(many)
def test_a_week_later_everything_is_the_same(reference: VerticalReference, parts: list[Volume]) -> None:
    now = find(plans_of(parts), TABLE, reference).conflicts
    later = find(plans_of([shifted(part, WEEK) for part in parts]), TABLE, reference).conflicts
    assert names(now) == names(later)


@given(many, st.sampled_from([1, 146_9999999, 147_0000000, 180_0000000, 300_0000000]))
@settings(max_examples=60)
def test_a_turn_of_the_earth_about_its_axis_changes_nothing(
    reference: VerticalReference, parts: list[Volume], by: int
) -> None:
    """Only flight levels here: the geoid does not turn along."""
    here = find(plans_of(parts), TABLE, reference).conflicts
    there = find(
        plans_of([replace(p, ground=_turned(p.ground, by)) for p in parts]), TABLE, reference
    ).conflicts
    firmly = {c.plans for c in here if c.gap.h is None or c.gap.h < (c.required.h or 0) - 3 * METRE}
    assert firmly <= names(there)
    firmly = {c.plans for c in there if c.gap.h is None or c.gap.h < (c.required.h or 0) - 3 * METRE}
    assert firmly <= names(here)


@given(many)
def test_larger_minima_never_remove_a_conflict(reference: VerticalReference, parts: list[Volume]) -> None:
    plans = plans_of(parts)
    small = names(find(plans, apart(2_000 * METRE, 100 * METRE, 60_000, 0), reference).conflicts)
    large = names(find(plans, apart(3_000 * METRE, 200 * METRE, 90_000, 1_000), reference).conflicts)
    assert small <= large
    assert large <= names(find(plans, apart("any", "any", "any", "any"), reference).conflicts)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20), st.integers(1, 5_000))
def test_the_unit_of_a_figure_does_not_matter(
    reference: VerticalReference, one: int, two: int, thick: int, minimum: int
) -> None:
    """The same heights and minima in feet and nautical miles, and in metres: the very same conflicts."""
    answers = []
    for unit in ("ft", "m"):

        def limit(feet: int, unit: str = unit) -> Altitude:
            return parse_altitude(f"{feet}ft HAE" if unit == "ft" else f"{Decimal(feet) * FEET}m HAE")

        parts = [
            volume(lower=limit(1_000 * low), upper=limit(1_000 * low + 100 * thick)) for low in (one, two)
        ]
        vertical = f"{minimum}ft" if unit == "ft" else f"{Decimal(minimum) * FEET}m"
        table = apart(parse_length("3NM" if unit == "ft" else "5.556km"), parse_length(vertical))
        answers.append(find(plans_of(parts), table, reference).conflicts)
    assert answers[0] == answers[1]


def _turned(ground: Ground, by: int) -> Ground:
    def move(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple(((lon + by + HALF_TURN) % (2 * HALF_TURN) - HALF_TURN, lat) for lon, lat in points)

    match ground:
        case Circle():
            return replace(ground, centre=move((ground.centre,))[0])
        case Corridor():
            return replace(ground, points=move(ground.points))
        case Polygon():
            return replace(ground, rings=tuple(move(ring) for ring in ground.rings))
