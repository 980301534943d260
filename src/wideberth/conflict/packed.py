"""Plans made ready for the live index: rows in flat arrays, and back to `Rows` for the exact code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import NamedTuple

import numpy as np

from wideberth.conflict import columns as c
from wideberth.conflict.index_trees import Cells, lay_geometry
from wideberth.conflict.pairs import EVERYWHERE, Reach, reach_of
from wideberth.conflict.prepare import Rows, lay_out
from wideberth.conflict.vertical import DIRECT, readings_of
from wideberth.model.plan import Plan
from wideberth.model.separation import Minimum, SeparationTable, choose
from wideberth.space import reach as ground
from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.height import QNH_DISTANCE, ellipsoid_range
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import Shapes
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

LARGEST = 2.0**52
"""Minima are held in float64; nothing is further apart than this in any unit."""
CENTIMETRE = METRE // 100
TICK = 4_096
"""ms: the time of boxes, so that all years fit into 32 bits."""
ROUNDING = 0.01
"""Metres added to boxes on every side."""


class Packed(NamedTuple):
    """`rows` (n, COLUMNS), `boxes` (n, BOX), widened by half of the largest minima and the own pads, and
    `geometry`, as `columns` says.
    """

    rows: Array
    boxes: Cells
    geometry: Array


class Prepared(NamedTuple):
    """A plan made ready once, to be asked about and added. `over` (ms): the end of its last volume, pads
    included, or NEVER; `pad_t` (ms): the largest of its volumes.
    """

    plan: Plan
    packed: Packed
    over: int
    pad_t: int


class Packer:
    """Makes plans ready under one separation table and one vertical reference.

    `rules` and `datums` are what `index_kernels.ask` takes.
    """

    def __init__(self, table: SeparationTable, reference: VerticalReference) -> None:
        self.table = table
        self.reference = reference
        names = sorted({name for row in table.rows for name in row.between})
        self._kinds = {name: number for number, name in enumerate(names)}
        self.rules = _rules(table, names)
        self.datums = _datums(reference)
        self.reach = reach_of(table) if table.rows else Reach(0, 0, 0)
        self._parties: dict[str, int] = {}
        self._fresh = count()
        self._heights = lru_cache(maxsize=65_536)(_heights_over(reference))

    def prepare(self, plans: Sequence[Plan]) -> list[Prepared]:
        """The plans made ready; one that has ended, or has no volumes, has no rows."""
        live = [plan for plan in plans if plan.state != "ended"]
        laid = lay_out(live)
        if laid is None:
            return [_nothing(plan) for plan in plans]
        rows, geometry, begin = self._rows(laid)
        boxes = self._boxes(rows)
        boxes[:, c.PARTY] = self._numbered(plan.party for plan in live)[laid.plan]
        ends = np.where(laid.end >= UNBOUNDED, c.NEVER, laid.end + laid.pads[:, 2])
        over, pad_t = ends.tolist(), laid.pads[:, 2].tolist()
        found = []
        at = 0
        for plan in plans:
            size = 0 if plan.state == "ended" else len(plan.volumes)
            if not size:
                found.append(_nothing(plan))
                continue
            own = slice(at, at + size)
            mine = rows[own].copy()
            packed = Packed(mine, boxes[own].copy(), _own_geometry(mine, laid.ground[own], geometry, begin))
            found.append(Prepared(plan, packed, max(over[own]), max(pad_t[own])))
            at += size
        return found

    def _numbered(self, parties: Iterable[str]) -> Index:
        """A number for each party; two threads at once never give one number to two parties."""
        known = self._parties
        return np.array([known[p] if p in known else known.setdefault(p, next(self._fresh)) for p in parties])

    def _rows(self, laid: Rows) -> tuple[Array, Array, Index]:
        """The rows without the place of their geometry; the geometry; where that of each ground begins."""
        shapes = laid.shapes
        pieces = np.column_stack([shapes.a, shapes.b, shapes.half, shapes.sag])
        geometry, begin = lay_geometry(shapes.first, pieces)
        rows = np.zeros((len(laid.plan), c.COLUMNS))
        own = laid.ground
        kinds = np.array([self._kinds.get(name, len(self._kinds)) for name in laid.activities])
        limits, number = np.unique(laid.limits.reshape(-1, 2), axis=0, return_inverse=True)
        heights = np.array([self._heights(*limit) for limit in limits.tolist()])[number.reshape(-1, 2)]
        rows[:, c.START], rows[:, c.END] = laid.start, laid.end
        rows[:, c.PAD_H : c.PAD_T + 1] = laid.pads
        rows[:, c.BAND_LOW : c.BAND_HIGH + 1] = laid.bands
        rows[:, c.EMITS], rows[:, c.AREA], rows[:, c.THIN] = laid.emits, shapes.area[own], shapes.thin[own]
        rows[:, c.KIND], rows[:, c.PART] = kinds[laid.activity], laid.part
        rows[:, c.DATUM_LOW : c.LIMIT_HIGH + 1] = laid.limits.reshape(-1, 4)
        rows[:, c.LEAST_LOW : c.MOST_LOW + 1] = heights[:, 0, :2]
        rows[:, c.LEAST_HIGH : c.MOST_HIGH + 1] = heights[:, 1, 2:]
        rows[:, c.PIECES], rows[:, c.RADIUS] = np.diff(shapes.first)[own], shapes.radius[own]
        rows[:, c.LOW : c.LOW + 3], rows[:, c.HIGH : c.HIGH + 3] = shapes.low[own], shapes.high[own]
        return rows, geometry, begin

    def _boxes(self, rows: Array) -> Cells:
        """Two rows whose boxes do not meet keep every minimum: each is widened by half of the largest."""
        wide = np.empty((len(rows), 10))
        half_h, half_v, half_t = (0 if one is None else min(one, LARGEST) / 2 for one in self.reach)
        aside = (half_h + rows[:, c.PAD_H]) / METRE + ROUNDING
        if self.reach.h is None:
            aside[:] = EVERYWHERE
        wide[:, 0:6:2] = (rows[:, c.LOW : c.LOW + 3] - aside[:, None]) * 100
        wide[:, 1:6:2] = (rows[:, c.HIGH : c.HIGH + 3] + aside[:, None]) * 100
        wide[:, 6] = (rows[:, c.START] - half_t - rows[:, c.PAD_T]) / TICK
        wide[:, 7] = (rows[:, c.END] + half_t + rows[:, c.PAD_T]) / TICK
        above = half_v + rows[:, c.PAD_V] + QNH_DISTANCE
        wide[:, 8] = (rows[:, c.LEAST_LOW] - above) / CENTIMETRE
        wide[:, 9] = (rows[:, c.MOST_HIGH] + above) / CENTIMETRE
        if self.reach.t is None:
            wide[:, 6], wide[:, 7] = -np.inf, np.inf
        if self.reach.v is None:
            wide[:, 8], wide[:, 9] = -np.inf, np.inf
        wide[:, 0::2], wide[:, 1::2] = np.floor(wide[:, 0::2]), np.ceil(wide[:, 1::2])
        boxes = np.zeros((len(rows), c.BOX), dtype=np.int32)
        boxes[:, :10] = np.clip(wide, -(2.0**31), 2.0**31 - 1)
        return boxes


def _rules(table: SeparationTable, names: Sequence[str]) -> Array:
    """(kinds, kinds, most, 4): the rules of each pair of the activities the table names, and of any other."""
    other = "other"
    while other in names:
        other += "*"
    kinds = [*names, other]
    chosen = (
        {(a, b): choose(table, a, b).row.rules for a in kinds for b in kinds}
        if table.rows
        else {(other, other): ()}
    )
    most = max(1, *(len(rules) for rules in chosen.values()))
    found = np.full((len(kinds), len(kinds), most, 4), c.NO_RULE)
    for i, a in enumerate(kinds):
        for j, b in enumerate(kinds):
            for k, rule in enumerate(chosen[a, b]):
                found[i, j, k] = [_number(minimum) for minimum in (rule.h, rule.v, rule.t, rule.f)]
    return found


def _number(minimum: Minimum | None) -> float:
    return min(float(minimum), LARGEST) if isinstance(minimum, int) else c.ANY


def _datums(reference: VerticalReference) -> Index:
    """How the datum of a lower limit compares with that of an upper one (as `Vertical` does it)."""
    found = np.full((len(DATUMS), len(DATUMS)), c.RANGES)
    for k, datum in enumerate(DATUMS):
        if datum in DIRECT:
            found[k, k] = c.SAME
    alt = DATUMS.index("ALT")
    if reference.qnh is None:
        found[alt, alt] = c.BAROMETRIC
    elif reference.qnh.area is not None:
        found[alt, alt] = c.EITHER
    found[:, DATUMS.index("UNL")] = c.OPEN
    return found


class _Heights:
    """Where a limit may lie above the ellipsoid, in 0.1 mm, anywhere on the Earth: the least and the greatest
    that the lower end of its range may be, and the same of the upper end. The outer two hold the bare value
    too, because two limits of one datum are compared by their values.
    """

    def __init__(self, reference: VerticalReference) -> None:
        self._reference = reference
        self._ends = reference.geoid.bounds(ground.EVERYWHERE)

    def __call__(self, datum: int, value: int) -> tuple[int, int, int, int]:
        limit = Altitude(DATUMS[datum], value)
        ranges = [
            ellipsoid_range(reading, self._reference, (end, end), in_qnh)
            for reading in readings_of(limit)
            for end in self._ends
            for in_qnh in (False, True)
        ]
        low, high = [one[0] for one in ranges], [one[1] for one in ranges]
        return min(*low, value), max(low), min(high), max(*high, value)


def _heights_over(reference: VerticalReference) -> _Heights:
    return _Heights(reference)


def _nothing(plan: Plan) -> Prepared:
    return Prepared(
        plan, Packed(np.zeros((0, c.COLUMNS)), np.zeros((0, c.BOX), np.int32), np.zeros(0)), -c.NEVER, 0
    )


def _own_geometry(rows: Array, ground: Index, geometry: Array, begin: Index) -> Array:
    """The geometry of some rows alone, each ground once; the rows are told where in it theirs begins."""
    grounds, number = np.unique(ground, return_inverse=True)
    own = np.concatenate([geometry[begin[k] : begin[k + 1]] for k in grounds.tolist()])
    sizes = begin[grounds + 1] - begin[grounds]
    rows[:, c.GEOMETRY] = (np.cumsum(sizes) - sizes)[number.reshape(-1)]
    return own


class Picked(NamedTuple):
    """Some rows of plans, side by side."""

    rows: Array
    geometry: Array
    plans: Sequence[Plan]


def unpack(picked: Sequence[Picked]) -> Rows:
    """The rows as `lay_out` gives them; every ground stands for itself.

    Args:
        picked: in the order wanted; `plans` has one for each of the rows, and rows of a plan are together.
    """
    rows = np.concatenate([one.rows for one in picked])
    plan_of = [plan for one in picked for plan in one.plans]
    plans: list[Plan] = []
    number = np.empty(len(rows), dtype=np.int64)
    for k, plan in enumerate(plan_of):
        if not plans or plans[-1] is not plan:
            plans.append(plan)
        number[k] = len(plans) - 1
    activities = sorted({plan.activity for plan in plans})
    parties = sorted({plan.party for plan in plans})
    part = rows[:, c.PART].astype(np.int64)
    return Rows(
        plans=tuple(plans),
        volumes=tuple(plan.volumes[k] for plan, k in zip(plan_of, part.tolist(), strict=True)),
        plan=number,
        part=part,
        ground=np.arange(len(rows)),
        party=np.array([parties.index(plan.party) for plan in plans])[number],
        activity=np.array([activities.index(plan.activity) for plan in plans])[number],
        variant=np.full(len(rows), -1),
        activities=tuple(activities),
        start=rows[:, c.START].astype(np.int64),
        end=rows[:, c.END].astype(np.int64),
        pads=rows[:, c.PAD_H : c.PAD_T + 1].astype(np.int64),
        limits=rows[:, c.DATUM_LOW : c.LIMIT_HIGH + 1].astype(np.int64).reshape(-1, 2, 2),
        bands=rows[:, c.BAND_LOW : c.BAND_HIGH + 1].astype(np.int64),
        emits=rows[:, c.EMITS] > 0,
        shapes=_shapes(rows, [one.geometry for one in picked], [len(one.rows) for one in picked]),
    )


def _shapes(rows: Array, geometries: Sequence[Array], counts: Sequence[int]) -> Shapes:
    source = [geometry for geometry, count in zip(geometries, counts, strict=True) for _ in range(count)]
    at, size = rows[:, c.GEOMETRY].astype(np.int64), rows[:, c.PIECES].astype(np.int64)
    pieces = np.concatenate(
        [
            geometry[a : a + c.PIECE * n].reshape(n, c.PIECE)
            for geometry, a, n in zip(source, at.tolist(), size.tolist(), strict=True)
        ]
    )
    return Shapes(
        first=np.concatenate([[0], np.cumsum(size)]),
        a=np.ascontiguousarray(pieces[:, 0:3]),
        b=np.ascontiguousarray(pieces[:, 3:6]),
        half=np.ascontiguousarray(pieces[:, 6]),
        sag=np.ascontiguousarray(pieces[:, 7]),
        radius=rows[:, c.RADIUS].copy(),
        area=rows[:, c.AREA] > 0,
        thin=rows[:, c.THIN] > 0,
        low=rows[:, c.LOW : c.LOW + 3].copy(),
        high=rows[:, c.HIGH : c.HIGH + 3].copy(),
    )
