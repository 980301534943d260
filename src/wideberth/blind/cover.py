"""Plans as cells of the tree: those that their grown volumes touch, at one level after the other.

A volume is its ground × its heights × its window, and so is its cover. Only cells that matched are looked at
closer: of each volume in one the parts of its ground there are halved (space.tiles), its heights and window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.blind import growth, tree
from wideberth.blind.growth import MOST_PAD, Grown
from wideberth.blind.rules import STEP, Agreed
from wideberth.blind.tree import Cells
from wideberth.conflict.engine import Engine, engine_for
from wideberth.errors import Refused
from wideberth.model.plan import Plan
from wideberth.space import tiles
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.lattice import Graticule
from wideberth.space.tiles import Grounds, Tiles

Mask = NDArray[np.bool_]


class Unfit(Exception):
    """Some plans cannot be checked so: why in words, and their ids."""

    def __init__(self, why: str, plans: frozenset[str]) -> None:
        self.why, self.plans = why, plans
        super().__init__(why)


class Entries(NamedTuple):
    """n times a volume in a cell: the `cell`'s number, the volume's `row`, and the `tile` of its ground."""

    cell: Index
    row: Index
    tile: Index


class Covered(NamedTuple):
    """The cells of a level that plans touch.

    Attributes:
        level: of the tree.
        cells: (n, 4), unique and sorted.
        first, plan: the plans in cell i are plan[first[i]:first[i + 1]], numbers into the plans given.
        filled: (n,) whether every one of them surely fills the cell.
        entries, tiles: from which the next level is made.
    """

    level: int
    cells: Cells
    first: Index
    plan: Index
    filled: Mask
    entries: Entries
    tiles: Tiles


_ROOM = 2_000_000
"""Times that volumes may be in cells, beside what the agreed number of cells suggests."""
_LAT_BITS = 32
_INT = np.zeros(0, dtype=np.int64)
_NO_TILES = Tiles(_INT, _INT, _INT, np.zeros(0, dtype=bool), _INT, _INT)


class Cover:
    """The cells of one party's plans under what is agreed.

    Raises: Unfit, naming all such plans.
    """

    def __init__(self, plans: Sequence[Plan], agreed: Agreed, engine: Engine | None = None) -> None:
        self._agreed = agreed
        self._plans = tuple(plans)
        kept = [k for k, plan in enumerate(plans) if plan.state != "ended"]
        self._number = np.array(kept, dtype=np.int64)
        found = growth.grow([plans[k] for k in kept], agreed)
        self._grown = found
        if found is None:
            return
        wide = [
            self._plans[self._number[k]].id
            for k in np.unique(found.rows.plan[found.live & (found.rows.pads[:, 0] > MOST_PAD)])
        ]
        if wide:
            raise Unfit(f"pads over 10 km: {_named(wide)}", frozenset(wide))
        self._start, self._end = (
            np.maximum(found.start, agreed.from_ms),
            np.minimum(found.end, agreed.until_ms),
        )
        self._rows = np.flatnonzero(found.live)
        nearest = (engine or engine_for(len(found.rows.plan))).least
        # a ground that grows alike is one, whoever's volumes have it
        reach = found.reach[self._rows]
        keys = np.stack([found.rows.ground[self._rows].astype(np.float64), reach], -1)
        unlike, owner = np.unique(keys, axis=0, return_inverse=True)
        self._owner = np.full(len(found.rows.plan), -1)
        self._owner[self._rows] = owner.reshape(-1)
        shape = unlike[:, 0].astype(np.int64)
        self._grounds = Grounds(
            found.rows.shapes, shape, found.rows.shapes.radius[shape] + np.maximum(unlike[:, 1], 0.0), nearest
        )
        self._everywhere = unlike[:, 1] < 0

    def start(self) -> Covered:
        """The cells of the start level, or of the only one.

        Raises: Unfit.
        """
        return self.at(self._agreed.levels[0])

    def at(self, level: int) -> Covered:
        """All cells of a level. Raises: Unfit."""
        grown = self._grown
        if grown is None or not len(self._rows):
            return self._empty(level)
        ground, over = self._tiles(grown, level)
        rows, most = self._rows, self._agreed.blind.terms
        size = np.bincount(ground.owner, minlength=len(self._grounds.shape))[self._owner[rows]]
        (t0, t1), (z0, z1) = self._spans(grown, rows, level)
        count = size.astype(np.float64) * (t1 - t0 + 1) * (z1 - z0 + 1)
        count[np.isin(self._owner[rows], over)] = np.inf
        per_plan = np.bincount(grown.rows.plan[rows], weights=count, minlength=len(grown.rows.plans))
        # of many volumes together it may be fewer cells: who has too many is counted exactly below
        large = np.flatnonzero(per_plan > 4 * most)
        if len(large):
            raise self._unfit([self._plans[self._number[k]].id for k in large])
        self._check_room(count)
        order = np.argsort(ground.owner, kind="stable")
        begin = np.searchsorted(ground.owner[order], np.arange(len(self._grounds.shape) + 1))
        part = _parts(size, t0, t1, z0, z1)
        tile = order[begin[self._owner[rows[part.of]]] + part.tile]
        found = self._covered(grown, level, ground, Entries(part.of, rows[part.of], tile), part.t, part.z)
        names = np.bincount(found.plan, minlength=len(self._plans))
        large = np.flatnonzero(names > most)
        if len(large):
            raise self._unfit([self._plans[k].id for k in large])
        return found

    def refine(self, covered: Covered, kept: Index, level: int, of: Mask | None = None) -> Covered:
        """The cells of a finer level inside some of these, by their numbers.

        Args:
            of: for each plan whether its cells are wanted; without it those of all.

        Raises: Refused (`blind.terms`): so many that a round surely has none for them.
        """
        while covered.level + STEP < level:
            covered, of = self._halved(covered, kept, of), None
            kept = np.arange(len(covered.cells))
        return self._halved(covered, kept, of)

    # how it is worked out

    def _halved(self, covered: Covered, kept: Index, of: Mask | None) -> Covered:
        """The cells of the next level inside some."""
        grown, level = self._grown, covered.level + STEP
        chosen = np.zeros(len(covered.cells), dtype=bool)
        chosen[kept] = True
        held = np.flatnonzero(chosen[covered.entries.cell]) if len(chosen) else _INT
        if grown is not None and of is not None:
            held = held[of[self._number[grown.rows.plan[covered.entries.row[held]]]]]
        if grown is None or not len(held):
            return self._empty(level)
        above, row, tile = (each[held] for each in covered.entries)
        used = np.zeros(len(covered.tiles.owner), dtype=bool)
        used[tile] = True
        number = (np.cumsum(used) - 1)[tile]
        ground, parent = self._tiles_in(grown, tiles.some(covered.tiles, np.flatnonzero(used)), level)
        begin = np.searchsorted(parent, np.arange(int(used.sum()) + 1))
        (t0, t1), (z0, z1) = self._spans(grown, row, level)
        if grown.axes.time:
            half = 2 * covered.cells[above, tree.TIME]
            t0, t1 = np.maximum(t0, half), np.minimum(t1, half + 1)
        if grown.axes.height:
            half = 2 * covered.cells[above, tree.ALT]
            z0, z1 = np.maximum(z0, half), np.minimum(z1, half + 1)
        size = np.diff(begin)[number]
        self._check_room(size * np.maximum(t1 - t0 + 1, 0) * np.maximum(z1 - z0 + 1, 0))
        part = _parts(size, t0, t1, z0, z1)
        found = Entries(part.of, row[part.of], begin[number[part.of]] + part.tile)
        return self._covered(grown, level, ground, found, part.t, part.z)

    def _check_room(self, count: Index | Array) -> None:
        if float(count.sum()) > 16 * self._agreed.blind.terms + _ROOM:
            raise self._many()

    def _lattice(self, level: int) -> Graticule:
        k = tree.halvings(level)
        return Graticule(tree.ROWS << k, tree.COLUMNS << k)

    def _tiles(self, grown: Grown, level: int) -> tuple[Tiles, Index]:
        """The cells on the ground of each grown ground, and for which of them they are too many."""
        n = len(self._grounds.shape)
        if not grown.axes.ground:
            return _one_each(n), _INT
        if self._everywhere.any():
            return _NO_TILES, np.flatnonzero(self._everywhere)
        return tiles.lay(self._lattice(level), self._grounds)

    def _tiles_in(self, grown: Grown, above: Tiles, level: int) -> tuple[Tiles, Index]:
        """The tiles of the next level in some, and in which of these each is."""
        if not grown.axes.ground:
            return above, np.arange(len(above.owner))
        return tiles.halve(self._lattice(level), self._grounds, above)

    def _spans(
        self, grown: Grown, rows: Index, level: int
    ) -> tuple[tuple[Index, Index], tuple[Index, Index]]:
        """The first and last cell of volumes in time, and in height."""
        none = np.zeros(len(rows), dtype=np.int64)
        time, height = (none, none), (none, none)
        if grown.axes.time:
            time = tree.times(self._start[rows], self._end[rows], level)
        if grown.axes.height:
            height = tree.heights(grown.lower[rows], grown.upper[rows], level)
        return time, height

    def _covered(
        self, grown: Grown, level: int, ground: Tiles, entries: Entries, t: Index, z: Index
    ) -> Covered:
        """The cells that parts of volumes are in: `entries` by rows, of which the number of the cell is not
        known yet, and the indices in time and height of each.
        """
        if not len(t):
            return self._empty(level)
        row, tile = entries.row, entries.tile
        lon, lat = (ground.column, ground.row) if grown.axes.ground else (0 * ground.row, 0 * ground.row)
        places, place = np.unique((lon << _LAT_BITS) + lat, return_inverse=True)
        least, high = int(t.min()), int(z.max()) + 1
        if (int(t.max()) - least + 1) * len(places) * high >= 2**63:
            raise self._many()
        # one number a cell, in the order of time, longitude, latitude and height
        code = ((t - least) * len(places) + place.reshape(-1)[tile]) * high + z
        order = np.argsort(code, kind="stable")
        code, plan = code[order], self._number[grown.rows.plan[row[order]]]
        fresh = np.append(True, code[1:] != code[:-1])
        begin = np.flatnonzero(fresh)
        rest, heights = np.divmod(code[begin], high)
        times, where = np.divmod(rest, len(places))
        cells = np.stack(
            [times + least, places[where] >> _LAT_BITS, places[where] & ((1 << _LAT_BITS) - 1), heights], -1
        )
        cell = np.empty(len(code), dtype=np.int64)
        cell[order] = np.cumsum(fresh) - 1
        # rows are in the order of plans, and so they are in each cell
        other = np.flatnonzero(fresh | np.append(True, plan[1:] != plan[:-1]))
        fills = self._fills(grown, level, cells, entries._replace(cell=cell), ground.filled)[order]
        first = np.append(np.searchsorted(other, begin), len(other))
        filled = np.logical_and.reduceat(np.logical_or.reduceat(fills, other), first[:-1])
        return Covered(level, cells, first, plan[other], filled, Entries(cell, row, tile), ground)

    def _fills(self, grown: Grown, level: int, cells: Cells, entries: Entries, ground: Mask) -> Mask:
        """Whether the volume surely fills the cell, of each entry."""
        cell, row, tile = entries
        box = tree.boxes(cells, level)
        whole = ground[tile]
        if grown.axes.time:
            whole &= (grown.start[row] <= box.start[cell]) & (grown.end[row] >= box.end[cell])
        if grown.axes.height:
            whole &= (grown.lower[row] <= box.lower[cell]) & (grown.upper[row] >= box.upper[cell])
        return whole

    def _many(self) -> Refused:
        return Refused("blind.terms", f"accepted: {self._agreed.blind.terms:,} cells in a round")

    def _unfit(self, names: Sequence[str]) -> Unfit:
        return Unfit(f"too many cells: {_named(names)}", frozenset(names))

    def _empty(self, level: int) -> Covered:
        cells = np.zeros((0, 4), dtype=np.int64)
        none = Entries(_INT, _INT, _INT)
        return Covered(level, cells, np.zeros(1, np.int64), _INT, np.zeros(0, dtype=bool), none, _NO_TILES)


class _Parts(NamedTuple):
    """Parts of volumes: `of` which, the number of its `tile` among its own, and the indices `t` and `z`."""

    of: Index
    tile: Index
    t: Index
    z: Index


def _parts(size: Index, t0: Index, t1: Index, z0: Index, z1: Index) -> _Parts:
    """Every tile of a volume (`size` of them), every time from t0 to t1 and every height from z0 to z1."""
    long, high = np.maximum(t1 - t0 + 1, 0), np.maximum(z1 - z0 + 1, 0)
    number = size * long * high
    of = np.repeat(np.arange(len(number)), number)
    part = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    part, z = np.divmod(part, high[of])
    tile, t = np.divmod(part, long[of])
    return _Parts(of, tile, t0[of] + t, z0[of] + z)


def _one_each(n: int) -> Tiles:
    """One cell for each of n grounds: where the ground is not compared."""
    none = np.zeros(n, dtype=np.int64)
    return Tiles(np.arange(n), none, none, np.ones(n, dtype=bool), _INT, _INT)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
