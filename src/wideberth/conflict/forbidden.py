"""Which shifts of a plan would meet another plan: forbidden steps of time and of altitude, over all pairs.

A shift in time is forbidden in an open interval for each pair of volumes that is too close on every
other axis, and so is a shift in altitude (GEOMETRY, Proposals).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.conflict.axes import close_in_frequency, close_in_time, growths, number, on_ground
from wideberth.conflict.find import Search
from wideberth.conflict.lift import Lift
from wideberth.conflict.pairs import reach_of
from wideberth.conflict.prepare import in_metres
from wideberth.conflict.shift import Blocked, Grid, inside
from wideberth.conflict.touching import touching
from wideberth.model.separation import Rule
from wideberth.space.ellipsoid import Index
from wideberth.space.gap import overlapping_boxes
from wideberth.space.widen import UNBOUNDED

Mask = NDArray[np.bool_]
OFF = UNBOUNDED * 2


class Forbidden(Struct, frozen=True):
    """Of m plans: free shifts in `time` and in `height` (m rows over the grids), `hit` where a plan is in
    conflict as it stands, `met` the plans that any of them comes near within the grids, `rival` (m rows
    over all plans) with which each is in conflict, `pairs` how many pairs of volumes were looked at.
    """

    time: Mask
    height: Mask
    hit: Mask
    met: Index
    rival: Mask
    pairs: int


def forbidden(
    search: Search,
    chosen: Index,
    over_time: Grid,
    over_height: Grid,
    *,
    own: bool,
) -> Forbidden:
    """The shifts that each chosen plan may make, as far as all other plans of `search` are concerned.

    Args:
        chosen: positions in `search.rows.plans`, each once.
        over_time: steps in ms.
        over_height: steps in 0.1 mm.
        own: whether plans of the same party are others too.
    """
    rows = search.rows
    number_of = np.full(len(rows.plans), -1)
    number_of[chosen] = np.arange(len(chosen))
    mine = number_of[rows.plan]
    reach = reach_of(search.table)
    wider = over_time.size * max(over_time.most, -over_time.least)
    gather = _Gather(search, len(chosen), mine, over_time, over_height)
    everyone = np.ones(len(mine), dtype=bool)
    reach = reach._replace(t=None if reach.t is None else reach.t + wider)
    for i, j in touching(rows, reach, mine >= 0, everyone, own):
        gather.take(i, j)
    return gather.result()


class _Gather:
    """What the pairs so far forbid."""

    def __init__(self, search: Search, count: int, mine: Index, time: Grid, height: Grid) -> None:
        self.search = search
        self.mine = mine
        self.time = Blocked(count, time)
        self.height = Blocked(count, height)
        self.hit = np.zeros(count, dtype=bool)
        self.lift = Lift(search.vertical, height)
        self.met = np.zeros(len(search.rows.plans), dtype=bool)
        self.pairs = 0
        self.rival = np.zeros((count, len(search.rows.plans)), dtype=bool)

    def take(self, i: Index, j: Index) -> None:
        """Look at some pairs."""
        self.met[self.search.rows.plan[j]] = True
        self.pairs += len(i)
        for rules, members in self.search.by_rules(i, j):
            for rule in rules:
                self._rule(i[members], j[members], rule)

    def result(self) -> Forbidden:
        """All of it."""
        return Forbidden(
            time=self.time.free(),
            height=self.height.free(),
            hit=self.hit,
            met=np.flatnonzero(self.met),
            rival=self.rival,
            pairs=self.pairs,
        )

    def _rule(self, i: Index, j: Index, rule: Rule) -> None:
        rows, search = self.search.rows, self.search
        first_t, last_t = self._in_time(i, j, rule)
        keep = close_in_frequency(rows, i, j, rule) & (first_t <= last_t)
        i, j, first_t, last_t = i[keep], j[keep], first_t[keep], last_t[keep]
        required = growths(rows, i, j, rule)
        if rule.h != "any":
            keep = overlapping_boxes(rows.shapes, rows.ground[i], rows.ground[j], in_metres(required))
            i, j, required, first_t, last_t = i[keep], j[keep], required[keep], first_t[keep], last_t[keep]
        now_t = close_in_time(rows, i, j, rule)
        now_v = np.ones(len(i), dtype=bool)
        first_v, last_v = np.full(len(i), -OFF), np.full(len(i), OFF)
        hard, minimum = np.zeros(len(i), dtype=bool), np.zeros(len(i), dtype=np.int64)
        if rule.v != "any":
            minimum = number(rule.v) + rows.pads[i, 1] + rows.pads[j, 1]
            apart, extra = search.vertical.aparts(i, j, required, minimum)
            now_v = apart - extra < minimum
            first_v, last_v, hard = self.lift.ranges(i, j, minimum)
        over = self.lift.over
        meets = now_v | (now_t & (first_v <= over.most) & (last_v >= over.least))
        meets[meets] = self._on_ground(i[meets], j[meets], rule, required[meets])
        plan = self.mine[i]
        self.time.add(plan[meets & now_v], first_t[meets & now_v], last_t[meets & now_v])
        up = meets & now_t
        for k in np.flatnonzero(up & hard):
            found = self.lift.exact(int(i[k]), int(j[k]), int(required[k]), int(minimum[k]))
            first_v[k], last_v[k] = found
        self.height.add(plan[up], first_v[up], last_v[up])
        now = up & now_v
        self.hit[plan[now]] = True
        self.rival[plan[now], rows.plan[j[now]]] = True

    def _in_time(self, i: Index, j: Index, rule: Rule) -> tuple[Index, Index]:
        """First and last step of time that brings row i too close to row j."""
        rows, over = self.search.rows, self.time.over
        if rule.t == "any":
            return np.full(len(i), over.least), np.full(len(i), over.most)
        needed = rule.t + rows.pads[i, 2] + rows.pads[j, 2]
        first, last = inside(
            rows.start[j] - rows.end[i] - needed, rows.end[j] - rows.start[i] + needed, over.size
        )
        return np.maximum(first, over.least), np.minimum(last, over.most)

    def _on_ground(self, i: Index, j: Index, rule: Rule, required: Index) -> Mask:
        """Which pairs are too close horizontally; equal grounds at equal distances are measured once."""
        rows = self.search.rows
        distances, distance = np.unique(required, return_inverse=True)
        grounds = rows.ground[i] * (int(rows.ground.max()) + 1) + rows.ground[j]
        _, first, number_of = np.unique(
            grounds * len(distances) + distance, return_index=True, return_inverse=True
        )
        some_i, some_j = i[first], j[first]
        _, _, close = on_ground(rows, some_i, some_j, rule, required[first], self.search.engine)
        return np.asarray(close[number_of])
