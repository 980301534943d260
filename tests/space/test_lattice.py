"""The public grid: cells of at least a step, each level made of whole cells of the one below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.space.geodesy import GEOD
from wideberth.space.lattice import QUARTER, TOP, TURN, Lattice, apart, together
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE

TEN_MILES = 10 * NAUTICAL_MILE
steps = st.sampled_from([METRE, 100 * METRE, NAUTICAL_MILE, TEN_MILES, 60 * NAUTICAL_MILE, 2_000_000 * METRE])
lats = st.integers(-QUARTER, QUARTER)


def one(number: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([number])


@given(steps, lats)
def test_no_side_of_a_cell_is_shorter_than_the_step(step: int, lat: int) -> None:
    lattice = Lattice(step)
    row = lattice.row_at(one(lat))
    west, south, _, north = (float(side[0]) / DEGREE for side in lattice.box(row, one(0)))
    assert south <= lat / DEGREE <= north
    assert GEOD.inv(0, south, 0, north)[2] * METRE >= step
    count = int(lattice.columns(row)[0])
    for edge in (south, north):
        if abs(edge) == 90:
            continue  # the cell ends in the pole
        # the length of the parallel, by its chords
        around = np.linspace(west, west + 360 / count, 2_001)
        flat = np.full(2_000, edge)
        assert float(np.sum(GEOD.inv(around[:-1], flat, around[1:], flat)[2])) * METRE >= step * (1 - 1e-6)
    assert count & (count - 1) == 0 or (count % 3 == 0 and count // 3 & (count // 3 - 1) == 0)


@given(steps, lats, st.integers(0, TURN - 1), st.integers(0, 12))
def test_each_cell_lies_in_one_of_the_next_level(step: int, lat: int, lon: int, level: int) -> None:
    lattice = Lattice(step)
    row = lattice.row_at(one(lat), level)
    column = one(lon * int(lattice.columns(row, level)[0]) // TURN)
    inner = [int(side[0]) for side in lattice.box(row, column, level)]
    above = lattice.parents(together(row, column), level)
    assert len(above) == 1
    outer = [int(side[0]) for side in lattice.box(*apart(above), level + 1)]
    assert outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
    # twice as high, to the last digit; a row that ends at the pole may be cut off there
    assert (outer[3] - outer[1]) <= 2 * (inner[3] - inner[1]) + 2 or inner[3] == QUARTER


@pytest.mark.parametrize("step", [1, METRE, TEN_MILES, 2 * 10**11])
def test_rows_and_columns_cover_the_earth_without_gaps(step: int) -> None:
    lattice = Lattice(step)
    assert int(lattice.parallel(one(0))[0]) == -QUARTER
    assert int(lattice.parallel(one(lattice.rows))[0]) == QUARTER
    for lat in (-QUARTER, -1, 0, 1, 123_456_789, QUARTER):
        row = lattice.row_at(one(lat))
        assert int(lattice.parallel(row)[0]) <= lat
        assert lat < int(lattice.parallel(row + 1)[0]) or lat == QUARTER
    last = lattice.columns(one(3 % lattice.rows)) - 1
    assert int(lattice.box(one(3 % lattice.rows), last)[2][0]) == TURN // 2
    assert [int(each[0]) for each in lattice.box(one(0), one(0), TOP)] == [
        -TURN // 2,
        -QUARTER,
        TURN // 2,
        QUARTER,
    ]


def test_neighbouring_rows_mostly_share_their_meridians() -> None:
    lattice = Lattice(TEN_MILES)
    counts = lattice.columns(np.arange(lattice.rows))
    assert int((np.diff(counts) != 0).sum()) <= 2 * 20
    # a cell is less than 1.5 steps wide at its poleward edge, but near the poles
    assert counts.max() == 1536 or counts.max() == 2048


@given(steps, lats, lats)
def test_the_numbers_of_cells_of_many_rows_are_among_those_named(step: int, one_lat: int, other: int) -> None:
    lattice = Lattice(step)
    low, high = sorted(int(lattice.row_at(one(lat))[0]) for lat in (one_lat, other))
    named = set(lattice.counts(low, high).tolist())
    rows = np.unique(np.linspace(low, high, 50).astype(np.int64))
    assert set(lattice.columns(rows).tolist()) <= named
