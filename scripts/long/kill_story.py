"""The story of two nodes with a SIGKILL at every send, sync, commit and change of a name.

    PYTHONPATH=src:. python scripts/long/kill_story.py              every point, both nodes
    PYTHONPATH=src:. python scripts/long/kill_story.py --twice 60   then a minute of nodes that die twice

    … --over calling --only 4          every fourth, over the transport that nodes use, the victim calling

Linux with gcc. Prints points reached / all for each kind. Stops where something acknowledged is missing, or
doubled, or the two nodes do not come to hold the same.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, get_args

from tests.faults import story_sweep
from tests.faults.story_sweep import Counted, Over, Point, points
from tests.faults.story_victim import POINTS
from tests.story.whole import NAMES


class Share(NamedTuple):
    """What one process does: these kinds, every so manieth point from one on, then twice for so long."""

    part: int
    parts: int
    kinds: tuple[str, ...]
    twice_s: float
    over: Over


class Came(NamedTuple):
    """What came of a share: points reached and all, by party and kind; and what went wrong."""

    reached: Counter[tuple[str, str]]
    tried: Counter[tuple[str, str]]
    wrong: list[str]


def work(share: Share) -> Came:
    came = Came(Counter(), Counter(), [])
    with story_sweep.sweep(share.over) as sweep:
        counted = {who: sweep.count(who) for who in NAMES}
        every = [each for who in NAMES for kind in share.kinds for each in points(who, counted[who], kind)]
        for each in every[share.part :: share.parts]:
            _try(sweep, counted, came, each.kind, (each,))
        end = time.monotonic() + share.twice_s
        chance = random.Random(share.part)
        while time.monotonic() < end:
            first = chance.choice(every)
            again = _point(chance, first.who, counted)
            _try(sweep, counted, came, "twice", (first, again))
    return came


def _point(chance: random.Random, who: str, counted: dict[str, Counted]) -> Point:
    """Of a second life, which is shorter."""
    kind = chance.choice(POINTS)
    return Point(who, kind, chance.randrange(1, 1 + counted[who].number(kind) // 2))


def _try(
    sweep: story_sweep.Sweep, counted: dict[str, Counted], came: Came, name: str, at: tuple[Point, ...]
) -> None:
    who = at[0].who
    came.tried[who, name] += 1
    try:
        came.reached[who, name] += sweep.kill(*at, names=counted[who].names)
    except Exception as error:  # noqa: BLE001 - the others are run, and this one is told
        came.wrong.append(f"{at}: {type(error).__name__}: {error}")
        print(came.wrong[-1], file=sys.stderr, flush=True)


def table(came: Iterable[Came]) -> str:
    reached: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    for each in came:
        reached.update(each.reached)
        tried.update(each.tried)
    # as one run counts them: over the nodes' own transport the next may make some more or fewer
    rows = ["| killed at | " + " | ".join(NAMES) + " |", "|---" * (1 + len(NAMES)) + "|"]
    for kind in dict.fromkeys(kind for _, kind in tried):
        cells = (f"{reached[who, kind]} / {tried[who, kind]}" for who in NAMES)
        rows.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=POINTS, default=POINTS)
    parser.add_argument("--over", choices=get_args(Over), default="frames")
    parser.add_argument("--only", type=int, default=1, metavar="N", help="every N-th point")
    parser.add_argument("--twice", type=float, default=0, help="seconds")
    asked = parser.parse_args()
    began = time.monotonic()
    parts = asked.workers * asked.only
    shares = [
        Share(n * asked.only, parts, tuple(asked.kinds), asked.twice, asked.over)
        for n in range(asked.workers)
    ]
    with multiprocessing.get_context("spawn").Pool(asked.workers) as pool:
        came = pool.map(work, shares, chunksize=1)
    print(table(came))
    print(f"{time.monotonic() - began:,.0f} s")
    wrong = [line for each in came for line in each.wrong]
    print(f"{len(wrong)} went wrong", *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
