"""Sheets as readers see them: rows of cells with the numbers that a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from msgspec import Struct

ROW_LIMIT = 1_048_576
"""What a sheet of XLSX holds: a million rows, their header and what stands above it."""
CELL_LIMIT = 6 * ROW_LIMIT
"""Of all sheets of a file; beyond it memory, not the list, would decide what is read."""
COLUMN_LIMIT = 1_000

Cell = str | float | int | bool | date | datetime | time | None
"""Text is stripped; an empty cell is None. A cell in error is text such as `#REF!`."""

ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#N/D",
    )
)
"""What spreadsheets show for a formula that failed."""
NO_VALUE = "#FORMULA"
"""A formula whose value the file does not hold."""


class Row(Struct, frozen=True):
    """`number` is what the spreadsheet shows beside the row."""

    number: int
    cells: Sequence[Cell]


class Sheet(Struct, frozen=True):
    """Rows that hold something. `name` is empty where the file has one sheet only; `separated` says that
    cells are what stood between separators.
    """

    name: str
    rows: list[Row]
    notes: tuple[str, ...] = ()
    is_1904: bool = False
    separated: bool = False


def shown(cell: Cell) -> str:
    """The text of a cell; a number in plain decimals, as exactly as the file has it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _decimals(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat()


def _decimals(number: float) -> str:
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


def column_letters(column: int) -> str:
    """`A`, `B`, … `AA` of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
