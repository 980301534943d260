"""The cell of a point and a moment: the one whose edges it is within, on every axis and at every level."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from wideberth.blind import tree

WEST, EAST = -1_800_000_000, 1_799_999_999
SOUTH, NORTH = -900_000_000, 900_000_000


@given(
    st.integers(WEST, EAST),
    st.integers(SOUTH, NORTH),
    st.integers(-10_240_000, 317_439_999),
    st.integers(-(10**12), 10**13),
    st.sampled_from(range(0, 33, 4)),
)
@example(WEST, SOUTH, -10_240_000, 0, 0)
@example(EAST, NORTH, 317_439_999, 0, 32)
@example(-1_792_968_750, -892_968_750, 0, -1, 0)
def test_a_point_is_within_the_edges_of_its_cell(
    lon: int, lat: int, height: int, at_ms: int, level: int
) -> None:
    cell = tree.at((lon, lat), height, at_ms, level)
    box = tree.boxes(np.array([cell], dtype=np.int64), level)
    west, south, east, north, lower, upper, start, end = (int(each[0]) for each in box)
    assert west <= lon < east and lower <= height < upper and start <= at_ms < end
    assert south <= lat < north or lat == north == NORTH
    assert tree.read(tree.terms(np.array([cell], dtype=np.int64), level)[0]) == (level, cell)


def test_what_is_beyond_is_in_the_last_cell_and_the_antimeridian_in_the_first() -> None:
    assert tree.at((0, 0), 10**9, 0, 4)[tree.ALT] == 3
    assert tree.at((0, 0), -(10**9), 0, 4)[tree.ALT] == 0
    assert tree.at((1_800_000_000, 0), 0, 0, 0)[tree.LON] == tree.at((WEST, 0), 0, 0, 0)[tree.LON] == 0
