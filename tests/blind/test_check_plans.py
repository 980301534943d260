"""Whole runs over plans: whatever conflict.find reports of two parties, both sides of a run find as well."""

from __future__ import annotations

from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.amount import amount
from tests.blind.sides import HOUR, ROLES, Side, agreed, talk
from tests.conflict.sample import CREWED, every, plan, volumes
from wideberth.blind.cover import Cover
from wideberth.blind.rules import Role
from wideberth.conflict.find import find
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.space.reference import VerticalReference

TABLE = every(CREWED)
COARSE = Blind(start_level=12, floor_level=16, matched_percent=100)
SIDES: dict[Role, str] = {"a": "alpha", "b": "bravo"}


@st.composite
def parties(draw: st.DrawFn) -> dict[Role, list[Plan]]:
    """One to three plans of each party, within some tens of kilometres."""
    return {
        role: [
            plan(party, draw(volumes(spread=0.3)), name=str(k), activity="crewed")
            for k in range(draw(st.integers(1, 3)))
        ]
        for role, party in SIDES.items()
    }


def conflicts(plans: dict[Role, list[Plan]], reference: VerticalReference) -> set[tuple[str, str]]:
    """The truth: ids of alpha's and bravo's plans."""
    found = find([*plans["a"], *plans["b"]], TABLE, reference).conflicts
    return {(each.plans[0][1], each.plans[1][1]) for each in found}


@settings(max_examples=amount(40, 5))
@given(parties(), st.integers(0, 2**32).map(Random))
def test_no_conflict_is_missed(plans: dict[Role, list[Plan]], chance: Random) -> None:
    terms = agreed(COARSE, TABLE, from_ms=0, until_ms=2 * HOUR)
    sides = {role: Side(role, Cover(plans[role], terms), terms) for role in ROLES}
    talk(sides, chance, twice=0.1)
    a, b = sides["a"].verdict, sides["b"].verdict
    assert a is not None
    assert b is not None
    assert a.outcome == b.outcome
    cells = {each.cell: each.plans for each in a.matches}, {each.cell: each.plans for each in b.matches}
    assert set(cells[0]) == set(cells[1])
    found = {(str(i), str(j)) for cell in cells[0] for i in cells[0][cell] for j in cells[1][cell]}
    truth = conflicts(plans, terms.reference)
    event(f"{a.outcome} {a.why}, conflicts: {bool(truth)}")
    assert truth <= found
    assert a.outcome == ("matched" if found else "clear")
