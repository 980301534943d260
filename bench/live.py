"""How fast is the live index beside R-trees in memory: insert, remove, replace, ask?

    python bench/live.py [--resident 1e5] [--operations 50000] [--kind mixed] [--json FILE]

All must give the same answers, else exit 1. Time never fails it.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bench import report
from bench.kinds import KINDS
from bench.live_peers import All, Libspatialindex, Sqlite
from bench.operations import (
    ADD,
    ASK,
    MIX,
    REMOVE,
    Live,
    Operations,
    Run,
    differing,
    operations,
    percentiles,
    perform,
)
from bench.plane import Flat, flatten
from bench.traffic import PLACES, Traffic, generate, single
from bench.ways import absent

Make = Callable[[Traffic, Flat, Operations], Live]


def _ours(traffic: Traffic, _flat: Flat, wanted: Operations) -> Live:
    from bench.ours_live import Ours, warm  # late: it loads the compiler

    warm()
    return Ours(traffic, wanted)


OURS, SQLITE = "wideberth", "SQLite R*Tree + shapely"
MAKES: dict[str, Make] = {
    OURS: _ours,
    SQLITE: lambda _traffic, flat, _wanted: Sqlite(flat),
    "rtree + shapely": lambda _traffic, flat, _wanted: Libspatialindex(flat),
    "all": lambda _traffic, flat, _wanted: All(flat),
}
RESIDENT = (100_000, 1_000_000)
FASTER, TAIL, SUSTAINED = 8.0, 1_000.0, 70_000.0
"""SPEED, target 2: times faster at p50 and p99, microseconds at p99.9, operations a second at a million."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one index: p50, p99, p99.9 and the greatest in µs, by operation; operations a second; seconds to
    fill; MB that it holds; answers unlike those of the first peer, and those that the plane leaves open.
    """

    name: str
    times: dict[str, tuple[float, ...]]
    rate: float
    filling: float
    memory: float
    answers: int
    different: int
    left_out: int


def resident_memory() -> float:
    """MB that this process holds now; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    found = [line for line in status.read_text().splitlines() if line.startswith("VmRSS:")]
    return int(found[0].split()[1]) / 1024


def run(traffic: Traffic, flat: Flat, wanted: Operations, name: str) -> tuple[Run, float]:
    """One index through all operations; the run and the MB that it holds after them."""
    gc.collect()
    before = resident_memory()
    index = MAKES[name](traffic, flat, wanted)
    # what was made before is no work of the collector in what is timed
    gc.freeze()
    done = perform(index, wanted)
    memory = resident_memory() - before
    gc.unfreeze()
    return done, memory


def figures(name: str, done: Run, memory: float, flat: Flat, wanted: Operations, against: Run) -> Figures:
    """What is printed of one run."""
    what = np.array(wanted.what)
    times = {
        kind: tuple(percentiles(done.took[what == kind]).tolist()) for kind in MIX if (what == kind).any()
    }
    times["any"] = tuple(percentiles(done.took).tolist())
    different, left_out = differing(flat, wanted, against.answers, done.answers)
    return Figures(
        name,
        times,
        len(what) / done.seconds,
        done.filling,
        memory,
        len(done.answers),
        different,
        left_out,
    )


def table(found: list[Figures], resident: int) -> list[str]:
    """All indexes, operation by operation, and the targets."""
    lines = [f"{'µs':28}{'':10}{'p50':>9}{'p99':>9}{'p99.9':>9}{'most':>10}"]
    for one in found:
        lines += [
            f"{one.name if kind == next(iter(one.times)) else '':28}{kind:10}"
            + "".join(f"{value:>{width}.1f}" for value, width in zip(values, (9, 9, 9, 10), strict=True))
            for kind, values in one.times.items()
        ]
        lines.append(
            f"{'':28}{one.rate:,.0f} operations/s; filled in {one.filling:.2f} s; {one.memory:,.0f} MB;"
            f" {one.answers:,} answers, {one.left_out} left out, too near the minimum for a plane"
        )
        if one.different:
            lines.append(f"FAILED: {one.name}: {one.different} answers unlike those of {found[-1].name}")
    held = {one.name: one for one in found}
    if OURS not in held:
        return lines
    ours = held[OURS]
    if SQLITE in held:
        for kind in (ASK, ADD, REMOVE):
            for place, name in enumerate(("p50", "p99")):
                ratio = held[SQLITE].times[kind][place] / ours.times[kind][place]
                lines.append(report.target(f"{SQLITE}, {kind} {name}", FASTER, ratio))
    lines.append(report.bound("p99.9 of any operation", "µs", ours.times["any"][2], most=TAIL))
    if resident >= RESIDENT[1]:
        lines.append(report.bound("sustained", "operations/s", ours.rate, least=SUSTAINED))
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where all answers are the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--resident", type=float, default=1e5, help="volumes held")
    parser.add_argument("--operations", type=int, default=50_000)
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    parser.add_argument("--place", choices=PLACES, default="33N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", default=f"{OURS},{SQLITE},rtree + shapely", help=f"of {', '.join(MAKES)}")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    resident, ways = int(asked.resident), asked.ways.split(",")
    if not set(ways) <= set(MAKES) or resident < 100 or asked.operations < 100:
        parser.error(f"accepted: --ways of {', '.join(MAKES)}; 100 resident or more; 100 operations or more")
    traffic = single(generate(resident + asked.operations, asked.seed, asked.kind, asked.place))
    flat, wanted = flatten(traffic), operations(traffic, resident, asked.operations, asked.seed)
    shares = ", ".join(f"{share:.0%} {kind}" for kind, share in MIX.items())
    print(report.facts())
    print(
        f"{resident:,} {asked.kind} volumes held, {asked.operations:,} operations ({shares}),"
        f" seed {asked.seed}"
    )
    runs = {}
    for name in ways:
        reason = absent("rtree") if name.startswith("rtree") else ""
        if reason:
            print(f"{name}: {reason}")
            continue
        report.progress(name)
        runs[name] = run(traffic, flat, wanted, name)
    against = runs[SQLITE if SQLITE in runs else next(reversed(runs))][0]
    found = [figures(name, *done, flat, wanted, against) for name, done in runs.items()]
    print("\n".join(table(found, resident)))
    if asked.json:
        told = [{field: getattr(one, field) for field in one.__slots__} for one in found]
        asked.json.write_text(json.dumps(told, indent=1) + "\n")
    return 1 if any(one.different for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
