"""What is said on the hotline, as bodies: what is written is read, and all else is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.phrased import ANYTHING
from tests.ledger.two import A, origin
from wideberth.desk import call_entries
from wideberth.desk.call_entries import Answered, Called, Ended, Rang, ReadBack, Said, Taken
from wideberth.errors import Invalid
from wideberth.ledger import feed, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind
from wideberth.model.call import CHECK

ID = call_entries.new_call(bytes(16))
OTHER = call_entries.new_call(bytes(15) + b"\1")
PLACE: Value = {"lat_e7": 351900000, "lon_e7": 367500000, "notation": None, "words": None}
FLASH = Called(ID, CHECK, {"place": PLACE}, "en", "flash", "duty officer")
PLAIN = Called(ID, None, {}, "ar", "routine", "duty officer", "a word", OTHER)


def entry(of_type: str, value: Any, *, v: int = 1, kind: Kind = "urgent", private: bool = False) -> Entry:
    where = ids.Origin(ids.PRIVATE, A.name, kind, 0) if private else origin(A, kind)
    return feed.append(feed.Head(where), feed.Written(of_type, v, {}, 5), value, bytes(16)).entry


def said(one: Said) -> Entry:
    return entry(call_entries.type_of(one), call_entries.write(one))


@pytest.mark.parametrize(
    "one",
    [
        FLASH,
        PLAIN,
        Called(ID, "NEW-CODE", {"x": [1, None, {"y": "z"}]}, "he", "priority", "watch"),
        Rang(ID, "watch"),
        Taken(ID, "duty officer", "ru"),
        ReadBack(ID, {"place": PLACE}, "deputy"),
        Answered(ID, "unclear", "deputy", ("place", "what")),
        Ended(ID),
    ],
)
def test_what_is_written_is_read(one: Said) -> None:
    call_entries.check(one)
    assert call_entries.read(said(one)) == one


def test_an_id_is_of_sixteen_bytes() -> None:
    assert len(ID) == 28 and call_entries.call_id(ID) == ID
    for found in (None, 5, "", ID[2:], ID + "a", ID.upper(), "h-" + ID[2:]):
        with pytest.raises(Invalid) as caught:
            call_entries.call_id(found)
        assert caught.value.path == "call"


CALL = call_entries.write(PLAIN)
CODED = call_entries.write(FLASH)


@pytest.mark.parametrize(
    ("of_type", "value", "code", "path"),
    [
        ("call", {**CALL, "call": "k-1"}, "ledger.base32", "call"),
        ("call", {**CALL, "text": None}, "call.entry", "text"),
        ("call", {**CALL, "text": "two\nlines"}, "call.entry", "text"),
        ("call", {**CALL, "text": "x" * 601}, "call.entry", "text"),
        ("call", {**CALL, "to": ""}, "call.entry", "to"),
        ("call", {**CALL, "to": "x" * 61}, "call.entry", "to"),
        ("call", {**CALL, "language": "x" * 13}, "call.entry", "language"),
        ("call", {**CALL, "precedence": "soon"}, "call.entry", "precedence"),
        ("call", {**CALL, "precedence": ["flash"]}, "call.entry", "precedence"),
        ("call", {**CALL, "fields": []}, "call.entry", "fields"),
        ("call", {**CALL, "fields": {f"f{n}": n for n in range(17)}}, "call.entry", "fields"),
        ("call", {**CALL, "fields": {"x" * 41: 1}}, "call.entry", "fields"),
        ("call", {**CALL, "re": "k-1"}, "ledger.base32", "re"),
        ("call", {**CALL, "code": 7}, "call.entry", "code"),
        # CHECK goes as CHECK and as a flash, or not at all; and nothing else goes in its place
        ("call", CODED, "call.entry", "code"),
        ("call.check", {**CODED, "precedence": "routine"}, "call.entry", "code"),
        ("call.check", {**CODED, "code": "BREAK-OFF"}, "call.entry", "code"),
        ("call.check", CALL, "call.entry", "code"),
        ("call.rang", {"call": ID, "step": "nobody"}, "call.entry", "step"),
        ("call.taken", {"call": ID, "language": "en", "role": None}, "call.entry", "role"),
        ("call.read_back", {"call": ID, "fields": None, "role": "x"}, "call.entry", "fields"),
        ("call.said", {"call": ID, "answer": "yes", "role": "x", "fields": []}, "call.entry", "answer"),
        ("call.said", {"call": ID, "answer": "unclear", "role": "x", "fields": "a"}, "call.entry", "fields"),
        ("call.ended", {"call": None}, "call.id", "call"),
        ("call.ended", {"call": ID, "crit": ["why"], "why": 1}, "ledger.not_understood", "type"),
        ("test.said", {}, "ledger.not_understood", "type"),
    ],
)
def test_what_is_refused(of_type: str, value: Any, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        call_entries.read(entry(of_type, value))
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_call_is_in_an_urgent_feed_of_a_line_and_in_its_version() -> None:
    for made in (entry("call", CALL, kind="main"), entry("call", CALL, kind="main", private=True)):
        with pytest.raises(Invalid) as caught:
            call_entries.read(made)
        assert caught.value.code == "ledger.misplaced"
    with pytest.raises(Invalid) as caught:
        call_entries.read(entry("call", CALL, v=2))
    assert caught.value.code == "ledger.not_understood"


def test_a_field_that_is_not_critical_is_passed_over() -> None:
    assert call_entries.read(entry("call.ended", {"call": ID, "later": 1})) == Ended(ID)


@pytest.mark.parametrize(
    "one",
    [
        Taken(ID, "duty officer", ""),
        ReadBack(ID, {"x" * 41: 1}, "duty officer"),
        Called(ID, None, {}, "en", "routine", "duty officer", "two\nlines"),
        Called(ID, None, {}, "en", "routine", "duty officer", "x", "k-1"),
    ],
)
def test_nothing_is_said_that_could_not_be_read(one: Said) -> None:
    with pytest.raises(Invalid):
        call_entries.check(one)


TYPES = sorted({name for name, _ in call_entries.KNOWN})
NAMES = st.sampled_from(["answer", "call", "code", "fields", "language", "precedence", "re", "role", "step",
                         "text", "to", "crit"])  # fmt: skip


@given(st.sampled_from(TYPES), st.dictionaries(NAMES, st.one_of(ANYTHING, st.just(ID)), max_size=8))
def test_hostile_bodies_are_refused_or_read_and_nothing_else(of_type: str, value: dict[str, Value]) -> None:
    try:
        made = call_entries.read(entry(of_type, value))
    except Invalid:
        return
    assert call_entries.read(said(made)) == made
