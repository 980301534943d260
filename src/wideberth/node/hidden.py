"""Conflicts between plans that neither party shows the other, as the blind check has found them, on one line.

They stand as of the newest run that both parties have ended with the same outcome: until the next one nobody
knows better. A pair of notices is in conflict where both parties have said that they are in the same cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from wideberth.blind import tree
from wideberth.desk import blind_runs, blinds
from wideberth.desk.case_entries import Ref
from wideberth.node.open_line import OpenLine
from wideberth.node.owed import void
from wideberth.space.altitude import Altitude
from wideberth.space.lattice import cell as cell_polygon
from wideberth.space.volume import Volume

SHOWN = 10
"""Cells of a pair that a case shows."""


class Hidden:
    """Of one line. `pairs`: of own notices, the other party's that they share cells with, and those cells."""

    def __init__(self, line: OpenLine) -> None:
        self._line, self._party = line, line.state.party
        self._of: tuple[blind_runs.Run, ...] = ()
        self.pairs: dict[str, dict[str, tuple[bytes, ...]]] = {}
        self._met_by: dict[str, set[str]] = {}

    def look(self) -> set[str]:
        """Take in what the line says now: the notices for which something may be another than before."""
        runs = standing(self._line.fold.all.blinds, partial(void, self._line.state))
        if runs == self._of:
            return set()
        self._of = runs
        before = set(self.pairs) | set(self._met_by)
        self.pairs, self._met_by = {}, {}
        for cell, mine, theirs in sorted(
            set().union(*(blind_runs.pairs(each, self._party) for each in runs))
        ):
            known = self.pairs.setdefault(mine, {})
            known[theirs] = (*known.get(theirs, ()), cell)[:SHOWN]
            self._met_by.setdefault(theirs, set()).add(mine)
        return before | set(self.pairs) | set(self._met_by)

    def met(self, notice: str, *, own: bool) -> Iterator[tuple[str, str]]:
        """The pairs that a notice is in, each own one first."""
        for other in sorted(self.pairs.get(notice, ()) if own else self._met_by.get(notice, ())):
            yield (notice, other) if own else (other, notice)

    def where(self, mine: str, theirs: str) -> tuple[Volume, ...]:
        """The cells that a pair shares, as volumes."""
        return tuple(map(volume, self.pairs[mine][theirs]))


def standing(state: blinds.State, voided: Callable[[Ref], bool]) -> tuple[blind_runs.Run, ...]:
    """The newest run that both have ended alike, and what was begun since: what matched in it counts too."""
    runs: list[blind_runs.Run] = []
    for each in reversed(state.sorted()):
        runs.append(each)
        if blind_runs.phase(each, voided) in ("clear", "matched"):
            break
    return tuple(runs)


def volume(term: bytes) -> Volume:
    """A cell as a volume; heights above the ellipsoid."""
    level, index = tree.read(term)
    found = tree.boxes(np.array([index], dtype=np.int64), level)
    west, south, east, north, lower, upper, start, end = (int(each[0]) for each in found)
    ground = cell_polygon(west, south, east, north)
    return Volume(ground, Altitude("HAE", lower), Altitude("HAE", upper), start, end)
