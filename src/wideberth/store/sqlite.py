"""A journal in one SQLite file: WAL, synchronous FULL, one process, files for their owner only.

POSIX only: the lock is flock(2) on a file beside it, which the system gives back however a process ends.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

from wideberth.errors import Refused
from wideberth.store import folders, kept
from wideberth.store.kept import Database, Kept

MODE = 0o600
TABLES = kept.TABLES.format(bytes="BLOB", number="INTEGER", strict=" STRICT", clustered=" STRICT")
"""Tables with a rowid, which grow at their end only: a row never moves, so no copy of one is left behind."""


def open(path: Path, key: bytes) -> Kept:  # noqa: A001 - read as sqlite.open
    """The journal at a path, made where there is none, verified where there is one.

    `key` is the 32 bytes that its rows are sealed with (see keys).
    Raises: Refused (`journal.locked`, `journal.mode`, `journal.damaged`, and as kept.opened), Invalid
    (`journal.key_length`), OSError.
    """
    lock = _lock(path)
    connections: list[sqlite3.Connection] = []

    def close() -> None:
        for connection in connections:
            connection.close()
        os.close(lock)

    try:
        if not path.exists():
            _create(path, key)
        _check_mode(path)
        connections.extend(_connect(path) for _ in range(2))
        write, read = connections

        scrub = partial(_scrub, write, path.name)
        database = Database(write, read, "BEGIN IMMEDIATE", "?", sqlite3.Error, close, scrub, str(path))
        found = kept.opened(database, key)
        if any(head.dropped for head in found.heads().values()):
            with suppress(Refused):
                scrub()  # for a process that ended between dropping and scrubbing
    except sqlite3.Error as error:
        close()
        raise Refused("journal.damaged", f"{path.name} cannot be read: {error}") from error
    except BaseException:
        close()
        raise
    return found


def _scrub(write: sqlite3.Connection, name: str) -> None:
    """Empty the log, which still holds what was overwritten."""
    if write.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise Refused("journal.residue", f"dropped, but another process reads {name}: drop again after it")


def _create(path: Path, key: bytes) -> None:
    """An empty journal, made beside its place: what stands there was whole, and is never taken for new."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    # SQLite gives the files beside a database the mode that it has
    os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    connection = _connect(beside)
    try:
        kept.create(
            Database(connection, connection, "BEGIN IMMEDIATE", "?", sqlite3.Error, connection.close),
            key,
            TABLES,
        )
    finally:
        connection.close()
    beside.rename(path)
    folders.sync(path.parent)


def _check_mode(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise Refused("journal.mode", f"others may open {path.name}; accepted: mode 600")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # where the system's fsync leaves it to the drive
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")  # zeros, where something is overwritten or freed
    except BaseException:
        connection.close()
        raise
    if mode != "wal":
        connection.close()
        raise Refused("journal.damaged", f"{path.name} cannot be written in WAL mode, but {mode}")
    return connection


def _lock(path: Path) -> int:
    """The lock, held until its descriptor is closed."""
    beside = path.with_name(path.name + ".lock")
    lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "that has just begun"
        os.close(lock)
        raise Refused("journal.locked", f"{path.name} is open in process {holder}") from error
    os.truncate(lock, 0)
    os.write(lock, b"%d\n" % os.getpid())
    return lock
