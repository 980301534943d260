"""Runs of neighbouring cells in rows of the public grid, and which of them hang together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """Neighbouring cells of one row, in 1e-7 degrees."""

    south: int
    north: int
    west: int
    east: int


def connected(runs: Sequence[Run], more: Iterable[tuple[int, int]] = ()) -> list[int]:
    """For each run the number of one run of its part: runs of two rows hang together along a common edge.

    Args:
        runs: by rows from the south, in a row from the west.
        more: numbers of runs that hang together as well.
    """
    part = list(range(len(runs)))

    def root(k: int) -> int:
        while part[k] != k:
            part[k] = part[part[k]]
            k = part[k]
        return k

    for one, two in more:
        part[root(one)] = root(two)
    i = 0
    for k, run in enumerate(runs):
        # in the row below, from the first run that could still meet this one
        while i < k and (runs[i].north, runs[i].east) <= (run.south, run.west):
            i += 1
        j = i
        while j < k and runs[j].north == run.south and runs[j].west < run.east:
            part[root(j)] = root(k)
            j += 1
    return [root(k) for k in range(len(runs))]
