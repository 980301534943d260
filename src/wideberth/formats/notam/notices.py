"""A file of notices parted into single ones: text with one or many, or the table of an archive."""

from __future__ import annotations

import csv
import html
import re

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats import separated
from wideberth.formats.format import Peek

NOTICE_LIMIT = 100_000
SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes of a file."""
LENGTH_LIMIT = 60_000
"""Characters of one notice: many times the longest that a message may be."""

HEADER = re.compile(
    r"(?<![A-Z\d/])(?P<number>[A-Z]\d{1,4}/\d{2}|____/__)\s{1,9}NOTAM(?P<kind>[NRC])(?![A-Z])"
    r"(?:\s{1,9}(?P<names>[A-Z]\d{1,4}/\d{2}))?",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![A-Z\d])Q\s?\)\s{0,9}[A-Z]{3,4}\s?/\s?Q[A-Z]{4}", re.IGNORECASE)
_NEXT_TO = 120
"""Characters: a Q-line that follows a header within these belongs to it."""


class Notice(Struct, frozen=True):
    """The text of one notice, and where in the file it stands (`line 41`, `row 7`)."""

    text: str
    where: str


def is_notam(peek: Peek) -> bool:
    """Whether a text looks like notices: a header `A0117/26 NOTAMN` or a Q-line in its beginning."""
    head = html.unescape(peek.head)
    return HEADER.search(head) is not None or _BARE.search(head) is not None


def is_archive(peek: Peek) -> bool:
    """Whether a table has a column `raw` beside `notam_id`: an archive of notices."""
    columns = [name.strip().strip('"').lower() for name in peek.head.split("\n", 1)[0].split(",")]
    return "raw" in columns and "notam_id" in columns and HEADER.search(html.unescape(peek.head)) is not None


def in_text(data: bytes) -> list[Notice]:
    """The notices of a text, in order: each begins with its header, or with a Q-line that has none.

    Raises: Invalid (`notam.too_large`, `notam.encoding`, `notam.no_notice`, `notam.too_many`).
    """
    text = _decoded(data)
    headers = [match.start() for match in HEADER.finditer(text)]
    starts = list(headers)
    number = 0
    for match in _BARE.finditer(text):
        while number < len(headers) and headers[number] <= match.start():
            number += 1
        owner = headers[number - 1] if number else -_NEXT_TO - 1
        if match.start() - owner > _NEXT_TO:
            starts.append(match.start())
    starts.sort()
    if not starts:
        raise Invalid(
            "notam.no_notice", "", shorten(text.strip(), 60), "a notice: A0117/26 NOTAMN Q) … A) … B) …"
        )
    if len(starts) > NOTICE_LIMIT:
        raise Invalid("notam.too_many", "", f"{len(starts):,} notices", f"at most {NOTICE_LIMIT:,}")
    found: list[Notice] = []
    line, seen = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        line += text.count("\n", seen, start)
        seen = start
        found.append(Notice(html.unescape(text[start:end]), f"line {line}"))
    return found


def in_archive(data: bytes) -> list[Notice]:
    """The notices of a table with a column `raw`, one a row.

    Raises: Invalid (`notam.too_large`, `notam.encoding`, `notam.no_notice`, `notam.too_many`, `notam.table`).
    """
    rows = separated.rows(_decoded(data))
    number = 1
    found: list[Notice] = []
    try:
        head = [name.strip().lower() for name in next(rows, [])]
        if "raw" not in head:
            raise Invalid(
                "notam.table", "row 1", ", ".join(head), "a column named raw with the texts of notices"
            )
        column = head.index("raw")
        for number, row in enumerate(rows, start=2):
            if len(found) >= NOTICE_LIMIT:
                raise Invalid(
                    "notam.too_many", "", f"over {NOTICE_LIMIT:,} notices", f"at most {NOTICE_LIMIT:,}"
                )
            if row:
                found.append(Notice(html.unescape(row[column]) if column < len(row) else "", f"row {number}"))
    except csv.Error as error:
        raise Invalid(
            "notam.table", f"row {number + 1}", str(error), "a table of comma-separated values"
        ) from None
    if not found:
        raise Invalid("notam.no_notice", "", "a table without rows", "a notice in each row")
    return found


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, else Western European, which every byte is: notices are ASCII."""
    if len(data) > SIZE_LIMIT:
        raise Invalid("notam.too_large", "", f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,}")
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16").replace("\r\n", "\n")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\0" in text:
        raise Invalid("notam.encoding", "", "bytes of zero", "text in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")
