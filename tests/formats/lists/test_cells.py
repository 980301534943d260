"""Cells one by one, and places in them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from wideberth.errors import Invalid
from wideberth.formats.lists import cells, positions, reader
from wideberth.formats.lists.sheet import Cell, column_letters, shown
from wideberth.formats.reading import Options, Reading
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import METRE, NAUTICAL_MILE


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (33.5, "33.5"), (5, "5"), ("-5", "-5"), ("33,51", "33.51"), ("٣٣٫٥", "33.5"), ("1 234.5", "1234.5"),
        ("−7", "-7"), ("3.35E+01", "33.5"), (1e-7, "1E-7"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_numbers(cell: Cell, wanted: str) -> None:
    assert cells.decimal(cell, "") == Decimal(wanted)


@pytest.mark.parametrize(
    "cell", ["", None, True, "1,2,3", "1.2,3", "33.5N", "1e999", "nan", float("nan"), date(2026, 1, 1)]
)
def test_no_numbers(cell: Cell) -> None:
    with pytest.raises(Invalid) as caught:
        cells.decimal(cell, "row 2")
    assert caught.value.code == "list.number"


@pytest.mark.parametrize(
    ("cell", "unit", "wanted"),
    [
        (500, None, 500 * METRE), ("0,5", "km", 500 * METRE), ("500 m", "km", 500 * METRE),
        ("1 NM", None, NAUTICAL_MILE),
        ("2 км", None, 2_000 * METRE), ("300 متر", None, 300 * METRE), ("1 234 m", None, 1_234 * METRE),
    ],
)  # fmt: skip
def test_lengths(cell: Cell, unit: str | None, wanted: int) -> None:
    assert cells.length(cell, unit, "") == wanted


@pytest.mark.parametrize("cell", ["wide", "5 parsecs", "5 ..", "-5", -5, 1e9, "1..2 m"])
def test_no_lengths(cell: Cell) -> None:
    with pytest.raises(Invalid) as caught:
        cells.length(cell, None, "")
    assert caught.value.code == "list.length"


def test_altitudes_of_cells() -> None:
    assert cells.altitude("0", "m", "down", "") == SURFACE
    assert cells.altitude("35.5m MSL geoid", None, "down", "") == Altitude("MSL", 355_000)
    assert cells.altitude("FL100", None, "up", "") == cells.altitude("3048m FL", None, "up", "")
    with pytest.raises(Invalid) as caught:
        cells.altitude("500", "m", "up", "")
    assert caught.value.code == "altitude.malformed"


def test_whole_numbers_and_margins() -> None:
    assert cells.whole("7", "", 0, 10) == 7 and cells.margin("0.00001", None, "m", "") == 1
    for cell in ("7.5", "11"):
        with pytest.raises(Invalid):
            cells.whole(cell, "", 0, 10)
    with pytest.raises(Invalid):
        cells.margin("-1", None, "m", "")


def test_what_cells_show() -> None:
    moment = datetime(2026, 11, 23, 10, 0)
    found = [
        shown(each) for each in (None, "a", True, False, 5.0, 1e-7, moment, date(2026, 1, 2), time(1, 2))
    ]
    assert found == [
        "",
        "a",
        "TRUE",
        "FALSE",
        "5",
        "0.0000001",
        "2026-11-23 10:00:00",
        "2026-01-02",
        "01:02:00",
    ]
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_datums() -> None:
    assert positions.datum_of("WGS 84", "") is None and positions.datum_of(None, "") is None
    assert positions.datum_of("SK-42", "") == "SK-42"
    plain = positions.pair(33.5131, 36.2765, None, "", "")
    moved = positions.pair(33.5131, 36.2765, "ED50", "", "")
    assert 50 < positions.distance(plain.point, moved.point) < 300 and moved.doubt > plain.doubt


@pytest.mark.parametrize(
    ("lat", "lon", "code", "path"),
    [
        ("33.5 N", "36.2", "list.number", "b"),
        ("33.5 E", "36.2 N", "list.number", "a"),
        ("", None, "list.missing", "a"),
        (91, 36, "place.latitude", "a"),
        (33, 181, "place.longitude", "b"),
    ],
)
def test_pairs_that_are_no_place(lat: Cell, lon: Cell, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        positions.pair(lat or None, lon, None, "a", "b")
    assert (caught.value.code, caught.value.path) in ((code, path), (code, "b" if path == "a" else "a"))


def read(text: str) -> Reading:
    return reader.read(text.encode(), Options(file="x.csv", as_of=0))


def test_shapes_of_text() -> None:
    reading = read(
        "id,shape,radius,half width\n"
        'a,"POLYGON ((36 33, 37 33, 37 34, 36 33), (36.5 33.2, 36.6 33.2, 36.6 33.3, 36.5 33.2))",,\n'
        'b,"LINESTRING (36 33, 37 34)",,100\n'
        "c,POINT (36 33),50,\n"
        "d,POINT (36 33),,\n"
    )
    assert reading.faults == ()
    grounds = [one.plan.volumes[0].ground for one in reading.filed]
    assert isinstance(grounds[0], Polygon) and len(grounds[0].rings) == 2 and grounds[0].edges == "lonlat"
    assert isinstance(grounds[1], Corridor) and grounds[1].half_width == 100 * METRE
    assert grounds[2:] == [Circle((360_000_000, 330_000_000), r * METRE) for r in (50, 250)]


@pytest.mark.parametrize(
    "shape",
    [
        "POINT (1 2, 3 4)",
        "CIRCLE (1 2)",
        "POLYGON (1 2, 3 4)",
        "POINT (1)",
        "POINT ()",
        "POINT (1 x)",
        "#REF!",
    ],
)
def test_no_shapes(shape: str) -> None:
    (fault,) = read(f'id,shape\na,"{shape}"\n').faults
    assert fault.code in ("list.shape", "list.cell_error") and fault.path == "row 2, column shape"


def test_waypoints() -> None:
    (filed,) = read('id,waypoints\na,"33.51, 36.27; 33.61, 36.37 > 33.71, 36.47"\n').filed
    ground = filed.plan.volumes[0].ground
    assert isinstance(ground, Corridor) and len(ground.points) == 3
    (filed,) = read('id,from,to\na,"33.51310, 36.27650","33.51310, 36.27650"\n').filed
    assert isinstance(filed.plan.volumes[0].ground, Circle)
    many = "; ".join("33.5, 36.2" for _ in range(1_001))
    assert [fault.code for fault in read(f'id,waypoints\na,"{many}"\n').faults] == ["list.waypoints"]
    faults = read('id,from,to\na,"33.51, 36.27",Aleppo\n').faults
    assert [(fault.code, fault.path) for fault in faults] == [
        ("place.unreadable", "row 2, column to, point 1")
    ]


def test_words_that_are_not_known_are_told() -> None:
    notes = read("id,record,grade,lat,lon\na,thing,perhaps,33.5131,36.2765\n").notes
    assert any("not: thing" in note for note in notes) and any("perhaps" in note for note in notes)


def test_volumes_that_are_wrong() -> None:
    head = "record,id,party,shape,state of plan,priority,pad,frequency from,frequency to,lower,upper\n"
    rows = (
        "volume,a,p,POINT (36 33),flying,,,,,SFC,UNL\n"
        "volume,b,p,POINT (36 33),,1.5,,,,SFC,UNL\n"
        "volume,c,p,POINT (36 33),,,-1,,,SFC,UNL\n"
        "volume,d,p,POINT (36 33),,,,5 MHz,4 MHz,SFC,UNL\n"
        "volume,e,p,POINT (36 33),,,,,,FL200,FL100\n"
        "volume,f,p,POINT (36 33),,,,5MHz,,SFC,UNL\n"
        "volume,g,p,POINT (36 33),,,,,,SFC,UNL\n"
    )
    reading = read(head + rows)
    assert [fault.code for fault in reading.faults] == [
        "plan.state", "list.number", "list.number", "frequency.backwards", "altitude.upside_down",
        "frequency.malformed",
    ]  # fmt: skip
    assert [one.plan.id for one in reading.filed] == ["g"]


def test_points_of_movements_that_are_wrong() -> None:
    head = "id,time,sequence,lat,lon\n"
    for row, code in (
        ("M,10:00Z,1,33.5131,36.2765", "list.no_day"),
        ("M,2026-11-23 10:00,1,33.5131,36.2765", "time.no_offset"),
        ("M,2026-11-23 10:00Z,x,33.5131,36.2765", "list.number"),
        ("M,2026-11-23 10:00Z,1,,", "list.missing"),
    ):
        assert code in [fault.code for fault in read(f"{head}{row}\n").faults]
