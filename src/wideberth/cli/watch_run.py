"""`wideberth watch run`: a watch over recordings, or over live sources, without a node."""

from __future__ import annotations

import time as clock
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from msgspec import Struct, structs

from wideberth.cli import asked, watch_asked
from wideberth.cli import watch_words as words
from wideberth.cli.answer import geoid_reference
from wideberth.cli.check import Units
from wideberth.cli.progress import Steps
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, show, stopping, tell
from wideberth.cli.watch_asked import Against, Recorded, Trust
from wideberth.cli.watch_faces import face
from wideberth.cli.watch_play import Played, Rim, merged, play
from wideberth.cli.watch_table import ROWS, alerts_table, in_order
from wideberth.cli.watched import Watched
from wideberth.errors import Invalid, Refused
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.track import Report
from wideberth.node.watch_views import SourceView
from wideberth.render.encounter import svg
from wideberth.render.table import refusal
from wideberth.render.words import counted, duration
from wideberth.watch import loops
from wideberth.watch.looking import Looking, Terms
from wideberth.watch.whose import Known

RUN_HELP = """\
Watch recordings, or live sources, without a node: which tracks of different parties are about to lose their
separation, and which are about to come into what is to be kept clear.

Each FILE (recorded positions: trajectory JSON, CSV, GeoJSON, lines of reports) and each --source is a party,
called as the file is, or NAME in NAME=FILE. A recording is looked at each second of its own time; the same
files give the same alerts at every speed. --against reads plans, notices and sites as `check` does.

\b
Examples:
  wideberth watch run ours.csv theirs.csv --preset crewed
  wideberth watch run north=n.csv south=s.json.gz --own north --against plans.geojson --preset crewed
  wideberth watch run traffic.json.gz --every --horizontal 5NM --vertical 1000ft --time 0 --speed 100
  wideberth watch run --source radar=sbs://127.0.0.1:30003 --against plans.geojson --preset crewed

\b
Exit codes: 0 nothing was raised, 1 alerts were raised, 2 bad input, 3 could not. Ctrl-C ends live sources.
"""
MACHINE = Rim(clock.monotonic, clock.sleep)

Source = Annotated[
    list[str] | None,
    typer.Option("--source", metavar="NAME=URL", help="A live source, such as sbs://127.0.0.1:30003."),
]


CROWD: Final = 30
"""Tracks of recordings from which loading the compiled search takes less time than doing without."""


class Question(Struct, frozen=True):
    """What is asked, read and checked: recordings or sources, what decides, how it is shown."""

    recorded: tuple[Recorded, ...]
    sources: tuple[tuple[str, str], ...]
    terms: Terms
    known: Known
    against: Against
    notes: tuple[str, ...]


def run(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Recordings.", show_default=False)
    ] = None,
    source: Source = None,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="FILE", help="Plans, notices and sites to be kept clear."),
    ] = None,
    preset: asked.Preset = None,
    horizontal: asked.Horizontal = None,
    vertical: asked.Vertical = None,
    time: asked.Time = None,
    agreement: asked.Agreement = None,
    own: Annotated[
        str | None, typer.Option("--own", metavar="NAME", help="Which party is this one.", show_default=False)
    ] = None,
    every: Annotated[
        bool, typer.Option("--every", help="No source is a party: compare all tracks with each other.")
    ] = False,
    speed: Annotated[
        str | None,
        typer.Option("--speed", metavar="1|100|max", help="How fast recordings are played; else max."),
    ] = None,
    look_ahead: Annotated[
        str, typer.Option("--look-ahead", metavar="5min", help="How far ahead is looked, 10s to 1h.")
    ] = "5min",
    begin: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="RFC3339", help="Play recordings from this time on.", show_default=False
        ),
    ] = None,
    lasts: Annotated[
        str | None,
        typer.Option("--for", metavar="10min", help="End so long after the beginning.", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="RFC3339", help="Play recordings to this time, and show how it stood then."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one object a change (wideberth.watch/1).")
    ] = False,
    picture: Annotated[
        str | None,
        typer.Option("--picture", metavar="DIR", help="Draw each alert that was raised, as SVG, into DIR."),
    ] = None,
    units: Annotated[Units, typer.Option(help="Units of the figures shown.")] = Units.aviation,
    ca: Annotated[
        str, typer.Option("--ca", metavar="FILE", help="Whom cot+tls sources are to be certified by (PEM).")
    ] = "",
    cert: Annotated[
        str, typer.Option("--cert", metavar="FILE", help="Our certificate for cot+tls sources (PEM).")
    ] = "",
    key: Annotated[str, typer.Option("--key", metavar="FILE", help="Its key, without password.")] = "",
    tz: asked.Zone = None,
    ground: asked.Ground = None,
    radius: asked.Radius = None,
    half_width: asked.HalfWidth = None,
    keep_good: asked.KeepGood = False,
) -> None:
    """A watch without a node. `RUN_HELP` says the rest."""
    with stopping():
        chosen = asked.separation(preset, horizontal, vertical, time, None, agreement is not None)
        zone = asked.zone(tz)
        now = asked.as_of(as_of, zone, clock.time_ns() // 1_000_000_000 * 1_000)
        reading = asked.options(now=now, tz=zone, radius=radius, half_width=half_width, keep_good=keep_good)
        _check(files or [], source or [], {"--as-of": as_of, "--speed": speed, "--from": begin})
        pace = watch_asked.speed(speed)
        ahead = watch_asked.look_ahead(look_ahead)
        most = None if lasts is None else watch_asked.lasting(lasts)
        folder = None if picture is None else _folder(picture)
        metric = units is Units.metric
        with Steps(quiet=as_json) as steps:
            table, reference = watch_asked.decided(
                chosen, agreement, asked.terrain(ground), geoid_reference()
            )
            terms = Terms(table, reference, look_ahead_ms=ahead, own=own or "", every=every)
            question = _read(files or [], source or [], against or [], terms, reading, steps)
        for note in question.notes:
            tell(note)
        terms = structs.replace(terms, conforming=bool(question.against.plans))
        looking = Looking(terms, question.known, question.against.zones, question.against.plans)
        if question.sources:
            from wideberth.cli.watch_follow import follow_all  # what it needs takes long to load

            trust = Trust(ca, cert, key)
            played = follow_all(
                looking, question.sources, most, terms.own, trust, as_json=as_json, metric=metric
            )
        else:
            first = None if begin is None else parse_time(begin, "--from", zone)
            cut = Cut(first, most, now if as_of is not None else None)
            reports, until = _cut(question, cut)
            watched = Watched(looking, lambda: _files(question.recorded))
            shown = face(as_json=as_json, metric=metric, paced=pace is not None, own=terms.own)
            if len({each.id for each in reports}) >= CROWD:
                tell("loading the compiled search; on a machine that is new to it this takes up to a minute")
                loops.load(reference)
            if not as_json:
                tell(_about(question, reports))
            with shown:
                played = play(watched, reports, until, pace, shown, MACHINE)
        if folder is not None:
            _draw(looking, played, folder, metric)
        if not as_json:
            _end(played, Watched(looking, list), metric)
    if question.against.loaded is not None and question.against.loaded.refused:
        for file, error in question.against.loaded.refused:
            tell(refusal(file, error))
        raise typer.Exit(BAD_INPUT)
    if played.raised:
        raise typer.Exit(CONFLICTS)


def _check(files: Sequence[str], sources: Sequence[str], replaying: Mapping[str, str | None]) -> None:
    """Raises: Refused (`watch.nothing`, `watch.mixed`), Invalid (`option.watch`)."""
    if not files and not sources:
        raise Refused("watch.nothing", "nothing to watch; accepted: a FILE, or --source NAME=URL")
    if files and sources:
        raise Refused("watch.mixed", "recordings are of another time than live sources; accepted: either")
    for name, value in replaying.items():
        if sources and value is not None:
            raise Invalid("option.watch", name, value, f"no {name} with --source: what is live is now")


def _read(
    files: Sequence[str],
    sources: Sequence[str],
    against: Sequence[str],
    terms: Terms,
    reading: Options,
    steps: Steps,
) -> Question:
    """Raises: Invalid, Refused."""
    notes: list[str] = []
    recorded: list[Recorded] = []
    live = watch_asked.named(sources, lambda _: False, bare=False)
    for done, (name, path, given) in enumerate(watch_asked.named(files, watch_asked.is_file)):
        steps.at(f"reading {path}", done, len(files))
        found, more = watch_asked.recorded(name, path, given, reading)
        recorded.append(found)
        notes += [f"{path}: {note}" for note in more]
    names = [each.name for each in live]
    names += sorted({report.source for each in recorded for report in each.reports})
    zones = watch_asked.against(against, reading, terms.table, terms.own, steps.at)
    notes += zones.loaded.notes if zones.loaded is not None else ()
    known = watch_asked.known(names, terms.own, terms.every, zones.by_callsign)
    watch_asked.check_parties(known, names, zones)
    places = tuple((each.name, each.place) for each in live)
    return Question(tuple(recorded), places, terms, known, zones, tuple(dict.fromkeys(notes)))


class Cut(NamedTuple):
    """What of recordings is played: from when, for how long (ms), to when; None: not said."""

    first_ms: int | None
    most_ms: int | None
    until_ms: int | None


def _cut(question: Question, cut: Cut) -> tuple[list[Report], int | None]:
    """The reports that are played, and until when. Raises: Refused (`watch.empty`)."""
    reports = merged([each.reports for each in question.recorded])
    if cut.first_ms is not None:
        reports = [each for each in reports if each.at_ms >= cut.first_ms]
    ends = [] if cut.until_ms is None else [cut.until_ms]
    if reports and cut.most_ms is not None:
        ends.append((reports[0].at_ms if cut.first_ms is None else cut.first_ms) + cut.most_ms)
    until = min(ends, default=None)
    if until is not None:
        reports = [each for each in reports if each.at_ms <= until]
    if not reports:
        raise Refused("watch.empty", "no report in that time; accepted: recordings with positions and times")
    return reports, until


def _files(recorded: Sequence[Recorded]) -> list[SourceView]:
    """Recordings among the sources: they are never late."""
    return [
        SourceView(
            name=each.name,
            url=each.path,
            party=each.name,
            state="file",
            since=to_rfc3339(each.reports[0].at_ms if each.reports else 0),
            heard=None,
            reports=len(each.reports),
            faults=0,
            dropped=0,
        )
        for each in recorded
    ]


def _about(question: Question, reports: Sequence[Report]) -> str:
    zones = len(question.against.zones) + len(question.against.plans)
    beside = f" and {counted(zones, 'zone')}" if zones else ""
    return (
        f"playing {counted(len(reports), 'report')} of {counted(len(question.recorded), 'recording')}{beside}"
        f" from {words.day_clock(reports[0].at_ms)}; looking {duration(question.terms.look_ahead_ms)} ahead"
    )


def _folder(path: str) -> Path:
    """A folder for pictures, made if it is not there. Raises: OSError."""
    found = Path(path)
    found.mkdir(parents=True, exist_ok=True)
    return found


def _draw(looking: Looking, played: Played, folder: Path, metric: bool) -> None:
    for name in played.raised:
        try:
            found = looking.encounter(name, played.end_ms)
        except Invalid:  # more were raised than are remembered
            tell(f"{name}: no longer remembered, so not drawn")
            continue
        path = folder / f"{name}.svg"
        path.write_bytes(svg(found, metric=metric).encode())
        tell(f"drawn: {path}")


def _end(played: Played, watched: Watched, metric: bool) -> None:
    """What came of all of it, in a line or two, and what is not over."""
    span = f"{words.day_clock(played.first_ms)} to {words.day_clock(played.end_ms)}"
    if not played.raised:
        head = words.headline(watched.alerts(), watched.heard(), played.end_ms)
        out(f"{head}; nothing was raised, {span}\n".encode())
        return
    kinds = [each.key.kind for each in played.raised.values()]
    named = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    still = sum(each.phase == "raised" for each in watched.looking.alerts)
    head = f"{counted(len(kinds), 'alert')} raised ({named}), {still} still so, {span}"
    out(f"{head}\n".encode())
    if some := in_order(watched.alerts()):
        show(alerts_table(some[:ROWS], played.end_ms, metric=metric))
