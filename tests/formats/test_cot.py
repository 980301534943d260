"""Cursor on Target: what is drawn holds the volume, in the shape that clients' own exports have."""

from __future__ import annotations

import io
import itertools
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from tests.formats.made_plans import grounds
from wideberth.errors import Invalid
from wideberth.formats import archive, cot, cot_drawing, cot_event
from wideberth.formats.format import Writing
from wideberth.formats.registry import FORMATS
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.space import stated
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Polygon
from wideberth.space.reference import Qnh, Terrain, VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Frequencies, Pad, Volume

NOW = parse_time("2026-11-23T10:00:00Z")
HOUR = 3_600_000
AREA = stated.polygon([[(24, 48), (24.01, 48), (24.01, 48.01), (24, 48.01)]], "lonlat", closed=False)
ROUND = Circle((240_000_000, 480_000_000), 1_234 * METRE)
WAY = Corridor(((240_000_000, 480_000_000), (242_000_000, 481_000_000)), 200 * METRE)
NO_PAD = Pad()


def volume(ground: Ground = AREA, **more: object) -> Volume:
    plain = Volume(ground, Altitude("HAE", 100 * METRE), Altitude("HAE", 250 * METRE), NOW, NOW + HOUR)
    return structs.replace(plain, **more)


def plan(*volumes: Volume, **more: object) -> Plan:
    return structs.replace(Plan("A", "p", volumes, note="not for others"), **more)


def written(reference: VerticalReference, *plans: Plan) -> tuple[dict[str, bytes], tuple[str, ...]]:
    data, notes = cot.write(plans, Writing(reference, NOW))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return {name: made.read(name) for name in made.namelist()}, notes


def event(reference: VerticalReference, one: Volume, **more: object) -> etree._Element:
    files, _ = written(reference, plan(one, **more))
    (data,) = [data for name, data in files.items() if name.endswith(".cot")]
    return etree.fromstring(data)


def value(element: etree._Element, path: str, name: str) -> str:
    found = element.find(path)
    assert found is not None
    return found.get(name, "")


def drawn(one: etree._Element, edges: Edges) -> Ground:
    """What a client draws: its edges straight or geodesic, as it pleases."""
    if one.get("type") == "u-d-c-c":
        radius = round(float(value(one, "detail/shape/ellipse", "major")) * METRE)
        assert value(one, "detail/shape/ellipse", "minor") == value(one, "detail/shape/ellipse", "major")
        lon, lat = (round(float(value(one, "point", axis)) * DEGREE) for axis in ("lon", "lat"))
        return Circle((lon, lat), radius)
    points = [link.get("point", "").split(",") for link in one.findall("detail/link")]
    ring = [(float(lon), float(lat)) for lat, lon in points]
    return stated.polygon([ring], edges, wrap=True)


def edge_points(held: Ground) -> list[tuple[float, float]]:
    """Degrees of points on the outer boundary: beside every vertex and the middle of every edge."""
    if isinstance(held, Circle):
        line, width = [held.centre], held.radius
    else:
        line = [*held.rings[0], held.rings[0][0]] if isinstance(held, Polygon) else list(held.points)
        width = 0 if isinstance(held, Polygon) else held.half_width
    spine = [(lon / DEGREE, lat / DEGREE) for lon, lat in line]
    for p, q in itertools.pairwise(tuple(spine)):
        azimuth, _, size = GEOD.inv(*p, *q)
        if not isinstance(held, Circle) and held.edges == "geodesic":
            lon, lat, _ = GEOD.fwd(*p, azimuth, size / 2)
        else:
            turn = (q[0] - p[0] + 180) % 360 - 180
            lon, lat = (p[0] + turn / 2 + 180) % 360 - 180, (p[1] + q[1]) / 2
        spine.append((lon, lat))
    reach = (width + held.slack) / METRE
    if not reach:
        return spine
    return [GEOD.fwd(lon, lat, bearing, reach)[:2] for lon, lat in spine for bearing in range(0, 360, 45)]


def outside(ground: Ground, held: Ground) -> float:
    """By how many metres, after the first half, a point of `held` is outside the ground; 0 where none is."""
    points = [Circle((round(lon * DEGREE), round(lat * DEGREE)), 0) for lon, lat in edge_points(held)]
    both = compile_shapes([ground, *points])
    count = len(points)
    apart = gaps(both, np.zeros(count, dtype=int), np.arange(1, count + 1), np.full(count, 10.0))
    return float(np.maximum(apart.lower, 0).max())


def test_an_area(reference: VerticalReference) -> None:
    one = event(reference, volume(), label="North field")
    assert dict(one.attrib.items()) == {
        "version": "2.0",
        "uid": one.get("uid"),
        "type": "u-d-f",
        "time": "2026-11-23T10:00:00.000Z",
        "start": "2026-11-23T10:00:00.000Z",
        "stale": "2026-11-23T11:00:00.000Z",
        "how": "h-e",
        "access": "Undefined",
    }
    assert one.get("uid", "").startswith("wideberth.")
    links = [link.get("point") for link in one.findall("detail/link")]
    assert links[0] == links[-1] == "48.0000000,24.0000000"
    assert "48.0100000,24.0100000" in links
    assert value(one, "detail/contact", "callsign") == "North field"
    assert (value(one, "point", "hae"), value(one, "point", "le")) == ("175.0", "75.0")
    assert (
        one.findtext("detail/remarks")
        == "100 m HAE to 250 m HAE, from 2026-11-23 10:00Z to 2026-11-23 11:00Z"
    )
    assert b"not for others" not in etree.tostring(one)


def test_a_circle_and_a_corridor(reference: VerticalReference) -> None:
    one = event(reference, volume(ROUND), callsign="W1")
    assert one.get("type") == "u-d-c-c"
    assert (value(one, "point", "lat"), value(one, "point", "lon")) == ("48.0000000", "24.0000000")
    assert value(one, "detail/shape/ellipse", "major") == value(one, "point", "ce") == "1234.0"
    assert value(one, "detail/contact", "callsign") == "W1"
    grown = event(reference, volume(structs.replace(ROUND, slack=5), pad=Pad(h=10 * METRE)))
    assert value(grown, "detail/shape/ellipse", "major") == "1244.1"
    # the measure of this file sees what is not held
    assert outside(ROUND, structs.replace(ROUND, radius=ROUND.radius + 2 * METRE)) > 1
    way = event(reference, volume(WAY))
    assert way.get("type") == "u-d-f"
    for edges in ("lonlat", "geodesic"):
        assert outside(drawn(way, edges), WAY) == 0


@pytest.mark.parametrize(
    "ground",
    [
        AREA,
        stated.polygon([[(20, 48), (25, 48), (25, 52), (20, 52)]], "lonlat", closed=False),
        stated.polygon([[(20, 48), (25, 48), (25, 52), (20, 52)]], "geodesic", closed=False),
        stated.polygon([[(179.9, 0), (-179.9, 0), (-179.9, 0.1), (179.9, 0.1)]], "geodesic", closed=False),
        structs.replace(AREA, slack=20_000),
        Corridor(
            (
                (240_000_000, 480_000_000),
                (241_000_000, 480_000_000),
                (240_500_000, 480_500_000),
                (240_500_000, 479_000_000),
            ),
            500 * METRE,
        ),
        Circle((-1_799_999_000, 700_000_000), 50_000 * METRE, 20_000),
    ],
)
def test_both_ways_to_draw_hold_the_ground(reference: VerticalReference, ground: Ground) -> None:
    one = event(reference, volume(ground))
    lon, lat, ce = (float(value(one, "point", name)) for name in ("lon", "lat", "ce"))
    around = Circle((round(lon * DEGREE), round(lat * DEGREE)), round(ce * METRE))
    assert outside(around, ground) == 0
    for edges in ("lonlat", "geodesic"):
        # areas without pads are written as they are: the two ways differ by half a metre at most
        assert outside(drawn(one, edges), ground) == 0


def test_pads_bands_holes(reference: VerticalReference) -> None:
    padded = volume(pad=Pad(30 * METRE, 7 * METRE, 60_000), band=Frequencies(1, 2))
    files, notes = written(reference, plan(padded))
    one = etree.fromstring(files[next(name for name in files if name.endswith(".cot"))])
    assert (one.get("start"), one.get("stale")) == ("2026-11-23T09:59:00.000Z", "2026-11-23T11:01:00.000Z")
    assert (value(one, "point", "hae"), value(one, "point", "le")) == ("175.0", "82.0")
    assert "93 m HAE to 257 m HAE" in (one.findtext("detail/remarks") or "")
    for edges in ("lonlat", "geodesic"):
        assert outside(drawn(one, edges), structs.replace(AREA, slack=30 * METRE)) == 0
    hole = stated.polygon(
        [[(24, 48), (24.1, 48), (24.1, 48.1), (24, 48.1)], [(24.02, 48.02), (24.04, 48.02), (24.04, 48.04)]],
        "lonlat",
        closed=False,
    )
    more = written(reference, plan(volume(hole)))[1]
    found = [note.rsplit(" (", 1)[0] for note in (*notes, *more)]
    assert {cot_event.NO_BAND, cot_event.PADS, cot_drawing.GROWN, cot_drawing.NO_HOLES} <= set(found)
    ring = drawn(event(reference, volume(hole)), "lonlat")
    assert isinstance(ring, Polygon)
    assert len(ring.rings) == 1
    loop = Corridor(
        (
            (240_000_000, 480_000_000),
            (241_000_000, 480_000_000),
            (240_500_000, 480_500_000),
            (240_000_000, 480_000_000),
        ),
        100 * METRE,
    )
    assert cot_drawing.NO_HOLES in [
        note.rsplit(" (", 1)[0] for note in written(reference, plan(volume(loop)))[1]
    ]


def test_times_that_are_open(reference: VerticalReference) -> None:
    files, notes = written(reference, plan(volume(start=None, end=None)))
    one = etree.fromstring(files[next(name for name in files if name.endswith(".cot"))])
    assert (one.get("start"), one.get("stale")) == ("2026-11-23T10:00:00.000Z", "2026-11-24T10:00:00.000Z")
    assert [note.rsplit(" (", 1)[0] for note in notes] == [cot_event.NO_START, cot_event.NO_END]
    assert (one.findtext("detail/remarks") or "").endswith("until further notice")
    later = event(reference, volume(start=NOW + HOUR, end=None))
    assert later.get("stale") == "2026-11-24T11:00:00.000Z"
    over = event(reference, volume(start=None, end=NOW - HOUR))
    assert over.get("start") == over.get("stale") == "2026-11-23T09:00:00.000Z"
    past = written(reference, plan(volume(start=None, end=NOW - HOUR)))[1]
    assert [note.rsplit(" (", 1)[0] for note in past] == [cot_event.NO_START, cot_event.OVER]
    forever = event(reference, volume(end=parse_time("9999-12-31T23:59:59Z"), pad=Pad(t=10**9)))
    assert forever.get("stale") == "9999-12-31T23:59:59.999Z"


def test_heights(reference: VerticalReference) -> None:
    def point(lower: Altitude, upper: Altitude, against: VerticalReference = reference) -> tuple[str, str]:
        one = event(against, volume(lower=lower, upper=upper))
        return value(one, "point", "hae"), value(one, "point", "le")

    assert point(SURFACE, UNLIMITED) == (cot_drawing.UNKNOWN, cot_drawing.UNKNOWN)
    assert point(SURFACE, Altitude("AGL", 120 * METRE)) == (cot_drawing.UNKNOWN, cot_drawing.UNKNOWN)
    known = VerticalReference(reference.geoid, Terrain(100 * METRE, 200 * METRE, "HAE", True))
    # 30 m of doubt on the ground below and above
    assert point(SURFACE, Altitude("AGL", 120 * METRE), known) == ("210.0", "140.0")
    hae, le = (float(text) for text in point(Altitude("MSL", 0), Altitude("MSL", 100 * METRE)))
    low, high = hae - le, hae + le
    # the geoid there is some 34 m above the ellipsoid; 6 m and the grid's error more on either side
    assert 20 < low < 34
    assert 134 < high < 150
    both = tuple(float(text) for text in point(Altitude("MSL/ALT", 0), Altitude("MSL/ALT", 100 * METRE)))
    assert both[0] - both[1] < low
    assert both[0] + both[1] > high
    agreed = VerticalReference(reference.geoid, qnh=Qnh(1_013.0))
    set_ = tuple(float(text) for text in point(Altitude("ALT", 0), Altitude("ALT", 100 * METRE), agreed))
    loose = tuple(float(text) for text in point(Altitude("ALT", 0), Altitude("ALT", 100 * METRE)))
    assert set_[1] <= loose[1]


def test_the_package(reference: VerticalReference) -> None:
    plans = [
        plan(volume(), volume(ROUND), label="North"),
        plan(volume(), id="q"),
        plan(volume(), id="r", state="ended"),
    ]
    data, notes = cot.write(plans, Writing(reference, NOW))
    assert cot.write(plans, Writing(reference, NOW))[0] == data
    names = archive.names(data, "a data package")
    assert names[0] == "MANIFEST/manifest.xml"
    manifest = etree.fromstring(archive.content(data, names[0], ""))
    assert (manifest.tag, manifest.get("version")) == ("MissionPackageManifest", "2")
    entries = [content.get("zipEntry") for content in manifest.findall("Contents/Content")]
    assert tuple(entries) == names[1:]
    for content in manifest.findall("Contents/Content"):
        uid = value(content, "Parameter[@name='uid']", "value")
        assert content.get("zipEntry") == f"{uid}/{uid}.cot"
        assert etree.fromstring(archive.content(data, f"{uid}/{uid}.cot", "")).get("uid") == uid
    shown = [
        value(content, "Parameter[@name='name']", "value") for content in manifest.findall("Contents/Content")
    ]
    assert shown == ["North 1/2", "North 2/2", "q"]
    assert len(set(entries)) == 3
    assert [note.rsplit(" (", 1)[0] for note in notes] == [cot.ENDED]
    # a later package has the same names for the same volumes: clients replace what they show
    later = cot.write(plans, Writing(reference, NOW + HOUR))[0]
    assert archive.names(later, "") == names
    (entry,) = [one for one in FORMATS if one.name == "cot"]
    assert (entry.read, entry.write, entry.binary) == (None, cot.write, True)


def test_what_is_refused(reference: VerticalReference, monkeypatch: pytest.MonkeyPatch) -> None:
    def code(*plans: Plan) -> str:
        with pytest.raises(Invalid) as caught:
            cot.write(plans, Writing(reference, NOW))
        return caught.value.code

    assert code() == "cot.empty"
    assert code(plan(volume(), state="ended")) == "cot.empty"
    assert code(plan(volume(), callsign="a\x00")) == "text.control"
    huge = Corridor(((0, 0), (1_000_000_000, 0)), METRE)
    assert code(plan(volume(huge))) == "geometry.not_a_polygon"
    monkeypatch.setattr(cot, "EVENT_LIMIT", 1)
    assert code(plan(volume(), volume())) == "cot.too_many"


@settings(max_examples=40)
@given(ground=grounds(slack=True))
def test_any_ground_is_held(reference: VerticalReference, ground: Ground) -> None:
    try:
        one = event(reference, volume(ground))
    except Invalid as error:
        assert error.code in ("geometry.not_a_polygon", "geometry.pole_edge", "geometry.too_many_points")
        return
    for edges in ("lonlat", "geodesic"):
        assert outside(drawn(one, edges), ground) == 0


@given(st.text(max_size=10), st.text(max_size=10))
def test_any_text_is_written_or_refused(reference: VerticalReference, label: str, name: str) -> None:
    try:
        one = event(reference, volume(), label=label, id=name or "p")
    except Invalid as error:
        assert error.code.startswith("text.")
    else:
        assert value(one, "detail/contact", "callsign") == (label or name or "p")


@pytest.mark.parametrize(("file", "ground"), [("01", ROUND), ("02", AREA)])
def test_the_shape_is_that_of_what_clients_export(
    reference: VerticalReference, shared: Path, file: str, ground: Ground
) -> None:
    """Every attribute and detail that a client's own circle and area have, less who made it."""
    real = etree.fromstring((shared / "data" / "cot" / f"nodecot_cot-user-draw_{file}.cot").read_bytes())
    ours = event(reference, volume(ground))
    assert (ours.get("type"), ours.get("how"), ours.get("version")) == (
        real.get("type"),
        real.get("how"),
        "2.0",
    )
    assert set(ours.attrib) == set(real.attrib)
    mine, theirs = ours.find("point"), real.find("point")
    assert mine is not None
    assert theirs is not None
    assert set(mine.attrib) == set(theirs.attrib)
    wanted = {child.tag for child in real.iterfind("detail/*")} - {"creator", "precisionlocation"}
    assert wanted <= {child.tag for child in ours.iterfind("detail/*")}
    for path in ("detail/shape/ellipse", "detail/link"):
        if path == "detail/link" or file == "01":
            one, other = ours.find(path), real.find(path)
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                assert set(other.attrib) == set(one.attrib)


def test_the_package_is_laid_out_as_clients_export_it(reference: VerticalReference, shared: Path) -> None:
    data = (shared / "data" / "cot" / "datapackage_CameraCOTs.zip").read_bytes()
    real = etree.fromstring(archive.content(data, "MANIFEST/manifest.xml", ""))
    files, _ = written(reference, plan(volume()))
    ours = etree.fromstring(files["MANIFEST/manifest.xml"])
    assert (ours.tag, ours.attrib.items()) == (real.tag, real.attrib.items())
    for path in (
        "Configuration/Parameter[@name='uid']",
        "Configuration/Parameter[@name='name']",
        "Contents/Content",
    ):
        one, other = ours.find(path), real.find(path)
        assert one is not None
        assert other is not None
        assert set(one.attrib) == set(other.attrib)


def test_remarks_are_rounded_outwards_and_pads_lift_the_surface(reference: VerticalReference) -> None:
    def remarks(lower: Altitude, upper: Altitude, pad: Pad = NO_PAD) -> str:
        one = event(reference, volume(lower=lower, upper=upper, pad=pad))
        return (one.findtext("detail/remarks") or "").partition(",")[0]

    assert remarks(Altitude("MSL", 1_004_900), Altitude("MSL", 1_204_000)) == "100 m MSL to 121 m MSL"
    assert remarks(SURFACE, SURFACE, Pad(0, 7 * METRE, 0)) == "SFC to 7 m AGL"
    level = Altitude("FL", 9_500 * FOOT)
    assert remarks(level, UNLIMITED) == "FL095 to UNL"
