"""What `record export` asks of a node that runs: which case is meant, and the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wideberth.cli import case_told, desk_asked, exporting, line_asked
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Anchor
from wideberth.links.node_url import part
from wideberth.node.feed_export import Span
from wideberth.node.views import NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load


class Wanted(NamedTuple):
    """The case that is asked for, on a line or wherever it is, and whether headers of the rest go along."""

    case: str
    line: str | None
    headers: bool


def case(client: Client, wanted: Wanted, file: Path, now_s: int, *, force: bool) -> None:
    """The record of a case, into a file that was verified.

    Raises: as desk_asked.case, line_asked.view, exporting.write and Client.fetch.
    """
    line = None if wanted.line is None else line_asked.view(client, wanted.line).line
    found = desk_asked.case(client, wanted.case, line).case
    asked = "" if wanted.headers else "?headers=no"
    exporting.write(file, client.fetch("GET", f"/v1/cases/{part(found)}/record{asked}"), now_s, force=force)


def feeds(
    client: Client,
    origins: Sequence[Origin],
    entries: tuple[int, int | None],
    file: Path,
    now_s: int,
    *,
    force: bool,
) -> list[Span]:
    """Feeds of one line, the same way; what of them is there.

    Raises: Invalid (`line.none`), and as exporting.write and Client.fetch.
    """
    line, (first, last) = origins[0].line, entries
    view = line_asked.view(client, line)
    named = ",".join(part(each.text) for each in origins)
    until = "" if last is None else f"&to={last}"
    path = f"{line_asked.path(line, 'record')}?feeds={named}&from={first}{until}"
    exporting.write(file, client.fetch("GET", path), now_s, force=force)
    held = {each.origin: each.entries for each in view.feeds}
    # what was written since the line was looked at is no gap
    return [
        each._replace(held=max(held.get(each.origin.text, 0), each.end)) for each in exporting.spans(file)
    ]


def paired(client: Client) -> Iterator[Anchor]:
    """The parties of the lines that the node has: it was paired with them. Raises: as Client.ask."""
    yield Anchor(client.ask("GET", "/v1/status", NodeView).party, case_told.OURS)
    for each in line_asked.views(client):
        yield Anchor(each.peer, each.label or "")
