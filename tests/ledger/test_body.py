"""Entries: what a header may say, and that a body is bound to it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.ledger.two import LINE, A, B, entry, origin, seed
from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import body, canonical, feed, ids, merkle
from wideberth.ledger.body import Header
from wideberth.ledger.ids import Origin

SALT = seed("salt")[:16]
COUNTS = st.integers(0, canonical.WHOLE)
HEADERS = st.builds(
    Header,
    v=st.integers(1, canonical.WHOLE),
    type=st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z][a-z0-9_]{0,9}){0,4}", fullmatch=True),
    origin=st.just(origin(A)),
    n=COUNTS,
    folded=st.dictionaries(
        st.sampled_from([origin(A, "urgent"), origin(A, "main", 1), origin(B), origin(B, "urgent")]),
        st.integers(1, canonical.WHOLE),
    ),
    at_ms=COUNTS,
    agreement=st.none() | st.binary(min_size=32, max_size=32),
    body_c=st.binary(min_size=32, max_size=32),
)
GOOD: dict[str, Any] = dict(canonical.accept(entry(A, 3, {origin(B): 2}).leaf))


@given(HEADERS)
def test_a_header_is_read_back(header: Header) -> None:
    leaf = body.write(header)
    assert body.read(leaf) == header
    assert len(leaf) <= canonical.HEADER


@given(HEADERS, st.integers(0, 400), st.sampled_from([*range(9, 127), 0xC3]), st.booleans())
def test_the_quick_way_of_reading_knows_nothing_that_the_strict_one_does_not(
    header: Header, at: int, byte: int, put: bool
) -> None:
    leaf = body.write(header)
    assert leaf == canonical.write(body._fields(body._decode(leaf)), canonical.HEADER)
    at %= len(leaf)
    changed = leaf[:at] + bytes([byte]) + leaf[at + (not put) :]
    quick = body._quickly(changed)
    try:
        strict = canonical.accept(changed, canonical.HEADER)
    except Invalid:
        strict = {}
    assert quick is None or body._fields(quick) == strict
    # and what is usual is read quickly
    assert body._quickly(leaf) is not None


def test_entries_in_a_row_share_what_they_have_folded() -> None:
    one, other = (body.read(entry(A, n, {origin(B): 2}).leaf) for n in (3, 4))
    assert one.folded is other.folded and one.type is other.type
    assert body.read(entry(A, 3, {origin(B): 1}).leaf).folded == {origin(B): 1}


@given(HEADERS, st.binary(min_size=16, max_size=16), st.integers())
def test_what_was_stored_is_read_again(header: Header, salt: bytes, number: int) -> None:
    data = canonical.write({"number": number % 1000})
    changed = {**{f: getattr(header, f) for f in header.__struct_fields__}, "body_c": body.commit(salt, data)}
    leaf = body.write(Header(**changed))
    assert body.reread(leaf, salt, data) == body.opened(leaf, salt, data)


def test_a_type_of_64_characters_is_one() -> None:
    assert body.read(canonical.write({**GOOD, "type": "a" * 64})).type == "a" * 64


def test_the_leaf_in_full() -> None:
    made = entry(A, 3, {origin(B): 2})
    assert (
        made.leaf
        == (
            f'{{"agreement":null,"at_ms":1003,"body_c":"{ids.base32(made.header.body_c)}",'
            f'"folded":{{"wideberth/{LINE.id}/{B.name}/main/0":2}},"n":3,'
            f'"origin":"wideberth/{LINE.id}/{A.name}/main/0","type":"test.said","v":1}}'
        ).encode()
    )
    assert made.hash == hashlib.sha256(b"\0" + made.leaf).digest()
    assert made.body == b'{"said":"north main 3"}'
    assert made.header.body_c == hashlib.sha256(b"wideberth/body/v1\n" + made.salt + made.body).digest()
    assert body.value(made) == {"said": "north main 3"}
    assert body.opened(made.leaf, made.salt, made.body) == made


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 0}, "ledger.header"),
        ({"v": True}, "ledger.header"),
        ({"v": "1"}, "ledger.header"),
        ({"n": -1}, "ledger.header"),
        ({"at_ms": None}, "ledger.header"),
        ({"type": "Case"}, "ledger.header"),
        ({"type": "case."}, "ledger.header"),
        ({"type": "a" * 65}, "ledger.header"),
        ({"type": 7}, "ledger.header"),
        ({"extra": 1}, "ledger.header"),
        ({"origin": "x"}, "ledger.origin"),
        ({"agreement": "x"}, "ledger.base32"),
        ({"body_c": None}, "ledger.base32"),
        ({"folded": None}, "ledger.header"),
        ({"folded": {origin(B).text: 0}}, "ledger.header"),
        ({"folded": {origin(A).text: 3}}, "ledger.header"),
        ({"folded": {origin(B)._replace(line="a" * 52).text: 3}}, "ledger.header"),
        ({"folded": {"x": 3}}, "ledger.origin"),
        ({"folded": {origin(B, "main", i).text: 1 for i in range(40)}}, "ledger.json_too_large"),
    ],
)
def test_headers_are_read_strictly(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        body.read(canonical.write({**GOOD, **changes}))
    assert caught.value.code == code
    missing = canonical.write({key: value for key, value in GOOD.items() if key not in changes})
    if missing != canonical.write(GOOD):
        with pytest.raises(Invalid):
            body.read(missing)


def test_a_private_feed_and_a_line_do_not_name_each_other() -> None:
    mine, later, theirs = (Origin(ids.PRIVATE, who.name, "main", e) for who, e in ((A, 0), (A, 1), (B, 0)))
    good = {**GOOD, "origin": later.text, "folded": {mine.text: 3}}
    assert body.read(canonical.write(good)).folded == {mine: 3}
    for own, other in ((later, theirs), (later, origin(B)), (later, later), (origin(A), mine)):
        with pytest.raises(Invalid) as caught:
            body.read(canonical.write({**good, "origin": own.text, "folded": {other.text: 3}}))
        assert (caught.value.code, caught.value.path) == ("ledger.header", "folded")


def test_a_header_that_could_not_be_read_is_not_written() -> None:
    header = body.read(canonical.write(GOOD))
    with pytest.raises(Invalid) as caught:
        body.write(
            Header(**{**{name: getattr(header, name) for name in header.__struct_fields__}, "type": "No"})
        )
    assert caught.value.code == "ledger.header"


def test_another_body_or_salt_is_noticed() -> None:
    made = entry(A, 0)
    for salt, inner in ((made.salt, b'{"said":"else"}'), (bytes(16), made.body)):
        with pytest.raises(NotTrusted) as caught:
            body.opened(made.leaf, salt, inner)
        assert caught.value.code == "ledger.commitment"
    with pytest.raises(Invalid) as wrong:
        body.opened(made.leaf, bytes(15), made.body)
    assert wrong.value.code == "ledger.salt"


@pytest.mark.parametrize(
    ("kind", "size", "code"),
    [
        ("urgent", 4097, "ledger.json_too_large"),
        ("urgent", 4096, ""),
        ("main", 4097, ""),
        ("main", 65537, "ledger.json_too_large"),
    ],
)
def test_a_body_has_the_size_that_its_feed_allows(kind: Any, size: int, code: str) -> None:
    data = canonical.write({"a": "a" * (size - 8)}, 70_000)
    assert len(data) == size
    header = canonical.write(
        {**GOOD, "origin": origin(A, kind).text, "body_c": ids.base32(body.commit(SALT, data))}
    )
    if code:
        with pytest.raises(Invalid) as caught:
            body.opened(header, SALT, data)
        assert caught.value.code == code
    else:
        assert body.opened(header, SALT, data).body == data


def test_a_body_that_is_not_canonical_is_refused() -> None:
    data = b'{"a": 1}'
    header = canonical.write({**GOOD, "body_c": ids.base32(body.commit(SALT, data))})
    with pytest.raises(Invalid) as caught:
        body.opened(header, SALT, data)
    assert caught.value.code == "ledger.json_not_canonical"


def said(value: dict[str, Any], v: int = 1) -> body.Entry:
    return feed.append(feed.Head(origin(A)), feed.Written("test.said", v, {}, 0), value, SALT).entry


def test_what_is_not_understood_is_known_beforehand() -> None:
    known = {("test.said", 1): frozenset({"said", "crit"}), ("test.else", 2): frozenset({"said"})}
    assert body.understood(said({"said": "x"}), known)
    assert body.understood(said({"said": "x", "new": 1}), known)  # an unknown field that does not matter
    assert body.understood(said({"said": "x", "crit": ["said"]}), known)
    assert not body.understood(said({"said": "x", "new": 1, "crit": ["new"]}), known)
    assert not body.understood(said({"said": "x", "crit": [7]}), known)
    assert not body.understood(said({"said": "x", "crit": "said"}), known)
    assert not body.understood(said({"said": "x", "crit": 7}), known)
    assert not body.understood(said({"said": "x", "crit": [["said"]]}), known)
    assert not body.understood(said({"said": "x", "crit": {"said": 1}}), known)
    assert not body.understood(said({"said": "x"}, v=2), known)
    assert not body.understood(said({"said": "x"}), {})
    for poisoned in (b'{"said": "x"}', b"nonsense", b""):
        assert not body.understood(structs.replace(said({"said": "x"}), body=poisoned), known)


def test_covers_is_feed_by_feed() -> None:
    one, two = origin(A), origin(B)
    assert body.covers({one: 2, two: 1}, {one: 2})
    assert body.covers({}, {one: 0})
    assert not body.covers({one: 2}, {two: 1})
    assert not body.covers({one: 1}, {one: 2})


def test_the_hash_of_an_entry_is_over_the_bytes_as_they_came() -> None:
    made = entry(B, 1)
    assert merkle.leaf_hash(made.leaf) == made.hash
