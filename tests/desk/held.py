"""Holds and their lifts between the two parties of the tests' line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from msgspec import structs

from tests.desk.line import ONE, TWO, Talk
from tests.ledger.two import A, B, Party, seed
from wideberth.desk import hold_entries, holds
from wideberth.desk.hold_entries import Ended, Lifted, Put
from wideberth.desk.holds import Held, State
from wideberth.ledger import approval, canonical, order
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Papers
from wideberth.model.hold import Hold, Moment

NOW = 1_800_000_000_000
ID = hold_entries.new_id(bytes(16))
OTHER = hold_entries.new_id(bytes([1] * 16))
HOLD = Hold(ID, (A.name, B.name), NOW, Moment(NOW + 3_600_000))


def text(hold: Hold = HOLD, by: Party = A) -> bytes:
    """What officers sign to lift it."""
    said = canonical.write(hold_entries.write(Put(hold)))
    return hold_entries.lift_text(by.name, hold.id, hashlib.sha256(said).digest())


def approve(hold: Hold = HOLD, by: Party = A, *names: str, of: Subject | None = None) -> tuple[Approval, ...]:
    subject = of or hold_entries.subject(text(hold, by))
    return tuple(approval.sign(subject, by.seed(name)) for name in names or (ONE, TWO))


class Line(Talk):
    """The same, with holds."""

    def put(self, by: Party = A, hold: Hold = HOLD, *, blind: bool = False) -> Entry:
        return self._urgent(by, Put(hold), blind=blind)

    def lift(
        self, by: Party = A, hold: Hold = HOLD, approvals: Sequence[Approval] = (), *, blind: bool = False
    ) -> Entry:
        return self._urgent(by, Lifted(hold.id, tuple(approvals) or approve(hold, by)), blind=blind)

    def end(self, by: Party = A, hold: Hold = HOLD, at_ms: int | None = None) -> Entry:
        return self._urgent(by, Ended(hold.id), at_ms=at_ms)

    def _urgent(
        self, by: Party, said: hold_entries.Said, *, blind: bool = False, at_ms: int | None = None
    ) -> Entry:
        value = hold_entries.write(said)
        return self.write(by, said.TYPE, value, blind=blind, kind="urgent", at_ms=at_ms)

    @property
    def holds(self) -> State:
        return order.fold(self.placed, holds.evolve, State())

    @property
    def papers(self) -> Mapping[str, Papers]:
        return self.state.papers

    def held(self, by: Party = A, hold: Hold = HOLD) -> Held:
        return self.holds.holds[by.name, hold.id]

    def phase(self, by: Party = A, hold: Hold = HOLD) -> str:
        return holds.phase(self.held(by, hold), self.papers)


def named(n: int) -> Hold:
    """Another hold."""
    return structs.replace(HOLD, id=hold_entries.new_id(seed(f"hold {n}")[:16]))
