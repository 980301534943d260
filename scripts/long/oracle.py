"""The oracle: does a pair of volumes conflict, and by how much? Slow and plain.

It shares no code with the package, imports nothing of it, and takes plain dicts. A volume is
`{"ground", "lower", "upper", "start", "end", "band", "pad"}`: ground as in `oracle_ground`, limits
as in `oracle_height`, times in POSIX ms or None, band None or [low, high] in Hz, pad
{"h", "v", "t"} in 0.1 mm and ms. A rule is {"h", "v", "t", "f"}, each an integer or "any"; f may
be None.

Every axis gives a margin as (loose, tight): the gap less the minimum. The axis certainly
conflicts where tight < 0 and is certainly clear where loose >= 0. Time and frequency are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from oracle_ground import Gap, ground_gap
from oracle_height import Cells, Grid, Range, Reference, Side, geoid_over, vertical

Volume = dict[str, Any]
Rule = dict[str, Any]
UNIT = 10_000
Extent = tuple[int | None, int | None]
ALWAYS: Range = (float("-inf"), float("-inf"))


@dataclass(frozen=True)
class Margins:
    """Gap less minimum on every axis as (loose, tight): metres, metres, ms, Hz; and the horizontal gap."""

    h: Range
    v: Range
    t: Range
    f: Range
    minimum: float
    gap: Gap | None

    @property
    def conflict(self) -> bool:
        """Certain conflict: on every axis even the tight margin is below 0."""
        return all(margin[1] < 0 for margin in (self.h, self.v, self.t, self.f))

    def clear(self, tolerance: float) -> bool:
        """Certainly no conflict: on some axis the loose margin is 0 or more (`tolerance` on the ground)."""
        return self.h[0] >= tolerance or any(margin[0] >= 0 for margin in (self.v, self.t, self.f))


def decide(one: Volume, two: Volume, rule: Rule, reference: Reference, grid: Grid) -> Margins:
    """Margins of a pair under one rule (GEOMETRY, Separation: violated when all axes conflict)."""
    minimum = 0.0 if rule["h"] == "any" else (rule["h"] + one["pad"]["h"] + two["pad"]["h"]) / UNIT
    gap = ground_gap(one["ground"], two["ground"])
    return Margins(
        h=ALWAYS if rule["h"] == "any" else (gap.lower - minimum, gap.upper - minimum),
        v=_vertical(one, two, rule, reference, grid),
        t=_time(one, two, rule),
        f=_frequency(one, two, rule),
        minimum=minimum,
        gap=gap,
    )


def _vertical(one: Volume, two: Volume, rule: Rule, reference: Reference, grid: Grid) -> Range:
    if rule["v"] == "any":
        return ALWAYS
    grow = ((0 if rule["h"] == "any" else rule["h"]) + one["pad"]["h"] + two["pad"]["h"]) / UNIT
    everywhere = rule["h"] == "any"
    sides = [
        Side(x["lower"], x["upper"], _cells(x, other, grow, everywhere, grid))
        for x, other in ((one, two), (two, one))
    ]
    loose, tight = vertical(sides[0], sides[1], reference)
    wanted = (rule["v"] + one["pad"]["v"] + two["pad"]["v"]) / UNIT
    # exact quarters of 0.1 mm survive the division; the sums do not need to
    return round(loose - wanted, 9), round(tight - wanted, 9)


def _cells(volume: Volume, other: Volume, grow: float, everywhere: bool, grid: Grid) -> Cells:
    """The geoid over a volume's ground; not looked up where no limit needs it.

    At a horizontal minimum of "any" the grown ground may be taken to be the whole Earth.
    """
    datums = {x[side]["datum"] for x in (volume, other) for side in ("lower", "upper")}
    bounded = datums - {"UNL"}
    if bounded <= {"HAE"} or (len(bounded) == 1 and bounded <= {"MSL", "ALT", "FL"}):
        return Cells((0.0, 0.0), (0.0, 0.0))
    found = geoid_over(volume["ground"], grow, grid)
    return Cells(found.tight, (float(grid.min()) / 100, float(grid.max()) / 100)) if everywhere else found


def _frequency(one: Volume, two: Volume, rule: Rule) -> Range:
    if one["band"] is None or two["band"] is None or rule["f"] in (None, "any"):
        return ALWAYS
    return apart((one["band"][0], one["band"][1]), (two["band"][0], two["band"][1]), 1, rule["f"], 0)


def _time(one: Volume, two: Volume, rule: Rule) -> Range:
    if rule["t"] == "any":
        return ALWAYS
    windows = [(x["start"], x["end"]) for x in (one, two)]
    return apart(windows[0], windows[1], 1_000, rule["t"], one["pad"]["t"] + two["pad"]["t"])


def apart(one: Extent, two: Extent, thinnest: int, minimum: int, pads: int) -> Range:
    """Margin of two extents of whole numbers, None unbounded; below `thinnest` they are widened to it."""
    (a0, a1), (b0, b1) = (_widened(*x, thinnest) for x in (one, two))
    gaps = [low - high for low, high in ((b0, a1), (a0, b1)) if low is not None and high is not None]
    if not gaps:
        return ALWAYS
    exact = float(max(gaps) - minimum - pads)
    # widening by halves: the text rounds outwards, so up to one unit more may count as touched
    halves = sum(_halved(*x, thinnest) for x in (one, two)) / 2
    return exact - halves, exact


def _widened(low: int | None, high: int | None, thinnest: int) -> tuple[Fraction | None, Fraction | None]:
    if low is None or high is None or high - low >= thinnest:
        return None if low is None else Fraction(low), None if high is None else Fraction(high)
    centre = Fraction(low + high, 2)
    return centre - Fraction(thinnest, 2), centre + Fraction(thinnest, 2)


def _halved(low: int | None, high: int | None, thinnest: int) -> bool:
    return low is not None and high is not None and high - low < thinnest and (high - low - thinnest) % 2 == 1
