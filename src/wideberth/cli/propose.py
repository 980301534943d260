"""`wideberth propose`: what would clear our plans of every known conflict."""

from __future__ import annotations

import json
import time as clock
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct, structs

from wideberth.cli import asked
from wideberth.cli.answer import Question, answer
from wideberth.cli.check import Units, drawer
from wideberth.cli.clears import Wanted, may_change
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, show, stopping, tell
from wideberth.conflict.find import MOST
from wideberth.conflict.offer import FIXED, Limits
from wideberth.conflict.propose import Proposals
from wideberth.errors import Invalid
from wideberth.formats.proposals import propose_document
from wideberth.render.proposals import proposals_table, smallest
from wideberth.render.report import Report
from wideberth.render.table import refusal
from wideberth.space.altitude import Datum, parse_altitude
from wideberth.space.units import DURATIONS, FOOT, NAUTICAL_MILE, parse_duration, parse_length

PROPOSE_HELP = """\
Find changes of our plans that clear every known conflict of theirs.

Delay, advance, climb and descent of a whole plan are exact: the least whole minute or 100 ft.
Sidestep, trim and two changes together are tried here and there. Every offer is searched again.

\b
Examples:
  wideberth propose ours.geojson --against theirs.kml --preset crewed
  wideberth propose ours.geojson --against theirs.kml --preset drone --max-delay 45min --no-climb
  wideberth propose ours.geojson --against theirs.kml --agreement terms.toml --ceiling 400ft --keep area
  wideberth propose ours.geojson --against theirs.kml --preset crewed --plan survey-1 --json

\b
Exit codes: 0 no known conflict of our plans, 1 conflicts (whether or not anything would
clear them), 2 bad input, 3 could not.
"""
LONGEST = 7 * DURATIONS["d"]
HIGHEST = 100_000 * FOOT
FURTHEST = 60 * NAUTICAL_MILE


class Keep(StrEnum):
    """What must stay as it is."""

    area = "area"
    time = "time"
    altitude = "altitude"


class Bounds(Struct, frozen=True):
    """How far changes are looked for, as written on the command line."""

    delay: str | None
    advance: str | None
    climb: str | None
    descent: str | None
    sidestep: str | None
    ceiling: str | None
    no_climb: bool
    no_descent: bool
    keep: tuple[Keep, ...]


def propose(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILES", help="Files of the plans that may change.", show_default=False),
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against", metavar="FILE", help="A file of plans that stay as they are; may be repeated."
        ),
    ] = None,
    preset: asked.Preset = None,
    horizontal: asked.Horizontal = None,
    vertical: asked.Vertical = None,
    time: asked.Time = None,
    frequency: asked.Frequency = None,
    agreement: asked.Agreement = None,
    own: asked.Own = False,
    max_delay: Annotated[
        str | None,
        typer.Option(metavar="45min", help="Longest delay, and advance unless that is given. Default 6h."),
    ] = None,
    max_advance: Annotated[str | None, typer.Option(metavar="30min", help="Longest advance.")] = None,
    max_climb: Annotated[
        str | None,
        typer.Option(metavar="2000ft", help="Furthest up, and down unless that is given. Default 20,000 ft."),
    ] = None,
    max_descent: Annotated[str | None, typer.Option(metavar="1000ft", help="Furthest down.")] = None,
    no_climb: Annotated[bool, typer.Option("--no-climb", help="No climb.")] = False,
    no_descent: Annotated[bool, typer.Option("--no-descent", help="No descent.")] = False,
    ceiling: Annotated[
        str | None,
        typer.Option(
            metavar="400ft",
            help="Nothing is moved above it; in each plan's datum, or as written (400ft AGL). Default FL600.",
        ),
    ] = None,
    max_sidestep: Annotated[
        str | None, typer.Option(metavar="5NM", help="Furthest sideways. Default 20 NM.")
    ] = None,
    keep: Annotated[list[Keep] | None, typer.Option(help="What must not change; may be repeated.")] = None,
    plan: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this plan (id or label); may be repeated.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object (wideberth.propose/1).")
    ] = False,
    picture: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Draw the smallest change of each plan beside it: .svg, .html or .png."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all plans, not only the first 50.")] = False,
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
    """Find what would clear our plans. `PROPOSE_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000  # whole seconds: nobody plans in milliseconds
    with stopping():
        chosen = asked.separation(preset, horizontal, vertical, time, frequency, agreement is not None)
        bounds = Bounds(
            delay=max_delay,
            advance=max_advance,
            climb=max_climb,
            descent=max_descent,
            sidestep=max_sidestep,
            ceiling=ceiling,
            no_climb=no_climb,
            no_descent=no_descent,
            keep=tuple(keep or ()),
        )
        wanted = Wanted(limits(bounds), tuple(files), tuple(plan or ()), more=True, first=None)
        draw = None if picture is None else drawer(picture)
        zone = asked.zone(tz)
        now = asked.as_of(as_of, zone, now)
        question = Question(
            files=(*files, *(against or ())),
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
            limit=MOST,
            wanted=wanted,
        )
        report = _of_ours(answer(question, now, quiet=as_json), wanted)
        _show(report, wanted, as_json=as_json, every=every)
        if picture is not None and draw is not None:
            Path(picture).write_bytes(draw(structs.replace(report, changes=smallest(report))))
    if report.refused:
        raise typer.Exit(BAD_INPUT)
    if report.conflicts:
        raise typer.Exit(CONFLICTS)


def limits(bounds: Bounds) -> Limits:
    """How far to look. Raises: Invalid (`propose.limit`, `duration.*`, `length.*`, `altitude.*`)."""
    usual = Limits()
    delay = _bound(bounds.delay, "--max-delay", usual.delay)
    climb = _bound(bounds.climb, "--max-climb", usual.climb)
    advance = _bound(bounds.advance, "--max-advance", delay)
    descend = _bound(bounds.descent, "--max-descent", climb)
    sidestep = _bound(bounds.sidestep, "--max-sidestep", usual.sidestep)
    in_time, up_and_down = Keep.time not in bounds.keep, Keep.altitude not in bounds.keep
    ceiling, datum = (usual.ceiling, None) if bounds.ceiling is None else _ceiling(bounds.ceiling)
    return Limits(
        delay=delay * in_time,
        advance=advance * in_time,
        climb=climb * (up_and_down and not bounds.no_climb),
        descend=descend * (up_and_down and not bounds.no_descent),
        ceiling=ceiling,
        ceiling_datum=datum,
        sidestep=sidestep * (Keep.area not in bounds.keep),
    )


def _bound(text: str | None, name: str, usual: int) -> int:
    if text is None:
        return usual
    if name in ("--max-delay", "--max-advance"):
        value, most, shown = parse_duration(text, name, "down"), LONGEST, "7d"
    else:
        value = parse_length(text, name, "down")
        most, shown = (FURTHEST, "60NM") if name == "--max-sidestep" else (HIGHEST, "100000ft")
    if not 0 <= value <= most:
        raise Invalid("propose.limit", name, text, f"from 0 to {shown}")
    return value


def _ceiling(text: str) -> tuple[int, Datum | None]:
    """The value, and its datum where one is written."""
    try:
        return parse_length(text, "--ceiling", "down"), None
    except Invalid:
        limit = parse_altitude(text, "--ceiling", "down")
    if limit.datum in FIXED:
        raise Invalid("propose.limit", "--ceiling", text, "a height such as 400ft, 400ft AGL, FL200")
    return limit.value, limit.datum


def _of_ours(report: Report, wanted: Wanted) -> Report:
    """The report with only the conflicts of plans that may change."""
    keys = {one.plan.key for one in may_change(wanted, report.filed)}
    ours = tuple(conflict for conflict in report.conflicts if keys & set(conflict.plans))
    return structs.replace(report, conflicts=ours, count=None)


def _show(report: Report, wanted: Wanted, *, as_json: bool, every: bool) -> None:
    """Text, or one JSON object."""
    if not as_json:
        show(proposals_table(report, may_change(wanted, report.filed), every=every))
        return
    plans = [one.plan for _, one in report.filed]
    nothing = Proposals((), wanted.limits, len(plans), sum(len(plan.volumes) for plan in plans))
    document = propose_document(
        as_of=report.as_of,
        filed=report.filed,
        table=report.table,
        proposals=report.proposals or nothing,
        refused=report.refused,
        notes=report.notes,
    )
    out(f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode())
    for file, error in report.refused:
        tell(refusal(file, error))
