"""Runs of the blind check: who begins, in which order, when it is clear, and what makes it not clear."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.amount import amount
from tests.desk import blinded
from tests.desk.blinded import (
    ANSWERS,
    BEGINS,
    CELL,
    FROM,
    NOTICES,
    NOW,
    UNTIL,
    Line,
    commit,
    name,
    result,
    session,
)
from tests.ledger.two import LINE, Party, origin, seed
from wideberth.desk import blind_runs, blinds
from wideberth.desk.blind_entries import Cell, Committed, Compared, Ended, Matched, Said
from wideberth.desk.blinds import DAY_MS, State
from wideberth.ledger import ids, order
from wideberth.ledger.certificate import Certificate, Papers, Revocation, void
from wideberth.model import blind as model
from wideberth.model.blind import AUDIT, TRANSITIONS, Outcome, Phase


def test_both_commit_compare_and_end() -> None:
    talk = Line()
    talk.commit(BEGINS)
    assert talk.phase() == "begun"
    talk.commit(ANSWERS)
    assert talk.phase() == "committed"
    talk.result(BEGINS)
    assert talk.phase() == "committed"
    talk.result(ANSWERS)
    assert talk.phase() == "compared"
    talk.commit(BEGINS, 1)
    assert talk.phase() == "compared"
    talk.commit(ANSWERS, 1)
    assert talk.phase() == "committed"
    for by in (BEGINS, ANSWERS):
        talk.result(by, 1)
    talk.end(BEGINS)
    assert talk.phase() == "compared" and not blind_runs.is_open(talk.run())
    talk.end(ANSWERS)
    assert talk.phase() == "clear" and blind_runs.why(talk.run()) == ""
    run = talk.run()
    assert (run.from_ms, blind_runs.until_ms(run), run.committed, run.compared) == (FROM, UNTIL, 2, 2)
    assert blinds.newest(talk.blinds) == run and not run.findings


@pytest.mark.parametrize("outcome", ["clear", "matched"])
def test_the_outcome_is_what_both_say(outcome: Outcome) -> None:
    talk = Line()
    talk.run_all(outcome=outcome)
    assert talk.phase() == outcome


@pytest.mark.parametrize("by", [BEGINS, ANSWERS])
@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_either_side_ends_it_not_clear_at_any_time(by: Party, rounds: int) -> None:
    talk = Line()
    talk.commit(BEGINS)
    for number in range(rounds):
        talk.round(number)
    talk.end(by, "not clear", why="budget")
    assert talk.phase() == "not clear" and blind_runs.why(talk.run()) == "budget"
    talk.commit(ANSWERS, rounds)
    talk.end(by, "not clear", why="share")
    assert blind_runs.why(talk.run()) == "budget" and len(talk.run().side(ANSWERS.name).bound) == rounds
    talk.end(BEGINS)
    talk.end(ANSWERS)
    assert talk.phase() == "not clear"


def test_what_was_clear_or_matched_becomes_not_clear_by_either_side() -> None:
    outcomes: tuple[Outcome, ...] = ("clear", "matched")
    for outcome in outcomes:
        talk = Line()
        talk.run_all(outcome=outcome)
        talk.end(ANSWERS, "not clear", why="plans")
        assert talk.phase() == "not clear" and blind_runs.why(talk.run()) == "plans"


def test_only_the_first_party_begins_and_each_speaks_for_itself() -> None:
    talk = Line()
    talk.commit(ANSWERS)
    talk.commit(ANSWERS, role="a")
    talk.commit(BEGINS, role="b")
    talk.commit(BEGINS, 1)
    assert not talk.blinds.runs
    talk.commit(BEGINS)
    talk.commit(ANSWERS, role="a")
    assert talk.phase() == "begun"
    talk.commit(ANSWERS)
    talk.result(ANSWERS, role="a")
    talk.result(ANSWERS)
    talk.result(BEGINS, role="b")
    assert talk.phase() == "committed" and not talk.run().findings
    assert blind_runs.role(LINE, BEGINS.name) == "a" and blind_runs.role(LINE, ANSWERS.name) == "b"
    assert BEGINS.name < ANSWERS.name


def test_nothing_is_said_before_it_is_due() -> None:
    talk = Line()
    talk.commit(BEGINS)
    talk.result(BEGINS)
    talk.result(ANSWERS)
    talk.end(BEGINS)
    talk.commit(ANSWERS, 1)
    talk.have(ANSWERS, *NOTICES)
    assert talk.phase() == "begun" and talk.run().sides[1] == blind_runs.Side()
    talk.commit(ANSWERS)
    talk.commit(BEGINS, 1)
    talk.result(BEGINS, 1)
    talk.end(ANSWERS)
    talk.end(ANSWERS, "matched")
    assert talk.run().sides[0].results == () and talk.phase() == "committed"
    talk.result(BEGINS)
    talk.commit(BEGINS, 1)
    assert len(talk.run().sides[0].bound) == 1
    talk.result(ANSWERS)
    talk.commit(BEGINS, 2)
    assert len(talk.run().sides[0].bound) == 1
    talk.commit(BEGINS, 1)
    # who has begun the next round does not end this one as it is
    talk.commit(ANSWERS, 1)
    talk.end(BEGINS)
    assert talk.phase() == "committed" and talk.run().sides[0].end is None and not talk.run().findings


@pytest.mark.parametrize(
    ("before", "by", "said"),
    [
        ("Ca", ANSWERS, Committed(commit(ANSWERS))),
        ("Ca Cb", BEGINS, Compared(result(BEGINS))),
        ("Ca Cb Ra Rb", BEGINS, Committed(commit(BEGINS, 1))),
        ("Ca Cb Rb Ra", ANSWERS, Committed(commit(ANSWERS, 1))),
        ("Ca Cb Rb Ra", ANSWERS, Ended(name(), "clear", UNTIL)),
        ("Ca Cb Ra Rb", BEGINS, Ended(name(), "matched", UNTIL)),
    ],
)
def test_nobody_goes_on_from_what_is_not_before_it(before: str, by: Party, said: Said) -> None:
    talk = Line()
    for each in before.split():
        party = BEGINS if each[1] == "a" else ANSWERS
        talk.put(party, Committed(commit(party)) if each[0] == "C" else Compared(result(party)))
    known = talk.run()
    talk.put(by, said, blind=True)
    assert talk.run() == known
    talk.put(by, said)
    assert talk.run() != known


def test_another_set_or_result_in_the_place_of_one_that_was_signed() -> None:
    talk = Line()
    talk.commit(BEGINS)
    talk.commit(BEGINS)
    talk.commit(ANSWERS)
    talk.result(ANSWERS)
    talk.result(ANSWERS)
    assert talk.phase() == "committed" and not talk.run().findings
    talk.result(ANSWERS, n=4)
    [finding] = talk.run().findings
    assert (finding.why, finding.by, finding.other.n, finding.ref.n) == ("changed", ANSWERS.name, 1, 3)
    assert talk.phase() == "not clear" and blind_runs.why(talk.run()) == "changed"
    talk.commit(BEGINS, masked=seed("other"))
    assert talk.why() == ["changed", "changed"] and talk.run().findings[1].by == BEGINS.name
    assert talk.run().sides[0].bound[0].commit == commit(BEGINS)


def test_a_set_is_not_changed_after_it_was_clear_either() -> None:
    talk = Line()
    talk.run_all()
    talk.commit(ANSWERS, 1, masked=seed("other"))
    assert talk.why() == ["changed"] and talk.phase() == "not clear"
    talk.commit(ANSWERS, 3)
    assert len(talk.run().sides[1].bound) == 3
    for n in range(2 * blinds.FINDINGS):
        talk.commit(ANSWERS, 1, masked=seed(f"other {n}"))
    assert len(talk.run().findings) == blinds.FINDINGS


def test_an_end_is_not_changed() -> None:
    talk = Line()
    talk.round()
    talk.end(BEGINS)
    talk.end(BEGINS)
    assert not talk.run().findings
    talk.end(BEGINS, "matched")
    assert talk.why() == ["changed"] and talk.phase() == "not clear"


@pytest.mark.parametrize("more", [{"matches": seed("other")}, {"n": 4}])
def test_two_results_that_differ(more: dict[str, object]) -> None:
    talk = Line()
    for by in (BEGINS, ANSWERS):
        talk.commit(by)
    talk.result(BEGINS)
    talk.result(ANSWERS, **more)  # type: ignore[arg-type]  # fields by name
    assert talk.why() == ["unequal"] and talk.phase() == "not clear"


def test_what_each_side_has_filled_may_differ() -> None:
    talk = Line()
    for by in (BEGINS, ANSWERS):
        talk.commit(by)
    talk.result(BEGINS, filled=(False, False, True))
    talk.result(ANSWERS, filled=(True, False, False))
    assert talk.phase() == "compared"


@pytest.mark.parametrize("until_ms", [UNTIL, UNTIL + 1])
def test_two_ends_that_differ(until_ms: int) -> None:
    talk = Line()
    talk.round()
    talk.end(BEGINS)
    talk.end(ANSWERS, "matched" if until_ms == UNTIL else "clear", until_ms=until_ms)
    assert talk.why() == ["unequal"] and talk.phase() == "not clear"


def test_other_plans_or_terms_from_one_round_to_another_or_between_the_two() -> None:
    talk = Line()
    talk.round()
    talk.commit(BEGINS, 1, plans=seed("other"))
    assert talk.why() == ["plans"]
    talk = Line()
    talk.round()
    talk.commit(BEGINS, 1, rules=seed("other"))
    assert set(talk.why()) == {"rules"} and talk.phase() == "not clear"
    for more in ({"rules": seed("other")}, {"from_ms": FROM + 1}):
        talk = Line()
        talk.commit(BEGINS)
        talk.commit(ANSWERS, **more)
        assert talk.why() == ["rules"] and talk.phase() == "not clear"


def test_the_next_run_overtakes_one_that_has_not_ended_and_no_other() -> None:
    talk = Line()
    talk.run_all()
    talk.round(run=1)
    talk.end(BEGINS, run=1)
    talk.commit(BEGINS, run=2)
    assert (talk.phase(), talk.phase(1), talk.phase(2)) == ("clear", "not clear", "begun")
    assert blind_runs.why(talk.run(1)) == "overtaken"
    talk.end(ANSWERS, run=1)
    assert talk.phase(1) == "not clear"


def test_the_id_of_a_run_is_used_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blinds, "ALONE", 1)
    talk = Line()
    talk.commit(BEGINS)
    talk.commit(BEGINS, run=1)
    assert list(talk.blinds.runs) == [name(1)]
    talk.commit(BEGINS)
    assert list(talk.blinds.runs) == [name(1)] and talk.blinds.begun == 2
    monkeypatch.setattr(blinds, "USED", 2)
    talk.commit(BEGINS, run=2)
    assert set(talk.blinds.used) == {name(1), name(2)} == set(talk.blinds.ids.values())


def test_what_is_disputed_makes_nothing_clear_and_restricts() -> None:
    talk = Line()
    talk.run_all()
    for at in range(len(talk.placed)):
        placed = [each._replace(disputed=n == at) for n, each in enumerate(talk.placed)]
        state = order.fold(placed, blinds.evolve, State(LINE))
        assert not state.runs or blind_runs.phase(state.runs[name()]) != "clear", at
    talk.commit(ANSWERS, masked=seed("other"))
    disputed = [each._replace(disputed=each.entry.header.n == 7) for each in talk.placed]
    assert blind_runs.phase(order.fold(disputed, blinds.evolve, State(LINE)).runs[name()]) == "not clear"
    talk = Line()
    talk.round()
    talk.end(ANSWERS, "not clear")
    disputed = [each._replace(disputed=each.entry.header.n == 2) for each in talk.placed]
    assert blind_runs.phase(order.fold(disputed, blinds.evolve, State(LINE)).runs[name()]) == "not clear"


def test_a_revoked_log_key_takes_clear_back_and_not_a_match() -> None:
    main = origin(ANSWERS)
    certificate = Certificate(ANSWERS.key("log"), "log", main, 0)

    def gone(last_n: int) -> Papers:
        return Papers((certificate,), (Revocation(ANSWERS.key("log"), {main: last_n}),))

    outcomes: tuple[Outcome, ...] = ("clear", "matched")
    for outcome in outcomes:
        talk = Line()
        talk.run_all(outcome=outcome)
        last = talk.heads[main].size - 1
        for n in (0, last, last + 1):
            papers = gone(n)
            found = blind_runs.phase(
                talk.run(),
                lambda ref, of=papers: ref.origin == main and void(ref.origin, ref.n, of),  # type: ignore[misc]  # the value of the loop is bound
            )
            assert found == ("not clear" if outcome == "clear" and n <= last else outcome)


def test_cells_are_counted_by_day_and_side() -> None:
    talk = Line()
    for run, (n, day) in enumerate([(11, 0), (6, 0), (1, 0), (0, 1), (4, 1), (3, 3)]):
        for by in (BEGINS, ANSWERS):
            talk.commit(by, run=run)
        for by in (BEGINS, ANSWERS):
            talk.put(by, Compared(result(by, run=run, n=n)), at_ms=NOW + day * DAY_MS)
    state = talk.blinds
    assert [blinds.spent_cells(state, NOW + day * DAY_MS) for day in range(6)] == [0, 3, 0, 2, 0, 0]
    assert {party for party, _ in state.cells} == {BEGINS.name, ANSWERS.name}
    # of later rounds none is counted: they are parts of the same cells
    talk.round(1, run=5, n=900)
    assert talk.run(5).compared == 2
    assert blinds.spent_cells(talk.blinds, NOW + 3 * DAY_MS) == 2


def test_whichever_side_counts_more() -> None:
    talk = Line()
    for by in (BEGINS, ANSWERS):
        talk.commit(by)
    talk.put(BEGINS, Compared(result(BEGINS, n=11)), at_ms=NOW)
    assert blinds.spent_cells(talk.blinds, NOW) == 10
    talk.put(ANSWERS, Compared(result(ANSWERS, n=4)), at_ms=NOW)
    assert blinds.spent_cells(talk.blinds, NOW) == 10


OTHER_CELL = bytes([16]) + bytes(16)


def test_what_both_have_in_one_cell() -> None:
    talk = Line()
    talk.round()
    one, two, three, four = NOTICES
    talk.have(BEGINS, one)
    talk.have(BEGINS, two)
    talk.have(BEGINS, one, cell=OTHER_CELL)
    talk.have(ANSWERS, three, four)
    assert list(blind_runs.pairs(talk.run(), BEGINS.name)) == [
        (CELL, mine, theirs) for mine in (one, two) for theirs in (three, four)
    ]
    assert set(blind_runs.pairs(talk.run(), ANSWERS.name)) == {
        (CELL, mine, theirs) for mine in (three, four) for theirs in (one, two)
    }
    # it counts also where the run was not clear
    talk.end(ANSWERS, "not clear")
    talk.have(ANSWERS, three, cell=OTHER_CELL)
    assert (OTHER_CELL, one, three) in set(blind_runs.pairs(talk.run(), BEGINS.name))


def test_only_so_many_notices_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blinds, "NOTICES", 3)
    talk = Line()
    talk.round()
    talk.have(BEGINS, *NOTICES[:2])
    talk.have(BEGINS, *NOTICES[1:3])
    assert talk.run().sides[0].cells[CELL] == NOTICES[:3] and not talk.run().sides[0].more
    talk.put(BEGINS, Matched(name(), (Cell(OTHER_CELL, NOTICES[:1]), Cell(CELL, NOTICES[:3]))))
    assert dict(talk.run().sides[0].cells) == {CELL: NOTICES[:3]} and talk.run().sides[0].more


def test_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, size in (("KEPT", 4), ("ALONE", 2), ("TOLD", 2)):
        monkeypatch.setattr(blinds, bound, size)
    talk = Line()
    talk.officers(BEGINS, ANSWERS)
    talk.run_all(0)
    talk.ask()
    for run in range(1, 9):
        talk.round(run=run)
        talk.have(BEGINS, *NOTICES, run=run)
    for run in range(9, 13):
        talk.commit(BEGINS, run=run)
    assert [run.id for run in talk.blinds.sorted()] == [name(n) for n in (0, 5, 6, 7, 8, 11, 12)]
    sides = [talk.run(n).sides[0] for n in (5, 6, 7, 8)]
    assert [(bool(side.cells), side.more) for side in sides] == [(False, True)] * 2 + [(True, False)] * 2
    # and what is said of one that is not held changes nothing
    before = talk.blinds
    talk.end(ANSWERS, "not clear", run=1)
    talk.commit(BEGINS, run=1)
    assert talk.blinds == before


def test_the_tables_name_each_phase_and_event() -> None:
    assert set(TRANSITIONS) == set(model.PHASES) and set(AUDIT) == set(model.AUDIT_PHASES)
    assert {event for found in TRANSITIONS.values() for event in found} == set(model.EVENTS)
    assert {event for found in AUDIT.values() for event in found} == set(model.AUDIT_EVENTS)
    assert "| compared | both say clear | clear |" in model.table()
    assert "| agreed | a signing key is revoked from before | asked or not asked |" in model.audit_table()
    assert blind_runs.event("clear", "matched") is None
    assert blind_runs.event("compared", "clear") == "both say clear"


def test_the_page_shows_the_tables() -> None:
    page = (Path(__file__).parents[2] / "docs/blind-runs.md").read_text(encoding="utf-8")
    assert model.table() in page and model.audit_table() in page
    phases = [*model.PHASES.items(), *model.AUDIT_PHASES.items()]
    assert all(f"| **{phase}** | {words} |" in page for phase, words in phases)
    events = [*model.EVENTS.items(), *model.AUDIT_EVENTS.items()]
    assert all(f"- *{event}*: {words}" in page for event, words in events)
    assert all(f"- `{why}`: {words}" in page for why, words in blind_runs.WHY.items())


OFTEN = ("commit", "result", "clear")
WORDS = st.sampled_from([*OFTEN * 3, "matched", "stop", "again", "have", "ask", "nonsense", "plans"])


class Runs(RuleBasedStateMachine):
    """Two parties say anything about two runs, in any order; each step is one of the table."""

    @initialize()
    def begin(self) -> None:
        self.talk = Line()
        self.known: dict[str, Phase] = {}
        self.clear = 0

    @rule(by=st.sampled_from([BEGINS, ANSWERS]), what=WORDS, run=st.integers(0, 1), blind=st.integers(0, 9))
    def say(self, by: Party, what: str, run: int, blind: int) -> None:
        talk = self.talk
        held = talk.blinds.runs.get(name(run))
        side = held.side(by.name) if held is not None else blind_runs.Side()
        match what:
            case "commit" | "plans":
                number = len(side.bound)
                more = {"plans": seed("other")} if what == "plans" else {}
                talk.put(by, Committed(commit(by, number, run, **more)), blind=not blind)
            case "result":
                talk.put(by, Compared(result(by, len(side.results), run)), blind=not blind)
            case "again":
                talk.result(by, max(len(side.results) - 1, 0), run, n=5)
            case "clear" | "matched":
                talk.end(by, what, run)
            case "stop":
                talk.end(by, "not clear", run)
            case "have":
                talk.have(by, *NOTICES, run=run)
            case "ask":
                talk.ask(by, blinded.QUESTION._replace(session=name(run), round=0), ())
            case _:
                talk.write(by, "blind.ended", {"session": name(run), "outcome": "clear"})

    @invariant()
    def it_follows_the_table(self) -> None:
        for key, run in self.talk.blinds.runs.items():
            now = blind_runs.phase(run)
            before = self.known.get(key, "begun")
            assert now == before or blind_runs.event(before, now) is not None, (before, now)
            self.known[key] = now

    @invariant()
    def clear_needs_both_the_same_results_and_ends_and_no_finding(self) -> None:
        for run in self.talk.blinds.runs.values():
            if blind_runs.phase(run) == "clear":
                one, other = run.sides
                assert not run.findings and len(one.bound) == len(one.results) == len(other.results) > 0
                assert [each.matches for each in one.results] == [each.matches for each in other.results]
                assert one.end is not None and other.end is not None
                assert one.end.said == other.end.said

    @invariant()
    def it_is_of_the_set_of_entries(self) -> None:
        mixed = random.Random(5).sample(self.talk.entries, len(self.talk.entries))
        again = order.fold(order.place(LINE, mixed), blinds.evolve, State(LINE))
        assert again == self.talk.blinds


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=amount(25, 8), stateful_step_count=25, deadline=None)


def test_sessions_are_named_by_their_bytes() -> None:
    assert name() == "b-" + ids.base32(session())
