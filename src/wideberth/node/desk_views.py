"""Plans, notices and cases, as a node shows them to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. Nothing here is a permission: what is compared is compared as of its time.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.desk.cases import Status
from wideberth.desk.plans import Lead
from wideberth.model.agreement import Disclosure
from wideberth.model.blind import Outcome
from wideberth.model.case import Found, Phase
from wideberth.model.plan import State
from wideberth.model.relay import Rung
from wideberth.node.site_views import TouchView
from wideberth.node.statement_views import PolicyView

COMPARED, WAITING, NOT_CHECKED, HERE = "compared", "not answered yet", "NOT CHECKED", "compared here only"


class ConflictView(Struct, frozen=True):
    """A notice of the other party's that an own plan conflicts with.

    Attributes:
        found: overlap, or close: not far enough apart.
        case: the case that is open for it; None where nothing of the plan is told.
        start, end: of the earliest conflict between the two; None: unbounded, or too many to look at.
        gap_m, required_m: horizontally apart, and as agreed; `gap_v_m`, `required_v_m` vertically.
        near: where, [lon, lat] in degrees.
    """

    notice: str
    found: Found
    case: str | None
    start: str | None
    end: str | None
    gap_m: float | None
    required_m: float | None
    gap_v_m: float | None
    required_v_m: float | None
    near: tuple[float, float] | None


class PlanOnLine(Struct, frozen=True):
    """What a plan comes to on one line.

    Attributes:
        line, label, peer: which line, what the peer is called here, and its party.
        level: how much the peer is told of it.
        notice: its id there; `told` the version that was told, None where none was.
        lead: how early that is under the agreement; None without one. `answer_by`: when they are to have
            compared it.
        checked: whether the peer has compared it, in words; `why` says more, or is empty.
        blind: what the blind check has come to for this version, where it is what compares it: clear or
            matched; None: nothing.
        cases: those that are open.
        conflicts: with what they have shown, as the plan is; only where one plan was asked for.
        blocked: what it may not begin for, in words.
    """

    line: str
    label: str | None
    peer: str
    level: Disclosure
    notice: str
    told: int | None
    lead: Lead | None
    answer_by: str | None
    checked: str
    why: str
    blind: Outcome | None
    cases: tuple[str, ...]
    conflicts: tuple[ConflictView, ...]
    blocked: tuple[str, ...]


class PlanView(Struct, frozen=True):
    """An own plan in its newest version.

    Attributes:
        plan: its id, which no other party learns.
        start, end: of the first and last of its volumes; None: unbounded.
        disclosure: how much of it is told at most; None: as agreed.
        override, unconfirmed: as it was activated.
        on: each line of the node.
        by_hand: what it may not begin for, in words, by what far ends of manual lines told; empty in a list.
        sites: those that it comes too near to; `policies` that it touches (none in a list): told to nobody.
        holds: which it may not begin for, in words; empty in a list.
        document: the plan as the native JSON has it; None in a list.
    """

    plan: str
    version: int
    state: State
    activity: str
    label: str
    callsign: str
    start: str | None
    end: str | None
    volumes: int
    disclosure: Disclosure | None
    override: str | None
    unconfirmed: tuple[str, ...]
    on: tuple[PlanOnLine, ...]
    sites: tuple[TouchView, ...]
    document: dict[str, Any] | None
    by_hand: tuple[str, ...]
    policies: tuple[PolicyView, ...]
    holds: tuple[str, ...]


class NoticeView(Struct, frozen=True):
    """A notice of a line: what one party told the other of a plan.

    Attributes:
        mine: whether this party told it; `plan` is the own plan then.
        checked: whether the other party has compared this version; `why` it does not.
        at, lead: when it was told, by its author's clock, and how early that was under the agreement.
        consented: whether the other party has consented to it in an area that is allotted to that party.
        override, unconfirmed: of its activation; `cases` those that are open.
        passed: how far it came among the people of "ours" and "theirs" (model.relay.RUNGS), as each says.
        volumes: as the native JSON has them; none in conflict-only, None in a list; `policies` as of a plan.
    """

    line: str
    notice: str
    mine: bool
    plan: str | None
    version: int
    level: Disclosure
    state: State
    activity: str
    callsign: str
    start: str | None
    end: str | None
    simplified: bool
    checked: bool
    why: str | None
    at: str
    lead: Lead | None
    consented: bool
    override: str | None
    unconfirmed: tuple[str, ...]
    cases: tuple[str, ...]
    passed: dict[str, Rung]
    volumes: tuple[dict[str, Any], ...] | None
    policies: tuple[PolicyView, ...]


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


class CaseView(Struct, frozen=True):
    """A case: two notices in conflict, being closed by their parties.

    Attributes:
        phase: where it stands; `words` what that means.
        label, peer: what the other party is called here, and its name.
        notices: own and theirs, where known; `plan` the own plan, `plan_label` what it is called.
        activity, callsign: of their notice, as far as it is known.
        finds: what each party finds, while it does; `escalated`: to which role, by party.
        conflict: the two as this node finds them now; None where it does not, or cannot.
        clears: what would clear it, in agreed steps: changes of the own plan, and of theirs as it is seen.
    """

    case: str
    line: str
    label: str | None
    peer: str
    phase: Phase
    words: str
    notices: tuple[str, str]
    own: str | None
    plan: str | None
    plan_label: str | None
    activity: str | None
    callsign: str | None
    finds: dict[str, Found]
    conflict: ConflictView | None
    escalated: dict[str, str]
    proposals: tuple[ProposalView, ...]
    clears: dict[str, tuple[dict[str, Any], ...]]
