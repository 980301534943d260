"""A party that asks for all there is: what scripts/long/blind_probing.py counts is what whole runs tell."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

import blind_probing as probing
from tests.blind.sides import QUICK, ROLES, Cell, Side, Span, Told, agreed, talk
from wideberth.blind import tree
from wideberth.blind.cover import Covered
from wideberth.blind.rules import Agreed
from wideberth.model.agreement import Blind

BASE = 16
EDGE = 6
"""Start cells along each side of the box of the theatre, in two axes."""
PLANS: list[Span] = [
    ((4 * (BASE + i), 4 * (BASE + j), 4 * BASE, 4), (4 * (BASE + i) + 5, 4 * (BASE + j), 4 * BASE + 1, 4))
    for i in range(0, EDGE - 1, 2)
    for j in range(0, EDGE, 2)
]
"""Each in two start cells side by side, and in some of what is below."""


class Whole(Told):
    """A set of any start cells, and of all that is inside those that matched."""

    def __init__(self, asked: list[Cell], terms: Agreed) -> None:
        super().__init__([(_first(cell), _last(cell)) for cell in asked], terms)

    def _covered(self, cells: set[Cell], level: int) -> Covered:
        found = super()._covered(cells, level)
        return found._replace(filled=np.zeros_like(found.filled))


def _first(cell: Cell) -> Cell:
    return 4 * cell[0], 4 * cell[1], 4 * cell[2], 4 * cell[3]


def _last(cell: Cell) -> Cell:
    return 4 * cell[0] + 3, 4 * cell[1] + 3, 4 * cell[2] + 3, 4 * cell[3] + 3


def box() -> list[Cell]:
    """All start cells of the theatre, in the order of their numbers."""
    return [(BASE + i, BASE + j, BASE, 1) for i in range(EDGE) for j in range(EDGE)]


def theatre() -> probing.Theatre:
    """The same as `probing.theatre` makes of plans, of plans whose cells are told."""
    terms = agreed(QUICK)
    cover, number = Told(PLANS, terms), {cell: k for k, cell in enumerate(box())}
    now = cover.start()
    held = np.zeros(len(number), dtype=bool)
    held[[number[_cell(row)] for row in now.cells]] = True
    below = []
    for level in terms.levels[1:]:
        now = cover.refine(now, np.arange(len(now.cells)), level)
        above = [number[_cell(row)] for row in tree.parents(now.cells, level, QUICK.start_level)]
        below.append(np.bincount(above, minlength=len(number)))
    return probing.Theatre(len(PLANS), held, np.array(below))


def _cell(row: tree.Index) -> Cell:
    t, lon, lat, alt = row.tolist()
    return t, lon, lat, alt


@pytest.mark.parametrize(
    ("blind", "number", "why"),
    [
        (QUICK, 8, ""),
        (replace(QUICK, cells_a_day=7), 8, "budget"),
        (replace(QUICK, cells_a_day=8), 8, ""),
        (replace(QUICK, terms=60), 16, "terms"),
    ],
)
def test_the_plain_sets_tell_what_a_whole_run_tells(blind: Blind, number: int, why: str) -> None:
    hidden = theatre()
    asked = np.flatnonzero(hidden.held)[:number]
    got = probing.Side(hidden, blind).run(asked)
    terms = agreed(blind)
    covers = Told(PLANS, terms), Whole([box()[k] for k in asked], terms)
    sides = {
        role: Side(role, cover, terms, allowed=blind.cells_a_day)
        for role, cover in zip(ROLES, covers, strict=True)
    }
    talk(sides)
    true, peer = sides["a"].verdict, sides["b"].verdict
    assert true is not None
    assert peer is not None
    assert got.why == why
    # whoever finds it first says it, and the other is told
    assert why in (true.why, peer.why)
    assert got.deep == (true.outcome == "matched")
    assert len(got.matched) == len(true.first) == len(peer.first)
    if got.deep:
        assert hidden.below[-1][got.matched].sum() == len(peer.matches)


def test_whoever_goes_silent_is_charged_for_all_that_it_may_know() -> None:
    hidden = theatre()
    side = probing.Side(hidden, replace(QUICK, cells_a_day=20))
    got = side.run(np.arange(10), silent=True)
    assert (got.deep, side.allowed) == (False, 10)
    assert len(got.matched) < 10
    side.run(np.arange(20), silent=True)
    after = side.run(np.arange(36))
    assert (len(after.matched), after.why) == (0, "budget")


@pytest.mark.parametrize("way", probing.ATTACKS)
def test_no_more_is_learned_than_budget_and_one_set_a_day(way: probing.Attack) -> None:
    held = np.zeros(4_000, dtype=bool)
    held[::4] = True
    below = np.where(held, [[4], [16]], 0)
    blind = replace(QUICK, terms=1_001, cells_a_day=40, matched_percent=100)
    found = probing.learned(probing.Theatre(1, held, below), blind, way, 4, 1)
    for day in range(4):
        start, floor = found.on(day + 1)
        # all of them at the floor cost; at the start level one set may be too many
        assert floor * held.sum() <= 40 * (day + 1) + 0.5
        assert start * held.sum() <= (40 + 1_000) * (day + 1)
    assert found.start == sorted(found.start)
    if way == "careful":
        # and it asks well: most of what a day allows
        assert found.on(1)[1] * held.sum() >= 25
        assert found.on(4)[0] * held.sum() <= 40 * 4 + 0.5


def test_the_table_and_the_picture_say_what_they_are() -> None:
    found = probing.Learned([0.25] * probing.RUNS * 14, [0.125] * probing.RUNS * 14)
    said = probing.table([probing.Row(QUICK, "both", found)])
    assert "| 100,000 | 2,000 | 25 | within the budget, then the largest set | 25.0 %, 12.5 % |" in said
    drawn = probing.picture([("cells_a_day 200", found)], 14)
    for words in ("days of runs", "dashed of the floor", "cells_a_day 200", "stroke-dasharray"):
        assert words in drawn
