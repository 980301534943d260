"""What everybody has replied to communiqués. Apart from every feed; of who replied nothing is in it.

One SQLite file, opened by one process, for its owner only. What is erased is gone: its bytes are overwritten,
and the file is written anew.
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
from typing import Final, Literal

from msgspec import Struct

from wideberth.errors import Refused
from wideberth.store import apart, folders

VERSION: Final = 1
"""Of the layout. A program refuses a newer one."""
MODE: Final = 0o600
KEY: Final = 32
"""Bytes of the key that forms are signed with, and texts are compared under."""
State = Literal["waiting", "shown", "refused"]

_TABLES: Final = f"""
CREATE TABLE replies (id INTEGER PRIMARY KEY AUTOINCREMENT, communique TEXT NOT NULL, text TEXT NOT NULL,
    language TEXT NOT NULL, name TEXT NOT NULL, day_ms INTEGER NOT NULL, same BLOB NOT NULL,
    state TEXT NOT NULL, why TEXT, decided_ms INTEGER, UNIQUE (communique, same)) STRICT;
CREATE INDEX replies_state ON replies (state, communique);
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
PRAGMA user_version = {VERSION};
"""
_DISK: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
_ROW: Final = "SELECT id, communique, text, language, name, day_ms, state, why, decided_ms FROM replies"


class Kept(Struct, frozen=True):
    """A reply: `day_ms` is the beginning of the day on which it came, `decided_ms` when it was decided on."""

    id: int
    communique: str
    text: str
    language: str
    name: str
    day_ms: int
    state: State = "waiting"
    why: str | None = None
    decided_ms: int | None = None


class ReplyFile:
    """The replies of an open file; many threads may call it. Made by `open`.

    Every method raises Refused (`reply.disk`, `reply.damaged`) where the file fails. `key`: KEY secret bytes
    that stay the same as long as the file is there.
    """

    def __init__(self, connection: sqlite3.Connection, file: str, key: bytes) -> None:
        self._connection, self._file, self.key = connection, file, key
        self._lock = threading.RLock()

    def add(self, said: Kept, same: str) -> int | None:
        """Put a reply in the queue; its number. None: one to this communiqué that says the same is here.

        `same`: what replies have in common that say the same.
        """
        with self._changing() as db:
            row = (said.communique, said.text, said.language, said.name, said.day_ms, self._hash(same))
            made = db.execute(
                "INSERT INTO replies (communique, text, language, name, day_ms, same, state)"
                " VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING RETURNING id",
                row,
            ).fetchall()
        return int(made[0][0]) if made else None

    def one(self, reply: int) -> Kept | None:
        """The reply of this number."""
        with self._changing() as db:
            row = db.execute(f"{_ROW} WHERE id = ?", (reply,)).fetchone()
        return None if row is None else Kept(*row)

    def all(self, state: State, communique: str | None = None) -> list[Kept]:
        """Those that stand so, of one communiqué or of all, the oldest first."""
        query = f"{_ROW} WHERE state = ? AND (communique = ? OR ? IS NULL) ORDER BY id"
        with self._changing() as db:
            return [Kept(*row) for row in db.execute(query, (state, communique, communique)).fetchall()]

    def counts(self) -> dict[str, dict[State, int]]:
        """How many there are, by communiqué and by how they stand."""
        found: dict[str, dict[State, int]] = {}
        query = "SELECT communique, state, count(*) FROM replies GROUP BY communique, state"
        with self._changing() as db:
            for communique, state, count in db.execute(query).fetchall():
                found.setdefault(communique, {})[state] = count
        return found

    def decide(self, reply: int, state: State, why: str | None, now_ms: int) -> bool:
        """Somebody has decided on a reply; whether there is one."""
        with self._changing() as db:
            row = (state, why, now_ms, reply)
            query = "UPDATE replies SET state = ?, why = ?, decided_ms = ? WHERE id = ?"
            return db.execute(query, row).rowcount > 0

    def erase(self, refused_ms: int, waiting_ms: int) -> int:
        """Erase, for good, what was refused at `refused_ms` or before and what waits since `waiting_ms`.

        Raises: Refused (`reply.residue`).
        """
        with self._changing() as db:
            query = (
                "DELETE FROM replies WHERE state = 'refused' AND decided_ms <= ?"
                " OR state = 'waiting' AND day_ms <= ?"
            )
            count = db.execute(query, (refused_ms, waiting_ms)).rowcount
            if count:
                db.execute("INSERT OR REPLACE INTO settings VALUES ('leaving', x'01')")
        if count:
            try:
                with self._lock:
                    apart.scrub(self._connection)
            except sqlite3.Error as error:
                message = f"done, but traces stay in {self._file} until it is opened again: {error}"
                raise Refused("reply.residue", message) from error
        return count

    def close(self) -> None:
        """Give the file back; nothing is accepted afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> ReplyFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _hash(self, same: str) -> bytes:
        return hashlib.blake2b(same.encode(), key=self.key, digest_size=16).digest()

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


def open(path: Path) -> ReplyFile:  # noqa: A001 - read as replies.open
    """The replies at a path, none where no file is there yet.

    Raises: Refused (`reply.mode`, `reply.locked`, `reply.version`, `reply.damaged`, `reply.disk`), OSError.
    """
    if path.is_symlink():
        raise Refused("reply.mode", f"{path.name} is a link; accepted: the file itself")
    if not path.exists():
        # SQLite gives the files beside a database the mode that it has
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))
    found = path.stat()
    if found.st_mode & 0o077 or not stat.S_ISREG(found.st_mode):
        raise Refused("reply.mode", f"others may open {path.name}; accepted: a file of mode 600")
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            _settle(connection)
            key = _key(connection, path.name)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise _refused(path.name, error) from error
    # SQLite syncs the name of the log too, and ignores errors of it
    folders.sync(path.parent)
    return ReplyFile(connection, path.name, key)


def _settle(connection: sqlite3.Connection) -> None:
    """As the file of the accounts: what is deleted is overwritten, and nobody else holds its log open."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM makes a copy of everything


def _key(connection: sqlite3.Connection, file: str) -> bytes:
    """The key; made with the tables, where the file is new."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise Refused(
            "reply.version", f"{file} has version {version}; accepted: {VERSION}, or a newer program"
        )
    if version == 0 and not apart.schema(connection):
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLES}")
        connection.execute("INSERT INTO settings VALUES ('key', ?)", (os.urandom(KEY),))
        connection.execute("COMMIT")
    (checked,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    said = {}
    # a trigger that somebody has put in would do what nobody asked for
    if checked == "ok" and apart.schema(connection) == apart.schema_of(_TABLES):
        said = dict(connection.execute("SELECT name, value FROM settings").fetchall())
    if len(said.get("key", b"")) != KEY:
        raise Refused("reply.damaged", f"{file} is damaged; accepted: a backup, or no file at all")
    if "leaving" in said:
        apart.scrub(connection)
    return bytes(said["key"])


def _refused(file: str, error: sqlite3.Error) -> Refused:
    """A disk that is full or fails is no reason to restore a backup."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Refused("reply.locked", f"{file} is open in another process")
    if name.startswith(_DISK):
        return Refused("reply.disk", f"{file} cannot be written or read now: {error}")
    return Refused("reply.damaged", f"{file} cannot be read: {error}")
