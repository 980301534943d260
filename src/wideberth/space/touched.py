"""Which cells of the public grid a ground touches, grown by a margin: all of them, and no others.

Most cells are certain by plain means: the end of a piece is near enough to a point of the cell, or the cell
lies between the boundaries of a filled shape. For the few others the certified gap decides, which is right
to a metre; so a ground that comes within some `NEAR` of a cell counts as touching it. Rings along edges of
the grid, as a coarse view has them, are counted exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import R_MIN, Array, Index, to_ecef, to_lonlat
from wideberth.space.gap import gaps
from wideberth.space.ground import HALF_TURN, Ground, Polygon
from wideberth.space.inside import contains
from wideberth.space.lattice import QUARTER, TURN, Lattice, apart, cell, together
from wideberth.space.reach import around
from wideberth.space.runs import Run, connected
from wideberth.space.shape import Shapes, compile_shapes
from wideberth.space.units import DEGREE, METRE

NEAR = 2.0
"""Metres: more than the certified gap of two shapes may be below the true one."""
MOST = 10_000_000
"""Cells looked at, as often as a piece is near them; of more, larger ones are to be asked for."""
_RUN = 500_000
_WIDE = 60 * DEGREE
_POLES = to_ecef(np.array([0.0, 0.0]), np.array([90.0, -90.0]))


class Touch:
    """Grounds made ready to be asked which cells they touch."""

    def __init__(self, lattice: Lattice, grounds: Sequence[Ground], growth: Sequence[int]) -> None:
        """`growth` of each ground, in 0.1 mm; at least one ground."""
        self._lattice = lattice
        # what lies along the grid is not measured, unless it is grown
        self._drawn = [
            None if grown else _rectangles(lattice, ground)
            for ground, grown in zip(grounds, growth, strict=True)
        ]
        self._rest = [k for k, each in enumerate(self._drawn) if each is None]
        self._shapes = compile_shapes([grounds[k] for k in self._rest]) if self._rest else None
        self._growth = np.array([growth[k] for k in self._rest]) / METRE + NEAR

    def least(self, level: int) -> int:
        """A number of cells of a level that are surely touched: those in which pieces begin."""
        if self._shapes is None:
            return 0
        lon, lat = np.floor(to_lonlat(self._shapes.a).T * DEGREE).astype(np.int64)
        row = self._lattice.row_at(np.clip(lat, -QUARTER, QUARTER), level)
        count = self._lattice.columns(row, level)
        return len(np.unique(together(row, (lon + HALF_TURN) * count // TURN % count)))

    def at(self, level: int, most: int = MOST) -> list[Index] | None:
        """The cells of a level that each ground touches, sorted, as `lattice.together`.

        None where many more than `most` cells, and four a piece, would have to be looked at.
        """
        found: list[Index] = []
        for each in self._drawn:
            cells = np.zeros(0, np.int64) if each is None else _held(self._lattice, each, level, most)
            if cells is None:
                return None
            found.append(cells)
        if self._shapes is not None:
            measured = _measured(self._lattice, self._shapes, self._growth, level, most)
            if measured is None:
                return None
            for k, cells in zip(self._rest, measured, strict=True):
                found[k] = cells
        return found


class _Rectangle(NamedTuple):
    """In 1e-7 degrees."""

    west: int
    south: int
    east: int
    north: int


def _rectangles(lattice: Lattice, ground: Ground) -> list[_Rectangle] | None:
    """What a polygon with edges straight along the edges of cells of level 0 is made of; None for others."""
    if not isinstance(ground, Polygon) or ground.edges != "lonlat" or ground.slack:
        return None
    sides = [(p, q) for ring in ground.rings for p, q in itertools.pairwise((*ring, ring[0]))]
    lons, lats = zip(*(point for ring in ground.rings for point in ring), strict=True)
    # within a quarter of a turn a ring is what it looks like on a map
    if max(lons) - min(lons) > QUARTER or any(p[0] != q[0] and p[1] != q[1] for p, q in sides):
        return None
    levels = sorted(set(lats))
    if not _on_parallels(lattice, levels):
        return None
    found = []
    for south, north in itertools.pairwise(levels):
        walls = sorted(p[0] for p, q in sides if min(p[1], q[1]) <= south and max(p[1], q[1]) >= north)
        if not _on_meridians(lattice, walls, south, north):
            return None
        pairs = zip(walls[::2], walls[1::2], strict=True)
        found += [_Rectangle(west, south, east, north) for west, east in pairs]
    return found


def _held(lattice: Lattice, rectangles: Sequence[_Rectangle], level: int, most: int) -> Index | None:
    """The cells that share more than an edge with the rectangles."""
    found = []
    left = most
    for west, south, east, north in rectangles:
        low, high = lattice.row_at(np.array([south, north - 1]), level).tolist()
        if high - low >= left:
            return None
        rows = np.arange(low, high + 1)
        count = lattice.columns(rows, level)
        first = -(-(west + HALF_TURN + 1) * count // TURN) - 1
        size = -(-(east + HALF_TURN) * count // TURN) - first
        left -= int(size.sum())
        if left < 0:
            return None
        found.append(spread(rows, first, size, count)[1])
    return np.unique(np.concatenate(found))


def _on_parallels(lattice: Lattice, levels: Sequence[int]) -> bool:
    lat = np.array(levels)
    row = lattice.row_at(lat)
    return bool(((lattice.parallel(row) == lat) | (lat == QUARTER)).all())


def _on_meridians(lattice: Lattice, walls: Sequence[int], south: int, north: int) -> bool:
    """Whether these longitudes are edges of cells in every row between two, or quarters of a turn."""
    low, high = lattice.row_at(np.array([south, north - 1])).tolist()
    counts = lattice.counts(low, high)
    lon = np.array([wall for wall in walls if wall % QUARTER], dtype=np.int64)[:, None] + HALF_TURN
    return bool((-(-lon * counts // TURN) * TURN // counts == lon).all())


def _measured(lattice: Lattice, shapes: Shapes, growth: Array, level: int, most: int) -> list[Index] | None:
    """The cells within `growth` metres of each shape."""
    number = len(shapes.radius)
    owner = np.repeat(np.arange(number), np.diff(shapes.first))
    reach = (shapes.radius + growth)[owner]
    runs = under(lattice, around(shapes.a, shapes.b, shapes.half, reach), level, most)
    if runs is None:
        return None
    maybe: list[list[Index]] = [[] for _ in range(number)]
    certain: list[list[Index]] = [[] for _ in range(number)]
    for part in np.split(
        np.arange(len(runs.size)), np.flatnonzero(np.diff(np.cumsum(runs.size) // _RUN)) + 1
    ):
        piece, row, first, size, count = (column[part] for column in runs)
        which, code = spread(row, first, size, count)
        sure = _surely(lattice, shapes, reach, piece[which], code, level)
        # in the order of the shapes, as the pieces are
        whose, starts = np.unique(owner[piece[which]], return_index=True)
        for k, begin, end in zip(whose, starts, np.append(starts[1:], len(code)), strict=True):
            mine = code[begin:end]
            maybe[k].append(np.unique(mine))
            certain[k].append(np.unique(mine[sure[begin:end]]))
    found, doubts = [], []
    for k in range(number):
        near, held = (np.unique(np.concatenate(each[k])) for each in (maybe, certain))
        if shapes.area[k]:
            inner = between(lattice, shapes, k, near, level, most)
            if inner is None:
                return None
            held = np.union1d(held, inner)
        found.append(held)
        doubts.append(np.setdiff1d(near, held, assume_unique=True))
    close = _close(lattice, shapes, doubts, growth, level)
    return [np.union1d(held, more) for held, more in zip(found, close, strict=True)]


class Runs(NamedTuple):
    """Runs of cells near pieces: `size` of them from column `first` on of a row of `columns`."""

    piece: Index
    row: Index
    first: Index
    size: Index
    columns: Index


def under(lattice: Lattice, boxes: Array, level: int, most: int) -> Runs | None:
    """The cells under the boxes of pieces, in degrees; None where they are too many."""
    # outwards: edges of cells are whole units
    west, south = (np.floor(boxes[:, k] * DEGREE).astype(np.int64) - 1 for k in (0, 1))
    east, north = (np.ceil(boxes[:, k] * DEGREE).astype(np.int64) + 1 for k in (2, 3))
    low, high = lattice.row_at(south, level), lattice.row_at(north, level)
    rows = high - low + 1
    most += 4 * len(boxes)  # each is in a corner of four cells, at worst, whatever their size
    if int(rows.sum()) > most:
        return None
    piece = np.repeat(np.arange(len(boxes)), rows)
    row = low[piece] + counted(rows)
    count = lattice.columns(row, level)
    first, last = ((side[piece] + HALF_TURN) * count // TURN for side in (west, east))
    size = np.minimum(last - first + 1, count)
    return None if int(size.sum()) > most else Runs(piece, row, first, size, count)


def spread(row: Index, first: Index, size: Index, count: Index) -> tuple[Index, Index]:
    """The cells of runs that begin at column `first` of a row, and the number of the run of each."""
    run = np.repeat(np.arange(len(row)), size)
    return run, together(row[run], (first[run] + counted(size)) % count[run])


def counted(size: Index) -> Index:
    """0, 1, … of each run of these sizes."""
    return np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)


def _surely(
    lattice: Lattice, shapes: Shapes, radius: Array, piece: Index, code: Index, level: int
) -> NDArray[np.bool_]:
    """Where a point of the cell is within the radius of an end of the piece.

    A plane section of the ellipsoid is nowhere curved more than a circle of radius R_MIN; so it is no longer
    than that circle's arc over the same chord, and the geodesic no longer than it.
    """
    west, south, east, north = (side / DEGREE for side in lattice.box(*apart(code), level))
    sure = np.zeros(len(code), dtype=bool)
    for end in (shapes.a, shapes.b):
        left = np.flatnonzero(~sure)
        here = end[piece[left]]
        lon, lat = to_lonlat(here).T
        middle, half = (west[left] + east[left]) / 2, (east[left] - west[left]) / 2
        near = middle + np.clip((lon - middle + 180.0) % 360.0 - 180.0, -half, half)
        chord = np.linalg.norm(to_ecef(near, np.clip(lat, south[left], north[left])) - here, axis=1)
        arc = 2 * R_MIN * np.arcsin(np.minimum(chord / (2 * R_MIN), 1.0))
        sure[left] = arc < radius[piece[left]]
    return sure


def between(lattice: Lattice, shapes: Shapes, k: int, maybe: Index, level: int, most: int) -> Index | None:
    """The cells inside filled shape k, of those that its boundary does not come near (it does to `maybe`).

    Along a row, cells from one of `maybe` to the next are all inside or all outside: the first answers for
    them; and so do the rows beyond the last for a pole.
    """
    row, column = apart(maybe)
    count = lattice.columns(row, level)
    following = np.append(row[1:] != row[:-1], True)
    starts = np.flatnonzero(np.append(True, following[:-1]))
    # behind the last of a row comes its first again, a turn further
    nxt = np.append(column[1:], 0)
    nxt[following] = column[starts] + count[following]
    free = np.flatnonzero(nxt - column > 1)
    rows, first, counts = row[free], column[free] + 1, count[free]
    size = nxt[free] - first
    inside = _inside(lattice, shapes, k, Runs(free, rows, first, size, counts), level)
    rows, first, size, counts = rows[inside], first[inside], size[inside], counts[inside]
    held = contains(shapes, k, _POLES)
    top = (lattice.rows - 1) >> level
    for pole, begin, stop in ((0, int(row.max()) + 1, top + 1), (1, 0, int(row.min()))):
        if held[pole] and begin < stop:
            if stop - begin > most:
                return None
            more = np.arange(begin, stop)
            whole = lattice.columns(more, level)
            rows, first = np.append(rows, more), np.append(first, np.zeros(len(more), dtype=np.int64))
            size, counts = np.append(size, whole), np.append(counts, whole)
    if int(size.sum()) > most:
        return None
    return np.unique(spread(rows, first, size, counts)[1])


def _inside(lattice: Lattice, shapes: Shapes, k: int, runs: Runs, level: int) -> NDArray[np.bool_]:
    """Which runs without boundary are inside filled shape k: of those that hang together one is asked."""
    number = np.arange(len(runs.row))
    over = runs.first + runs.size - runs.columns
    # a run over ±180° is two
    which = np.concatenate([number, number[over > 0]])
    begin = np.concatenate([runs.first % runs.columns, np.zeros(int((over > 0).sum()), np.int64)])
    wide = np.concatenate([runs.size - np.maximum(over, 0), over[over > 0]])
    wide = np.where(wide > 0, wide, over[which])
    row = runs.row[which]
    west, south, _, north = lattice.box(row, begin, level)
    east = lattice.box(row, begin + wide - 1, level)[2]
    order = np.lexsort([west, row])
    drawn = [Run(*each) for each in np.stack([south, north, west, east], -1)[order].tolist()]
    place = np.argsort(order)
    pairs = zip(place[len(number) :].tolist(), place[number[over > 0]].tolist(), strict=True)
    part = np.array(connected(drawn, pairs), dtype=np.int64)
    asked, answer = np.unique(part, return_inverse=True)
    middle = [
        ((each.west + each.east) / 2, (each.south + each.north) / 2) for each in map(drawn.__getitem__, asked)
    ]
    lon, lat = np.array(middle).reshape(-1, 2).T / DEGREE
    held = contains(shapes, k, to_ecef(lon, lat))[answer]
    return held[place[: len(number)]]


def _close(
    lattice: Lattice, shapes: Shapes, doubts: Sequence[Index], growth: Array, level: int
) -> Sequence[Index]:
    """Of the cells in doubt of each shape those within its growth, by the certified gap."""
    size = np.array([len(each) for each in doubts])
    which, codes = np.repeat(np.arange(len(doubts)), size), np.concatenate(doubts)
    west, south, east, north = lattice.box(*apart(codes), level)
    # near a pole and at the highest levels a cell is no shape to measure: it counts as touched
    close = east - west >= _WIDE
    asked = np.flatnonzero(~close)
    if len(asked):
        corners, number = np.unique(
            np.stack([west, south, east, north], -1)[asked], axis=0, return_inverse=True
        )
        both = _joined(shapes, compile_shapes([cell(*each) for each in corners.tolist()]))
        limit = growth[which[asked]]
        apart_by = gaps(both, which[asked], number.reshape(-1) + len(doubts), limit + 1.0).lower
        close[asked] = apart_by < limit
    return np.split(codes[close], np.searchsorted(which[close], np.arange(1, len(doubts))))


def _joined(one: Shapes, other: Shapes) -> Shapes:
    first = np.concatenate([one.first, other.first[1:] + one.first[-1]])
    rest = ("a", "b", "half", "sag", "radius", "area", "thin", "low", "high")
    return Shapes(first, *(np.concatenate([getattr(one, name), getattr(other, name)]) for name in rest))
