"""An area made of cells of a grid, as ranges of latitude and longitude."""

from __future__ import annotations

from itertools import pairwise

from wideberth.space.extent import Extent
from wideberth.space.ground import Ground, Point, Polygon
from wideberth.space.units import DEGREE

MOST = 2_000
"""Corners beyond which nobody wants it in ranges."""

_Spans = tuple[tuple[int, int], ...]


def boxes(ground: Ground) -> tuple[Extent, ...]:
    """The ranges that together are the area, from the south; none where its edges are not all along meridians
    and parallels, or there are too many.

    Exact: on the sphere of latitude and longitude the ranges are the area, openings left out.
    """
    if not isinstance(ground, Polygon) or ground.edges != "lonlat" or ground.slack:
        return ()
    edges = [edge for ring in ground.rings for edge in pairwise((*ring, ring[0]))]
    upright = [(one, two) for one, two in edges if one[0] == two[0]]
    if len(edges) > MOST or any(one[0] != two[0] and one[1] != two[1] for one, two in edges):
        return ()
    rows: list[tuple[int, int, _Spans]] = []
    for south, north in pairwise(sorted({lat for _, lat in (point for edge in edges for point in edge)})):
        spans = _spans(upright, south, north)
        if rows and rows[-1][1:] == (south, spans):
            rows[-1] = (rows[-1][0], north, spans)
        else:
            rows.append((south, north, spans))
    return tuple(
        Extent(*(each / DEGREE for each in (west, south, east, north)))
        for south, north, spans in rows
        for west, east in spans
    )


def _spans(upright: list[tuple[Point, Point]], south: int, north: int) -> _Spans:
    """Where the area is between two neighbouring latitudes: every edge that crosses goes in or out."""
    crossed = sorted(
        one[0] for one, two in upright if min(one[1], two[1]) <= south and max(one[1], two[1]) >= north
    )
    return tuple(zip(crossed[::2], crossed[1::2], strict=True))
