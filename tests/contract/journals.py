"""The journals under test, each opened from nothing but a name; and rows altered behind their backs."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from tests.contract import server
from wideberth.errors import Refused
from wideberth.store import sqlite
from wideberth.store.kept import Kept

KEY = bytes(range(32))


class Place(NamedTuple):
    """Where a journal is kept, and the ways to it."""

    kind: str
    name: str
    url: str
    open_with: Callable[[bytes], Kept]
    execute: Callable[..., list[Any]]
    """Runs a statement past the journal; values stand as `?`."""

    def open(self) -> Kept:
        return self.open_with(KEY)

    def reopened(self) -> Kept:
        """A server ends the session of a client that was killed a moment later."""
        for _ in range(100):
            try:
                return self.open()
            except Refused as error:
                if error.code != "journal.locked":
                    raise
                time.sleep(0.05)
        return self.open()


@contextmanager
def sqlite_place(folder: Path) -> Iterator[Place]:
    path = folder / f"{uuid4().hex}.db"

    def execute(statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(path, isolation_level=None)) as plain:
            return plain.execute(statement, values).fetchall()

    yield Place("sqlite", str(path), "", lambda key: sqlite.open(path, key), execute)


@contextmanager
def postgres_place(url: str = "") -> Iterator[Place]:
    """In a schema of its own, of the server named or found."""
    url = url or server.url()
    from wideberth.store import postgres

    schema = f"test_{uuid4().hex}"

    def execute(statement: str, *values: object) -> list[Any]:
        numbers = count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", statement)
        return server.execute(url, numbered, *values, schema=schema)

    try:
        yield Place("postgres", schema, url, lambda key: postgres.open(url, key, schema), execute)
    finally:
        execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
