"""Where the header of a sheet is, and what its columns are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.lists import columns
from wideberth.formats.lists.sheet import Cell, Row, Sheet, column_letters

LOOKED_AT = 60
"""Rows with something in them among which the header is looked for."""
PLACES = ("coordinates", "mgrs", "shape", "waypoints")
WANTED = (
    "columns for a place: lat and lon, or coordinates, or MGRS, or from and to"
    " (docs/lists.md; `wideberth template`)"
)

_DEGREES = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[.,][0-9]{3,15}(?![0-9.,])|°)")
"""Degrees in text: `33.5131`, `36,27651`, `33°30′`."""

ABOVE = "rows above the header are not read"
TAGS_USED = "HXL tags say what columns without a known header are"
TAGS = "HXL tags are not read: the headers are known"
UNKNOWN = "columns that are not known are not read: {}"
PERSONAL = "columns of personal data are not read: {}"
UNREAD = "of several columns for one thing the first is read, not: {}"


class Column(Struct, frozen=True):
    """A column that is read: its place from 0, what it is, its unit if the header names one."""

    index: int
    meaning: str
    header: str
    unit: str | None


class Table(Struct, frozen=True):
    """The columns by what they are, and the rows below the header. `personal`: columns of people, never among
    those that are read into rows.
    """

    columns: dict[str, Column]
    rows: list[Row]
    width: int
    header: int
    notes: tuple[str, ...]
    personal: tuple[Column, ...] = ()


def has_place(meanings: Sequence[str | None]) -> bool:
    """True where a row of headers could hold places."""
    pairs = (("lat", "lon"), ("from", "to"))
    return any(a in meanings and b in meanings for a, b in pairs) or any(each in meanings for each in PLACES)


def find(sheet: Sheet) -> Table:
    """The table of a sheet.

    Raises: Invalid (`list.no_header`, `list.no_place`, `list.repeated_column`).
    """
    best, score = -1, (False, 1)
    earlier = -1
    for place, row in enumerate(sheet.rows[:LOOKED_AT]):
        meanings = _meanings(row.cells)
        known = len({each for each in meanings if each})
        alone = known == sum(cell is not None for cell in row.cells)
        if (known > 1 or alone) and (has_place(meanings), known) > score:
            best, score = place, (has_place(meanings), known)
            earlier = place if earlier < 0 and known > 1 and has_place(meanings) else earlier
    if 0 <= earlier < best and any(map(_holds_figures, sheet.rows[earlier + 1 : best])):
        found = f"headers in the rows {sheet.rows[earlier].number} and {sheet.rows[best].number}"
        path = where(sheet, f"row {sheet.rows[best].number}")
        raise Invalid("list.two_tables", path, found, "one table in a sheet, its header above all its rows")
    tagged = next((n for n, row in enumerate(sheet.rows[:LOOKED_AT]) if _is_tags(row)), None)
    if best < 0 and tagged is None:
        first = shorten(", ".join(str(cell) for cell in sheet.rows[0].cells[:6]), 60) if sheet.rows else ""
        raise Invalid(
            "list.no_header", where(sheet, "row 1"), first or "nothing", f"a row of headers with {WANTED}"
        )
    if best < 0:
        assert tagged is not None
        best = tagged if tagged == 0 else tagged - 1
    return _table(sheet, best, tagged)


def holds_places(sheet: Sheet) -> bool:
    """True where rows of a sheet look as if they held positions, whatever its header says."""
    return any(map(_holds_figures, sheet.rows))


def _holds_figures(row: Row) -> bool:
    """True for a row with two figures such as positions have."""
    return sum(_is_degrees(cell) for cell in row.cells) > 1


def _is_degrees(cell: Cell) -> bool:
    if isinstance(cell, float):
        return abs(cell) <= 180 and round(cell, 2) != cell
    return isinstance(cell, str) and _DEGREES.search(cell[:60]) is not None


def where(sheet: Sheet, place: str) -> str:
    """`sheet "Sites", row 7`."""
    return f'sheet "{shorten(sheet.name, 40)}", {place}' if sheet.name else place


def _meanings(cells: Sequence[Cell]) -> list[str | None]:
    return [columns.meaning(cell) if isinstance(cell, str) else None for cell in cells]


def _is_tags(row: Row) -> bool:
    texts = [cell for cell in row.cells if cell is not None]
    tags = sum(isinstance(cell, str) and columns.is_tag(cell) for cell in texts)
    return tags >= 2 and tags * 2 >= len(texts)


def _table(sheet: Sheet, at: int, tagged: int | None) -> Table:
    header = sheet.rows[at]
    meanings = _meanings(header.cells)
    notes: list[str] = []
    below = at + 1
    if tagged is not None and at <= tagged <= at + 1:  # further down, rows between would be lost
        tags = sheet.rows[tagged].cells
        by_tag = [columns.hxl(cell) if isinstance(cell, str) else None for cell in tags]
        meanings += [None] * (len(by_tag) - len(meanings))
        used = [n for n, each in enumerate(by_tag) if each and meanings[n] is None and each not in meanings]
        for n in used:
            meanings[n] = by_tag[n]
        notes.append(f"{TAGS_USED if used else TAGS} (row {sheet.rows[tagged].number})")
        below = max(below, tagged + 1)
    if at:
        numbers = [row.number for row in sheet.rows[:at]]
        notes.append(f"{ABOVE} ({', '.join(map(str, numbers[:5]))}{' …' if len(numbers) > 5 else ''})")
    names = [_name(header.cells, n) for n in range(len(meanings))]
    if not has_place(meanings):
        found = shorten(", ".join(name for name in names if name), 200)
        raise Invalid("list.no_place", where(sheet, f"row {header.number}"), found, WANTED)
    for each, name in zip(meanings, names, strict=True):
        if each in ("lat", "lon", "coordinates") and (odd := columns.elsewhere(name)):
            wanted = "positions on WGS84, south and west negative; name another datum in a column datum"
            raise Invalid(
                "list.header_place", where(sheet, f"row {header.number}"), f"{name} ({odd})", wanted
            )
    kept: dict[str, Column] = {}
    personal: list[Column] = []
    told: dict[str, list[str]] = {UNKNOWN: [], PERSONAL: [], UNREAD: []}
    for n, each in enumerate(meanings):
        if each is None:
            if columns.is_size(names[n]):
                place = where(sheet, f"row {header.number}, column {column_letters(n)}")
                wanted = (
                    "radius or half width, with m, km, ft or NM in brackets; or another name for the column"
                )
                raise Invalid("list.unknown_size", place, names[n], wanted)
            if names[n]:
                told[UNKNOWN].append(names[n])
        elif each == "contact":
            told[PERSONAL].append(names[n])
            personal.append(Column(n, each, names[n], None))
        elif each not in kept:
            kept[each] = Column(n, each, names[n], columns.unit(names[n]))
        elif each in columns.FREE and not (each == "id" and {"time", "sequence"} & set(meanings)):
            told[UNREAD].append(names[n])
        else:
            found = f"the columns {kept[each].header!r} and {names[n]!r}"
            place = where(sheet, f"row {header.number}, column {column_letters(n)}")
            raise Invalid(
                "list.repeated_column", place, found, f"one column for {each}: remove or rename the other"
            )
    notes += [note.format(shorten(", ".join(found), 300)) for note, found in told.items() if found]
    width = max((n + 1 for n, name in enumerate(names) if name), default=0)
    below_it = sheet.rows[below:]
    return Table(kept, below_it, width, header.number, (*sheet.notes, *notes), tuple(personal))


def _name(cells: Sequence[Cell], column: int) -> str:
    cell = cells[column] if column < len(cells) else None
    return " ".join(str(cell).split()) if cell is not None else ""
