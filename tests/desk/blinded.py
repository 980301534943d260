"""Runs of the blind check between the two parties of the tests' line."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from tests.desk.line import ONE, TWO, Talk
from tests.ledger.two import LINE, A, B, Party, seed
from wideberth.blind.messages import Commit, Result
from wideberth.desk import blind_audit_entries as audit_entries
from wideberth.desk import blind_entries, blind_fields, blind_runs, blinds
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked, Question
from wideberth.desk.blind_entries import Cell, Committed, Compared, Ended, Matched, Said
from wideberth.desk.blind_runs import Run
from wideberth.desk.blinds import State
from wideberth.ledger import approval, ids, order
from wideberth.ledger.approval import Approval
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Papers
from wideberth.model.blind import About, Outcome

MINUTE = 60_000
NOW = 1_800_000_000_000
"""A multiple of every interval that is used, and within a day of UTC."""
FROM, UNTIL = NOW, NOW + 24 * 60 * MINUTE
BEGINS, ANSWERS = sorted((A, B), key=lambda party: party.name)
ROLES = {BEGINS.name: "a", ANSWERS.name: "b"}


def session(n: int = 0) -> bytes:
    return seed(f"session {n}")[:16]


def name(n: int = 0) -> str:
    return blind_fields.session_id(session(n))


def commit(by: Party, number: int = 0, run: int = 0, **more: object) -> Commit:
    made = Commit(
        session(run),
        number,
        "a" if by == BEGINS else "b",
        12 + 4 * number,
        64,
        seed(f"key {by.label} {run} {number}"),
        seed(f"masked {by.label} {run} {number}"),
        seed(f"plans {by.label} {run}"),
        seed("proof") * 2,
        seed("rules"),
        FROM + run * 15 * MINUTE,
    )
    return structs.replace(made, **more)


def result(by: Party, number: int = 0, run: int = 0, n: int = 3, **more: object) -> Result:
    filled = tuple(each % 2 == 1 for each in range(n))
    made = Result(session(run), number, "a" if by == BEGINS else "b", seed(f"matches {run} {number}"), filled)
    return structs.replace(made, **more)


NOTICES = tuple(sorted(f"n-{ids.base32(seed(f'notice {n}')[:16])}" for n in range(4)))
CELL = bytes([20]) + seed("cell")[:16]
CASE = About("case", ids.base32(seed("case")))
CALL = About("call", ids.noun("k", seed("call")[:16]))
QUESTION = Question(name(), 1, CELL, CASE)


def approve(
    by: Party, *names: str, question: Question = QUESTION, asker: Party = ANSWERS
) -> tuple[Approval, ...]:
    subject = audit_entries.subject(audit_entries.text(LINE.id, asker.name, question))
    return tuple(approval.sign(subject, by.seed(each)) for each in names or (ONE, TWO))


class Line(Talk):
    """The same, with runs."""

    def put(self, by: Party, said: Said, *, blind: bool = False, at_ms: int | None = None) -> Entry:
        return self.write(by, said.TYPE, blind_entries.write(said), blind=blind, at_ms=at_ms)

    def commit(self, by: Party, number: int = 0, run: int = 0, **more: object) -> Entry:
        return self.put(by, Committed(commit(by, number, run, **more)))

    def result(self, by: Party, number: int = 0, run: int = 0, n: int = 3, **more: object) -> Entry:
        return self.put(by, Compared(result(by, number, run, n, **more)))

    def end(
        self, by: Party, outcome: Outcome = "clear", run: int = 0, why: str = "", until_ms: int = UNTIL
    ) -> Entry:
        reason = why or ("timeout" if outcome == "not clear" else "")
        return self.put(by, Ended(name(run), outcome, until_ms, reason))

    def round(self, number: int = 0, run: int = 0, n: int = 3) -> None:
        """Both commit, and have the same result."""
        for by in (BEGINS, ANSWERS):
            self.commit(by, number, run)
        for by in (BEGINS, ANSWERS):
            self.result(by, number, run, n)

    def run_all(self, run: int = 0, rounds: int = 3, outcome: Outcome = "clear") -> None:
        for number in range(rounds):
            self.round(number, run)
        for by in (BEGINS, ANSWERS):
            self.end(by, outcome, run)

    def have(self, by: Party, *notices: str, cell: bytes = CELL, run: int = 0) -> Entry:
        return self.put(by, Matched(name(run), (Cell(cell, notices),)))

    def ask(
        self, by: Party = ANSWERS, question: Question = QUESTION, signed: tuple[Approval, ...] | None = None
    ) -> Entry:
        signatures = approve(by, question=question, asker=by) if signed is None else signed
        return self.put(by, Asked(question, signatures))

    def agree(
        self, by: Party = BEGINS, question: Question = QUESTION, signed: tuple[Approval, ...] | None = None
    ) -> Entry:
        return self.put(by, Agreed(question, approve(by, question=question) if signed is None else signed))

    def answer(self, by: Party = BEGINS, question: Question = QUESTION, *, present: bool = True) -> Entry:
        return self.put(by, Answered(question, present, bytes(96)))

    @property
    def blinds(self) -> State:
        return order.fold(self.placed, blinds.evolve, State(LINE))

    @property
    def papers(self) -> Mapping[str, Papers]:
        return self.state.papers

    def run(self, n: int = 0) -> Run:
        return self.blinds.runs[name(n)]

    def phase(self, n: int = 0) -> str:
        return blind_runs.phase(self.run(n))

    def why(self, n: int = 0) -> list[str]:
        return [each.why for each in self.run(n).findings]
