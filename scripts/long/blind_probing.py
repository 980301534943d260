"""A party without plans that asks by the blind check, run after run: how much of the other's does it learn?

    PYTHONPATH=src:. python scripts/long/blind_probing.py                           some seconds
    PYTHONPATH=src:. python scripts/long/blind_probing.py --write docs/img/blind-probing.svg

It knows the theatre, and fills its sets with whatever cells it likes, in all runs of every day. Made-up plans
are covered as in a run, and stand still, which is the worst case. What masking hides is not computed: the
result of a private set intersection is exact, so plain sets give the same; a test holds them to runs with
keys and proofs. What the node enforces is here: `terms`, `matched_percent`, `cells_a_day` charged before
a run goes on, and no run once it is spent. The table and the picture in docs/attacks.md are made here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bench.kinds import KINDS
from bench.traffic import generate, plans_of
from wideberth.blind import tree
from wideberth.blind.check import FEW
from wideberth.blind.cover import Cover
from wideberth.blind.rules import Agreed
from wideberth.formats import geoidgrid
from wideberth.model.agreement import Blind
from wideberth.render.svg import FONT, GRID, INK, PAPER
from wideberth.space.reference import VerticalReference

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
DAY: Final = 86_400_000
RUNS: Final = DAY // Blind().every_ms
"""In a day."""


class Theatre(NamedTuple):
    """The start cells of a box of time and space, numbered, of which the hidden plans are in some.

    `held`: which; `below`: of each cell how many of a finer level are held inside it, one row a level.
    """

    plans: int
    held: Mask
    below: Ids


def theatre(volumes: int, seed: int) -> Theatre:
    """Made-up mixed traffic of a day, and all start cells around it."""
    traffic = generate(volumes, seed, "mixed", grow="nothing")
    begin = int(traffic.start.min())
    reference = VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))
    blind = Blind(terms=10**7)
    agreed = Agreed((), bytes(32), KINDS["mixed"].table, reference, blind, begin, begin + DAY)
    plans = list(plans_of(traffic))
    cover = Cover(plans, agreed)
    start = cover.start()
    low, size = start.cells.min(axis=0), np.ptp(start.cells, axis=0) + 1

    def number(cells: tree.Cells) -> Ids:
        return np.asarray(np.ravel_multi_index(tuple((cells - low).T), tuple(size)))

    every = int(size.prod())
    held = np.zeros(every, dtype=bool)
    held[number(start.cells)] = True
    below, now = [], start
    for level in agreed.levels[1:]:
        now = cover.refine(now, np.arange(len(now.cells)), level)
        above = number(tree.parents(now.cells, level, start.level))
        below.append(np.bincount(above, minlength=every))
    return Theatre(len(plans), held, np.array(below))


class Got(NamedTuple):
    """What a run tells: the start cells that `matched`, whether down to the floor, and why it ended."""

    matched: Ids
    deep: bool
    why: str


class Side:
    """The party that is asked, as far as what it lets go on: check.BlindCheck, and the node that charges.

    `terms` are in its first set; `most` of a finer level are inside one of them on average.
    """

    def __init__(self, hidden: Theatre, blind: Blind) -> None:
        self.hidden, self.blind = hidden, blind
        self.terms = int(hidden.held.sum())
        self.most = float(hidden.below[:, hidden.held].mean(axis=1).max())
        self.new_day()

    def new_day(self) -> None:
        self.allowed, self.seen = self.blind.cells_a_day, np.zeros_like(self.hidden.held)

    def run(self, asked: Ids, silent: bool = False) -> Got:
        """One run against a set of start cells; `silent`: whoever asks answers no more once it knows."""
        if self.allowed < 1:
            return Got(asked[:0], False, "budget")
        matched = asked[self.hidden.held[asked]]
        charge = min(self.terms, len(asked)) if silent else int((~self.seen[matched]).sum())
        over = charge > self.allowed
        self.allowed -= charge
        if silent:
            return Got(matched, False, "timeout")
        self.seen[matched] = True
        if over:
            return Got(matched, False, "budget")
        if len(matched) > FEW and len(matched) * 100 > self.blind.matched_percent * self.terms:
            return Got(matched, False, "share")
        if (self.hidden.below[:, matched].sum(axis=1) + 1 > self.blind.terms).any():
            return Got(matched, False, "terms")
        return Got(matched, True, "")


Attack = Literal["whole", "silent", "careful", "both"]
ATTACKS: Final[dict[Attack, str]] = {
    "whole": "the largest sets",
    "silent": "the largest sets, silent once it knows",
    "careful": "sets that stay within the budget",
    "both": "within the budget, then the largest set",
}


class Learned(NamedTuple):
    """After each run: the share of the hidden start cells, and of the hidden cells of the floor."""

    start: list[float]
    floor: list[float]

    def on(self, day: int) -> tuple[float, float]:
        """At the end of a day, from 1."""
        return self.start[day * RUNS - 1], self.floor[day * RUNS - 1]


class Attacker:
    """Whoever asks. It sees what its runs tell and how large the other's sets are, and counts as it does.

    `order` is that of its questions, `looked` how far it is; `known` are the other's, `deep` to the floor.
    """

    def __init__(self, side: Side, seed: int) -> None:
        self.side, self.blind = side, side.blind
        number = len(side.hidden.held)
        # scattered, so that a set matches about as often as the next
        self.chance = np.random.default_rng(seed)
        self.order = self.chance.permutation(number)
        self.looked = 0
        self.known, self.deep = np.zeros(number, dtype=bool), np.zeros(number, dtype=bool)
        self.left = self.blind.cells_a_day

    def attack(self, way: Attack, days: int) -> Learned:
        """So many days of runs."""
        hidden = self.side.hidden
        floor = hidden.below[-1]
        found = Learned([], [])
        for _ in range(days):
            self.side.new_day()
            self.left = self.blind.cells_a_day
            for run in range(RUNS):
                if self.left > 0:
                    self._ask(way, RUNS - run)
                found.start.append(float(self.known.sum() / hidden.held.sum()))
                found.floor.append(float(floor[self.deep].sum() / floor.sum()))
        return found

    def _ask(self, way: Attack, runs: int) -> None:
        """One run, where so many are left today."""
        whole = way in ("whole", "silent") or (way == "both" and (runs == 1 or self.left < FEW))
        asked = self._next(self.blind.terms - 1 if whole else self._modest(runs), whole)
        if not len(asked):
            return
        got = self.side.run(asked, way == "silent")
        self.left = self.side.allowed
        self.known[got.matched] = True
        if got.deep:
            self.deep[got.matched] = True

    def _next(self, most: int, whole: bool) -> Ids:
        """Cells that were not asked about; then those that are known from the start level only."""
        fresh = self.order[self.looked : self.looked + most]
        self.looked += len(fresh)
        if len(fresh) or whole:
            return fresh
        return self.chance.permutation(np.flatnonzero(self.known & ~self.deep))[: self._bound()]

    def _bound(self) -> int:
        """Matches that neither the budget nor the share stops, nor the cells of later rounds."""
        share = self.blind.matched_percent * self.side.terms // 100
        return int(max(1, min(self.left, max(FEW, share), 0.8 * self.blind.terms / self.side.most)))

    def _modest(self, runs: int) -> int:
        """As many cells as are expected to match as often as is left for each run of today."""
        if not self.looked:
            return 100
        often = max(int(self.known.sum()), 1) / self.looked
        aim = 0.8 * min(self._bound(), max(self.left / max(1, runs - 1), 20))
        return int(min(self.blind.terms - 1, max(1, aim / often)))


class Row(NamedTuple):
    """A line of the table."""

    blind: Blind
    way: Attack
    learned: Learned


DAYS: Final = (1, 7, 14)
TERMS: Final = Blind()
CASES: Final[tuple[tuple[Blind, Attack], ...]] = (
    *((TERMS, way) for way in ATTACKS),
    *((replace(TERMS, matched_percent=percent), "both") for percent in (5, 100)),
    *((replace(TERMS, cells_a_day=cells), "both") for cells in (200, 20_000)),
    *((replace(TERMS, terms=terms), "both") for terms in (50_000, 25_000)),
    (replace(TERMS, terms=25_000, cells_a_day=200), "both"),
)


def learned(hidden: Theatre, blind: Blind, way: Attack, days: int, seed: int) -> Learned:
    """What comes of an attack."""
    return Attacker(Side(hidden, blind), seed).attack(way, days)


def table(rows: Iterable[Row]) -> str:
    """For people, in Markdown; each figure is the share of the cells of the start level, and of the floor."""
    days = " | ".join(f"{day} day{'s' * (day > 1)}" for day in DAYS)
    lines = [f"| terms | cells a day | % | how it asks | {days} |", "|---" * (4 + len(DAYS)) + "|"]
    for blind, way, found in rows:
        shares = [f"{100 * start:.1f} %, {100 * floor:.1f} %" for start, floor in map(found.on, DAYS)]
        asked = f"{blind.terms:,} | {blind.cells_a_day:,} | {blind.matched_percent} | {ATTACKS[way]}"
        lines.append(f"| {asked} | {' | '.join(shares)} |")
    return "\n".join(lines) + "\n"


COLOURS: Final = ("#0072b2", "#d55e00", "#009e73")


def picture(curves: Sequence[tuple[str, Learned]], days: int) -> str:
    """Shares against days, as SVG: the start level whole, the floor dashed; both axes linear."""
    left, top, wide, high = 64, 28, 560, 300

    def line(shares: Sequence[float], colour: str, dashed: bool) -> str:
        points = " ".join(
            f"{left + wide * (k + 1) / (days * RUNS):.1f},{top + high * (1 - share):.1f}"
            for k, share in enumerate(shares)
            if k % 8 == 7 or k < 8
        )
        more = ' stroke-dasharray="6 4"' if dashed else ""
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{more}/>'

    def text(x: float, y: float, words: str, more: str) -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{words}</text>'

    parts = []
    for k in range(6):
        y = top + high * (1 - k / 5)
        parts.append(f'<path d="M{left} {y:.1f}h{wide}" stroke="{GRID}"/>')
        parts.append(text(left - 8, y + 4, f"{20 * k} %", 'text-anchor="end"'))
    for day in range(0, days + 1, 2):
        x = left + wide * day / days
        parts.append(f'<path d="M{x:.1f} {top}v{high}" stroke="{GRID}"/>')
        parts.append(text(x, top + high + 18, str(day), 'text-anchor="middle"'))
    for (_, found), colour in zip(curves, COLOURS, strict=False):
        parts += [line(found.start, colour, False), line(found.floor, colour, True)]
    for k, ((words, _), colour) in enumerate(zip(curves, COLOURS, strict=False)):
        parts.append(text(left, top + high + 62 + 18 * k, words, f'fill="{colour}"'))
    end = 62 + 18 * len(curves)
    size = f'viewBox="0 0 660 {top + high + end}" font-family="{FONT}" font-size="13" fill="{INK}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
            "<title>What a party learns that fills its sets to find the other's plans</title>",
            f'<rect width="660" height="{top + high + end}" fill="{PAPER}"/>',
            *parts,
            text(left + wide / 2, top + high + 38, "days of runs; plans stand still", 'text-anchor="middle"'),
            text(left, 14, "share of the hidden cells: of the start level, and dashed of the floor", ""),
            "</svg>\n",
        ]
    )


SHOWN: Final = (200, 2_000, 20_000)


def drawn(hidden: Theatre, days: int, seed: int, tell: Callable[[str], None]) -> str:
    """The picture of several budgets."""
    curves = []
    for cells in SHOWN:
        tell(f"{cells:,} cells a day")
        blind = replace(TERMS, cells_a_day=cells)
        curves.append((f"cells_a_day {cells:,}", learned(hidden, blind, "both", days, seed)))
    return picture(curves, days)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--volumes", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()

    def tell(what: str) -> None:
        print(f"\r{what:<60}", end="", file=sys.stderr, flush=True)

    tell("plans")
    hidden = theatre(asked.volumes, asked.seed)
    rows = []
    for blind, way in CASES:
        tell(f"{blind.terms:,} terms, {blind.cells_a_day:,} cells a day, {ATTACKS[way]}")
        rows.append(Row(blind, way, learned(hidden, blind, way, max(DAYS), asked.seed)))
    if asked.write:
        asked.write.write_text(drawn(hidden, max(DAYS), asked.seed, tell), "utf-8")
    tell("")
    floor = int(hidden.below[-1].sum())
    print(
        f"\rseed {asked.seed}: {hidden.plans:,} hidden plans in {int(hidden.held.sum()):,} of"
        f" {len(hidden.held):,} start cells, {floor:,} cells of the floor\n"
    )
    print(table(rows), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
