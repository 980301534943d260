"""Manual lines in words: how far each notice got, what was said, and that it is reported by us."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.node.manual_views import (
    CallView,
    ConflictsView,
    HistoryView,
    ManualCaseView,
    ManualView,
    ReachedView,
    RowView,
)
from wideberth.render import case_script

SHORT = 10
"""Characters of an id, for people."""


def table(views: list[ManualView]) -> Table:
    """All manual lines, a row each."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("far end", overflow="fold", max_width=30)
    made.add_column("channel", no_wrap=True)
    made.add_column("plans", overflow="fold", ratio=2)
    for view in views:
        plans = "\n".join(reached(each) for each in view.reached) or "none"
        made.add_row(Text(shorten(view.label, 60)), view.channel, Text(plans))
    return made


def _call(said: CallView) -> Iterator[str]:
    code = f" [{said.code}]" if said.code else ""
    yield (
        f"call      {'we' if said.mine else 'they'} ({said.precedence}, {shorten(said.role, 100)}):"
        f" {shorten(said.words, 300)}{code}; {_when(said.claimed, said.entered)}"
    )
    if said.code is not None and said.heard is None:
        yield "          not read back"
    elif said.code is not None:
        same = f"NOT THE SAME: {', '.join(said.differs)}" if said.differs else "the same"
        yield f"          read back: {same} (reported by us)"


def lines(view: ManualView) -> list[str]:
    """One manual line, at length."""
    found = [
        f"manual    {view.manual}",
        f"far end   {shorten(view.label, 100)}, by {view.channel} ({view.language})",
        f"told      {view.level}; compared by {view.preset}",
    ]
    if view.line is not None:
        found.append(f"joined    on line {view.line}")
    found += [f"plan      {reached(each)}" for each in view.reached]
    if view.more:
        found.append(f"          and {view.more:,} more plans, which were not told")
    found += [f"said      {row(each)}" for each in view.rows]
    found += [line for each in view.calls for line in _call(each)]
    found += [
        f"theirs    {each.plan} version {each.version}, {shorten(each.label or each.activity, 60)}:"
        f" {each.state}, {each.volumes} volumes, as {shorten(each.by, 100)} said at {each.claimed}"
        for each in view.theirs
    ]
    return found


def reached(each: ReachedView) -> str:
    """How far a plan got, in one line."""
    name = shorten(each.label, 60) or each.plan[: SHORT + 2]
    older = "" if each.told in (None, each.version) else f"; version {each.told} was told"
    last = "" if each.last is None or each.told != each.version else f" (reported by us, {each.last})"
    return f"{name}, notice {each.reference} version {each.version}: {each.rung}{last}{older}"


def row(each: RowView) -> str:
    """Something that was told or answered, in one line."""
    what = f"told {shorten(each.role, 100)}: {shorten(each.what or '', 300)}; read-back {each.read_back}"
    if each.answer is not None:
        what = f"{shorten(each.role, 100)} answered: {each.answer}"
    if each.case is not None:
        what = f"{shorten(each.role, 100)}: {shorten(each.what or '', 300)}; read-back {each.read_back}"
    which = f"{each.notice[2:8].upper()} version {each.version}"
    return f"{which}, {what}; {_when(each.claimed, each.entered)} [{each.shown}]"


def conflicts(found: ConflictsView) -> list[str]:
    """The result in a sentence, and each conflict in a line."""
    return [found.words, *_met(found)]


def history(found: HistoryView) -> list[str]:
    """An entry of history, with the numbers of its rows."""
    whose = "ours" if found.mine else "theirs"
    by = f", as {shorten(found.role, 100)} says" if found.role else ""
    return [
        f"entry {found.n} ({whose}){by}",
        *(f"  {k}. {row(each)}" for k, each in enumerate(found.rows, 1)),
    ]


def case(view: ManualCaseView) -> list[str]:
    """A case at length: both plans, what is offered, what was said, what would clear it."""
    own = shorten(view.label, 60) or view.plan[: SHORT + 2]
    theirs = shorten(view.their_label, 60) or view.theirs[: SHORT + 2]
    found = [
        f"case      {view.case}",
        f"phase     {view.phase}: {view.words} [reported by us]",
        f"plans     {own}, version {view.version}; and theirs, {theirs}, version {view.their_version}",
    ]
    if view.found is not None:
        found.append(
            f"conflict  {view.found}, {view.start or 'in force'} to {view.end or 'until further notice'}"
        )
    if not view.may_tell:
        found.append("told      nothing of the own plan may be told on this line")
    for each in view.proposals:
        who, whose = "we" if each.mine else "they", "our" if each.ours else "their"
        untold = "" if each.told else "; not told yet, or read back otherwise"
        words = f"{who}, {whose} plan {each.words}; {each.status}: {each.means}{untold}"
        found.append(f"offer {each.n:<3} {words}")
    for side, whose in (("ours", "own plan"), ("theirs", "their plan")):
        if side in view.clears:
            some = " or ".join(case_script.change_words(each) for each in view.clears[side])
            found.append(f"clears    {whose}: {some or 'nothing in steps'}")
    return [*found, *(f"said      {row(each)}" for each in view.said)]


def _met(found: ConflictsView) -> Iterator[str]:
    for each in found.found:
        own = shorten(each.label, 60) or each.plan[: SHORT + 2]
        theirs = shorten(each.their_label, 60) or each.theirs[: SHORT + 2]
        when = f"{each.start or 'in force'} to {each.end or 'until further notice'}"
        seen = "" if each.in_truth else " (only by what they may see)"
        yield f"  case {each.case[:SHORT]}: {own} and theirs, {theirs}: {each.found}{seen}, {when}"


def _when(claimed: str, entered: str) -> str:
    return f"at {claimed}, entered {entered}"
