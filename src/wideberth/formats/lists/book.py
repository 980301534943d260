"""Workbooks of text, made in memory, the same bytes every time.

Every cell is written as text, so none can be a formula; one that begins like a formula is marked (ECMA-376,
§18.8.45, `quotePrefix`), by which spreadsheets keep it text when it is edited.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.lists.defused import defuse, restore
from wideberth.formats.lists.sheet import ERRORS, NO_VALUE, column_letters

TEXT_LIMIT = 32_767
"""Characters of a cell of a workbook (all programs)."""
_COLUMNS = 40
_WIDTH = 22
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)


class Page(Struct, frozen=True):
    """A sheet: its title, its rows, which row is the header (from 1; 0: none), whether right to left."""

    title: str
    rows: Sequence[Sequence[str]]
    header: int = 0
    right_to_left: bool = False


def workbook(pages: Sequence[Page]) -> bytes:
    """The workbook. Raises: Invalid (`list.cell_too_long`)."""
    # imported late: only those who write workbooks wait for it
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    plain, header = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    quoted = book.add_format({"num_format": "@", "quote_prefix": True})
    for page in pages:
        sheet = book.add_worksheet(page.title)
        sheet.set_column(0, _COLUMNS - 1, _WIDTH)
        if page.right_to_left:
            sheet.right_to_left()
        if page.header:
            sheet.freeze_panes(page.header, 0)
        for number, row in enumerate(page.rows, start=1):
            for column, text in enumerate(row):
                if text:
                    _check(text, f"cell {column_letters(column)}{number}")
                    style = header if number == page.header else quoted if defuse(text) != text else plain
                    # what would be read as a cell in error, or without its own quote, gets one in the open
                    odd = text.upper() in ERRORS or text == NO_VALUE or restore(text) != text
                    shown = defuse(text) if odd else text
                    sheet.write_string(number - 1, column, shown, style)
    book.close()
    return stream.getvalue()


def _check(text: str, path: str) -> None:
    if len(text) > TEXT_LIMIT:
        wanted = f"at most {TEXT_LIMIT:,} characters in a cell: write CSV, GeoJSON or KML"
        raise Invalid("list.cell_too_long", path, f"{len(text):,} characters", wanted)
