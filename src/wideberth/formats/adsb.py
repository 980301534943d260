"""What all forms of ADS-B share: how far a position may be wrong, and what is remembered of an aircraft.

A transponder says its position, its velocity, its callsign and its code in messages of their own, so a
decoder remembers the newest of each. Altitudes are pressure altitudes in feet (datum FL), or above the
ellipsoid where they come from satellites (HAE).

Figures: ICAO Doc 9871 and RTCA DO-260B (containment radii by type of message, by NIC and by NACp).
"""

from __future__ import annotations

import math
import re
from typing import Final

from msgspec import Struct

from wideberth.model.track import Doubt, Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ground import ROUNDING
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE, SECOND

UNSTATED: Final = 200 * METRE
"""Of a position that says nothing of its accuracy (a judgement: nearly all state 185 m)."""
UNKNOWN: Final = 2_000 * METRE
"""Of a position that says that its accuracy is not known (a judgement: it may be jammed)."""
MULTILATERATED: Final = 1_000 * METRE
"""Of a position that receivers worked out together (a judgement)."""
LATE: Final = SECOND // 2
"""ms that a position may be older than it seems, on its way from the aircraft to us (a judgement): it went so
far ahead meanwhile, which its doubt grows by.
"""
FAST: Final = 350_000
"""mm/s: of an aircraft whose speed is not known."""

BY_TYPE: Final = {
    **dict.fromkeys((5, 9, 20), 75_000),
    **dict.fromkeys((6, 10, 21), 25 * METRE),
    **dict.fromkeys((7, 11), 1_852_000),
    12: 3_704_000,
    13: 6 * NAUTICAL_MILE // 10,
    14: 1 * NAUTICAL_MILE,
    15: 2 * NAUTICAL_MILE,
    16: 10 * NAUTICAL_MILE,
    17: 20 * NAUTICAL_MILE,
}
"""0.1 mm by the type code of a position message: the largest that any version and supplement allows."""
BY_NIC: Final = {
    11: 75_000,
    10: 25 * METRE,
    9: 75 * METRE,
    8: 1_852_000,
    7: 3_704_000,
    6: 6 * NAUTICAL_MILE // 10,
    5: 1 * NAUTICAL_MILE,
    4: 2 * NAUTICAL_MILE,
    3: 4 * NAUTICAL_MILE,
    2: 8 * NAUTICAL_MILE,
    1: 20 * NAUTICAL_MILE,
}
BY_NACP: Final = {
    11: 3 * METRE,
    10: 10 * METRE,
    9: 30 * METRE,
    8: 926_000,
    7: 1_852_000,
    6: 5_556_000,
    5: NAUTICAL_MILE // 2,
    4: 1 * NAUTICAL_MILE,
    3: 2 * NAUTICAL_MILE,
    2: 4 * NAUTICAL_MILE,
    1: 10 * NAUTICAL_MILE,
}
"""0.1 mm in which 95 % of positions are."""
BEYOND: Final = 3
"""So many times that is taken where no containment is stated."""

STEP: Final = 25 * FOOT
"""In which altitudes are sent, unless a message says otherwise. Half of it is the doubt: what altimeters are
wrong by is in every minimum between reported altitudes (ICAO Doc 4444), and would be counted twice.
"""
COARSE: Final = 100 * FOOT
"""The step of the older code."""
GEOMETRIC: Final = 50 * METRE
"""0.1 mm, to either side, of an altitude above the ellipsoid (a judgement: GVA 2 is 45 m)."""

EMERGENCY_CODES: Final = frozenset(("7500", "7600", "7700"))
"""Seized, radio failed, distress (ICAO Doc 8168)."""
EMERGENCY_STATES: Final = frozenset(
    ("general", "nordo", "unlawful", "downed", "no_communication", "unlawful_interference", "downed_aircraft")
)
"""Names that readsb and rs1090 give; lifeguard and minimum fuel are none of what `emergency` means."""

KEPT: Final = 10 * SECOND
"""ms for which a velocity goes with the positions that follow it."""
LONG: Final = 5 * 60 * SECOND
"""ms for which a callsign and a code do."""
_CALLSIGN = re.compile(r"[A-Z0-9 \-]{1,8}")


class Aircraft(Struct):
    """What one transponder has said; times are when it was heard (POSIX ms)."""

    callsign: str = ""
    callsign_ms: int = 0
    velocity: Velocity | None = None
    velocity_ms: int = 0
    emergency: bool = False
    emergency_ms: int = 0

    def moving(self, now_ms: int) -> Velocity | None:
        """Its velocity if that is new enough."""
        return self.velocity if abs(now_ms - self.velocity_ms) <= KEPT else None

    def name(self, now_ms: int) -> str:
        """Its callsign if that is new enough."""
        return self.callsign if abs(now_ms - self.callsign_ms) <= LONG else ""

    def doubts(self, now_ms: int) -> tuple[Doubt, ...]:
        """Whether it is in distress."""
        return ("emergency",) if self.emergency and abs(now_ms - self.emergency_ms) <= LONG else ()

    def says_code(self, code: str, now_ms: int) -> None:
        """Its four digits; what is no emergency ends one."""
        self.emergency, self.emergency_ms = code in EMERGENCY_CODES, now_ms

    def says_name(self, said: str, now_ms: int) -> None:
        """Its callsign, if it can be one."""
        if (name := callsign(said)) or not said.strip():
            self.callsign, self.callsign_ms = name, now_ms


def callsign(said: str) -> str:
    """The callsign without blanks around it; nothing where it has letters that none has."""
    return said.strip() if _CALLSIGN.fullmatch(said.strip()) else ""


def doubt_of(contained: int, velocity: Velocity | None) -> int:
    """0.1 mm: within which a position is that was `contained` when it was sent."""
    speed = FAST if velocity is None else velocity.speed
    # mm to 0.1 mm, ms to s
    return contained + speed * LATE // 100 + ROUNDING


def feet(value: float, *, geometric: bool = False, step: int = STEP) -> tuple[Altitude | None, int]:
    """The altitude and its doubt; None where no aircraft is."""
    if not -2_000 <= value <= 150_000:
        return None, 0
    if geometric:
        return Altitude("HAE", round(value * FOOT)), GEOMETRIC
    return Altitude("FL", round(value * FOOT)), step // 2


def knots(speed: float, course: float, climb_ft_min: float | None) -> Velocity | None:
    """The velocity, from knots and feet a minute; None where it is none of an aircraft."""
    if not (0 <= speed <= 4_100 and math.isfinite(course)):
        return None
    climb = None
    if climb_ft_min is not None and -40_000 <= climb_ft_min <= 40_000:
        climb = round(climb_ft_min * 304.8 / 60)
    return Velocity(round(speed * 1_852_000 / 3_600), round(course * DEGREE) % (360 * DEGREE), climb)
