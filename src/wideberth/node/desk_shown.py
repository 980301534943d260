"""Plans, notices and cases, looked up in a line's desk and shown (desk_views)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from wideberth.desk import cases, cutover, plans
from wideberth.desk.cases import Case, Proposal
from wideberth.desk.changes import Change
from wideberth.desk.notices import Notice, Passed
from wideberth.desk.plans import Own
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.ledger import ids
from wideberth.model.agreement import Disclosure
from wideberth.model.blind import Outcome
from wideberth.model.case import PHASES
from wideberth.model.plan import Plan
from wideberth.model.relay import Rung
from wideberth.node import blocking
from wideberth.node.compared import Meeting
from wideberth.node.desk_lists import ALL, FIRST, Listed, Which, page
from wideberth.node.desk_views import (
    COMPARED,
    HERE,
    NOT_CHECKED,
    WAITING,
    CaseView,
    ConflictView,
    NoticeView,
    PlanOnLine,
    PlanView,
    ProposalView,
)
from wideberth.node.line_desk import LineDesk
from wideberth.node.open_line import OpenLine
from wideberth.node.owed import void
from wideberth.node.site_views import TouchView
from wideberth.node.views import time
from wideberth.space.volume import Volume

Clearing = Callable[[LineDesk, str], list[Change]]


class Found(NamedTuple):
    """Whether the peer has compared a plan, why not or how; `blind`: what came of it in the blind check."""

    checked: str
    why: str = ""
    blind: Outcome | None = None


Blindly = Callable[[OpenLine, Own], Found]
"""What the blind check has come to for a plan that neither party shows (blind_shown.checked)."""
_METRE: Final = 10_000


def plan(own: Own, on: Sequence[PlanOnLine], sites: Sequence[TouchView], *, brief: bool = False) -> PlanView:
    """An own plan, for people; `brief` without its document."""
    start, end = window(own.plan.volumes)
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
        holds=(),
    )


def plan_on_line(line: LineDesk, own: Own, now_ms: int, blindly: Blindly, *, whole: bool) -> PlanOnLine:
    """What it comes to on one line; `whole`: with what takes longer to work out."""
    level, told, notice = line.level(own), line.told(own.plan.id), ids.notice_of(line.line.id, own.plan.id)
    found = checked(line, own, level, told, blindly)
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
        checked=found.checked,
        why=found.why,
        blind=found.blind,
        cases=_open(line, notice),
        conflicts=tuple(
            conflict(named[theirs] if named[theirs] in state else None, theirs, meeting)
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


def of_plan(own: Own) -> Listed:
    """A plan in a list."""
    start = plans.start(own.plan)
    return Listed(own.plan.state == "ended", FIRST if start is None else start, own.plan.id, own.plan.label)


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
        conflict=None if meeting is None or theirs is None else conflict(found.id, theirs, meeting),
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


def checked(line: LineDesk, own: Own, level: Disclosure, told: Notice | None, blindly: Blindly) -> Found:
    """Whether the peer has compared it, and why not."""
    if line.bound is None:
        return Found(NOT_CHECKED, line.why_not)
    hidden = [each for each in line.bound.rules.disclosure.values() if each in ("none", "conflict-only")]
    if level in ("none", "conflict-only"):
        if hidden and level == "none":
            words = "neither party shows it to the other: only what they show us is compared"
            return Found(NOT_CHECKED, words)
        if hidden:
            return blindly(line.line, own)
        return Found(HERE, "the other party is shown nothing of it")
    if told is None or told.said.version < own.version:
        return Found(WAITING, "not told yet")
    if told.why_not == "budget":
        words = "they have answered as much about this area today as was agreed: call"
        return Found(NOT_CHECKED, words)
    if told.why_not == "unread":
        return Found(NOT_CHECKED, "their node cannot read it: call")
    if told.why_not is not None:
        return Found(NOT_CHECKED, "they go by no agreement: call")
    return Found(COMPARED if told.checked else WAITING)


def _listed(found: Notice) -> Listed:
    starts = [each.start for each in found.said.volumes]
    known = [each for each in starts if each is not None]
    start = min(known) if known and len(known) == len(starts) else FIRST
    return Listed(found.ended, start, found.said.notice, found.said.callsign)


def _notice(line: LineDesk, found: Notice, *, brief: bool = False) -> NoticeView:
    said, mine = found.said, found.by == line.me
    start, end = window(said.volumes) if said.volumes else (None, None)
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
        passed={
            "ours" if by == line.me else "theirs": _rung(line, each) for by, each in found.passed.items()
        },
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


def _rung(line: LineDesk, passed: Passed) -> Rung:
    """How far it came; what a revoked key alone has signed says nothing of that (LINE 14)."""
    return "no longer" if void(line.line.state, passed.ref) else passed.rung


def _open(line: LineDesk, notice: str) -> tuple[str, ...]:
    state = line.line.fold.all.cases
    return tuple(
        each.id for each in cases.by_notice(state, notice).values() if cases.phase(state, each) != "closed"
    )


def window(volumes: Sequence[Volume]) -> tuple[str | None, str | None]:
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


def conflict(case: str | None, theirs: str, meeting: Meeting) -> ConflictView:
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
