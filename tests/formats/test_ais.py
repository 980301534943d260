"""AIS sentences: messages that pyais has written and real ones, parts, times, and whatever else comes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats import ais, watch_package
from wideberth.formats.decoded import Decoded
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import METRE

# 2023-11-14T22:13:20Z
NOW = 1_700_000_000_000
# published examples (gpsd's AIVDM page, the documents of pyais)
FERRY = b"!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05"
CLASS_B = b"!AIVDM,1,1,,A,B5NJ;PP005l4ot5Isbl03wsUkP06,0*76"
NAMED = (
    b"!AIVDM,2,1,9,B,53nFBv01SJ<thHp6220H4heHTf2222222222221?50:454o<`9QSlUDp,0*09",
    b"!AIVDM,2,2,9,B,888888888888880,2*2E",
)


def made(kind: int, mmsi: int = 258_315_000, **more: Any) -> bytes:
    """A message as pyais writes it, at 52.5° N 4.25° E."""
    said = {"msg_type": kind, "mmsi": mmsi, "lat": 52.5, "lon": 4.25, "second": 60, **more}
    encode = watch_package.load("pyais").encode_dict
    return b"".join(each.encode() + b"\r\n" for each in encode(said, talker_id="AI"))


def take(*sentences: bytes, now: int = NOW) -> Decoded:
    return ais.opened("coast")(b"".join(each.rstrip() + b"\r\n" for each in sentences), now)


def one(*sentences: bytes, now: int = NOW) -> Report:
    found, faults = take(*sentences, now=now)
    assert (len(found), faults) == (1, 0)
    return found[0]


def test_a_ferry() -> None:
    # second 59 of the minute in which it came, or of the one before
    assert one(FERRY) == Report(
        "coast",
        "mmsi:367380120",
        NOW - 21_000,
        (-1_224_043_330, 378_069_480),
        100 * METRE + METRE // 2,
        SURFACE,
        0,
        Velocity(51, 2_452_000_000, 0),
        callsign="",
        kind="vessel",
    )


@pytest.mark.parametrize(
    ("second", "now", "earlier"), [(20, 0, 0), (25, 0, -5), (26, 0, 54), (19, 0, 1), (60, 0, 0)]
)
def test_the_second_says_when(second: int, now: int, earlier: int) -> None:
    assert one(made(1, second=second), now=NOW + now).at_ms == NOW - earlier * 1_000


def test_class_b() -> None:
    assert one(CLASS_B).id == "mmsi:367430530"
    report = one(made(18, speed=10.0, course=90.0, accuracy=True))
    assert (report.velocity, report.doubt) == (Velocity(5_144, 900_000_000, 0), 10 * METRE + METRE // 2)


def test_its_name_and_its_size_come_with_it() -> None:
    report = one(*NAMED, made(3))
    assert report.callsign == "FALKVIK"
    # 40 m to the bow and 5 m to the side of the antenna
    assert report.doubt == 100 * METRE + METRE // 2 + 41 * METRE
    assert one(made(24, partno=0, shipname="OPEN ARMS"), made(3)).callsign == "OPEN ARMS"
    assert one(made(24, partno=1, callsign="EHAB"), made(3)).callsign == "EHAB"
    assert one(made(19, shipname="CONSCIENCE")).callsign == "CONSCIENCE"
    assert one(*NAMED, made(3, mmsi=258_315_001)).callsign == ""


def test_parts_come_in_any_order_and_in_time() -> None:
    assert one(NAMED[1], NAMED[0], made(3)).callsign == "FALKVIK"
    assert one(NAMED[0], NAMED[0], NAMED[1], made(3)).callsign == "FALKVIK"
    decoder = ais.opened("coast")
    decoder(NAMED[0] + b"\n", NOW)
    assert decoder(NAMED[1] + b"\n" + made(3), NOW + ais.WAIT + 1).reports[0].callsign == ""


def test_many_messages_of_which_the_rest_never_comes() -> None:
    decoder: Any = ais._Ais("coast")
    for k in range(2_000):
        body = b"AIVDM,2,1,%d,%c,53nFBv01SJ<thHp6220H4heHTf222222,0" % (
            k % 10,
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[k % 26],
        )
        assert decoder.take(b"!%s*%02X\n" % (body, ais._sum(body)), NOW) == Decoded([], 0)
        assert len(decoder._parts) <= ais.OPEN


def test_an_aircraft_of_search_and_rescue() -> None:
    report = one(made(9, mmsi=111_232_511, alt=300, speed=120, course=45.0))
    assert (report.kind, report.altitude) == ("aircraft", Altitude("MSL/ALT", 300 * METRE))
    assert report.altitude_doubt == ais.HEIGHT_DOUBT
    assert report.velocity == Velocity(61_733, 450_000_000)
    assert one(made(9, alt=4_094)).altitude is None
    assert one(made(9, alt=4_095)).altitude is None
    # with the message of a ship it says nothing of its altitude, and is not taken to be at sea
    assert one(made(1, mmsi=111_232_511)).altitude is None


def test_distress() -> None:
    assert one(made(1, mmsi=970_123_456)).doubts == ("emergency",)
    assert one(made(1, mmsi=970_123_456)).kind == "unknown"
    assert one(made(1, status=14)).doubts == ("emergency",)
    assert one(made(1, status=0)).doubts == ()


@pytest.mark.parametrize(
    ("said", "velocity"),
    [
        ({"speed": 102.1, "course": 10.0}, Velocity(52_525, 100_000_000, 0)),
        # so fast, or faster
        ({"speed": 102.2, "course": 10.0}, None),
        ({"speed": 102.3, "course": 10.0}, None),
        ({"speed": 5.0, "course": 360.0}, None),
    ],
)
def test_what_is_not_known(said: dict[str, Any], velocity: Velocity | None) -> None:
    assert one(made(1, **said)).velocity == velocity


@pytest.mark.parametrize(
    ("said", "turn"), [(20.0, 3_333_333), (-20.0, -3_333_333), (0.0, 0), (-128.0, None), (127.0, None)]
)
def test_turns(said: float, turn: int | None) -> None:
    assert one(made(1, turn=said)).turn == turn


def test_no_position_is_no_report() -> None:
    assert take(made(1, lat=91.0)) == Decoded([], 0)
    assert take(made(1, lon=181.0)) == Decoded([], 0)
    # coast stations and marks, and messages of neither kind
    assert take(made(1, mmsi=2_300_000), made(4), made(21), made(1, mmsi=992_300_000)) == Decoded([], 0)
    assert take(b"$GPGGA,1,2*00", b"# a server's remark", b"") == Decoded([], 0)


@pytest.mark.parametrize(
    "line",
    [
        FERRY[:-1] + b"6",
        FERRY[:-5],
        FERRY.replace(b"?", b"\xff"),
        b"!AIVDM,1,1,,B,%s,0*00" % (b"1" * 200),
        b"!AIVDM,1,1,,B,1,0*05",
        b"\\c:1*00\\" + FERRY,
        b"\\c:1700000000*5",
        b"anything",
        b"!AIVDM,2,3,1,B,15NG6V0P01G?cFhE,0*00",
    ],
)
def test_what_is_wrong_is_counted(line: bytes) -> None:
    assert take(line).reports == []
    assert take(line).faults == 1 or line.startswith(b"!AIVDM,1,1,,B,1,0")


def test_a_tag_block_says_when_it_was_heard() -> None:
    def tagged(said: bytes) -> bytes:
        return b"\\%s*%02X\\" % (said, ais._sum(said)) + made(1, second=60)

    assert one(tagged(b"s:coast,c:1600000000")).at_ms == 1_600_000_000_000
    assert one(tagged(b"c:1600000000123")).at_ms == 1_600_000_000_123
    for none in (b"s:coast", b"c:12", b"c:x", b"c:" + b"9" * 30):
        assert one(tagged(none)).at_ms == NOW


def test_datagrams_are_whole_lines() -> None:
    decoder = ais.opened_datagrams("coast")
    assert len(decoder(FERRY, NOW).reports) == 1
    assert len(decoder(FERRY + b"\r\n" + CLASS_B, NOW).reports) == 2


@given(st.lists(st.integers(1, 90), max_size=12))
def test_however_it_is_cut_it_says_the_same(cuts: list[int]) -> None:
    data = FERRY + b"\r\n" + NAMED[0] + b"\njunk\n" + NAMED[1] + b"\n" + made(3) + CLASS_B + b"\n"
    decoder, found, faults, at = ais.opened("coast"), [], 0, 0
    for size in [*cuts, len(data)]:
        reports, wrong = decoder(data[at : at + size], NOW)
        found += reports
        faults += wrong
        at += size
    assert (found, faults) == tuple(ais.opened("coast")(data, NOW))


LETTERS = st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw", min_size=1, max_size=82)


@given(
    st.lists(
        st.builds(lambda body, fill: f"AIVDM,1,1,,A,{body},{fill}", LETTERS, st.integers(0, 5)), max_size=8
    )
)
def test_right_sentences_of_any_content(bodies: list[str]) -> None:
    data = b"".join(b"!%s*%02X\n" % (body.encode(), ais._sum(body.encode())) for body in bodies)
    for report in ais.opened("coast")(data, NOW).reports:
        assert abs(report.point[0]) <= 1_800_000_000
        assert abs(report.point[1]) <= 900_000_000
        assert NOW - 60_000 < report.at_ms <= NOW + ais.AHEAD
