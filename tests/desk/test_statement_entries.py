"""What is said about statements: what is written is read again, and anything else is refused."""

from __future__ import annotations

from typing import Any, cast

import pytest
from msgspec import structs

from tests.desk.stated import AREA, NOW, ROLE, Statements, asked, declared, name, raised
from tests.ledger.two import A, origin
from wideberth.desk import statement_entries as entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.statement_entries import (
    Accepted,
    Acknowledged,
    Assured,
    Claimed,
    KeptOpen,
    Reminded,
    Responded,
    Said,
    Withdrawn,
)
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.model.statement import Subject

REF = Ref(origin(A), 7)
NOTICE = "n-" + ids.base32(bytes(16))
ALL: list[Said] = [
    declared(),
    declared(expires=NOW + 1, version=3),
    declared(area=AREA, text="First.\n\nSecond."),
    declared(area=structs.replace(AREA, activities=None)),
    raised(),
    asked(),
    structs.replace(asked(), what=Subject("a track", notice=NOTICE)),
    structs.replace(asked(), what=Subject("a track", track="track 4412")),
    Acknowledged("declaration", name(), ROLE, 2),
    Acknowledged("concern", name(), ROLE),
    Acknowledged("claim", name(), ROLE),
    Responded(name(), 1, "We do not share that view.", ROLE),
    Assured(name(), "partly", "For what is marked.", ROLE),
    Accepted(name(), REF, ROLE),
    KeptOpen(name(), REF, NOW, ROLE),
    Reminded(name(), 1),
    Claimed(name(), "unknown", NOW, ROLE),
    Claimed(name(), "no", NOW, ROLE, "Nothing of ours is there."),
    Withdrawn("declaration", name(), ROLE),
    Withdrawn("concern", name(), ROLE),
    Withdrawn("claim", name(), ROLE),
]


@pytest.mark.parametrize("said", ALL, ids=entries.type_of)
def test_what_is_written_is_read(said: Said) -> None:
    entry = Statements().state_that(A, said)
    assert entries.read(entry) == said
    assert entry.header.origin.kind == ("urgent" if said.noun == "claim" else "main")


def test_every_type_is_tried() -> None:
    assert {(entries.type_of(each), entries.V) for each in ALL} == set(entries.KNOWN)


def test_a_field_that_is_not_known_changes_nothing_unless_it_must_be_understood() -> None:
    value = entries.write(raised())
    assert entries.said("concern.raised", {**value, "later": 1}) == raised()
    talk = Statements()
    with pytest.raises(Invalid) as caught:
        entries.read(talk.write(A, "concern.raised", {**value, "crit": ["later"], "later": 1}))
    assert caught.value.code == "ledger.not_understood"


@pytest.mark.parametrize("said", ALL, ids=entries.type_of)
def test_each_field_is_needed_and_in_its_feed(said: Said) -> None:
    value: dict[str, Any] = dict(entries.write(said))
    of_type, wrong = entries.type_of(said), cast("Any", [1.5])
    for missing in value:
        with pytest.raises(Invalid):
            entries.said(of_type, {each: found for each, found in value.items() if each != missing})
        with pytest.raises(Invalid):
            entries.said(of_type, {**value, missing: wrong})
    other: Any = "main" if said.noun == "claim" else "urgent"
    with pytest.raises(Invalid) as caught:
        entries.read(Statements().write(A, of_type, value, kind=other))
    assert caught.value.code == "ledger.misplaced"


@pytest.mark.parametrize(
    ("said", "change", "code"),
    [
        (declared(), {"text": ""}, "statement.text"),
        (declared(), {"text": " x"}, "statement.text"),
        (declared(), {"text": "x\u202ey"}, "statement.text"),
        (declared(), {"text": "x" * 4_001}, "statement.text"),
        (declared(), {"text": "ask desk@example.org"}, "statement.personal"),
        (declared(), {"basis": "call +963 11 222 3344"}, "statement.personal"),
        (declared(), {"role": "Sgt, +963 11 222 3344"}, "statement.personal"),
        (declared(), {"declaration": "x"}, "statement.entry"),
        (declared(), {"declaration": "d-x"}, "ledger.base32"),
        (declared(), {"version": 0}, "statement.entry"),
        (declared(), {"version": True}, "statement.entry"),
        (declared(), {"expires_ms": NOW}, "statement.entry"),
        (declared(), {"area": {}}, "statement.entry"),
        (declared(), {"area": {"activities": [], "rank": 1, "volumes": []}}, "statement.entry"),
        (declared(), {"area": {"activities": None, "rank": 1, "volumes": []}}, "volume.entry"),
        (raised(), {"precedence": "soon"}, "statement.entry"),
        (raised(), {"by_ms": -1}, "statement.entry"),
        (asked(), {"what": {}}, "statement.entry"),
        (Claimed(name(), "no", NOW, ROLE), {"answer": "maybe"}, "statement.entry"),
        (Claimed(name(), "no", NOW, ROLE), {"text": "x" * 301}, "statement.text"),
        (Assured(name(), "yes", "x", ROLE), {"assurance": True}, "statement.entry"),
        (Accepted(name(), REF, ROLE), {"answer": {"n": 1}}, "statement.entry"),
        (Accepted(name(), REF, ROLE), {"answer": {"n": 1, "origin": "x"}}, "ledger.origin"),
    ],
)
def test_what_says_something_else_is_refused(said: Said, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        entries.said(entries.type_of(said), {**entries.write(said), **change})
    assert caught.value.code == code
    assert "3344" not in str(caught.value) and "example" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"place": None, "notice": None, "track": None}, "statement.entry"),
        ({"place": {}}, "statement.entry"),
        ({"notice": "n-x"}, "ledger.base32"),
        ({"description": ""}, "statement.text"),
        ({"track": "ask +963 11 222 3344"}, "statement.personal"),
    ],
)
def test_a_claim_is_about_something(change: dict[str, Any], code: str) -> None:
    value: Any = entries.write(asked())
    with pytest.raises(Invalid) as caught:
        entries.said("claim.asked", {**value, "what": {**value["what"], **change}})
    assert caught.value.code == code


@pytest.mark.parametrize("change", [{"lat_e7": 900_000_001}, {"lon_e7": -1_800_000_001}, {"doubt_dmm": -1}])
def test_a_place_is_on_earth(change: dict[str, int]) -> None:
    value: Any = entries.write(asked())
    place = {**value["what"]["place"], **change}
    with pytest.raises(Invalid):
        entries.said("claim.asked", {**value, "what": {**value["what"], "place": place}})
