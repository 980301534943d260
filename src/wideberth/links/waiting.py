"""Reports that wait to be taken, within a bound: where there is no room, new ones replace old ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from wideberth.model.track import Report

MOST: Final = 20_000


class Waiting:
    """A queue in which no id is crowded out by another's reports.

    Where it is full, the oldest report of the same id goes; where the id has none there, the oldest of one
    that has several; where none has several, that of who waits longest.

    Attributes:
        replaced: how many reports nobody has taken.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._of: dict[str, deque[tuple[int, Report]]] = {}
        self._several: dict[str, None] = {}
        self._size = self._count = 0
        self.replaced = 0

    def __len__(self) -> int:
        return self._size

    def put(self, reports: Iterable[Report]) -> None:
        """They wait."""
        for report in reports:
            if self._size >= self._most:
                self._drop(report.id)
            mine = self._of.setdefault(report.id, deque())
            mine.append((self._count, report))
            if len(mine) == 2:
                self._several[report.id] = None
            self._count += 1
            self._size += 1

    def take(self) -> list[Report]:
        """All that wait, in the order in which they came."""
        found = sorted((each for mine in self._of.values() for each in mine), key=lambda pair: pair[0])
        self._of.clear()
        self._several.clear()
        self._size = 0
        return [report for _, report in found]

    def _drop(self, name: str) -> None:
        if name not in self._of:
            name = next(iter(self._several or self._of))
        mine = self._of[name]
        mine.popleft()
        if len(mine) == 1:
            del self._several[name]
        elif not mine:
            del self._of[name]
        self._size -= 1
        self.replaced += 1
