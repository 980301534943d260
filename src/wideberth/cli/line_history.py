"""`wideberth line history`: what was told by voice before there was a line, and whether it was so."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from wideberth.cli import as_of, manual_words, reached
from wideberth.cli.line_asked import SCHEMA, Json, Line, path, view
from wideberth.cli.say import out, stopping
from wideberth.desk.manual_entries import WORDS
from wideberth.errors import Invalid
from wideberth.node.manual_views import HistoryView

HISTORY_HELP = """\
Show what either party told by voice, mail or paper before the line, and what was said of it since.

With --rows an officer says of each row of one of the other party's entries whether it was so, in their order:
confirmed, disputed, or "not known", with commas between them; one word alone is for all rows.

\b
Examples:
  wideberth line history South
  wideberth line history South --entry 12 --rows confirmed,disputed --role "duty officer"

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""


def history(
    line: Line,
    entry: Annotated[int | None, typer.Option("--entry", metavar="N", help="Of theirs, as shown.")] = None,
    rows: Annotated[str | None, typer.Option("--rows", help="A word for each row.")] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="ROLE", help="Yours, never a name: duty officer.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show or confirm history. `HISTORY_HELP` says the rest."""
    with stopping():
        if (entry is None, rows is None, role is None) not in ((True,) * 3, (False,) * 3):
            raise Invalid("manual.entry", "--rows", "a part of it", "--entry, --rows and --role together")
        with reached.reached(url, data) as client:
            at = path(view(client, line).line, "history")
            found = client.ask("GET", at, list[HistoryView])
            if entry is not None and rows is not None:
                said = _said(found, entry, rows)
                body = {"origin": said[0].origin, "n": entry, "rows": said[1], "role": role}
                found = client.ask("POST", at, list[HistoryView], body)
        if json:
            document = {"schema": SCHEMA, **as_of.said(), "history": found}
            out(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
            return
        texts = [text for each in found for text in manual_words.history(each)] or ["no history"]
        out("".join(f"{each}\n" for each in texts).encode())


def _said(found: list[HistoryView], entry: int, rows: str) -> tuple[HistoryView, list[str]]:
    """Raises: Invalid (`manual.no_history`, `manual.entry`)."""
    which = next((each for each in found if each.n == entry and not each.mine), None)
    if which is None:
        numbers = (
            ", ".join(str(each.n) for each in found if not each.mine) or "none: they have offered nothing"
        )
        raise Invalid("manual.no_history", "--entry", entry, numbers)
    said = [each.strip() for each in rows.split(",")]
    said = said * len(which.rows) if len(said) == 1 else said
    for each in said:
        if each not in WORDS:
            raise Invalid("manual.entry", "--rows", each, ", ".join(WORDS))
    return which, said
