"""Proposals in a case, as a node shows them to its own people: types of its API."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.desk import cases
from wideberth.desk.cases import Proposal, Status
from wideberth.node.line_desk import LineDesk
from wideberth.node.views import time


class ProposalView(Struct, frozen=True):
    """A proposal: who offered which change of whose plan, until when, and what became of it.

    `origin` and `n` name its entry. `final`: whether nothing can undo the acceptance any more.
    """

    origin: str
    n: int
    mine: bool
    notice: str
    version: int
    change: dict[str, Any]
    until: str
    status: Status
    final: bool


def proposal(line: LineDesk, found: Proposal) -> ProposalView:
    """One of them, for people."""
    return ProposalView(
        origin=found.ref.origin.text,
        n=found.ref.n,
        mine=found.by == line.me,
        notice=found.said.notice,
        version=found.said.version,
        change=found.said.change,
        until=time(found.said.until_ms),
        status=found.status,
        final=cases.final(line.line.fold.all.cases, found),
    )
