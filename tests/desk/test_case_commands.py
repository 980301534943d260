"""What people say in a case, and what a proposal makes of a plan: refused where it can come to nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.cased import CASE, NOTICES, Two
from tests.ledger.two import A, B
from wideberth.desk import case_commands, cases, changes, cutover, volumes
from wideberth.desk.case_entries import Accepted, Ref, Retracted
from wideberth.desk.cutover import Binding
from wideberth.errors import Invalid, Refused
from wideberth.model.agreement import Agreement, Rules, Step
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.model.terms import Terms
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

HERE = Volume(Circle((0, 0), 5), Altitude("MSL", 0), Altitude("MSL", 100_000), 1_000_000, 2_000_000)
PLAN = Plan(A.name, NOTICES[A.name], (HERE,))
BOUND: Binding = cutover.binding(Agreement(bytes(16), 1, None, (), Terms(PRESETS["crewed"]), Rules()))
STEP = BOUND.rules.proposals


def propose(two: Two, change: dict[str, Any], **more: Any) -> Any:
    state = two.all()
    given_ = {"plan": PLAN, "bound": BOUND, "shown": True, "notice": NOTICES[A.name], **more}
    notice = given_.pop("notice")
    plan, bound, shown = given_["plan"], given_["bound"], given_["shown"]
    return case_commands.propose(
        state, two.case(state), notice, change, 5_000, plan, bound, party=A.name, shown=shown
    )


def test_a_proposal_names_the_newest_version() -> None:
    two = Two()
    two.chains["a"].notice([])
    said = propose(two, {"delay_ms": STEP.t})
    assert (said.case, said.notice, said.version, said.until_ms) == (CASE, NOTICES[A.name], 2, 5_000)


def test_so_many_and_no_more_are_proposed_at_once() -> None:
    two = Two()
    a = two.chains["a"]
    for _ in range(cases.OPEN):
        propose(two, {"delay_ms": STEP.t})
        a.say(a.proposal(), [])
    with pytest.raises(Refused) as caught:
        propose(two, {"delay_ms": STEP.t})
    assert caught.value.code == "case.proposals"


@pytest.mark.parametrize(
    ("change", "more", "code"),
    [
        ({"delay_ms": 1}, {}, "case.steps"),
        ({"lift_dmm": STEP.v + 1}, {}, "case.steps"),
        ({"delay_ms": 0}, {}, "case.change"),
        ({"delay_ms": "1h"}, {}, "case.change"),
        ({"volumes": []}, {}, "volume.entry"),
        ({"volumes": [1]}, {"shown": False}, "case.hidden"),
        ({"delay_ms": STEP.t}, {"notice": "n-" + "a" * 26}, "case.notice"),
        ({"delay_ms": STEP.t}, {"bound": None}, "case.no_terms"),
        ({"delay_ms": STEP.t}, {"plan": None}, "case.hidden"),
        ({"delay_ms": STEP.t}, {"plan": structs.replace(PLAN, volumes=())}, "case.hidden"),
    ],
)
def test_what_cannot_be_proposed(change: dict[str, Any], more: dict[str, Any], code: str) -> None:
    with pytest.raises((Invalid, Refused)) as caught:
        propose(Two(), change, **more)
    assert caught.value.code == code


def test_a_hidden_plan_may_still_be_cancelled() -> None:
    assert propose(Two(), {"cancel": True}, plan=structs.replace(PLAN, volumes=())).change == {"cancel": True}


def test_the_only_open_proposal_of_the_other_party_is_accepted() -> None:
    two = Two()
    refuses(lambda: case_commands.accept(two.case(two.all()), B.name, None), "case.no_proposal")
    a = two.chains["a"]
    first = a.say(a.proposal(), two.seen("a", 0)).ref
    refuses(lambda: case_commands.accept(two.case(two.all()), A.name, None), "case.no_proposal")
    assert case_commands.accept(two.case(two.all()), B.name, None) == Accepted(CASE, first)
    second = a.say(a.proposal(), two.seen("a", 0)).ref
    refuses(lambda: case_commands.accept(two.case(two.all()), B.name, None), "case.no_proposal")
    assert case_commands.accept(two.case(two.all()), B.name, second) == Accepted(CASE, second)
    unknown = Ref(second.origin, 99)
    refuses(lambda: case_commands.accept(two.case(two.all()), B.name, unknown), "case.no_proposal")


def test_what_is_accepted_for_good_is_not_taken_back() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    state = two.all()
    assert case_commands.retract(state, two.case(state), A.name, None) == Retracted(CASE, made.ref)
    refuses(lambda: case_commands.retract(state, two.case(state), B.name, None), "case.no_proposal")
    accept = b.say(Accepted(CASE, made.ref), a.chain)
    state = two.all()
    assert case_commands.retract(state, two.case(state), A.name, None) == Retracted(CASE, made.ref)
    a.enter("test.said", {}, [*b.chain, accept])
    state = two.all()
    refuses(lambda: case_commands.retract(state, two.case(state), A.name, None), "case.final")


def test_a_case_is_raised_to_a_role_and_only_while_it_is_open() -> None:
    case = Two().case(Two().all())
    assert case_commands.escalate(case, "commander").to == "commander"
    with pytest.raises(Invalid) as caught:
        case_commands.escalate(case, "Bob")
    assert caught.value.code == "case.role"
    closed = structs.replace(case, finds={})
    refuses(lambda: case_commands.escalate(closed, "commander"), "case.closed")
    refuses(lambda: case_commands.accept(closed, A.name, None), "case.closed")


def refuses(call: Any, code: str) -> None:
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.code == code


@given(st.integers(-20, 20), st.integers(-5, 5))
def test_what_a_change_makes_of_a_plan(delay: int, lift: int) -> None:
    for kind, by in (("delay_ms", delay * 1_000), ("lift_dmm", lift * 1_000)):
        if not by:
            continue
        [after] = changes.changed(PLAN, {kind: by}).volumes
        in_time = kind == "delay_ms"
        assert (after.start, after.end) == (1_000_000 + by * in_time, 2_000_000 + by * in_time)
        assert after.lower.value == by * (not in_time)
    assert changes.changed(PLAN, {"cancel": True}).state == "ended"
    other = structs.replace(HERE, start=5, end=6)
    assert changes.changed(PLAN, {"volumes": volumes.write_all([other])}).volumes == (other,)


@given(st.integers(0, 30), st.integers(0, 15), st.integers(0, 15))
def test_the_least_steps_that_clear(late: int, up: int, down: int) -> None:
    step = Step(1, 1_000, 1_000)
    # so high that no descent goes under the zero of its datum
    high = changes.changed(PLAN, {"lift_dmm": changes.LIFTS * step.v})

    def meets(after: Plan) -> bool:
        [volume] = after.volumes
        assert volume.start is not None
        k, lift = (volume.start - 1_000_000) // step.t, volume.lower.value // step.v - changes.LIFTS
        return not ((k and k >= late) or (lift > 0 and lift >= up) or (lift < 0 and -lift >= down))

    found = list(changes.clearing(high, step, meets))
    expected: list[dict[str, Any]] = []
    if max(late, 1) <= changes.DELAYS:
        expected.append({"delay_ms": max(late, 1) * step.t})
    if max(up, 1) <= changes.LIFTS:
        expected.append({"lift_dmm": max(up, 1) * step.v})
    if max(down, 1) <= changes.LIFTS:
        expected.append({"lift_dmm": -max(down, 1) * step.v})
    assert found == expected
    assert (
        list(changes.clearing(structs.replace(PLAN, volumes=(Volume(Circle((0, 0), 5)),)), step, meets)) == []
    )


def test_nothing_is_offered_under_the_ground() -> None:
    step = Step(1, 1_000, 1_000)

    def meets(after: Plan) -> bool:
        [volume] = after.volumes
        return volume.lower.value > -3_000  # only a descent would help

    assert list(changes.clearing(PLAN, step, meets)) == []
    low = changes.changed(PLAN, {"lift_dmm": -500})
    assert list(changes.clearing(low, step, meets)) == [{"lift_dmm": -3_000}]  # it is there already
    rooted = structs.replace(HERE, lower=Altitude("SFC"))
    assert list(changes.clearing(structs.replace(PLAN, volumes=(rooted,)), step, lambda _: False)) == [
        {"delay_ms": 1_000}
    ]
