"""The whole view walk: everybody asks every node for everything, and the figures of it (docs/walk.md).

    PYTHONPATH=src:. python scripts/long/walk.py

Some minutes. It prints what was walked, and each leak with its route, form and wrapping; exit code 1 if any.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.walk.asking import FEW, WHO
from tests.walk.canary import Finder
from tests.walk.handed import handed
from tests.walk.test_walk import Seen, answers, leaks, look
from tests.walk.world import LEVELS, World, canaries


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        world = World(folder, stack)
        finder = Finder(canaries(world))
        found: list[Seen] = []
        asked = 0
        for node in ("ours", *LEVELS):
            for who in WHO:
                given = answers(world, [(node, who, FEW)])
                asked += len(given)
                found += look(finder, given)
        beside = list(handed(world))
        found += look(finder, beside)
    sys.stdout.write(
        f"{asked} answers and {len(beside)} other pieces; {len(finder.canaries)} canaries in"
        f" {len(finder.forms)} forms; {finder.searched / 1e6:.0f} MB searched\n"
    )
    lost = leaks(found)
    sys.stdout.writelines(f"LEAK {each}\n" for each in lost)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
