"""Rows become sites and movements, or faults with their exact place."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.lists import reader
from wideberth.formats.reading import Options, Reading
from wideberth.formats.times import parse_time
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume

OPTIONS = Options(file="list.csv", as_of=0)


def read(text: str, **options: object) -> Reading:
    return reader.read(text.encode(), Options(file="list.csv", as_of=0, **options))  # type: ignore[arg-type] # as Options says


def faults(text: str, **options: object) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in read(text, **options).faults]


def volume(reading: Reading) -> Volume:
    (filed,) = reading.filed
    (found,) = filed.plan.volumes
    return found


def test_a_site() -> None:
    reading = read(
        "id,name,type,lat,lon,radius (m),grade,source,valid until,organisation,phone,remarks\n"
        "h-1,North hospital,hospital,33.51310,36.27650,400,verified,OCHA,2027-01-31,Relief,+1 555,gate\n"
    )
    (filed,) = reading.filed
    plan = filed.plan
    assert (plan.party, plan.id, plan.label, plan.activity) == ("Relief", "h-1", "North hospital", "site")
    assert plan.note == "hospital; grade: verified; source: OCHA; gate"
    assert plan.review == parse_time("2027-01-31T00:00:00Z")
    (found,) = plan.volumes
    assert found.ground == Circle((362_765_000, 335_131_000), 400 * METRE)
    assert (found.lower, found.upper, found.start, found.end) == (SURFACE, UNLIMITED, None, None)
    assert 0.5 * METRE < found.pad.h < 1.2 * METRE  # half of 0.00001 degrees both ways: 0.72 m
    assert filed.where == ("row 2",)
    assert "555" not in repr(reading)
    assert "a day of review without a zone is read as of UTC (row 2)" in reading.notes


def test_the_site_itself() -> None:
    found = reader.records(b"name,type,lat,lon,radius,grade\nA,camp,33.5,36.2,1 km,single source\n", OPTIONS)
    (one,) = found.entries
    assert one.site is not None
    assert (one.site.name, one.site.kind, one.site.grade) == ("A", "camp", "single_source")
    assert isinstance(one.site.ground, Circle) and one.site.ground.radius == 1_000 * METRE + one.doubt
    assert one.doubt > 5_000 * METRE  # 33.5 says no more than a tenth of a degree


def test_radius_from_the_option_and_by_default() -> None:
    text = "name,lat,lon\nA,33.5131,36.2765\n"
    assert volume(read(text)).ground == Circle((362_765_000, 335_131_000), 250 * METRE)
    assert "no radius is stated, read as 250 m (row 2)" in read(text).notes
    assert volume(read(text, radius=70 * METRE)).ground == Circle((362_765_000, 335_131_000), 70 * METRE)


def test_dates_of_a_site_do_not_end_it() -> None:
    reading = read("name,lat,lon,start,end\nA,33.5131,36.2765,2020-01-01,2020-02-01\n")
    assert (volume(reading).start, volume(reading).end) == (None, None)
    assert any(note.startswith("a site has no end") for note in reading.notes)


def test_every_language_reads() -> None:
    for header in (
        "الاسم,خط العرض,خط الطول,نصف القطر",
        "nom,latitude,longitude,rayon",
        "название,широта,долгота,радиус",
        "назва,широта,довгота,радіус",
        "שם,קו רוחב,קו אורך,רדיוס",
    ):
        found = volume(read(f"{header}\nA,٣٣٫٥١٣١,36.2765,100\n"))
        assert found.ground == Circle((362_765_000, 335_131_000), 100 * METRE)


def test_one_cell_and_grid_references() -> None:
    one = volume(read('name,coordinates\nA,"33.5131, 36.2765"\n'))
    assert isinstance(one.ground, Circle) and one.ground.centre == (362_765_000, 335_131_000)
    two = volume(read("name,MGRS\nA,37S BT 1234 5678\n"))
    assert two.pad.h > 7 * METRE  # the cell of 10 m
    three = volume(
        read(
            "name,lat,lon\nA,33°30'36\"N,36°15'30\"E\n".replace('"N', '""N')
            .replace("33°30", '"33°30')
            .replace("N,36", 'N","36')
            .replace('"E', '""E"')
        )
    )
    assert isinstance(three.ground, Circle) and three.ground.centre[1] == 335_100_000
    four = volume(read('name;lat;lon\nA;"33,5131";"36,2765"\n'))
    assert isinstance(four.ground, Circle) and four.ground.centre == (362_765_000, 335_131_000)


def test_each_fault_with_its_place() -> None:
    text = (
        "id,name,lat,lon,radius\n"
        "1,A,91,36.2765,100\n"
        "2,B,33.5131,,100\n"
        "3,C,0,0,100\n"
        "4,D,33.5131,36.2765,wide\n"
        "5,E,#REF!,36.2765,-4\n"
        "6,F,33.5131,36.2765,100\n"
        "7,G,33,5131,36,2765,100\n"
        "8,H,,,\n"
        "9,I,33.5131 E,36.2765 N,100\n"
    )
    reading = read(text)
    assert [one.plan.id for one in reading.filed] == ["6"]
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("place.latitude", "row 2, column lat"),
        ("list.missing", "row 3, column lon"),
        ("list.null_island", "row 4, column lat"),
        ("list.length", "row 5, column radius"),
        ("list.cell_error", "row 6, column lat"),
        ("list.length", "row 6, column radius"),
        ("list.extra_cells", "row 8, column F"),
        ("list.missing", "row 9, column lat"),
        ("list.number", "row 10, column lat"),
    ]


def test_two_statements_of_a_place_must_agree() -> None:
    head = "name,lat,lon,coordinates\n"
    assert faults(f'{head}A,33.5131,36.2765,"33.6131, 36.2765"\n') == [
        ("list.two_places", "row 2, column lat")
    ]
    found = volume(read(f'{head}A,33.51,36.28,"33.51310, 36.27650"\n'))
    assert isinstance(found.ground, Circle) and found.ground.centre == (362_765_000, 335_131_000)


def test_a_place_far_from_all_others_is_told() -> None:
    rows = "".join(f"{n},33.5{n}31,36.27{n}5\n" for n in range(8))
    notes = read(f"name,lat,lon\n{rows}x,36.2765,33.5131\ny,33.5131,-36.2765\n").notes
    assert any("row 11" in note and "far from the middle" in note for note in notes)
    rows = "".join(f"{n},3.5{n}31,36.27{n}5\n" for n in range(8))
    notes = read(f"name,lat,lon\n{rows}x,36.2765,3.5131\n").notes
    assert any(note.startswith("row 10: with latitude and longitude exchanged") for note in notes)


def test_a_movement_in_one_row() -> None:
    reading = read(
        "mission,callsign,from,via,to,half width,departure,arrival,lower,upper,time zone\n"
        'M1,RELIEF 1,"33.5131, 36.2765","33.6000, 36.3000; 33.7000, 36.4000","33.8000, 36.5000",500 m,'
        "2026-11-23 08:00,2026-11-23 14:00,SFC,500ft AGL,Asia/Damascus\n"
    )
    found = volume(reading)
    assert isinstance(found.ground, Corridor)
    assert (len(found.ground.points), found.ground.half_width, found.ground.edges) == (
        4,
        500 * METRE,
        "geodesic",
    )
    assert (found.start, found.end) == (
        parse_time("2026-11-23T05:00:00Z"),
        parse_time("2026-11-23T11:00:00Z"),
    )
    assert (found.lower, found.upper) == (SURFACE, Altitude("AGL", 500 * FOOT))
    plan = reading.filed[0].plan
    assert (plan.activity, plan.callsign) == ("movement", "RELIEF 1")


HEAD = "id,from,to,{}\n"
WAY = '1,"33.5131, 36.2765","33.8000, 36.5000",{}\n'


@pytest.mark.parametrize(
    ("columns", "cells", "start", "end"),
    [
        ("start,end", "2026-11-23,2026-11-24", "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"),
        ("date", "2026-11-23", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("date,start,end", "2026-11-23,08:00,10:00", "2026-11-23T08:00:00Z", "2026-11-23T10:00:00Z"),
        (
            "date,start time,end time",
            "2026-11-23,22:00,02:00",
            "2026-11-23T22:00:00Z",
            "2026-11-24T02:00:00Z",
        ),
        (
            "start date,start time,end date,end time",
            "2026-11-23,22:00,2026-11-24,02:00",
            "2026-11-23T22:00:00Z",
            "2026-11-24T02:00:00Z",
        ),
        ("start,end", "2026-11-23 08:00,10:00", "2026-11-23T08:00:00Z", "2026-11-23T10:00:00Z"),
        ("start", "2026-11-23", "2026-11-23T00:00:00Z", None),
        (
            "start,end",
            "2026-11-23T08:00+02:00,2026-11-23T10:00Z",
            "2026-11-23T06:00:00Z",
            "2026-11-23T10:00:00Z",
        ),
    ],
)
def test_windows(columns: str, cells: str, start: str, end: str | None) -> None:
    found = volume(read(HEAD.format(columns) + WAY.format(cells), zone="UTC"))
    assert found.start == parse_time(start)
    assert found.end == (None if end is None else parse_time(end))


@pytest.mark.parametrize(
    ("columns", "cells", "code", "path"),
    [
        ("start", "2026-11-23 08:00", "time.no_offset", "row 2, column start"),
        ("start,end", "2026-11-24T00:00:00Z,2026-11-23T00:00:00Z", "time.backwards", "row 2, column end"),
        ("start", "08:00", "list.no_day", "row 2, column start"),
        ("start,tz", "2026-11-23 08:00,Mars", "time.zone", "row 2, column tz"),
        ("start,tz", "2026-11-23T08:00Z,Asia/Beirut", "list.two_zones", "row 2, column start"),
        ("lower", "500", "altitude.malformed", "row 2, column lower"),
        ("half width", "x", "list.length", "row 2, column half width"),
    ],
)
def test_faults_of_movements(columns: str, cells: str, code: str, path: str) -> None:
    assert faults(HEAD.format(columns) + WAY.format(cells)) == [(code, path)]


POINTS = (
    "id,sequence,time,lat,lon,half width\n"
    "M,2,2026-11-23T08:10:00Z,33.6000,36.3000,200\n"
    "M,1,2026-11-23T08:00:00Z,33.5131,36.2765,200\n"
    "M,3,2026-11-23T08:15:00Z,33.6500,36.3500,200\n"
)


def test_a_movement_with_a_row_a_point() -> None:
    reading = read(POINTS)
    (filed,) = reading.filed
    first, last = filed.plan.volumes[0], filed.plan.volumes[-1]
    assert (first.start, last.end) == (parse_time("2026-11-23T08:00:00Z"), parse_time("2026-11-23T08:15:00Z"))
    assert len(filed.plan.volumes) == 2
    assert isinstance(first.ground, Corridor) and first.ground.points[0] == (362_765_000, 335_131_000)
    assert any("in the order of their numbers" in note for note in reading.notes)


def test_a_movement_without_one_of_its_points_is_refused() -> None:
    reading = read(POINTS.replace("33.6000", "93.6000"))
    assert reading.filed == ()
    assert [(fault.code, fault.path) for fault in reading.faults] == [
        ("place.latitude", "row 2, column lat"),
        ("list.incomplete", "row 3"),
    ]


def test_points_without_clocks_are_held_the_whole_time() -> None:
    text = "id,sequence,date,lat,lon\nM,1,2026-11-23,33.5131,36.2765\nM,2,2026-11-24,33.6000,36.3000\n"
    found = volume(read(text, zone="UTC"))
    assert (found.start, found.end) == (
        parse_time("2026-11-23T00:00:00Z"),
        parse_time("2026-11-25T00:00:00Z"),
    )
    assert isinstance(found.ground, Corridor)


def test_times_of_points_must_grow_and_limits_agree() -> None:
    same = POINTS.replace("08:10", "08:00")
    assert [code for code, _ in faults(same)] == ["route.times"]
    text = "id,time,lat,lon,upper\nM,2026-11-23T08:00Z,33.5131,36.2765,FL100\n"
    text += "M,2026-11-23T09:00Z,33.6,36.3,FL200\n"
    assert [code for code, _ in faults(text)] == ["list.limits_differ"]


def test_faults_are_bounded_and_counted() -> None:
    text = "name,lat,lon\n" + "A,91,1\n" * 1_200
    found = faults(text)
    assert len(found) == 1_001 and found[-1] == ("list.too_many_faults", "")


def test_nothing_to_read() -> None:
    for text in ("", "\n\n", "name,lat,lon\n", "name,lat,lon\n,,\n"):
        with pytest.raises(Invalid) as caught:
            read(text)
        assert caught.value.code == "list.empty"


def test_examples_are_not_read() -> None:
    reading = read("id,lat,lon\nПРИМЕР,33.5131,36.2911\nmine,33.5131,36.2765\n")
    assert [one.plan.id for one in reading.filed] == ["mine"]


def test_ambiguous_dates_are_refused_unless_the_column_tells() -> None:
    rows = HEAD.format("start,end") + WAY.format("03/04/2026,05/04/2026")
    assert [code for code, _ in faults(rows, zone="UTC")] == ["list.ambiguous_date"] * 2
    rows += WAY.format("13/04/2026,14/04/2026").replace("1,", "2,", 1)
    reading = read(rows, zone="UTC")
    assert reading.filed[0].plan.volumes[0].start == parse_time("2026-04-03T00:00:00Z")
    assert any("day/month/year" in note for note in reading.notes)


cells = st.sampled_from(
    [
        "", "0", "33.5", "-91", "1e5", "x", "#REF!", "2026-11-23", "10:00", "11/12/2026", "=1+1", "UTC",
        "FL100", "5 km",
    ]
) | st.text(st.characters(codec="utf-8"), max_size=8)  # fmt: skip


@given(st.lists(st.lists(cells, min_size=1, max_size=8), min_size=1, max_size=5))
def test_any_cells_are_read_or_faults(rows: list[list[str]]) -> None:
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream).writerow(["id", "lat", "lon", "start", "end", "tz", "upper", "from"])
    csv.writer(stream).writerows(rows)
    try:
        reading = reader.read(stream.getvalue().encode(), OPTIONS)
    except Invalid:
        return
    assert len(reading.filed) + len(reading.faults) > 0


def test_ten_thousand_rows_take_no_time() -> None:
    text = "id,name,lat,lon,radius\n" + "".join(
        f"{n},Site {n},{33 + n % 100 / 1000:.4f},{36 + n / 20_000:.4f},{'x' if n % 10 == 0 else 100}\n"
        for n in range(10_000)
    )
    began = time.process_time()
    reading = read(text)
    assert time.process_time() - began < 20  # 1.5 s; coverage and a busy machine take their part
    assert (len(reading.filed), len(reading.faults)) == (9_000, 1_000)


def test_one_name_for_all_costs_no_more_than_many() -> None:
    reading = read("name,lat,lon\n" + "A,33.5131,36.2765\n" * 5_000 + "A (2),33.5131,36.2765\n")
    names = [one.plan.id for one in reading.filed]
    assert names[:3] == ["A", "A (2)", "A (3)"] and len(set(names)) == 5_001
