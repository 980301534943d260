"""Compact position reporting: the place that two messages of a transponder say together, or one near a place.

A message says where in a zone an aircraft is, not in which zone: latitude and longitude in 2^17 parts of
zones of some 360 NM (on the ground of 90 NM). An even and an odd message divide the Earth differently, so
that both say the zone (RTCA DO-260B, A.1.7; ICAO Doc 9871, C.2.6).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import Final, NamedTuple

PARTS: Final = 1 << 17
ZONES: Final = 60
"""From pole to pole and around, of an even message; one less of an odd one."""
AIR, GROUND = 360.0, 90.0
"""Degrees that the zones divide."""


class Cpr(NamedTuple):
    """What one message says.

    Attributes:
        odd: which way the Earth is divided.
        lat, lon: in 1/PARTS of a zone.
        at_ms: when it was heard.
    """

    odd: bool
    lat: int
    lon: int
    at_ms: int


def _borders() -> tuple[float, ...]:
    """Latitudes above which there is a longitude zone less each, from the equator on: 59, 58, … 2."""
    narrow = 1 - math.cos(math.pi / (2 * 15))
    of = (math.sqrt(narrow / (1 - math.cos(2 * math.pi / n))) for n in range(ZONES - 1, 2, -1))
    return (*(math.degrees(math.acos(each)) for each in of), 87.0)


_BORDERS: Final = _borders()


def zones(lat: float) -> int:
    """Longitude zones at a latitude (NL), from 59 to 1."""
    return ZONES - 1 - bisect_left(_BORDERS, abs(lat))


def together(first: Cpr, last: Cpr) -> tuple[float, float] | None:
    """Latitude and longitude (degrees) in the air at the time of `last`; None where the two do not fit.

    One is even and one odd, and the aircraft moved by less than 3 NM between them.
    """
    even, odd = (last, first) if first.odd else (first, last)
    j = math.floor(((ZONES - 1) * even.lat - ZONES * odd.lat) / PARTS + 0.5)
    lats = (
        _signed(AIR / ZONES * (j % ZONES + even.lat / PARTS)),
        _signed(AIR / (ZONES - 1) * (j % (ZONES - 1) + odd.lat / PARTS)),
    )
    n = zones(lats[0])
    if max(map(abs, lats)) > 90 or zones(lats[1]) != n:
        return None
    m = math.floor((even.lon * (n - 1) - odd.lon * n) / PARTS + 0.5)
    wide = max(n - last.odd, 1)
    lon = AIR / wide * (m % wide + last.lon / PARTS)
    return lats[last.odd], _wrapped(lon)


def near(said: Cpr, lat: float, lon: float, whole: float = AIR) -> tuple[float, float] | None:
    """The place (degrees) that a message says nearest to a place; None where there is none.

    Right where the aircraft is within half a zone of that place: 180 NM in the air, 45 NM on the ground.
    """
    high = whole / (ZONES - said.odd)
    found = high * (_nearest(lat / high, said.lat / PARTS) + said.lat / PARTS)
    if abs(found) > 90:
        return None
    wide = whole / max(zones(found) - said.odd, 1)
    return found, _wrapped(wide * (_nearest(lon / wide, said.lon / PARTS) + said.lon / PARTS))


def _nearest(place: float, part: float) -> int:
    return math.floor(place - part + 0.5)


def _signed(lat: float) -> float:
    return lat - 360 if lat >= 270 else lat


def _wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180
