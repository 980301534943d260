"""Messages in bodies: whole, in parts, lost, repeated, and bytes that are none."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.links.box import message
from wideberth.errors import Invalid
from wideberth.ledger import seal
from wideberth.links import frames
from wideberth.links.frames import Begun, Left, Part

SIZES = st.integers(frames.SMALLEST + 1, 5_000)
MOST = st.integers(frames.LEAST, 6_000)


def pieces(left: Left, most: list[int]) -> list[bytes]:
    found: list[bytes] = []
    while left.messages:
        body, left = frames.piece(left, most[len(found) % len(most)])
        assert body and len(body) <= most[len(found) % len(most)]
        found.append(body)
    return found


def joined(bodies: list[bytes]) -> list[bytes]:
    begun, came = None, []
    for body in bodies:
        begun, whole = frames.join(begun, frames.read(body))
        came += whole
    return came


@given(st.lists(SIZES, max_size=8), st.lists(MOST, min_size=1, max_size=4))
def test_what_is_sent_in_pieces_arrives_whole_and_in_order(sizes: list[int], most: list[int]) -> None:
    messages = [message(i, size) for i, size in enumerate(sizes)]
    assert joined(pieces(Left(tuple(messages)), most)) == messages


@given(st.lists(SIZES, min_size=1, max_size=8), MOST, st.randoms())
def test_a_piece_that_is_lost_costs_only_what_was_in_it(sizes: list[int], most: int, chance: object) -> None:
    messages = [message(i, size) for i, size in enumerate(sizes)]
    bodies = pieces(Left(tuple(messages)), [most])
    lost = chance.randrange(len(bodies))  # type: ignore[attr-defined]  # hypothesis' own type has it
    came = joined(bodies[:lost] + bodies[lost + 1 :])
    hashes = {each.hash for each in frames.read(bodies[lost]) if isinstance(each, Part)}
    gone = {each for each in frames.read(bodies[lost]) if isinstance(each, bytes)}
    assert came == [m for m in messages if m not in gone and hashlib.sha256(m).digest() not in hashes]


@given(st.lists(SIZES, min_size=1, max_size=8), MOST, st.integers(0, 100))
def test_a_piece_that_comes_twice_changes_nothing(sizes: list[int], most: int, which: int) -> None:
    messages = [message(i, size) for i, size in enumerate(sizes)]
    bodies = pieces(Left(tuple(messages)), [most])
    at = which % len(bodies)
    came = joined(bodies[: at + 1] + bodies[at:])
    assert list(dict.fromkeys(came)) == messages


@settings(max_examples=10)
@given(st.lists(MOST, min_size=1, max_size=4))
def test_the_largest_message_goes(most: list[int]) -> None:
    large = message(1, seal.SEALED)
    assert joined(pieces(Left((large,)), most)) == [large]


@given(st.binary(max_size=400))
def test_other_bytes_are_refused_or_are_frames(body: bytes) -> None:
    try:
        found = frames.read(body)
    except Invalid as error:
        assert error.code == "transport.frames"
    else:
        assert sum(len(each if isinstance(each, bytes) else each.data) for each in found) <= len(body)


def part(hash_: bytes = bytes(32), at: int = 0, size: int = 600, data: bytes = b"x") -> bytes:
    inner = hash_ + at.to_bytes(4, "big") + size.to_bytes(4, "big") + data
    return ((1 << 31) + len(inner)).to_bytes(4, "big") + inner


@pytest.mark.parametrize(
    "body",
    [
        b"\0",
        (frames.SMALLEST).to_bytes(4, "big") + bytes(frames.SMALLEST),
        (seal.SEALED + 1).to_bytes(4, "big") + bytes(seal.SEALED + 1),
        (600).to_bytes(4, "big") + bytes(599),
        part(data=b""),
        part(at=600),
        part(at=2**32 - 1),
        part(size=0),
        part(size=2**32 - 1),
        part()[:20],
        ((1 << 31) + 3).to_bytes(4, "big") + b"abc",
        bytes(frames.BODY + 1),
    ],
)
def test_what_cannot_be_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        frames.read(body)
    assert caught.value.code == "transport.frames"


def test_parts_that_make_another_message_give_none() -> None:
    good = message(1, 1000)
    one = Part(hashlib.sha256(good).digest(), 0, 1000, good[:500])
    begun, whole = frames.join(None, [one])
    assert begun == Begun(one.hash, 1000, good[:500]) and whole == []
    begun, whole = frames.join(begun, [one._replace(at=500, data=bytes(500))])
    assert (begun, whole) == (None, [])


def test_a_new_message_takes_the_place_of_one_that_never_ends() -> None:
    old, new = Part(bytes(32), 0, 1000, b"old"), Part(bytes(31) + b"1", 0, 800, b"new")
    begun, _ = frames.join(None, [old, new, old._replace(at=3), new._replace(at=5)])
    assert begun == Begun(new.hash, 800, b"new")
