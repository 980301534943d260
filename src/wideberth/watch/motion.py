"""How a track goes on from its last report: along its course at its speed, or turning as it does.

The nominal way is the geodesic from the reported place at the reported course; where the track turns, its
course changes at a constant rate. The true place is within `doubt + drift · t` of the nominal one, the true
altitude within the band that climbs and grows as stated. That is the model under which nothing is missed.

In the rows of `columns` the geodesic over t seconds is p + R sin(d/R)·e − R (1 − cos(d/R))·u with d = speed·t
and R the radius of the normal section along the course (Euler). What that leaves out is third order: over
360 km less than 2 m, see BEND. A way that turns is the circle of a plane, laid onto the ellipsoid by such
geodesics from where it began; what that leaves out is told by CURL.
"""

from __future__ import annotations

import math
from struct import Struct as PackedRow
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.model.track import Velocity
from wideberth.space.altitude import DATUMS, UNBOUNDED, Altitude, Datum
from wideberth.space.ellipsoid import E2, R_MIN, A
from wideberth.space.ground import Point
from wideberth.space.height import ellipsoid_range
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.watch.columns import (
    AT,
    COLUMNS,
    CURVE,
    EAST,
    NO_ALTITUDE,
    SOUTH,
    SPEED,
    TURN,
    UP,
    X,
)

Rows = NDArray[np.float64]
"""(n, COLUMNS), as in `columns`."""

BEND: Final = 5e-17
"""1/m²: a geodesic leaves the circle of its first normal section by less than BEND·d³ metres over d metres.

The derivative of the normal curvature along a geodesic is at most 3·e²/(2·R_MIN²) = 2.5e-16 /m² (a meridian
at 45°), a sixth of it is left. Measured, everywhere and up to 20,000 km: 4.15e-17.
"""
CURL: Final = 0.2 / (R_MIN * R_MIN)
"""1/m²: a way of constant turn is, besides, within CURL·d²·l metres after l metres of it, at most d away
from its beginning. On a sphere it is a sixth instead of 0.2; measured, everywhere: 0.165.
"""
COLDEST: Final = 216.65
"""K: no layer of the standard atmosphere is colder (ISO 2533, up to 47 km)."""
BAROMETRIC: Final[tuple[Datum, ...]] = ("FL", "ALT", "MSL/ALT")
GEOID_SPAN: Final = 200 * METRE
"""0.1 mm: more than the geoid's greatest height differs from its least (EGM96: −107 to 86 m)."""


_ROW: Final = PackedRow(f"={COLUMNS}d")
"""A row as numpy keeps it, in the order of `columns`."""


class Moving(Struct, frozen=True, gc=False):
    """What is known of how a track goes on.

    Attributes:
        at_ms: POSIX ms of the report.
        point: (lon, lat) in 1e-7 degrees.
        doubt: 0.1 mm.
        velocity: None: it is compared as it stands.
        drift: mm/s by which the doubt grows.
        turn: 1e-7 degrees a second, clockwise positive.
        altitude: None: not known, which is every altitude. `altitude_doubt`: 0.1 mm to either side.
        climb_drift: mm/s by which that grows.
        party, activity: numbers, as in `columns`.
    """

    at_ms: int
    point: Point
    doubt: int = 0
    velocity: Velocity | None = None
    drift: int = 0
    turn: int = 0
    altitude: Altitude | None = None
    altitude_doubt: int = 0
    climb_drift: int = 0
    party: int = 0
    activity: int = 0


class Heights:
    """Altitudes above the ellipsoid wherever a track may come within a look-ahead; remembered by region.

    What is remembered is bounded by the cells of a globe and the altitudes there are.
    """

    CELL: Final = 2 * DEGREE
    """Cells of so many degrees, and one cell more to every side: at least REACH."""
    REACH: Final = 221_000.0
    """m: 2° of latitude at the equator. Who goes further adds GEOID_SPAN to either side."""
    KEPT: Final = 100_000

    def __init__(self, reference: VerticalReference) -> None:
        self._reference = reference
        self._geoid: dict[tuple[int, int], tuple[int, int]] = {}
        self._ranges: dict[tuple[Altitude, int, int], tuple[int, int]] = {}

    def range(self, altitude: Altitude, point: Point) -> tuple[int, int]:
        """Lowest and highest height above the ellipsoid (0.1 mm) that an altitude near a point may mean."""
        cell = point[0] // self.CELL, point[1] // self.CELL
        key = (altitude, *cell)
        found = self._ranges.get(key)
        if found is None:
            if len(self._ranges) >= self.KEPT:
                self._ranges.clear()
            # an agreed QNH is not taken as holding along the whole way: that only widens the range
            readings: tuple[Datum, ...] = ("MSL", "ALT") if altitude.datum == "MSL/ALT" else (altitude.datum,)
            made = [
                ellipsoid_range(
                    Altitude(each, altitude.value), self._reference, self._undulation(cell), False
                )
                for each in readings
            ]
            found = min(low for low, _ in made), max(high for _, high in made)
            self._ranges[key] = found
        return found

    def steepness(self, datum: Datum) -> float:
        """By what share of what it shows a climb may be more, or less: (T + ΔT)/T of a barometer, else 0."""
        if datum not in BAROMETRIC:
            return 0.0
        air = self._reference.atmosphere
        return max(abs(air.deviation_low), abs(air.deviation_high)) / COLDEST

    def _undulation(self, cell: tuple[int, int]) -> tuple[int, int]:
        found = self._geoid.get(cell)
        if found is None:
            size = self.CELL // DEGREE
            west, south = cell[0] * size - size, cell[1] * size - size
            north = south + 3 * size
            # as far to the sides as 222 km are there; near a pole all around
            furthest = max(abs(south), abs(north))
            aside = 360.0 if furthest >= 88 else size / math.cos(math.radians(furthest))
            box = [west + size - aside, max(south, -90), west + 2 * size + aside, min(north, 90)]
            found = self._geoid[cell] = self._reference.geoid.bounds(np.array([box], dtype=np.float64))
        return found


def write(rows: Rows, k: int, moving: Moving, heights: Heights) -> None:
    """Write row `k`, LIVE set. `rows` lies in memory as `empty` makes it.

    At once, from Python's own floats: thousands of reports come a second.
    """
    lon, lat = math.radians(moving.point[0] / DEGREE), math.radians(moving.point[1] / DEGREE)
    sin, cos = math.sin(lat), math.cos(lat)
    sin_lon, cos_lon = math.sin(lon), math.cos(lon)
    if abs(moving.point[1]) == 90 * DEGREE:
        cos = 0.0
    w = 1 - E2 * sin * sin
    prime = A / math.sqrt(w)
    meridian = prime * (1 - E2) / w
    north_x, north_y = -sin * cos_lon, -sin * sin_lon
    velocity = moving.velocity
    if velocity is None:
        s, c, speed, turn, climb = 0.0, 1.0, 0.0, 0.0, 0
    else:
        course = math.radians(velocity.course / DEGREE)
        s, c = math.sin(course), math.cos(course)
        speed, turn = velocity.speed / 1_000, math.radians(moving.turn / DEGREE)
        climb = 0 if velocity.climb is None else velocity.climb * 10
    altitude = moving.altitude
    if altitude is None:
        datum, low, high, hae_low, hae_high = NO_ALTITUDE, -UNBOUNDED, UNBOUNDED, -UNBOUNDED, UNBOUNDED
        climb = 0
        climb_drift = hae_drift = 0.0
    else:
        doubt = moving.altitude_doubt
        datum = float(DATUMS.index(altitude.datum))
        low, high = altitude.value - doubt, altitude.value + doubt
        steep = heights.steepness(altitude.datum)
        outward = math.ceil(doubt * (1 + steep))
        hae_low, hae_high = heights.range(altitude, moving.point)
        hae_low, hae_high = hae_low - outward, hae_high + outward
        climb_drift = moving.climb_drift * 10.0
        hae_drift = climb_drift * (1 + steep) + abs(climb) * steep
    _ROW.pack_into(
        rows.data,
        k * _ROW.size,
        moving.at_ms,
        *(prime * cos * cos_lon, prime * cos * sin_lon, prime * (1 - E2) * sin),
        *(c * north_x - s * sin_lon, c * north_y + s * cos_lon, c * cos),
        *(-c * sin_lon - s * north_x, c * cos_lon - s * north_y, -s * cos),
        *(cos * cos_lon, cos * sin_lon, sin),
        speed,
        1 / (c * c / meridian + s * s / prime),
        turn,
        *(moving.doubt / METRE, moving.drift / 1_000),
        *(datum, low, high, hae_low, hae_high),
        *(climb, climb_drift),
        *(moving.party, moving.activity),
        1.0,
        hae_drift,
    )


def place(row: NDArray[np.float64], now_ms: float, turning: bool = True) -> NDArray[np.float64]:
    """Earth-centred coordinates (m) of the nominal place at a time, on the surface within `leeway`.

    Args:
        turning: whether it goes on turning, or straight on from its report.
    """
    t = (now_ms - row[AT]) / SECOND
    turned = row[TURN] * t
    if not turning or abs(turned) < 1e-9:
        ahead, aside, r = row[SPEED] * t, 0.0, row[CURVE]
    else:
        radius = row[SPEED] / row[TURN]
        ahead, aside = radius * math.sin(turned), 2 * radius * math.sin(turned / 2) ** 2
        # Euler: a normal section is the more curved the nearer it is to the meridian's
        rise = ahead * row[EAST + 2] + aside * row[SOUTH + 2]
        tilt = rise * rise / (ahead * ahead + aside * aside or 1.0)
        r = A / (math.sqrt(1 - E2 * row[UP + 2] ** 2) * (1 + E2 / (1 - E2) * tilt))
    d = math.hypot(ahead, aside)
    bent = math.sin(d / r) * r / d if d else 1.0
    return np.asarray(
        row[X : X + 3]
        + bent * (ahead * row[EAST : EAST + 3] + aside * row[SOUTH : SOUTH + 3])
        - 2 * r * math.sin(d / r / 2) ** 2 * row[UP : UP + 3]
    )


def leeway(row: NDArray[np.float64], now_ms: float, turning: bool = True) -> float:
    """Metres within which `place` is of the nominal way, from the report until a time."""
    way = row[SPEED] * abs(now_ms - row[AT]) / SECOND
    turn = abs(row[TURN])
    if not turning or turn == 0.0:
        return float(BEND * way**3)
    reach = min(way, 2 * row[SPEED] / turn)
    return float(BEND * reach**3 + CURL * reach * reach * way)


def empty(n: int) -> Rows:
    """Rows of no track."""
    return np.zeros((n, COLUMNS))
