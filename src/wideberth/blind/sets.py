"""The sets of a run: which terms a side puts into each round, and what a match comes to.

`Descent` goes level by level: only cells that matched are looked at closer, and a cell stops where both sides
fill it. `OneShot` (one_shot) does all in one round.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from msgspec import Struct

from wideberth.blind import tree
from wideberth.blind.cover import Cover, Covered
from wideberth.blind.rules import STEP


class Match(Struct, frozen=True):
    """A cell in which plans of both parties are too close, as far as its size can tell.

    Attributes:
        cell: its term.
        plans: numbers of the own plans in it, in the sequence that was given.
        filled: whether both said that they fill it; else it is of the floor.
    """

    cell: bytes
    plans: tuple[int, ...]
    filled: bool


class Descent:
    """One side's sets, level by level."""

    def __init__(self, cover: Cover, levels: Sequence[int]) -> None:
        self._cover, self._levels = cover, levels
        self._now: Covered = cover.start()
        self.matches: list[Match] = []

    def terms(self) -> list[bytes]:
        """The terms of this round."""
        return tree.terms(self._now.cells, self._now.level)

    def filled(self, k: int) -> bool:
        """Whether every own plan that touches the cell of term k fills it."""
        return bool(self._now.filled[k])

    def take(self, matched: Sequence[int], both: Sequence[bool], last: bool) -> None:
        """The terms that matched, and of each whether both fill it; the next round is set up."""
        now = self._now
        kept = [k for k, stops in zip(matched, both, strict=True) if not (stops or last)]
        for k, stops in zip(matched, both, strict=True):
            if stops or last:
                plans = now.plan[now.first[k] : now.first[k + 1]]
                cell = tree.terms(now.cells[k : k + 1], now.level)[0]
                self.matches.append(Match(cell, tuple(map(int, plans)), bool(stops)))
        if not last:
            level = self._levels[self._levels.index(now.level) + 1]
            self._now = self._cover.refine(now, np.array(sorted(kept), dtype=np.int64), level)


def left_out(terms: Sequence[bytes], matched: Collection[int], full: Collection[bytes]) -> bool:
    """Whether one of these terms did not match, though its cell is inside one of `full` of the level above.

    Args:
        terms: of own cells.
        matched: numbers of those that matched.
        full: terms of cells that the other side has said to fill.
    """
    return any(above(term) in full for k, term in enumerate(terms) if k not in matched)


def above(term: bytes) -> bytes:
    """The term of the cell of the level above that holds this one's (docs/blind.md; not of level 0)."""
    level = term[0] - STEP
    path = int.from_bytes(term[9:], "big") >> (64 - level) << (64 - level)
    return bytes([level]) + term[1:9] + path.to_bytes(8, "big")
