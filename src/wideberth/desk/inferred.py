"""What the tellings of one record have in common, and which records could be one place.

The floor under `inference`: the ground, moment by moment. Where tellings of a record contradict one another
it has changed between them; then those count together that can be true together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import chain, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import shapely
from msgspec import Struct, structs

from wideberth.model.agreement import Step
from wideberth.space import regions
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum
from wideberth.space.coarse import Coarse, Grid
from wideberth.space.ground import Ground
from wideberth.space.lattice import Lattice, apart, cell
from wideberth.space.regions import Region
from wideberth.space.volume import Volume

LINKED: Final = 200
"""Where more grounds than this hang together as perhaps one place, they are compared two by two."""
NAMED: Final = 20
"""So many records are named that could be the same as one; of more the number is said."""
_NEVER, _EVER = -(10**18), 10**18
"""ms: for windows that are not bounded."""

Volumes = tuple[Volume, ...]


class Cell(Struct, frozen=True):
    """Where something is, as far as is known: on the ground, in height, in time. Everything rounded down.

    Attributes:
        north_south, east_west: of the box around it, 0.1 mm.
        area_m2: of the ground itself, square metres.
        lower, upper: the limits of height as told, in the datum in which they are nearest to each other; None
            where a telling has several.
        height: between them, 0.1 mm; None where no number is known.
        from_ms, until_ms: POSIX ms; None: not bounded.
    """

    north_south: int
    east_west: int
    area_m2: int
    lower: Altitude | None
    upper: Altitude | None
    height: int | None
    from_ms: int | None
    until_ms: int | None

    @property
    def window(self) -> int | None:
        """How long, ms; None: not bounded."""
        if self.from_ms is None or self.until_ms is None:
            return None
        return self.until_ms - self.from_ms


class Telling(NamedTuple):
    """What one telling says: its volumes, and of which grid the cells are, where it is coarse."""

    volumes: Volumes
    grid: Step | None


class Known(NamedTuple):
    """What is known of one record.

    Attributes:
        cell: what all its tellings have in common; where they contradict, the smallest that some have.
        moment: the smallest ground at one moment.
        seam: as `inference.Place` has it.
        footprint: the ground of `cell`.
        told: the ground of everything that was told of it.
        window: of everything that was told of it, ms.
        tellings: the different ones.
    """

    cell: Cell
    moment: Cell
    seam: tuple[int, int] | None
    footprint: Region
    told: Region
    window: tuple[int, int]
    tellings: tuple[Telling, ...]


class _Moment(NamedTuple):
    """Half-open, ms; where it then can be by these tellings (by their numbers as bits) and by no other."""

    start: int
    end: int
    held: int
    region: Region


@lru_cache(maxsize=16_384)
def known(tellings: tuple[Telling, ...]) -> Known:
    """What is known by different tellings of one record, at least one, each of at least one volume.

    The answer does not depend on their order, but for the order of `tellings`.
    """
    moments = _moments([each.volumes for each in tellings])
    sets = _largest({each.held for each in moments})
    cells = []
    for held in sets:
        those = [each for each in moments if each.held == held]
        region = regions.together([each.region for each in those])
        span = min(each.start for each in those), max(each.end for each in those)
        cells.append((_cell(region, _of(tellings, held), span), region))
    best, footprint = min(cells, key=lambda each: _order(each[0]))
    everything = [volume for each in tellings for volume in each.volumes]
    limits = [window(each) for each in everything]
    return Known(
        best,
        min((_at(tellings, each) for each in _narrowest(moments)), key=_order),
        _seam(tellings),
        footprint,
        ground(tuple(dict.fromkeys(each.ground for each in everything))),
        (min(start for start, _ in limits), max(end for _, end in limits)),
        tellings,
    )


class Same(NamedTuple):
    """Which records could be the same place: `classes` of keys told alike, and of each class which others.

    Of two in one class, or in two that are `near` each other, neither can be told from the other.
    """

    classes: list[list[str]]
    near: list[set[int]]

    def groups(self) -> list[list[int]]:
        """The classes in groups that hang together."""
        left, found = set(range(len(self.classes))), []
        while left:
            group, waiting = [], [min(left)]
            left.discard(waiting[0])
            while waiting:
                group.append(waiting.pop())
                new = self.near[group[-1]] & left
                left -= new
                waiting += sorted(new)
            found.append(sorted(group))
        return found

    def others(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """Of each record how many others could be the same, and the first of them by key."""
        found = {}
        for number, keys in enumerate(self.classes):
            about = [self.classes[k] for k in sorted({number, *self.near[number]})]
            many = sum(map(len, about)) - 1
            first = nsmallest(NAMED + 1, chain.from_iterable(about))
            for key in keys:
                found[key] = many, tuple(each for each in first if each != key)[:NAMED]
        return found


def same(every: Mapping[str, Known]) -> Same:
    """Which could be the same: ground in common, and times that touch."""
    by_class: dict[tuple[bytes, tuple[int, int]], list[str]] = defaultdict(list)
    for key in sorted(every):
        by_class[shapely.to_wkb(every[key].told), every[key].window].append(key)
    classes = list(by_class.values())
    grounds = np.array([every[keys[0]].told for keys in classes], dtype=object)
    spans = np.array([every[keys[0]].window for keys in classes], dtype=np.int64).reshape(-1, 2)
    tree = shapely.STRtree(grounds)
    near: list[set[int]] = [set() for _ in classes]
    for turn in (-1, 0, 1):
        moved = np.array([regions.turned(each, turn) for each in grounds], dtype=object)
        one, other = tree.query(moved, predicate="intersects")
        touch = (spans[one, 0] <= spans[other, 1]) & (spans[other, 0] <= spans[one, 1]) & (one != other)
        one, other = one[touch], other[touch]
        inner = shapely.relate_pattern(moved[one], grounds[other], "T********")
        for a, b in zip(one[inner].tolist(), other[inner].tolist(), strict=True):
            near[a].add(b)
            near[b].add(a)
    return Same(classes, near)


def linked(every: Mapping[str, Known], alike: Same) -> dict[str, Cell]:
    """Of each record the smallest part that it has in common with others that could be the same."""
    found: dict[str, Cell] = {}
    for group in alike.groups():
        by_ground: dict[bytes, list[str]] = defaultdict(list)
        for key in chain.from_iterable(alike.classes[k] for k in group):
            by_ground[shapely.to_wkb(every[key].footprint)].append(key)
        sets = list(by_ground.values())
        if len(sets) <= LINKED:
            pieces = _shared(every, sets)
        else:
            pieces = [
                piece
                for k in group
                for other in alike.near[k] | {k}
                if other >= k
                for piece in _shared(every, [alike.classes[k], alike.classes[other]])
            ]
        for _, region, keys in sorted(pieces, key=itemgetter(0)):
            spans = {_span(every[key].cell) for key in keys}
            for key in keys:
                if len(keys) > 1 and key not in found:
                    found[key] = _part_of(every[key].cell, region, spans)
    return found


def _shared(
    every: Mapping[str, Known], sets: Sequence[Sequence[str]]
) -> list[tuple[float, Region, list[str]]]:
    """What records cover, by which: square metres, where, their keys. Those of one set have one ground."""
    return [
        (
            regions.square_metres(region),
            region,
            [key for k, keys in enumerate(sets) if held >> k & 1 for key in keys],
        )
        for held, region in regions.parts([every[keys[0]].footprint for keys in sets])
    ]


def _part_of(of: Cell, region: Region, spans: Iterable[tuple[int, int]]) -> Cell:
    """A cell on a part of its ground, and the shortest window that it has in common with one of the spans."""
    north_south, east_west = regions.extents(region)
    start, end = _span(of)
    shared = [(max(start, first), min(end, last)) for first, last in spans]
    first, last = min((each for each in shared if each[0] < each[1]), key=lambda each: each[1] - each[0])
    return structs.replace(
        of,
        north_south=north_south,
        east_west=east_west,
        area_m2=int(regions.square_metres(region)),
        from_ms=None if first == _NEVER else first,
        until_ms=None if last == _EVER else last,
    )


@lru_cache(maxsize=16_384)
def ground(grounds: tuple[Ground, ...]) -> Region:
    """Grounds as one region."""
    return regions.together([_region(each) for each in grounds])


@lru_cache(maxsize=16_384)
def _region(of: Ground) -> Region:
    return regions.region(of)


def window(volume: Volume) -> tuple[int, int]:
    """From when until when, ms; a moment lasts one."""
    start = _NEVER if volume.start is None else volume.start
    return start, _EVER if volume.end is None else max(volume.end, start + 1)


def _span(of: Cell) -> tuple[int, int]:
    return (
        _NEVER if of.from_ms is None else of.from_ms,
        _EVER if of.until_ms is None else of.until_ms,
    )


def _moments(tellings: Sequence[Volumes]) -> list[_Moment]:
    """Where it can be, between any two limits of time that were told."""
    limits = sorted({limit for volumes in tellings for each in volumes for limit in window(each)})
    told: dict[tuple[tuple[int, Region], ...], list[regions.Part]] = {}
    found = []
    for start, end in pairwise(limits):
        active = [
            (number, tuple(each.ground for each in volumes if _during(each, start, end)))
            for number, volumes in enumerate(tellings)
        ]
        there = tuple((number, ground(grounds)) for number, grounds in active if grounds)
        if there not in told:
            told[there] = regions.parts([each for _, each in there]) if there else []
        found += [
            _Moment(start, end, sum(1 << there[k][0] for k in range(len(there)) if held >> k & 1), region)
            for held, region in told[there]
        ]
    return found


def _during(volume: Volume, start: int, end: int) -> bool:
    first, last = window(volume)
    return first <= start and end <= last


def _largest(sets: Iterable[int]) -> list[int]:
    """The sets that are part of no other, as bits."""
    every = sorted(set(sets))
    return [each for each in every if not any(each & other == each != other for other in every)]


def _narrowest(moments: Sequence[_Moment]) -> list[_Moment]:
    """At each moment what lies in as many tellings as can be."""
    by_time: dict[int, list[_Moment]] = defaultdict(list)
    for each in moments:
        by_time[each.start].append(each)
    kept = []
    for those in by_time.values():
        best = _largest(each.held for each in those)
        kept += [each for each in those if each.held in best]
    return kept


def _of(tellings: Sequence[Telling], held: int) -> list[Telling]:
    return [each for k, each in enumerate(tellings) if held >> k & 1]


def _at(tellings: Sequence[Telling], moment: _Moment) -> Cell:
    those = [
        each._replace(volumes=tuple(v for v in each.volumes if _during(v, moment.start, moment.end)))
        for each in _of(tellings, moment.held)
    ]
    return _cell(moment.region, those, (moment.start, moment.end))


def _order(of: Cell) -> tuple[int, int, int, int, int]:
    """Which of two cells says more; the last figure only makes the order whole."""
    start, end = _span(of)
    return of.area_m2, end - start, of.north_south, of.east_west, start


def _cell(region: Region, tellings: Sequence[Telling], span: tuple[int, int]) -> Cell:
    north_south, east_west = regions.extents(region)
    lower, upper, height = _heights([each.volumes for each in tellings])
    return Cell(
        north_south,
        east_west,
        int(regions.square_metres(region)),
        lower,
        upper,
        height,
        None if span[0] == _NEVER else span[0],
        None if span[1] == _EVER else span[1],
    )


def _heights(tellings: Sequence[Volumes]) -> tuple[Altitude | None, Altitude | None, int | None]:
    """The limits that all tellings have in common, by the datum in which that is least; and between them.

    No datum is turned into another. Tellings that contradict one another leave nothing between the limits.
    """
    lows: dict[Datum, int] = {}
    highs: dict[Datum, int] = {}
    for volumes in tellings:
        lower = {_zero(each.lower).datum for each in volumes}
        upper = {_zero(each.upper).datum for each in volumes}
        if len(lower) == 1:
            datum, low = lower.pop(), min(each.lower.value for each in volumes)
            lows[datum] = max(lows.get(datum, low), low)
        if len(upper) == 1:
            datum, high = upper.pop(), max(each.upper.value for each in volumes)
            highs[datum] = min(highs.get(datum, high), high)
    spans = {datum: max(0, highs[datum] - lows[datum]) for datum in lows if datum in highs}
    if spans:
        height, datum = min((each, datum) for datum, each in spans.items())
        return _limit(datum, lows[datum]), _limit(datum, max(lows[datum], highs[datum])), height
    below, above = (min(each.items(), default=None) for each in (lows, highs))
    return None if below is None else _limit(*below), None if above is None else _limit(*above), None


def _zero(limit: Altitude) -> Altitude:
    """The surface is 0 above ground."""
    return Altitude("AGL") if limit == SURFACE else limit


def _limit(datum: Datum, value: int) -> Altitude:
    if datum == "UNL":
        return UNLIMITED
    return SURFACE if (datum, value) == ("AGL", 0) else Altitude(datum, value)


def _seam(tellings: Sequence[Telling]) -> tuple[int, int] | None:
    """What all cells of all tellings have in common; None as well where a telling is not coarse."""
    boxes: list[Region] = []
    for volumes, grid in tellings:
        if grid is None:
            return None
        shown = ground(tuple(dict.fromkeys(each.ground for each in volumes)))
        # cells that share a point are of two rows at most, and a row is little higher than a step
        if regions.extents(shown)[0] > 3 * grid.h:
            return None
        codes = Coarse(volumes, Grid(grid.h, grid.v, grid.t)).cells(0)
        if codes is None:
            return None
        sides = np.stack(Lattice(grid.h).box(*apart(np.array(codes, dtype=np.int64))), -1)
        boxes += [_region(cell(*each)) for each in sides.tolist()]
    return regions.shared(boxes)
