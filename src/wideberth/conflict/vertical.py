"""The vertical gap of two volumes, in whatever datums their limits are stated (GEOMETRY, Altitude)."""

from __future__ import annotations

from typing import NamedTuple

from wideberth.conflict.prepare import Rows
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.height import QNH_DISTANCE, Range, ellipsoid_range
from wideberth.space.reach import boxes
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE
from wideberth.space.within import within

DIRECT = ("HAE", "MSL", "FL", "ALT")
"""Limits that share one of these datums are compared as they stand."""
_READINGS: dict[Datum, tuple[Datum, ...]] = {"MSL/ALT": ("MSL", "ALT")}


class Apart(NamedTuple):
    """`gap` between the extents in 0.1 mm (negative: overlap) and `extra` to be added to the minimum."""

    gap: int
    extra: int


class Vertical:
    """Vertical gaps over rows; ranges above the ellipsoid are worked out once per row and growth."""

    def __init__(self, rows: Rows, reference: VerticalReference) -> None:
        self.rows = rows
        self.reference = reference
        self.used: set[str] = set()
        self._undulation: dict[tuple[int, int], Range] = {}
        self._in_qnh: dict[int, bool] = {}

    def apart(self, i: int, j: int, growth: int, *, best_ground: bool = False) -> Apart:
        """The greater of the two differences (lower of one − upper of the other).

        Args:
            growth: horizontal minimum and pads in 0.1 mm: the ground over which heights are looked up.
            best_ground: take unknown ground where it separates most, to learn whether it alone decides.
        """
        (lower_i, upper_i), (lower_j, upper_j) = self.rows.limits[i], self.rows.limits[j]
        return max(
            self._difference((i, lower_i), (j, upper_j), growth, best_ground),
            self._difference((j, lower_j), (i, upper_i), growth, best_ground),
            key=lambda apart: apart.gap - apart.extra,
        )

    def _difference(
        self, lower: tuple[int, Altitude], upper: tuple[int, Altitude], growth: int, best: bool
    ) -> Apart:
        """Least `lower − upper` over all that the two limits may mean."""
        readings = [
            self._read((lower[0], low), (upper[0], high), growth, best)
            for low in _readings(lower[1])
            for high in _readings(upper[1])
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
        if high.datum != "UNL":
            self.used.update((low.datum, high.datum))
        bottom, top = self._heights(i, low, growth), self._heights(j, high, growth)
        unknown = best and not self.reference.terrain.known
        # a lower limit at the surface itself is not in doubt: whatever flies is above the ground
        least = bottom[1] if unknown and low.datum == "AGL" else bottom[0]
        most = top[0] if unknown and high.datum in ("AGL", "SFC") else top[1]
        return Apart(least - most, 0)

    def _heights(self, row: int, limit: Altitude, growth: int) -> Range:
        key = (row, growth)
        if limit.datum not in ("HAE", "UNL") and key not in self._undulation:
            self._undulation[key] = self.reference.geoid.bounds(boxes(self.rows.shapes, row, growth / METRE))
        in_qnh = limit.datum == "ALT" and self._agreed_qnh(row)
        return ellipsoid_range(limit, self.reference, self._undulation.get(key, (0, 0)), in_qnh)

    def _agreed_qnh(self, row: int) -> bool:
        """True where the whole ground of the row lies in the area of the agreed QNH."""
        qnh = self.reference.qnh
        if qnh is None or qnh.area is None:
            return qnh is not None
        if row not in self._in_qnh:
            self._in_qnh[row] = within(self.rows.volumes[row].ground, qnh.area)
        return self._in_qnh[row]


def _readings(limit: Altitude) -> list[Altitude]:
    return [Altitude(datum, limit.value) for datum in _READINGS.get(limit.datum, (limit.datum,))]
