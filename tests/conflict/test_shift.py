"""Whole steps that open intervals forbid, against counting them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wideberth.conflict.shift import Blocked, Grid, clipped, grid, inside, nearest

spans = st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 12)), max_size=6)


def test_a_grid_holds_whole_steps() -> None:
    assert grid(60, 119, 180) == Grid(60, -1, 3)
    assert grid(60, 0, 59) == Grid(60, 0, 0)
    assert grid(60, 119, 180).shape == 5


@given(st.integers(-200, 200), st.integers(-200, 200), st.integers(1, 30))
def test_steps_inside_an_open_interval(low: int, high: int, size: int) -> None:
    first, last = inside(np.array([low]), np.array([high]), size)
    assert list(range(int(first[0]), int(last[0]) + 1)) == [
        k for k in range(-201, 202) if low < k * size < high
    ]


@given(spans, spans, st.integers(0, 30), st.integers(0, 30))
def test_the_nearest_free_steps(
    one: list[tuple[int, int]], two: list[tuple[int, int]], backward: int, forward: int
) -> None:
    over = Grid(7, -backward, forward)
    blocked = Blocked(2, over)
    for thing, ranges in enumerate((one, two)):
        first = np.array([low for low, _ in ranges], dtype=np.int64)
        last = np.array([low + more - 1 for low, more in ranges], dtype=np.int64)  # some are empty
        blocked.add(np.full(len(ranges), thing), first, last)
    free = blocked.free()
    before, after = nearest(free, over)
    for thing, ranges in enumerate((one, two)):
        taken = {k for low, more in ranges for k in range(low, low + more)}
        assert free[thing].tolist() == [k not in taken for k in range(-backward, forward + 1)]
        assert before[thing] == max((k for k in range(-backward, 0) if k not in taken), default=0)
        assert after[thing] == min((k for k in range(1, forward + 1) if k not in taken), default=0)


def test_a_range_beyond_the_grid_is_empty() -> None:
    over = Grid(1, -2, 2)
    first, last = clipped(over, np.array([3, -9, -9, 1]), np.array([9, -3, 9, 1]))
    assert (first <= last).tolist() == [False, False, True, True]
