"""What a status says, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import LINE, A, B, feed_of, origin, seed, signed
from tests.line.two import papers
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import canonical, note
from wideberth.line import status
from wideberth.line.status import PrekeyId, Status

NOTE = signed(feed_of(A, 3), A)
STATUS = Status(
    line=LINE.id,
    sender=origin(A),
    session=seed("session")[:16],
    counter=7,
    echo=seed("echo")[:16],
    heard=5,
    at_ms=1_900_000_000_000,
    heads={origin(A): NOTE},
    receipts={origin(B): signed(feed_of(B, 2), B)},
    credit={origin(B): 1000, origin(B, "urgent"): 600},
    want={origin(A): 3},
    prekey=PrekeyId(1, bytes(16)),
    restored=False,
)


def read(data: bytes, held: int = 0, gone: Any = None) -> Status:
    return status.read(data, LINE, A.name, papers(A, gone), {origin(A): held})


def refusal(data: bytes, held: int = 0, gone: Any = None) -> str:
    try:
        read(data, held, gone)
    except WideberthError as error:
        return error.code
    return ""


def again(change: dict[str, Any], name: str = origin(A).text, heading: str = status.HEADING) -> bytes:
    """The status with something changed, well signed."""
    value = json.loads(note.parse(status.write(STATUS, A.seed("log"))).text.split("\n")[1])
    value = {key: each for key, each in {**value, **change}.items() if each != "gone"}
    text = f"{heading}\n{canonical.write(value).decode()}\n"
    return note.write(note.sign(text, name, A.seed("log")))


def test_what_is_written_is_read() -> None:
    assert read(status.write(STATUS, A.seed("log"))) == STATUS
    bare = Status(LINE.id, origin(A), bytes(16), 0, None, 0, 0, {}, {}, {}, {})
    assert read(status.write(bare, A.seed("log"))) == bare
    assert again({}) == status.write(STATUS, A.seed("log"))


def test_a_status_is_no_checkpoint() -> None:
    assert refusal(NOTE) == "line.status"
    assert refusal(again({}, heading="wideberth/certificate/v1")) == "line.status"


def test_only_the_log_key_of_a_main_feed_signs_it() -> None:
    assert refusal(status.write(STATUS, seed("stranger"))) == "ledger.unsigned"
    assert refusal(status.write(STATUS, A.seed("cosign"))) == "ledger.unsigned"
    assert refusal(again({}, name=origin(A, "urgent").text)) == "ledger.unsigned"
    assert (
        refusal(status.write(STATUS, A.seed("log")).replace(b'"heard":5', b'"heard":6')) == "ledger.signature"
    )


def test_a_revoked_key_signs_no_status_where_it_does_not_count() -> None:
    data = status.write(STATUS, A.seed("log"))
    assert refusal(data, gone={A.key("log"): {origin(A): 3}}) == ""
    assert refusal(data, gone={A.key("log"): {origin(A): 2}}) == "ledger.key_not_valid"
    assert refusal(data, held=4, gone={A.key("log"): {origin(A): 3}}) == "ledger.key_not_valid"
    assert refusal(again({"heads": {}}), gone={A.key("log"): {origin(A): 1}}) == ""
    assert refusal(again({"heads": {}}), gone={A.key("log"): {}}) == "ledger.key_not_valid"


@pytest.mark.parametrize(
    "change",
    [
        {"line": "another"},
        {"line": 1},
        {"from": origin(B).text},
        {"from": origin(A).text.replace(LINE.id, LINE.id[::-1].replace("q", "a"))},
        {"counter": -1},
        {"counter": status.COUNT + 1},
        {"counter": True},
        {"heard": "1"},
        {"at_ms": None},
        {"credit": {origin(B).text: -1}},
        {"credit": []},
        {"want": {"nothing": 1}},
        {"heads": {origin(A).text: 1}},
        {"heads": "none"},
        {"receipts": {"wideberth": ""}},
        {"prekey": {"id": "a", "suite": 1}},
        {"prekey": {"suite": 1}},
        {"prekey": 1},
        {"restored": 1},
        {"session": None},
        {"session": "a"},
        {"echo": 1},
        {"more": 1},
        {"want": "gone"},
    ],
)
def test_each_field_is_checked(change: dict[str, Any]) -> None:
    assert refusal(again(change)) in ("line.status", "ledger.origin", "ledger.base32")


@given(st.binary(max_size=400))
def test_anything_else_is_refused(data: bytes) -> None:
    assert refusal(data).startswith(("ledger.", "line."))


def test_a_status_has_its_limit() -> None:
    with pytest.raises(Invalid) as caught:
        status.write(
            Status(LINE.id, origin(A), bytes(16), 0, None, 0, 0, {origin(A): b"x" * status.SIZE}, {}, {}, {}),
            A.seed("log"),
        )
    assert caught.value.code == "ledger.json_too_large"
