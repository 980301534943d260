"""The code by which two nodes find each other."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.ledger import quints
from wideberth.line import pairing_code
from wideberth.line.pairing_code import Code

HOSTS = ("north.example", "n", "192.0.2.7", "2001:db8::7", "xn--e1afmkfd.example", "a-1.b2")
PLATE = bytes.fromhex("7f000001")


@given(st.binary(min_size=4, max_size=4), st.sampled_from(HOSTS), st.integers(1, 65535))
def test_a_code_is_read_back(nameplate: bytes, host: str, port: int) -> None:
    made = pairing_code.make(nameplate, host, port)
    assert pairing_code.read(made.text) == made == Code(nameplate, host, port)
    assert pairing_code.read(f" {made.text.upper().replace('-', ' ', 2)}\n") == made or "-" in host


def test_the_code_in_full() -> None:
    made = pairing_code.make(PLATE, "North.Example")
    check = hashlib.sha256(b"wideberth/pair/v1/code\n" + PLATE + b"north.example:7879").digest()[:2]
    assert made.text == f"lusab-babad-{quints.words(check)}@north.example"
    assert pairing_code.make(PLATE, "north.example", 443).text.endswith("@north.example:443")
    assert pairing_code.make(PLATE, "2001:DB8:0::7", 443).text.endswith("@[2001:db8::7]:443")
    assert pairing_code.make(PLATE, "2001:db8::7").address == "[2001:db8::7]:7879"


def test_words_may_be_typed_as_they_are_heard() -> None:
    made = pairing_code.make(PLATE, "192.0.2.7")
    words, _, address = made.text.partition("@")
    assert pairing_code.read(f"{words.replace('-', '  ').title()} @ {address}") == made


@given(st.integers(0), st.sampled_from("abdfghijklmnoprstuvz.-1"))
def test_what_was_misheard_is_found_out(at: int, heard: str) -> None:
    text = pairing_code.make(PLATE, "north.example").text
    at %= len(text)
    if text[at] in (heard, "@"):
        return
    with pytest.raises(Invalid) as caught:
        pairing_code.read(text[:at] + heard + text[at + 1 :])
    assert caught.value.code in ("pair.code", "pair.code_check")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lusab-babad-gutih",
        "lusab-babad@north.example",
        "lusab-babad-gutih-tugad@north.example",
        "lusab-babad-gutix@north.example",
        "lusab-babad-gutih@",
        "lusab-babad-gutih@north..example",
        "lusab-babad-gutih@-north.example",
        "lusab-babad-gutih@north.example:0",
        "lusab-babad-gutih@north.example:65536",
        "lusab-babad-gutih@north.example:07879",
        "lusab-babad-gutih@192.0.2.256",
        "lusab-babad-gutih@192.0.2",
        "lusab-babad-gutih@[2001:db8::7::1]",
        "lusab-babad-gutih@north.example/path",
        "lusab-babad-gutih@me@north.example",
        "lusab-babad-gutih@" + ".".join(["a" * 60] * 5),
        "lusab-babad-gutih@" + "a" * 64,
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        pairing_code.read(text)
    assert caught.value.code == "pair.code"


@pytest.mark.parametrize(
    ("nameplate", "host", "port"),
    [(b"abc", "n", 1), (PLATE, "n", 0), (PLATE, "n", 65536), (PLATE, "", 1), (PLATE, "n m", 1)],
)
def test_what_makes_no_code_is_refused(nameplate: bytes, host: str, port: int) -> None:
    with pytest.raises(Invalid) as caught:
        pairing_code.make(nameplate, host, port)
    assert caught.value.code == "pair.code"
