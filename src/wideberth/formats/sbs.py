"""SBS-1 (BaseStation) lines as dump1090 and its kin send them on port 30003: one message a line, by commas.

The times in it are of the receiver's clock in a zone that it does not say, so a report is of when it came.
"""

from __future__ import annotations

import re
from typing import Final

from wideberth.formats import adsb
from wideberth.formats.adsb import Aircraft
from wideberth.formats.decoded import Decoded, Decoder
from wideberth.formats.newest import Newest
from wideberth.formats.textlines import Lines
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import DEGREE

FIELDS: Final = 22
ADDRESS, CALLSIGN, ALTITUDE, SPEED, COURSE, LAT, LON, CLIMB, CODE = 4, 10, 11, 12, 13, 14, 15, 16, 17
EMERGENCY, GROUND = 19, 21
ON_GROUND: Final = "2"
"""The kind of transmission that says a position on the ground."""
TRUE: Final = ("-1", "1")
_ADDRESS = re.compile(r"~?[0-9A-Fa-f]{6}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,7}(?:\.[0-9]{1,12})?")
_CODE = re.compile(r"[0-7]{4}")


def opened(source: str) -> Decoder:
    """A decoder of one connection of `source`."""
    return _Sbs(source).take


class _Sbs:
    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = Lines()
        self._heard = Newest(Aircraft)

    def take(self, data: bytes, now_ms: int) -> Decoded:
        lines, faults = self._lines.take(data)
        found: list[Report] = []
        for line in lines:
            # a heartbeat is an empty line
            if not line.strip():
                continue
            fields = line.decode("ascii", "replace").strip().split(",", FIELDS)
            if fields[0] != "MSG":
                # other kinds tell of a screen: selection, new aircraft, clicks
                faults += fields[0] not in ("SEL", "ID", "AIR", "STA", "CLK")
                continue
            if len(fields) < FIELDS or not _ADDRESS.fullmatch(fields[ADDRESS]):
                faults += 1
                continue
            report, fault = self._message([field.strip() for field in fields], now_ms)
            faults += fault
            if report is not None:
                found.append(report)
        return Decoded(found, faults)

    def _message(self, fields: list[str], now_ms: int) -> tuple[Report | None, bool]:
        name = fields[ADDRESS].lower()
        # of what is no address of an aircraft readsb says so with a tilde
        name = f"{self._source}:{name}" if name.startswith("~") else f"icao:{name}"
        aircraft = self._heard.of(name)
        _remember(aircraft, fields, now_ms)
        lat, lon = _number(fields[LAT]), _number(fields[LON])
        if lat is None or lon is None:
            return None, bool(fields[LAT] or fields[LON])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180) or lat == lon == 0:
            return None, True
        altitude, doubt = _altitude(fields[ALTITUDE])
        grounded = fields[1] == ON_GROUND or fields[GROUND] in TRUE
        if grounded:
            altitude, doubt = SURFACE, 0
        velocity = aircraft.moving(now_ms)
        report = Report(
            self._source,
            name,
            now_ms,
            (round(lon * DEGREE), round(lat * DEGREE)),
            adsb.doubt_of(adsb.UNSTATED, velocity),
            altitude,
            doubt,
            velocity,
            callsign=aircraft.name(now_ms),
            kind="aircraft",
            grounded=grounded,
            doubts=aircraft.doubts(now_ms),
        )
        return report, False


def _remember(aircraft: Aircraft, fields: list[str], now_ms: int) -> None:
    if fields[CALLSIGN]:
        aircraft.says_name(fields[CALLSIGN], now_ms)
    if _CODE.fullmatch(fields[CODE]):
        aircraft.says_code(fields[CODE], now_ms)
    if fields[EMERGENCY] in TRUE:
        aircraft.emergency, aircraft.emergency_ms = True, now_ms
    speed, course = _number(fields[SPEED]), _number(fields[COURSE])
    if speed is not None and course is not None:
        velocity = adsb.knots(speed, course, _number(fields[CLIMB]))
        if velocity is not None:
            aircraft.velocity, aircraft.velocity_ms = velocity, now_ms
    elif (climb := _number(fields[CLIMB])) is not None and aircraft.velocity is not None:
        old = aircraft.velocity
        said = adsb.knots(0, 0, climb)
        aircraft.velocity = Velocity(old.speed, old.course, None if said is None else said.climb)


def _altitude(field: str) -> tuple[Altitude | None, int]:
    """In feet; dump1090 --gnss marks what is above the ellipsoid with an H."""
    value = _number(field.removesuffix("H"))
    return (None, 0) if value is None else adsb.feet(value, geometric=field.endswith("H"))


def _number(field: str) -> float | None:
    return float(field) if _NUMBER.fullmatch(field) else None
