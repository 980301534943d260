"""A journal in one SQLite file: WAL, synchronous FULL, one process, files for their owner only.

POSIX only: the lock is flock(2) on a file beside it, which the system gives back however a process ends.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from wideberth.errors import Refused
from wideberth.store import folders, kept, wal
from wideberth.store.kept import Database, Kept

MODE = 0o600
LOG = 4 * 2**20
"""Bytes of log from which on it is moved into the file after a commit."""
TABLES = kept.TABLES.format(bytes="BLOB", number="INTEGER", strict=" STRICT", clustered=" STRICT")
"""Tables with a rowid, which grow at their end only: a row never moves, so no copy of one is left behind."""

_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def open(path: Path, key: bytes) -> Kept:  # noqa: A001 - read as sqlite.open
    """The journal at a path, made where there is none, verified where there is one.

    `key` is the 32 bytes that its rows are sealed with (see keys).
    What it shows is durable, also what no `append` had acknowledged.
    Raises: Refused (`journal.locked`, `journal.mode`, `journal.disk`, `journal.damaged`, `journal.lost`, and
    as kept.opened), Invalid (`journal.key_length`), OSError.
    """
    # beside the file itself stand its log and its lock, whatever links lead to it
    path = path.resolve()
    lock = _lock(path)
    connections: list[sqlite3.Connection] = []

    def close() -> None:
        for connection in connections:
            connection.close()
        os.close(lock)

    try:
        log = _checked_log(path)
        if not path.exists():
            _create(path, key)
        _check_mode(path)
        connections.extend(_connect(path) for _ in range(2))
        write, read = connections
        # a commit that a killed process left in the log may not have reached the disk; nor may the log
        # keep what the process was about to scrub
        _empty_log(write, path)
        # SQLite syncs the log's name too, and ignores errors of it
        folders.sync(path.parent)

        def tidy() -> None:
            if log.stat().st_size > LOG:
                write.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

        database = Database(
            write,
            read,
            "BEGIN IMMEDIATE",
            "?",
            sqlite3.Error,
            close,
            scrub=partial(_scrub, write, path.name),
            file=str(path),
            alone=partial(_check_alone, write, _version(write)),
            tidy=tidy,
        )
        journal = kept.opened(database, key)
        _check_schema(read)
    except sqlite3.Error as error:
        close()
        raise _refused(path, error) from error
    except BaseException:
        close()
        raise
    return journal


def _version(connection: sqlite3.Connection) -> int:
    """Changes when another connection commits."""
    found: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return found


def _check_alone(connection: sqlite3.Connection, version: int) -> None:
    """The lock is there to prevent it, but that is a file, and files are removed. Raises: sqlite3.Error."""
    if _version(connection) != version:
        raise sqlite3.DatabaseError("another program has written to the file")


def _check_schema(connection: sqlite3.Connection) -> None:
    """Nothing but our tables: a trigger would change rows as they are written.

    Raises: Refused (`journal.altered`).
    """
    query = "SELECT type, name FROM sqlite_schema"
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.executescript(TABLES)
        ours = set(empty.execute(query))
    for kind, name in set(connection.execute(query)) - ours:
        raise Refused("journal.altered", f"a {kind} {name} is none of a journal's")


def _scrub(write: sqlite3.Connection, name: str) -> None:
    """Empty the log, which still holds what was overwritten."""
    if write.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise Refused("journal.residue", f"dropped, but another process reads {name}: drop again after it")


def _refused(path: Path, error: sqlite3.Error) -> Refused:
    """A disk that is full or fails is no reason to restore a backup."""
    if getattr(error, "sqlite_errorname", "").startswith(_DISK):
        return Refused("journal.disk", f"{path.name} cannot be written or read now: {error}")
    return Refused("journal.damaged", f"{path.name} cannot be read: {error}")


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
        _empty_log(connection, beside)
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
        # SQLite's own ignore errors of the disk; see tidy in open
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA journal_size_limit = 0")
        connection.execute("PRAGMA secure_delete = ON")  # zeros, where something is overwritten or freed
    except BaseException:
        connection.close()
        raise
    if mode != "wal":
        connection.close()
        raise Refused("journal.damaged", f"{path.name} cannot be written in WAL mode, but {mode}")
    return connection


def _empty_log(connection: sqlite3.Connection, path: Path) -> None:
    """Move all commits from the log into the file, durably.

    Raises: Refused (`journal.locked`) where another program is reading them, sqlite3.Error.
    """
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise Refused("journal.locked", f"{path.name} is being read by another program")


def _checked_log(path: Path) -> Path:
    """The log beside the file. Raises: Refused (`journal.lost`) where it has lost commits, or its file."""
    log = path.with_name(path.name + "-wal")
    if log.exists():
        if not path.exists():
            raise Refused("journal.lost", f"{log.name} is there, and {path.name} is not")
        at = wal.unreadable(log.read_bytes())
        if at is not None:
            raise Refused("journal.lost", f"commits in {log.name} cannot be read from byte {at} on")
    return log


def _lock(path: Path) -> int:
    """The lock, held until its descriptor is closed."""
    beside = path.with_name(path.name + ".lock")
    # no link: what it leads to would be written over
    lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(lock, 20).decode("ascii", "replace").strip() or "that has just begun"
        os.close(lock)
        raise Refused("journal.locked", f"{path.name} is open in process {holder}") from error
    try:
        os.truncate(lock, 0)
        os.write(lock, b"%d\n" % os.getpid())
    except OSError:  # a full disk: it must not stay locked
        os.close(lock)
        raise
    return lock
