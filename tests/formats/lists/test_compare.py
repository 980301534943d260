"""Two editions of a list."""

from __future__ import annotations

import pytest

from wideberth.formats.lists import compare, reader
from wideberth.formats.lists.entries import Entry
from wideberth.formats.lists.notice import NOTICE
from wideberth.formats.reading import Options
from wideberth.render import lists as words

OLD = """id,name,lat,lon,radius
1,North,33.51310,36.27650,100
2,South,33.41310,36.27650,100
3,East,33.51310,36.37650,100
,West,33.51310,36.17650,100
"""
NEW = """name,id,lat,lon,radius
South,2,33.41310,36.27650,200
North,1,33.51400,36.27650,100
,4,33.61310,36.27650,100
West,,33.51320,36.17650,100
West,,33.51321,36.17651,100
"""


def entries(text: str) -> tuple[Entry, ...]:
    found = reader.records(text.encode(), Options(file="x.csv", as_of=0))
    assert found.faults == ()
    return found.entries


def test_new_dropped_moved_changed_and_twice() -> None:
    found = compare.compare(entries(OLD), entries(NEW))
    assert [one.where for one in found.added] == ["row 4", "row 6"]
    assert [one.id for one in found.dropped] == ["3"]
    moved = {one.new.name: (one.moved, one.fields) for one in found.changed}
    assert moved["North"][0] == pytest.approx(99.8, abs=0.2)
    assert moved["South"] == (0.0, (compare.Field("radius", "100", "200"),))
    assert moved["West"][0] == pytest.approx(11.1, abs=0.1)
    assert found.same == 0 and found.differs
    assert [(a.where, b.where) for a, b in found.duplicates] == [("row 5", "row 6")]


def test_the_same_list_in_another_order_does_not_differ() -> None:
    lines = OLD.splitlines()
    again = "\n".join([lines[0], *reversed(lines[1:])])
    found = compare.compare(entries(OLD), entries(again))
    assert not found.differs and found.same == 4


def test_two_rows_of_one_id_are_matched_by_name() -> None:
    text = "id,name,lat,lon\n1,A,33.51310,36.27650\n1,B,33.61310,36.27650\n"
    found = compare.compare(entries(text), entries(text))
    assert not found.differs and found.same == 2


def test_nobody_reads_that_a_dropped_row_is_gone() -> None:
    found = compare.compare(entries(OLD), entries(NEW))
    text = "\n".join(words.difference(found, "old.csv", "new.csv"))
    assert "not in the new list; each stays in force until its owner confirms (1):" in text
    assert "North (row 3): moved 99.8 m" in text
    assert NOTICE in text and "removes" not in text.replace(NOTICE, "")
    document = compare.document(found, "old.csv", "new.csv", "2026-11-23T10:00:00.000Z")
    assert document["schema"] == "wideberth.diff/1"
    gone = document["not_in_new"]
    assert isinstance(gone, list) and gone[0]["in_force"] == "stays in force until its owner confirms"


def test_long_lists_are_cut_for_people() -> None:
    many = "id,name,lat,lon\n" + "".join(f"{n},S{n},33.5{n:03d}1,36.2765\n" for n in range(250))
    found = compare.compare(entries(OLD), entries(many))
    lines = list(words.difference(found, "a", "b"))
    assert any(line.startswith("  and ") and "more (--json has all)" in line for line in lines)


def test_an_area_that_grew_is_a_change() -> None:
    text = 'id,name,wkt\n1,Camp,"POLYGON ((36 33, {0} 33, {0} 33.1, 36 33))"\n'
    found = compare.compare(entries(text.format("36.1")), entries(text.format("36.2")))
    assert [[field.column for field in one.fields] for one in found.changed] == [["shape"]]
    assert not compare.compare(entries(text.format("36.1")), entries(text.format("36.1"))).differs
