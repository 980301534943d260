"""Appends until it is killed; says on standard output what was acknowledged.

    python appender.py sqlite|postgres NAME [URL]

Run by test_journal.py. Several callers at once, so that commits hold several batches.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from bench.journal import KEY, feed, items
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

FEEDS = 4


def opened(kind: str, name: str, url: str) -> Kept:
    if kind == "sqlite":
        from wideberth.store import sqlite

        return sqlite.open(Path(name), KEY)
    from wideberth.store import postgres

    return postgres.open(url, KEY, name)


def work(journal: Kept, number: int, speaking: threading.Lock) -> None:
    """Two feeds in each batch: both or neither must be there afterwards."""
    one, other = feed(2 * number), feed(2 * number + 1)
    heads = journal.heads()
    n = heads[one].size if one in heads else 0
    while True:
        journal.append([Step(of, n, items(of, n, n + 1)) for of in (one, other)])
        n += 1
        with speaking:
            sys.stdout.write(f"{number} {n}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    with opened(*sys.argv[1:4]) as kept:
        lock = threading.Lock()
        for i in range(FEEDS):
            threading.Thread(target=work, args=(kept, i, lock), daemon=True).start()
        threading.Event().wait()
