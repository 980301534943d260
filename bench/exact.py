"""Is no conflict missed, wherever on Earth? Beside every speed figure stands this one (SPEED, target 5).

    python bench/exact.py [--volumes 3000] [--sample 500] [--places 33N,70N,pole,...] [--json FILE]

At every place and for every kind of traffic: the pairs of the product against those of a planar peer on a
plane of that place, and a sample, mostly next to the minimum, against the geodesic oracle. Exit 1 where a
pair differs, is missed or invented.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bench import gate, ours, report, sample, shapely_ways
from bench.kinds import KINDS
from bench.plane import flatten
from bench.traffic import PLACES, generate


@dataclass(frozen=True, slots=True)
class Place:
    """What one place and kind of traffic came to."""

    place: str
    kind: str
    volumes: int
    conflicts: int
    left_out: int
    sampled: int
    near: int
    missed: int
    invented: int
    wrong: tuple[str, ...]


def check(place: str, kind: str, volumes: int, size: int, seed: int, engine: str) -> Place:
    """Find, compare, ask the oracle."""
    traffic = generate(volumes, seed, kind, place)
    flat = flatten(traffic)
    found = np.stack(ours.whole(traffic, ours.engine(engine, 1))()(), -1)
    verdict = gate.compare(flat, found, np.stack(shapely_ways.boxes_first(flat), -1))
    told = sample.check(traffic, flat, found, size, seed)
    wrong = [*gate.complaints(flat, WAY, verdict), *told.wrong]
    if repeated := gate.twice(found, len(flat)):
        wrong.append(f"{repeated} pairs reported more than once")
    return Place(
        place,
        kind,
        volumes,
        len(found),
        verdict.left_out,
        told.size,
        told.near,
        told.counts["missed"],
        told.counts["invented"],
        tuple(wrong),
    )


WAY = "shapely STRtree, boxes first"
HEAD = f"{'place':12}{'traffic':10}{'volumes':>9}{'conflicts':>11}{'left out':>10}{'oracle':>9}{'± 2 %':>8}"
HEAD += f"{'missed':>8}{'invented':>10}"


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where nothing is missed, invented or different."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--volumes", type=int, default=3_000)
    parser.add_argument("--sample", type=int, default=500, help="pairs for the oracle, per place and kind")
    parser.add_argument("--places", default=",".join(PLACES), help=f"of {', '.join(PLACES)}")
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--engine", choices=("compiled", "plain"), default="compiled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    places, kinds = asked.places.split(","), asked.kinds.split(",")
    if not set(places) <= set(PLACES) or not set(kinds) <= set(KINDS) or asked.volumes < 100:
        parser.error(
            f"accepted: places of {', '.join(PLACES)}; kinds of {', '.join(KINDS)}; 100 volumes or more"
        )
    print(report.facts())
    print(f"{asked.engine} engine, seed {asked.seed}; left out: pairs too near the minimum for a plane")
    print(HEAD)
    done = []
    for place in places:
        for kind in kinds:
            report.progress(f"{place}, {kind}")
            one = check(place, kind, asked.volumes, asked.sample, asked.seed, asked.engine)
            done.append(one)
            print(
                f"{one.place:12}{one.kind:10}{one.volumes:>9,}{one.conflicts:>11,}{one.left_out:>10,}"
                f"{one.sampled:>9,}{one.near:>8,}{one.missed:>8,}{one.invented:>10,}",
                flush=True,
            )
            for line in one.wrong:
                print(f"FAILED: {line}")
    missed = sum(one.missed for one in done)
    print(
        report.bound(f"of {sum(one.sampled for one in done):,}", "missed against the oracle", missed, most=0)
    )
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in done], indent=1) + "\n")
    return 1 if any(one.wrong for one in done) else 0


if __name__ == "__main__":
    sys.exit(main())
