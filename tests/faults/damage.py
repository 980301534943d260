"""Sectors of a journal's files cut off, zeroed and flipped, and what opens afterwards."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.faults import sweep
from tests.faults.workload import BATCHES, KEY
from wideberth.errors import Refused
from wideberth.store import sqlite
from wideberth.store.wal import FRAME, HEADER

SECTOR = 512
PAGE = 4096
FILE, LOG = "journal.db", "journal.db-wal"


class Files(NamedTuple):
    """A journal as a power cut leaves it: the file, and the log with all commits."""

    file: bytes
    log: bytes

    def commits(self) -> list[int]:
        """Where each commit in the log ends."""
        frames = range(HEADER, len(self.log), FRAME + PAGE)
        return [at + FRAME + PAGE for at in frames if struct.unpack(">2I", self.log[at : at + 8])[1]]


def in_the_log(folder: Path) -> Files:
    """Every batch is a commit in the log."""
    path = folder / FILE
    with sqlite.open(path, KEY) as journal:
        for batch in BATCHES:
            journal.append(batch)
        return Files(path.read_bytes(), path.with_name(LOG).read_bytes())


def in_the_file(folder: Path) -> Files:
    """The journal was closed: no log."""
    in_the_log(folder)
    return Files((folder / FILE).read_bytes(), b"")


def sectors(data: bytes, begin: int = 0) -> Iterator[int]:
    yield from range(begin, len(data), SECTOR)


def cut(data: bytes, at: int) -> bytes:
    return data[:at]


def zeroed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes(len(data[at : at + SECTOR])) + data[at + SECTOR :]


def flipped(data: bytes, at: int) -> bytes:
    """One bit, at another place in every sector."""
    bit = at + at // SECTOR * 37 % len(data[at : at + SECTOR])
    return data[:bit] + bytes([data[bit] ^ 1 << bit % 8]) + data[bit + 1 :]


def there(folder: Path, files: Files) -> int | str:
    """How many batches such files hold, whole and in order; or the code, where they are refused."""
    path = folder / FILE
    for end, data in (("", files.file), ("-wal", files.log)):
        path.with_name(path.name + end).write_bytes(data)
    path.with_name("journal.db-shm").write_bytes(b"\xff" * 32768)  # what is left of it counts for nothing
    path.chmod(0o600)
    try:
        with sqlite.open(path, KEY) as journal:
            return sweep.states().index(sweep.state(path, journal))
    except Refused as error:
        return error.code
