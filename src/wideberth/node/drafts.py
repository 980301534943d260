"""Plans that are not filed yet, looked at as if they were: nothing is entered, and nobody is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs

from wideberth.desk import changes, cutover, plans, releases
from wideberth.desk.changes import Change
from wideberth.desk.plans import Own
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.ledger import ids
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import Plan
from wideberth.node import blind_shown, blocking, desk_shown
from wideberth.node.clearing import clearing
from wideberth.node.draft_views import ClearView, DraftOnLine, DraftView
from wideberth.node.filings import Given
from wideberth.node.line_desk import LineDesk
from wideberth.node.views import time
from wideberth.space.units import SECOND

if TYPE_CHECKING:
    from wideberth.node.node import Node

DRAFT: Final = f"p-{'a' * 26}"
"""Stands for the id that a plan would be given: none is."""


def drafts(
    node: Node,
    lines: Iterable[LineDesk],
    given: Sequence[Given],
    of: str | None,
    check: Callable[[Plan], None],
) -> list[DraftView]:
    """Plans, each as if it alone were filed now; all of the node is held.

    Args:
        of: the plan whose next version the only one is to be; None: they are new.
        check: as of filings.decide.
    Raises: as Desk.submit; of a next version as Desk.amend, and Invalid (`plan.one`).
    """
    known = list(lines)
    if of is not None:
        if len(given) != 1:
            raise Invalid("plan.one", "plans", f"{len(given):,} plans", "one plan")
        return [_view(node, known, _amended(node, of, given[0], check))]
    found = []
    for n, each in enumerate(given):
        try:
            plan = structs.replace(each.plan, party=node.party, id=DRAFT)
            filed = plans.submit(plan, each.disclosure, node.clock.now())
            check(plan)
        except Invalid as error:
            raise error.under(f"plans[{n}]") from error
        found.append(_view(node, known, Own(filed.plan, 1, filed.disclosure)))
    return found


def _amended(node: Node, name: str, given: Given, check: Callable[[Plan], None]) -> Own:
    own = node.private.plans
    filed = plans.amend(own, name, given.plan, given.disclosure, node.clock.now())
    check(filed.plan)
    node.room.holds.check(plans.own(own, name), filed.plan)
    return Own(filed.plan, filed.version, filed.disclosure)


def _view(node: Node, lines: Sequence[LineDesk], own: Own) -> DraftView:
    now_ms, blindly = node.clock.now(), partial(blind_shown.checked, node)
    start, end = desk_shown.window(own.plan.volumes)
    return DraftView(
        as_of=time(now_ms),
        document=native.plan_to_json(own.plan),
        start=start,
        end=end,
        on=tuple(_on_line(each, own, now_ms, blindly) for each in lines),
        sites=tuple(node.sites.touching(own.plan)),
        policies=node.room.statements.touching(own.plan),
        holds=tuple(node.room.holds.blocked(own)),
        by_hand=tuple(node.manual.cases.blocked(own, draft=True)),
    )


def _on_line(line: LineDesk, own: Own, now_ms: int, blindly: desk_shown.Blindly) -> DraftOnLine:
    level, notice = line.level(own), ids.notice_of(line.line.id, own.plan.id)
    as_it_is = structs.replace(own.plan, party=line.me, id=notice)
    # what is resident may be the version before: this one is asked about, whatever of it is told
    met = {} if line.compared is None else line.compared.meetings_of(as_it_is)
    found = desk_shown.checked(line, own, level, line.told(own.plan.id), blindly)
    cases = line.line.fold.all.cases.cases
    named = {theirs: ids.case(line.line.id, notice, theirs) for theirs in met}
    agreed = None if line.bound is None else cutover.row(line.bound.rules.lead_times, own.plan.activity)
    return DraftOnLine(
        line=line.line.id,
        label=line.line.label,
        peer=line.peer,
        level=level,
        told=_told(line, own.plan, level),
        lead=None if line.bound is None else plans.lead(own.plan, line.bound.rules, now_ms),
        notice_s=None if agreed is None else agreed.notice_ms // SECOND,
        late_s=None if agreed is None else agreed.late_ms // SECOND,
        checked=found.checked,
        why=found.why,
        compared=line.compared is not None,
        conflicts=tuple(
            desk_shown.conflict(named[theirs] if named[theirs] in cases else None, theirs, meeting)
            for theirs, meeting in sorted(met.items())
        ),
        clears=_clears(line, own.plan, level, notice),
        consent=blocking.allotted(line, own),
    )


def _told(line: LineDesk, plan: Plan, level: Disclosure) -> tuple[dict[str, object], ...] | None:
    """What they would be told of it, where that is something, and something else than the plan."""
    if line.bound is None or level not in ("full", "coarse"):
        return None
    told = releases.view(plan, level, line.bound.rules.coarse).volumes
    return None if told == plan.volumes else tuple(native.volume_to_json(each) for each in told)


def _clears(line: LineDesk, plan: Plan, level: Disclosure, notice: str) -> tuple[ClearView, ...]:
    """What would clear it of what it would be in conflict with, as it would be compared there."""
    if line.bound is None or line.compared is None:
        return ()
    shown = releases.compared(plan, level, line.bound.rules.coarse)
    asked = Plan(line.me, notice, shown, plan.activity, plan.state)
    if not line.compared.meetings_of(asked):
        return ()
    return tuple(_clear(plan, change) for change in clearing(line, asked, notice))


def _clear(plan: Plan, change: Change) -> ClearView:
    # what is shown of a plan is moved in the same ways as the plan itself: it has the same limits without end
    return ClearView(change, native.plan_to_json(changes.changed(plan, change)))
