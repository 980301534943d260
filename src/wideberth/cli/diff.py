"""`wideberth diff`: two editions of a notification list."""

from __future__ import annotations

import time as clock
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from wideberth.cli import asked
from wideberth.cli.files import read_bytes
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, stopping, tell
from wideberth.formats.lists import compare, reader
from wideberth.formats.reading import Options
from wideberth.formats.times import to_rfc3339
from wideberth.render.lists import difference
from wideberth.render.table import refusal

DIFF_HELP = """\
Show what differs between two editions of a list of sites or movements.

Rows are matched by id, else by name and nearness. A row that is missing stays in force until its owner
confirms: a list never takes protection away.

\b
Examples:
  wideberth diff may.xlsx june.xlsx
  wideberth diff may.csv june.xlsx --json > changes.json

\b
Exit codes: 0 no change, 1 changes, 2 bad input, 3 could not.
"""


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The earlier list.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later list.", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="As JSON (wideberth.diff/1).")] = False,
    as_of: asked.AsOf = None,
    tz: asked.Zone = None,
    radius: asked.Radius = None,
    half_width: asked.HalfWidth = None,
    keep_good: asked.KeepGood = False,
) -> None:
    """Show what differs between two lists. `DIFF_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000
    with stopping():
        zone = asked.zone(tz)
        options = asked.options(
            now=asked.as_of(as_of, zone, now),
            tz=zone,
            half_width=half_width,
            radius=radius,
            keep_good=keep_good,
        )
        before, bad_before = _records(old, options)
        after, bad_after = _records(new, options)
        if (bad_before or bad_after) and not keep_good:
            tell("nothing was compared: mend these rows, or say --keep-good")
            raise typer.Exit(BAD_INPUT)
        found = compare.compare(before.entries, after.entries)
        if json:
            document = compare.document(found, old, new, to_rfc3339(options.as_of))
            out(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
        else:
            out("".join(f"{line}\n" for line in difference(found, old, new)).encode("utf-8"))
        if bad_before or bad_after:
            raise typer.Exit(BAD_INPUT)
        if found.differs:
            raise typer.Exit(CONFLICTS)


def _records(path: str, options: Options) -> tuple[reader.Records, bool]:
    """The rows of a list; what must be told is told. The second is True where rows could not be read."""
    found = reader.records(read_bytes(path), structs.replace(options, file=path))
    for note in found.notes:
        tell(f"{path}: {note}")
    for fault in found.faults[: reader.FAULT_LIMIT]:
        tell(refusal(path, fault))
    return found, bool(found.faults)
