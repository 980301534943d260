"""Which 15′ cells a grown shape touches: none may be left out, or the geoid would be looked up elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.space.geodesy import GEOD, Array, along
from tests.space.planar import Drawn, Ring, stars, turned
from wideberth.space.ground import Edges, Ground, Polygon
from wideberth.space.reach import EVERYWHERE, boxes
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon

METRE = 10_000
ROWS, COLUMNS = 720, 1440
Mask = NDArray[np.bool_]


def touched(found: Array) -> Mask:
    """Cells (row from the south pole, column from −180°) that the boxes touch."""
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    for west, south, east, north in found:
        rows = np.arange(np.floor((south + 90) * 4), np.floor((north + 90) * 4) + 1).clip(0, ROWS - 1)
        columns = np.arange(np.floor((west + 180) * 4), np.floor((east + 180) * 4) + 1) % COLUMNS
        mask[np.ix_(rows.astype(int), columns.astype(int))] = True
    return mask


def cells(points: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = np.floor((points[:, 1] + 90) * 4).clip(0, ROWS - 1).astype(np.int64)
    return rows, np.floor((points[:, 0] + 180) * 4).astype(np.int64) % COLUMNS


def around(line: Array, radius: float) -> Array:
    """Points up to `radius` metres from each point of a line."""
    bearings, shares = np.meshgrid(np.arange(0.0, 360.0, 10.0), [0.3, 0.7, 0.9999])
    n = bearings.size
    lon, lat, _ = GEOD.fwd(
        np.repeat(line[:, 0], n),
        np.repeat(line[:, 1], n),
        np.tile(bearings.ravel(), len(line)),
        np.tile(shares.ravel(), len(line)) * radius,
    )
    return np.stack([np.asarray(lon), np.asarray(lat)], -1)


def found(ground: Ground, growth: float) -> Array:
    return boxes(compile_shapes([ground]), 0, growth)


def made(*rings: Ring, edges: Edges = "lonlat") -> Polygon:
    return polygon(rings, edges, closed=False, wrap=True)


longitudes = st.sampled_from([0.0, 33.4, 179.999, -179.9, 180.0, -180.0])
latitudes = st.sampled_from([0.0, 33.5, -60.2, 80.0, 89.0, 89.9, -89.99, 90.0])
growths = st.sampled_from([0.0, 5_556.0, 100_000.0, 2_000_000.0])


@given(longitudes, latitudes, st.sampled_from([0.0, 300.0, 60_000.0, 4_900_000.0]), growths)
def test_every_point_near_a_circle_is_in_a_touched_cell(
    lon: float, lat: float, radius: float, growth: float
) -> None:
    mask = touched(found(circle(lon, lat, round(radius * METRE)), growth))
    assert mask[cells(around(np.array([[lon, lat]]), radius + growth))].all()


@given(
    longitudes,
    latitudes,
    st.floats(0, 360),
    st.floats(1_000, 400_000),
    growths,
    st.sampled_from(["lonlat", "geodesic"]),
)
def test_every_point_near_a_corridor_is_in_a_touched_cell(
    lon: float, lat: float, bearing: float, length: float, growth: float, edges: Edges
) -> None:
    lon2, lat2, _ = (float(v) for v in GEOD.fwd(lon, lat, bearing, length))
    there = round(turned(lon2), 7), round(lat2, 7)
    if edges == "lonlat" and abs(there[0] - lon) % 360 > 90 and abs(there[0] - lon) < 270:
        return  # straight over so much longitude it is another line
    mask = touched(found(corridor([(lon, lat), there], 500 * METRE, edges, wrap=True), growth))
    line = along(lon, lat, *there, edges == "lonlat", 20)
    assert mask[cells(line)].all()
    assert mask[cells(around(line, 500 + growth))].all()


@given(
    st.data(),
    longitudes,
    st.sampled_from([0.0, 33.5, -60.2, 80.0]),
    st.sampled_from([3_000.0, 50_000.0, 300_000.0]),
    st.sampled_from([0.0, 5_556.0, 200_000.0]),
    st.sampled_from(["lonlat", "geodesic"]),
)
def test_every_point_of_a_polygon_is_in_a_touched_cell(
    data: st.DataObject, lon: float, lat: float, size: float, growth: float, edges: Edges
) -> None:
    (ring,) = data.draw(stars(lon, lat, size, edges == "lonlat"))
    mask = touched(found(made(ring, edges=edges), growth))
    rim = np.concatenate(
        [along(*p, *q, edges == "lonlat", 10) for p, q in zip(ring, ring[1:] + ring[:1], strict=True)]
    )
    assert mask[cells(rim)].all()
    assert mask[cells(around(rim, growth))].all()
    inner = around(np.array([[lon, lat]]), size)
    inner = inner[Drawn([ring], edges == "lonlat", lon, lat).holds(inner) > 1.0]
    assert mask[cells(inner)].all()


CENTRES = np.stack(np.meshgrid(np.arange(COLUMNS) / 4 - 179.875, np.arange(ROWS) / 4 - 89.875), -1)


@pytest.mark.parametrize(
    ("ring", "low", "high"),
    [
        ([(-180.0, 60.0), (180.0, 60.0), (180.0, 90.0), (-180.0, 90.0)], 60, 90),
        ([(-120.0, 60.0), (0.0, 60.0), (120.0, 60.0)], 60, 90),
        ([(-120.0, -75.0), (0.0, -75.0), (120.0, -75.0)], -90, -75),
        ([(-180.0, -10.0), (180.0, -10.0), (180.0, 15.0), (-180.0, 15.0)], -10, 15),
    ],
)
def test_wide_shapes_touch_every_cell_between_their_parallels(ring: Ring, low: float, high: float) -> None:
    mask = touched(found(made(ring), 0.0))
    inside = (CENTRES[..., 1] > low) & (CENTRES[..., 1] < high)
    assert mask[inside].all()
    # and not the far side of the Earth
    assert not mask[(CENTRES[..., 1] < low - 1) | (CENTRES[..., 1] > high + 1)].any()


def test_a_wide_box_touches_what_lies_in_it() -> None:
    ring = [(170.0, 0.0), (-175.0, 0.0), (-175.0, 5.0), (170.0, 5.0)]
    mask = touched(found(made(ring), 0.0))
    lon = CENTRES[..., 0] % 360
    inside = (lon > 170) & (lon < 185) & (CENTRES[..., 1] > 0) & (CENTRES[..., 1] < 5)
    assert mask[inside].all()
    assert mask.sum() < inside.sum() + 200


def test_two_caps_written_as_the_map_without_them() -> None:
    """Inside is the smaller area: what lies beyond the 70th parallels."""
    mask = touched(found(made([(-180.0, -70.0), (180.0, -70.0), (180.0, 70.0), (-180.0, 70.0)]), 0.0))
    assert mask[np.abs(CENTRES[..., 1]) > 70].all()
    assert not mask[np.abs(CENTRES[..., 1]) < 69].any()


def test_what_lies_in_a_hole_is_not_touched() -> None:
    outer = [(10.0, 20.0), (20.0, 20.0), (20.0, 30.0), (10.0, 30.0)]
    hole = [(12.0, 22.0), (18.0, 22.0), (18.0, 28.0), (12.0, 28.0)]
    mask = touched(found(made(outer, hole), 0.0))
    lon, lat = CENTRES[..., 0], CENTRES[..., 1]
    far = np.maximum(np.abs(lon - 15), np.abs(lat - 25))
    assert mask[(far > 3) & (far < 5)].all()
    assert not mask[far < 2.5].any()
    assert not mask[far > 5.5].any()


def test_a_small_shape_touches_few_cells() -> None:
    mask = touched(found(made([(33.05, 35.05), (33.1, 35.05), (33.1, 35.1)]), 100.0))
    assert mask.sum() == 1
    assert mask[cells(np.array([[33.06, 35.06]]))].all()
    assert found(circle(33.1, 35.1, 0), 100.0).shape == (1, 4)


def test_at_the_pole_every_longitude() -> None:
    ((west, south, east, north),) = found(circle(20, 89.95, 10_000 * METRE), 0.0)
    assert (west, east, north) == (-180.0, 180.0, 90.0)
    assert south == pytest.approx(89.86, abs=0.01)


@pytest.mark.parametrize(
    ("ground", "growth"),
    [
        (circle(20, 10, 5_000_000 * METRE), 5_000_001.0),
        (made([(0, 0), (1, 0), (1, 1)]), 10_000_001.0),
    ],
)
def test_growth_beyond_a_quarter_of_the_earth_is_everywhere(ground: Ground, growth: float) -> None:
    assert found(ground, growth).tolist() == EVERYWHERE.tolist()
    assert touched(found(ground, growth)).all()
