"""What the one-shot form of the blind check tells too much, against going level by level to level 20.

    PYTHONPATH=src:. python scripts/long/blind_one_shot.py
    PYTHONPATH=src:. python scripts/long/blind_one_shot.py --small 32 --large 256    other numbers of cells

Made-up traffic of one day over one theatre, half of the plans each party's, as scripts/long/blind_pairs.py
has it. `conflict.find` says which pairs and plans are clear; counted is how many of these are told, how many
terms a plan takes, and how many pairs in conflict are missed. Exit code 1 where one is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from bench.kinds import KINDS
from bench.traffic import generate, plans_of
from blind_cells import Index, agreed, told, truth
from blind_pairs import DENSITIES, HOUR, START, geoid
from wideberth.blind import one_shot
from wideberth.blind.cover import Cover
from wideberth.blind.one_shot import OneShot
from wideberth.blind.rules import STEP
from wideberth.space.reference import VerticalReference

FLOOR = 20
HEAD = ("traffic", "plans", "per 10,000 km² and hour", "level by level: pairs", "plans",
        "one exchange: pairs", "plans", "terms")  # fmt: skip


def pairs(one: OneShot, two: OneShot, second: int) -> Index:
    """The pairs of plans that share a cell, as blind_cells.Met numbers them."""
    other = {term: k for k, term in enumerate(two.terms())}
    met = [(k, other[term]) for k, term in enumerate(one.terms()) if term in other]
    found = set()
    for mine, theirs in met:
        found |= {p * second + q for p in _plans(one, mine) for q in _plans(two, theirs)}
    return np.array(sorted(found), dtype=np.int64)


def _plans(side: OneShot, k: int) -> Sequence[int]:
    side.matches = []
    side.take([k], [False], last=True)
    return side.matches[0].plans


def row(kind: str, volumes: int, seed: int) -> int:
    """One line of the table; how many pairs in conflict were missed."""
    traffic = generate(volumes, seed, kind, grow="nothing")
    every = plans_of(traffic)
    one = [replace(plan, party="one") for plan in every[::2]]
    two = [replace(plan, party="two") for plan in every[1::2]]
    begin = int(traffic.start.min())
    by = agreed(KINDS[kind].table, VerticalReference(geoid()), begin, begin + 48 * HOUR)
    conflicts = truth(one, two, by)
    a, b = np.divmod(conflicts, len(two))
    calm = np.setdiff1d(np.arange(len(one)), a), np.setdiff1d(np.arange(len(two)), b)
    covers = Cover(one, by), Cover(two, by)
    descent = told(*covers, len(two), range(START, FLOOR + 1, STEP), seed)[-1]
    sides = OneShot(covers[0], by, "a"), OneShot(covers[1], by, "b")
    shot = pairs(*sides, len(two))
    clear = len(one) * len(two) - len(conflicts)
    cells = [f"{kind}", f"{len(every):,}", f"{len(every) / _room(kind):.2g}"]
    for found in (descent, shot):
        wrong = np.setdiff1d(found, conflicts)
        plans = (
            np.intersect1d(side, mine) for side, mine in zip(np.divmod(wrong, len(two)), calm, strict=True)
        )
        share = sum(map(len, plans)) / max(1, sum(map(len, calm)))
        cells += [f"{100 * len(wrong) / clear:.3f} %", f"{100 * share:.1f} %"]
    cells.append(f"{sum(len(side.terms()) for side in sides) / len(every):.0f}")
    print(f"| {' | '.join(cells)} |", flush=True)
    return len(np.setdiff1d(conflicts, shot))


def _room(kind: str) -> float:
    """10,000 km² and hours of a theatre."""
    return float(np.pi * (KINDS[kind].radius / 1_000) ** 2 / 10_000 * KINDS[kind].hours)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", type=int, default=one_shot.SMALL)
    parser.add_argument("--large", type=int, default=one_shot.LARGE)
    parser.add_argument("--kinds", nargs="*", default=["drone", "military", "mixed"])
    parser.add_argument("--density", type=int, nargs="*", default=DENSITIES, help="volumes")
    asked = parser.parse_args()
    vars(one_shot).update(SMALL=asked.small, LARGE=asked.large)
    print(f"| {' | '.join(HEAD)} |")
    print("|---|---|---|---|---|---|---|---|")
    missed = sum(row(kind, volumes, asked.seed) for kind in asked.kinds for volumes in asked.density)
    print(f"seed {asked.seed}: {missed} pairs in conflict were missed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
