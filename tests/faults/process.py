"""A process whose calls to the system are listed, cut short by SIGKILL, or made to fail, with strace.

strace acts on entry: the call at which a process is killed is not carried out, so that what a kill after a
call leaves is what a kill at the next one leaves. Writes to the mapped `-shm` file are no calls; SQLite
builds that file anew from the log whenever a journal is opened.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from tests.faults import accounts_work, workload
from tests.faults.workload import AGAIN, CLOSING, SNAPSHOT_FILES, SNAPSHOTS

SYNCS = ("fsync", "fdatasync", "sync_file_range")
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2", "truncate", "ftruncate", "fallocate")
NAMING = (
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("open", "openat", "creat", "mkdir", "mkdirat"),
)
CALLS = (*SYNCS, *WRITES, *NAMING)
"""Whatever changes a file, a length or a name, or makes it last."""
FOLDER = "."
FILES = (
    FOLDER,
    "journal.db.lock",
    *(f"journal.db{new}{end}" for new in ("", ".new") for end in ("", "-wal", "-shm", "-journal")),
    SNAPSHOTS,
    *(f"{name}{new}" for name in SNAPSHOT_FILES for new in ("", ".new")),
)
"""What a journal consists of while it lives, and its snapshots."""

_LINE = re.compile(r"(\d+) +(\w+)\((?:AT_FDCWD<[^>]*>, )?(?:\d+<([^>]*)>|\"([^\"]*)\").*")

Work = Callable[[Path, Connection], None]


class Call(NamedTuple):
    """A call: which, the how manieth of its kind in its thread, and on what file."""

    kind: str
    k: int
    name: str


class Ended(NamedTuple):
    """A process that has ended: what it said, its exit code (negative: the signal), its calls."""

    said: list[tuple[Any, Any]]
    code: int | None
    calls: list[Call]


def why_not() -> str:
    """Why nothing can be traced here; empty where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(
        ["strace", "-qq", "-e", "none", "true"], capture_output=True, text=True, check=False
    )
    return "" if tried.returncode == 0 else f"tracing is not allowed ({tried.stderr.strip()})"


def run(work: Work, path: Path, go: object = None, heard: Callable[[], None] = lambda: None) -> Ended:
    """`work` in a process of its own, which gets `go` when it may begin; `heard` after each thing it says."""
    return _run(work, path, go, None, heard)


def traced(work: Work, path: Path, *faults: str, files: Sequence[str] | None = FILES) -> Ended:
    """The same under strace, with `inject` expressions put in the way of calls on those files (None: any)."""
    listed = path.with_name("calls")
    command = ["strace", "-f", "-y", "-o", str(listed), "-e", "trace=" + ",".join(f"?{c}" for c in CALLS)]
    for name in () if files is None else (*files, AGAIN, CLOSING):
        command += ["-P", os.path.normpath(path.parent / name)]
    command += [part for fault in faults for part in ("-e", f"inject={fault}")]
    ended = _run(work, path, None, command)
    return ended._replace(calls=list(_calls(listed.read_text(), path.parent)))


def _run(
    work: Work,
    path: Path,
    go: object,
    tracer: list[str] | None,
    heard: Callable[[], None] = lambda: None,
) -> Ended:
    mine, its = multiprocessing.Pipe()
    process = _server().Process(target=work, args=(path, its))
    process.start()
    its.close()
    with ExitStack() as stack:
        stack.enter_context(mine)
        if tracer:
            command = [*tracer, "-p", str(process.pid)]
            strace = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            assert "attached" in attached, attached
        mine.send(go)
        said = list(_said(mine, heard))
        process.join()
    return Ended(said, process.exitcode, [])


@cache
def _server() -> ForkServerContext:
    """Forks from a process that has imported everything: a sweep is hundreds of forks."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([workload.__name__, accounts_work.__name__])
    # it is told the path of modules only from Python 3.13 on
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        forkserver.ensure_running()
    return context


def _said(channel: Connection, heard: Callable[[], None]) -> Iterator[tuple[Any, Any]]:
    while True:
        try:
            yield channel.recv()
        except (EOFError, ConnectionResetError):
            return
        heard()


def _calls(listed: str, folder: Path) -> Iterator[Call]:
    """In the order in which they were made."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in listed.splitlines():
        if found := _LINE.fullmatch(line):
            thread, kind, opened, named = found.groups()
            counted[thread, kind] += 1
            name = os.path.relpath((opened or named).removesuffix("(deleted)"), folder)
            yield Call(kind, counted[thread, kind], name)
