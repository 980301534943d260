"""Which pairs of volumes need a closer look: a filter that may keep too many and never drops one.

This is the plain path (shapely's STRtree over two of the three earth-centred axes, in runs of
starting time); faster kernels must yield the same pairs after the exact tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from wideberth.conflict.prepare import Rows
from wideberth.model.separation import Minimum, SeparationTable
from wideberth.space.ellipsoid import Index
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

RUN = 4_096
ENOUGH = 500_000
"""Pairs that one step of the search aims at."""
EVERYWHERE = 2e7
"""Metres: more than the Earth's size, where a minimum is "any"."""


class Reach(NamedTuple):
    """The largest minima of any pair, without pads: `h`, `v` in 0.1 mm, `t` in ms; None is "any"."""

    h: int | None
    v: int | None
    t: int | None


def reach_of(table: SeparationTable) -> Reach:
    """The largest minima of a table."""
    rules = [rule for row in table.rows for rule in row.rules]
    return Reach(*(_largest([getattr(rule, axis) for rule in rules]) for axis in ("h", "v", "t")))


def _largest(minima: Sequence[Minimum]) -> int | None:
    numbers = [minimum for minimum in minima if isinstance(minimum, int)]
    return max(numbers) if len(numbers) == len(minima) else None


def candidates(rows: Rows, reach: Reach, own: bool) -> Iterator[tuple[Index, Index, int]]:
    """Pairs of rows, each once, that boxes and windows do not rule out, and how many rows are done.

    Args:
        own: also pairs of one party. Two volumes of one plan and two variants of one flight never pair.
    """
    order = np.argsort(rows.start, kind="stable")
    start, end = rows.start[order], rows.end[order]
    window = 4 * UNBOUNDED if reach.t is None else reach.t + 2 * int(rows.pads[:, 2].max())
    margin = EVERYWHERE if reach.h is None else (reach.h + 2 * int(rows.pads[:, 0].max())) / METRE
    ground = rows.ground[order]
    low, high = rows.shapes.low[ground] - margin / 2, rows.shapes.high[ground] + margin / 2
    first, second = np.sort(np.argsort(np.ptp((low + high) / 2, axis=0))[1:])
    third = 3 - first - second
    boxes = shapely.box(low[:, first], low[:, second], high[:, first], high[:, second])
    for run in range(0, len(order), RUN):
        begin, stop = run, min(run + RUN, len(order))
        # later rows start no earlier: past this one none is within the time minimum of the run
        last_end = min(int(end[begin:stop].max()), UNBOUNDED) + min(window, 2 * UNBOUNDED)
        last = max(int(np.searchsorted(start, last_end, side="right")), stop)
        tree, block = shapely.STRtree(boxes[begin:last]), RUN // 16
        while begin < stop:
            part = slice(begin, min(begin + block, stop))
            i, j = tree.query(boxes[part])
            # crowded places in small steps: the pairs of one step must fit in memory
            block = max(16, min(RUN, block * ENOUGH // max(len(i), 1)))
            i, j = i + part.start, j + run
            later = j > i
            i, j = i[later], j[later]
            keep = (low[i, third] <= high[j, third]) & (low[j, third] <= high[i, third])
            yield *comparable(rows, order[i[keep]], order[j[keep]], own), part.stop
            begin = part.stop


def comparable(rows: Rows, i: Index, j: Index, own: bool) -> tuple[Index, Index]:
    """Of pairs of rows those of different parties, or with `own` of plans that may both be flown."""
    keep = rows.plan[i] != rows.plan[j]
    same_party = rows.party[i] == rows.party[j]
    keep &= ~(same_party & (rows.variant[i] >= 0) & (rows.variant[i] == rows.variant[j]))
    if not own:
        keep &= ~same_party
    return i[keep].astype(np.int64), j[keep].astype(np.int64)
