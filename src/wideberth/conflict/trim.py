"""Giving up part of single volumes: end or beginning of a window, top or bottom of a band. A heuristic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import structs

from wideberth.conflict.axes import number
from wideberth.conflict.find import Search
from wideberth.conflict.lift import clear_limits
from wideberth.conflict.offer import HUNDRED_FEET, MINUTE, Offer
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import Index
from wideberth.space.volume import Volume
from wideberth.space.widen import UNBOUNDED

Clear = Callable[[Sequence[Plan]], list[bool]]


class Room(NamedTuple):
    """What a volume must keep to on one axis to be clear of all that it is in conflict with.

    It ends by `before` or begins from `after` on (ms); its upper limit is at most `below` or its lower one
    at least `above` (0.1 mm, each in its own datum).
    """

    before: int
    after: int
    below: int
    above: int


class Cut(NamedTuple):
    """A volume with a part left out: `share` of its axis, `by_t` in ms or `by_v` in 0.1 mm."""

    share: float
    by_t: int
    by_v: int
    volume: Volume


def trims(plan: Plan, close: Index, search: Search, clear: Clear) -> list[Offer]:
    """The plan with each volume in conflict cut on the axis that loses least; none if one cannot be cut.

    Args:
        close: (n, 3) rows of `search` in conflict, those of the plan first, and the index of the rule.
    """
    volumes = list(plan.volumes)
    cuts: dict[int, Cut] = {}
    for row in np.unique(close[:, 0]).tolist():
        part = int(search.rows.part[row])
        cut = cheapest(plan.volumes[part], _room(close[close[:, 0] == row], search))
        if cut is None:
            return []
        cuts[part], volumes[part] = cut, cut.volume
    after = structs.replace(plan, volumes=tuple(volumes))
    if not cuts or not clear([after])[0]:
        return []
    by_t, by_v = max(cut.by_t for cut in cuts.values()), max(cut.by_v for cut in cuts.values())
    return [Offer(plan.key, "trim", tuple(sorted(cuts)), after, by_t=by_t, by_v=by_v)]


def _room(close: Index, search: Search) -> Room:
    """What row close[0, 0] must keep to, over all rules that it violates."""
    rows, room = search.rows, Room(UNBOUNDED, -UNBOUNDED, UNBOUNDED, -UNBOUNDED)
    for rules, members in search.by_rules(close[:, 0], close[:, 1]):
        for i, j, index in close[members].tolist():
            rule = rules[index]
            before, after, below, above = -UNBOUNDED, UNBOUNDED, -UNBOUNDED, UNBOUNDED
            if rule.t != "any":
                needed = rule.t + int(rows.pads[i, 2] + rows.pads[j, 2])
                before, after = int(rows.start[j]) - needed, int(rows.end[j]) + needed
            if rule.v != "any":
                minimum = number(rule.v) + rows.pads[[i], 1] + rows.pads[[j], 1]
                found = clear_limits(search.vertical, np.array([i]), np.array([j]), minimum)
                if not found.hard[0]:
                    below, above = int(found.below[0]), int(found.above[0])
            room = Room(
                min(room.before, before),
                max(room.after, after),
                min(room.below, below),
                max(room.above, above),
            )
    return room


def cheapest(volume: Volume, room: Room) -> Cut | None:
    """The cut that leaves out the smallest share of its axis and leaves a minute or 100 ft; else None."""
    cuts: list[Cut] = []
    if volume.start is not None and volume.end is not None:
        length = volume.end - volume.start
        end, start = room.before // MINUTE * MINUTE, -(-room.after // MINUTE) * MINUTE
        for lost, changed in (
            (volume.end - end, {"end": end}),
            (start - volume.start, {"start": start}),
        ):
            if length - lost >= MINUTE:
                cuts.append(Cut(lost / length, lost, 0, structs.replace(volume, **changed)))
    lower, upper = volume.lower, volume.upper
    if lower.datum == upper.datum and lower.value < upper.value:
        tall = upper.value - lower.value
        top, bottom = room.below // HUNDRED_FEET * HUNDRED_FEET, -(-room.above // HUNDRED_FEET) * HUNDRED_FEET
        for lost, limits in (
            (upper.value - top, {"upper": Altitude(upper.datum, top)}),
            (bottom - lower.value, {"lower": Altitude(lower.datum, bottom)}),
        ):
            if tall - lost >= HUNDRED_FEET:
                cuts.append(Cut(lost / tall, 0, lost, structs.replace(volume, **limits)))
    return min(cuts, key=lambda cut: cut.share, default=None)
