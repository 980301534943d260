"""Does the blind check ever miss a pair that conflicts, and how many pairs does it tell that do not?

    PYTHONPATH=src:. python scripts/long/blind_pairs.py                    a million pairs, some minutes
    PYTHONPATH=src:. python scripts/long/blind_pairs.py --pairs 20000 --density 0
    PYTHONPATH=src:. python scripts/long/blind_pairs.py --only 17          one batch again, its misses named

Random and nasty plans of two parties, many pairs at a time; what `conflict.find` reports is the truth, as far
as both volumes touch the horizon. Each such pair must share a cell of every level down to the floor, or one
that both fill. Then made-up traffic of several densities, to count what is told although it is clear. Exit
code 1 where a pair is missed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

import blind_nasty
from bench.kinds import KINDS
from bench.traffic import generate, plans_of
from blind_cells import agreed, told, truth
from wideberth.blind.cover import Cover
from wideberth.blind.rules import STEP
from wideberth.conflict.join import COMPILED
from wideberth.formats import geoidgrid
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

SIZE = 100
"""Plans a party in a batch."""
START = 12
FLOORS = (20, 24, 32)
HOUR = blind_nasty.HOUR
DENSITIES = (100, 300, 1_000, 3_000)
"""Volumes of both parties together over a theatre of 300 km around, for `--density`."""


class Run(NamedTuple):
    """What one batch came to: `pairs` compared, those in `conflict` that the check answers for, `near` ones
    placed at a minimum, those `told`, and the (plan, plan) that were `missed`, at each level of any.
    """

    number: int
    name: str
    pairs: int
    conflict: int
    near: int
    told: int
    missed: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def geoid() -> Geoid:
    """The grid that ships with the package."""
    return geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes())


def compare(seed: int, number: int) -> Run:
    """One batch."""
    made = blind_nasty.batch(seed, number, geoid(), SIZE)
    by = agreed(made.table, made.reference, made.from_ms, made.until_ms)
    conflicts = truth(made.one, made.two, by, COMPILED)
    # the finer plans down to the last floor
    floor = 32 if blind_nasty.TABLES[made.name][1] > 1 else 24
    levels = range(START, floor + 1, STEP)
    found = told(Cover(made.one, by), Cover(made.two, by), len(made.two), levels, seed)
    lost = np.unique(np.concatenate([np.setdiff1d(conflicts, each) for each in found]))
    names = tuple((made.one[k // len(made.two)].id, made.two[k % len(made.two)].id) for k in lost.tolist())
    pairs = len(made.one) * len(made.two)
    name = f"{made.name}, {made.place}"
    return Run(number, name, pairs, len(conflicts), made.near, len(found[-1]), names)


class Flags(NamedTuple):
    """Of one density: plans in all; pairs that are in conflict, and that are clear; plans without a conflict;
    and at each floor how many clear pairs, and such plans, are told.
    """

    plans: int
    conflict: int
    clear: int
    calm: int
    told: tuple[tuple[int, int], ...]


def flags(kind: str, volumes: int, seed: int, datum: str) -> Flags:
    """Traffic of one day over one theatre, half of the plans each party's."""
    traffic = generate(volumes, seed, kind, grow="nothing")
    every = [_in(plan, datum) for plan in plans_of(traffic)]
    one = [replace(plan, party="one") for plan in every[::2]]
    two = [replace(plan, party="two") for plan in every[1::2]]
    begin = int(traffic.start.min())
    by = agreed(KINDS[kind].table, VerticalReference(geoid()), begin, begin + 48 * HOUR)
    conflicts = truth(one, two, by, COMPILED)
    found = told(Cover(one, by), Cover(two, by), len(two), range(START, FLOORS[-1] + 1, STEP), seed)
    a, b = np.divmod(conflicts, len(two))
    calm_a, calm_b = np.setdiff1d(np.arange(len(one)), a), np.setdiff1d(np.arange(len(two)), b)
    counts = []
    for floor in FLOORS:
        wrong = np.setdiff1d(found[(floor - START) // STEP], conflicts)
        p, q = np.unique(wrong // len(two)), np.unique(wrong % len(two))
        counts.append((len(wrong), len(np.intersect1d(p, calm_a)) + len(np.intersect1d(q, calm_b))))
    clear = len(one) * len(two) - len(conflicts)
    return Flags(len(every), len(conflicts), clear, len(calm_a) + len(calm_b), tuple(counts))


def _in(plan: Plan, datum: str) -> Plan:
    """The plan with its limits in a datum, the figures as they are."""
    if datum != "HAE":
        return plan
    return replace(
        plan, volumes=tuple(replace(v, lower=_hae(v.lower), upper=_hae(v.upper)) for v in plan.volumes)
    )


def _hae(limit: Altitude) -> Altitude:
    return Altitude("HAE", limit.value)


def sweep(pairs: int, seed: int, processes: int) -> int:
    """Batches until there are so many pairs; how many were missed."""
    begin, total, done = time.monotonic(), Counter[str](), 0
    missed: list[tuple[int, tuple[str, str]]] = []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for run in pool.imap(partial(compare, seed), _numbers(pairs)):
            done += 1
            total.update(pairs=run.pairs, conflict=run.conflict, near=run.near, told=run.told)
            missed += [(run.number, each) for each in run.missed]
            print(
                f"\r{total['pairs']:,} pairs, {total['conflict']:,} in conflict, {len(missed)} missed,"
                f" {time.monotonic() - begin:.0f} s  {run.name:<30}",
                end="",
                file=sys.stderr,
                flush=True,
            )
    print(file=sys.stderr)
    print(f"seed {seed}: {total['pairs']:,} pairs of plans in {done} batches, {total['near']:,} at a minimum")
    print(f"in conflict: {total['conflict']:,}; told at the floor: {total['told']:,}; missed: {len(missed)}")
    for number, names in missed[:20]:
        print(f"  batch {number}: {names[0]} and {names[1]}")
    return len(missed)


def _numbers(pairs: int) -> Iterator[int]:
    """The numbers of the batches that have so many pairs."""
    number, left = 0, pairs
    while left > 0:
        yield number
        count = blind_nasty.plans_in(number, SIZE)
        left -= count * count
        number += 1


def table(densities: Sequence[int], seed: int) -> None:
    """The table of docs/blind.md."""
    area = np.pi * (KINDS["mixed"].radius / 1_000) ** 2 / 10_000
    print("| limits | plans | per 10,000 km² and hour | clear pairs told at L20, L24, L32 | clear plans |")
    print("|---|---|---|---|---|")
    for datum in ("HAE", "FL"):
        for volumes in densities:
            got = flags("mixed", volumes, seed, datum)
            pairs = ", ".join(f"{100 * n / got.clear:.3f} %" for n, _ in got.told)
            calm = ", ".join(f"{100 * n / max(1, got.calm):.1f} %" for _, n in got.told)
            dense = got.plans / area / KINDS["mixed"].hours
            print(f"| {datum} | {got.plans:,} | {dense:.2g} | {pairs} | {calm} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", type=int)
    parser.add_argument("--density", type=int, nargs="*", default=DENSITIES, help="volumes; 0: no table")
    asked = parser.parse_args()
    if asked.only is not None:
        print(compare(asked.seed, asked.only))
        return 0
    missed = sweep(asked.pairs, asked.seed, asked.processes) if asked.pairs else 0
    if list(asked.density) != [0]:
        table(asked.density, asked.seed)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
