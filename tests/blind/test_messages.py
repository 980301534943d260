"""The bytes of messages: each says one thing in one way, and whatever else comes is refused in one way."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.blind import messages
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result, Stopped, read, write
from wideberth.blind.rules import Role
from wideberth.errors import Invalid

ROLES: tuple[Role, ...] = ("a", "b")
roles = st.sampled_from(ROLES)
sessions = st.binary(min_size=16, max_size=16)
rounds = st.integers(0, 255)


def sized(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


def blobs(each: int, least: int) -> st.SearchStrategy[bytes]:
    return st.integers(least, 5).flatmap(lambda n: sized(each * n))


commits = st.builds(
    Commit,
    sessions,
    rounds,
    roles,
    level=st.integers(0, 255),
    n=st.integers(1, messages.MOST),
    key=sized(32),
    masked=sized(32),
    plans=sized(32),
    proof=sized(64),
    rules=sized(32),
    from_ms=st.integers(-(2**63), 2**63 - 1),
    signature=sized(64),
)
results = st.builds(
    Result,
    sessions,
    rounds,
    roles,
    matches=sized(32),
    filled=st.lists(st.booleans(), max_size=20).map(tuple),
    signature=sized(64),
)
every = st.one_of(
    commits,
    st.builds(Masked, sessions, rounds, roles, blobs(32, 1)),
    st.builds(Evaluated, sessions, rounds, roles, proofs=blobs(64, 0), points=blobs(32, 1)),
    results,
    st.builds(Stopped, sessions, roles, st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=40)),
)


def known(size: int, label: str) -> bytes:
    return hashlib.shake_128(label.encode()).digest(size)


ONE_OF_EACH: tuple[Message, ...] = (
    Commit(
        known(16, "s"),
        2,
        "b",
        20,
        64,
        known(32, "k"),
        known(32, "m"),
        known(32, "p"),
        known(64, "proof"),
        known(32, "r"),
        1_800_000_000_000,
        known(64, "sig"),
    ),
    Masked(known(16, "s"), 2, "b", known(96, "points")),
    Evaluated(known(16, "s"), 2, "b", known(64, "proof"), known(96, "points")),
    Result(known(16, "s"), 2, "b", known(32, "m"), (True, False, True) * 3, known(64, "sig")),
    Stopped(known(16, "s"), "b", "sentinel"),
)


def refused(data: bytes) -> bool:
    """Whether these bytes are refused, and as they should be; what is read says the same again."""
    try:
        found = read(data)
    except Invalid as error:
        assert error.code == "blind.message"
        assert error.wanted
        return True
    assert write(found) == data
    return False


@given(every)
def test_what_is_written_is_read(message: Message) -> None:
    assert read(write(message)) == message


@given(every, every)
def test_two_messages_never_have_the_same_bytes(one: Message, other: Message) -> None:
    assert (write(one) == write(other)) == (one == other)


@given(st.one_of(commits, results))
def test_a_signature_is_over_all_but_itself(message: Commit | Result) -> None:
    assert messages.signed(message) + message.signature == write(message)


@pytest.mark.parametrize("message", ONE_OF_EACH, ids=lambda each: type(each).__name__)
def test_every_cut_is_read_or_refused(message: Message) -> None:
    data = write(message)
    for end in range(len(data)):
        # of points without a number of them, and of a word, a shorter one is one too
        assert refused(data[:end]) or isinstance(message, Masked | Evaluated | Stopped)
    for more in (b"\x00", b"\xff", b"a", b"A"):
        assert refused(data + more) or (isinstance(message, Stopped) and more == b"a")


@pytest.mark.parametrize("message", ONE_OF_EACH, ids=lambda each: type(each).__name__)
def test_every_altered_byte_is_another_message_or_none(message: Message) -> None:
    data = write(message)
    for at in range(len(data)):
        for bit in (0x01, 0x20, 0x80):
            altered = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            assert refused(altered) or read(altered) != message


def test_the_heading_is_looked_at_byte_by_byte() -> None:
    data = write(ONE_OF_EACH[1])
    for at in range(len(messages.HEADING)):
        assert refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda tail: messages.HEADING + tail))
def test_anything_is_a_message_or_one_invalid(data: bytes) -> None:
    refused(data)


@given(st.sampled_from(b"CMERS"), st.binary(max_size=420))
def test_anything_behind_a_good_beginning(kind: int, tail: bytes) -> None:
    refused(messages.HEADING + bytes([kind]) + tail)


def test_bits_beyond_the_last_are_nothing() -> None:
    message = Result(known(16, "s"), 0, "a", known(32, "m"), (True,) * 9, known(64, "sig"))
    data = write(message)
    last = len(data) - messages.SIGNATURE - 1
    for bit in range(7):
        assert refused(data[:last] + bytes([data[last] | 1 << bit]) + data[last + 1 :])


@pytest.mark.parametrize("n", [0, messages.MOST + 1, 2**32 - 1])
def test_a_set_has_as_many_as_it_may(n: int) -> None:
    data = bytearray(write(ONE_OF_EACH[0]))
    at = len(messages.HEADING) + 1 + 16 + 1 + 1 + 1
    assert int.from_bytes(data[at : at + 4], "big") == 64
    data[at : at + 4] = n.to_bytes(4, "big")
    assert refused(bytes(data))


def test_what_says_to_hold_more_than_it_does_is_refused() -> None:
    evaluated = bytearray(write(ONE_OF_EACH[2]))
    at = len(messages.HEADING) + 1 + 18
    evaluated[at : at + 2] = b"\xff\xff"
    assert refused(bytes(evaluated))
    result = bytearray(write(ONE_OF_EACH[3]))
    result[at + 32 : at + 36] = b"\xff\xff\xff\xff"
    assert refused(bytes(result))


@pytest.mark.parametrize("code", [b"", b"Sentinel", b"a b", b"a\n", b"a" * 41, "я".encode()])
def test_a_code_is_a_plain_word(code: bytes) -> None:
    assert refused(messages.HEADING + b"S" + known(16, "s") + b"\x00" + code)
