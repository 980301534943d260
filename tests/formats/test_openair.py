"""OpenAir: records and their dialects, one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import arc, openair
from wideberth.formats.format import Peek
from wideberth.formats.openair import areas, lines, shape
from wideberth.formats.openair.limits import limit
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

OPTIONS = Options(file="areas.txt", as_of=0)
HEAD = "AC R\nAN North\nAH FL 95\nAL 1000 MSL\n"
SQUARE = (
    "DP 50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:10:00 E\n"
    "DP 50:10:00 N 010:10:00 E\nDP 50:10:00 N 010:00:00 E\n"
)
RING = ((100_000_000, 500_000_000), (101_666_667, 500_000_000))


def take(text: str, options: Options = OPTIONS) -> Reading:
    return openair.read(text.encode(), options)


def volume_of(text: str) -> Volume:
    reading = take(text)
    assert reading.faults == ()
    (filed,) = reading.filed
    return filed.plan.volumes[0]


def fault_of(text: str) -> Invalid:
    reading = take(text)
    (fault,) = reading.faults
    return fault


def test_an_area_with_everything() -> None:
    text = (
        "* head\nAC D\nAY CTR ; control zone\nAN  Caslav  134.205\nAF 134.205\nAG CASLAV VEZ\nAI x\nAX 7000\n"
        "SP 0,2,255,0,0\nSB -1,-1,-1\nAT 50:00:00 N 010:00:00 E\nAH 5000 MSL\nAL 0 AGL\n"
        "AA 2026-05-01T08:00Z/2026-05-01T17:00:30Z\nAA NONE/2026-06-01T00:00Z\n" + SQUARE
    )
    reading = take(text)
    (filed,) = reading.filed
    assert filed.where == ('"Caslav 134.205" line 2',) * 2
    plan = filed.plan
    assert (plan.id, plan.activity, plan.note) == ("Caslav 134.205", "CTR", "134.205 CASLAV VEZ")
    first, second = plan.volumes
    assert isinstance(first.ground, Polygon)
    assert first.ground.edges == "geodesic"
    assert first.ground.rings[0][:2] == RING
    assert (first.lower, first.upper) == (SURFACE, Altitude("MSL/ALT", 5000 * FOOT))
    assert (first.start, first.end) == (1_777_622_400_000, 1_777_654_830_000)
    assert (second.start, second.end) == (None, 1_780_272_000_000)
    assert 150_000 < first.pad.h < 190_000
    assert [note.partition(" (")[0] for note in reading.notes] == [
        "no party is stated, read as 'areas.txt'",
        "positions are taken as good to half of their last digit: pads of up to 18 m",
    ]


@pytest.mark.parametrize(
    "position",
    [
        "50:30:00 N 015:10:00 E",
        "50:30:00N 015:10:00E",
        "50:30:00N015:10:00E",
        "N50:30:00 E015:10:00",
        "50:30.0 N 015:10.0 E",
        "50:30.000 N 15:10.000 E",
        "50:30:00.00 n 15:10:00.00 e",
        "50:30:00 N, 015:10:00 E",
        "50.5 N 15.1666666667 E".replace("667 E", "67 E"),
        "50:30:00 N 015:10:00 E ; then along the river",
        "50:30:00 N 015:10:00 E *OKL 19 NM",
        "50:30:00 N 015:10:00 E (Donau)",
    ],
)
def test_positions(position: str) -> None:
    line = next(lines.records(f"DP {position}"))
    (place,) = shape.positions(line, 1, Tally())
    assert abs(place.point[0] - 151_666_667) <= 1
    assert place.point[1] == 505_000_000


def test_no_space_behind_the_key() -> None:
    line = next(lines.records("DP50:30:00N015:10:00E"))
    assert (line.key, line.text) == ("DP", "50:30:00N015:10:00E")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("DP 50:61:00 N 010:00:00 E", "place.minutes"),
        ("DP 91:00:00 N 010:00:00 E", "place.latitude"),
        ("DP 50:00:00 N", "openair.position"),
        ("DP 50:00:00 010:00:00", "openair.position"),
        ("DP 10 50:00:00 N 010:00:00 E", "openair.position"),
        ("DP 50:00:00 N 010:00:00 E 51:00:00 N 010:00:00 E", "openair.position"),
        ("DP 50:00:00 N 010:00:00 E 5", "openair.position"),
        ("DB 50:00:00 N 010:00:00 E", "openair.position"),
        ("DB 50:00:00 N 010:00:00 E, 50:10:00 N 010:00:00 E", "openair.no_centre"),
        ("DC 5", "openair.no_centre"),
        ("V X=50:00:00 N 010:00:00 E\nDC five", "openair.number"),
        ("V X=50:00:00 N 010:00:00 E\nDC 9999", "geometry.radius"),
        ("V X=50:00:00 N 010:00:00 E\nDA 5, 10", "openair.number"),
        ("V X=50:00:00 N 010:00:00 E\nDA 9999, 10, 20", "geometry.radius"),
        ("V X=50:00:00 N 010:00:00 E\nDB 50:05:00 N 010:00:00 E, 50:30:00 N 010:00:00 E", "openair.arc"),
        ("V X=00:00:00 N 010:00:00 E\nDB 50:05:00 N 010:00:00 E, 50:30:00 N 010:00:00 E", "geometry.radius"),
        ("V X=north", "openair.position"),
        ("V D=cw", "openair.direction"),
        ("V W=wide", "openair.number"),
        ("DY 50:00:00 N 010:00:00 E\nDY 51:00:00 N 010:00:00 E", "openair.no_width"),
        ("", "openair.no_outline"),
        ("DP 50:00:00 N 010:00:00 E", "geometry.too_few_points"),
        ("nach Norden entlang der Bahn", "openair.record"),
        ("x" * 3_000, "openair.record"),
        ("AH 4000 MSL\n" + SQUARE, "openair.repeated"),
        ("AH 4000 QFE\n" + SQUARE, "openair.repeated"),
    ],
)
def test_bad_records(record: str, code: str) -> None:
    fault = fault_of(HEAD + record)
    assert fault.code == code if "QFE" not in record else fault.code == "altitude.malformed"
    assert fault.path.startswith('"North" line 1')


def test_one_bad_area_leaves_the_others() -> None:
    reading = take(
        HEAD + SQUARE + HEAD.replace("North", "South") + "DP 1\n" + HEAD.replace("North", "East") + SQUARE
    )
    assert [filed.plan.id for filed in reading.filed] == ["North", "East"]
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("openair.position", '"South" line 9, line 13')
    ]


def test_too_many_points() -> None:
    text = HEAD + "DP 50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:00:01 E\n" * 20_001
    assert fault_of(text).code == "geometry.too_many_points"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FL 95", Altitude("FL", 9_500 * FOOT)),
        ("FL095 STD", Altitude("FL", 9_500 * FOOT)),
        ("GND", SURFACE),
        ("sfc", SURFACE),
        ("0 AGL", SURFACE),
        ("0", SURFACE),
        ("UNL", UNLIMITED),
        ("UNLTD", UNLIMITED),
        ("4000ft AMSL", Altitude("MSL/ALT", 4_000 * FOOT)),
        ("4000 MSL", Altitude("MSL/ALT", 4_000 * FOOT)),
        ("4000 FT", Altitude("MSL/ALT", 4_000 * FOOT)),
        ("4000", Altitude("MSL/ALT", 4_000 * FOOT)),
        ("MSL 4000", Altitude("MSL/ALT", 4_000 * FOOT)),
        ("1000 FT AGL", Altitude("AGL", 1_000 * FOOT)),
        ("1000 GND", Altitude("AGL", 1_000 * FOOT)),
        ("1000F ASFC", Altitude("AGL", 1_000 * FOOT)),
        ("300m AGL", Altitude("AGL", 300 * METRE)),
        ("300 M", Altitude("MSL/ALT", 300 * METRE)),
        ("1500,5 m MSL", Altitude("MSL/ALT", 15_005_000)),
        ("9500 FT STD", Altitude("FL", 9_500 * FOOT)),
    ],
)
def test_limits(text: str, expected: Altitude) -> None:
    assert limit(text, "line 1", "up", Tally()) == expected


def test_what_a_limit_leaves_open_is_told() -> None:
    tally = Tally()
    limit("4000", "line 1", "up", tally)
    limit("4000 FT", "line 2", "up", tally)
    assert [note.partition(" (")[0] for note in tally.notes()] == [
        "an altitude without unit and datum is read as feet above mean sea level",
        "an altitude without datum is read as above mean sea level",
    ]
    reading = take("AC R\n" + SQUARE)
    assert [note.rpartition(" (")[0] for note in reading.notes][:3] == [
        "an area without name (AN) is named after its line",
        "no lower limit is stated, read as SFC",
        "no upper limit is stated, read as UNL",
    ]
    assert reading.filed[0].plan.id == "line 1"


@pytest.mark.parametrize("text", ["Ask on 122.8", "4000 QFE", "FL", "", "1e3 MSL", "FL95 or 4000 AGL"])
def test_bad_limits(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        limit(text, "line 7", "up", Tally())
    assert (caught.value.code, caught.value.path) == ("altitude.malformed", "line 7")


def test_upside_down() -> None:
    assert fault_of(HEAD.replace("1000 MSL", "FL 200") + SQUARE).code == "altitude.upside_down"


def test_a_circle_and_its_units() -> None:
    centre = "V X=50:00:00 N 010:00:00 E *ARP\n"
    assert volume_of(HEAD + centre + "DC 2 *NM").ground == Circle(
        (100_000_000, 500_000_000), 2 * NAUTICAL_MILE
    )
    for text, radius in (
        ("2.5", 46_300_000),
        ("DC2,5", 46_300_000),
        ("2 km", 20_000_000),
        ("500M", 5_000_000),
    ):
        record = text if text.startswith("DC") else f"DC {text}"
        ground = volume_of(HEAD + centre + record).ground
        assert isinstance(ground, Circle)
        assert ground.radius == radius


def test_an_arc_by_angles_lies_on_its_circle_and_runs_the_stated_way() -> None:
    text = HEAD + "V X=50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:00:00 E\nDA 10, 0, 90"
    ground = volume_of(text).ground
    assert isinstance(ground, Polygon)
    assert ground.slack > 5_000
    for lon, lat in ground.rings[0][1:]:
        assert lon >= 100_000_000 - 100
        away = arc.distance((10.0, 50.0), (lon / DEGREE, lat / DEGREE))
        assert away == pytest.approx(18_520, abs=0.05)
    other = volume_of(text.replace("DA", "V D=-\nDA")).ground
    assert isinstance(other, Polygon)
    assert min(lon for lon, _ in other.rings[0]) < 99_000_000


def test_the_direction_is_forgotten_at_the_next_area() -> None:
    sector = "V X=50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:00:00 E\n{}DA 10, 0, 90\n"
    reading = take(HEAD + sector.format("V D=-\n") + HEAD + sector.format(""))
    back, on = (filed.plan.volumes[0].ground for filed in reading.filed)
    assert isinstance(back, Polygon)
    assert isinstance(on, Polygon)
    assert len(back.rings[0]) > 2 * len(on.rings[0])
    assert reading.filed[1].plan.id == "North (2)"


def test_an_arc_whose_ends_differ_is_told_and_held() -> None:
    text = HEAD + (
        "V X=50:00:00 N 010:00:00 E\nDB 50:05:00 N 010:00:00 E, 50:00:00 N 010:09:00 E\n"
        "DP 50:00:00 N 010:00:00 E"
    )
    reading = take(text)
    assert shape.DISTANCES in reading.notes[0]
    ground = reading.filed[0].plan.volumes[0].ground
    apart = arc.distance((10.0, 50.0), (10.15, 50.0)) - arc.distance((10.0, 50.0), (10.0, 50.0 + 5 / 60))
    assert ground.slack >= apart * METRE


def test_an_airway_is_a_corridor_of_half_its_width() -> None:
    ground = volume_of(HEAD + "V W=5\nDY 50:00:00 N 010:00:00 E\nDY 51:00:00 N 010:00:00 E").ground
    assert isinstance(ground, Corridor)
    assert ground.half_width == 46_300_000


def test_several_outlines_are_taken_together() -> None:
    reading = take(HEAD + SQUARE + "V X=52:00:00 N 010:00:00 E\nDC 3\n")
    assert {type(volume.ground) for volume in reading.filed[0].plan.volumes} == {Circle, Polygon}
    assert shape.SEVERAL in reading.notes[0]


def test_a_centre_that_stands_as_a_point_is_read_both_ways() -> None:
    text = HEAD + (
        "DP 50:00:00 N 010:00:00 E\nDP 50:00:00 N 010:20:00 E\n"
        "DP 50:10:00 N 010:20:00 E ; dann entlang einem Kreisbogen mit 6 NM um\n"
        "DP 50:10:00 N 010:10:00 E ; (Flugplatz) nach\nDP 50:10:00 N 010:00:00 E\n"
    )
    reading = take(text)
    assert shape.MISPLACED in reading.notes[0]
    written, meant = (volume.ground for volume in reading.filed[0].plan.volumes)
    assert isinstance(written, Polygon)
    assert isinstance(meant, Polygon)
    assert len(written.rings[0]) == 5
    assert max(lat for _, lat in meant.rings[0]) < 502_000_000 < 503_000_000
    upwards = take(text.replace("DP 50:00:00 N 010:20", "V D=-\nDP 50:00:00 N 010:20"))
    meant = upwards.filed[0].plan.volumes[1].ground
    assert isinstance(meant, Polygon)
    assert max(lat for _, lat in meant.rings[0]) > 502_000_000


def test_a_ring_that_crosses_itself() -> None:
    one, two, three, four = SQUARE.splitlines()
    glass = f"{one}\n{three}\n{two}\n{four}"
    assert fault_of(HEAD + glass).code == "geometry.self_intersection"
    spike = SQUARE + "DP 50:05:00 N 010:00:00 E\nDP 50:05:00 N 009:59:58 E\nDP 50:05:00 N 010:00:00 E\n"
    reading = take(HEAD + spike)
    assert shape.CROSSES in reading.notes[0]
    assert reading.filed[0].plan.volumes[0].ground.slack > 30 * METRE


def test_styles_terrain_and_stray_lines() -> None:
    text = (
        "SP 1\nnonsense\nAC Q\nSP 0,2\nSB -1\n"
        + HEAD
        + SQUARE
        + "TO lake\nDP 1 2 3\nDP x\nAC A\nAN late\n"
        + SQUARE
    )
    reading = take(text)
    assert [filed.plan.id for filed in reading.filed] == ["North", "late"]
    assert [note.rpartition(" (")[0] for note in reading.notes][:2] == [areas.STRAY, areas.LAND]
    reading = take(HEAD + "AZ something\n" + SQUARE)
    assert "records AZ" in reading.notes[0]


def test_a_name_before_its_class_and_areas_without() -> None:
    text = (
        "AN one\nAC R\nAL SFC\nAH FL 95\n"
        + SQUARE
        + "AN two\nAC Q\nAL SFC\nAH FL 95\n"
        + SQUARE
        + "AN three\n"
        + SQUARE
    )
    reading = take(text)
    assert [(filed.plan.id, filed.plan.activity) for filed in reading.filed] == [
        ("one", "R"),
        ("two", "Q"),
        ("three", "unspecified"),
    ]


@pytest.mark.parametrize(
    "period", ["soon", "NONE", "2026-05-01T08:00/2026-05-01T17:00", "2026-05-02T08:00Z/2026-05-01T17:00Z"]
)
def test_activation_that_cannot_be_read_is_the_whole_time(period: str) -> None:
    reading = take(f"{HEAD}AA 2026-05-01T08:00Z/2026-05-01T17:00Z\nAA {period}\n{SQUARE}")
    (volume,) = reading.filed[0].plan.volumes
    assert (volume.start, volume.end) == (None, None)
    assert areas.TIMES in reading.notes[0]


def test_activation_in_the_zone_of_the_user_and_too_many() -> None:
    there = Options(file="areas.txt", as_of=0, zone="Europe/Prague")
    volume = take(f"{HEAD}AA 2026-05-01T08:00/2026-05-01T17:00\n{SQUARE}", there).filed[0].plan.volumes[0]
    assert volume.start == 1_777_615_200_000
    many = take(HEAD + "AA 2026-05-01T08:00Z/2026-05-01T17:00Z\n" * 1_001 + SQUARE)
    assert [volume.start for volume in many.filed[0].plan.volumes] == [None]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    reading = openair.read((HEAD.replace("North", "Größe") + SQUARE).encode(encoding), OPTIONS)
    assert reading.filed[0].plan.id == "Größe"
    assert any(lines.WINDOWS in note for note in reading.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"* only remarks\n", "openair.empty"),
        (b"AC Q\nSP 1\n", "openair.empty"),
        (b"\xff\xfe\x00\x01\x02", "openair.empty"),
        (b"\n" * 1_000_001 + b"x", "openair.too_many"),
        (b"AN\n" + b"AC R\nAN a\n" * 100_002, "openair.too_many"),
        (b"AC R\nAN a\nDA 1,2,3\n" + b"DA 1,2,3\n" * 20_000, "openair.too_many"),
        (b" " * (32 * 1024 * 1024 + 1), "file.too_large"),
    ],
)
def test_no_file_of_areas(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        openair.read(data, OPTIONS)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + SQUARE, True),
        ("* note\n\n" + HEAD + SQUARE, True),
        ("ac r\nan x\nah 1\n", True),
        ("AC R\nAN x\n", False),
        ("(A0117/26 NOTAMN\nQ) LLLL/QRTCA\nAC R\nAN x\nAH 1\n", False),
        ("N033.11.01.940 E034.59.02.000\n", False),
        ("", False),
        ("AC milan is a club\nDPs are people\n", False),
    ],
)
def test_known(text: str, expected: bool) -> None:
    assert openair.known(Peek(".txt", text.encode())) is expected


RECORDS = (
    "AC R",
    "AN x",
    "AH FL95",
    "AL SFC",
    "AA NONE/NONE",
    "DC 2",
    "DA 1,2,3",
    "TO",
    "V D=-",
    "V W=2",
    "DY",
    "*",
    "",
    "V X=50:00:00 N 010:00:00 E",
    "DP 50:00:00 N 010:00:00 E",
    "DP 50:10:00 N 010:00:00 E",
    "DP 50:10:00 N 010:30:00 E",
    "DB 50:00:00 N 010:00:00 E, 50:10:00 N 010:00:00 E",
)


@given(st.lists(st.sampled_from(RECORDS) | st.text(max_size=20), max_size=15))
def test_anything_gives_areas_or_one_error(records: list[str]) -> None:
    try:
        reading = openair.read("\n".join(records).encode("utf-8", "replace"), OPTIONS)
    except Invalid:
        return
    assert reading.filed or reading.faults


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        openair.read(b"AC R\nAN x\n" + data, OPTIONS)
    except Invalid as error:
        assert error.code in ("openair.empty", "file.empty")


@pytest.mark.parametrize("text", ["4,500 MSL", "4.500 ft", "1,500M AGL", "MSL 12,500", "10,000 STD"])
def test_a_sign_between_thousands_is_no_decimal(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        limit(text, "line 1", "up", Tally())
    assert caught.value.code == "altitude.malformed"
    assert limit("1524.5 M", "line 1", "up", Tally()) == Altitude("MSL/ALT", 15_245_000)


def test_a_radius_with_a_comma_before_three_digits_is_refused() -> None:
    circle = "V X=50:00:00 N 010:00:00 E\nDC {}\n"
    assert fault_of(HEAD + circle.format("1,500 M")).code == "openair.number"
    ground = volume_of(HEAD + circle.format("0,540")).ground
    assert isinstance(ground, Circle)
    assert ground.radius == 54 * NAUTICAL_MILE // 100


def test_what_is_drawn_before_the_first_area_is_a_fault() -> None:
    reading = take(SQUARE + HEAD + SQUARE)
    assert [(fault.code, fault.path) for fault in reading.faults] == [("openair.record", "line 1")]
    assert len(reading.filed) == 1
