"""Which policies a plan touches: never too few."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.geoids import REFERENCE
from tests.desk.stated import AREA, DAY, HERE, NOW, Statements, declared, name
from tests.ledger.two import A
from wideberth.desk import policies
from wideberth.desk.statements import Statement
from wideberth.model.plan import Plan
from wideberth.model.statement import Area
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume


def policy(area: Area = AREA, **more: Any) -> Statement:
    talk = Statements()
    talk.state_that(A, declared(area=area, **more))
    return talk.one()


def plan(
    east_m: int = 0, *, low: int = 0, high: int = 1_000, start: int | None = NOW, end: int | None = NOW + DAY
) -> Plan:
    """1 km around a place so far east of the middle, between two altitudes in feet."""
    lon = 33 * DEGREE + round(east_m / 92_400 * DEGREE)
    where = Circle((lon, 34 * DEGREE), 1_000 * METRE)
    volume = Volume(where, Altitude("MSL", low * FOOT), Altitude("MSL", high * FOOT), start, end)
    return Plan("", "", (volume,), "survey")


def touches(asked: Plan, of: Statement) -> bool:
    return policies.touched(asked, {"it": of}, REFERENCE) == ["it"]


def test_a_plan_touches_what_it_is_in_and_not_what_it_is_away_from() -> None:
    assert touches(plan(), policy())
    assert touches(plan(5_990), policy())
    assert not touches(plan(6_200), policy())
    assert not touches(plan(low=5_100, high=6_000), policy())
    assert touches(plan(low=4_900, high=6_000), policy())


def test_a_policy_holds_while_it_is_in_force() -> None:
    late = policy(start=NOW + 2 * DAY)
    assert not touches(plan(), late)
    assert touches(plan(end=None), late)
    assert not touches(plan(start=NOW + DAY + 1_000, end=NOW + 2 * DAY), policy(expires=NOW + DAY))
    assert touches(plan(start=NOW + DAY + 999, end=NOW + 2 * DAY), policy(expires=NOW + DAY))
    hours = structs.replace(HERE, start=NOW + DAY, end=NOW + 2 * DAY)
    some = Area((hours,))
    assert not touches(plan(end=NOW + DAY - 1_000), policy(some))
    assert touches(plan(start=NOW + DAY, end=NOW + 2 * DAY), policy(some))
    assert policies.volumes(policy(some, start=NOW + 3 * DAY)) == ()
    assert policies.volumes(policy(some, expires=NOW + DAY)) == ()
    [cut] = policies.volumes(policy(some, start=NOW, expires=NOW + DAY + 5))
    assert (cut.start, cut.end) == (NOW + DAY, NOW + DAY + 5)


@pytest.mark.parametrize(("activity", "meant"), [("survey", True), ("unspecified", True), ("patrol", False)])
def test_activities_are_as_they_are_named(activity: str, meant: bool) -> None:
    assert touches(structs.replace(plan(), activity=activity), policy()) is meant
    assert touches(structs.replace(plan(), activity=activity), policy(Area((HERE,))))


def test_what_is_over_or_no_policy_is_not_touched() -> None:
    assert not touches(structs.replace(plan(), state="ended"), policy())
    assert not touches(structs.replace(plan(), volumes=()), policy())
    talk = Statements()
    talk.state_that(A, declared())
    assert not touches(plan(), talk.one())
    assert policies.volumes(talk.one()) == ()
    assert not policies.about(talk.one(), "survey")
    assert policies.touched(plan(), {}, REFERENCE) == []


def test_those_that_stand_are_in_the_order_of_their_ranks() -> None:
    talk = Statements()
    for n, rank in enumerate((3, 1, 2)):
        talk.state_that(A, declared(n, area=structs.replace(AREA, rank=rank)))
    talk.state_that(A, declared(7))
    talk.state_that(A, declared(8, area=AREA, expires=NOW + 1))
    found = policies.standing(talk.folded, A.name, NOW + 1)
    assert [each.id for each in found] == [name(1), name(2), name(0)]


def test_an_area_has_a_corner_of_each_ground() -> None:
    line = Corridor(((1, 2), (3, 4)), 5)
    ring = Polygon((((7, 8), (9, 8), (9, 9)),))
    area = Area(tuple(Volume(each) for each in (HERE.ground, line, ring)))
    assert list(policies.corners(area)) == [(33 * DEGREE, 34 * DEGREE), (1, 2), (7, 8)]


@given(
    st.integers(-7_000, 7_000),
    st.integers(0, 6_000),
    st.integers(1, 3_000),
    st.integers(-2, 2),
    st.booleans(),
)
def test_whatever_may_be_in_it_touches(east: int, low: int, high: int, days: int, timed: bool) -> None:
    start = NOW + days * DAY
    asked = plan(
        east, low=low, high=low + high, start=start if timed else None, end=start + DAY if timed else None
    )
    inside = abs(east) < 5_900 and low < 5_000 and (not timed or days == 0)
    assert touches(asked, policy(expires=NOW + DAY)) or not inside
