"""A day table on one sheet (A4, black and white): challenges and replies for units without a device.

One HTML file that needs nothing else. It says by itself how it is used, and what it does not prevent.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from wideberth.errors import shorten

MARK: Final = "EXERCISE · EXERCISE · EXERCISE"

HOW: Final = (
    (
        "Whoever calls says the number of a row that is not crossed out, and its challenge. Whoever is called"
        " says the reply. Then the other way round, with a row of the other half. Each side crosses out both."
    ),
    (
        "A row is used once, also when the answer was wrong or nobody answered. Words and digits mean the"
        " same: say whichever is understood."
    ),
    "After three wrong answers stop, and ask your desk.",
)
"""How it is used."""
NOT_PREVENTED: Final = (
    "Somebody who passes on, at that moment, what each of the two says: both hear right words.",
    "A table that was lost, copied or photographed. Tell your desk at once; nobody uses this number again.",
    "Somebody who is made to say them.",
    "Somebody who heard a row that was not crossed out. A recording of one that was is worth nothing.",
)
"""What it does not prevent, on the page and in docs/words.md."""
NEVER: Final = (
    "A right answer shows that somebody there has these words now. It does not show who speaks, where they"
    " are, or that what they say is so; it is no permission. No answer, or a wrong one, says nothing about"
    " who it is."
)

_STYLE: Final = """
@page { size: A4 portrait; margin: 10mm }
* { box-sizing: border-box }
body { font: 9pt/1.25 Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif; color: #000;
  background: #fff; max-width: 190mm; margin: 0 auto }
h1 { font-size: 14pt; margin: 0 0 .5mm } h2 { font-size: 10pt; margin: 2.5mm 0 1mm }
p { margin: 0 0 1mm } ul { margin: 0; padding-left: 4mm } .mark { border: 1.6pt solid #000; font-weight: 700;
  font-size: 12pt; letter-spacing: 1pt; margin: 0 0 2mm; padding: 1mm; text-align: center }
table { border-collapse: collapse; width: 100%; border: 1.2pt solid #000 }
th, td { border: .5pt solid #000; padding: .45mm 1.2mm; text-align: left }
th { font-weight: 600; font-size: 8pt } td { font-family: "DejaVu Sans Mono", "Liberation Mono", monospace;
  font-size: 8.5pt; white-space: nowrap } td:first-child { text-align: right; font-weight: 700 }
.n { white-space: nowrap }
.used { width: 9mm }
"""


class Row(NamedTuple):
    """A number, and a challenge and a reply, each as words and as digits."""

    n: int
    challenge: tuple[str, str]
    reply: tuple[str, str]


class Table(NamedTuple):
    """What is printed.

    Attributes:
        peer: what the other party is called here.
        day: of UTC, as 2027-01-15.
        number: of the table.
        made: when, for people.
        asked_by_us: rows of which our units say the challenge; `asked_by_them` theirs.
        exercise: whether none of it is real.
    """

    peer: str
    day: str
    number: int
    made: str
    asked_by_us: Sequence[Row]
    asked_by_them: Sequence[Row]
    exercise: bool = False


def page(table: Table) -> str:
    """The sheet as HTML."""
    title = f"{'EXERCISE ' if table.exercise else ''}Recognition words, table {table.number}, {table.day} UTC"
    mark = f'<p class="mark">{MARK}</p>' if table.exercise else ""
    peer = shorten(table.peer, 60)
    body = (
        f"{mark}<h1>{_text(title)}</h1>"
        f"<p><b>With {_text(peer)}. For {_text(table.day)} from 00:00 to 24:00 UTC, and for no other day: "
        f"destroy it at 01:00 UTC of the next.</b> <span class='n'>Made {_text(table.made)}.</span></p>"
        f"<ul>{''.join(f'<li>{_text(each)}</li>' for each in HOW)}</ul>"
        f"<h2>We ask {_text(peer)}: we say the challenge, they say the reply</h2>{_rows(table.asked_by_us)}"
        f"<h2>{_text(peer)} asks us: they say the challenge, we say the reply</h2>"
        f"{_rows(table.asked_by_them)}"
        f"<h2>What this does not prevent</h2>"
        f"<ul>{''.join(f'<li>{_text(each)}</li>' for each in NOT_PREVENTED)}</ul><p>{_text(NEVER)}</p>{mark}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _rows(rows: Sequence[Row]) -> str:
    head = '<tr><th>no.</th><th>challenge</th><th>reply</th><th class="used">used</th></tr>'
    return f"<table>{head}{''.join(map(_row, rows))}</table>"


def _row(row: Row) -> str:
    said = (f"<td>{_text(words)} &nbsp;{_text(digits)}</td>" for words, digits in (row.challenge, row.reply))
    return f"<tr><td>{row.n}</td>{''.join(said)}<td></td></tr>"


def _text(words: str) -> str:
    return escape(words, quote=False)
