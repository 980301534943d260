"""ICAO flight plans: items, routes, times and levels; what nothing places is refused."""

from __future__ import annotations

import pytest
from aviconv_fpl import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.fpl.message import items, messages
from wideberth.formats.fpl.read import (
    ALTERNATES,
    CIRCLE,
    NO_DAY,
    NOT_ENDED,
    NOT_READ,
    PLACED,
    TAXIING,
    read,
)
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import parse_time
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

NOW = parse_time("2026-06-01T00:00:00Z")
MINUTE = 60_000
EXACT = Options(
    file="f.fpl", as_of=NOW, half_width=NAUTICAL_MILE, vertical_tolerance=0, time_tolerance=0, top_speed=250.0
)
ENDS = "DEP/ALPHA 460000N0790000W DEST/BRAVO 460000N0750000W DOF/260601"


def fpl(
    route: str,
    elapsed: str = "0100",
    other: str = ENDS,
    ident: str = "TEST01",
    rules: str = "IS",
    dep: str = "ZZZZ",
) -> str:
    return f"(FPL-{ident}-{rules}\n-B738/M-SDFGRWY/S\n-{dep}1230\n-{route}\n-ZZZZ{elapsed} EBBR\n-{other})\n"


def plan(text: str, options: Options = EXACT) -> tuple[Volume, ...]:
    reading = read(text.encode(), options)
    assert reading.faults == ()
    (filed,) = reading.filed
    assert len(filed.where) == len(filed.plan.volumes)
    return filed.plan.volumes


def fault(text: str, options: Options = EXACT) -> Invalid:
    reading = read(text.encode(), options)
    assert reading.filed == ()
    (error,) = reading.faults
    return error


def told(reading: Reading, note: str) -> bool:
    return any(each.startswith(note.partition("{")[0]) for each in reading.notes)


def level(n: int) -> Altitude:
    return Altitude("FL", n * FLIGHT_LEVEL)


def ends_of(volumes: tuple[Volume, ...]) -> list[tuple[float, float]]:
    points = []
    for volume in volumes:
        assert isinstance(volume.ground, Corridor)
        points += [volume.ground.points[0], volume.ground.points[-1]]
    return [(x / DEGREE, y / DEGREE) for x, y in points]


def test_a_route_of_coordinates() -> None:
    volumes = plan(fpl("N0200F310 460000N0770000W", "0050"))
    knots = ends_of(volumes)
    assert (knots[0], knots[-1]) == ((-79, 46), (-75, 46))
    assert (-77, 46) in knots
    assert all(a == b for a, b in zip(knots[1:-1:2], knots[2::2], strict=True))
    # 4° of longitude at 46° are 167 NM, 50 minutes at 200 kt: the way and the time agree to seconds
    begin, end = volumes[0].start, volumes[-1].end
    assert begin is not None and end is not None
    assert abs(begin - (NOW + 750 * MINUTE)) < 15_000
    assert abs(end - (NOW + (750 + 50 + 30) * MINUTE)) < 15_000
    assert {volume.lower for volume in volumes} == {SURFACE}
    assert {volume.upper for volume in volumes} == {level(310)}
    assert {getattr(volume.ground, "half_width", None) for volume in volumes} == {NAUTICAL_MILE}
    # half a second both ways
    assert all(150_000 < volume.pad.h < 200_000 for volume in volumes)


def test_the_plan_and_what_is_told() -> None:
    reading = read(fpl("N0200F310 4600N07700W", "0050").encode(), Options(file="f.fpl", as_of=NOW))
    (filed,) = reading.filed
    assert filed.plan.id == "TEST01 ZZZZ 260601 1230"
    assert filed.plan.callsign == "TEST01"
    assert filed.plan.activity == "scheduled flight"
    assert filed.where[0] == "FPL TEST01 line 1"
    assert [note.partition(" (")[0] for note in reading.notes] == [
        "the half-width of flight plans is not stated, taken as 5 NM",
        "the vertical tolerance of flight plans is not stated, taken as 300 ft",
        "the time tolerance of flight plans is not stated, taken as 30 min",
        TAXIING,
        ALTERNATES,
        "no party is stated, read as 'f.fpl'",
        "positions are taken as good to half of their last digit: pads of up to 1,134 m",
    ]
    volumes = filed.plan.volumes
    assert volumes[0].upper == Altitude("FL", level(310).value + 300 * FOOT)
    start, end = volumes[0].start, volumes[-1].end
    assert start is not None and start <= NOW + 720 * MINUTE
    assert end is not None and end >= NOW + (750 + 50 + 60) * MINUTE


def test_whole_degrees_are_good_to_half_a_degree() -> None:
    volumes = plan(fpl("N0200F310 46N077W", "0050"))
    assert max(volume.pad.h for volume in volumes) > 60_000 * METRE


def test_times_that_do_not_fit_the_speed_widen_the_windows() -> None:
    fit, slow = plan(fpl("N0200F310", "0050")), plan(fpl("N0200F310", "0105"))
    assert fit[0].start is not None and slow[0].start is not None
    assert abs(fit[0].start - slow[0].start - 15 * MINUTE) < 30_000
    assert fit[-1].end is not None and slow[-1].end is not None
    assert slow[-1].end - fit[-1].end > 29 * MINUTE


LONG = "DEP/460000N0900000W DEST/460000N0600000W DOF/260601"


def bands(route: str, elapsed: str = "0250") -> list[tuple[Altitude, Altitude]]:
    return list(dict.fromkeys((v.lower, v.upper) for v in plan(fpl(route, elapsed, LONG))))


def test_levels() -> None:
    # 1,250 NM in 2 h 50: stops at 460 kt
    assert bands("N0450F310 4600N08300W 4600N06700W") == [(SURFACE, level(310)), (level(310), level(310))]
    assert bands("N0450F310 4600N08300W/N0450F350 4600N07500W 4600N06700W") == [
        (SURFACE, level(310)),
        (level(310), level(350)),
        (level(350), level(350)),
        (SURFACE, level(350)),
    ]
    assert bands("K0830S1130 4600N08300W 4600N06700W")[1] == (Altitude("FL", 11_300 * METRE),) * 2
    assert bands("M078F310 C/4600N08300W/M082F290F350 4600N06700W")[1] == (level(290), level(350))
    assert bands("M078F310 C/4600N08300W/M082F290PLUS 4600N06700W")[1] == (level(290), UNLIMITED)
    assert bands("N0450A045 4600N08300W 4600N06700W")[1] == (Altitude("ALT", 4_500 * FOOT),) * 2
    assert bands("N0450M0840 4600N08300W 4600N06700W")[1] == (Altitude("ALT", 8_400 * METRE),) * 2
    assert bands("N0450VFR 4600N08300W 4600N06700W") == [(SURFACE, UNLIMITED)]
    assert bands("N0450F310 4600N08300W VFR 4600N07500W/N0450F200 IFR 4600N06700W") == [
        (SURFACE, level(310)),
        (SURFACE, UNLIMITED),
        (SURFACE, level(200)),
    ]


def test_a_level_and_an_altitude_together_leave_room_for_the_pressure() -> None:
    lower, upper = bands("N0450A150 4600N08300W/N0450F160 4600N07500W 4600N06700W")[1]
    assert lower == Altitude("ALT", 13_000 * FOOT)
    assert upper == Altitude("FL", 18_000 * FOOT)


def test_a_change_holds_for_the_legs_that_follow_soon() -> None:
    route = "N0450F310 4600N08300W/N0450F350 4600N08200W 4600N08100W 4600N07500W 4600N06700W"
    assert bands(route)[1] == (level(310), level(350))
    volumes = plan(fpl(route, "0250", LONG))
    short = [v for v in volumes if isinstance(v.ground, Corridor) and v.ground.points[0][0] == -81 * DEGREE]
    assert short[0].lower == level(310)


def test_bearing_and_distance_hold_every_bearing() -> None:
    volumes = plan(fpl("N0200F310 4600N07700W090010", "0050"))
    assert max(volume.pad.h for volume in volumes) > 10 * NAUTICAL_MILE
    assert fault(fpl("N0200F310 4600N07700W361010")).code == "fpl.bearing"


def test_names_are_placed_by_lines_beside_the_messages() -> None:
    text = "ABCDE 4600N07700W\nKXYZ: 46-00-00N 076-00-00W\nnothing here\n"
    text += fpl("N0200F310 ABCDE DCT KXYZ", "0050")
    reading = read(text.encode(), EXACT)
    assert told(reading, PLACED.format(2))
    assert (-77, 46) in ends_of(reading.filed[0].plan.volumes)
    text += "ABCDE 4700N07700W\n"
    reading = read(text.encode(), EXACT)
    assert [error.code for error in reading.faults] == ["fpl.place_twice"]


def test_aerodromes_are_placed_likewise() -> None:
    text = "CYOW 4519N07540W\n" + fpl("N0200F310", "0020", "DEST/KXYZ 4600N07500W DOF/260601", dep="CYOW")
    assert ends_of(plan(text))[0] == (-75.6666667, 45.3166667)


def test_names_that_nothing_places_are_refused_with_their_names() -> None:
    error = fault(fpl("N0200F310 ABC UL9 DEF", "0250", "DOF/260601", dep="EGLL"))
    assert (error.code, error.path) == ("fpl.unplaced", "FPL TEST01 line 1")
    assert error.found == "EGLL, ABC, UL9, DEF, ZZZZ"
    # bounded by its ends, but too wide to say anything
    assert fault(fpl("N0480F310 ABC UL9 DEF", "0700")).found == "ABC, UL9, DEF"


def test_a_gap_between_placed_points_is_all_that_can_be_reached() -> None:
    route = "N0200F310 4600N07800W ABC UL9 DEF/N0200F350 4600N07600W"
    volumes = plan(fpl(route, "0050"))
    (gap,) = [volume for volume in volumes if isinstance(volume.ground, Circle)]
    assert isinstance(gap.ground, Circle)
    assert gap.ground.centre[0] == -77 * DEGREE
    # 25 minutes of 250 m/s and a quarter of the time more
    assert gap.ground.radius / METRE == pytest.approx((25 + 12.5) * 60 * 250 / 2 + 1852, rel=0.01)
    assert gap.upper == level(350)
    reading = read(fpl(route, "0050").encode(), EXACT)
    assert told(reading, CIRCLE) and any("ABC, UL9, DEF" in note for note in reading.notes)
    # the legs before and after stay, and the level that began in the gap holds after it
    assert volumes[0].upper == level(310) and volumes[-1].upper == level(350)


def test_an_elapsed_time_beyond_the_route_is_a_reach() -> None:
    (volume,) = plan(fpl("N0100VFR", "0200", "DEP/4600N07900W DEST/4600N07900W DOF/260601", rules="VG"))
    assert isinstance(volume.ground, Circle)
    assert volume.ground.radius / METRE == pytest.approx(120 * 60 * 250 / 2 + 1852, rel=1e-6)
    assert fault(fpl("N0100VFR", "0900", "DEP/4600N07900W DEST/4600N07900W DOF/260601")).code == "fpl.reach"


def test_staying_and_truncation_are_gaps() -> None:
    for word in ("STAY1/0030", "T"):
        volumes = plan(fpl(f"N0200F310 4600N07800W {word} 4600N07600W", "0050"))
        assert any(isinstance(volume.ground, Circle) for volume in volumes)


def test_filed_in_the_air() -> None:
    other = "DEP/CTR DEST/4600N07500W DOF/260601"
    volumes = plan(fpl("N0200F310 4600N07900W DCT", "0050", other, dep="AFIL"))
    assert ends_of(volumes)[0] == (-79, 46)
    assert fault(fpl("N0200F310 ABC", "0050", "DEST/4600N07500W DOF/260601", dep="AFIL")).found == "ABC"
    assert fault(fpl("N0200F310", "0050", "DEST/4600N07500W DOF/260601", dep="AFIL")).code == "fpl.unplaced"


def test_without_a_day_both_departures_are_held() -> None:
    text = fpl("N0200F310", "0050", "DEP/4600N07900W DEST/4600N07500W")
    reading = read(text.encode(), EXACT)
    assert told(reading, NO_DAY)
    starts = sorted(v.start for v in reading.filed[0].plan.volumes if v.start is not None)
    assert abs(starts[0] - (NOW - 690 * MINUTE)) < 15_000
    assert any(abs(start - (NOW + 750 * MINUTE)) < 15_000 for start in starts)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (fpl("4600N07700W"), "fpl.route"),
        (fpl("N0200F310 4600N07700W/N02F310"), "fpl.route"),
        (fpl("N0200F310 C/4600N07700W/N0200F310"), "fpl.route"),
        (fpl("N0200F310 " + "DCT " * 2_001), "fpl.route"),
        (fpl("N0200F310 4675N07700W"), "place.minutes"),
        (fpl("N0200F310", "0000"), "fpl.elapsed"),
        (fpl("N0200F310", "0061"), "fpl.item"),
        (fpl("N0200F310", other="DOF/261301"), "fpl.item"),
        (fpl("N0200F310", other="DOF/2613"), "fpl.item"),
        (fpl("N0200F310", other="DOF/260601 DOF/260602"), "fpl.item"),
        (fpl("N0200F310", ident="MUCHTOOLONG"), "fpl.item"),
        (fpl("N0200F310", rules="QQ"), "fpl.item"),
        (fpl("N0200F310").replace("ZZZZ1230", "ZZZZ2561"), "fpl.item"),
        (fpl("N0200F310").replace("ZZZZ0100", "ZZ0100"), "fpl.item"),
        (fpl("N0200F310").replace(")", ""), "fpl.unterminated"),
        ("(DLA-TEST01-ZZZZ1230-ZZZZ-0)", "fpl.kind"),
    ],
)
def test_refusals_are_of_one_message(text: str, code: str) -> None:
    reading = read((text + fpl("N0200F310", ident="GOOD")).encode(), EXACT)
    assert [error.code for error in reading.faults] == [code]
    assert [filed.plan.callsign for filed in reading.filed] == ["GOOD"]


def test_other_messages_are_told() -> None:
    reading = read((fpl("N0200F310") + "(CNL-TEST01-ZZZZ1230-ZZZZ-0)(ACK-X)").encode(), EXACT)
    assert told(reading, NOT_ENDED.format("CNL")) and told(reading, NOT_READ.format("ACK"))
    assert len(reading.filed) == 1


def test_a_flight_twice_gets_a_number() -> None:
    reading = read((fpl("N0200F310") * 2).encode(), EXACT)
    assert [filed.plan.id[-4:] for filed in reading.filed] == ["1230", " (2)"]


def test_options_that_cannot_be() -> None:
    for options, code in (
        (Options(file="f", as_of=NOW, half_width=-1), "geometry.half_width"),
        (Options(file="f", as_of=NOW, time_tolerance=-1), "fpl.tolerance"),
    ):
        with pytest.raises(Invalid) as caught:
            read(fpl("N0200F310").encode(), options)
        assert caught.value.code == code


def test_files_that_are_none() -> None:
    many = "".join(f"P{n} 4600N07700W\n" for n in range(20_001))
    for data, code in (
        (b"nothing", "fpl.none"),
        (b"(FPL-" * 20_001, "fpl.too_many"),
        (b"(FPL-\0", "message.encoding"),
        ((many + "(FPL-)").encode(), "fpl.too_many"),
    ):
        with pytest.raises(Invalid) as caught:
            read(data, EXACT)
        assert caught.value.code == code


def test_encodings() -> None:
    text = fpl("N0200F310 4600N07700W", "0050", ENDS + " RMK/é")
    ends = text.replace("\n", "\r\n")
    low = text.lower().encode()
    for data in (text.encode("utf-16"), ends.encode("cp1252"), ends.encode("utf-8-sig"), low):
        assert len(read(data, EXACT).filed) == 1
    assert any("Windows-1252" in note for note in read(ends.encode("cp1252"), EXACT).notes)


def test_how_files_are_known() -> None:
    text = fpl("N0200F310").encode()
    assert recognise("a.fpl", text).name == recognise("a.txt", text).name == "fpl"
    with pytest.raises(Invalid) as caught:  # a Garmin file of the same ending
        recognise("a.fpl", b'<?xml version="1.0"?><flight-plan xmlns="x"/>')
    assert caught.value.code == "file.unknown_format"


LONDON = """(FPL-AAL124-IS
-B738/M-SDFGRWY/S
-EGLL1230
-N0450F360 BPK UN859 KOK/N0430F340 DCT 5120N00300E
-EHAM0145 EBBR EDDF
-DOF/260601 RMK/ADS-B OUT REG/N123
-E/0530 P/120)"""
LOCAL = "(FPL-ABC1-VG-C172/L-S/C-LFPN0915-N0100VFR DCT-LFPZ0040-0)"
OCEAN = """(FPL-RTE77-IN-B77W/H-SDE2E3FGHIJ3J5M1RWXYZ/LB1D1-KJFK2359
-M084F350 51N050W/M082F370 52N040W-EGLL0655 EGKK-PBN/A1B1 DOF/260712 DEP/X DEST/Y)"""
MADE = (LONDON, LOCAL, OCEAN)
"""Made by us; the parser that they are read by as well is kept by others."""


@pytest.mark.parametrize("text", MADE)
def test_items_against_another_parser(text: str) -> None:
    theirs = parse(text)
    (message,), _ = messages(text)
    assert message.body is not None
    mine = items(message.body, "")
    assert mine.ident == theirs.aircraft_id.callsign
    assert mine.rules == theirs.flight_rules.value
    assert mine.flight == theirs.type_of_flight.value
    assert mine.departure == theirs.departure.adep
    assert f"{mine.off_block // 60:02d}{mine.off_block % 60:02d}" == theirs.departure.eobt
    assert mine.route == theirs.route.raw
    assert mine.destination == theirs.destination.ades
    assert f"{mine.elapsed // 60:02d}{mine.elapsed % 60:02d}" == theirs.destination.total_eet
    assert mine.alternates == tuple(
        name for name in (theirs.destination.altn1, theirs.destination.altn2) if name
    )
    assert mine.other.get("DOF") == theirs.item18.dof
    assert mine.other.get("RMK") == theirs.item18.rmk


@given(
    st.lists(
        st.sampled_from(
            (
                *("(FPL-", "-", "A1-IS-B738/M-S/S-ZZZZ1230-", "N0450F310 ", "46N078W", "/", "C/", ")", "9"),
                *("DEP/46N079W", "-ZZZZ0100-", "DOF/260601 ", "DEST/46N077W ", "STAY1", "\n", "VFR", "T "),
            )
        ),
        max_size=14,
    ).map("".join)
)
@settings(max_examples=150)
def test_anything_is_read_or_refused(text: str) -> None:
    for data in (text.encode(), f"(FPL-A1-IS-B738/M-S/S-ZZZZ1230-N0450F310 {text}-ZZZZ0100-{ENDS})".encode()):
        try:
            read(data, EXACT)
        except Invalid as error:
            assert error.code
