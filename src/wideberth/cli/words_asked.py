"""What the commands about recognition words share: options, and what they print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
import typer

from wideberth.cli.say import out
from wideberth.errors import shorten
from wideberth.line.words import PURPOSES
from wideberth.node.words_views import RowView, SaidView, TableView, WordsView
from wideberth.render import spoken
from wideberth.render.day_table import Row, Table

SCHEMA: Final = "wideberth.words/1"

For = Annotated[str, typer.Option("--for", metavar="PURPOSE", help=f"{', '.join(PURPOSES)}.")]
Heard = Annotated[
    list[str],
    typer.Argument(metavar="GROUP...", help="Three groups as they were heard: words, or five digits each."),
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def answer(found: msgspec.Struct, lines: Iterator[str], *, json: bool) -> None:
    """The answer on standard output, as JSON or as lines."""
    if json:
        data = msgspec.json.encode({"schema": SCHEMA, **msgspec.structs.asdict(found)})
        out(msgspec.json.format(data, indent=2) + b"\n")
    else:
        out("".join(f"{shorten(line, 400)}\n" for line in lines).encode("utf-8"))


def said(found: SaidView) -> Iterator[str]:
    """What is to be said, in both ways, and how the words are spelled over a bad line."""
    yield f"say     {found.words}"
    yield f"or      {found.digits}"
    yield f"spelled {spoken.name(found.words.replace('-', ' '))}"


def stands(view: WordsView) -> Iterator[str]:
    """How the words of a line stand."""
    yield f"line    {view.peer}"
    yield f"today   {view.day} UTC; what was before {view.since} is erased"
    if view.stopped is not None:
        yield f"STOPPED {view.stopped}"
    for each in view.ways:
        left = "no reply is looked at: words unlock" if each.stage == "locked" else f"{each.left} tries left"
        yield f"{each.purpose:<8}{each.stage}; {left} ({each.means})"
    yield f"asked   {view.answered} challenges were answered here since this start"


def printed(view: TableView) -> Table:
    """A day table for its sheet."""
    made = f"{view.made[:10]} {view.made[11:16]}Z"
    mine, theirs = (tuple(map(_row, each)) for each in (view.asked_by_us, view.asked_by_them))
    return Table(view.peer, view.day, view.table, made, mine, theirs, view.exercise)


def _row(row: RowView) -> Row:
    return Row(row.n, (row.challenge.words, row.challenge.digits), (row.reply.words, row.reply.digits))
