from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wideberth.space.exact import angles, exact
from wideberth.space.ground import Point
from wideberth.space.notation import read_place
from wideberth.space.units import DEGREE

POINTS = st.tuples(st.integers(-180 * DEGREE, 180 * DEGREE), st.integers(-90 * DEGREE, 90 * DEGREE))


@given(POINTS)
@example((0, 0))
@example((-1, 1))
@example((180 * DEGREE, -90 * DEGREE))
@example((-180 * DEGREE, 90 * DEGREE))
@example((401383333, 353353333))
def test_a_text_reads_back_to_the_very_same_point(point: Point) -> None:
    assert read_place(exact(point)).point == point


@pytest.mark.parametrize(
    "text", ["35°20.12'N 040°08.30'E", "33°30'36\"S 36°18'27\"W", "12.3456, -45.5", "333036N0361530E"]
)
def test_what_was_entered_is_said_no_longer_than_it_was(text: str) -> None:
    point = read_place(text).point
    assert read_place(exact(point)).point == point
    assert len(exact(point)) <= len(text) + 10


def test_forms() -> None:
    assert exact(read_place("35°20.12'N 040°08.30'E").point) == "35°20.12′N 040°08.30′E"
    assert exact(read_place("35°20.123'N 040°08.300'E").point) == "35°20.123′N 040°08.300′E"
    assert exact(read_place("35°20'07\"S 040°08'01\"W").point) == "35°20′07″S 040°08′01″W"
    assert exact(read_place("35.33412, 40.1").point) == "35.33412°N 040.10000°E"
    assert exact((400000001, 350000000)) == "35.0000000°N 040.0000001°E"


def test_both_axes_have_the_same_form() -> None:
    lat, lon = angles((401383333, 353353331))
    assert len(lat.parts) == len(lon.parts) == 1
    assert (lat.axis, lon.axis) == ("lat", "lon")
