"""A kill and an error at every call to the system by which a journal is kept."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.faults import process, sweep, workload
from tests.faults.process import FILES
from tests.faults.sweep import FAILING, KILLED, Fault
from tests.faults.workload import CALLERS, KEY, OWN_FEEDS
from wideberth.store import sqlite

PARTS = 4


@pytest.fixture(autouse=True)
def traceable() -> None:
    """Without strace, or the privilege to use it, nothing here can be run; a missing program fails under CI."""
    reason = process.why_not()
    if reason and os.environ.get("CI") and "not installed" in reason:
        pytest.fail(reason)
    if reason:
        pytest.skip(f"kills and errors at about 200 calls not run: {reason}")


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_at_every_call_loses_and_doubles_nothing(part: int, tmp_path: Path) -> None:
    points = list(KILLED.points())[part::PARTS]
    assert len(points) > 30
    for at in points:
        folder = tmp_path / str(at)
        folder.mkdir()
        sweep.killed(at, folder)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAILING, ids=lambda fault: fault.name)
def test_an_error_at_any_call_stops_writes(fault: Fault) -> None:
    points = list(fault.points())
    found = sweep.tally(fault, points)
    assert found.total() == len(points)
    assert found["refused"] >= 1
