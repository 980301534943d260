"""What commands about manual lines ask for: which line, which plan, when it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from wideberth.errors import Invalid, shorten
from wideberth.links.node_url import part
from wideberth.model.manual import ANSWERS, READ_BACKS
from wideberth.node.manual_views import ManualView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

FEWEST = 4
"""Characters of an id that are enough, where only one begins with them."""
NAMED = 10

Line = Annotated[
    str, typer.Argument(metavar="MANUAL", help="What the far end is called here, or the line's id.")
]
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="An own plan, or its notice.", show_default=False)]
By = Annotated[
    str, typer.Option("--by", metavar="ROLE", help="Who said it, never a name.", show_default=False)
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="When it was, with its offset; else now.")
]
Language = Annotated[str | None, typer.Option("--language", help="If another than the line's.")]
Json = Annotated[bool, typer.Option("--json", help="The answer as JSON (wideberth.manual/1).")]


def path(manual: str, *more: str) -> str:
    """The place of a manual line in the API, or of something of it."""
    return "/".join(["/v1/manual", part(manual), *(part(each) for each in more)])


def question(asked: Mapping[str, str]) -> str:
    """What stands after a place."""
    return f"?{urlencode(asked)}" if asked else ""


def manuals(client: Client) -> list[ManualView]:
    """All of them. Raises: as Client.ask."""
    return client.ask("GET", "/v1/manual", list[ManualView])


def chosen(found: list[ManualView], text: str) -> ManualView:
    """The one that a text means. Raises: Invalid (`manual.none`, `manual.several`)."""
    plain = text.casefold().strip()
    meant = [each for each in found if plain in (each.manual, each.label.casefold())]
    if not meant and len(plain) >= FEWEST:
        meant = [each for each in found if each.manual.startswith(plain)]
    if len(meant) == 1:
        return meant[0]
    named = shorten("; ".join(each.label for each in (meant or found)[:NAMED]), 400)
    if meant:
        raise Invalid("manual.several", "MANUAL", text, f"one of these: {named}")
    wanted = f"one of this node's: {named}" if found else "a line; there is none: manual open"
    raise Invalid("manual.none", "MANUAL", text, wanted)


def reads_back(text: str) -> None:
    """Raises: Invalid (`manual.entry`)."""
    if text not in READ_BACKS:
        raise Invalid("manual.entry", "--read-back", text, ", ".join(READ_BACKS))


def says(text: str) -> None:
    """Raises: Invalid (`manual.entry`)."""
    if text not in ANSWERS:
        raise Invalid("manual.entry", "ANSWER", text, ", ".join(ANSWERS))
