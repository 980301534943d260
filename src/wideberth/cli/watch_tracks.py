"""`wideberth watch tracks|claim|push|sources`: the tracks of a running node, and where they come from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final

import typer

from wideberth.cli import desk_asked, line_asked, reached
from wideberth.cli import watch_api as api
from wideberth.cli.check import Units
from wideberth.cli.files import read_bytes
from wideberth.cli.load import in_file
from wideberth.cli.say import out, show, stopping, tell
from wideberth.cli.watch_table import sources_table, tracks_table
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import recording, report_lines
from wideberth.formats.reading import Options
from wideberth.links.node_url import part
from wideberth.model.track import Report
from wideberth.render.words import counted

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

CLAIM_HELP = """\
Say whose a track is: a line (the other party's name here), own, or nobody; --withdraw: that is said no more.
It counts more than source and callsign, until it is withdrawn. It is for this node only; the other party is
asked with `say claim`.

\b
Examples:
  wideberth watch claim 4b1815 --party South
  wideberth watch claim "HERON 21" --party own --plan "Coast survey"
  wideberth watch claim "HERON 21" --withdraw

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
PUSH_HELP = """\
Give the node reports: recorded positions in any form that `watch run` reads, or - for lines of reports
(wideberth.reports/1) on standard input.

\b
Examples:
  wideberth watch push positions.csv
  receiver | wideberth watch push -

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
BATCH: Final = 2_000
"""Reports that are sent at once."""
LARGEST: Final = 64 * 2**20


def tracks(
    units: Annotated[Units, typer.Option(help="Units of the figures shown.")] = Units.aviation,
    url: reached.Url = None,
    data: reached.Data = None,
    json: api.Json = False,
) -> None:
    """List the tracks, by party and name."""
    with stopping():
        with reached.reached(url, data) as client:
            now, found = api.now(client), api.tracks(client)
        if json:
            api.document({"tracks": found})
        elif found:
            show(tracks_table(found, now, metric=units is Units.metric))
            tell(counted(len(found), "track"))
        else:
            out(b"nothing is heard\n")


def sources(url: reached.Url = None, data: reached.Data = None, json: api.Json = False) -> None:
    """List where the tracks come from, and how that stands."""
    with stopping():
        with reached.reached(url, data) as client:
            now, found = api.now(client), api.sources(client)
        if json:
            api.document({"sources": found})
        elif found:
            show(sources_table(found, now))
        else:
            out(b"no source; accepted: [[watch.sources]] in node.toml, or wideberth watch push\n")


def claim(
    name: api.TrackName,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="LINE|own|nobody", help="Whose it is.", show_default=False),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="PLAN", help="The own plan that it is on.", show_default=False),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="What was said of it is said no more.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: api.Json = False,
) -> None:
    """Say whose a track is. `CLAIM_HELP` says the rest."""
    with stopping():
        if withdraw == (party is not None):
            raise Refused("watch.claim", "nothing is said; accepted: --party, or --withdraw")
        with reached.reached(url, data) as client:
            track = api.track(client, name)
            body = {"track": track.track, "party": _whose(client, party), "plan": ""}
            if plan is not None:
                body["plan"] = desk_asked.plan(client, plan).plan
            client.ask("POST", api.CLAIM, None, body)
        if json:
            api.document({"claimed": body})
        else:
            said = "nobody says whose any more" if withdraw else party or ""
            out(f"{shorten(track.callsign or track.track, 60)}: {said}\n".encode())


def push(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Recorded positions, or - for lines.")],
    source: Annotated[
        str,
        typer.Option("--source", metavar="NAME", help="What their source is called, if they say none."),
    ] = "pushed",
    tz: Annotated[str | None, typer.Option("--tz", metavar="ZONE", help="Zone of times without one.")] = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Give the node reports. `PUSH_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            reports = _reports(file, source, Options(file, api.now(client), tz))
            for first in range(0, len(reports), BATCH):
                batch = report_lines.write(reports[first : first + BATCH])
                client.ask("POST", f"{api.REPORTS}?source={part(source)}", None, batch)
        out(f"{counted(len(reports), 'report')} given\n".encode())


def _whose(client: Client, party: str | None) -> str:
    """As the node has it: a line by the other party's name. Raises: as line_asked.view."""
    if party is None or party in ("own", "nobody"):
        return party or ""
    found = line_asked.view(client, party)
    return found.label or found.line


def _reports(file: str, source: str, options: Options) -> list[Report]:
    """Raises: Invalid, its path beginning with the file."""
    try:
        if file == "-":
            return report_lines.read(_standard_input(), source)
        found = recording.read(read_bytes(file), source, options)
    except Invalid as error:
        raise in_file(file, error) from error
    for note in found.notes:
        tell(note)
    return found.reports


def _standard_input() -> bytes:
    """Raises: Invalid (`file.too_large`)."""
    read = sys.stdin.buffer.read(LARGEST + 1)
    if len(read) > LARGEST:
        raise Invalid("file.too_large", "", "more than 64 MiB", "several pushes of less")
    return read
