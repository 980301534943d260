"""How fast are all conflicts found beside the usual ways of doing the same?

    python bench/batch.py [--sizes 1e4,1e5,1e6] [--kind mixed] [--place 33N] [--grow area]
        [--json FILE] [--plot FILE.svg]

All must report the same pairs, and a geodesic oracle must find none missed, else exit 1. Time never fails it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bench import gate, plot, report, sample
from bench.kinds import KINDS
from bench.measure import Measured, measure
from bench.plane import Flat, flatten
from bench.traffic import PLACES, Grow, Index, Traffic, generate
from bench.ways import OURS, WAYS, absent

GROW: tuple[Grow, ...] = ("area", "time", "nothing")
GROWING: dict[Grow, str] = {
    "area": "constant density: more volumes, more theatres",
    "time": "constant density: more volumes, more days",
    "nothing": "one theatre and span of time: more volumes, denser, and the answer grows with the square",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run is to do."""

    sizes: tuple[int, ...]
    kind: str
    place: str
    grow: Grow
    seed: int
    ways: tuple[str, ...]
    threads: tuple[int, ...]
    rounds: int
    cap: float
    sample: int


@dataclass(frozen=True, slots=True)
class Size:
    """One number of volumes: all ways measured, how many conflicts, and all that was wrong."""

    volumes: int
    plans: int
    conflicts: int
    left_out: int
    measured: tuple[Measured, ...]
    sampled: dict[str, int]
    sampled_near: int
    wrong: tuple[str, ...]

    def of(self, way: str, threads: int = 1) -> Measured | None:
        """A way that has been timed here."""
        for one in self.measured:
            if one.way == way and one.threads == threads and one.seconds:
                return one
        return None


def run(asked: Asked) -> list[Size]:
    """All sizes, the small ones first; each is printed as soon as it is known."""
    done: list[Size] = []
    for volumes in sorted(asked.sizes):
        done.append(_size(asked, volumes, done))
        print("\n".join(table(done[-1])), flush=True)
    return done


def _size(asked: Asked, volumes: int, before: Sequence[Size]) -> Size:
    traffic = generate(volumes, asked.seed, asked.kind, asked.place, asked.grow)
    flat = flatten(traffic)
    measured: list[Measured] = []
    pairs: list[Index] = []
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "traffic.npz"
        traffic.save(held)
        for way in asked.ways:
            for threads in asked.threads if WAYS[way].engine == "compiled" else (1,):
                reason = absent(way) or _too_slow(way, threads, volumes, before, asked.cap)
                one, found = Measured(way, threads, problem=reason), np.zeros((0, 2), dtype=np.int64)
                if not reason:
                    report.progress(f"{volumes:,} volumes: {WAYS[way].title}")
                    one, found = measure(
                        way, held, Path(folder), rounds=asked.rounds, cap=asked.cap, threads=threads
                    )
                measured.append(one)
                pairs.append(found)
    report.progress(f"{volumes:,} volumes: {asked.sample:,} pairs by the oracle")
    return _judged(asked, traffic, flat, measured, pairs)


def _judged(
    asked: Asked, traffic: Traffic, flat: Flat, measured: Sequence[Measured], pairs: Sequence[Index]
) -> Size:
    """The gates: every way's pairs against the product's, and a sample of those against the oracle."""
    ours, wrong, left_out = pairs[0], [], 0
    for one, found in zip(measured, pairs, strict=True):
        if one.seconds:
            title = (
                f"{WAYS[one.way].title}, {one.threads} threads" if one.threads > 1 else WAYS[one.way].title
            )
            verdict = gate.compare(flat, ours, found)
            left_out = max(left_out, verdict.left_out)
            wrong += gate.complaints(flat, title, verdict)
            if repeated := gate.twice(found, len(flat)):
                wrong.append(f"{title}: {repeated} pairs reported more than once")
        elif one.problem.startswith("failed"):
            # what is not installed, or known to take too long, is told and fails nothing
            wrong.append(f"{WAYS[one.way].title}: {one.problem}")
    sampled = sample.check(traffic, flat, ours, asked.sample, asked.seed) if measured[0].seconds else None
    wrong += [f"oracle: {line}" for line in sampled.wrong] if sampled else []
    return Size(
        volumes=len(traffic),
        plans=int(traffic.plan[-1]) + 1,
        conflicts=len(ours),
        left_out=left_out,
        measured=tuple(measured),
        sampled=dict(sampled.counts) if sampled else {},
        sampled_near=sampled.near if sampled else 0,
        wrong=tuple(wrong),
    )


def _too_slow(way: str, threads: int, volumes: int, before: Sequence[Size], cap: float) -> str:
    """Why a way is not run at this size: it would take longer than the cap, going by the size before."""
    for size in reversed(before):
        one = size.of(way, threads)
        if one is None:
            continue
        if one.middle * volumes / size.volumes > cap:
            return f"not run: {one.middle:,.1f} s at {size.volumes:,}, would be over {cap:g} s"
        return ""
    gave_up = [s for s in before for m in s.measured if m.way == way and m.threads == threads and m.problem]
    return f"not run: not done at {gave_up[-1].volumes:,} either" if gave_up else ""


def table(size: Size) -> list[str]:
    """What is printed of one size."""
    ours, density = size.of(OURS), size.conflicts / size.volumes
    lines = [
        "",
        f"{size.volumes:,} volumes, {size.plans:,} plans, {size.conflicts:,} conflicts ({density:.2f} each)",
        f"{'':34}{'threads':>8}{'seconds':>10}{'× whole':>9}{'× search':>9}{'memory MB':>11}{'rounds':>8}",
    ]
    for one in size.measured:
        title = WAYS[one.way].title
        if not one.seconds:
            lines.append(f"{title:34}{one.problem}")
            continue
        whole = search = ""
        if ours is not None:
            whole, search = f"{one.middle / ours.middle:.2f}", f"{one.middle / ours.stage('search'):.2f}"
        memory = "server" if one.memory is None else f"{one.memory / 1e6:,.0f}"
        lines.append(
            f"{title:34}{one.threads:>8}{one.middle:>10.3f}{whole:>9}"
            f"{search if not one.stages else '':>9}{memory:>11}{len(one.seconds):>8}"
        )
        if one.stages:
            lay, search_s = one.stage("lay out"), one.stage("search")
            rest = max(0.0, one.middle - lay - search_s)
            lines.append(
                f"    laying out {lay:.3f}, search {search_s:.3f}, results {rest:.3f} (by difference);"
                f" loading, once: {one.loading:.2f}"
            )
    lines += targets(size)
    if size.sampled:
        told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(size.sampled.items()))
        lines.append(
            f"oracle: {sum(size.sampled.values()):,} pairs, {size.sampled_near:,} within 2 % of the minimum:"
            f" {told}; missed {size.sampled.get('missed', 0)}"
        )
    lines.append(f"pairs left out of the comparison, too near the minimum for a plane: {size.left_out:,}")
    return lines + [f"FAILED: {line}" for line in size.wrong]


def targets(size: Size) -> list[str]:
    """SPEED's targets at this size beside what was measured."""
    lines, ours = [], size.of(OURS)
    for name, way in WAYS.items():
        one, wanted = size.of(name), dict(way.targets).get(size.volumes)
        if wanted is not None and one is not None and ours is not None:
            lines.append(
                report.target(way.title, wanted, one.middle / ours.middle)
                + f" (search alone {one.middle / ours.stage('search'):.1f}×)"
            )
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where all pairs are equal and the oracle agrees, 1 where not."""
    asked, out = _parse(arguments)
    print(report.facts())
    kind = KINDS[asked.kind]
    print(
        f"{asked.kind} traffic, {kind.table.source}, seed {asked.seed}; {GROWING[asked.grow]};"
        f" first theatre at {asked.place}; one thread unless told; whole = from plans to results,"
        " search = to the pairs; peers get their shapes projected and laid out, untimed"
    )
    sizes = run(asked)
    if out.json:
        told = {"asked": asdict(asked), "facts": report.facts(), "sizes": [asdict(size) for size in sizes]}
        out.json.write_text(json.dumps(told, indent=1) + "\n")
    if out.plot:
        out.plot.write_text(plot.chart(_lines(sizes), f"{asked.kind} traffic: seconds for all conflicts"))
    return 1 if any(size.wrong for size in sizes) else 0


def _lines(sizes: Sequence[Size]) -> list[plot.Line]:
    """One line a way, the product's first."""
    names = dict.fromkeys((one.way, one.threads) for size in sizes for one in size.measured)
    lines = []
    for way, threads in names:
        points = [(s.volumes, one.middle) for s in sizes if (one := s.of(way, threads)) is not None]
        title = WAYS[way].title + (f", {threads} threads" if threads > 1 else "")
        if points:
            lines.append(plot.Line(title, tuple(points), ours=way == OURS))
    return lines


def _parse(arguments: list[str] | None) -> tuple[Asked, argparse.Namespace]:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1e4,1e5,1e6", help="numbers of volumes, 100 to 1e6")
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    parser.add_argument("--place", choices=PLACES, default="33N")
    parser.add_argument("--grow", choices=GROW, default="area")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", default=",".join(WAYS), help=f"of {', '.join(WAYS)}")
    parser.add_argument("--threads", default="1,2", help="of the product")
    parser.add_argument("--rounds", type=int, default=3, help="the median of this many is printed")
    parser.add_argument("--cap", type=float, default=120.0, help="seconds that a way may take")
    parser.add_argument("--sample", type=int, default=2_000, help="pairs that the oracle decides")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args(arguments)
    try:
        sizes = tuple(int(float(size)) for size in given.sizes.split(","))
        threads = tuple(int(count) for count in given.threads.split(","))
    except ValueError:
        parser.error("accepted: numbers, separated by commas")
    ways = tuple(given.ways.split(","))
    if not all(100 <= size <= 1_000_000 for size in sizes):
        parser.error("accepted: --sizes from 100 to 1,000,000")
    if not set(ways) <= set(WAYS):
        parser.error(f"accepted: --ways of {', '.join(WAYS)}")
    if threads[0] != 1 or given.rounds < 1 or given.sample < 0 or given.cap <= 0:
        parser.error(
            "accepted: --threads beginning with 1, --rounds 1 or more, --sample 0 or more, --cap over 0"
        )
    ordered = (OURS, *(way for way in WAYS if way in ways and way != OURS))
    return Asked(
        sizes,
        given.kind,
        given.place,
        given.grow,
        given.seed,
        ordered,
        threads,
        given.rounds,
        given.cap,
        given.sample,
    ), given


if __name__ == "__main__":
    sys.exit(main())
