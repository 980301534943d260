"""Random histories of two and of three whole nodes whose people file plans and close cases.

    python scripts/long/desks.py                       200 histories
    python scripts/long/desks.py --runs 20 --seed 7

The same as tests/story/test_desk_histories.py, with histories that are longer. Every third is of three nodes.
A find names its seed, which repeats it but for what the nodes draw themselves.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.story import desk_histories


def run(seed: int) -> desk_histories.Reached:
    """One history. Raises: AssertionError."""
    chance = random.Random(seed)
    ops = chance.choices(desk_histories.OPS, k=chance.randrange(10, 120))
    with tempfile.TemporaryDirectory() as folder:
        return desk_histories.run(ops, seed, Path(folder), 3 if seed % 3 == 2 else 2)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = []
    for seed in range(options.seed, options.seed + options.runs):
        try:
            found.append(run(seed))
        except Exception:
            print(f"seed {seed}", file=sys.stderr)
            raise
    cases, closed, accepted, activated = (sum(some) for some in zip(*found, strict=True))
    print(
        f"{len(found):,} histories: {cases:,} cases at their nodes, {closed:,} closed,"
        f" {accepted:,} proposals accepted, {activated:,} plans begun without an override"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
