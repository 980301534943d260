"""What commands about lists of sites ask a running node for, and which list is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from wideberth.cli import as_of
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out
from wideberth.errors import Invalid, shorten
from wideberth.links.node_url import part
from wideberth.model.site import NOTICE
from wideberth.node.site_views import ListView, RowsView, ToldView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA: Final = "wideberth.site/1"

List = Annotated[
    str,
    typer.Argument(
        metavar="LIST", help="The list: its name, its id, or the beginning of it.", show_default=False
    ),
]
Row = Annotated[str, typer.Argument(metavar="ROW", help="The id of a row.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def path(of: str, *more: str) -> str:
    """The place of an own list in the API, or of something of it."""
    return "/".join(["/v1/sites", part(of), *more])


def of_row(of: str, what: str, row: str) -> str:
    """The place of something of a row."""
    return f"{path(of, what)}?row={part(row)}"


def lists(client: Client) -> list[ListView]:
    """All own lists. Raises: as Client.ask."""
    return client.ask("GET", "/v1/sites", list[ListView])


def told(client: Client) -> list[ToldView]:
    """All that was told. Raises: as Client.ask."""
    return client.ask("GET", "/v1/told-sites", list[ToldView])


def own(client: Client, text: str) -> ListView:
    """The own list that is meant. Raises: Invalid (`site.no_list`, `site.several`), and as Client.ask."""
    found = lists(client)
    n = _meant([(each.list, each.name) for each in found], text)
    return found[n]


def rows(client: Client, of: str) -> RowsView:
    """An own list with its rows. Raises: as Client.ask."""
    return client.ask("GET", path(of), RowsView)


def theirs(found: list[ToldView], text: str) -> ToldView:
    """The list of another party's that is meant. Raises: Invalid (`site.no_list`, `site.several`)."""
    n = _meant([(each.list, each.name) for each in found], text)
    return found[n]


def _meant(known: Sequence[tuple[str, str]], text: str) -> int:
    """Which of these ids and names a text means. Raises: Invalid (`site.no_list`, `site.several`)."""
    found = meant(known, text)
    if len(found) == 1:
        return found[0]
    some = [known[n] for n in found] if found else known
    named = shorten("; ".join(f"{shorten(label, 40)} ({name[:10]}…)" for name, label in some[:NAMED]), 400)
    if found:
        raise Invalid("site.several", "LIST", text, f"one of these, by its id: {named}")
    raise Invalid("site.no_list", "LIST", text, named or "a list; there is none yet: wideberth site import")


def answer(document: dict[str, Any]) -> None:
    """An answer as JSON, with what a list never is."""
    found = {"schema": SCHEMA, **as_of.said(), **document, "notice": NOTICE}
    out(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
