"""SBS lines: what each kind of message says, what is remembered, and whatever else comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats import adsb, newest, sbs, textlines
from wideberth.formats.decoded import Decoded
from wideberth.model.track import Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.ground import ROUNDING
from wideberth.space.units import FOOT

NOW = 1_700_000_000_000
IDENT = "MSG,1,1,1,4B1815,1,2026/11/28,07:00:00.000,2026/11/28,07:00:00.000,SWR12A  ,,,,,,,,,,,0\r\n"
PLACE = "MSG,3,1,1,4B1815,1,2026/11/28,07:00:00.000,2026/11/28,07:00:00.000,,35000,,,47.5,8.25,,,0,,0,0\r\n"
MOVES = "MSG,4,1,1,4B1815,1,2026/11/28,07:00:00.000,2026/11/28,07:00:00.000,,,450,90,,,-640,,,,,0\r\n"
CODE = "MSG,6,1,1,4B1815,1,2026/11/28,07:00:00.000,2026/11/28,07:00:00.000,,,,,,,,7700,-1,,0,\r\n"


def take(*lines: str, now: int = NOW) -> Decoded:
    return sbs.opened("north")("".join(lines).encode(), now)


def one(*lines: str) -> Report:
    found, faults = take(*lines)
    assert (len(found), faults) == (1, 0)
    return found[0]


def test_a_position_with_what_was_said_before() -> None:
    report = one(IDENT, MOVES, PLACE)
    velocity = Velocity(231_500, 900_000_000, round(-640 * 304.8 / 60))
    assert report == Report(
        "north",
        "icao:4b1815",
        NOW,
        (82_500_000, 475_000_000),
        # half a second at its speed
        adsb.UNSTATED + 1_157_500 + ROUNDING,
        Altitude("FL", 35_000 * FOOT),
        125 * FOOT // 10,
        velocity,
        callsign="SWR12A",
        kind="aircraft",
    )


def test_a_position_alone() -> None:
    report = one(PLACE)
    assert (report.velocity, report.callsign) == (None, "")
    # nobody knows how fast it goes: as fast as any
    assert report.doubt == adsb.UNSTATED + 1_750_000 + ROUNDING


def test_distress_goes_with_it_and_ends() -> None:
    calm = CODE.replace("7700", "1000")
    assert one(CODE, PLACE).doubts == ("emergency",)
    assert one(CODE, calm, PLACE).doubts == ()
    assert one(PLACE.replace(",0,,0,0", ",0,-1,0,0")).doubts == ("emergency",)


def test_what_was_said_long_ago_is_not_said_again() -> None:
    decoder = sbs.opened("north")
    decoder((IDENT + MOVES + CODE).encode(), NOW)
    later = decoder(PLACE.encode(), NOW + adsb.KEPT + 1).reports[0]
    assert (later.velocity, later.callsign, later.doubts) == (None, "SWR12A", ("emergency",))
    last = decoder(PLACE.encode(), NOW + adsb.LONG + 1).reports[0]
    assert (last.callsign, last.doubts) == ("", ())


def test_on_the_ground() -> None:
    for line in (PLACE.replace("MSG,3", "MSG,2").replace("35000", ""), PLACE.replace(",0,0\r", ",0,-1\r")):
        report = one(line)
        assert (report.grounded, report.altitude, report.altitude_doubt) == (True, SURFACE, 0)


def test_altitudes() -> None:
    assert one(PLACE.replace("35000", "")).altitude is None
    assert one(PLACE.replace("35000", "999999")).altitude is None
    above = one(PLACE.replace("35000", "36000H"))
    assert (above.altitude, above.altitude_doubt) == (Altitude("HAE", 36_000 * FOOT), adsb.GEOMETRIC)


def test_an_address_that_is_none_of_ICAO_stays_with_its_source() -> None:  # noqa: N802  # its name
    assert one(PLACE.replace("4B1815", "~4B1815")).id == "north:~4b1815"


def test_climb_alone_changes_climb_alone() -> None:
    climbs = MOVES.replace("450,90", ",").replace("-640", "1200")
    velocity = one(MOVES, climbs, PLACE).velocity
    assert velocity == Velocity(231_500, 900_000_000, 6_096)


def test_what_cannot_be_is_counted() -> None:
    for wrong in (
        PLACE.replace("47.5", "97.5"),
        PLACE.replace("8.25", "188.25"),
        PLACE.replace("47.5,8.25", "0,0"),
        PLACE.replace("47.5", "north"),
        PLACE.replace("47.5", "1e1"),
        PLACE.replace("47.5,", ","),
        PLACE.replace("4B1815", "4B18"),
        PLACE.replace("MSG,", "XYZ,"),
        "MSG,3,1\r\n",
        "\xff\xfe,\n",
    ):
        assert take(wrong) == Decoded([], 1), wrong
    # signs of life, and what tells of a screen
    assert take("\r\n", "\n", "STA,,5,179,400AE7,10103\r\n", IDENT) == Decoded([], 0)


@given(st.lists(st.integers(1, 60), max_size=20))
def test_however_it_is_cut_it_says_the_same(cuts: list[int]) -> None:
    data = (IDENT + MOVES + PLACE + "junk\n" + PLACE).encode()
    decoder, found, faults, at = sbs.opened("north"), [], 0, 0
    for size in [*cuts, len(data)]:
        reports, wrong = decoder(data[at : at + size], NOW)
        found += reports
        faults += wrong
        at += size
    assert (found, faults) == tuple(sbs.opened("north")(data, NOW))


@given(st.lists(st.binary(max_size=40) | st.just(b"\n"), max_size=30), st.integers(1, 30))
def test_lines_are_those_of_the_whole(pieces: list[bytes], longest: int) -> None:
    lines = textlines.Lines(longest)
    taken = [lines.take(piece) for piece in pieces]
    whole = b"".join(pieces).split(b"\n")
    right = [line.removesuffix(b"\r") for line in whole[:-1] if len(line) <= longest]
    assert [line for some, _ in taken for line in some] == right
    assert sum(faults for _, faults in taken) == sum(len(line) > longest for line in whole)


def test_a_line_without_an_end_takes_no_memory_and_little_time() -> None:
    lines = textlines.Lines()
    for _ in range(200):
        assert lines.take(b"x" * 65_536)[0] == []
        assert len(lines._rest) <= textlines.LONGEST
    assert lines.take(b"\nMSG\n") == ([b"MSG"], 0)


def test_who_was_silent_longest_is_forgotten() -> None:
    held = newest.Newest(list[int], 2)
    for name in "abac":
        held.of(name).append(1)
    assert [held.known(name) for name in "abc"] == [[1, 1], None, [1]]
    assert len(held) == 2
