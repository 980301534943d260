"""The handover sheet: what one officer on duty passes to the next, to be ticked and signed by both.

A picture of one moment, for this party's own people, on one or two pages: the most pressing first in each
part, and what is left out is counted. What there is nothing of is named in one line, so that nobody thinks it
was forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from wideberth.render import paper

SCHEMA: Final = "wideberth.handover/1"
MOST: Final = 9
"""Rows of a part; the rest is counted."""
TITLE: Final = "Handover of the watch"
ROOM: Final = 64.0
"""Lines of print of the parts of two pages."""
HEADING, ROW = 2.6, 1.5
"""Lines that a heading takes with what stands around it, and a row, of which many are two lines high."""
FEWEST: Final = 1
"""Rows of a part that are shown however many parts there are."""


class Section(Struct, frozen=True):
    """A part of the sheet.

    Attributes:
        title: what it is of.
        columns, rows: words; each row is ticked.
        more: so many others are not shown.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


class Handover(Struct, frozen=True):
    """What is handed over.

    Attributes:
        schema: SCHEMA.
        as_of: the moment, `2026-11-27 14:05Z`.
        exercise: whether none of it is real.
        party: this party's name; `words` its identity in words.
        says: sentences that stand at the top.
        sections: in their order.
    """

    schema: str
    as_of: str
    exercise: bool
    party: str
    words: str
    says: tuple[str, ...]
    sections: tuple[Section, ...]


def section(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Section:
    """A part, cut to MOST rows."""
    return Section(title, columns, tuple(rows[:MOST]), max(0, len(rows) - MOST))


def html(sheet: Handover) -> str:
    """The sheet as a page for paper. The same sheet gives the same bytes."""
    found = _fitting([each for each in sheet.sections if each.rows])
    none = [each.title for each in sheet.sections if not each.rows]
    body = [paper.head(TITLE, f"as of {sheet.as_of}")]
    body.append(f"<p>{paper.text(sheet.words)}</p>")
    body += [f"<p>{paper.text(each)}</p>" for each in sheet.says]
    body += [_section(each) for each in found]
    if none:
        body.append(f"<p><b>Nothing to hand over of:</b> {paper.text('; '.join(none))}.</p>")
    body.append(_signatures())
    return paper.page(f"{TITLE}, as of {sheet.as_of}", "".join(body), exercise=sheet.exercise)


def _fitting(sections: list[Section]) -> list[Section]:
    """As many rows of each part as have room on two pages; the rest is counted."""
    most = MOST
    while most > FEWEST and sum(HEADING + ROW * min(len(each.rows), most) for each in sections) > ROOM:
        most -= 1
    return [_cut(each, most) for each in sections]


def _cut(found: Section, most: int) -> Section:
    rows = found.rows[:most]
    return Section(found.title, found.columns, rows, found.more + len(found.rows) - len(rows))


def sha256(page: str) -> str:
    """The name of a sheet: hexadecimal SHA-256 of its file."""
    return hashlib.sha256(page.encode("utf-8")).hexdigest()


def lines(sheet: Handover) -> list[str]:
    """The sheet as text."""
    found = [f"{TITLE}, as of {sheet.as_of}", sheet.words, *sheet.says]
    if sheet.exercise:
        found.insert(0, paper.MARK)
    for each in sheet.sections:
        if each.rows:
            found += ["", each.title]
            found += [f"  [ ] {' | '.join(row)}" for row in each.rows]
            found += [f"      and {each.more:,} more"] if each.more else []
    none = [each.title for each in sheet.sections if not each.rows]
    return [*found, "", f"Nothing to hand over of: {'; '.join(none)}."] if none else found


def _section(found: Section) -> str:
    more = f" – and {found.more:,} more, which are not on this sheet" if found.more else ""
    table = paper.table(found.columns, found.rows, boxes=True)
    return f"<h2>{paper.text(found.title)}{more}</h2>{table}"


def _signatures() -> str:
    row = "<tr><td>post and role</td><td>time (UTC)</td><td>signature</td></tr>"
    return (
        "<h2>Handed over by, taken over by</h2>"
        f'<table class="sign"><tbody>{row}{row}</tbody></table>'
        '<p class="small">A signature says that this was read at that time. What has changed since is in the'
        " node: look there first.</p>"
    )
