"""A case in words: whose plans, how close, what is offered by whom until when, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from wideberth.cli.desk_words import CASE_SHORT, PLAN_SHORT, change, option, peer, window
from wideberth.errors import shorten
from wideberth.node.desk_views import CaseView, ConflictView, ProposalView
from wideberth.render.words import height, length, position

METRE = 10_000
OPEN = ("open", "accepted")
"""Proposals that may still count."""


def table(views: Sequence[CaseView]) -> Table:
    """Cases, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("case", no_wrap=True)
    made.add_column("party", overflow="fold", max_width=16)
    made.add_column("our plan", overflow="fold", max_width=24)
    made.add_column("theirs", overflow="fold", max_width=20)
    made.add_column("found", no_wrap=True)
    made.add_column("when", overflow="fold", max_width=26)
    made.add_column("stands", overflow="fold", ratio=1)
    for view in views:
        made.add_row(
            view.case[:CASE_SHORT],
            Text(_party(view)),
            Text(ours(view)),
            Text(theirs(view)),
            _found(view),
            _when(view),
            view.phase,
        )
    return made


def lines(view: CaseView) -> list[str]:
    """A case at length."""
    found = [
        f"case      {view.case}",
        f"party     {_party(view)}",
        f"stands    {view.phase}: {view.words}",
        f"ours      {ours(view)}{'' if view.own is None else f'  ({view.own[:PLAN_SHORT]})'}",
        f"theirs    {theirs(view)}  ({(their_notice(view) or '')[:PLAN_SHORT]})",
        f"found     {_found(view)}",
    ]
    if view.conflict is not None:
        found += list(_conflict(view.conflict))
    found += [f"raised    to a {role}, by {_who(view, party)}" for party, role in view.escalated.items()]
    for number, each in enumerate(view.proposals, start=1):
        found.append(f"offer {number:<4}{_proposal(view, each)}")
    for notice, some in view.clears.items():
        whose = "our plan" if notice == view.own else "theirs, as we see it"
        shown = " or ".join(change(each) for each in some) or "nothing in agreed steps"
        found.append(f"clears    {whose}: {shown}")
    return found


def following(view: CaseView) -> Iterator[str]:
    """What to do next."""
    name, case = _party(view), view.case[:CASE_SHORT]
    waiting = [(n, each) for n, each in enumerate(view.proposals, start=1) if each.status == "open"]
    for n, each in waiting:
        if not each.mine:
            which = "" if sum(not one.mine for _, one in waiting) == 1 else f" --proposal {n}"
            yield f"Answer by {each.until}: wideberth case accept {case}{which}; or propose another."
        else:
            yield f"{name} may answer until {each.until}; to take it back: wideberth case retract {case}"
    if view.phase == "accepted":
        yield "Not final yet: until both know, the old and the new volumes both count as occupied."
    if view.phase in ("open", "escalated"):
        for notice, some in view.clears.items():
            whose = "" if notice == view.own else " --theirs"
            for first in some[:1]:
                yield f"To offer {change(first)}: wideberth case propose {case} {option(first)}{whose}"
        yield f"Or call {name}."


def ours(view: CaseView) -> str:
    """What people call the own plan."""
    if view.plan is None:
        return "a plan that is not here"
    return shorten(view.plan_label, 60) if view.plan_label else view.plan[:PLAN_SHORT]


def theirs(view: CaseView) -> str:
    """What is known of the other party's plan."""
    known = [shorten(each, 40) for each in (view.activity, view.callsign) if each]
    return ", ".join(known) or "a plan that is not shown"


def their_notice(view: CaseView) -> str | None:
    """The other party's notice."""
    return next((each for each in view.notices if each != view.own), None)


def _party(view: CaseView) -> str:
    return peer(view.label, view.peer)


def _who(view: CaseView, party: str) -> str:
    return _party(view) if party == view.peer else "us"


def _found(view: CaseView) -> str:
    by = {_who(view, party): found for party, found in view.finds.items()}
    if not by:
        return "nothing any more"
    if len(set(by.values())) == 1 and len(by) == 2:
        return f"{next(iter(by.values()))}, by both"
    return "; ".join(f"{found}, by {who}" for who, found in sorted(by.items()))


def _when(view: CaseView) -> str:
    return "not known here" if view.conflict is None else window(view.conflict.start, view.conflict.end)


def _conflict(view: ConflictView) -> Iterator[str]:
    """When, how close and where the two are, by what this node sees."""
    yield f"when      {window(view.start, view.end)}"
    if view.gap_m is not None and view.required_m is not None:
        gap = length(int(view.gap_m * METRE), metric=False)
        yield f"gap       horizontal {gap} of {length(round(view.required_m * METRE), metric=False, up=True)}"
    if view.gap_v_m is not None and view.required_v_m is not None:
        gap = height(int(view.gap_v_m * METRE), metric=False)
        yield f"gap       vertical {gap} of {height(round(view.required_v_m * METRE), metric=False, up=True)}"
    if view.near is not None:
        yield f"where     {position(view.near)}"


def _proposal(view: CaseView, each: ProposalView) -> str:
    by = "ours" if each.mine else "theirs"
    whose = "our plan" if each.notice == view.own else "their plan"
    stands: str = each.status
    if each.status == "open":
        stands = f"open until {each.until}"
    elif each.status == "accepted":
        stands = "accepted, final" if each.final else "accepted, not final yet"
    return f"{by}, of {whose}: {change(each.change)}; {stands}"
