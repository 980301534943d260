"""`wideberth record incident`: who held what when, of a node that runs, as one file with its proofs."""

from __future__ import annotations

import io
import time as clock
from pathlib import Path
from typing import Annotated, Any

import typer

from wideberth.cli import asked, exporting, line_asked, reached
from wideberth.cli.case_told import KNOWN
from wideberth.cli.say import stopping, tell
from wideberth.errors import Refused, shorten
from wideberth.formats import incidentpack, recordfile
from wideberth.formats.recordfile import Reader
from wideberth.formats.times import parse_time
from wideberth.links.node_url import part

INCIDENT_HELP = """\
Write the pack of an incident: who said what, when, and who held it, with what proves it. One zip file.

It is about one id: a call, case, notice, plan, hold, list of sites, or another; or 8 letters of it. In it are
a page for people, the same as JSON, an index with the SHA-256 of each file, and for each line a record that
`wideberth verify` checks without a node. It also says what is not in it, and why.

What stands on several lines is told of all of them, unless --line names one: what is handed to one party need
not say what another was told.

The entries about it are in clear: hand it to whom you would show them. Of others there are only headers.

\b
Examples:
  wideberth record incident --about CALL --data DIR --out incident.zip
  wideberth record incident --about CASE --from 2026-11-23T10:00:00Z --out incident.zip

\b
Exit codes: 0 done, 2 bad input, 3 could not (no node answers).
"""


def incident(
    about: Annotated[
        str, typer.Option("--about", metavar="ID", help="What it is about.", show_default=False)
    ],
    to: Annotated[
        str, typer.Option("--out", metavar="FILE.zip", help="The pack is written there.", show_default=False)
    ],
    first: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Only what its author dates so, or later.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Only what its author dates so, or earlier.")
    ] = None,
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Only what stands on this line.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    as_of: asked.AsOf = None,
) -> None:
    """Write a pack. `INCIDENT_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000
    with stopping():
        now = asked.as_of(as_of, None, now)
        exporting.check_new(Path(to), force)
        for name, text in (("--from", first), ("--to", last)):
            if text is not None:
                parse_time(text, name)
        within = "".join(
            f"&{name}={part(text)}" for name, text in (("from", first), ("to", last)) if text is not None
        )
        with reached.reached(url, data) as client:
            if line is not None:
                within += f"&line={part(line_asked.view(client, line).line)}"
            found = b"".join(client.fetch("GET", f"/v1/incident?about={part(about)}{within}"))
        index = checked(found, now // 1_000)
        exporting.write_bytes(Path(to), found, force=force)
        for each in index["lines"]:
            tell(f"{each['record']}: {each['entries']:,} entries, line to {shorten(str(each['label']), 60)}")
        for each in index["not_in_it"]:
            tell(f"not in it: {shorten(str(each), 400)}")
        tell(f"{to} is written and verified. Whoever has it can read these entries.")
        tell(f"next: python3 -m zipfile -e {to} pack; then wideberth verify pack/RECORD --trust PARTY")


def checked(data: bytes, now_s: int) -> dict[str, Any]:
    """The index of a pack in which all is as it says, and each record verifies by itself.

    Raises: Invalid (as incidentpack.read and recordfile.verify), Refused (`record.not_verified`).
    """
    index, files = incidentpack.read(data)
    for name, found in files.items():
        if name.endswith(incidentpack.RECORD):
            wrong = recordfile.verify(Reader(io.BytesIO(found)), KNOWN, now_s).wrong
            if wrong.count:
                words = f"nothing is written, because {name} would not verify: {wrong.listed[0].words}"
                raise Refused("record.not_verified", words)
    return index
