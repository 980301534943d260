"""The relay tree in words and as a tree, for people: a broken branch has a mark, words, and stands out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text
from rich.tree import Tree as Drawn

from wideberth.errors import shorten
from wideberth.node.relay_views import NotRelayedView, RelayCellView, RelayView, branch, headline
from wideberth.render import relay_tree
from wideberth.render.mark import MARK
from wideberth.render.relay_tree import Tree


def tree(view: RelayView) -> Drawn:
    """A relay as a tree."""
    top = Drawn(Text(f"{shorten(view.title, 100)}  {_when(view)}", style="bold"))
    at: dict[int, Drawn] = {-1: top}
    for duty in view.duties:
        each = branch(duty)
        style = {"broken": "bold reverse", "below": "bold", "whole": ""}[each.chain]
        at[duty.depth] = at[duty.depth - 1].add(Text(relay_tree.label(each), style=style))
    return top


def picture(view: RelayView, now: str) -> Tree:
    """The same, to be drawn."""
    below = f"{_when(view)}; as of {minute(now)}; {told(view)}"
    mark = MARK.partition(":")[0] if view.exercise else ""
    return Tree(view.title, below, tuple(map(branch, view.duties)), mark)


def about(view: RelayView) -> Iterator[str]:
    """What stands below a tree."""
    yield headline(view)
    yield told(view)
    if view.alarms:
        marks = " and ".join(str(each) for each in view.alarms)
        yield f"an alarm has rung, at the latest {marks} minutes before the start"
    if not view.standing:
        yield "SUPERSEDED, OR OVER: nothing counts for it any more"


def told(view: RelayView) -> str:
    """What the other party knows of it."""
    if view.test is not None:
        return "on the line: nothing; a test is told to nobody else"
    return f"on the line: {view.rung_words}"


def _when(view: RelayView) -> str:
    return f"{'begins' if view.test is None else 'answers due'} {minute(view.start)}"


def cells(found: Sequence[RelayCellView]) -> Table:
    """All cells."""
    table = Table(box=None, pad_edge=False)
    for name in ("cell", "below", "confirms by", "id"):
        table.add_column(name)
    for each in found:
        how = "slips" if each.key is None else "its own key"
        row = (each.name, each.above or "-", how, each.cell[:10])
        table.add_row(*(Text(shorten(cell, 60)) for cell in row))
    return table


def nobody(found: Sequence[NotRelayedView]) -> Iterator[str]:
    """What begins soon and is with nobody."""
    for each in found:
        yield f"✗ WITH NOBODY: {shorten(each.title, 100)}, begins {minute(each.start)}"


def minute(text: str) -> str:
    """A time to the minute."""
    return f"{text[:16].replace('T', ' ')}Z"
