"""Pieces of something large that is no entry: what each says, and what is none."""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import LINE, A, B, origin, seed
from tests.line.two import papers
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import canonical, ids, note, seal
from wideberth.ledger.seal import Content
from wideberth.line import side, status
from wideberth.line.side import Piece, Whole

SESSION = seed("session")[:16]
NUMBER = seed("number")[:16]
DATA = bytes(range(251)) * 600
"""Three pieces, the last of them shorter."""
LOG = A.seed("log")


def whole(data: bytes = DATA) -> Whole:
    return side.whole(origin(A), SESSION, "blind", NUMBER, data)


def write(part: int = 0, data: bytes = DATA) -> Content:
    return side.write(whole(data), part, data, LOG)


def read(content: Content, held: int = 0, gone: Any = None) -> Piece:
    return side.read(content, origin(A), held, papers(A, gone))


def refusal(content: Content, held: int = 0, gone: Any = None) -> str:
    try:
        read(content, held, gone)
    except WideberthError as error:
        return error.code
    return ""


def again(change: dict[str, Any], name: str = origin(A).text, heading: str = side.HEADING) -> Content:
    """The second piece with something changed in what it says, well signed."""
    content = write(1)
    value = json.loads(note.parse(content.checkpoint).text.split("\n")[1])
    value = {key: each for key, each in {**value, **change}.items() if each != "gone"}
    text = f"{heading}\n{canonical.write(value).decode()}\n"
    return content._replace(checkpoint=note.write(note.sign(text, name, LOG)))


# one length of each sort: a byte, all but a piece, a piece, a byte more, several
LENGTHS = (1, side.PIECE - 1, side.PIECE, side.PIECE + 1, 2 * side.PIECE, 3 * side.PIECE - 7)


@given(
    st.sampled_from(LENGTHS),
    st.binary(min_size=16, max_size=16),
    st.from_regex("[a-z][a-z0-9_]{0,31}", fullmatch=True),
    st.integers(0, 2**32),
)
def test_pieces_are_read_in_any_order_and_joined_again(
    length: int, number: bytes, subject: str, chance: int
) -> None:
    random = Random(chance)
    data = random.randbytes(length)
    said = side.whole(origin(A), SESSION, subject, number, data)
    order = list(range(said.parts))
    random.shuffle(order)
    pieces: dict[int, bytes] = {}
    for part in order:
        content = side.write(said, part, data, LOG)
        assert seal.unpad(padded := seal.pad(content)) == content
        assert len(padded) <= 64 * 1024
        found = read(content)
        assert found == Piece(said, part, data[part * side.PIECE : (part + 1) * side.PIECE])
        pieces[found.part] = found.data
    assert side.join(said, pieces) == data


def test_nothing_is_changed_by_changing_nothing() -> None:
    assert again({}) == write(1)
    assert read(again({})) == Piece(whole(), 1, DATA[side.PIECE : 2 * side.PIECE])
    assert whole().parts == 3 and len(read(write(2)).data) == len(DATA) - 2 * side.PIECE


@given(st.sampled_from([0, 1, 2]), st.sampled_from(Content._fields), st.data())
def test_a_bit_that_is_changed_anywhere_is_noticed(part: int, name: str, draw: st.DataObject) -> None:
    content = write(part)
    good = getattr(content, name) or b"\0"
    at = draw.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ 1 << draw.draw(st.integers(0, 7))]) + good[at + 1 :]
    assert refusal(content._replace(**{name: bad})).startswith(("line.side", "ledger."))


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("leaf", b"{}"),
        ("salt", b""),
        ("salt", b"\1" * 16),
        ("body", b""),
        ("body", bytes(side.PIECE + 1)),
        ("checkpoint", b"x" * (side.NOTE + 1)),
        ("session", b""),
        ("session", bytes(17)),
    ],
)
def test_bounds_come_first(name: str, bad: bytes) -> None:
    # not even a stranger's signature is looked at
    content = side.write(whole(), 0, DATA, seed("stranger"))
    assert refusal(content) == "ledger.unsigned"
    assert refusal(content._replace(**{name: bad})) == "line.side"


@pytest.mark.parametrize(
    "change",
    [
        {"from": origin(B).text},
        {"from": origin(A, "urgent").text},
        {"from": origin(A, epoch=1).text},
        {"line": LINE.id[::-1]},
        {"line": 1},
        {"id": ids.base32(NUMBER[:15])},
        {"id": 1},
        {"part": 2},
        {"part": 3},
        {"part": -1},
        {"part": True},
        {"parts": 2},
        {"parts": 4},
        {"parts": "3"},
        {"piece": ids.base32(hashlib.sha256(DATA[: side.PIECE]).digest())},
        {"piece": None},
        {"session": ids.base32(bytes(16))},
        {"session": None},
        {"sha256": "a"},
        {"size": 0},
        {"size": side.PIECE},
        {"size": side.WHOLE + 1, "parts": side.parts(side.WHOLE + 1)},
        {"subject": ""},
        {"subject": "Blind"},
        {"subject": "a" * 33},
        {"subject": 1},
        {"more": 1},
        {"subject": "gone"},
    ],
)
def test_each_field_is_checked(change: dict[str, Any]) -> None:
    assert refusal(again(change)) in ("line.side", "ledger.origin", "ledger.base32")


def test_only_a_log_key_of_the_main_feed_signs_it() -> None:
    assert refusal(side.write(whole(), 0, DATA, A.seed("cosign"))) == "ledger.unsigned"
    assert refusal(side.write(whole(), 0, DATA, B.seed("log"))) == "ledger.unsigned"
    assert refusal(side.write(whole(), 0, DATA, seed("stranger"), LOG)) == ""
    assert refusal(again({}, name=origin(A, "urgent").text)) == "ledger.unsigned"
    assert refusal(again({}, name=origin(A, epoch=1).text)) == "ledger.unsigned"


def test_a_revoked_key_signs_no_piece_where_it_does_not_count() -> None:
    gone = {A.key("log"): {origin(A): 3}}
    assert refusal(write(), held=3, gone=gone) == ""
    assert refusal(write(), held=4, gone=gone) == "ledger.key_not_valid"
    assert refusal(write(), gone={A.key("log"): {}}) == "ledger.key_not_valid"


def test_pieces_of_two_wholes_make_none() -> None:
    other = bytes(len(DATA))
    pieces = {part: read(write(part)).data for part in range(3)}
    assert side.join(whole(), pieces) == DATA
    with pytest.raises(Invalid) as caught:
        side.join(whole(), {**pieces, 1: read(write(1, other)).data})
    assert caught.value.code == "line.side"
    # a piece under the note of another one
    assert refusal(write(0)._replace(body=write(1).body)) == "line.side"
    assert refusal(write(0)._replace(checkpoint=write(1).checkpoint)) == "line.side"


def test_neither_a_status_nor_a_piece_is_the_other() -> None:
    bare = status.Status(LINE.id, origin(A), SESSION, 0, None, 0, 0, {}, {}, {}, {})
    assert refusal(write()._replace(checkpoint=status.write(bare, LOG))) == "line.side"
    assert refusal(again({}, heading=status.HEADING)) == "line.side"
    # so does an older program, to which every message without a leaf is a status
    with pytest.raises(Invalid) as caught:
        status.read(write().checkpoint, LINE, A.name, papers(A), {origin(A): 0})
    assert caught.value.code == "line.status"


@given(st.binary(max_size=400), st.binary(min_size=1, max_size=400))
def test_anything_else_is_refused(signed: bytes, body: bytes) -> None:
    assert refusal(Content(b"", bytes(16), body, signed, SESSION)).startswith("ledger.")


@pytest.mark.parametrize(
    ("subject", "number", "size"),
    [("blind", NUMBER[:15], 1), ("Blind", NUMBER, 1), ("", NUMBER, 1), ("blind", NUMBER, 0)],
)
def test_what_cannot_be_sent_is_refused(subject: str, number: bytes, size: int) -> None:
    with pytest.raises(Invalid) as caught:
        side.whole(origin(A), SESSION, subject, number, bytes(size))
    assert caught.value.code == "line.side"


def test_the_largest_whole() -> None:
    assert side.whole(origin(A), SESSION, "blind", NUMBER, bytes(side.WHOLE)).parts == 1_058
    with pytest.raises(Invalid):
        side.whole(origin(A), SESSION, "blind", NUMBER, bytes(side.WHOLE + 1))


def test_its_bytes_are_fixed() -> None:
    said = side.whole(origin(A), bytes(16), "blind", bytes(range(16)), b"a piece")
    content = side.write(said, 0, b"a piece", LOG)
    assert content.checkpoint.decode().split("\n")[:2] == [
        "wideberth/side/v1",
        f'{{"from":"{origin(A).text}","id":"aaaqeayeaudaocajbifqydiob4","line":"{LINE.id}","part":0,"parts":1,'
        '"piece":"PIECE",'
        '"session":"aaaaaaaaaaaaaaaaaaaaaaaaaa","sha256":"PIECE","size":7,"subject":"blind"}'.replace(
            "PIECE", ids.base32(hashlib.sha256(b"a piece").digest())
        ),
    ]
    assert (
        hashlib.sha256(seal.pad(content)).hexdigest()
        == "f08ffbe54cba74bff486339a274a7ef9501bbed6442b786f02a82a542da20376"
    )
