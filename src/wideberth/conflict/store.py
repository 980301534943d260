"""Where the live index keeps its rows: flat arrays that only grow, until the living move to new ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from wideberth.conflict import columns as c
from wideberth.conflict.index_trees import Cells, bury, copy_left, put
from wideberth.conflict.packed import Prepared
from wideberth.model.plan import Plan
from wideberth.space.ellipsoid import Array, Index

LEAST = (1_024, 4_096, 2**18)
"""Room of the smallest store: plans, rows, figures of geometry."""


class Room(NamedTuple):
    """Numbers of plans, of rows, and of figures of geometry."""

    plans: int
    rows: int
    geometry: int


class Store:
    """Plans and their rows, one behind the other; what is written is never changed, but for when a plan died.

    `plans` (n, 5), `rows`, `boxes` and `geometry` as `columns` says; `serial` (n,) the plans' numbers for
    good, rising; `died` (n,) the moment each was removed, or NEVER; `held` the plans themselves; `used` how
    much of all this is filled. A reader that remembers `used` and a moment sees the same for ever.
    """

    __slots__ = ("boxes", "died", "geometry", "held", "plans", "room", "rows", "serial", "used")

    def __init__(self, room: Room) -> None:
        self.room = room
        self.plans: Index = np.empty((room.plans, 5), dtype=np.int64)
        self.serial: Index = np.empty(room.plans, dtype=np.int64)
        self.died: Index = np.empty(room.plans, dtype=np.int64)
        self.rows: Array = np.empty((room.rows, c.COLUMNS))
        self.boxes: Cells = np.empty((room.rows, c.BOX), dtype=np.int32)
        self.geometry: Array = np.empty(room.geometry)
        self.held: list[Plan] = []
        self.used = Room(0, 0, 0)

    def after(self, prepared: Prepared) -> Room:
        """What is filled once a plan is added."""
        p, r, g = self.used
        return Room(p + 1, r + len(prepared.packed.rows), g + len(prepared.packed.geometry))

    def fits(self, filled: Room) -> bool:
        """Whether there is room for so much."""
        p, r, g = self.room
        return filled.plans <= p and filled.rows <= r and filled.geometry <= g

    @property
    def crowded(self) -> bool:
        """Whether more than three quarters of any room are filled."""
        (p, r, g), room = self.used, self.room
        return 4 * p > 3 * room.plans or 4 * r > 3 * room.rows or 4 * g > 3 * room.geometry

    def add(self, prepared: Prepared, serial: int) -> None:
        """Put a plan behind the others; it must fit."""
        used = self.used
        self.serial[used.plans], self.died[used.plans] = serial, c.NEVER
        put(*prepared.packed, prepared.over, self.plans, self.rows, self.boxes, self.geometry, *used)
        self.held.append(prepared.plan)
        self.used = self.after(prepared)

    def remove(self, serial: int, moment: int) -> tuple[int, int]:
        """Note when a plan died, by its number for good; how many rows and figures of geometry it has."""
        return bury(self.serial, self.used.plans, serial, moment, self.died, self.plans)

    def copy(self, to: Store, begin: int, end: int, moment: int) -> Index:
        """Copy those of the plans begin:end that were not removed up to `moment`; where they were."""
        kept = np.empty(end - begin, dtype=np.int64)
        filled = np.array(to.used)
        arrays = (self.plans, self.rows, self.boxes, self.geometry, self.died)
        count = copy_left(
            *arrays, begin, end, moment, to.plans, to.rows, to.boxes, to.geometry, to.died, filled, kept
        )
        kept, start = kept[:count], to.used.plans
        to.serial[start : start + count] = self.serial[kept]
        to.held += [self.held[k] for k in kept.tolist()]
        to.used = Room(*filled.tolist())
        return kept
