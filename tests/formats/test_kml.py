"""KML: Placemarks to plans, and real files as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from wideberth.errors import Invalid
from wideberth.formats import kml
from wideberth.formats.kmltime import DATE_TOLD
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import METRE
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="data/areas.kml", as_of=0)
T0 = 1_767_225_600_000  # 2026-01-01T00:00:00Z
DAY = 86_400_000
RING = "24,48,{0} 25,48,{1} 25,49,{0} 24,49,{0} 24,48,{0}"


def document(*placemarks: str, head: str = '<kml xmlns="http://www.opengis.net/kml/2.2">') -> bytes:
    return f"{head}<Document><name>D</name>{''.join(placemarks)}</Document></kml>".encode()


def polygon(low: str = "0", high: str = "0", mode: str = "", ring: str = RING, inner: str = "") -> str:
    outer = f"<coordinates>{ring.format(low, high)}</coordinates>"
    outer = f"<outerBoundaryIs><LinearRing>{outer}</LinearRing></outerBoundaryIs>"
    return f"<Polygon>{mode}{outer}{inner}</Polygon>"


def point(at: str = "24,48", mode: str = "") -> str:
    return f"<Point>{mode}<coordinates>{at}</coordinates></Point>"


def line(at: str = "24,48 25,48", mode: str = "") -> str:
    return f"<LineString>{mode}<coordinates>{at}</coordinates></LineString>"


def mark(geometry: str, name: str = "North", inside: str = "", attributes: str = "", **data: str) -> str:
    pairs = "".join(f'<Data name="{key}"><value>{value}</value></Data>' for key, value in data.items())
    extended = f"<ExtendedData>{pairs}</ExtendedData>" if data else ""
    return f"<Placemark{attributes}><name>{name}</name>{inside}{extended}{geometry}</Placemark>"


def read(*placemarks: str, options: Options = OPTIONS) -> Reading:
    return kml.read(document(*placemarks), options)


def plan_of(*placemarks: str) -> Plan:
    (filed,) = read(*placemarks).filed
    return filed.plan


def volume_of(placemark: str) -> Volume:
    (volume,) = plan_of(placemark).volumes
    return volume


def refusal(*placemarks: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(*placemarks)
    return caught.value


ALL = {"party": "A", "plan": "p", "lower": "SFC", "upper": "UNL"}
SPAN = "<TimeSpan><begin>2026-01-01T00:00:00Z</begin><end>2026-01-01T01:00:00Z</end></TimeSpan>"


def test_a_polygon_with_everything() -> None:
    reading = read(
        mark(
            polygon(),
            inside=SPAN,
            **{**ALL, "lower": "120m AGL", "upper": "FL310"},
            activity="survey",
            priority="7",
            state="activated",
            pad='{"h_m": 5, "v_m": 1.5}',
            band="2.40GHz..2.48GHz",
            note="n",
            colour="red",
        )
    )
    assert reading.notes == ()
    (filed,) = reading.filed
    assert filed.where == ('Placemark "North" line 1',)
    west, south, east, north = 240_000_000, 480_000_000, 250_000_000, 490_000_000
    corners = ((west, south), (east, south), (east, north), (west, north))
    volume = Volume(
        Polygon((corners,), "lonlat"),
        Altitude("AGL", 120 * METRE),
        Altitude("FL", 31_000 * 3_048),
        T0,
        T0 + 3_600_000,
        Frequencies(2_400_000_000, 2_480_000_000),
        Pad(50_000, 15_000),
    )
    assert filed.plan == Plan("A", "p", (volume,), "survey", "activated", 7, label="North", note="n")


def test_a_bare_placemark_takes_the_defaults_and_tells_them() -> None:
    reading = read(mark(polygon()), mark(point(), "South", radius_m="100"))
    assert [filed.plan.key for filed in reading.filed] == [
        ("data/areas.kml", "North"),
        ("data/areas.kml", "South"),
    ]
    assert [filed.plan.label for filed in reading.filed] == ["", ""]
    volume = reading.filed[0].plan.volumes[0]
    assert (volume.lower, volume.upper, volume.start, volume.end) == (SURFACE, UNLIMITED, None, None)
    place = '(Placemark "North" line 1 and 1 more)'
    assert reading.notes == (
        f"no party is stated, read as 'data/areas.kml' {place}",
        f"no altitude is stated, read as SFC to UNL {place}",
        f"no start and no end are stated, read as in force until further notice {place}",
    )


def test_plan_ids() -> None:
    reading = read(
        mark(polygon(), "same", plan="p"),
        mark(polygon(), "same", attributes=' id="pm1"'),
        mark(polygon(), "same"),
        mark(polygon(), "alone"),
        mark(polygon(), "p"),
        mark(polygon(), ""),
    )
    found = [(filed.plan.id, filed.plan.label) for filed in reading.filed]
    assert found == [
        ("p", "same"),
        ("pm1", "same"),
        ("areas.kml#3", "same"),
        ("alone", ""),
        ("areas.kml#5", "p"),
        ("areas.kml#6", ""),
    ]


def test_placemarks_of_one_plan_are_its_volumes() -> None:
    reading = read(mark(polygon(), "N", **ALL), mark(point(), "S", **ALL, radius_m="1"))
    (filed,) = reading.filed
    assert filed.plan.label == "N; S"
    assert filed.where == ('Placemark "N" line 1', 'Placemark "S" line 1')
    assert refusal(mark(polygon(), **ALL, state="ended"), mark(polygon(), **ALL, state="accepted")).code == (
        "plan.differs"
    )


def test_folders_in_folders_and_a_placemark_at_the_root() -> None:
    inner = f"<Folder><Folder>{mark(polygon())}</Folder><Placemark>{polygon()}</Placemark></Folder>"
    assert [filed.plan.id for filed in read(inner).filed] == ["North", "areas.kml#2"]
    bare = f'<kml xmlns="http://www.opengis.net/kml/2.2">{mark(polygon())}</kml>'.encode()
    assert kml.read(bare, OPTIONS).filed[0].plan.id == "North"


@pytest.mark.parametrize(
    "head",
    [
        "<kml>",
        '<kml xmlns="http://earth.google.com/kml/2.1">',
        '<kml xmlns="http://earth.google.com/kml/2.2">',
    ],
)
def test_older_namespaces(head: str) -> None:
    assert kml.read(document(mark(polygon()), head=head), OPTIONS).filed[0].plan.id == "North"


def test_prefixed_elements() -> None:
    text = document(mark(polygon())).decode().replace('xmlns="', 'xmlns:k="')
    text = text.replace("</", "</k:").replace("<", "<k:").replace("<k:/k:", "</k:")
    assert kml.read(text.encode(), OPTIONS).filed[0].plan.id == "North"


def test_holes() -> None:
    ring = "<LinearRing><coordinates>{0},48.2 {1},48.2 {1},48.4 {0},48.2</coordinates></LinearRing>"
    one = f"<innerBoundaryIs>{ring.format(24.1, 24.3)}{ring.format(24.4, 24.5)}</innerBoundaryIs>"
    two = f"<innerBoundaryIs>{ring.format(24.6, 24.7)}</innerBoundaryIs>"
    ground = volume_of(mark(polygon(inner=one + two))).ground
    assert isinstance(ground, Polygon)
    assert [len(ring) for ring in ground.rings] == [4, 3, 3, 3]
    assert ground.rings[3][0] == (246_000_000, 482_000_000)


def test_a_multigeometry_is_one_volume_a_part() -> None:
    inner = f"<MultiGeometry>{point()}</MultiGeometry>"
    shape = f"<MultiGeometry>{polygon()}\n{line()}{inner}</MultiGeometry>"
    reading = read(mark(shape, radius_m="5", half_width_m="6"))
    (filed,) = reading.filed
    assert [type(volume.ground) for volume in filed.plan.volumes] == [Polygon, Corridor, Circle]
    assert filed.where == (
        'Placemark "North" line 1, Polygon line 1',
        'Placemark "North" line 1, LineString line 2',
        'Placemark "North" line 1, Point line 2',
    )


def test_point_and_line_measures() -> None:
    assert volume_of(mark(point(), radius_m="1e2")).ground == Circle((240_000_000, 480_000_000), 1_000_000)
    assert volume_of(mark(line(), half_width_m="0.00001")).ground == Corridor(
        ((240_000_000, 480_000_000), (250_000_000, 480_000_000)), 1, "lonlat"
    )
    assert refusal(mark(point())).code == "geometry.no_radius"
    assert refusal(mark(line())).code == "geometry.no_half_width"
    assert refusal(mark(polygon(), radius_m="5")).code == "profile.wrong_shape"


ABSOLUTE = "<altitudeMode>absolute</altitudeMode>"
RELATIVE = "<altitudeMode>relativeToGround</altitudeMode>"
EXTRUDE = "<extrude>1</extrude>"


@pytest.mark.parametrize(
    ("mode", "lower", "upper"),
    [
        (ABSOLUTE, Altitude("MSL", 1_000_000), Altitude("MSL", 1_200_001)),
        (EXTRUDE + ABSOLUTE, SURFACE, Altitude("MSL", 1_200_001)),
        (RELATIVE, Altitude("AGL", 1_000_000), Altitude("AGL", 1_200_001)),
        ("<extrude>true</extrude>" + RELATIVE, SURFACE, Altitude("AGL", 1_200_001)),
        ("<extrude>0</extrude>" + RELATIVE, Altitude("AGL", 1_000_000), Altitude("AGL", 1_200_001)),
    ],
)
def test_heights_of_coordinates(mode: str, lower: Altitude, upper: Altitude) -> None:
    volume = volume_of(mark(polygon("100.00009", "120.00001", mode)))
    assert (volume.lower, volume.upper) == (lower, upper)
    notes = read(mark(polygon("100", "120", mode))).notes
    assert not any("altitude" in note or "height" in note for note in notes)


def test_heights_are_ignored_where_limits_are_stated_and_told_once() -> None:
    placemark = mark(polygon("100", "120", ABSOLUTE), lower="1m AGL", upper="2m AGL")
    reading = read(placemark, placemark.replace("North", "South"))
    assert reading.filed[0].plan.volumes[0].upper == Altitude("AGL", 20_000)
    told = [note for note in reading.notes if "heights" in note]
    assert told == [
        'heights of coordinates are ignored: lower or upper is stated (Placemark "North" line 1 and 1 more)'
    ]


@pytest.mark.parametrize("mode", ["", "<altitudeMode>clampToGround</altitudeMode>"])
def test_heights_are_ignored_on_the_ground(mode: str) -> None:
    reading = read(mark(polygon("100", "120", mode)))
    volume = reading.filed[0].plan.volumes[0]
    assert (volume.lower, volume.upper) == (SURFACE, UNLIMITED)
    assert any("heights of coordinates are ignored: altitudeMode is absent" in note for note in reading.notes)
    assert any("no altitude is stated" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (polygon(mode="<altitudeMode>Absolute</altitudeMode>"), "kml.altitude_mode"),
        (polygon(mode=f"<extrude>yes</extrude>{ABSOLUTE}"), "kml.boolean"),
        (polygon(mode=ABSOLUTE, ring="24,48 25,48 25,49 24,48"), "kml.height"),
        (polygon("1e9", "1e9", ABSOLUTE), "altitude.range"),
        (polygon(ring="24,48 25,48 25,49 24,49"), "geometry.open_ring"),
        (polygon(ring="24,48 25,91 25,49 24,48"), "geometry.latitude"),
        (polygon(ring="24,48 NaN,48 25,49 24,48"), "kml.coordinates"),
        (polygon(ring="24,48 1_0,48 25,49 24,48"), "kml.coordinates"),
        (polygon(ring="24;48 25;48 25;49 24;48"), "kml.coordinates"),
        (polygon(ring="24,48,0,7 25,48,0,7 25,49,0,7 24,48,0,7"), "kml.coordinates"),
        (polygon(ring="24,,48 25,48 25,49 24,48"), "kml.coordinates"),
        (polygon(ring="24,48," * 20_000), "geometry.too_many_points"),
        (polygon(ring=""), "geometry.too_few_points"),
        ("<Polygon/>", "kml.geometry"),
        ("<Polygon><outerBoundaryIs><LinearRing/></outerBoundaryIs></Polygon>", "kml.coordinates"),
        ("<LinearRing><coordinates>24,48</coordinates></LinearRing>", "kml.geometry"),
        ("<Model/>", "kml.geometry"),
        ("<MultiGeometry/>", "kml.geometry"),
        (polygon() + polygon(), "kml.geometry"),
        ("", "kml.geometry"),
    ],
)
def test_bad_geometry(geometry: str, code: str) -> None:
    error = refusal(mark(geometry))
    assert error.code == code
    assert error.path.startswith('Placemark "North" line 1')


def test_a_point_of_two_positions_and_places_in_errors() -> None:
    error = refusal(mark(point("24,48 25,48"), radius_m="1"))
    assert (error.code, error.found) == ("kml.coordinates", "2 positions")
    error = refusal(mark(line("24,48 25,x"), half_width_m="1"))
    assert error.path == 'Placemark "North" line 1, LineString[1]'


def test_spaces_beside_commas_leave_no_doubt() -> None:
    ground = volume_of(mark(polygon(ring="24, 48, 0 \n 25 ,48,0 25,49,0\t24 , 49 , 0 24,48,0"))).ground
    assert isinstance(ground, Polygon)
    assert len(ground.rings[0]) == 4


def test_schema_data_repeated_keys_and_spelling() -> None:
    simple = '<SchemaData schemaUrl="#s"><SimpleData name="radius_m"> 5 </SimpleData></SchemaData>'
    extended = f"<ExtendedData>{simple}</ExtendedData>"
    assert volume_of(mark(point(), inside=extended)).ground == Circle((240_000_000, 480_000_000), 50_000)
    assert refusal(mark(point(), inside=extended, radius_m="5")).code == "kml.repeated_key"
    error = refusal(mark(point(), Radius_m="5"))
    assert (error.code, error.path) == ("profile.key_spelling", 'Placemark "North" line 1, ExtendedData')


def test_an_empty_value_is_absent() -> None:
    assert read(mark(polygon(), party="", radius_m=" ", pad="")) == read(mark(polygon()))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("pad_m", "5m", "profile.type"),
        ("pad_m", "nan", "profile.type"),
        ("priority", "1.0", "profile.type"),
        ("pad", "5", "profile.type"),
        ("pad", "{", "json.syntax"),
        ("band", "2GHz", "profile.type"),
        ("band", "2GHz..3Ghy", "frequency.unknown_unit"),
        ("band", '{"from": "2GHz"}', "profile.type"),
        ("lower", '{"value": 1, "unit": "m", "datum": "QFE"}', "altitude.unknown_datum"),
        ("state", "flying", "plan.state"),
    ],
)
def test_bad_values(key: str, value: str, code: str) -> None:
    error = refusal(mark(polygon(), **{key: value.replace('"', "&quot;")}))
    assert error.code == code
    assert error.path.startswith(f'Placemark "North" line 1, ExtendedData.{key}')


def test_limits_in_json_say_their_datum() -> None:
    placemark = mark(polygon(), lower='{"value": 5, "unit": "m", "datum": "MSL"}', upper="9m MSL")
    reading = read(placemark)
    volume = reading.filed[0].plan.volumes[0]
    assert (volume.lower, volume.upper) == (Altitude("MSL", 50_000), Altitude("MSL/ALT", 90_000))
    assert sum("read as both" in note for note in reading.notes) == 1


@pytest.mark.parametrize(
    ("begin", "end", "start", "stop"),
    [
        ("2026-01-01T02:00:00+02:00", "2026-01-01T01:00:00Z", T0, T0 + 3_600_000),
        ("2026-01-01", "2026-01-01", T0, T0 + DAY),
        ("2026-01", "2026-01", T0, T0 + 31 * DAY),
        ("2026", "2026", T0, T0 + 365 * DAY),
        ("2026-01-01+02:00", "2026-01-31Z", T0 - 7_200_000, T0 + 31 * DAY),
        ("", "2025-12-31", None, T0),
        ("2026-01-01", "", T0, None),
    ],
)
def test_time_spans(begin: str, end: str, start: int | None, stop: int | None) -> None:
    inside = "".join(f"<{n}>{t}</{n}>" for n, t in (("begin", begin), ("end", end)) if t)
    volume = volume_of(mark(polygon(), inside=f"<TimeSpan>{inside}</TimeSpan>"))
    assert (volume.start, volume.end) == (start, stop)


def test_a_date_is_told_once_and_taken_in_the_zone_if_there_is_one() -> None:
    inside = "<TimeSpan><begin>2026-01-01</begin><end>2026-01-02</end></TimeSpan>"
    reading = read(mark(polygon(), inside=inside))
    assert [note for note in reading.notes if "date" in note] == [
        f'{DATE_TOLD.format("UTC")} (Placemark "North" line 1)'
    ]
    there = Options(file="a.kml", as_of=0, zone="Europe/Kyiv")
    volume = read(mark(polygon(), inside=inside), options=there).filed[0].plan.volumes[0]
    assert (volume.start, volume.end) == (T0 - 7_200_000, T0 + 2 * DAY - 7_200_000)


def test_a_time_stamp_is_an_instant() -> None:
    stamp = "<TimeStamp><when>2026-01-01T00:00:00Z</when></TimeStamp>"
    volume = volume_of(mark(polygon(), inside=stamp))
    assert (volume.start, volume.end) == (T0, T0)
    whole = volume_of(mark(polygon(), inside=stamp.replace("T00:00:00Z", "")))
    assert (whole.start, whole.end) == (T0, T0 + DAY)


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<TimeSpan><begin>2026-02-30</begin></TimeSpan>", "time.malformed"),
        ("<TimeSpan><end>9999</end></TimeSpan>", "time.malformed"),
        ("<TimeSpan><begin>2026-01-01T00:00:00</begin></TimeSpan>", "time.no_offset"),
        ("<TimeSpan><begin>2026-01-02</begin><end>2025-01-01</end></TimeSpan>", "time.backwards"),
        ("<TimeStamp/>", "time.malformed"),
        (SPAN + SPAN, "time.twice"),
    ],
)
def test_bad_times(inside: str, code: str) -> None:
    assert refusal(mark(polygon(), inside=inside)).code == code


def test_start_and_end_in_extended_data_only_without_a_time_span() -> None:
    volume = volume_of(mark(polygon(), start="2026-01-01T00:00:00Z", end="2026-01-01T00:00:01Z"))
    assert (volume.start, volume.end) == (T0, T0 + 1_000)
    assert refusal(mark(polygon(), inside=SPAN, start="2026-01-01T00:00:00Z")).code == "time.twice"


def test_the_camera_says_nothing_about_the_plan() -> None:
    look = f"<LookAt>{SPAN}<altitudeMode>absolute</altitudeMode></LookAt>"
    assert volume_of(mark(polygon(), inside=look)).start is None


@pytest.mark.parametrize(
    "times",
    [
        "2026-01-01T00:00:00Z 2026-01-01T00:05:00Z",
        "2026-01-01T00:00:00Z,\n2026-01-01T00:05:00Z",
        "[&quot;2026-01-01T00:00:00Z&quot;, &quot;2026-01-01T00:05:00Z&quot;]",
    ],
)
def test_a_line_with_times_is_a_route(times: str) -> None:
    volume = volume_of(mark(line("24,48 24.1,48"), half_width_m="50", time_pad_s="10", times=times))
    assert (volume.start, volume.end) == (T0 - 10_000, T0 + 310_000)
    assert refusal(mark(line("24,48 24.1,48"), half_width_m="50", times=times, inside=SPAN)).code == (
        "route.start_or_end"
    )


TRACK = (
    '<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2">{mode}'
    "<when>2026-01-01T00:00:00Z</when><when>2026-01-01T00:05:00Z</when>{more}"
    "<gx:coord>24 48 100</gx:coord><gx:coord>24.1 48 200</gx:coord></gx:Track>"
)


def test_a_track_is_a_route_in_the_band_of_its_heights() -> None:
    track = TRACK.format(mode=ABSOLUTE, more="")
    volume = volume_of(mark(track, half_width_m="50", time_pad_s="10"))
    assert volume == Volume(
        Corridor(((240_000_000, 480_000_000), (241_000_000, 480_000_000)), 500_000, "lonlat"),
        Altitude("MSL", 1_000_000),
        Altitude("MSL", 2_000_000),
        T0 - 10_000,
        T0 + 310_000,
    )
    assert refusal(mark(track)).code == "geometry.no_half_width"
    assert refusal(mark(track, half_width_m="50", inside=SPAN)).code == "route.start_or_end"
    uneven = TRACK.format(mode="", more="<when>2026-01-01T00:06:00Z</when>")
    assert refusal(mark(uneven, half_width_m="50")).code == "route.times"
    gap = TRACK.format(mode="", more="<when>2026-01-01T00:06:00Z</when><gx:coord/>")
    assert refusal(mark(gap, half_width_m="50")).code == "kml.coordinates"


def test_what_is_not_read_is_told() -> None:
    reading = read("<NetworkLink/>", mark(polygon()), "\n<Folder><NetworkLink/><GroundOverlay/></Folder>")
    assert reading.notes[:2] == (
        "NetworkLink is not read: only Placemarks are (line 1 and 1 more)",
        "GroundOverlay is not read: only Placemarks are (line 2)",
    )


@pytest.mark.parametrize("element", ["<placemark/>", '<x:Placemark xmlns:x="urn:x"/>', "<folder/>"])
def test_a_placemark_that_would_be_lost_is_refused(element: str) -> None:
    assert refusal(mark(polygon()), element).code == "kml.element"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html/>", "kml.not_kml"),
        (b'<kml xmlns="urn:other"/>', "kml.not_kml"),
        (b"<kml/>", "kml.empty"),
        (b"", "file.empty"),
        (b'{"type": "FeatureCollection"}', "xml.syntax"),
    ],
)
def test_not_a_document_of_plans(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        kml.read(data, OPTIONS)
    assert caught.value.code == code


def test_a_name_over_two_lines_and_a_misleading_one() -> None:
    assert plan_of(mark(polygon(), "\n North\n  side ")).id == "North side"
    assert refusal(mark(polygon(), "a\u202eb")).code == "text.control"


def test_two_placemarks_of_the_same_id() -> None:
    assert refusal(mark(polygon(), attributes=' id="a"'), mark(polygon(), attributes=' id="a"')).code == (
        "plan.repeated_id"
    )


def test_hostile_xml_that_parses_is_not_kml(shared: Path) -> None:
    for name in ("good.xml", "lat-nan.xml", "xinclude.xml", "many-attributes.xml"):
        with pytest.raises(Invalid) as caught:
            kml.read((shared / "vectors" / "xml-hostile" / name).read_bytes(), OPTIONS)
        assert caught.value.code == "kml.not_kml"


def test_too_many_placemarks() -> None:
    with pytest.raises(Invalid) as caught:
        kml.read(b"<kml>" + b"<Placemark/>" * 100_001 + b"</kml>", OPTIONS)
    assert (caught.value.code, caught.value.found) == ("kml.too_many", "100,001 Placemarks")
