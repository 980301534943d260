"""How fast is the journal, and how long does a node wait for it to be verified?

    python bench/journal.py [--entries 1e6] [--commits 500] [--callers 32] [--postgres URL] [--json FILE]

Entries a second, each in a commit of its own and with group commit; seconds to open a journal of many
entries, all of them verified; bytes an entry. Exit 1 where what is opened is not what was appended.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wideberth.ledger import ids
from wideberth.ledger.body import COMMITMENT
from wideberth.ledger.feed import Item
from wideberth.store import sqlite
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

KEY = bytes(range(32))
BATCH = 10_000
_NAME = "a" * 52


def feed(number: int) -> str:
    """The name of a feed; only its form is real."""
    return f"wideberth/{_NAME}/{_NAME}/main/{number}"


def items(of: str, begin: int, end: int) -> tuple[Item, ...]:
    """Entries as large as a notice's header and 256 bytes of body; their headers have the form, no more."""
    found = []
    for n in range(begin, end):
        salt, body = n.to_bytes(16, "big"), b'{"said":"%s"}' % (b"%d" % n).rjust(245, b".")
        commitment = ids.base32(hashlib.sha256(COMMITMENT + salt + body).digest())
        leaf = (
            f'{{"agreement":"{_NAME}","at_ms":{1_900_000_000_000 + n},"body_c":"{commitment}","folded":{{}},'
            f'"n":{n},"origin":"{of}","type":"notice.told","v":1}}'
        )
        found.append(Item(leaf.encode(), salt, body))
    return tuple(found)


def alone(journal: Kept, commits: int) -> float:
    """Entries a second, each its own commit."""
    of = feed(1)
    steps = [Step(of, n, (item,)) for n, item in enumerate(items(of, 0, commits))]
    begin = time.perf_counter()
    for step in steps:
        journal.append([step])
    return commits / (time.perf_counter() - begin)


def together(journal: Kept, commits: int, callers: int) -> float:
    """Entries a second of many callers, each waiting for its own entry to be durable."""

    def call(number: int) -> None:
        of = feed(100 + number)
        for n, item in enumerate(items(of, 0, commits)):
            journal.append([Step(of, n, (item,))])

    begin = time.perf_counter()
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(call, range(callers)))
    return commits * callers / (time.perf_counter() - begin)


def filled(journal: Kept, entries: int) -> float:
    """Entries a second in batches of BATCH."""
    of, taken = feed(2), 0.0
    for begin in range(0, entries, BATCH):
        step = Step(of, begin, items(of, begin, min(begin + BATCH, entries)))
        started = time.perf_counter()
        journal.append([step])
        taken += time.perf_counter() - started
    return entries / taken


def measure(
    name: str, opened: Callable[[], Kept], size: Callable[[], int], asked: argparse.Namespace
) -> dict[str, float | str]:
    """Everything about one database."""
    with opened() as journal:
        one = alone(journal, asked.commits)
        many = together(journal, asked.commits, asked.callers)
        before, whole = size(), filled(journal, asked.entries)
        added = size() - before
        heads = journal.heads()
    begin = time.perf_counter()
    with opened() as journal:
        taken = time.perf_counter() - begin
        if journal.heads() != heads:
            print(f"{name}: what was opened is not what was appended")
            sys.exit(1)
    print(
        f"{name}: {one:,.0f} entries/s alone, {many:,.0f} with {asked.callers} callers, {whole:,.0f} in"
        f" batches of {BATCH:,}; {sum(head.size for head in heads.values()):,} entries verified"
        f" in {taken:.1f} s; {added / asked.entries:,.0f} bytes an entry"
    )
    return {
        "database": name,
        "alone_per_s": one,
        "group_per_s": many,
        "batch_per_s": whole,
        "open_s": taken,
        "bytes_per_entry": added / asked.entries,
    }


def _postgres(url: str, asked: argparse.Namespace) -> dict[str, float | str]:
    import asyncpg  # only for who asks for it

    from wideberth.store import postgres

    schema = f"bench_{os.getpid()}"

    async def ask(statement: str) -> int | None:
        session = await asyncpg.connect(url)
        try:
            found: int | None = await session.fetchval(statement)
        finally:
            await session.close()
        return found

    def size() -> int:
        tables = f"pg_class WHERE relkind = 'r' AND relnamespace = '{schema}'::regnamespace"
        return asyncio.run(ask(f"SELECT sum(pg_total_relation_size(oid))::bigint FROM {tables}")) or 0

    try:
        return measure("PostgreSQL", lambda: postgres.open(url, KEY, schema), size, asked)
    finally:
        asyncio.run(ask(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))


def _all(asked: argparse.Namespace) -> Iterator[dict[str, float | str]]:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"

        def size() -> int:
            return sum(each.stat().st_size for each in Path(folder).glob("journal.db*"))

        yield measure("SQLite", lambda: sqlite.open(path, KEY), size, asked)
    if asked.postgres:
        yield _postgres(asked.postgres, asked)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--commits", type=int, default=500)
    parser.add_argument("--callers", type=int, default=32)
    parser.add_argument("--postgres", metavar="URL", help="also measure PostgreSQL, in a schema of its own")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = list(_all(asked))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
