"""Workbooks: what calamine shows, what it does not, and what would end the process."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.formats.lists.books import book, repacked
from wideberth.errors import Invalid
from wideberth.formats.lists import reader, workbook
from wideberth.formats.reading import Options

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
TIMES = 'table:number-columns-repeated="{}"'
MANY = 'table:number-rows-repeated="1048576"'
ONE = 'office:value-type="float" office:value="1"'
ROW = "</table:table-row>"
GOOD = book([["name", "lat", "lon"], ["A", 33.5131, 36.2765]])


def ods(table: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


def code(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        workbook.read(data)
    return caught.value.code


def test_cells_and_row_numbers() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["B3"] = datetime(2026, 11, 23, 10, 0)
    sheet["C3"] = date(2026, 11, 23)
    sheet["D3"], sheet["E3"] = 33.5, "  text  "
    sheet["F5"] = "#REF!"
    sheet["F5"].data_type = "e"
    sheet["A6"] = "=1+1"
    stream = io.BytesIO()
    made.save(stream)
    (found,) = workbook.read(stream.getvalue())
    assert [(row.number, list(row.cells)) for row in found.rows] == [
        (3, [None, datetime(2026, 11, 23, 10, 0), date(2026, 11, 23), 33.5, "text"]),
        (5, [None, None, None, None, None, "#REF!"]),
        (6, ["#FORMULA"]),
    ]
    assert not found.is_1904


def test_days_from_1904() -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = date(2026, 11, 23)
    stream = io.BytesIO()
    made.save(stream)
    (found,) = workbook.read(stream.getvalue())
    assert found.is_1904 and found.rows[0].cells == [date(2026, 11, 23)]


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='&#88;FD1'><v>1</v></c></row>",
        '<row r="900000"><c r="A900000"><v>1</v></c></row><row r="2"><c r="ZZ2"><v>1</v></c></row>',
        '<row r="999999999"><c><v>1</v></c></row>'.replace("999999999", "99999999"),
        "<row>" + "<c><v>1</v></c>" * 1_001 + "</row>",
    ],
)
def test_a_sheet_that_spans_too_much_is_refused_before_it_is_built(cells: str) -> None:
    assert code(repacked(GOOD, sheet1=SHEET.format(cells).encode())) == "list.too_large"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        "<row>",
        "<row r='99999999999'/>",
    ],
)
def test_a_damaged_sheet_is_refused(cells: str) -> None:
    assert code(repacked(GOOD, sheet1=SHEET.format(cells).encode())) == "list.workbook"


def test_other_refusals() -> None:
    assert code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "list.old_workbook"
    assert code(b"PK\x03\x04") == "zip.damaged"
    assert code(ods("")[:-30]) == "zip.damaged"
    relations = b'<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="a.png"/></Relationships>'
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            new.writestr(name, relations if name.endswith("workbook.xml.rels") else old.read(name))
    assert code(moved.getvalue()) == "list.workbook"
    with zipfile.ZipFile(moved, "w") as new:
        new.writestr("a.xml", "<a/>")
    assert code(moved.getvalue()) == "list.workbook"


def test_hostile_archives(shared: Path) -> None:
    folder = shared / "vectors" / "zip-hostile"
    assert code((folder / "laughs.xlsx").read_bytes()) == "xml.doctype"
    assert code((folder / "ratio.xlsx").read_bytes()) == "list.too_large"
    for each in sorted(folder.iterdir()):
        with pytest.raises(Invalid):
            reader.read(each.read_bytes(), Options(file=each.name, as_of=0))


def test_open_document() -> None:
    line = "<table:table-row>{}</table:table-row>"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"/>'
    wrong = (
        '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#REF!</text:p></table:table-cell>"
    )
    table = line.format("".join(cell.format(t) for t in ("name", "lat", "lon")))
    table += line.format(cell.format("A") + number.format("33.5131") + number.format("36.2765"))
    table += line.format(cell.format("B") + wrong + number.format("36.2765"))
    table += '<table:table-row table:number-rows-repeated="1048000">'
    table += '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    reading = reader.read(ods(table), Options(file="a.ods", as_of=0))
    assert [one.plan.id for one in reading.filed] == ["A"]
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("list.cell_error", "row 3, column lat")
    ]


@pytest.mark.parametrize(
    "table",
    [
        f"<table:table-row {MANY}><table:table-cell {TIMES.format(999)} {ONE}/>{ROW}",
        f"<table:table-row><table:table-cell {TIMES.format(16_384)}/><table:table-cell {ONE}/>{ROW}",
    ],
)
def test_repeats_without_end_are_refused(table: str) -> None:
    assert code(ods(table)) == "list.too_large"


def test_repeats_that_are_no_number() -> None:
    assert code(ods('<table:table-row table:number-rows-repeated="-1"/>')) == "list.workbook"


@settings(max_examples=60)
@given(st.binary(max_size=40), st.integers(0, len(GOOD)))
def test_anything_is_read_or_refused(noise: bytes, at: int) -> None:
    for data in (GOOD[:at] + noise + GOOD[at + len(noise) :], noise, b"name,lat,lon\n" + noise):
        try:
            reader.read(data, Options(file="x.xlsx", as_of=0))
        except Invalid:
            pass
