"""Every decoder of a stream against bytes that nobody would send: nothing is raised, all is bounded."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.made_frames import EVEN, IDENT, ODD, VELOCITY, beast_of, frame, position
from wideberth.formats import recording, report_json
from wideberth.formats.decoded import Decoded
from wideberth.formats.reading import Options
from wideberth.links import source_url
from wideberth.model.track import Report

NOW = 1_700_000_000_000
SCHEMES = sorted(source_url.SCHEMES)
SBS = b"MSG,3,1,1,4B1815,1,2026/11/28,07:00,2026/11/28,07:00,SWR1,35000,450,90,47.5,8.25,0,7700,0,0,0,0\r\n"
AIS = b"!AIVDM,1,1,,B,15NG6V0P01G?cFhE`R2IU?wn28R>,0*05\r\n"
JSON = b'{"now":1700000000,"aircraft":[{"hex":"4b1815","lat":47.5,"lon":8.25,"seen_pos":1,"alt_baro":35000}]}'
COT = (
    b'<event version="2.0" uid="U" type="a-n-A" how="m-g" time="2023-11-14T22:13:20Z" '
    b'start="2023-11-14T22:13:20Z" stale="2023-11-14T22:14:20Z">'
    b'<point lat="47.5" lon="8.25" hae="400" ce="10" le="10"/><detail/></event>'
)
BEAST = b"".join(map(beast_of, (IDENT, VELOCITY, EVEN, ODD)))
GOOD = {"ais": AIS, "beast": BEAST, "cot": COT, "readsb": JSON, "sbs": SBS}


def good(scheme: str) -> bytes:
    return next(data for name, data in GOOD.items() if scheme.startswith(name))


def fine(found: Decoded) -> list[Report]:
    """Whatever comes out can be written as a report and read again."""
    assert found.faults >= 0
    for report in found.reports:
        assert report_json.read(report_json.write(report)) == report
    return found.reports


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A piece of it with some bytes changed, dropped, repeated."""
    made = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del made[at : at + chance.randrange(1, 9)]
            case 2:
                made[at:at] = made[at : at + chance.randrange(1, 40)]
            case _:
                made[at:at] = chance.choice(
                    [b"\n", b"\x1a", b"\x1a3", b",", b"9" * 30, b"\xff", b'"', b"<", b"-"]
                )
    return bytes(made)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_reads_what_is_good(scheme: str) -> None:
    assert fine(source_url.decoder(scheme)("north")(good(scheme), NOW))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_damaged_streams(scheme: str) -> None:
    chance = random.Random(scheme)
    decoder = source_url.decoder(scheme)("north")
    for k in range(400):
        fine(decoder(damaged(good(scheme) * chance.randrange(1, 3), chance), NOW + 100 * k))
    # and after all that it reads on, once what it took for the beginning of something has passed
    for _ in range(3):
        decoder(good(scheme) + b"\r\n</event>\r\n", NOW + 50_000)
    assert fine(decoder(moved(scheme), NOW + 51_000))


def moved(scheme: str) -> bytes:
    """The same elsewhere, for those that tell a place once."""
    return good(scheme).replace(b'"seen_pos":1', b'"seen_pos":0').replace(b"1700000000", b"1700000060")


@pytest.mark.parametrize("scheme", SCHEMES)
@given(pieces=st.lists(st.binary(max_size=80), max_size=12))
def test_any_bytes(scheme: str, pieces: list[bytes]) -> None:
    decoder = source_url.decoder(scheme)("north")
    for piece in pieces:
        fine(decoder(piece, NOW))


FLOODS: dict[str, Callable[[int], bytes]] = {
    "zeros": lambda _: bytes(65_536),
    "escapes": lambda _: b"\x1a" * 65_536,
    "one line": lambda _: b"x" * 65_536,
    "lines": lambda _: b"\n" * 65_536,
    "commas": lambda _: b"MSG" + b"," * 65_536,
    "quotes": lambda _: b'"' * 65_536,
    "brackets": lambda _: b"[{" * 32_768,
    "open events": lambda _: b"<event>" * 9_362,
    "others": lambda k: b"".join(
        beast_of(frame(17, 5, f"{k * 700 + n:06x}", position(47.5, 8.25, odd=False, code=11)))
        for n in range(700)
    ),
    "names": lambda k: b"".join(SBS.replace(b"4B1815", b"%06X" % (k * 700 + n)) for n in range(700)),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_floods_take_no_memory(scheme: str) -> None:
    opened = source_url.decoder(scheme)
    for name, flood in FLOODS.items():
        decoder = opened("north")
        decoder(flood(0), NOW)
        began = time.process_time()
        tracemalloc.start()
        for k in range(6):
            decoder(flood(k), NOW + k)
        kept = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        # what is remembered of 4,200 senders, or of a message that has begun
        assert kept < 12 * 2**20, (name, kept)
        assert time.process_time() - began < 8, name


def test_a_spoofed_flight_is_read_as_it_was_sent(shared: Path) -> None:
    """What is false in it is for the picture to say: no decoder drops or mends a place."""
    found = recording.read(
        (shared / "data/adsb/noisy_spoofing.json.gz").read_bytes(), "north", Options("x", 0)
    ).reports
    furthest = max(abs(b.point[0] - a.point[0]) for a, b in pairwise(found))
    assert furthest > 1_000_000
