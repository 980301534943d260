"""Live tracks: how fast losses of separation are found, and that none is missed.

Sections: closing (tracks with tracks, beside BlueSky's compiled state-based detection, with the same
states, minima and horizon); zones (tracks with zones, bench/watch_zones.py, where it is there).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
import time
from pathlib import Path
from statistics import median
from types import ModuleType

from bench import report, watch_ways
from bench.watch_traffic import LOOK_AHEAD, NOW, minima, tracks
from bench.watch_ways import decided, ours, search, theirs
from wideberth.watch.closing import compiled

SIZES = (1_000, 10_000, 50_000)
FASTER, AT = 500.0, 10_000
"""SPEED, target 3: times faster than BlueSky at so many tracks."""
PEER_MOST = 10_000
"""BlueSky is quadratic: of more tracks it is asked only with --all."""


def warm() -> float:
    """Seconds to load what is compiled, or to compile it, the very first time."""
    begin = time.perf_counter()
    compiled(tracks(300, 0)[0], minima(), NOW, LOOK_AHEAD / 1e3)
    return time.perf_counter() - begin


def closing(n: int, seed: int, rounds: int, peer: ModuleType | None) -> dict[str, object]:
    """One size: figures as they are printed, and `wrong`, what fails the run."""
    rows, states = tracks(n, seed)
    mine = ours(rows, states, rounds)
    alone = search(rows, rounds)
    told: dict[str, object] = {
        "tracks": n,
        "pairs": len(mine.pairs),
        "whole_ms": median(mine.seconds) * 1e3,
        "search_ms": median(alone) * 1e3,
    }
    print(
        f"{n:>9,} tracks  {len(mine.pairs):>7,} pairs  whole {told['whole_ms']:>9.2f} ms"
        f"  search {told['search_ms']:>9.2f} ms"
    )
    wrong: list[str] = []
    if peer is not None:
        run = theirs(peer, states, 1 if n >= AT else rounds)
        verdicts = {pair: decided(states, pair) for pair in sorted(mine.pairs ^ run.pairs)}
        missed = [p for p in run.pairs - mine.pairs if verdicts[p] == "loss"]
        invented = [p for p in mine.pairs - run.pairs if verdicts[p] == "none"]
        beyond = [p for p in mine.pairs - run.pairs if verdicts[p] == "loss"]
        opened = sum(verdict == "open" for verdict in verdicts.values())
        ratio = median(run.seconds) / median(mine.seconds)
        told |= {
            "peer_ms": median(run.seconds) * 1e3,
            "ratio": ratio,
            "ratio_search": median(run.seconds) / median(alone),
            "missed": len(missed),
            "invented": len(invented),
            "missed_by_peer": len(beyond),
            "open": opened,
            "peer_pairs": len(run.pairs),
        }
        print(
            f"{'':>16}  BlueSky {len(run.pairs):>6,} pairs  {told['peer_ms']:>9.1f} ms: {ratio:,.0f}× whole,"
            f" {told['ratio_search']:,.0f}× search"
        )
        print(
            f"{'':>16}  only one has {len(verdicts)}: missed by us {len(missed)}, by BlueSky {len(beyond)},"
            f" invented by us {len(invented)}; {opened} within 1 % or 1 ft of a minimum, left out"
        )
        wrong += [f"missed {pair}" for pair in missed] + [f"invented {pair}" for pair in invented]
        if n == AT:
            print(report.target(f"BlueSky cstatebased, {AT:,} tracks", FASTER, ratio))
    told["wrong"] = wrong
    return told


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where nothing is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", default=",".join(str(n) for n in SIZES), help="tracks, for example 1e3,1e4"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--all", action="store_true", help=f"ask BlueSky of more than {PEER_MOST:,} tracks too"
    )
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    print(report.facts())
    print(f"compiled loops loaded in {warm():.1f} s (the very first time they are compiled, and kept)")
    print("closing: 5 NM, 1,000 ft, 300 s; one thread, its processor time; whole: from rows to findings")
    peer = watch_ways.bluesky()
    if peer is None:
        print(watch_ways.GET)
    told = []
    for text in asked.sizes.split(","):
        n = int(float(text))
        told.append(closing(n, asked.seed, asked.rounds, peer if n <= PEER_MOST or asked.all else None))
    wrong = [line for one in told for line in one["wrong"]]  # type: ignore[attr-defined]  # a list of strings
    for line in wrong:
        print(f"FAILED: {line}")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    status = 1 if wrong else 0
    if importlib.util.find_spec("bench.watch_zones") is not None and arguments is None:
        print("zones:")
        status |= importlib.import_module("bench.watch_zones").main([])
    return status


if __name__ == "__main__":
    sys.exit(main())
