"""Cells and relays as a node shows them to its own people, and to nobody else: types of its API.

Times are RFC 3339 in UTC with ms. Nothing said means nothing: it is never a confirmation.
"""

from __future__ import annotations

from msgspec import Struct

from wideberth.desk import relay_due
from wideberth.desk.relay import Duty, Relay, State
from wideberth.ledger import ids
from wideberth.model.relay import RUNGS, Cell, How, Rung
from wideberth.model.relay import Duty as Stands
from wideberth.node.views import time
from wideberth.render import relay_text, relay_tree
from wideberth.render.relay_tree import Branch, Chain


class RelayCellView(Struct, frozen=True):
    """A cell: a role of the party's own, the cell above it, and its key, if it has one of its own."""

    cell: str
    name: str
    above: str | None
    key: str | None


class RelayDutyView(Struct, frozen=True):
    """What one cell owes, and how far it is.

    Attributes:
        depth: 0 at the top.
        chain: whole (it and all above it have confirmed), broken (the first of its branch that has not),
            below (it stands below such a one).
        executor: nobody stands below it.
        stands, words: as model.relay.DUTIES, and at length.
        how, handed: how it was handed over last, and when.
        said, by: when its answer was entered, and whether by its own key or a slip.
        slip: whether a slip waits to be used.
    """

    cell: str
    name: str
    above: str | None
    depth: int
    chain: Chain
    executor: bool
    stands: Stands
    confirmed: bool
    words: str
    how: How | None
    handed: str | None
    said: str | None
    by: str | None
    slip: bool


class RelayView(Struct, frozen=True):
    """Something that is handed down, and how far.

    Attributes:
        line, label, notice: of a notice; `plan` of an own plan; `test` of contact; `version` of each.
        title: what it is, in a few words.
        start: when it begins; from there the alarms count back.
        standing: whether it is the newest of its subject, and that is not over.
        whole: whether every cell has confirmed. `broken` are the places where the tree is broken.
        rung, rung_words: what it comes to for the other party; None: nothing yet.
        alarms: minutes before the start at which one has rung.
        text, sha256: what each cell has to have, word for word, and what each signs.
        read_back: what is read back to confirm.
        duties: of all cells, each after the one above it.
    """

    relay: str
    line: str | None
    label: str | None
    notice: str | None
    plan: str | None
    test: str | None
    version: int
    title: str
    opened: str
    start: str
    standing: bool
    whole: bool
    broken: int
    rung: Rung | None
    rung_words: str
    alarms: tuple[int, ...]
    text: str
    sha256: str
    read_back: str
    exercise: bool
    duties: tuple[RelayDutyView, ...]


class SlipView(Struct, frozen=True):
    """A slip, shown this once: the node keeps no more of it than a public key and a hash.

    Attributes:
        url: the page it leads to; None where no page is served.
        words: the same secret, to be read to the desk.
        html: to be printed.
    """

    relay: str
    cell: str
    name: str
    url: str | None
    words: str
    html: str


class NotRelayedView(Struct, frozen=True):
    """Something that begins soon and was handed to nobody, though there are cells."""

    line: str | None
    notice: str | None
    plan: str | None
    version: int
    title: str
    start: str


class RelaysView(Struct, frozen=True):
    """All relays that stand, the earliest start first, and what begins within the hour and has none."""

    relays: tuple[RelayView, ...]
    nobody: tuple[NotRelayedView, ...]


NONE: str = "nothing yet: it is not said to have reached anybody"


def cell(found: Cell, state: State) -> RelayCellView:
    """A cell, for people."""
    above = None if found.parent is None else state.cells.get(found.parent)
    key = None if found.key is None else ids.base32(found.key)
    return RelayCellView(found.id, found.name, None if above is None else above.name, key)


def relay(found: Relay, state: State, label: str | None, *, live: bool, exercise: bool) -> RelayView:
    """A relay, for people; `live`: what it is about is there in this version, and is not over."""
    about, opened = found.about, found.opened
    first = opened.text.split("\n", 2)[1 if exercise else 0]
    rung = relay_due.rung(found)
    return RelayView(
        relay=found.id,
        line=about.line,
        label=label,
        notice=None if about.line is None else about.id,
        plan=about.id if about.line is None and not about.test else None,
        test=about.id if about.test else None,
        version=about.version,
        title=first,
        opened=time(found.at_ms),
        start=time(opened.start_ms),
        standing=live and state.stands(found),
        whole=found.whole,
        broken=len(relay_due.broken(found)),
        rung=rung,
        rung_words=NONE if rung is None else RUNGS[rung],
        alarms=tuple(sorted(found.alarms, reverse=True)),
        text=opened.text,
        sha256=ids.base32(found.sha256),
        read_back=relay_text.asked(opened.read_back),
        exercise=exercise,
        duties=_duties(found),
    )


def branch(duty: RelayDutyView) -> Branch:
    """A cell, as trees have it."""
    return Branch(duty.name, duty.depth, duty.chain, duty.confirmed, duty.words, duty.executor)


def headline(view: RelayView) -> str:
    """How its tree stands, in one line."""
    return relay_tree.headline([branch(each) for each in view.duties])


def _duties(found: Relay) -> tuple[RelayDutyView, ...]:
    names = {each.id: each.name for each in found.opened.cells}
    above = {each.parent for each in found.opened.cells}
    depths: dict[str, int] = {}
    chains: dict[str, Chain] = {}
    rows = []
    for duty in found.in_order:
        cell, parent = duty.cell, duty.cell.parent
        depths[cell.id] = 0 if parent is None else depths[parent] + 1
        through = parent is None or chains[parent] == "whole"
        chains[cell.id] = "below" if not through else "whole" if duty.confirmed else "broken"
        rows.append(
            RelayDutyView(
                cell=cell.id,
                name=cell.name,
                above=None if parent is None else names[parent],
                depth=depths[cell.id],
                chain=chains[cell.id],
                executor=cell.id not in above,
                stands=duty.stands,
                confirmed=duty.confirmed,
                words=_words(duty),
                how=duty.how,
                handed=None if duty.handed_ms is None else time(duty.handed_ms),
                said=None if duty.answered_ms is None else time(duty.answered_ms),
                by=_by(duty),
                slip=duty.slip is not None and not duty.used,
            )
        )
    return tuple(rows)


def _by(duty: Duty) -> str | None:
    if duty.answer is None:
        return None
    return "its own key" if duty.answer.key == duty.cell.key else "a slip"


def _words(duty: Duty) -> str:
    """How far a cell is, in one line."""
    handed = (
        f"handed by {duty.how} {_clock(duty.handed_ms)}" if duty.handed_ms is not None else "not handed over"
    )
    if duty.answer is None:
        rang = "; an alarm has rung" if duty.stands == "overdue" else ""
        return f"{handed}, nothing said{rang}"
    said = {"confirmed": "confirmed", "unable": "SAYS THAT IT CANNOT", "objection": "OBJECTS"}[
        duty.answer.rung
    ]
    late = ", after an alarm" if duty.stands == "overdue" else ""
    return f"{said} {_clock(duty.answered_ms)}, signed by {_by(duty)}{late}"


def _clock(at_ms: int | None) -> str:
    return "" if at_ms is None else f"{time(at_ms)[11:16]}Z"
