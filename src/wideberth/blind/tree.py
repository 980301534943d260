"""The tree of cells in time, longitude, latitude and altitude: indices, terms, parents, boxes.

A level is four times a number of halvings k: there each axis of a root cell is in 2^k parts. Indices of an
axis run on over its root cells, so that a cell is four whole numbers and its parent their halves; two parties
come to the same cells and the same edges without any agreement but this file (docs/blind.md).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.blind.rules import STEP
from wideberth.errors import Invalid
from wideberth.space.ground import HALF_TURN
from wideberth.space.lattice import QUARTER, TURN
from wideberth.space.units import METRE, SECOND

Cells = NDArray[np.int64]
"""(n, 4): the indices in time, longitude, latitude and altitude; rows unique and in lexicographic order."""
Index = NDArray[np.int64]
Cell = tuple[int, int, int, int]

TIME, LON, LAT, ALT = range(4)
"""The columns of cells, in the order in which a path halves them."""
MOST_LEVEL: Final = 64
"""All of the eight bytes of a path."""
COLUMNS: Final = 512
"""Root cells around the Earth."""
ROWS: Final = 256
"""Root cells from the south pole to the north pole."""
LAYERS: Final = 2
"""Root cells one above the other."""
SPAN: Final = 65_536 * SECOND
"""Milliseconds of a root cell: 2^16 s."""
LOWEST: Final = -1_024 * METRE
HIGH: Final = 16_384 * METRE
"""Where the first root cell begins above the ellipsoid, and how high each is, in 0.1 mm."""
SIZE: Final = 17
"""Bytes of a term."""


class Boxes(NamedTuple):
    """What n cells are: `west`, `south`, `east`, `north` in 1e-7°, `lower`, `upper` in 0.1 mm above the WGS84
    ellipsoid, `start`, `end` in POSIX ms. The highest cells hold all that is above them too, and the lowest
    all that is below.
    """

    west: Index
    south: Index
    east: Index
    north: Index
    lower: Index
    upper: Index
    start: Index
    end: Index


def halvings(level: int) -> int:
    """How often each axis is halved at a level. Raises: Invalid (`blind.level`)."""
    if level % STEP or not 0 <= level <= MOST_LEVEL:
        raise Invalid("blind.level", "level", level, f"a multiple of {STEP} from 0 to {MOST_LEVEL}")
    return level // STEP


def terms(cells: Cells, level: int) -> list[bytes]:
    """What stands for each cell in a set, in the order of the cells.

    17 bytes: the level (1) ‖ the root cell: time (4, big-endian), longitude (2), latitude (1), altitude (1)
    ‖ the path from it (8): the halves in time, longitude, latitude and altitude of the first halving, of the
    second, …, one bit each, left aligned. Before 1970 the time is a negative number, in two's complement.

    Raises: Invalid (`blind.level`).
    """
    k = halvings(level)
    root = cells >> k
    path = np.zeros(len(cells), dtype=np.uint64)
    for depth in range(k):
        for axis in range(4):
            bit = (cells[:, axis] >> (k - 1 - depth)) & 1
            path |= bit.astype(np.uint64) << np.uint64(63 - 4 * depth - axis)
    found = np.empty((len(cells), SIZE), dtype=np.uint8)
    found[:, 0] = level
    found[:, 1:5] = root[:, TIME].astype(">i4")[:, None].view(np.uint8)
    found[:, 5:7] = root[:, LON].astype(">u2")[:, None].view(np.uint8)
    found[:, 7], found[:, 8] = root[:, LAT], root[:, ALT]
    found[:, 9:] = path.astype(">u8")[:, None].view(np.uint8)
    data = found.tobytes()
    return [data[at : at + SIZE] for at in range(0, len(data), SIZE)]


def read(term: bytes) -> tuple[int, Cell]:
    """The level and the indices of the cell that a term stands for.

    Raises: Invalid (`blind.term`, `blind.level`): it stands for none.
    """
    if len(term) != SIZE:
        raise Invalid("blind.term", "term", f"{len(term)} bytes", f"{SIZE} bytes")
    k = halvings(term[0])
    index = [
        int.from_bytes(term[1:5], "big", signed=True),
        int.from_bytes(term[5:7], "big"),
        term[7],
        term[8],
    ]
    path = int.from_bytes(term[9:], "big")
    if index[LON] >= COLUMNS or index[ALT] >= LAYERS or path & ((1 << (64 - 4 * k)) - 1):
        raise Invalid("blind.term", "term", term.hex(), "a cell of the tree")
    for depth in range(k):
        for axis in range(4):
            index[axis] = 2 * index[axis] + (path >> (63 - 4 * depth - axis) & 1)
    time, lon, lat, alt = index
    return term[0], (time, lon, lat, alt)


def at(place: tuple[int, int], height: int, at_ms: int, level: int) -> Cell:
    """The cell that a point and a moment are in, of those of a level.

    Args:
        place: longitude and latitude in 1e-7°.
        height: in 0.1 mm above the ellipsoid.
        at_ms: POSIX ms.

    Raises: Invalid (`blind.level`).
    """
    k = halvings(level)
    columns, rows = COLUMNS << k, ROWS << k
    lon, lat = (place[0] + HALF_TURN) % TURN, place[1] + QUARTER
    # an edge is rounded down to a whole 1e-7°: the last one that is not beyond the place
    x, y = -(-(lon + 1) * columns // TURN) - 1, -(-(lat + 1) * rows // HALF_TURN) - 1
    z = (height - LOWEST) // (HIGH >> k)
    return at_ms // (SPAN >> k), x, min(y, rows - 1), min(max(z, 0), (LAYERS << k) - 1)


def parents(cells: Cells, level: int, above: int) -> Cells:
    """The cells of the level `above` that hold these, in the same order; the same one as often as it does.

    Raises: Invalid (`blind.level`): also where `above` is below.
    """
    steps = halvings(level) - halvings(above)
    if steps < 0:
        raise Invalid("blind.level", "above", above, f"a level up to {level}")
    return np.asarray(cells >> steps)


def boxes(cells: Cells, level: int) -> Boxes:
    """The edges of cells; of an axis that is not compared they mean nothing.

    Raises: Invalid (`blind.level`).
    """
    k = halvings(level)
    time, lon, lat, alt = cells.T
    return Boxes(
        lon * TURN // (COLUMNS << k) - HALF_TURN,
        lat * HALF_TURN // (ROWS << k) - QUARTER,
        (lon + 1) * TURN // (COLUMNS << k) - HALF_TURN,
        (lat + 1) * HALF_TURN // (ROWS << k) - QUARTER,
        LOWEST + alt * (HIGH >> k),
        LOWEST + (alt + 1) * (HIGH >> k),
        time * (SPAN >> k),
        (time + 1) * (SPAN >> k),
    )


def times(start: Index, end: Index, level: int) -> tuple[Index, Index]:
    """The first and the last cell in time that open windows in ms have a part of, at least one."""
    size = SPAN >> halvings(level)
    first = start // size
    return first, np.maximum(first, -(-end // size) - 1)


def heights(lower: Index, upper: Index, level: int) -> tuple[Index, Index]:
    """The same of open ranges of altitude in 0.1 mm; what is beyond all cells is in the last, or first."""
    k = halvings(level)
    size, most = HIGH >> k, (LAYERS << k) - 1
    first = (lower - LOWEST) // size
    last = np.maximum(first, -(-(upper - LOWEST) // size) - 1)
    return np.clip(first, 0, most), np.clip(last, 0, most)
