"""The fold of a line of a node: the same as from the beginning, whatever comes late, and of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.agreed import FIRST, NUMBER
from tests.desk.line import Talk, signed
from tests.ledger.two import LINE, A, B
from wideberth.desk import agreements
from wideberth.desk.agreement_entries import Resumed, Signed, Suspended
from wideberth.desk.notice_entries import Told
from wideberth.ledger.canonical import Value
from wideberth.ledger.order import Placed
from wideberth.line.messages import Order
from wideberth.node import fold
from wideberth.node.fold import Fold, _touched, read


@cache
def entries() -> tuple[Placed, ...]:
    """Papers, signatures, and suspensions that come and go."""
    talk = Talk()
    talk.officers(A, B)
    talk.say(A, Signed(signed(A, "officer one", FIRST)))
    for party in (A, B) * 10:
        talk.say(party, Suspended(NUMBER))
        talk.write(party, "plan", {})
        talk.say(party, Resumed(NUMBER))
    return tuple(Placed(each, {}, disputed=False) for each in talk.entries)


def plainly(placed: Sequence[Placed]) -> agreements.State:
    return reduce(agreements.evolve(read), placed, agreements.State(LINE, {}))


@given(st.lists(st.tuples(st.integers(0, 70), st.permutations(range(12))), max_size=12))
def test_a_reordered_tail_is_folded_as_from_the_beginning(orders: list[tuple[int, list[int]]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fold, "EVERY", 8)
        patched.setattr(fold, "OFTEN", 2)
        patched.setattr(fold, "TAIL", 6)
        own, placed = Fold(LINE, {}), list[Placed]()
        for kept, numbers in orders:
            here = min(kept, len(placed))
            more = [entries()[(here + n) % len(entries())] for n in numbers]
            placed[here:] = more
            before = own.state
            changed = own.take(Order(here, tuple(more)))
            assert own.state == plainly(placed)
            assert changed.agreements is (own.state != before)


def test_a_peer_that_says_much_of_agreements_fills_no_memory_with_it() -> None:
    own, said = Fold(LINE, {}), entries()[-3]
    for n in range(3):
        own.take(Order(n * fold.EVERY, (said,) * fold.EVERY))
    assert len(own.state.events) == 3 * fold.EVERY
    # a state for each entry would be millions
    kept = sum(len(each.agreements.events) for each in own._marks.values())
    assert kept < (1 + 2 + 3) * fold.EVERY + fold.TAIL // fold.OFTEN * len(own.state.events)


@pytest.mark.parametrize(
    ("of_type", "kind"), [("call", "call"), ("hold", "hold"), ("talks", "talks"), (Told.TYPE, "notice")]
)
@pytest.mark.parametrize("found", ["call +30 210 1234567", "\x1b[2J", "x" * 2_000, ["h-"], {"a": 1}, None, 7])
def test_what_is_no_id_is_of_no_noun_and_is_told_to_nobody(of_type: str, kind: str, found: Value) -> None:
    talk = Talk()
    entry = talk.write(A, of_type, {kind: found}, kind="urgent")
    assert _touched(Placed(entry, {}, disputed=False)) == set()
    named = talk.write(A, of_type, {kind: "k-" + "a" * 26}, kind="urgent")
    assert _touched(Placed(named, {}, disputed=False)) == {(kind, "k-" + "a" * 26)}
