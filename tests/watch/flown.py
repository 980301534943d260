"""Made flights: reports of things that go straight on, for tests of the watch."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wideberth.model.track import Kind, Report, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Point
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume
from wideberth.watch.zone import Kind as OfZone
from wideberth.watch.zone import Zone

START = 1_700_000_000_000
"""POSIX ms."""
ORIGIN = (33.0, 35.0)
PER_DEGREE = 111_000.0
"""m, near enough for what these tests show."""


def point(east_m: float, north_m: float) -> Point:
    """So far from the origin, in 1e-7 degrees."""
    lat = ORIGIN[1] + north_m / PER_DEGREE
    lon = ORIGIN[0] + east_m / (PER_DEGREE * math.cos(math.radians(ORIGIN[1])))
    return round(lon * DEGREE), round(lat * DEGREE)


def report(
    name: str,
    source: str,
    now_ms: int,
    east_m: float,
    north_m: float,
    *,
    course: float = 90.0,
    speed: float = 100.0,
    level: int | None = 10_000,
    callsign: str = "",
    kind: Kind = "aircraft",
    grounded: bool = False,
) -> Report:
    """One report; `level` in feet of pressure altitude, `course` in degrees, `speed` in m/s."""
    return Report(
        source,
        name,
        START + now_ms,
        point(east_m, north_m),
        doubt=50 * METRE,
        altitude=None if level is None else Altitude("FL", level * 3_048),
        altitude_doubt=250_000,
        velocity=Velocity(round(speed * 1_000), round(course * DEGREE) % (360 * DEGREE), 0),
        callsign=callsign,
        kind=kind,
        grounded=grounded,
    )


def flight(
    name: str,
    source: str,
    east_m: float,
    north_m: float,
    *,
    course: float = 90.0,
    speed: float = 100.0,
    begin_ms: int = 0,
    end_ms: int = 300_000,
    each_ms: int = 1_000,
    level: int | None = 10_000,
    callsign: str = "",
    kind: Kind = "aircraft",
) -> Iterator[Report]:
    """Reports of something that is at this place at `begin_ms` and goes straight on."""
    for now in range(begin_ms, end_ms + 1, each_ms):
        way = speed * (now - begin_ms) / 1_000
        yield report(
            name,
            source,
            now,
            east_m + way * math.sin(math.radians(course)),
            north_m + way * math.cos(math.radians(course)),
            course=course,
            speed=speed,
            level=level,
            callsign=callsign,
            kind=kind,
        )


def zone(
    name: str, kind: OfZone, party: str, east_m: float, north_m: float, radius_m: float = 2_000.0
) -> Zone:
    """A round zone without limits in height and time."""
    ground = Circle(point(east_m, north_m), round(radius_m * METRE))
    return Zone(name, kind, party, f"zone {name}", (Volume(ground),))
