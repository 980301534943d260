"""Lines of an OpenAir file: a record's key and what stands behind it, without remarks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.raw import Tally

SIZE = 32 * 1024 * 1024
"""Bytes of a file (a judgement: all airspace of Europe takes some 10 MB)."""
LINES = 1_000_000
LONGEST = 2_000
"""Characters of a line: what is longer is no record."""

WINDOWS = "the file is not UTF-8, read as Windows-1252"

DRAWN = ("DP", "DA", "DB", "DC", "DY")
STATED = ("AC", "AN", "AH", "AL", "AY", "AA", "AF", "AG")
UNUSED = ("SP", "SB", "AT", "AI", "AX", "TP", "AQ")
"""Pen, brush, label position, identifier, transponder codes: they bound nothing."""
TERRAIN = ("TO", "TC")

_RECORD = re.compile(r"([A-Za-z]{2})(?:\s+(.*)|(?=[\d+-])(.*)|)", re.DOTALL)
_VARIABLE = re.compile(r"[Vv]\s*([A-Za-z])\s*=\s*(.*)", re.DOTALL)
_BREAK = re.compile(r"\r\n?|\n")


class Line(Struct, frozen=True):
    """A record: its key in capitals (`V X` of a variable, empty if it is none), its text, its remark."""

    number: int
    key: str
    text: str
    remark: str
    whole: str

    @property
    def where(self) -> str:
        """For errors and notes."""
        return f"line {self.number}"


def decoded(data: bytes, tally: Tally) -> str:
    """The text of a file. Raises: Invalid (`file.empty`, `file.too_large`)."""
    if len(data) > SIZE:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE:,} bytes (32 MiB)")
    if not data.strip():
        raise Invalid("file.empty", "", "an empty file", "OpenAir airspace")
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(name, "replace")
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        number = body.count(b"\n", 0, error.start) + 1
        tally.tell(WINDOWS, f"line {number}")
        return body.decode("cp1252", "replace")


def records(text: str) -> Iterator[Line]:
    """The lines that are not blank and not remarks. Raises: Invalid (`openair.too_many`)."""
    number = 0
    for number, whole in enumerate(_BREAK.split(text), 1):
        if number > LINES:
            raise Invalid("openair.too_many", f"line {number:,}", "more lines", f"at most {LINES:,} lines")
        plain = whole.strip(" \t\x1a\x00\x0c")
        if plain and plain[0] not in "*#;":
            yield _line(number, plain)


def _line(number: int, plain: str) -> Line:
    if len(plain) > LONGEST:
        return Line(number, "", plain[:LONGEST], "", plain[:LONGEST])
    body, _, remark = plain.partition("*")
    if (variable := _VARIABLE.fullmatch(body)) is not None:
        key, text = f"V {variable[1].upper()}", variable[2]
    elif (record := _RECORD.fullmatch(body.strip())) is not None:
        key, text = record[1].upper(), record[2] or record[3] or ""
    else:
        return Line(number, "", plain, "", plain)
    if key not in ("AN", "AG"):  # a name may hold the sign
        text, _, behind = text.partition(";")
        remark = f"{behind} {remark}"
    return Line(number, key, text.strip(), remark.strip(), plain)
