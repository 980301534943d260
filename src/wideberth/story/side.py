"""One party of a story, through the API of its node: what its people ask for, and what they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wideberth.ledger import ids
from wideberth.links.client import Client
from wideberth.model.plan import Plan
from wideberth.node.desk import Given
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.node import Node
from wideberth.node.views import AgreementsView, LineView, NodeView


class Side:
    """A party. Methods raise as links.client.Client."""

    def __init__(self, name: str, chief: Client, duty: Client, node: Node) -> None:
        """`chief` is the client of an admin, `duty` that of an officer."""
        self.name = name
        self._chief, self._duty = chief, duty
        self.desk = node.desk

    @property
    def where(self) -> str:
        """Where its API is."""
        return self._duty.where

    def status(self) -> NodeView:
        """Its node."""
        return self._duty.ask("GET", "/v1/status", NodeView)

    def take_up(self, paired: bytes, private: bytes, address: str | None) -> LineView:
        """Begin a line, and call the other party's node where it has an address."""
        said = {"paired": paired.decode(), "pairing_key": ids.base32(private), "address": address}
        return self._chief.ask("POST", "/v1/lines", LineView, said)

    def line(self, line: str) -> LineView:
        """A line as it stands."""
        return self._duty.ask("GET", f"/v1/lines/{line}", LineView)

    def propose_terms(self, line: str, terms: bytes) -> AgreementsView:
        """Put terms to the other party."""
        said = {"terms": terms.decode()}
        return self._duty.ask("POST", f"/v1/lines/{line}/agreements", AgreementsView, said)

    def sign(self, line: str, sha256: str, approvals: Sequence[str]) -> AgreementsView:
        """Hand in officers' signatures over terms."""
        path = f"/v1/lines/{line}/agreements/{sha256}/signatures"
        return self._duty.ask("POST", path, AgreementsView, {"approvals": list(approvals)})

    def agreements(self, line: str) -> AgreementsView:
        """The agreements of a line."""
        return self._duty.ask("GET", f"/v1/lines/{line}/agreements", AgreementsView)

    def submit(self, plans: Sequence[Plan]) -> list[PlanView]:
        """File plans."""
        return self.desk.submit([Given(each) for each in plans])

    def plan(self, plan: str) -> PlanView:
        """An own plan as it stands."""
        return self.desk.plan(plan)

    def plans(self) -> list[PlanView]:
        """All own plans."""
        return self.desk.plans()

    def activate(self, plan: str) -> PlanView:
        """Begin a plan."""
        return self.desk.activate(plan)

    def notices(self, line: str) -> list[NoticeView]:
        """All that was told on a line."""
        return self.desk.notices(line)

    def cases(self) -> list[CaseView]:
        """All cases."""
        return self.desk.cases()

    def case(self, case: str) -> CaseView:
        """A case, with what would clear it."""
        return self.desk.case(case)

    def propose(self, case: str, notice: str, change: dict[str, Any], for_s: int) -> CaseView:
        """Offer a change of a plan."""
        return self.desk.propose(case, notice, change, for_s * 1_000)

    def accept(self, case: str) -> CaseView:
        """Accept the other party's proposal."""
        return self.desk.accept(case)
