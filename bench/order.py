"""How long does it take to bring a line's entries into their order, and to fold them?

    python bench/order.py [--entries 200000] [--json FILE]

Two parties, an urgent and a main feed each, folding each other every third entry. Microseconds an entry: to
read it back from a journal, to place it with all the others, to fold it, and to place it alone as it arrives;
then from a snapshot of all but the last thousandth. Exit 1 where the ways do not give one order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from wideberth.ledger import body, ids, order
from wideberth.ledger.body import Entry, Header
from wideberth.ledger.ids import KINDS, Kind, Line, Origin
from wideberth.ledger.order import Order, Placed

EVERY = 3
"""An author folds the other's feeds about every so many entries."""
FEW = 20_000
"""Entries that are placed one by one."""


def line() -> Line:
    """A line of two parties whose keys are only numbers."""
    one, other = (hashlib.sha256(bytes([i])).digest() for i in range(2))
    return ids.line(ids.genesis(one, other, bytes(32)))


def entries(of: Line, count: int) -> list[Entry]:
    """What two honest parties say, in the order in which they say it."""
    chance, salt, said = Random(5), bytes(16), b"{}"
    commitment = body.commit(salt, said)
    sizes = {Origin(of.id, party, kind, 0): 0 for party in of.parties for kind in KINDS}
    known: dict[str, dict[Origin, int]] = {party: {} for party in of.parties}
    found = []
    for i in range(count):
        party = chance.choice(of.parties)
        kind: Kind = "main" if chance.random() < 0.9 else "urgent"
        own = Origin(of.id, party, kind, 0)
        if chance.random() < 1 / EVERY:
            known[party] = {each: size for each, size in sizes.items() if size and each.party != party}
        mine = {each: n for each, n in sizes.items() if n and each.party == party and each != own}
        header = Header(1, "notice.told", own, sizes[own], {**known[party], **mine}, i, None, commitment)
        found.append(Entry(body.write(header), header, salt, said))
        sizes[own] += 1
    return found


def evolve(state: int, placed: Placed) -> int:
    """As little as a fold can do."""
    return (state * 31 + placed.entry.header.n + placed.disputed) % (1 << 61)


def _timed(run: Callable[[], object], count: int) -> float:
    begin = time.process_time()
    run()
    return round((time.process_time() - begin) / count * 1e6, 2)


def _all(count: int) -> Iterator[tuple[str, float]]:
    of = line()
    made = entries(of, count)
    yield "read back", _timed(lambda: [body.reread(e.leaf, e.salt, e.body) for e in made], count)
    whole = Order(of)
    yield "place", _timed(lambda: whole.add(made), count)
    yield "fold", _timed(lambda: order.fold(whole.placed, evolve, 0), count)
    live = Order(of)
    yield "place one by one", _timed(lambda: [live.add([each]) for each in made[:FEW]], min(count, FEW))
    cut = order.stable(of, whole.placed[: count - count // 1000])
    start = order.beginning(whole.placed[:cut])
    rest = Order(of, start)
    yield "place all, from a snapshot", _timed(lambda: rest.add(made), count)
    if rest.placed != whole.placed[cut:] or live.placed != list(order.place(of, made[:FEW])):
        sys.exit("one set of entries, two orders")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=lambda text: int(float(text)), default=200_000)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = {}
    for name, took in _all(asked.entries):
        found[name] = took
        print(f"{name:30s} {took:8.2f} µs an entry", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
