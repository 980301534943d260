"""Records that a node makes while it runs: the bytes that its journal gives, and it goes on meanwhile."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.runs import run
from tests.ledger.two import seed
from tests.story import case_told as played
from tests.story.desks import START, circle, desks, given
from tests.story.whole import Two, settle
from wideberth.cli import case_told
from wideberth.errors import WideberthError
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Opening, Part, Reader
from wideberth.formats.times import to_rfc3339
from wideberth.ledger import ids, record
from wideberth.ledger.record import Anchor
from wideberth.node import case_export, feed_export, records
from wideberth.store.journal import Record


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(WideberthError) as found:
        yield
    assert found.value.code == code


class Running:
    """Two nodes that run, and a case that they have closed."""

    def __init__(self, two: Two, folder: Path) -> None:
        self.two, self.folder = two, folder
        self.case, self.other_case, _ = played.play(two)

    @property
    def feeds(self) -> list[str]:
        heads = self.two.one.private.journal.heads()
        return sorted(feed for feed in heads if self.two.line in feed and "/main/" in feed)

    def entries(self) -> Iterator[Record]:
        """Of the line, as the journal has them."""
        journal = self.two.one.private.journal
        for feed in journal.heads():
            if self.two.line in feed:
                yield from journal.read(feed)

    def verdict(self, data: bytes) -> str:
        result = recordfile.verify(Reader(io.BytesIO(data)), case_told.KNOWN, self.two.time.wall_ms // 1_000)
        assert result.wrong.count == 0
        anchors = [Anchor(each.party) for each in self.two.places]
        return record.verdict(result, record.anchored(result.line, anchors))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("running")
    with desks(folder) as two:
        yield Running(two, folder)


def test_the_node_goes_on_while_a_record_is_made(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said meanwhile is not in it, and it verifies."""
    two = running.two
    said: list[bool] = []
    write = recordfile.write

    def slowly(opening: Opening, parts: Iterable[Part]) -> Iterator[bytes]:
        for k, piece in enumerate(write(opening, parts)):
            if k == 1:
                other = threading.Thread(target=lambda: said.append(saying()))
                other.start()
                other.join(20)
            yield piece

    def saying() -> bool:
        two.one.say(two.line, "main", "test.said", 1, {"said": f"meanwhile {len(said)}"})
        settle(two, 1)
        return True

    monkeypatch.setattr(recordfile, "write", slowly)
    for data in (
        records.of_case(two.one, running.case, headers=True),
        records.of_feeds(two.one, two.line, running.feeds, 0, None),
    ):
        assert running.verdict(data) == "verified" and f"meanwhile {len(said) - 1}".encode() not in data
    assert said == [True, True]


def test_what_is_asked_for(running: Running) -> None:
    two = running.two
    whole = records.of_case(two.other, running.case, headers=True)
    sparse = records.of_case(two.other, running.case, headers=False)
    assert running.verdict(whole) == running.verdict(sparse) == "verified" and len(sparse) < len(whole)
    part = records.of_feeds(two.one, two.line, running.feeds[:1], 3, 4)
    assert running.verdict(part) == "verified" and part.count(b'{"feed":') == 1
    with refused("case.none"):
        records.of_case(two.one, running.case[:20], headers=True)
    with refused("line.none"):
        records.of_feeds(two.one, "a" * 52, running.feeds, 0, None)
    for feeds in ([], [running.feeds[0].replace(two.line, ids.base32(bytes(32)))]):
        with refused("record.feed"):
            records.of_feeds(two.one, two.line, feeds, 0, None)
    with refused("record.nothing_signed"):
        records.of_feeds(two.one, two.line, running.feeds, 10_000, None)


def test_what_is_too_large(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    two = running.two
    whole = records.of_feeds(two.one, two.line, running.feeds, 0, None)
    monkeypatch.setattr(records, "LARGEST", len(whole))
    assert records.of_feeds(two.one, two.line, running.feeds, 0, None) == whole
    records.of_case(two.one, running.case, headers=True)
    monkeypatch.setattr(records, "LARGEST", len(whole) - 1)
    with refused("record.too_large"):
        records.of_feeds(two.one, two.line, running.feeds, 0, None)
    # of a case all of its line is looked at
    line = sum(len(each.item.leaf) + len(each.item.body) for each in running.entries())
    journal = two.one.private.journal
    assert case_export.choose(journal, running.case, two.line, headers=False, most=line).shown > 5
    with refused("record.too_large"):
        case_export.choose(journal, running.case, two.line, headers=False, most=line - 1)
    monkeypatch.setattr(records, "LARGEST", line - 1)
    with refused("record.too_large"):
        records.of_case(two.one, running.case, headers=False)


def test_a_case_is_in_a_record_once_it_is_signed(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    two = running.two
    two.one.desk.submit([given(circle(50.0, 34.0, START))])
    settle(two, 1)
    [mine] = two.other.desk.submit([given(circle(50.05, 34.0, START))])
    [case] = mine.on[0].cases
    assert running.verdict(records.of_case(two.other, case, headers=True)) == "verified"
    monkeypatch.setattr(feed_export, "size_of", lambda _: 0)
    with refused("record.nothing_signed"):
        records.of_case(two.other, case, headers=True)


@pytest.mark.parametrize("headers", [True, False])
def test_the_journal_gives_the_same_bytes(tmp_path: Path, headers: bool) -> None:
    with desks(tmp_path) as two:
        found = Running(two, tmp_path)
        feeds = found.feeds
        of_case = records.of_case(two.one, found.case, headers=headers)
        of_feeds = records.of_feeds(two.one, two.line, feeds, 2, None)
        now, place = to_rfc3339(two.time.wall_ms), two.places[0]
    key = tmp_path / "key"
    key.write_text(ids.base32(seed(f"{place.name} journal")))
    key.chmod(0o600)
    given = ("record", "export", "--data", str(place.path), "--key-file", str(key), "--as-of", now)
    out = tmp_path / "out"
    wanted = ("--case", found.case, *(() if headers else ("--no-headers",)))
    assert run(*given, "--out", str(out), *wanted).code == 0
    assert out.read_bytes() == of_case
    named = [text for feed in feeds for text in ("--feed", feed)]
    assert run(*given, "--out", str(out), "--force", "--from", "2", *named).code == 0
    assert out.read_bytes() == of_feeds
