"""AIXM: airspaces of a message, their surfaces, limits, times and references."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import aixm, arc
from wideberth.formats.aixm import gml, limits, message
from wideberth.formats.format import Peek
from wideberth.formats.profile import NO_LOWER
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE

OPTIONS = Options(file="areas.xml", as_of=0)
NAMESPACES = (
    'xmlns:m="http://www.aixm.aero/schema/5.1/message" xmlns:a="http://www.aixm.aero/schema/5.1" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
EPSG = 'srsName="urn:ogc:def:crs:EPSG::4326"'
SQUARE = "50 10 50 10.1 50.1 10.1 50.1 10 50 10"


def document(*members: str, more: str = "") -> bytes:
    text = "".join(f"<m:hasMember>{one}</m:hasMember>" for one in members)
    return f"<m:AIXMBasicMessage {NAMESPACES}>{more}{text}</m:AIXMBasicMessage>".encode()


def surface(ring: str, crs: str = EPSG, inner: str = "") -> str:
    sides = f"<gml:exterior>{ring}</gml:exterior>{inner}"
    patches = f"<gml:patches><gml:PolygonPatch>{sides}</gml:PolygonPatch></gml:patches>"
    return f'<a:Surface gml:id="s" {crs}>{patches}</a:Surface>'


def linear(positions: str = SQUARE) -> str:
    return f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing>"


def ring(*segments: str) -> str:
    curve = f"<gml:Curve><gml:segments>{''.join(segments)}</gml:segments></gml:Curve>"
    return f"<gml:Ring><gml:curveMember>{curve}</gml:curveMember></gml:Ring>"


def string(positions: str = SQUARE, name: str = "GeodesicString") -> str:
    return f"<gml:{name}><gml:posList>{positions}</gml:posList></gml:{name}>"


def turned(start: float, end: float, radius: str = "10", uom: str = "[nmi_i]", at: str = "50 10") -> str:
    point = f"<gml:pointProperty><gml:Point><gml:pos>{at}</gml:pos></gml:Point></gml:pointProperty>"
    angles = f'<gml:startAngle uom="deg">{start}</gml:startAngle><gml:endAngle uom="deg">{end}</gml:endAngle>'
    inside = f'{point}<gml:radius uom="{uom}">{radius}</gml:radius>{angles}'
    return f"<gml:ArcByCenterPoint>{inside}</gml:ArcByCenterPoint>"


def disc(radius: str = "3", uom: str = "NM") -> str:
    inside = f'<gml:pos>50 10</gml:pos><gml:radius uom="{uom}">{radius}</gml:radius>'
    return f'<gml:CircleByCenterPoint numArc="1">{inside}</gml:CircleByCenterPoint>'


def height(name: str, value: str, uom: str = "FT", reference: str = "MSL") -> str:
    return f'<a:{name} uom="{uom}">{value}</a:{name}><a:{name}Reference>{reference}</a:{name}Reference>'


BAND = height("upperLimit", "95", "FL", "STD") + height("lowerLimit", "1000", "FT", "SFC")


def drawn(shape: str, band: str = BAND) -> str:
    return (
        f"<a:AirspaceVolume>{band}<a:horizontalProjection>{shape}</a:horizontalProjection></a:AirspaceVolume>"
    )


def component(volume: str, operation: str = "BASE") -> str:
    inside = f"<a:operation>{operation}</a:operation><a:theAirspaceVolume>{volume}</a:theAirspaceVolume>"
    inside = f"<a:AirspaceGeometryComponent>{inside}</a:AirspaceGeometryComponent>"
    return f"<a:geometryComponent>{inside}</a:geometryComponent>"


def period(start: str = "2026-05-01T00:00:00Z", end: str = "") -> str:
    last = (
        f"<gml:endPosition>{end}</gml:endPosition>"
        if end
        else '<gml:endPosition indeterminatePosition="unknown"/>'
    )
    inside = f"<gml:beginPosition>{start}</gml:beginPosition>{last}"
    return f"<gml:validTime><gml:TimePeriod>{inside}</gml:TimePeriod></gml:validTime>"


def state(
    *components: str,
    kind: str = "BASELINE",
    valid: str = period(),
    names: str = "<a:type>D</a:type><a:designator>EDD1</a:designator><a:name>RANGE</a:name>",
    more: str = "",
) -> str:
    inside = f"{valid}<a:interpretation>{kind}</a:interpretation>{names}{''.join(components)}{more}"
    return f"<a:timeSlice><a:AirspaceTimeSlice>{inside}</a:AirspaceTimeSlice></a:timeSlice>"


def airspace(*states: str, name: str = "uuid-1") -> str:
    identifier = f'<gml:identifier codeSpace="urn:uuid:">{name}</gml:identifier>'
    return f'<a:Airspace gml:id="id-{name}">{identifier}{"".join(states)}</a:Airspace>'


def take(*members: str, more: str = "") -> Reading:
    return aixm.read(document(*members, more=more), OPTIONS)


def whole(shape: str, band: str = BAND) -> Reading:
    reading = take(airspace(state(component(drawn(shape, band)))))
    assert reading.faults == ()
    return reading


def ground_of(shape: str) -> Any:
    return whole(shape).filed[0].plan.volumes[0].ground


def fault_of(*members: str) -> Invalid:
    reading = take(*members, airspace(state(component(drawn(surface(linear())))), name="good"))
    assert "EDD1" in [filed.plan.id for filed in reading.filed]
    (fault,) = reading.faults
    return fault


def test_an_airspace() -> None:
    reading = whole(surface(linear()))
    (filed,) = reading.filed
    assert filed.where == ('Airspace "EDD1" line 1',)
    assert (filed.plan.id, filed.plan.label, filed.plan.activity) == ("EDD1", "RANGE", "D")
    (volume,) = filed.plan.volumes
    corners = ((10, 50), (10.1, 50), (10.1, 50.1), (10, 50.1))
    assert volume.ground == Polygon(
        (tuple((round(x * DEGREE), round(y * DEGREE)) for x, y in corners),), "lonlat"
    )
    assert (volume.lower, volume.upper) == (Altitude("AGL", 1_000 * FOOT), Altitude("FL", 9_500 * FOOT))
    assert (volume.start, volume.end) == (1_777_593_600_000, None)
    assert len(reading.notes) == 1


def test_which_axis_stands_first() -> None:
    lonlat = "10 50 10.1 50 10.1 50.1 10 50.1 10 50"
    crs84 = 'srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84"'
    assert ground_of(surface(linear(lonlat), crs84)) == ground_of(surface(linear()))
    reading = whole(surface(linear(), ""))
    assert any(gml.NO_CRS in note for note in reading.notes)
    fault = fault_of(airspace(state(component(drawn(surface(linear(), 'srsName="EPSG:3857"'))))))
    assert (fault.code, fault.found) == ("aixm.crs", "EPSG:3857")


def test_positions_one_by_one_and_with_heights() -> None:
    points = "".join(
        f"<gml:pos>{one}</gml:pos>" for one in ("50 10 0", "50 10.1 0", "50.1 10.1 0", "50 10 0")
    )
    reading = whole(surface(f"<gml:LinearRing>{points}</gml:LinearRing>"))
    assert any(gml.THIRD in note for note in reading.notes)
    numbers = "50 10 0 50 10.1 0 50.1 10.1 0 50 10 0"
    listed = f'<gml:LinearRing><gml:posList srsDimension="3">{numbers}</gml:posList></gml:LinearRing>'
    assert ground_of(surface(listed)) == reading.filed[0].plan.volumes[0].ground


def test_a_point_by_reference() -> None:
    named = '<gml:Point gml:id="p"><gml:pos>50 10.05</gml:pos></gml:Point>'
    properties = '<gml:pointProperty xlink:href="#p"/>'
    two = "<gml:pos>50.1 10</gml:pos><gml:pos>50.1 10.1</gml:pos>"
    line = f"<gml:LineStringSegment>{two}{properties}</gml:LineStringSegment>"
    reading = take(airspace(state(component(drawn(surface(ring(line)))))), f"<a:Point>{named}</a:Point>")
    ground = reading.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Polygon)
    assert ground.rings[0][2] == (100_500_000, 500_000_000)
    assert any(message.OTHERS in note for note in reading.notes)
    assert fault_of(airspace(state(component(drawn(surface(ring(line))))))).code == "aixm.reference"


def test_geodesics_and_rings_of_both() -> None:
    assert ground_of(surface(ring(string()))).edges == "geodesic"
    assert ground_of(surface(ring(string(name="Geodesic")))).edges == "geodesic"
    assert ground_of(surface(ring(string(name="LineStringSegment")))).edges == "lonlat"
    first, second = string("60 10 60 20", "LineStringSegment"), string("60 20 61 20 61 10 60 10")
    mixed = ground_of(surface(ring(first, second)))
    assert mixed.edges == "geodesic"
    assert len(mixed.rings[0]) > 50  # the parallel, in geodesics that keep to it
    assert 0 < mixed.slack <= 6_000
    assert max(lat for lon, lat in mixed.rings[0] if lat < 605_000_000) < 600_000_100


def test_a_circle_and_a_hole() -> None:
    centre = (100_000_000, 500_000_000)
    assert ground_of(surface(ring(disc()))) == Circle(centre, 3 * NAUTICAL_MILE)
    for radius, uom, expected in (("5", "KM", 50_000_000), ("500", "m", 5_000_000), ("100", "FT", 304_800)):
        assert ground_of(surface(ring(disc(radius, uom)))).radius == expected
    inner = f"<gml:interior>{ring(disc('1'))}</gml:interior>"
    holed = ground_of(surface(linear("49 9 49 11 51 11 51 9 49 9"), inner=inner))
    assert len(holed.rings) == 2
    assert holed.edges == "geodesic"


def test_an_arc_is_bearings_clockwise_or_back() -> None:
    east, south = (
        arc.swept((10.0, 50.0), 18_520, 90, 0.1).points[0],
        arc.swept((10.0, 50.0), 18_520, 180, 0.1).points[0],
    )
    line = string(f"50 10 {east[1]} {east[0]}")
    sector = ground_of(surface(ring(line, turned(90, 180), string(f"{south[1]} {south[0]} 50 10"))))
    assert max(lat for _, lat in sector.rings[0]) <= 500_000_001
    back = ground_of(surface(ring(line, turned(90, -180), string(f"{south[1]} {south[0]} 50 10"))))
    assert max(lat for _, lat in back.rings[0]) > 501_600_000
    for lon, lat in sector.rings[0][2:-2]:
        assert arc.distance((10.0, 50.0), (lon / DEGREE, lat / DEGREE)) == pytest.approx(18_520, abs=0.1)
    from_east = surface(ring(line, turned(0, -90), string(f"{south[1]} {south[0]} 50 10")))
    reading = whole(from_east)
    assert any(gml.TURNED in note for note in reading.notes)
    other = reading.filed[0].plan.volumes[0].ground
    assert isinstance(other, Polygon)
    assert max(lat for _, lat in other.rings[0]) <= 500_000_001


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (surface(ring(string("50 10 50 10.5"), turned(180, 270))), "aixm.arc"),
        (surface(ring(turned(90, 90))), "aixm.arc"),
        (surface(ring(turned(0, 400))), "aixm.arc"),
        (surface(ring(turned(0, 90, "9999"))), "geometry.radius"),
        (surface(ring(turned(0, 90, "x"))), "aixm.number"),
        (surface(ring(turned(0, 90, uom="cubit"))), "aixm.number"),
        (surface(ring(turned(0, 90).replace('"deg"', '"grad"'))), "aixm.number"),
        (surface(ring(turned(180, 270), string("50 10 50 10.5 50 10.6"))), "aixm.arc"),
        (surface(ring(turned(0, 90, at=""))), "aixm.position"),
        (surface(ring("<gml:ArcByCenterPoint/>")), "aixm.position"),
        (surface(ring("<gml:Arc/>")), "aixm.geometry"),
        (
            surface(ring('<gml:Geodesic gml:id="g"><gml:pointProperty xlink:href="#g"/></gml:Geodesic>')),
            "aixm.reference",
        ),
        (surface(ring("<gml:OrientableCurve orientation='-'/>")), "aixm.geometry"),
        (surface(linear("50 10 50 x")), "aixm.position"),
        (surface(linear("50 10 50")), "aixm.position"),
        (surface(linear("")), "aixm.position"),
        (surface(linear("1 " * 30_004)), "geometry.too_many_points"),
        (surface(ring(string("50 10 50 11 " * 9_000) * 6)), "geometry.too_many_points"),
        (surface(linear("50 10 50 10.1 91 10 50 10")), "geometry.latitude"),
        (surface(linear("50 10 50.1 10.1 50.1 10 50 10.1 50 10")), "geometry.self_intersection"),
        (surface(""), "aixm.geometry"),
        ("<a:Surface/>", "aixm.geometry"),
        (surface('<gml:Ring><gml:curveMember xlink:href="#nowhere"/></gml:Ring>'), "aixm.reference"),
        ("", "aixm.geometry"),
    ],
)
def test_bad_shapes(shape: str, code: str) -> None:
    fault = fault_of(airspace(state(component(drawn(shape)))))
    assert fault.code == code
    assert fault.path.startswith('Airspace "EDD1" line 1')


def test_a_hair_of_a_crossing() -> None:
    reading = whole(surface(linear("50 10 50 10.1 50.1 10.1 50.1 10 50.05 10 50.0502 9.9995 50.05 10 50 10")))
    assert any(gml.CROSSES in note for note in reading.notes)


def test_curves_by_reference_and_in_circles() -> None:
    border = (
        f'<gml:Curve gml:id="b"><gml:segments>{string("50 10 50 10.1 50.1 10.1")}</gml:segments></gml:Curve>'
    )
    rest = f"<gml:Curve><gml:segments>{string('50.1 10.1 50.1 10 50 10')}</gml:segments></gml:Curve>"
    rest = f"<gml:curveMember>{rest}</gml:curveMember>"
    shape = surface(f'<gml:Ring><gml:curveMember xlink:href="#b"/>{rest}</gml:Ring>')
    reading = take(airspace(state(component(drawn(shape)))), f"<a:GeoBorder>{border}</a:GeoBorder>")
    ground = reading.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Polygon)
    assert len(ground.rings[0]) == 4
    loop = '<gml:Curve gml:id="c"><gml:curveMember xlink:href="#c"/></gml:Curve>'
    shape = surface('<gml:Ring><gml:curveMember xlink:href="#c"/></gml:Ring>')
    reading = take(airspace(state(component(drawn(shape)))), f"<a:GeoBorder>{loop}</a:GeoBorder>")
    assert [fault.code for fault in reading.faults] == ["aixm.reference"]


def test_references_that_multiply_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gml, "STEPS", 500)
    curves = "".join(
        f'<gml:Curve gml:id="c{k}">{f"""<gml:curveMember xlink:href="#c{k + 1}"/>""" * 9}</gml:Curve>'
        for k in range(7)
    )
    last = f'<gml:Curve gml:id="c7">{string()}</gml:Curve>'
    shape = surface('<gml:Ring><gml:curveMember xlink:href="#c0"/></gml:Ring>')
    reading = take(airspace(state(component(drawn(shape)))), f"<a:GeoBorder>{curves}{last}</a:GeoBorder>")
    assert [fault.code for fault in reading.faults] == ["aixm.too_many"]


def test_a_surface_by_reference_and_a_centreline() -> None:
    holder = '<a:AirspaceVolume><a:horizontalProjection xlink:href="#s"/></a:AirspaceVolume>'
    other = f"<a:Thing>{surface(linear())}</a:Thing>"
    reading = take(airspace(state(component(holder))), other)
    assert isinstance(reading.filed[0].plan.volumes[0].ground, Polygon)
    assert (reading.filed[0].plan.volumes[0].lower, reading.filed[0].plan.volumes[0].upper) == (
        SURFACE,
        UNLIMITED,
    )
    assert any(NO_LOWER in note for note in reading.notes)
    assert fault_of(airspace(state(component(holder.replace("#s", "#t"))))).code == "aixm.reference"
    line = f"<a:Curve {EPSG}><gml:segments>{string('50 10 51 10')}</gml:segments></a:Curve>"
    lane = f'{BAND}<a:width uom="NM">10</a:width><a:centreline>{line}</a:centreline>'
    lane = f"<a:AirspaceVolume>{lane}</a:AirspaceVolume>"
    ground = take(airspace(state(component(lane)))).filed[0].plan.volumes[0].ground
    assert isinstance(ground, Corridor)
    assert (ground.half_width, ground.edges) == (5 * NAUTICAL_MILE, "geodesic")
    assert fault_of(airspace(state(component(lane.replace("NM", "rod"))))).code == "aixm.number"


def test_gml_polygons() -> None:
    area = f"<gml:Polygon {EPSG}><gml:exterior>{linear()}</gml:exterior></gml:Polygon>"
    assert ground_of(area) == ground_of(surface(linear()))


@pytest.mark.parametrize(
    ("band", "lower", "upper"),
    [
        (height("upperLimit", "UNL") + height("lowerLimit", "GND"), SURFACE, UNLIMITED),
        (
            height("upperLimit", "0", "FT", "SFC") + height("lowerLimit", "-5", "M", "SFC"),
            Altitude("AGL", -50_000),
            Altitude("AGL", 0),
        ),
        (
            height("upperLimit", "3000.5") + height("lowerLimit", "0", "M"),
            Altitude("MSL/ALT", 0),
            Altitude("MSL/ALT", 9_145_524),
        ),
        (height("upperLimit", "900", "SM", "STD"), SURFACE, Altitude("FL", 9_000 * METRE)),
        (height("upperLimit", "9500", "FT", "STD"), SURFACE, Altitude("FL", 9_500 * FOOT)),
        (height("upperLimit", "95", "FL", "MSL"), SURFACE, Altitude("FL", 9_500 * FOOT)),
        (height("upperLimit", "900", "M", "W84"), SURFACE, Altitude("HAE", 900 * METRE)),
        (height("upperLimit", "CEILING") + height("lowerLimit", "FLOOR"), SURFACE, UNLIMITED),
        (height("upperLimit", ""), SURFACE, UNLIMITED),
    ],
)
def test_bands(band: str, lower: Altitude, upper: Altitude) -> None:
    (volume,) = whole(surface(linear()), band).filed[0].plan.volumes
    assert (volume.lower, volume.upper) == (lower, upper)


def test_whichever_is_higher_is_both() -> None:
    band = height("upperLimit", "95", "FL", "STD") + height("maximumLimit", "2000", "FT", "SFC")
    reading = whole(surface(linear()), band)
    assert [filed.plan.volumes[0].upper for filed in reading.filed] == [
        Altitude("FL", 9_500 * FOOT),
        Altitude("AGL", 2_000 * FOOT),
    ]
    assert any(limits.SEVERAL in note for note in reading.notes)


@pytest.mark.parametrize(
    "band",
    [
        height("upperLimit", "high"),
        height("upperLimit", "95", "KM"),
        height("upperLimit", "95", "FT", ""),
        height("upperLimit", "95", "FT", "QFE"),
        height("upperLimit", "1e3"),
    ],
)
def test_bad_bands(band: str) -> None:
    assert fault_of(airspace(state(component(drawn(surface(linear()), band))))).code == "aixm.limit"


def test_parts_taken_off_stay_in() -> None:
    hole = drawn(surface(linear("50.02 10.02 50.02 10.04 50.04 10.04 50.02 10.02")))
    other = drawn(surface(linear("51 10 51 10.1 51.1 10.1 51 10")))
    base = drawn(surface(linear()))
    reading = take(
        airspace(
            state(
                component(base),
                component(other, "UNION"),
                component(hole, "SUBTR"),
                component(hole, "INTERS"),
            )
        )
    )
    assert len(reading.filed[0].plan.volumes) == 2
    assert any(message.SUBTRACTED in note for note in reading.notes)
    assert any(message.INTERSECTED in note for note in reading.notes)
    assert fault_of(airspace(state(component(base, "XOR")))).code == "aixm.operation"
    assert fault_of(airspace(state(component(base, "SUBTR")))).code == "aixm.geometry"


MOMENT = "<gml:TimeInstant><gml:timePosition>2026-05-01T00:00:00Z</gml:timePosition></gml:TimeInstant>"
INSTANT = f"<gml:validTime><gml:TimePeriod><gml:begin>{MOMENT}</gml:begin></gml:TimePeriod></gml:validTime>"


@pytest.mark.parametrize(
    ("valid", "start", "end"),
    [
        (period("2026-05-01T00:00:00.000", "2026-05-02T00:00:00Z"), 1_777_593_600_000, 1_777_680_000_000),
        (period("2026-05-01T02:00+02:00", "2026-05-01"), 1_777_593_600_000, 1_777_680_000_000),
        (period("", "2026-05-02T00:00:00Z"), None, 1_777_680_000_000),
        (
            "<gml:validTime><gml:TimeInstant><gml:timePosition>2026-05-01</gml:timePosition></gml:TimeInstant></gml:validTime>",
            None,
            None,
        ),
        ("", None, None),
        (
            INSTANT,
            1_777_593_600_000,
            None,
        ),
    ],
)
def test_validity(valid: str, start: int | None, end: int | None) -> None:
    (filed,) = take(airspace(state(component(drawn(surface(linear()))), valid=valid))).filed
    assert (filed.plan.volumes[0].start, filed.plan.volumes[0].end) == (start, end)


def test_bad_validity() -> None:
    base = component(drawn(surface(linear())))
    assert fault_of(airspace(state(base, valid=period("soon")))).code == "aixm.time"
    assert fault_of(airspace(state(base, valid=period("2026-13-01T00:00:00Z")))).code == "time.malformed"
    assert fault_of(airspace(state(base, valid=period(end="2020-01-01T00:00:00Z")))).code == "time.backwards"


def test_slices_of_every_kind() -> None:
    base = component(drawn(surface(linear())))
    active = "<a:activation><a:AirspaceActivation/></a:activation>"
    reading = take(
        airspace(
            state(base, more=active),
            state(kind="TEMPDELTA"),
            state(base, kind="PERMDELTA"),
            state(base, kind="SNAPSHOT"),
        )
    )
    assert [filed.plan.id for filed in reading.filed] == ["EDD1", "EDD1 (2)", "EDD1 (3)"]
    for note in (message.DELTA, message.DELTA_DRAWN, message.SCHEDULE):
        assert any(note in told for told in reading.notes)
    assert fault_of(airspace()).code == "aixm.geometry"
    assert fault_of(airspace(state())).code == "aixm.geometry"
    assert fault_of(airspace(state(kind="TEMPDELTA"))).code == "aixm.geometry"
    assert take(airspace(state(base)), airspace(state(kind="TEMPDELTA"))).faults == ()


def contributor(target: str, dependency: str = "FULL_GEOMETRY", band: str = "") -> str:
    inside = f'<a:dependency>{dependency}</a:dependency><a:theAirspace xlink:href="{target}"/>'
    depends = f"<a:AirspaceVolumeDependency>{inside}</a:AirspaceVolumeDependency>"
    return (
        f"<a:AirspaceVolume>{band}<a:contributorAirspace>{depends}</a:contributorAirspace></a:AirspaceVolume>"
    )


def test_airspaces_drawn_from_others() -> None:
    base = airspace(state(component(drawn(surface(linear())))), name="base")
    names = "<a:name>SECTOR</a:name>"
    full = airspace(state(component(contributor("urn:uuid:base")), names=names), name="full")
    flat = airspace(
        state(
            component(contributor("#id-base", "HORZ_PROJECTION", height("upperLimit", "245", "FL", "STD"))),
            names="",
        ),
        name="flat",
    )
    reading = take(base, full, flat)
    first, second, third = (filed.plan for filed in reading.filed)
    assert second.id == "SECTOR"
    assert third.id == "flat"
    assert second.volumes[0].ground == first.volumes[0].ground == third.volumes[0].ground
    assert second.volumes[0].upper == first.volumes[0].upper
    assert third.volumes[0].upper == Altitude("FL", 24_500 * FOOT)
    assert fault_of(full).code == "aixm.reference"
    circle = (
        airspace(state(component(contributor(f"#id-{b}"))), name=a) for a, b in (("a", "b"), ("b", "a"))
    )
    reading = take(*circle)
    assert [fault.code for fault in reading.faults] == ["aixm.reference", "aixm.reference"]


def test_airspaces_that_multiply_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    base = airspace(state(component(drawn(surface(linear())))), name="n0")
    steps = (airspace(state(*[component(contributor(f"#id-n{k}"))] * 11), name=f"n{k + 1}") for k in range(4))
    reading = take(base, *steps)
    assert [len(filed.plan.volumes) for filed in reading.filed] == [1, 11, 121]
    assert [fault.code for fault in reading.faults] == ["aixm.too_many"] * 2
    monkeypatch.setattr(message, "ALL_VOLUMES", 2)
    assert {fault.code for fault in take(base, base, base).faults} == {"aixm.too_many"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<kml/>", "aixm.not_aixm"),
        (document(), "aixm.empty"),
        (document("<a:Airspace/>" * 100_001), "aixm.too_many"),
        (b"", "file.empty"),
        (document().replace(b"<m:", b"<!DOCTYPE x><m:", 1), "xml.doctype"),
    ],
)
def test_no_message_of_airspaces(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        aixm.read(data, OPTIONS)
    assert caught.value.code == code


def test_known() -> None:
    assert recognise("a.xml", document()).name == "aixm"
    assert aixm.known(Peek(".xml", b'<x:Airspace xmlns:x="http://www.aixm.aero/schema/5.1.1"/>'))
    assert not aixm.known(Peek(".xml", b"<event/>"))


TEXT = document(
    airspace(
        state(
            component(drawn(surface(ring(string(), turned(0, 90)), inner=""))),
            component(contributor("#id-x")),
        )
    )
).decode()
WORDS = sorted({word for word in TEXT.replace("<", " ").replace(">", " ").split() if len(word) < 40})


@given(
    st.sampled_from(WORDS),
    st.sampled_from(["", "x", "0", "-1e9", "NaN", "a:Airspace", "gml:pos", "1 2 3"])
    | st.text("<>/ab1 &;", max_size=6),
)
def test_whatever_stands_anywhere(old: str, new: str) -> None:
    try:
        reading = aixm.read(TEXT.replace(old, new, 1).encode(), OPTIONS)
    except Invalid:
        return
    assert isinstance(reading.faults, tuple)
