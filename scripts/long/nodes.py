"""Random histories of two whole nodes: passed on directly, over files, and with officers who agree.

    python scripts/long/nodes.py                       ten minutes
    python scripts/long/nodes.py --seconds 60 --seed 7

The same as tests/story/test_histories.py and test_node_histories.py, with histories that are longer. A find
names its seed, which repeats it but for what the nodes draw themselves.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.story import histories, node_histories


def run(seed: int) -> None:
    """One history. Raises: AssertionError."""
    chance = random.Random(seed)
    ops = chance.choices(histories.OPS, k=chance.randrange(10, 100))
    with tempfile.TemporaryDirectory() as folder:
        if seed % 3 == 2:
            node_histories.run(chance.choices(node_histories.OPS, k=len(ops)), seed, Path(folder))
        else:
            histories.run(ops, seed, Path(folder), files=bool(seed % 3))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end, seed = time.monotonic() + options.seconds, options.seed
    while time.monotonic() < end:
        try:
            run(seed)
        except Exception:
            print(f"seed {seed}", file=sys.stderr)
            raise
        seed += 1
    print(f"{seed - options.seed:,} histories")
    return 0


if __name__ == "__main__":
    sys.exit(main())
