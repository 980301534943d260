"""A report of a track as JSON, one object: what is pushed to a node, kept in files, and written by `--json`.

Units are suffixes of keys; times are RFC 3339; an altitude is {value, unit, datum}; what is not known is left
out. What is finer than our integers makes a doubt larger, never a place wrong.
"""

from __future__ import annotations

import math
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.properties import scaled, state_altitude
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import Altitude, altitude_of
from wideberth.space.stated import position
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE, Rounding, to_integer

ID: Final = 100
"""Letters of an id, of a source's name, and of a callsign."""
FURTHEST: Final = 20_038_000
"""m: no two places are further apart, so no doubt is larger."""
FASTEST: Final = 12_000
"""m/s: what is faster leaves the Earth."""
QUICKEST_TURN: Final = 360
"""Degrees a second."""
WAYS: Final[tuple[Rounding, ...]] = ("down", "up")
MILLIMETRE: Final = 1_000
"""mm in a metre."""


class AltitudeJson(Struct, frozen=True, forbid_unknown_fields=True):
    """An altitude as files and the API have it."""

    value: float
    unit: Literal["m", "ft", "FL"]
    datum: str


class ReportJson(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A report (model.track.Report), with units.

    Attributes:
        source: the name of the source; where it may be left out, that of the stream it comes in.
        id: `icao:4b1815`, `mmsi:247320000`, `cot:UID`, or `SOURCE:NAME` of what has no public number.
        at: when it was there (RFC 3339).
        lon_deg, lat_deg: where, on WGS84; it was certainly within `doubt_m` of it.
        altitude_doubt_m: to either side.
        speed_m_s, course_deg: over the ground, from true north; both or neither. `climb_m_s`: upwards.
        turn_deg_s: clockwise positive.
    """

    source: str = ""
    id: str
    at: str
    lon_deg: float
    lat_deg: float
    doubt_m: float = 0
    altitude: AltitudeJson | None = None
    altitude_doubt_m: float = 0
    speed_m_s: float | None = None
    course_deg: float | None = None
    climb_m_s: float | None = None
    turn_deg_s: float | None = None
    callsign: str = ""
    kind: Kind = "unknown"
    grounded: bool = False
    doubts: tuple[Doubt, ...] = ()


WANTED: Final = "a report as docs/tracks.md has it"


def read(value: object, path: str = "", source: str = "") -> Report:
    """The report that a parsed object says, of `source` where it names none.

    Raises: Invalid (`report.fields`, `report.name`, `report.number`, `report.velocity`, `geometry.latitude`,
    `geometry.longitude`, `altitude.*`, `time.*`).
    """
    try:
        found = msgspec.convert(value, ReportJson, strict=True)
    except msgspec.ValidationError as error:
        raise Invalid("report.fields", path, str(error), WANTED) from error
    return from_struct(found, path, source)


def from_struct(found: ReportJson, path: str = "", source: str = "") -> Report:
    """The same of what msgspec has read. Raises: as `read`, less `report.fields`."""
    point, slack = position(found.lon_deg, found.lat_deg, path)
    altitude, lost = _altitude(found.altitude, path)
    return Report(
        source=_name(found.source or source, f"{path}.source", True),
        id=_id(found.id, f"{path}.id"),
        at_ms=parse_time(found.at, f"{path}.at"),
        point=point,
        doubt=_number(found.doubt_m, 0, FURTHEST, METRE, f"{path}.doubt_m", up=True) + slack,
        altitude=altitude,
        altitude_doubt=_number(
            found.altitude_doubt_m, 0, FURTHEST, METRE, f"{path}.altitude_doubt_m", up=True
        )
        + lost,
        velocity=_velocity(found, path),
        turn=None
        if found.turn_deg_s is None
        else _number(found.turn_deg_s, -QUICKEST_TURN, QUICKEST_TURN, DEGREE, f"{path}.turn_deg_s"),
        callsign=_name(found.callsign, f"{path}.callsign", False),
        kind=found.kind,
        grounded=found.grounded,
        doubts=tuple(dict.fromkeys(found.doubts)),
    )


def write(report: Report) -> dict[str, Any]:
    """The object of a report, exactly. Raises: Invalid (`time.range`)."""
    found: dict[str, Any] = {
        "source": report.source,
        "id": report.id,
        "at": to_rfc3339(report.at_ms),
        "lon_deg": scaled(report.point[0], DEGREE),
        "lat_deg": scaled(report.point[1], DEGREE),
    }
    if report.doubt:
        found["doubt_m"] = scaled(report.doubt, METRE)
    if report.altitude is not None:
        found["altitude"] = stated(report.altitude)
        if report.altitude_doubt:
            found["altitude_doubt_m"] = scaled(report.altitude_doubt, METRE)
    if report.velocity is not None:
        found["speed_m_s"] = scaled(report.velocity.speed, MILLIMETRE)
        found["course_deg"] = scaled(report.velocity.course, DEGREE)
        if report.velocity.climb is not None:
            found["climb_m_s"] = scaled(report.velocity.climb, MILLIMETRE)
    if report.turn is not None:
        found["turn_deg_s"] = scaled(report.turn, DEGREE)
    if report.callsign:
        found["callsign"] = report.callsign
    if report.kind != "unknown":
        found["kind"] = report.kind
    if report.grounded:
        found["grounded"] = True
    if report.doubts:
        found["doubts"] = list(report.doubts)
    return found


def stated(altitude: Altitude) -> dict[str, object]:
    """As elsewhere, but a pressure altitude between two levels in feet, in which transponders say it."""
    if altitude.datum == "FL" and altitude.value % FLIGHT_LEVEL and altitude.value % FOOT == 0:
        return {"value": altitude.value // FOOT, "unit": "ft", "datum": "FL"}
    return state_altitude(altitude)


def _altitude(found: AltitudeJson | None, path: str) -> tuple[Altitude | None, int]:
    """The altitude, and what rounding has cost (0.1 mm)."""
    if found is None:
        return None, 0
    low, high = (altitude_of(found.value, found.unit, found.datum, f"{path}.altitude", way) for way in WAYS)
    return low, high.value - low.value


def _velocity(found: ReportJson, path: str) -> Velocity | None:
    speed, course, climb = found.speed_m_s, found.course_deg, found.climb_m_s
    if speed is None and course is None and climb is None:
        return None
    if speed is None or course is None:
        lacking = "speed_m_s" if speed is None else "course_deg"
        raise Invalid("report.velocity", path, f"no {lacking}", "speed_m_s and course_deg, or neither")
    return Velocity(
        _number(speed, 0, FASTEST, MILLIMETRE, f"{path}.speed_m_s"),
        _number(course, 0, 360, DEGREE, f"{path}.course_deg") % (360 * DEGREE),
        None if climb is None else _number(climb, -FASTEST, FASTEST, MILLIMETRE, f"{path}.climb_m_s"),
    )


def _number(value: float, low: int, high: int, unit: int, path: str, *, up: bool = False) -> int:
    if not (math.isfinite(value) and low <= value <= high):
        raise Invalid("report.number", path, value, f"a number from {low:,} to {high:,}")
    return to_integer(value, unit, "up" if up else "nearest")


def _id(said: str, path: str) -> str:
    kind, _, name = _name(said, path, True).partition(":")
    if not kind or not name:
        raise Invalid("report.name", path, said, "icao:4b1815, mmsi:247320000, cot:UID, or SOURCE:NAME")
    return said


def _name(said: str, path: str, needed: bool) -> str:
    if len(said) > ID or said != said.strip() or not said.isprintable() or (needed and not said):
        raise Invalid("report.name", path, said, f"up to {ID} letters that can be shown, no blanks around")
    return said
