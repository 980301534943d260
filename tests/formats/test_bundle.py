"""Bundles: bytes and back, and what a damaged file still gives."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.ledger.two import LINE, A, B
from wideberth.errors import Invalid
from wideberth.formats import bundle
from wideberth.ledger import seal

TAG = bundle.tag(LINE.id, A.name)
SAID = [b"one", b"two" * 1000, b"x"]


def written(messages: list[bytes]) -> bytes:
    return b"".join(bundle.write(TAG, messages))


def read(data: bytes) -> tuple[bundle.Bundle, list[bytes]]:
    file = BytesIO(data)
    found = bundle.begin(file)
    return found, list(bundle.messages(file, found))


def test_round_trip() -> None:
    found, messages = read(written(SAID))
    assert (found.tag, found.number, found.read) == (TAG, 3, 3)
    assert messages == SAID
    assert read(written([]))[1] == []


def test_the_bytes_are_those_of_the_page() -> None:
    assert written([b"ab"]) == b"wideberth/bundle/v1\n" + TAG + b"\0\0\0\1" + b"\0\0\0\2ab"


def test_the_tag_tells_directions_apart_and_names_nobody() -> None:
    other = bundle.tag(LINE.id, B.name)
    assert other != TAG
    data = written(SAID)
    for name in (LINE.id, A.name, B.name):
        assert name.encode() not in data


@pytest.mark.parametrize("cut", range(1, 40))
def test_cut_short_it_gives_what_is_whole(cut: int) -> None:
    data = written([b"first", b"second" * 3])[:-cut]
    if len(data) < 40:
        with pytest.raises(Invalid) as caught:
            read(data)
        assert caught.value.code == "bundle.file"
        return
    found, messages = read(data)
    assert messages == ([b"first"] if cut <= 22 else [])
    assert (found.number, found.read) == (2, len(messages))


@pytest.mark.parametrize("length", [0, seal.SEALED + 1, 2**32 - 1])
def test_a_length_that_cannot_be_ends_it(length: int) -> None:
    data = written([b"first", b"second"])
    at = len(data) - len(b"second") - 4
    found, messages = read(data[:at] + length.to_bytes(4, "big") + b"second")
    assert messages == [b"first"]
    assert found.read == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bundle.file"),
        (b"PK\3\4 something else entirely", "bundle.file"),
        (b"wideberth/bundle/v2\n" + bytes(20), "bundle.version"),
        (bundle.HEADING + bytes(19), "bundle.file"),
        (bundle.HEADING + bytes(16) + b"\xff" * 4, "bundle.messages"),
    ],
)
def test_what_is_no_bundle_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(data)
    assert caught.value.code == code


def test_no_more_messages_than_can_be_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MESSAGES", 2)
    with pytest.raises(Invalid) as caught:
        written(SAID)
    assert caught.value.code == "bundle.messages"
