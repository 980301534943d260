"""aircraft.json as readsb, tar1090 and dump1090 write it every second: all aircraft that a receiver hears.

Each has the age of its position (`seen_pos`) at the time of the document (`now`), by the receiver's clock.
The names of dump1090-mutability (`altitude`, `speed`, `vert_rate`, `nucp`) are read as well.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from wideberth.errors import Invalid
from wideberth.formats import adsb, jsontext
from wideberth.formats.decoded import Decoded, Decoder
from wideberth.formats.newest import Newest
from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Point
from wideberth.space.units import DEGREE, METRE, SECOND

MOST: Final = 20_000
"""Aircraft of one document."""
OLDEST: Final = 120.0
"""s: what has not been heard for longer is not reported again."""
SAME: Final = SECOND
"""ms: an age has one digit, so that the time of one position differs a little from document to document."""
YEARS: Final = (946_684_800.0, 4_102_444_800.0)
"""s from 1970: 2000 to 2100; a document of another time says none."""
VEHICLES: Final = ("C1", "C2")
"""Emitter categories of emergency and service vehicles (DO-260B)."""
BY_NUCP: Final = {9: 75_000, 8: 25 * METRE, 7: 1_852_000, 6: 3_704_000}
_ADDRESS = re.compile(r"~?[0-9a-f]{6}")


def opened(source: str) -> Decoder:
    """A decoder of the documents of one place, each taken whole."""
    return _Readsb(source).take


class _Last:
    """The newest position that was told of an aircraft."""

    def __init__(self) -> None:
        self.at_ms = 0
        self.point: Point | None = None


class _Readsb:
    def __init__(self, source: str) -> None:
        self._source = source
        self._last = Newest(_Last, MOST)

    def take(self, data: bytes, now_ms: int) -> Decoded:
        try:
            document = jsontext.parse(data)
        except Invalid:
            return Decoded([], 1)
        listed = document.get("aircraft") if isinstance(document, dict) else None
        if not isinstance(listed, list):
            return Decoded([], 1)
        said = _number(document, "now") if isinstance(document, dict) else None
        # its own time: a document that is not written any more must not look new
        at_ms = now_ms if said is None or not YEARS[0] < said < YEARS[1] else round(said * SECOND)
        found: list[Report] = []
        faults = max(len(listed) - MOST, 0)
        for each in listed[:MOST]:
            if not isinstance(each, dict) or not _ADDRESS.fullmatch(str(each.get("hex")).lower()):
                faults += 1
                continue
            report, fault = self._aircraft(each, at_ms)
            faults += fault
            if report is not None and self._is_new(report):
                found.append(report)
        found.sort(key=lambda report: report.at_ms)
        return Decoded(found, faults)

    def _is_new(self, report: Report) -> bool:
        last = self._last.of(report.id)
        if last.point == report.point and report.at_ms - last.at_ms <= SAME:
            return False
        last.at_ms, last.point = report.at_ms, report.point
        return True

    def _aircraft(self, said: dict[str, Any], now_ms: int) -> tuple[Report | None, bool]:
        lat, lon, age = (_number(said, key) for key in ("lat", "lon", "seen_pos"))
        if lat is None or lon is None or age is None:
            # most that are heard say no position, and then none of the three
            return None, "lat" in said or "lon" in said
        if not (-90 <= lat <= 90 and -180 <= lon <= 180 and age >= 0) or lat == lon == 0:
            return None, True
        if age > OLDEST:
            return None, False
        name = str(said["hex"]).lower()
        grounded = "ground" in (said.get("alt_baro"), said.get("altitude"))
        altitude, doubt = (SURFACE, 0) if grounded else _altitude(said)
        velocity = _velocity(said)
        turn = _number(said, "track_rate")
        report = Report(
            self._source,
            f"{self._source}:{name}" if name.startswith("~") else f"icao:{name}",
            now_ms - round(age * SECOND),
            (round(lon * DEGREE), round(lat * DEGREE)),
            adsb.doubt_of(_contained(said), velocity),
            altitude,
            doubt,
            velocity,
            None if turn is None or abs(turn) > TURNING else round(turn * DEGREE),
            adsb.callsign(flight) if isinstance(flight := said.get("flight"), str) else "",
            _kind(said),
            grounded,
            _doubts(said),
        )
        return report, False


TURNING: Final = 20
"""Degrees a second; what turns faster is no aircraft on its way."""


def _contained(said: dict[str, Any]) -> int:
    """0.1 mm around a position, by the best that is said of it."""
    radius = _number(said, "rc")
    if radius is not None and 0 < radius <= 100_000:
        return math.ceil(radius * METRE)
    if str(said.get("type", "")) == "mlat" or _lists(said, "mlat"):
        return adsb.MULTILATERATED
    nic, nacp, nucp = (_number(said, key) for key in ("nic", "nac_p", "nucp"))
    if nic in adsb.BY_NIC:
        return adsb.BY_NIC[int(nic)]
    if nacp in adsb.BY_NACP:
        return adsb.BEYOND * adsb.BY_NACP[int(nacp)]
    if nucp is not None:
        return BY_NUCP.get(int(nucp), adsb.UNKNOWN)
    return adsb.UNSTATED if nic is None and radius is None else adsb.UNKNOWN


def _lists(said: dict[str, Any], key: str) -> bool:
    """Whether the position is among what receivers worked out (`"mlat": ["lat", "lon", …]`)."""
    listed = said.get(key)
    return isinstance(listed, list) and "lat" in listed


def _altitude(said: dict[str, Any]) -> tuple[Altitude | None, int]:
    for key in ("alt_baro", "altitude"):
        value = _number(said, key)
        if value is not None:
            return adsb.feet(value)
    value = _number(said, "alt_geom")
    return (None, 0) if value is None else adsb.feet(value, geometric=True)


def _velocity(said: dict[str, Any]) -> Velocity | None:
    speed, course, climb = (
        next((value for key in keys if (value := _number(said, key)) is not None), None)
        for keys in (("gs", "speed"), ("track",), ("baro_rate", "geom_rate", "vert_rate"))
    )
    return None if speed is None or course is None else adsb.knots(speed, course, climb)


def _doubts(said: dict[str, Any]) -> tuple[Doubt, ...]:
    # as texts: a list could not be looked up
    code, state = str(said.get("squawk")), str(said.get("emergency"))
    in_distress = code in adsb.EMERGENCY_CODES or state in adsb.EMERGENCY_STATES
    return ("emergency",) if in_distress else ()


def _kind(said: dict[str, Any]) -> Kind:
    return "vehicle" if said.get("category") in VEHICLES else "aircraft"


def _number(said: dict[str, Any], key: str) -> float | None:
    value = said.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    return float(value)
