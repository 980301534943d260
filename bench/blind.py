"""What does it cost to find out which plans of two parties conflict when neither shows any?

    python bench/blind.py [--sizes 1e2,1e3] [--mixes drones,mixed] [--repeats 3] [--json FILE]

Two parties' random plans over a square of 660 km and a day, checked by whole runs of the blind check: level
by level to L20, every evaluation proven. Beside it, in the same run: one fixed grid at L20 on the same
primitives, and package openmined-psi on the terms that our run sent. Exit 1 where a pair of plans that
`conflict.find` reports is not flagged, or where two ways disagree on what matches; no time ever fails it.
`--sizes 1e4` takes about half an hour with one repeat.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import blind_ways as ways
from bench import ours, report
from bench.blind_plans import MIXES, agreed, plans_of
from bench.blind_ways import Costs, Heard, Once, Sides
from wideberth.blind import messages
from wideberth.blind.cover import Cover
from wideberth.blind.messages import Evaluated, Masked
from wideberth.blind.rules import Agreed, Role
from wideberth.conflict.find import find
from wideberth.errors import Refused
from wideberth.model.plan import Plan

THREADS: Final = 2
SIDE_SECONDS: Final = 5.0
FALSE_PERCENT: Final = 1.0
AUDIT_MS, AUDIT_BYTES = 10.0, 128
ELEMENT_BYTES: Final = 64
TARGET_SIZE: Final = 1_000
USUAL: Final = 100_000
"""Terms of a round that an agreement allows unless it says otherwise; more plans are given more."""
MULTIPLICATIONS: Final = 5
"""For an own element and one of the other's: mask, evaluate, prove (1), verify (2)."""
AUDITS: Final = 200
Plans = dict[Role, tuple[Plan, ...]]


@dataclass(slots=True)
class Row:
    """One way: a side's seconds (the mean of both sides), of the processor and on the wall with one thread
    and two; both sides in turn on the wall, with as many threads as there are; or why there is nothing.
    """

    way: str
    terms: float = 0.0
    rounds: int = 0
    cpu: float | None = None
    one_thread: float | None = None
    two_threads: float | None = None
    both: float | None = None
    size: float | None = None
    problem: str = ""


@dataclass(slots=True)
class Told:
    """All of one mix and size. `pairs`: that conflict within the horizon; `levels`: level, cells of side a,
    matches; shares in percent.
    """

    mix: str
    plans: int
    volumes: int
    pairs: int
    missed: int = 0
    false_pairs: float = 0.0
    false_plans: float = 0.0
    levels: list[tuple[int, int, int]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cover: float = 0.0
    elements: float = 0.0
    fixed: float = 0.0
    by_file: str = ""
    wrong: list[str] = field(default_factory=list)


def truth(plans: Plans, terms: Agreed) -> set[tuple[int, int]]:
    """Pairs of plans, by number, with volumes that conflict and that both touch the horizon."""
    place = {plan.key: k for mine in plans.values() for k, plan in enumerate(mine)}
    by_key = {plan.key: plan for mine in plans.values() for plan in mine}
    found = find(plans["a"] + plans["b"], terms.table, terms.reference, limit=ours.EVERY)

    def touches(key: tuple[str, str], part: int) -> bool:
        volume = by_key[key].volumes[part]
        assert volume.start is not None
        assert volume.end is not None
        return volume.start <= terms.until_ms and volume.end >= terms.from_ms

    pairs = set()
    for conflict in found.conflicts:
        if all(touches(*each) for each in zip(conflict.plans, conflict.volumes, strict=True)):
            one, other = sorted(conflict.plans)
            pairs.add((place[one], place[other]))
    return pairs


def compared(mix: str, size: int, seed: int, cost: Costs, asked: argparse.Namespace) -> tuple[Told, Sides]:
    """All ways on the plans of one mix and size, and the last run of ours."""
    plans: Plans = {"a": plans_of("a", size, seed, mix), "b": plans_of("b", size, seed, mix)}
    terms = agreed(mix, USUAL if size <= TARGET_SIZE else messages.MOST - 1)
    pairs = truth(plans, terms)
    told = Told(mix, size, sum(len(plan.volumes) for plan in plans["a"]), len(pairs))
    report.progress(f"{size:,} {mix}: without masking")
    try:
        sets = ways.plainly(plans, terms)
    except Refused as error:
        told.rows.append(Row("ours", problem=f"NOT CLEAR: {error}"))
        return told, {}
    flagged(told, ways.flagged(sets), pairs)
    told.levels = [
        (level, len(cells), matched)
        for (level, cells), matched in zip(sets["a"].rounds.items(), sets["a"].matched, strict=True)
    ]
    count = sum(len(cells) for cells in sets["a"].rounds.values())
    if 2 * seconds(count, cost) > asked.cap:
        told.rows.append(
            Row("ours", count / size, len(told.levels), problem=f"over the cap: {count:,} terms")
        )
        return told, {}
    repeats = asked.repeats if size <= TARGET_SIZE else 1
    row, last = descent(plans, terms, repeats, size, told)
    told.rows.append(row)
    agree(told, sets, last)
    told.by_file = carried(plans, ways.by_file(terms), pairs, told)
    told.rows.append(single("ours, one exchange by file", plans, ways.by_file(terms), cost, asked.cap))
    told.rows.append(single("one grid at the floor, proven", plans, ways.whole_grid(terms), cost, asked.cap))
    told.rows.append(peer(sets, size, told))
    return told, last


def flagged(told: Told, found: set[tuple[int, int]], pairs: set[tuple[int, int]]) -> None:
    """What was missed, and the shares of clear pairs and clear plans that were flagged."""
    n = told.plans
    told.missed = len(pairs - found)
    told.false_pairs = 100 * len(found - pairs) / (n * n - len(pairs))
    shares = []
    for k in (0, 1):
        conflicting = {pair[k] for pair in pairs}
        shares.append(len({pair[k] for pair in found} - conflicting) / max(1, n - len(conflicting)))
    told.false_plans = 100 * sum(shares) / 2
    if told.missed:
        told.wrong.append(f"{told.missed} conflicting pairs are not flagged")


def descent(plans: Plans, terms: Agreed, repeats: int, size: int, told: Told) -> tuple[Row, Sides]:
    """Ours, with one thread (not where there is one repeat only) and with two."""
    single, double = [], []
    with ThreadPoolExecutor(THREADS) as pool:
        for k in range(repeats):
            report.progress(f"{size:,} {told.mix}: run {k + 1} of {repeats}")
            if repeats > 1:
                single.append(ways.ours(plans, terms))
            double.append(ways.ours(plans, terms, pool.map))
    last = double[-1]
    sides = list(last.values())
    every = [message for side in sides for message in side.sent]
    elements = sum(side.elements for side in sides)
    points = sum(
        len(message.points)
        for message in map(messages.read, every)
        if isinstance(message, Masked | Evaluated)
    )
    told.elements, told.fixed = points / elements, (sum(map(len, every)) - points) / len(told.levels) / 2
    told.cover = median(mean([side.cover.cpu for side in run.values()]) for run in single or double)
    return (
        Row(
            "ours, level by level, proven",
            mean([side.terms for side in sides]) / size,
            len(told.levels),
            median(mean([side.took.cpu for side in run.values()]) for run in single or double),
            median(mean([side.took.wall for side in run.values()]) for run in single) if single else None,
            median(mean([side.took.wall for side in run.values()]) for run in double),
            median(sum(side.took.wall for side in run.values()) for run in double),
            sum(map(len, every)) / elements,
        ),
        last,
    )


def agree(told: Told, sets: dict[Role, Heard | Once], run: Sides) -> None:
    """Whether a run found what there is to find."""
    for role, side in run.items():
        assert side.verdict is not None
        wanted = "matched" if sets[role].matches else "clear"
        if side.verdict.outcome != wanted:
            told.wrong.append(f"side {role} is {side.verdict.outcome} ({side.verdict.why}), not {wanted}")
        elif side.matched != sets[role].matched or ways.flagged(run) != ways.flagged(sets):
            told.wrong.append(f"side {role} finds other matches than there are")


def single(way: str, plans: Plans, terms: Agreed, cost: Costs, cap: float) -> Row:
    """A run of one round, unless that takes longer than the cap."""
    size = len(plans["a"])
    try:
        count = len(ways.sets_of(Cover(plans["a"], terms), terms, "a").terms())
    except Refused as error:
        return Row(way, problem=f"not run: {error}")
    if 2 * seconds(count, cost) > cap or count >= messages.MOST:
        return Row(way, count / size, 1, problem="over the cap, not run")
    report.progress(f"{size:,}: {way}")
    with ThreadPoolExecutor(THREADS) as pool:
        run = list(ways.ours(plans, terms, pool.map).values())
    return Row(
        way,
        mean([side.terms for side in run]) / size,
        1,
        mean([side.took.cpu for side in run]),
        None,
        mean([side.took.wall for side in run]),
        sum(side.took.wall for side in run),
        sum(len(message) for side in run for message in side.sent) / sum(side.elements for side in run),
    )


def carried(plans: Plans, terms: Agreed, pairs: set[tuple[int, int]], told: Told) -> str:
    """What one exchange by file misses and flags, in words."""
    try:
        found = ways.flagged(ways.plainly(plans, terms))
    except Refused as error:
        return f"by file: not looked at: {error}"
    other = Told(told.mix, told.plans, told.volumes, told.pairs)
    flagged(other, found, pairs)
    told.wrong += [f"by file, {each}" for each in other.wrong]
    return (
        f"by file: {other.missed:,} missed, {other.false_pairs:.4f} % of clear pairs and"
        f" {other.false_plans:.1f} % of clear plans flagged falsely"
    )


def seconds(count: int, cost: Costs) -> float:
    """About what a side takes for so many terms."""
    return count * (cost.hashing + MULTIPLICATIONS * cost.multiplying) / 1e6


def peer(sets: dict[Role, Heard | Once], size: int, told: Told) -> Row:
    """openmined-psi on the terms of all rounds together."""
    way = "openmined-psi, both directions"
    terms = {
        role: [each.hex() for cells in mine.rounds.values() for each in cells] for role, mine in sets.items()
    }
    report.progress(f"{size:,} {told.mix}: openmined-psi")
    try:
        took, sent, found = ways.openmined(terms)
    except ImportError:
        return Row(way, problem="the package openmined-psi is not installed")
    common = set(terms["a"]) & set(terms["b"])
    if any(each != common for each in found.values()) or len(common) != sum(sets["a"].matched):
        told.wrong.append("openmined-psi finds other matches")
    count = sum(map(len, terms.values()))
    walls = [each.wall for each in took.values()]
    cpu = mean([each.cpu for each in took.values()])
    return Row(way, count / 2 / size, 1, cpu, mean(walls), None, sum(walls), sent / count)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# what is printed


def show(told: Told) -> None:
    """The table of one mix and size."""
    print()
    print(
        f"{told.plans:,} plans a side ({told.volumes:,} volumes), {told.mix}: {told.pairs:,} pairs conflict,"
        f" {told.missed:,} are missed; flagged falsely: {told.false_pairs:.4f} % of clear pairs,"
        f" {told.false_plans:.1f} % of clear plans"
    )
    print(
        "; ".join(f"L{level}: {cells:,} cells, {matched:,} matched" for level, cells, matched in told.levels)
    )
    head = f"{'':32}{'terms':>8}{'':8}{'a side: CPU s':>14}{'1 thread s':>11}{'2 threads s':>12}{'both s':>8}"
    print(f"{head}{'bytes':>8}{'× ours':>8}\n{'':32}{'a plan':>8}{'rounds':>8}{'':45}{'a term':>8}{'CPU':>8}")
    first = told.rows[0].cpu
    for row in told.rows:
        text = f"{row.way:32}{row.terms:8.1f}{row.rounds:8}"
        if row.cpu is None:
            print(f"{text}  {row.problem}")
            continue
        times = (_figure(row.one_thread, 11), _figure(row.two_threads, 12), _figure(row.both, 8))
        ratio = row.cpu / first if first else None
        print(f"{text}{row.cpu:14.2f}{''.join(times)}{_figure(row.size, 8)}{_figure(ratio, 8)}")
    if first:
        print(
            f"of ours, plans to cells {told.cover:.2f} s CPU; on the wire {told.elements:.0f} bytes an "
            f"element, and {told.fixed:,.0f} more a round and side, however many"
        )
        print(told.by_file)
    for each in told.wrong:
        print(f"FAILED: {each}")


def _figure(value: float | None, width: int) -> str:
    return f"{'—':>{width}}" if value is None else f"{value:{width}.2f}"


def targets(told: Told) -> None:
    """Beside what was measured, where a target is about this size."""
    row = told.rows[0]
    if told.plans != TARGET_SIZE or row.two_threads is None:
        return
    text = f"{told.plans:,} × {told.plans:,} {told.mix}"
    print(report.bound(f"{text}, a side, two threads", "s", row.two_threads, most=SIDE_SECONDS))
    print(report.bound(f"{text}, clear pairs flagged", "%", told.false_pairs, most=FALSE_PERCENT))
    print(report.bound(f"{text}, clear plans flagged", "%", told.false_plans, most=FALSE_PERCENT))
    print(report.bound(f"{text}, an element on the wire", "bytes", told.elements, most=ELEMENT_BYTES))


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where all ways agree and nothing was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(float(each)) for each in text.split(",")],
        default=[100, TARGET_SIZE],
    )
    parser.add_argument("--mixes", type=lambda text: text.split(","), default=list(MIXES))
    parser.add_argument("--repeats", type=int, default=3, help="up to 1,000 plans; of more, one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cap", type=float, default=1_800.0, help="seconds that nothing longer is run for")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if not all(1 <= size <= 100_000 for size in asked.sizes) or asked.repeats < 1:
        parser.error("accepted: --sizes 1 to 100,000, --repeats 1 or more")
    if set(asked.mixes) - set(MIXES):
        parser.error(f"accepted: --mixes {', '.join(MIXES)}")
    print(report.facts())
    cost = ways.costs()
    print(f"an element from a term {cost.hashing:.0f} µs, one multiplication {cost.multiplying:.0f} µs CPU")
    results, audit = [], None
    for mix in asked.mixes:
        for size in asked.sizes:
            told, run = compared(mix, size, asked.seed, cost, asked)
            show(told)
            targets(told)
            results.append(told)
            if run:
                audit = ways.audited(run["a"], "a", AUDITS)
    if audit:
        print(
            f"\nan audit of a cell, proven and checked: median {audit.middle:.2f} ms, p99 {audit.most:.2f} ms"
        )
        print(report.bound("an audit", "ms", audit.middle, most=AUDIT_MS))
        print(report.bound("an audit", "bytes", audit.size, most=AUDIT_BYTES))
    if asked.json:
        whole = {
            "costs": asdict(cost),
            "audit": audit and asdict(audit),
            "runs": [asdict(each) for each in results],
        }
        asked.json.write_text(json.dumps(whole, indent=1) + "\n")
    return 1 if any(each.wrong for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
