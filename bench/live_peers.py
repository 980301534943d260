"""Peers of the live index: R-trees in memory with shapely's exact test, and trying all, for the tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from bench.index_ways import HELD, INSERT, bulk_tree, corners, reaches, sqlite_rows
from bench.plane import Flat, close, comparable
from bench.traffic import Index

QUERY = (
    "SELECT id FROM held WHERE x1 >= ? AND x0 <= ? AND y1 >= ? AND y0 <= ?"
    " AND z1 >= ? AND z0 <= ? AND t1 >= ? AND t0 <= ?"
)


class Exact:
    """The same last step for both: party, time, altitude and the planar gap of what a tree offers."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat
        columns = (flat.party, flat.low, flat.high, flat.start, flat.end)
        # one by one, plain numbers are faster than arrays of few
        self._plain = list(zip(*(column.tolist() for column in columns), strict=True))
        self._radius = flat.radius.tolist()

    def of(self, row: int, offered: Sequence[int]) -> list[int]:
        """The offered rows that conflict."""
        party, low, high, start, end = self._plain[row]
        v, t = self._flat.v, self._flat.t
        near = [
            other
            for other in offered
            if (theirs := self._plain[other])[0] != party
            and theirs[1] - high < v
            and low - theirs[2] < v
            and theirs[3] - end < t
            and start - theirs[4] < t
        ]
        if not near:
            return near
        reach = self._flat.h + self._radius[row] + self._flat.radius[near]
        meets = shapely.dwithin(self._flat.cores[row], self._flat.cores[near], reach)
        return [other for other, met in zip(near, meets.tolist(), strict=True) if met]


class Sqlite:
    """SQLite's R*Tree in memory, in one transaction."""

    def __init__(self, flat: Flat) -> None:
        self._exact, self._rows = Exact(flat), sqlite_rows(flat)
        low, high = corners(flat)
        reach = reaches(flat)
        asked = np.stack([low - reach, high + reach], -1).reshape(len(flat), 8)
        self._asked = list(map(tuple, asked.tolist()))
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        self._db.execute(HELD)
        self._db.execute("BEGIN")
        self._insert, self._delete = INSERT.format("held"), "DELETE FROM held WHERE id = ?"

    def fill(self, rows: Index) -> None:
        """Hold these, all at once."""
        self._db.executemany(self._insert, [self._rows[row] for row in rows.tolist()])

    def add(self, row: int) -> None:
        """Hold one more."""
        self._db.execute(self._insert, self._rows[row])

    def remove(self, row: int) -> None:
        """Let one go."""
        self._db.execute(self._delete, (row,))

    def replace(self, old: int, new: int) -> None:
        """Hold a new version in place of an old one."""
        self.remove(old)
        self.add(new)

    def ask(self, row: int) -> list[int]:
        """Rows held that conflict with this one."""
        offered = [found for (found,) in self._db.execute(QUERY, self._asked[row])]
        return self._exact.of(row, offered)

    def close(self) -> None:
        """Let go of everything."""
        self._db.close()


class Libspatialindex:
    """Package rtree in memory, filled in one go."""

    def __init__(self, flat: Flat) -> None:
        self._exact = Exact(flat)
        self._low, self._high = corners(flat)
        reach = reaches(flat)
        self._boxes = np.concatenate([self._low, self._high], axis=1).tolist()
        self._asked = np.concatenate([self._low - reach, self._high + reach], axis=1).tolist()
        self._tree: Any = None

    def fill(self, rows: Index) -> None:
        """Hold these, all at once."""
        self._tree = bulk_tree(rows.astype(np.int64), self._low[rows], self._high[rows])

    def add(self, row: int) -> None:
        """Hold one more."""
        self._tree.insert(row, self._boxes[row])

    def remove(self, row: int) -> None:
        """Let one go."""
        self._tree.delete(row, self._boxes[row])

    def replace(self, old: int, new: int) -> None:
        """Hold a new version in place of an old one."""
        self.remove(old)
        self.add(new)

    def ask(self, row: int) -> list[int]:
        """Rows held that conflict with this one."""
        return self._exact.of(row, list(self._tree.intersection(self._asked[row])))

    def close(self) -> None:
        """Let go of everything."""
        self._tree.close()


class All:
    """Tries all that is held: to test the others against, not to be timed."""

    def __init__(self, flat: Flat) -> None:
        self._flat, self._held = flat, np.zeros(len(flat), dtype=bool)

    def fill(self, rows: Index) -> None:
        """Hold these, all at once."""
        self._held[rows] = True

    def add(self, row: int) -> None:
        """Hold one more."""
        self._held[row] = True

    def remove(self, row: int) -> None:
        """Let one go."""
        self._held[row] = False

    def replace(self, old: int, new: int) -> None:
        """Hold a new version in place of an old one."""
        self.remove(old)
        self.add(new)

    def ask(self, row: int) -> list[int]:
        """Rows held that conflict with this one."""
        held = np.flatnonzero(self._held)
        one = np.full(len(held), row)
        held = held[comparable(self._flat, one, held)]
        near = close(self._flat, np.full(len(held), row), held)
        return [int(other) for other in held[near]]

    def close(self) -> None:
        """Nothing to let go of."""
