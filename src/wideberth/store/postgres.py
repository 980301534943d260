"""A journal in a schema of a PostgreSQL database, 14 or newer; needs the extra `postgres` (asyncpg).

Importing it without raises Refused (`journal.no_driver`).

The second opener is refused by an advisory lock of the session that writes: a writer that lost its session
has lost the lock and can write no more. The driver is asynchronous; both connections live in a thread of
their own, so that callers need no event loop, and may have one.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from wideberth.errors import Invalid, Refused
from wideberth.store import kept
from wideberth.store.kept import Database, Kept

try:
    import asyncpg
except ModuleNotFoundError as missing:
    raise Refused(
        "journal.no_driver",
        "a journal in PostgreSQL needs the extra `postgres`: pip install 'wideberth[postgres]'",
    ) from missing

TABLES = kept.TABLES.format(bytes="BYTEA", number="BIGINT", strict="", clustered="")
PATIENCE = 60.0
"""Seconds that a statement may take before the server counts as gone."""
WANTED_URL = "postgresql://user@host:port/database?sslmode=verify-full"
WANTED_SCHEMA = "at most 63 of a-z 0-9 _, a letter first"

_CONNECTING = 10.0
_CLOSING = 5.0
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SETTINGS = {
    "application_name": "wideberth",
    "synchronous_commit": "on",
    # whoever gives up waiting is the client, which then takes nothing more. A server that gives up while it
    # waits for its standby would answer COMMIT as if the standby had it
    "statement_timeout": "0",
    "lock_timeout": "0",
    # a quiet night must not end the session that holds the lock
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    # a client that is cut off gives the lock back within about a minute
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_LOCK = 8
_HOLDER = """SELECT a.application_name, a.pid, host(a.client_addr)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND ((l.classid::bigint << 32) | l.objid::bigint) = ?"""
# the session is over, or the server ended what it did: classes 08 and 57
_ENDED = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
_GONE = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, *_ENDED)


class Failure(Exception):
    """What the server said instead of doing it."""


def open(  # noqa: A001 - read as postgres.open
    url: str, key: bytes, schema: str = "wideberth", patience: float = PATIENCE
) -> Kept:
    """The journal in a schema, made where there is none, verified where there is one.

    Args:
        url: WANTED_URL; what is left out comes from the variables PG… and ~/.pgpass, as with libpq.
        key: the 32 bytes that its rows are sealed with (see keys).
        schema: its name; one journal in each.
        patience: seconds that a statement may take before the server counts as gone.

    Raises: Invalid (`journal.url`, without a password; `journal.schema`, `journal.key_length`), Refused
    (`journal.unreachable`, `journal.locked`, `journal.not_durable`, `journal.damaged`, and as kept.opened).
    """
    _check_url(url)
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise Invalid("journal.schema", "schema", schema, WANTED_SCHEMA)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="journal", daemon=True)
    thread.start()
    sessions: list[_Session] = []

    def close() -> None:
        for session in sessions:
            session.close()
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    try:
        sessions.extend(_Session(loop, url, schema, patience) for _ in range(2))
        write, read = sessions
        _check_server(write, read)
        _lock(write, schema)
        database = Database(write, read, "BEGIN", "?", Failure, close)
        if write.one("SELECT to_regclass('journal')") == (None,):
            if write.one("SELECT 1 FROM pg_namespace WHERE nspname = ?", schema) is None:
                write.execute(f'CREATE SCHEMA "{schema}"')
            kept.create(database, key, TABLES)
        return kept.opened(database, key)
    except Failure as error:
        close()
        raise Refused("journal.damaged", f"schema {schema} cannot be read: {error}") from error
    except BaseException:
        close()
        raise


class _Session:
    """A connection in the words of kept.Database: one statement at a time, from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, url: str, schema: str, patience: float) -> None:
        self._loop = loop
        # never the part before @, nor the query: they may hold a password
        self._where = re.sub(r"^\w+://([^@]*@)?|\?.*", "", url) or "its usual place"
        self._rows: list[tuple[Any, ...]] = []
        settings = _SETTINGS | {"search_path": f'"{schema}"'}
        try:
            self._connection: Any = self._run(
                lambda: asyncpg.connect(
                    url,
                    timeout=_CONNECTING,
                    command_timeout=patience,
                    server_settings=settings,
                    target_session_attrs="read-write",
                )
            )
        except Failure as error:
            raise Refused("journal.unreachable", f"PostgreSQL at {self._where} refuses: {error}") from error

    def cursor(self) -> _Session:
        return self

    def execute(self, statement: str, values: Sequence[object] = ()) -> _Session:
        """One statement, its values standing as `?`. Raises: Failure, Refused (`journal.unreachable`)."""
        self._rows = [*map(tuple, self._run(lambda: self._connection.fetch(_numbered(statement), *values)))]
        return self

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """The same for each row, sent as one. Raises: as execute."""
        self._run(lambda: self._connection.executemany(_numbered(statement), rows))

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def one(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row. Raises: as execute."""
        return next(iter(self.execute(statement, values).fetchall()), None)

    def close(self) -> None:
        # a server that is gone is not asked for leave
        with suppress(Failure, Refused):
            self._run(lambda: self._connection.close(timeout=_CLOSING))

    def _run(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        if self._loop.is_closed():
            raise Refused("journal.unreachable", f"PostgreSQL at {self._where}: closed")
        try:
            return asyncio.run_coroutine_threadsafe(work(), self._loop).result()
        except asyncpg.ClientConfigurationError as error:
            raise Invalid("journal.url", "url", str(error), WANTED_URL) from None
        except _GONE as error:
            said = str(error) or "no answer in time"
            raise Refused("journal.unreachable", f"PostgreSQL at {self._where}: {said}") from error
        except asyncpg.PostgresError as error:
            raise Failure(str(error)) from error
        except ValueError:
            # the driver would quote a part of the URL, which may be most of a password
            raise Invalid(
                "journal.url", "url", "a host, port or query that cannot be read", WANTED_URL
            ) from None


@cache
def _numbered(statement: str) -> str:
    """`?, ?` as `$1, $2`."""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", statement)


def _check_url(url: str) -> None:
    """Raises: Invalid (`journal.url`), with nothing of the URL, for it may hold a password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise Invalid("journal.url", "url", "another scheme", WANTED_URL)
    for name, value in parse_qsl(url.partition("?")[2]):
        if name in _FILES and not Path(value).is_file():
            raise Invalid("journal.url", f"url, {name}", value, "a file that can be read")
    begin, _, end = url.partition("@")
    if "@" in end or ("@" in url and re.search("[/?#]", begin.partition("://")[2])):
        raise Invalid(
            "journal.url",
            "url",
            "one of @ / ? # in a name or password",
            f"%40 %2F %3F %23, as in {WANTED_URL}",
        )


def _check_server(write: _Session, read: _Session) -> None:
    """One, and one that syncs. Raises: Refused (`journal.unreachable`, `journal.not_durable`)."""
    started = "SELECT pg_postmaster_start_time()"
    if write.one(started) != read.one(started):
        raise Refused("journal.unreachable", "two sessions reached two servers; name one host")
    if write.one("SHOW fsync") != ("on",):
        raise Refused("journal.not_durable", "the server runs with fsync = off; accepted: fsync = on")


def _lock(write: _Session, schema: str) -> None:
    digest = hashlib.sha256(b"wideberth/journal\n" + schema.encode()).digest()
    number = int.from_bytes(digest[:_LOCK], "big") >> 1  # pg_locks shows two halves without a sign
    if write.one("SELECT pg_try_advisory_lock(?)", number) != (True,):
        holder = write.one(_HOLDER, number)
        said = "a session that just ended"
        if holder is not None:
            name, pid, address = holder
            said = f"{name}, session {pid}" + (f" from {address}" if address else "")
        raise Refused("journal.locked", f"schema {schema} is open in {said}")
