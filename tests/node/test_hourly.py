"""When a commitment to the private feed is due, and that its opening opens it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.two import A, seed
from wideberth.ledger import body, commitment, entries, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Commitment, Opening
from wideberth.node.hourly import HOUR_MS, Hourly
from wideberth.node.private import Private
from wideberth.store import sqlite

NOW = 1_900_000_000_000


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Private]:
    with sqlite.open(tmp_path / "journal.db", seed("journal")) as journal:
        yield Private(journal, A.name, A.seed("log"))


def openings(private: Private) -> list[Opening]:
    found = []
    for record in private.journal.read(private.head.origin.text):
        item = record.item
        if b'"commitment.opening"' in item.leaf:
            read = entries.read(Entry(item.leaf, body.read(item.leaf), item.salt, item.body))
            assert isinstance(read, Opening)
            found.append(read)
    return found


def committed(value: dict[str, Value]) -> Commitment:
    return Commitment(ids.unbase32(value["c"], 32, "c"))


def test_nothing_is_owed_of_an_empty_feed(private: Private) -> None:
    assert not Hourly().due(private, 0)


def test_once_after_a_start_and_then_each_hour_in_which_something_changed(private: Private) -> None:
    private.write([("test.noted", {})], NOW)
    own = Hourly()
    assert own.due(private, 7)
    own.commit(private, NOW, 7)
    # what opens it is no change
    assert not own.due(private, 7 + 100 * HOUR_MS)
    private.write([("test.noted", {})], NOW)
    assert [own.due(private, 7 + HOUR_MS + each) for each in (-1, 0)] == [False, True]
    own.commit(private, NOW, 7 + HOUR_MS)
    # another line's opening neither
    Hourly().commit(private, NOW, 0)
    assert not own.due(private, 9 * HOUR_MS)
    again = Private(private.journal, A.name, A.seed("log"))
    assert again.changed == private.changed == 3
    assert Hourly().due(again, 0)


def test_the_opening_opens_the_commitment_to_what_the_feed_was(private: Private) -> None:
    private.write([("test.noted", {"name": "a"})], NOW)
    before = private.head.checkpoint
    first = committed(Hourly().commit(private, NOW, 0))
    private.write([("test.noted", {"name": "b"})], NOW)
    second = committed(Hourly().commit(private, NOW, 0))
    found = openings(private)
    assert commitment.check(first, found[0], A.name) == before
    assert commitment.check(second, found[1], A.name).size == 3
    assert found[0].salt != found[1].salt
