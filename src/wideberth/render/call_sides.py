"""The interpreter's seat: a call in two languages or more side by side, line by line.

Each line has its number in every language, so that it can be ticked as spoken, or marked as not understood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from wideberth.model.phrase import NAMES, Book, Language
from wideberth.render.call import WIDE, Line, Shown, cell, direction, document, head_html, lines, unchecked
from wideberth.render.call_values import NOWHERE, Around, Words, html

Tick = Literal["spoken", "not_understood"]
TICKS: Final[tuple[Tick, ...]] = ("spoken", "not_understood")
EMPTY, TICKED = "☐", "☒"


class Row(Struct, frozen=True):
    """A line in each language; `tick` is what was marked on it."""

    number: int
    name: str
    sides: tuple[Line, ...]
    tick: Tick | None = None


def sides(
    book: Book,
    call: Shown,
    languages: Sequence[Language],
    ticks: Mapping[str, Tick] | None = None,
    around: Around = NOWHERE,
) -> tuple[Row, ...]:
    """The lines of a call in each of these languages; `ticks` by the name of the field."""
    columns = [lines(book, call, each, around) for each in languages]
    return tuple(
        Row(row[0].number, row[0].name, row, (ticks or {}).get(row[0].name))
        for row in zip(*columns, strict=True)
    )


def page(
    book: Book,
    call: Shown,
    languages: Sequence[Language],
    ticks: Mapping[str, Tick] | None = None,
    around: Around = NOWHERE,
) -> str:
    """Side by side as one HTML page: the first language has the page's direction, each column its own."""
    first = languages[0]
    names = "".join(f"<th{_of(each)}>{html(NAMES[each])}</th>" for each in languages)
    boxes = "".join(
        f'<th class="tick"{_of(first)}>{html(Words(book, first).word(each))}</th>' for each in TICKS
    )
    heads = "".join(f"<td{_of(each)}><dl>{head_html(book, call, each)}</dl></td>" for each in languages)
    rows = "".join(_row(row, languages) for row in sides(book, call, languages, ticks, around))
    notes = "".join(f'<p class="small"{_of(each)}>{_notes(book, call, each)}</p>' for each in languages)
    marks = (f"<bdi{_of(each)}>{html(Words(book, each).word('exercise'))}</bdi>" for each in languages)
    mark = f'<p class="exercise">{" · ".join(marks)}</p>' if call.exercise else ""
    body = (
        f'{mark}<h1>{html(title(book, call, first))}</h1><table class="sides">'
        f'<tr><th class="number"></th>{names}{boxes}</tr><tr><th></th>{heads}<td></td><td></td></tr>'
        f"{rows}</table>{notes}"
    )
    return document(call.code or "…", first, body, WIDE if len(languages) > 2 else "")


def _of(language: Language) -> str:
    return f' lang="{language}" dir="{direction(language)}"'


def title(book: Book, call: Shown, language: Language) -> str:
    """What stands over the lines: how urgent, and which code."""
    say = Words(book, language)
    code = say.word("only_free_text") if call.code is None else say.foreign(call.code)
    exercise = f"{say.word('exercise')} · " if call.exercise else ""
    return f"{exercise}{say.word(call.precedence)} · {code}"


def _notes(book: Book, call: Shown, language: Language) -> str:
    say = Words(book, language)
    found = [say.word("no_permission")]
    if unchecked(book, call, lines(book, call, language), language):
        found.insert(0, f"{say.word('unchecked')}.")
    return html(" ".join(found))


def _row(row: Row, languages: Sequence[Language]) -> str:
    cells = "".join(
        f"<td{_of(each)}>{html(line.label)}<br>{cell(line)}</td>"
        for line, each in zip(row.sides, languages, strict=True)
    )
    boxes = "".join(f'<td class="box">{TICKED if row.tick == each else EMPTY}</td>' for each in TICKS)
    return f"<tr><th>{row.number}</th>{cells}{boxes}</tr>"
