"""Lists as rows to be kept: what becomes one, what is doubted, and what they say of people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from wideberth.formats.lists import contacts, doubtful, listing
from wideberth.formats.lists.doubtful import Held
from wideberth.formats.reading import Options
from wideberth.space.nearest import Towns
from wideberth.space.notation import read_place
from wideberth.space.units import METRE

OPTIONS = Options("list.csv", as_of=0)
HEAD = "id,name,type,lat,lon,radius\n"
GOOD = "".join(f"H-{n},Clinic {n},hospital,33.5{n}310,36.27650,250 m\n" for n in range(5))
HELD = Held(500 * METRE)


def read(text: str) -> listing.Listing:
    return listing.read(text.encode(), OPTIONS)


def doubts(text: str, held: Held = HELD) -> list[tuple[str, str]]:
    return [(each.row, each.kind) for each in doubtful.find(read(HEAD + text).rows, held)]


def test_a_row_is_known_by_its_id_or_its_name() -> None:
    found = read(HEAD + "H-1,Clinic,hospital,33.51310,36.27650,250 m\n,School,,33.6131,36.2765,50 m\n")
    assert [(each.row.id, each.row.kind, each.where) for each in found.rows] == [
        ("H-1", "site", "row 2"),
        ("School", "site", "row 3"),
    ]
    # the doubt of the last digit is kept, too
    assert (found.rows[0].row.of, 0 < found.rows[0].row.volumes[0].pad.h < METRE) == ("hospital", True)
    assert any(note.startswith(listing.BY_NAME) for note in found.notes) and found.faults == ()


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        (",,,33.5131,36.2765,", "site.no_id", "row 2"),
        (f"{'x' * 61},,,33.5131,36.2765,", "site.text", "row 2.id"),
        ("H-1,a@example.org,,33.5131,36.2765,", "site.personal", "row 2.name"),
        ("H-1,Clinic,,,,", "list.missing", "row 2, column lat"),
    ],
)
def test_a_row_that_cannot_be_kept_is_named_and_the_others_are_read(row: str, code: str, path: str) -> None:
    found = read(f"{HEAD}{row}\n{GOOD}")
    [fault] = found.faults
    assert (fault.code, fault.path, len(found.rows)) == (code, path, 5)


def test_an_id_that_stands_twice_keeps_the_second_out() -> None:
    found = read(HEAD + GOOD + "H-0,Another,,33.9131,36.2765,\n")
    [fault] = found.faults
    assert (fault.code, fault.path, len(found.rows)) == ("site.repeated", "row 7", 5)


def test_movements_and_shapes_become_rows_too() -> None:
    found = read(
        "record,id,name,from,to,start,end,shape,activity\n"
        'movement,C-1,Relief,"33.5131, 36.2911","33.8, 36.5",2027-11-23T08:00:00Z,2027-11-23T14:00:00Z,,\n'
        "volume,V-1,Camp,,,,,POINT (36.2 33.5),site\n"
        'movement,,,"33.5131, 36.2911","33.8, 36.5",2027-11-23T08:00:00Z,2027-11-23T14:00:00Z,,\n'
    )
    assert [(each.row.id, each.row.kind, each.row.activity) for each in found.rows] == [
        ("C-1", "movement", "movement"),
        ("V-1", "site", ""),
    ]
    assert [each.code for each in found.faults] == ["site.no_id"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("X,Swapped,,36.27650,33.51310,", "swapped"),
        ("X,South,,-33.51310,36.27650,", "sign"),
        ("X,Far,,15.35310,44.20650,", "far"),
        ("X,Clinic 0,,33.50315,36.27655,", "duplicate"),
        ("X,Same place,,33.50310,36.27650,", "duplicate"),
        ("X,Coarse,,33.5,36.3,", "coarse"),
        ("X,Whole,,33,36,", "whole_degree"),
    ],
)
def test_what_gives_reason_to_ask_again_is_found(row: str, kind: str) -> None:
    found = doubts(GOOD + row)
    assert ("X", kind) in found
    assert {id_ for id_, _ in found} == {"X"}


def test_a_good_list_has_no_doubt() -> None:
    assert doubts(GOOD) == []
    # of two sites none is the odd one
    assert doubts("A,a,,33.5131,36.2765,\nB,b,,36.2765,33.5131,\n") == []


def test_places_are_held_against_position_and_country() -> None:
    towns = Towns(
        ("Here", "There"),
        ("SY", "LB"),
        np.array([36.27, 35.50]),
        np.array([33.51, 33.89]),
        np.array([1, 1]),
    )
    own = Held(500 * METRE, own=read_place("33.50310, 36.27650"), country="SY", towns=towns)
    assert doubts(GOOD, own) == [("H-0", "own_position")]
    beirut = "X,Beirut,,33.89310,35.50650,\n"
    assert ("X", "country") in doubts(GOOD + beirut, own)
    assert doubts(beirut, own._replace(country="FR")) == []
    assert [each.serious for each in doubtful.find(read(HEAD + beirut).rows, own)] == [True]


def test_what_a_list_says_of_people_is_found_by_row_and_stands_in_no_row() -> None:
    head = "id,name,lat,lon,contact,contact phone\n"
    text = f"{head}A,Clinic,33.5131,36.2765,Maryam,'+963 11 222\nB,School,33.6,36.3,,\n"
    assert contacts.read(text.encode()) == {
        "row 2": {"contact": "Maryam", "contact phone": "+963 11 222"},
    }
    found = read(text)
    assert "Maryam" not in str(found)
    assert contacts.read((HEAD + GOOD).encode()) == {}


def test_a_row_of_many_shapes_keeps_them_all() -> None:
    shape = '"POLYGON ((36 33, 37 33, 37 34, 36 33))"'
    found = read(f"id,name,lat,lon,radius,shape\nA,Camp,33.5131,36.2765,100 m,{shape}\n")
    [row] = found.rows
    volumes: Any = row.row.volumes
    assert [type(each.ground).__name__ for each in volumes] == ["Polygon", "Circle"]
    assert volumes[1].ground.centre == (362_765_000, 335_131_000)
