"""What commands about a line ask a running node for: which lines there are, and which one is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from wideberth.cli.line_words import SHORT, peer
from wideberth.cli.meant import NAMED, meant
from wideberth.errors import Invalid, shorten
from wideberth.links.node_url import part
from wideberth.node.views import LineView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA = "wideberth.line/1"

Line = Annotated[
    str,
    typer.Argument(
        metavar="LINE", help="The line: its id, the beginning of it, or the other party's name here."
    ),
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def path(line: str, *more: str) -> str:
    """The place of a line in the API, or of something of it."""
    return "/".join(["/v1/lines", part(line), *more])


def views(client: Client) -> list[LineView]:
    """All lines. Raises: as Client.ask."""
    return client.ask("GET", "/v1/lines", list[LineView])


def view(client: Client, text: str) -> LineView:
    """The line that is meant. Raises: Invalid (`line.none`, `line.several`), and as Client.ask."""
    return chosen(views(client), text)


def chosen(found: list[LineView], text: str) -> LineView:
    """The line that a text means: its id, the beginning of it, or what the other party is called here.

    Raises: Invalid (`line.none`, `line.several`).
    """
    some = [found[n] for n in meant([(each.line, each.label) for each in found], text)]
    if len(some) == 1:
        return some[0]
    named = "; ".join(f"{each.line[:SHORT]} ({peer(each)})" for each in (some or found)[:NAMED])
    if some:
        raise Invalid("line.several", "LINE", text, f"one of these: {named}")
    wanted = f"one of this node's: {shorten(named, 400)}" if found else "a line; there is none: line add"
    raise Invalid("line.none", "LINE", text, wanted)
