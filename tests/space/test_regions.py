"""Regions: how large they are, what they have in common, on any meridian and at the poles."""

from __future__ import annotations

import math

import pytest
import shapely

from tests.space.geodesy import GEOD
from wideberth.space import regions
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.lattice import cell
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE


def _cell(west: float, south: float, east: float, north: float) -> Polygon:
    return cell(*(round(each * DEGREE) for each in (west, south, east, north)))


@pytest.mark.parametrize("lat", [0.0, 35.0, -60.0, 89.0])
def test_a_cell_is_as_large_as_by_the_formula_for_zones(lat: float) -> None:
    found = regions.region(_cell(33, lat, 34, lat + 1))
    lon, lats = [0.0, 1.0], [lat, lat + 1]
    # strips so thin that a parallel is as good as a geodesic
    size, strips = 0.0, 400
    for k in range(strips):
        ring = [33 + k / strips, 33 + (k + 1) / strips, 33 + (k + 1) / strips, 33 + k / strips]
        size += abs(GEOD.polygon_area_perimeter(ring, [lats[0], lats[0], lats[1], lats[1]])[0])
    assert regions.square_metres(found) == pytest.approx(size, rel=1e-6)
    up, wide = regions.extents(found)
    assert up == pytest.approx(GEOD.inv(lon[0], lats[0], lon[0], lats[1])[2] * METRE, abs=2)
    if lat + 1 < 90:
        narrow = max(lats, key=abs)
        assert wide == pytest.approx(GEOD.inv(0.0, narrow, 0.001, narrow)[2] * 1_000 * METRE, rel=1e-6)


def test_over_180_degrees_a_region_is_whole() -> None:
    over = regions.region(corridor([(179.9, 10.0), (-179.9, 10.0)], 1_000 * METRE, "geodesic", wrap=True))
    west, _, east, _ = shapely.bounds(over).tolist()
    assert 0.2 * DEGREE < east - west < 0.25 * DEGREE
    other = regions.region(_cell(-180, 9, -179, 11))
    held = {part.held: regions.square_metres(part.region) for part in regions.parts([over, other])}
    assert held[1] == pytest.approx(held[3], rel=0.01)
    assert set(held) == {1, 2, 3}


def test_parts_are_all_that_is_covered_and_do_not_overlap() -> None:
    shapes = [_cell(0, 0, 2, 2), _cell(1, 1, 3, 3), _cell(1, 0, 2, 3)]
    found = regions.parts([regions.region(each) for each in shapes])
    assert {part.held for part in found} == {1, 2, 5, 6, 7}
    whole = regions.square_metres(regions.together([part.region for part in found]))
    assert sum(regions.square_metres(part.region) for part in found) == pytest.approx(whole)


def test_what_only_touches_has_nothing_in_common_but_an_edge() -> None:
    one, other, corner = (regions.region(_cell(*each)) for each in ((0, 0, 1, 1), (1, 0, 2, 1), (1, 1, 2, 2)))
    assert {part.held for part in regions.parts([one, other, corner])} == {1, 2, 4}
    edge = regions.shared([one, other])
    assert edge is not None
    assert edge[1] == 0 < edge[0]
    assert regions.shared([one, corner]) == (0, 0)
    assert regions.shared([one, regions.region(_cell(3, 0, 4, 1))]) is None


@pytest.mark.parametrize(
    "ground",
    [
        circle(33.0, 35.0, 0),
        Corridor(((33 * DEGREE, 35 * DEGREE), (33 * DEGREE + 1, 35 * DEGREE)), 0),
        polygon([[(33.0, 35.0), (33.0000001, 35.0), (33.0, 35.0000001), (33.0, 35.0)]], "geodesic"),
    ],
)
def test_what_is_a_point_is_a_small_square(ground: Ground) -> None:
    assert 1 <= regions.square_metres(regions.region(ground)) < 10


def test_a_pole_is_inside_what_goes_around_it() -> None:
    for lat in (90, -90):
        found = regions.region(Circle((0, lat * DEGREE), 10_000 * METRE))
        assert regions.square_metres(found) == pytest.approx(math.pi * 1e8, rel=0.01)


def test_a_hole_is_none_of_it() -> None:
    ring = [(179.0, 0.0), (-179.0, 0.0), (-179.0, 2.0), (179.0, 2.0), (179.0, 0.0)]
    hole = [(-179.9, 0.5), (-179.9, 1.0), (-179.5, 1.0), (-179.5, 0.5), (-179.9, 0.5)]
    whole = regions.region(polygon([ring], "lonlat", wrap=True))
    less = regions.region(polygon([ring, hole], "lonlat", wrap=True))
    assert regions.square_metres(less) < regions.square_metres(whole) * 0.99
