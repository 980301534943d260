"""Whatever happens to two running nodes that agree, in the end it comes to the same for both."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.story import node_histories
from tests.story.node_histories import AGREE, OPS, TALK

AGREED = ["settle", "propose", "settle", *["sign", "send"] * 12, "settle"]
"""More often than not this comes to an agreement in force."""


@settings(max_examples=8, deadline=None)
@example(ops=[*AGREED, *AGREED, "suspend", "lose", "end", "restart"], seed=3)
@given(
    ops=st.lists(
        st.one_of(st.sampled_from(OPS), st.sampled_from(TALK), st.sampled_from(AGREE)),
        min_size=10,
        max_size=40,
    ),
    seed=st.integers(0, 2**16),
)
def test_in_the_end_it_comes_to_the_same(ops: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        node_histories.run(ops, seed, Path(folder))


def test_agreements_come_into_force_in_them() -> None:
    """What is compared is not always nothing."""
    found: set[str] = set()
    for seed in range(4):
        with tempfile.TemporaryDirectory() as folder:
            found |= node_histories.run(AGREED, seed, Path(folder))
    assert found & {"in force", "suspended", "ended"}
