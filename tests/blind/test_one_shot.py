"""One exchange with cells of several levels: nothing that conflict.find reports is missed, and a match is a
cell of one side that is, or holds, a cell of the other.
"""

from __future__ import annotations

from random import Random
from typing import cast

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.amount import amount
from tests.blind.sides import HOUR, ROLES, agreed, own, talk
from tests.blind.test_check_plans import COARSE, TABLE, conflicts, parties
from tests.conflict.sample import plan
from wideberth.blind import tree
from wideberth.blind.check import BlindCheck
from wideberth.blind.cover import Cover, Covered, Entries
from wideberth.blind.one_shot import KINDS, LARGE, SMALL, OneShot
from wideberth.blind.rules import Agreed, Role
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.space.ellipsoid import Index
from wideberth.space.ground import Circle
from wideberth.space.volume import Volume

FINE = Blind(start_level=12, floor_level=20, matched_percent=100)
ROOT = np.array([27_000, 300, 130, 0]) << 3


class Cells:
    """A cover of plans whose cells are told: `plans` has, for each, its cells of the floor."""

    def __init__(self, *plans: list[tuple[int, int, int, int]], full: bool = False) -> None:
        self.plans, self.full = plans, full

    def at(self, level: int) -> Covered:
        return self._covered(level, np.ones(len(self.plans), dtype=bool))

    def refine(self, _covered: Covered, kept: Index, level: int, of: Index) -> Covered:
        assert len(kept) == len(_covered.cells)
        return self._covered(level, of)

    def _covered(self, level: int, of: Index) -> Covered:
        met: dict[tuple[int, ...], set[int]] = {}
        for k, cells in enumerate(self.plans):
            for cell in cells if of[k] else ():
                at = ((ROOT << 2) + np.array(cell)) >> (20 - level) // 4
                met.setdefault(tuple(at.tolist()), set()).add(k)
        listed = sorted(met)
        first = np.cumsum([0, *(len(met[cell]) for cell in listed)])
        number = [k for cell in listed for k in sorted(met[cell])]
        rows = np.array(listed, dtype=np.int64).reshape(-1, 4)
        none = Entries(*([np.zeros(0, dtype=np.int64)] * 3))
        filled = np.full(len(listed), self.full)
        return Covered(level, rows, first, np.array(number, dtype=np.int64), filled, none, None)  # type: ignore[arg-type]  # no tiles are needed


TERMS = agreed(FINE, form="one-shot")


def sets(role: Role, *plans: list[tuple[int, int, int, int]], full: bool = False) -> OneShot:
    return OneShot(cast(Cover, Cells(*plans, full=full)), TERMS, role)


def square(n: int, at: int = 0) -> list[tuple[int, int, int, int]]:
    """n × n cells of the floor on the ground, from a place on."""
    return [(at, at + x, at + y, 0) for x in range(n) for y in range(n)]


def levels(side: OneShot, role: Role) -> dict[int, int]:
    """How many own cells of each level."""
    found: dict[int, int] = {}
    for term in side.terms():
        if term.startswith(KINDS[role]):
            found[term[5]] = found.get(term[5], 0) + 1
    return found


def matched(
    a: OneShot, b: OneShot
) -> tuple[set[tuple[int, tuple[int, ...]]], set[tuple[int, tuple[int, ...]]]]:
    """(level, own plans) of the matches of both sides, which have the same cells."""
    both = set(a.terms()) & set(b.terms())
    for side in (a, b):
        some = [k for k, term in enumerate(side.terms()) if term in both]
        side.take(some, [side.filled(k) for k in some], last=True)
    assert [each.cell for each in a.matches] == [each.cell for each in b.matches]
    return tuple({(each.cell[0], each.plans) for each in side.matches} for side in (a, b))  # type: ignore[return-value]  # two of them


def play(plans: dict[Role, list[Plan]], terms: Agreed, chance: Random) -> dict[Role, BlindCheck]:
    made = {role: OneShot(Cover(plans[role], terms), terms, role) for role in ROLES}
    sides = {role: BlindCheck(terms, role, made[role], own(role)) for role in ROLES}
    talk(sides, chance)
    return sides


@settings(max_examples=amount(40, 6), deadline=None)
@given(parties(), st.sampled_from([COARSE, FINE]), st.integers(0, 2**32).map(Random))
def test_no_conflict_is_missed(plans: dict[Role, list[Plan]], blind: Blind, chance: Random) -> None:
    terms = agreed(blind, TABLE, from_ms=0, until_ms=2 * HOUR, form="one-shot")
    made = {role: OneShot(Cover(plans[role], terms), terms, role) for role in ROLES}
    both = set(made["a"].terms()) & set(made["b"].terms())
    for side in made.values():
        some = [k for k, term in enumerate(side.terms()) if term in both]
        side.take(some, [False] * len(some), last=True)
    pairs = zip(made["a"].matches, made["b"].matches, strict=True)
    found = {(str(i), str(j)) for a, b in pairs for i in a.plans for j in b.plans}
    truth = conflicts(plans, terms.reference)
    event(f"conflicts: {bool(truth)}, told: {bool(found)}")
    assert truth <= found


def test_both_sides_of_a_run_come_to_the_same_with_their_own_plans() -> None:
    spot = Volume(Circle((330_000_000, 340_000_000), 10_000_000), start=0, end=HOUR)
    away = Volume(Circle((370_000_000, 340_000_000), 10_000_000), start=0, end=HOUR)
    terms = agreed(FINE, TABLE, from_ms=0, until_ms=2 * HOUR, form="one-shot")
    plans: dict[Role, list[Plan]] = {
        "a": [plan("alpha", away, name="away"), plan("alpha", spot, name="spot")],
        "b": [plan("bravo", spot, name="spot")],
    }
    a, b = (side.verdict for side in play(plans, terms, Random(1)).values())
    assert a is not None and b is not None
    assert (a.outcome, b.outcome, a.rounds) == ("matched", "matched", 1)
    assert {each.plans for each in a.matches} == {(1,)} and {each.plans for each in b.matches} == {(0,)}
    assert [each.cell for each in a.matches] == [each.cell for each in b.matches]
    plans["a"].pop()
    assert {side.verdict.outcome for side in play(plans, terms, Random(2)).values() if side.verdict} == {
        "clear"
    }


@pytest.mark.parametrize(
    ("size", "level", "count"),
    [
        (1, 20, 1),
        (4, 20, SMALL),
        (5, 16, 9),
        (16, 16, 64),
        (20, 16, 100),
        (48, 12, 144),
    ],
)
def test_each_plan_has_the_finest_cells_of_which_it_needs_few(size: int, level: int, count: int) -> None:
    assert levels(sets("a", square(size)), "a") == {level: count}


def test_the_numbers_are_those_of_the_design() -> None:
    assert (SMALL, LARGE) == (16, 128)


def test_a_coarse_cell_matches_a_fine_one_inside_it_whichever_side_has_it() -> None:
    large, inside, outside = square(48), [(0, 9, 9, 0)], [(0, 200, 9, 0)]
    for roles in (ROLES, ROLES[::-1]):
        one, two = (sets(role, cells) for role, cells in zip(roles, ([*large], inside), strict=True))
        first, second = matched(one, two)
        assert first == second == {(12, (0,))}
        one, two = sets(roles[0], large), sets(roles[1], outside)
        assert matched(one, two) == (set(), set())


def test_fine_cells_in_the_same_coarse_one_do_not_match() -> None:
    one, two = sets("a", [(0, 0, 0, 0)]), sets("b", [(0, 1, 0, 0)])
    assert matched(one, two) == (set(), set())
    assert tree.parents(ROOT[None], 20, 16).shape == (1, 4)


def test_a_cell_that_both_have_is_one_match_with_the_plans_of_it() -> None:
    first, second = matched(
        sets("a", [(0, 0, 0, 0)], [(0, 0, 0, 0)], [(9, 9, 9, 9)]), sets("b", [(0, 0, 0, 0)])
    )
    assert first == {(20, (0, 1))} and second == {(20, (0,))}


def test_filled_is_said_only_where_the_cover_says_so() -> None:
    for full in (True, False):
        a, b = sets("a", square(1), full=full), sets("b", square(1), full=full)
        matched(a, b)
        assert [each.filled for each in a.matches] == [full]


def test_terms_are_each_there_once_and_no_terms_of_a_cell_alone() -> None:
    terms = sets("b", square(5), square(20), square(48)).terms()
    assert len(terms) == len(set(terms))
    assert {len(term) for term in terms} == {tree.SIZE + 5}
    assert {term[:5] for term in terms} == set(KINDS.values())


def test_no_plan_has_no_terms() -> None:
    assert OneShot(Cover([], TERMS), TERMS, "a").terms() == []


def test_cells_of_some_plans_only_are_looked_at_closer() -> None:
    spots = [Volume(Circle((330_000_000 + k * 1_000_000, 340_000_000), 100_000_000)) for k in range(3)]
    plans = [plan("alpha", spot, name=str(k)) for k, spot in enumerate(spots)]
    plans.insert(0, structs.replace(plans[0], id="ended", state="ended"))
    cover = Cover(plans, agreed(FINE, TABLE, from_ms=0, until_ms=HOUR))
    above = cover.at(12)
    every = np.arange(len(above.cells))
    some = cover.refine(above, every, 16, np.array([True, False, True, False]))
    whole = cover.refine(above, every, 16)
    assert set(some.plan.tolist()) == {2} and set(whole.plan.tolist()) == {1, 2, 3}
    wanted = {tuple(row) for row, k in _rows(whole) if k == 2}
    assert {tuple(row) for row, _ in _rows(some)} == wanted


def _rows(covered: Covered) -> list[tuple[list[int], int]]:
    owner = np.repeat(np.arange(len(covered.cells)), np.diff(covered.first))
    return list(zip(covered.cells[owner].tolist(), covered.plan.tolist(), strict=True))
