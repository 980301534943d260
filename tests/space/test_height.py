"""True heights of barometric altitudes, against an independent integration of the standard atmosphere."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from wideberth.space.altitude import SURFACE, UNBOUNDED, UNLIMITED, Altitude
from wideberth.space.height import (
    barometric_range,
    ellipsoid_range,
    flight_level_range,
    pressure_height,
    terrain_range,
    true_height,
)
from wideberth.space.reference import Atmosphere, Qnh, Terrain, VerticalReference
from wideberth.space.units import FOOT, METRE

FL310 = Altitude("FL", 31_000 * FOOT)
DEFAULT = Atmosphere()
EXACT = Atmosphere(altimetry=0)
STANDARD = Atmosphere(1013.25, 1013.25, 0.0, 0.0, 0)


def temperature(height: float) -> float:
    """K, of the ICAO standard atmosphere up to 51 km: the layers as pilots learn them."""
    for top, below in (
        (11_000, lambda h: 288.15 - 0.0065 * h),
        (20_000, lambda _: 216.65),
        (32_000, lambda h: 216.65 + 0.001 * (h - 20_000)),
        (47_000, lambda h: 228.65 + 0.0028 * (h - 32_000)),
    ):
        if height <= top:
            return below(height)
    return 270.65


def simpson(low: float, high: float, deviation: float) -> float:
    """∫ (T + ΔT)/T dh, stitched at the kinks of T."""
    knots = sorted({low, high, *(k for k in (11e3, 20e3, 32e3, 47e3) if min(low, high) < k < max(low, high))})
    total = 0.0
    for a, b in pairwise(knots):
        h = np.linspace(a, b, 201)
        t = np.array([temperature(x) for x in h])
        weight = np.ones(201)
        weight[1:-1:2], weight[2:-1:2] = 4, 2
        total += float(weight @ ((t + deviation) / t)) * (b - a) / 600
    return total if high >= low else -total


def barometer(height: float) -> float:
    """hPa at a pressure altitude in the troposphere: the hydrostatic equation, not the altimeter formula."""
    return 1013.25 * math.exp(-9.80665 / 287.05287 * over_temperature(height))


def over_temperature(height: float) -> float:
    return (simpson(0.0, height, 1.0) - height) if height else 0.0


# ---- the integral


def test_pressure_altitudes_of_known_pressures() -> None:
    """ICAO Doc 7488: 1013.25 hPa at 0; 898.76 hPa at 1,000 m. 10 hPa is 84 m around sea level."""
    assert pressure_height(1013.25) == 0.0
    assert pressure_height(898.746) == pytest.approx(1_000, abs=0.5)
    assert pressure_height(1003.25) - pressure_height(1013.25) == pytest.approx(84, abs=1)
    assert pressure_height(950) == pytest.approx(540.3, abs=0.5)
    assert pressure_height(1050) == pytest.approx(-301.6, abs=0.5)


@given(st.floats(-400, 3_000))
def test_the_altimeter_formula_inverts_hydrostatics(height: float) -> None:
    assert pressure_height(barometer(height)) == pytest.approx(height, abs=0.1)


@given(st.floats(-1_000, 60_000), st.floats(-500, 1_000), st.floats(-50, 50))
def test_true_height_is_the_integral(indicated: float, base: float, deviation: float) -> None:
    assert true_height(indicated, base, deviation) == pytest.approx(
        simpson(base, indicated, deviation), abs=0.02
    )


@pytest.mark.parametrize("height", [11_000.0, 20_000.0, 32_000.0, 47_000.0, 55_000.0])
def test_layers_join(height: float) -> None:
    assert true_height(height, 0.0, 10.0) == pytest.approx(simpson(0.0, height, 10.0), abs=0.01)
    assert true_height(height + 1e-6, 0.0, 10.0) == pytest.approx(true_height(height, 0.0, 10.0), abs=1e-4)


def test_in_the_standard_atmosphere_a_level_is_its_height() -> None:
    assert flight_level_range(FL310.value, STANDARD) == (FL310.value, FL310.value)
    assert barometric_range(5_000 * FOOT, STANDARD, 1013.25)[0] < 5_000 * FOOT


# ---- flight levels


def test_fl310_can_be_far_from_31000_feet() -> None:
    """GEOMETRY, Altitude: −5,217 … +4,100 ft before the altimetry doubt."""
    low, high = flight_level_range(FL310.value, EXACT)
    assert low / FOOT - 31_000 == pytest.approx(-5_217, abs=1)
    assert high / FOOT - 31_000 == pytest.approx(4_100, abs=1)
    assert flight_level_range(FL310.value, DEFAULT) == (low - 75 * METRE, high + 75 * METRE)


atmospheres = st.builds(
    lambda q, dq, t, dt: Atmosphere(q, q + dq, t, t + dt, 0),
    st.floats(950, 1_030),
    st.floats(0, 20),
    st.floats(-30, 10),
    st.floats(0, 15),
)


@given(st.integers(-1_000 * FOOT, 60_000 * FOOT), atmospheres, st.floats(0, 1), st.floats(0, 1))
def test_every_pressure_and_temperature_of_the_agreement_is_inside(
    value: int, air: Atmosphere, q: float, t: float
) -> None:
    low, high = flight_level_range(value, air)
    hpa = air.pressure_low + q * (air.pressure_high - air.pressure_low)
    deviation = air.deviation_low + t * (air.deviation_high - air.deviation_low)
    height = true_height(value / METRE, pressure_height(hpa), deviation) * METRE
    assert low - 1e-3 <= height <= high + 1e-3


# ---- altitudes on QNH


def brute(value: int, air: Atmosphere, settings: list[tuple[float, float]]) -> tuple[float, float]:
    """Over (setting, pressure of the place) pairs and temperatures, in 0.1 mm."""
    heights = [
        true_height(value / METRE + pressure_height(setting), pressure_height(place), deviation) * METRE
        for setting, place in settings
        for deviation in np.linspace(air.deviation_low, air.deviation_high, 5)
    ]
    return min(heights), max(heights)


@pytest.mark.parametrize("feet", [-500, 0, 400, 3_000, 10_000, 18_000])
def test_without_a_qnh_no_pair_of_setting_and_pressure_is_left_out(feet: int) -> None:
    grid = np.arange(950, 1_050.5, 1.25)
    pairs = [(float(s), float(p)) for s in grid for p in grid if abs(s - p) <= 5]
    low, high = barometric_range(feet * FOOT, EXACT, None)
    least, most = brute(feet * FOOT, EXACT, pairs)
    assert low <= least
    assert most <= high
    # and no more is added than the temperature at the ends costs
    assert least - low <= 1
    assert high - most <= 1


@pytest.mark.parametrize("qnh", [955.0, 1013.25, 1050.0])
def test_with_a_qnh_the_place_is_within_five_hectopascals(qnh: float) -> None:
    pairs = [(qnh, float(place)) for place in np.linspace(qnh - 5, qnh + 5, 41)]
    low, high = barometric_range(4_000 * FOOT, EXACT, qnh)
    least, most = brute(4_000 * FOOT, EXACT, pairs)
    assert low == pytest.approx(least, abs=1)
    assert high == pytest.approx(most, abs=1)
    assert low <= least <= most <= high


def test_a_known_qnh_says_more_than_none() -> None:
    known, unknown = (barometric_range(9_000 * FOOT, DEFAULT, q) for q in (1_000.0, None))
    assert unknown[0] <= known[0] < known[1] <= unknown[1]
    assert barometric_range(9_000 * FOOT, DEFAULT, 1_000.0) == (
        barometric_range(9_000 * FOOT, EXACT, 1_000.0)[0] - 75 * METRE,
        barometric_range(9_000 * FOOT, EXACT, 1_000.0)[1] + 75 * METRE,
    )


def test_a_narrow_range_of_pressures_still_counts_the_altimeters_error() -> None:
    """5 hPa around 1,000 hPa are some 42 m."""
    low, high = barometric_range(0, Atmosphere(1_000.0, 1_000.0, 0.0, 0.0, 0), None)
    assert low == pytest.approx(-42 * METRE, abs=METRE)
    assert high == pytest.approx(42 * METRE, abs=METRE)


def test_low_pressure_air_at_isa_minus_30_puts_a_barometric_10000_feet_below_it() -> None:
    """GEOMETRY, Tests: ISA−30 ALT against HAE. Cold air is thin: some 11 % lower."""
    cold = Atmosphere(1013.25, 1013.25, -30.0, -30.0, 0)
    low, high = barometric_range(10_000 * FOOT, cold, 1013.25)
    middle = (low + high) / 2 / FOOT
    assert middle == pytest.approx(10_000 * (1 - 30 / 278.2), abs=20)


# ---- to heights above the ellipsoid

N = (200_000, 300_000)
"""A geoid of 20 to 30 m."""


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Altitude("HAE", 7), (7, 7)),
        (UNLIMITED, (UNBOUNDED, UNBOUNDED)),
        (Altitude("MSL", 1_000_000), (1_200_000 - 60_000, 1_300_000 + 60_000)),
        (SURFACE, (-500 * METRE + N[0], 8_900 * METRE + N[1])),
        (Altitude("AGL", 50), (-500 * METRE + N[0] + 50, 8_900 * METRE + N[1] + 50)),
    ],
)
def test_known_conversions(reference: VerticalReference, limit: Altitude, expected: tuple[int, int]) -> None:
    assert ellipsoid_range(limit, reference, N, in_qnh_area=False) == expected


def test_a_flight_level_takes_the_geoid_but_not_the_six_metres(reference: VerticalReference) -> None:
    low, high = flight_level_range(FL310.value, DEFAULT)
    assert ellipsoid_range(FL310, reference, N, in_qnh_area=False) == (low + N[0], high + N[1])


def test_the_agreed_qnh_holds_in_its_area_only(reference: VerticalReference) -> None:
    limit = Altitude("ALT", 4_000 * FOOT)
    agreed = replace_reference(reference, qnh=Qnh(1_000.0))
    unknown = ellipsoid_range(limit, reference, N, in_qnh_area=True)
    assert ellipsoid_range(limit, agreed, N, in_qnh_area=False) == unknown
    low, high = barometric_range(limit.value, DEFAULT, 1_000.0)
    assert ellipsoid_range(limit, agreed, N, in_qnh_area=True) == (low + N[0], high + N[1])
    # an agreed setting of which nobody told the value
    assert ellipsoid_range(limit, replace_reference(reference, qnh=Qnh()), N, in_qnh_area=True) == unknown


@pytest.mark.parametrize(
    ("terrain", "expected"),
    [
        (Terrain(4_000_000, 9_000_000, "MSL", known=True), (3_900_000, 9_600_000)),
        (Terrain(4_000_000, 9_000_000, "HAE", known=True), (3_700_000, 9_300_000)),
        (Terrain(), (-4_800_000, 89_300_000)),
    ],
)
def test_a_stated_ground_has_30_metres_of_doubt_and_the_default_none(
    reference: VerticalReference, terrain: Terrain, expected: tuple[int, int]
) -> None:
    assert terrain_range(replace_reference(reference, terrain=terrain), N) == expected


def replace_reference(reference: VerticalReference, **changes: object) -> VerticalReference:
    return replace(reference, **changes)
