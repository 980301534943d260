"""The pairs that chosen rows make with others: a filter that may keep too many and never drops one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from wideberth.conflict.pairs import EVERYWHERE, Reach, comparable
from wideberth.conflict.prepare import Rows
from wideberth.space.ellipsoid import Index
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

BLOCK = 1_024
ENOUGH = 500_000
"""Pairs that one step aims at."""
Mask = NDArray[np.bool_]


def touching(
    rows: Rows, reach: Reach, chosen: Mask, others: Mask, own: bool
) -> Iterator[tuple[Index, Index]]:
    """Pairs (a chosen row, another) that boxes and windows do not rule out.

    A pair of two rows that are both chosen and both others comes twice, once each way round.

    Args:
        chosen: rows whose pairs are wanted.
        others: rows that they are paired with.
        own: also pairs of one party, as `pairs.comparable`.
    """
    window = 2 * UNBOUNDED if reach.t is None else reach.t + 2 * int(rows.pads[:, 2].max())
    margin = EVERYWHERE if reach.h is None else (reach.h + 2 * int(rows.pads[:, 0].max())) / METRE
    low, high = rows.shapes.low[rows.ground] - margin / 2, rows.shapes.high[rows.ground] + margin / 2
    first, second = np.sort(np.argsort(np.ptp((low + high) / 2, axis=0))[1:])
    third = 3 - first - second
    boxes = shapely.box(low[:, first], low[:, second], high[:, first], high[:, second])
    mine, theirs = np.flatnonzero(chosen), np.flatnonzero(others)
    mine = mine[np.argsort(rows.start[mine], kind="stable")]
    for run in range(0, len(mine), BLOCK):
        part = mine[run : run + BLOCK]
        begin, end = int(rows.start[part].min()), int(rows.end[part].max())
        meet = (rows.start[theirs] - end < window) & (begin - rows.end[theirs] < window)
        there = theirs[meet]
        tree, done = shapely.STRtree(boxes[there]), 0
        size = min(BLOCK, 1 + ENOUGH // (len(there) + 1))
        while done < len(part):
            i, j = tree.query(boxes[part[done : done + size]])
            i, j = part[i + done], there[j]
            done += size
            # crowded places in small steps: the pairs of one step must fit in memory
            size = max(1, min(BLOCK, 8 * size, size * ENOUGH // max(len(i), 1)))
            keep = (low[i, third] <= high[j, third]) & (low[j, third] <= high[i, third])
            keep &= (rows.start[j] - rows.end[i] < window) & (rows.start[i] - rows.end[j] < window)
            yield comparable(rows, i[keep], j[keep], own)
