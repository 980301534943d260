"""The journals under test, each opened from nothing but a name; and rows altered behind their backs."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from wideberth.store import sqlite
from wideberth.store.kept import Kept

KEY = bytes(range(32))
URL = os.environ.get("WIDEBERTH_TEST_POSTGRES", "host=127.0.0.1 user=postgres dbname=test connect_timeout=5")


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


@contextmanager
def postgres_place() -> Iterator[Place]:
    try:
        import psycopg

        from wideberth.store import postgres
    except ImportError as error:
        raise absent(f"no psycopg: {error}") from error
    try:
        plain = psycopg.connect(URL, autocommit=True)
    except psycopg.OperationalError as error:
        raise absent(f"no PostgreSQL: {error}") from error
    schema = f"test_{uuid4().hex}"

    def execute(statement: str, *values: object) -> list[Any]:
        plain.execute(f"SET search_path = {schema}")
        done = plain.execute(statement.replace("?", "%s"), values)
        return done.fetchall() if done.description else []

    try:
        yield Place("postgres", schema, lambda: postgres.open(URL, KEY, schema), execute)
    finally:
        with plain:
            plain.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def absent(reason: str) -> BaseException:
    """A missing server fails where all tests must run, and is told elsewhere."""
    if os.environ.get("CI") == "true":
        return pytest.fail.Exception(reason)
    return pytest.skip.Exception(reason)
