"""By how many whole steps may something be shifted? Those that intervals forbid, and the nearest others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import Index

Free = NDArray[np.bool_]


class Grid(NamedTuple):
    """Shifts of `least` … `most` whole steps (least <= 0 <= most), each of `size` (ms or 0.1 mm)."""

    size: int
    least: int
    most: int

    @property
    def shape(self) -> int:
        """How many shifts there are, none at all included."""
        return self.most - self.least + 1


def grid(size: int, backward: int, forward: int) -> Grid:
    """The whole steps of `size` within so much backward and forward (both 0 or more)."""
    return Grid(size, -(backward // size), forward // size)


class Blocked:
    """Forbidden shifts of n things, collected range by range; the memory is that of the grid."""

    def __init__(self, things: int, over: Grid) -> None:
        self.over = over
        self._edges = np.zeros((things, over.shape + 1), dtype=np.int64)

    def add(self, thing: Index, first: Index, last: Index) -> None:
        """Forbid to thing[k] shifts of first[k] … last[k] steps, both included; none where last < first."""
        first, last = clipped(self.over, first, last)
        some = first <= last
        thing, first, last = thing[some], first[some], last[some]
        np.add.at(self._edges, (thing, first - self.over.least), 1)
        np.add.at(self._edges, (thing, last + 1 - self.over.least), -1)

    def free(self) -> Free:
        """(n, shape): the shifts that no range forbids, from `least` on."""
        return np.asarray(np.cumsum(self._edges, axis=1)[:, :-1] == 0)


def inside(low: Index, high: Index, size: int) -> tuple[Index, Index]:
    """The first and the last k with low < k · size < high; last < first where there is none."""
    return low // size + 1, -(-high // size) - 1


def clipped(over: Grid, first: Index, last: Index) -> tuple[Index, Index]:
    """The part of each range that is in the grid; last < first where none is."""
    return np.maximum(first, over.least), np.minimum(last, over.most)


def nearest(free: Free, over: Grid) -> tuple[Index, Index]:
    """For each thing the free shift nearest to none, backward (negative) and forward; 0 where none is."""
    zero = -over.least
    return -_first(free[:, :zero][:, ::-1]), _first(free[:, zero + 1 :])


def _first(free: Free) -> Index:
    """1 + the position of the first True in each row; 0 where there is none."""
    if not free.shape[1]:
        return np.zeros(len(free), dtype=np.int64)
    return np.where(free.any(axis=1), free.argmax(axis=1) + 1, 0)
