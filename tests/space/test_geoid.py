"""The geoid grid: the very bytes that were measured, known answers, outward ranges."""

from __future__ import annotations

import ast
import hashlib
import zlib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import geoidgrid
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import COLUMNS, ERROR, ROWS, Geoid
from wideberth.space.height import ellipsoid_range
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE

SOURCE = Path(__file__).parents[2] / "src" / "wideberth"
PACKED = (files("wideberth.data") / "egm96-15.bin.z").read_bytes()

NIMA = [
    (38.6281550, 269.7791550, -31.628),
    (-14.6212170, 305.0211140, -2.969),
    (46.8743190, 102.4487290, -43.575),
    (-23.6174460, 133.8747120, 15.871),
    (38.6254730, 359.9995000, 50.066),
    (-0.4667440, 0.0023000, 17.329),
]
"""Latitude, longitude, N in metres: the test values published with the EGM96 harmonic synthesis program."""

PUBLISHED = [*NIMA, (33.51, 36.29, 26.4), (90.0, 0.0, 13.61), (-90.0, 0.0, -29.53)]
"""GEOMETRY's own: 26.4 m at Damascus; and the poles of the EGM96 model."""


def point(lon: float, lat: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """A box of no size."""
    return np.array([[lon, lat, lon, lat]])


@pytest.mark.parametrize(("lat", "lon", "n"), PUBLISHED)
def test_published_undulations(geoid: Geoid, lat: float, lon: float, n: float) -> None:
    low, high = geoid.bounds(point(lon, lat))
    assert low <= n * METRE <= high
    assert geoid.at(lon, lat) == pytest.approx(n, abs=0.3)


def test_range_of_one_cell_is_its_nodes_and_the_error(geoid: Geoid) -> None:
    # Damascus lies between 33.50 and 33.75 N (rows 226 and 225), 36.25 and 36.50 E (columns 145 and 146)
    nodes = geoid.nodes[225:227, 145:147]
    low, high = geoid.bounds(point(36.29, 33.51))
    assert (low, high) == (int(nodes.min()) * 100 - ERROR, int(nodes.max()) * 100 + ERROR)
    assert high - low < 5 * METRE


def test_a_node_belongs_to_the_cells_around_it(geoid: Geoid) -> None:
    on_node = geoid.bounds(point(36.25, 33.5))
    inside = geoid.bounds(point(36.3, 33.4))
    assert on_node[0] <= inside[0] + 2 * METRE and on_node[1] >= inside[1] - 2 * METRE
    n = int(geoid.nodes[226, 145]) * 100
    assert on_node[0] + ERROR <= n <= on_node[1] - ERROR


def test_longitude_has_no_seam(geoid: Geoid) -> None:
    assert geoid.bounds(point(-179.9, 10.1)) == geoid.bounds(point(180.1, 10.1))
    across = geoid.bounds(np.array([[179.9, 10.1, 180.1, 10.2]]))
    east, west = geoid.bounds(point(179.9, 10.15)), geoid.bounds(point(-179.9, 10.15))
    assert across == (min(east[0], west[0]), max(east[1], west[1]))
    greenwich = geoid.bounds(np.array([[-0.1, 51.6, 0.1, 51.7]]))
    assert greenwich[0] <= geoid.bounds(point(359.95, 51.65))[0]
    assert greenwich[1] >= geoid.bounds(point(0.05, 51.65))[1]
    assert geoid.at(-0.1, 51.6) == geoid.at(359.9, 51.6)


def test_the_whole_earth_is_the_whole_grid(geoid: Geoid) -> None:
    everything = geoid.bounds(np.array([[-180.0, -90.0, 180.0, 90.0]]))
    assert everything == (int(geoid.nodes.min()) * 100 - ERROR, int(geoid.nodes.max()) * 100 + ERROR)
    # EGM96 reaches from about -107 m (south of India) to about 85 m (New Guinea)
    assert -107.1 < geoid.nodes.min() / 100 < -106.5
    assert 84.5 < geoid.nodes.max() / 100 < 86.0


@settings(max_examples=200)
@given(lon=st.floats(-540, 540), lat=st.floats(-90, 90), width=st.floats(0, 5), height=st.floats(0, 5))
def test_a_larger_box_never_has_a_narrower_range(
    geoid: Geoid, lon: float, lat: float, width: float, height: float
) -> None:
    small = geoid.bounds(point(lon, lat))
    large = geoid.bounds(
        np.array([[lon - width, max(-90, lat - height), lon + width, min(90, lat + height)]])
    )
    assert large[0] <= small[0] and large[1] >= small[1]
    assert (
        small[0] + ERROR <= geoid.at(lon, lat) * METRE + 1
        and geoid.at(lon, lat) * METRE - 1 <= small[1] - ERROR
    )


def test_msl_becomes_ellipsoid_height_by_the_grid(reference: VerticalReference) -> None:
    """A library that lacks its grid returns the input unchanged; then 0 m MSL at Damascus would be 0 m."""
    undulation = reference.geoid.bounds(point(36.29, 33.51))
    low, high = ellipsoid_range(Altitude("MSL", 0), reference, undulation, in_qnh_area=False)
    assert low < 26.4 * METRE < high
    assert low > 15 * METRE and high < 38 * METRE


def test_no_transformation_of_a_library_is_used() -> None:
    """pyproj's own vertical transformations silently do nothing without their grids: none is used.

    What is used besides geodesics needs no grid: the UTM projection, and pipelines that are written out.
    """
    allowed = {"cell.py": {"Proj"}, "datum.py": {"Transformer"}}
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pyproj":
                assert {name.name for name in node.names} <= {"Geod"} | allowed.get(file.name, set()), file
            if isinstance(node, ast.Import):
                assert "pyproj" not in {name.name.split(".")[0] for name in node.names}, file


def test_the_shipped_bytes_are_those_that_were_measured() -> None:
    raw = zlib.decompress(PACKED)
    assert len(raw) == 721 * 1440 * 2
    assert hashlib.sha256(raw).hexdigest() == geoidgrid.SHA256
    adr = (SOURCE.parents[1] / "docs" / "adr" / "0004-geoid.md").read_text(encoding="utf-8")
    assert geoidgrid.SHA256 in adr


def test_reading_keeps_every_node(geoid: Geoid) -> None:
    assert geoid.nodes.astype("<i2").tobytes() == zlib.decompress(PACKED)
    assert geoid.nodes.dtype == np.int16 and geoid.nodes.shape == (ROWS, COLUMNS)
    assert np.unique(geoid.nodes[0]).size == 1 and np.unique(geoid.nodes[-1]).size == 1


def changed_grid() -> bytes:
    raw = bytearray(zlib.decompress(PACKED))
    raw[1_000_000] ^= 1
    return zlib.compress(bytes(raw))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "another length"),
        (b"not a grid", "do not unpack"),
        (PACKED[:-100], "another length"),
        (PACKED + b"x", "another length"),
        (zlib.compress(b"\0" * (geoidgrid.SIZE - 2)), "another length"),
        (zlib.compress(b"\0" * 50_000_000), "another length"),
        (changed_grid(), "SHA-256"),
    ],
    ids=["empty", "not packed", "cut short", "something after it", "too short", "a bomb", "one bit"],
)
def test_any_other_bytes_are_refused(data: bytes, found: str) -> None:
    with pytest.raises(Invalid) as caught:
        geoidgrid.read(data)
    assert caught.value.code == "geoid.hash"
    assert found in caught.value.found
    assert "install it again" in caught.value.wanted


@pytest.mark.parametrize(
    "nodes",
    [np.zeros((ROWS, COLUMNS)), np.zeros((COLUMNS, ROWS), np.int16), np.zeros((ROWS, 1441), np.int16)],
)
def test_a_grid_of_another_shape_is_refused(nodes: np.ndarray[tuple[int, int], np.dtype[np.int16]]) -> None:
    with pytest.raises(Invalid) as caught:
        Geoid(nodes)
    assert caught.value.code == "geoid.shape"
