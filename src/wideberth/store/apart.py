"""What files of people have in common, which stand apart from every feed: tables, and leaving no trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def scrub(connection: sqlite3.Connection) -> None:
    """Leave no trace of what was erased: pages keep copies where rows moved, so all are written anew."""
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    # only now: who is killed before the log is empty begins again at the next opening
    connection.execute("DELETE FROM settings WHERE name = 'leaving'")


def schema(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """All that is declared in a file: tables, indexes, and triggers that somebody may have put in."""
    return set(connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall())


def schema_of(statements: str) -> set[tuple[str, ...]]:
    """The same of a file that these statements made, and nothing else."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(statements)
        return schema(fresh)
