"""The file of the accounts: how it is made, checked and opened, and how what was deleted leaves it."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

from wideberth.errors import Refused
from wideberth.store import apart, folders, passkeys, wal, words

VERSION = 4
"""Of the layout. A program refuses a newer one, and brings an older one up to its own."""
MODE = 0o600
KEY = 32
"""Bytes of the key under which names are counted (see accounts)."""

_FIRST = """
CREATE TABLE users (user INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL,
    roles TEXT NOT NULL, enabled INTEGER NOT NULL, made_ms INTEGER NOT NULL) STRICT;
CREATE TABLE tokens (hash BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    name TEXT NOT NULL, made_ms INTEGER NOT NULL, used_ms INTEGER, expires_ms INTEGER NOT NULL,
    UNIQUE (user, name)) STRICT;
CREATE TABLE duty (n INTEGER PRIMARY KEY AUTOINCREMENT, post TEXT NOT NULL, user INTEGER, how TEXT NOT NULL,
    at_ms INTEGER NOT NULL) STRICT;
CREATE TRIGGER duty_stays BEFORE UPDATE ON duty BEGIN SELECT RAISE(ABORT, 'duty only grows'); END;
CREATE TRIGGER duty_is_kept BEFORE DELETE ON duty BEGIN SELECT RAISE(ABORT, 'duty only grows'); END;
CREATE TABLE failures (who BLOB PRIMARY KEY, count INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT;
CREATE TABLE places (who BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    last_ms INTEGER NOT NULL) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
PRAGMA user_version = 1;
"""
"""Version 1."""
_SECOND = f"{words.TABLE} PRAGMA user_version = 2;"
"""What version 2 adds: who has said yes to what needs two people."""
_THIRD = """
CREATE TABLE acts (n INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, user INTEGER NOT NULL,
    what TEXT NOT NULL, line TEXT, noun TEXT, done INTEGER NOT NULL) STRICT;
CREATE INDEX acts_noun ON acts (noun);
CREATE INDEX acts_line ON acts (line);
PRAGMA user_version = 3;
"""
"""What version 3 adds: who did what."""
_FOURTH = f"{passkeys.TABLES} PRAGMA user_version = 4;"
"""What version 4 adds: passkeys, and what people prefer."""
_STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""From each version to the next one."""
_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")


def make(path: Path) -> None:
    """An empty file for its owner only. Raises: FileExistsError, OSError."""
    # SQLite gives the files beside a database the mode that it has
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))


def check(path: Path) -> None:
    """The file is there, its owner's only, and its log whole.

    Raises: Refused (`accounts.mode`, `accounts.damaged`), OSError.
    """
    if path.is_symlink():
        raise Refused("accounts.mode", f"{path.name} is a link; accepted: the file itself")
    if not path.exists():
        raise Refused("accounts.damaged", f"{path.name} is missing: restore a backup")
    found = path.stat()
    if found.st_mode & 0o077 or not stat.S_ISREG(found.st_mode):
        raise Refused("accounts.mode", f"others may open {path.name}; accepted: a file of mode 600")
    log = path.with_name(path.name + "-wal")
    if log.exists() and (at := wal.unreadable(log.read_bytes())) is not None:
        raise Refused("accounts.damaged", f"changes in {log.name} cannot be read from byte {at} on")


def connected(path: Path, *, new: bool) -> tuple[sqlite3.Connection, bytes]:
    """A connection that nobody else has, and the key of the counts; with tables, where the file is new.

    Raises: Refused (`accounts.locked`, `accounts.version`, `accounts.disk`, `accounts.damaged`), OSError.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            _settle(connection)
            if new:
                _create(connection)
            key = _key(connection, path.name)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise refused(path.name, error) from error
    # SQLite syncs the name of the log too, and ignores errors of it
    folders.sync(path.parent)
    return connection, key


def scrub(connection: sqlite3.Connection) -> None:
    """Leave no trace of what was deleted: pages keep copies where rows moved, so all are written anew."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    # only now: who is killed before the log is empty begins again at the next opening
    connection.execute("DELETE FROM settings WHERE name = 'leaving'")


def refused(file: str, error: sqlite3.Error) -> Refused:
    """A disk that is full or fails is no reason to restore a backup."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Refused("accounts.locked", f"{file} is open in another process")
    if name.startswith(_DISK):
        return Refused("accounts.disk", f"{file} cannot be written or read now: {error}")
    return Refused("accounts.damaged", f"{file} cannot be read: {error}")


def _settle(connection: sqlite3.Connection) -> None:
    # nobody else reads the file while it is open: so its log can be emptied whenever something is deleted
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # where the system's fsync leaves it to the drive
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM makes a copy of everything


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(f"BEGIN IMMEDIATE; {''.join(_STEPS)}")
    connection.execute("INSERT INTO settings VALUES ('key', ?)", (os.urandom(KEY),))
    connection.execute("COMMIT")


def _key(connection: sqlite3.Connection, file: str) -> bytes:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise Refused(
            "accounts.version", f"{file} has version {version}; accepted: {VERSION}, or a newer program"
        )
    said = dict(connection.execute("SELECT name, value FROM settings").fetchall()) if version else {}
    if len(said.get("key", b"")) != KEY:
        raise Refused("accounts.damaged", f"{file} holds no accounts: restore a backup")
    (checked,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    # a trigger that somebody has put in would do what nobody asked for
    if checked != "ok" or apart.schema(connection) != apart.schema_of("".join(_STEPS[:version])):
        raise Refused("accounts.damaged", f"{file} is damaged: restore a backup")
    if version < VERSION:
        # whole or not at all
        connection.executescript(f"BEGIN IMMEDIATE; {''.join(_STEPS[version:])} COMMIT;")
    if "leaving" in said:
        scrub(connection)
    return bytes(said["key"])
