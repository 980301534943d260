"""What a party enters about its own releases, and their documents: written and read again, exactly."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.desk import released
from tests.desk.released import (
    COPY,
    DOCUMENT,
    DRAFT,
    ID,
    INDEX,
    NOW,
    PRIVATE,
    RECORDS,
    SOURCES,
    THIRD,
    approved,
    delivered,
    private,
)
from tests.ledger.two import LINE, A, B, origin, seed
from wideberth.desk import release_entries, release_fields
from wideberth.desk.release_entries import (
    INLINE,
    KNOWN,
    Delivered,
    Drafted,
    Kept,
    Recalled,
    Received,
    Said,
    Withdrawn,
)
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import approval, canonical, entries, ids
from wideberth.ledger.entries import Part
from wideberth.model.release import Recipient

LINK = seed("link")
ALL: list[Said] = [
    Kept(Recipient(THIRD)),
    Kept(Recipient("Ally", B.name, (THIRD,))),
    DRAFT,
    structs.replace(DRAFT, version=3),
    Withdrawn(ID),
    approved(),
    delivered(),
    delivered(role="releasing officer"),
    Delivered(ID, "line", COPY, 300, LINE.id),
    Delivered(ID, "link", COPY, 300, link=LINK, until_ms=NOW),
    Received(ID, "file", NOW, role="liaison officer"),
    Received(ID, "line", NOW, LINE.id, role="duty officer"),
    Received(ID, "link", NOW, link=LINK),
    Recalled(ID),
    Recalled(ID, "an error in it"),
]


def back(said: Said) -> Said:
    """Through entries, as a node writes and reads them again."""
    made = [private(name, value) for name, value in release_entries.to_write(said)]
    parts = [each for entry in made[:-1] if isinstance(each := entries.read(entry), Part)]
    assert release_entries.parts_of(made[-1]) == (parts[0].sha256 if parts else None)
    return release_entries.read(made[-1], parts)


@pytest.mark.parametrize("said", ALL, ids=lambda said: said.TYPE)
def test_what_is_written_is_read(said: Said) -> None:
    assert back(said) == said
    _, value = release_entries.write(said)
    assert {*value, "crit"} == KNOWN[said.TYPE, 1]


@settings(max_examples=40, deadline=None)
@given(released.documents(), st.data())
def test_any_document_is_there_and_back_exactly(document: Any, data: st.DataObject) -> None:
    written = release_fields.write_document(document)
    assert release_fields.read_document(written) == document == release_fields.checked(document)
    sources = data.draw(released.sources(len(document.records)))
    said = Drafted(document, sources, seed("mark"), INDEX, data.draw(st.integers(1, 9)))
    assert back(said) == said


def test_a_large_one_stands_in_parts_and_nothing_else_is_taken_for_it() -> None:
    records = tuple(structs.replace(RECORDS[1], number=n, text="words " * 400) for n in range(1, 61))
    large = structs.replace(
        DRAFT, document=structs.replace(DOCUMENT, records=records), sources=SOURCES[:1] * 60
    )
    cut, value = release_entries.write(large)
    assert len(cut) > 1 and value["draft"] is None and len(cut) * 40_000 > INLINE
    assert back(large) == large
    with pytest.raises(WideberthError) as raised:
        release_entries.read_value(large.TYPE, value, cut[1:])
    assert raised.value.code == "ledger.parts_missing"


def drafted(**more: Any) -> dict[str, Any]:
    return {**release_entries.write(DRAFT)[1], **more}


def sent(**more: Any) -> dict[str, Any]:
    return {**release_entries.write(delivered())[1], **more}


def other(**more: Any) -> Any:
    """A draft with another document, and its own hash."""
    value = release_fields.document_value(structs.replace(DOCUMENT, **more))
    draft: Any = {"document": value, "sources": drafted()["draft"]["sources"]}
    return drafted(draft=draft, sha256=ids.base32(hashlib.sha256(canonical.write(draft)).digest()))


def signed(found: list[Any]) -> dict[str, Any]:
    return {"release": ID, "approvals": found, "n": 0, "origin": origin(A).text}


LIFT = approval.sign(approval.Subject("lift", bytes(32)), A.seed("officer one"))
BAD: list[tuple[str, str, dict[str, Any]]] = [
    ("recipient", "release.entry", {"name": "", "party": None, "allies": []}),
    ("recipient", "release.entry", {"name": "call +357 99 123456 78", "party": None, "allies": []}),
    ("recipient", "release.entry", {"name": THIRD, "party": None, "allies": [THIRD, THIRD]}),
    ("recipient", "release.entry", {"name": THIRD, "party": None, "allies": THIRD}),
    ("recipient", "ledger.base32", {"name": THIRD, "party": "South", "allies": []}),
    ("release.drafted", "ledger.noun", drafted(release="x")),
    ("release.drafted", "release.entry", drafted(release=released.named(1))),
    ("release.drafted", "release.entry", drafted(version=0)),
    ("release.drafted", "ledger.base32", drafted(mark="abc")),
    ("release.drafted", "release.entry", drafted(sha256=ids.base32(bytes(32)))),
    ("release.drafted", "release.entry", other(records=RECORDS[:1])),
    ("release.drafted", "release.entry", other(records=())),
    ("release.drafted", "release.entry", other(records=(RECORDS[0], RECORDS[0]))),
    ("release.drafted", "release.entry", other(title="two\nlines")),
    ("release.drafted", "release.entry", other(made_ms=-1)),
    ("release.drafted", "release.entry", other(exercise=1)),
    ("release.drafted", "release.entry", other(records=(structs.replace(RECORDS[0], text="\u202e"),))),
    ("release.drafted", "release.entry", other(records=(structs.replace(RECORDS[0], title="\x1b"),))),
    ("release.approved", "release.entry", signed([])),
    ("release.approved", "release.entry", signed([1])),
    ("release.approved", "release.entry", signed([canonical.accept(approval.write(LIFT))])),
    ("release.approved", "release.entry", {**signed([]), "n": None}),
    ("release.approved", "ledger.origin", {**signed([]), "origin": "x"}),
    ("release.delivered", "release.entry", sent(way="pigeon")),
    ("release.delivered", "release.entry", sent(way="line")),
    ("release.delivered", "release.entry", sent(line=LINE.id)),
    ("release.delivered", "release.entry", sent(way="link")),
    ("release.delivered", "release.entry", sent(until_ms=5)),
    ("release.delivered", "release.entry", sent(size=0)),
    ("release.delivered", "release.entry", sent(size=True)),
    ("release.received", "release.entry", {"release": ID, "way": "file", "at_claimed_ms": None}),
    ("release.received", "release.entry", {"release": ID, "way": "link", "at_claimed_ms": 1}),
    ("release.recalled", "release.entry", {"release": ID, "reason": "x" * 301}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "value"), BAD)
def test_what_says_something_else_is_refused(kind: str, code: str, value: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as raised:
        release_entries.read(private(kind, value))
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("facts", [["a"]]),
        ("facts", None),
        ("grid", {"h_dmm": 1, "t_ms": 1, "v_dmm": 0}),
        ("grid", {"h_dmm": 1}),
        ("kind", "track"),
        ("level", "none"),
        ("number", True),
        ("said_by", ""),
        ("text", 5),
        ("title", "x" * 201),
        ("volumes", [1]),
        ("volumes", None),
    ],
)
def test_a_record_is_read_strictly(path: str, found: Any) -> None:
    value: Any = release_fields.document_value(DOCUMENT)
    value["records"][0][path] = found
    with pytest.raises(Invalid) as raised:
        release_fields.document_of(value)
    assert raised.value.code in ("release.entry", "volume.entry") and "records[1]" in raised.value.path


def test_it_stands_in_a_private_feed_in_version_1() -> None:
    assert PRIVATE.private
    talk = released.Line()
    made = talk.write(A, Withdrawn.TYPE, {"release": ID})
    with pytest.raises(Invalid) as raised:
        release_entries.read(made)
    assert raised.value.code == "ledger.misplaced"
    with pytest.raises(Invalid) as raised:
        release_entries.read(private("release.more", {"release": ID}))
    assert raised.value.code == "ledger.not_understood"
