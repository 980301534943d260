"""Appends until the server is gone; says on standard output what was acknowledged, and how it was refused.

    python restarted.py URL SCHEMA

Run by test_postgres_restart.py. Several callers at once, each with two feeds in a batch.
"""

from __future__ import annotations

import sys
import threading

from bench.journal import KEY, feed, items
from wideberth.errors import Refused
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

CALLERS = 4
SPEAKING = threading.Lock()


def say(*words: object) -> None:
    with SPEAKING:
        sys.stdout.write(" ".join(map(str, words)) + "\n")
        sys.stdout.flush()


def work(journal: Kept, number: int) -> None:
    one, other = feed(2 * number), feed(2 * number + 1)
    heads = journal.heads()
    n = heads[one].size if one in heads else 0
    while True:
        try:
            journal.append([Step(of, n, items(of, n, n + 1)) for of in (one, other)])
        except Refused as error:
            say("refused", number, f"{error.code}: {error.message}")
            return
        n += 1
        say("kept", number, n)


if __name__ == "__main__":
    from wideberth.store import postgres

    with postgres.open(sys.argv[1], KEY, sys.argv[2]) as opened:
        threads = [threading.Thread(target=work, args=(opened, i)) for i in range(CALLERS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
