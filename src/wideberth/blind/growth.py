"""By how much a party grows each of its volumes, alone, so that any two that conflict meet (GEOMETRY).

Each axis takes half of the largest minimum that any activity of the other party may have towards this one,
the own pad, and what the search may err; limits become heights above the ellipsoid. Two volumes that
conflict.find reports are, so grown, both around the middle of the shortest way between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.blind.rules import Agreed
from wideberth.conflict.prepare import Rows, lay_out
from wideberth.conflict.vertical import DIRECT, readings_of
from wideberth.model.plan import Plan
from wideberth.model.separation import Minimum, SeparationTable, choose
from wideberth.space.altitude import DATUMS, Altitude
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.height import QNH_DISTANCE, ellipsoid_range
from wideberth.space.reach import EVERYWHERE, HALF_WAY, around
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE

MOST_PAD: Final = 10_000 * METRE
"""The largest horizontal pad: the other's is not known, and heights are looked up as if it were this."""
TAU: Final = 1e-5
"""Of a minimum, and a metre: within which the search may report too much (GEOMETRY, Numbers)."""
ROUNDING: Final = 0.02
"""Metres by which the edges of cells, in whole 1e-7°, may be off."""
EVERY: Final = -1
"""Stands for a growth that is "any"."""
FAR: Final = 2**60
"""Beyond every time in ms and every height in 0.1 mm."""
_NEARLY_ROUND = 300.0
"""Degrees of longitude from which on a ground may run around a pole."""
_NOBODY: Final = "\0"
"""An activity that no table names."""


class Halves(NamedTuple):
    """Half of the largest minima of an activity: `h`, `v` in 0.1 mm, `t` in ms, upwards; None is "any"."""

    h: int | None
    v: int | None
    t: int | None


class Axes(NamedTuple):
    """Which axes are compared: not those on which every rule is "any"."""

    ground: bool
    height: bool
    time: bool


@dataclass(frozen=True, slots=True)
class Grown:
    """The volumes of plans, one a row, grown.

    Attributes:
        rows: as the search lays them out.
        reach: (n,) metres that the ground grows; negative: everywhere.
        lower, upper: (n,) heights above the WGS84 ellipsoid in 0.1 mm.
        start, end: (n,) ms, not yet clipped to the horizon.
        live: (n,) whether the window touches the horizon: with its half of the minimum, and where that is
            "any" by itself, pads included.
        axes: which are compared.
    """

    rows: Rows
    reach: Array
    lower: Index
    upper: Index
    start: Index
    end: Index
    live: NDArray[np.bool_]
    axes: Axes


def grow(plans: Sequence[Plan], agreed: Agreed) -> Grown | None:
    """All volumes of the plans, in the search's order of rows; None where there is none."""
    rows = lay_out(plans)
    if rows is None:
        return None
    table = agreed.table
    halves = [half_of(table, name) for name in rows.activities]
    h, v, t = (
        np.array([EVERY if axis is None else axis for axis in axes], dtype=np.int64)[rows.activity]
        for axes in zip(*halves, strict=True)
    )
    pad_h, pad_v, pad_t = rows.pads.T
    reach = np.where(h == EVERY, -1.0, (h + pad_h) / METRE * (1 + TAU) + 0.5 + ROUNDING)
    # where the minimum is "any" the search looks heights up over the whole Earth
    largest = max((2 * each.h for each in halves if each.h is not None), default=0)
    over = np.where(h == EVERY, EVERY, largest + pad_h + MOST_PAD)
    lower, upper = _heights(rows, over, agreed.reference)
    high = v == EVERY
    start, end = rows.start - pad_t - np.maximum(t, 0), rows.end + pad_t + np.maximum(t, 0)
    return Grown(
        rows=rows,
        reach=reach,
        lower=np.where(high, -FAR, lower - v - pad_v),
        upper=np.where(high, FAR, upper + v + pad_v),
        start=np.where(t == EVERY, -FAR, start),
        end=np.where(t == EVERY, FAR, end),
        # of three windows of which each two overlap all have a moment in common: cutting loses no pair
        live=(start < agreed.until_ms) & (end > agreed.from_ms),
        axes=axes_of(table),
    )


def half_of(table: SeparationTable, activity: str) -> Halves:
    """Half of the largest minima that any activity may have towards this one."""
    named = {name for row in table.rows for name in row.between}
    rules = [rule for other in (*named, _NOBODY) for rule in choose(table, activity, other).row.rules]
    return Halves(*(_half(getattr(rule, axis) for rule in rules) for axis in ("h", "v", "t")))


def axes_of(table: SeparationTable) -> Axes:
    """Which axes a table compares."""
    rules = [rule for row in table.rows for rule in row.rules]
    return Axes(*(any(getattr(rule, axis) != "any" for rule in rules) for axis in ("h", "v", "t")))


def _half(minima: Iterable[Minimum]) -> int | None:
    found = list(minima)
    numbers = [each for each in found if isinstance(each, int)]
    return -(-max(numbers) // 2) if len(numbers) == len(found) else None


def _heights(rows: Rows, over: Index, reference: VerticalReference) -> tuple[Index, Index]:
    """The least and the greatest height above the ellipsoid in 0.1 mm that each row may reach.

    Over its ground grown by `over` (0.1 mm; EVERY: the whole Earth). The bare values lie in between, because
    limits of one datum are compared by them (conflict.vertical), and barometric ones half of what two
    settings may differ by further apart.
    """
    listed, number = np.unique(rows.limits.reshape(-1, 2), axis=0, return_inverse=True)
    meant = np.array([_meant(Altitude(DATUMS[datum], value), reference) for datum, value in listed.tolist()])
    below, above = meant[number.reshape(-1)].reshape(-1, 2, 6).swapaxes(0, 1)
    low, high = _undulations(rows, over, reference).T
    lower = np.minimum(below[:, 0] + below[:, 2] * low, below[:, 3])
    upper = np.maximum(above[:, 1] + above[:, 2] * high, above[:, 4])
    return lower - below[:, 5], upper + above[:, 5]


def _meant(limit: Altitude, reference: VerticalReference) -> tuple[int, int, int, int, int, int]:
    """Whatever a limit may mean, in or out of the area of a QNH, where the geoid is the ellipsoid: the least,
    the greatest; 1 where both move with the geoid; its bare value twice, or what changes nothing; and what it
    may differ by for its setting.
    """
    readings = readings_of(limit)
    cases = [(reading, in_qnh) for reading in readings for in_qnh in (False, True)]
    flat = [ellipsoid_range(reading, reference, (0, 0), in_qnh) for reading, in_qnh in cases]
    raised = [ellipsoid_range(reading, reference, (1, 1), in_qnh) for reading, in_qnh in cases]
    bare = (limit.value, limit.value) if any(each.datum in DIRECT for each in readings) else (FAR, -FAR)
    setting = -(-QNH_DISTANCE // 2) if any(each.datum == "ALT" for each in readings) else 0
    low, high = min(low for low, _ in flat), max(high for _, high in flat)
    return low, high, int(raised != flat), *bare, setting


def _undulations(rows: Rows, over: Index, reference: VerticalReference) -> Index:
    """(n, 2): the least and the greatest height of the geoid in 0.1 mm over the box around each ground."""
    listed, number = np.unique(np.stack([rows.ground, over], -1), axis=0, return_inverse=True)
    found = reference.geoid.each(_hulls(rows, listed[:, 0], listed[:, 1]))
    return np.asarray(found[number.reshape(-1)])


def _hulls(rows: Rows, ground: Index, over: Index) -> Array:
    """(n, 4): west, south, east and north in degrees of a box that holds each ground grown by `over`."""
    shapes = rows.shapes
    size = np.diff(shapes.first)[ground]
    begin = np.cumsum(size) - size
    owner = np.repeat(np.arange(len(ground)), size)
    piece = np.arange(len(owner)) + np.repeat(shapes.first[ground] - begin, size)
    reach = shapes.radius[ground] + np.maximum(over, 0) / METRE
    found = around(shapes.a[piece], shapes.b[piece], shapes.half[piece], np.minimum(reach, HALF_WAY)[owner])
    # each turned to beside the first of its ground
    turn = np.round((found[begin[owner], 0] - found[:, 0]) / 360.0) * 360.0
    west, south = (np.minimum.reduceat(side, begin) for side in (found[:, 0] + turn, found[:, 1]))
    east, north = (np.maximum.reduceat(side, begin) for side in (found[:, 2] + turn, found[:, 3]))
    hulls = np.stack([west, south, east, north], -1)
    hulls[(over == EVERY) | (reach >= HALF_WAY) | (east - west > _NEARLY_ROUND)] = EVERYWHERE
    return np.asarray(hulls)
