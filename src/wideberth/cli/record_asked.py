"""What `record export` asks of a node that runs: which case is meant, and the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wideberth.cli import case_told, exporting, line_asked
from wideberth.errors import Invalid
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Anchor
from wideberth.links.node_url import part
from wideberth.node.case_export import LEAST
from wideberth.node.desk_views import CaseView
from wideberth.node.feed_export import Span
from wideberth.node.views import LineView, NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load


class Wanted(NamedTuple):
    """The case that is asked for: its id or enough of its beginning, on a line or wherever it is."""

    case: str
    line: str | None
    headers: bool


def case(client: Client, wanted: Wanted, file: Path, now_s: int, *, force: bool) -> None:
    """The record of a case, into a file that was verified.

    Raises: Invalid (`record.no_case`, `line.none`, `line.several`), as exporting.write and Client.fetch.
    """
    line = None if wanted.line is None else line_asked.view(client, wanted.line).line
    found = _case(client, wanted.case, line)
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

    Raises: as exporting.write and Client.fetch.
    """
    line, (first, last) = origins[0].line, entries
    view = client.ask("GET", line_asked.path(line), LineView)
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


def _case(client: Client, text: str, line: str | None) -> str:
    """Raises: Invalid (`record.no_case`), and as Client.ask."""
    on = "" if line is None else f"&line={part(line)}"
    found = client.ask("GET", f"/v1/cases?named={part(text)}{on}", list[CaseView])
    # as of a journal: a label names what is open now, and a record is often of what is over
    some = [each.case for each in found if each.case.startswith(text)] if len(text) >= LEAST else []
    if len(some) == 1:
        return some[0]
    several = f"{len(some)} cases that begin so" if some else text
    raise Invalid(
        "record.no_case", "case", several, f"the id of a case of this node, or {LEAST} letters of it"
    )
