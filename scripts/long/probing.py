"""An attacker who files notices of its own and sees only whether they conflict: how much does it find out?

    python scripts/long/probing.py                          some minutes
    python scripts/long/probing.py --write docs/img/probing.svg

It knows the agreement and the public grid, and asks as cleverly as yes and no allow: first whole squares,
then ever finer along rays from all sides, then the hours and the heights. Against a coarse and a
conflict-only plan it never gets below the coarse view, however often it asks; against a node that answered
from the true volumes (which ours does not) it would. The picture in docs/disclosure.md is made here.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from msgspec import structs
from numpy.typing import NDArray

from wideberth.conflict.find import find
from wideberth.desk import releases
from wideberth.formats import geoidgrid
from wideberth.model.agreement import Disclosure, Rules
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.render.svg import FONT, GRID, INK, PAPER
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Polygon
from wideberth.space.lattice import cell
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle, corridor
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

HOUR = 3_600 * SECOND
MIDDLE = (33.25, 34.55)
RULE = Rule(3 * NAUTICAL_MILE, 3_000 * FOOT, 300 * SECOND)
TABLE = SeparationTable((Row((EVERY, EVERY), (RULE,)),), "probing")
COARSE = Rules().coarse
PLAN = Plan(
    "hidden",
    "p-hidden",
    (
        Volume(
            corridor([(33.05, 34.50), (33.45, 34.62)], 1_852 * METRE, "geodesic"),
            Altitude("FL", 11_000 * FOOT),
            Altitude("FL", 14_000 * FOOT),
            10 * HOUR + 20 * 60 * SECOND,
            11 * HOUR + 5 * 60 * SECOND,
        ),
    ),
    "crewed",
)
TRUST = 0.995
"""Of the separation: what a flat map of the place may get wrong, so that no place is ruled out by mistake."""


def reference() -> VerticalReference:
    """What altitudes are measured against when nothing is agreed."""
    return VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))


class Map:
    """The places that the attacker does not know to be clear: a raster about MIDDLE."""

    def __init__(self, half: float, number: int) -> None:
        """`half` of its side in metres, `number` of places along a side."""
        self.metres = np.array([111_200.0 * math.cos(math.radians(MIDDLE[1])), 110_900.0])
        self.half = half
        side = (np.arange(number) + 0.5) / number * 2 * half - half
        self.x, self.y = (each.ravel() for each in np.meshgrid(side, side))
        self.possible = np.ones(len(self.x), dtype=bool)
        self.each = (2 * half / number / 1_000) ** 2

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of metres from the middle."""
        return MIDDLE[0] + x / self.metres[0], MIDDLE[1] + y / self.metres[1]

    @property
    def area(self) -> float:
        """Square kilometres where the hidden plan may still be."""
        return float(self.possible.sum()) * self.each

    def clear(self, box: tuple[float, float, float, float], around: float) -> None:
        """Nothing is within `around` metres of a box in metres."""
        west, south, east, north = box
        away = np.hypot(
            np.maximum(0.0, np.maximum(west - self.x, self.x - east)),
            np.maximum(0.0, np.maximum(south - self.y, self.y - north)),
        )
        self.possible &= away >= around * TRUST

    def inside(self, shown: Sequence[Volume]) -> NDArray[np.bool_]:
        """Which places lie in the volumes."""
        lon, lat = self.place(self.x, self.y)  # type: ignore[arg-type]  # arrays do as well as numbers
        held = np.zeros(len(self.x), dtype=bool)
        for each in shown:
            assert isinstance(each.ground, Polygon)
            rings = [[(a / DEGREE, b / DEGREE) for a, b in ring] for ring in each.ground.rings]
            held |= shapely.contains_xy(shapely.Polygon(rings[0], rings[1:]), lon, lat)
        return held


class Learned(NamedTuple):
    """After each answer: the area that is left in km²; at the end the window (ms) and the band (0.1 mm)."""

    areas: list[float]
    window: tuple[int, int]
    band: tuple[int, int]


class Attacker:
    """Asks, and counts."""

    def __init__(self, compared: Sequence[Volume], where: Map, air: VerticalReference, most: int) -> None:
        self.theirs = Plan("hidden", "n-hidden", tuple(compared), "crewed")
        self.map, self.air, self.most = where, air, most
        self.areas: list[float] = []

    @property
    def done(self) -> bool:
        return len(self.areas) >= self.most

    def asks(self, probe: Volume) -> bool:
        """Whether the notice conflicts: the one bit that the attacker gets."""
        found = find([Plan("asks", "n-1", (probe,), "crewed"), self.theirs], TABLE, self.air)
        self.areas.append(self.map.area)
        return found.count > 0

    def asks_box(self, box: tuple[float, float, float, float]) -> bool:
        """Whether anything is near a box in metres, at any time and height; what is clear is ruled out."""
        (west, south), (east, north) = self.map.place(*box[:2]), self.map.place(*box[2:])
        if box[2] - box[0] < 100:
            near = self.asks(Volume(circle(round(west, 7), round(south, 7), 0)))
        else:
            near = self.asks(Volume(cell(*(round(c * DEGREE) for c in (west, south, east, north)))))
        if not near:
            self.map.clear(box, RULE.h / METRE if isinstance(RULE.h, int) else 0.0)
            self.areas[-1] = self.map.area
        return near

    def squares(self, box: tuple[float, float, float, float], least: float) -> None:
        """Quarters of quarters, down to a size in metres: a square that is near nothing is done with."""
        waiting = [box]
        while waiting and not self.done:
            west, south, east, north = waiting.pop(0)
            if self.asks_box((west, south, east, north)) and east - west > 2 * least:
                x, y = (west + east) / 2, (south + north) / 2
                waiting += [(west, south, x, y), (x, south, east, y)]
                waiting += [(west, y, x, north), (x, y, east, north)]

    def rays(self, fine: float) -> None:
        """From the edge of the map towards what is left, from all sides: the last place that is clear."""
        for k in range(10**6):
            if self.done or not self.map.possible.any():
                return
            angle = math.tau * ((k * 0.6180339887) % 1.0)
            x0, y0 = (float(side[self.map.possible].mean()) for side in (self.map.x, self.map.y))
            # beside the middle as well, so that long shapes are seen from all along
            spread = float(self.map.x[self.map.possible].std()) * ((k * 0.7548776662) % 1.0 - 0.5) * 3
            low, high = 0.0, self.map.half
            while high - low > fine and not self.done:
                away = (low + high) / 2
                x, y = x0 + spread + away * math.sin(angle), y0 + away * math.cos(angle)
                low, high = (away, high) if self.asks_box((x, y, x, y)) else (low, away)

    def bound(self, probe: Callable[[int], Volume], near: int, clear: int, fine: int) -> int:
        """Between a value that conflicts and one that does not: the last that does, to `fine`."""
        while abs(clear - near) > fine:
            middle = (near + clear) // 2
            near, clear = (middle, clear) if self.asks(probe(middle)) else (near, middle)
        return clear


def attack(level: Disclosure | None, number: int, most: int, air: VerticalReference) -> Learned:
    """What is learned of PLAN by `most` answers and those about hours and heights.

    Args:
        level: of disclosure; None stands for a node that would answer from the true volumes.
        number: places along a side of the map.
        most: answers about where it is.
        air: for altitudes.
    """
    shown = PLAN.volumes if level is None else releases.compared(PLAN, level, COARSE)
    where = Map(150_000.0, number)
    attacker = Attacker(shown, where, air, most)
    attacker.squares((-where.half, -where.half, where.half, where.half), 5_000.0)
    attacker.rays(50.0)
    spot = MIDDLE
    here = Volume(Circle((round(spot[0] * DEGREE), round(spot[1] * DEGREE)), 0))
    start, end = PLAN.volumes[0].start or 0, PLAN.volumes[0].end or 0

    def until(ms: int) -> Volume:
        return structs.replace(here, start=ms - SECOND, end=ms)

    def at(height: int) -> Volume:
        return structs.replace(here, lower=Altitude("FL", height), upper=Altitude("FL", height))

    gap_t, gap_v = (each if isinstance(each, int) else 0 for each in (RULE.t, RULE.v))
    window = (
        attacker.bound(until, (start + end) // 2, start - 24 * HOUR, SECOND) + gap_t,
        attacker.bound(until, (start + end) // 2, end + 24 * HOUR, SECOND) - gap_t,
    )
    band = (
        attacker.bound(at, 12_000 * FOOT, -60_000 * FOOT, FOOT) + gap_v,
        attacker.bound(at, 12_000 * FOOT, 90_000 * FOOT, FOOT) - gap_v,
    )
    return Learned(attacker.areas, window, band)


def floor(number: int) -> float:
    """Square kilometres of the coarse view, on the same raster."""
    where = Map(150_000.0, number)
    return float(where.inside(releases.compared(PLAN, "coarse", COARSE)).sum()) * where.each


def check(learned: Learned, number: int) -> None:
    """The attacker knows no more than the coarse view. Raises: AssertionError."""
    shown = releases.compared(PLAN, "coarse", COARSE)
    assert min(learned.areas) >= floor(number)
    # a second, a foot and what the certified gap is short of the true one
    assert learned.window[0] <= (shown[0].start or 0) + 2 * SECOND
    assert learned.window[1] >= (shown[-1].end or 0) - 2 * SECOND
    assert learned.band[0] <= shown[0].lower.value + 2 * METRE
    assert learned.band[1] >= shown[0].upper.value - 2 * METRE


def picture(coarse: Sequence[float], true: Sequence[float], bottom: float, own: float) -> str:
    """The area that is left, against the number of answers, as SVG; both axes logarithmic."""
    left, top, wide, high = 84, 20, 556, 300
    most, low, up = len(coarse), 50.0, 100_000.0

    def x(answers: float) -> float:
        return left + wide * math.log10(max(answers, 1)) / math.log10(most)

    def y(area: float) -> float:
        return top + high * (math.log10(up) - math.log10(min(max(area, low), up))) / math.log10(up / low)

    def text(at_x: float, at_y: float, words: str, more: str = "") -> str:
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" {more}>{words}</text>'

    def line(areas: Sequence[float], colour: str) -> str:
        points = " ".join(f"{x(k + 1):.1f},{y(area):.1f}" for k, area in enumerate(areas) if _drawn(k))
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'

    def across(area: float, words: str) -> Iterator[str]:
        yield (
            f'<line x1="{left}" x2="{left + wide}" y1="{y(area):.1f}" y2="{y(area):.1f}" stroke="{INK}"'
            f' stroke-dasharray="6 4"/>'
        )
        yield text(left + 6, y(area) + 15, words)

    ticks = []
    for area in (100, 1_000, 10_000, 100_000):
        ticks.append(f'<path d="M{left} {y(area):.1f}h{wide}" stroke="{GRID}"/>')
        ticks.append(text(left - 8, y(area) + 4, f"{area:,}", 'text-anchor="end"'))
    for answers in (1, 10, 100, 1_000):
        if answers <= most:
            ticks.append(f'<path d="M{x(answers):.1f} {top}v{high}" stroke="{GRID}"/>')
            ticks.append(text(x(answers), top + high + 18, f"{answers:,}", 'text-anchor="middle"'))
    size = f'viewBox="0 0 660 380" font-family="{FONT}" font-size="13" fill="{INK}"'
    upwards = f'transform="translate(14 {top + high / 2}) rotate(-90)" text-anchor="middle"'
    end = 'text-anchor="end"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        "<title>What an attacker learns from yes and no</title>",
        f'<rect width="660" height="380" fill="{PAPER}"/>',
        *ticks,
        line(true, "#d55e00"),
        line(coarse, "#0072b2"),
        *across(bottom, f"the coarse view: {bottom:,.0f} km²"),
        *across(own, f"the plan itself: {own:,.0f} km²"),
        text(x(most) - 4, y(coarse[-1]) - 34, "answers as they are computed", f'{end} fill="#0072b2"'),
        text(x(most) - 4, y(true[-1]) - 52, "if the true volumes answered", f'{end} fill="#d55e00"'),
        text(left + wide / 2, 374, "answers (yes or no) that the attacker has got", 'text-anchor="middle"'),
        f"<text {upwards}>area where the plan may still be, km²</text>",
        "</svg>\n",
    ]
    return "\n".join(parts)


def _drawn(k: int) -> bool:
    """Fewer points where they would lie on each other."""
    return k < 300 or k % 5 == 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=1_500)
    parser.add_argument("--places", type=int, default=300)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    air = reference()
    hidden: tuple[Disclosure, ...] = ("coarse", "conflict-only")
    learned = {level: attack(level, options.places, options.answers, air) for level in hidden}
    for level, found in learned.items():
        check(found, options.places)
        print(f"{level}: {found.areas[-1]:,.0f} km² left after {len(found.areas):,} answers", end="; ")
        print(f"hours {found.window[0] / HOUR:.3f} to {found.window[1] / HOUR:.3f}", end="; ")
        print(f"FL {found.band[0] / FOOT:,.0f} to {found.band[1] / FOOT:,.0f} ft")
    true = attack(None, options.places, options.answers, air)
    print(f"if the true volumes answered: {true.areas[-1]:,.0f} km²", end="; ")
    print(f"hours {true.window[0] / HOUR:.3f} to {true.window[1] / HOUR:.3f}", end="; ")
    print(f"FL {true.band[0] / FOOT:,.0f} to {true.band[1] / FOOT:,.0f} ft")
    if options.write:
        own = 38.8 * 2 * 1.852 + math.pi * 1.852**2
        drawn = picture(learned["coarse"].areas, true.areas, floor(options.places), own)
        options.write.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
