"""One party of a story, through the API of its node: what its people ask for, and what they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wideberth.formats import listed_json, native
from wideberth.ledger import ids
from wideberth.links.client import Client
from wideberth.model.plan import Plan
from wideberth.model.site import Listed, Status
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.site_views import EditionView, RowView, ToldView, TouchView
from wideberth.node.views import AgreementsView, LineView, NodeView


class Side:
    """A party. Methods raise as links.client.Client."""

    def __init__(self, name: str, chief: Client, duty: Client) -> None:
        """`chief` is the client of an admin, `duty` that of an officer."""
        self.name = name
        self._chief, self._duty = chief, duty

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
        # the node gives party and id
        said = [{**native.plan_to_json(each), "party": "-", "id": "-"} for each in plans]
        return self._duty.ask("POST", "/v1/plans", list[PlanView], {"plans": said})

    def amend(self, plan: str, to: Plan) -> PlanView:
        """Give a plan its next version."""
        said = {**native.plan_to_json(to), "party": "-", "id": "-"}
        return self._duty.ask("PUT", f"/v1/plans/{plan}", PlanView, {"plan": said})

    def plan(self, plan: str) -> PlanView:
        """An own plan as it stands."""
        return self._duty.ask("GET", f"/v1/plans/{plan}", PlanView)

    def plans(self) -> list[PlanView]:
        """All own plans."""
        return self._duty.ask("GET", "/v1/plans", list[PlanView])

    def activate(self, plan: str) -> PlanView:
        """Begin a plan."""
        return self._duty.ask("POST", f"/v1/plans/{plan}/activate", PlanView, {})

    def notices(self, line: str) -> list[NoticeView]:
        """All that was told on a line."""
        return self._duty.ask("GET", f"/v1/lines/{line}/notices", list[NoticeView])

    def cases(self) -> list[CaseView]:
        """All cases."""
        return self._duty.ask("GET", "/v1/cases", list[CaseView])

    def case(self, case: str) -> CaseView:
        """A case, with what would clear it."""
        return self._duty.ask("GET", f"/v1/cases/{case}", CaseView)

    def propose(self, case: str, notice: str, change: dict[str, Any], for_s: int) -> CaseView:
        """Offer a change of a plan."""
        said = {"notice": notice, "change": change, "for_s": for_s}
        return self._duty.ask("POST", f"/v1/cases/{case}/propose", CaseView, said)

    def accept(self, case: str) -> CaseView:
        """Accept the other party's proposal."""
        return self._duty.ask("POST", f"/v1/cases/{case}/accept", CaseView, {})

    def list_sites(self, name: str, rows: Sequence[Listed]) -> EditionView:
        """An edition of an own list of sites."""
        said = {"name": name, "rows": [listed_json.write(each) for each in rows]}
        return self._duty.ask("POST", "/v1/sites", EditionView, said)

    def verify_site(self, of: str, row: str, version: int, *, chief: bool) -> RowView:
        """A person has verified a place: the chief, or who is on duty."""
        who = self._chief if chief else self._duty
        return who.ask("POST", f"/v1/sites/{of}/verify", RowView, {"row": row, "version": version})

    def send_sites(self, line: str, of: str) -> ToldView:
        """Tell a list on a line."""
        return self._duty.ask("POST", f"/v1/lines/{line}/sites/{of}/send", ToldView)

    def told_sites(self, line: str) -> list[ToldView]:
        """The lists that were told on a line."""
        return self._duty.ask("GET", f"/v1/lines/{line}/sites", list[ToldView])

    def answer_sites(self, line: str, of: str, version: int, status: Status) -> ToldView:
        """Say what this party makes of all rows of a list that it was told."""
        said = {"version": version, "all": status}
        return self._duty.ask("POST", f"/v1/lines/{line}/sites/{of}/status", ToldView, said)

    def touches(self) -> list[TouchView]:
        """The sites that plans come too near to."""
        return self._duty.ask("GET", "/v1/site-cases", list[TouchView])

    def record(self, case: str) -> bytes:
        """The record of a case, as a file."""
        return b"".join(self._duty.fetch("GET", f"/v1/cases/{case}/record"))
