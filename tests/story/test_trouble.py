"""A node that cannot write: told once, nothing acknowledged, and over only when a commit has shown it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.story import whole
from tests.story.whole import deliver, leaves, settle, words
from wideberth.errors import Refused
from wideberth.node import directory
from wideberth.node.config import Config
from wideberth.node.node import Node
from wideberth.node.prekeys import Prekeys
from wideberth.node.trouble import OVER, RESTS
from wideberth.store.journal import Step
from wideberth.store.kept import Kept


class Disk:
    """Whether commits reach it, and whether the journal can be opened; how often that was tried."""

    def __init__(self) -> None:
        self.writes, self.opens, self.openings = True, True, 0
        self.slowly: Callable[[], None] = lambda: None


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    found = Disk()
    append, open_journal = Kept.append, directory.open_journal

    def appended(self: Kept, batch: Sequence[Step]) -> None:
        if not found.writes:
            raise Refused("journal.broken", "a commit failed: the disk is full")
        append(self, batch)

    def opened(path: Path, settings: Config, key: bytes, *, new: bool = False) -> Kept:
        found.openings += 1
        found.slowly()
        if not found.opens:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return open_journal(path, settings, key, new=new)

    monkeypatch.setattr(Kept, "append", appended)
    monkeypatch.setattr(directory, "open_journal", opened)
    return found


@contextmanager
def alone(folder: Path) -> Iterator[tuple[Node, list[str], whole.Time]]:
    """A node with lines to two others, who are silent."""
    places = [whole.make(folder, name) for name in ("north", "south", "east")]
    time = whole.Time()
    with places[0].open(time) as node:
        lines = [node.take_up(whole.paired(places[0], each), places[0].private).line for each in places[1:]]
        yield node, lines, time


def told(node: Node) -> list[tuple[str | None, str | None]]:
    return [(each.code, each.words) for each in node.events(0)[0] if each.what == "node.disk"]


def test_a_disk_that_takes_nothing_is_told_once_and_over_only_after_a_commit(
    tmp_path: Path, disk: Disk
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        disk.writes = False
        with pytest.raises(Refused) as caught:
            found.one.say(found.line, "main", "test.said", 1, {"said": "lost"})
        assert caught.value.code == "journal.broken"
        trouble = ("journal.broken", "a commit failed: the disk is full")
        for _ in range(3):
            # nothing is to be written in these: that nothing failed shows nothing
            found.time.pass_ms(1_000)
            found.one.tick()
            assert found.one.trouble == found.one.status().trouble == trouble[1]
        assert told(found.one) == [trouble]
        disk.writes = True
        found.one.tick()
        assert found.one.trouble is None and told(found.one) == [trouble, (None, OVER)]
        held = leaves(found.one, found.line)
        found.one.say(found.line, "main", "test.said", 1, {"said": "kept"})
        settle(found)
        assert words(found.other, found.line) == ['{"said":"kept"}']
        # looking whether it can be written has said nothing on the line
        assert leaves(found.one, found.line)[: len(held)] == held


def test_what_comes_meanwhile_is_not_acknowledged_and_comes_again(tmp_path: Path, disk: Disk) -> None:
    with whole.two(tmp_path) as found:
        settle(found)
        found.other.say(found.line, "main", "test.said", 1, {"said": "to a full disk"})
        disk.writes = False
        with pytest.raises(Refused):
            deliver(found.line, found.one, found.other)
        disk.writes = True
        [mine] = [each for each in found.other.line(found.line).feeds if each.mine and each.kind == "main"]
        assert mine.delivered == mine.entries - 1
        settle(found)
        [mine] = [each for each in found.other.line(found.line).feeds if each.mine and each.kind == "main"]
        assert mine.delivered == mine.entries
        assert words(found.one, found.line) == ['{"said":"to a full disk"}']


def test_a_journal_that_cannot_be_opened_again_is_tried_once_a_second_and_shown_meanwhile(
    tmp_path: Path, disk: Disk
) -> None:
    with alone(tmp_path) as (node, lines, time):
        disk.writes = disk.opens = False
        with pytest.raises(Refused) as caught:
            node.readdress(lines[0], "https://south.example:7879")
        assert caught.value.code == "journal.disk"
        assert str(tmp_path) not in caught.value.message
        before = disk.openings
        for n in range(1, 4):
            time.pass_ms(1_000)
            node.tick()
            assert disk.openings == before + n  # not once for each of its lines
        assert sorted(each.line for each in node.lines()) == sorted(lines)
        assert [code for code, _ in told(node)] == ["journal.disk"]
        disk.writes = disk.opens = True
        node.tick()
        assert node.trouble is None
        assert node.readdress(lines[0], "https://south.example:7879").address == "https://south.example:7879"


@pytest.mark.parametrize("opens", [False, True])
def test_a_journal_that_is_slow_to_open_leaves_most_of_the_time_to_others(
    tmp_path: Path, disk: Disk, opens: bool
) -> None:
    with alone(tmp_path) as (node, lines, time):
        disk.writes, disk.opens = False, opens
        with pytest.raises(Refused):
            node.readdress(lines[0], None)
        begin, before = time.boot_ms, disk.openings
        disk.slowly = lambda: time.pass_ms(10_000)
        for _ in range(300):
            time.pass_ms(1_000)
            node.tick()
        spent = 10_000 * (disk.openings - before)
        assert 0.05 < spent / (time.boot_ms - begin) < 0.15
        disk.writes = disk.opens = True
        for _ in range(RESTS * 10 + 1):
            time.pass_ms(1_000)
            node.tick()
        assert node.trouble is None


def test_keys_of_the_day_that_cannot_be_written_are_told_once_and_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with whole.two(tmp_path) as found:
        settle(found)

        def failing(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

        monkeypatch.setattr(Prekeys, "renew", failing)
        for _ in range(2):
            found.one.tick()
        words = "the keys of the day are not written: No space left on device; the older ones stay in use"
        # the journal can be written: the node is not in trouble
        assert found.one.trouble is None and told(found.one) == [("prekey.not_kept", words)]
        found.one.say(found.line, "main", "test.said", 1, {"said": "as ever"})
        settle(found)
        assert len(leaves(found.other, found.line)) == len(leaves(found.one, found.line))
        log = b"".join(each.read_bytes() for each in (found.places[0].path / "log").iterdir())
        assert b"No space" not in log


def test_before_there_is_a_line_nothing_is_written_to_see(tmp_path: Path) -> None:
    with whole.make(tmp_path, "north").open(whole.Time()) as node:
        node._try()
        assert node._lines.private.journal.heads() == {}
        assert told(node) == []
