"""Comma-, semicolon-, tab- or bar-separated text becomes a sheet.

RFC 4180, and what programs make of it: a byte order mark, UTF-16, `sep=;` in the first line. Text in an
8-bit code page does not say which: it is read only where the header gives it away, and refused otherwise.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator

from wideberth.errors import Invalid
from wideberth.formats import separated
from wideberth.formats.lists import columns
from wideberth.formats.lists.sheet import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, Row, Sheet

SEPARATORS = ",;\t|"
LOOKED_AT = 60
"""Rows at the beginning in which separator and code page are looked for."""
CODE_PAGES = ("cp1251", "cp1256", "cp1255", "cp1252")
_HEAD = 64 * 1024
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

ENCODING = "the text is not UTF-8; its header is of the code page {}, which was taken: check the names"
MORE_LINES = "a cell holds several lines"
SAVE_AS = 'text in UTF-8 or UTF-16 (in a spreadsheet: save as "CSV UTF-8", or as XLSX)'


def read(data: bytes) -> Sheet:
    """The sheet of a text.

    Raises: Invalid (`list.encoding`, `list.nul`, `list.quotes`, `list.separator`, `list.too_large`).
    """
    text, notes = decode(data)
    if "\0" in text:
        raise Invalid("list.nul", "", "a zero byte in the text", SAVE_AS)
    separator, text = _separator(text)
    rows: list[Row] = []
    cells = 0
    several = None
    width = 0
    for number, values in _rows(text, separator):
        row = [value.strip() or None for value in values]
        while row and row[-1] is None:
            row.pop()
        if not row:
            continue
        cells += len(row)
        width = max(width, len(row))
        if any(value is not None and _holds_rows(value, separator, width) for value in row):
            wanted = "a quote that ends where its cell ends: this one holds whole rows"
            raise Invalid("list.quotes", f"row {number}", "a quoted cell over several rows", wanted)
        if number > ROW_LIMIT or cells > CELL_LIMIT or len(row) > COLUMN_LIMIT:
            raise too_large(f"row {number}")
        if several is None and any(value is not None and "\n" in value for value in row):
            several = number
        rows.append(Row(number, row))
    if several is not None:
        notes = (*notes, f"{MORE_LINES} (row {several} first)")
    return Sheet("", rows, notes, separated=True)


def _holds_rows(value: str, separator: str, width: int) -> bool:
    """True where a line inside a cell looks like a row: as many separators, and two numbers among them."""
    if "\n" not in value or width < 3:
        return False
    parted = [line.split(separator) for line in value.splitlines()]
    return any(len(parts) >= width and sum(map(_is_number, parts)) >= 2 for parts in parted)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?[0-9]{1,9}(?:[.,][0-9]{1,20})?\s*", text[:40]) is not None


def too_large(where: str) -> Invalid:
    """The error of a sheet beyond the limits."""
    wanted = f"at most {ROW_LIMIT:,} rows, {COLUMN_LIMIT:,} columns and {CELL_LIMIT:,} cells: split the list"
    return Invalid("list.too_large", where, "more cells than are read", wanted)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text and what must be told of its encoding. Raises: Invalid (`list.encoding`)."""
    try:
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ):
            if data.startswith(mark):
                return data[len(mark) :].decode(name), ()
        for odd, name in ((1, "utf-16-le"), (0, "utf-16-be")):  # without a mark: every other byte is zero
            if len(data) > 3 and data[:_HEAD][odd::2].count(0) * 2 > len(data[:_HEAD]) // 2:
                return data.decode(name), ()
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        return _code_page(data, error)


def _code_page(data: bytes, error: UnicodeDecodeError) -> tuple[str, tuple[str, ...]]:
    """The text in the one code page in which its header has known names outside ASCII."""
    likely: list[tuple[int, str]] = []
    for page in CODE_PAGES:
        head = data[:_HEAD].decode(page, "replace")
        best = max((_foreign_names(line) for line in head.splitlines()[:LOOKED_AT]), default=0)
        if best:
            likely.append((best, page))
    most = max((best for best, _ in likely), default=0)
    texts = {
        page: text for best, page in likely if best == most and (text := _decoded(data, page)) is not None
    }
    if len(set(texts.values())) != 1:  # pages that read the same text do not differ
        raise Invalid("list.encoding", f"byte {error.start}", "bytes that are not UTF-8", SAVE_AS) from None
    page, text = texts.popitem()
    return text, (ENCODING.format(page.replace("cp", "Windows-")),)


def _decoded(data: bytes, page: str) -> str | None:
    try:
        return data.decode(page)
    except UnicodeDecodeError:
        return None


def _foreign_names(line: str) -> int:
    """How many known names of columns outside ASCII a line has."""
    parts = re.split(r"[,;\t|]", line[:4_000])[:COLUMN_LIMIT]
    return len({m for part in parts if not part.isascii() and (m := columns.meaning(part.strip(' "')))})


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without a line that states it."""
    stated = _SEP_LINE.match(text)
    if stated is not None:
        if stated[1] not in f"{SEPARATORS}:":
            raise Invalid("list.separator", "row 1", stated[0].strip(), "sep= and one of , ; | : or a tab")
        return stated[1], text[stated.end() :]
    best = (-1, -1, ",")
    for rank, separator in enumerate(SEPARATORS):
        try:
            head = [
                row for _, row in zip(range(LOOKED_AT), separated.rows(text[:_HEAD], separator), strict=False)
            ]
        except csv.Error:
            head = [line.split(separator) for line in text[:_HEAD].splitlines()[:LOOKED_AT]]
        known = max((len({m for cell in row if (m := columns.meaning(cell))}) for row in head), default=0)
        score = (known, sum(len(row) > 1 for row in head) * 10 - rank, separator)
        if score[:2] > best[:2]:
            best = score
    return best[2], text


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    number = 0
    try:
        for values in separated.rows(text, separator):
            number += 1
            yield number, values
    except csv.Error as error:
        wanted = 'a quoted cell that ends with a quote, quotes inside it doubled ("")'
        raise Invalid("list.quotes", f"row {number + 1}", str(error), wanted) from None
