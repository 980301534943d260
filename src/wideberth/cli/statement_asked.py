"""What commands about statements ask a running node for, and which statement is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from wideberth.cli import line_asked
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out, tell
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.links.node_url import part
from wideberth.node.statement_views import StatementView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA: Final = "wideberth.statement/1"
SHORT: Final = 10
"""Characters of an id, for people."""

Name = Annotated[
    str,
    typer.Argument(metavar="STATEMENT", help="Its id, or the beginning of it.", show_default=False),
]
To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="LINE", help="On which line; several times for several. Without it the only."
    ),
]
OnLine = Annotated[
    str | None, typer.Option("--line", metavar="LINE", help="On this line only.", show_default=False)
]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="Who says it: a role, never a person.")]
Despite = Annotated[
    bool, typer.Option("--despite", help="Say it although its place gives reason to ask again.")
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def lines(client: Client, named: Sequence[str] | None) -> list[str]:
    """The lines that are meant; the only one where none is named.

    Raises: Invalid (`line.none`, `line.several`, `statement.lines`), and as Client.ask.
    """
    found = line_asked.views(client)
    if named:
        return list(dict.fromkeys(line_asked.chosen(found, each).line for each in named))
    if len(found) != 1:
        raise Invalid(
            "statement.lines", "--to", f"{len(found)} lines", "--to LINE, once for each that is meant"
        )
    return [found[0].line]


def statements(client: Client, line: str | None = None) -> list[StatementView]:
    """All statements, or those of a line. Raises: Invalid (`line.none`), and as Client.ask."""
    if line is None:
        return client.ask("GET", "/v1/statements", list[StatementView])
    of = line_asked.view(client, line).line
    return client.ask("GET", line_asked.path(of, "statements"), list[StatementView])


def several(client: Client, text: str, line: str | None, *, mine: bool | None) -> list[StatementView]:
    """The statement that is meant, on each line on which it stands.

    Raises: Invalid (`statement.none`, `statement.several`), and as Client.ask.
    """
    known = [each for each in statements(client, line) if mine in (None, each.mine)]
    found = [known[n] for n in meant([(each.statement, None) for each in known], text)]
    ids = list(dict.fromkeys((each.statement, each.mine) for each in found))
    if len(ids) == 1:
        return found
    if ids:
        named = "; ".join(f"{name[:SHORT]} ({'ours' if own else 'theirs'})" for name, own in ids[:NAMED])
        raise Invalid("statement.several", "STATEMENT", text, f"one of these: {named}")
    whose = {None: "a statement", True: "an own statement", False: "a statement of the other party's"}[mine]
    raise Invalid("statement.none", "STATEMENT", text, f"{whose}: wideberth say list")


def one(client: Client, text: str, line: str | None, *, mine: bool | None) -> StatementView:
    """The same, on one line. Raises: as `several`."""
    found = several(client, text, line, mine=mine)
    if len(found) > 1:
        raise Invalid("statement.several", "STATEMENT", text, "--line: it stands on several lines")
    return found[0]


def whole(client: Client, of: StatementView) -> StatementView:
    """The same with what a list leaves out. Raises: as Client.ask."""
    return client.ask("GET", f"{path(of)}?whose={'ours' if of.mine else 'theirs'}", StatementView)


def path(of: StatementView, *more: str) -> str:
    """The place of a statement in the API, or of something of it."""
    return line_asked.path(of.line, "statements", part(of.statement), *more)


def moment(text: str | None, path: str, zone: str | None) -> str | None:
    """A time as people write it. Raises: Invalid (`time.*`)."""
    return None if text is None else to_rfc3339(parse_time(text, path, zone))


def answer(
    found: Sequence[StatementView], now: str, texts: Sequence[str], following: Sequence[str], *, json: bool
) -> None:
    """Statements on standard output, as JSON or as lines; on standard error what to do next."""
    if json:
        document: dict[str, Any] = {"schema": SCHEMA, "as_of": now, "statements": list(found)}
        out(msgspec.json.format(msgspec.json.encode({**document, "next": list(following)}), indent=2) + b"\n")
    else:
        out("".join(f"{shorten(each, 4_200)}\n" for each in texts).encode())
    for each in following:
        tell(shorten(each, 400))
