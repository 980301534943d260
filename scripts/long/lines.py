"""Random histories of two nodes on a line: loss, repetition, reordering, restarts, old backups.

    python scripts/long/lines.py                       ten minutes
    python scripts/long/lines.py --seconds 60 --seed 7

The same as tests/line/test_two.py, with histories that are longer. A find names its seed, which repeats it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.line import test_two as histories

OPS = histories.OPS * 3 + histories.FAULTS


def run(seed: int) -> Counter[str]:
    """One history; how often each kind of effect was seen in it. Raises: AssertionError."""
    chance = random.Random(seed)
    ops = [
        (chance.choice(OPS), chance.randrange(2), chance.randrange(10_000))
        for _ in range(chance.randrange(20, 300))
    ]
    found = histories.run(ops, chance, at_once=chance.random() < 0.3)
    effects = Counter(type(each).__name__ for node in found.nodes for each in node.effects)
    return effects + Counter({"histories": 1, "entries": len(found.nodes[0].placed)})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end, seed, total = time.monotonic() + options.seconds, options.seed, Counter[str]()
    while time.monotonic() < end:
        try:
            total += run(seed)
        except Exception:
            print(f"seed {seed}", file=sys.stderr)
            raise
        seed += 1
    print(", ".join(f"{count:,} {name}" for name, count in sorted(total.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
