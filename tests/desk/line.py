"""A line of the two parties on which officers agree: entries as their authors write them, and the fold."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.desk.agreed import FIRST, terms_of
from tests.ledger.two import LINE, Party, origin, seed
from wideberth.desk import agreement_entries
from wideberth.desk.agreement_entries import Said, Signed
from wideberth.desk.agreements import State, evolve
from wideberth.ledger import approval, certificate, entries, feed, order
from wideberth.ledger.approval import Approval
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.ids import Kind, Origin
from wideberth.ledger.order import Placed

ONE, TWO, THREE = "officer one", "officer two", "officer three"


@cache
def certified(party: Party, name: str, purpose: certificate.Purpose = "officer") -> entries.Paper:
    kind, role = (certificate.ED25519, name) if purpose == "officer" else (None, None)
    made = Certificate(party.key(name), purpose, origin(party), 0, kind, role)
    return entries.Paper(certificate.certify(made, seed(party.label)))


@cache
def revoked(party: Party, name: str, last_n: int) -> entries.Paper:
    made = Revocation(party.key(name), {origin(party): last_n})
    return entries.Paper(certificate.revoke(made, seed(party.label)))


@cache
def signed(party: Party, name: str, data: bytes = FIRST) -> Approval:
    return approval.sign(approval.agreement(terms_of(data).id, data), party.seed(name))


class Talk:
    """Entries of both parties, in the order in which they are written; each author folds what it `sees`."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.heads: dict[Origin, feed.Head] = {}

    def say(
        self, party: Party, said: Said | entries.Said, *, blind: bool = False, kind: Kind = "main"
    ) -> Entry:
        module: Any = agreement_entries if isinstance(said, Said) else entries
        return self.write(party, said.TYPE, module.write(said), blind=blind, kind=kind)

    def write(
        self,
        party: Party,
        name: str,
        value: Any,
        *,
        blind: bool = False,
        kind: Kind = "main",
        v: int = 1,
        at_ms: int | None = None,
    ) -> Entry:
        mine = origin(party, kind)
        head = self.heads.get(mine, feed.Head(mine))
        folded = dict(head.folded)
        if not blind:
            folded |= {other: each.size for other, each in self.heads.items() if other != mine}
        time = head.at_ms + 1 if at_ms is None else max(at_ms, head.at_ms)
        made = feed.append(head, feed.Written(name, v, folded, time), value, seed(name)[:16])
        self.heads[mine] = made.head
        self.entries.append(made.entry)
        return made.entry

    def officers(self, *parties: Party) -> None:
        for party in parties:
            for name in (ONE, TWO, THREE):
                self.say(party, certified(party, name))

    def sign(self, party: Party, *names: str, data: bytes = FIRST) -> None:
        for name in names:
            self.say(party, Signed(signed(party, name, data)))

    @property
    def seen(self) -> dict[Origin, int]:
        """All of it."""
        return {mine: head.size for mine, head in self.heads.items()}

    @property
    def placed(self) -> tuple[Placed, ...]:
        return order.place(LINE, self.entries)

    @property
    def state(self) -> State:
        return order.fold(self.placed, evolve(terms_of), State(LINE))
