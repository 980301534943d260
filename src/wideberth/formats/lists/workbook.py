"""Workbooks (XLSX, ODS) become sheets: calamine reads them, after a look of our own.

Calamine allocates the whole rectangle that the cells span, and ends the process where memory does not
suffice; and it shows a cell in error as an empty one. So every part is walked first: how far its cells
reach, which are in error (ECMA-376 §18.18.11, `t="e"`), which formulas hold no value.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import python_calamine as calamine
from lxml import etree

from wideberth.errors import Invalid, shorten
from wideberth.formats import archive
from wideberth.formats.lists import csvtext
from wideberth.formats.lists.sheet import (
    CELL_LIMIT,
    COLUMN_LIMIT,
    NO_VALUE,
    ROW_LIMIT,
    Cell,
    Row,
    Sheet,
)
from wideberth.formats.separated import TEXT_CELL_LIMIT

SHEET_LIMIT = 100
UNPACKED_LIMIT = 256 * 1024 * 1024
"""Bytes of all parts together."""
WANTED = "a workbook: XLSX or ODS, not encrypted"
HIDDEN = "the hidden sheet {!r} is read like the others"
MERGED = "merged cells count as their first cell"

_REFERENCE = re.compile(r"([A-Z]{1,4})([0-9]{1,8})")
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Marks = dict[tuple[int, int], str]
"""(row, column), counted from 1 and 0, of a cell that calamine would show as empty -> its text."""


def read(data: bytes) -> list[Sheet]:
    """The sheets that hold something.

    Raises: Invalid (`list.old_workbook`, `list.workbook`, `list.too_large`, `zip.*`, `file.*`,
    `xml.doctype`).
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # the memory a binary workbook asks for cannot be known before it is read
        wanted = "XLSX, ODS or CSV (save it so); a workbook with a password: without it"
        raise Invalid("list.old_workbook", "", "a binary or encrypted workbook (.xls)", wanted)
    names = archive.names(data, WANTED)
    marks, is_1904 = _look(data, names)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = book.sheets_metadata
        if len(found) > SHEET_LIMIT:
            raise Invalid("list.too_large", "", f"{len(found)} sheets", f"at most {SHEET_LIMIT}")
        sheets = []
        for one in found:
            if one.typ == calamine.SheetTypeEnum.WorkSheet:
                name = one.name if len(found) > 1 else ""
                hidden = one.visible != calamine.SheetVisibleEnum.Visible
                sheets.append(
                    _sheet(book.get_sheet_by_name(one.name), name, hidden, marks.get(one.name, {}), is_1904)
                )
    except (calamine.CalamineError, ValueError, OSError, TypeError, OverflowError, KeyError) as error:
        raise Invalid("list.workbook", "", shorten(str(error) or type(error).__name__), WANTED) from None
    return [sheet for sheet in sheets if sheet.rows]


def _sheet(found: calamine.CalamineSheet, name: str, hidden: bool, marks: Marks, is_1904: bool) -> Sheet:
    notes = [HIDDEN.format(shorten(found.name, 40))] if hidden else []
    if found.merged_cell_ranges:
        notes.append(MERGED)
    rows: list[Row] = []
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in marks.items():
        by_row.setdefault(row, {})[column] = text
    last = 0
    for number, values in enumerate(found.to_python(skip_empty_area=False), start=1):
        last = number
        _add_row(rows, number, [_cell(value) for value in values], by_row.pop(number, {}))
    for number in sorted(number for number in by_row if number > last):
        _add_row(rows, number, [], by_row[number])
    return Sheet(name, rows, tuple(notes), is_1904)


def _add_row(rows: list[Row], number: int, cells: list[Cell], marks: dict[int, str]) -> None:
    for column, text in marks.items():
        cells.extend([None] * (column + 1 - len(cells)))
        if cells[column] is None:
            cells[column] = text
    while cells and cells[-1] is None:
        cells.pop()
    if cells:
        rows.append(Row(number, cells))


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip()[:TEXT_CELL_LIMIT] or None
    if isinstance(value, timedelta):
        return str(value)
    return value  # type: ignore[return-value] # the other kinds of calamine are those of Cell


def _look(data: bytes, names: tuple[str, ...]) -> tuple[dict[str, Marks], bool]:
    """What calamine would not show: the marks of each sheet by its name, and whether days count from 1904."""
    marks_of: dict[str, Marks] = {}
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []
    is_1904 = False
    total = cells = 0
    for name in names:
        if name.endswith("/"):
            continue
        part = archive.content(data, name, WANTED)
        total += len(part)
        if total > UNPACKED_LIMIT:
            raise Invalid(
                "list.too_large", name, "too much when unpacked", f"at most {UNPACKED_LIMIT:,} bytes"
            )
        if name.lower().endswith(".rels"):
            targets.update(_targets(part, name))
        elif name.lower() == "xl/workbook.xml":
            sheets, is_1904 = _workbook(part, name)
        elif name == "content.xml":
            cells += _look_ods(part, name, marks_of)
        elif name.lower().endswith(".xml"):
            found: Marks = {}
            cells += _look_part(part, name, found)
            marks_of[name] = found
        if cells > CELL_LIMIT:
            raise csvtext.too_large(name)
    by_sheet = {
        title: marks_of.get(f"xl/{targets[key]}", marks_of.get(targets[key], {}))
        for title, key in sheets
        if key in targets
    }
    return marks_of | by_sheet, is_1904


def _walk(part: bytes, name: str) -> Iterator[etree._Element]:
    """Elements as they end, each forgotten after its parent: memory stays small."""
    try:
        walker = etree.iterparse(
            io.BytesIO(part), events=("end",), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _, element in walker:
            if element.getroottree().docinfo.internalDTD is not None:
                raise Invalid("xml.doctype", name, "a DOCTYPE", "XML without a DOCTYPE")
            yield element
    except etree.XMLSyntaxError as error:
        raise Invalid("list.workbook", name, shorten(str(error)), WANTED) from None


def _targets(part: bytes, name: str) -> dict[str, str]:
    """Relation id -> the sheet's part, of the workbook's relations. Sheets must be where we look."""
    found = {}
    for element in _walk(part, name):
        kind = element.get("Type", "")
        if kind.endswith("/worksheet"):
            target = element.get("Target", "").removeprefix("/xl/").removeprefix("/")
            if not target.lower().endswith(".xml"):
                raise Invalid("list.workbook", name, f"a sheet in {target}", "sheets in parts named .xml")
            found[element.get("Id", "")] = target
    return found


def _workbook(part: bytes, name: str) -> tuple[list[tuple[str, str]], bool]:
    """(title, relation id) of the sheets, and whether days count from 1904 (ECMA-376 §18.2.28)."""
    sheets = []
    is_1904 = False
    for element in _walk(part, name):
        tag = str(element.tag).rpartition("}")[2]
        if tag == "sheet":
            sheets.append((element.get("name", ""), element.get(_RELATION, "")))
        elif tag == "workbookPr":
            is_1904 = element.get("date1904", "0") in ("1", "true")
    return sheets, is_1904


def _look_part(part: bytes, name: str, marks: Marks) -> int:
    """The cells of the rectangle that calamine will make of a sheet's part."""
    row = column = 0
    lowest, first, highest, last = 10**9, 10**9, 0, 0
    for element in _walk(part, name):
        tag = str(element.tag).rpartition("}")[2]
        if tag == "row":
            row, column = _row_number(element, row, name), 0
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]  # type: ignore[union-attr] # just asked
        elif tag == "c":
            parent = element.getparent()
            here = _row_number(parent, row, name) if parent is not None else row + 1
            here, column = _place(element.get("r"), here, column, name)
            lowest, highest = min(lowest, here), max(highest, here)
            first, last = min(first, column), max(last, column)
            if highest > ROW_LIMIT or last >= COLUMN_LIMIT or highest * (last + 1) > CELL_LIMIT:
                raise csvtext.too_large(f"{name}, row {here}")
            mark = _mark(element)
            if mark:
                marks[here, column] = mark
            column += 1
    return highest * (last + 1)


def _row_number(element: etree._Element, before: int, name: str) -> int:
    stated = element.get("r")
    if stated is None:
        return before + 1
    if not stated.isascii() or not stated.isdigit() or len(stated) > 8:
        raise Invalid("list.workbook", name, f"the row {shorten(stated, 20)}", WANTED)
    return int(stated)


def _place(reference: str | None, row: int, column: int, name: str) -> tuple[int, int]:
    """Row from 1 and column from 0 of `B7`; where nothing is stated, the next."""
    if reference is None:
        return row, column
    match = _REFERENCE.fullmatch(reference.upper())
    if match is None:
        raise Invalid("list.workbook", name, f"the cell {shorten(reference, 20)}", WANTED)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return int(match[2]), number - 1


def _mark(element: etree._Element) -> str:
    """The text of an error, or that a formula has no value."""
    values = {str(child.tag).rpartition("}")[2]: child.text for child in element}
    if element.get("t") == "e":
        return values.get("v") or "#VALUE!"
    return NO_VALUE if "f" in values and not values.get("v") and element.get("t") != "str" else ""


def _look_ods(part: bytes, name: str, marks_of: dict[str, Marks]) -> int:
    """The same of an OpenDocument table: repeats are what makes it large (ODF 1.3, 19.675 and 19.678)."""
    total = 0
    for table in _walk(part, name):
        if table.tag != f"{_TABLE}table":
            continue
        marks: Marks = {}
        row = widest = 0
        for line in table.iter(f"{_TABLE}table-row"):
            column = used = 0
            for cell in line:
                times = _times(cell, "columns", name)
                if cell.get(f"{_OFFICE}value-type") is not None or len(cell):
                    used = column + times
                    if cell.get(f"{_CALCEXT}value-type") == "error":
                        marks[row + 1, column] = "".join(map(str, cell.itertext())).strip() or "#VALUE!"
                column += times
            repeated = _times(line, "rows", name)
            row, widest = row + repeated, max(widest, used)
            if used and (row > ROW_LIMIT or widest > COLUMN_LIMIT or row * widest > CELL_LIMIT):
                raise csvtext.too_large(f"{name}, row {row}")
            if used:
                total = max(total, row * widest)
        marks_of[table.get(f"{_TABLE}name", "")] = marks
    return total


def _times(element: etree._Element, what: str, name: str) -> int:
    stated = element.get(f"{_TABLE}number-{what}-repeated", "1")
    if not stated.isascii() or not stated.isdigit() or not 0 < len(stated) < 9:
        raise Invalid("list.workbook", name, f"{shorten(stated, 20)} repeats", WANTED)
    return int(stated)
