"""Rings: which side is inside, what crosses itself, and a boundary with the inside on its left."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from tests.space.geodesy import Array
from tests.space.planar import Drawn, Ring, stars, turned
from wideberth.errors import Invalid
from wideberth.space.ellipsoid import to_ecef
from wideberth.space.ground import Edges, Polygon
from wideberth.space.inside import contains
from wideberth.space.pieces import turn
from wideberth.space.rings import EARTH_AREA, boundary, degrees, plane, smaller_side
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import polygon

GEOD = Geod(ellps="WGS84")
BOTH: tuple[Edges, Edges] = ("geodesic", "lonlat")


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north)]


def made(*rings: Ring, edges: Edges = "lonlat") -> Polygon:
    return polygon(rings, edges, closed=False, wrap=True)


def holds(shape: Polygon, *points: tuple[float, float]) -> str:
    """One sign a point (lon, lat): + inside, - outside."""
    lon, lat = np.array(points, dtype=float).T
    return "".join("-+"[int(x)] for x in contains(compile_shapes([shape]), 0, to_ecef(lon, lat)))


def edge_set(shape: Polygon) -> set[tuple[float, ...]]:
    """Each directed edge of the boundary, −180° written as 180°."""
    rows = np.stack(boundary(shape), -1)
    return {tuple(180.0 if k % 2 == 0 and c == -180.0 else c for k, c in enumerate(row)) for row in rows}


def beside(shape: Polygon, metres: float) -> tuple[Array, Array]:
    """Points (n, 2) that far to the left and to the right of the middle of every boundary edge."""
    e = boundary(shape)
    if shape.edges == "lonlat":
        wide = turn(e.lon1, e.lon2)
        step = 1e-6
        lon, lat = e.lon1 + 0.5 * wide, (e.lat1 + e.lat2) / 2
        azimuth, _, _ = GEOD.inv(lon, lat, lon + step * wide, lat + step * (e.lat2 - e.lat1))
    else:
        start, _, length = GEOD.inv(e.lon1, e.lat1, e.lon2, e.lat2)
        lon, lat, back = GEOD.fwd(e.lon1, e.lat1, start, length / 2)
        azimuth = np.asarray(back) + 180.0
    sides = [
        GEOD.fwd(lon, lat, np.asarray(azimuth) + way, np.full(len(lon), metres))[:2] for way in (-90, 90)
    ]
    left, right = (np.stack([np.asarray(x), np.asarray(y)], -1) for x, y in sides)
    return left, right


places = st.tuples(
    st.sampled_from([0.0, 33.4, 179.9999, -179.97, 180.0]), st.sampled_from([0.0, 33.5, -62.0, 71.0])
)


@given(
    st.data(), places, st.sampled_from([2_000.0, 40_000.0, 300_000.0]), st.sampled_from(BOTH), st.booleans()
)
def test_the_inside_is_on_the_left_whatever_the_order(
    data: st.DataObject, place: tuple[float, float], size: float, edges: Edges, hollow: bool
) -> None:
    rings = data.draw(stars(*place, size, edges == "lonlat", hollow))
    shape = made(*rings, edges=edges)
    drawn = Drawn(rings, edges == "lonlat", *place)
    left, right = beside(shape, size * 1e-3)
    assert (drawn.holds(left) > 0).all()
    assert (drawn.holds(right) < 0).all()

    flipped = [ring[::-1] if data.draw(st.booleans()) else ring for ring in rings]
    assert edge_set(made(*flipped, edges=edges)) == edge_set(shape)

    k = data.draw(st.integers(0, len(rings[0]) - 1))
    begun_elsewhere = [rings[0][k:] + rings[0][:k], *rings[1:]]
    assert edge_set(made(*begun_elsewhere, edges=edges)) == edge_set(shape)


@given(
    st.data(),
    st.sampled_from([0.0, 45.0, -75.0]),
    st.sampled_from([50_000.0, 900_000.0]),
    st.sampled_from(BOTH),
    st.integers(-1_800_000_000, 1_800_000_000),
)
def test_a_turn_of_the_earth_changes_nothing(
    data: st.DataObject, lat: float, size: float, edges: Edges, shift: int
) -> None:
    """Also of broken rings: two vertices in the wrong order are refused wherever they are."""
    (ring,) = data.draw(stars(20.0, lat, size, edges == "lonlat"))
    if data.draw(st.booleans()) and len(ring) > 3:
        ring[1], ring[2] = ring[2], ring[1]
    there = [(round(turned((round(lon * 1e7) + shift) / 1e7), 7), lat) for lon, lat in ring]

    def verdict(ring: Ring) -> tuple[str | None, set[tuple[int, ...]]]:
        try:
            shape = made(ring, edges=edges)
        except Invalid as error:
            return error.code, set()
        index = {(180.0 if lon == -180 else lon, lat): k for k, (lon, lat) in enumerate(ring)}
        return None, {(index[a, b], index[c, d]) for a, b, c, d in edge_set(shape)}

    assert verdict(there) == verdict(ring)


# ---- area


def cap(lat: float) -> float:
    """m² of the ellipsoid above a parallel: Snyder, Map projections (1987), 3-12."""
    e = math.sqrt(2 / 298.257223563 - 1 / 298.257223563**2)

    def q(phi: float) -> float:
        s = math.sin(math.radians(phi))
        return (1 - e * e) * (s / (1 - e * e * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))

    return math.pi * 6_378_137.0**2 * (q(90) - q(lat))


def test_the_area_of_the_earth() -> None:
    assert cap(-90) == pytest.approx(EARTH_AREA, rel=1e-6)


@pytest.mark.parametrize("lat", [20.0, 60.0, 89.0])
@pytest.mark.parametrize("way", [1, -1])
def test_a_ring_straight_in_longitude_around_the_pole_holds_the_cap(lat: float, way: int) -> None:
    ring = made([(-120.0, lat), (0.0, lat), (120.0, lat)][::way])
    assert smaller_side(ring.rings[0], True) == pytest.approx(way * cap(lat), rel=1e-3)
    assert holds(ring, (5, 89.99), (100, lat + 0.01), (100, lat - 0.01), (0, -89)) == "++--"


def test_an_octant_of_geodesics_is_an_eighth() -> None:
    octant = made([(0, 0), (90, 0), (0, 90)], edges="geodesic")
    assert smaller_side(octant.rings[0], False) == pytest.approx(EARTH_AREA / 8, rel=1e-6)
    assert holds(octant, (45, 30), (45, -1), (-1, 30), (91, 30)) == "+---"


def test_small_rings_need_no_area() -> None:
    assert smaller_side(made(box(0, 0, 9.9, 9.9)).rings[0], True) == 0.0
    assert smaller_side(made(box(0, 0, 10, 10)).rings[0], True) > 1e12


@pytest.mark.parametrize("edges", BOTH)
@pytest.mark.parametrize("lat", [3.0, -8.0])
def test_a_ring_that_holds_half_the_earth_is_refused(edges: Edges, lat: float) -> None:
    # two dozen vertices keep geodesics near the parallel
    ring = [(float(lon), lat) for lon in range(-180, 180, 15)]
    with pytest.raises(Invalid) as caught:
        polygon([ring], edges, "features[0].geometry.coordinates", closed=False, wrap=True)
    assert (caught.value.code, caught.value.path) == (
        "geometry.half_the_earth",
        "features[0].geometry.coordinates[0]",
    )


def test_forty_per_cent_is_the_limit() -> None:
    """sin 11.54° is 0.2: the parallel above which 40 % of a sphere lies."""
    for lat, fine in ((12.0, True), (11.0, False)):
        ring = [(-120.0, lat), (0.0, lat), (120.0, lat)]
        if fine:
            assert holds(made(ring), (0, 45)) == "+"
        else:
            with pytest.raises(Invalid) as caught:
                made(ring)
            assert caught.value.code == "geometry.half_the_earth"


# ---- wide rings


def test_a_box_across_180_is_small() -> None:
    shape = made(box(179.5, 10, -179.5, 11))
    assert holds(shape, (180, 10.5), (-179.6, 10.5), (179.4, 10.5), (0, 10.5)) == "++--"


def test_a_box_of_nearly_the_whole_turn_stays_wide() -> None:
    ring = [(-179.9, 10.0), (0.0, 10.0), (179.9, 10.0), (179.9, 20.0), (0.0, 20.0), (-179.9, 20.0)]
    shape = made(ring)
    assert holds(shape, (0, 15), (179.8, 15), (-179.8, 15), (180, 15), (0, 9)) == "+++--"


@pytest.mark.parametrize("way", [1, -1])
def test_a_band_around_the_world_has_no_seam(way: int) -> None:
    shape = made(box(-180, 10, 180, 20)[::way])
    assert edge_set(shape) == {(180.0, 10.0, 180.0, 10.0), (180.0, 20.0, 180.0, 20.0)}
    edges = boundary(shape)
    assert sorted(edges.lon2 - edges.lon1) == [-360.0, 360.0]
    assert float((edges.lon2 - edges.lon1)[edges.lat1 == 10.0][0]) == 360.0  # eastwards, the band to the left
    assert holds(shape, (180, 15), (-179.99, 15), (3, 15), (180, 9.99), (180, 20.01), (0, 90)) == "+++---"


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("side", [1, -1])
def test_a_cap_written_as_a_box_up_to_latitude_90_is_a_cap(way: int, side: int) -> None:
    shape = made([(lon, side * lat) for lon, lat in box(-180, 60, 180, 90)][::way])
    assert len(boundary(shape).lon1) == 1
    points = [(180.0, 75.0), (0.0, 90.0), (33.0, 60.01), (180.0, 60.01), (33.0, 59.99), (180.0, 59.99)]
    assert holds(shape, *[(lon, side * lat) for lon, lat in points]) == "++++--"


def test_a_sector_up_to_the_pole() -> None:
    shape = made(box(10, 80, 50, 90))
    assert len(boundary(shape).lon1) == 3
    assert holds(shape, (30, 89.9), (30, 80.1), (60, 89.9), (0, 85), (30, 79.9)) == "++---"


@pytest.mark.parametrize("edges", BOTH)
def test_a_ring_around_the_pole(edges: Edges) -> None:
    ring = [(float(lon), 70.0 + lon % 7) for lon in range(-180, 180, 30)]
    assert holds(made(ring, edges=edges), (0, 90), (12, 80), (100, 69), (0, -80)) == "++--"
    with_hole = made(ring, [(-120.0, 88.0), (0.0, 88.0), (120.0, 88.0)], edges=edges)
    assert holds(with_hole, (0, 90), (12, 80), (100, 69), (60, 89.5)) == "-+--"


def test_what_the_seam_does_not_share_stays() -> None:
    """A ribbon all the way round that ends broader than it began: 5° … 15° against 0° … 20°."""
    shape = made([(-180, 5), (180, 0), (180, 20), (-180, 15)])
    assert edge_set(shape) == {
        (180.0, 5.0, 180.0, 0.0),  # the lower edge, eastwards all the way round
        (180.0, 20.0, 180.0, 15.0),  # the upper, westwards
        (180.0, 0.0, 180.0, 5.0),
        (180.0, 15.0, 180.0, 20.0),
    }
    assert (
        holds(shape, (-179.9, 4), (179.9, 4), (-179.9, 10), (179.9, 16), (-179.9, 16), (180, 10)) == "-+++-+"
    )


def test_a_ribbon_that_narrows_westwards_keeps_its_seam_the_other_way_up() -> None:
    shape = made([(-180, 0), (180, 5), (180, 15), (-180, 20)])
    assert {(180.0, 5.0, 180.0, 0.0), (180.0, 20.0, 180.0, 15.0)} <= edge_set(shape)
    assert holds(shape, (-179.9, 4), (179.9, 4), (180, 10)) == "+-+"


def test_one_edge_on_180_is_an_ordinary_edge() -> None:
    shape = made(box(170, 0, 180, 5))
    assert len(boundary(shape).lon1) == 4
    assert holds(shape, (179.9, 1), (-179.9, 1)) == "+-"


def test_a_vertex_written_as_180_and_again_as_minus_180_is_one_vertex_of_geodesics() -> None:
    once = [(179.0, 10.0), (180.0, 9.5), (-179.0, 10.0), (-179.0, 11.0), (179.0, 11.0)]
    twice = [*once[:2], (-180.0, 9.5), *once[2:]]
    assert edge_set(made(twice, edges="geodesic")) == edge_set(made(once, edges="geodesic"))
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-1.5, 1.5, 500) + 180, rng.uniform(9.3, 11.3, 500)
    answers = [
        contains(compile_shapes([made(ring, edges="geodesic")]), 0, to_ecef(lon, lat))
        for ring in (once, twice)
    ]
    assert answers[0].tolist() == answers[1].tolist()
    assert 100 < answers[0].sum() < 400


# ---- what is refused


def refusal(*rings: Ring, edges: Edges = "lonlat") -> Invalid:
    with pytest.raises(Invalid) as caught:
        polygon(rings, edges, "g", closed=False, wrap=True)
    return caught.value


@pytest.mark.parametrize("edges", BOTH)
def test_a_bow_tie_crosses_itself(edges: Edges) -> None:
    error = refusal([(0, 0), (2, 2), (2, 0), (0, 2)], edges=edges)
    assert (error.code, error.path) == ("geometry.self_intersection", "g")
    # in longitude and latitude the place is known, in degrees
    assert error.found == ("Self-intersection near 1, 1" if edges == "lonlat" else "Self-intersection")


@pytest.mark.parametrize("edges", BOTH)
@pytest.mark.parametrize(
    "ring",
    [
        [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 0.0), (0.0, 4.0)],  # a vertex on an edge
        [(0.0, 0.0), (2.0, 0.0), (1.0, 0.0)],  # there and back
        [(0.0, 0.0), (2.0, 2.0), (4.0, 0.0), (4.0, 4.0), (2.0, 2.0), (0.0, 4.0)],  # a vertex twice
    ],
)
def test_a_ring_that_touches_itself_is_refused(ring: Ring, edges: Edges) -> None:
    assert refusal(ring, edges=edges).code == "geometry.self_intersection"


@pytest.mark.parametrize("edges", BOTH)
@pytest.mark.parametrize(
    ("hole", "code"),
    [
        (box(5, 5, 6, 6), "geometry.bad_rings"),  # outside
        (box(-1, -1, 4, 4), "geometry.bad_rings"),  # around
        (box(1, 1, 4, 2), "geometry.self_intersection"),  # across
    ],
)
def test_holes_lie_inside(hole: Ring, code: str, edges: Edges) -> None:
    assert refusal(box(0, 0, 3, 3), hole, edges=edges).code == code


def test_the_rest_of_the_earth_has_no_hole() -> None:
    """A ring around more than half of the map holds what it leaves out: nobody could say where a hole is."""
    caps: Ring = [(-170, -85), (0, -85), (170, -85), (170, 85), (0, 85), (-170, 85)]
    assert holds(made(caps), (0, 0), (0, 86), (175, 0)) == "-++"
    assert plane(made(caps)).rest and not plane(made(box(0, 0, 120, 80))).rest
    for hole in (box(0, 0, 1, 1), box(-5, 86, 5, 88)):
        error = refusal(caps, hole)
        assert error.code == "geometry.bad_rings"


def test_two_holes_do_not_overlap() -> None:
    assert refusal(box(0, 0, 9, 9), box(1, 1, 5, 5), box(2, 2, 3, 3)).code == "geometry.bad_rings"
    assert refusal(box(0, 0, 9, 9), box(1, 1, 5, 5), box(4, 4, 6, 6)).code == "geometry.self_intersection"


def test_a_geodesic_that_bends_across_another_is_seen() -> None:
    """Between 60° N at 0° and 40° E the geodesic rises above 61.5°; the straight line does not."""
    ring: Ring = [(0, 60), (40, 60), (40, 70), (20, 61), (0, 70)]
    assert holds(made(ring), (20, 60.5)) == "+"
    assert refusal(ring, edges="geodesic").code == "geometry.self_intersection"


def test_a_ring_that_crosses_itself_near_the_pole_is_seen() -> None:
    error = refusal([(0, 80), (100, 80), (50, 85), (50, 75), (-160, 80)])
    assert (error.code, error.found) == ("geometry.self_intersection", "Self-intersection")


def test_the_whole_map_is_no_ring() -> None:
    """Its edges are the poles and one meridian, up and down: nothing is left of them."""
    for ring in (
        box(-180, -90, 180, 90),
        [*box(-180, -90, 180, 90)[:2], (180.0, 0.0), (180.0, 90.0), (-180.0, 90.0)],
    ):
        error = refusal(ring)
        assert (error.code, error.path) == ("geometry.no_area", "g")


def test_a_ribbon_that_laps_itself_after_a_full_turn_is_refused() -> None:
    """420° along one parallel: drawn out flat it never meets itself."""
    lons = [0, 120, -120, 0, 60]
    lapping = [(float(lon), 0.0) for lon in lons] + [(float(lon), 5.0) for lon in lons[::-1]]
    assert refusal(lapping).code == "geometry.self_intersection"


def test_a_spiral_that_does_not_meet_itself_is_a_ring() -> None:
    lons = [0, 120, -120, 0, 60]
    spiral = [(float(lon), 5.0 * k) for k, lon in enumerate(lons)]
    spiral += [(lon, lat + 4.0) for lon, lat in spiral[::-1]]
    shape = made(spiral)
    assert holds(shape, (60, 4.5), (60, 14.5), (59, 23), (30, 18), (-60, 14)) == "+-+++"


@pytest.mark.parametrize("start", [-179, -100, -3, 0, 67, 120, 178])
@pytest.mark.parametrize("across", [True, False])
def test_a_hole_is_found_wherever_the_ring_begins(start: int, across: bool) -> None:
    """A band over 300° with most of its vertices at one end; the hole at the other, written a turn away."""
    lons = [0.0, 100.0, 200.0, 290.0, 292.0, 294.0, 296.0, 298.0, 300.0]
    outer = [(turned(lon + start), 0.0) for lon in lons] + [(turned(lon + start), 9.0) for lon in lons[::-1]]
    hole = [(turned(lon + start), lat) for lon, lat in box(5, 2, 10, 7)]
    shape = made(outer, hole if across else hole[2:] + hole[:2])
    assert holds(shape, (turned(start + 7), 4), (turned(start + 12), 4), (turned(start - 5), 4)) == "-+-"


# ---- the plane


def test_rings_straight_in_longitude_are_exact_in_the_plane() -> None:
    flat = plane(made(box(179, 0, -179, 1), box(-179.8, 0.2, -179.2, 0.8)))
    assert flat.exact
    assert flat.rings[0][:, 0].tolist() == [1_790_000_000, 1_810_000_000, 1_810_000_000, 1_790_000_000]
    assert flat.rings[1][:, 0].min() == 1_802_000_000
    assert not plane(made(box(0, 0, 1, 1), edges="geodesic")).exact
    assert not plane(made([(-120, 60), (0, 60), (120, 60)])).exact


def test_degrees_of_points() -> None:
    lon, lat = degrees(((-1_800_000_000, 5), (1, 900_000_000)))
    assert lon.tolist() == [-180.0, 1e-7]
    assert lat.tolist() == [5e-7, 90.0]
