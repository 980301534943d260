"""What questions cost: the same for a yes and a no, for every notice, whatever plans there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conflict.sample import HOUR, volume
from wideberth.desk import metering
from wideberth.desk.metering import Asked, State, allowed, areas, charge, day_of, due_ms, metered
from wideberth.model.agreement import Answers, Disclosure, LeadTime, Rules
from wideberth.model.separation import EVERY
from wideberth.space.stated import circle
from wideberth.space.units import METRE

GRID = Rules().coarse
LEAD, HOURLY = LeadTime(), Answers()
DAY = metering.DAY


def test_so_many_answers_a_day_in_an_area() -> None:
    state = State()
    for _ in range(3):
        assert allowed(state, "b", 7, 1, 3)
        state = charge(state, "b", [7], 1)
    assert not allowed(state, "b", 7, 1, 3)
    assert not metering.all_allowed(state, "b", [8, 7], 1, 3)
    # another party, another area, anywhere, another day
    assert metering.all_allowed(state, "b", [8, None], 1, 3)
    assert allowed(state, "c", 7, 1, 3) and allowed(state, "b", 7, 2, 3)
    assert dict(state.given) == {Asked("b", 7, 1): 3}


def test_days_that_are_over_are_forgotten_and_yesterday_is_not() -> None:
    state = charge(charge(State(), "b", [7], 1), "b", [7, 8, 7], 2)
    assert set(state.given) == {("b", 7, 1), ("b", 7, 2), ("b", 8, 2)}
    assert set(state.given.values()) == {1}
    assert set(charge(state, "c", [None], 3).given) == {("b", 7, 2), ("b", 8, 2), ("c", None, 3)}
    assert day_of(DAY - 1) == 0 and day_of(DAY) == 1 and day_of(-1) == -1


def test_the_area_is_where_the_notice_is() -> None:
    here = areas([volume(circle(33.0, 35.0, 1_000 * METRE))], GRID)
    assert len(here) == 1 and here == areas([volume(circle(33.02, 35.0, 5_000 * METRE))], GRID)
    assert areas([volume(circle(40.0, 35.0, 1_000 * METRE))], GRID) != here
    two = areas([volume(circle(lon, 35.0, 1_000 * METRE)) for lon in (33.0, 40.0)], GRID)
    assert len(two) == 2 and set(here) < set(two)
    # what is everywhere is counted once, as that
    assert areas([volume(circle(33.0, 35.0, 5_000_000 * METRE))], GRID) == (None,)
    far = [volume(circle(lon, 0.0, 4_900_000 * METRE)) for lon in (0.0, 90.0, 180.0, -90.0)]
    assert areas(far, GRID) == (None,)


@pytest.mark.parametrize(
    ("levels", "own", "expected"),
    [
        (["full"], [], False),
        (["full"], [None, "full"], False),
        (["full", "coarse"], [], True),
        (["full"], ["conflict-only"], True),
        (["none"], [], True),
    ],
)
def test_answers_are_counted_where_not_all_is_told(
    levels: list[Disclosure], own: list[Disclosure | None], expected: bool
) -> None:
    rules = Rules(disclosure=dict(zip([EVERY, "crewed"], levels, strict=False)))
    assert metered(rules, own) is expected


NOW = 100 * DAY + 12 * HOUR + 1


@pytest.mark.parametrize(
    ("begins", "counted", "expected"),
    [
        (NOW + 30 * HOUR, True, NOW - 1 + HOUR),
        (NOW + 24 * HOUR, True, NOW - 1 + HOUR),
        (NOW + 24 * HOUR - 1, True, NOW),
        (NOW - HOUR, True, NOW),
        (None, True, NOW),
        (NOW + 30 * HOUR, False, NOW),
    ],
)
def test_when_an_answer_goes(begins: int | None, counted: bool, expected: int) -> None:
    assert due_ms(NOW, begins, LEAD, HOURLY, metered=counted) == expected
    assert due_ms(NOW - 1, NOW + 30 * HOUR, LEAD, HOURLY, metered=True) == NOW - 1


@given(st.integers(0, 10**13), st.integers(1, 10**9), st.integers(0, 10**10))
def test_a_mark_is_never_past_and_never_more_than_a_step_away(now: int, every: int, ahead: int) -> None:
    due = due_ms(now, now + LEAD.notice_ms + ahead, LEAD, Answers(every, 1), metered=True)
    assert now <= due < now + every and due % every == 0
