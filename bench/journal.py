"""How fast is the journal, and how long does a node wait for it to be verified?

    python bench/journal.py [--entries 1e6] [--commits 500] [--callers 32] [--check] [--postgres URL]
                            [--json FILE]

Entries a second, each in a commit of its own and with group commit; seconds to open a journal of many
entries, all of them verified, and until the state is there, with a snapshot and without; bytes an entry.
`--check` folds once more from the start and compares. Exit 1 where what is opened is not what was appended,
or the states differ.
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
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.talk import FEEDS, LINE, Talk
from wideberth.ledger import entries as entries_of
from wideberth.ledger import ids, merkle, snapshot
from wideberth.ledger.body import COMMITMENT, reread
from wideberth.ledger.entries import Taken
from wideberth.ledger.feed import Head as FeedHead
from wideberth.ledger.feed import Item, Written, append
from wideberth.ledger.order import START, Order, Placed, beginning, fold, stable
from wideberth.ledger.snapshot import Snapshot
from wideberth.store import snapshots, sqlite
from wideberth.store.journal import Head, Step
from wideberth.store.kept import Kept

KEY = bytes(range(32))
BATCH = 10_000
TAIL = 1_000
"""Entries after a snapshot."""
RULES = "bench/1"
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


def filled(journal: Kept, entries: int, talk: Talk) -> float:
    """Entries a second in batches of BATCH, in the four feeds of a line."""
    taken = 0.0
    for batch in talk.batches(entries, BATCH):
        started = time.perf_counter()
        journal.append(batch)
        taken += time.perf_counter() - started
    return sum(talk.sizes.values()) / taken


class Started(NamedTuple):
    """A fold that goes on: the order, the state, and the seconds that each part took."""

    order: Order
    state: bytes
    placed: int
    seconds: dict[str, float]


def evolve(state: bytes, placed: Placed) -> bytes:
    """Depends on every entry and its place, and costs little."""
    return hashlib.sha256(state + placed.entry.leaf).digest()


def start(opened: Callable[[], Kept], folder: Path, heads: Mapping[str, Head]) -> Started:
    """What a node does before it answers: open the journal, look for a snapshot, fold what is after it."""
    times = [time.perf_counter()]
    with opened() as journal:
        times.append(time.perf_counter())
        if journal.heads() != heads:
            print("what was opened is not what was appended")
            sys.exit(1)
        found = snapshots.resume(folder, journal, LINE.id, FEEDS[1].text, RULES).value
        times.append(time.perf_counter())
        begin = found.start if found else START
        order = Order(LINE, begin)
        for origin in FEEDS:
            records = journal.read(origin.text, begin.sizes.get(origin, 0))
            order.add(reread(*record.item) for record in records)
        state = fold(order.placed, evolve, found.state if found else b"")
        times.append(time.perf_counter())
    names = ("open_s", "snapshot_s", "fold_s")
    seconds = {name: after - before for name, before, after in zip(names, times, times[1:], strict=False)}
    return Started(order, state, len(order.placed), seconds)


def snapshot_taken(opened: Callable[[], Kept], folder: Path, before: Started, talk: Talk) -> None:
    """Save the state after what no honest entry can come before, enter it, and let the talk go on."""
    count = stable(LINE, before.order.placed)
    covered = before.order.placed[:count]
    begin = beginning(covered)
    with opened() as journal:
        roots = {origin: merkle.root(journal.tree(origin.text, size)) for origin, size in begin.sizes.items()}
        taken = Snapshot(LINE.id, begin, roots, RULES, fold(covered, evolve, b""))
        data = snapshot.write(taken)
        mine = FEEDS[1]
        n = talk.sizes[mine]
        folded = {origin: size for origin, size in talk.sizes.items() if origin != mine}
        written = Written(Taken.TYPE, 1, folded, 1_900_000_000_000 + n)
        head = FeedHead(mine, talk.heads[mine].tree, {}, 0)
        made = append(head, written, entries_of.write(snapshot.enter(data)), bytes(16)).entry
        journal.append([talk.say(mine, [Item(made.leaf, made.salt, made.body)])])
        snapshots.save(folder, journal.sealing, LINE.id, n, data)
        for batch in talk.batches(TAIL, TAIL):
            journal.append(batch)


def measure(
    name: str, opened: Callable[[], Kept], size: Callable[[], int], asked: argparse.Namespace
) -> dict[str, float | str]:
    """Everything about one database."""
    talk = Talk()
    with opened() as journal:
        one = alone(journal, asked.commits)
        many = together(journal, asked.commits, asked.callers)
        before, whole = size(), filled(journal, asked.entries, talk)
        added = (size() - before) / sum(talk.sizes.values())
        heads = journal.heads()
    held = sum(head.size for head in heads.values())
    print(
        f"{name}: {one:,.0f} entries/s alone, {many:,.0f} with {asked.callers} callers, {whole:,.0f} in"
        f" batches of {BATCH:,}; {added:,.0f} bytes an entry"
    )
    with tempfile.TemporaryDirectory() as folder:
        without = start(opened, Path(folder), heads)
        told(f"{name}, {held:,} entries, without snapshot", without)
        snapshot_taken(opened, Path(folder), without, talk)
        with opened() as journal:
            heads = journal.heads()
        after = start(opened, Path(folder), heads)
        told(f"{name}, {sum(head.size for head in heads.values()):,} entries, with snapshot", after)
        again = start(opened, Path(folder) / "none", heads) if asked.check else None
    if after.placed >= without.placed or (again and again.state != after.state):
        print(f"{name}: the fold from the snapshot is not the fold from the start")
        sys.exit(1)
    return {
        "database": name,
        "alone_per_s": one,
        "group_per_s": many,
        "batch_per_s": whole,
        "verified_per_s": held / without.seconds["open_s"],
        "bytes_per_entry": added,
        **{f"without_{each}": taken for each, taken in without.seconds.items()},
        **{f"with_{each}": taken for each, taken in after.seconds.items()},
    }


def told(name: str, found: Started) -> None:
    """A line about a start."""
    opening, snapshot_s, folding = found.seconds.values()
    print(
        f"{name}: {sum(found.seconds.values()):.1f} s until the state is there ({opening:.1f} s to verify the"
        f" journal, {snapshot_s:.1f} for the snapshot, {folding:.1f} to fold {found.placed:,} entries)"
    )


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
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = list(_all(asked))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
