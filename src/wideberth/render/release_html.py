"""A released copy as one page for any browser and for paper: no script, nothing fetched, black on white.

The marks are the head of a table around everything, its foot has the words on humanitarian law: a browser
prints both again on every sheet. Each record begins with the marks as well, so that a picture of the screen
has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from wideberth.formats.release_told import Told
from wideberth.model.relay import NEVER
from wideberth.model.release import Record
from wideberth.render import mark, release_sheet
from wideberth.render.release_lines import LINES, name

_STYLE: Final = """
@page { size: A4 portrait; margin: 12mm 12mm 14mm;
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt sans-serif } }
* { box-sizing: border-box }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { font: 10pt/1.4 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  background: #fff; max-width: 190mm; margin: 0 auto; padding: 2mm }
h1 { font-size: 15pt; margin: 3mm 0 2mm } h2 { font-size: 11.5pt; margin: 0 0 1mm; break-after: avoid }
h3 { font-size: 10pt; margin: 2mm 0 .5mm; break-after: avoid }
p { margin: 0 0 1.2mm } .small { font-size: 8pt }
.marks { border: 1.6pt solid #000; padding: 1mm 2mm; font-weight: 700; margin: 0 0 2mm;
  overflow-wrap: anywhere }
.marks span { display: inline-block; margin-right: 3.5mm }
.exercise { background: #000; color: #fff; padding: 0 2mm; letter-spacing: .06em }
section { border-top: 1.2pt solid #000; margin-top: 4mm; padding-top: 2mm }
table.frame { border-collapse: collapse; width: 100%; table-layout: fixed }
table.frame > * > tr > td { padding: 0; vertical-align: top }
thead { display: table-header-group } tfoot { display: table-footer-group }
table.in { border-collapse: collapse; margin: 1mm 0 2mm }
table.in th, table.in td { border: .5pt solid #000; padding: .4mm 1.6mm; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }
table.in th { font-weight: 600; white-space: nowrap }
table.in tr { break-inside: avoid } .side td { max-width: 72mm }
td.n { font: 8.6pt/1.4 "Liberation Mono", "DejaVu Sans Mono", monospace; white-space: nowrap }
.foot { border-top: .5pt solid #000; padding-top: 1mm; margin-top: 3mm }
.text { border-left: 2pt solid #000; padding-left: 3mm; margin: 1mm 0 2mm }
.text p { min-height: 1em; overflow-wrap: anywhere } figure { margin: 1mm 0 0; width: 82mm }
svg { max-width: 100%; height: auto } .side { display: flex; flex-wrap: wrap; gap: 0 5mm;
  align-items: flex-start; break-inside: avoid }
"""


def page(told: Told) -> bytes:
    """The page in UTF-8. Its token stands in its head, where no reader sees it."""
    document = told.document
    shown = _text(f"{told.marks[0]} – {name(document.title)}")
    frame = (
        f'<table class="frame"><thead><tr><td>{_marks(told)}</td></tr></thead><tfoot><tr><td>'
        f'<p class="small foot">{NEVER}</p></td></tr></tfoot><tbody><tr><td>'
        f'<h1 dir="auto">{_text(name(document.title))}</h1>{_sentences(told.heading)}'
        f"{'' if release_sheet.mapped(told) else _sentences([release_sheet.NO_MAPS])}"
        f"{''.join(_record(told, each) for each in told.records)}"
        f"<section><h2>Caveats and handling</h2>{_sentences(told.closing)}</section>"
        "</td></tr></tbody></table>"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta name="robots" content="noindex"><meta name="release" content="{_text(document.id)}">'
        f'<meta name="copy" content="{_text(told.token)}">'
        f"<title>{shown}</title><style>{_STYLE}</style></head><body>{frame}</body></html>\n"
    ).encode()


def _marks(told: Told) -> str:
    shown = "".join(
        f'<span class="exercise">{each}</span>' if each == mark.MARK else f"<span>{_text(each)}</span>"
        for each in told.marks
    )
    return f'<p class="marks">{shown}</p>'


def _sentences(found: Iterable[str]) -> str:
    return "".join(f"<p>{_text(each)}</p>" for each in found)


def _record(told: Told, record: Record) -> str:
    drawn = release_sheet.drawing(told, record)
    drawing = f"<figure>{drawn}</figure>" if drawn else ""
    return (
        f'<section><p class="small">{_text(" · ".join(told.marks))}</p>'
        f"<h2>{_text(release_sheet.title(record))}</h2>{_sentences(told.remarks[record.number])}"
        f'<div class="side">{_facts(release_sheet.facts(record))}{drawing}</div>'
        f"{''.join(_areas(record))}{_words(record)}</section>"
    )


def _areas(record: Record) -> Iterator[str]:
    for area in release_sheet.areas(record):
        yield f"<h3>{area.title}</h3>{_facts(area.facts)}"
        rows = "".join(
            f"<tr><th>{each.what}</th>"
            + "".join(f'<td class="n">{_text(said)}</td>' for said in (each.decimal, each.dms, each.mgrs))
            + "</tr>"
            for each in area.positions
        )
        yield (
            '<table class="in"><tr><th></th><th>latitude, longitude</th><th>degrees, minutes, seconds</th>'
            f"<th>MGRS</th></tr>{rows}</table>"
        )


def _facts(found: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr><th>{_text(called)}</th><td dir="auto">{_text(said)}</td></tr>' for called, said in found
    )
    return f'<table class="in">{rows}</table>'


def _words(record: Record) -> str:
    if not record.text:
        return ""
    # dir=auto: each line runs as its own first letter does (HTML, 3.2.6.4)
    lines = "".join(
        f'<p dir="auto">{_text(name(each.expandtabs(4), LINES))}</p>' for each in record.text.splitlines()
    )
    return f'<div class="text">{lines}</div>'


def _text(words: str) -> str:
    return escape(words, quote=True)
