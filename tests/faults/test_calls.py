"""A kill and an error at calls to the system by which a journal is kept.

Sampled: scripts/long/faults.py and WIDEBERTH_TEST_WHOLE=1 do every call.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.amount import spread
from tests.faults import process, sweep, workload
from tests.faults.process import FILES, SYNCS, WRITES
from tests.faults.sweep import FAILING, KILLED, Fault
from tests.faults.workload import AGAIN, CLOSING

KILLS, ERRORS = 72, 54
"""At most so many calls of those that there are, and of those that an error can be put in the way of."""


@pytest.fixture(autouse=True)
def traceable() -> None:
    """A missing program fails under CI; a missing privilege never does."""
    reason = process.why_not()
    if reason and os.environ.get("CI") and "not installed" in reason:
        pytest.fail(reason)
    if reason:
        pytest.skip(f"not run, of about 800 kills and errors: {reason}")


@pytest.mark.slow
def test_a_kill_at_a_call_loses_and_doubles_nothing(tmp_path: Path) -> None:
    points = list(KILLED.points())
    assert len(points) > 120
    for at in spread(points, KILLS):
        folder = tmp_path / str(at)
        folder.mkdir()
        sweep.killed(at, folder)


def test_a_point_that_is_not_reached_fails(tmp_path: Path) -> None:
    never = Fault("never", "signal=SIGKILL:when=60000", KILLED.kinds)
    with pytest.raises(AssertionError, match="never reached"):
        sweep.killed(next(never.points()), tmp_path, never)


def test_a_call_is_not_carried_out_when_it_is_killed(tmp_path: Path) -> None:
    """At the rename by which a new journal gets its name."""
    at = next(at for at in KILLED.points() if sweep.calls()[at].kind.startswith("rename"))
    process.traced(workload.run, tmp_path / "journal.db", f"{sweep.calls()[at].kind}:signal=SIGKILL:when=1")
    assert (tmp_path / "journal.db.new").exists() and not (tmp_path / "journal.db").exists()


def test_the_workload_reaches_everything() -> None:
    """Making a journal, naming it, commits, moving the log, closing; and all of it is swept."""
    found = {f"{call.kind.removesuffix('at')} {call.name}" for call in sweep.calls()}
    assert found >= {
        "rename journal.db.new",
        "fsync .",
        "pwrite64 journal.db-wal",
        "fdatasync journal.db-wal",
        "pwrite64 journal.db",
        "fdatasync journal.db",
        "ftruncate journal.db-wal",
        "unlink journal.db-wal",
    }
    assert {call.name for call in sweep.calls()} - {AGAIN, CLOSING} <= set(FILES)


def test_no_other_file_is_written(tmp_path: Path) -> None:
    """What is swept is all that there is: the same run, with the files not named beforehand."""
    ended = process.traced(workload.run, tmp_path / "journal.db", files=None)
    inside = Counter((call.kind, call.name) for call in ended.calls if not call.name.startswith(".."))
    assert inside == Counter((call.kind, call.name) for call in sweep.calls())
    changed = {call.name for call in ended.calls if call.kind in (*SYNCS, *WRITES)}
    # what it says goes through a socket
    assert {name for name in changed if name.startswith("..") and "socket:" not in name} == set()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "most"), sweep.TOGETHER.items())
def test_a_kill_while_callers_share_a_commit(tmp_path: Path, kind: str, most: int) -> None:
    for k in range(1, most + 1):
        folder = tmp_path / str(k)
        folder.mkdir()
        sweep.killed_together(kind, k, folder)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAILING, ids=lambda fault: fault.name)
def test_an_error_at_any_call_stops_writes(fault: Fault) -> None:
    points = spread(list(fault.points()), ERRORS)
    found = sweep.tally(fault, points)
    assert found.total() == len(points)
    assert found["refused"] >= 1
    if fault.name in ("write", "full"):
        assert found["refused"] + found["unopened"] > len(points) / 2
