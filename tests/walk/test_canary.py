"""The finder: each form of each secret is found in a copy of an answer, and nothing where there is none."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import random
import struct
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable

import pytest

from tests.walk.canary import Finder, Found, layers
from tests.walk.spelled import Canary, spelled

WORD = Canary("label", words=("Grövelsjön & Quäst 71",))
PLACE = Canary("place", points=((331_234_567, 341_876_543),))
SOUTH = Canary("south", points=((-705_432_198, -335_678_912),))
HEIGHT = Canary("height", heights=(13_371 * 3_048,))
TIME = Canary("time", times=(1_800_196_137_000,))
"""2027-01-17 14:28:57 UTC."""
ALL = (WORD, PLACE, SOUTH, HEIGHT, TIME)
ANSWER = json.dumps(
    {
        "plans": [{"plan": "p-aaaabbbbccccddddeeeeffffgg", "label": "survey 1", "activity": "survey"}],
        "volumes": [{"ground": [[33.0, 34.0], [33.5, 34.5]], "low_m": 304.8, "high_m": 609.6}],
        "begins": "2027-01-17T08:00:00.000Z",
        "sha256": "3312345671800196137000341876543ab",
        "mark": "AAAABBBBCCCCDDDD",
    },
    indent=1,
).encode()
WRITTEN: dict[str, dict[str, str]] = {
    "label": {
        "raw": "Grövelsjön & Quäst 71",
        "capitals": "GRÖVELSJÖN & QUÄST 71",
    },
    "place": {
        "decimal 7": "33.1234567",
        "decimal 6": "34.187654",
        "decimal 5": "33.12346",
        "decimal 4": "33.1235",
        "decimal 3": "34.188",
        "decimal 3, cut off": "34.187",
        "decimal comma": "34,1877",
        "in full width": "033.123",
        "integer 1e-7": "331234567",
        "integer 1e-6": "34187654",
        "integer 1e-5": "3418765",
        "DMS": "34°11'15.55\"N 33°07'24.44\"E",
        "DMS, whole seconds": "34°11′16″N",
        "DMS, spaced": "N 34 11 15  E 033 07 24",
        "DM": "34°11.259'N",
        "DM, tenths": "34°11.3'N 033°07.4'E",
        "NOTAM": "341116N0330724E",
        "NOTAM, minutes": "Q) 3411N03307E005",
        "NOTAM, signs first": "N3411 E03307",
        "MGRS 1 m": "36S WC 11375 82969",
        "UTM": "36N 511375 3782970",
        "Web Mercator": "x=3687286",
    },
    "south": {
        "decimal": "-70.54322",
        "integer 1e-7": "-335678912",
        "DMS": "33°34'04\"S 70°32'36\"W",
        "NOTAM": "333404S0703236W",
    },
    "height": {
        "feet": "13371 ft",
        "apart": "13,371 ft",
        "metres": "4075.5 m",
        "cut off": "4075.48",
        "0.1 mm": "40754808",
    },
    "time": {
        "epoch ms": "1800196137000",
        "epoch s": "1800196137",
        "RFC 3339": "2027-01-17T14:28:57.000Z",
        "minutes": "2027-01-17 14:28",
        "DTG": "171428ZJAN27",
        "DTG, spaced": "17 1428Z JAN 27",
        "NOTAM": "B) 2701171428",
        "compact": "20270117T142857Z",
        "day": "17 Jan 2027, 14:28",
        "time of day": "at 14:28:57",
    },
}
"""Each as somebody else would write it: none of these texts is made by what looks for it."""


def _zip(data: bytes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        made.writestr("a/b.txt", data)
    return out.getvalue()


def _bare(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(data) + made.flush()


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "as it stands": lambda data: data,
    "percent": lambda data: urllib.parse.quote(data).encode(),
    "percent, every byte": lambda data: b"".join(b"%%%02x" % each for each in data),
    "form": lambda data: urllib.parse.quote_plus(data).encode(),
    "entities": lambda data: html.escape(data.decode()).encode("ascii", "xmlcharrefreplace"),
    "entities, every character": lambda data: "".join(
        f"&#x{ord(each):x};" for each in data.decode()
    ).encode(),
    "JSON": lambda data: json.dumps(data.decode()).encode(),
    "JSON in JSON": lambda data: json.dumps(json.dumps(data.decode())).encode(),
    "JSON, every character": lambda data: "".join(f"\\u{ord(each):04x}" for each in data.decode()).encode(),
    "base64": base64.b64encode,
    "base64, one before": lambda data: base64.b64encode(b"." + data),
    "base64, two before": lambda data: base64.b64encode(b"\xff\xfe" + data),
    "base64, for addresses": lambda data: base64.urlsafe_b64encode(b"\xff\xff\xfe" + data),
    "base64, in lines": lambda data: base64.encodebytes(data * 3),
    "base32": base64.b32encode,
    "hex": lambda data: data.hex().encode(),
    "hex, capitals, spaced": lambda data: data.hex(" ").upper().encode(),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": _zip,
    "zip, stored": lambda data: _zip(data, zipfile.ZIP_STORED),
    "UTF-16": lambda data: data.decode().encode("utf-16-le"),
    "gzip in base64 in JSON": lambda data: json.dumps(
        {"part": base64.b64encode(gzip.compress(data)).decode()}
    ).encode(),
    "zip in gzip": lambda data: gzip.compress(_zip(data)),
}


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(ALL)


def names(found: frozenset[Found]) -> set[str]:
    return {each.canary for each in found}


def planted(text: str, wrapping: str = "as it stands") -> bytes:
    """A copy of an answer, with one more field in it."""
    return ANSWER[:60] + b'"x": ' + WRAPPED[wrapping](b'"' + text.encode() + b'",') + b" " + ANSWER[60:]


@pytest.mark.parametrize(("canary", "way"), [(each, way) for each, ways in WRITTEN.items() for way in ways])
def test_a_planted_leak_in_each_spelling_is_found(finder: Finder, canary: str, way: str) -> None:
    assert names(finder.find(planted(WRITTEN[canary][way]))) == {canary}


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_a_planted_leak_in_each_wrapping_is_found(finder: Finder, wrapping: str) -> None:
    for canary, ways in WRITTEN.items():
        assert names(finder.find(planted(next(iter(ways.values())), wrapping))) == {canary}, canary


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_an_answer_without_a_secret_is_clean(finder: Finder, wrapping: str) -> None:
    assert finder.find(WRAPPED[wrapping](ANSWER)) == frozenset()


def test_bare_deflate_is_opened_where_a_text_is_nothing_else(finder: Finder) -> None:
    assert names(finder.find(_bare(ANSWER + b"33.1234567"))) == {"place"}


def test_numbers_in_binary_are_found(finder: Finder) -> None:
    assert names(finder.find(ANSWER + struct.pack("<d", 34.1876543))) == {"place"}
    assert names(finder.find(struct.pack(">d", 33.1234567) + ANSWER)) == {"place"}


def test_what_only_looks_like_a_part_of_another_number_is_no_find(finder: Finder) -> None:
    for text in (
        b"133.1234567",
        b"ab331234567",
        b"331234567f",
        b"3312345671",
        b"0.331234567",
        b"99180019613",
        b"113371",
    ):
        assert finder.find(text) == frozenset(), text


def test_it_is_said_where_it_was_found(finder: Finder) -> None:
    [found] = finder.find(b'{"part": "' + base64.b64encode(gzip.compress(b"so 13371 ft")) + b'"}')
    assert found == Found("height", "feet", ("base64", "packed"))


def test_chance_is_clean() -> None:
    # a megabyte of digests, keys and packed bytes holds none of a hundred secrets
    draw = random.Random(11)
    some = [
        Canary(
            str(n),
            points=((draw.randrange(300_000_000, 399_999_999), draw.randrange(300_000_000, 399_999_999)),),
            heights=(draw.randrange(10_000, 60_000) * 3_048,),
            times=(draw.randrange(1_800_000_000, 1_900_000_000) * 1_000,),
        )
        for n in range(100)
    ]
    finder = Finder(some)
    noise = draw.randbytes(100_000)
    for text in (noise, noise.hex().encode(), base64.b64encode(noise), base64.b32encode(noise)):
        assert finder.find(text) == frozenset()


def test_layers_are_bounded() -> None:
    with pytest.raises(ValueError, match="more than is searched"):
        list(layers(gzip.compress(bytes(17 << 20))))


def test_every_form_of_every_canary_is_found_as_it_is_spelled(finder: Finder) -> None:
    for canary in ALL:
        for needle in spelled(canary):
            assert canary.name in names(finder.find(b" " + needle.text + b" ")), needle
