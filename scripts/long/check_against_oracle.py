"""The package against the oracle on random and nasty pairs.

`python scripts/long/check_against_oracle.py --pairs 200000 --seed 1 --processes 2` prints what was
compared, a histogram of gap ÷ minimum, and every disagreement with the seed and number that make
it again (`--only NUMBER` shows one pair). Exit code 1 where a conflict was missed, where more than
0.1 % of the pairs were reported outside the tolerance, or where a reported gap was wrong.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nasty
import oracle
import oracle_ground as plain
from oracle_height import Grid, Limit, Reference, load_grid
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.find import find
from wideberth.conflict.join import COMPILED
from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.ground import Ground
from wideberth.space.reference import Atmosphere, Qnh, Terrain, VerticalReference
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.volume import Frequencies, Pad, Volume, check_volume

GRID = Path(__file__).parents[2] / "src" / "wideberth" / "data" / "egm96-15.bin.z"
NEAR = 0.02
INVENTED_ALLOWED = 0.001
UNIT = 10_000
BATCH = 250


@lru_cache(maxsize=1)
def grid() -> Grid:
    """The geoid that ships with the package, read by the oracle's own reader."""
    return load_grid(GRID)


def ground_of(ground: plain.Ground) -> Ground:
    """The package's noun for a plain ground. Raises: Invalid."""
    if "circle" in ground:
        lon, lat = ground["circle"]
        return circle(lon, lat, ground["radius"], wrap=True)
    if "corridor" in ground:
        return corridor(ground["corridor"], ground["half_width"], ground["edges"], wrap=True)
    return polygon(ground["polygon"], ground["edges"], closed=False, wrap=True)


def plan_of(volume: oracle.Volume, party: str) -> Plan:
    """The package's plan of one plain volume. Raises: Invalid."""
    band = None if volume["band"] is None else Frequencies(*volume["band"])
    made = Volume(
        ground_of(volume["ground"]),
        _altitude(volume["lower"]),
        _altitude(volume["upper"]),
        volume["start"],
        volume["end"],
        band,
        Pad(**volume["pad"]),
    )
    return Plan(party, "1", (check_volume(made),), activity=party)


def _altitude(limit: Limit) -> Altitude:
    return Altitude(limit["datum"], limit["value"])


def reference_of(reference: Reference) -> VerticalReference:
    """The package's noun for what heights are measured against."""
    ground, qnh, air = reference["terrain"], reference["qnh"], reference["atmosphere"]
    terrain = (
        Terrain() if ground is None else Terrain(ground["low"], ground["high"], ground["datum"], known=True)
    )
    return VerticalReference(
        Geoid(grid()),
        terrain,
        None if qnh is None else Qnh(qnh["hpa"]),
        Atmosphere(
            pressure_low=air["pressure"][0],
            pressure_high=air["pressure"][1],
            deviation_low=air["deviation"][0],
            deviation_high=air["deviation"][1],
            altimetry=air["altimetry"],
        ),
    )


def answers(pair: nasty.Pair) -> list[Conflict | None]:
    """What the package finds under each rule of the pair's row; both engines must. Raises: Invalid."""
    plans = [plan_of(pair.a, "a"), plan_of(pair.b, "b")]
    if pair.number % 2:
        plans.reverse()
    reference = reference_of(pair.reference)
    found: list[Conflict | None] = []
    for rule in pair.rules:
        table = SeparationTable((Row((EVERY, EVERY), (Rule(**rule),)),), "oracle")
        conflicts = find(plans, table, reference, engine=PLAIN).conflicts
        if len(find(plans, table, reference, engine=COMPILED).conflicts) != len(conflicts):
            raise AssertionError(f"the engines differ on pair {pair.number}")
        found.append(conflicts[0] if conflicts else None)
    return found


@dataclass
class Tally:
    """What a run of pairs came to; adds up over processes."""

    counts: Counter[str] = field(default_factory=Counter)
    ratios: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in another run's counts."""
        self.counts += other.counts
        self.ratios += other.ratios
        self.wrong += other.wrong
        for name, counter in other.kinds.items():
            self.kinds.setdefault(name, Counter()).update(counter)


def judge(margins: oracle.Margins, found: Conflict | None, rule: oracle.Rule) -> str:
    """How the package's answer stands to the oracle's: one word, and for the wrong ones what is wrong.

    Horizontally up to 1 m + 1e-5 of the minimum may be reported (GEOMETRY, Numbers).
    """
    if found is None:
        return "missed" if margins.conflict else "agreed: clear" if margins.clear(0.0) else "open: clear"
    if margins.clear(1 + 1e-5 * margins.minimum):
        return "invented"
    if rule["h"] == "any" or margins.gap is None:
        return "agreed: conflict"
    if found.gap.h is None:
        return "wrong gap"
    reported, low, high = found.gap.h / UNIT, max(0.0, margins.gap.lower), max(0.0, margins.gap.upper)
    if reported > high + 1e-3 or reported < low - (1 + 1e-5 * low) - 1e-3:
        return "wrong gap"
    return "agreed: conflict" if margins.conflict else "open: conflict"


def compare(seed: int, numbers: range, largest: float) -> Tally:
    """Make, decide and judge the pairs of these numbers."""
    tally = Tally()
    for number in numbers:
        pair = nasty.pair(seed, number, grid(), largest)
        try:
            found = answers(pair)
        except Invalid as problem:
            tally.counts[f"refused: {problem.code}"] += 1
            continue
        for index, (rule, conflict) in enumerate(zip(pair.rules, found, strict=True)):
            margins = oracle.decide(pair.a, pair.b, rule, pair.reference, grid())
            verdict = judge(margins, conflict, rule)
            if index == 0:
                _count(tally, pair, margins, verdict)
            else:
                tally.counts["second rules"] += 1
            if verdict in ("missed", "invented", "wrong gap"):
                tally.counts[verdict] += index > 0
                tally.wrong.append(describe(pair, index, margins, conflict, verdict))
    return tally


def _count(tally: Tally, pair: nasty.Pair, margins: oracle.Margins, verdict: str) -> None:
    tally.counts["pairs"] += 1
    tally.counts[verdict] += 1
    for tag, value in pair.tags.items():
        for part in value.split(", "):
            tally.kinds.setdefault(tag, Counter())[part] += 1
    shapes = sorted(_shape(volume["ground"]) for volume in (pair.a, pair.b))
    tally.kinds.setdefault("shapes", Counter())["+".join(shapes)] += 1
    if margins.gap is None or margins.minimum == 0:
        tally.ratios["no minimum"] += 1
        return
    ratio = (margins.gap.lower + margins.gap.upper) / 2 / margins.minimum
    tally.ratios[bin_of(ratio)] += 1
    if abs(ratio - 1) <= NEAR:
        tally.counts["within ± 2 % of the minimum"] += 1
    if abs(ratio - 1) * margins.minimum <= 1 + 1e-5 * margins.minimum:
        tally.counts["within the tolerance of the minimum"] += 1


def _shape(ground: plain.Ground) -> str:
    if "circle" in ground:
        return "circle"
    name = "corridor" if "corridor" in ground else "holed" if len(ground["polygon"]) > 1 else "polygon"
    return f"{name}/{ground['edges']}"


EDGES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.98, 0.99, 0.999, 1.0, 1.001, 1.01, 1.02, 1.1, 1.5, 2.0, 4.0)


def bin_of(ratio: float) -> str:
    """The histogram's bin of a gap ÷ minimum."""
    if ratio < 0:
        return "overlap"
    below = max(edge for edge in EDGES if edge <= ratio)
    above = min((edge for edge in EDGES if edge > ratio), default=math.inf)
    return f"{below:g} to {above:g}"


def bins() -> list[str]:
    """All bins, in order."""
    return ["overlap", *(bin_of(edge) for edge in EDGES), "no minimum"]


def describe(
    pair: nasty.Pair, index: int, margins: oracle.Margins, found: Conflict | None, verdict: str
) -> str:
    """A disagreement with all it takes to make it again."""
    reported = None if found is None else {"gap": str(found.gap), "required": str(found.required)}
    axes = {axis: list(getattr(margins, axis)) for axis in "hvtf"}
    return f"{verdict}: " + json.dumps(
        {**nasty.describe(pair), "rule": index, "margins": axes, "gap": str(margins.gap), "package": reported}
    )


def _job(job: tuple[int, range, float]) -> Tally:
    return compare(*job)


def run(seed: int, pairs: int, processes: int, largest: float) -> Iterator[Tally]:
    """Tallies of batches as they are done."""
    jobs = [(seed, range(k, min(k + BATCH, pairs)), largest) for k in range(0, pairs, BATCH)]
    if processes == 1:
        yield from map(_job, jobs)
        return
    with multiprocessing.Pool(processes) as pool:
        yield from pool.imap_unordered(_job, jobs)


def show(total: Tally, seconds: float, seed: int) -> list[str]:
    """The report, line by line."""
    lines = [f"seed {seed}, {total.counts['pairs']:,} pairs in {seconds:,.0f} s"]
    lines += [f"  {name:45s} {count:9,}" for name, count in sorted(total.counts.items())]
    most = max(total.ratios.values(), default=1)
    lines.append("gap ÷ minimum")
    lines += [
        f"  {name:15s} {total.ratios[name]:9,} {'█' * math.ceil(50 * total.ratios[name] / most)}"
        for name in bins()
    ]
    for tag, counter in sorted(total.kinds.items()):
        lines.append(tag)
        lines += [f"  {name:35s} {count:9,}" for name, count in sorted(counter.items(), key=lambda x: -x[1])]
    return lines


def failed(total: Tally) -> bool:
    """A missed conflict, a wrong gap, or too many invented ones."""
    counts = total.counts
    return bool(
        counts["missed"] or counts["wrong gap"] or counts["invented"] > INVENTED_ALLOWED * counts["pairs"]
    )


def main() -> int:
    """Compare, print, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--largest", type=float, default=nasty.LARGEST, help="half the size of shapes, m")
    parser.add_argument("--only", type=int, help="one pair by its number")
    options = parser.parse_args()
    begun = time.perf_counter()
    total = Tally()
    if options.only is not None:
        total = compare(options.seed, range(options.only, options.only + 1), options.largest)
    else:
        for tally in run(options.seed, options.pairs, options.processes, options.largest):
            total.add(tally)
            sys.stderr.write(f"\r{total.counts['pairs']:,} pairs, {len(total.wrong)} disagreements ")
    sys.stdout.write(
        "\n".join([*total.wrong, *show(total, time.perf_counter() - begun, options.seed)]) + "\n"
    )
    return 1 if failed(total) else 0


if __name__ == "__main__":
    sys.exit(main())
