"""Traces of the model, replayed: the two cannot drift apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.line.replay import Replay

TRACES = sorted((Path(__file__).parent.parent / "spec" / "traces").glob("line-*.txt"))


@pytest.mark.parametrize("trace", TRACES, ids=lambda path: path.stem)
def test_what_the_model_does_the_program_does(trace: Path) -> None:
    replay = Replay()
    for number, line in enumerate(trace.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            try:
                replay.do(line)
            except AssertionError as error:
                raise AssertionError(f"{trace.name}, line {number}: {line}: {error}") from error


def test_all_that_the_model_knows_is_replayed() -> None:
    lines = [line for trace in TRACES for line in trace.read_text(encoding="utf-8").splitlines()]
    known = {name.removeprefix("on_").replace("_", "-") for name in vars(Replay) if name.startswith("on_")}
    found = Counter(line.split()[1] for line in lines if line[0] in "ab")
    assert set(found) == known
