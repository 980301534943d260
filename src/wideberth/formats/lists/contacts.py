"""What a list says of people: its columns of names, telephones and plates, for a store of its own.

Nothing here goes where rows go. Who calls it keeps what it gives apart, until a day on which it is erased.
"""

from __future__ import annotations

from wideberth.formats.lists import reader
from wideberth.formats.lists.defused import restore
from wideberth.formats.lists.header import where
from wideberth.formats.lists.sheet import shown
from wideberth.formats.published import line

TEXT = 500
"""Characters of a cell that are taken."""


def read(data: bytes) -> dict[str, dict[str, str]]:
    """For each row, by its place (`row 7`), the texts of its columns of people by their headers.

    Raises: Invalid (as reader.records).
    """
    found: dict[str, dict[str, str]] = {}
    for sheet, table in reader.tables(data):
        for row in table.rows:
            texts = {
                each.header: text
                for each in table.personal
                if each.index < len(row.cells) and (text := line(restore(shown(row.cells[each.index]))))
            }
            if texts:
                place = where(sheet, f"row {row.number}")
                found[place] = {name: text[:TEXT] for name, text in texts.items()}
    return found
