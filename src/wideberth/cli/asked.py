"""What the user asks for on the command line: the options that commands share, and what they mean."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from wideberth.errors import Invalid, Refused
from wideberth.formats.reading import Options
from wideberth.formats.terms import parse_ground, parse_minimum
from wideberth.formats.times import check_zone, parse_time
from wideberth.model.separation import EVERY, PRESETS, Row, Rule, SeparationTable
from wideberth.render.words import rule_words
from wideberth.space.reference import Terrain
from wideberth.space.stated import check_width
from wideberth.space.units import METRE, parse_duration, parse_length

Preset = Annotated[
    str | None,
    typer.Option("--preset", metavar="NAME", help="crewed, drone, convoy, maritime or spectrum."),
]
Horizontal = Annotated[
    str | None, typer.Option("--horizontal", metavar="3NM", help="Horizontal minimum, or 0, or any.")
]
Vertical = Annotated[
    str | None, typer.Option("--vertical", metavar="3000ft", help="Vertical minimum, or 0, or any.")
]
Time = Annotated[str | None, typer.Option("--time", metavar="5min", help="Time minimum, or 0, or any.")]
Frequency = Annotated[
    str | None,
    typer.Option(
        "--frequency",
        metavar="1MHz",
        help="Frequency minimum, or 0, or any; needed where two emissions meet.",
    ),
]
Agreement = Annotated[
    str | None,
    typer.Option("--agreement", metavar="terms.toml", help="Terms of an agreement: a table of minima."),
]
Own = Annotated[bool, typer.Option("--own", help="Compare plans of the same party as well.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="RFC3339", help="The time that counts as now, e.g. 2026-11-23T06:00:00Z."
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="Zone of times without an offset, and of times shown, e.g. Asia/Nicosia."
    ),
]
Ground = Annotated[
    str | None,
    typer.Option(
        "--ground",
        metavar="LOW..HIGH",
        help="Height of the ground, e.g. 400m..900m (MSL) or '400m..900m HAE'.",
    ),
]
Wrap = Annotated[
    bool, typer.Option("--wrap", help="Bring longitudes beyond ±180° back; let edges cross 180°.")
]
HalfWidth = Annotated[
    str | None, typer.Option("--half-width", metavar="200m", help="Half-width of trajectories.")
]
VerticalTolerance = Annotated[
    str | None,
    typer.Option("--vertical-tolerance", metavar="100ft", help="Doubt of a trajectory's altitude."),
]
TimeTolerance = Annotated[
    str | None, typer.Option("--time-tolerance", metavar="5s", help="Doubt of a trajectory's times.")
]
TopSpeed = Annotated[
    str | None,
    typer.Option(
        "--top-speed",
        metavar="600kt",
        help="Speed that bounds a trajectory where reports are missing (kt, m/s, km/h).",
    ),
]

KeepGood = Annotated[
    bool, typer.Option("--keep-good", help="Take the good rows of a file that has bad ones.")
]
Radius = Annotated[
    str | None, typer.Option("--radius", metavar="200m", help="Radius of places that state none.")
]

_SPEED = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(m/s|kt|km/h)\s*")
_SPEEDS = {"m/s": 1.0, "kt": 1852.0 / 3600.0, "km/h": 1.0 / 3.6}
LARGEST_TOLERANCE = {"length": 100_000 * METRE, "time": 86_400_000}


def as_of(text: str | None, zone: str | None, clock: int) -> int:
    """The time that counts as now in POSIX ms: as asked, else the clock's. Raises: Invalid (`time.*`)."""
    return clock if text is None else parse_time(text, "--as-of", zone)


def zone(text: str | None) -> str | None:
    """An IANA zone. Raises: Invalid (`time.zone`)."""
    return None if text is None else check_zone(text, "--tz")


def terrain(text: str | None) -> Terrain | None:
    """The range of the ground's height. Raises: Invalid (`terms.ground`, `length.*`)."""
    return None if text is None else parse_ground(text, "--ground")


def options(
    *,
    now: int,
    tz: str | None,
    wrap: bool = False,
    half_width: str | None = None,
    vertical_tolerance: str | None = None,
    time_tolerance: str | None = None,
    top_speed: str | None = None,
    radius: str | None = None,
    keep_good: bool = False,
) -> Options:
    """How files are to be read; `file` is filled in for each.

    Raises: Invalid (`length.*`, `duration.*`, `geometry.half_width`, `option.*`).
    """
    width = None if half_width is None else parse_length(half_width, "--half-width", "up")
    if width is not None:
        check_width(width, "--half-width")
    around = None if radius is None else parse_length(radius, "--radius", "up")
    if around is not None:
        check_width(around, "--radius")
    return Options(
        file="",
        as_of=now,
        zone=tz,
        wrap=wrap,
        half_width=width,
        vertical_tolerance=_tolerance(vertical_tolerance, "--vertical-tolerance", "length"),
        time_tolerance=_tolerance(time_tolerance, "--time-tolerance", "time"),
        top_speed=None if top_speed is None else _speed(top_speed),
        radius=around,
        keep_good=keep_good,
    )


def _tolerance(text: str | None, path: str, kind: str) -> int | None:
    if text is None:
        return None
    value = (parse_length if kind == "length" else parse_duration)(text, path, "up")
    if not 0 <= value <= LARGEST_TOLERANCE[kind]:
        raise Invalid("option.tolerance", path, text, "from 0 to " + ("100km" if kind == "length" else "1d"))
    return value


def _speed(text: str) -> float:
    """Metres per second."""
    match = _SPEED.fullmatch(text)
    value = float(match[1]) * _SPEEDS[match[2]] if match else 0.0
    if not 0 < value <= 10_000:
        raise Invalid("option.speed", "--top-speed", text, "a speed such as 300m/s, 600kt, 900km/h")
    return value


def separation(
    preset: str | None,
    horizontal: str | None,
    vertical: str | None,
    time: str | None,
    frequency: str | None,
    agreement: bool,
) -> SeparationTable | None:
    """The table of a preset or of the minima given; None where an agreement is to say it.

    GEOMETRY, Separation: without one of the three nothing is decided.

    Raises: Refused (`separation.none`, `separation.several`), Invalid (`separation.*`, `length.*`, …).
    """
    given = [text for text in (horizontal, vertical, time, frequency) if text is not None]
    if bool(given) + (preset is not None) + agreement > 1:
        raise Refused(
            "separation.several",
            "one of --preset, --agreement, or the minima --horizontal --vertical --time; not two of them",
        )
    if agreement:
        return None
    if preset is not None:
        if preset not in PRESETS:
            raise Invalid("separation.preset", "--preset", preset, ", ".join(PRESETS))
        return PRESETS[preset]
    if not given:
        raise Refused("separation.none", nothing_decided())
    for name, text in (("--horizontal", horizontal), ("--vertical", vertical), ("--time", time)):
        if text is None:
            raise Invalid(
                "separation.missing", name, "nothing", "every minimum, written out; 0 and any count"
            )
    rule = Rule(
        h=parse_minimum("horizontal", horizontal, "--horizontal"),
        v=parse_minimum("vertical", vertical, "--vertical"),
        t=parse_minimum("time", time, "--time"),
        f=None if frequency is None else parse_minimum("frequency", frequency, "--frequency"),
    )
    return SeparationTable((Row((EVERY, EVERY), (rule,)),), "minima as given")


def nothing_decided() -> str:
    """That minima are needed, and the presets with their figures."""
    lines = [f"  {name:<9} {rule_words(table.rows[0].rules[0])}" for name, table in PRESETS.items()]
    ways = (
        "Accepted: --preset NAME; --horizontal 3NM --vertical 3000ft --time 5min; or --agreement terms.toml."
    )
    first, last = "nothing is decided without minima", "The presets, each for every pair of activities:"
    return "\n".join([first, ways, last, *lines])
