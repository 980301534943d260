"""The score sheet of a drill that a person has done: text, and one page of A4 in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

MARK: Final = "EXERCISE"

_PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
@page {{ size: A4; margin: 18mm }}
body {{ font: 11pt/1.4 sans-serif; color: #000; background: #fff; max-width: 174mm; margin: 0 auto }}
.mark {{ border: 2pt solid #000; font-weight: 700; letter-spacing: .2em; padding: 2mm; text-align: center }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: .5pt solid #000; padding: 2mm; text-align: left; vertical-align: top }}
th:first-child, td:first-child {{ white-space: nowrap }}
.sign {{ margin-top: 14mm; border-top: .5pt solid #000; width: 80mm; padding-top: 1mm }}
</style></head><body>
<p class="mark">{mark}</p>
<h1>{title}</h1>
<p>{below}</p>
<table><thead><tr><th>looked at</th><th>came out</th><th>wanted</th></tr></thead><tbody>
{rows}
</tbody></table>
<p>{why}.</p>
<p>It is for the one who trained. It says nothing about any party, and is kept by nobody.</p>
<p class="sign">the trainer</p>
<p class="mark">{mark}</p>
</body></html>
"""


def lines(title: str, rows: Sequence[tuple[str, str, str]], why: str) -> list[str]:
    """The sheet as text."""
    width = max(len(each[0]) for each in rows)
    found = [MARK, title]
    found += [f"  {what:<{width}}  {came}  (wanted: {wanted})" for what, came, wanted in rows]
    return [*found, f"  {why}."]


def page(title: str, below: str, rows: Sequence[tuple[str, str, str]], why: str) -> str:
    """The sheet as a page that asks for nothing from anywhere."""
    body = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in each)}</tr>" for each in rows)
    named = {"title": title, "below": below, "why": why}
    return _PAGE.format(mark=MARK, rows=body, **{name: escape(text) for name, text in named.items()})
