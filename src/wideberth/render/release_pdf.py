"""A released copy as PDF: the marks are the head of every page, humanitarian law its foot.

Set by Typst (package `typst`, extra `pdf`) from a text in memory to bytes in memory: it reads no file, asks
no network, and has its own fonts. What somebody wrote stands in the source as strings, never as markup.
The same copy gives the same bytes: the time in the file is that at which the release was drawn up.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from wideberth.formats.release_told import Told
from wideberth.model.relay import NEVER
from wideberth.model.release import Record
from wideberth.render import release_sheet
from wideberth.render.release_lines import LINES, name
from wideberth.space.units import SECOND

_A_LINE: Final = 88
"""Characters of the marks in one line, at most."""
_ROWS: Final = 100
"""Positions that stand in a table; more stand in lines, which are set many times faster."""
_RIGHT_TO_LEFT: Final = ("R", "AL")
_STRONG: Final = ("L", *_RIGHT_TO_LEFT)
_SETTING: Final = """
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 10pt, lang: "en", hyphenate: false,
  ligatures: false)
#set par(justify: false, leading: 0.55em, spacing: 0.75em)
#set table(stroke: 0.5pt, inset: (x: 4pt, y: 2.5pt))
#let title(said) = text(size: 15pt, weight: "bold", said)
#let sentences(found) = for each in found { par(each) }
#let facts(rows) = table(columns: (auto, auto),
  ..rows.map(row => (text(weight: "bold", row.at(0)), row.at(1))).flatten())
#let figures(said) = text(font: ("DejaVu Sans Mono",), size: 7.6pt, said)
#let places(rows) = table(columns: (auto, auto, auto, auto),
  table.header(..("", "latitude, longitude", "degrees, minutes, seconds", "MGRS").map(each =>
    text(weight: "bold", each))),
  ..rows.map(row => (row.at(0), figures(row.at(1)), figures(row.at(2)), figures(row.at(3)))).flatten())
#let listed(rows) = for row in rows { block(spacing: 0.45em, figures(row)) }
#let begins(marks, said) = block(sticky: true, above: 1.6em, width: 100%, stroke: (top: 1.2pt),
  inset: (top: 5pt), { text(size: 8pt, marks); parbreak(); text(size: 12pt, weight: "bold", said) })
#let area(said) = block(sticky: true, above: 1em, text(weight: "bold", said))
#let written(found) = block(stroke: (left: 2pt), inset: (left: 8pt), width: 100%, for each in found {
  let (way, said) = each
  if way == "rtl" { align(right, text(dir: rtl, par(said))) } else { par(said) } })
#let drawing(svg) = image(bytes(svg), format: "svg", width: 80mm)
"""


def page(told: Told) -> bytes:
    """The PDF. Raises: ImportError where the extra `pdf` is not installed."""
    import typst  # an extra, and only for this

    return typst.compile(
        source(told).encode(),
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        timestamp=told.document.made_ms // SECOND,
    )


def source(told: Told) -> str:
    """The same in the language of Typst, for tests and for whoever wants to set it otherwise."""
    document = told.document
    marks = "  ·  ".join(told.marks)
    lines = math.ceil(len(marks) / _A_LINE)
    head = (
        f'block(stroke: 1.2pt, inset: 5pt, width: 100%, text(size: 9.5pt, weight: "bold", {_string(marks)}))'
    )
    foot = (
        f"{{ line(length: 100%, stroke: 0.5pt); text(size: 7.6pt, {_string(NEVER)}); h(1fr);"
        ' text(size: 8pt, context counter(page).display("1 of 1", both: true)) }'
    )
    about = (
        f"title: {_string(f'{told.marks[0]} – {name(document.title)}')}",
        f"author: {_string(name(document.by_name))}",
        f"keywords: {_strings([told.token])}",
    )
    sheet = (
        f'paper: "a4", margin: (x: 16mm, top: {20 + 5 * lines}mm, bottom: 22mm)',
        f"header: {head}",
        f"footer: {foot}",
    )
    return "\n".join(
        [
            f"#set document({', '.join(about)})",
            f"#set page({', '.join(sheet)})",
            _SETTING,
            f"#title({_string(name(document.title))})",
            f"#sentences({_strings(told.heading)})",
            *([] if release_sheet.mapped(told) else [f"#sentences({_strings([release_sheet.NO_MAPS])})"]),
            *(each for record in told.records for each in _record(told, record)),
            '#begins("", "Caveats and handling")',
            f"#sentences({_strings(told.closing)})",
            "",
        ]
    )


def _record(told: Told, record: Record) -> Iterator[str]:
    yield f"#begins({_string(' · '.join(told.marks))}, {_string(release_sheet.title(record))})"
    yield f"#sentences({_strings(told.remarks[record.number])})"
    yield f"#facts({_array(_strings(each) for each in release_sheet.facts(record))})"
    if drawn := release_sheet.drawing(told, record):
        yield f"#drawing({_string(drawn)})"
    for area in release_sheet.areas(record):
        yield f"#area({_string(area.title)})"
        yield f"#facts({_array(_strings(each) for each in area.facts)})"
        rows = [(each.what, each.decimal, each.dms, each.mgrs) for each in area.positions]
        if len(rows) <= _ROWS:
            yield f"#places({_array(_strings(each) for each in rows)})"
        else:
            yield f"#listed({_strings('   '.join(each) for each in rows)})"
    if record.text:
        lines = [name(each.expandtabs(4), LINES) for each in record.text.splitlines()]
        yield f"#written({_array(_strings((_way(each), each)) for each in lines)})"


def _way(line: str) -> str:
    """The direction of the first letter that has one (UAX 9, P2 and P3)."""
    for each in line:
        found = unicodedata.bidirectional(each)
        if found in _STRONG:
            return "rtl" if found in _RIGHT_TO_LEFT else "ltr"
    return "ltr"


def _strings(found: Iterable[str]) -> str:
    return _array(_string(each) for each in found)


def _array(found: Iterable[str]) -> str:
    return f"({''.join(f'{each}, ' for each in found)})"


def _string(words: str) -> str:
    """A string of Typst: there is no markup, no code and no escape in it but these two."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
