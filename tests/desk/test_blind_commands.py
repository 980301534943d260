"""What a node may do about runs and audits: in its time, within what is agreed, with two officers a side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from tests.desk.blinded import (
    ANSWERS,
    BEGINS,
    CALL,
    CASE,
    CELL,
    FROM,
    MINUTE,
    NOW,
    QUESTION,
    Line,
    approve,
    commit,
    name,
    result,
    session,
)
from tests.desk.line import ONE, THREE, TWO, revoked
from tests.ledger.two import LINE, Party, origin
from wideberth.desk import blind_audits, blind_commands, blinds
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked, Question
from wideberth.desk.blind_audits import Audit, Key
from wideberth.desk.blind_commands import SLACK_MS, Begun
from wideberth.desk.blind_entries import Committed, Compared
from wideberth.desk.blinds import DAY_MS
from wideberth.desk.calls import At
from wideberth.desk.case_entries import Ref
from wideberth.errors import Refused
from wideberth.ledger import order
from wideberth.ledger.approval import Approval
from wideberth.ledger.certificate import Certificate, Papers, Revocation
from wideberth.model.agreement import Blind
from wideberth.model.blind import AUDIT

TERMS = Blind(cells_a_day=10, audits_a_day=2)
EVERY = TERMS.every_ms


def code(done: Callable[[], object]) -> str:
    with pytest.raises(Refused) as raised:
        done()
    return raised.value.code


def begin(talk: Line, now_ms: int = NOW, by: Party = BEGINS, terms: Blind | None = TERMS) -> Begun:
    state = talk.blinds
    return blind_commands.begin(state, by.name, terms, now_ms, session(), blinds.spent_cells(state, now_ms))


def test_a_run_begins_in_its_time_by_whose_name_sorts_first() -> None:
    wanted = Begun(name(), session(), FROM, FROM + TERMS.horizon_ms)
    assert begin(Line()) == begin(Line(), NOW + EVERY - 1) == wanted
    assert begin(Line(), NOW - 1).from_ms == FROM - EVERY
    assert code(lambda: begin(Line(), by=ANSWERS)) == "blind.other_begins"
    assert code(lambda: begin(Line(), terms=None)) == "blind.none_agreed"


def test_one_run_after_the_other_and_one_in_its_time() -> None:
    talk = Line()
    talk.commit(BEGINS)
    assert code(lambda: begin(talk, NOW + EVERY)) == "blind.under_way"
    talk.end(BEGINS, "not clear")
    assert code(lambda: begin(talk, NOW + EVERY - 1)) == "blind.not_yet"
    assert begin(talk, NOW + EVERY).from_ms == FROM + EVERY
    talk.run_all(1)
    assert code(lambda: begin(talk, NOW + EVERY)) == "blind.not_yet"


def test_a_run_that_one_side_has_ended_is_under_way_until_the_other_has() -> None:
    talk = Line()
    talk.round()
    talk.end(BEGINS)
    assert code(lambda: begin(talk, NOW + EVERY)) == "blind.under_way"
    talk.end(ANSWERS)
    begin(talk, NOW + EVERY)


def spend(talk: Line, n: int, run: int = 0) -> None:
    for by in (BEGINS, ANSWERS):
        talk.put(by, Committed(commit(by, run=run)), at_ms=NOW)
    for by in (BEGINS, ANSWERS):
        talk.put(by, Compared(result(by, run=run, n=n + 1)))


def test_what_a_day_may_cost() -> None:
    talk = Line()
    spend(talk, 4)
    talk.end(BEGINS, "not clear")
    begin(talk, NOW + EVERY)
    assert blinds.spent_cells(talk.blinds, NOW) == 4
    spend(talk, 6, 1)
    talk.end(BEGINS, "not clear", run=1)
    assert code(lambda: begin(talk, NOW + 2 * EVERY)) == "blind.spent"
    tomorrow = NOW - NOW % DAY_MS + DAY_MS
    assert begin(talk, tomorrow).from_ms == tomorrow
    assert blinds.spent_cells(talk.blinds, tomorrow) == 0
    talk.commit(BEGINS, run=2)
    assert code(lambda: join(talk, 2, NOW + 2 * EVERY)) == "blind.spent"


def join(talk: Line, run: int = 0, now_ms: int = NOW, terms: Blind | None = TERMS) -> Begun:
    state = talk.blinds
    return blind_commands.join(
        state, ANSWERS.name, terms, state.runs[name(run)], now_ms, blinds.spent_cells(state, now_ms)
    )


def test_a_run_is_answered_in_its_time_and_once() -> None:
    talk = Line()
    talk.commit(BEGINS)
    wanted = Begun(name(), session(), FROM, FROM + TERMS.horizon_ms)
    assert join(talk) == join(talk, now_ms=NOW - SLACK_MS) == wanted
    assert join(talk, now_ms=NOW + EVERY + SLACK_MS - 1) == wanted
    assert code(lambda: join(talk, now_ms=NOW - SLACK_MS - 1)) == "blind.not_yet"
    assert code(lambda: join(talk, now_ms=NOW + EVERY + SLACK_MS)) == "blind.not_yet"
    assert code(lambda: join(talk, terms=None)) == "blind.none_agreed"
    assert code(lambda: join(talk, terms=structs.replace(TERMS, every_ms=7 * MINUTE))) == "blind.not_yet"
    talk.commit(ANSWERS)
    assert code(lambda: join(talk)) == "blind.over"
    talk.end(BEGINS, "not clear")
    # the same time again, by another run
    talk.commit(BEGINS, run=1, from_ms=FROM)
    assert code(lambda: join(talk, 1)) == "blind.not_yet"
    talk.end(BEGINS, "not clear", run=1)
    assert code(lambda: join(talk, 1)) == "blind.over"
    talk.commit(BEGINS, run=2, from_ms=FROM + EVERY)
    assert join(talk, 2, NOW + EVERY).from_ms == FROM + EVERY


def test_a_run_that_waits_too_long() -> None:
    talk = Line()
    talk.put(BEGINS, Committed(commit(BEGINS)), at_ms=NOW)
    late = NOW + TERMS.timeout_ms + 1

    def overdue(by: Party, now_ms: int) -> bool:
        return blind_commands.overdue(talk.run(), by.name, TERMS, now_ms)

    assert overdue(BEGINS, late) and not overdue(BEGINS, late - 1)
    assert not overdue(ANSWERS, late)
    talk.put(ANSWERS, Committed(commit(ANSWERS)), at_ms=NOW + MINUTE)
    talk.put(BEGINS, Compared(result(BEGINS)), at_ms=NOW + MINUTE)
    assert not overdue(BEGINS, late) and overdue(BEGINS, late + MINUTE) and overdue(ANSWERS, late + MINUTE)
    talk.end(ANSWERS, "not clear")
    assert not overdue(BEGINS, late + MINUTE)


# audits


def audited(rounds: int = 2) -> Line:
    talk = Line()
    talk.officers(BEGINS, ANSWERS)
    for number in range(rounds):
        talk.round(number)
    return talk


def audit(talk: Line, question: Question = QUESTION, asker: Party = ANSWERS) -> Audit:
    return talk.run().audits[Key(asker.name, question)]


def phase(talk: Line) -> str:
    return blind_audits.phase(LINE, audit(talk), talk.papers)


def test_two_officers_ask_two_agree_and_the_node_answers() -> None:
    talk = audited()
    talk.ask()
    assert phase(talk) == "asked"
    talk.agree()
    assert phase(talk) == "agreed"
    talk.answer()
    talk.answer(present=False)
    found = audit(talk)
    assert phase(talk) == "answered" and found.answer is not None and found.answer.said.present
    assert blinds.spent_audits(talk.blinds, BEGINS.name, found.answer.at.at_ms) == 1
    assert blinds.spent_audits(talk.blinds, ANSWERS.name, found.answer.at.at_ms) == 0


OTHER = QUESTION._replace(about=CALL)


@pytest.mark.parametrize(
    "signed",
    [
        approve(ANSWERS, ONE),
        approve(ANSWERS, ONE, ONE),
        approve(ANSWERS, ONE, "a stranger"),
        approve(BEGINS),
        approve(ANSWERS, question=OTHER),
        approve(ANSWERS, asker=BEGINS),
    ],
)
def test_what_two_officers_have_not_signed_is_not_asked_nor_agreed_to(signed: tuple[Approval, ...]) -> None:
    talk = audited()
    talk.ask(signed=signed)
    talk.agree()
    assert phase(talk) == "not asked"
    talk.ask()
    assert phase(talk) == "agreed"
    talk = audited()
    talk.ask()
    talk.agree(signed=approve(BEGINS, ONE, THREE, question=OTHER) if signed == approve(BEGINS) else signed)
    assert phase(talk) == "asked"


def test_a_key_that_is_revoked_takes_its_word_back_and_what_is_proven_stays() -> None:
    talk = audited()
    talk.ask()
    talk.agree()
    talk.say(BEGINS, revoked(BEGINS, TWO, 1))
    assert phase(talk) == "asked"
    talk.agree(signed=approve(BEGINS, ONE, THREE))
    assert phase(talk) == "agreed"
    talk.say(ANSWERS, revoked(ANSWERS, TWO, 1))
    assert phase(talk) == "not asked"
    talk.answer()
    assert phase(talk) == "answered"
    assert blind_audits.event("agreed", "not asked") == "a signing key is revoked from before"
    assert blind_audits.event("answered", "asked") is None
    assert all(
        blind_audits.event(before, after) for before in AUDIT for to in AUDIT[before].values() for after in to
    )


def test_with_the_log_key_revoked_nothing_is_asked() -> None:
    talk = audited()
    talk.ask()
    main = origin(ANSWERS)
    log = Certificate(ANSWERS.key("log"), "log", main, 0)
    of = talk.papers[ANSWERS.name]
    gone = Papers((*of.certificates, log), (*of.revocations, Revocation(log.key, {main: 0})))
    assert blind_audits.phase(LINE, audit(talk), {**talk.papers, ANSWERS.name: gone}) == "not asked"


def test_only_about_a_set_that_is_committed_to_by_the_other_side_and_in_order() -> None:
    talk = audited(1)
    talk.ask(question=QUESTION)
    talk.ask(question=QUESTION._replace(session=name(1), round=0))
    assert not talk.run().audits
    first = QUESTION._replace(round=0)
    talk.agree(question=first)
    talk.answer(question=first)
    assert not talk.run().audits
    talk.ask(question=first)
    talk.agree(ANSWERS, question=first)
    talk.answer(ANSWERS, question=first)
    found = audit(talk, first)
    assert (len(found.asks), found.agreements, found.answer) == (1, (), None)
    before = talk.blinds
    placed = talk.placed
    talk.put(BEGINS, Agreed(first, approve(BEGINS, question=first)), blind=True)
    assert talk.blinds == before
    talk.agree(question=first)
    assert len(audit(talk, first).agreements) == 1
    disputed = [*placed, talk.placed[-1]._replace(disputed=True)]
    assert order.fold(disputed, blinds.evolve, blinds.State(LINE)) == before


def test_nobody_asks_about_a_set_that_is_not_before_it() -> None:
    talk = audited()
    talk.ask()
    *before, asked = talk.placed
    seen = talk.run().side(BEGINS.name).bound[1].at.ref

    def found(folded: int) -> bool:
        blindly = asked._replace(folded={**asked.folded, seen.origin: folded})
        state = order.fold([*before, blindly], blinds.evolve, blinds.State(LINE))
        return bool(state.runs[name()].audits)

    assert found(seen.n + 1) and not found(seen.n)


def test_words_and_audits_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind_audits, "KEPT", 3)
    talk = audited()
    for _ in range(blind_audits.WORDS + 2):
        talk.ask(signed=approve(ANSWERS, ONE))
        talk.agree(signed=approve(BEGINS, ONE))
    assert len(audit(talk).asks) == len(audit(talk).agreements) == blind_audits.WORDS
    cells = [QUESTION._replace(cell=bytes([n]) + CELL[1:]) for n in range(4)]
    talk.ask(BEGINS)
    for each in cells:
        talk.ask(question=each)
    assert set(talk.run().audits) == {Key(BEGINS.name, QUESTION), *(Key(ANSWERS.name, q) for q in cells[1:])}


INCIDENTS = {CASE.id}


class Desk:
    """Commands about audits, at the end of what was said."""

    def __init__(self, talk: Line) -> None:
        self.talk = talk

    def before(self, by: Party) -> At:
        head = self.talk.heads[origin(by)]
        return At(head.at_ms + 1, Ref(origin(by), head.size))

    def ask(
        self,
        question: Question = QUESTION,
        signed: tuple[Approval, ...] | None = None,
        terms: Blind | None = TERMS,
    ) -> Asked:
        said = Asked(question, approve(ANSWERS, question=question) if signed is None else signed)
        of = self.talk
        return blind_commands.ask(
            of.blinds, ANSWERS.name, terms, said, self.before(ANSWERS), of.papers, INCIDENTS
        )

    def agree(self, question: Question = QUESTION, signed: tuple[Approval, ...] | None = None) -> Agreed:
        said = Agreed(question, approve(BEGINS, question=question) if signed is None else signed)
        of = self.talk
        return blind_commands.agree(of.blinds, BEGINS.name, TERMS, said, self.before(BEGINS), of.papers)

    def answer(self, question: Question = QUESTION) -> Answered:
        said = Answered(question, True, bytes(96))
        return blind_commands.answer(self.talk.blinds, BEGINS.name, said, self.talk.papers)


def test_the_commands_say_why_an_audit_would_not_count() -> None:
    talk = audited()
    may = Desk(talk)
    assert may.ask().approvals == approve(ANSWERS)
    assert code(lambda: may.ask(terms=None)) == "blind.none_agreed"
    assert code(lambda: may.ask(QUESTION._replace(session=name(1)))) == "blind.unknown"
    assert code(lambda: may.ask(QUESTION._replace(round=2))) == "blind.unknown"
    assert code(lambda: may.ask(OTHER)) == "blind.no_incident"
    assert code(lambda: may.ask(signed=approve(BEGINS))) == "blind.not_counted"
    assert code(lambda: may.ask(signed=approve(ANSWERS, ONE))) == "blind.two"
    assert code(lambda: may.ask(signed=approve(ANSWERS, ONE, ONE))) == "blind.two"
    assert code(lambda: may.ask(signed=approve(ANSWERS, ONE, TWO) * 3)) == "blind.two"
    assert code(may.agree) == code(may.answer) == "blind.not_asked"
    talk.ask()
    assert may.agree().approvals == approve(BEGINS)
    assert code(lambda: may.agree(signed=approve(ANSWERS))) == "blind.not_counted"
    assert code(lambda: may.agree(signed=approve(BEGINS, ONE))) == "blind.two"
    assert code(may.answer) == "blind.not_asked"
    talk.agree()
    assert may.answer().present
    assert code(may.agree) == "blind.not_asked"
    assert code(lambda: may.answer(QUESTION._replace(session=name(1)))) == "blind.not_asked"


def test_only_so_many_audits_are_agreed_to_in_a_day() -> None:
    talk = audited()
    may = Desk(talk)
    questions = [QUESTION._replace(cell=bytes([n]) + CELL[1:]) for n in range(3)]
    for each in questions:
        talk.ask(question=each)
    for each in questions[:2]:
        may.agree(each)
        talk.agree(question=each)
        talk.agree(question=each)
    assert code(lambda: may.agree(questions[2])) == "blind.spent"
    assert code(may.ask) == "blind.spent"
