"""What is known of people beside lists of sites: names, telephones, plates. Apart from every feed.

One SQLite file, opened by one process, for its owner only. Each record is sealed under a key of its own, and
that key under the journal's (cipher); each has a day on which it is erased. What is erased is gone: its key
and its bytes are overwritten, and the file is written anew. Nothing is listed or exported: a record is asked
for by what it is about, one at a time.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.store import apart, folders
from wideberth.store.cipher import KEY, NONCE, Cipher

VERSION: Final = 1
"""Of the layout. A program refuses a newer one."""
MODE: Final = 0o600
DAY: Final = 24 * 3_600_000
LONGEST: Final = 400 * DAY
"""The most milliseconds that a record is kept."""
FIELDS: Final = 20
TEXT: Final = 500
"""Characters of a field."""

_TABLES: Final = f"""
CREATE TABLE records (about BLOB PRIMARY KEY, key BLOB NOT NULL, sealed BLOB NOT NULL,
    erase_ms INTEGER NOT NULL) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
PRAGMA user_version = {VERSION};
"""
_DISK: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_NAMES: Final = b"personal names"
"""Where the key of the names of records stands."""


class Record(Struct, frozen=True):
    """What is kept: texts by what they are, and when it is erased (ms, UTC)."""

    fields: dict[str, str]
    erase_ms: int


class Personal:
    """The records of an open file; many threads may call it. Made by `open`.

    `about` says what a record is about; it stands nowhere in the file. Every method raises Refused
    (`personal.disk`, `personal.damaged`) where the file fails.
    """

    def __init__(self, connection: sqlite3.Connection, file: str, sealing: Cipher, names: bytes) -> None:
        self._connection, self._file = connection, file
        self._sealing, self._names = sealing, names
        self._lock = threading.RLock()

    def keep(self, about: str, fields: dict[str, str], erase_ms: int, now_ms: int) -> None:
        """Keep a record until a day, in the place of an older one.

        Raises: Invalid (`personal.fields`, `personal.until`), Refused (`personal.residue`).
        """
        if not 0 < len(fields) <= FIELDS or any(
            not 0 < len(each) <= TEXT for each in (*fields, *fields.values())
        ):
            # what was wrong is not said again
            wanted = f"1 to {FIELDS} fields of 1 to {TEXT} characters"
            raise Invalid("personal.fields", "fields", f"{len(fields)} fields", wanted)
        check_until(erase_ms, now_ms)
        place, key, nonce = self._place(about), os.urandom(KEY), os.urandom(NONCE)
        data = msgspec.json.encode(Record(fields, erase_ms))
        sealed = nonce + AESGCMSIV(key).encrypt(nonce, data, place)
        with self._changing() as db:
            before = db.execute("SELECT 1 FROM records WHERE about = ?", (place,)).fetchone()
            row = (place, self._sealing.seal(key, b"personal\n" + place), sealed, erase_ms)
            db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", row)
            if before is not None:
                db.execute("INSERT OR REPLACE INTO settings VALUES ('leaving', x'01')")
        if before is not None:
            self._scrub()

    def get(self, about: str, now_ms: int) -> Record | None:
        """The record; None where there is none, or its day has come."""
        place = self._place(about)
        with self._changing() as db:
            query = "SELECT key, sealed FROM records WHERE about = ? AND erase_ms > ?"
            row = db.execute(query, (place, now_ms)).fetchone()
        return None if row is None else self._opened(place, *row)

    def erase(self, about: str) -> bool:
        """Erase a record, for good; whether there was one. Raises: Refused (`personal.residue`)."""
        return self._erase("DELETE FROM records WHERE about = ?", self._place(about)) > 0

    def erase_due(self, now_ms: int) -> int:
        """Erase all records whose day has come; how many. Raises: Refused (`personal.residue`)."""
        return self._erase("DELETE FROM records WHERE erase_ms <= ?", now_ms)

    def close(self) -> None:
        """Give the file back; nothing is accepted afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Personal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _place(self, about: str) -> bytes:
        """Nobody who has the file can try what it may hold something about."""
        return hashlib.blake2b(about.encode(), key=self._names, digest_size=32).digest()

    def _opened(self, place: bytes, kept: object, sealed: object) -> Record:
        key = self._sealing.open(kept, b"personal\n" + place)
        damaged = Refused("personal.damaged", f"a record in {self._file} is damaged; accepted: a backup")
        if key is None or not isinstance(sealed, bytes):
            raise damaged
        try:
            data = AESGCMSIV(key).decrypt(sealed[:NONCE], sealed[NONCE:], place)
        except (InvalidTag, ValueError):  # ValueError: shorter than a nonce
            raise damaged from None
        return msgspec.json.decode(data, type=Record)

    def _erase(self, statement: str, value: bytes | int) -> int:
        with self._changing() as db:
            count = db.execute(statement, (value,)).rowcount
            if count:
                db.execute("INSERT OR REPLACE INTO settings VALUES ('leaving', x'01')")
        if count:
            self._scrub()
        return count

    def _scrub(self) -> None:
        try:
            with self._lock:
                apart.scrub(self._connection)
        except sqlite3.Error as error:
            message = f"done, but traces stay in {self._file} until it is opened again: {error}"
            raise Refused("personal.residue", message) from error

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, durable at its end."""
        with self._lock:
            db = self._connection
            try:
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    db.rollback()
                    raise
            except sqlite3.Error as error:
                raise _refused(self._file, error) from error


def check_until(erase_ms: int, now_ms: int, path: str = "until") -> None:
    """The day on which a record is erased may be this one. Raises: Invalid (`personal.until`)."""
    if not now_ms < erase_ms <= now_ms + LONGEST:
        raise Invalid("personal.until", path, erase_ms, f"a moment to come, within {LONGEST // DAY} days")


def open(path: Path, sealing: Cipher) -> Personal:  # noqa: A001 - read as personal.open
    """The records at a path, none where no file is there yet. `sealing` is the journal's (Kept.sealing).

    Raises: Refused (`personal.mode`, `personal.locked`, `personal.version`, `personal.disk`,
    `personal.damaged`, also for another journal's), OSError.
    """
    if path.is_symlink():
        raise Refused("personal.mode", f"{path.name} is a link; accepted: the file itself")
    if not path.exists():
        # SQLite gives the files beside a database the mode that it has
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    found = path.stat()
    if found.st_mode & 0o077 or not stat.S_ISREG(found.st_mode):
        raise Refused("personal.mode", f"others may open {path.name}; accepted: a file of mode 600")
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            _settle(connection)
            names = _names(connection, path.name, sealing)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise _refused(path.name, error) from error
    # SQLite syncs the name of the log too, and ignores errors of it
    folders.sync(path.parent)
    return Personal(connection, path.name, sealing, names)


def _settle(connection: sqlite3.Connection) -> None:
    """As the file of the accounts: what is deleted is overwritten, and nobody else holds its log open."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM makes a copy of everything


def _names(connection: sqlite3.Connection, file: str, sealing: Cipher) -> bytes:
    """The key of the names of records; made with the tables, where the file is new."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise Refused(
            "personal.version", f"{file} has version {version}; accepted: {VERSION}, or a newer program"
        )
    if version == 0 and not apart.schema(connection):
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLES}")
        connection.execute(
            "INSERT INTO settings VALUES ('names', ?)", (sealing.seal(os.urandom(KEY), _NAMES),)
        )
        connection.execute("COMMIT")
    (checked,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    # a trigger that somebody has put in would do what nobody asked for
    if checked != "ok" or apart.schema(connection) != apart.schema_of(_TABLES):
        raise Refused("personal.damaged", f"{file} is damaged; accepted: a backup, or no file at all")
    said = dict(connection.execute("SELECT name, value FROM settings").fetchall())
    names = sealing.open(said.get("names"), _NAMES)
    if names is None:
        message = f"{file} belongs to another journal; accepted: that of this one, or no file at all"
        raise Refused("personal.damaged", message)
    if "leaving" in said:
        apart.scrub(connection)
    return names


def _refused(file: str, error: sqlite3.Error) -> Refused:
    """A disk that is full or fails is no reason to restore a backup."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Refused("personal.locked", f"{file} is open in another process")
    if name.startswith(_DISK):
        return Refused("personal.disk", f"{file} cannot be written or read now: {error}")
    return Refused("personal.damaged", f"{file} cannot be read: {error}")
