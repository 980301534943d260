"""Teletype messages as text: warnings, orders, flight plans. What matters in them is plain ASCII."""

from __future__ import annotations

import codecs
from bisect import bisect_right

from wideberth.errors import Invalid
from wideberth.formats.raw import Tally

NOT_UTF8 = "bytes that are not UTF-8 were read as Windows-1252; positions and times are ASCII"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_of(data: bytes, tally: Tally) -> str:
    """The text, with plain line ends; UTF-8, UTF-16 with its mark, else Windows-1252 (told).

    Raises: Invalid (`message.encoding`).
    """
    text: str | None = None
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = data.removeprefix(mark).decode(name, "replace")
            break
    if text is None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            tally.tell(NOT_UTF8, "the file")
            text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise Invalid("message.encoding", "", "zero bytes", "text in UTF-8, or UTF-16 with a byte order mark")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Lines:
    """Which line a place in a text is on; the first is 1."""

    def __init__(self, text: str) -> None:
        self._ends = [i for i, c in enumerate(text) if c == "\n"]

    def at(self, offset: int) -> int:
        """The number of the line that holds `offset`."""
        return bisect_right(self._ends, offset - 1) + 1
