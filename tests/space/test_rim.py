"""Cells as polygons: the same region, exactly, in rings that every reader accepts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.space.ground import Polygon
from wideberth.space.lattice import Lattice, apart, together
from wideberth.space.rim import outlines
from wideberth.space.stated import polygon
from wideberth.space.units import DEGREE, NAUTICAL_MILE

MILES = Lattice(10 * NAUTICAL_MILE)
HUGE = Lattice(500 * NAUTICAL_MILE)
somewhere = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
"""Offsets of cells: crowded, so that they touch in every way there is."""


def cells(lattice: Lattice, offsets: set[tuple[int, int]], row: int, lon: float) -> set[int]:
    found = set()
    for up, right in offsets:
        own = np.array([min(max(row + up, 0), lattice.rows - 1)])
        count = lattice.columns(own)
        column = (np.array([int((lon + 180) / 360 * int(count[0])) + right])) % count
        found.add(int(together(own, column)[0]))
    return found


def drawn(lattice: Lattice, codes: set[int]) -> list[Polygon]:
    every = np.array(sorted(codes))
    return list(outlines(every, np.stack(lattice.box(*apart(every)))))


def flat(polygons: list[Polygon]) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(each.rings[0], each.rings[1:]) for each in polygons])


def boxes(lattice: Lattice, codes: set[int]) -> shapely.Geometry:
    every = np.array(sorted(codes))
    west, south, east, north = lattice.box(*apart(every))
    return shapely.union_all(shapely.box(west, south, east, north))


@given(
    st.sets(somewhere, min_size=1),
    # where rows have as many cells as their neighbours, where they have not, at the pole, on ±180°
    st.sampled_from(
        [(MILES, 700, 33.0), (MILES, 712, 33.0), (MILES, 1077, 0.0), (MILES, 700, 179.9), (HUGE, 18, 5.0)]
    ),
)
@settings(max_examples=100)
def test_the_same_region_in_valid_rings(
    offsets: set[tuple[int, int]], where: tuple[Lattice, int, float]
) -> None:
    lattice, row, lon = where
    codes = cells(lattice, offsets, row, lon)
    polygons = drawn(lattice, codes)
    assert shapely.equals(flat(polygons), boxes(lattice, codes))
    one_by_one = sum(shapely.Polygon(p.rings[0], p.rings[1:]).area for p in polygons)
    assert one_by_one == pytest.approx(shapely.area(flat(polygons)), rel=1e-12)
    for each in polygons:
        # what a reader makes of it, with its rules for rings
        rings = [[(x / DEGREE, y / DEGREE) for x, y in ring] for ring in each.rings]
        assert polygon(rings, "lonlat", closed=False) == each
        for ring in each.rings:
            assert min(ring) == ring[0]
            for k in range(len(ring)):
                (x0, y0), (x1, y1), (x2, y2) = ring[k - 2], ring[k - 1], ring[k]
                assert (x0 == x1) != (y0 == y1)
                assert (x0 == x1) != (x1 == x2) and (y0 == y1) != (y1 == y2)


def test_cells_that_meet_at_a_corner_are_apart_and_a_hole_may_touch_its_ring() -> None:
    two = cells(MILES, {(0, 0), (1, 1)}, 700, 33.0)
    assert len(drawn(MILES, two)) == 2
    ring = cells(MILES, {(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)}, 700, 33.0)
    (holed,) = drawn(MILES, ring)
    assert len(holed.rings) == 2
    # the corner is missing as well: the hole touches the outside there
    (pinched,) = drawn(MILES, ring - cells(MILES, {(2, 2)}, 700, 33.0))
    assert len(pinched.rings) == 2
    assert shapely.Polygon(pinched.rings[0], pinched.rings[1:]).is_valid


def test_the_whole_earth_is_four_quarters() -> None:
    every = {
        int(together(np.array([row]), np.array([column]))[0])
        for row in range(HUGE.rows)
        for column in range(int(HUGE.columns(np.array([row]))[0]))
    }
    polygons = drawn(HUGE, every)
    assert [len(each.rings) for each in polygons] == [1, 1, 1, 1]
    assert shapely.area(flat(polygons)) == 360 * 180 * DEGREE * DEGREE
