"""What do coarse disclosures come to when they are told again and again, edited, pooled and asked about?

    python bench/coarse.py                                            some minutes
    python bench/coarse.py --plot docs/img/coarse-telling.svg

Made-up sites, circles of 300 m anywhere in a square, for an hour. Each is told many times: as it was, moved
by up to 100 m, timed anew by up to 10 minutes, cut in two, deleted and filed again. The attacker knows how
far it may have been moved, keeps everything that it was told, and works out where the site can still be.
*Error* is from the middle of that to the truth; *left* is its area. Ways to tell:

*ours*: `desk.releases.view`, level coarse, 10 NM and 1 h. *its size known*: the same views, for an attacker
that also knows the 300 m, and so that a site told in two cells lies at their edge. *two grids*: one
recipient has 10 NM, another 7 NM, and they pool. *random jitter*: a circle of 10 NM around a point that is
drawn anew each time within that of the site. *random grid*: cells of 10 NM whose origin is drawn anew.
*rounding*: the position rounded to 10 NM; it does not hold the site, so conflicts with it are missed.

*Asked*: probes as long as the square, ended where the attacker likes, on edges of the grid and between; it
sees only yes or no, computed on what would be told (`desk.releases.compared`), or on a new jitter, a new
grid. *Moving*: a site that goes 500 m east before each telling; whoever knows that sees it cross an edge.
*Difference*: one recipient is told of two sites as one plan, the other of the first alone.

Exit 1 where ours leaves less than the least cell of the view, as told or as asked, or where jitter and the
random grid leave more than a tenth of that: then the attacker is none.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.coarse_plot import Line, picture
from wideberth.desk.releases import compared, view
from wideberth.model.agreement import Step
from wideberth.model.plan import Plan
from wideberth.space import regions
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.stated import circle
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

Array = NDArray[np.float64]
Chance = np.random.Generator
Box = tuple[float, float, float, float]
"""West, south, east, north in metres from the middle."""

MIDDLE: Final = (33.25, 34.55)
SCALE: Final = (111_320.0 * math.cos(math.radians(MIDDLE[1])), 110_900.0)
HALF: Final = 40_000.0
RADIUS, SHIFT, MINUTES = 300.0, 100.0, 10
STEP: Final = 18_520.0
HOUR: Final = 3_600 * SECOND
BEGIN: Final = 20_000 * 24 * HOUR + 10 * HOUR + 20 * 60 * SECOND
AGREED: Final = Step(10 * NAUTICAL_MILE, 5_000 * FOOT, HOUR)
SEVEN: Final = Step(7 * NAUTICAL_MILE, 5_000 * FOOT, HOUR)
OURS, KNOWN, GRIDS = "ours", "ours, its size known", "ours, two grids pooled"
JITTER, RANDOM, ROUNDED = "random jitter", "random grid", "rounding"
WAYS: Final = (OURS, KNOWN, GRIDS, JITTER, RANDOM, ROUNDED)


class Site(NamedTuple):
    """Metres east and north of the middle; ms."""

    x: float
    y: float
    start: int


class Left(NamedTuple):
    """After so many tellings: metres from the truth, square metres where it can be."""

    error: float
    area: float


def sites(number: int, seed: int) -> list[Site]:
    """Anywhere in the square; the same for the same seed."""
    chance = np.random.default_rng([seed, 1])
    return [Site(x, y, BEGIN) for x, y in chance.uniform(-HALF, HALF, (number, 2)).tolist()]


def edited(site: Site, chance: Chance) -> Site:
    """Moved and timed anew a little."""
    away, turn = SHIFT * math.sqrt(chance.random()), chance.uniform(0, math.tau)
    later = int(chance.integers(-MINUTES * 60, MINUTES * 60 + 1)) * SECOND
    return Site(site.x + away * math.sin(turn), site.y + away * math.cos(turn), site.start + later)


def plan(site: Site, number: int) -> Plan:
    """The site as a plan, another one each time: every third is cut in two, every fifth has a new id."""
    ground = circle(*_lonlat(site.x, site.y), round(RADIUS * METRE))
    end, half = site.start + 40 * 60 * SECOND, site.start + 20 * 60 * SECOND
    spans = [(site.start, half), (half, end)] if number % 3 == 2 else [(site.start, end)]
    top = Altitude("AGL", 400 * FOOT)
    volumes = tuple(Volume(ground, SURFACE, top, *span) for span in spans)
    return Plan("a", f"p-{number // 5}", volumes, activity="drone")


def _lonlat(x: float, y: float) -> tuple[float, float]:
    return round(MIDDLE[0] + x / SCALE[0], 7), round(MIDDLE[1] + y / SCALE[1], 7)


def box_of(volumes: Sequence[Volume]) -> Box:
    """The box around volumes. A small circle touches cells that make one, or miss one of four."""
    bounds = np.array([shapely.bounds(regions.region(each.ground)) for each in volumes]) / DEGREE
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    return (
        (west - MIDDLE[0]) * SCALE[0],
        (south - MIDDLE[1]) * SCALE[1],
        (east - MIDDLE[0]) * SCALE[0],
        (north - MIDDLE[1]) * SCALE[1],
    )


def told(site: Site, number: int, grid: Step = AGREED) -> tuple[Volume, ...]:
    """What the product tells of it."""
    return view(plan(site, number), "coarse", grid).volumes


def attack(way: str, site: Site, most: int, chance: Chance) -> Iterator[Left]:
    """What is left after each telling."""
    if way == JITTER:
        yield from _discs(site, most, chance)
        return
    can = (-math.inf, -math.inf, math.inf, math.inf)
    for number in range(most):
        can = _both(can, _says(way, edited(site, chance), number, chance))
        x, y = (can[0] + can[2]) / 2, (can[1] + can[3]) / 2
        yield Left(math.hypot(x - site.x, y - site.y), max(0.0, can[2] - can[0]) * max(0.0, can[3] - can[1]))


def _says(way: str, now: Site, number: int, chance: Chance) -> Box:
    """Where the site can be, by one telling: in cells, and as much beside them as it may have been moved."""
    if way in (OURS, KNOWN, GRIDS):
        cells = _shown(now, number, SEVEN if way == GRIDS and number % 2 else AGREED)
        if way == KNOWN:
            return _of_known_size(cells)
    elif way == RANDOM:
        west, south = chance.uniform(0, STEP, 2).tolist()
        cells = (*_touched(now.x, west), *_touched(now.y, south))
        cells = (cells[0], cells[2], cells[1], cells[3])
    else:
        x, y = (round(each / STEP) * STEP for each in (now.x, now.y))
        cells = (x - STEP / 2, y - STEP / 2, x + STEP / 2, y + STEP / 2)
    return cells[0] - SHIFT, cells[1] - SHIFT, cells[2] + SHIFT, cells[3] + SHIFT


@lru_cache(maxsize=4_096)
def _shown(site: Site, number: int, grid: Step) -> Box:
    return box_of(told(site, number, grid))


def _touched(at: float, origin: float) -> tuple[float, float]:
    """The cells of a row that a site touches, of a grid with this origin."""
    low, high = math.floor((at - RADIUS - origin) / STEP), math.floor((at + RADIUS - origin) / STEP)
    return low * STEP + origin, (high + 1) * STEP + origin


def _of_known_size(cells: Box) -> Box:
    """One cell wide: inside it. Two cells wide: across the edge between them."""
    found = []
    for low, high in ((cells[0], cells[2]), (cells[1], cells[3])):
        # cells of the grid are at most one and a half steps wide; a row is hardly higher than a step
        if high - low < 1.7 * STEP:
            found.append((low + RADIUS - SHIFT, high - RADIUS + SHIFT))
        else:
            edge, reach = (low + high) / 2, RADIUS + SHIFT + 2
            found.append((edge - reach, edge + reach))
    (west, east), (south, north) = found
    return west, south, east, north


def _both(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _discs(site: Site, most: int, chance: Chance) -> Iterator[Left]:
    """What circles around jittered points have in common."""
    can: shapely.Geometry = shapely.box(-9e5, -9e5, 9e5, 9e5)
    for _ in range(most):
        now = edited(site, chance)
        away, turn = STEP * math.sqrt(chance.random()), chance.uniform(0, math.tau)
        centre = shapely.Point(now.x + away * math.sin(turn), now.y + away * math.cos(turn))
        disc = shapely.buffer(centre, (STEP + SHIFT) * 1.0003, quad_segs=64)
        can = shapely.intersection(can, disc)
        x, y = shapely.get_coordinates(shapely.centroid(can))[0].tolist()
        yield Left(math.hypot(x - site.x, y - site.y), float(shapely.area(can)))


def asked(way: str, site: Site, most: int, chance: Chance) -> Left:
    """What yes and no leave: along each axis, by Bayes' rule, the shortest span that holds 95 %."""
    sides = []
    shown = box_of(compared(plan(site, 0), "coarse", AGREED))
    for axis, true in ((0, site.x), (1, site.y)):
        places = np.linspace(-HALF - 2 * STEP, HALF + 2 * STEP, 4_001)
        chances = np.full(len(places), 1 / len(places))
        for k in range(most // 2):
            # half of the probes end at the median, half around it
            total = np.cumsum(chances)
            probe = float(np.interp(0.5 if k % 2 else chance.random(), total, places))
            # whether anything lies to the west (south) of it
            if way == OURS:
                yes = shown[axis] < probe
                # any cell that begins before the probe: the site lies in it, or beyond
                like = places < probe + (shown[axis + 2] - shown[axis]) if yes else places >= probe
                chances = chances * like
            else:
                reach = STEP if way == JITTER else STEP / 2
                middle = 0.0 if way == JITTER else -STEP / 2
                yes = true + middle + chance.uniform(-reach, reach) < probe
                share = np.clip((probe - places - middle + reach) / (2 * reach), 1e-9, 1 - 1e-9)
                chances = chances * (share if yes else 1 - share)
            chances /= chances.sum()
        total = np.cumsum(chances)
        low, high = (float(np.interp(share, total, places)) for share in (0.025, 0.975))
        sides.append((low, high, float((places * chances).sum()) - true))
    wide = [high - low for low, high, _ in sides]
    return Left(
        math.hypot(*(off for _, _, off in sides)), wide[0] * wide[1] / (0.95**2 if way == OURS else 1)
    )


def moving(site: Site, most: int) -> float:
    """Metres of longitude that are left of where a site began, which goes 500 m east before each telling."""
    west, east = -math.inf, math.inf
    for number in range(most):
        gone = 500.0 * number
        cells = _of_known_size(box_of(told(site._replace(x=site.x + gone), number)))
        west, east = max(west, cells[0] - gone), min(east, cells[2] - gone)
    return east - west


def difference(one: Site, other: Site) -> float | None:
    """Square metres of the cells that are told of both and not of the first; None where they are the same."""
    first, both = plan(one, 0), plan(other, 0)
    both = Plan("a", "p-1", (*first.volumes, *both.volumes), activity="drone")
    grounds = [
        regions.together([regions.region(each.ground) for each in view(of, "coarse", AGREED).volumes])
        for of in (first, both)
    ]
    left = regions.square_metres(shapely.difference(grounds[1], grounds[0]))
    return left or None


def least(shown: Sequence[Site]) -> float:
    """Square metres of the smallest cell that any of the sites is told in."""
    return min(map(_area, shown))


def _area(site: Site) -> float:
    west, south, east, north = box_of(told(site, 0))
    return (east - west) * (north - south)


def marks(most: int) -> list[int]:
    """1, 2, 5, 10 … up to `most`."""
    return [k * 10**p for p in range(6) for k in (1, 2, 5) if k * 10**p <= most]


def run(number: int, most: int, seed: int) -> dict[str, dict[int, list[Left]]]:
    """By way and number of tellings, what is left of each site."""
    found: dict[str, dict[int, list[Left]]] = {way: {k: [] for k in marks(most)} for way in WAYS}
    for k, site in enumerate(sites(number, seed)):
        for way in WAYS:
            # the same edits for every way that draws nothing else
            chance = np.random.default_rng([seed, k])
            for told_times, left in enumerate(attack(way, site, marks(most)[-1], chance), 1):
                if told_times in found[way]:
                    found[way][told_times].append(left)
    return found


def check(found: dict[str, dict[int, list[Left]]], floor: float) -> list[str]:
    """What is not as claimed, in words; nothing where all is."""
    most = max(found[OURS])
    wrong = [
        f"ours leaves {left.area / 1e6:,.1f} km², less than a cell: {floor / 1e6:,.1f} km²"
        for left in found[OURS][most]
        if left.area < floor * 0.999
    ]
    for way in (JITTER, RANDOM):
        area = float(np.median([left.area for left in found[way][most]]))
        if most >= 100 and area > floor / 10:
            wrong.append(f"{way} still leaves {area / 1e6:,.1f} km² after {most} tellings")
    return wrong


def _row(way: str, lefts: Sequence[Left]) -> str:
    errors, areas = ([left[k] for left in lefts] for k in (0, 1))
    low, middle = np.percentile(areas, [5, 50]).tolist()
    return (
        f"{way:<24}{float(np.median(errors)):>10,.0f} m{float(np.max(errors)):>10,.0f} m"
        f"{middle / 1e6:>14,.3f} km²{low / 1e6:>14,.3f} km²"
    )


def lines(found: dict[str, dict[int, list[Left]]], of: Callable[[Left], float]) -> list[Line]:
    """The median over the sites, by way."""
    return [
        Line(way, tuple((k, float(np.median([of(left) for left in lefts]))) for k, lefts in by.items()))
        for way, by in found.items()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=30)
    parser.add_argument("--tellings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    shown = sites(options.sites, options.seed)
    floor = least(shown)
    found = run(options.sites, options.tellings, options.seed)
    most = max(found[OURS])
    print(f"{options.sites} sites; the smallest cell is {floor / 1e6:,.1f} km²\n")
    for number in (1, most):
        print(
            f"after {number:,} tellings        error: median         most    left: median      least but 5 %"
        )
        print("\n".join(_row(way, found[way][number]) for way in WAYS), end="\n\n")
    questions: dict[str, list[Left]] = {}
    for way in (OURS, JITTER, RANDOM):
        chance = np.random.default_rng([options.seed, 99])
        questions[way] = [asked(way, site, most, chance) for site in shown]
    print(f"after {most:,} questions")
    print("\n".join(_row(way, lefts) for way, lefts in questions.items()), end="\n\n")
    edges = sum(_area(site) > 1.7 * floor for site in shown)
    print(f"told in more than one cell, so that who knows its size knows its edge: {edges} of {len(shown)}")
    gone = [moving(site, 60) for site in shown[:10]]
    middle = float(np.median(gone))
    print(f"moving 500 m a telling, 60 tellings: {middle:,.0f} m left of where it began (median)")
    pairs = [difference(*pair) for pair in pairwise(shown)]
    smallest = min((each for each in pairs if each is not None), default=0.0)
    print(f"difference of two plans, the smallest of {len(pairs)}: {smallest / 1e6:,.1f} km²")
    wrong = check(found, floor)
    low = min(left.area for left in questions[OURS])
    if low < 0.9 * floor:
        wrong.append(f"questions leave {low / 1e6:,.1f} km² of ours")
    if options.json:
        options.json.write_text(json.dumps({"told": found, "asked": questions, "floor": floor}), "utf-8")
    if options.plot:
        errors, areas = lines(found, lambda left: left.error), lines(found, lambda left: left.area / 1e6)
        options.plot.write_text(picture(errors, areas, floor / 1e6), "utf-8")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
