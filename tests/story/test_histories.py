"""Whatever happens to two whole nodes, in the end both hold the same; `scripts/long/nodes.py` searches on."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.story import histories
from tests.story.histories import OPS


@pytest.mark.parametrize("files", [False, True], ids=["passed on", "files"])
@settings(max_examples=8, deadline=None)
@given(ops=st.lists(st.sampled_from(OPS), min_size=10, max_size=40), seed=st.integers(0, 2**16))
def test_in_the_end_both_hold_the_same(files: bool, ops: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        histories.run(ops, seed, Path(folder), files=files)
