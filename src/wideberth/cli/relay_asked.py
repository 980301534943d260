"""What commands about the relay tree ask a running node for, and which relay and cell are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from wideberth.cli import as_of
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out
from wideberth.desk import relay_entries
from wideberth.errors import Invalid, shorten
from wideberth.ledger import quints
from wideberth.links.node_url import part
from wideberth.model.relay import NEVER
from wideberth.node.relay_views import RelayDutyView, RelaysView, RelayView
from wideberth.render import relay_text

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA: Final = "wideberth.relay/1"
CELLS, RELAYS = "/v1/relay-cells", "/v1/relays"
SHORT: Final = 10
"""Characters of an id, for people."""

Relay = Annotated[
    str,
    typer.Argument(
        metavar="RELAY", help="The relay: its id, the beginning of it, or its number.", show_default=False
    ),
]
Cell = Annotated[
    str, typer.Argument(metavar="CELL", help="The cell: its role, or its id.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def path(relay: str, *more: str) -> str:
    """The place of a relay in the API, or of something of it."""
    return "/".join([RELAYS, part(relay), *more])


def relays(client: Client) -> RelaysView:
    """All that stand. Raises: as Client.ask."""
    return client.ask("GET", RELAYS, RelaysView)


def relay(client: Client, text: str) -> RelayView:
    """The relay that is meant; one that is superseded only by its whole id.

    Raises: Invalid (`relay.none`, `relay.several`), and as Client.ask.
    """
    found = relays(client).relays
    some = [found[n] for n in meant([(each.relay, number(each)) for each in found], text)]
    if len(some) == 1:
        return some[0]
    if some:
        named = "; ".join(f"{each.relay[:SHORT]} ({shorten(each.title, 60)})" for each in some[:NAMED])
        raise Invalid("relay.several", "RELAY", text, f"one of these: {named}")
    try:
        relay_entries.relay_id(text)
    except Invalid:
        raise Invalid("relay.none", "RELAY", text, "one that stands: wideberth relay status") from None
    return client.ask("GET", path(text), RelayView)


def number(view: RelayView) -> str:
    """The six characters by which people call what is handed down."""
    return relay_text.reference(view.notice or view.plan or view.test or "")


def duty(view: RelayView, text: str) -> RelayDutyView:
    """The cell of a relay that is meant. Raises: Invalid (`relay.no_cell`)."""
    found = meant([(each.cell, each.name) for each in view.duties], text)
    if not found:
        names = shorten("; ".join(each.name for each in view.duties), 400)
        raise Invalid("relay.no_cell", "CELL", text, f"one of: {names}")
    return view.duties[found[0]]


def secret(text: str) -> bytes:
    """The secret that the words of a slip stand for. Raises: Invalid (`relay.words`), which repeats none."""
    plain = "-".join(text.lower().replace("-", " ").split())
    try:
        found = quints.unwords(plain)
    except Invalid:
        found = b""
    if len(found) != relay_entries.SECRET:
        raise Invalid("relay.words", "--words-file", "something else", "the sixteen words of a slip")
    return found


def answer(document: dict[str, Any]) -> None:
    """An answer as JSON, with what it never is."""
    found = {"schema": SCHEMA, **as_of.said(), **document, "notice": NEVER}
    out(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
