"""`wideberth convert`: the same plans in another format."""

from __future__ import annotations

import sys
import time as clock
from pathlib import Path
from typing import Annotated

import typer

from wideberth.cli import asked
from wideberth.cli.answer import geoid_reference
from wideberth.cli.load import load
from wideberth.cli.progress import Steps
from wideberth.cli.say import BAD_INPUT, out, stopping, tell
from wideberth.errors import Invalid, Refused
from wideberth.formats.format import Writing
from wideberth.formats.registry import FORMATS
from wideberth.render.table import refusal

CONVERT_HELP = """\
Write plans in another format.

What is written holds at least what was read; what had to change is told.

\b
Examples:
  wideberth convert plans.kml --to geojson
  wideberth convert ours.geojson theirs.kml --to native -o all.json
  wideberth convert survey.geojson --to f3548 --ground 0m..1952m -o survey-f3548.json

\b
Exit codes: 0 done, 2 bad input (nothing is written), 3 could not.
"""


WRITERS = {each.name: each for each in FORMATS if each.write is not None}


def convert(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Files of plans.", show_default=False)],
    to: Annotated[
        str,
        typer.Option(
            metavar="FORMAT",
            help=f"The format to write: {', '.join(WRITERS)}.",
            autocompletion=lambda: list(WRITERS),
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; else standard output."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False,
    as_of: asked.AsOf = None,
    tz: asked.Zone = None,
    ground: asked.Ground = None,
    half_width: asked.HalfWidth = None,
    vertical_tolerance: asked.VerticalTolerance = None,
    time_tolerance: asked.TimeTolerance = None,
    top_speed: asked.TopSpeed = None,
    wrap: asked.Wrap = False,
    radius: asked.Radius = None,
    keep_good: asked.KeepGood = False,
) -> None:
    """Write plans in another format. `CONVERT_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000  # whole seconds: nobody plans in milliseconds
    with stopping():
        zone = asked.zone(tz)
        options = asked.options(
            now=asked.as_of(as_of, zone, now),
            tz=zone,
            wrap=wrap,
            half_width=half_width,
            vertical_tolerance=vertical_tolerance,
            time_tolerance=time_tolerance,
            top_speed=top_speed,
            radius=radius,
            keep_good=keep_good,
        )
        terrain = asked.terrain(ground)
        _check_output(to, output, force)
        with Steps(quiet=False) as steps:
            loaded = load(files, options, steps.at)
            for note in loaded.notes:
                tell(note)
            for file, error in loaded.refused:
                tell(refusal(file, error))
            if loaded.refused and not (keep_good and loaded.filed):
                tell("nothing was written")
                raise typer.Exit(BAD_INPUT)
            write = WRITERS[to].write
            assert write is not None
            plans = [one.plan for _, one in loaded.filed]
            data, notes = write(plans, Writing(geoid_reference(terrain), options.as_of))
        for note in notes:
            tell(note)
        if output is None:
            out(data)
        else:
            Path(output).write_bytes(data)
        if loaded.refused:
            raise typer.Exit(BAD_INPUT)


def _check_output(to: str, output: str | None, force: bool) -> None:
    """Raises: Invalid (`output.format`), Refused (`output.exists`, `output.terminal`)."""
    if to not in WRITERS:
        raise Invalid("output.format", "--to", to, ", ".join(WRITERS))
    if output is not None and not force and Path(output).exists():
        raise Refused(
            "output.exists", f"{output} exists; accepted: another name, or --force to write over it"
        )
    if output is None and WRITERS[to].binary and sys.stdout.isatty():
        raise Refused(
            "output.terminal",
            f"{WRITERS[to].title} is not text; accepted: -o FILE, or standard output to a file",
        )
