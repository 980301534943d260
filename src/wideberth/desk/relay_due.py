"""What a relay comes to: where its tree is broken, what rings before the start, what the other party is told.

Decided from values: the state, the time, and what still stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from wideberth.desk.relay import Duty, Relay, State
from wideberth.desk.relay_entries import Alarmed
from wideberth.model.relay import MARKS, About, Rung

MINUTE_MS: Final = 60_000
LAST: Final = min(MARKS)
"""The mark nearest to the start."""


class Break(NamedTuple):
    """Where a branch is broken: a cell that has not confirmed although all above it have; `below` it are so
    many cells that what they hold has not come through it.
    """

    duty: Duty
    below: int


class Ring(NamedTuple):
    """What rings until the tree is whole, since which mark; `relay` None: nothing was handed down."""

    about: About
    relay: str | None
    mark: int
    unconfirmed: tuple[str, ...]


def broken(found: Relay) -> tuple[Break, ...]:
    """Where the tree is broken, from the top: on each branch the first cell that has not confirmed."""
    whole, breaks = set[str](), []
    for duty in found.in_order:
        if duty.cell.parent is not None and duty.cell.parent not in whole:
            continue
        if duty.confirmed:
            whole.add(duty.cell.id)
        else:
            breaks.append(Break(duty, len(_below(found, duty.cell.id))))
    return tuple(breaks)


def unconfirmed(found: Relay) -> tuple[str, ...]:
    """The cells that have not confirmed, wherever they stand."""
    return tuple(each.cell.id for each in found.in_order if not each.confirmed)


def _below(found: Relay, cell: str) -> set[str]:
    held = {cell}
    for each in found.opened.cells:
        if each.parent in held:
            held.add(each.id)
    return held - {cell}


def rung(found: Relay) -> Rung | None:
    """What it comes to for the other party of a line; None: nothing yet."""
    if found.whole:
        return "executor confirmed"
    above = {each.parent for each in found.opened.cells} - {None}
    passed_on = above and all(found.duties[each].confirmed for each in above if each is not None)
    return "relayed" if passed_on else None


def due(state: State, now_ms: int, live: Callable[[About], bool]) -> tuple[Alarmed, ...]:
    """The alarms that are to ring now: of trees that are not whole so near to the start, each mark once.

    `live`: whether what is handed down still stands, and is not over.
    """
    found = []
    for each in state.standing():
        mark = _mark(each.about, each.opened.start_ms, now_ms)
        if mark is not None and mark not in each.alarms and not each.whole and live(each.about):
            found.append(Alarmed(each.id, each.about, mark, unconfirmed(each)))
    return tuple(found)


def due_alone(state: State, subjects: Iterable[tuple[About, int]], now_ms: int) -> tuple[Alarmed, ...]:
    """The same of what was handed to nobody: subjects with their start, where there are cells at all."""
    if not state.cells:
        return ()
    known = set(state.alone)
    return tuple(
        Alarmed(None, about, mark)
        for about, start_ms in subjects
        if about.subject not in state.current
        and (mark := _mark(about, start_ms, now_ms)) is not None
        and not any((about, each) in known for each in MARKS if each <= mark)
    )


def ringing(
    state: State, now_ms: int, live: Callable[[About], bool], subjects: Iterable[tuple[About, int]] = ()
) -> tuple[Ring, ...]:
    """What rings now, whatever could be entered of it: what is not whole so near to the start.

    `subjects`: of what may be with nobody, with the start.
    """
    found = [
        Ring(each.about, each.id, mark, unconfirmed(each))
        for each in state.standing()
        if (mark := _mark(each.about, each.opened.start_ms, now_ms)) is not None
        and not each.whole
        and live(each.about)
    ]
    if state.cells:
        found += [
            Ring(about, None, mark, ())
            for about, start_ms in subjects
            if about.subject not in state.current and (mark := _mark(about, start_ms, now_ms)) is not None
        ]
    return tuple(found)


def _mark(about: About, start_ms: int, now_ms: int) -> int | None:
    """The nearest mark that is reached; None before all of them."""
    return min((each for each in about.marks if now_ms >= start_ms - each * MINUTE_MS), default=None)
