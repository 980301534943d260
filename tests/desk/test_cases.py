"""Cases: traces of the model replayed, random histories, and each rule by itself."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk import cased
from tests.desk.cased import CASE, NOTICES, Chain, Replay, Two
from tests.ledger.two import LINE, A, B, Party
from wideberth.desk import cases
from wideberth.desk.case_entries import Accepted, Closed, Escalated, Lapsed, Opened, Proposed, Ref, Retracted
from wideberth.desk.cases import State
from wideberth.ledger import order
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import KINDS, Origin
from wideberth.model import case as model
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

T = TypeVar("T")
TRACES = sorted((Path(__file__).parent.parent / "spec" / "traces").glob("case-*.txt"))


@pytest.mark.parametrize(("one", "other"), [(A, B), (B, A)], ids=["a first", "b first"])
@pytest.mark.parametrize("trace", TRACES, ids=lambda path: path.stem)
def test_what_the_model_does_the_fold_does(trace: Path, one: Party, other: Party) -> None:
    replay = Replay(one, other)
    for number, line in enumerate(trace.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            try:
                replay.do(line)
            except AssertionError as error:
                raise AssertionError(f"{trace.name}, line {number}: {line}: {error}") from error


def test_all_that_the_model_knows_is_replayed() -> None:
    lines = [line for trace in TRACES for line in trace.read_text(encoding="utf-8").splitlines()]
    known = {name.removeprefix("on_") for name in vars(Replay) if name.startswith("on_")}
    assert set(Counter(line.split()[1] for line in lines if line[0] in "ab")) == known


class Draw(Protocol):
    def __call__(self, some: Sequence[T], /) -> T: ...


class Walk(Two):
    """A random history: each step enters or delivers something; all that was final is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self.final: set[tuple[str, Ref]] = set()

    def step(self, draw: Draw, *, look: bool = True) -> None:
        name = draw("ab")
        mine, other = self.chains[name], self.chains[self.other(name)]
        there = len(other.chain) - self.before[self.other(name)]
        missing = [k for k in range(there) if k not in mine.held]
        delivers = draw((False, True))
        if missing and delivers:
            # each feed in its own order
            first: dict[Origin, int] = {}
            for k in missing:
                first.setdefault(self.at(self.other(name), k).ref.origin, k)
            mine.held.add(draw(sorted(first.values())))
        else:
            self._enter(draw, name)
        for each in "ab" if look else "":
            self._look(each)

    def _enter(self, draw: Draw, name: str) -> None:
        mine = self.chains[name]
        state = self.state(name)
        # what it holds with all that it covers, it has folded
        reach = 0
        while reach in mine.held:
            reach += 1
        seen = self.seen(name, reach)
        case = self.case(state)
        own = [each for each in case.proposals if each.by == mine.party.name]
        theirs = [each for each in case.open() if each.by != mine.party.name]
        kinds = ["propose", "propose theirs", "version", "other", "escalate", "close", "open"]
        kinds += ["accept"] * 3 * bool(theirs) + ["retract", "lapse"] * bool(own)
        kind = draw(kinds)
        match kind:
            case "propose":
                mine.say(mine.proposal(), seen)
            case "propose theirs":
                their = NOTICES[mine.other.name]
                mine.say(mine.proposal(state.notices[their].version, their), seen)
            case "version":
                mine.notice(seen)
            case "other":
                mine.enter("test.said", {}, seen, draw(KINDS))
            case "accept":
                mine.say(Accepted(CASE, draw(theirs).ref), seen)
            case "retract":
                mine.say(Retracted(CASE, draw(own).ref), seen, "urgent")
            case "lapse":
                mine.say(Lapsed(CASE, draw(own).ref), seen)
            case "escalate":
                mine.say(Escalated(CASE, "deputy"), seen)
            case "close":
                mine.say(Closed(CASE, "clear"), seen)
            case _:
                mine.say(Opened(CASE, (NOTICES[A.name], NOTICES[B.name]), "overlap"), seen)

    def _look(self, name: str) -> None:
        state = self.state(name)
        for each in self.case(state).proposals:
            if cases.final(state, each):
                self.final.add((name, each.ref))
            if any(ref == each.ref for _, ref in self.final):
                assert each.status in cases.STANDS, f"{each.ref} was final, and is {each.status}"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_false_finality_and_one_set_one_state(data: st.DataObject) -> None:
    walk = Walk()
    for _ in range(data.draw(st.integers(5, 16))):
        walk.step(lambda some: data.draw(st.sampled_from(some)))
    entries = [each.entry for chain in walk.chains.values() for each in chain.chain]
    whole = cased.fold(entries)
    assert cased.fold(data.draw(st.permutations(entries))) == whole
    for name in "ab":
        there = walk.chains[walk.other(name)]
        walk.chains[name].held = set(range(len(there.chain)))
        assert walk.state(name) == whole
    by_ref = {each.ref: each for each in walk.case(whole).proposals}
    for _, ref in walk.final:
        assert by_ref[ref].status in cases.STANDS
    accepted = [each for each in by_ref.values() if each.status == "accepted"]
    assert len(accepted) <= 1 or len({each.by for each in accepted}) <= 1


def test_crossing_accepts_void_each_other_and_the_case_is_open_again() -> None:
    two = Two()
    a, b = two.chains.values()
    one = a.say(a.proposal(), two.seen("a", 0))
    other = b.say(b.proposal(), two.seen("b", 0))
    a.say(Accepted(CASE, other.ref), two.seen("a", 1))
    b.say(Accepted(CASE, one.ref), two.seen("b", 1))
    state = two.all()
    assert [each.status for each in two.case(state).proposals] == ["crossed", "crossed"]
    assert cases.phase(state, two.case(state)) == "open"


def test_an_accept_is_final_when_the_proposer_has_entered_anything_after_it() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    assert [each.ref for each in cases.occupying(two.all(), NOTICES[A.name])] == [made.ref]
    b.say(Accepted(CASE, made.ref), two.seen("b", 1))
    state = two.all()
    assert cases.phase(state, two.case(state)) == "accepted"
    a.enter("test.said", {}, two.seen("a", 0))
    state = two.all()
    assert cases.phase(state, two.case(state)) == "accepted", "it had not folded the accept"
    a.enter("test.said", {}, two.seen("a", 1))
    state = two.all()
    assert cases.phase(state, two.case(state)) == "final"
    # too late
    a.say(Retracted(CASE, made.ref), two.seen("a", 1), "urgent")
    state = two.all()
    assert cases.phase(state, two.case(state)) == "final"
    assert list(cases.occupying(state, NOTICES[A.name]))
    # the new version is what was accepted
    a.notice(two.seen("a", 1))
    state = two.all()
    assert two.proposal(state, "a", 0).status == "amended"
    assert list(cases.occupying(state, NOTICES[A.name])) == []
    assert cases.phase(state, two.case(state)) == "open"


def test_a_retraction_that_crosses_the_accept_counts() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    a.say(Retracted(CASE, made.ref), two.seen("a", 0), "urgent")
    b.say(Accepted(CASE, made.ref), two.seen("b", 1))
    state = two.all()
    assert two.proposal(state, "a", 0).status == "retracted"
    assert cases.phase(state, two.case(state)) == "open"


def test_what_is_proposed_to_an_old_version_comes_to_nothing() -> None:
    two = Two()
    a, b = two.chains.values()
    b.say(b.proposal(1, NOTICES[A.name]), two.seen("b", 0))
    a.notice(two.seen("a", 0))
    state = two.all()
    assert two.proposal(state, "b", 0).status == "superseded"
    b.say(b.proposal(1, NOTICES[A.name]), two.seen("b", 1))
    b.say(b.proposal(2, NOTICES[A.name]), two.seen("b", 1))
    state = two.all()
    assert [each.status for each in two.case(state).proposals] == ["superseded", "superseded", "open"]


def test_a_disputed_entry_withdraws_nothing_and_accepts_nothing() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    b.enter("test.said", {}, two.seen("b", 1))
    # it has folded what had folded its own proposal, and not the proposal itself
    a.say(Retracted(CASE, made.ref), two.seen("a", 1), "urgent", own=False)
    assert two.proposal(two.all(), "a", 0).status == "open"
    b.say(Accepted(CASE, made.ref), two.seen("b", 1), "urgent", own=False)
    assert two.proposal(two.all(), "a", 0).status == "open"


def test_nobody_accepts_the_own_proposal_or_withdraws_the_others() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    a.say(Accepted(CASE, made.ref), two.seen("a", 0))
    # it has taken the own one back, as an accept does
    assert two.proposal(two.all(), "a", 0).status == "crossed"
    again = a.say(a.proposal(), two.seen("a", 0))
    b.say(Retracted(CASE, again.ref), two.seen("b", 3), "urgent")
    assert two.proposal(two.all(), "a", 2).status == "open"


def test_a_case_is_closed_when_each_party_that_found_it_finds_it_no_more() -> None:
    two = Two()
    a, b = two.chains.values()
    phases = []
    for chain, said in (
        (a, Escalated(CASE, "commander")),
        (a, Closed(CASE, "amended")),
        (b, Closed(CASE, "amended")),
        (b, Opened(CASE, (NOTICES[A.name], NOTICES[B.name]), "close")),
    ):
        chain.say(said, [])
        state = two.all()
        phases.append(cases.phase(state, two.case(state)))
    assert phases == ["escalated", "open", "closed", "open"]
    assert two.case(two.all()).finds == {B.name: "close"}
    assert cases.by_notice(two.all(), NOTICES[A.name]).keys() == {CASE}
    assert cases.by_notice(two.all(), "n-" + "a" * 26) == {}


def test_what_cannot_be_read_or_belongs_to_no_case_changes_nothing() -> None:
    two = Two()
    a, b = two.chains.values()
    before = two.case(two.all())
    elsewhere = Proposed(CASE, "n-" + "a" * 26, 1, 0, {"cancel": True})
    a.say(elsewhere, [])
    a.enter("case.proposal", {"case": CASE}, [])
    a.enter("case.escalated", {"case": "a" * 52, "to": "deputy"}, [])
    a.enter("notice", {"notice": NOTICES[A.name], "version": True}, [])
    a.enter("notice", {"notice": "x", "version": 2}, [])
    # a version that is not newer, and one of somebody else's notice
    a.enter("notice", {"notice": NOTICES[A.name], "version": 1}, [])
    b.enter("notice", {"notice": NOTICES[A.name], "version": 7}, a.chain)
    state = two.all()
    assert two.case(state) == before
    assert state.notices[NOTICES[A.name]].version == 1


EVENTS: dict[str, model.Event] = {
    "case.opened": "opened",
    "case.proposal": "proposed",
    "case.accept": "accepted",
    "case.lapse": "withdrawn",
    "case.retract": "withdrawn",
    "case.escalated": "escalated",
    "case.closed": "closed",
    "notice": "amended",
}


class Chance:
    """Draws as hypothesis does, from a seed: for what is to be seen, not to be shrunk."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def draw(self, some: Sequence[T]) -> T:
        return self.chance.choice(some)


def test_the_table_is_what_the_fold_does() -> None:
    seen: set[tuple[str, str, str]] = set()
    for seed in range(80):
        walk = Walk()
        chance = Chance(seed)
        for _ in range(14):
            walk.step(chance.draw, look=False)
        state = State(LINE)
        for placed in order.place(
            LINE, [each.entry for chain in walk.chains.values() for each in chain.chain]
        ):
            before = state.cases.get(CASE)
            was = None if before is None else cases.phase(state, before)
            state = cases.evolve(state, placed)
            if was is not None and was != (now := cases.phase(state, walk.case(state))):
                event = EVENTS.get(placed.entry.header.type)
                known = event in model.TRANSITIONS[was] and now in model.TRANSITIONS[was][event]
                seen.add((was, event if event and known else "covered", now))
    table = {
        (was, event, now)
        for was, events in model.TRANSITIONS.items()
        for event in events
        for now in events[event]
    }
    assert seen <= table, seen - table
    assert len(seen) > 20


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    assert model.table() in page
    for words in (*model.PHASES.values(), *model.EVENTS.values()):
        assert words in page


def test_a_notice_without_its_body_a_retraction_in_doubt_and_a_notice_in_no_case_change_no_case() -> None:
    two = Two()
    a, b = two.chains.values()
    made = a.say(a.proposal(), two.seen("a", 0))
    a.enter("notice", {"notice": "n-" + "a" * 26, "version": 1}, two.seen("a", 0))
    assert not cases.final(two.all(), two.proposal(two.all(), "a", 0))
    entries = [each.entry for chain in two.chains.values() for each in chain.chain]
    dropped = [
        structs.replace(each, body=b"", salt=b"") if each.header.type == "notice" else each
        for each in entries
    ]
    assert not cased.fold(dropped).notices
    b.say(Accepted(CASE, made.ref), two.seen("b", 1))
    # too early: the accept is not covered, and the author has not covered what it entered before
    a.say(Retracted(CASE, made.ref), [], "urgent", own=False)
    assert two.proposal(two.all(), "a", 0).status == "accepted"


def test_an_empty_line_has_no_cases() -> None:
    assert cased.fold([]) == State(LINE)


def test_what_is_not_understood_leaves_a_case_unclear_until_a_plan_has_a_new_version() -> None:
    two = Two()
    a, b = two.chains.values()
    for chain in (a, b):
        chain.say(Closed(CASE, "clear"), [])
    assert cases.phase(two.all(), two.case(two.all())) == "closed"
    a.enter("case.swapped", {"case": "of no case"}, [])
    a.enter("case.swapped", {"case": CASE, "with": 5}, [])
    assert cases.phase(two.all(), two.case(two.all())) == "open"
    b.notice(a.chain)
    assert cases.phase(two.all(), two.case(two.all())) == "closed"
    # a field that its author calls critical is as unknown
    a.enter("case.closed", {"case": CASE, "crit": ["until"], "how": "clear", "until": 5}, b.chain)
    assert two.case(two.all()).unclear


def test_a_case_that_is_opened_in_words_that_are_not_understood_is_open_all_the_same() -> None:
    notices = (NOTICES[A.name], NOTICES[B.name])
    opened: list[tuple[int, dict[str, Value]]] = [
        (2, {"case": CASE, "how_near": 5, "notices": list(notices)}),
        (1, {"case": CASE, "crit": ["until"], "found": "close", "notices": list(notices), "until": 5}),
    ]
    for v, value in opened:
        two = Chain(A, B)
        two.enter("case.opened", value, [], v=v)
        state = cased.fold([each.entry for each in two.chain])
        [case] = cases.by_notice(state, notices[0]).values()
        assert (case.id, case.unclear, cases.phase(state, case)) == (CASE, True, "open")
    # not of notices that do not make its id, or of none
    wrong: list[Value] = [[notices[0]], [notices[0], "n-" + "a" * 26], [notices[0], notices[0]], 5]
    for some in wrong:
        two = Chain(A, B)
        two.enter("case.opened", {"case": CASE, "notices": some}, [], v=2)
        assert not cased.fold([each.entry for each in two.chain]).cases


def test_who_proposes_without_end_fills_nothing() -> None:
    two = Two()
    a = two.chains["a"]
    for n in range(cases.KEPT + 50):
        a.say(a.proposal(), [])
        if n >= cases.OPEN:
            a.say(Retracted(CASE, a.chain[-2 * (n - cases.OPEN) - 1].ref), [])
    case = two.case(two.all())
    assert (len(case.open()), len(case.proposals)) == (cases.OPEN, cases.KEPT)
    # what is open is never left out
    assert [each.ref for each in case.open()] == [each.ref for each in case.proposals[: cases.OPEN]]


def test_each_party_says_where_and_only_while_it_finds_it() -> None:
    two = Two()
    where = (Volume(Circle((0, 0), 5), Altitude("MSL", 0), Altitude("MSL", 100), 0, 5),)
    for chain in two.chains.values():
        chain.say(Opened(CASE, (NOTICES[A.name], NOTICES[B.name]), "close", where), [])
    assert two.case(two.all()).where == where * 2
    two.chains["a"].say(Opened(CASE, (NOTICES[A.name], NOTICES[B.name]), "close"), [])
    assert two.case(two.all()).where == where
    two.chains["b"].say(Closed(CASE, "clear"), [])
    assert two.case(two.all()).where == ()
