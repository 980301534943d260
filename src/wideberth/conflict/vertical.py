"""The vertical gap of two volumes, in whatever datums their limits are stated (GEOMETRY, Altitude)."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from wideberth.conflict.prepare import Rows
from wideberth.space.altitude import DATUMS, UNBOUNDED, Altitude, Datum
from wideberth.space.ellipsoid import Index
from wideberth.space.height import QNH_DISTANCE, Range, ellipsoid_range
from wideberth.space.reach import EVERYWHERE, boxes
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE
from wideberth.space.within import within

DIRECT = ("HAE", "MSL", "FL", "ALT")
"""Limits that share one of these datums are compared as they stand."""
_READINGS: dict[Datum, tuple[Datum, ...]] = {"MSL/ALT": ("MSL", "ALT")}
_DIRECT = np.array([datum in DIRECT for datum in DATUMS])
_ALT, _UNL = DATUMS.index("ALT"), DATUMS.index("UNL")


class Apart(NamedTuple):
    """`gap` between the extents in 0.1 mm (negative: overlap) and `extra` to be added to the minimum."""

    gap: int
    extra: int


class Aparts(NamedTuple):
    """As `Apart`, of n pairs."""

    gap: Index
    extra: Index


class Vertical:
    """Vertical gaps over rows; ranges above the ellipsoid are worked out once per ground and growth."""

    def __init__(self, rows: Rows, reference: VerticalReference) -> None:
        self.rows = rows
        self.reference = reference
        self.used: set[str] = set()
        self._undulation: dict[tuple[int, int], Range] = {}
        self._range: dict[tuple[int, Altitude, int], Range] = {}
        self._in_qnh: dict[int, bool] = {}

    def aparts(self, i: Index, j: Index, growth: Index, minimum: Index) -> Aparts:
        """`apart` of the pairs (i[k], j[k]); without a loop where they share datums or one is unlimited.

        Args:
            minimum: what the gap is to be compared with, in 0.1 mm; a pair that is surely no closer may be
                given a smaller gap than it has, never one below its minimum.
        """
        one, two = self.rows.limits[i], self.rows.limits[j]
        gaps, extras, hard = [], [], np.zeros(len(i), dtype=bool)
        area = self.reference.qnh is not None and self.reference.qnh.area is not None
        for low, high in ((one[:, 0], two[:, 1]), (two[:, 0], one[:, 1])):
            same = (low[:, 0] == high[:, 0]) & _DIRECT[low[:, 0]]
            open_above = high[:, 0] == _UNL
            barometric = same & (low[:, 0] == _ALT)
            unlike = ~(same | open_above)
            self._meet(low[unlike, 0], high[unlike, 0])
            hard |= unlike | (barometric & area)
            gaps.append(np.where(open_above, -UNBOUNDED, low[:, 1] - high[:, 1]))
            extras.append(np.where(barometric & (self.reference.qnh is None), QNH_DISTANCE, 0))
        if self.reference.qnh is None and any(extra.any() for extra in extras):
            self.used.add("QNH")
        second = gaps[1] - extras[1] > gaps[0] - extras[0]
        gap, extra = np.where(second, gaps[1], gaps[0]), np.where(second, extras[1], extras[0])
        if hard.any():
            reach = self.anywhere
            least = np.maximum(reach[i, 0] - reach[j, 1], reach[j, 0] - reach[i, 1])
            apart = hard & (least - QNH_DISTANCE >= minimum)
            gap[apart], extra[apart] = least[apart], 0
            for k in np.flatnonzero(hard & ~apart):
                gap[k], extra[k] = self.apart(int(i[k]), int(j[k]), int(growth[k]))
        return Aparts(gap, extra)

    def _meet(self, low: Index, high: Index) -> None:
        """Note the datums of limits that are compared although they differ."""
        for code in np.unique(low * len(DATUMS) + high).tolist():
            below, above = (Altitude(DATUMS[number]) for number in divmod(code, len(DATUMS)))
            for one in readings_of(below):
                for two in readings_of(above):
                    if one.datum != two.datum or one.datum not in DIRECT:
                        self.used.update((one.datum, two.datum))

    def apart(self, i: int, j: int, growth: int, *, best_ground: bool = False) -> Apart:
        """The greater of the two differences (lower of one − upper of the other).

        Args:
            growth: horizontal minimum and pads in 0.1 mm: the ground over which heights are looked up.
            best_ground: take unknown ground where it separates most, to learn whether it alone decides.
        """
        return self.apart_of((i, self.limits(i)), (j, self.limits(j)), growth, best_ground=best_ground)

    def apart_of(
        self,
        one: tuple[int, tuple[Altitude, Altitude]],
        two: tuple[int, tuple[Altitude, Altitude]],
        growth: int,
        *,
        best_ground: bool = False,
    ) -> Apart:
        """As `apart`, of the grounds of two rows with limits that may be others than theirs."""
        (i, (lower_i, upper_i)), (j, (lower_j, upper_j)) = one, two
        return max(
            self._difference((i, lower_i), (j, upper_j), growth, best_ground),
            self._difference((j, lower_j), (i, upper_i), growth, best_ground),
            key=lambda apart: apart.gap - apart.extra,
        )

    @cached_property
    def anywhere(self) -> Index:
        """(n, 2): the least and the greatest height above the ellipsoid, in 0.1 mm, that each row may reach,
        wherever on the Earth it is; the bare values lie in between, because limits of one datum are compared
        by them, and far from the standard atmosphere both may be true heights much further apart.
        """
        undulation = self.reference.geoid.bounds(EVERYWHERE)
        listed, number = np.unique(self.rows.limits.reshape(-1, 2), axis=0, return_inverse=True)
        ranges = [
            [
                ellipsoid_range(reading, self.reference, undulation, in_qnh)
                for reading in readings_of(Altitude(DATUMS[datum], value))
                for in_qnh in (False, True)
            ]
            for datum, value in listed.tolist()
        ]
        found = np.array(
            [
                (min(value, *(low for low, _ in one)), max(value, *(high for _, high in one)))
                for one, (_, value) in zip(ranges, listed.tolist(), strict=True)
            ]
        )
        both = found[number.reshape(-1)].reshape(-1, 2, 2)
        return np.stack([both[:, 0, 0], both[:, 1, 1]], -1)

    def limits(self, row: int) -> tuple[Altitude, Altitude]:
        """The lower and the upper limit of a row."""
        return self.rows.limit(row, False), self.rows.limit(row, True)

    def _difference(
        self, lower: tuple[int, Altitude], upper: tuple[int, Altitude], growth: int, best: bool
    ) -> Apart:
        """Least `lower − upper` over all that the two limits may mean."""
        readings = [
            self._read((lower[0], low), (upper[0], high), growth, best)
            for low in readings_of(lower[1])
            for high in readings_of(upper[1])
        ]
        return min(readings, key=lambda apart: apart.gap - apart.extra)

    def _read(
        self, lower: tuple[int, Altitude], upper: tuple[int, Altitude], growth: int, best: bool
    ) -> Apart:
        (i, low), (j, high) = lower, upper
        if low.datum == high.datum and low.datum in DIRECT:
            if low.datum != "ALT" or (self._agreed_qnh(i) and self._agreed_qnh(j)):
                return Apart(low.value - high.value, 0)
            self.used.add("QNH")
            return Apart(low.value - high.value, QNH_DISTANCE)
        if high.datum == "UNL":
            return Apart(-UNBOUNDED, 0)
        self.used.update((low.datum, high.datum))
        bottom, top = self._heights(i, low, growth), self._heights(j, high, growth)
        unknown = best and not self.reference.terrain.known
        # a lower limit at the surface itself is not in doubt: whatever flies is above the ground
        least = bottom[1] if unknown and low.datum == "AGL" else bottom[0]
        most = top[0] if unknown and high.datum in ("AGL", "SFC") else top[1]
        return Apart(least - most, 0)

    def _heights(self, row: int, limit: Altitude, growth: int) -> Range:
        ground = int(self.rows.ground[row])
        known = (ground, limit, growth)
        if known not in self._range:
            key = (ground, growth)
            if limit.datum != "HAE" and key not in self._undulation:
                found = boxes(self.rows.shapes, ground, growth / METRE)
                self._undulation[key] = self.reference.geoid.bounds(found)
            in_qnh = limit.datum == "ALT" and self._agreed_qnh(row)
            undulation = self._undulation.get(key, (0, 0))
            self._range[known] = ellipsoid_range(limit, self.reference, undulation, in_qnh)
        return self._range[known]

    def _agreed_qnh(self, row: int) -> bool:
        """True where the whole ground of the row lies in the area of the agreed QNH."""
        qnh = self.reference.qnh
        if qnh is None or qnh.area is None:
            return qnh is not None
        ground = int(self.rows.ground[row])
        if ground not in self._in_qnh:
            self._in_qnh[ground] = within(self.rows.volumes[row].ground, qnh.area)
        return self._in_qnh[ground]


def readings_of(limit: Altitude) -> list[Altitude]:
    """The limits that one may mean: `MSL/ALT` is either."""
    return [Altitude(datum, limit.value) for datum in _READINGS.get(limit.datum, (limit.datum,))]
