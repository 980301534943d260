"""What is entered of cases on manual lines, and what it comes to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk.test_manual import AT_MS, CALL, MAIN, MANUAL, OPENED, PLAN, VOLUME, entry
from wideberth.desk import manual, manual_case_entries, manual_cases, manual_entries
from wideberth.desk.manual import State
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.desk.manual_cases import Case
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.ledger.canonical import Value
from wideberth.model import manual_case
from wideberth.model.manual import READ_BACKS
from wideberth.model.manual_case import LIVE, PHASES, SAID, STATUSES, TRANSITIONS
from wideberth.model.plan import Plan

PAGE = Path(__file__).parents[2] / "docs" / "manual.md"
OWN, THEIRS = (f"p-{ids.base32(bytes([k]) * 16)}" for k in (1, 2))
CASE = manual_case_entries.case_of(MANUAL, OWN, THEIRS)
TOLD = CaseSaid(
    MANUAL, CASE, OWN, THEIRS, "told", True, "told", AT_MS, "en", "matched", 1, 1, "clerk", bytes(32)
)
OFFER = structs.replace(
    TOLD, said="proposal", role=None, sha256=None, read_back="none", of=OWN, change={"delay_ms": 900_000}
)
THEIR_OFFER = structs.replace(OFFER, mine=False, role="clerk", of=THEIRS)
BOTH = {OWN: 1, THEIRS: 1}


def word(said: str, n: int | None = 1, *, mine: bool = False, read_back: str = "matched") -> CaseSaid:
    return structs.replace(
        TOLD, said=said, mine=mine, proposal=n, read_back=read_back, sha256=bytes(32) if mine else None
    )


def case(*said: CaseSaid) -> Case:
    found = None
    for each in said:
        found = manual_cases.evolve(found, each, AT_MS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "said", [TOLD, OFFER, THEIR_OFFER, word("accept")], ids=["told", "ours", "theirs", "accept"]
)
def test_what_is_entered_is_read_again(said: CaseSaid) -> None:
    cut, value = manual_entries.write(said)
    assert cut == () and said.TYPE in manual_entries.PRIVATE
    assert manual_entries.read_private(entry(said.TYPE, value)) == said


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (TOLD, {"case": ids.base32(bytes(32))}),
        (TOLD, {"said": "granted"}),
        (TOLD, {"words": "x" * 301}),
        (TOLD, {"change": {"cancel": True}}),
        (TOLD, {"of": OWN}),
        (TOLD, {"proposal": 0}),
        (TOLD, {"their_version": 0}),
        (OFFER, {"change": None}),
        (OFFER, {"change": {"cancel": True, "delay_ms": 1}}),
        (OFFER, {"of": "p-other"}),
        (OFFER, {"role": "two\nlines"}),
    ],
)
def test_what_is_no_such_thing_is_refused(said: CaseSaid, wrong: dict[str, Value]) -> None:
    _, value = manual_entries.write(said)
    with pytest.raises(Invalid) as caught:
        manual_entries.read_private(entry(said.TYPE, {**value, **wrong}))
    assert caught.value.code == "manual.entry"


def test_what_the_far_end_has_heard_is_a_row_of_history_with_its_case() -> None:
    state = manual.evolve(State(), OPENED, AT_MS)
    for said in (OFFER, word("told", 1, mine=True), word("accept")):
        state = manual.evolve(state, said, AT_MS)
    rows = state.lines[MANUAL].rows
    assert [(each.case, each.sha256) for each in rows] == [(CASE, bytes(32)), (CASE, None)]
    assert {each.notice for each in rows} == {ids.notice_of(MANUAL, OWN)}
    [history] = manual.histories(state.lines[MANUAL])
    _, value = manual_entries.write(history)
    assert OWN not in str(value)
    assert manual_entries.read(entry(history.TYPE, value, MAIN)) == history
    for wrong in ({"case": "x"}, {"answer": "unable"}, {"what": None}):
        found = value["rows"]
        assert isinstance(found, list) and isinstance(found[0], dict)
        with pytest.raises(Invalid):
            manual_entries.read(entry(history.TYPE, {"rows": [{**found[0], **wrong}]}, MAIN))


words = st.builds(
    word,
    st.sampled_from([each for each in SAID if each != "proposal"]),
    st.sampled_from((None, 1, 2, 3)),
    mine=st.booleans(),
    read_back=st.sampled_from(READ_BACKS),
)


@given(st.lists(st.one_of(words, st.just(OFFER), st.just(THEIR_OFFER)), max_size=12))
@settings(max_examples=50)
def test_nothing_is_final_that_the_other_side_did_not_accept_with_read_back(said: list[CaseSaid]) -> None:
    found = case(OFFER, *said)
    assert len(found.said) == len(said) + 1, "all of it stays in the record"
    for each in found.proposals:
        answers = [one for one in said if one.proposal == each.n and one.mine != each.mine]
        accepted = [one for one in answers if one.said == "accept"]
        if each.status == "final":
            assert any(one.read_back == "matched" for one in accepted)
        if each.status == "accepted":
            assert accepted and all(one.read_back != "matched" for one in accepted[-1:])
        if each.status == "declined":
            assert any(one.said == "decline" for one in answers)
    proposals = manual_cases.standing(found, BOTH)
    live = [each for each in proposals if each.status in LIVE]
    assert (manual_cases.phase(proposals, meets=False) == "closed") == (not live)
    assert manual_cases.phase(manual_cases.standing(found, {OWN: 1}), meets=False) == "closed"


def test_another_version_supersedes_and_what_is_final_stays_so() -> None:
    found = case(OFFER, THEIR_OFFER)
    assert [each.status for each in manual_cases.standing(found, {OWN: 2, THEIRS: 1})] == [
        "superseded",
        "open",
    ]
    done = case(OFFER, word("accept"))
    assert manual_cases.standing(done, {OWN: 2, THEIRS: 1})[0].status == "final"


def test_what_is_offered_is_occupied_while_it_counts() -> None:
    plan = Plan("x", OWN, (VOLUME,), "survey")
    found = case(OFFER, structs.replace(OFFER, change={"cancel": True}), THEIR_OFFER)
    assert list(manual_cases.occupied(plan, found.proposals)) == [1]
    odd = case(structs.replace(OFFER, change={"delay_ms": 0}))
    assert manual_cases.occupied(plan, odd.proposals) == {}
    assert manual_cases.occupied(plan, case(OFFER, word("decline")).proposals) == {}


@pytest.mark.parametrize(
    "said",
    [
        structs.replace(TOLD, sha256=None),
        structs.replace(TOLD, mine=False, sha256=None),
        structs.replace(THEIR_OFFER, role=None),
        structs.replace(word("accept"), sha256=bytes(32)),
    ],
)
def test_what_an_officer_has_to_say(said: CaseSaid) -> None:
    with pytest.raises(Invalid) as caught:
        manual_cases.check(said, AT_MS)
    assert caught.value.code == "manual.entry"
    manual_cases.check(OFFER, AT_MS)


def test_only_what_is_meant_and_was_told_is_answered() -> None:
    def code(proposals: Case, said: CaseSaid) -> str:
        with pytest.raises((Invalid, Refused)) as caught:
            manual_cases.which(proposals.proposals, said)
        return caught.value.code

    assert code(case(OFFER), word("accept")) == "manual.not_told"
    assert code(case(OFFER, OFFER), word("accept", None)) == "case.no_proposal"
    assert code(case(OFFER), word("accept", 2)) == "case.no_proposal"
    assert code(case(OFFER), word("retract")) == "case.no_proposal"
    assert code(case(OFFER, word("decline")), word("accept")) == "manual.proposal_over"
    told = case(OFFER, word("told", mine=True))
    assert manual_cases.which(told.proposals, word("accept", None)).n == 1
    with pytest.raises(Refused) as caught:
        manual_cases.close(told.proposals, meets=True)
    assert caught.value.code == "manual.in_conflict"
    manual_cases.close(told.proposals, meets=False)


def test_of_a_line_that_there_is_not_nothing_counts() -> None:
    assert manual.evolve(State(), TOLD, AT_MS) == State()
    assert {CALL.manual, PLAN.manual} == {MANUAL}


def test_the_page_shows_the_tables() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert manual_case.table() in text
    for name, means in (*PHASES.items(), *STATUSES.items()):
        assert f"| **{name}** | {means} |" in text
    for said, entered in SAID.items():
        assert f"- *{said}*: {entered}" in text
    events = {event for some in TRANSITIONS.values() for event in some}
    assert all(re.search(rf"\| {each} \|", text) for each in events)
