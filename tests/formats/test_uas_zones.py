"""UAS zones of ED-269 and ED-318, stacked layers, outlines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import ed269, ed318, outline, traffic_airspace, uaszone
from wideberth.formats.format import Peek
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import FOOT, METRE

OPTIONS = Options(file="data/zones.json", as_of=0)
RING = [[10.0, 50.0], [10.1, 50.0], [10.1, 50.1], [10.0, 50.0]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
ROUND = {"type": "Circle", "center": [10.0, 50.0], "radius": 500}
T0 = 1_777_593_600_000  # 2026-05-01T00:00:00Z, a Friday
HOUR = 3_600_000
DAY = 24 * HOUR


def volume(shape: object = SQUARE, **other: object) -> dict[str, Any]:
    return {
        "uomDimensions": "M",
        "lowerLimit": 0,
        "lowerVerticalReference": "AGL",
        "upperLimit": "120.5",
        "upperVerticalReference": "AMSL",
        "horizontalProjection": shape,
    } | other


def zone(*volumes: object, **other: object) -> dict[str, Any]:
    return {
        "identifier": "Z1",
        "name": "Stadium",
        "restriction": "PROHIBITED",
        "message": "call",
        "applicability": [{"permanent": "YES"}],
        "geometry": list(volumes) or [volume()],
    } | other


def take269(*zones: object) -> Reading:
    return ed269.read(json.dumps({"UASZoneList": zones}).encode(), OPTIONS)


def feature(geometry: object = None, **other: object) -> dict[str, Any]:
    layer = {"upper": 400, "upperReference": "AGL", "lower": None, "uom": "ft"}
    properties = {
        "identifier": "Z1",
        "name": [{"text": "Stadium", "lang": "en-GB"}],
        "type": "PROHIBITED",
        "variant": "COMMON",
    } | other
    return {"type": "Feature", "properties": properties, "geometry": geometry or {**SQUARE, "layer": layer}}


def take318(*features: object) -> Reading:
    return ed318.read(json.dumps({"type": "FeatureCollection", "features": features}).encode(), OPTIONS)


def fault(reading: Reading) -> tuple[str, str]:
    (error,) = reading.faults
    return error.code, error.path


def test_a_zone_of_ed269() -> None:
    reading = take269(zone(volume(), volume(ROUND), volume(ROUND, uomDimensions="FT", upperLimit=None)))
    first, second = (filed.plan for filed in reading.filed)
    assert (first.id, first.label, first.activity, first.note) == ("Z1", "Stadium", "PROHIBITED", "call")
    square, disc = first.volumes
    assert isinstance(square.ground, Polygon)
    assert square.ground.edges == "lonlat"
    assert disc.ground == Circle((100_000_000, 500_000_000), 500 * METRE)
    assert (square.lower, square.upper) == (Altitude("AGL", 0), Altitude("MSL/ALT", 1_205_000))
    assert (square.start, square.end) == (None, None)
    assert second.id == "Z1 (2)"
    assert second.volumes[0].upper == UNLIMITED
    assert any(uaszone.FEET in note for note in reading.notes)


def test_feet_and_the_ellipsoid() -> None:
    reading = take269(
        zone(
            volume(
                uomDimensions="FT",
                lowerLimit="100",
                lowerVerticalReference="WGS84",
                upperLimit=400,
                upperVerticalReference=None,
            )
        )
    )
    (found,) = reading.filed[0].plan.volumes
    assert (found.lower, found.upper) == (Altitude("HAE", 100 * FOOT), UNLIMITED)
    assert any(uaszone.NO_DATUM in note for note in reading.notes)


def test_an_open_ring_is_closed_and_told_and_a_multipolygon_is_its_parts() -> None:
    far = [[[lon + 1, lat] for lon, lat in RING]]
    reading = take269(zone(volume({"type": "MultiPolygon", "coordinates": [[RING[:3]], far]})))
    assert len(reading.filed[0].plan.volumes) == 2
    assert any(uaszone.OPEN_RING in note for note in reading.notes)


@pytest.mark.parametrize(
    ("bad", "code", "path"),
    [
        (zone(volume(uomDimensions="KM")), "uas_zone.unit", "UASZoneList[0].geometry[0].uomDimensions"),
        (zone(volume(lowerLimit="low")), "uas_zone.limit", "UASZoneList[0].geometry[0], lower limit"),
        (
            zone(volume(upperVerticalReference="QFE")),
            "uas_zone.limit",
            "UASZoneList[0].geometry[0], upper limit",
        ),
        (
            zone(volume({"type": "LineString"})),
            "uas_zone.geometry",
            "UASZoneList[0].geometry[0].horizontalProjection.type",
        ),
        (
            zone(volume({**ROUND, "radius": -1})),
            "uas_zone.radius",
            "UASZoneList[0].geometry[0].horizontalProjection",
        ),
        (
            zone(volume({**ROUND, "center": [1]})),
            "uas_zone.position",
            "UASZoneList[0].geometry[0].horizontalProjection",
        ),
        (
            zone(volume({"type": "Polygon", "coordinates": [[[1]]]})),
            "uas_zone.position",
            "UASZoneList[0].geometry[0].horizontalProjection.coordinates[0][0]",
        ),
        (
            zone(volume({"type": "Polygon", "coordinates": [[[10.0, 95.0]] * 4]})),
            "geometry.latitude",
            "UASZoneList[0].geometry[0].horizontalProjection.coordinates[0][0]",
        ),
        (
            zone(volume({"type": "Polygon", "coordinates": [[[1, 1]] * 10_002]})),
            "geometry.too_many_points",
            "UASZoneList[0].geometry[0].horizontalProjection.coordinates[0]",
        ),
        (
            zone(volume({"type": "MultiPolygon", "coordinates": [[]] * 1_001})),
            "uas_zone.too_many",
            "UASZoneList[0].geometry[0].horizontalProjection",
        ),
        (zone(geometry=[]), "uas_zone.geometry", "UASZoneList[0].geometry"),
        (zone(*[1] * 1_001), "uas_zone.too_many", "UASZoneList[0]"),
        (zone(geometry="x"), "uas_zone.type", "UASZoneList[0].geometry"),
        ("x", "uas_zone.type", "UASZoneList[0]"),
        (zone(applicability=[1]), "uas_zone.type", "UASZoneList[0].applicability[0]"),
        (zone(applicability=[{}] * 401), "uas_zone.too_many", "UASZoneList[0].applicability"),
        (
            zone(applicability=[{"startDateTime": "soon"}]),
            "time.malformed",
            "UASZoneList[0].applicability[0].startDateTime",
        ),
        (
            zone(applicability=[{"endDateTime": 5}]),
            "time.malformed",
            "UASZoneList[0].applicability[0].endDateTime",
        ),
        (
            zone(
                applicability=[
                    {"startDateTime": "2026-05-02T00:00:00Z", "endDateTime": "2026-05-01T00:00:00Z"}
                ]
            ),
            "time.backwards",
            "UASZoneList[0].applicability[0]",
        ),
        (zone(volume(lowerLimit=9_000)), "altitude.upside_down", '"Z1" UASZoneList[0]'),
    ],
)
def test_a_bad_zone_leaves_the_others(bad: object, code: str, path: str) -> None:
    reading = take269(bad, zone(identifier="good"))
    assert [filed.plan.id for filed in reading.filed] == ["good"]
    assert fault(reading) == (code, path)


def windows(*periods: object) -> list[tuple[int | None, int | None]]:
    (filed,) = take269(zone(applicability=list(periods))).filed
    return [(one.start, one.end) for one in filed.plan.volumes]


SPAN: dict[str, object] = {"startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-05-04T00:00:00Z"}


def scheduled(**row: object) -> list[tuple[int | None, int | None]]:
    return windows({**SPAN, "permanent": "NO", "dailyPeriod": [row]})


def test_periods() -> None:
    assert windows() == [(None, None)]
    assert windows({"permanent": "NO"}) == [(None, None)]
    assert windows(SPAN) == [(T0, T0 + 3 * DAY)]
    assert windows(SPAN, {"endDateTime": "2026-04-01T00:00:00Z"})[1] == (None, T0 - 30 * DAY)
    assert scheduled(day=[], startTime=None) == [(T0, T0 + 3 * DAY)]


def test_a_schedule_cuts_its_period() -> None:
    eight = {"startTime": "08:00:00Z", "endTime": "10:00:00Z"}
    assert scheduled(day=["ANY"], **eight) == [
        (T0 + k * DAY + 8 * HOUR, T0 + k * DAY + 10 * HOUR) for k in range(3)
    ]
    assert scheduled(day=["SAT"], **eight) == [(T0 + DAY + 8 * HOUR, T0 + DAY + 10 * HOUR)]
    assert scheduled(day="SAT", startTime="08:00:00+02:00", endTime="10:00:00+02:00") == [
        (T0 + DAY + 6 * HOUR, T0 + DAY + 8 * HOUR)
    ]
    assert scheduled(day=["FRI"], startTime="22:00Z", endTime="02:00Z") == [(T0 + 22 * HOUR, T0 + 26 * HOUR)]
    assert scheduled(day=["SUN"]) == [(T0 + 2 * DAY, T0 + 3 * DAY)]
    # the night before begins outside and ends inside
    assert scheduled(day=["THU"], startTime="22:00Z", endTime="02:00Z") == [(T0, T0 + 2 * HOUR)]


@pytest.mark.parametrize(
    "row",
    [
        {"day": ["HOL"]},
        {"day": 5},
        {"day": ["ANY"], "startEvent": "SR"},
        {"day": ["ANY"], "startTime": "dawn"},
        {"day": ["ANY"], "endTime": "25:00Z"},
        {"day": ["ANY"], "startTime": "08:00:00", "endTime": "09:00:00"},
        {"day": ["WED"], "startTime": "08:00Z", "endTime": "09:00Z"},
    ],
)
def test_a_schedule_that_cannot_be_expanded_is_the_whole_period(row: dict[str, object]) -> None:
    assert scheduled(**row) == [(T0, T0 + 3 * DAY)]
    reading = take269(zone(applicability=[{**SPAN, "dailyPeriod": [row]}]))
    assert any(uaszone.WHOLE in note for note in reading.notes)


def test_schedules_without_end_or_over_years_are_whole() -> None:
    row = {"day": ["ANY"], "startTime": "08:00Z", "endTime": "09:00Z"}
    open_end = {"startDateTime": "2026-05-01T00:00:00Z", "dailyPeriod": [row]}
    assert windows(open_end) == [(T0, None)]
    long = {
        "startDateTime": "2026-05-01T00:00:00Z",
        "endDateTime": "2028-05-01T00:00:00Z",
        "dailyPeriod": [row],
    }
    assert len(windows(long)) == 1
    year = {**long, "endDateTime": "2027-05-01T00:00:00Z", "dailyPeriod": [row, row]}
    assert len(windows(year)) == 1


def test_too_many_windows_together() -> None:
    row = {"day": ["ANY"], "startTime": "08:00Z", "endTime": "09:00Z"}
    year = {
        "startDateTime": "2026-05-01T00:00:00Z",
        "endDateTime": "2027-05-01T00:00:00Z",
        "dailyPeriod": [row],
    }
    assert fault(take269(zone(applicability=[year, year])))[0] == "uas_zone.too_many"


def test_a_zone_of_ed318() -> None:
    reading = take318(feature())
    (filed,) = reading.filed
    (found,) = filed.plan.volumes
    assert (filed.plan.id, filed.plan.label, filed.plan.activity) == ("Z1", "Stadium", "PROHIBITED")
    assert (found.lower, found.upper) == (SURFACE, Altitude("AGL", 400 * FOOT))
    assert any("no lower limit" in note for note in reading.notes)
    single = ed318.read(json.dumps(feature()).encode(), OPTIONS)
    assert single.filed[0].plan.volumes == filed.plan.volumes
    period = {**SPAN, "schedule": [{"day": ["SAT"], "startTime": "08:00:00Z", "endTime": "09:00:00Z"}]}
    cut = take318(feature(limitedApplicability=[period])).filed[0].plan.volumes[0]
    assert (cut.start, cut.end) == (T0 + DAY + 8 * HOUR, T0 + DAY + 9 * HOUR)


def test_circles_and_collections_of_ed318() -> None:
    layer = {"upper": 50, "upperReference": "WGS84", "lower": 0, "lowerReference": "AGL", "uom": "m"}
    disc = {"type": "Point", "coordinates": [10.0, 50.0], "extent": {"subType": "Circle", "radius": 99.5}}
    whole = {"type": "GeometryCollection", "geometries": [disc, {**SQUARE, "layer": layer}], "layer": layer}
    (filed,) = take318(feature(whole)).filed
    assert [type(one.ground) for one in filed.plan.volumes] == [Circle, Polygon]
    assert filed.plan.volumes[0].ground == Circle((100_000_000, 500_000_000), 995_000)
    assert filed.plan.volumes[0].upper == Altitude("HAE", 50 * METRE)
    reading = take318(feature(disc))
    assert (reading.filed[0].plan.volumes[0].upper, reading.faults) == (UNLIMITED, ())
    assert any(ed318.NO_LAYER in note for note in reading.notes)


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ({"type": "Point", "coordinates": [10.0, 50.0]}, "uas_zone.type"),
        ({"type": "Point", "coordinates": [10.0, 50.0], "extent": {"subType": "Oval"}}, "uas_zone.geometry"),
        ({"type": "GeometryCollection", "geometries": []}, "uas_zone.geometry"),
        ({"type": "GeometryCollection", "geometries": [1] * 1_001}, "uas_zone.too_many"),
        ({**SQUARE, "layer": {"uom": "km"}}, "uas_zone.unit"),
        ({**SQUARE, "layer": 5}, "uas_zone.type"),
    ],
)
def test_bad_geometry_of_ed318(geometry: object, code: str) -> None:
    assert fault(take318(feature(geometry)))[0] == code


@pytest.mark.parametrize("reader", [ed269.read, ed318.read, traffic_airspace.read])
@pytest.mark.parametrize("text", ["[]", "{}", '{"features": []}', '{"features": 5}', '{"shapes": []}', "5"])
def test_no_zones(reader: Any, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        reader(text.encode(), OPTIONS)
    assert caught.value.code.partition(".")[0] in ("uas_zone", "airspace")


def test_too_many_zones() -> None:
    for reader in (ed269.read, ed318.read):
        with pytest.raises(Invalid) as caught:
            reader(('{"features": [' + "1," * 100_000 + "1]}").encode(), OPTIONS)
        assert caught.value.code == "uas_zone.too_many"


LAYER = {"lower": 65, "upper": 115.0, "polygon": SQUARE}


def test_stacked_layers() -> None:
    layers = [LAYER, {"polygon": SQUARE}, {**LAYER, "lower": 0}, {**LAYER, "upper": "high"}]
    data = json.dumps({"name": "TMA", "type": "AUA", "shapes": layers}).encode()
    reading = traffic_airspace.read(data, OPTIONS)
    found = [
        (filed.plan.id, filed.plan.volumes[0].lower, filed.plan.volumes[0].upper) for filed in reading.filed
    ]
    assert found == [
        ("TMA FL065-FL115", Altitude("FL", 6_500 * FOOT), Altitude("FL", 11_500 * FOOT)),
        ("TMA", SURFACE, UNLIMITED),
        ("TMA FL000-FL115", SURFACE, Altitude("FL", 11_500 * FOOT)),
    ]
    assert fault(reading) == ("airspace.type", "shapes[3].upper")


LINES = (
    "N033.00.00.000 E034.00.00.000\nN033.30.00.000 E034.00.00.000\n"
    "N033.30.00.000 E034.00.00.000\nN033.30.00.000 E034.30.00.000\n"
    "N033.30.00.000 E034.30.00.000\nN033.00.00.000 E034.00.00.000\n"
)


def test_an_outline() -> None:
    reading = outline.read(LINES.encode(), Options(file="C:\\data\\LCCC.txt", as_of=0))
    (filed,) = reading.filed
    assert filed.plan.id == "LCCC"
    ground = filed.plan.volumes[0].ground
    assert isinstance(ground, Polygon)
    assert ground.rings == (
        ((340_000_000, 330_000_000), (340_000_000, 335_000_000), (345_000_000, 335_000_000)),
    )
    south = (
        outline.read(LINES.replace("N", "S").replace("E", "W").encode(), OPTIONS)
        .filed[0]
        .plan.volumes[0]
        .ground
    )
    assert isinstance(south, Polygon)
    assert south.rings[0][0] == (-340_000_000, -330_000_000)
    assert len(reading.notes) == 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LINES.replace("N033.30.00.000 E034.30", "N033.31.00.000 E034.30", 1), "outline.apart"),
        (LINES + "north\n", "outline.position"),
        ("N033.61.00.000 E034.00.00.000\n", "place.minutes"),
        ("N033.00.00.000 E034.00.00.000\n" * 20_003, "geometry.too_many_points"),
        ("\n" * 1_000_001 + "x", "geometry.too_many_points"),
        ("N033.00.00.000 E034.00.00.000\n", "geometry.too_few_points"),
        ("", "file.empty"),
    ],
)
def test_bad_outlines(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        outline.read(text.encode(), OPTIONS)
    assert caught.value.code == code


def test_an_open_outline_is_closed_and_told() -> None:
    text = "\n".join(LINES.splitlines()[:4])
    assert any(outline.CLOSED in note for note in outline.read(text.encode(), OPTIONS).notes)


PLAIN = {"type": "Feature", "properties": {}, "geometry": SQUARE}


@pytest.mark.parametrize(
    ("file", "document", "name"),
    [
        ("a.json", {"UASZoneList": []}, "ed269"),
        ("a.json", {"features": [zone()]}, "ed269"),
        ("a.json", feature(), "ed318"),
        ("a.geojson", {"type": "FeatureCollection", "features": [feature()]}, "ed318"),
        (
            "a.json",
            {"type": "Feature", "geometry": {"geometries": [{**SQUARE, "extent": {}}]}},
            "ed318",
        ),
        ("a.json", {"type": "FeatureCollection", "features": [PLAIN]}, "geojson"),
        ("a.geojson", {"type": "FeatureCollection", "features": [PLAIN]}, "geojson"),
        ("a.geojson", {"type": "FeatureCollection", "features": []}, "geojson"),
        ("a.geojson", {"type": "Feature", "geometry": {"geometries": []}}, "geojson"),
        ("a.json", {"name": "x", "shapes": []}, "traffic-airspace"),
        ("a.json", {"intents": {}}, "flight-intents"),
    ],
)
def test_known_by_what_is_in_it(file: str, document: object, name: str) -> None:
    assert recognise(file, json.dumps(document).encode()).name == name


def test_what_is_not_an_object_is_known_by_none() -> None:
    for known in (ed269.known, ed318.known, traffic_airspace.known):
        assert known(Peek(".json", b"[1]")) is False
    assert recognise("a.txt", LINES.encode()).name == "outline"
    assert outline.known(Peek(".txt", b"N033.00.00.000 E034.00.00.000\n")) is False


anything = st.recursive(
    st.sampled_from(
        [None, True, 0, -1, 1e300, "", "M", "YES", "ANY", "Polygon", "Point", "2026-05-01T00:00:00Z"]
    )
    | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["geometry", "applicability", "identifier", "name", "uomDimensions", "horizontalProjection", "type"]
KEYS += [
    "coordinates",
    "center",
    "radius",
    "layer",
    "extent",
    "properties",
    "dailyPeriod",
    "upperLimit",
    "day",
]


def changed(value: Any, key: str, new: object) -> Any:
    if isinstance(value, dict):
        return {k: new if k == key else changed(v, key, new) for k, v in value.items()}
    return [changed(one, key, new) for one in value] if isinstance(value, list) else value


@given(st.sampled_from(KEYS), anything)
def test_whatever_stands_anywhere(key: str, new: object) -> None:
    period = {**SPAN, "dailyPeriod": [{"day": ["ANY"]}], "schedule": [{"day": ["ANY"]}]}
    old = changed(zone(volume(), volume(ROUND), applicability=[period]), key, new)
    disc = {
        "type": "Point",
        "coordinates": [1, 2],
        "extent": {"subType": "Circle", "radius": 5},
        "layer": {"uom": "m"},
    }
    later = changed(feature(disc, limitedApplicability=[period]), key, new)
    for take, one in ((take269, old), (take318, later)):
        try:
            reading = take(one)
        except Invalid:
            continue
        assert reading.filed or reading.faults


def test_a_limit_without_reference_may_be_above_ground_or_sea_level() -> None:
    low = volume(lowerLimit=100, lowerVerticalReference=None)
    assert take269(zone(low)).filed[0].plan.volumes[0].lower == SURFACE


def test_a_row_that_says_nothing_or_is_none_bounds_nothing() -> None:
    row = {"day": ["ANY"], "startTime": "08:00Z", "endTime": "09:00Z"}
    for other in ("MON 10:00", {}, {"day": None}):
        assert windows({**SPAN, "dailyPeriod": [row, other]}) == [(T0, T0 + 3 * DAY)]


def test_a_schedule_is_rounded_outwards_and_a_missing_end_is_of_the_same_day() -> None:
    assert scheduled(day=["SAT"], startTime="08:00:00.5Z", endTime="09:59:59.999Z") == [
        (T0 + DAY + 8 * HOUR, T0 + DAY + 10 * HOUR)
    ]
    assert scheduled(day=["SAT"], startTime="08:00-05:00") == [(T0 + DAY + 13 * HOUR, T0 + DAY + 29 * HOUR)]
    assert scheduled(day=["SAT"], endTime="10:00+02:00") == [(T0 + DAY - 2 * HOUR, T0 + DAY + 8 * HOUR)]


def test_a_multipolygon_of_nothing_is_no_zone() -> None:
    reading = take269(zone(volume({"type": "MultiPolygon", "coordinates": []})))
    assert fault(reading)[0] == "uas_zone.geometry"


def test_zones_are_known_by_any_of_them() -> None:
    bare = {**feature(), "geometry": None}
    document = {"type": "FeatureCollection", "features": [bare, feature()]}
    assert recognise("a.geojson", json.dumps(document).encode()).name == "ed318"
    reading = take318(bare, feature())
    assert (len(reading.filed), fault(reading)[0]) == (1, "uas_zone.type")
