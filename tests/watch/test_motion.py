"""Motion against geodesics that we did not write: BEND, CURL, and heights that are never too narrow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.model.track import Velocity
from wideberth.space.altitude import UNBOUNDED, Altitude, Datum
from wideberth.space.ellipsoid import GEOD, R_MIN, Array, to_ecef
from wideberth.space.geoid import COLUMNS, ROWS, Geoid
from wideberth.space.height import ellipsoid_range
from wideberth.space.reference import Atmosphere, VerticalReference
from wideberth.space.units import DEGREE, METRE
from wideberth.watch import columns as c
from wideberth.watch.motion import BEND, CURL, GEOID_SPAN, Heights, Moving, Rows, empty, leeway, place, write

AT = 1_790_000_000_000
LATITUDES = (0.0, 33.0, 45.0, -45.0, 70.0, 89.9, -89.999, 90.0, -90.0)


def row_of(moving: Moving, heights: Heights) -> Array:
    rows = empty(1)
    write(rows, 0, moving, heights)
    return np.asarray(rows[0])


def moving_at(lon: float, lat: float, speed: float, course: float, turn: float = 0.0) -> Moving:
    velocity = Velocity(round(speed * 1_000), round(course * DEGREE))
    return Moving(AT, (round(lon * DEGREE), round(lat * DEGREE)), 0, velocity, turn=round(turn * DEGREE))


@pytest.fixture(scope="module")
def heights(reference: VerticalReference) -> Heights:
    return Heights(reference)


@pytest.mark.parametrize("lat", LATITUDES)
def test_straight_ways_keep_to_the_geodesic_within_bend(lat: float, heights: Heights) -> None:
    worst = 0.0
    for course in range(0, 360, 15):
        for lon in (-180.0, 12.5, 179.9):
            # 1,300 m/s: 390 km in 300 s
            row = row_of(moving_at(lon, lat, 1_300.0, course), heights)
            for seconds in (0.0, 1.0, 40.0, 150.0, 300.0):
                away = 1_300.0 * seconds
                there = Geodesic.WGS84.Direct(lat, lon, course, away)
                right = to_ecef(np.array(there["lon2"]), np.array(there["lat2"]))
                off = float(np.linalg.norm(place(row, AT + 1_000 * seconds) - right))
                assert off <= BEND * away**3 + 1e-6
                assert leeway(row, AT + 1_000 * seconds) == pytest.approx(BEND * away**3)
                worst = max(worst, off / (BEND * 390_000.0**3))
    assert worst <= 0.84 and (abs(lat) != 45.0 or worst > 0.8), "the bound is as tight as it is said to be"


def test_bend_holds_however_far(heights: Heights) -> None:
    rng = np.random.default_rng(3)
    for away in (1e6, 3e6, 1e7, 1.9e7):
        for _ in range(60):
            lon, lat, course = rng.uniform(-180, 180), rng.uniform(-90, 90), rng.uniform(0, 359.99)
            row = row_of(moving_at(lon, lat, away / 100, course), heights)
            lon, lat = row_lonlat(row)
            x, y, _ = GEOD.fwd(lon, lat, round(course * DEGREE) / DEGREE, away)
            off = np.linalg.norm(place(row, AT + 100_000) - to_ecef(np.array(x), np.array(y)))
            assert off <= BEND * away**3 + 1.0


def row_lonlat(row: Array) -> tuple[float, float]:
    up = row[c.UP : c.UP + 3]
    return math.degrees(math.atan2(up[1], up[0])), math.degrees(math.asin(up[2]))


def turned(
    lon: float, lat: float, course: float, speed: float, turn: float, seconds: float, steps: int
) -> Array:
    """The end of a way of constant turn, walked in short geodesics (each the chord of its arc)."""
    dt, half = seconds / steps, turn * seconds / steps / 2
    bent = math.sin(math.radians(half)) / math.radians(half)
    for _ in range(steps):
        lon, lat, back = GEOD.fwd(lon, lat, course + half, speed * dt * bent)
        course = back + 180 + half
    return to_ecef(np.array(lon), np.array(lat))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(LATITUDES) | st.floats(-89, 89),
    st.floats(0, 359.9),
    st.floats(5, 700),
    st.floats(0.02, 6.0) | st.floats(-6.0, -0.02),
    st.floats(5, 600),
)
def test_turning_ways_keep_to_constant_turns_within_curl(
    lat: float, course: float, speed: float, turn: float, seconds: float
) -> None:
    row = row_of(moving_at(30.0, lat, speed, course, turn), bare())
    # what the row is made of is rounded to whole units; the walk starts from those
    speed, turn = float(row[c.SPEED]), math.degrees(row[c.TURN])
    right = turned(
        30.0, round(lat * DEGREE) / DEGREE, round(course * DEGREE) / DEGREE, speed, turn, seconds, 400
    )
    off = float(np.linalg.norm(place(row, AT + 1_000 * seconds) - right))
    assert off <= leeway(row, AT + 1_000 * seconds) + 0.01
    straight = place(row, AT + 1_000 * seconds, turning=False)
    there = GEOD.fwd(30.0, round(lat * DEGREE) / DEGREE, round(course * DEGREE) / DEGREE, speed * seconds)
    off = float(np.linalg.norm(straight - to_ecef(np.array(there[0]), np.array(there[1]))))
    assert off <= leeway(row, AT + 1_000 * seconds, turning=False) + 0.01


def test_the_leeway_of_an_airliner_that_turns_is_metres(heights: Heights) -> None:
    row = row_of(moving_at(30, 45, 250, 30, 1.0), heights)
    assert 0 < leeway(row, AT + 300_000) < 1.0
    assert leeway(row, AT - 300_000) == leeway(row, AT + 300_000)
    assert math.isclose(CURL * R_MIN * R_MIN, 0.2)


def test_a_track_without_velocity_stands_still(heights: Heights) -> None:
    row = row_of(Moving(AT, (10 * DEGREE, 50 * DEGREE)), heights)
    here = to_ecef(np.array(10.0), np.array(50.0))
    assert np.allclose(place(row, AT + 900_000), here, atol=1e-6)
    assert row[c.DATUM] == c.NO_ALTITUDE and row[c.HAE_LOW] == -UNBOUNDED and row[c.LIVE] == 1.0


def bare() -> Heights:
    """Heights nobody asks for."""
    return Heights(VerticalReference(Geoid(np.zeros((ROWS, COLUMNS), dtype=np.int16))))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["HAE", "MSL", "ALT", "FL", "AGL", "SFC", "MSL/ALT"]),
    st.integers(-500, 15_000),
    st.floats(-180, 180),
    st.sampled_from([0.0, 33.0, 70.0, 86.5, 88.9, 90.0, -90.0, -71.0]) | st.floats(-90, 90),
    st.floats(0, 360),
    st.floats(0, Heights.REACH),
)
def test_heights_are_never_narrower_than_anywhere_in_reach(
    geoid: Geoid, datum: Datum, value: int, lon: float, lat: float, course: float, away: float
) -> None:
    heights = Heights(VerticalReference(geoid))
    altitude = Altitude(datum, 0 if datum == "SFC" else value * METRE)
    low, high = heights.range(altitude, (round(lon * DEGREE), round(lat * DEGREE)))
    assert heights.range(altitude, (round(lon * DEGREE), round(lat * DEGREE))) == (low, high)
    x, y, _ = GEOD.fwd(lon, lat, course, away)
    x = min(max(x, -179.99), 179.99)
    box = np.array([[x - 0.001, max(y - 0.001, -90.0), x + 0.001, min(y + 0.001, 90.0)]])
    undulation = geoid.bounds(box)
    for reading in ("MSL", "ALT") if datum == "MSL/ALT" else (datum,):
        there = ellipsoid_range(
            Altitude(reading, altitude.value), VerticalReference(geoid), undulation, False
        )
        assert low <= there[0] and there[1] <= high


def test_the_geoid_spans_less_than_is_added_for_who_goes_further(geoid: Geoid) -> None:
    low, high = geoid.bounds(np.array([[-180.0, -90.0, 180.0, 90.0]]))
    assert high - low <= GEOID_SPAN


@pytest.mark.parametrize("deviation", [(-30.0, 25.0), (-60.0, 10.0)])
def test_a_climb_by_barometer_stays_within_its_band(geoid: Geoid, deviation: tuple[float, float]) -> None:
    air = Atmosphere(deviation_low=deviation[0], deviation_high=deviation[1])
    reference = VerticalReference(geoid, atmosphere=air)
    heights = Heights(reference)
    for begin, climb in ((1_000, 15.0), (11_000, -12.0), (5_000, 0.0)):
        velocity = Velocity(0, 0, round(climb * 1_000))
        altitude = Altitude("FL", begin * METRE)
        moving = Moving(
            AT, (0, 0), velocity=velocity, altitude=altitude, altitude_doubt=30 * METRE, climb_drift=500
        )
        row = row_of(moving, heights)
        for seconds in (0, 60, 300):
            for error in (-1, 1):
                shown = begin + climb * seconds + error * (30 + 0.5 * seconds)
                low, high = heights.range(Altitude("FL", round(shown * METRE)), (0, 0))
                grown = row[c.HAE_DRIFT] * seconds
                assert row[c.HAE_LOW] + row[c.CLIMB] * seconds - grown <= low + 1
                assert row[c.HAE_HIGH] + row[c.CLIMB] * seconds + grown >= high - 1


def test_other_datums_climb_as_they_show(heights: Heights) -> None:
    assert heights.steepness("HAE") == heights.steepness("MSL") == heights.steepness("AGL") == 0
    assert heights.steepness("MSL/ALT") == heights.steepness("FL") > 0.1


def test_many_altitudes_are_not_remembered_for_ever(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Heights, "KEPT", 3)
    heights = Heights(reference)
    first = [heights.range(Altitude("HAE", k), (0, 0)) for k in range(10)]
    assert first == [(k, k) for k in range(10)]
    assert len(heights._ranges) <= 3


def test_rows_are_empty_at_first() -> None:
    rows: Rows = empty(3)
    assert rows.shape == (3, c.COLUMNS) and not rows[:, c.LIVE].any()
