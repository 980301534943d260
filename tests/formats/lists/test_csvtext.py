"""Separated text: encodings, separators, quotes, limits."""

from __future__ import annotations

import pytest

from wideberth.errors import Invalid
from wideberth.formats.lists import csvtext
from wideberth.formats.lists.sheet import Sheet

HEADER = "name;lat;lon\nA;33,5;36,2\n"


def rows(data: bytes) -> list[tuple[int, list[object]]]:
    return [(row.number, list(row.cells)) for row in csvtext.read(data).rows]


@pytest.mark.parametrize(
    "data",
    [
        HEADER.encode(),
        b"\xef\xbb\xbf" + HEADER.encode(),
        b"\xff\xfe" + HEADER.encode("utf-16-le"),
        b"\xfe\xff" + HEADER.encode("utf-16-be"),
        HEADER.encode("utf-16-le"),
        HEADER.encode("utf-16-be"),
        b"sep=;\r\n" + HEADER.replace("\n", "\r\n").encode(),
        HEADER.replace(";", "\t").encode(),
        HEADER.replace(";", "|").encode(),
    ],
)
def test_encodings_and_separators(data: bytes) -> None:
    assert rows(data) == [(1, ["name", "lat", "lon"]), (2, ["A", "33,5", "36,2"])]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("cp1251", "Название;Широта;Долгота\nБольница;33,5;36,2\n"),
        ("cp1256", "الاسم;خط العرض;خط الطول\nمستشفى;33,5;36,2\n"),
        ("cp1255", "שם;קו רוחב;קו אורך\nבית;33,5;36,2\n"),
        ("cp1252", "Identifiant;Référence;Coordonnées\nHôpital;a;33,5 36,2\n"),
    ],
)
def test_a_header_gives_its_code_page_away(page: str, text: str) -> None:
    found = csvtext.read(text.encode(page))
    assert found.rows[1].cells[0] == text.splitlines()[1].split(";")[0]
    assert found.notes[0].startswith(
        f"the text is not UTF-8; its header is of the code page Windows-{page[2:]}"
    )


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        ("name,lat,lon\nБольница,1,2\n".encode("cp1251"), "list.encoding", "byte 13"),
        (b"\xff\xfe\x00\xd8", "list.encoding", "byte 0"),
        (b"name,lat\n\0,1", "list.nul", ""),
        (b'name,lat,lon\n"A,1,2\nB,1,2\n', "list.quotes", "row 2"),
        (b'name,lat,lon\n"A"x,1,2\n', "list.quotes", "row 2"),
        (b'name,lat,lon\n"A,1,2\nB",3,4\n', "list.quotes", "row 2"),
        (b'sep="\nname,lat', "list.separator", "row 1"),
    ],
)
def test_refused(data: bytes, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        csvtext.read(data)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    found: Sheet = csvtext.read(b'name,lat,lon\r\n\r\n"A\nB",1,2\r\n,,\r\nC,3,4\r\n')
    assert [row.number for row in found.rows] == [1, 3, 5]
    assert found.rows[1].cells[0] == "A\nB"
    assert found.notes == ("a cell holds several lines (row 3 first)",)


def test_limits() -> None:
    for data in (b"," * 1_000 + b"a", b"a\n" + b"1,2,3,4,5,6,7\n" * 898_780):
        with pytest.raises(Invalid) as caught:
            csvtext.read(data)
        assert caught.value.code == "list.too_large"
