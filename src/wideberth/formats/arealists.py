"""Lists of positions in running text: which belong together, where one area ends, and what arcs they have."""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from wideberth.formats.areawords import ARC, is_list_gap, length_in, side
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Point
from wideberth.space.place import Place
from wideberth.space.stated import MAX_RADIUS
from wideberth.space.units import DEGREE, METRE

ARC_GAP = 160
"""Characters of the words of an arc, on either side of its centre."""
ARC_STEP = 1.0
"""Degrees of an arc between two vertices."""
ARC_MISFIT = 0.02, 300.0
"""An end may miss its arc by this part of the radius and so many metres more: whole minutes and roundings."""

LABEL = re.compile(r"(?<![A-Z\d])(?:[A-Z]|\d{1,2})[.)]")


class Spot(Struct, frozen=True):
    """A position at `start:end` of the text."""

    start: int
    end: int
    place: Place


class Arc(Struct, frozen=True):
    """From vertex `after` of a list to the next, about `centre`; `radius` in metres; None: not said."""

    after: int
    centre: Point
    radius: float | None
    clockwise: bool | None


class Run(Struct):
    """Positions that make one list; `labels` are those that numbering stands before."""

    spots: list[Spot]
    labels: list[int]
    arcs: list[Arc]
    closed: bool = False


class Runs:
    """The lists of a text, in order; `arcs` are the stretches of text that speak of arcs."""

    def __init__(self, lists: list[Run], arcs: list[tuple[int, int]]) -> None:
        self.lists = lists
        self.arcs = arcs

    @cached_property
    def _starts(self) -> list[int]:
        return [run.spots[0].start for run in self.lists]

    @cached_property
    def _ends(self) -> list[int]:
        return [run.spots[-1].end for run in self.lists]

    def after(self, at: int) -> int | None:
        """The number of the first list that begins at or after a place in the text."""
        number = bisect.bisect_left(self._starts, at)
        return number if number < len(self.lists) else None

    def before(self, at: int) -> int | None:
        """The number of the last list that ends at or before a place in the text."""
        number = bisect.bisect_right(self._ends, at)
        return number - 1 if number else None


def runs_of(hidden: str, spots: Sequence[Spot]) -> Runs:
    """The lists of positions of a text in which they are blotted out.

    A list goes on over punctuation, numbering and words such as `TO`; it ends with other words, and where its
    first position comes again. Numbering parts lists of three or more; else it numbers the positions.
    """
    runs: list[Run] = []
    stretches: list[tuple[int, int]] = []
    centre: tuple[Spot, str] | None = None
    for i, spot in enumerate(spots):
        gap = hidden[spots[i - 1].end if i else max(0, spot.start - ARC_GAP) : spot.start]
        run = runs[-1] if runs else None
        if centre is not None and run is not None:
            words = f"{centre[1]} {gap}"
            run.arcs.append(Arc(len(run.spots) - 1, centre[0].place.point, length_in(words), side(words)))
            stretches.append((centre[0].start - len(centre[1]), spot.start))
            centre = None
            run.spots.append(spot)
            run.closed = run.spots[0].place.point == spot.place.point
            continue
        if run is not None and not run.closed and _is_centre(gap, spots[i : i + 2]):
            centre = spot, gap
            continue
        joined = bool(i) and is_list_gap(gap)
        if run is None or run.closed or not joined:
            runs.append(Run([spot], [], []))
            continue
        if LABEL.search(gap):
            run.labels.append(len(run.spots))
        run.spots.append(spot)
        run.closed = len(run.spots) > 2 and run.spots[0].place.point == spot.place.point
    return Runs([part for run in runs for part in _parted(run)], stretches)


def _is_centre(gap: str, spots: Sequence[Spot]) -> bool:
    """Whether these words make a position the centre of an arc, and another position follows."""
    if len(gap) > ARC_GAP or not ARC.search(gap):
        return False
    return len(spots) > 1 and spots[1].start - spots[0].end <= ARC_GAP


def _parted(run: Run) -> list[Run]:
    """The lists that numbering parts, where each has three positions or more."""
    cuts = [0, *run.labels, len(run.spots)]
    if run.arcs or len(cuts) < 3 or any(b - a < 3 for a, b in itertools.pairwise(cuts)):
        return [run]
    return [Run(run.spots[a:b], [], []) for a, b in itertools.pairwise(cuts)]


def ring_with_arcs(run: Run) -> tuple[list[tuple[float, float]], list[Circle], int]:
    """The ring of a list in degrees (not closed), circles to be added, how far (0.1 mm) arcs bulge out.

    An arc whose side is not said, or whose ends miss it, is a straight edge and its whole circle: whichever
    side it goes, the area lies in the two together.
    """
    arcs = {arc.after: arc for arc in run.arcs}
    line: list[tuple[float, float]] = []
    circles: list[Circle] = []
    sag = 0.0
    for i, spot in enumerate(run.spots):
        here = _degrees(spot.place.point)
        line.append(here)
        arc = arcs.get(i)
        if arc is None:
            continue
        there = _degrees(run.spots[i + 1].place.point)
        centre = _degrees(arc.centre)
        (first, second), (near, far) = _polar(centre, here, there)
        radius = arc.radius if arc.radius is not None else max(near, far)
        misfit = max(abs(near - radius), abs(far - radius))
        if arc.clockwise is None or misfit > ARC_MISFIT[0] * radius + ARC_MISFIT[1]:
            reach = math.ceil(max(radius, near, far) * METRE)
            circles.append(Circle(arc.centre, min(reach, MAX_RADIUS)))
            continue
        turn = (second - first) % 360 if arc.clockwise else -((first - second) % 360)
        steps = max(1, math.ceil(abs(turn) / ARC_STEP))
        for step in range(1, steps):
            lon, lat, _ = GEOD.fwd(*centre, first + turn * step / steps, radius)
            line.append((float(lon), float(lat)))
        sag = max(sag, radius * (1 - math.cos(math.radians(abs(turn) / steps / 2))) * 1.01 + misfit)
    if len(line) > 1 and line[0] == line[-1]:
        line.pop()
    return line, circles, math.ceil(sag * METRE)


def enclosing(line: Sequence[tuple[float, float]]) -> Circle | None:
    """A circle around all positions and all that geodesics between them enclose; None: too large.

    A circle of less than a quarter of the Earth holds the geodesic between any two of its points.
    """
    x, y, z = (
        sum(values)
        for values in zip(
            *(
                (
                    math.cos(math.radians(lat)) * math.cos(math.radians(lon)),
                    math.cos(math.radians(lat)) * math.sin(math.radians(lon)),
                    math.sin(math.radians(lat)),
                )
                for lon, lat in line
            ),
            strict=True,
        )
    )
    centre = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
    point = round(centre[0] * DEGREE), round(centre[1] * DEGREE)
    reach = max(_distance((point[0] / DEGREE, point[1] / DEGREE), each) for each in line)
    radius = math.ceil((reach + 1) * METRE)
    return Circle(point, radius) if radius <= MAX_RADIUS else None


def _degrees(point: Point) -> tuple[float, float]:
    return point[0] / DEGREE, point[1] / DEGREE


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(GEOD.inv(*a, *b)[2])


def _polar(
    centre: tuple[float, float], here: tuple[float, float], there: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Azimuths (degrees) and distances (metres) of two places from a centre."""
    first, second = GEOD.inv(*centre, *here), GEOD.inv(*centre, *there)
    return (float(first[0]), float(second[0])), (float(first[2]), float(second[2]))
