"""Sheets of paper for people who may have nothing else: A4, black on white, one HTML file, nothing fetched.

No script, no picture, no colour that carries a meaning: a bad copier and a pencil are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from wideberth.errors import shorten

MARK: Final = "EXERCISE – EXERCISE – EXERCISE"
LEGAL: Final = (
    "As of its time, and no later. It gives no permission and no guarantee; that nothing is listed does not"
    " say that nothing is there. Absence from a list removes no protection under international humanitarian"
    " law."
)
BOX: Final = '<td class="box"></td>'
"""A square for a tick."""
_STYLE: Final = """
@page { size: A4 portrait; margin: 12mm 11mm 14mm;
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt Helvetica, sans-serif } }
* { box-sizing: border-box }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { font: 8.6pt/1.3 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  background: #fff; max-width: 188mm; margin: 0 auto }
h1 { font-size: 14pt; margin: 0 } h2 { font-size: 9.6pt; margin: 2.6mm 0 .6mm; break-after: avoid }
p { margin: 0 0 1mm } .small { font-size: 7.4pt } .big { font-size: 10.5pt; font-weight: 700 }
.exercise { border: 2pt solid #000; font-size: 12pt; font-weight: 700; letter-spacing: .12em; padding: 1mm;
  text-align: center; margin: 0 0 1.5mm }
.head { display: flex; justify-content: space-between; align-items: baseline; gap: 4mm;
  border-bottom: 1.2pt solid #000; padding-bottom: 1mm; margin-bottom: 1mm }
table { border-collapse: collapse; width: 100%; margin: 0 0 1mm }
th, td { border: .5pt solid #000; padding: .5mm 1.1mm; text-align: left; vertical-align: top;
  overflow-wrap: break-word }
th { white-space: nowrap; font-weight: 700; border-bottom-width: 1.2pt } tr { break-inside: avoid }
thead { display: table-header-group } tfoot { display: table-footer-group }
td.box { width: 5.5mm; padding: 0 } td.box::after { content: ""; display: block; width: 3.2mm; height: 3.2mm;
  margin: .7mm auto 0; border: .8pt solid #000 }
table.frame, table.frame > * > tr > td { border: 0; padding: 0; margin: 0 }
table.frame > tfoot > tr > td { padding-top: 1mm } td.hand { height: 7.4mm }
table.sign td { height: 11mm; width: 33.3% } .rtl { direction: rtl; unicode-bidi: isolate; text-align: right }
section.page { break-before: page } .dense { font-size: 7.3pt; line-height: 1.22 }
.dense td, .dense th { padding: .2mm .8mm }
table.log th:nth-child(6) { width: 30% } table.log th:nth-child(-n+2) { width: 11% }
ul { margin: 0 0 1mm; padding-left: 4.5mm }
"""


def page(title: str, body: str, *, exercise: bool) -> str:
    """The whole file. What it is, and that it is an exercise, stands on every page."""
    mark = f'<div class="exercise">{MARK}</div>' if exercise else ""
    foot = f'<p class="small">{text(title)}. {LEGAL}</p>'
    # head and foot of a table are printed again on each page
    frame = (
        f'<table class="frame"><thead><tr><td>{mark}</td></tr></thead>'
        f"<tfoot><tr><td>{foot}{mark}</td></tr></tfoot><tbody><tr><td>{body}</td></tr></tbody></table>"
    )
    named = f"{MARK}: {title}" if exercise else title
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{text(named)}</title><style>{_STYLE}</style></head><body>{frame}</body></html>\n"
    )


def head(title: str, right: str) -> str:
    """The first line of a sheet."""
    return f'<div class="head"><h1>{text(title)}</h1><span class="big">{text(right)}</span></div>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, boxes: bool = False) -> str:
    """A table; `boxes`: with a square before each row."""
    first = "<th></th>" if boxes else ""
    top = first + "".join(f"<th>{text(each)}</th>" for each in columns)
    body = "".join(
        f"<tr>{BOX if boxes else ''}{''.join(f'<td>{text(each)}</td>' for each in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def blank(columns: Sequence[str], rows: int) -> str:
    """A log to be filled in by hand; its sixth column is for what was said."""
    top = "".join(f"<th>{text(each)}</th>" for each in columns)
    row = f"<tr>{'<td class=hand></td>' * len(columns)}</tr>"
    return f'<table class="log"><thead><tr>{top}</tr></thead><tbody>{row * rows}</tbody></table>'


def text(words: str) -> str:
    """What somebody may have written, as text and nothing else."""
    return escape(shorten(words, 400), quote=True)
