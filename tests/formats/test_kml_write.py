"""KML written and read again: the same plans, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from tests.formats.made_plans import ordered
from wideberth.errors import Invalid
from wideberth.formats import kml
from wideberth.formats.properties import check_text
from wideberth.formats.reading import Options
from wideberth.model.plan import STATES, UNSPECIFIED, Plan
from wideberth.space.altitude import DATUMS, LIMIT, Altitude
from wideberth.space.ground import Circle, Corridor, Ground, Polygon
from wideberth.space.volume import Frequencies, Pad, Volume

OPTIONS = Options(file="a.kml", as_of=0)
KML = "{http://www.opengis.net/kml/2.2}"


def acceptable(text: str) -> bool:
    try:
        check_text(text, "")
    except Invalid:
        return False
    return text == text.strip()


texts = st.text(max_size=12).filter(acceptable)
names = texts.filter(bool)
lengths = st.integers(0, 5_000_000 * 10_000)
longitudes = st.integers(-1_700_000_000, 1_700_000_000)
points = st.tuples(longitudes, st.integers(-890_000_000, 890_000_000))
circles = st.builds(Circle, points, lengths)


@st.composite
def corridors(draw: st.DrawFn) -> Corridor:
    line = draw(st.lists(st.tuples(st.integers(0, 10**9), points), min_size=2, max_size=5))
    joined = [(lon % 900_000_000, lat) for _, (lon, lat) in line]  # no edge over 90° of longitude
    kept = [p for i, p in enumerate(joined) if i == 0 or p != joined[i - 1]]
    if len(kept) < 2:
        kept = [(0, 0), (1, 1)]
    return Corridor(tuple(kept), draw(lengths), "lonlat")


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """A box, and perhaps a triangle cut out of it; sides from 0.004° up, so that rings are plainly simple."""
    west, south = draw(st.integers(-1_000_000_000, 0)), draw(st.integers(-800_000_000, 700_000_000))
    wide, high = draw(st.integers(40_000, 900_000_000)), draw(st.integers(40_000, 80_000_000))
    east, north = west + wide, south + high
    box = ((west, south), (east, south), (east, north), (west, north))
    if draw(st.booleans()):
        return Polygon((box,), "lonlat")
    w, h = wide // 4, high // 4
    hole = ((west + w, south + h), (east - w, south + h), (west + w, north - h))
    return Polygon((box, hole), "lonlat")


@st.composite
def limits(draw: st.DrawFn) -> tuple[Altitude, Altitude]:
    def one() -> Altitude:
        datum = draw(st.sampled_from(DATUMS))
        value = 0 if datum in ("SFC", "UNL") else draw(st.integers(-LIMIT, LIMIT))
        return Altitude(datum, value)

    return ordered(one(), one())


times = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@st.composite
def windows(draw: st.DrawFn) -> tuple[int | None, int | None]:
    start, end = draw(st.none() | times), draw(st.none() | times)
    if start is not None and end is not None:
        return min(start, end), max(start, end)
    return start, end


bands = st.none() | st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)).map(
    lambda pair: Frequencies(min(pair), max(pair))
)
pads = st.builds(Pad, h=st.integers(0, 10**9), v=st.integers(0, 10**9), t=st.integers(0, 10**9))


@st.composite
def volumes(draw: st.DrawFn) -> Volume:
    ground: Ground = draw(st.one_of(circles, corridors(), polygons()))
    return Volume(ground, *draw(limits()), *draw(windows()), draw(bands), draw(pads))


plans = st.builds(
    Plan,
    party=names,
    id=names,
    volumes=st.lists(volumes(), min_size=1, max_size=3).map(tuple),
    activity=names,
    state=st.sampled_from(STATES),
    priority=st.integers(-(2**31) + 1, 2**31 - 1),
    label=texts,
    callsign=texts,
    note=texts,
    variant_of=st.none() | names,
    review=st.none() | times,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(plans, max_size=3, min_size=1, unique_by=lambda plan: plan.key))
def test_read_gives_back_what_was_written(written: list[Plan]) -> None:
    # a label that equals the id of the plan is written as the name, and again as the label
    data, notes = kml.write(written)
    assert notes == ()
    reading = kml.read(data, OPTIONS)
    assert [filed.plan for filed in reading.filed] == written
    unexpected = [n for n in reading.notes if "stated" in n and "start" not in n and "end is" not in n]
    assert unexpected == []


PLAN = Plan("A", "p", (Volume(Circle((0, 0), 10)),))


def test_what_a_viewer_sees() -> None:
    volume = Volume(Polygon((((0, 0), (10_000_000, 0), (0, -5)),), "lonlat"), start=0, end=1_500)
    root = etree.fromstring(kml.write([Plan("A", "p", (volume,), label="North")])[0])
    assert root.tag == f"{KML}kml"
    (placemark,) = root.iter(f"{KML}Placemark")
    assert [etree.QName(child).localname for child in placemark] == [
        "name",
        "TimeSpan",
        "ExtendedData",
        "Polygon",
    ]
    assert placemark.findtext(f"{KML}name") == "North"
    assert placemark.findtext(f"{KML}TimeSpan/{KML}begin") == "1970-01-01T00:00:00.000Z"
    assert placemark.findtext(f"{KML}TimeSpan/{KML}end") == "1970-01-01T00:00:01.500Z"
    coordinates = placemark.findtext(f"{KML}Polygon/{KML}outerBoundaryIs/{KML}LinearRing/{KML}coordinates")
    assert coordinates == "0.0000000,0.0000000 1.0000000,0.0000000 0.0000000,-0.0000005 0.0000000,0.0000000"


def test_the_id_names_the_placemark_where_there_is_no_label() -> None:
    data, _ = kml.write([PLAN])
    assert b"<name>p</name>" in data
    assert kml.read(data, OPTIONS).filed[0].plan == PLAN


def test_geodesic_edges_become_straight_and_the_pad_grows() -> None:
    line = Corridor(((0, 450_000_000), (50_000_000, 450_000_000)), 10_000, "geodesic")
    data, notes = kml.write([structs.replace(PLAN, volumes=(Volume(line, pad=Pad(h=7)),))])
    assert notes == ("geodesic edges were made straight in lon/lat, the difference added to pad_m (p)",)
    (volume,) = kml.read(data, OPTIONS).filed[0].plan.volumes
    assert isinstance(volume.ground, Corridor)
    assert volume.ground.edges == "lonlat"
    assert len(volume.ground.points) > 2
    assert 7 < volume.pad.h <= 7 + 10_000


def test_slack_is_added_to_the_pad_and_told() -> None:
    plan = structs.replace(PLAN, volumes=(Volume(Circle((0, 0), 10, slack=80)),))
    data, notes = kml.write([plan])
    assert notes == ("what rounding may have moved a position is added to pad_m (p)",)
    (volume,) = kml.read(data, OPTIONS).filed[0].plan.volumes
    assert volume == Volume(Circle((0, 0), 10), pad=Pad(h=80))


def test_white_space_at_the_ends_of_texts_is_left_out_and_told() -> None:
    data, notes = kml.write([structs.replace(PLAN, note=" n ")])
    assert notes == ("white space at the ends of note is left out (p)",)
    assert kml.read(data, OPTIONS).filed[0].plan.note == "n"


def test_a_plan_without_volumes_is_left_out_and_told() -> None:
    data, notes = kml.write([structs.replace(PLAN, volumes=()), structs.replace(PLAN, id="q")])
    assert notes == ("a plan without volumes is left out (p)",)
    assert [filed.plan.id for filed in kml.read(data, OPTIONS).filed] == ["q"]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"party": ""}, "text.empty", "plans[0].party"),
        ({"id": "p "}, "text.spaces", "plans[0].plan"),
        ({"note": "\x00"}, "text.control", "plans[0].note"),
        ({"label": "\ud800"}, "text.control", "plans[0].label"),
        ({"variant_of": "\n"}, "text.control", "plans[0].variant_of"),
    ],
)
def test_texts_that_cannot_be_written(change: dict[str, str], code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        kml.write([structs.replace(PLAN, **change)])
    assert (caught.value.code, caught.value.path) == (code, path)


def test_an_unspecified_activity_is_not_written() -> None:
    assert UNSPECIFIED.encode() not in kml.write([PLAN])[0]
