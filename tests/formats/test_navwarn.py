"""Navigational warnings: their areas and times as real messages state them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.navwarn.read import (
    BEYOND,
    CANCELS,
    NO_PLACE,
    NO_STAMP,
    NO_TIMES,
    NO_YEAR,
    UNSURE,
    read,
)
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import parse_time
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FOOT, METRE, NAUTICAL_MILE

NOW = parse_time("2026-07-20T00:00:00Z")
OPTIONS = Options(file="w.txt", as_of=NOW)
BOX = "25-00.00N 060-00.00E, 26-00.00N 060-00.00E, 26-00.00N 061-00.00E, 25-00.00N 061-00.00E"
HEAD = "171016Z JUL 26\nNAVAREA IX 12/26(11,24).\nARABIAN SEA.\n"


def at(text: str) -> int:
    return parse_time(f"2026-{text}:00Z")


def warn(body: str, head: str = HEAD, options: Options = OPTIONS) -> Reading:
    return read((head + body).encode(), options)


def windows(body: str, head: str = HEAD) -> list[tuple[int | None, int | None]]:
    """The windows of a warning about one box."""
    reading = warn(f"1. HAZARDOUS OPERATIONS {body} IN AREA BOUND BY {BOX}.\n", head)
    (filed,) = reading.filed
    return [(volume.start, volume.end) for volume in filed.plan.volumes]


def told(reading: Reading, note: str) -> bool:
    return any(each.startswith(note.partition("{")[0]) for each in reading.notes)


def test_a_warning_in_full() -> None:
    body = (
        f"1. HAZARDOUS OPERATIONS, GUNNERY\n   202245Z TO 210056Z JUL IN AREA BOUND BY\n   {BOX}.\n"
        "2. CANCEL NAVAREA IX 11/26.\n3. CANCEL THIS MSG 210156Z JUL 26.\n"
    )
    reading = warn(body)
    (filed,) = reading.filed
    (volume,) = filed.plan.volumes
    assert isinstance(volume.ground, Polygon)
    assert [(x / DEGREE, y / DEGREE) for x, y in volume.ground.rings[0]] == [
        (60, 25),
        (60, 26),
        (61, 26),
        (61, 25),
    ]
    assert volume.ground.edges == "geodesic"
    assert (volume.lower, volume.upper) == (SURFACE, UNLIMITED)
    assert (volume.start, volume.end) == (at("07-20T22:45"), at("07-21T00:56"))
    assert filed.plan.id == "NAVAREA IX 12/26(11,24)"
    assert filed.plan.activity == "gunnery"
    assert filed.plan.label == "Arabian Sea"
    assert filed.where == ("NAVAREA IX 12/26(11,24) line 1",)
    # half of a hundredth of a minute both ways
    assert 11 * METRE < volume.pad.h < 14 * METRE
    assert "NAVAREA IX 12/26(11,24) cancels NAVAREA IX 11/26: it is kept" in " ".join(reading.notes)
    assert reading.faults == ()


def test_times() -> None:
    one = [(at("07-20T22:45"), at("07-21T00:56"))]
    assert windows("202245Z TO 210056Z JUL") == one
    assert windows("202245Z JUL TO 210056Z JUL 26") == one
    assert windows("202245 UTC UNTIL 210056 UTC JUL") == one
    assert windows("312245Z TO 010056Z AUG") == [(at("07-31T22:45"), at("08-01T00:56"))]
    assert windows("2245Z TO 0056Z DAILY 21 THRU 23 JUL") == [
        (at(f"07-{day}T22:45"), at(f"07-{day + 1}T00:56")) for day in (21, 22, 23)
    ]
    assert windows("DAILY 0900Z TO 1334Z 30 JUL THRU 01 AUG") == [
        (at(f"{day}T09:00"), at(f"{day}T13:34")) for day in ("07-30", "07-31", "08-01")
    ]
    assert windows("0900Z TO 1334Z DAILY 31 THRU 01 AUG") == [
        (at(f"{day}T09:00"), at(f"{day}T13:34")) for day in ("07-31", "08-01")
    ]
    assert windows("0900Z TO 1334Z DAILY 22 AND 25 JUL") == [
        (at(f"07-{day}T09:00"), at(f"07-{day}T13:34")) for day in (22, 25)
    ]
    assert windows("14 THRU 23 JUL BY VESSEL") == [(at("07-14T00:00"), at("07-24T00:00"))]
    assert windows("IN PROGRESS UNTIL 182100Z JUL") == [(None, at("07-18T21:00"))]
    assert windows("IN PROGRESS UNTIL FURTHER NOTICE") == [(None, None)]
    assert windows("COMMENCING 182100Z JUL") == [(at("07-18T21:00"), None)]


def test_many_days_are_read_as_one() -> None:
    body = "2245Z TO 0056Z DAILY 01 JAN 26 THRU 30 DEC 26, 0100Z TO 0200Z DAILY 01 JAN 26 THRU 30 DEC 26"
    body += ", 0300Z TO 0400Z DAILY 01 JAN 26 THRU 30 DEC 26"
    assert windows(body) == [(at("01-01T01:00"), at("12-31T00:56"))]


def test_a_list_whose_month_comes_last() -> None:
    assert windows("162022Z TO 162107Z JUL, ALTERNATE 172015Z TO 172100Z, 302007Z TO 310052Z JUL") == [
        (at("07-16T20:22"), at("07-16T21:07")),
        (at("07-17T20:15"), at("07-17T21:00")),
        (at("07-30T20:07"), at("07-31T00:52")),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "0530Z TO SUNSET DAILY EVERY WEDNESDAY THRU SATURDAY UNTIL 14 JUN",
        "DURING DAYLIGHT HOURS",
        "0900Z TO 1334Z DAILY",
        "14, 15 AND 16 JUL",
        "AT 182100Z",
        "ON WEEKDAYS",
        "202245Z TO 216056Z JUL",
        "202245Z TO 320056Z JUL",
        "22 THRU 21 JUL 50",
        "2545Z TO 0056Z DAILY 21 THRU 23 JUL",
        "UNTIL 322100Z JUL",
        "COMMENCING 182500Z JUL",
        "31 JUN THRU 35 JUL",
    ],
)
def test_times_that_are_not_understood_are_those_of_the_warning(words: str) -> None:
    body = f"1. GUNNERY {words} IN AREA BOUND BY {BOX}.\n2. CANCEL THIS MSG 010001Z AUG 26."
    reading = warn(body)
    ((volume,),) = [filed.plan.volumes for filed in reading.filed]
    assert volume.start is not None and volume.start <= at("07-17T10:16")
    assert volume.end is not None and volume.end >= at("08-01T00:01")
    assert told(reading, UNSURE)


def test_what_is_understood_beside_words_that_are_not_is_held_as_well() -> None:
    body = f"1. GUNNERY 012245Z TO 020056Z SEP AND EVERY SUNDAY IN AREA BOUND BY {BOX}."
    body += " CANCEL THIS MSG 010001Z AUG 26"
    ((volume,),) = [filed.plan.volumes for filed in warn(body).filed]
    assert (volume.start, volume.end) == (at("07-17T10:16"), at("09-02T00:56"))


def test_no_times_at_all() -> None:
    reading = warn(f"1. WRECK IN AREA BOUND BY {BOX}.")
    ((volume,),) = [filed.plan.volumes for filed in reading.filed]
    assert (volume.start, volume.end) == (at("07-17T10:16"), None)
    assert told(reading, NO_TIMES)


def test_times_of_another_paragraph_may_concern_an_area() -> None:
    reading = warn(f"1. GUNNERY 202245Z TO 210056Z JUL IN AREA BOUND BY {BOX}.\n2. ALSO ON SUNDAYS.")
    ((volume,),) = [filed.plan.volumes for filed in reading.filed]
    assert (volume.start, volume.end) == (at("07-17T10:16"), None)
    reading = warn(f"1. GUNNERY IN AREA BOUND BY {BOX}.\n2. 202245Z TO 210056Z JUL.")
    assert [(v.start, v.end) for v in reading.filed[0].plan.volumes] == [(at("07-17T10:16"), None)]


def test_cancelled_before_its_times_end() -> None:
    body = f"1. GUNNERY 202245Z TO 210056Z JUL IN AREA BOUND BY {BOX}.\n2. CANCEL THIS MSG 201800Z JUL 26."
    reading = warn(body)
    assert reading.filed[0].plan.volumes[0].end == at("07-21T00:56")
    assert told(reading, BEYOND)
    open_ended = f"1. GUNNERY FROM 182245Z JUL IN AREA BOUND BY {BOX}.\n2. CANCEL THIS MSG 201800Z JUL 26."
    assert warn(open_ended).filed[0].plan.volumes[0].end == at("07-20T18:00")


def test_a_year_that_is_not_said() -> None:
    head = "171016Z DEC\nHYDROPAC 12/25.\n"
    reading = warn(f"1. GUNNERY 310000Z DEC TO 020000Z JAN IN AREA BOUND BY {BOX}.", head)
    volume = reading.filed[0].plan.volumes[0]
    assert (volume.start, volume.end) == (parse_time("2025-12-31T00:00:00Z"), at("01-02T00:00"))
    assert told(reading, NO_YEAR)
    reading = warn(f"1. GUNNERY IN AREA BOUND BY {BOX}.", "HYDROPAC 12/25.\n")
    assert reading.filed[0].plan.volumes[0].start is None
    assert told(reading, NO_STAMP)


def test_lettered_parts_with_their_own_times() -> None:
    other = BOX.replace("N 06", "N 05")
    reading = warn(
        f"1. ROCKET LAUNCHING:\n A. 181400Z TO 181825Z JUL IN AREA BOUND BY {BOX}.\n"
        f" B. 181400Z TO 181843Z JUL {other}.\n"
    )
    found = {filed.plan.id: filed.plan.volumes for filed in reading.filed}
    assert list(found) == ["NAVAREA IX 12/26(11,24) 1.A", "NAVAREA IX 12/26(11,24) 1.B"]
    assert [volume.end for volumes in found.values() for volume in volumes] == [
        at("07-18T18:25"),
        at("07-18T18:43"),
    ]


def test_lettered_parts_of_one_time_are_one_plan() -> None:
    other = BOX.replace("N 06", "N 05")
    reading = warn(f"1. GUNNERY 181400Z TO 181825Z JUL IN AREAS BOUND BY:\n A. {BOX}.\n B. {other}.")
    (filed,) = reading.filed
    assert len(filed.plan.volumes) == 2


def test_letters_that_count_corners() -> None:
    corners = "\n".join(f"{'ABCD'[n]}. {corner}" for n, corner in enumerate(BOX.split(", ")))
    reading = warn(f"1. GUNNERY 181400Z TO 181825Z JUL IN AREA BOUND BY:\n{corners}")
    (volume,) = reading.filed[0].plan.volumes
    assert isinstance(volume.ground, Polygon) and len(volume.ground.rings[0]) == 4


@pytest.mark.parametrize("words", ["ENCLOSED BY:", "DELIMITED BY:", "AREA:", "AREA FORMED BY"])
def test_letters_count_corners_in_other_words(words: str) -> None:
    corners = "\n".join(f"{'ABCD'[n]}. {corner}" for n, corner in enumerate(BOX.split(", ")))
    options = Options(file="w.txt", as_of=NOW, radius=METRE)
    reading = warn(f"1. GUNNERY 181400Z TO 181825Z JUL IN {words}\n{corners}", options=options)
    (volume,) = reading.filed[0].plan.volumes
    assert isinstance(volume.ground, Polygon) and len(volume.ground.rings[0]) == 4


def test_an_area_beside_a_trackline_is_kept() -> None:
    options = Options(file="w.txt", as_of=NOW, half_width=METRE)
    line = "TRACKLINE JOINING 25-00.00N 064-00.00E, 26-00.00N 065-00.00E"
    reading = warn(f"1. CABLE OPERATIONS ALONG {line} WITH GUNNERY IN AREA BOUND BY {BOX}.", options=options)
    assert any(isinstance(volume.ground, Polygon) for volume in reading.filed[0].plan.volumes)


def test_an_end_at_minute_59_is_the_whole_of_it() -> None:
    assert windows("180000Z TO 182359Z JUL") == [(at("07-18T00:00"), at("07-19T00:00"))]
    daily = windows("DAILY 0000Z TO 2359Z 18 THRU 19 JUL")
    assert daily == [(at("07-18T00:00"), at("07-19T00:00")), (at("07-19T00:00"), at("07-20T00:00"))]


def test_a_distance_in_other_words_is_not_a_point() -> None:
    options = Options(file="w.txt", as_of=NOW, radius=METRE)
    reading = warn("1. WRECK, 5 MILES AROUND 25-00.00N 060-00.00E.", options=options)
    assert [fault.code for fault in reading.faults] == ["navwarn.area"]


def test_a_part_without_positions_gives_its_times_to_all() -> None:
    reading = warn(
        f"1. GUNNERY:\nA. 181400Z TO 181825Z JUL.\nB. 191400Z TO 191825Z JUL IN AREA BOUND BY {BOX}."
    )
    (filed,) = reading.filed
    assert [volume.start for volume in filed.plan.volumes] == [at("07-18T14:00"), at("07-19T14:00")]


def test_positions_before_the_letters_hold_at_all_their_times() -> None:
    other = BOX.replace("N 06", "N 05")
    reading = warn(
        f"1. GUNNERY IN AREA BOUND BY {BOX}:\nA. 181400Z TO 181825Z JUL {other}.\n"
        "B. 191400Z TO 191825Z JUL WITHIN 2 MILES OF 20-00.00N 060-00.00E."
    )
    counts = {filed.plan.id.split()[-1]: len(filed.plan.volumes) for filed in reading.filed}
    assert counts == {"1": 2, "1.A": 1, "1.B": 1}


def test_circles_and_lines() -> None:
    (circle,) = warn("1. WRECK WITHIN FIVE MILES OF 25-00.00N 060-00.00E.").filed[0].plan.volumes
    assert circle.ground == Circle((60 * DEGREE, 25 * DEGREE), 5 * NAUTICAL_MILE)
    line = "TRACKLINE JOINING 25-00.00N 060-00.00E, 26-00.00N 061-00.00E AND 26-00.00N 062-00.00E"
    (wide,) = warn(f"1. CABLE OPERATIONS WITHIN 3 MILES OF {line}.").filed[0].plan.volumes
    assert isinstance(wide.ground, Corridor) and wide.ground.half_width == 3 * NAUTICAL_MILE
    bare = f"1. CABLE OPERATIONS ALONG {line}."
    assert [fault.code for fault in warn(bare).faults] == ["geometry.no_half_width"]
    options = Options(file="w.txt", as_of=NOW, half_width=METRE, radius=7 * METRE)
    (asked,) = warn(bare, options=options).filed[0].plan.volumes
    assert isinstance(asked.ground, Corridor)
    assert (len(asked.ground.points), asked.ground.half_width) == (3, METRE)
    point = "1. SURVEY IN:\nA. 25-56.54N 052-41.48E.\nB. 25-53.28N 052-43.65E.\nWIDE BERTH REQUESTED."
    assert [fault.code for fault in warn(point).faults] == ["geometry.no_radius"]
    grounds = [volume.ground for volume in warn(point, options=options).filed[0].plan.volumes]
    assert [type(ground) for ground in grounds] == [Circle, Circle]
    single = "1. MOORING ALONG TRACKLINE JOINING 25-00.00N 060-00.00E."
    assert isinstance(warn(single, options=options).filed[0].plan.volumes[0].ground, Circle)


def test_heights_that_are_stated() -> None:
    def upper(words: str) -> Altitude:
        return warn(f"1. GUNNERY, {words} IN AREA BOUND BY {BOX}.").filed[0].plan.volumes[0].upper

    assert upper("SURFACE TO 15,000 FEET") == Altitude("MSL/ALT", 15_000 * FOOT)
    assert upper("SFC TO FL200") == Altitude("FL", 20_000 * FOOT)
    assert upper("SEA LEVEL TO 900 METRES AGL") == Altitude("AGL", 900 * METRE)
    assert upper("SURFACE TO 100 FT, SURFACE TO 200 FT") == UNLIMITED
    parts = f"1. GUNNERY:\nA. SURFACE TO 100 FT {BOX}.\nB. WITHIN 2 MILES OF 20-00.00N 060-00.00E."
    assert warn(parts).filed[0].plan.volumes[0].upper == UNLIMITED
    two = f"1. GUNNERY SURFACE TO 100 FT {BOX}.\n2. WITHIN 2 MILES OF 20-00.00N 060-00.00E."
    assert warn(two).filed[0].plan.volumes[0].upper == UNLIMITED


def test_words_before_the_first_paragraph_count() -> None:
    reading = warn(f"GUNNERY WITHIN 2 MILES OF 20-00.00N 060-00.00E.\n1. AND IN AREA BOUND BY {BOX}.\n")
    assert len(reading.filed[0].plan.volumes) == 2
    reading = warn(f"ON SUNDAYS IN JUL 26.\n1. 202245Z TO 210056Z JUL IN AREA BOUND BY {BOX}.\n")
    assert told(reading, UNSURE)


def test_refusals_are_of_one_warning() -> None:
    good = f"\n171016Z JUL 26\nNAVAREA IX 13/26.\n1. GUNNERY IN AREA BOUND BY {BOX}.\n"
    for body, code in (
        ("1. GUNNERY IN THE GULF OF ADEN.", "navwarn.no_position"),
        ("1. GUNNERY IN AREA BOUND BY 25-75.00N 060-00.00E, 26-00.00N 061-00.00E.", "place.minutes"),
        ("1. WRECK 3 CABLES FROM 25-00.00N 060-00.00E", "navwarn.area"),
        ("1. GUNNERY " + "X" * 60_000, "navwarn.too_long"),
    ):
        reading = warn(body + good)
        assert [fault.code for fault in reading.faults] == [code], body
        assert "NAVAREA IX 12/26" in reading.faults[0].path
        assert [filed.plan.id for filed in reading.filed] == ["NAVAREA IX 13/26"]


def test_a_list_of_warnings_is_told() -> None:
    reading = warn("1. CANCEL NAVAREA IX 3/26.\n")
    assert (reading.filed, reading.faults) == ((), ())
    assert told(reading, NO_PLACE)
    assert CANCELS.format("NAVAREA IX 12/26(11,24)", "NAVAREA IX 3/26") in reading.notes[0]


def test_a_name_in_a_sentence_begins_no_warning() -> None:
    reading = warn(f"1. GUNNERY IN AREA BOUND BY {BOX}.\n2. CANCEL\nNAVAREA IX 3/26.\n")
    assert [filed.plan.id for filed in reading.filed] == ["NAVAREA IX 12/26(11,24)"]


def test_no_warning_at_all() -> None:
    with pytest.raises(Invalid) as caught:
        read(b"nothing of this kind", OPTIONS)
    assert caught.value.code == "navwarn.none"
    with pytest.raises(Invalid) as caught:
        read(b"notam_id,raw,polygon\n", OPTIONS)
    assert caught.value.code == "navwarn.none"
    with pytest.raises(Invalid) as caught:
        read(b'notam_id,raw,polygon\nA,"' + b"x" * 500_000 + b'",\n', OPTIONS)
    assert caught.value.code == "navwarn.table"


def test_how_files_are_known() -> None:
    assert recognise("a.txt", (HEAD + "1. X").encode()).name == "navwarn"
    assert recognise("a.csv", b'"notam_id","raw","polygon"\n').name == "navwarn"
    assert recognise("a.csv", b"notam_id,fir\n").name != "navwarn"


def test_too_many() -> None:
    with pytest.raises(Invalid) as caught:
        read(b"\nNAVAREA IX 13/26.\nX" * 20_001, OPTIONS)
    assert caught.value.code == "navwarn.too_many"
    with pytest.raises(Invalid) as caught:
        read(b"raw,polygon\n" + b"x,\n" * 20_001, OPTIONS)
    assert caught.value.code == "navwarn.too_many"


def test_real_warnings(shared: Path) -> None:
    """The corners are those that another reader found; one warning states points without any distance."""
    file = shared / "data" / "navwarn" / "msi_2026-W29.csv"
    options = Options(file="m.csv", as_of=NOW, radius=500 * METRE)
    plain = read(file.read_bytes(), Options(file="m.csv", as_of=NOW))
    assert [(fault.code, fault.path) for fault in plain.faults] == [
        ("geometry.no_radius", "HYDROPAC 2006/26 row 11, 1.A")
    ]
    reading = read(file.read_bytes(), options)
    assert reading.faults == ()
    with file.open(newline="") as lines:
        rows = {row["notam_id"]: row for row in csv.DictReader(lines)}
    assert len(rows) == 17
    for name, row in rows.items():
        mine = [filed.plan for filed in reading.filed if filed.plan.id.startswith(name)]
        rings: list[set[tuple[float, float]]] = []
        for ground in dict.fromkeys(volume.ground for plan in mine for volume in plan.volumes):
            assert not isinstance(ground, Corridor)
            points = ground.rings[0] if isinstance(ground, Polygon) else (ground.centre,)
            rings.append({(round(y / DEGREE, 5), round(x / DEGREE, 5)) for x, y in points})
        theirs = [
            {(round(lat, 5), round(lon, 5)) for lat, lon in ring} for ring in json.loads(row["polygon"])
        ]
        assert len(rings) == len(theirs), name
        for ring in theirs:
            assert any(
                len(ring) == len(own)
                and all(min(abs(a - c) + abs(b - d) for c, d in own) < 2.1e-5 for a, b in ring)
                for own in rings
            ), name
        start = min(volume.start or 0 for plan in mine for volume in plan.volumes)
        assert start >= parse_time(row["from_utc"]) or start in (0, parse_time(row["from_utc"]))


PIECES = [*"0129 ABZN.,-/\n:(", "JUL ", "DAILY ", "TO ", "THRU ", BOX]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=60)
def test_anything_is_read_or_refused(text: str) -> None:
    for data in ((HEAD + text).encode(), f'raw,polygon\n"{text}",'.encode(), text.encode()):
        try:
            read(data, OPTIONS)
        except Invalid as error:
            assert error.code


@given(st.binary(max_size=80))
@settings(max_examples=40)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", HEAD.encode(), b"\xff\xfe", b"raw,polygon\n"):
        try:
            read(start + data, OPTIONS)
        except Invalid as error:
            assert error.code
