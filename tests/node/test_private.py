"""What a node keeps in its private feed for its lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.two import LINE, A, B, origin, seed
from wideberth.errors import Invalid, Refused, Stale
from wideberth.ledger import canonical, ids, parts
from wideberth.ledger.canonical import Value
from wideberth.line.clock import Now
from wideberth.line.messages import Alarm, Say
from wideberth.node.lines import Lines
from wideberth.node.private import Private, pack, unpack
from wideberth.store import sqlite
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

NOW = Now(1_900_000_000_000, 1_000)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Kept]:
    with sqlite.open(tmp_path / "journal.db", seed("journal")) as found:
        yield found


def private(journal: Kept) -> Private:
    return Private(journal, A.name, A.seed("log"))


def say(words: str) -> Say:
    return Say(NOW, "main", "test.said", 1, {"said": words}, bytes(16))


def test_what_is_kept_is_read_again(journal: Kept) -> None:
    own = private(journal)
    own.keep(LINE.id, say("short"))
    own.keep(LINE.id, say("x" * 60_000))
    first, second = own.untold
    assert (first.type, first.v, first.body) == ("test.said", 1, {"said": "short"})
    assert second.body == {"said": "x" * 60_000}
    again = private(journal)
    assert again.untold == own.untold
    assert again.head == own.head
    again.told(first, NOW.wall_ms)
    assert private(journal).untold == [second]


def test_what_may_be_said_may_be_kept_however_deep_it_is(journal: Kept) -> None:
    deep: Value = {"said": "the bottom"}
    for _ in range(canonical.DEPTH - 1):
        deep = {"said": deep}
    assert canonical.accept(canonical.write(deep)) == deep
    own = private(journal)
    own.keep(LINE.id, Say(NOW, "main", "test.said", 1, deep, bytes(16)))
    assert [each.body for each in private(journal).untold] == [deep]
    with pytest.raises(Invalid) as caught:
        own.keep(LINE.id, Say(NOW, "main", "test.said", 1, {"said": deep}, bytes(16)))
    assert caught.value.code == "ledger.json_depth"


def test_the_same_words_twice_are_said_twice(journal: Kept) -> None:
    own = private(journal)
    own.keep(LINE.id, say("again"))
    own.keep(LINE.id, say("again"))
    assert len(own.untold) == len(private(journal).untold) == 2


def test_told_is_one_commit_with_what_is_said(journal: Kept) -> None:
    own = private(journal)
    own.keep(LINE.id, say("words"))
    with pytest.raises(Stale):
        own.told(own.untold[0], NOW.wall_ms, [Step(origin(A).text, 7)])
    assert len(own.untold) == len(private(journal).untold) == 1
    # nothing has changed, so that it goes on
    own.told(own.untold[0], NOW.wall_ms)
    assert private(journal).untold == []


def test_alarms_are_kept_with_their_proof(journal: Kept) -> None:
    own = private(journal)
    frozen = Alarm("line.equivocation", "two histories", (b"one", b"", b"x" * 100_000), origin(B))
    own.alarm(LINE.id, frozen, NOW.wall_ms)
    own.alarm(LINE.id, Alarm("line.clock", "it has jumped"), NOW.wall_ms)
    again = private(journal)
    assert again.alarms == [(LINE.id, frozen), (LINE.id, Alarm("line.clock", "it has jumped"))]
    assert again.frozen(LINE.id) == {origin(B)}
    assert again.frozen("another") == frozenset()


def test_what_was_seen_and_comes_again_without_a_proof_is_another_alarm(journal: Kept) -> None:
    own, clock = private(journal), Alarm("line.clock", "it has jumped")
    shown = Alarm("line.rolled_back", "less than it had", (b"note",))
    assert not own.stands(LINE.id, clock)
    for each in (clock, shown):
        own.alarm(LINE.id, each, NOW.wall_ms)
        assert own.stands(LINE.id, each) and not own.stands("another", each)
    own.see(LINE.id, 2, NOW.wall_ms)
    again = private(journal)
    assert again.seen == {LINE.id: 2}
    assert not again.stands(LINE.id, clock)
    assert again.stands(LINE.id, shown), "its bytes are the same event"


def test_of_a_proof_too_large_the_two_notes_are_kept(journal: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WHOLE", 200)
    own = private(journal)
    own.alarm(LINE.id, Alarm("line.equivocation", "", (b"one", b"other", *[bytes(32)] * 10)), NOW.wall_ms)
    assert own.alarms[0][1].proof == (b"one", b"other")


def test_other_entries_of_the_private_feed_are_passed_over(journal: Kept) -> None:
    own = private(journal)
    own.write([("test.noted", {"name": "secret"})], NOW.wall_ms)
    own.keep(LINE.id, say("words"))
    again = private(journal)
    assert [each.n for each in again.untold] == [2]
    assert ids.origin(own.head.origin.text).private


def test_time_never_goes_back(journal: Kept) -> None:
    own = private(journal)
    own.write([("test.noted", {})], NOW.wall_ms)
    own.write([("test.noted", {})], NOW.wall_ms - 10_000)
    assert own.head.at_ms == NOW.wall_ms


def test_a_dropped_body_is_passed_over(journal: Kept) -> None:
    own = private(journal)
    own.keep(LINE.id, say("words"))
    name = own.head.origin.text
    journal.drop({name: [0, 1]})
    assert private(journal).untold == []


def test_the_pieces_of_a_proof() -> None:
    for proof in ((), (b"",), (b"a", b"", b"bc")):
        assert unpack(pack(proof)) == proof


def test_a_journal_whose_private_feed_cannot_be_read_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.db"

    def opened() -> Kept:
        return sqlite.open(path, seed("journal"))

    def broken(*_: object) -> None:
        raise Refused("journal.altered", "entry 0")

    monkeypatch.setattr(Private, "__init__", broken)
    with pytest.raises(Refused):
        Lines(
            sqlite.open(path, seed("journal")),
            lambda: sqlite.open(path, seed("journal")),
            A.name,
            seed("log"),
        )
    # its lock is free
    sqlite.open(path, seed("journal")).close()
