"""Two real nodes in two network namespaces, over files alone, from an old backup, and over a thin wire.

    PYTHONPATH=src:. python scripts/long/namespaces.py                  everything
    PYTHONPATH=src:. python scripts/long/namespaces.py --only thin

Linux, with `ip` and `tc`, and the right to make namespaces (root). Prints how long things took; stops where
something acknowledged is missing, or the two nodes do not come to hold the same. The same, shorter, is
tests/story/test_namespaces.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from tests.story import net, processes, thin

KBIT_S = 64
BACKLOG = 300
APART_S = 45.0


def wire(folder: Path) -> None:
    with net.wired() as found:
        _print(processes.over_a_wire(found, folder, APART_S))


def files(folder: Path) -> None:
    _print(processes.over_files(folder))


def backup(folder: Path) -> None:
    _print(processes.from_an_old_backup(folder))


def thin_wire(folder: Path) -> None:
    with net.wired() as found:
        found.thin(KBIT_S)
        seen = thin.flashes(folder, found, backlog=BACKLOG, flashes=5, every_s=6)
    print(f"  a flash with nothing else on the wire of {KBIT_S} kbit/s: {seen.idle.took_s:.2f} s")
    for each in seen.loaded:
        when = f"{each.after_s:.1f} s after a backlog of {seen.backlog}"
        print(f"  a flash {when}, {each.before} of it there by then: {each.took_s:.2f} s")
    print(f"  all of the backlog: {seen.all_s:.0f} s")


def _print(took: processes.Took) -> None:
    for what, number in took.items():
        print(f"  {what}: {number:g}" if what in ("entries", "bundles") else f"  {what}: {number:.1f} s")


ALL: dict[str, tuple[Callable[[Path], None], str]] = {
    "wire": (wire, net.why_not()),
    "files": (files, ""),
    "backup": (backup, ""),
    "thin": (thin_wire, net.why_not(thin=True)),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=ALL, nargs="+", default=list(ALL))
    missed = 0
    for each in parser.parse_args().only:
        run, reason = ALL[each]
        print(each if not reason else f"{each}: not run: {reason}", flush=True)
        missed += bool(reason)
        if not reason:
            with processes.short_folder() as folder:
                run(folder)
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
