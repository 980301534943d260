"""Rows of tracks, taken and given back, with whose they are and when each has to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import numpy as np

from wideberth.watch.motion import Rows, empty

Held = TypeVar("Held")


class Slots(Generic[Held]):
    """Rows, twice as many whenever they are full.

    Attributes:
        whole: all rows, in use or not.
        ids: by row; empty where it is free.
        due: by row, POSIX ms; infinite where it is free.
    """

    def __init__(self) -> None:
        self.whole: Rows = empty(64)
        self.due = np.full(64, np.inf)
        self.ids: list[str] = []
        self._held: list[Held | None] = []
        self._free: list[int] = []

    @property
    def rows(self) -> Rows:
        """One for each of `ids`."""
        return self.whole[: len(self.ids)]

    def take(self, name: str) -> int:
        """A free row."""
        if self._free:
            slot = self._free.pop()
            self.ids[slot] = name
            return slot
        slot = len(self.ids)
        if slot == len(self.whole):
            self.whole = np.concatenate([self.whole, empty(slot)])
            self.due = np.concatenate([self.due, np.full(slot, np.inf)])
        self.ids.append(name)
        self._held.append(None)
        return slot

    def hold(self, slot: int, held: Held) -> None:
        """Say what has the row."""
        self._held[slot] = held

    def leave(self, slot: int) -> None:
        """Give a row back."""
        self.whole[slot] = 0.0
        self.due[slot] = np.inf
        self._held[slot] = None
        self.ids[slot] = ""
        self._free.append(slot)

    def all_due(self) -> None:
        """All that have a row are to be looked at."""
        self.due[np.isfinite(self.due)] = 0.0

    def overdue(self, now_ms: int) -> Iterator[Held]:
        """What has the rows that are due, in the order of rows; meanwhile some may be given back."""
        for slot in np.flatnonzero(self.due[: len(self.ids)] <= now_ms):
            held = self._held[slot]
            if held is not None:
                yield held
