"""Ground shapes as stated: what is ambiguous or broken is refused where it stands, nothing is guessed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod

from wideberth.errors import Invalid
from wideberth.space.ground import ROUNDING, Circle, Corridor, Edges, Polygon, collapse, crosses_antimeridian
from wideberth.space.stated import MAX_VERTICES, check_edge, check_length, circle, corridor, polygon, position

GEOD = Geod(ellps="WGS84")
KM = 10_000_000
"""0.1 mm."""
Ring = list[tuple[float, float]]


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def regular(count: int, size: float = 1.0, lon: float = 10.0, lat: float = 20.0) -> Ring:
    turn = [2 * math.pi * k / count for k in range(count)]
    points = [(round(lon + size * math.cos(a), 7), round(lat + size * math.sin(a), 7)) for a in turn]
    return [*points, points[0]]


# ---- positions


@pytest.mark.parametrize(
    ("lon", "lat", "point"),
    [
        (36.3, 33.5, (363_000_000, 335_000_000)),
        (-180, -90, (-1_800_000_000, -900_000_000)),
        (180.0, 90.0, (1_800_000_000, 900_000_000)),
        (0.1 + 0.2, 24.200000000000003, (3_000_000, 242_000_000)),  # what doubles make of 0.3 and 24.2
    ],
)
def test_a_position_on_the_grid_loses_nothing(lon: float, lat: float, point: tuple[int, int]) -> None:
    assert position(lon, lat) == (point, 0)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_position_off_the_grid_moves_by_no_more_than_its_slack(lon: float, lat: float) -> None:
    (x, y), slack = position(lon, lat)
    assert slack in (0, ROUNDING)
    moved = GEOD.inv(lon, lat, x / 1e7, y / 1e7)[2]
    assert moved * 10_000 <= slack + 0.001


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (math.nan, 0, "geometry.not_a_number"),
        (0, math.inf, "geometry.not_a_number"),
        (-math.inf, 0, "geometry.not_a_number"),
        ("36.3", 0, "geometry.not_a_number"),
        (None, 0, "geometry.not_a_number"),
        (True, 0, "geometry.not_a_number"),
        (0, 90.0000001, "geometry.latitude"),
        (0, -91, "geometry.latitude"),
        (33.5, 136.3, "geometry.latitude"),
        (180.0000001, 0, "geometry.longitude"),
        (-181, 0, "geometry.longitude"),
        (10**400, 0, "geometry.longitude"),
        (0, -(10**400), "geometry.latitude"),
    ],
)
def test_what_is_no_position_is_refused(lon: object, lat: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        position(lon, lat, "features[0].geometry.coordinates")
    assert (caught.value.code, caught.value.path) == (code, "features[0].geometry.coordinates")


@pytest.mark.parametrize(
    ("lon", "wrapped"), [(181, -179), (190.5, -169.5), (-181, 179), (540, -180), (-540, -180), (180, 180)]
)
def test_with_wrap_a_turn_too_many_is_taken_off(lon: float, wrapped: float) -> None:
    assert position(lon, 5, wrap=True) == ((round(wrapped * 1e7), 50_000_000), 0)


def test_wrap_does_not_believe_everything() -> None:
    with pytest.raises(Invalid) as caught:
        position(540.1, 0, "p", wrap=True)
    assert (caught.value.code, caught.value.found) == ("geometry.longitude", "540.1")


# ---- circles and corridors


def test_circles_of_every_accepted_size() -> None:
    assert circle(1, 2, 0) == Circle((10_000_000, 20_000_000), 0, 0)
    assert circle(1, 2, 5_000 * KM).radius == 5_000 * KM
    assert circle(0.12345678, 2, 7).slack == ROUNDING
    assert circle(-190, 2, 7, wrap=True).centre == (1_700_000_000, 20_000_000)


@pytest.mark.parametrize("radius", [-1, 5_000 * KM + 1])
def test_a_radius_out_of_range_is_refused(radius: int) -> None:
    with pytest.raises(Invalid) as caught:
        circle(1, 2, radius, "features[1].properties.radius_m")
    assert (caught.value.code, caught.value.path) == ("geometry.radius", "features[1].properties.radius_m")


@pytest.mark.parametrize("width", [-1, 5_000 * KM + 1])
def test_a_half_width_out_of_range_is_refused(width: int) -> None:
    with pytest.raises(Invalid) as caught:
        corridor([(0, 0), (1, 1)], width, "lonlat", "line")
    assert (caught.value.code, caught.value.path) == ("geometry.half_width", "line")


def test_a_corridor_keeps_its_line_and_collapses_what_is_written_twice() -> None:
    made = corridor([(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)], 3, "geodesic")
    assert made == Corridor(((0, 0), (10_000_000, 10_000_000), (0, 0)), 3, "geodesic", 0)
    assert corridor([(0, 0), (1 / 3, 1)], 3, "lonlat").slack == ROUNDING


@pytest.mark.parametrize("line", [[], [(5, 5)], [(5, 5), (5, 5)]])
def test_one_place_is_no_line(line: Ring) -> None:
    with pytest.raises(Invalid) as caught:
        corridor(line, 1, "lonlat", "line")
    assert (caught.value.code, caught.value.path) == ("geometry.too_few_points", "line")


def test_errors_of_a_line_name_its_vertex() -> None:
    with pytest.raises(Invalid) as caught:
        corridor([(0, 0), (1, 91)], 1, "lonlat", "coordinates")
    assert (caught.value.code, caught.value.path) == ("geometry.latitude", "coordinates[1]")
    with pytest.raises(Invalid) as caught:
        corridor([(0, 0), (1, 1), (-179, 0.1)], 1, "geodesic", "coordinates")
    assert (caught.value.code, caught.value.path) == ("geometry.long_edge", "coordinates[1]")


# ---- edges


@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(0, 360), st.floats(18_700, 19_400))
@example(0.0, 0.0, 90.0, 1.0)
@example(0.0, 10.0, 0.0, 18_900.0)
@example(0.0, 10.0, 0.0, 19_100.0)
@example(0.0, 10.0, 45.0, 19_990.0)
def test_geodesic_edges_up_to_19000_km(lon: float, lat: float, bearing: float, km: float) -> None:
    """The limit is a spherical angle: 19,000 km give or take a third of a per cent."""
    lon2, lat2, _ = GEOD.fwd(lon, lat, bearing, km * 1_000)
    ends = position(lon, lat)[0], position(float(lon2), float(lat2))[0]
    if km < 18_930:
        check_edge(*ends, "geodesic")
    elif km > 19_070:
        with pytest.raises(Invalid) as caught:
            check_edge(*ends, "geodesic", "e")
        assert (caught.value.code, caught.value.path) == ("geometry.long_edge", "e")


def degrees(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * 1e7), round(lat * 1e7)


@pytest.mark.parametrize("edges", ["geodesic", "lonlat"])
@pytest.mark.parametrize("lat", [90, -90])
def test_an_edge_along_a_pole_has_no_length_and_is_never_ambiguous(edges: Edges, lat: float) -> None:
    for lon in (10, 179, 180, -180):
        check_edge(degrees(-179, lat), degrees(lon, lat), edges)


@pytest.mark.parametrize(
    ("lon1", "lon2", "wrap"),
    [
        (-90, 89.9999999, False),
        (179.0000001, -179.0000001, False),
        (-179.5, 10.1, False),  # one end within a degree of ±180 is enough
        (170, -170, True),
        (-180, 180, False),  # all the way round
        (180, -180, True),
    ],
)
def test_edges_straight_in_longitude_that_are_believed(lon1: float, lon2: float, wrap: bool) -> None:
    check_edge(degrees(lon1, 1), degrees(lon2, 2), "lonlat", wrap=wrap)
    check_edge(degrees(lon2, 2), degrees(lon1, 1), "lonlat", wrap=wrap)


@pytest.mark.parametrize(
    ("lon1", "lon2", "wrap"),
    [
        (-90, 90, False),
        (-90, 90, True),
        (0, 180, True),
        (178.9999999, -178.9999999, False),
        (-179, 179, False),  # a box of 358° must not become one of 2°
        (-178, 178, False),  # a box of 356° must not become one of 4°
    ],
)
def test_edges_of_which_nobody_knows_the_way_are_refused(lon1: float, lon2: float, wrap: bool) -> None:
    for one, two in ((lon1, lon2), (lon2, lon1)):
        with pytest.raises(Invalid) as caught:
            check_edge(degrees(one, 1), degrees(two, 2), "lonlat", "ring[3]", wrap)
        assert (caught.value.code, caught.value.path) == ("geometry.ambiguous_edge", "ring[3]")


# ---- polygons


def test_a_polygon_keeps_its_rings_open_and_in_order() -> None:
    made = polygon([box(0, 0, 3, 3), box(1, 1, 2, 2)[::-1]], "lonlat")
    assert made == Polygon(
        (
            ((0, 0), (30_000_000, 0), (30_000_000, 30_000_000), (0, 30_000_000)),
            (
                (10_000_000, 10_000_000),
                (10_000_000, 20_000_000),
                (20_000_000, 20_000_000),
                (20_000_000, 10_000_000),
            ),
        ),
        "lonlat",
        0,
    )


def test_rings_without_a_repeated_vertex_are_taken_where_the_format_has_none() -> None:
    assert polygon([box(0, 0, 3, 3)[:-1]], "lonlat", closed=False) == polygon([box(0, 0, 3, 3)], "lonlat")


def test_a_repeated_neighbour_adds_nothing() -> None:
    doubled = [p for p in box(0, 0, 3, 3) for _ in range(2)]
    assert polygon([doubled], "geodesic") == polygon([box(0, 0, 3, 3)], "geodesic")


def test_slack_is_that_of_the_worst_vertex_of_any_ring() -> None:
    assert polygon([box(0, 0, 3, 3), box(1, 1, 2, 1 + 1 / 3)], "lonlat").slack == ROUNDING


@pytest.mark.parametrize(
    ("rings", "code", "path"),
    [
        ([], "geometry.empty", "g"),
        ([[]], "geometry.too_few_points", "g[0]"),
        ([[(0, 0), (1, 0), (0, 0)]], "geometry.too_few_points", "g[0]"),
        ([[(0, 0), (1, 0), (1, 0), (0, 0)]], "geometry.too_few_points", "g[0]"),
        ([[(0, 0)] * 4], "geometry.too_few_points", "g[0]"),
        ([box(0, 0, 1, 1)[:-1]], "geometry.open_ring", "g[0]"),
        ([box(0, 0, 3, 3), box(1, 1, 2, 2)[:-1]], "geometry.open_ring", "g[1]"),
        ([[(0, 0), (1, 0), (math.nan, 1), (0, 0)]], "geometry.not_a_number", "g[0][2]"),
        ([box(0, 0, 1, 90.5)], "geometry.latitude", "g[0][2]"),
        ([box(0, 0, 180.5, 1)], "geometry.longitude", "g[0][1]"),
        ([box(-178, 0, 178, 1)], "geometry.ambiguous_edge", "g[0][0]"),
        ([[(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)]], "geometry.self_intersection", "g"),
    ],
)
def test_bad_rings_are_refused_where_they_are_bad(rings: Sequence[Ring], code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        polygon(rings, "lonlat", "g")
    assert (caught.value.code, caught.value.path) == (code, path)


def test_the_closing_edge_is_an_edge_too() -> None:
    """All others are short; the last runs from 178° to −178°, over which nobody knows the way."""
    ring = [(-178.0, 60.0), (0.0, 60.0), (178.0, 60.0)]
    with pytest.raises(Invalid) as caught:
        polygon([ring], "lonlat", "g", closed=False)
    assert (caught.value.code, caught.value.path) == ("geometry.ambiguous_edge", "g[0][2]")
    assert crosses_antimeridian(polygon([ring], "lonlat", closed=False, wrap=True))


def test_ten_thousand_vertices_and_no_more() -> None:
    made = polygon([regular(MAX_VERTICES)], "lonlat")
    assert len(made.rings[0]) == MAX_VERTICES
    with pytest.raises(Invalid) as caught:
        polygon([regular(MAX_VERTICES + 1)], "lonlat", "g")
    assert (caught.value.code, caught.value.path) == ("geometry.too_many_points", "g")
    with pytest.raises(Invalid) as caught:
        polygon([regular(6_000), regular(6_000, 0.5)], "lonlat", "g")
    assert (caught.value.code, caught.value.found) == ("geometry.too_many_points", "12002 vertices")


def test_a_line_of_too_many_vertices_is_refused_before_they_are_read() -> None:
    with pytest.raises(Invalid) as caught:
        corridor([(math.nan, math.nan)] * (MAX_VERTICES + 2), 1, "lonlat", "line")
    assert (caught.value.code, caught.value.path) == ("geometry.too_many_points", "line")


def test_a_line_of_over_100000_km_is_refused() -> None:
    there_and_back = [degrees(-80, 0), degrees(80, 0)] * 3
    with pytest.raises(Invalid) as caught:
        check_length([*there_and_back, degrees(-80, 0)], "line")
    assert (caught.value.code, caught.value.path) == ("geometry.too_long", "line")
    check_length(there_and_back, "line")
    with pytest.raises(Invalid) as caught:
        corridor([(-80, 0), (80, 0)] * 5, 1, "lonlat", "line")
    assert caught.value.code == "geometry.too_long"


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=12))
def test_no_line_longer_than_the_limit_passes(line: Ring) -> None:
    """The estimate leaves out nothing: geodesics are never longer than it says, by a third of a per cent."""
    points = [degrees(*p) for p in line]
    lon, lat = np.array(points).T / 1e7
    true = float(np.sum(GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]))
    if true > 100_600_000:
        with pytest.raises(Invalid):
            check_length(points)


# ---- neighbours, antimeridian


@given(st.lists(st.sampled_from([(0, 0), (1, 0), (0, 1)]), max_size=12), st.booleans())
def test_collapsed_points_have_no_equal_neighbours(points: list[tuple[int, int]], ring: bool) -> None:
    kept = collapse(points, ring=ring)
    assert all(p != q for p, q in pairwise(kept))
    assert bool(kept) == bool(points)
    assert collapse(kept, ring=ring) == kept
    if ring and len(kept) > 1:
        assert kept[0] != kept[-1]
    elif not ring and points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])


@pytest.mark.parametrize("edges", ["geodesic", "lonlat"])
def test_what_crosses_180_is_told(edges: Edges) -> None:
    assert crosses_antimeridian(corridor([(179.5, 0), (-179.5, 1)], 1, edges))
    assert crosses_antimeridian(polygon([box(179.5, 0, -179.5, 1)], edges))
    assert not crosses_antimeridian(corridor([(179.5, 0), (180, 1)], 1, edges))
    assert not crosses_antimeridian(polygon([box(170, 0, 180, 1)], edges))
    assert not crosses_antimeridian(circle(180, 0, 100 * KM))


def test_only_the_closing_edge_crosses_and_is_told() -> None:
    assert crosses_antimeridian(polygon([[(-179.5, 0), (-179.5, 1), (179.5, 0)]], "lonlat", closed=False))
    assert not crosses_antimeridian(corridor([(-179.5, 0), (0, 1), (179.5, 0)], 1, "lonlat"))


def test_all_the_way_round_crosses_nothing() -> None:
    assert not crosses_antimeridian(polygon([box(-180, 10, 180, 20)], "lonlat"))
