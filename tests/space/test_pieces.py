"""Cutting edges: pieces stay near the edge they come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.space.geodesy import GEOD, along
from wideberth.space.pieces import DEVIATION, LONGEST, Pieces, cut, sagitta, turn

latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180, 180)


def one_edge(lon1: float, lat1: float, lon2: float, lat2: float, straight: bool) -> Pieces:
    a, b, c, d = (np.array([value]) for value in (lon1, lat1, lon2, lat2))
    return cut(a, b, c, d, np.array([straight]))


@given(longitudes, latitudes, st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_straight_edges_stay_within_their_deviation(lon: float, lat: float, wide: float, high: float) -> None:
    lat2 = float(np.clip(lat + high, -90, 90))
    pieces = one_edge(lon, lat, lon + wide, lat2, straight=True)
    assert pieces.length.max() <= LONGEST * 1.0001
    assert pieces.deviation.max() <= DEVIATION
    k = len(pieces.edge) // 2
    ends = pieces.lon1[k], pieces.lat1[k], pieces.lon2[k], pieces.lat2[k]
    stated, piece = along(*ends, True, 8), along(*ends, False, 2_000)
    for point in stated:
        away = GEOD.inv(np.full(2_001, point[0]), np.full(2_001, point[1]), piece[:, 0], piece[:, 1])[2]
        assert np.min(away) <= pieces.deviation[k] + pieces.length[k] / 4_000 + 1e-3


@given(longitudes, latitudes, longitudes, latitudes)
def test_neighbours_meet_to_the_bit_and_ends_are_the_vertices(
    lon1: float, lat1: float, lon2: float, lat2: float
) -> None:
    pieces = one_edge(lon1, lat1, lon2, lat2, straight=False)
    assert (pieces.lon1[0], pieces.lat1[0]) == (lon1, lat1)
    assert (pieces.lon2[-1], pieces.lat2[-1]) == (lon2, lat2)
    assert np.array_equal(pieces.lon1[1:], pieces.lon2[:-1])
    assert np.array_equal(pieces.lat1[1:], pieces.lat2[:-1])
    whole = GEOD.inv(lon1, lat1, lon2, lat2)[2]
    assert pieces.length.sum() == pytest.approx(whole, abs=1e-3)


def test_a_full_turn_goes_round_and_a_short_one_over_the_antimeridian() -> None:
    assert turn(np.array([-180.0, 179.0, -10.0]), np.array([180.0, -179.0, 20.0])).tolist() == [
        360.0,
        2.0,
        30.0,
    ]


def test_the_known_deviation_at_33_5_north() -> None:
    # GEOMETRY: 1.3 m over 10 km, 130 m over 100 km; our bound may be larger but of that order
    east = GEOD.fwd(0, 33.5, 90, 10_000)[0]
    pieces = one_edge(0, 33.5, float(east), 33.5, straight=True)
    total = float(pieces.deviation[0]) * len(pieces.edge) ** 2
    assert 1.3 <= total <= 1.3 * 2.5


def test_sagitta_of_two_kilometres_is_eight_centimetres() -> None:
    assert sagitta(np.array([2_000.0]))[0] == pytest.approx(0.0789, abs=1e-3)
