"""The table of docs/faults.md: each fault, how many points it has, and what came of them.

scripts/long/faults.py runs all of it and writes the table.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from tests.faults import accounts_sweep, damage, mounted, sweep
from tests.faults.damage import Files
from tests.faults.mounted import CUTS
from tests.faults.sweep import FAILING, KILLED, LIMITS, TOGETHER, Fault
from tests.faults.workload import ACTS, BATCHES

HEADER = (
    f"SQLite {sqlite3.sqlite_version}\n\n"
    "| fault | how | points reached / all | what came of it |\n|---|---|---|---|\n"
)
ALL = "all there"
Found = Counter[str]
P = TypeVar("P")


class Row(NamedTuple):
    """A fault: in words, how many points it has, and what runs them all."""

    fault: str
    how: str
    points: Callable[[], int]
    run: Callable[[], Found]

    def written(self) -> str:
        """The row, after everything was run."""
        found, total = self.run(), self.points()
        said = ", ".join(f"{count} {what}" for what, count in found.most_common())
        return f"| {self.fault} | {self.how} | {found.total()} / {total} | {said} |\n"


def _each(points: Iterable[P], run: Callable[[P, Path], str]) -> Found:
    found: Found = Counter()
    for point in points:
        with tempfile.TemporaryDirectory() as folder:
            found[run(point, Path(folder))] += 1
    return found


def _killed(at: int, folder: Path) -> str:
    sweep.killed(at, folder)
    return ALL


def _together(point: tuple[str, int], folder: Path) -> str:
    sweep.killed_together(*point, folder)
    return ALL


def _accounts(at: int, folder: Path) -> str:
    words = {"there": "each change done or not", "not made": "no accounts yet: refused"}
    return words[accounts_sweep.killed(at, folder)]


def _limited(limit: int, folder: Path) -> str:
    return "refused" if sweep.limited(limit, folder) < len(ACTS) else ALL


def _failing(fault: Fault) -> Found:
    words = {
        "refused": "`journal.broken`",
        "unsaved": "a snapshot is not saved",
        "unopened": "not opened (`journal.disk` or the system's error)",
        "closing": "while closing: nothing follows",
        "harmless": "harmless (see below)",
    }
    tally = sweep.tally(fault, list(fault.points()))
    return Counter({words[ended]: count for ended, count in tally.items()})


def _damaged(make: Callable[[Path], Files], which: str, how: Callable[[bytes, int], bytes]) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        files = make(Path(folder))

    def one(at: int, folder: Path) -> str:
        whole = getattr(files, which)
        there = damage.there(folder, files._replace(**{which: how(whole, at)}))
        if isinstance(there, str):
            return f"`{there}`"
        return ALL if there == len(BATCHES) else "whole batches, fewer"

    return _each(damage.sectors(getattr(files, which)), one)


def _sectors(make: Callable[[Path], Files], which: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return len(list(damage.sectors(getattr(make(Path(folder)), which))))


def _mounted(*asked: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        done = mounted.run(Path(folder), *asked)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _cut(synchronous: str) -> Found:
    lost = _mounted("cut", synchronous, str(CUTS))["lost"]
    assert isinstance(lost, int)
    return Counter({ALL: CUTS - lost, "lost something": lost}) - Counter()


def _shown() -> Found:
    found = _mounted("shown")
    return Counter([ALL if found["before"] == found["after"] else "lost something"])


def _full(kind: str) -> Found:
    refused = _mounted("full", kind)["refused"]
    assert isinstance(refused, list)
    return Counter("the system's error" if each == "OSError" else f"`{each}`" for each in refused)


def _full_node(kind: str) -> Found:
    found = _mounted("node", kind)
    assert found["same"] and found["kept"] and found["after"] is None
    return Counter([f"`{found['saying']}`", f"`{found['taking']}`", ALL])


def _fault_rows() -> Iterable[Row]:
    words = {
        "sync": ("a sync fails once", "EIO at each fsync, fdatasync"),
        "write": ("a write fails once", "EIO at each write, change of length"),
        "full": ("the disk is full from here on", "ENOSPC at each write and all later ones"),
        "name": ("a name cannot be made or changed", "EIO at each open, rename, unlink"),
    }
    for fault in FAILING:
        yield Row(*words[fault.name], partial(_points, fault), partial(_failing, fault))


def _points(fault: Fault) -> int:
    return len(list(fault.points()))


def _damage_rows() -> Iterable[Row]:
    for make, which, what in (
        (damage.in_the_log, "log", "the log"),
        (damage.in_the_file, "file", "the file"),
    ):
        for how, word in (
            (damage.flipped, "one bit flipped"),
            (damage.zeroed, "zeroed"),
            (damage.cut, "cut off"),
        ):
            yield Row(
                f"{what} is damaged",
                f"each sector of 512 bytes {word}",
                partial(_sectors, make, which),
                partial(_damaged, make, which, how),
            )


PAIRS = [(kind, k) for kind, most in TOGETHER.items() for k in range(1, most + 1)]

ROWS = (
    Row("killed", "SIGKILL at each call", partial(_points, KILLED), lambda: _each(KILLED.points(), _killed)),
    Row(
        "killed while callers share commits",
        "SIGKILL at the k-th call on the log of any of 4",
        lambda: len(PAIRS),
        lambda: _each(PAIRS, _together),
    ),
    Row(
        "killed at work on `accounts.db`",
        "SIGKILL at each call",
        lambda: len(accounts_sweep.calls()),
        lambda: _each(range(len(accounts_sweep.calls())), _accounts),
    ),
    *_fault_rows(),
    Row(
        "a file may not grow",
        "a limit on its length: writes come back short, then fail",
        lambda: len(LIMITS),
        lambda: _each(LIMITS, _limited),
    ),
    *(
        Row(f"a full disk ({kind})", "when opened, at work, again", lambda: 3, partial(_full, kind))
        for kind in ("ext4", "tmpfs")
    ),
    *(
        Row(
            f"a full disk under a whole node ({kind})",
            "it says something, is told something, again",
            lambda: 3,
            partial(_full_node, kind),
        )
        for kind in ("ext4", "tmpfs")
    ),
    *_damage_rows(),
    Row(
        "the power is cut", "ext4 shut down without flushing, 4 callers", lambda: CUTS, partial(_cut, "FULL")
    ),
    Row("killed, opened, and the power is cut at once", "the same", lambda: 1, _shown),
    *(
        Row(
            f"the power is cut, with `synchronous = {each}`",
            "to see that the cut is one",
            lambda: CUTS,
            partial(_cut, each),
        )
        for each in ("NORMAL", "OFF")
    ),
)
