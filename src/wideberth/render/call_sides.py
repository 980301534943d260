"""The interpreter's seat: a call in two languages or more side by side, line by line.

Each line has its number in every language, so that it can be ticked as spoken, or marked as not understood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct
from rich.table import Table
from rich.text import Text

from wideberth.model.phrase import NAMES, Book, Language
from wideberth.render.call import WIDE, Line, Shown, cell, direction, document, head_html, lines, unchecked
from wideberth.render.call_values import NOWHERE, Around, Words, html, wrapped

Tick = Literal["spoken", "not_understood"]
TICKS: Final[tuple[Tick, ...]] = ("spoken", "not_understood")
EMPTY, TICKED = "☐", "☒"
WIDTH: Final = 100
EDGES: Final = 24
"""Columns of a terminal that the numbers, the ticks and the outer borders take."""
BORDERS: Final = 3
NARROWEST: Final = 12


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


def table(
    book: Book,
    call: Shown,
    languages: Sequence[Language],
    ticks: Mapping[str, Tick] | None = None,
    around: Around = NOWHERE,
    width: int = WIDTH,
) -> Table:
    """Side by side for a terminal of so many columns."""
    wide = max(NARROWEST, (width - EDGES) // len(languages) - BORDERS)
    found = Table(
        title=_title(book, call, languages[0]),
        title_justify="left",
        caption=Text("\n".join(_caption(book, call, languages)), style="default"),
        caption_justify="left",
        show_lines=True,
    )
    found.add_column("", justify="right")
    for each in languages:
        found.add_column(NAMES[each])
    found.add_column("")
    for row in sides(book, call, languages, ticks, around):
        cells = [_cell(line, each, wide) for line, each in zip(row.sides, languages, strict=True)]
        found.add_row(str(row.number), *cells, _tick(book, row.tick))
    return found


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
        f'{mark}<h1>{html(_title(book, call, first))}</h1><table class="sides">'
        f'<tr><th class="number"></th>{names}{boxes}</tr><tr><th></th>{heads}<td></td><td></td></tr>'
        f"{rows}</table>{notes}"
    )
    return document(call.code or "…", first, body, WIDE if len(languages) > 2 else "")


def _of(language: Language) -> str:
    return f' lang="{language}" dir="{direction(language)}"'


def _title(book: Book, call: Shown, language: Language) -> str:
    say = Words(book, language)
    code = say.word("only_free_text") if call.code is None else say.foreign(call.code)
    exercise = f"{say.word('exercise')} · " if call.exercise else ""
    return f"{exercise}{say.word(call.precedence)} · {code}"


def _caption(book: Book, call: Shown, languages: Sequence[Language]) -> list[str]:
    """What no answer means; and of each language whether it was checked, for those who read only another."""
    first = languages[0]
    found = wrapped(Words(book, first).word("no_permission"), WIDTH, first)
    word = Words(book, "en").word("unchecked")
    return found + [
        f"{each}: {word}" for each in languages if unchecked(book, call, lines(book, call, each), each)
    ]


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


def _cell(line: Line, language: Language, width: int) -> Text:
    rows = [part for each in (f"{line.label}:", *line.values) for part in wrapped(each, width, language)]
    return Text("\n".join(rows), no_wrap=True)


def _tick(book: Book, tick: Tick | None) -> Text:
    return Text(EMPTY if tick is None else f"{TICKED} {Words(book, 'en').word(tick)}")
