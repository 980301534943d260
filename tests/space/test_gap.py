"""The certified gap: never above the truth, never more than 1 m + 1e-5 below it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.space.geodesy import GEOD, along, refined
from wideberth.space.far import CLOSE_ENOUGH
from wideberth.space.gap import arc, gaps, overlapping_boxes
from wideberth.space.ground import Edges, Ground
from wideberth.space.segments import closest
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import METRE

NM3 = 5_556.0


def gap(one: Ground, two: Ground, limit: float = 2e7) -> float:
    shapes = compile_shapes([one, two])
    forth = gaps(shapes, np.array([0]), np.array([1]), np.array([limit])).lower[0]
    back = gaps(shapes, np.array([1]), np.array([0]), np.array([limit])).lower[0]
    assert forth == pytest.approx(back, abs=1e-3) or min(forth, back) >= limit
    if forth < limit:
        assert overlapping_boxes(shapes, np.array([0]), np.array([1]), np.array([max(forth, 0.0)]))[0]
    return float(forth)


def disc(lon: float, lat: float, radius: float) -> Ground:
    return circle(lon, lat, math.ceil(radius * METRE))


def certified(lower: float, true: float) -> bool:
    return true - (1.0 + 1e-5 * true) <= lower <= true + 1e-6


def box(west: float, south: float, east: float, north: float, edges: str = "lonlat") -> Ground:
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return polygon([ring], "lonlat" if edges == "lonlat" else "geodesic")


latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([0.0, 33.5, 70.0, 89.99, -90.0, 90.0]))
longitudes = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.999, 0.0]))


@given(longitudes, latitudes, st.floats(0, 360), st.floats(10, 14_000_000), st.floats(1, 2_000_000))
@example(180.0, 0.0, 90.0, NM3, 2.0)
@example(0.0, 89.99, 90.0, NM3, 2.0)
@example(10.0, 50.0, 45.0, 249_000.0, 1.0)
@example(10.0, 50.0, 45.0, 251_000.0, 1.0)
def test_circles(lon: float, lat: float, bearing: float, away: float, radius: float) -> None:
    lon, lat = round(lon, 7), round(lat, 7)
    lon2, lat2, _ = GEOD.fwd(lon, lat, bearing, away)
    lon2, lat2 = round(float(lon2), 7), round(float(lat2), 7)
    radius = math.ceil(min(radius, away / 3) * METRE) / METRE
    true = GEOD.inv(lon, lat, lon2, lat2)[2] - max(radius, 0.5) - 0.5
    lower = gap(disc(lon, lat, radius), disc(lon2, lat2, 0))
    if true > 0:
        assert certified(lower, true)
    else:
        assert lower <= 1e-6


@pytest.mark.parametrize(
    ("lon", "lat", "bearing"), [(179.99, 12.0, 90.0), (15.0, 89.99, 0.0), (-180.0, -60.0, 135.0)]
)
def test_three_miles_plus_and_minus_a_metre(lon: float, lat: float, bearing: float) -> None:
    """Across 180° and over the pole: a metre inside is reported, a metre and the tolerance outside is not."""
    radius = 10.0
    for beyond, reported in ((-1.0, True), (2.1, False)):
        lon2, lat2, _ = GEOD.fwd(lon, lat, bearing, NM3 + 2 * radius + beyond)
        one, two = disc(lon, lat, radius), disc(round(float(lon2), 7), round(float(lat2), 7), radius)
        assert (gap(one, two, NM3) < NM3) is reported


@pytest.mark.parametrize("beyond", [-1.0, 1.3])
def test_a_circle_of_a_thousand_kilometres(beyond: float) -> None:
    lon, lat, _ = GEOD.fwd(20.0, 40.0, 77.0, 1_000_000 + NM3 + 0.5 + beyond)
    lower = gap(disc(20.0, 40.0, 1_000_000.0), disc(round(float(lon), 7), round(float(lat), 7), 0), NM3)
    assert (lower < NM3) is (beyond < 0)


edge_ends = st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))


@given(longitudes, st.floats(-88, 88), edge_ends, edge_ends, edge_ends, st.booleans())
def test_corridors(
    lon: float,
    lat: float,
    b: tuple[float, float],
    c: tuple[float, float],
    d: tuple[float, float],
    straight: bool,
) -> None:
    def at(x: float, y: float) -> tuple[float, float]:
        return round((lon + x + 180) % 360 - 180, 7), round(lat + y, 7)

    one, two = (at(0, 0), at(*b)), (at(*c), at(*d))
    if one[0] == one[1] or two[0] == two[1]:
        return
    edges: Edges = "lonlat" if straight else "geodesic"
    lower = gap(corridor(one, METRE, edges, wrap=True), corridor(two, METRE, edges, wrap=True))
    true = refined(one, two, straight) - 2.0
    assert lower <= true + 1e-3  # sampling only ever finds more than the truth
    if true > 0:
        assert lower >= true - (1.0 + 1e-5 * true)


def test_far_polygons_two_thousand_kilometres_wide() -> None:
    one, two = box(0, 0, 20, 20, "geodesic"), box(30, 0, 50, 20, "geodesic")
    true = GEOD.inv(20, 20, 30, 20)[2]
    lower = gap(one, two)
    assert true - CLOSE_ENOUGH - 0.1 <= lower <= true
    assert gap(one, two, true - 1.0) >= true - 1.0


def test_large_neighbours_a_few_miles_apart() -> None:
    one, two = box(0, 30, 20, 50), box(20.05, 30, 40, 50)
    true = GEOD.inv(20, 50, 20.05, 50)[2]
    assert certified(gap(one, two), true)


def test_containment_and_holes() -> None:
    ring = [(24, 48), (25, 48), (25, 49), (24, 49), (24, 48)]
    hole = [(24.2, 48.2), (24.2, 48.8), (24.8, 48.8), (24.8, 48.2), (24.2, 48.2)]
    holed = polygon([ring, hole], "lonlat")
    assert gap(polygon([ring], "lonlat"), disc(24.5, 48.5, 10)) == -math.inf
    assert gap(holed, disc(24.1, 48.1, 10)) == -math.inf
    in_hole = GEOD.inv(24.5, 48.5, 24.2, 48.5)[2] - 10
    assert gap(holed, disc(24.5, 48.5, 10)) == pytest.approx(in_hole, abs=30)
    assert gap(holed, box(24.4, 48.4, 24.5, 48.5)) > 10_000
    assert gap(polygon([ring], "lonlat"), box(24.4, 48.4, 24.5, 48.5)) == -math.inf


def test_a_hole_that_touches_the_shell() -> None:
    ring = [(24, 48), (25, 48), (25, 49), (24, 49), (24, 48)]
    holed = polygon([ring, [(24, 48), (24.25, 48.5), (24.5, 48.25), (24, 48)]], "lonlat")
    assert gap(holed, disc(24.2, 48.25, 10)) > 0
    assert gap(holed, disc(23.9, 47.9, 10)) > 0
    assert gap(holed, disc(24.6, 48.25, 10)) == -math.inf
    assert gap(holed, disc(24.02, 48.005, 10)) == -math.inf
    assert gap(holed, disc(24.005, 48.03, 10)) == -math.inf


def test_the_polar_cap_of_a_latitude_ninety_ring() -> None:
    cap = polygon([[(-180, 85), (180, 85), (180, 90), (-180, 90), (-180, 85)]], "lonlat")
    assert gap(cap, disc(30, 89.9, 10)) == -math.inf
    assert gap(cap, disc(-180, 86, 10)) == -math.inf
    assert gap(cap, disc(180, 88, 10)) == -math.inf
    assert certified(gap(cap, disc(30, 84.9, 10)), GEOD.inv(30, 85, 30, 84.9)[2] - 10)
    around = polygon([[(x, 85) for x in range(-180, 180, 30)] + [(-180, 85)]], "geodesic")
    assert gap(around, disc(15, 90, 10)) == -math.inf


def test_the_band_around_the_world() -> None:
    band = polygon([[(-180, -10), (180, -10), (180, 10), (-180, 10), (-180, -10)]], "lonlat")
    assert gap(band, disc(180, 0, 10), 10) == -math.inf
    assert gap(band, disc(90, 80, 10)) == pytest.approx(GEOD.inv(0, 10, 0, 80)[2] - 10, abs=80)


def test_touching_crossing_and_swallowed_shapes_are_no_further_than_nothing() -> None:
    assert gap(box(24, 48, 25, 49), box(25, 48, 26, 49)) <= 0
    assert gap(box(24, 48, 25, 49), box(24.5, 48.5, 26, 50)) <= 0
    line_ = corridor([(24.2, 48.5), (24.8, 48.5)], METRE, "geodesic")
    assert gap(box(24, 48, 25, 49), line_) == -math.inf


def test_thin_grounds_are_widened_to_a_metre() -> None:
    """Two coincident lines without width meet, and a thin polygon reaches half a metre beyond its middle."""
    thin = polygon([[(24, 48), (24.01, 48), (24.01, 48.000001), (24, 48.000001), (24, 48)]], "lonlat")
    shapes = compile_shapes([thin, circle(24, 48, 0), corridor([(24, 48), (25, 48)], 0, "lonlat")])
    width = 0.000001 * 111_196
    assert shapes.radius[0] == pytest.approx((1 - width) / 2, abs=0.03)
    assert shapes.radius[1] == 0.5
    assert 0.5 <= shapes.radius[2] < 0.61
    stated = circle(24, 48, 3 * METRE)
    assert compile_shapes([stated]).radius[0] == 3.0


def test_needles_and_fans_that_are_not_thin() -> None:
    long = polygon([[(24, 48), (26, 48), (26, 48.0001), (24, 48.0001), (24, 48)]], "lonlat")
    assert compile_shapes([long]).radius[0] < 0.11


def test_boxes_hold_what_bulges_out_of_the_boundary() -> None:
    cap = polygon([[(x, 60) for x in range(-180, 180, 10)] + [(-180, 60)]], "geodesic")
    shapes = compile_shapes([cap])
    assert shapes.high[0, 2] >= 6_356_752.3


def test_arc_grows_with_the_chord_and_never_exceeds_the_geodesic() -> None:
    chords = np.array([-1.0, 0.0, 1.0, 250_000.0, 1e7, np.inf])
    bent = arc(chords)
    assert bent[0] == -1.0 and bent[-1] == np.inf
    assert (np.diff(bent) > 0).all()
    assert 0 < bent[3] - 250_000 < 17


coordinates = st.tuples(*[st.floats(-1e3, 1e3)] * 3)


@given(coordinates, coordinates, coordinates, coordinates)
def test_closest_points_beat_any_sample(
    a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...], d: tuple[float, ...]
) -> None:
    p, q, r, s = (np.array([x]) for x in (a, b, c, d))
    on_one, on_two = closest(p, q, r, s)
    found = float(np.linalg.norm(on_one - on_two))
    share = np.linspace(0, 1, 21)
    one = p + share[:, None] * (q - p)
    two = r + share[:, None] * (s - r)
    sampled = float(np.min(np.linalg.norm(one[:, None] - two[None], axis=2)))
    assert found <= sampled + 1e-6


@given(
    st.floats(-60, 60),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
    st.sampled_from([260_000.0, 900_000.0, 4e6]),
)
@settings(max_examples=60)
def test_far_edges_are_bounded_between_their_vertices_too(
    lat: float, x: float, y: float, away: float
) -> None:
    """The closest point of a far edge lies anywhere along it; no bound may exceed the distance there."""
    ends = (10.0, round(lat, 7)), (round(10.6 + x, 7), round(lat + y, 7))
    middle = along(*ends[0], *ends[1], straight=False, count=1_000)
    azimuth, _, _ = GEOD.inv(*middle[500], *middle[501])
    start = middle[500 + int(400 * x)].tolist()
    lon2, lat2, _ = GEOD.fwd(start[0], start[1], azimuth + 90, away)
    lon2, lat2 = round(float(lon2), 7), round(float(lat2), 7)
    n = np.ones(len(middle))
    near = float(np.min(GEOD.inv(n * lon2, n * lat2, middle[:, 0], middle[:, 1])[2]))
    true = refined(ends, ((lon2, lat2), (lon2, lat2)), straight=False) - 1.5
    assert true <= near
    lower = gap(corridor(ends, METRE, "geodesic"), disc(lon2, lat2, 0))
    assert true - 1.0 <= lower <= true + 1e-3


def test_a_far_pair_left_behind_by_the_search_still_counts() -> None:
    """Found by the oracle: pieces of the sliver were settled one by one, and the closest bound was lost."""
    corner = (-177.8683959, 56.6914436)
    edge = ((-178.9903697, 51.1440472), (173.1204189, 53.1872784))
    ring = [corner, (-177.868397, 56.6914441), (-177.8301886, 56.7207804), (-177.8301876, 56.72078), corner]
    line, sliver = corridor(edge, METRE, "geodesic", wrap=True), polygon([ring], "lonlat")
    reach = float(compile_shapes([line, sliver]).radius.sum())
    no_more_than = refined(edge, (corner, corner), straight=False) - reach
    assert no_more_than - 1.0 <= gap(line, sliver) <= no_more_than + 1e-3
