"""Whatever happens to nodes whose people file plans and close cases, it comes to the same for all of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.story import desk_histories
from tests.story.desk_histories import DESK, TALK

CLOSED = ["settle", "propose", "settle", "accept", "settle", "activate"]
"""More often than not a case is closed by this."""
LOST = [
    *["propose"] * 4,
    "lose",
    "restart",
    *["accept"] * 3,
    "send",
    "send",
    "amend",
    "lose",
    "old",
    "restart",
]


def _ops(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.one_of(st.sampled_from(DESK), st.sampled_from(TALK)), min_size=5, max_size=most)


def _run(ops: list[str], seed: int, parties: int) -> desk_histories.Reached:
    with tempfile.TemporaryDirectory() as folder:
        return desk_histories.run(ops, seed, Path(folder), parties)


@settings(max_examples=3, deadline=None)
@example(ops=["settle", *LOST, "settle", *LOST], seed=1)
@given(ops=_ops(30), seed=st.integers(0, 2**16))
def test_two_nodes_hold_one_state_and_open_cases_are_what_meets(ops: list[str], seed: int) -> None:
    _run(ops, seed, 2)


@settings(max_examples=1, deadline=None)
@given(ops=_ops(20), seed=st.integers(0, 2**16))
def test_so_do_three_on_each_of_their_lines(ops: list[str], seed: int) -> None:
    _run(ops, seed, 3)


def test_cases_are_opened_and_closed_and_plans_begin_in_them() -> None:
    """What is compared is not always nothing."""
    found = [_run(CLOSED * 4, seed, 2) for seed in range(3)]
    assert all(sum(some) for some in zip(*found, strict=True)), found
