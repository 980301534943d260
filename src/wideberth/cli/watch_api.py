"""What the commands of the watch ask a running node for, and which alert or track is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
import typer

from wideberth.cli import as_of
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time
from wideberth.links.node_url import part
from wideberth.node.views import NodeView
from wideberth.node.watch_views import AlertView, SourceView, TrackView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA: Final = "wideberth.watch/1"
ALERTS, TRACKS, SOURCES = "/v1/watch/alerts", "/v1/watch/tracks", "/v1/watch/sources"
CLAIM, REPORTS = "/v1/watch/tracks/claim", "/v1/watch/reports"
SHORT: Final = 10
"""Letters of an alert's id that are shown."""

Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]
AlertName = Annotated[
    str,
    typer.Argument(metavar="ALERT", help="Its id, the beginning of it, or the callsign of a track of it."),
]
TrackName = Annotated[
    str, typer.Argument(metavar="TRACK", help="Its id, the beginning of it, or its callsign.")
]


def now(client: Client) -> int:
    """POSIX ms at the node. Raises: as Client.ask."""
    return parse_time(client.ask("GET", "/v1/status", NodeView).now)


def alerts(client: Client, *, over: bool = False) -> list[AlertView]:
    """Alerts that are open; with `over` the newest that are over as well. Raises: as Client.ask."""
    return client.ask("GET", f"{ALERTS}?over=yes" if over else ALERTS, list[AlertView])


def tracks(client: Client) -> list[TrackView]:
    """All tracks. Raises: as Client.ask."""
    return client.ask("GET", TRACKS, list[TrackView])


def sources(client: Client) -> list[SourceView]:
    """All sources. Raises: as Client.ask."""
    return client.ask("GET", SOURCES, list[SourceView])


def alert(client: Client, text: str) -> AlertView:
    """The alert that is meant, one that is open first. Raises: Invalid (`watch.which`), as Client.ask."""
    found = alerts(client, over=True)
    some = [found[n] for n in meant([(each.alert, each.callsign or each.track) for each in found], text)]
    some = [each for each in some if each.cleared is None] or some
    if len(some) == 1:
        return some[0]
    named = [f"{each.alert[:SHORT]} ({each.kind}, {each.callsign or each.track})" for each in some or found]
    raise Invalid("watch.which", "ALERT", text, _some(named) or "an alert; there is none")


def track(client: Client, text: str) -> TrackView:
    """The track that is meant. Raises: Invalid (`watch.which`), and as Client.ask."""
    found = tracks(client)
    some = [found[n] for n in meant([(each.track, each.callsign) for each in found], text)]
    if len(some) == 1:
        return some[0]
    named = [f"{each.track} ({each.callsign})" if each.callsign else each.track for each in some or found]
    raise Invalid("watch.which", "TRACK", text, _some(named) or "a track; there is none")


def path(root: str, name: str, *more: str) -> str:
    """The place of an alert in the API, or of something of it."""
    return "/".join([root, part(name), *more])


def document(found: Mapping[str, Any]) -> None:
    """The answer as JSON on standard output."""
    whole = {"schema": SCHEMA, **as_of.said(), **found}
    out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")


def _some(named: Sequence[str]) -> str:
    more = len(named) - NAMED
    shown = shorten("; ".join(named[:NAMED]), 600)
    return shown + (f" and {more:,} more" if more > 0 else "")
