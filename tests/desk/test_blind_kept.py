"""What a party keeps of its own blind checks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import A
from wideberth.desk import blind_kept
from wideberth.desk.blind_kept import Begun, Cell, Charged, Concluded, Kept, State
from wideberth.desk.plans import State as Plans
from wideberth.ledger import feed, ids, merkle
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import BODY, write

DAY = blind_kept.DAY_MS
SESSION, SEED = b"s" * 16, b"k" * 32
BEGUN = Begun(SESSION, "line", "a", SEED, 0, DAY, b"\x05")
terms = st.binary(min_size=17, max_size=17)
names = st.integers(0, 99).map(lambda n: f"p-{n:026d}")
cells = st.lists(
    st.builds(Cell, terms, st.lists(names, max_size=20, unique=True).map(tuple)), max_size=12
).map(tuple)
ends = st.builds(
    Concluded,
    st.just(SESSION),
    st.sampled_from(["clear", "matched", "not clear"]),
    st.sampled_from(["", "timeout"]),
    cells,
    st.integers(0, 9_999),
    st.lists(terms, max_size=5).map(tuple),
    st.lists(names, max_size=5, unique=True).map(tuple),
    st.none() | st.integers(0, 99),
)


def private(of_type: str, value: Any, n: int, at_ms: int) -> Entry:
    mine = ids.Origin(ids.PRIVATE, A.name, "main", 0)
    head = feed.Head(mine, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    return feed.append(head, feed.Written(of_type, 1, {}, at_ms), value, bytes(16)).entry


def fold(*said: blind_kept.Said, at_ms: int = 0) -> State:
    state = State()
    for n, each in enumerate(said):
        entry = private(each.TYPE, blind_kept.write(each), n, at_ms)
        assert blind_kept.read(entry) == each
        state = blind_kept.evolve(state, entry, Plans())
    return state


@given(ends)
def test_what_came_of_a_run_is_read_as_it_was_written(end: Concluded) -> None:
    parts = blind_kept.parted(end)
    kept = fold(BEGUN, Charged(SESSION, 7), *parts).runs[SESSION]
    assert (kept.outcome, kept.why, kept.charge, kept.count) == (end.outcome, end.why, end.charge, end.count)
    assert (kept.cells, kept.first, kept.left_out) == (
        end.cells,
        frozenset(end.first),
        frozenset(end.left_out),
    )
    assert kept.over_ms == 0
    # it is over: nothing more counts
    assert fold(BEGUN, *parts, Charged(SESSION, 9)).runs[SESSION] == fold(BEGUN, *parts).runs[SESSION]


def test_very_much_goes_into_several_entries_each_of_which_fits() -> None:
    many = tuple(
        Cell(k.to_bytes(17, "big"), tuple(f"p-{n:026d}" for n in range(k, k + 300))) for k in range(60)
    )
    first = tuple(k.to_bytes(17, "big") for k in range(3_000))
    end = Concluded(SESSION, "matched", "", many, 3_000, first)
    parts = blind_kept.parted(end)
    assert len(parts) > 10 and [each.more for each in parts] == [True] * (len(parts) - 1) + [False]
    assert all(len(write(blind_kept.write(each))) < BODY for each in parts)
    kept = fold(BEGUN, *parts).runs[SESSION]
    assert (kept.cells, kept.first) == (many, frozenset(first))


def test_until_the_last_part_is_here_it_is_not_over() -> None:
    part = Concluded(SESSION, "clear", more=True)
    assert fold(BEGUN, part).runs[SESSION].over_ms is None


def test_a_day_has_cost_what_was_charged_in_it() -> None:
    state = fold(BEGUN, Concluded(SESSION, "matched", "", (), 7, (b"x" * 17,)), at_ms=3 * DAY + 5)
    assert blind_kept.spent(state, "line", 3) == (7, frozenset({b"x" * 17}))
    assert blind_kept.spent(state, "line", 4) == blind_kept.spent(state, "other", 3) == (0, frozenset())


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("blind.begun", {}),
        ("blind.begun", {**cast("Any", blind_kept.write(BEGUN)), "which": "zz"}),
        ("blind.begun", {**cast("Any", blind_kept.write(BEGUN)), "role": "c"}),
        ("blind.charged", {"cells": "1", "session": "x"}),
        ("blind.found", {**cast("Any", blind_kept.write(Concluded(SESSION, "clear"))), "why": "nonsense"}),
        ("blind.found", {**cast("Any", blind_kept.write(Concluded(SESSION, "clear"))), "cells": [1]}),
        ("blind.other", {}),
    ],
)
def test_what_cannot_be_read_changes_nothing(of_type: str, value: Any) -> None:
    assert blind_kept.evolve(State(), private(of_type, value, 0, 0), Plans()) == State()


def test_a_plan_that_was_known_but_in_no_set_was_not_compared() -> None:
    owns = {k: SimpleNamespace(plan=SimpleNamespace(id=k), version=1) for k in ("x", "a", "m")}
    own = cast("Any", SimpleNamespace(plans=owns))
    bits = blind_kept.which(own, ["m", "x"])
    run = Kept(Begun(SESSION, "line", "a", SEED, 0, 1, bits), own, 0)
    assert run.compared == {"m": 1, "x": 1}
