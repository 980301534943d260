"""Communiqués between the two parties of the tests' line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from msgspec import structs

from tests.desk.line import ONE, TWO, Talk
from tests.ledger.two import LINE, A, B, Party
from wideberth.desk import communique_entries as said_of
from wideberth.desk import communiques
from wideberth.desk.communique_entries import Differed, Said, Shown, Signed, Withdrawn
from wideberth.desk.communiques import Draft, Public, Standing, State
from wideberth.ledger import approval, order
from wideberth.ledger.approval import Approval
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Papers
from wideberth.model.communique import Text, Version

NOW = 1_800_000_000_000
ID = said_of.new_id(bytes(16))
FIRST = Version(
    ID,
    1,
    (A.name, B.name),
    (
        Text("en", "Hours were agreed", "Both parties keep apart.\n\nThey will meet again."),
        Text("ru", "Часы согласованы", "Стороны держатся порознь."),
    ),
    at_ms=NOW,
)


def sha(version: Version = FIRST) -> bytes:
    return hashlib.sha256(said_of.text(version)).digest()


def again(n: int, title: str = "Hours were agreed again") -> Version:
    """Another version."""
    return structs.replace(FIRST, version=n, texts=(Text("en", title, "Otherwise."),))


def approve(
    by: Party = A, version: Version = FIRST, names: Sequence[str] = (ONE, TWO)
) -> tuple[Approval, ...]:
    return tuple(approval.sign(said_of.subject(sha(version)), by.seed(name)) for name in names)


class Line(Talk):
    """The same, with communiqués; each method is one entry."""

    def put(self, by: Party = A, version: Version = FIRST) -> Entry:
        return self.said(by, said_of.put(said_of.text(version)))

    def signs(
        self, by: Party = A, version: Version = FIRST, approvals: Sequence[Approval] | None = None
    ) -> Entry:
        made = approve(by, version) if approvals is None else tuple(approvals)
        return self.said(by, Signed(version.id, sha(version), made))

    def differ(self, by: Party = B, version: Version = FIRST, *texts: Text) -> Entry:
        return self.said(by, Differed(version.id, sha(version), "Paragraph 2: no meeting was agreed.", texts))

    def show(self, by: Party = A, version: Version = FIRST) -> Entry:
        return self.said(by, Shown(version.id, sha(version)))

    def withdraw(self, by: Party = A, version: Version = FIRST) -> Entry:
        return self.said(by, Withdrawn(version.id, sha(version), "an error"))

    def said(self, by: Party, said: Said) -> Entry:
        return self.write(by, said.TYPE, said_of.write(said))

    @property
    def all(self) -> State:
        return order.fold(self.placed, communiques.evolve, State(LINE))

    @property
    def papers(self) -> Mapping[str, Papers]:
        return self.state.papers

    def draft(self, version: Version = FIRST) -> Draft:
        return next(each for each in self.all.communiques[version.id] if each.sha256 == sha(version))

    def standing(self, version: Version = FIRST, me: Party = A, here: Public | None = None) -> Standing:
        return communiques.stand([(self.draft(version), self.papers)], me.name, here)


def ready() -> Line:
    line = Line()
    line.officers(A, B)
    return line
