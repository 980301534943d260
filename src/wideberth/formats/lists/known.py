"""Which separated texts are notification lists: archives of notices in CSV are another format's."""

from __future__ import annotations

from wideberth.formats.format import Peek
from wideberth.formats.lists.columns import plain

NOTICES = ("notam id", "raw")
"""Headers of an archive of NOTAMs or navigational warnings."""


def is_list(peek: Peek) -> bool:
    """True for a separated text that is no archive of notices."""
    first = peek.head.split("\n", 1)[0]
    for mark in ",;\t|":
        headers = {plain(cell.strip(' "')) for cell in first[:4_000].split(mark)}
        if all(name in headers for name in NOTICES):
            return False
    return True
