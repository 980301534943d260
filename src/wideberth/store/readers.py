"""Other processes that open the rows of a large journal, so that a node waits half as long for it.

    python -m wideberth.store.readers < task > pieces

Nothing depends on them. Each opens the file for reading only, under the lock of the process that started it,
and says nothing about what it finds wrong: it ends, and that process looks at the same rows itself. The key
goes through a pipe. A reader whose parent is gone ends with the next piece that nobody takes.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import repeat
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct, structs

from wideberth.store import whole
from wideberth.store.cipher import Cipher
from wideberth.store.whole import Piece

RUN = 2 * whole.BLOCK
"""Entries in one piece."""
LARGE = 50_000
"""Entries from which other processes are worth their start."""
MOST = 4

_LENGTH = 4


class Run(Struct, array_like=True, frozen=True):
    """Entries begin to end - 1 of a feed, and its number in the journal."""

    feed: str
    number: int
    begin: int
    end: int


class Task(Struct, array_like=True, frozen=True):
    """The file, its key and id (see cipher), the statement that gives a run's rows, and the runs."""

    file: str
    key: bytes
    journal: bytes
    query: str
    runs: list[Run]

    def __repr__(self) -> str:
        """Without the key."""
        return f"Task({self.file!r})"


@contextmanager
def started(task: Task) -> Iterator[Iterator[Piece | None]]:
    """A piece for each run, in their order; None where no reader has one.

    The readers are gone when the context ends, however it does.
    """
    entries = sum(run.end - run.begin for run in task.runs)
    # a program that was frozen into one file would start itself, whatever that does
    python = sys.executable and not hasattr(sys, "frozen")
    count = min(os.cpu_count() or 1, MOST) if python and task.file and entries >= LARGE else 1
    if count == 1:
        yield repeat(None)
        return
    with ExitStack() as stack:
        readers = []
        with suppress(OSError):
            readers = [_start(structs.replace(task, runs=task.runs[i::count]), stack) for i in range(count)]
        yield (_piece(readers[i % count].stdout) for i in range(len(task.runs))) if readers else repeat(None)


def serve(data: bytes, out: IO[bytes]) -> None:
    """What a reader does. Raises: Refused (as whole.piece), sqlite3.Error, OSError."""
    task = msgspec.msgpack.decode(data, type=Task)
    sealing = Cipher(task.key, task.journal)
    file = Path(task.file).absolute().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(file, uri=True, isolation_level=None)) as connection:
        for run in task.runs:
            rows = connection.execute(task.query, (run.number, run.begin, run.end))
            piece = msgspec.msgpack.encode(whole.piece(run.feed, run.begin, run.end, rows, sealing))
            out.write(len(piece).to_bytes(_LENGTH, "big") + piece)
            out.flush()


def _start(task: Task, stack: ExitStack) -> subprocess.Popen[bytes]:
    reader = stack.enter_context(
        subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            process_group=0,  # the terminal's Ctrl-C is the parent's to answer
        )
    )
    stack.callback(reader.kill)
    assert reader.stdin is not None
    with suppress(BrokenPipeError), reader.stdin:
        reader.stdin.write(msgspec.msgpack.encode(task))
    return reader


def _piece(out: IO[bytes] | None) -> Piece | None:
    assert out is not None
    length = int.from_bytes(out.read(_LENGTH), "big")
    data = out.read(length)
    return msgspec.msgpack.decode(data, type=Piece) if length and len(data) == length else None


if __name__ == "__main__":
    with suppress(Exception):
        serve(sys.stdin.buffer.read(), sys.stdout.buffer)
