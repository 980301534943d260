"""The GeoJSON profile, sentence by sentence."""

from __future__ import annotations

import json

import pytest

from wideberth.errors import Invalid
from wideberth.formats import geojson, multipolygon
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="plans/ours.geojson", as_of=0)
TEN = 1_795_428_000_000
"""2026-11-23T10:00:00Z in POSIX ms."""
SQUARE = [[[24, 48], [25, 48], [25, 49], [24, 49], [24, 48]]]
POINT = {"type": "Point", "coordinates": [24.5, 48.25]}
FULL: dict[str, object] = {
    "party": "north",
    "plan": "p1",
    "start": "2026-11-23T10:00:00Z",
    "end": "2026-11-23T11:00:00Z",
    "lower": "SFC",
    "upper": "FL310",
}


def feature(geometry: object, /, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {**FULL, **properties}, "geometry": geometry}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def read(*features: object, options: Options = OPTIONS) -> Reading:
    return geojson.read(collection(*features), options)


def only(*features: object, options: Options = OPTIONS) -> Filed:
    (one,) = read(*features, options=options).filed
    return one


def refused(data: bytes, options: Options = OPTIONS) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        geojson.read(data, options)
    assert caught.value.wanted
    return caught.value.code, caught.value.path


def polygon(rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": rings}


def parts(*found: object) -> dict[str, object]:
    return {"type": "MultiPolygon", "coordinates": list(found)}


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def corners(west: int, south: int, east: int, north: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The rings of `box` in the model."""
    ring = ((west, south), (east, south), (east, north), (west, north))
    return (tuple((x * DEGREE, y * DEGREE) for x, y in ring),)


def test_a_polygon_with_all_that_can_be_said_of_it() -> None:
    found = read(
        feature(
            polygon(SQUARE),
            lower={"value": 500, "unit": "ft", "datum": "W84"},
            upper="120m AGL",
            activity="survey",
            state="activated",
            priority=3,
            label="a label",
            callsign="NORTH 1",
            note="a note",
            variant_of="p",
            review="2026-11-24T10:00:00Z",
            band={"from": "2.40GHz", "to": "2.48GHz"},
            pad={"h_m": 0.00001, "v_m": 2, "t_s": 30},
            owner="not a key of ours",
        )
    )
    (one,) = found.filed
    plan = one.plan
    assert plan.key == ("north", "p1")
    assert (plan.activity, plan.state, plan.priority) == ("survey", "activated", 3)
    assert (plan.label, plan.callsign, plan.note, plan.variant_of) == ("a label", "NORTH 1", "a note", "p")
    assert plan.review == TEN + 86_400_000
    assert plan.volumes == (
        Volume(
            Polygon(corners(24, 48, 25, 49), "lonlat"),
            Altitude("HAE", 500 * FOOT),
            Altitude("AGL", 120 * METRE),
            TEN,
            TEN + 3_600_000,
            Frequencies(2_400_000_000, 2_480_000_000),
            Pad(1, 2 * METRE, 30_000),
        ),
    )
    assert one.where == ("features[0]",)
    assert found.notes == ()


def test_a_point_with_a_radius_and_a_line_with_a_half_width() -> None:
    line = {"type": "LineString", "coordinates": [[24, 48], [24.5, 48.5], [24, 49]]}
    circle, corridor = only(
        feature(POINT, radius_m=1500.00001), feature(line, half_width_m=250, pad_m=1)
    ).plan.volumes
    assert circle.ground == Circle((245_000_000, 482_500_000), 1500 * METRE + 1)
    assert circle.upper == Altitude("FL", 310 * FLIGHT_LEVEL)
    assert corridor.ground == Corridor(
        ((24 * DEGREE, 48 * DEGREE), (245_000_000, 485_000_000), (24 * DEGREE, 49 * DEGREE)),
        250 * METRE,
        "lonlat",
    )
    assert corridor.pad == Pad(METRE, 0, 0)


def test_a_route_has_one_volume_a_leg() -> None:
    line = {"type": "LineString", "coordinates": [[24, 48], [24.01, 48], [24.01, 48]]}
    times = ["2026-11-23T10:00:00Z", "2026-11-23T10:05:00Z", "2026-11-23T10:06:00Z"]
    stated = feature(line, half_width_m=100, times=times, time_pad_s=10, start=None, end=None)
    found = read(stated)
    leg, wait = found.filed[0].plan.volumes
    assert leg.ground == Corridor(
        ((240_000_000, 480_000_000), (240_100_000, 480_000_000)), 100 * METRE, "lonlat"
    )
    assert (leg.start, leg.end) == (TEN - 10_000, TEN + 310_000)
    assert wait.ground == Circle((240_100_000, 480_000_000), 100 * METRE)
    assert (wait.start, wait.end) == (TEN + 290_000, TEN + 370_000)
    assert found.filed[0].where == ("features[0]", "features[0]")
    assert refused(collection(feature(line, half_width_m=100, times=times)))[0] == "route.start_or_end"


def test_a_multipolygon_is_one_volume_a_polygon() -> None:
    found = read(feature(parts(box(24, 48, 25, 49), box(25, 49, 26, 50))))
    one = found.filed[0]
    assert [volume.ground for volume in one.plan.volumes] == [
        Polygon(corners(24, 48, 25, 49), "lonlat"),
        Polygon(corners(25, 49, 26, 50), "lonlat"),
    ]
    assert one.where == ("features[0].geometry.coordinates[0]", "features[0].geometry.coordinates[1]")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [
        (box(24, 48, 25, 49), box(24.5, 48.5, 26, 50), False),  # overlap
        (box(24, 48, 25, 49), box(25, 48, 26, 49), False),  # share an edge
        (box(24, 48, 27, 49), box(25, 49, 26, 50), False),  # share a part of an edge
        (box(24, 48, 25, 49), box(24, 48, 25, 49), False),  # equal
        (box(24, 48, 27, 51), box(25, 49, 26, 50), False),  # one in the other
        (box(24, 48, 25, 49), box(25.1, 48, 26, 49), True),  # apart
        (box(24, 48, 25, 49), [[[25, 48.5], [26, 48], [26, 49], [25, 48.5]]], True),  # a corner on an edge
        (box(179, 48, 180, 49), box(-180, 48, -179, 49), True),  # cut at the antimeridian
        (box(-180, 48, -179, 49), box(179, 48, 180, 49), True),
        (box(179, 48, 180, 49), box(-180, 48.5, -179, 50), True),  # cut there, and shifted
        (box(179.5, 48, -179.5, 49), box(-179.6, 48, -179, 49), False),  # overlap beyond it
        (box(-179.6, 48, -179, 49), box(179.5, 48, -179.5, 49), False),
        (box(179.5, 48, -179.5, 49), box(-179.5, 48, -179, 49), False),  # share an edge beyond it
        (box(179.5, 48, -179.5, 49), box(-179.4, 48, -179, 49), True),
        (box(179.5, 48, -179.5, 49), box(179.2, 48.2, -179.8, 49.2), False),  # both over it
        (box(-10, 48, -9, 49), box(24, 48, 25, 49), True),
    ],
)
def test_parts_overlap_or_share_edges_or_not(first: object, second: object, fine: bool) -> None:
    data = collection(feature(parts(first, second)))
    if fine:
        assert len(geojson.read(data, OPTIONS).filed[0].plan.volumes) == 2
    else:
        assert refused(data) == ("geojson.parts_overlap", "features[0].geometry.coordinates")


def test_a_part_in_the_hole_of_another_is_fine() -> None:
    with_hole = [*box(24, 48, 27, 51), box(24.5, 48.5, 26.5, 50.5)[0]]
    assert len(only(feature(parts(with_hole, box(25, 49, 26, 50)))).plan.volumes) == 2
    assert refused(collection(feature(parts(with_hole, box(25, 49, 26.5, 50)))))[0] == "geojson.parts_overlap"


def test_a_part_around_a_pole_needs_its_own_feature() -> None:
    ring = [[lon, 85] for lon in range(-180, 180, 30)]
    cap = [[*ring, ring[0]]]
    assert len(only(feature(polygon(cap))).plan.volumes) == 1
    data = collection(feature(parts(cap, box(24, 48, 25, 49))))
    assert refused(data) == ("geojson.parts_around_pole", "features[0].geometry.coordinates[0]")


def test_too_many_parts() -> None:
    many = [[[[0, 0], [1, 0], [0, 1], [0, 0]]]] * 10_001
    where = "features[0].geometry.coordinates"
    assert refused(collection(feature(parts(*many)))) == ("geojson.too_many_parts", where)


def test_too_many_parts_so_close(monkeypatch: pytest.MonkeyPatch) -> None:
    # thin slanted strips: no two touch, but the box of each overlaps that of all the others
    strips = [[[[0, k / 100], [1, 5 + k / 100], [1, 5.001 + k / 100], [0, k / 100]]] for k in range(20)]
    data = collection(feature(parts(*strips)))
    assert multipolygon.MAX_NEIGHBOURS == 500_000
    monkeypatch.setattr(multipolygon, "MAX_NEIGHBOURS", 190)
    assert len(geojson.read(data, OPTIONS).filed[0].plan.volumes) == 20
    monkeypatch.setattr(multipolygon, "MAX_NEIGHBOURS", 189)
    assert refused(data) == ("geojson.too_many_parts", "features[0].geometry.coordinates")


def test_one_feature_alone() -> None:
    one = geojson.read(json.dumps(feature(POINT, radius_m=10)).encode(), OPTIONS).filed[0]
    assert one.where == ("Feature",)
    assert refused(json.dumps(feature(POINT, lower=7, radius_m=1)).encode())[1] == "properties.lower"
    assert refused(json.dumps(POINT).encode()) == ("geojson.type", "type")


def test_defaults_are_taken_and_told_once() -> None:
    bare = {"type": "Feature", "properties": None, "geometry": polygon(SQUARE)}
    found = read(bare, bare)
    assert [one.plan.key for one in found.filed] == [
        ("plans/ours.geojson", "ours.geojson#1"),
        ("plans/ours.geojson", "ours.geojson#2"),
    ]
    volume = found.filed[0].plan.volumes[0]
    assert (volume.lower, volume.upper, volume.start, volume.end) == (SURFACE, UNLIMITED, None, None)
    assert len(found.notes) == 4
    assert all(note.endswith("(features[0] and 1 more)") for note in found.notes)


def test_the_feature_id_names_the_plan() -> None:
    nameless = {k: v for k, v in FULL.items() if k != "plan"}
    made: list[dict[str, object]] = [
        {"type": "Feature", "id": name, "properties": {**nameless, "radius_m": 5}, "geometry": POINT}
        for name in ("one", 2)
    ]
    assert [one.plan.id for one in read(*made).filed] == ["one", "2"]
    made[1]["id"] = "one"
    assert refused(collection(*made)) == ("plan.repeated_id", "features[1]")
    wrong: tuple[object, ...] = (True, {}, ["x"])
    for bad in wrong:
        made[1]["id"] = bad
        assert refused(collection(*made)) == ("geojson.id", "features[1].id")


def test_features_of_one_plan_are_its_volumes() -> None:
    found = read(
        feature(POINT, radius_m=1),
        feature(POINT, radius_m=2, plan="p2"),
        feature(POINT, radius_m=3),
        feature(POINT, radius_m=4, party="south"),
    )
    assert [(one.plan.party, one.plan.id, one.where) for one in found.filed] == [
        ("north", "p1", ("features[0]", "features[2]")),
        ("north", "p2", ("features[1]",)),
        ("south", "p1", ("features[3]",)),
    ]
    for key, values in {"activity": ("a", "b"), "state": ("ended", "accepted"), "priority": (1, 2)}.items():
        two = [feature(POINT, radius_m=1, **{key: value}) for value in values]
        assert refused(collection(*two))[0] == "plan.differs"


def test_height_is_ignored_and_told_once() -> None:
    high = [[[*position, 120.5] for position in SQUARE[0]]]
    found = read(feature(polygon(high)), feature(polygon(high), plan="p2"))
    assert found.notes == (f"{geojson.THIRD} (features[0] and 1 more)",)
    assert found.filed[0].plan.volumes[0].ground == Polygon(corners(24, 48, 25, 49), "lonlat")


def test_other_things_that_are_told_once() -> None:
    over = polygon(box(179.5, 48, -179.5, 49))
    repeated = polygon([[[24, 48], [24, 48], [25, 48], [25, 49], [24, 48]]])
    found = read(feature(over, upper="3000ft MSL"), feature(repeated, plan="p2", upper="100m AMSL"))
    assert [note.split(" (")[1] for note in found.notes if note.endswith("more)")] == ["MSL) or on QNH"]
    assert len(found.notes) == 3
    assert any("antimeridian" in note and "features[0]" in note for note in found.notes)
    assert any("repeated" in note and "features[1]" in note for note in found.notes)
    assert found.filed[0].plan.volumes[0].upper == Altitude("MSL/ALT", 3000 * FOOT)


def test_wrap_brings_longitudes_back() -> None:
    data = collection(feature(polygon(box(182, 48, 183, 49))))
    assert refused(data) == ("geometry.longitude", "features[0].geometry.coordinates[0][0]")
    (one,) = geojson.read(data, Options(file="a", as_of=0, wrap=True)).filed
    assert one.plan.volumes[0].ground == Polygon(corners(-178, 48, -177, 49), "lonlat")


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_an_old_crs_that_changes_nothing(name: str) -> None:
    document = json.loads(collection(feature(POINT, radius_m=5)))
    document["crs"] = {"type": "name", "properties": {"name": name}}
    found = geojson.read(json.dumps(document).encode(), OPTIONS)
    assert found.notes == (() if "CRS84" in name else (f"{geojson.LONGITUDE_FIRST[name]} (features[0])",))


@pytest.mark.parametrize(
    "crs",
    [
        None,
        "EPSG:4326",
        {"type": "name", "properties": {"name": "EPSG:3857"}},
        {"type": "name", "properties": {"name": ["EPSG:4326"]}},
        {"type": "link", "properties": {"name": "EPSG:4326"}},
        {"type": "name"},
    ],
)
def test_any_other_crs_is_refused(crs: object) -> None:
    document = json.loads(collection(feature(POINT, radius_m=5)))
    assert refused(json.dumps({**document, "crs": crs}).encode()) == ("geojson.crs", "crs")
    one = {**document["features"][0], "crs": crs}
    assert refused(collection(one)) == ("geojson.crs", "features[0].crs")
    geometry = {**POINT, "crs": crs}
    assert refused(collection(feature(geometry, radius_m=5))) == ("geojson.crs", "features[0].geometry.crs")


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (b"", "file.empty", ""),
        (b"[]", "geojson.object", ""),
        (b"{}", "geojson.type", "type"),
        (b'{"type": "featurecollection", "features": []}', "geojson.type", "type"),
        (b'{"type": "FeatureCollection", "features": []}', "geojson.empty", "features"),
        (b'{"type": "FeatureCollection", "features": {}}', "geojson.features", "features"),
        (b'{"type": "FeatureCollection"}', "geojson.features", "features"),
        (
            b'{"type": "FeatureCollection", "features": [], "coordinates": 1}',
            "geojson.foreign_member",
            "coordinates",
        ),
        (collection(None), "geojson.object", "features[0]"),
        (collection({"type": "feature"}), "geojson.type", "features[0].type"),
        (collection({**feature(POINT), "features": []}), "geojson.foreign_member", "features[0].features"),
        (collection({**feature(POINT), "properties": []}), "geojson.object", "features[0].properties"),
        (collection(feature(None)), "geojson.no_geometry", "features[0].geometry"),
        (collection({"type": "Feature", "properties": {}}), "geojson.no_geometry", "features[0].geometry"),
        (collection(feature([])), "geojson.object", "features[0].geometry"),
        (
            collection(feature({**POINT, "properties": 1})),
            "geojson.foreign_member",
            "features[0].geometry.properties",
        ),
        (
            collection(feature({"type": "point", "coordinates": [1, 2]})),
            "geojson.geometry",
            "features[0].geometry.type",
        ),
        (
            collection(feature({"type": "MultiPoint", "coordinates": []})),
            "geojson.geometry",
            "features[0].geometry.type",
        ),
        (
            collection(feature({"type": "GeometryCollection", "geometries": []})),
            "geojson.geometry",
            "features[0].geometry.type",
        ),
        (collection(feature({"type": "Point"})), "geojson.position", "features[0].geometry.coordinates"),
        (collection(feature(polygon(None))), "geojson.coordinates", "features[0].geometry.coordinates"),
        (collection(feature(polygon([]))), "geometry.empty", "features[0].geometry.coordinates"),
        (collection(feature(polygon([1]))), "geojson.coordinates", "features[0].geometry.coordinates[0]"),
        (collection(feature(parts())), "geometry.empty", "features[0].geometry.coordinates"),
        (collection(feature(parts([1]))), "geojson.coordinates", "features[0].geometry.coordinates[0][0]"),
        (
            collection(feature(polygon([[[24, 48], [25, 48, 5], [25, 49], [24, 48]]]))),
            "geojson.mixed_positions",
            "features[0].geometry.coordinates[0][1]",
        ),
        (
            collection(feature({"type": "Point", "coordinates": [1, 2, 3, 4]})),
            "geojson.position",
            "features[0].geometry.coordinates",
        ),
        (
            collection(feature({"type": "Point", "coordinates": ["1", 2]})),
            "geometry.not_a_number",
            "features[0].geometry.coordinates",
        ),
        (collection(feature(POINT, Radius_m=5)), "profile.key_spelling", "features[0].properties"),
        (collection(feature(POINT, **{"radius-m": 5})), "profile.key_spelling", "features[0].properties"),
        (collection(feature(POINT)), "geometry.no_radius", "features[0]"),
        (collection(feature(POINT, radius_m="5")), "profile.type", "features[0].properties.radius_m"),
        (collection(feature(POINT, radius_m=5, pad_m=1, pad={})), "pad.both", "features[0].properties"),
        (collection(feature(POINT, radius_m=5, lower=7)), "profile.type", "features[0].properties.lower"),
        (
            collection(feature(POINT, radius_m=5, note="a\u202eb")),
            "text.control",
            "features[0].properties.note",
        ),
        (
            collection(feature(POINT, radius_m=5, party="a\nb")),
            "text.control",
            "features[0].properties.party",
        ),
        (collection(feature(POINT, radius_m=5, end="2026-11-23T09:00:00Z")), "time.backwards", "features[0]"),
        (collection(feature(POINT, radius_m=5, lower="FL320")), "altitude.upside_down", "features[0]"),
        (
            collection(feature(POINT, radius_m=5, start="2026-11-23T10:00:00")),
            "time.no_offset",
            "features[0].properties.start",
        ),
    ],
)
def test_refused(data: bytes, code: str, path: str) -> None:
    assert refused(data) == (code, path)


def test_no_volume_leaves_the_years_and_numbers_that_can_be_written() -> None:
    line = {"type": "LineString", "coordinates": [[24, 48], [24.01, 48]]}
    times = ["0001-01-01T00:00:00Z", "0001-01-01T00:05:00Z"]
    # null is absent: a route has no start and no end
    route = feature(line, half_width_m=1, times=times, time_pad_s=1, start=None, end=None)
    assert refused(collection(route))[0] == "time.range"
    band = {"from": "1GHz", "to": "1000000GHz"}
    assert refused(collection(feature(POINT, radius_m=1, band=band))) == ("frequency.range", "features[0]")


def test_what_is_accepted_is_named() -> None:
    with pytest.raises(
        Invalid, match="Polygon, MultiPolygon, Point with radius_m, LineString with half_width_m"
    ):
        read(feature({"type": "Circle", "coordinates": [1, 2]}))


def test_a_text_that_looks_like_a_number_is_shown_as_text() -> None:
    with pytest.raises(Invalid, match=r"found '24\.0'"):
        read(feature({"type": "Point", "coordinates": ["24.0", 48]}))
