"""Grounds said in another way hold the original."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conflict.sample import grounds
from tests.space.geodesy import GEOD, along
from wideberth.errors import Invalid
from wideberth.space.flatten import circumscribed, outline, to_geodesic, to_lonlat
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE


def edge_points(ground: Ground) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points on the boundary of a circle or polygon, or on a corridor's line, by independent geodesy."""
    if isinstance(ground, Circle):
        lon, lat = (c / DEGREE for c in ground.centre)
        bearing = np.linspace(0, 360, 37)
        x, y, _ = GEOD.fwd(np.full(37, lon), np.full(37, lat), bearing, np.full(37, ground.radius / METRE))
        return np.stack([x, y], -1)
    rings = ground.rings if isinstance(ground, Polygon) else (ground.points,)
    closed = isinstance(ground, Polygon)
    lines = [(*ring, ring[0]) if closed else ring for ring in rings]
    return np.concatenate(
        [
            along(p[0] / DEGREE, p[1] / DEGREE, q[0] / DEGREE, q[1] / DEGREE, ground.edges == "lonlat", 40)
            for line in lines
            for p, q in itertools.pairwise(line)
        ]
    )


def reaches(ground: Ground, points: np.ndarray[tuple[int, int], np.dtype[np.float64]], within: float) -> bool:
    """Every point is inside the ground, or no further from it than `within` metres."""
    grid = [circle(round((float(x) + 180) % 360 - 180, 7), round(float(y), 7), 0) for x, y in points]
    shapes = compile_shapes([ground, *grid])
    shapes.radius[1:] = 0.0  # the points themselves, not widened
    n = len(grid)
    lower = gaps(shapes, np.zeros(n, dtype=np.int64), np.arange(1, n + 1), np.full(n, 1e7)).lower
    return bool((lower <= within + 0.02).all())


@given(grounds(spread=1.0), st.sampled_from([-70.0, 0.0, 33.0, 80.0]))
@settings(max_examples=60)
def test_other_edges_hold_the_original(ground: Ground, lat: float) -> None:
    for other in (to_lonlat(ground), to_geodesic(ground)):
        if isinstance(ground, Circle):
            assert other == ground
            continue
        assert not isinstance(other, Circle)
        bare = 0.0 if isinstance(ground, Polygon) else -ground.half_width / METRE
        assert reaches(other, edge_points(ground), bare)
        assert other.slack - ground.slack <= 0.5 * METRE + 80


def test_large_shapes_near_the_pole_and_over_the_antimeridian() -> None:
    far = polygon([[(170, 78), (-175, 78), (-175, 82), (170, 82), (170, 78)]], "geodesic")
    other = to_lonlat(far)
    assert isinstance(other, Polygon) and reaches(other, edge_points(far), 0.0)
    ring = [(x / DEGREE, y / DEGREE) for x, y in other.rings[0]]
    assert polygon([[*ring, ring[0]]], "lonlat").rings == other.rings, "a reader believes the crossing"
    back = to_geodesic(other)
    assert isinstance(back, Polygon) and back.edges == "geodesic"
    cap = polygon([[(-180, 85), (180, 85), (180, 90), (-180, 90), (-180, 85)]], "lonlat")
    assert to_geodesic(polygon([[(10, 60), (12, 60), (12, 62), (10, 62), (10, 60)]], "lonlat")).slack > 0
    assert len(to_geodesic(cap).rings[0]) > 100  # type: ignore[union-attr]  # a polygon stays one


def test_an_edge_over_the_pole_cannot_be_straight_in_longitude() -> None:
    over = corridor([(0, 89), (180, 89)], METRE, "geodesic")
    with pytest.raises(Invalid) as caught:
        to_lonlat(over)
    assert caught.value.code == "geometry.pole_edge"


def test_too_many_vertices_after_conversion() -> None:
    zigzag = [(-60 + 120 * (k % 2), 60 + k) for k in range(9)]
    with pytest.raises(Invalid) as caught:
        to_geodesic(corridor(zigzag, METRE, "lonlat"))
    assert caught.value.code == "geometry.too_many_points"


@given(grounds(spread=0.5))
@settings(max_examples=40)
def test_a_circumscribed_polygon_holds_the_ground(ground: Ground) -> None:
    drawn = circumscribed(ground)
    assert drawn.edges == "geodesic" and drawn.slack == 0
    radius = ground.half_width / METRE if isinstance(ground, Corridor) else 0.0
    assert reaches(drawn, edge_points(ground), 0.0)
    if radius:
        shapes = compile_shapes([Polygon(drawn.rings, "geodesic"), corridor_line(ground)])
        assert gaps(shapes, np.array([0]), np.array([1]), np.array([1e6])).lower[0] == -np.inf


def corridor_line(ground: Ground) -> Ground:
    assert isinstance(ground, Corridor)
    return Corridor(ground.points, 0, ground.edges)


def test_circumscribed_shapes() -> None:
    large = circumscribed(circle(33, 35, 500_000 * METRE))
    away = [GEOD.inv(33, 35, x / DEGREE, y / DEGREE)[2] for x, y in large.rings[0]]
    assert 500_000 <= min(away) <= max(away) < 520_000
    ring = [(24, 48), (25, 48), (25, 49), (24, 49), (24, 48)]
    hole = [(24.2, 48.2), (24.2, 48.8), (24.8, 48.8), (24.8, 48.2), (24.2, 48.2)]
    assert len(circumscribed(polygon([ring, hole], "lonlat")).rings) == 2
    exact = polygon([ring], "geodesic")
    assert circumscribed(exact) is exact
    with pytest.raises(Invalid) as caught:
        circumscribed(circle(33, 35, 3_000_000 * METRE))
    assert caught.value.code == "geometry.not_a_polygon"


def test_outlines_for_drawing() -> None:
    for ground in (
        circle(33, 35, 1_000 * METRE),
        corridor([(33, 35), (34, 35)], 1_000 * METRE, "lonlat"),
        polygon([[(24, 48), (25, 48), (25, 49), (24, 49), (24, 48)]], "geodesic"),
    ):
        lines = outline(ground)
        assert all((line[0] == line[-1]).all() for line in lines)
        assert shapely.Polygon(lines[0]).is_valid
        assert shapely.Polygon(lines[0]).area > 0
