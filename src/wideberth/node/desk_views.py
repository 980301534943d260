"""Plans, notices and cases, as a node shows them to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. Nothing here is a permission: what is compared is compared as of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from wideberth.desk import cases, cutover, plans
from wideberth.desk.cases import Case, Proposal, Status
from wideberth.desk.changes import Change
from wideberth.desk.notices import Notice
from wideberth.desk.plans import Lead, Own
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.ledger import ids
from wideberth.model.agreement import Disclosure
from wideberth.model.case import PHASES, Found, Phase
from wideberth.model.plan import Plan, State
from wideberth.node import blocking
from wideberth.node.compared import Meeting
from wideberth.node.desk_lists import ALL, FIRST, Listed, Which, page
from wideberth.node.line_desk import LineDesk
from wideberth.node.site_views import TouchView
from wideberth.node.statement_views import PolicyView
from wideberth.node.views import time
from wideberth.space.volume import Volume

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


class NoticeView(Struct, frozen=True):
    """A notice of a line: what one party told the other of a plan.

    Attributes:
        mine: whether this party told it; `plan` is the own plan then.
        checked: whether the other party has compared this version; `why` it does not.
        at, lead: when it was told, by its author's clock, and how early that was under the agreement.
        consented: whether the other party has consented to it in an area that is allotted to that party.
        override, unconfirmed: of its activation; `cases` those that are open.
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


Clearing = Callable[[LineDesk, str], list[Change]]
_METRE: Final = 10_000


def plan(own: Own, on: Sequence[PlanOnLine], sites: Sequence[TouchView], *, brief: bool = False) -> PlanView:
    """An own plan, for people; `brief` without its document."""
    start, end = _window(own.plan.volumes)
    return PlanView(
        plan=own.plan.id,
        version=own.version,
        state=own.plan.state,
        activity=own.plan.activity,
        label=own.plan.label,
        callsign=own.plan.callsign,
        start=start,
        end=end,
        volumes=len(own.plan.volumes),
        disclosure=own.disclosure,
        override=own.override,
        unconfirmed=own.unconfirmed,
        on=tuple(on),
        sites=tuple(sites),
        document=None if brief else native.plan_to_json(own.plan),
        by_hand=(),
        policies=(),
    )


def plan_on_line(line: LineDesk, own: Own, now_ms: int, *, whole: bool) -> PlanOnLine:
    """What it comes to on one line; `whole`: with what takes longer to work out."""
    level, told, notice = line.level(own), line.told(own.plan.id), ids.notice_of(line.line.id, own.plan.id)
    checked, why = _checked(line, own, level, told)
    met = line.in_truth(own) if whole else {}
    state = line.line.fold.all.cases.cases
    named = {theirs: ids.case(line.line.id, notice, theirs) for theirs in met}
    return PlanOnLine(
        line=line.line.id,
        label=line.line.label,
        peer=line.peer,
        level=level,
        notice=notice,
        told=None if told is None else told.said.version,
        lead=blocking.lead(line, own, now_ms),
        answer_by=_answer_by(line, own, told),
        checked=checked,
        why=why,
        cases=_open(line, notice),
        conflicts=tuple(
            _conflict(named[theirs] if named[theirs] in state else None, theirs, meeting)
            for theirs, meeting in sorted(met.items())
        ),
        blocked=blocking.blocked(line, own) if whole and own.plan.state == "accepted" else (),
    )


def notices(line: LineDesk, which: Which = ALL) -> list[NoticeView]:
    """Of a line, those that begin first first. Raises: Invalid (`list.after`)."""
    known = line.notices
    chosen = page((_listed(each) for each in known.values()), which)
    return [_notice(line, known[each], brief=which.most is not None) for each in chosen]


def notice(line: LineDesk, name: str) -> NoticeView:
    """One of them. Raises: Invalid (`notice.none`)."""
    known = line.line.fold.all.notices.notices.get(name)
    if known is None:
        raise Invalid("notice.none", "notice", name, "a notice of this line: wideberth notice list")
    return _notice(line, known)


def listed(line: LineDesk, found: Case) -> Listed:
    """A case in a list; its label is the own plan's."""
    own, _, meeting = _sides(line, found)
    first = None if meeting is None else meeting.first
    start = FIRST if first is None or first.start is None else first.start
    label = "" if own is None else line.plan(own).label
    over = cases.phase(line.line.fold.all.cases, found) == "closed"
    return Listed(over, start, found.id, label)


def case(line: LineDesk, found: Case, clearing: Clearing | None = None) -> CaseView:
    """A case of a line; with what would clear it where that is asked for."""
    state = line.line.fold.all.cases
    own, theirs, meeting = _sides(line, found)
    told = None if theirs is None else line.line.fold.all.notices.notices.get(theirs)
    phase = cases.phase(state, found)
    clears: dict[str, tuple[dict[str, Any], ...]] = {}
    if clearing is not None and phase != "closed":
        clears = {each: tuple(clearing(line, each)) for each in found.notices}
    return CaseView(
        case=found.id,
        line=line.line.id,
        label=line.line.label,
        peer=line.peer,
        phase=phase,
        words=PHASES[phase],
        notices=found.notices,
        own=own,
        plan=None if own is None else line.mine[own],
        plan_label=None if own is None else line.plan(own).label,
        activity=None if told is None else told.said.activity,
        callsign=None if told is None else told.said.callsign,
        finds=found.finds,
        conflict=None if meeting is None or theirs is None else _conflict(found.id, theirs, meeting),
        escalated=found.escalated,
        proposals=tuple(_proposal(line, each) for each in found.proposals),
        clears=clears,
    )


def _sides(line: LineDesk, found: Case) -> tuple[str | None, str | None, Meeting | None]:
    """Own notice, theirs, and how they conflict by what is found here."""
    own = next((each for each in found.notices if each in line.mine), None)
    theirs = next((each for each in found.notices if each != own), None)
    meeting = None if own is None or theirs is None else line.meetings.get(own, {}).get(theirs)
    return own, theirs, meeting


def _checked(line: LineDesk, own: Own, level: Disclosure, told: Notice | None) -> tuple[str, str]:
    """Whether the peer has compared it, and why not."""
    if line.bound is None:
        return NOT_CHECKED, line.why_not
    hidden = [each for each in line.bound.rules.disclosure.values() if each in ("none", "conflict-only")]
    if level in ("none", "conflict-only"):
        if hidden:
            return NOT_CHECKED, "neither party shows it to the other: only what they show us is compared"
        return HERE, "the other party is shown nothing of it"
    if told is None or told.said.version < own.version:
        return WAITING, "not told yet"
    if told.why_not == "budget":
        return NOT_CHECKED, "they have answered as much about this area today as was agreed: call"
    if told.why_not == "unread":
        return NOT_CHECKED, "their node cannot read it: call"
    if told.why_not is not None:
        return NOT_CHECKED, "they go by no agreement: call"
    return (COMPARED, "") if told.checked else (WAITING, "")


def _listed(found: Notice) -> Listed:
    starts = [each.start for each in found.said.volumes]
    known = [each for each in starts if each is not None]
    start = min(known) if known and len(known) == len(starts) else FIRST
    return Listed(found.ended, start, found.said.notice, found.said.callsign)


def _notice(line: LineDesk, found: Notice, *, brief: bool = False) -> NoticeView:
    said, mine = found.said, found.by == line.me
    start, end = _window(said.volumes) if said.volumes else (None, None)
    return NoticeView(
        line=line.line.id,
        notice=said.notice,
        mine=mine,
        plan=line.mine.get(said.notice),
        version=said.version,
        level=said.level,
        state=found.state,
        activity=said.activity,
        callsign=said.callsign,
        start=start,
        end=end,
        simplified=said.simplified,
        checked=found.checked,
        why=found.why_not,
        at=time(found.at_ms),
        lead=None if line.bound is None else plans.lead(_as_plan(found), line.bound.rules, found.at_ms),
        consented=found.consented,
        override=found.override,
        unconfirmed=found.unconfirmed,
        cases=_open(line, said.notice),
        volumes=None if brief else tuple(native.volume_to_json(each) for each in said.volumes),
        policies=(),
    )


def _proposal(line: LineDesk, found: Proposal) -> ProposalView:
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


def _open(line: LineDesk, notice: str) -> tuple[str, ...]:
    state = line.line.fold.all.cases
    return tuple(
        each.id for each in cases.by_notice(state, notice).values() if cases.phase(state, each) != "closed"
    )


def _window(volumes: Sequence[Volume]) -> tuple[str | None, str | None]:
    starts, ends = [each.start for each in volumes], [each.end for each in volumes]
    begins = [each for each in starts if each is not None]
    over = [each for each in ends if each is not None]
    return (
        time(min(begins)) if len(begins) == len(starts) else None,
        time(max(over)) if len(over) == len(ends) else None,
    )


def _as_plan(found: Notice) -> Plan:
    return Plan(found.by, found.said.notice, found.said.volumes, found.said.activity, found.state)


def _answer_by(line: LineDesk, own: Own, told: Notice | None) -> str | None:
    """When the other party is to have compared the newest version; None where it was not told, or has."""
    if line.bound is None or told is None or told.said.version < own.version or told.checked:
        return None
    return time(told.at_ms + cutover.row(line.bound.rules.lead_times, own.plan.activity).answer_ms)


def _conflict(case: str | None, theirs: str, meeting: Meeting) -> ConflictView:
    first = meeting.first
    return ConflictView(
        notice=theirs,
        found=meeting.found,
        case=case,
        start=None if first is None or first.start is None else time(first.start),
        end=None if first is None or first.end is None else time(first.end),
        gap_m=_metres(None if first is None else first.gap.h),
        required_m=_metres(None if first is None else first.required.h),
        gap_v_m=_metres(None if first is None else first.gap.v),
        required_v_m=_metres(None if first is None else first.required.v),
        near=None if first is None else first.near,
    )


def _metres(value: int | None) -> float | None:
    return None if value is None else value / _METRE
