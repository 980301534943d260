"""The public grid on the ground: rows of one height, and in each row cells of one width, as far as a pole.

A row is at least a step high, and a cell at its poleward edge at least a step wide; a row has 2^a or 3·2^a
cells, so that neighbours mostly share their meridians. Cells of the next level are made of whole cells of the
one below: two rows, and two columns where they can be paired. Everything is in 1e-7 degrees.
"""

from __future__ import annotations

import numpy as np

from wideberth.space.ellipsoid import E2, GEOD, R_MIN, A, Index
from wideberth.space.ground import HALF_TURN, Point, Polygon
from wideberth.space.units import DEGREE, METRE

QUARTER = 90 * DEGREE
TURN = 2 * HALF_TURN
TOP = 32
"""A level at which one cell is the whole Earth, whatever the step."""
_FEW = 4_096
_UNIT = np.radians(1 / DEGREE)


class Lattice:
    """The grid of one step, in 0.1 mm; a step below 1 m is taken as 1 m."""

    def __init__(self, step: int) -> None:
        self._step = max(step, METRE) / METRE
        # the meridian is nowhere curved more than by R_MIN: there a degree is shortest
        self.rows = max(1, HALF_TURN // int(np.ceil(self._step / (R_MIN * _UNIT))))

    def parallel(self, row: Index, level: int = 0) -> Index:
        """Latitude of the southern edge of rows; of the row after the last it is 90°."""
        return np.asarray(np.minimum(row << level, self.rows) * HALF_TURN // self.rows - QUARTER)

    def columns(self, row: Index, level: int = 0) -> Index:
        """How many cells rows have."""
        first, last = row << level, np.minimum((row + 1) << level, self.rows) - 1
        ends = self._own(first), self._own(last)
        least, most = np.minimum(*ends), np.maximum(*ends)
        middle = self.rows // 2
        # a row over the equator has its widest parallel inside
        over = (first < middle) & (last >= middle)
        most = np.where(over, np.maximum(most, self._own(np.full_like(row, middle))), most)
        alike = np.maximum(np.where(least % 3 == 0, 3, 1), least >> level)
        # a power of two that divides every number of cells from `least` on, for none of them is odd but 3·1
        common = np.maximum(1, _power(np.maximum(least // 2, 1)) >> level)
        return np.asarray(np.where(least == most, alike, common))

    def counts(self, low: int, high: int) -> Index:
        """The numbers of cells of the rows of level 0 from `low` to `high`; perhaps others between them."""
        middle = min(max(self.rows // 2, low), high)
        rows = np.arange(low, high + 1) if high - low < _FEW else np.array([low, middle, high])
        own = np.unique(self._own(rows))
        if len(rows) > high - low:
            return own
        power = 1 << np.arange(1, 40, dtype=np.int64)
        between = np.concatenate([power, power // 2 * 3])
        return np.union1d(own, between[(between > own[0]) & (between < own[-1])])

    def row_at(self, lat: Index, level: int = 0) -> Index:
        """The row of a latitude; the northern one on an edge, the last one at the pole."""
        row = ((lat + QUARTER + 1) * self.rows - 1) // HALF_TURN
        return np.asarray(np.clip(row, 0, self.rows - 1) >> level)

    def box(self, row: Index, column: Index, level: int = 0) -> tuple[Index, Index, Index, Index]:
        """West, south, east and north of cells."""
        count = self.columns(row, level)
        west, east = (each * TURN // count - HALF_TURN for each in (column, column + 1))
        return west, self.parallel(row, level), east, self.parallel(row + 1, level)

    def parents(self, code: Index, level: int) -> Index:
        """The cells of the next level that hold these, each once."""
        row, column = apart(code)
        above = row >> 1
        paired = self.columns(row, level) // self.columns(above, level + 1)
        return np.unique(together(above, column // paired))

    def _own(self, row: Index) -> Index:
        """Cells of rows of level 0."""
        edge = np.maximum(np.abs(self.parallel(row)), np.abs(self.parallel(row + 1)))
        lat = np.radians(edge / DEGREE)
        ring = np.where(edge == QUARTER, 0.0, A * np.cos(lat) / np.sqrt(1 - E2 * np.sin(lat) ** 2))
        least = np.ceil(np.minimum(self._step / np.maximum(ring * _UNIT, 1e-9), float(TURN)))
        fit = TURN // least.astype(np.int64)
        below = _power(fit)
        threes = below // 2 * 3
        return np.where((threes <= fit) & (below >= 2), threes, below)


class Graticule(Lattice):
    """Rows of one height and columns of one width in degrees, from pole to pole; it has level 0 only.

    With twice as many of both, each cell is exactly four: where an edge of the finer grid is also one of the
    coarser, both are rounded down from the same figure.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.rows = rows
        self._columns = columns

    def columns(self, row: Index, level: int = 0) -> Index:  # noqa: ARG002 - as of every lattice
        """The same everywhere."""
        return np.full_like(row, self._columns)


def middle(point: Point, step: int) -> tuple[Point, int]:
    """The middle of the cell of level 0 that a point is in, of the lattice of this step (0.1 mm).

    With it the radius around it that holds the cell, in whole km, as 0.1 mm.
    """
    lattice = Lattice(step)
    row = lattice.row_at(np.array([point[1]]))
    count = lattice.columns(row)
    west, south, east, north = lattice.box(row, (point[0] + HALF_TURN) % TURN * count // TURN)
    found = int(west[0] + east[0]) // 2, int(south[0] + north[0]) // 2
    lon, lat = (each / DEGREE for each in found)
    # the equatorward corners are the furthest, and a cell over the equator has both alike
    away = [GEOD.inv(lon, lat, int(west[0]) / DEGREE, int(edge[0]) / DEGREE)[2] for edge in (south, north)]
    return found, int(max(away) // 1_000 + 1) * 1_000 * METRE


def together(row: Index, column: Index) -> Index:
    """A cell as one number."""
    return (row << 32) + column


def apart(code: Index) -> tuple[Index, Index]:
    """Row and column of cells."""
    return code >> 32, code & 0xFFFFFFFF


def cell(west: int, south: int, east: int, north: int) -> Polygon:
    """A cell as a polygon; no wider than half a turn."""
    return Polygon((((west, south), (east, south), (east, north), (west, north)),), "lonlat")


def _power(number: Index) -> Index:
    """The largest power of two that is no larger."""
    exponent = np.frexp(number.astype(np.float64))[1] - 1
    return np.asarray(np.left_shift(np.int64(1), exponent.astype(np.int64)))
