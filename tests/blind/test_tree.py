"""The tree of cells: terms, parents, edges."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.blind import tree
from wideberth.blind.tree import Cell, Cells
from wideberth.errors import Invalid
from wideberth.space.units import DEGREE, METRE, SECOND

PAGE = Path(__file__).parents[2] / "docs" / "blind.md"
TURN = 360 * DEGREE
levels = st.integers(0, 16).map(lambda k: 4 * k)


@st.composite
def cells(draw: st.DrawFn) -> tuple[int, Cell]:
    """A level and a cell of it, often at an end of an axis."""
    level = draw(levels)
    size = [each << level // 4 for each in (2**16, tree.COLUMNS, tree.ROWS, tree.LAYERS)]
    time, lon, lat, alt = (
        draw(st.one_of(st.sampled_from([0, most - 1]), st.integers(0, most - 1))) for most in size
    )
    return level, (time - draw(st.sampled_from([0, size[0] // 2])), lon, lat, alt)


def of(*rows: Cell) -> Cells:
    return np.array(rows, dtype=np.int64)


def cell_at(level: int, lon: int, lat: int, height: int, time: int) -> Cell:
    """The cell that holds a place (1e-7 degrees, 0.1 mm, ms), by the edges of its neighbours alone."""
    k = level // 4
    column = next(
        c
        for c in range(max(0, (lon + TURN // 2) * (512 << k) // TURN - 1), 512 << k)
        if (c + 1) * TURN // (512 << k) - TURN // 2 > lon
    )
    row = next(
        r
        for r in range(max(0, (lat + TURN // 4) * (256 << k) // (TURN // 2) - 1), 256 << k)
        if (r + 1) * (TURN // 2) // (256 << k) - TURN // 4 > lat
    )
    return (
        time * 2**k // 65_536_000,
        column,
        row,
        (height + 1_024 * METRE) * 2**k // (16_384 * METRE),
    )


@given(cells())
def test_a_term_says_all_of_a_cell(found: tuple[int, Cell]) -> None:
    level, cell = found
    (term,) = tree.terms(of(cell), level)
    assert len(term) == 17
    assert tree.read(term) == found


@given(cells(), st.data())
def test_terms_of_children_begin_as_their_parent_does(found: tuple[int, Cell], data: st.DataObject) -> None:
    """All but the level: the root cell and 4 bits a halving."""
    level, cell = found
    above = data.draw(st.integers(0, level // 4)) * 4
    parent = tree.parents(of(cell), level, above)
    (term,), (longer,) = tree.terms(parent, above), tree.terms(of(cell), level)
    assert term[1:9] == longer[1:9]
    bits, more = (int.from_bytes(each[9:], "big") >> (64 - above) for each in (term, longer))
    assert bits == more


@given(cells(), st.data())
def test_parents_hold_their_children_to_the_last_unit(found: tuple[int, Cell], data: st.DataObject) -> None:
    level, cell = found
    above = data.draw(st.integers(0, level // 4)) * 4
    own, parent = tree.boxes(of(cell), level), tree.boxes(tree.parents(of(cell), level, above), above)
    assert parent.west <= own.west < own.east <= parent.east
    assert parent.south <= own.south < own.north <= parent.north
    assert parent.lower <= own.lower < own.upper <= parent.upper
    assert parent.start <= own.start < own.end <= parent.end


@given(cells())
def test_the_children_of_a_cell_are_all_of_it(found: tuple[int, Cell]) -> None:
    level, cell = found
    if level == 64:
        return
    children = [
        tuple(2 * index + (number >> axis & 1) for axis, index in enumerate(cell)) for number in range(16)
    ]
    low, high = children[0], children[-1]
    own = tree.boxes(of(cell), level)
    first, last = (tree.boxes(np.array([each]), level + 4) for each in (low, high))
    for begin in ("west", "south", "lower", "start"):
        assert getattr(first, begin) == getattr(own, begin)
    for end in ("east", "north", "upper", "end"):
        assert getattr(last, end) == getattr(own, end)
    # and each is halved where the next begins, with edges between whole units rounded down
    for begin, end in (("west", "east"), ("south", "north"), ("lower", "upper"), ("start", "end")):
        assert getattr(first, end) == getattr(last, begin)


@given(levels, st.integers(0, 2**40), st.integers(0, 10**9))
def test_edges_are_rounded_down(level: int, column: int, row: int) -> None:
    k = level // 4
    column, row = column % (512 << k), row % (256 << k)
    box = tree.boxes(of((0, column, row, 0)), level)
    # 1e-7 degrees times the number of cells, so that nothing is rounded here
    west = (int(box.west[0]) + TURN // 2) * (512 << k)
    south = (int(box.south[0]) + TURN // 4) * (256 << k)
    assert 0 <= column * TURN - west < 512 << k
    assert 0 <= row * (TURN // 2) - south < 256 << k


def test_the_earth_is_covered_from_end_to_end() -> None:
    for k in range(17):
        box = tree.boxes(of((0, 0, 0, 0), (0, (512 << k) - 1, (256 << k) - 1, (2 << k) - 1)), 4 * k)
        assert (box.west[0], box.east[1]) == (-180 * DEGREE, 180 * DEGREE)
        assert (box.south[0], box.north[1]) == (-90 * DEGREE, 90 * DEGREE)
        assert (box.lower[0], box.upper[1]) == (-1_024 * METRE, 31_744 * METRE)
        assert (box.start[0], box.end[0]) == (0, (65_536 >> k) * SECOND)


@given(st.integers(-(10**14), 10**14), st.integers(0, 10**8), levels)
def test_windows_are_in_the_cells_that_they_have_a_part_of(start: int, length: int, level: int) -> None:
    size = 65_536_000 >> level // 4
    ends = np.array([start]), np.array([start + length])
    first, last = (int(each[0]) for each in tree.times(*ends, level))
    assert first * size <= start < (first + 1) * size
    # open: an end on an edge is not in the cell behind it
    assert last == first if not length else last * size < start + length <= (last + 1) * size


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**12), levels)
def test_whatever_is_beyond_all_cells_is_in_the_last_or_the_first(lower: int, thick: int, level: int) -> None:
    k = level // 4
    ends = np.array([lower]), np.array([lower + thick])
    first, last = (int(each[0]) for each in tree.heights(*ends, level))
    size, most = 16_384 * METRE >> k, (2 << k) - 1
    low, high = lower + 1_024 * METRE, lower + thick + 1_024 * METRE
    assert first == (0 if low < 0 else min(low // size, most))
    wanted = max(low // size, -(-high // size) - 1)
    assert last == (0 if wanted < 0 else min(wanted, most))


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (b"", "blind.term"),
        (bytes(16), "blind.term"),
        (bytes(18), "blind.term"),
        (bytes([2]) + bytes(16), "blind.level"),
        (bytes([68]) + bytes(16), "blind.level"),
        # a column, a layer that there is not
        (bytes([0, 0, 0, 0, 0, 2]) + bytes(11), "blind.term"),
        (bytes([0, 0, 0, 0, 0, 0, 0, 0, 2]) + bytes(8), "blind.term"),
        # a path that is longer than the level
        (bytes([4]) + bytes(8) + bytes([0x08]) + bytes(7), "blind.term"),
        (bytes([60]) + bytes(15) + b"\1", "blind.term"),
        (bytes(16) + b"\1", "blind.term"),
        # the sentinel and its like are no cells
        (b"sentinel", "blind.term"),
    ],
)
def test_what_is_no_cell_is_not_read(term: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        tree.read(term)
    assert refused.value.code == code


def test_levels_are_whole_halvings() -> None:
    for level in (-4, 1, 6, 65, 68):
        with pytest.raises(Invalid) as refused:
            tree.terms(of((0, 0, 0, 0)), level)
        assert refused.value.code == "blind.level"
    with pytest.raises(Invalid):
        tree.parents(of((0, 0, 0, 0)), 8, 12)
    assert [tree.halvings(level) for level in (0, 4, 64)] == [0, 1, 16]


def test_no_cells_have_no_terms() -> None:
    assert tree.terms(np.zeros((0, 4), dtype=np.int64), 12) == []


EXAMPLE = re.compile(
    r"\| (?P<lon>-?[\d.]+) \| (?P<lat>-?[\d.]+) \| (?P<height>-?[\d.,]+) m \| (?P<time>\S+) \| (?P<level>\d+)"
    r" \| (?P<index>[-\d, ]+) \| `(?P<term>[0-9a-f]{34})` \|"
)


def test_the_worked_cells_of_the_page() -> None:
    found = list(EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(found) == 10
    for each in found:
        level = int(each["level"])
        index = tuple(int(number) for number in each["index"].split(", "))
        at = datetime.fromisoformat(each["time"])
        lon, lat = (round(float(each[axis]) * DEGREE) for axis in ("lon", "lat"))
        height = round(float(each["height"].replace(",", "")) * METRE)
        assert cell_at(level, lon, lat, height, round(at.timestamp() * 1_000)) == index
        assert tree.terms(np.array([index]), level) == [bytes.fromhex(each["term"])]
        assert tree.read(bytes.fromhex(each["term"])) == (level, index)
