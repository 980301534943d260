"""A journal in a schema of a PostgreSQL database; needs the extra `postgres` (psycopg 3).

The second opener is refused by an advisory lock of the session that writes: a writer that lost its session
has lost the lock and can write no more.
"""

from __future__ import annotations

import hashlib

import psycopg
from psycopg import sql

from wideberth.errors import Refused
from wideberth.store import kept
from wideberth.store.kept import Database, Kept

TABLES = kept.TABLES.format(bytes="BYTEA", number="BIGINT", strict="", clustered="")
_LOCK = 8
_HOLDER = """SELECT a.pid, a.application_name, a.client_addr
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
AND ((l.classid::bigint << 32) | l.objid::bigint) = %s"""


def open(url: str, key: bytes, schema: str = "wideberth") -> Kept:  # noqa: A001 - read as postgres.open
    """The journal in a schema, made where there is none, verified where there is one.

    Args:
        url: as libpq takes it. key: the 32 bytes that its rows are sealed with (see keys).
        schema: its name; one journal in each.

    Raises: Refused (`journal.unreachable`, `journal.locked`, `journal.damaged`, and as kept.opened), Invalid
    (`journal.key_length`).
    """
    connections: list[psycopg.Connection] = []

    def close() -> None:
        for connection in connections:
            connection.close()

    try:
        connections.extend(_connect(url) for _ in range(2))
        write, read = connections
        _lock(write, schema)
        for connection in connections:
            connection.execute("SET synchronous_commit = on")
            connection.execute("SELECT set_config('search_path', quote_ident(%s), false)", (schema,))
        database = Database(write, read, "BEGIN", "%s", psycopg.Error, close)
        if write.execute("SELECT to_regclass('journal')").fetchone() == (None,):
            write.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
            kept.create(database, key, TABLES)
        return kept.opened(database, key)
    except psycopg.OperationalError as error:
        close()
        raise Refused("journal.unreachable", f"PostgreSQL cannot be reached: {error}") from error
    except psycopg.Error as error:
        close()
        raise Refused("journal.damaged", f"schema {schema} cannot be read: {error}") from error
    except BaseException:
        close()
        raise


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, application_name="wideberth")


def _lock(write: psycopg.Connection, schema: str) -> None:
    digest = hashlib.sha256(b"wideberth/journal\n" + schema.encode()).digest()
    number = int.from_bytes(digest[:_LOCK], "big") >> 1  # pg_locks shows two halves without a sign
    if write.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone() != (True,):
        holder = write.execute(_HOLDER, (number,)).fetchone()
        said = f"{holder[1]}, session {holder[0]} from {holder[2]}" if holder else "a session that just ended"
        raise Refused("journal.locked", f"schema {schema} is open in {said}")
