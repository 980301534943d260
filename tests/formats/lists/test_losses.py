"""What a list may lose without a word: units, rows, shapes, hours. Each reading holds all the text means."""

from __future__ import annotations

import msgspec
import pytest

from wideberth.errors import Invalid
from wideberth.formats.lists import reader, sheet, writer
from wideberth.formats.lists.book import Page, workbook
from wideberth.formats.reading import Options, Reading
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import METRE
from wideberth.space.volume import Pad

OPTIONS = Options("list.csv", 1_795_000_000_000, "UTC")
SITE = "id,lat,lon,"


def read(text: str, zone: str | None = "UTC") -> Reading:
    return reader.read(text.encode(), msgspec.structs.replace(OPTIONS, zone=zone))


def codes(text: str) -> list[str]:
    return [fault.code for fault in read(text).faults]


@pytest.mark.parametrize(
    "column",
    ['radius (m),"1,500"', 'radius,"1,500 m"', "radius (m),1.500", 'radius (km),"1,500"', "radius,25.000 m"],
)
def test_a_mark_of_thousands_is_no_decimal_point(column: str) -> None:
    header, _, value = column.partition(",")
    assert codes(f"{SITE}{header}\nA,33.51310,36.27650,{value}\n") == ["list.length"]


@pytest.mark.parametrize(
    ("column", "metres"),
    [
        ("radius (km),2.500", 2_500),
        ("radius,250.000", 250),
        ('radius (m),"0,500"', 0.5),
        ("Radius (km) / rayon,2", 2_000),
        ("radius (kilometers),2", 2_000),
        ("radius (miles),2 km", 2_000),
    ],
)
def test_lengths_as_they_are_meant(column: str, metres: float) -> None:
    header, _, value = column.partition(",")
    reading = read(f"{SITE}{header}\nA,33.51310,36.27650,{value}\n")
    ground = reading.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Circle) and ground.radius == metres * METRE and not reading.faults


@pytest.mark.parametrize("header", ["radius (miles)", "radius (km; approx. m)", "radius (about)"])
def test_a_unit_that_is_not_known_is_not_metres(header: str) -> None:
    assert codes(f"{SITE}{header}\nA,33.51310,36.27650,2\n") == ["list.length"]


def test_pads_are_in_metres_and_seconds_only() -> None:
    head = "record,plan,lower,upper,shape,radius (m),{}\nvolume,A,SFC,UNL,POINT (36.2765 33.5131),5,{}\n"
    for header, value in (("pad (km)", "2"), ("time pad (min)", "5"), ("pad (m)", '"1,500"')):
        assert codes(head.format(header, value)) == ["list.number"]
    assert read(head.format("time pad (s)", "5")).filed[0].plan.volumes[0].pad == Pad(t=5_000)


def test_a_written_radius_of_millimetres_comes_back() -> None:
    plan = read(f"{SITE}radius\nA,33.51310,36.27650,1.2340\n").filed[0].plan
    again = reader.read(writer.write_csv([plan])[0], OPTIONS)
    ground = again.filed[0].plan.volumes[0].ground
    assert isinstance(ground, Circle) and ground.radius == 12_340 and not again.faults


def test_a_time_beside_a_place_alone_is_no_moment_of_a_movement() -> None:
    text = "Timestamp,name,lat,lon\n2026-11-01 10:00,Clinic,33.51310,36.27650\n"
    assert codes(text) == ["list.one_point"]
    assert codes("id,lat,lon,sequence\nA,33.51310,36.27650,1\n") == ["list.one_point"]
    stated = "Timestamp,name,lat,lon,record\n2026-11-01 10:00,Clinic,33.51310,36.27650,site\n"
    (one,) = read(stated).filed
    assert one.plan.activity == "site" and one.plan.volumes[0].start is None


def test_two_columns_of_ids_do_not_part_the_points_of_a_movement() -> None:
    text = "no,plan id,time,lat,lon\n1,M,2026-11-23 10:00,33.5,36.2\n2,M,2026-11-23 11:00,33.6,36.3\n"
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.code == "list.repeated_column"


POLYGON = '"POLYGON ((36 33, 36.1 33, 36.1 33.1, 36 33.1, 36 33))"'


def test_a_shape_beside_a_position_is_held_as_well() -> None:
    reading = read(f"{SITE}wkt,radius\nA,33.05000,36.05000,{POLYGON},200\n")
    area, circle = reading.filed[0].plan.volumes
    assert isinstance(area.ground, Polygon) and area.pad.h == 200 * METRE
    assert isinstance(circle.ground, Circle) and circle.ground.radius == 200 * METRE
    assert any("both are held" in note for note in reading.notes)


def test_a_point_as_a_shape_agrees_with_the_position_and_has_its_doubt() -> None:
    assert codes(f"{SITE}wkt\nA,33.05000,36.05000,POINT (36.2 33.05)\n") == ["list.two_places"]
    (one,) = read("id,wkt\nA,POINT (36.27 33.51)\n").filed
    assert one.plan.volumes[0].pad.h > 700 * METRE


def test_the_way_of_a_movement_is_held_beside_its_ends() -> None:
    way = '"LINESTRING (36 33, 36.5 33.2, 36 33.5)"'
    head = "id,from,to,wkt,start,end\nM,"
    text = f'{head}"33.00000, 36.00000","33.50000, 36.00000",{way},2026-11-23 10:00,2026-11-23 12:00\n'
    first, second = read(text).filed[0].plan.volumes
    assert isinstance(first.ground, Corridor) and isinstance(second.ground, Corridor)
    assert len(second.ground.points) == 3 and (second.start, second.end) == (first.start, first.end)
    alone = f"id,record,wkt,start,end\nM,movement,{way},2026-11-23 10:00,2026-11-23 12:00\n"
    assert len(read(alone).filed[0].plan.volumes) == 1
    timed = f"id,lat,lon,wkt,time\nM,33.00000,36.00000,{way},2026-11-23 10:00\n"
    assert codes(timed) == ["list.shape"]


def test_a_position_beside_the_ends_of_a_movement_is_held_as_well() -> None:
    text = 'id,from,to,lat,lon\nM,"33.00000, 36.00000","33.50000, 36.00000",34.00000,37.00000\n'
    _, aside = read(text).filed[0].plan.volumes
    assert isinstance(aside.ground, Circle) and aside.ground.centre == (370_000_000, 340_000_000)


def test_a_shape_is_not_read_on_another_datum() -> None:
    assert codes(f"id,wkt,datum\nA,{POLYGON},SK-42\n") == ["list.shape"]


def test_two_tables_in_a_sheet_are_refused() -> None:
    text = "id,lat,lon\nA,33.51310,36.27650\n\nid,name,lat,lon,radius\nB,Clinic,33.51310,36.27650,5\n"
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.code == "list.two_tables"


def test_rows_above_tags_further_down_are_read() -> None:
    text = "id,lat,lon\nA,33.51310,36.27650\n#loc+id,#geo+lat,#geo+lon\n"
    reading = read(text)
    assert [one.plan.id for one in reading.filed] == ["A"] and reading.faults


def test_two_times_in_a_cell_are_not_a_time_and_an_offset() -> None:
    text = "id,record,lat,lon,date,start time,end time\nM,movement,33.5,36.2,2026-11-23,{},18:00\n"
    assert "list.date" in codes(text.format("08:00-12:00"))
    assert codes(text.format("08:00-05:00")) == []
    start = "id,record,lat,lon,start,end\nM,movement,33.5,36.2,{},2026-11-24 18:00Z\n"
    assert "list.date" in codes(start.format("2026-11-23 01:00-05:00"))
    assert codes(start.format("2026-11-23T01:00-05:00")) == []


def test_a_night_with_one_more_hour_is_read_whole() -> None:
    text = "id,record,lat,lon,date,start time,end time\nM,movement,33.5,36.2,2026-10-24,22:00,{}\n"
    (one,) = read(text.format("06:00"), "Europe/Paris").filed
    volume = one.plan.volumes[0]
    assert volume.start is not None and volume.end is not None
    assert volume.end - volume.start == 9 * 3_600_000
    (one,) = read(text.format("22:00")).filed
    volume = one.plan.volumes[0]
    assert volume.start is not None and volume.end == volume.start + 86_400_000


@pytest.mark.parametrize("name", ["Longitude (W)", "lon (°W)", "lon (west)", "lon (СК-42)", "lon (ED50)"])
def test_a_header_of_another_half_or_datum_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(f"id,lat,{name}\nA,33.51310,36.27650\n")
    assert caught.value.code == "list.header_place"


@pytest.mark.parametrize("name", ["Longitude (E)", "lon (WGS84)", "lon (E/W)", "lon (dd)", "lon (decimal °)"])
def test_a_header_of_wgs84_is_read(name: str) -> None:
    assert len(read(f"id,lat,{name}\nA,33.51310,36.27650\n").filed) == 1


def test_a_sheet_with_positions_and_no_header_is_told_as_a_fault() -> None:
    pages = [
        Page("Clinics", [("id", "lat", "lon"), ("A", "33.51310", "36.27650")], 1),
        Page("Schools", [("id", "lattitude", "longditude"), ("B", "33.52310", "36.28650")], 1),
        Page("Read me", [("Version", "2"), ("Made", "2026")], 1),
    ]
    reading = reader.read(workbook(pages), OPTIONS)
    assert [one.plan.id for one in reading.filed] == ["A"]
    assert [fault.path.partition(",")[0] for fault in reading.faults] == ['sheet "Schools"']


def test_a_million_rows_and_their_header_fit() -> None:
    assert sheet.ROW_LIMIT > 1_000_010 and sheet.CELL_LIMIT >= 6 * 1_000_010


@pytest.mark.parametrize("name", ["Radius in miles", "Diameter (m)", "диаметр зоны"])
def test_a_size_under_another_name_is_not_left_to_the_default(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(f"{SITE}{name}\nA,33.51310,36.27650,2000\n")
    assert caught.value.code == "list.unknown_size"


def test_a_limit_with_a_mark_of_thousands_is_refused() -> None:
    head = (
        "id,record,upper,lat,lon,start,end\nA,movement,{},33.51,36.27,2026-11-23 10:00Z,2026-11-23 12:00Z\n"
    )
    assert codes(head.format("1.500 m MSL")) == ["list.number"]
    assert codes(head.format("0.500 m MSL")) == []
