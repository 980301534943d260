"""Two honest sides find what there is to find, whatever comes first, and no more than is agreed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.amount import amount
from tests.blind.sides import (
    QUICK,
    ROLES,
    SESSION,
    Side,
    Span,
    Told,
    agreed,
    meet,
    own,
    talk,
)
from wideberth.blind import check, tree
from wideberth.blind.check import FEW, TRANSITIONS, WHY, Out, Verdict
from wideberth.blind.messages import Commit, Masked, Message, Stopped
from wideberth.blind.rules import Role
from wideberth.model.agreement import Blind

TWO = Blind(start_level=16, floor_level=20)
COUNT = Blind(mode="count", start_level=12, floor_level=16)
AT = 64
"""The least index of plans: some way from the edge."""
A: list[Span] = [((AT, AT, AT, 8), (AT + 3, AT + 3, AT + 3, 9)), ((AT + 40, AT, AT, 8), (AT + 41, AT, AT, 8))]
B_CLEAR: list[Span] = [((AT + 4, AT, AT, 8), (AT + 9, AT + 3, AT + 3, 9))]
B_MEETS: list[Span] = [((AT + 3, AT + 3, AT + 2, 9), (AT + 9, AT + 9, AT + 3, 12))]


@st.composite
def spans(draw: st.DrawFn) -> Span:
    low = [draw(st.integers(AT, AT + 12)) for _ in range(4)]
    high = [each + draw(st.integers(0, 6)) for each in low]
    return (low[0], low[1], low[2], low[3]), (high[0], high[1], high[2], high[3])


sets = st.lists(spans(), max_size=4)
chances = st.integers(0, 2**32).map(Random)


def two(a: list[Span], b: list[Span], blind: Blind = TWO, **more: object) -> dict[Role, Side]:
    terms = agreed(blind)
    return {
        role: Side(role, Told(plans, terms), terms, **more) for role, plans in zip(ROLES, (a, b), strict=True)
    }


def verdicts(sides: dict[Role, Side]) -> tuple[Verdict, Verdict]:
    found = sides["a"].verdict, sides["b"].verdict
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def pairs(sides: dict[Role, Side]) -> set[tuple[int, int]]:
    """Plans of a and b in the same matched cell."""
    a, b = ({each.cell: each for each in found.matches} for found in verdicts(sides))
    assert set(a) == set(b)
    assert all(a[cell].filled == b[cell].filled for cell in a)
    return {(i, j) for cell in a for i in a[cell].plans for j in b[cell].plans}


@settings(max_examples=amount(40, 7))
@given(sets, sets, chances)
def test_two_sides_find_the_pairs_that_meet_and_no_others(
    a: list[Span], b: list[Span], chance: Random
) -> None:
    sides = two(a, b)
    talk(sides, chance, twice=0.2)
    truth = {(i, j) for i, one in enumerate(a) for j, other in enumerate(b) if meet(one, other)}
    assert pairs(sides) == truth
    for found in verdicts(sides):
        assert found.outcome == ("matched" if truth else "clear")
        assert (found.why, found.rounds, found.count) == ("", 2, None)
        assert found.charge == len(found.first)
    one, other = verdicts(sides)
    assert one.first == other.first
    assert sides["a"].logged == sides["b"].logged == []


@settings(max_examples=amount(40, 5))
@given(sets, sets, chances)
def test_a_count_is_of_the_cells_of_the_floor(a: list[Span], b: list[Span], chance: Random) -> None:
    sides = two(a, b, COUNT)
    talk(sides, chance, twice=0.2)
    terms = agreed(COUNT)
    cells = [{tuple(each) for each in Told(plans, terms).start().cells.tolist()} for plans in (a, b)]
    shared = len(cells[0] & cells[1])
    for found in verdicts(sides):
        assert found.count == shared
        assert found.outcome == ("matched" if shared else "clear")
        assert (found.matches, found.first) == ((), ())
        assert found.charge == min(1, shared)


@settings(max_examples=amount(20, 3))
@given(st.booleans(), chances, chances)
def test_the_order_of_messages_changes_nothing(clear: bool, one: Random, other: Random) -> None:
    found, said = [], []
    for chance, twice in ((one, 0.0), (other, 0.5)):
        sides = two(A, B_CLEAR if clear else B_MEETS)
        sent = talk(sides, chance, twice)
        found.append(verdicts(sides))
        said.append({(role, message) for role, message in sent})
    assert found[0] == found[1]
    assert said[0] == said[1]


def test_a_plan_more_takes_no_match_away() -> None:
    few, many = two(A, B_MEETS), two([*A, B_CLEAR[0]], B_MEETS)
    talk(few)
    talk(many)
    assert pairs(few) < pairs(many)


@pytest.mark.parametrize("mode", ["cells", "escalate"])
def test_all_rounds_are_run_also_over_nothing(mode: str) -> None:
    sides = two([], [], structs.replace(QUICK, mode=mode))
    sent = talk(sides)
    assert [found.outcome for found in verdicts(sides)] == ["clear", "clear"]
    commits = [message for role, message in sent if role == "a" and isinstance(message, Commit)]
    assert [(each.level, each.n) for each in commits] == [(12, 64), (16, 64), (20, 64)]
    assert len({each.key for each in commits}) == 3
    assert len({each.plans for each in commits}) == 1


def test_what_came_before_the_start_is_heard() -> None:
    sides = two(A, B_MEETS)
    begun = sides["a"].start()
    assert sides["b"].receive(message(begun)) == []
    said = sides["b"].start()
    assert [type(each) for each in said] == [Commit, Masked]


def message(said: Sequence[Out]) -> Message:
    (found,) = said
    assert isinstance(found, Commit)
    return found


def test_who_fills_a_cell_shows_no_more_of_it() -> None:
    # both have all of one cell of the start level
    whole: Span = ((AT, AT, AT, 8), (AT + 3, AT + 3, AT + 3, 11))
    sides = two([whole], [whole], QUICK)
    sent = talk(sides)
    for found in verdicts(sides):
        assert [(each.filled, each.plans) for each in found.matches] == [(True, (0,))]
        assert tree.read(found.matches[0].cell)[0] == 12
    assert {message.n for _, message in sent if isinstance(message, Commit)} == {64}


def test_more_terms_than_agreed_are_not_shown() -> None:
    few = structs.replace(TWO, terms=100)
    wide: Span = ((AT, AT, AT, 8), (AT + 60, AT + 5, AT + 5, 9))
    sides = two([wide], B_CLEAR, few)
    sent = talk(sides)
    assert [type(each) for role, each in sent if role == "a"] == [Stopped]
    assert [found.why for found in verdicts(sides)] == ["terms", "stopped"]


def many(side: int) -> list[Span]:
    """Plans of one cell each, side² of them."""
    return [
        ((AT + 2 * i, AT + 2 * j, AT, 8), (AT + 2 * i, AT + 2 * j, AT, 8))
        for i in range(side)
        for j in range(side)
    ]


def test_more_than_the_agreed_share_is_not_looked_at_closer() -> None:
    sides = two(many(9), many(9))
    talk(sides)
    assert {found.why for found in verdicts(sides)} <= {"share", "stopped"}
    for found in verdicts(sides):
        assert (found.outcome, found.rounds, found.matches) == ("not clear", 1, ())
        assert len(found.first) == found.charge == 81
    # however large a share they are, a few are
    assert 49 <= FEW < 81
    small = two(many(7), many(7))
    talk(small)
    assert {found.outcome for found in verdicts(small)} == {"matched"}


def test_the_budget_of_the_day_holds_for_a_few_as_well() -> None:
    sides = two(many(3), many(3), allowed=8)
    talk(sides)
    assert {found.why for found in verdicts(sides)} <= {"budget", "stopped"}
    assert {found.charge for found in verdicts(sides)} == {9}
    assert {found.outcome for found in verdicts(sides)} == {"not clear"}
    enough = two(many(3), many(3), allowed=9)
    talk(enough)
    assert {found.outcome for found in verdicts(enough)} == {"matched"}


def test_a_cell_that_has_matched_today_costs_nothing_more() -> None:
    first = two(many(3), many(3))
    talk(first)
    seen = frozenset(verdicts(first)[0].first)
    again = two(many(3), many(3), allowed=1, seen=seen)
    talk(again)
    assert [(found.outcome, found.charge) for found in verdicts(again)] == [("matched", 0)] * 2


def test_without_a_budget_nothing_is_shown() -> None:
    sides = two(A, B_MEETS, allowed=0)
    said = sides["a"].start()
    assert [type(each) for each in said] == [Stopped, Verdict]
    assert sides["a"].verdict is not None
    assert sides["a"].verdict.why == "budget"


@pytest.mark.parametrize("role", ROLES)
def test_whoever_stops_anywhere_leaves_it_not_clear_and_is_charged(role: Role) -> None:
    """The other goes silent after each of its messages in turn."""
    other: Role = "b" if role == "a" else "a"
    whole = two(A, B_MEETS)
    number = sum(one == other for one, _ in talk(whole))
    known = verdicts(whole)[0].charge
    for allowed in range(number):
        sides = two(A, B_MEETS)
        waiting = [(one, each) for one in ROLES for each in sides[one].start()]
        heard, shown = 0, False
        while waiting:
            sender, each = waiting.pop(0)
            if isinstance(each, Verdict) or (sender == other and heard == allowed):
                continue
            heard += sender == other
            shown |= sender == role and type(each).__name__ == "Evaluated"
            receiver: Role = "b" if sender == "a" else "a"
            waiting += [(receiver, out) for out in sides[receiver].receive(each)]
        side = sides[role]
        assert side.verdict is None
        said = side.stop("timeout")
        assert [type(out) for out in said] == [Stopped, Verdict]
        verdict = said[1]
        assert isinstance(verdict, Verdict)
        assert (verdict.outcome, verdict.why) == ("not clear", "timeout")
        assert side.logged == ["blind.timeout"]
        # it may have learned whatever matched, from when its set was evaluated
        assert verdict.charge >= (known if shown else 0)
        assert side.stop("timeout") == side.receive(Stopped(SESSION, other, "timeout")) == []


def test_a_key_of_an_earlier_run_is_refused() -> None:
    sides = two(A, B_MEETS)
    commit = sides["b"].start()[0]
    assert isinstance(commit, Commit)
    terms = agreed(TWO)
    wary = Side("a", Told(A, terms), terms, used=frozenset({commit.key}))
    wary.start()
    wary.receive(commit)
    assert wary.logged == ["blind.key"]


def test_the_commitment_to_the_plans_is_salted() -> None:
    seeds = [own("a", seed).seed for seed in ("one", "two")]
    document = b"plans"
    assert len({check.plans(seed, SESSION, document) for seed in seeds}) == 2
    assert check.plans(seeds[0], SESSION, document) != check.plans(seeds[0], SESSION, b"plan")
    assert check.plans(seeds[0], SESSION, document) != check.plans(seeds[0], bytes(16), document)


def test_what_follows_what_is_a_table() -> None:
    assert all(each in TRANSITIONS for after in TRANSITIONS.values() for each in after)
    assert [phase for phase, after in TRANSITIONS.items() if not after] == ["over"]
    assert all("over" in after for phase, after in TRANSITIONS.items() if phase != "over")
    assert all(words and code.replace("_", "").isalpha() for code, words in WHY.items())
