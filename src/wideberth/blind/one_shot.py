"""The set of a run in one round, for files that people carry: cells of several levels, each plan's own.

Each plan is told by the finest cells of which it needs few. Cells of two sides are then of unequal size, and
a match must be a cell of one that is, or holds, a cell of the other, never two cells that only lie in one and
the same larger cell. So there are two kinds of term. `own-a` of a cell is in side a's set where it is one of
a's own cells, and in side b's where it is an own cell of b's or holds one; `own-b` the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from wideberth.blind import tree
from wideberth.blind.cover import Cover, Covered, Mask
from wideberth.blind.rules import STEP, Agreed, Role
from wideberth.blind.sets import Descent, Match
from wideberth.space.ellipsoid import Index

SMALL: Final = 16
"""Cells of a plan at most, where there is a level below the start with so few."""
LARGE: Final = 128
"""The same of a plan that has more than SMALL at the first level below the start."""
KINDS: Final[dict[Role, bytes]] = {"a": b"own-a", "b": b"own-b"}
"""What a term begins with; the term of the cell follows."""


class _Part(NamedTuple):
    """Terms of one kind and level, and the plans that each stands for, as Covered has them."""

    terms: list[bytes]
    first: Index
    plan: Index
    filled: Mask


class OneShot:
    """One side's set. Raises: Unfit, Refused (`blind.terms`), as Cover."""

    def __init__(self, cover: Cover, agreed: Agreed, role: Role) -> None:
        self._parts = [
            _part(covered, inside, KINDS[whose])
            for covered, level in _levels(cover, agreed)
            for whose, inside in (
                (role, level[covered.plan] == covered.level),
                (_OTHER[role], level[covered.plan] >= covered.level),
            )
        ]
        self._terms = [term for part in self._parts for term in part.terms]
        self._end = np.cumsum([len(part.terms) for part in self._parts])
        self.matches: list[Match] = []

    def terms(self) -> list[bytes]:
        """The terms of the one round."""
        return self._terms

    def filled(self, k: int) -> bool:
        """Whether every own plan that touches the cell of term k fills it, as far as it was looked at."""
        part, at = self._at(k)
        return bool(part.filled[at])

    def take(self, matched: Sequence[int], both: Sequence[bool], last: bool) -> None:
        """The terms that matched, and of each whether both fill its cell; one match a cell."""
        assert last
        found: dict[bytes, tuple[set[int], bool]] = {}
        for k, full in zip(matched, both, strict=True):
            part, at = self._at(k)
            plans, known = found.setdefault(part.terms[at][-tree.SIZE :], (set(), bool(full)))
            plans.update(map(int, part.plan[part.first[at] : part.first[at + 1]]))
            found[part.terms[at][-tree.SIZE :]] = plans, known and bool(full)
        self.matches += [
            Match(cell, tuple(sorted(plans)), full) for cell, (plans, full) in sorted(found.items())
        ]

    def _at(self, k: int) -> tuple[_Part, int]:
        n = int(np.searchsorted(self._end, k, side="right"))
        part = self._parts[n]
        return part, k - int(self._end[n]) + len(part.terms)


Sets: TypeAlias = Descent | OneShot
_OTHER: Final[dict[Role, Role]] = {"a": "b", "b": "a"}


def _levels(cover: Cover, agreed: Agreed) -> list[tuple[Covered, Index]]:
    """What plans touch at each level, the coarsest first, and the level of each plan's own cells.

    At a level are the plans whose own is that one or a finer one, and some that would need too many there.
    """
    blind = agreed.blind
    found = [cover.at(blind.start_level)]
    number = int(found[0].plan.max(initial=-1)) + 1
    level = np.full(number, blind.start_level)
    most = np.full(number, LARGE)
    going = _count(found[0], number) <= LARGE
    while found[-1].level < blind.floor_level and going.any():
        above = found[-1]
        now = cover.refine(above, np.arange(len(above.cells)), above.level + STEP, going)
        count = _count(now, number)
        if now.level == blind.start_level + STEP:
            most = np.where(count <= SMALL, SMALL, LARGE)
        # a plan of no cell here is one whose part of the larger cell was within the last metres' doubt
        going = going & (count > 0) & (count <= most)
        level[going] = now.level
        found.append(now)
    return [(covered, level) for covered in found]


def _count(covered: Covered, number: int) -> Index:
    """How many cells each plan touches."""
    return np.bincount(covered.plan, minlength=number)


def _part(covered: Covered, inside: Mask, kind: bytes) -> _Part:
    """The cells of a level in which some of the plans are: `inside` says for each plan of each cell."""
    cell = np.repeat(np.arange(len(covered.cells)), np.diff(covered.first))[inside]
    kept, size = np.unique(cell, return_counts=True)
    terms = [kind + term for term in tree.terms(covered.cells[kept], covered.level)]
    first = np.append(0, np.cumsum(size))
    return _Part(terms, first, covered.plan[inside], covered.filled[kept])
