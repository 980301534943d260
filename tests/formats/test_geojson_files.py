"""GeoJSON against shapes and files that we did not write, and against large ones."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats import geojson
from wideberth.formats.reading import Options, Reading
from wideberth.space.ground import Polygon

OPTIONS = Options(file="a.geojson", as_of=0)

EITHER = {
    "crosses the antimeridian in one ring": True,  # one degree wide, and told
    "around the north pole": True,
    "wider than 180 degrees": False,  # nobody could say which way around
    "very small: 1 mm": False,  # its corners fall on one point of the 1e-7 degree grid
    "four numbers a position": False,
}
"""Cases that may go either way, and which way ours goes."""

WIND_OR_MEMBERS = {
    # RFC 7946: parsers should not reject the other winding; bbox and precision are no matter of ours
    "bad-polygon-interiorring-rhr.geojson",
    "polygon_winding_order.geojson",
    "bbox-4or6elements.geojson",
    "bbox-contains-string.geojson",
    "bbox-string.geojson",
    "excessive_precision_truncated.geojson",
}
"""What a linter complains of, and a reader takes."""

NOT_IN_THE_PROFILE = {
    "good-geometrycollection.geojson": "geojson.geometry",
    "good-multilinestring.geojson": "geojson.geometry",
    "good-multipoint.geojson": "geojson.geometry",
    "issue82.geojson": "geometry.latitude",  # latitudes of -134 degrees
    "nullgeometry.geojson": "geojson.no_geometry",
}
"""Good GeoJSON that the profile refuses."""


def in_feature(geometry: str) -> bytes:
    """The text of a geometry in a Feature, with the measure that its type needs."""
    measure = (
        '"radius_m": 10' if '"Point"' in geometry else '"half_width_m": 10' if '"Line' in geometry else ""
    )
    return f'{{"type": "Feature", "properties": {{{measure}}}, "geometry": {geometry}}}'.encode()


def outcome(data: bytes) -> Reading | Invalid:
    try:
        return geojson.read(data, OPTIONS)
    except Invalid as error:
        return error


def test_hostile_and_odd_shapes(shared: Path) -> None:
    cases = json.loads((shared / "vectors/geometry/cases.json").read_text(encoding="utf-8"))
    assert len(cases) >= 40
    for case in cases:
        text = case.get("geometry_text") or json.dumps(case["geometry"])
        wanted = EITHER.get(case["desc"], case["expect"] == "accept")
        assert isinstance(outcome(in_feature(text)), Reading) == wanted, case["desc"]
        assert (case["desc"] in EITHER) == (case["expect"] not in ("accept", "reject"))


def test_a_crossing_of_the_antimeridian_is_one_degree_wide_and_told(shared: Path) -> None:
    cases = json.loads((shared / "vectors/geometry/cases.json").read_text(encoding="utf-8"))
    (case,) = (case for case in cases if case["desc"] == "crosses the antimeridian in one ring")
    found = geojson.read(in_feature(json.dumps(case["geometry"])), OPTIONS)
    area = found.filed[0].plan.volumes[0].ground
    assert isinstance(area, Polygon)
    assert {lon for lon, _ in area.rings[0]} == {1_795_000_000, -1_795_000_000}
    assert any("antimeridian" in note for note in found.notes)


def geometries(file: Path) -> bytes:
    """The file, or the bare geometry in it inside a Feature; Points get their radius."""
    text = file.read_text(encoding="utf-8")
    try:
        document = json.loads(text)
    except ValueError:
        return text.encode()
    if isinstance(document, dict) and document.get("type") in ("Feature", "FeatureCollection"):
        for one in document.get("features") or [document]:
            if isinstance(one, dict) and isinstance(one.get("properties") or {}, dict):
                shape = one.get("geometry")
                if isinstance(shape, dict):
                    measure = {"Point": "radius_m", "LineString": "half_width_m"}.get(shape.get("type", ""))
                    one["properties"] = (
                        {**(one["properties"] or {}), measure: 10} if measure else one["properties"]
                    )
        repeated = "duplicate" in file.name
        return text.encode() if repeated else json.dumps(document).encode()
    return in_feature(text)


def test_the_good_files_of_a_linter(shared: Path) -> None:
    files = sorted((shared / "vectors/geojson-lint/good").glob("*.geojson"))
    assert len(files) == 18
    for file in files:
        found = outcome(geometries(file))
        code = found.code if isinstance(found, Invalid) else None
        assert code == NOT_IN_THE_PROFILE.get(file.name), file.name


def test_the_bad_files_of_a_linter(shared: Path) -> None:
    files = sorted((shared / "vectors/geojson-lint/bad").glob("*.geojson"))
    assert len(files) > 40
    for file in files:
        found = outcome(geometries(file))
        assert isinstance(found, Reading) == (file.name in WIND_OR_MEMBERS), file.name


def test_real_airspace(shared: Path) -> None:
    found = geojson.read((shared / "data/airspace/fir_vatspy_east_med.geojson").read_bytes(), OPTIONS)
    assert len(found.filed) == 6
    assert all(len(one.plan.volumes) >= 1 for one in found.filed)
    assert len(found.notes) == len(set(found.notes))
    firs = geojson.read((shared / "data/airspace/fir_eurocontrol_2015_LL_LC.geojson").read_bytes(), OPTIONS)
    assert len(firs.filed) == 2


def test_real_points_without_a_radius_are_refused(shared: Path) -> None:
    data = (shared / "data/humanitarian/ukraine_border_crossings_2023.geojson").read_bytes()
    found = outcome(data)
    assert isinstance(found, Invalid)
    assert (found.code, found.path) == ("geometry.no_radius", "features[0]")


def ngon(count: int) -> list[list[float]]:
    ring = [
        [24 + 0.5 * math.cos(2 * math.pi * k / count), 48 + 0.5 * math.sin(2 * math.pi * k / count)]
        for k in range(count)
    ]
    return [*ring, ring[0]]


@pytest.mark.parametrize(
    ("count", "code", "seconds"),
    [
        (10_000, None, 1.0),
        (100_000, "geometry.too_many_points", 1.0),
        (1_000_000, "json.too_many_arrays", 1.0),
    ],
)
def test_many_vertices_in_bounded_time(count: int, code: str | None, seconds: float) -> None:
    data = in_feature(json.dumps({"type": "Polygon", "coordinates": [ngon(count)]}))
    start = time.process_time()
    found = outcome(data)
    assert time.process_time() - start < 2 * seconds  # twice: not all machines are as fast
    assert (found.code if isinstance(found, Invalid) else None) == code


def test_a_line_of_too_many_vertices() -> None:
    found = outcome(in_feature(json.dumps({"type": "LineString", "coordinates": ngon(10_001)})))
    assert isinstance(found, Invalid)
    assert (found.code, found.path) == ("geometry.too_many_points", "geometry.coordinates")


def test_many_holes_in_bounded_time() -> None:
    rings: list[list[list[float]]] = [[[24, 48], [25, 48], [25, 49], [24, 49], [24, 48]]]
    for k in range(20_000):
        x, y = 24.01 + 0.006 * (k % 150), 48.01 + 0.006 * (k // 150)
        rings.append([[x, y], [x + 0.002, y], [x, y + 0.002], [x, y]])
    start = time.process_time()
    found = outcome(in_feature(json.dumps({"type": "Polygon", "coordinates": rings})))
    assert isinstance(found, Invalid)
    assert found.code == "geometry.too_many_points"
    assert time.process_time() - start < 2.0


def comb(teeth: int, turned: bool) -> list[list[list[float]]]:
    """A ring with long thin teeth, or the same with the axes exchanged."""
    ring = [[24.0, 48.0]]
    for k in range(teeth):
        x = 24 + k / teeth
        ring += [[x, 48.9], [x + 0.4 / teeth, 48.9], [x + 0.4 / teeth, 48.05], [x + 0.9 / teeth, 48.05]]
    ring += [[25.0, 48.0], [24.0, 48.0]]
    return [[[y - 24, x + 24] for x, y in ring]] if turned else [ring]


def test_combs_across_each_other_in_bounded_time() -> None:
    start = time.process_time()
    parts = {"type": "MultiPolygon", "coordinates": [comb(500, False), comb(500, True)]}
    found = outcome(in_feature(json.dumps(parts)))
    assert isinstance(found, Invalid)
    assert found.code == "geojson.parts_overlap"
    assert time.process_time() - start < 4.0


def test_a_collection_nested_deep() -> None:
    text = '{"type": "GeometryCollection", "geometries": [' * 10_000 + "]}" * 10_000
    found = outcome(in_feature(text))
    assert isinstance(found, Invalid)
    assert found.code == "json.depth"
