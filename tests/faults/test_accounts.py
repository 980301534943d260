"""A kill at the calls by which accounts.db is kept; scripts/long/faults.py takes every one of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults import accounts_sweep, process
from tests.faults.accounts_work import FILES

SAMPLED = 24
"""One of so many calls, and each that empties the log or cuts the file."""


@pytest.fixture(autouse=True)
def traceable() -> None:
    """A missing program fails under CI; a missing privilege never does."""
    reason = process.why_not()
    if reason and os.environ.get("CI") and "not installed" in reason:
        pytest.fail(reason)
    if reason:
        pytest.skip(f"not run, of about 500 kills: {reason}")


def test_the_work_reaches_everything() -> None:
    """Making the file, commits, moving and emptying the log, writing the file anew; and no other file."""
    found = {f"{call.kind.removesuffix('at')} {call.name}" for call in accounts_sweep.calls()}
    assert found >= {
        "open accounts.db",
        "pwrite64 accounts.db-wal",
        "fdatasync accounts.db-wal",
        "pwrite64 accounts.db",
        "fdatasync accounts.db",
        "ftruncate accounts.db-wal",
        "fsync .",
    }
    assert {call.name for call in accounts_sweep.calls()} <= set(FILES)


@pytest.mark.slow
def test_a_kill_leaves_each_change_done_or_not_and_nothing_of_who_was_deleted(tmp_path: Path) -> None:
    calls = accounts_sweep.calls()
    points = [at for at, call in enumerate(calls) if not at % SAMPLED or call.kind == "ftruncate"]
    ended = []
    for at in points:
        folder = tmp_path / str(at)
        folder.mkdir()
        ended.append(accounts_sweep.killed(at, folder))
    assert ended.count("there") > 0.8 * len(points)


def test_a_point_that_is_not_reached_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    never = accounts_sweep.calls()[0]._replace(k=60_000)
    monkeypatch.setattr(accounts_sweep, "calls", lambda: (never,))
    with pytest.raises(AssertionError, match="never reached"):
        accounts_sweep.killed(0, tmp_path)
