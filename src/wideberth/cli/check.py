"""`wideberth check`: which plans of different parties come too close."""

from __future__ import annotations

import json
import sys
import time as clock
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from wideberth.cli import asked
from wideberth.cli.answer import Question, answer
from wideberth.cli.clears import Wanted
from wideberth.cli.recheck import watch
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, show, stopping, tell
from wideberth.cli.since import compared_with, document_of, read_earlier
from wideberth.conflict.find import MOST
from wideberth.errors import Invalid, Refused
from wideberth.render.picture import html, png_writer, svg
from wideberth.render.report import Report
from wideberth.render.strip import strip
from wideberth.render.table import refusal, table

CHECK_HELP = """\
Find every conflict between the plans of different parties.

\b
Examples:
  wideberth check ours.geojson theirs.kml --preset crewed
  wideberth check a.geojson b.geojson --horizontal 3NM --vertical 3000ft --time 5min --json
  wideberth check *.geojson --agreement terms.toml --picture conflicts.svg
  wideberth check flights.json.gz areas.kml --preset drone --ground 400m..900m --tz Asia/Nicosia
  wideberth check ours.geojson theirs.kml --preset crewed --since last.json
  wideberth check ours.geojson theirs.kml --preset crewed --watch

\b
Exit codes: 0 no known conflict, 1 conflicts, 2 bad input (what could be read is still
checked and shown), 3 could not.
"""


class Units(StrEnum):
    """How figures are shown."""

    aviation = "aviation"
    metric = "metric"


class Printed(StrEnum):
    """What is made for paper."""

    STRIP = "strip"


class Shown(Struct, frozen=True):
    """How a report is shown; `picture` is where to, and what draws it; `as_strip` for paper."""

    as_json: bool
    as_strip: bool
    every: bool
    picture: tuple[Path, Callable[[Report], bytes]] | None


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Files of plans.", show_default=False)],
    preset: asked.Preset = None,
    horizontal: asked.Horizontal = None,
    vertical: asked.Vertical = None,
    time: asked.Time = None,
    frequency: asked.Frequency = None,
    agreement: asked.Agreement = None,
    own: asked.Own = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object (wideberth.check/1).")
    ] = False,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw map and profile: .svg, .html or .png.")
    ] = None,
    printed: Annotated[
        Printed | None,
        typer.Option("--print", help="Print a strip instead: A5 pages as HTML, a page for each plan."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all conflicts, not only the first 50.")] = False,
    limit: Annotated[
        int,
        typer.Option(
            min=1, metavar="N", help="List at most so many conflicts, the earliest; all are counted."
        ),
    ] = MOST,
    since: Annotated[
        str | None,
        typer.Option(metavar="last.json", help="Say what changed since an earlier result of --json."),
    ] = None,
    watching: Annotated[
        bool, typer.Option("--watch", help="Check again whenever a file changes; Ctrl-C ends it.")
    ] = False,
    no_clears: Annotated[
        bool, typer.Option("--no-clears", help="Do not look for what would clear the plans in conflict.")
    ] = False,
    units: Annotated[Units, typer.Option(help="Units of the figures shown.")] = Units.aviation,
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
    """Find every conflict between the plans of different parties. `CHECK_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000  # whole seconds: nobody plans in milliseconds
    with stopping():
        chosen = asked.separation(preset, horizontal, vertical, time, frequency, agreement is not None)
        zone = asked.zone(tz)
        if watching and as_of is not None:
            raise Invalid(
                "option.watch", "--as-of", as_of, "no --as-of with --watch: each check is as of its time"
            )
        now = asked.as_of(as_of, zone, now)
        question = Question(
            files=tuple(files),
            reading=asked.options(
                now=now,
                tz=zone,
                wrap=wrap,
                radius=radius,
                keep_good=keep_good,
                half_width=half_width,
                vertical_tolerance=vertical_tolerance,
                time_tolerance=time_tolerance,
                top_speed=top_speed,
            ),
            chosen=chosen,
            agreement=agreement,
            terrain=asked.terrain(ground),
            own=own,
            metric=units is Units.metric,
            limit=limit,
            wanted=Wanted(first=0) if no_clears else Wanted(),
        )
        _check_printed(printed, as_json, watching)
        show_as = Shown(
            as_json,
            printed is Printed.STRIP,
            every,
            None if picture is None else (Path(picture), drawer(picture)),
        )
        before = None if since is None else read_earlier(since)
        if watching:
            watch(
                question,
                before,
                lambda report: _show(report, show_as, compact=True),
                head=tell if as_json else lambda line: out(f"\n── {line}\n\n".encode()),
                quiet=as_json,
            )
        report = answer(question, now, quiet=as_json)
        if before is not None:
            report = compared_with(report, before)[0]
        _show(report, show_as)
    if report.refused:
        raise typer.Exit(BAD_INPUT)
    if report.conflicts:
        raise typer.Exit(CONFLICTS)


def _check_printed(printed: Printed | None, as_json: bool, watching: bool) -> None:
    """Raises: Refused (`output.several`, `output.terminal`)."""
    if printed is not None and (as_json or watching):
        raise Refused("output.several", "one of --print, --json and --watch")
    if printed is not None and sys.stdout.isatty():
        raise Refused("output.terminal", "a strip is a page for a browser; accepted: … > strip.html")


def drawer(path: str) -> Callable[[Report], bytes]:
    """What draws a file of that name. Raises: Invalid (`picture.format`), Refused (`picture.no_png`)."""
    suffix = Path(path).suffix.lower()
    if suffix == ".svg":
        return lambda report: svg(report).encode("utf-8")
    if suffix in (".html", ".htm"):
        return lambda report: html(report).encode("utf-8")
    if suffix != ".png":
        raise Invalid("picture.format", "--picture", path, "a file that ends in .svg, .html or .png")
    return png_writer()  # that it is missing is said before the work, not after it


def _show(report: Report, how: Shown, *, compact: bool = False) -> None:
    """Text, or one JSON object (on one line where `compact`); and the picture."""
    if how.as_json:
        text = json.dumps(document_of(report), ensure_ascii=False, indent=None if compact else 2)
        out(f"{text}\n".encode())
        for file, error in report.refused:
            tell(refusal(file, error))
    elif how.as_strip:
        out(strip(report).encode("utf-8"))
        for file, error in report.refused:
            tell(refusal(file, error))
    else:
        show(table(report, every=how.every))
    if how.picture is not None:
        path, draw = how.picture
        path.write_bytes(draw(report))
