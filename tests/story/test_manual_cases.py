"""Cases on manual lines of whole nodes: what is told, offered and accepted by voice, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import structs

from tests.story import whole
from tests.story.desks import HOUR_MS, START, circle, given
from tests.story.whole import Two
from wideberth.desk.case_entries import Ref
from wideberth.desk.changes import Change
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.model.manual import Level, ReadBack
from wideberth.model.manual_case import Said
from wideberth.model.plan import Plan
from wideberth.node.manual_sides import Word
from wideberth.node.manual_views import ManualCaseView
from wideberth.node.node import Node
from wideberth.space.units import FOOT

LATER: Change = {"delay_ms": 2 * HOUR_MS}
HIGHER: Change = {"lift_dmm": 5_000 * FOOT}
ROLE = "watch officer"


class Desk(NamedTuple):
    """A manual line of the first node, and a case on it of an own plan and one of theirs."""

    two: Two
    line: str
    plan: str
    theirs: str
    case: str

    @property
    def node(self) -> Node:
        return self.two.one

    def view(self) -> ManualCaseView:
        return self.node.manual.cases.one(self.line, self.case)

    def word(self, said: Said, *, mine: bool, read_back: ReadBack = "none", **more: Any) -> Word:
        return Word(said, mine, more.pop("role", ROLE), self.two.time.wall_ms, None, read_back, **more)

    def propose(self, change: Change, *, mine: bool = True, ours: bool = True) -> ManualCaseView:
        word = self.word("proposal", mine=mine, role=None if mine else ROLE)
        return self.node.manual.cases.propose(self.line, self.case, word, change, ours=ours)

    def we(self, said: Said, n: int | None = None, read_back: ReadBack = "matched") -> ManualCaseView:
        text = self.node.manual.cases.script(self.line, self.case, said, n)
        sha256 = bytes.fromhex(text.sha256)
        word = self.word(said, mine=True, read_back=read_back, sha256=sha256, proposal=text.proposal)
        return self.node.manual.cases.say(self.line, self.case, word)

    def they(self, said: Said, read_back: ReadBack = "matched", **more: Any) -> ManualCaseView:
        return self.node.manual.cases.say(
            self.line, self.case, self.word(said, mine=False, read_back=read_back), **more
        )

    def version(self) -> tuple[int, int]:
        view = self.view()
        return view.version, view.their_version


def far(*volumes: object, label: str = "their survey") -> Plan:
    return Plan("", "x", volumes, "survey", label=label, callsign="GULL 2")  # type: ignore[arg-type]  # volumes


def begin(two: Two, level: Level = "full") -> Desk:
    manual = two.one.manual
    line = manual.open("Harbour office", "telephone", "en", level, "crewed").manual
    plan = two.one.desk.submit([given(circle(33, 34, START))])[0].plan
    theirs = manual.planned(line, [far(circle(33.02, 34, START))], ROLE, two.time.wall_ms).theirs[0].plan
    [met] = manual.cases.conflicts(line).found
    return Desk(two, line, plan, theirs, met.case)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with whole.two(tmp_path) as two:
        yield begin(two)


def refused(code: str, do: Any) -> None:
    with pytest.raises((Invalid, Refused)) as caught:
        do()
    assert caught.value.code == code


def test_a_proposal_is_told_accepted_read_back_and_makes_the_next_version_of_the_own_plan(desk: Desk) -> None:
    view = desk.view()
    assert (view.phase, view.found, view.version, view.may_tell) == ("open", "overlap", 1, True)
    told = desk.node.manual.cases.script(desk.line, desk.case, "told").text
    assert "Two plans are in conflict" in told and "golf uniform lima lima, two" in told
    desk.we("told")
    assert view.clears["ours"] and view.clears["theirs"]
    view = desk.propose(view.clears["ours"][0])
    assert (view.phase, view.proposals[0].status, view.proposals[0].told) == ("proposed", "open", False)
    # nobody has heard of it: nobody can have accepted it
    refused("manual.not_told", lambda: desk.they("accept"))
    text = desk.node.manual.cases.script(desk.line, desk.case, "told", 1).text
    assert "This is a proposal" in text and "Of which plan: ours." in text
    refused("manual.not_told", lambda: (desk.we("told", 1, "differed"), desk.they("accept")))
    assert desk.we("told", 1).proposals[0].told
    view = desk.they("accept", "none")
    assert (view.phase, view.version) == ("accepted", 1)
    assert "reported by us" in view.words
    view = desk.they("accept")
    assert (view.phase, view.version, view.proposals[0].status, view.found) == ("closed", 2, "final", None)
    assert desk.node.private.manual.lines[desk.line].cases[desk.case].closed
    assert {each.shown for each in view.said} == {"reported by us"}
    assert any(each.what and "they accepted proposal 1: our plan" in each.what for each in view.said)
    # of what was offered and not told nobody there knows
    assert not any("we proposed" in (each.what or "") for each in view.said)
    assert desk.we("closed").phase == "closed"


def test_what_they_offer_of_their_plan_is_entered_as_its_next_version_when_we_accept(desk: Desk) -> None:
    view = desk.propose(LATER, mine=False, ours=False)
    assert view.proposals[0].told and not view.proposals[0].mine
    view = desk.we("accept", read_back="none")
    assert (view.phase, desk.version()) == ("accepted", (1, 1))
    view = desk.we("accept")
    assert (view.phase, desk.version()) == ("closed", (1, 2))
    [plan] = [each.plan for each in desk.node.private.manual.lines[desk.line].plans.values()]
    assert plan.volumes[0].start == START + 2 * HOUR_MS
    assert desk.node.manual.cases.conflicts(desk.line).found == ()


def test_old_and_proposed_both_count_for_own_people_until_it_is_closed(desk: Desk) -> None:
    cases, at_ms = desk.node.manual.cases, desk.two.time.wall_ms
    there = far(circle(33.02, 34, START + 2 * HOUR_MS), label="another")
    other = desk.node.manual.planned(desk.line, [there], ROLE, at_ms).theirs[1].plan
    assert [each.theirs for each in cases.conflicts(desk.line).found] == [desk.theirs]
    desk.propose(LATER)
    assert {each.theirs for each in cases.conflicts(desk.line).found} == {desk.theirs, other}
    desk.we("told", 1)
    # and what is accepted is looked at first
    refused("case.would_conflict", lambda: desk.they("accept"))
    view = desk.we("retract", 1)
    assert (view.phase, view.proposals[0].status) == ("open", "retracted")
    assert [each.theirs for each in cases.conflicts(desk.line).found] == [desk.theirs]
    refused("manual.proposal_over", lambda: desk.we("told", 1))
    desk.propose(LATER)
    desk.we("told", 2)
    assert desk.they("accept", anyway=True).version == 2


def test_a_plan_in_an_open_case_is_held_back_and_begins_by_override_only(desk: Desk) -> None:
    view = desk.node.desk.plan(desk.plan)
    assert len(view.by_hand) == 1 and "reported by us" in view.by_hand[0] and "overlap" in view.by_hand[0]
    refused("plan.blocked", lambda: desk.node.desk.activate(desk.plan))
    # a draft has no case, and no number that could be read out
    [draft] = desk.node.desk.drafts([given(circle(33.0, 34.0, START))])
    [words] = draft.by_hand
    assert "overlap" in words and "case" not in words
    close = far(circle(33.14, 34, START))
    desk.node.manual.planned(desk.line, [close], ROLE, desk.two.time.wall_ms, amend=desk.theirs)
    assert "close" in desk.node.desk.plan(desk.plan).by_hand[0]
    refused("plan.blocked", lambda: desk.node.desk.activate(desk.plan))
    assert desk.node.desk.activate(desk.plan, "officer").override == "officer"


def test_a_case_that_is_closed_holds_nothing_back(desk: Desk) -> None:
    desk.propose(HIGHER)
    refused("manual.in_conflict", lambda: desk.we("closed"))
    desk.we("told", 1)
    desk.they("accept")
    assert desk.node.desk.activate(desk.plan).state == "activated"


def test_a_change_of_the_plan_by_other_means_supersedes_what_was_offered(desk: Desk) -> None:
    desk.propose(LATER)
    desk.we("told", 1)
    desk.node.desk.amend(desk.plan, given(circle(40, 34, START)))
    view = desk.view()
    assert (view.phase, view.proposals[0].status) == ("closed", "superseded")
    refused("case.no_proposal", lambda: desk.they("accept"))
    refused("manual.proposal_over", lambda: desk.node.manual.cases.script(desk.line, desk.case, "told", 1))


def test_an_acceptance_takes_back_what_its_side_had_offered_and_a_decline_ends_one(desk: Desk) -> None:
    desk.propose(LATER)
    desk.propose(HIGHER, mine=False, ours=False)
    desk.we("told", 1)
    assert desk.they("decline").proposals[0].status == "declined"
    desk.propose(LATER)
    view = desk.we("accept", 2, "none")
    assert [each.status for each in view.proposals] == ["declined", "accepted", "superseded"]
    word = desk.word("retract", mine=False)
    assert desk.node.manual.cases.say(desk.line, desk.case, word).phase == "open"


def test_what_is_no_proposal_and_what_is_not_the_text_is_refused(desk: Desk) -> None:
    refused("case.steps", lambda: desk.propose({"delay_ms": 60_000}))
    refused("case.not_clear", lambda: desk.propose({"delay_ms": 15 * 60_000}))
    refused("case.none", lambda: desk.node.manual.cases.one(desk.line, ids.base32(bytes(32))))
    cases = desk.node.manual.cases
    wrong = desk.word("told", mine=True, sha256=bytes(32))
    refused("manual.other_text", lambda: cases.say(desk.line, desk.case, wrong))
    without = desk.word("told", mine=True)
    refused("manual.entry", lambda: cases.say(desk.line, desk.case, without))
    refused("manual.entry", lambda: cases.say(desk.line, desk.case, desk.word("told", mine=False)))
    refused("case.no_proposal", lambda: desk.they("accept"))
    # what they say of a change that clears nothing is kept, and not accepted by us
    desk.propose({"delay_ms": 60_000}, mine=False)
    refused("case.not_clear", lambda: desk.we("accept"))
    assert desk.we("decline").proposals[0].status == "declined"


def test_of_a_hidden_plan_nothing_is_told_and_the_case_still_holds_it_back(desk: Desk) -> None:
    filed = given(circle(33.02, 34, START), label="hidden")._replace(disclosure="none")
    [hidden] = desk.node.desk.submit([filed])
    [case] = [
        each.case for each in desk.node.manual.cases.conflicts(desk.line).found if each.plan == hidden.plan
    ]
    other = desk._replace(case=case, plan=hidden.plan)
    assert not other.view().may_tell and hidden.by_hand
    refused("manual.no_view", lambda: other.we("told"))
    refused("manual.no_view", lambda: other.propose(LATER))
    # they can still move out of its way
    other.propose(LATER, mine=False, ours=False)
    refused("manual.no_view", lambda: other.we("accept"))


def test_on_a_coarse_line_everything_that_is_told_comes_from_the_coarse_view(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        desk = begin(two, "coarse")
        script = desk.node.manual.script(desk.line, desk.plan).text
        assert "larger than what is planned" in script and "latitude and longitude" in script
        assert "heron" not in script.casefold() and "hotel echo romeo" not in script
        before = desk.node.manual.cases.script(desk.line, desk.case, "told").text
        # as many questions as one likes: inside its cells the plan may be anywhere
        desk.node.desk.amend(desk.plan, given(circle(33.01, 34.01, START + 60_000, 0.9)))
        after = desk.node.manual.cases.script(desk.line, desk.case, "told").text
        assert before.replace("version one", "version two").replace(
            "version 1", "version 2"
        ) == after.replace("version one", "version two").replace("version 1", "version 2")
        # what is in conflict only by what they may see is a case as well, and holds nothing back
        where = far(circle(33.25, 34, START), label="near")
        near = desk.node.manual.planned(desk.line, [where], ROLE, two.time.wall_ms).theirs[1].plan
        found = {each.theirs: each for each in desk.node.manual.cases.conflicts(desk.line).found}
        assert not found[near].in_truth and found[desk.theirs].in_truth
        assert len(desk.node.desk.plan(desk.plan).by_hand) == 1


def test_all_of_it_survives_a_start_and_is_offered_when_they_join(tmp_path: Path) -> None:
    with whole.two(tmp_path) as two:
        whole.settle(two)
        desk = begin(two)
        desk.we("told")
        desk.propose(LATER)
        desk.we("told", 1)
        desk.they("accept")
        before = desk.view()
        manual = desk.node.manual
        manual.join(desk.line, two.line)
        whole.settle(two)
        [offered] = two.other.manual.histories(two.line)
        assert [each.case for each in offered.rows] == [desk.case] * 3
        assert all(desk.plan not in str(each) for each in offered.rows)
        ref = Ref(ids.origin(offered.origin), offered.n)
        two.other.manual.confirm(two.line, ref, ["confirmed", "confirmed", "disputed"], "duty officer")
        whole.settle(two)
        shown = [each.shown for each in desk.view().said]
        assert shown == ["confirmed by them", "confirmed by them", "DISPUTED by them"]
    with two.places[0].open(two.time) as again:
        found = again.manual.cases.one(desk.line, desk.case)
        assert structs.replace(found, said=()) == structs.replace(before, said=())
        assert [each.n for each in again.manual.cases.all(desk.line)[0].proposals] == [1]
