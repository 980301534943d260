"""AIXM messages that we write: valid by the schema, read by others, and holding at least what was planned."""

from __future__ import annotations

import io
from collections.abc import Callable

import aviconv_aixm
import numpy as np
import pytest
from aviconv_aixm.profile import PROFILE_5_1_1
from hypothesis import given, settings
from lxml import etree
from msgspec import structs

from tests.formats.made_plans import plans as made_plans
from wideberth.errors import Invalid
from wideberth.formats import aixm
from wideberth.formats.aixm import compose
from wideberth.formats.reading import Options
from wideberth.model.plan import Plan
from wideberth.space.altitude import LIMIT, SURFACE, UNLIMITED, Altitude
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.shape import compile_shapes
from wideberth.space.units import FLIGHT_LEVEL, METRE
from wideberth.space.volume import YEARS, Frequencies, Pad, Volume

OPTIONS = Options(file="out.xml", as_of=0)
SQUARE = ((100_000_000, 500_000_000), (101_000_000, 500_000_000), (101_000_000, 501_000_000))
DISC = Circle((100_000_000, 500_000_000), 5_000 * METRE)
AREA = Polygon((SQUARE,), "geodesic")


def plan(*volumes: Volume, **other: object) -> Plan:
    return structs.replace(Plan("Party A", "north/1 ü", volumes or (Volume(DISC),)), **other)


def again(*plans: Plan) -> list[Plan]:
    reading = aixm.read(aixm.write(plans)[0], OPTIONS)
    assert reading.faults == ()
    return [filed.plan for filed in reading.filed]


@pytest.fixture(scope="session")
def valid() -> Callable[[bytes], list[str]]:
    """What the AIXM 5.1.1 schema says against a document."""
    schema = aviconv_aixm.validation.load_aixm_schema(PROFILE_5_1_1)
    return lambda data: [str(error) for error in schema.iter_errors(data)]


HOLED = Polygon(
    (
        ((90_000_000, 490_000_000), (110_000_000, 490_000_000), (110_000_000, 510_000_000)),
        ((100_000_000, 495_000_000), (101_000_000, 495_000_000), (101_000_000, 496_000_000)),
    ),
    "lonlat",
)
EVERYTHING = (
    plan(
        Volume(DISC, Altitude("AGL", 5), Altitude("FL", 95 * FLIGHT_LEVEL), 0, 1_000, Frequencies(1, 2)),
        Volume(AREA, SURFACE, UNLIMITED, 0, 1_000, None, Pad(50, 60, 70)),
        Volume(HOLED, Altitude("HAE", -12_345), Altitude("ALT", 10**7 + 1)),
        Volume(Corridor(SQUARE, 500_000), Altitude("FL", 7), Altitude("MSL", 10**7)),
        activity="TMA",
        label="Label <&>",
        note="n",
        priority=5,
    ),
    plan(id="two", activity="survey"),
    plan(structs.replace(Volume(DISC), end=5), id="three"),
    Plan("B", "none", ()),
)


def test_what_is_written_is_valid(valid: Callable[[bytes], list[str]]) -> None:
    data, notes = aixm.write(EVERYTHING)
    assert valid(data) == []
    assert valid(data.replace(b"BASELINE", b"BASE LINE")) != []
    told = {
        compose.COVERED,
        compose.PADS,
        compose.SEA_LEVEL,
        compose.BANDS,
        compose.LEFT_OUT,
        compose.ACTIVITY,
    }
    assert {note.rpartition(" (")[0] for note in notes} == {*told, compose.EMPTY}


def test_plans_come_back() -> None:
    first, second, *others = again(*EVERYTHING)
    assert [one.id for one in (first, second, *others)] == [
        "north/1 ü",
        "north/1 ü (2)",
        "north/1 ü (3)",
        "north/1 ü (4)",
        "two",
        "three",
    ]
    assert first.activity == "TMA"
    volume = first.volumes[0]
    assert volume == Volume(DISC, Altitude("AGL", 5), Altitude("FL", 95 * FLIGHT_LEVEL), 0 - 0, 1_000)
    grown = second.volumes[0]
    assert (grown.lower, grown.upper) == (Altitude("AGL", -60), UNLIMITED)
    assert (grown.start, grown.end) == (-70, 1_070)
    assert others[0].volumes[0].ground == HOLED
    assert others[0].volumes[0].lower == Altitude("HAE", -12_345)
    assert others[0].volumes[0].upper == Altitude("MSL/ALT", 10**7 + 1)
    assert isinstance(others[1].volumes[0].ground, Polygon)
    assert others[1].volumes[0].lower == Altitude("FL", 7)
    assert (others[3].volumes[0].start, others[3].volumes[0].end) == (None, 5)


def test_a_geodesic_polygon_is_written_as_it_is() -> None:
    (found,) = again(plan(Volume(AREA)))
    assert found.volumes[0].ground == AREA


def test_edges_of_range() -> None:
    far = Volume(
        Circle((0, 0), 0), Altitude("AGL", -LIMIT), Altitude("AGL", LIMIT), *YEARS, None, Pad(0, 5, 5)
    )
    (found,) = again(plan(far))
    assert found.volumes[0] == Volume(Circle((0, 0), 1), Altitude("AGL", -LIMIT), UNLIMITED, *YEARS)
    with pytest.raises(Invalid) as caught:
        aixm.write([plan(structs.replace(far, pad=Pad(10**12)))])
    assert caught.value.code == "geometry.radius"
    with pytest.raises(Invalid) as caught:
        aixm.write([Plan("a", "b", ())])
    assert caught.value.code == "aixm.empty"


def test_limits_at_sea_level_do_not_turn_over() -> None:
    volume = Volume(DISC, Altitude("MSL", 1_000_000), Altitude("ALT", 990_000))
    (found,) = again(plan(volume))
    assert (found.volumes[0].lower, found.volumes[0].upper) == (
        Altitude("MSL/ALT", 990_000),
        Altitude("MSL/ALT", 1_000_000),
    )


def test_over_the_antimeridian() -> None:
    ring = ((1_700_000_000, 0), (-1_700_000_000, 0), (-1_700_000_000, 50_000_000))
    (found,) = again(plan(Volume(Polygon((ring,), "lonlat"))))
    assert held(found.volumes[0], Volume(Polygon((ring,), "lonlat")))


def test_others_read_what_is_written() -> None:
    data, _ = aixm.write(
        [plan(Volume(AREA, Altitude("AGL", 100 * METRE), Altitude("FL", 95 * FLIGHT_LEVEL)), activity="R")]
    )
    (found,) = aviconv_aixm.read_aixm(io.BytesIO(data))
    assert isinstance(found, aviconv_aixm.Airspace)
    properties = found.time_slices[0].properties
    volume = properties.geometry
    assert properties.type == "R"
    assert volume is not None
    assert (volume.upper_limit, volume.lower_limit) == (95.0, 100.0)
    (ring,) = volume.geometry.rings
    assert [(point.lon, point.lat) for point in ring][:3] == [(lon / 1e7, lat / 1e7) for lon, lat in SQUARE]


def test_what_others_write_is_read() -> None:
    ring = tuple(
        aviconv_aixm.ElevatedPoint(lat=lat / 1e7, lon=lon / 1e7) for lon, lat in (*SQUARE, SQUARE[0])
    )
    surface = aviconv_aixm.ElevatedSurface(rings=(ring,))
    level = aviconv_aixm.VerticalLimitUnit.FL
    volume = aviconv_aixm.AirspaceVolume(
        lower_limit=65, upper_limit=95, lower_limit_unit=level, upper_limit_unit=level, geometry=surface
    )
    properties = aviconv_aixm.AirspaceProperties(designator="LKR1", type="R", geometry=volume)
    state = aviconv_aixm.AirspaceTimeSlice(
        interpretation=aviconv_aixm.TimeSliceInterpretation.BASELINE,
        valid_time=aviconv_aixm.ValidTime(),
        properties=properties,
    )
    identifier = aviconv_aixm.GmlIdentifier(value="n-1", code_space="urn:x")
    buffer = io.BytesIO()
    aviconv_aixm.write_aixm([aviconv_aixm.Airspace(gml_identifier=identifier, time_slices=(state,))], buffer)
    reading = aixm.read(buffer.getvalue(), OPTIONS)
    assert reading.faults == ()
    (filed,) = reading.filed
    assert (filed.plan.id, filed.plan.activity) == ("LKR1", "R")
    (found,) = filed.plan.volumes
    assert (found.lower, found.upper) == (
        Altitude("FL", 65 * FLIGHT_LEVEL),
        Altitude("FL", 95 * FLIGHT_LEVEL),
    )
    assert found.ground == structs.replace(AREA, edges="lonlat")


def held(outer: Volume, inner: Volume) -> bool:
    """True where the ground of `outer` has the inner one's boundary or some of it inside."""
    shapes = compile_shapes([outer.ground, inner.ground])
    return bool(gaps(shapes, np.array([0]), np.array([1]), np.array([1.0])).lower[0] < 0)


SEA = {"MSL", "ALT", "MSL/ALT"}


def below(found: Altitude, stated: Altitude) -> bool:
    if found.datum == "SFC" or stated.datum == "SFC":
        return found.datum in ("SFC", "AGL") and found.value <= stated.value
    same = found.datum == stated.datum or (found.datum == "MSL/ALT" and stated.datum in SEA)
    return same and found.value <= stated.value


@settings(max_examples=40)
@given(made_plans())
def test_the_round_trip_holds_at_least_what_was_there(made: Plan) -> None:
    try:
        data, _ = aixm.write([made])
    except Invalid as error:
        assert error.code in ("geometry.not_a_polygon", "geometry.radius")
        return
    reading = aixm.read(data, OPTIONS)
    assert reading.faults == ()
    found = [volume for filed in reading.filed for volume in filed.plan.volumes]
    assert len(found) == len(made.volumes)
    for stated in made.volumes:
        assert any(_holds(volume, stated) for volume in found)


def _holds(found: Volume, stated: Volume) -> bool:
    lower = below(found.lower, structs.replace(stated.lower))
    upper = found.upper.datum == "UNL" or found.upper.value >= stated.upper.value
    before = found.start is None or (stated.start is not None and found.start <= stated.start)
    after = found.end is None or (stated.end is not None and found.end >= stated.end)
    if isinstance(stated.ground, Circle) and isinstance(found.ground, Circle):
        more = stated.ground.slack + stated.pad.h
        around = found.ground.radius >= stated.ground.radius + more
        return lower and upper and before and after and around and found.ground.centre == stated.ground.centre
    return lower and upper and before and after and held(found, stated)


def test_ids_are_each_used_once() -> None:
    root = etree.fromstring(aixm.write(EVERYTHING)[0])
    ids = [value for one in root.iter() if (value := one.get("{http://www.opengis.net/gml/3.2}id"))]
    assert len(ids) == len(set(ids)) > 20
