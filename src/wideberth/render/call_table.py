"""The interpreter's seat on a terminal: a call in two languages or more side by side (render.call_sides)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.model.phrase import NAMES, Book, Language
from wideberth.render.call import Line, Shown, lines, unchecked
from wideberth.render.call_sides import EMPTY, TICKED, Tick, sides, title
from wideberth.render.call_values import NOWHERE, Around, Words, wrapped

WIDTH: Final = 100
EDGES: Final = 24
"""Columns of a terminal that the numbers, the ticks and the outer borders take."""
BORDERS: Final = 3
NARROWEST: Final = 12


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
        title=title(book, call, languages[0]),
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


def _caption(book: Book, call: Shown, languages: Sequence[Language]) -> list[str]:
    """What no answer means; and of each language whether it was checked, for those who read only another."""
    first = languages[0]
    found = wrapped(Words(book, first).word("no_permission"), WIDTH, first)
    word = Words(book, "en").word("unchecked")
    return found + [
        f"{each}: {word}" for each in languages if unchecked(book, call, lines(book, call, each), each)
    ]


def _cell(line: Line, language: Language, width: int) -> Text:
    rows = [part for each in (f"{line.label}:", *line.values) for part in wrapped(each, width, language)]
    return Text("\n".join(rows), no_wrap=True)


def _tick(book: Book, tick: Tick | None) -> Text:
    return Text(EMPTY if tick is None else f"{TICKED} {Words(book, 'en').word(tick)}")
