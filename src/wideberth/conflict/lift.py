"""How far up or down would a volume have to go? Forbidden steps of altitude, pair by pair.

Where the limits that are compared share a datum the forbidden shifts are an exact open interval. In other
datums both differences (lower of one − upper of the other) only rise or only fall with the shift, so the
first and the last forbidden step are found by halving.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.conflict.offer import raised
from wideberth.conflict.prepare import Rows
from wideberth.conflict.shift import Grid, inside
from wideberth.conflict.vertical import DIRECT, Vertical
from wideberth.space.altitude import DATUMS, UNBOUNDED, UNLIMITED
from wideberth.space.ellipsoid import Index
from wideberth.space.height import QNH_DISTANCE

_DIRECT = np.array([datum in DIRECT for datum in DATUMS])
_ALT, _UNL = DATUMS.index("ALT"), DATUMS.index("UNL")
STRETCH = 2
"""No conversion makes more than this of a shift: air is at most 100 °C off, and never colder than 216 K."""


class Clear(NamedTuple):
    """Of n pairs (i[k], j[k]) in 0.1 mm: row i is clear below j where its upper limit is at most `below`,
    and clear above where its lower limit is at least `above`, each in the limit's own datum; no more than
    `UNBOUNDED` from zero. `hard`: the datums differ, and nothing is said.
    """

    below: Index
    above: Index
    hard: NDArray[np.bool_]


def clear_limits(vertical: Vertical, i: Index, j: Index, minimum: Index) -> Clear:
    """Where row i must stay to keep the vertical `minimum` (0.1 mm, pads included) from row j."""
    one, two = vertical.rows.limits[i], vertical.rows.limits[j]
    qnh = vertical.reference.qnh
    area = qnh is not None and qnh.area is not None
    found, hard = [], np.zeros(len(i), dtype=bool)
    for low, high, side in ((two[:, 0], one[:, 1], -1), (one[:, 0], two[:, 1], 1)):
        same = (low[:, 0] == high[:, 0]) & _DIRECT[low[:, 0]]
        open_above = high[:, 0] == _UNL
        barometric = same & (low[:, 0] == _ALT)
        hard |= ~(same | open_above) | (barometric & area)
        needed = minimum + np.where(barometric & (qnh is None), QNH_DISTANCE, 0)
        fixed = low[:, 1] if side < 0 else high[:, 1]
        found.append(np.where(open_above, side * UNBOUNDED, fixed + side * needed))
    return Clear(found[0], found[1], hard)


class Lift:
    """Forbidden steps of altitude over rows; those in differing datums are worked out once each."""

    def __init__(self, vertical: Vertical, over: Grid) -> None:
        self.vertical = vertical
        self.over = over
        self._known: dict[tuple[object, ...], tuple[int, int]] = {}

    def ranges(self, i: Index, j: Index, minimum: Index) -> tuple[Index, Index, NDArray[np.bool_]]:
        """First and last forbidden step of row i against row j, and which pairs need `exact`.

        Of those that need it the range is the whole grid, or empty where they surely never meet in it.
        """
        rows, over = self.vertical.rows, self.over
        clear = clear_limits(self.vertical, i, j, minimum)
        upper, lower = rows.limits[i, 1, 1], rows.limits[i, 0, 1]
        first, last = inside(clear.below - upper, clear.above - lower, over.size)
        if clear.hard.any():
            reach = self.vertical.anywhere
            apart = np.maximum(reach[i, 0] - reach[j, 1], reach[j, 0] - reach[i, 1])
            # 90 m may be added to the minimum where altimeters are set by different QNH
            never = apart - QNH_DISTANCE >= minimum + STRETCH * over.size * max(over.most, -over.least)
            first = np.where(clear.hard, np.where(never, over.most + 1, over.least), first)
            last = np.where(clear.hard, over.most, last)
            return first, last, clear.hard & ~never
        return first, last, clear.hard

    def exact(self, i: int, j: int, growth: int, minimum: int) -> tuple[int, int]:
        """First and last forbidden step of row i against row j, whatever their datums."""
        rows: Rows = self.vertical.rows
        key = (*_key(rows, i), *_key(rows, j), growth, minimum)
        if key not in self._known:
            (low_i, high_i), (low_j, high_j) = self.vertical.limits(i), self.vertical.limits(j)

            def close_below(step: int) -> bool:
                """Not yet above the other: true up to some step."""
                mine = (i, (raised(low_i, step * self.over.size), UNLIMITED))
                apart = self.vertical.apart_of(mine, (j, (low_j, high_j)), growth)
                return apart.gap - apart.extra < minimum

            def close_above(step: int) -> bool:
                """Not yet below the other: true from some step on."""
                mine = (i, (low_i, raised(high_i, step * self.over.size)))
                apart = self.vertical.apart_of(mine, (j, (low_j, UNLIMITED)), growth)
                return apart.gap - apart.extra < minimum

            first = _first_true(close_above, self.over.least, self.over.most + 1)
            last = _first_true(lambda step: not close_below(step), first, self.over.most + 1) - 1
            self._known[key] = (first, last)
        return self._known[key]


def _key(rows: Rows, row: int) -> tuple[int, ...]:
    return (int(rows.ground[row]), *rows.limits[row].reshape(-1).tolist())


def _first_true(test: Callable[[int], bool], low: int, high: int) -> int:
    """The least k in low … high - 1 of which a test that turns true once is true; `high` where none is."""
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low
