from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.space.ellipsoid import GEOD
from wideberth.space.place import angle, compact, place
from wideberth.space.scan import scan

DAMASCUS = (362583333, 335100000)


@pytest.mark.parametrize(
    "text",
    [
        "333036N 0361530E",
        "333036N0361530E",
        "333036N-0361530E",
        "N333036 E0361530",
        "N33°30'36\" E036°15'30\"",
        "33°30′36″N, 36°15′30″E",
        "33:30:36 N 036:15:30 E",
        "33-30-36N 036-15-30E",
        "33 30 36 N 036 15 30 E",
        "LIMITS:333036N-0361530E, ",
        "333036N\r\n  0361530E",
    ],
)
def test_every_way_to_write_one_place(text: str) -> None:
    (found,) = scan(text)
    assert found.place is not None
    assert found.place.point == DAMASCUS
    assert 19.9 < found.place.doubt / 10_000 < 20.5  # half a second on both axes


@pytest.mark.parametrize(
    ("text", "lon", "lat", "doubt"),
    [
        ("23-26.00N 091-10.00W", -91 - Fraction(10, 60), 23 + Fraction(26, 60), 12.6),
        ("2523S 15656W", -156 - Fraction(56, 60), -25 - Fraction(23, 60), 1254.4),
        ("12.9999° N 103.1234° E", Fraction(1031234, 10_000), Fraction(129999, 10_000), 7.8),
        ("S 23 W 045", Fraction(-45), Fraction(-23), 76033.0),
        ("333036,5N 0361530,5E", 36 + Fraction(1861, 7200), 33 + Fraction(3673, 7200), 2.1),
    ],
)
def test_fractions_and_doubts(text: str, lon: Fraction, lat: Fraction, doubt: float) -> None:
    (found,) = scan(text)
    assert found.place is not None
    assert found.place.point == (round(lon * 10**7), round(lat * 10**7))
    assert found.place.doubt / 10_000 == pytest.approx(doubt, abs=0.1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3361N 03500E", "place.minutes"),
        ("9100N 03500E", "place.latitude"),
        ("3300N 18100E", "place.longitude"),
        ("325000N 351000E", "place.digits"),
        ("33300N 0361530E", "place.digits"),
    ],
)
def test_what_cannot_be_is_found_with_its_fault(text: str, code: str) -> None:
    (found,) = scan(text)
    assert found.place is None
    assert found.fault is not None
    assert (found.fault.code, found.fault.found) == (code, text)


def test_what_is_no_position_is_left_alone() -> None:
    for text in ("RWY 21 N OF TWY E", "1200 3000N", "FL100 33N", "", "NORTH 33 EAST 36", "0333036N 0361530E"):
        assert scan(text) == [], text


def test_positions_keep_their_place_in_the_text() -> None:
    text = "AREA 2523S 15656W, 2603S 15324W END"
    assert [text[found.start : found.end] for found in scan(text)] == ["2523S 15656W", "2603S 15324W"]


def test_digits_must_fit_their_axis() -> None:
    with pytest.raises(Invalid, match="3, 5 or 7 digits"):
        compact("lon", "1234", negative=False)


@given(
    st.integers(0, 89),
    st.integers(0, 179),
    st.tuples(*[st.integers(0, 59)] * 4),
    st.booleans(),
    st.booleans(),
)
def test_the_doubt_holds_the_whole_cell(
    lat: int, lon: int, small: tuple[int, ...], south: bool, west: bool
) -> None:
    y = angle("lat", [str(lat), str(small[0]), str(small[1])], south)
    x = angle("lon", [str(lon), str(small[2]), str(small[3])], west)
    found = place(y, x, "text")
    corners = [(x.value + a * x.half, y.value + b * y.half) for a in (-1, 1) for b in (-1, 1)]
    for corner in corners:
        away = GEOD.inv(found.point[0] / 1e7, found.point[1] / 1e7, float(corner[0]), float(corner[1]))[2]
        assert away <= found.doubt / 10_000
    assert found.doubt / 10_000 < 1.01 * math.hypot(15.6, 15.6)
