"""NOTAM to plans: made notices with every defect that real ones have, and real files as they are."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import areatext
from wideberth.formats.notam import limits, places, qline, read, validity
from wideberth.formats.notam.items import ORDER
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE

OPTIONS = Options(file="notices.txt", as_of=0)
SQUARE = "3000N03000E - 3010N03000E - 3010N03010E - 3000N03010E - 3000N03000E"


def notice(
    e: str = f"AREA BOUNDED BY {SQUARE}",
    q: str = "LLLL/QRDCA/IV/BO/W/000/100/3005N03005E010",
    b: str = "2604060600",
    c: str = "2604081800",
    d: str = "",
    fg: str = "F) SFC G) FL100",
    head: str = "A0117/26 NOTAMN",
) -> str:
    day = f"D) {d}\n" if d else ""
    return f"({head}\nQ) {q}\nA) LLLL B) {b} C) {c}\n{day}E) {e}\n{fg})\n"


def reading(*texts: str, options: Options = OPTIONS) -> Reading:
    return read.read("\n".join(texts).encode(), options)


def plan_of(text: str) -> Plan:
    found = reading(text)
    assert found.faults == ()
    (filed,) = found.filed
    return filed.plan


def told(text: str) -> str:
    return " | ".join(reading(text).notes)


def fault(text: str) -> Invalid:
    (error,) = reading(text).faults
    return error


def at(text: str) -> int:
    return parse_time(text)


def test_a_notice_with_everything() -> None:
    plan = plan_of(notice())
    (volume,) = plan.volumes
    assert (plan.party, plan.id, plan.activity) == ("notices.txt", "A0117/26", "airspace restriction")
    assert plan.label.startswith("AREA BOUNDED BY")
    assert isinstance(volume.ground, Polygon)
    assert len(volume.ground.rings[0]) == 4
    assert (volume.lower, volume.upper) == (SURFACE, Altitude("FL", 100 * FLIGHT_LEVEL))
    assert (volume.start, volume.end) == (at("2026-04-06T06:00:00Z"), at("2026-04-08T18:00:00Z"))
    assert 1000 * METRE < volume.pad.h < 1300 * METRE  # whole minutes


def test_line_ends_entities_and_lower_case_do_not_matter() -> None:
    plain = plan_of(notice())
    lost = plan_of(" ".join(notice().split()))
    small = plan_of(notice().lower().replace("(", "&#40;").replace("\n", "\t\n"))
    assert plain.volumes == lost.volumes == small.volumes


def test_many_notices_and_where_they_stand() -> None:
    found = reading(notice(), notice(head="A0118/26 NOTAMN"), notice(head="(A0119/26 NOTAMN"))
    assert [filed.plan.id for filed in found.filed] == ["A0117/26", "A0118/26", "A0119/26"]
    assert found.filed[1].where == ("NOTAM A0118/26",)


def test_a_notice_without_header_is_named_by_its_line() -> None:
    bare = notice().split("\n", 1)[1]
    assert [filed.plan.id for filed in reading(bare).filed] == ["NOTAM at line 1"]


def test_letters_of_the_text_are_not_items() -> None:
    text = notice(e=f"AREA {SQUARE}. A) PILOTS B) CREWS E) OTHERS F) OWNERS ONLY")
    (volume,) = plan_of(text).volumes
    assert volume.upper == Altitude("FL", 100 * FLIGHT_LEVEL)
    assert ORDER not in told(text)


def test_items_missing_or_out_of_order_are_told() -> None:
    assert ORDER in told(notice().replace("A) LLLL ", ""))
    assert "fields missing" in told(notice(q="LLLL/QRDCA/IV/BO/W/000/100/"))


@pytest.mark.parametrize(
    ("c", "end", "note"),
    [
        ("PERM", None, validity.PERMANENT),
        ("UFN", None, validity.PERMANENT),
        ("", None, validity.NO_END),
        ("2604081800 EST", None, validity.ESTIMATED),
        ("2604081800EST", None, validity.ESTIMATED),
        ("2604082359", "2026-04-09T00:00:00Z", ""),
        ("26O4O81800", "2026-04-08T18:00:00Z", ""),
    ],
)
def test_ends(c: str, end: str | None, note: str) -> None:
    plan = plan_of(notice(c=c))
    assert plan.volumes[0].end == (None if end is None else at(end))
    assert note in told(notice(c=c))
    assert plan.review == (at("2026-04-08T18:00:00Z") if "EST" in c else None)


def test_an_immediate_start_is_open() -> None:
    assert plan_of(notice(b="WIE")).volumes[0].start is None
    assert validity.IMMEDIATE in told(notice(b="WIE"))


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (notice(b="2604316"), "notam.time", "NOTAM A0117/26, item B"),
        (notice(b="2602300600"), "notam.time", "NOTAM A0117/26, item B"),
        (notice(c="2604050600"), "notam.backwards", "NOTAM A0117/26, item C"),
        (notice(q="LLLL/QRDCA/IV/BO/W/000/100/9105N03005E010"), "place.latitude", "NOTAM A0117/26, item Q"),
        (
            notice(e="DANGER AREA D5 ACT", q="LLLL/QRDCA/IV/BO/W/000/100/3005N03005E999"),
            "notam.no_place",
            "NOTAM A0117/26, item Q",
        ),
        (
            notice(e=f"{SQUARE} ALONG THE BORDER TO 3100N03100E", q="LLLL/QRDCA/IV/BO/W///"),
            "notam.uncertain",
            "NOTAM A0117/26, item E",
        ),
        ("A0117/26 NOTAMN NOTHING", "notam.no_items", "NOTAM A0117/26"),
        (notice(e="A " * 40_000), "notam.too_long", "line 1"),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_place(text: str, code: str, path: str) -> None:
    error = fault(text)
    assert (error.code, error.path) == (code, path)


def test_a_fault_leaves_the_others() -> None:
    found = reading(notice(b="26"), notice(head="A0118/26 NOTAMN"))
    assert [filed.plan.id for filed in found.filed] == ["A0118/26"]
    assert len(found.faults) == 1


def test_a_notice_about_nothing_in_particular_is_told() -> None:
    text = notice(e="AIP AMENDMENT", q="LLLL/QXXXX/IV/BO/W/000/999/3005N03005E999")
    assert reading(text).filed == ()
    assert places.NO_PLACE in told(text)


def test_the_circle_of_the_q_line() -> None:
    (volume,) = plan_of(notice(e="DANGER AREA LLD5 ACT")).volumes
    assert isinstance(volume.ground, Circle)
    assert volume.ground.centre == (round(30 * DEGREE + DEGREE / 12), round(30 * DEGREE + DEGREE / 12))
    doubt = volume.ground.radius - 10 * NAUTICAL_MILE
    assert 1100 * METRE < doubt < 1300 * METRE
    assert volume.pad.h == 0


def test_an_uncertain_area_takes_the_circle_too() -> None:
    text = notice(e=f"{SQUARE} AND 3100N03599E")
    assert [type(v.ground) for v in plan_of(text).volumes] == [Polygon, Circle]
    assert places.UNION in told(text)
    part = notice(e=f"PART 1 OF 3 {SQUARE}")
    assert [type(v.ground) for v in plan_of(part).volumes] == [Polygon, Circle]


def test_an_area_beyond_the_circle_is_told() -> None:
    assert places.OUTSIDE in told(notice(q="LLLL/QRDCA/IV/BO/W/000/100/3005N03005E003"))
    assert places.OUTSIDE not in told(notice())


def test_an_area_and_a_circle_apart_are_both_taken() -> None:
    text = notice(q="LLLL/QRDCA/IV/BO/W/000/100/3205N03005E010")
    assert [type(v.ground) for v in plan_of(text).volumes] == [Polygon, Circle]
    assert places.APART in told(text)
    assert places.APART not in told(notice(q="LLLL/QRDCA/IV/BO/W/000/100/3005N03005E003"))


def test_copies_and_parts() -> None:
    found = reading(notice(), notice(), notice(e="PART 2 OF 2 3000N03000E"))
    assert [filed.plan.id for filed in found.filed] == ["A0117/26", "A0117/26 (2)"]
    assert any(read.COPY in note for note in found.notes)
    assert any(read.REPEATED in note for note in found.notes)


def test_positions_alone() -> None:
    (inside,) = plan_of(notice(e="CRANE PSN 300400N0300400E")).volumes
    assert isinstance(inside.ground, Circle)
    assert inside.ground.radius > 10 * NAUTICAL_MILE
    far = plan_of(notice(e="CRANE PSN 310400N0300400E"))
    assert len(far.volumes) == 2
    (alone,) = plan_of(notice(e="CRANE PSN 310400N0300400E", q="LLLL/QOBCE/IV/BO/W///")).volumes
    assert isinstance(alone.ground, Circle)
    assert alone.ground.radius == NAUTICAL_MILE
    options = Options(file="f", as_of=0, radius=500 * METRE)
    text = notice(e="CRANE PSN 310400N0300400E", q="LLLL/QOBCE/IV/BO/W///")
    (own,) = reading(text, options=options).filed[0].plan.volumes
    assert isinstance(own.ground, Circle)
    assert own.ground.radius == 500 * METRE


def test_lines_and_positions_beside_areas() -> None:
    text = notice(e=f"AREA {SQUARE}. OBST AT 3020N03020E")
    assert [type(v.ground) for v in plan_of(text).volumes] == [Polygon, Circle]
    assert places.BESIDE in told(text)
    line = notice(e="CABLE 3000N03000E TO 3200N03000E")
    assert Corridor in [type(v.ground) for v in plan_of(line).volumes]
    bare = plan_of(notice(e="CABLE 3000N03000E TO 3200N03000E", q="LLLL/QOBCE/IV/BO/W///"))
    assert isinstance(bare.volumes[0].ground, Corridor)
    assert bare.volumes[0].ground.half_width == NAUTICAL_MILE


FT = FOOT


@pytest.mark.parametrize(
    ("fg", "lower", "upper"),
    [
        ("F) GND G) UNL", SURFACE, UNLIMITED),
        ("F)SFC G)3000FT AMSL", SURFACE, Altitude("MSL/ALT", 3000 * FT)),
        ("F) FL050 G) FL999", Altitude("FL", 50 * FLIGHT_LEVEL), UNLIMITED),
        ("F) 100M AGL G) FL170", Altitude("AGL", 100 * METRE), Altitude("FL", 170 * FLIGHT_LEVEL)),
        ("F) SFC G) 2,000FT AGL", SURFACE, Altitude("AGL", 2000 * FT)),
        ("F) SFC G) 02500FT AMSL", SURFACE, Altitude("MSL/ALT", 2500 * FT)),
        ("F) MSL G) 450M AMSL", Altitude("MSL/ALT"), Altitude("MSL/ALT", 450 * METRE)),
        ("F) 1000FT G) 3000FT", Altitude("MSL/ALT", 1000 * FT), Altitude("AGL", 3000 * FT)),
        ("F) BASE G) TOP OF CTR", SURFACE, UNLIMITED),
        ("F) SFC", SURFACE, UNLIMITED),
        ("F) SFC G) 999999FT AMSL", SURFACE, UNLIMITED),
        ("F) FL300 G) FL100", SURFACE, UNLIMITED),
        ("", SURFACE, Altitude("FL", 100 * FLIGHT_LEVEL)),
    ],
)
def test_levels(fg: str, lower: Altitude, upper: Altitude) -> None:
    (volume,) = plan_of(notice(fg=fg)).volumes
    assert (volume.lower, volume.upper) == (lower, upper)


@pytest.mark.parametrize(
    ("text", "upper", "note"),
    [
        ("CLSD FM GND UP TO 10,000FT AMSL", Altitude("MSL/ALT", 10_000 * FT), limits.FROM_TEXT),
        ("VERTICAL LIMITS:SFC-80000FT AMSL", Altitude("MSL/ALT", 80_000 * FT), limits.FROM_TEXT),
        ("RADIUS UP TO FL043", Altitude("FL", 43 * FLIGHT_LEVEL), limits.FROM_TEXT),
        ("FM GND UP TO HGT (150M AGL) 3,000FT AMSL", Altitude("MSL/ALT", 3000 * FT), limits.TWICE),
        ("CRANE HGT 348FT AMSL", Altitude("MSL/ALT", 348 * FT), limits.HIGHER),
        ("BLDGS 100FT AGL AND 300FT AGL", Altitude("AGL", 300 * FT), limits.HIGHER),
        ("MAST 120M/394FT AGL", Altitude("AGL", 394 * FT), limits.HIGHER),
        ("GND/FL060", Altitude("FL", 60 * FLIGHT_LEVEL), limits.FROM_TEXT),
        ("VERTICAL LIMIT: SFC-UNL", UNLIMITED, limits.FROM_TEXT),
        ("SFC-999999FT AMSL", Altitude("FL", 2 * FLIGHT_LEVEL), limits.FROM_Q),
    ],
)
def test_levels_of_the_text(text: str, upper: Altitude, note: str) -> None:
    whole = notice(e=f"{SQUARE}. {text}", fg="", q="LLLL/QRDCA/IV/BO/W/000/002/3005N03005E010")
    (volume,) = plan_of(whole).volumes
    assert (volume.lower, volume.upper) == (SURFACE, upper)
    assert note in told(whole)


def test_a_range_that_does_not_begin_at_the_ground() -> None:
    for text in ("BTN FL050 AND FL100", "FL050-FL100", "FL050 TO FL070 AND FL080 - FL100"):
        (volume,) = plan_of(notice(e=f"{SQUARE}. {text}", fg="")).volumes
        assert (volume.lower, volume.upper) == (
            Altitude("FL", 50 * FLIGHT_LEVEL),
            Altitude("FL", 100 * FLIGHT_LEVEL),
        )


def test_no_levels_at_all() -> None:
    text = notice(fg="", q="LLLL/QRDCA/IV/BO/W///3005N03005E010")
    assert plan_of(text).volumes[0].upper == UNLIMITED
    assert limits.NO_LEVELS in told(text)


def test_a_schedule_makes_windows() -> None:
    volumes = plan_of(notice(d="DAILY 0600-1800")).volumes
    assert [volume.start for volume in volumes] == [at(f"2026-04-0{day}T06:00:00Z") for day in (6, 7, 8)]
    estimated = plan_of(notice(d="DAILY 0600-1800", c="2604081800 EST")).volumes
    assert estimated[-1].start == at("2026-04-08T18:00:00Z")
    assert estimated[-1].end is None


def test_replaced_and_cancelled_notices_end() -> None:
    new = notice(head="A0200/26 NOTAMR A0117/26", b="2604070000")
    found = reading(notice(), new)
    assert [filed.plan.volumes[0].end for filed in found.filed] == [
        at("2026-04-07T00:00:00Z"),
        at("2026-04-08T18:00:00Z"),
    ]
    assert any("replaced by NOTAM A0200/26" in note for note in found.notes)
    early = reading(notice(), notice(head="A0200/26 NOTAMR A0117/26", b="2604050000"))
    assert [filed.plan.id for filed in early.filed] == ["A0200/26"]
    cancel = reading(notice(), notice(head="A0300/26 NOTAMC A0117/26", b="2604070000", c=""))
    assert [filed.plan.id for filed in cancel.filed] == ["A0117/26"]
    assert cancel.filed[0].plan.volumes[0].end == at("2026-04-07T00:00:00Z")
    other = reading(notice(head="A0300/26 NOTAMC A0999/26", c=""))
    assert other.filed == ()
    assert any("A0999/26, which is not in the file" in note for note in other.notes)


def test_numbers_of_another_office_end_nothing() -> None:
    q = "LTAA/QRDCA/IV/BO/W/000/100/3905N03005E010"
    for kind, c in (("C", ""), ("R", "2604081800")):
        other = notice(head=f"A0300/26 NOTAM{kind} A0117/26", q=q, b="2604060000", c=c)
        ends = {filed.plan.id: filed.plan.volumes[0].end for filed in reading(notice(), other).filed}
        assert ends["A0117/26"] == at("2026-04-08T18:00:00Z")


def test_a_notice_that_names_itself_and_two_that_name_each_other_are_kept() -> None:
    assert len(reading(notice(head="A0117/26 NOTAMR A0117/26")).filed) == 1
    pair = reading(notice(head="A0117/26 NOTAMR A0118/26"), notice(head="A0118/26 NOTAMR A0117/26"))
    assert len(pair.filed) == 2


def test_of_two_that_end_a_notice_the_later_does() -> None:
    late = notice(head="A0300/26 NOTAMC A0117/26", b="2604080000", c="")
    early = notice(head="A0301/26 NOTAMC A0117/26", b="2604070000", c="")
    for pair in ((late, early), (early, late)):
        assert reading(notice(), *pair).filed[0].plan.volumes[0].end == at("2026-04-08T00:00:00Z")


def test_a_notice_whose_header_is_not_found_is_no_part_of_the_one_before() -> None:
    second = "A117-26 NOTAM\nA) LLLL B) 2605060600 C) 2605081800 E) WI 5NM OF 3200N03200E F) SFC G) UNL"
    (error,) = reading(notice().rstrip(")\n") + ")\n" + second).faults
    assert error.code == "notam.joined"


@pytest.mark.parametrize(
    ("e", "q", "code"),
    [
        ("AREA 3000N03000E 3010N03099E 3020N03020E", "LLLL/QRDCA/IV/BO/W///", "notam.uncertain"),
        ("5NM AROUND 3000N03000E", "LLLL/QRDCA/IV/BO/W///", "notam.uncertain"),
        ("CLSD, SEE ALSO 3000N03000E", "LLLL/QRDCA/IV/BO/W/000/999/3005N03005E999", "notam.no_place"),
        ("AREA 3000N 30300E CLSD", "", "notam.uncertain"),
        ("AREA CLSD", "", "notam.no_place"),
    ],
)
def test_what_is_not_certain_is_no_point(e: str, q: str, code: str) -> None:
    assert fault(notice(e=e, q=q)).code == code


def test_a_dot_in_a_height_is_read_outwards() -> None:
    (volume,) = plan_of(notice(fg="F) 1.000FT AMSL G) 3.000FT AMSL")).volumes
    assert (volume.lower, volume.upper) == (Altitude("MSL/ALT", FT), Altitude("MSL/ALT", 3_000 * FT))


@pytest.mark.parametrize(
    "text",
    ["RVR BELOW 550M", "CLSD UP TO 300M FM THR", "CLSD BLW FL050 AND ABV FL070", "UP TO FL050 AND ABOVE"],
)
def test_what_may_be_no_upper_end_does_not_lower_the_level_of_the_q_line(text: str) -> None:
    (volume,) = plan_of(notice(e=f"{SQUARE}. {text}", fg="")).volumes
    assert (volume.lower, volume.upper) == (SURFACE, Altitude("FL", 100 * FLIGHT_LEVEL))


def test_a_replacement_that_cannot_be_read_replaces_nothing() -> None:
    found = reading(notice(), notice(head="A0200/26 NOTAMR A0117/26", b="26"))
    assert found.filed[0].plan.volumes[0].end == at("2026-04-08T18:00:00Z")
    open_start = reading(notice(), notice(head="A0200/26 NOTAMR A0117/26", b="WIE"))
    assert len(open_start.filed) == 2


def test_an_archive() -> None:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["country", "notam_id", "raw"])
    for text in (notice(), "nothing"):
        writer.writerow(["X", "A117/2026", " ".join(text.split()).replace("-", "&#45;")])
    data = table.getvalue().encode()
    assert recognise("week.csv", data).title == "NOTAM archives"
    found = read.read_archive(data, OPTIONS)
    assert found.filed[0].plan.volumes == plan_of(notice()).volumes
    assert found.faults[0].path == "NOTAM at row 3"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n1,2\n", "notam.table"),
        (b"raw,notam_id\n", "notam.no_notice"),
        (b'raw\n"' + b"x" * 200_000, "notam.table"),
        (b'raw\n"abc', "notam.table"),
    ],
)
def test_tables_that_are_none(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read.read_archive(data, OPTIONS)
    assert caught.value.code == code


def test_texts_that_are_none() -> None:
    for data, code in ((b"hello", "notam.no_notice"), (b"A\0", "notam.encoding")):
        with pytest.raises(Invalid) as caught:
            read.read(data, OPTIONS)
        assert caught.value.code == code


def test_encodings() -> None:
    text = notice(e=f"ZONE É {SQUARE}")
    for data in (text.encode("latin-1"), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert len(read.read(data, OPTIONS).filed) == 1


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wideberth.formats.notam.notices.NOTICE_LIMIT", 1)
    monkeypatch.setattr("wideberth.formats.notam.read.VOLUME_LIMIT", 2)
    assert len(plan_of(notice(d="DAILY 0600-1800")).volumes) == 1
    with pytest.raises(Invalid) as caught:
        reading(notice(), notice())
    assert caught.value.code == "notam.too_many"
    with pytest.raises(Invalid) as caught:
        read.read_archive(b"raw\na\nb\n", OPTIONS)
    assert caught.value.code == "notam.too_many"
    monkeypatch.setattr("wideberth.formats.notam.notices.SIZE_LIMIT", 1)
    with pytest.raises(Invalid) as caught:
        reading(notice())
    assert caught.value.code == "notam.too_large"


WORDS = (
    "Q) A) B) C) D) E) F) G) ( ) 3005N03005E 010 2604060600 LLLL/QRDCA/IV/BO/W/000/100/ PERM EST SFC FL100 "
    "DAILY MON-FRI 0600-1800 EXC SR-SS 01 APR &lt; é - NOTAMR A0117/26 RADIUS 5NM"
)
ALPHABET = st.sampled_from([*WORDS.split(), " ", "\n", "A0117/26 NOTAMN ", "A0118/26 NOTAMR A0117/26 "])


@given(st.lists(ALPHABET, max_size=40))
def test_any_text_is_plans_or_invalid(parts: list[str]) -> None:
    for reader, start in ((read.read, ""), (read.read_archive, "raw\n")):
        try:
            found = reader((start + "".join(parts)).encode(), OPTIONS)
        except Invalid:
            continue
        assert all(filed.plan.volumes for filed in found.filed)


@given(st.binary(max_size=200))
def test_any_bytes_are_plans_or_invalid(data: bytes) -> None:
    for reader in (read.read, read.read_archive):
        try:
            reader(data, OPTIONS)
        except Invalid as error:
            assert error.code.startswith("notam.")


def test_real_archives(shared: Path) -> None:
    counts = []
    for week in ("W14", "W17"):
        found = read.read_archive((shared / f"data/notam/world_2026-{week}.csv").read_bytes(), OPTIONS)
        counts.append((len(found.filed), len(found.faults)))
        assert {error.code for error in found.faults} == {"notam.no_place"}
    assert counts == [(149, 10), (254, 16)]


def test_real_notices_of_a_file_each(shared: Path) -> None:
    plans = 0
    for file in sorted((shared / "data/notam/israel_2015").glob("*.txt")):
        data = file.read_bytes()
        assert recognise(str(file), data).name == "notam"
        found = read.read(data, OPTIONS)
        assert found.faults == ()
        plans += len(found.filed)
    assert plans == 110


def test_constants_are_what_the_notes_say() -> None:
    assert qline.WHOLE_FIR == 999
    assert areatext.TEXT_LIMIT >= 60_000
