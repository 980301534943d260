"""The journals under test, each opened from nothing but a name; and rows altered behind their backs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from wideberth.store import sqlite
from wideberth.store.kept import Kept

KEY = bytes(range(32))


class Place(NamedTuple):
    """Where a journal is kept, and the ways to it."""

    kind: str
    name: str
    open: Callable[[], Kept]
    execute: Callable[..., list[Any]]
    """Runs a statement past the journal; values stand as `?`."""


@contextmanager
def sqlite_place(folder: Path) -> Iterator[Place]:
    path = folder / f"{uuid4().hex}.db"

    def execute(statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(path, isolation_level=None)) as plain:
            return plain.execute(statement, values).fetchall()

    yield Place("sqlite", str(path), lambda: sqlite.open(path, KEY), execute)
