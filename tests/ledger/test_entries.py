"""The record's own entries: what they say is read back, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import GENESIS, LINE, A, B, origin, seed
from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import body, certificate, entries, epoch, feed, ids, merkle
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Certificate
from wideberth.ledger.entries import (
    Commitment,
    LineOpened,
    Mark,
    NewEpoch,
    Opening,
    Paper,
    Part,
    Said,
    Taken,
)
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.ids import Origin

PRIVATE = Origin(ids.PRIVATE, A.name, "main", 0)
NOTE = certificate.certify(Certificate(A.key("log"), "log", origin(A), 0), seed(A.label))
EPOCH = epoch.sign(Epoch(origin(A, "main", 1), 3, seed("root")), seed(A.label))
FOLDED = {origin(B): 5, origin(A, "urgent"): 2}
HEADS = {origin(B): Mark(5, seed("b")), origin(A): Mark(4, seed("a"))}
CHECKPOINT = feed.Head(PRIVATE).checkpoint.text
HASHES = st.binary(min_size=32, max_size=32)


def entry(kind: str, value: dict[str, Any], where: Origin, n: int = 4, v: int = 1) -> Entry:
    head = feed.Head(where, merkle.grown(merkle.EMPTY, [bytes(32)] * n))
    folded = {} if where.private else {each: size for each, size in FOLDED.items() if each != where}
    return feed.append(head, feed.Written(kind, v, folded, 0), value, seed("salt")[:16]).entry


def said_in(said: Said, where: Origin, n: int = 4) -> Said:
    return entries.read(entry(said.TYPE, entries.write(said), where, n))


EXAMPLES: list[tuple[Said, Origin, int]] = [
    (Paper(NOTE), origin(A, "urgent"), 4),
    (Paper(NOTE), PRIVATE, 4),
    (LineOpened(GENESIS), PRIVATE, 4),
    (LineOpened(GENESIS, "Süd — الجنوب"), PRIVATE, 4),
    (Part(seed("whole"), 1, 2, b"\0\xff"), origin(A), 4),
    (Commitment(seed("c")), origin(A), 4),
    (Opening(CHECKPOINT, seed("s")[:16]), origin(A), 4),
    (Opening(CHECKPOINT, seed("s")[:16]), PRIVATE, 4),
    (NewEpoch(EPOCH), origin(A, "main", 1), 0),
    (Taken(HEADS, "desk/1", seed("state")), origin(A), 4),
    (Taken({PRIVATE: Mark(4, seed("a"))}, "desk/1", seed("state")), PRIVATE, 4),
]


@pytest.mark.parametrize(("said", "where", "n"), EXAMPLES)
def test_what_is_written_is_read_back(said: Said, where: Origin, n: int) -> None:
    assert said_in(said, where, n) == said


@given(
    st.one_of(
        st.builds(
            Part,
            sha256=HASHES,
            i=st.integers(0, 6),
            of=st.integers(7, 900),
            data=st.binary(min_size=1, max_size=300),
        ),
        st.builds(Commitment, HASHES),
        st.builds(Opening, st.text("abc \n", min_size=1), st.binary(min_size=16, max_size=16)),
        st.builds(
            Taken,
            st.dictionaries(
                st.sampled_from([origin(B), origin(A), origin(A, "urgent")]),
                st.builds(Mark, st.integers(1, 2), HASHES),
                min_size=1,
            ),
            st.text("ab/1 é", max_size=98).map(lambda inner: f"1{inner}1"),
            HASHES,
        ),
    )
)
def test_any_value_is_read_back(said: Said) -> None:
    assert said_in(said, origin(A)) == said


def test_the_line_that_was_opened_has_its_peer() -> None:
    assert LineOpened(GENESIS).line == LINE


def test_every_type_is_known_and_what_is_not_is_not_read() -> None:
    assert set(entries.KNOWN) == {(each.TYPE, 1) for each, _, _ in EXAMPLES}
    value = entries.write(Commitment(seed("c")))
    assert entries.read(entry("commitment", {**value, "new": 1}, origin(A))) == Commitment(seed("c"))
    for made in (
        entry("commitment", {**value, "new": 1, "crit": ["new"]}, origin(A)),
        entry("commitment", value, origin(A), v=2),
        entry("test.said", value, origin(A)),
    ):
        assert not body.understood(made, entries.KNOWN)
        with pytest.raises(Invalid) as caught:
            entries.read(made)
        assert (caught.value.code, caught.value.path) == ("ledger.not_understood", "type")


@pytest.mark.parametrize(
    ("said", "where", "n"),
    [
        (LineOpened(GENESIS), origin(A), 4),
        (Part(seed("whole"), 0, 1, b"x"), origin(A, "urgent"), 4),
        (Commitment(seed("c")), PRIVATE, 4),
        (Commitment(seed("c")), origin(A, "urgent"), 4),
        (Opening(CHECKPOINT, seed("s")[:16]), origin(A, "urgent"), 4),
        (NewEpoch(EPOCH), origin(A, "main", 1), 1),
        (NewEpoch(EPOCH), origin(A), 0),
        (Taken(HEADS, "desk/1", seed("state")), origin(A, "urgent"), 4),
    ],
)
def test_each_type_has_its_feeds(said: Said, where: Origin, n: int) -> None:
    with pytest.raises(Invalid) as caught:
        said_in(said, where, n)
    assert (caught.value.code, caught.value.path) == ("ledger.misplaced", "origin")


HEAD = {"root": ids.base32(seed("a")), "size": 4}


@pytest.mark.parametrize(
    ("kind", "where", "changes", "code", "path"),
    [
        ("paper", PRIVATE, {"note": "no note"}, "ledger.note", ""),
        ("paper", PRIVATE, {"note": 7}, "ledger.entry", "note"),
        ("paper", PRIVATE, {"note": None}, "ledger.entry", "note"),
        ("line.opened", PRIVATE, {"genesis": "{}"}, "ledger.genesis", "keys"),
        ("line.opened", PRIVATE._replace(party=ids.base32(bytes(32))), {}, "ledger.stranger", ""),
        ("line.opened", PRIVATE, {"label": ""}, "ledger.entry", "label"),
        ("line.opened", PRIVATE, {"label": "x" * 101}, "ledger.entry", "label"),
        ("line.opened", PRIVATE, {"label": "a\nb"}, "ledger.entry", "label"),
        ("line.opened", PRIVATE, {"label": "a\u202eb"}, "ledger.entry", "label"),
        ("line.opened", PRIVATE, {"label": " a"}, "ledger.entry", "label"),
        ("part", origin(A), {"i": 2}, "ledger.entry", "i"),
        ("part", origin(A), {"i": -1}, "ledger.entry", "i"),
        ("part", origin(A), {"i": True}, "ledger.entry", "i"),
        ("part", origin(A), {"of": 0}, "ledger.entry", "of"),
        ("part", origin(A), {"data": ""}, "ledger.entry", "data"),
        ("part", origin(A), {"data": "aab"}, "ledger.base32", "data"),
        ("part", origin(A), {"sha256": "aa"}, "ledger.base32", "sha256"),
        ("commitment", origin(A), {"c": None}, "ledger.base32", "c"),
        ("commitment.opening", origin(A), {"salt": "aa"}, "ledger.base32", "salt"),
        ("commitment.opening", origin(A), {"checkpoint": 1}, "ledger.entry", "checkpoint"),
        ("snapshot", origin(A), {"heads": {}}, "ledger.entry", "heads"),
        ("snapshot", origin(A), {"heads": 7}, "ledger.entry", "heads"),
        ("snapshot", origin(A), {"heads": {"x": HEAD}}, "ledger.origin", "heads"),
        ("snapshot", origin(A), {"heads": {origin(A).text: 4}}, "ledger.entry", f"heads.{origin(A).text}"),
        (
            "snapshot",
            origin(A),
            {"heads": {origin(A).text: {**HEAD, "size": 0}}},
            "ledger.entry",
            f"heads.{origin(A).text}.size",
        ),
        (
            "snapshot",
            origin(A),
            {"heads": {origin(A).text: {"size": 1}}},
            "ledger.base32",
            f"heads.{origin(A).text}.root",
        ),
        # neither itself, nor what its author had not folded, nor another line
        (
            "snapshot",
            origin(A),
            {"heads": {origin(A).text: {**HEAD, "size": 5}}},
            "ledger.entry",
            f"heads.{origin(A).text}.size",
        ),
        (
            "snapshot",
            origin(A),
            {"heads": {origin(B).text: {**HEAD, "size": 6}}},
            "ledger.entry",
            f"heads.{origin(B).text}.size",
        ),
        (
            "snapshot",
            origin(A),
            {"heads": {PRIVATE.text: HEAD}},
            "ledger.entry",
            f"heads.{PRIVATE.text}.size",
        ),
        ("snapshot", origin(A), {"rules": 1}, "ledger.entry", "rules"),
        ("snapshot", origin(A), {"rules": "a\u00a0b"}, "ledger.entry", "rules"),
        ("snapshot", origin(A), {"state": 1}, "ledger.base32", "state"),
    ],
)
def test_bodies_are_read_strictly(
    kind: str, where: Origin, changes: dict[str, Any], code: str, path: str
) -> None:
    good = next(each for each, _, _ in EXAMPLES if kind == each.TYPE)
    value = {name: each for name, each in {**entries.write(good), **changes}.items() if each is not None}
    with pytest.raises(WideberthError) as caught:
        entries.read(entry(kind, value, where))
    assert (caught.value.code, getattr(caught.value, "path", "")) == (code, path)


def test_what_could_not_be_read_is_not_written() -> None:
    for said, code in (
        (Paper(b"\xff"), "ledger.note"),
        (NewEpoch(b"no note"), "ledger.note"),
        (LineOpened(b"{}"), "ledger.genesis"),
    ):
        with pytest.raises(Invalid) as caught:
            entries.write(said)
        assert caught.value.code == code
