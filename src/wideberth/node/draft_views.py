"""Plans that are not filed yet, as a node shows its own people what they would come to: types of its API.

Times are RFC 3339 in UTC with ms. Nothing is entered for them, nobody is told, and nothing is a permission.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.desk.plans import Lead
from wideberth.model.agreement import Disclosure
from wideberth.node.desk_views import ConflictView
from wideberth.node.site_views import TouchView
from wideberth.node.statement_views import PolicyView


class ClearView(Struct, frozen=True):
    """A change that would clear a plan, in agreed steps, and the plan after it in native JSON."""

    change: dict[str, Any]
    after: dict[str, Any]


class DraftOnLine(Struct, frozen=True):
    """What a plan would come to on one line, if it were filed now.

    Attributes:
        line, label, peer: which line, what the peer is called here, and its party.
        level: how much the peer would be told of it.
        told: what it would be told (native JSON); None where that is the plan itself, or nothing.
        lead: how early that would be under the agreement; `notice_s` how long before the start is in time,
            `late_s` how long is too late to act on. None without an agreement.
        checked, why: as of a plan that is filed.
        compared: whether this node has compared it with what they have shown; if not, nothing is known.
        conflicts: with what they have shown, as the plan is.
        clears: what would clear it on this line.
        consent: whether it is in an area and hours that are allotted to the peer, who must consent then.
    """

    line: str
    label: str | None
    peer: str
    level: Disclosure
    told: tuple[dict[str, Any], ...] | None
    lead: Lead | None
    notice_s: int | None
    late_s: int | None
    checked: str
    why: str
    compared: bool
    conflicts: tuple[ConflictView, ...]
    clears: tuple[ClearView, ...]
    consent: bool


class DraftView(Struct, frozen=True):
    """A plan that is not filed, and what it would come to as of `as_of`.

    Attributes:
        document: as it was read, in native JSON.
        start, end: of the first and last of its volumes; None: unbounded.
        on: each line of the node.
        sites, policies: that it comes too near to, or touches; `holds` that it would lie in, `by_hand` open
            cases with what far ends of manual lines told: in words.
    """

    as_of: str
    document: dict[str, Any]
    start: str | None
    end: str | None
    on: tuple[DraftOnLine, ...]
    sites: tuple[TouchView, ...]
    policies: tuple[PolicyView, ...]
    holds: tuple[str, ...]
    by_hand: tuple[str, ...]


class FaultView(Struct, frozen=True):
    """What in a file cannot be a plan that is filed: where, what stood there, what is accepted."""

    code: str
    path: str
    found: str
    wanted: str
    words: str


class ReadView(Struct, frozen=True):
    """Plans of a file, as the native JSON has them.

    Attributes:
        format: what kind of file it is.
        parties: what the file calls those whose plans they are.
        plans: without what a node gives: they can be filed as they are.
        notes: what was assumed or left out, each told once.
        faults: what cannot be read, or filed; with any of them `plans` holds only what is good.
    """

    format: str
    parties: tuple[str, ...]
    plans: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    faults: tuple[FaultView, ...]
