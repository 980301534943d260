"""A released copy as plain text: to be read in anything, sent as mail, read aloud."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from wideberth.formats.release_told import Told
from wideberth.model.release import Record
from wideberth.render import release_sheet
from wideberth.render.release_lines import LINES, name

WIDTH: Final = 100
"""Columns; positions stand in one line each."""


def text(told: Told) -> bytes:
    """The copy in UTF-8. The marks begin it, end it, and go with each record."""
    marks = [line for each in told.marks for line in _wrapped(each)]
    lines = [
        *marks,
        "",
        *_wrapped(f"RELEASE: {name(told.document.title)}"),
        "",
        *_paragraph(told.heading),
        *(line for each in told.records for line in _record(told, each)),
        *_paragraph(told.closing),
        "",
        *marks,
        f"Copy {told.token}",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _record(told: Told, record: Record) -> Iterator[str]:
    yield ""
    yield "-" * WIDTH
    yield from _wrapped(release_sheet.title(record))
    yield from _wrapped(" · ".join(told.marks))
    yield ""
    yield from _paragraph(told.remarks[record.number])
    yield ""
    for called, said in release_sheet.facts(record):
        yield from _wrapped(f"{called}: {said}", "  ")
    for area in release_sheet.areas(record):
        yield f"  {area.title}"
        for called, said in area.facts:
            yield from _wrapped(f"{called}: {said}", "    ")
        wide = max(len(each.what) for each in area.positions)
        for each in area.positions:
            yield f"    {each.what:{wide}}  {each.decimal}  {each.dms}  {each.mgrs}"
    if record.text:
        yield "  text:"
        for line in record.text.splitlines():
            yield f"  | {name(line.expandtabs(4), LINES)}"
    yield ""


def _paragraph(sentences: Iterable[str]) -> Iterator[str]:
    for each in sentences:
        yield from _wrapped(each)


def _wrapped(words: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    ) or [indent]
