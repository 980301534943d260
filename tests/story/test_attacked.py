"""A running node under a peer that means harm, a disk that fails in the middle, and people in a hurry."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import deliver, settle, words
from wideberth.errors import Refused
from wideberth.formats import bundle as formats
from wideberth.ledger import canonical, certificate, keys
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.ids import Origin
from wideberth.node import bundles, papers
from wideberth.store.journal import Step
from wideberth.store.kept import Kept


class Once:
    """A lock that says whether it was free, and is given back at once where another thread asks."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def acquire(self, timeout: float) -> bool:
        got = self._lock.acquire(timeout=timeout)
        if got:
            self._lock.release()
        return got

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_a_time_that_no_calendar_has_is_shown_and_stops_nothing(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        state = found.other._open[found.line].state
        feed = state.newest(state.party, "urgent")
        # whoever builds a node of their own writes into a header what the format allows
        feed.written = structs.replace(feed.written, at_ms=canonical.WHOLE)
        found.other.check(found.line, desk=True)
        deliver(found.line, found.one, found.other)
        [check] = [each for each in found.one.line(found.line).checks if not each.mine]
        assert check.desk and check.at.startswith("9999-12-31T23:59:59")
        assert [each.line for each in found.one.lines()] == [found.line]


def test_papers_that_a_disk_took_count_for_agreements_although_the_next_commit_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        south = found.places[1]
        gone = Revocation(keys.public(south.officer(0)), {Origin(found.line, south.party, "main", 0): 0})
        own = Certificate(
            keys.public(seed("new")), "officer", Origin(found.line, found.one.party, "main", 0), 0
        )
        own = structs.replace(own, kind=certificate.ED25519, role="duty officer 3")
        notes = [
            certificate.revoke(gone, seed("south identity")),
            certificate.certify(own, seed("north identity")),
        ]
        commits = iter([False, True])
        append = Kept.append

        def failing(self: Kept, batch: Sequence[Step]) -> None:
            if next(commits, False):
                raise Refused("journal.broken", "a commit failed: the disk is full")
            append(self, batch)

        monkeypatch.setattr(Kept, "append", failing)
        with pytest.raises(Refused, match="disk is full"):
            found.one.papers(found.line, notes)
        found.one.tick()
        here = found.one._open[found.line]
        assert gone in here.state.papers[south.party].revocations
        assert gone in here.fold.state.papers[south.party].revocations


def test_a_large_bundle_leaves_room_for_what_is_urgent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        for n in range(6):
            found.other.say(found.line, "main", "test.said", 1, {"said": f"{n}"})
        data = found.other.bundle(found.line)
        monkeypatch.setattr(bundles, "TOGETHER", 2)
        messages, free = formats.messages, list[bool]()

        def watched(*given: Any) -> Iterator[bytes]:
            for each in messages(*given):
                # whoever else wants the node gets it between two pieces
                asked = threading.Thread(target=lambda: free.append(found.one._lock.acquire(timeout=60)))
                asked.start()
                asked.join()
                yield each

        monkeypatch.setattr(formats, "messages", watched)
        monkeypatch.setattr(found.one, "_lock", Once())
        assert found.one.take_bundle(data).opened == len(free) > 6
        assert all(free) and len(words(found.one, found.line)) == 6


def test_a_party_of_many_lines_can_still_certify_and_revoke_on_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, north = whole.Time(), whole.make(tmp_path, "north")
    one = whole.make(tmp_path, "0")
    peers = [one._replace(name=str(n)) for n in range(4)]
    monkeypatch.setattr(papers, "LARGEST", 10)
    with north.open(time) as node:
        lines = [node.take_up(whole.paired(north, each), north.private).line for each in peers]
    with north.open(time) as node:
        for line in lines:
            origin = Origin(line, north.party, "main", 0)
            new = Certificate(
                keys.public(seed("new")), "officer", origin, 0, certificate.ED25519, "duty officer 3"
            )
            node.papers(line, [certificate.certify(new, seed("north identity"))])
            held = node._open[line].state.papers[north.party].certificates
            assert new in held and {each.origin.line for each in held} == {line}
            assert node._open[line].fold.state.papers[north.party].certificates == held


@pytest.mark.parametrize("good", range(2))
def test_a_line_that_was_taken_up_half_is_there_or_can_be_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    places, line = whole.begin(tmp_path)
    time = whole.Time()
    with places[0].open(time) as one, places[1].open(time) as other:
        other.take_up(whole.paired(*reversed(places)), places[1].private)
        commits = iter([*[False] * good, True])
        append = Kept.append

        def failing(self: Kept, batch: Sequence[Step]) -> None:
            if next(commits, False):
                raise Refused("journal.broken", "a commit failed: the disk is full")
            append(self, batch)

        monkeypatch.setattr(Kept, "append", failing)
        given = whole.paired(*places), places[0].private
        try:
            one.take_up(*given)
        except Refused as error:
            assert error.code == "journal.broken"
        monkeypatch.setattr(Kept, "append", append)
        one.tick()
        if not one.lines():
            one.take_up(*given)
        found = whole.Two(one, other, line, places, time)
        settle(found)
        assert one.line(line).stage == other.line(line).stage == "whole"
        assert len(one._lines.private.papers) == len(set(one._lines.private.papers))


def test_what_happened_can_be_read_while_the_node_is_at_work(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        read: list[int] = []
        with found.one._lock:
            reader = threading.Thread(target=lambda: read.append(len(found.one.events(0)[0])))
            reader.start()
            reader.join(60)
            held = not read
        reader.join(60)
        assert not held and read[0] > 0
