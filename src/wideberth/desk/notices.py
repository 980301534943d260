"""Notices of a line: what each party is told, in its newest version, and who has compared it (LINE 9, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field, structs

from wideberth.desk import cases, notice_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.notice_entries import Checked, Said, Told
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.model.agreement import Block


class Notice(Struct, frozen=True):
    """The newest version of a notice, whose it is, and which entry says it."""

    by: str
    said: Told
    ref: Ref

    @property
    def ended(self) -> bool:
        """Whether its plan has ended: it occupies nothing any more."""
        return self.said.state == "ended"


class Answer(NamedTuple):
    """A party has compared a version of a notice with its own plans."""

    notice: str
    version: int
    by: str


class State(Struct, frozen=True):
    """What the entries of a line say about notices, in their order.

    `checked` are the answers that count; `reached` as in cases.State.
    """

    line: Line
    notices: dict[str, Notice] = field(default_factory=dict)
    checked: frozenset[Answer] = frozenset()


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    entry = placed.entry
    if not body.understood(entry, notice_entries.KNOWN):
        return state
    try:
        said = notice_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    return _said(state, placed, said)


def _said(state: State, placed: Placed, said: Said) -> State:
    origin, n = placed.entry.header.origin, placed.entry.header.n
    known = state.notices.get(said.notice)
    if isinstance(said, Checked):
        # what permits does not count where it is in doubt whether its author knew what it had said
        counts = known is not None and known.by != origin.party and not placed.disputed
        answer = Answer(said.notice, said.version, origin.party)
        return structs.replace(state, checked=state.checked | {answer}) if counts else state
    if known is not None and (known.by != origin.party or not _follows(known, said)):
        return state
    made = Notice(origin.party, said, Ref(origin, n))
    return structs.replace(state, notices={**state.notices, said.notice: made})


def _follows(known: Notice, said: Told) -> bool:
    """A version that is newer; a plan that has ended has none."""
    return said.version > known.said.version and not known.ended


def blocked(
    state: State, cased: cases.State, notice: str, folded: Mapping[Origin, int], block: Block, *, full: bool
) -> tuple[str, ...]:
    """Why the plan of a notice may not be activated yet towards the other party, in words; none if it may.

    Args:
        state: of the line.
        cased: its cases.
        notice: an own one.
        folded: how many entries of each feed of the other party's are held here.
        block: which open case holds a plan back, as agreed.
        full: whether both parties tell each other everything: then whoever has folded it has compared it.
    """
    found = state.notices.get(notice)
    if found is None:
        return ("the other party has not been told",)
    line, ref = state.line, found.ref
    peer = next(each for each in line.parties if each != found.by)
    reached = cased.reached.get(peer, {})
    words = []
    if full:
        if reached.get(ref.origin, 0) <= ref.n:
            words.append("the other party has not compared it yet")
    elif Answer(notice, found.said.version, peer) not in state.checked:
        words.append("the other party has not said that it has compared it")
    if any(size > cased.placed.get(origin, 0) for origin, size in folded.items() if origin.party == peer):
        words.append("not everything that the other party has entered is folded")
    levels = ("overlap",) if block == "overlap" else ("overlap", "close")
    words += [
        f"case {case.id} is open"
        for case in cases.by_notice(cased, notice).values()
        if cases.phase(cased, case) != "closed" and any(each in levels for each in case.finds.values())
    ]
    return tuple(words)
