"""Cells of the public grid as few polygons: each connected part by its outline, with its holes.

What comes out depends only on the region that the cells cover, not on the size of the cells nor on their
order: no vertex stands on a straight edge, rings begin at their least vertex. Parts that meet only at a
corner are apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from wideberth.space.ellipsoid import Index
from wideberth.space.ground import HALF_TURN, Point, Polygon
from wideberth.space.lattice import QUARTER
from wideberth.space.runs import Run, connected

_Ring = tuple[Point, ...]
_Span = tuple[int, int]


def outlines(cells: Index, boxes: Index) -> tuple[Polygon, ...]:
    """Polygons that together are the cells, and do not overlap.

    Args:
        cells: as `lattice.together`, sorted, at least one, of one level.
        boxes: (4, n), as `Lattice.box` has them.
    """
    runs = _runs(cells, boxes)
    if max(each.east for each in runs) - min(each.west for each in runs) > QUARTER:
        # so that no ring runs around the Earth or holds half of it, and no edge is half a turn
        runs = [part for each in runs for part in _quartered(each)]
    return tuple(sorted(map(_outline, _parts(runs)), key=_rings_of))


def _rings_of(polygon: Polygon) -> tuple[_Ring, ...]:
    return polygon.rings


def _runs(cells: Index, boxes: Index) -> list[Run]:
    """The cells in runs, by rows from the south and by columns from the west."""
    begins = np.append(True, np.diff(cells) != 1)  # the next row is 2^32 away
    ends = np.append(begins[1:], True)
    west, south, _, north = boxes[:, begins]
    return [Run(*each) for each in np.stack([south, north, west, boxes[2, ends]], -1).tolist()]


def _quartered(run: Run) -> Iterator[Run]:
    inner = [lon for lon in range(-QUARTER, HALF_TURN, QUARTER) if run.west < lon < run.east]
    for west, east in pairwise((run.west, *inner, run.east)):
        yield run._replace(west=west, east=east)


def _parts(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of each connected part. Runs of one row never join directly: cut ones stay apart."""
    grouped: dict[int, list[Run]] = defaultdict(list)
    for run, part in zip(runs, connected(runs), strict=True):
        grouped[part].append(run)
    return list(grouped.values())


def _outline(runs: Sequence[Run]) -> Polygon:
    """One connected part as a polygon."""
    rings = sorted(_rings(_edges(runs)))
    (outer,) = (ring for ring in rings if _twice_area(ring) > 0)
    return Polygon((outer, *(ring for ring in rings if ring is not outer)), "lonlat")


def _edges(runs: Sequence[Run]) -> dict[Point, list[Point]]:
    """From each corner where to the boundary runs on, with the region on its left."""
    after: dict[Point, list[Point]] = defaultdict(list)
    below: dict[int, list[_Span]] = defaultdict(list)
    above: dict[int, list[_Span]] = defaultdict(list)
    for south, north, west, east in runs:
        after[west, north].append((west, south))
        after[east, south].append((east, north))
        below[north].append((west, east))
        above[south].append((west, east))
    for lat in {*below, *above}:
        under, over = below[lat], above[lat]
        for west, east in _only(over, under):
            after[west, lat].append((east, lat))
        for west, east in _only(under, over):
            after[east, lat].append((west, lat))
    return after


def _only(these: Iterable[_Span], others: Iterable[_Span]) -> Iterator[_Span]:
    """What these cover and the others do not; each list in order and without overlaps."""
    left = list(others)
    for begin, end in these:
        at = begin
        for low, high in left:
            if high <= at or low >= end:
                continue
            if low > at:
                yield at, low
            at = max(at, high)
        if at < end:
            yield at, end


def _rings(after: dict[Point, list[Point]]) -> Iterator[_Ring]:
    """The boundary in rings that touch themselves nowhere: one that comes back to a corner is cut there."""
    # of the least corner left, only one edge is left: where four meet, one of them comes from the west
    for start in sorted(after):
        path, place = [start], {start: 0}
        while after[path[-1]]:
            here = _next(path, after[path[-1]])
            if here in place:
                yield _plain(path[place[here] :])
                for gone in path[place[here] + 1 :]:
                    del place[gone]
                del path[place[here] + 1 :]
            else:
                place[here] = len(path)
                path.append(here)


def _next(path: Sequence[Point], onward: list[Point]) -> Point:
    """Where to from the end of the path; where two cells meet at a corner, on around the same cell."""
    if len(onward) == 1 or len(path) == 1:
        return onward.pop()
    (x0, y0), (x1, y1) = path[-2:]
    left = next(k for k, (x, y) in enumerate(onward) if (x1 - x0) * (y - y1) - (y1 - y0) * (x - x1) > 0)
    return onward.pop(left)


def _plain(ring: Sequence[Point]) -> _Ring:
    """The ring without vertices on its straight edges, from its least vertex on."""
    n = len(ring)
    corners = [
        ring[k]
        for k in range(n)
        if not (
            ring[k - 1][0] == ring[k][0] == ring[(k + 1) % n][0]
            or ring[k - 1][1] == ring[k][1] == ring[(k + 1) % n][1]
        )
    ]
    least = corners.index(min(corners))
    return tuple(corners[least:] + corners[:least])


def _twice_area(ring: _Ring) -> int:
    """In the plane of longitude and latitude, exactly; positive where it runs counter-clockwise."""
    return sum(p[0] * q[1] - q[0] * p[1] for p, q in pairwise((*ring, ring[0])))
