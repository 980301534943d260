"""The table of docs/faults.md is of these faults, and counts the points that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults import process
from tests.faults.table import ROWS

PAGE = Path(__file__).parent.parent.parent / "docs" / "faults.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (\d+) / (\d+) \| ([^|]+) \|$", re.MULTILINE)
TEXT = PAGE.read_text(encoding="utf-8")


def test_it_has_every_fault_and_each_point_was_reached() -> None:
    found = ROW.findall(TEXT)
    assert [row[:2] for row in found] == [(row.fault, row.how) for row in ROWS]
    assert [row[2] for row in found] == [row[3] for row in found]
    assert sum(int(row[3]) for row in found) > 1000


def test_nothing_acknowledged_was_lost_but_where_the_page_says_so() -> None:
    lossy = {row[0] for row in ROW.findall(TEXT) if "lost something" in row[4] or "fewer" in row[4]}
    assert lossy == {
        "the log is damaged",
        "the power is cut, with `synchronous = NORMAL`",
        "the power is cut, with `synchronous = OFF`",
    }


def test_its_points_are_those_of_today() -> None:
    """Another SQLite, or another layout, makes other calls: a few more or less, and every one is swept."""
    if reason := process.why_not():
        pytest.skip(f"the points of the table are not counted: {reason}")
    for said, row in zip(ROW.findall(TEXT), ROWS, strict=True):
        points = row.points()
        assert abs(points - int(said[3])) <= points / 5, f"{row.fault}: scripts/long/faults.py --write"
