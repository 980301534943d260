"""Wholly inside: True is a promise, near the edge the answer is no."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.space.geodesy import GEOD, Array, along
from tests.space.planar import Drawn, Ring, stars, turned
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Polygon
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.within import within

METRE = 10_000
BEARINGS = np.arange(0.0, 360.0, 15.0)


def box(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north)]


def made(*rings: Ring, edges: Edges = "lonlat") -> Polygon:
    return polygon(rings, edges, closed=False, wrap=True)


AREA = made(box(33, 35, 34, 36))
HOLLOW = made(box(33, 35, 34, 36), box(33.4, 35.4, 33.6, 35.6))
DISC = circle(33.5, 35.5, 50_000 * METRE)


@pytest.mark.parametrize(
    ("ground", "area", "expected"),
    [
        (circle(33.5, 35.5, 10_000 * METRE), AREA, True),
        (circle(33.5, 35.5, 60_000 * METRE), AREA, False),  # beyond every edge
        (circle(33.99, 35.5, 2_000 * METRE), AREA, False),  # over one edge
        (circle(34.5, 35.5, 1_000 * METRE), AREA, False),  # outside
        (circle(33.0, 35.5, 0), AREA, False),  # on the edge
        (made(box(33.1, 35.1, 33.9, 35.9)), AREA, True),
        (AREA, AREA, False),
        (made(box(32, 34, 35, 37)), AREA, False),  # around
        (made(box(33.1, 35.1, 33.9, 36.1)), AREA, False),
        (corridor([(33.1, 35.1), (33.9, 35.9)], 1_000 * METRE, "geodesic"), AREA, True),
        (corridor([(33.1, 35.1), (33.9, 35.9)], 15_000 * METRE, "geodesic"), AREA, False),
        (circle(33.1, 35.1, 1_000 * METRE), HOLLOW, True),
        (circle(33.5, 35.5, 1_000 * METRE), HOLLOW, False),  # in the hole
        (circle(33.5, 35.5, 30_000 * METRE), HOLLOW, False),  # around the hole
        (made(box(33.1, 35.1, 33.9, 35.9)), HOLLOW, False),  # around the hole
        (made(box(33.1, 35.1, 33.9, 35.9), box(33.3, 35.3, 33.7, 35.7)), HOLLOW, True),  # a frame in a frame
        (
            corridor([(33.2, 35.2), (33.8, 35.2), (33.8, 35.8), (33.2, 35.8), (33.2, 35.2)], 9, "lonlat"),
            HOLLOW,
            True,
        ),
        (circle(33.5, 35.5, 49_990 * METRE), DISC, True),
        (DISC, DISC, False),
        (circle(33.6, 35.5, 45_000 * METRE), DISC, False),
        (circle(35.5, 35.5, 1_000 * METRE), DISC, False),
        (made(box(33.2, 35.2, 33.8, 35.8)), DISC, True),
        (made(box(32, 34, 35, 37)), DISC, False),
        (made(box(33.4, 35.4, 34.5, 35.6)), DISC, False),  # half of it
        (corridor([(33.5, 35.5), (34.5, 35.5)], 1_000 * METRE, "lonlat"), DISC, False),
        (corridor([(33.2, 35.2), (33.8, 35.8)], 1_000 * METRE, "lonlat"), DISC, True),
    ],
)
def test_known_cases(ground: Ground, area: Polygon | Circle, expected: bool) -> None:
    assert within(ground, area) is expected


def test_across_180_and_around_a_pole() -> None:
    over = made(box(179, 10, -179, 11))
    assert within(circle(180, 10.5, 5_000 * METRE), over)
    assert within(made(box(-179.9, 10.4, -179.8, 10.5)), over)
    assert not within(circle(0, 10.5, 5_000 * METRE), over)
    cap = made(box(-180, 80, 180, 90))
    assert within(circle(20, 90, 500_000 * METRE), cap)
    assert not within(circle(20, 90, 1_200_000 * METRE), cap)
    assert within(made([(-120, 85), (0, 85), (120, 85)]), cap)
    assert within(made([(-120, 85), (0, 85), (120, 85)]), circle(0, 90, 1_000_000 * METRE))


def points_of(ground: Ground, rings: list[Ring], place: tuple[float, float]) -> Array:
    """Points of a ground, most of them on its rim."""
    if isinstance(ground, Polygon):
        edges = [
            along(*p, *q, ground.edges == "lonlat", 20)
            for ring in rings
            for p, q in zip(ring, ring[1:] + ring[:1], strict=True)
        ]
        return np.concatenate(edges)
    if isinstance(ground, Circle):
        line, radius = np.array([place]), ground.radius
    else:
        (one, two), radius = ((p[0] * 1e-7, p[1] * 1e-7) for p in ground.points), ground.half_width
        line = along(*one, *two, ground.edges == "lonlat", 20)
    base = np.repeat(line, len(BEARINGS), axis=0)
    lon, lat, _ = GEOD.fwd(
        base[:, 0], base[:, 1], np.tile(BEARINGS, len(line)), np.full(len(base), radius / METRE * 0.999)
    )
    return np.stack([np.asarray(lon), np.asarray(lat)], -1)


@given(
    st.data(),
    st.sampled_from([(33.0, 35.0), (179.98, -60.0), (-180.0, 0.0)]),
    st.sampled_from(["circle", "corridor", "polygon"]),
    st.sampled_from(["geodesic", "lonlat"]),
    st.floats(0, 1.2),
    st.floats(0.02, 0.6),
    st.floats(0, 360),
    st.booleans(),
)
def test_never_true_when_some_point_is_outside(
    data: st.DataObject,
    place: tuple[float, float],
    kind: str,
    edges: Edges,
    away: float,
    size: float,
    bearing: float,
    round_area: bool,
) -> None:
    reach = 30_000.0
    rings = data.draw(stars(*place, reach, edges == "lonlat", hollow=data.draw(st.booleans())))
    area = circle(*place, round(reach * METRE)) if round_area else made(*rings, edges=edges)

    lon, lat, _ = (float(v) for v in GEOD.fwd(*place, bearing, away * reach))
    here = round(turned(lon), 7), round(lat, 7)
    there = here
    own: list[Ring] = []
    ground: Circle | Corridor | Polygon
    if kind == "polygon":
        own = data.draw(stars(*here, size * reach, edges == "lonlat", hollow=data.draw(st.booleans())))
        ground = made(*own, edges=edges)
    elif kind == "circle":
        ground = circle(*here, round(size * reach * METRE))
    else:
        lon, lat, _ = (float(v) for v in GEOD.fwd(*here, bearing + 70, size * reach))
        there = round(turned(lon), 7), round(lat, 7)
        ground = corridor([here, there], round(size * reach / 4 * METRE), edges, wrap=True)

    points = points_of(ground, own, here)
    if isinstance(area, Circle):
        lon0, lat0 = (np.full(len(points), c) for c in place)
        margin = reach - np.asarray(GEOD.inv(lon0, lat0, points[:, 0], points[:, 1])[2])
    else:
        margin = Drawn(rings, edges == "lonlat", *place).holds(points)
        if len(rings) > 1 and isinstance(ground, Polygon):
            # a hole of the area in the midst of the ground
            hole = Drawn(own, edges == "lonlat", *here).holds(np.array(rings[1]))
            margin = np.append(margin, -hole)
        elif len(rings) > 1:
            # the rim of a round ground may go around the hole: its middle may not
            middle = along(*here, *there, edges == "lonlat", 50)
            margin = np.append(margin, Drawn(rings, edges == "lonlat", *place).holds(middle))
    answer = within(ground, area)
    if margin.min() < -2.0:
        assert not answer
    # and the answer is not always no
    if margin.min() > 0.3 * reach and len(rings) == 1:
        assert answer
