"""Workbooks of text, written in memory: the least that ECMA-376 asks for, the same bytes every time.

Every cell is an inline string (§18.18.11, `t="inlineStr"`), so none can be a formula; one that begins like a
formula has the style `quotePrefix` (§18.8.45), by which spreadsheets keep it text when it is edited.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.lists.defused import defuse
from wideberth.formats.lists.sheet import column_letters

TEXT_LIMIT = 32_767
"""Characters of a cell of a workbook (all programs)."""
_PLAIN, _HEADER, _QUOTED = 0, 1, 2
_DATE = (1980, 1, 1, 0, 0, 0)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Page(Struct, frozen=True):
    """A sheet: its title, its rows, which row is the header (from 1; 0: none), whether right to left."""

    title: str
    rows: Sequence[Sequence[str]]
    header: int = 0
    right_to_left: bool = False


def workbook(pages: Sequence[Page]) -> bytes:
    """The workbook. Raises: Invalid (`list.cell_too_long`)."""
    numbers = range(1, len(pages) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(page.title)} sheetId="{n}" r:id="rId{n}"/>'
        for n, page in enumerate(pages, 1)
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_SHEETML}.worksheet+xml"/>'
        for n in numbers
    )
    relations = "".join(_relation(n, f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETML}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETML}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": _relations(_relation(1, f"{_OFFICE}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            relations + _relation(len(pages) + 1, f"{_OFFICE}/styles", "styles.xml")
        ),
        "xl/styles.xml": _STYLES,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": "".join(_sheet(page)) for n, page in enumerate(pages, 1)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_HEAD + text).encode("utf-8"))
    return stream.getvalue()


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'


def _sheet(page: Page) -> Iterator[str]:
    turned = ' rightToLeft="1"' if page.right_to_left else ""
    frozen = ""
    if page.header:
        top = f"A{page.header + 1}"
        frozen = f'<pane ySplit="{page.header}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{turned} workbookViewId="0">{frozen}</sheetView>'
    yield '</sheetViews><cols><col min="1" max="40" width="22" customWidth="1"/></cols><sheetData>'
    for number, row in enumerate(page.rows, start=1):
        yield f'<row r="{number}">'
        for column, text in enumerate(row):
            if text:
                yield _cell(f"{column_letters(column)}{number}", text, number == page.header)
        yield "</row>"
    yield "</sheetData></worksheet>"


def _cell(reference: str, text: str, is_header: bool) -> str:
    if len(text) > TEXT_LIMIT:
        wanted = f"at most {TEXT_LIMIT:,} characters in a cell: write CSV, GeoJSON or KML"
        raise Invalid("list.cell_too_long", f"cell {reference}", f"{len(text):,} characters", wanted)
    style = _HEADER if is_header else _QUOTED if defuse(text) != text else _PLAIN
    # `_x0041_` stands for `A` (§22.9.2.19): the mark itself is escaped
    inside = escape(text.replace("_x", "_x005F_x"))
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{inside}</t></is></c>'
