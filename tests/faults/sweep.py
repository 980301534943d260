"""Every call of the workload, one run for each, and what must hold after each run.

PYTHONPATH=src:. python scripts/long/faults.py      prints the table of docs/faults.md
"""

from __future__ import annotations

import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.faults import process, workload
from tests.faults.process import FOLDER, NAMING, SYNCS, WRITES, Call, Ended
from tests.faults.workload import (
    ACTS,
    AGAIN,
    CALLERS,
    CLOSING,
    KEY,
    LINE,
    OWN,
    OWN_FEEDS,
    SNAPSHOTS,
    do,
    snapshot,
)
from wideberth.ledger.feed import Item
from wideberth.store import snapshots, sqlite
from wideberth.store.journal import Head
from wideberth.store.kept import Kept


class State(NamedTuple):
    """Everything that a journal says about its feeds, and the number of the newest snapshot beside it."""

    heads: Mapping[str, Head]
    items: Mapping[str, list[Item]]
    snapshot: int | None


def state(path: Path, journal: Kept) -> State:
    heads = journal.heads()
    loaded = snapshots.load(path.parent / SNAPSHOTS, journal.sealing, LINE, lambda _, data: data)
    assert loaded.passed == () and loaded.value in (None, snapshot(loaded.number or 0))
    return State(heads, {feed: [each.item for each in journal.read(feed)] for feed in heads}, loaded.number)


@cache
def states() -> tuple[State, ...]:
    """What is there after each number of acts, with nothing in the way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        with sqlite.open(path, KEY) as journal:
            found = [state(path, journal)]
            for act in ACTS:
                do(path, journal, act)
                found.append(state(path, journal))
    return tuple(found)


@cache
def calls() -> tuple[Call, ...]:
    """What the workload calls with nothing in its way, twice the same."""
    found = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            ended = process.traced(workload.run, Path(folder) / "journal.db")
            assert (ended.code, _acknowledged(ended)) == (0, len(ACTS))
            found.append(tuple(ended.calls))
    assert found[0] == found[1], "the workload must make the same calls every time"
    return found[0]


class Fault(NamedTuple):
    """What strace does, at which kinds of calls."""

    name: str
    inject: str
    kinds: tuple[str, ...]

    def points(self) -> Iterator[int]:
        """Where in `calls`."""
        for at, call in enumerate(calls()):
            if call.kind in self.kinds and call.name not in (AGAIN, CLOSING):
                yield at


KILLED = Fault("killed", "signal=SIGKILL:when={}", process.CALLS)
FAILING = (
    Fault("sync", "error=EIO:when={}", SYNCS),
    Fault("write", "error=EIO:when={}", WRITES),
    Fault("full", "error=ENOSPC:when={}+", WRITES),
    Fault("name", "error=EIO:when={}", NAMING),
)


def killed(at: int, folder: Path, fault: Fault = KILLED) -> None:
    """SIGKILL at one call: what was acknowledged is there, once and whole, and at most one batch more."""
    ended = _faulty(fault, at, folder)
    assert ended.code == -signal.SIGKILL, f"{calls()[at]} was never reached"
    assert ended.calls == list(calls()[: at + 1])
    _check(folder / "journal.db", _acknowledged(ended))


def failed(fault: Fault, at: int, folder: Path) -> str:
    """An error of one call: how it ended ("refused", "unsaved", "unopened", or "closing" and "harmless").

    Nothing is acknowledged after it, except where it came while the journal was closed, which loses nothing,
    or where its call changed nothing that counts.
    """
    ended = _faulty(fault, at, folder)
    call, number = calls()[at], _acknowledged(ended)
    assert ended.code == 0, ended
    assert ended.calls[: at + 1] == list(calls()[: at + 1]), f"{call} was never reached"
    _check(folder / "journal.db", number)
    if ended.said[-1] == ("again", "journal.broken"):
        assert ended.said[-2] == ("refused", "journal.broken")
        marks = [index for index, each in enumerate(ended.calls) if each.name == AGAIN]
        assert marks[1] == marks[0] + 1, "a second attempt must not reach the disk"
        return "refused"
    if ended.said[-1][0] == "unsaved":
        return "unsaved"
    if ended.said[-1][0] == "unopened":
        assert ended.said[-1][1] in ("journal.disk", "OSError")
        return "unopened"
    assert number == len(ACTS)
    return "closing" if _while_closing(at) else "harmless"


TOGETHER = {"pwrite64": OWN, "fdatasync": OWN // CALLERS}
"""Calls on the log in one thread: of all that are made, one of the callers makes at least so many."""


def killed_together(kind: str, k: int, folder: Path) -> None:
    """SIGKILL at the k-th call of any of several callers that share commits."""
    path = folder / "journal.db"
    sqlite.open(path, KEY).close()
    fault = f"{kind}:signal=SIGKILL:when={k}"
    ended = process.traced(workload.run_together, path, fault, files=["journal.db-wal"])
    assert ended.code == -signal.SIGKILL, f"{kind} {k} was never reached"
    told = dict(ended.said)
    with sqlite.open(path, KEY) as journal:
        for caller, feed in enumerate(OWN_FEEDS):
            items = [each.item for each in journal.read(feed.head.origin.text)]
            assert told.get(caller, 0) <= len(items) <= told.get(caller, 0) + 1
            assert items == feed.items[: len(items)]


SHARED = 32768
"""Bytes of the `-shm` file, without which nothing is opened."""
LIMITS = [0, 100, 5000, SHARED - 1, *range(SHARED, 240 * 512, 5 * 512)]


def limited(limit: int, folder: Path) -> int:
    """No file may grow beyond `limit` bytes: writes come back short, then fail. How much was acknowledged."""
    ended = process.run(workload.run, folder / "journal.db", limit)
    assert ended.code == 0, ended
    _check(folder / "journal.db", _acknowledged(ended))
    return _acknowledged(ended)


HARMLESS = {
    "folder": "SQLite syncs it and ignores errors; so the journal syncs it itself before it is open",
    "unlink": "what should have gone is empty, or removed by the next opening",
    "ftruncate journal.db-wal": "what stands there counts for nothing",
    "mkdir snapshots": "it is there",
    "open journal.db": "SQLite opens for reading what it cannot open for writing: enough to read with",
    "open journal.db-wal": "the same",
}
"""Calls whose error stops nothing, and why it need not."""


def described(call: Call) -> str:
    """A call as HARMLESS names it."""
    kind = call.kind.removesuffix("at")
    return "folder" if call.name == FOLDER else kind if kind == "unlink" else f"{kind} {call.name}"


def tally(fault: Fault, points: Sequence[int]) -> Counter[str]:
    """How an error ended at each of the points."""
    found: Counter[str] = Counter()
    for at in points:
        with tempfile.TemporaryDirectory() as folder:
            ended = failed(fault, at, Path(folder))
        assert ended != "harmless" or described(calls()[at]) in HARMLESS, calls()[at]
        found[ended] += 1
    return found


def _faulty(fault: Fault, at: int, folder: Path) -> Ended:
    call = calls()[at]
    return process.traced(workload.run, folder / "journal.db", f"{call.kind}:{fault.inject.format(call.k)}")


def _acknowledged(ended: Ended) -> int:
    return max((number for said, number in ended.said if said == "acknowledged"), default=0)


def _while_closing(at: int) -> bool:
    """Whether a call stands between the mark and the next opening, which begins with the lock."""
    before = [call.name for call in calls()[:at] if call.name in (CLOSING, "journal.db.lock")]
    return before[-1:] == [CLOSING]


def _check(path: Path, acknowledged: int) -> None:
    with sqlite.open(path, KEY) as journal:
        there = states().index(state(path, journal))
        assert acknowledged <= there <= acknowledged + 1
        for act in ACTS[there:]:
            do(path, journal, act)
    with sqlite.open(path, KEY) as journal:
        assert state(path, journal) == states()[-1]
