"""At a minimum of 0 touching is no conflict, but only where it is certain that nothing inner is shared."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.space.geodesy import GEOD
from tests.space.planar import Drawn, Ring, stars, turned
from wideberth.space.ground import Edges, Polygon
from wideberth.space.stated import polygon
from wideberth.space.touch import interiors_meet

UNIT = 1e-7
"""Degrees: the grid of positions."""


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north)]


def made(*rings: Ring, edges: Edges = "lonlat") -> Polygon:
    return polygon(rings, edges, closed=False, wrap=True)


def meet(p: Polygon, q: Polygon) -> bool:
    answer = interiors_meet(p, q)
    assert interiors_meet(q, p) == answer
    return answer


HERE = box(33.0, 35.0, 33.2, 35.2)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (box(33.2, 35.0, 33.4, 35.2), False),  # an edge
        (box(33.2, 35.2, 33.4, 35.4), False),  # a corner
        (box(33.2, 35.1, 33.4, 35.9), False),  # part of an edge: T-junctions on both
        ([(33.2, 35.1), (33.4, 35.0), (33.4, 35.2)], False),  # a corner on an edge
        (box(33.2 + UNIT, 35.0, 33.4, 35.2), False),
        (box(33.2 - UNIT, 35.0, 33.4, 35.2), True),  # a centimetre
        (box(33.2 - UNIT, 35.2 - UNIT, 33.4, 35.4), True),
        ([(33.2 - UNIT, 35.1), (33.4, 35.0), (33.4, 35.2)], True),
        (HERE, True),
        (box(33.05, 35.05, 33.1, 35.1), True),  # inside
        (box(33.0, 35.05, 33.1, 35.1), True),  # inside, against the edge
        (box(32.0, 34.0, 34.0, 36.0), True),  # around
        (box(40.0, 35.0, 40.2, 35.2), False),
    ],
)
def test_neighbours_straight_in_longitude_and_latitude(other: Ring, shared: bool) -> None:
    assert meet(made(HERE), made(other)) is shared


def test_a_corner_on_a_slanted_edge_is_decided_to_the_last_digit() -> None:
    slanted = made([(0.0, 0.0), (3.0, 1.0), (0.0, 1.0)])  # its lower edge: 1 up on 3
    below = [(1.5, 0.5), (2.0, 0.1), (1.0, 0.1)]
    assert not meet(slanted, made(below))
    assert meet(slanted, made([(1.5, 0.5 + UNIT), *below[1:]]))
    assert not meet(slanted, made([(1.5, 0.5 - UNIT), *below[1:]]))


def test_in_the_hole_of_the_other() -> None:
    ring = made(box(0, 0, 3, 3), box(1, 1, 2, 2))
    assert not meet(ring, made(box(1, 1, 2, 2)))
    assert not meet(ring, made(box(1.2, 1.2, 1.8, 1.8)))
    assert meet(ring, made(box(1.2, 1.2, 1.8, 2 + UNIT)))
    assert meet(ring, made(box(-1, -1, 4, 4)))


def test_across_180() -> None:
    west, east = made(box(179.5, 0, 180, 1)), made(box(-180, 0, -179.5, 1))
    assert not meet(west, east)
    over = made(box(179.9, 0.2, -179.9, 0.8))
    assert meet(over, west)
    assert meet(over, east)
    assert not meet(over, made(box(-179.9, 0, -179.8, 1)))
    assert meet(over, made(box(-179.9 - UNIT, 0, -179.8, 1)))
    assert not meet(over, made(box(179.8, 0, 179.9, 1)))


def test_two_turns_apart_on_paper_is_the_same_place() -> None:
    """One ring is listed eastwards from 180°, the other westwards from −180°: on paper 720° apart."""
    long = [(180.0, 0.0), (-120.0, 0.0), (0.0, 0.0), (120.0, 0.0), (120.0, 1.0), (0.0, 1.0), (-120.0, 1.0)]
    eastwards = made([*long, (180.0, 1.0)])
    assert meet(eastwards, made([(-180.0, 0.2), (110.0, 0.2), (110.0, 0.8), (-180.0, 0.8)]))
    assert not meet(eastwards, made([(-180.0, 0.2), (120.0, 0.2), (120.0, 0.8), (-180.0, 0.8)]))


def test_a_band_around_the_world_and_its_neighbours() -> None:
    band = made(box(-180, 10, 180, 20))
    assert not meet(band, made(box(-180, 20, 180, 30)))
    assert not meet(band, made(box(179, 20, -179, 21)))
    assert meet(band, made(box(179, 20 - UNIT, -179, 21)))


def test_what_cannot_be_decided_counts_as_meeting() -> None:
    neighbour = box(33.2, 35.0, 33.4, 35.2)
    assert not meet(made(HERE), made(neighbour))
    # a vertex off the grid was moved, by less than a centimetre
    assert meet(made(HERE), made([(33.2, 35.0), (33.4 + 1 / 3 * UNIT, 35.0), (33.4, 35.2), (33.2, 35.2)]))
    # different kinds of edges
    assert meet(made(HERE), made(neighbour, edges="geodesic"))
    # around a pole
    assert meet(made([(-120, 60), (0, 60), (120, 60)]), made(box(0, 50, 1, 60)))


@pytest.mark.parametrize("there", [(0, 86), (178, 0), (-180, -89)])
def test_around_more_than_half_of_the_map_the_rest_is_inside(there: tuple[float, float]) -> None:
    """The smaller side of such a ring is two caps and a strip: what lies there does meet it."""
    caps: Ring = [(-170, -85), (0, -85), (170, -85), (170, 85), (0, 85), (-170, 85)]
    assert meet(made(caps), made(box(*there, there[0] + 1, there[1] + 1)))


whole = st.integers(-8, 8).map(lambda k: k / 10)


@given(
    st.lists(st.tuples(whole, whole), min_size=3, max_size=5, unique=True),
    st.lists(st.tuples(whole, whole), min_size=3, max_size=5, unique=True),
    st.integers(-180, 180),
)
def test_hulls_on_a_coarse_grid_meet_where_they_share_area(one: Ring, two: Ring, shift: int) -> None:
    """Coarse, so that touching is common; wherever on Earth."""
    hulls = [
        shapely.convex_hull(shapely.MultiPoint([(round(10 * x), round(10 * y)) for x, y in r]))
        for r in (one, two)
    ]
    if any(hull.geom_type != "Polygon" for hull in hulls):
        return
    rings = [
        [(round(turned(x / 10 + shift), 7), y / 10) for x, y in shapely.get_coordinates(hull)[:-1]]
        for hull in hulls
    ]
    assert meet(made(rings[0]), made(rings[1])) == (shapely.intersection(hulls[0], hulls[1]).area > 1e-9)


# ---- geodesic polygons


@pytest.mark.parametrize("lat", [-79.0, -20.0, 0.05, 45.0, 79.3])
def test_geodesic_twins_that_share_edges_and_corners_only(lat: float) -> None:
    here = made(box(33, lat, 33.3, lat + 0.2), edges="geodesic")
    for other in (
        box(33.3, lat, 33.5, lat + 0.2),
        box(33.3, lat + 0.2, 33.5, lat + 0.3),
        box(33.0, lat + 0.2, 33.3, lat + 0.4),
        [(33.0, lat), (33.3, lat), (33.15, lat - 0.2)],
        box(34, lat, 34.3, lat + 0.2),
    ):
        assert not meet(here, made(other, edges="geodesic"))


@pytest.mark.parametrize("lat", [-79.0, -20.0, 0.05, 45.0, 79.3])
def test_geodesic_neighbours_that_do_meet_or_may(lat: float) -> None:
    here = made(box(33, lat, 33.3, lat + 0.2), edges="geodesic")
    for other in (
        box(33.0, lat, 33.3, lat + 0.2),
        box(33.1, lat + 0.05, 33.2, lat + 0.1),
        box(33.3 - UNIT, lat, 33.5, lat + 0.2),
        box(33.1, lat + 0.2, 33.3, lat + 0.4),  # a corner on the other's edge, as far as anyone can see
    ):
        assert meet(here, made(other, edges="geodesic"))


@pytest.mark.parametrize("lat", [0.5, 33.0, 60.0, 70.0, 79.0, -79.5])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_corner_between_the_straight_line_and_the_geodesic_is_inside(lat: float, share: float) -> None:
    """Drawn straight the two are metres or kilometres apart; the geodesic bulges over the corner."""
    side = 0.4 if lat > 0 else -0.4
    azimuth, _, length = GEOD.inv(0, lat, 0.4, lat + side)
    lon_mid, lat_mid, _ = GEOD.fwd(0, lat, azimuth, length / 2)
    bulge = np.array([lon_mid - 0.2, lat_mid - (lat + side / 2)])
    corner = np.array([0.2, lat + side / 2]) + share * bulge
    over = made([(0.0, lat), (0.4, lat), (0.4, lat + side)], edges="geodesic")
    tip = (round(float(corner[0]), 7), round(float(corner[1]), 7))
    behind = [(tip[0] - 0.1, lat + 0.8 * side), (tip[0] - 0.05, lat + side)]
    assert meet(over, made([tip, *[(round(x, 7), round(y, 7)) for x, y in behind]], edges="geodesic"))


def test_a_clear_distance_between_geodesic_polygons_is_believed() -> None:
    """Half a degree bends by less than 60 m up to 45°: 0.001° is enough."""
    here = made(box(33, 44, 33.4, 44.4), edges="geodesic")
    assert not meet(here, made(box(33.401, 44.1, 33.6, 44.3), edges="geodesic"))
    assert meet(here, made(box(33.4 + UNIT, 44.1, 33.6, 44.3), edges="geodesic"))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (box(33, 35, 33.6, 35.2), box(33.6, 35, 33.8, 35.2)),  # an edge over half a degree
        (box(33, 79.9, 33.2, 80.1), box(33.2, 79.9, 33.4, 80.1)),  # beyond 80°
        (box(179.8, 0, -179.9, 0.2), box(-179.9, 0, -179.8, 0.2)),  # over 180°
    ],
)
def test_geodesic_neighbours_too_long_too_high_or_over_180_count_as_meeting(one: Ring, two: Ring) -> None:
    assert meet(made(one, edges="geodesic"), made(two, edges="geodesic"))


def test_geodesic_neighbours_that_end_at_180_are_told_apart() -> None:
    one, two = box(179.8, 0, 180, 0.2), box(-180, 0, -179.8, 0.2)
    assert not meet(made(one, edges="geodesic"), made(two, edges="geodesic"))


def test_geodesic_polygons_with_holes_count_as_meeting() -> None:
    ring = made(box(0, 0, 0.3, 0.3), box(0.1, 0.1, 0.2, 0.2), edges="geodesic")
    assert meet(ring, made(box(0.1, 0.1, 0.2, 0.2), edges="geodesic"))


def test_a_geodesic_ring_that_would_cross_itself_if_straight_counts_as_meeting() -> None:
    """Its notch lies between the straight line and the geodesic."""
    azimuth, _, length = GEOD.inv(0, 79, 0.4, 79.4)
    lon, lat, _ = GEOD.fwd(0, 79, azimuth, length / 2)
    tip = (round(0.2 + 0.5 * (float(lon) - 0.2), 7), round(79.2 + 0.5 * (float(lat) - 79.2), 7))
    # the region south-east of the edge, with a spike of outside reaching in to just short of it
    notched = made([(0, 79), (0.4, 79.4), (0.4, 79.25), tip, (0.4, 79.0)], edges="geodesic")
    assert meet(notched, made(box(1, 79, 1.2, 79.2), edges="geodesic"))


@given(st.data(), st.sampled_from([0.0, 40.0, -70.0, 78.0]), st.floats(0.8, 1.6), st.floats(0, 360))
def test_geodesic_stars_that_share_area_always_meet(
    data: st.DataObject, lat: float, away: float, bearing: float
) -> None:
    size = 4_000.0
    lon2, lat2, _ = (float(v) for v in GEOD.fwd(20.0, lat, bearing, away * size))
    (one,) = data.draw(stars(20.0, lat, size, straight=False))
    (two,) = data.draw(stars(lon2, lat2, size, straight=False))
    common = shapely.intersection(Drawn([one], False, 20.0, lat).shape, Drawn([two], False, 20.0, lat).shape)
    answer = meet(made(one, edges="geodesic"), made(two, edges="geodesic"))
    if common.area > 10.0:
        assert answer
    apart = shapely.distance(Drawn([one], False, 20.0, lat).shape, Drawn([two], False, 20.0, lat).shape)
    if apart > 500.0:
        assert not answer


def test_many_edges_are_looked_at_to_the_last() -> None:
    """Two combs of 400 teeth that fit; then one tooth a centimetre too long, in the last run of edges."""
    teeth = 400
    line = [(round(k * 2.5e-4, 7), 0.01 * (k % 2)) for k in range(teeth + 1)]
    upper = [(0.0, 0.02), *line, (line[-1][0], 0.02)]
    lower = [(0.0, -0.02), *line, (line[-1][0], -0.02)]
    assert not meet(made(upper, edges="geodesic"), made(lower, edges="geodesic"))
    longer = [*lower[:-3], (line[-2][0], 0.01 + UNIT), *lower[-2:]]
    assert meet(made(upper, edges="geodesic"), made(longer, edges="geodesic"))
