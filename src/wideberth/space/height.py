"""Altitudes of one datum as ranges of height above the ellipsoid (GEOMETRY, Altitude).

Every conversion answers with the lowest and the highest height it can mean, in 0.1 mm above
WGS84; what lies in between is not known.
"""

from __future__ import annotations

import math
from functools import lru_cache

from wideberth.space.altitude import UNBOUNDED, Altitude
from wideberth.space.reference import Atmosphere, VerticalReference
from wideberth.space.units import METRE

Range = tuple[int, int]
UNNAMED_GEOID = 6 * METRE
"""Judgement: what mean sea levels other than EGM96's may differ by."""
TERRAIN_ERROR = 30 * METRE
QNH_ERROR = 5.0
"""hPa within which an altimeter's setting is the QNH of the place."""
QNH_DISTANCE = 90 * METRE
"""Two altimeters of different settings, 10 hPa apart, read 84 m apart."""

_LAYERS = (
    (0.0, 288.15, -0.0065),
    (11_000.0, 216.65, 0.0),
    (20_000.0, 216.65, 0.001),
    (32_000.0, 228.65, 0.0028),
    (47_000.0, 270.65, 0.0),
)
"""ICAO Doc 7488 / ISO 2533: from height (m; the first also below), temperature there in K, lapse in K/m."""


def pressure_height(hpa: float) -> float:
    """Pressure altitude in metres of a pressure in hPa (ICAO standard atmosphere, troposphere)."""
    return 44_330.77 * (1.0 - float((hpa / 1013.25) ** 0.190263))


def true_height(indicated: float, base: float, deviation: float) -> float:
    """Metres of true height between pressure altitudes `base` and `indicated`, `deviation` K from ISA.

    z = ∫ (T + ΔT)/T dh.
    """
    return (indicated - base) + deviation * (_over_temperature(indicated) - _over_temperature(base))


def _over_temperature(height: float) -> float:
    """∫ dh / T(h) of the standard atmosphere from 0 to `height` metres, in m/K."""
    total = 0.0
    for k, (bottom, temperature, lapse) in enumerate(_LAYERS):
        if k and height <= bottom:
            break
        top = _LAYERS[k + 1][0] if k + 1 < len(_LAYERS) else math.inf
        step = min(height, top) - bottom
        total += step / temperature if lapse == 0 else math.log1p(lapse * step / temperature) / lapse
    return total


@lru_cache(maxsize=4096)
def flight_level_range(value: int, atmosphere: Atmosphere) -> Range:
    """Height above the geoid of a pressure altitude (0.1 mm), over all pressures and temperatures."""
    heights = [
        true_height(value / METRE, pressure_height(q), deviation)
        for q in (atmosphere.pressure_low, atmosphere.pressure_high)
        for deviation in (atmosphere.deviation_low, atmosphere.deviation_high)
    ]
    return _outward(heights, atmosphere.altimetry)


@lru_cache(maxsize=4096)
def barometric_range(value: int, atmosphere: Atmosphere, qnh: float | None) -> Range:
    """Height above the geoid of an altitude on QNH (0.1 mm); the place's pressure is within 5 hPa of it."""
    if qnh is None:
        low, high = atmosphere.pressure_low, atmosphere.pressure_high
        ends = (low, low + QNH_ERROR, high - QNH_ERROR, high)
        pairs = [(setting, place) for setting in ends for place in ends if abs(setting - place) <= QNH_ERROR]
    else:
        pairs = [(qnh, qnh - QNH_ERROR), (qnh, qnh + QNH_ERROR)]
    heights = [
        true_height(value / METRE + pressure_height(setting), pressure_height(place), deviation)
        for setting, place in pairs
        for deviation in (atmosphere.deviation_low, atmosphere.deviation_high)
    ]
    return _outward(heights, atmosphere.altimetry)


def terrain_range(reference: VerticalReference, undulation: Range) -> Range:
    """Height of the ground above the ellipsoid, doubt included."""
    terrain = reference.terrain
    doubt = TERRAIN_ERROR if terrain.known else 0
    n = undulation if terrain.datum == "MSL" else (0, 0)
    return terrain.low - doubt + n[0], terrain.high + doubt + n[1]


def ellipsoid_range(
    limit: Altitude, reference: VerticalReference, undulation: Range, in_qnh_area: bool
) -> Range:
    """Lowest and highest height above the ellipsoid that a limit may mean.

    Args:
        limit: a limit of any datum but `MSL/ALT` (read it as both).
        undulation: of the geoid over the grown ground, error included (`Geoid.bounds`), 0.1 mm.
        in_qnh_area: whether the agreed QNH holds there.
    """
    low, high = undulation
    match limit.datum:
        case "HAE":
            return limit.value, limit.value
        case "UNL":
            return UNBOUNDED, UNBOUNDED
        case "AGL" | "SFC":
            ground = terrain_range(reference, undulation)
            return ground[0] + limit.value, ground[1] + limit.value
        case "MSL":
            return limit.value + low - UNNAMED_GEOID, limit.value + high + UNNAMED_GEOID
        case "FL":
            bottom, top = flight_level_range(limit.value, reference.atmosphere)
        case _:
            qnh = reference.qnh.hpa if reference.qnh is not None and in_qnh_area else None
            bottom, top = barometric_range(limit.value, reference.atmosphere, qnh)
    return bottom + low, top + high


def _outward(heights: list[float], doubt: int) -> Range:
    return math.floor(min(heights) * METRE) - doubt, math.ceil(max(heights) * METRE) + doubt
