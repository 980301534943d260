"""Whether this party's own units keep to their plans, with the clocks of F3548-21.

A unit that is certainly outside every volume of its plan that is on now, all doubts taken for it, is
nonconforming. One that has not come back within 60 s is contingent. It has come back once it may have been
inside for `recover_ms` without a break: one report with a large doubt stops no clock. While nothing is heard
of it its clock runs on, and it is judged anew with the next report.

What is not under way is on no plan either, and that is nothing to tell: an aircraft that says that it is on
the ground, or something else that is slower than `parked`, counts only where it is beside a plan that is on.
A convoy that has halted in the wrong place is told of; the same trucks in their yard are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from wideberth.model.track import Kind, Velocity
from wideberth.space.ground import Point
from wideberth.watch.alerts import Settings
from wideberth.watch.findings import Finding, Key

BESIDE = 1
"""What `Zones.outside` says of a track that is outside by height, or where no volume is on: no distance."""


class Standing(Struct, frozen=True, gc=False):
    """How a unit of ours stands to its plan at a look.

    Attributes:
        track: its id.
        plan: id of its plan; empty: it is on none that has begun.
        point: where it was last.
        heard: whether that is new enough to judge by.
        under_way: whether it moves, as far as is known.
        outside: by how much it is certainly outside its plan, 0.1 mm (BESIDE: not on the ground plane); None:
            it may be inside.
    """

    track: str
    plan: str
    point: Point
    heard: bool = True
    under_way: bool = True
    outside: int | None = None


class Clock(NamedTuple):
    """Since when a unit has been outside this plan, and when that was last certain (ms)."""

    plan: str
    since_ms: int
    last_ms: int


class State(Struct, frozen=True):
    """The clocks that run, by track."""

    clocks: Mapping[str, Clock] = {}


def under_way(kind: Kind, grounded: bool, velocity: Velocity | None, parked: int) -> bool:
    """Whether something counts as moving: flying, or at `parked` mm/s at least; not known: it does."""
    if grounded:
        return False
    return kind == "aircraft" or velocity is None or velocity.speed >= parked


def step(
    state: State, standings: Iterable[Standing], now_ms: int, settings: Settings
) -> tuple[State, list[Finding]]:
    """What is found of own units at this look. The clock of one that is not among `standings` ends."""
    clocks: dict[str, Clock] = {}
    findings: list[Finding] = []
    for each in standings:
        clock = state.clocks.get(each.track)
        if clock is not None and clock.plan != each.plan:
            clock = None
        if not each.heard:
            if clock is not None:
                clocks[each.track] = clock
            continue
        if not each.plan:
            if each.under_way:
                findings.append(Finding(Key("unplanned", each.track), now_ms, each.point))
            continue
        gap = each.outside
        if gap is not None and (each.under_way or gap > BESIDE):
            since_ms = now_ms if clock is None else clock.since_ms
            clocks[each.track] = Clock(each.plan, since_ms, now_ms)
            long = now_ms - since_ms >= settings.recoverable_ms
            key = Key("contingent" if long else "nonconforming", each.track, each.plan)
            findings.append(Finding(key, now_ms, each.point, h=gap if gap > BESIDE else None))
        elif clock is not None and now_ms - clock.last_ms < settings.recover_ms:
            clocks[each.track] = clock
    return State(clocks), findings
