"""Own plans: written and read again, what may be filed and become of it, how early, and where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.geoids import REFERENCE
from tests.formats import made_plans
from tests.ledger.two import A, origin
from wideberth.desk import plan_entries, plans
from wideberth.desk.plan_entries import Filed, Stated
from wideberth.desk.plans import DAY_MS, MINUTE_MS, Own, State
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger import feed, ids, parts
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.model.agreement import DISCLOSURES, Allotment, LeadTime, Rules
from wideberth.model.plan import STATES, TRANSITIONS, Plan
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
NAME = "p-" + "a" * 26
NOW = 1_800_000_000_000
HERE = Circle((33 * DEGREE, 34 * DEGREE), 1_000 * METRE)


def entered(name: str, value: dict[str, Value], where: Origin = PRIVATE) -> Entry:
    return feed.append(feed.Head(where), feed.Written(name, 1, {}, 1), value, bytes(16)).entry


def plan(*volumes: Volume, **more: object) -> Plan:
    return structs.replace(Plan(A.name, NAME, volumes or (Volume(HERE, start=NOW, end=NOW + 1),)), **more)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(made_plans.volumes(), min_size=1, max_size=3),
    st.integers(1, 9),
    st.sampled_from((None, *DISCLOSURES)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.sampled_from(STATES),
)
def test_what_is_filed_is_read_again(
    volumes: list[Volume], version: int, level: object, text: str, state: object
) -> None:
    said = Filed(plan(*volumes, label=text, note=text, review=5, variant_of="x", state=state), version, level)  # type: ignore[arg-type]  # as drawn
    cut, value = plan_entries.write(said)
    assert cut == () and plan_entries.read(entered("plan", value)) == said


def test_large_plans_stand_in_parts() -> None:
    said = Filed(plan(*(Volume(HERE, start=NOW + n, end=NOW + n + 1) for n in range(900))), 1)
    cut, value = plan_entries.write(said)
    entry = entered("plan", value)
    assert len(cut) > 1 and value["volumes"] is None
    assert plan_entries.parts_of(entry) == cut[0].sha256
    assert plan_entries.read(entry, cut) == said
    with pytest.raises(WideberthError):
        plan_entries.read(entry, cut[1:])
    assert parts.join(cut)


@pytest.mark.parametrize(
    ("key", "found", "code"),
    [
        ("plan", "n-1", "ledger.plan"),
        ("plan", None, "ledger.plan"),
        ("version", 0, "plan.entry"),
        ("version", True, "plan.entry"),
        ("state", "gone", "plan.entry"),
        ("disclosure", "all", "plan.entry"),
        ("label", None, "plan.entry"),
        ("volumes", [], "volume.entry"),
    ],
)
def test_what_is_none_is_refused(key: str, found: Value, code: str) -> None:
    _, value = plan_entries.write(Filed(plan(), 1))
    with pytest.raises(Invalid) as caught:
        plan_entries.read(entered("plan", {**value, key: found}))
    assert caught.value.code == code


def test_plans_stand_in_the_private_feed_alone() -> None:
    _, value = plan_entries.write(Filed(plan(), 1))
    for name, where, code in (
        ("plan", origin(A), "ledger.misplaced"),
        ("test.said", PRIVATE, "ledger.not_understood"),
    ):
        with pytest.raises(Invalid) as caught:
            plan_entries.read(entered(name, value, where))
        assert caught.value.code == code


@given(st.lists(st.sampled_from(STATES), max_size=6))
def test_states_follow_the_table(states: list[object]) -> None:
    own = Own(plan(), 1)
    for to in states:
        try:
            said = plans.stated(own, to, "commander", ("x",))  # type: ignore[arg-type]  # as drawn
        except Refused as error:
            assert to not in TRANSITIONS[own.plan.state]
            assert error.code == ("plan.ended" if own.plan.state == "ended" else "plan.transition")
            continue
        assert to in TRANSITIONS[own.plan.state]
        _, value = plan_entries.write(said)
        assert plan_entries.read(entered("plan.state", value)) == said
        own = plans.evolve(State(State().plans.set(NAME, own)), said).plans[NAME]
        assert own.plan.state == to
        assert (own.override is not None) is (to == "activated" or own.override == "commander")


def test_a_state_of_another_version_or_plan_changes_nothing() -> None:
    known = State(State().plans.set(NAME, Own(plan(), 2)))
    assert plans.evolve(known, Stated(NAME, 1, "ended")) == known
    assert plans.evolve(known, Stated("p-" + "b" * 26, 2, "ended")) == known


def test_what_is_over_is_not_filed_and_what_has_ended_not_amended() -> None:
    over = plan(Volume(HERE, start=NOW - 2, end=NOW))
    tries: list[tuple[str, Callable[[], object]]] = [
        ("plan.past", lambda: plans.submit(over, None, NOW)),
        (
            "plan.personal",
            lambda: plans.submit(structs.replace(plan(), callsign="+963 11 555 0100"), None, NOW),
        ),
        ("plan.no_volumes", lambda: plans.submit(structs.replace(over, volumes=()), None, NOW)),
        ("plan.none", lambda: plans.amend(State(), NAME, plan(), None, NOW)),
        (
            "plan.ended",
            lambda: plans.amend(
                State(State().plans.set(NAME, Own(plan(state="ended"), 1))), NAME, plan(), None, NOW
            ),
        ),
    ]
    for code, call in tries:
        with pytest.raises((Invalid, Refused)) as caught:
            call()
        assert caught.value.code == code
    assert plans.submit(plan(Volume(HERE, start=NOW - 2, end=NOW + 1)), None, NOW).version == 1
    assert plans.submit(plan(Volume(HERE)), "coarse", NOW).disclosure == "coarse"
    known = State(State().plans.set(NAME, Own(plan(state="activated"), 4)))
    made = plans.amend(known, NAME, Plan("other", "other", plan().volumes), None, NOW)
    assert (made.version, made.plan.state, made.plan.party, made.plan.id) == (5, "activated", A.name, NAME)


@given(st.integers(-(10**9), 10**9))
def test_lead_time(before: int) -> None:
    rules = Rules(lead_times={"*": LeadTime(1_000_000, 10_000, 1), "drone": LeadTime(10, 5, 1)})
    found = plans.lead(plan(Volume(HERE, start=NOW + before, end=NOW + 10**10)), rules, NOW)
    assert found == ("in time" if before >= 1_000_000 else "short" if before >= 10_000 else "too late")
    assert plans.lead(plan(Volume(HERE, end=NOW), activity="drone"), rules, NOW) == "too late"


def test_where_it_is(tmp_path: object) -> None:
    near, far = (Circle((lon * DEGREE, 34 * DEGREE), 50_000 * METRE) for lon in (33, 43))
    assert plans.inside(plan(), [], REFERENCE)
    assert plans.inside(plan(), [near], REFERENCE)
    assert not plans.inside(plan(), [near, far], REFERENCE)
    assert not plans.inside(plan(Volume(Circle((43 * DEGREE, 34 * DEGREE), 0))), [near], REFERENCE)


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 3 * 1440), st.integers(1, 2 * 1440))
def test_hours_of_an_allotment_by_minutes(begin: int, until: int, start: int, lasts: int) -> None:
    assume(begin != until)
    own = plan(Volume(HERE, start=start * MINUTE_MS, end=(start + lasts) * MINUTE_MS))
    theirs = Allotment("South", "*", (begin, until))
    open_at = {(begin + n) % 1440 for n in range((until - begin) % 1440)}
    meets = any((start + n) % 1440 in open_at for n in range(min(lasts, 1440)))
    assert bool(plans.allotted(own, [theirs], "North", REFERENCE)) is meets


def test_an_allotment_is_for_its_party_its_activity_and_its_area() -> None:
    own = plan(Volume(HERE, start=0, end=DAY_MS))
    area = Circle((33 * DEGREE, 34 * DEGREE), 5_000 * METRE)
    away = Circle((35 * DEGREE, 34 * DEGREE), 5_000 * METRE)
    found = [
        bool(plans.allotted(own, [Allotment(party, activity, (0, 60), where)], "North", REFERENCE))
        for party, activity, where in (
            ("South", "*", area),
            ("South", "unspecified", area),
            ("North", "*", area),
            ("South", "survey", area),
            ("South", "*", away),
            ("South", "*", None),
        )
    ]
    assert found == [True, True, False, False, False, True]
