"""What a start of a whole node costs: one line with 100,000 entries in SQLite, opened and verified.

    PYTHONPATH=src:. python scripts/long/start.py                      the figure of docs/node.md
    PYTHONPATH=src:. python scripts/long/start.py --entries 10000 --profile

Both parties speak in turn, each entry with its checkpoint and the other's cosignature: as many signed notes
as entries, which is the most that a journal can have to verify.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import talk
from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import Place
from wideberth.ledger import checkpoint, ids, merkle, note
from wideberth.ledger.ids import Origin
from wideberth.ledger.order import Order
from wideberth.line.state import Seeds
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.node.config import Config
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

TOGETHER = 2_000
"""Entries in one commit, so that the journal is made fast."""


def fill(places: tuple[Place, Place], line: str, entries: int) -> None:
    """Entries of both parties' main feeds into the journal of the first, in turn, after what is there."""
    seeds = [_seeds(each) for each in places]
    with _journal(places[0]) as journal:
        origins = [Origin(line, each.party, "main", 0) for each in places]
        trees = [_tree(journal, each) for each in origins]
        todo = list[Step]()
        for i in range(entries):
            mine, other = i % 2, 1 - i % 2
            of, n = origins[mine].text, trees[mine].size
            folded = f'"{origins[other].text}":{trees[other].size}' if trees[other].size else ""
            item = talk.entry(of, n, folded)
            trees[mine] = merkle.grown(trees[mine], [merkle.leaf_hash(item.leaf)])
            signed = checkpoint.sign(checkpoint.of(of, trees[mine]), seeds[mine].log)
            cosigner = ids.cosigner(places[other].party)
            signed = note.cosign(signed, cosigner, seeds[other].cosign, whole.WALL_MS // 1_000)
            todo.append(Step(of, n, (item,), note.write(signed)))
            if len(todo) == TOGETHER or i == entries - 1:
                journal.append(todo)
                todo.clear()


def _journal(place: Place) -> Kept:
    return directory.open_journal(place.path, Config(), seed(f"{place.name} journal"))


def _seeds(place: Place) -> Seeds:
    with _journal(place) as journal:
        return node_keys.open_keys(place.path / directory.KEYS, journal.sealing).seeds


def _tree(journal: Kept, origin: Origin) -> merkle.Tree:
    head = journal.heads().get(origin.text)
    return merkle.EMPTY if head is None else head.tree


def begun(folder: Path) -> tuple[tuple[Place, Place], str, whole.Time]:
    """Two nodes that have heard each other."""
    with whole.two(folder) as found:
        whole.settle(found)
        return found.places, found.line, found.time


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> str:
    """The second figure is right on a machine that has other things to do, but knows of one process only."""
    took, worked = (now - then for now, then in zip(_now(), began, strict=True))
    return f"{took:.1f} s, of which this process was at work {worked:.1f} s"


def timed(place: Place, time_: whole.Time) -> Iterator[str]:
    """A start, in words."""
    began = _now()
    with _journal(place):
        yield f"the journal, every row verified: {_since(began)}"
    began = _now()
    with place.open(time_) as node:
        took = _since(began)
        [view] = node.lines()
        count = sum(each.entries for each in view.feeds)
        yield f"the whole node, {count:,} entries: {took}"
        state = node._open[view.line].state
        held = [entry for feed in state.feeds.values() for entry in feed.entries]
        began = _now()
        Order(state.line).add(held)
        yield f"what a snapshot could spare of that, the order: {_since(began)}"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"the most memory: {most:,} MiB"


def main() -> None:
    """Make it, and start it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places, line, time_ = begun(Path(folder))
        fill(places, line, asked.entries)
        for words in timed(places[0], time_):
            sys.stdout.write(f"{words}\n")
        if asked.profile:
            with cProfile.Profile() as profile, places[0].open(time_):
                pass
            pstats.Stats(profile).sort_stats("cumulative").print_stats(40)


if __name__ == "__main__":
    main()
