from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wideberth.space.ellipsoid import GEOD
from wideberth.space.extent import extent
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE


@given(
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.sampled_from([0, 1_000, 100_000, 2_000_000]),
    st.sampled_from([0, 5_000, 400_000]),
    st.floats(0, 360),
)
def test_no_point_within_the_margin_is_outside(
    lon: float, lat: float, radius: int, margin: int, azimuth: float
) -> None:
    found = extent(circle(lon, lat, radius * METRE), margin * METRE)
    x, y, _ = GEOD.fwd(lon, lat, azimuth, radius + margin)
    assert found.south - 1e-9 <= y <= found.north + 1e-9
    assert any(found.west - 1e-9 <= x + turn <= found.east + 1e-9 for turn in (-360, 0, 360))


def test_a_small_circle_has_a_close_extent() -> None:
    found = extent(Circle((33 * DEGREE, 34 * DEGREE), 10_000 * METRE))
    assert found.north - found.south == pytest.approx(2 * 10 / 110.9, rel=0.01)
    assert found.east - found.west == pytest.approx(2 * 10 / 92.4, rel=0.01)


def test_across_the_antimeridian_east_is_beyond_180() -> None:
    line = corridor([(179.5, 10.0), (-179.5, 10.0)], 1_000 * METRE, "geodesic")
    found = extent(line)
    assert 179 < found.west < 179.5 < 180.5 < found.east < 181


def test_a_ring_round_the_earth_and_a_pole_have_all_longitudes() -> None:
    ring = polygon([[(x, 60.0) for x in (-180, -90, 0, 90)]], "geodesic", closed=False)
    found = extent(ring)
    assert (found.west, found.east, found.north) == (-180, 180, 90)
    assert 60 - 0.1 < found.south < 60.1
    south = extent(polygon([[(x, -60.0) for x in (-180, -90, 0, 90)]], "geodesic", closed=False))
    assert south.south == -90


def test_a_line_round_the_earth_has_all_longitudes() -> None:
    points = tuple((x * DEGREE, 0) for x in (-180, -90, 0, 90, 180))
    assert extent(Corridor(points, METRE, "lonlat")).east == 180


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=3, max_size=3, unique=True))
def test_every_vertex_is_inside(points: list[tuple[float, float]]) -> None:
    ring = tuple((round(x * DEGREE), round(y * DEGREE)) for x, y in points)
    # what rounding makes one point is no ring
    assume(len(set(ring)) == len(ring))
    found = extent(Polygon((ring,)))
    for x, y in ring:
        assert found.south <= y / DEGREE <= found.north
        assert any(found.west <= x / DEGREE + turn <= found.east for turn in np.array([-360, 0, 360]))
