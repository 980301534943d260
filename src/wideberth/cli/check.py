"""`wideberth check`: which plans of different parties come too close."""

from __future__ import annotations

import json
import time as clock
from collections.abc import Callable, Sequence
from enum import StrEnum
from importlib.resources import files as package_files
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from wideberth.cli import asked
from wideberth.cli.load import Loaded, load, read_bytes
from wideberth.cli.progress import Steps
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, show, stopping, tell
from wideberth.conflict.find import find
from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import geoidgrid, terms
from wideberth.formats.result import check_document
from wideberth.formats.times import show_time, zone_version
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.model.terms import Terms
from wideberth.render.picture import html, png_writer, svg
from wideberth.render.report import Report, in_order
from wideberth.render.table import refusal, table
from wideberth.space.ground import Circle
from wideberth.space.reference import Terrain, VerticalReference
from wideberth.space.units import DEGREE
from wideberth.space.within import within

CHECK_HELP = """\
Find every conflict between the plans of different parties.

\b
Examples:
  wideberth check ours.geojson theirs.kml --preset crewed
  wideberth check a.geojson b.geojson --horizontal 3NM --vertical 3000ft --time 5min --json
  wideberth check *.geojson --agreement terms.toml --picture conflicts.svg
  wideberth check flights.json.gz areas.kml --preset drone --ground 400m..900m --tz Asia/Nicosia

\b
Exit codes: 0 no known conflict, 1 conflicts, 2 bad input (what could be read is still
checked and shown), 3 could not.
"""


REVIEWS = 10
"""Plans due for review that are named."""


class Units(StrEnum):
    """How figures are shown."""

    aviation = "aviation"
    metric = "metric"


class Asked(Struct, frozen=True):
    """What a check is asked to decide and with what: `terms` where there is an agreement."""

    table: SeparationTable
    reference: VerticalReference
    terms: Terms | None
    explicit: bool
    own: bool


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Files of plans.", show_default=False)],
    preset: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="crewed, drone, convoy, maritime or spectrum."),
    ] = None,
    horizontal: Annotated[
        str | None, typer.Option(metavar="3NM", help="Horizontal minimum, or 0, or any.")
    ] = None,
    vertical: Annotated[
        str | None, typer.Option(metavar="3000ft", help="Vertical minimum, or 0, or any.")
    ] = None,
    time: Annotated[str | None, typer.Option(metavar="5min", help="Time minimum, or 0, or any.")] = None,
    frequency: Annotated[
        str | None,
        typer.Option(
            metavar="1MHz", help="Frequency minimum, or 0, or any; needed where two emissions meet."
        ),
    ] = None,
    agreement: Annotated[
        str | None, typer.Option(metavar="terms.toml", help="Terms of an agreement: a table of minima.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Compare plans of the same party as well.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object (wideberth.check/1).")
    ] = False,
    picture: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw map and profile: .svg, .html or .png.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all conflicts, not only the first 50.")] = False,
    units: Annotated[Units, typer.Option(help="Units of the figures shown.")] = Units.aviation,
    as_of: asked.AsOf = None,
    tz: asked.Zone = None,
    ground: asked.Ground = None,
    half_width: asked.HalfWidth = None,
    vertical_tolerance: asked.VerticalTolerance = None,
    time_tolerance: asked.TimeTolerance = None,
    top_speed: asked.TopSpeed = None,
    wrap: asked.Wrap = False,
) -> None:
    """Find every conflict between the plans of different parties. `CHECK_HELP` says the rest."""
    now = clock.time_ns() // 1_000_000_000 * 1_000  # whole seconds: nobody plans in milliseconds
    with stopping():
        chosen = asked.separation(preset, horizontal, vertical, time, frequency, agreement is not None)
        zone = asked.zone(tz)
        now = asked.as_of(as_of, zone, now)
        reading = asked.options(
            now=now,
            tz=zone,
            wrap=wrap,
            half_width=half_width,
            vertical_tolerance=vertical_tolerance,
            time_tolerance=time_tolerance,
            top_speed=top_speed,
        )
        draw = None if picture is None else _drawer(picture)
        agreed = None if agreement is None else _terms(agreement)
        what = _asked(chosen, agreed, asked.terrain(ground), own)
        with Steps(quiet=as_json) as steps:
            loaded = load(files, reading, steps.at)
            _check_parties(loaded, what)
            plans = [one.plan for _, one in loaded.filed]
            found = find(
                plans,
                what.table,
                what.reference,
                own=own,
                progress=lambda done, total: steps.at("comparing plans", done, total),
            )
            _check_frequency(plans, found.conflicts, what)
            notes = [
                *loaded.notes,
                *found.notes,
                *_ground_notes(loaded, found.conflicts),
                *_terms_notes(what, plans, found.conflicts),
                *_review_notes(plans, now, zone),
            ]
            if zone is not None:
                notes.append(f"times without an offset are read in {zone}, {zone_version()}")
            report = Report(
                as_of=now,
                filed=loaded.filed,
                table=what.table,
                conflicts=in_order(found.conflicts, loaded.filed),
                refused=loaded.refused,
                notes=tuple(dict.fromkeys(notes)),
                places=() if agreed is None else agreed.places,
                zone=zone,
                metric=units is Units.metric,
                own=own,
            )
        _print(report, as_json=as_json, every=every)
        if picture is not None and draw is not None:
            Path(picture).write_bytes(draw(report))
    if report.refused:
        raise typer.Exit(BAD_INPUT)
    if report.conflicts:
        raise typer.Exit(CONFLICTS)


def geoid_reference(terrain: Terrain | None = None) -> VerticalReference:
    """What altitudes are measured against: the geoid that ships with the package, and the ground if known."""
    grid = geoidgrid.read((package_files("wideberth.data") / "egm96-15.bin.z").read_bytes())
    return VerticalReference(grid, terrain or Terrain())


def _terms(path: str) -> Terms:
    """The agreement. Raises: Invalid, its path beginning with the file."""
    try:
        return terms.read(read_bytes(path))
    except Invalid as error:
        place = f"{path}: {error.path}" if error.path else path
        raise Invalid(error.code, place, error.found, error.wanted) from error


def _asked(chosen: SeparationTable | None, agreed: Terms | None, terrain: Terrain | None, own: bool) -> Asked:
    reference = geoid_reference(terrain)
    if agreed is not None:
        ground = terrain or agreed.ground
        reference = VerticalReference(reference.geoid, ground, agreed.qnh, agreed.atmosphere)
        return Asked(agreed.table, reference, agreed, False, own)
    if chosen is None:
        raise AssertionError("either a table or terms")
    return Asked(chosen, reference, None, not chosen.source.startswith("preset"), own)


def _check_parties(loaded: Loaded, what: Asked) -> None:
    """Refuse what would look like an answer but compares nothing. Raises: Refused (`party.only_one`)."""
    parties = {one.plan.party for _, one in loaded.filed}
    if len(parties) < 2 and not what.own and not loaded.refused:
        who = f"one party, {shorten(next(iter(parties)))}" if parties else "no plan"
        raise Refused(
            "party.only_one",
            f"found plans of {who}; accepted: plans of two parties or more (is a `party` missing?),"
            " or --own to compare plans of the same party",
        )


def _check_frequency(plans: Sequence[Plan], conflicts: Sequence[Conflict], what: Asked) -> None:
    """Refuse to call two emissions that meet a conflict where no frequency minimum is given.

    GEOMETRY, Separation: it is required only when two emissions meet.

    Raises: Invalid (`separation.missing`).
    """
    if not what.explicit or what.table.rows[0].rules[0].f is not None:
        return
    volumes = {plan.key: plan.volumes for plan in plans}
    for conflict in conflicts:
        sides = zip(conflict.plans, conflict.volumes, strict=True)
        if all(volumes[key][k].band is not None for key, k in sides):
            wanted = "a frequency minimum such as 1MHz, 0 or any, because emissions meet"
            raise Invalid("separation.missing", "--frequency", "nothing", wanted)


def _ground_notes(loaded: Loaded, conflicts: Sequence[Conflict]) -> list[str]:
    """For each file, in how many conflicts only the unknown height of the ground is the reason."""
    file_of = {one.plan.key: file for file, one in loaded.filed}
    unresolved = [
        {file_of[key] for key in conflict.plans} for conflict in conflicts if conflict.agl_unresolved
    ]
    notes = []
    for file in dict.fromkeys(file_of.values()):
        count = sum(file in files for files in unresolved)
        if count:
            plural = "conflict is" if count == 1 else "conflicts are"
            notes.append(f"{shorten(file, 400)}: AGL unresolved: {count} {plural} due to that alone")
    return notes


def _terms_notes(what: Asked, plans: Sequence[Plan], conflicts: Sequence[Conflict]) -> list[str]:
    """Where the agreement and the plans do not match."""
    notes: list[str] = []
    if what.terms is None:
        return notes
    if what.terms.parties:
        strangers = sorted({plan.party for plan in plans} - set(what.terms.parties))
        notes += [
            f"{shorten(party)} is not a party of the agreement; its terms were used all the same"
            for party in strangers
        ]
    if what.terms.area is not None:
        area = what.terms.area
        outside = sum(not within(Circle(_point(conflict), 0), area) for conflict in conflicts)
        if outside:
            plural = "conflict lies" if outside == 1 else "conflicts lie"
            notes.append(
                f"{outside} {plural} outside the area of the agreement; its terms were used all the same"
            )
    return notes


def _review_notes(plans: Sequence[Plan], now: int, zone: str | None) -> list[str]:
    """Plans whose review is due: it reminds, and ends nothing."""
    due = sorted((plan.review, plan.key) for plan in plans if plan.review is not None and plan.review <= now)
    notes = [
        f"review of {shorten(name)} of {shorten(party)} was due {show_time(review, zone)}; it stays in force"
        for review, (party, name) in due[:REVIEWS]
    ]
    return notes if len(due) <= REVIEWS else [*notes, f"{len(due) - REVIEWS} more reviews are due"]


def _point(conflict: Conflict) -> tuple[int, int]:
    return round(conflict.near[0] * DEGREE), round(conflict.near[1] * DEGREE)


def _drawer(path: str) -> Callable[[Report], bytes]:
    """What draws a file of that name. Raises: Invalid (`picture.format`), Refused (`picture.no_png`)."""
    suffix = Path(path).suffix.lower()
    if suffix == ".svg":
        return lambda report: svg(report).encode("utf-8")
    if suffix in (".html", ".htm"):
        return lambda report: html(report).encode("utf-8")
    if suffix != ".png":
        raise Invalid("picture.format", "--picture", path, "a file that ends in .svg, .html or .png")
    return png_writer()  # that it is missing is said before the work, not after it


def _print(report: Report, *, as_json: bool, every: bool) -> None:
    if not as_json:
        show(table(report, every=every))
        return
    document = check_document(
        as_of=report.as_of,
        filed=report.filed,
        source=report.table.source,
        table=report.table,
        conflicts=report.conflicts,
        refused=report.refused,
        notes=report.notes,
    )
    out((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8"))
    for file, error in report.refused:
        tell(refusal(file, error))
