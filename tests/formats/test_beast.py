"""Beast frames, Mode S messages and positions in two parts: against rs1090 on real frames, and made ones."""

from __future__ import annotations

import csv
import math
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.formats.made_frames import EVEN, IDENT, ODD, VELOCITY, beast_of, frame, parts, position
from wideberth.formats import adsb, beast, cpr, modes, watch_package
from wideberth.formats.cpr import Cpr
from wideberth.model.track import Report
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import DEGREE, FOOT

NOW = 1_700_000_000_000
ADDRESS = "4b1815"


def taken(*frames: bytes, step: int = 500, source: str = "north") -> tuple[list[Report], int]:
    """Of frames that come `step` ms apart."""
    transponders = modes.Transponders(source)
    found, faults = [], 0
    for k, each in enumerate(frames):
        report, fault = transponders.take(each, NOW + k * step)
        faults += fault
        if report is not None:
            found.append(report)
    return found, faults


def field_frames(shared: Path) -> list[tuple[int, bytes]]:
    lines = (shared / "data/adsb/modes_frames_2016.csv").read_text(encoding="ascii").splitlines()
    return [(int(float(row[0]) * 1_000), bytes.fromhex(row[1])) for row in csv.reader(lines)]


def test_real_frames_read_as_rs1090_reads_them(shared: Path) -> None:
    frames = field_frames(shared)
    transponders = modes.Transponders("north")
    mine = [transponders.take(each, at) for at, each in frames]
    theirs: list[dict[str, Any]] = watch_package.load("rs1090").decode(
        [each.hex() for _, each in frames], [at / 1_000 for at, _ in frames]
    )
    assert not any(fault for _, fault in mine)
    compared = 0
    for (report, _), said in zip(mine, theirs, strict=True):
        if said.get("latitude") is None:
            continue
        assert report is not None
        compared += 1
        assert report.id == f"icao:{said['icao24']}"
        assert abs(report.point[1] - said["latitude"] * DEGREE) <= 1
        assert abs(report.point[0] - said["longitude"] * DEGREE) <= 1
        assert report.altitude == Altitude("FL", said["altitude"] * FOOT)
    assert compared == 772
    found = [report for report, _ in mine if report is not None]
    assert len(found) == 933
    assert {report.callsign for report in found} == {"EZY85MH"}
    # no step that no airliner makes: 300 m/s, whole seconds, and frames of several receivers
    for before, after in pairwise(found):
        east, north = (abs(a - b) / DEGREE * 111_200 for a, b in zip(before.point, after.point, strict=True))
        apart = math.hypot(east * math.cos(math.radians(before.point[1] / DEGREE)), north)
        assert apart <= 300 * ((after.at_ms - before.at_ms) / 1_000 + 2)


def test_a_real_stream_of_beast(shared: Path) -> None:
    data = (shared / "data/adsb/sample_dump1090.bin").read_bytes()
    found, faults = beast.opened("north")(data, NOW)
    assert faults == 0
    assert [report.id for report in found] == ["icao:48520a"] * 3
    assert found[-1].callsign == "TRA89M"
    assert found[-1].altitude == Altitude("FL", 38_000 * FOOT)
    frames, _ = beast.Frames().take(data)
    assert len(frames) == 239


@given(
    st.lists(st.binary(min_size=14, max_size=14) | st.binary(min_size=7, max_size=7), max_size=6), st.data()
)
def test_frames_are_found_however_they_are_cut(some: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(beast_of(each, bytes([data.draw(st.integers(0, 255))] * 7)) for each in some)
    reader, found, faults, at = beast.Frames(), [], 0, 0
    while at < len(stream):
        size = data.draw(st.integers(1, 30))
        whole, wrong = reader.take(stream[at : at + size])
        found += whole
        faults += wrong
        at += size
    assert (found, faults) == (some, 0)


@given(st.binary(max_size=60), st.binary(min_size=14, max_size=14))
def test_after_anything_else_the_next_frames_are_found(junk: bytes, one: bytes) -> None:
    reader = beast.Frames()
    # one may go with what looked like its beginning
    found, _ = reader.take(junk + beast_of(one) * 3)
    assert found[-2:] == [one, one]


def test_a_stream_of_no_frames_takes_no_memory() -> None:
    reader = beast.Frames()
    for _ in range(100):
        found, faults = reader.take(b"\x1a" * 3 + b"x" * 60_000)
        assert (len(found) <= 1, faults > 0) == (True, True)
        assert len(reader._rest) <= beast.LONGEST


def test_status_of_a_receiver_is_no_frame() -> None:
    status = b"\x1a4" + bytes(21)
    assert beast.Frames().take(status + beast_of(EVEN)) == ([EVEN], 0)


def test_a_position_needs_both_halves() -> None:
    assert taken(EVEN) == ([], 0)
    assert taken(EVEN, EVEN) == ([], 0)
    (report,), faults = taken(EVEN, ODD)
    assert (report.id, faults) == (f"icao:{ADDRESS}", 0)
    assert report.at_ms == NOW + 500
    near = [abs(a - b) for a, b in zip(report.point, (82_500_000, 475_000_000), strict=True)]
    assert max(near) <= 1_000
    assert report.altitude == Altitude("FL", 35_000 * FOOT)
    assert report.altitude_doubt == adsb.STEP // 2


def test_halves_too_far_apart_say_nothing_together() -> None:
    assert taken(EVEN, ODD, step=modes.PAIR)[0] != []
    assert taken(EVEN, ODD, step=modes.PAIR + 1)[0] == []


def test_one_half_says_the_place_near_a_believed_one() -> None:
    found, _ = taken(EVEN, ODD, IDENT, *[VELOCITY] * 40, ODD, step=1_000)
    assert len(found) == 2
    assert found[1].point == found[0].point
    assert (found[1].callsign, found[0].callsign) == ("SWR12A", "")
    assert found[1].velocity is not None
    for late, known in ((modes.BELIEVED, True), (modes.BELIEVED + 1, False)):
        transponders = modes.Transponders("north")
        transponders.take(EVEN, NOW)
        assert transponders.take(ODD, NOW)[0] is not None
        assert (transponders.take(ODD, NOW + late)[0] is not None) == known


def test_what_is_damaged_is_not_believed() -> None:
    for at in range(112):
        wrong = bytearray(ODD)
        wrong[at // 8] ^= 0x80 >> at % 8
        found, _ = taken(EVEN, bytes(wrong))
        assert found == [], at
    assert taken(ODD[:-1]) == ([], 1)
    # whatever is no squitter says no place
    assert taken(bytes(14), bytes(7), b"\x5d" + bytes(6)) == ([], 0)


def test_what_is_damaged_is_not_even_read() -> None:
    read: list[str] = []
    transponders = modes.Transponders("north")
    transponders._decode = read.append
    assert transponders.take(ODD[:-1] + bytes([ODD[-1] ^ 1]), NOW) == (None, True)
    assert read == []


def test_altitudes_of_the_older_code_are_coarse() -> None:
    coarse = [
        frame(17, 5, ADDRESS, bytes([EVEN[4], n, 0x20 | EVEN[6] & 0x0F]) + EVEN[7:11])
        for n in range(0, 256, 2)
    ]
    found = [report for each in coarse for report in taken(ODD, each)[0] if report.altitude is not None]
    assert len(found) > 20
    assert {report.altitude_doubt for report in found} == {adsb.COARSE // 2}


def test_distress_by_code_and_by_state() -> None:
    state = frame(17, 5, ADDRESS, bytes([28 << 3 | 1, 1 << 5 | 0, 0, 0, 0, 0, 0]))
    assert taken(state, EVEN, ODD)[0][0].doubts == ("emergency",)
    calm = frame(17, 5, ADDRESS, bytes([28 << 3 | 1, 0, 0, 0, 0, 0, 0]))
    assert taken(state, calm, EVEN, ODD)[0][0].doubts == ()
    # an answer with the code 7700, its parity overlaid with the address
    answer = bytes.fromhex("28000aaa")
    parity = modes.remainder(answer + bytes(3)) ^ int(ADDRESS, 16)
    code = answer + parity.to_bytes(3, "big")
    assert watch_package.load("rs1090").decode(code.hex())["squawk"] == "7700"
    assert taken(EVEN, code, ODD)[0][0].doubts == ("emergency",)
    # of one that said nothing else nobody knows whether the address is right
    assert taken(code, EVEN, ODD)[0][0].doubts == ()


def test_on_the_ground_only_near_where_it_was() -> None:
    ground = frame(17, 5, ADDRESS, position(47.45, 8.25, odd=False, code=7, ground=True))
    assert taken(ground, ground) == ([], 0)
    found, _ = taken(EVEN, ODD, ground)
    assert (found[1].grounded, found[1].altitude) == (True, SURFACE)
    assert max(abs(a - b) for a, b in zip(found[1].point, (82_500_000, 474_500_000), strict=True)) < 500


def test_whose_address_it_is() -> None:
    def named(control: int, mark: int) -> list[str]:
        halves = [
            frame(18, control, ADDRESS, position(47.5, 8.25, odd=odd, code=11, marked=mark))
            for odd in (False, True)
        ]
        return [report.id for report in taken(*halves)[0]]

    other = ["north:~4b1815"]
    assert named(0, 0) == named(2, 0) == named(6, 0) == [f"icao:{ADDRESS}"]
    assert named(1, 0) == named(5, 0) == named(2, 1) == named(6, 1) == other
    assert named(3, 0) == named(4, 0) == []


@pytest.mark.parametrize(
    ("code", "metres"), [(9, 7.5), (11, 185.2), (13, 1_111.2), (16, 18_520), (18, 2_000), (22, 2_000)]
)
def test_how_far_it_may_be_wrong(code: int, metres: float) -> None:
    halves = [frame(17, 5, ADDRESS, position(47.5, 8.25, odd=odd, code=code)) for odd in (False, True)]
    (report,), _ = taken(*halves)
    # and half a second at 350 m/s, half a part of a zone, and rounding
    assert report.doubt / 10_000 == pytest.approx(metres + 175 + 5 + 0.008, abs=0.2)
    # by satellite nobody can say whether it is in feet
    assert (report.altitude is None) == (code > 18)


def test_supersonic_and_airspeed_are_no_velocity_over_the_ground() -> None:
    for kind in (2, 3, 4):
        one = bytearray(VELOCITY[4:11])
        one[0] = 19 << 3 | kind
        (report,), _ = taken(frame(17, 5, ADDRESS, bytes(one)), EVEN, ODD)
        assert report.velocity is None


LATS = st.floats(-89.9, 89.9)
LONS = st.floats(-180, 179.999)


@given(LATS, LONS, st.booleans(), st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_together_they_say_where_it_is_now(
    lat: float, lon: float, odd: bool, north: float, east: float
) -> None:
    assume(abs(lat + north) < 90)
    first = said_of(lat, lon, not odd)
    last = said_of(lat + north, lon + east, odd)
    place = cpr.together(first, last)
    if place is None:  # one of the lines between two numbers of zones lies between them, or near the pole
        assert cpr.zones(lat) != cpr.zones(lat + north) or zones_differ_nearby(lat, north)
        return
    assert abs(place[0] - lat - north) < 6 / 131_072
    assert apart(place[1], lon + east) < 360 / max(cpr.zones(lat) - 1, 1) / 131_072


@given(LATS, LONS, st.booleans(), st.floats(-2.5, 2.5), st.floats(-1, 1))
def test_near_a_place_it_says_where_it_is(
    lat: float, lon: float, odd: bool, north: float, east: float
) -> None:
    assume(abs(lat + north) < 90)
    # within 180 NM of it
    place = cpr.near(said_of(lat, lon, odd), lat + north, lon + east)
    assert place is not None
    assert abs(place[0] - lat) < 6 / 131_072
    assert apart(place[1], lon) < 360 / max(cpr.zones(lat) - odd - 1, 1) / 131_072


def said_of(lat: float, lon: float, odd: bool) -> Cpr:
    """As a transponder divides it (DO-260B, A.1.7.3)."""
    return Cpr(odd, *parts(lat, lon, odd), 0)


def apart(a: float, b: float) -> float:
    return abs((a - b + 180) % 360 - 180)


def zones_differ_nearby(lat: float, north: float) -> bool:
    """Where rounding to a part of a zone may cross such a line."""
    near = 6 / 131_072
    return len({cpr.zones(lat + n + d) for n in (0, north) for d in (-near, 0, near)}) > 1


def test_halves_of_two_numbers_of_zones_say_nothing() -> None:
    # 59 zones to 10.4705°, then 58
    assert cpr.together(said_of(10.46, 8, False), said_of(10.465, 8, True)) is not None
    for odd in (False, True):
        assert cpr.together(said_of(10.46, 8, odd), said_of(10.48, 8, not odd)) is None


def test_zones() -> None:
    # RTCA DO-260B, table A-21
    assert [cpr.zones(lat) for lat in (0, 10.47, 10.48, 45, 86.5, 86.6, 87.1, -90)] == [
        59,
        59,
        58,
        42,
        3,
        2,
        1,
        1,
    ]


def test_valid_frames_of_any_content_end_nothing() -> None:
    chance = random.Random(7)  # not for secrets
    transponders = modes.Transponders("north")
    for k in range(6_000):
        df = chance.choice([17, 17, 18, 4, 5, 11, 16, 20, 21, 24, 31])
        made = frame(df, chance.randrange(8), ADDRESS, bytes([chance.randrange(256) for _ in range(7)]))
        report, _ = transponders.take(made, NOW + k * chance.randrange(2_000))
        if report is not None:
            assert abs(report.point[0]) <= 180 * DEGREE
            assert abs(report.point[1]) <= 90 * DEGREE


def test_a_panic_of_the_package_is_a_fault() -> None:
    class PanicException(BaseException):  # its name in Rust's binding
        """No subclass of Exception, as there."""

    def panics(_: str) -> object:
        raise PanicException

    transponders = modes.Transponders("north")
    transponders._decode = panics
    assert transponders.take(EVEN, NOW) == (None, True)

    def stops(_: str) -> object:
        raise KeyboardInterrupt

    transponders._decode = stops
    with pytest.raises(KeyboardInterrupt):
        transponders.take(EVEN, NOW)
