"""Snapshots as files: the newest that is whole, of this journal, and what was entered; or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec import structs

from bench.journal import KEY
from tests.ledger.two import LINE, A, B, origin, seed
from wideberth.errors import Stale
from wideberth.ledger import entries, feed, merkle, order, snapshot
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Item
from wideberth.ledger.ids import Origin
from wideberth.ledger.snapshot import Snapshot
from wideberth.store import folders, snapshots, sqlite
from wideberth.store.cipher import Cipher, snapshot_place
from wideberth.store.journal import Step
from wideberth.store.kept import Kept
from wideberth.store.snapshots import HEADING

CIPHER = Cipher(KEY, bytes(16))
NAME = "line-{:019d}.snapshot"


def bare(_: int, data: bytes) -> bytes:
    return data


def loaded(folder: Path, line: str = "line") -> tuple[bytes | None, list[str]]:
    found = snapshots.load(folder, CIPHER, line, bare)
    assert all(each.error.code == "journal.snapshot" for each in found.passed)
    return found.value, [each.error.message for each in found.passed]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "snapshots"
    for number in (7, 8, 30):
        snapshots.save(folder, CIPHER, "line", number, b"state %d" % number)
    return folder


def test_the_newest_is_loaded_and_two_are_kept(folder: Path) -> None:
    assert sorted(each.name for each in folder.iterdir()) == [NAME.format(8), NAME.format(30)]
    assert snapshots.load(folder, CIPHER, "line", bare) == (b"state 30", 30, ())
    modes = {each.stat().st_mode & 0o777 for each in folder.iterdir()}
    assert modes == {0o600} and folder.stat().st_mode & 0o777 == 0o700
    assert b"state" not in b"".join(each.read_bytes() for each in folder.iterdir())


def test_lines_do_not_see_each_other(folder: Path) -> None:
    snapshots.save(folder, CIPHER, "private", 1, b"mine")
    (folder / "line-9.snapshot").write_bytes(b"whatever it is, it is not one")
    (folder / "lin").mkdir()
    assert loaded(folder) == (b"state 30", []) and loaded(folder, "private") == (b"mine", [])
    assert loaded(folder, "other") == loaded(folder / "nowhere") == (None, [])


@pytest.mark.parametrize("at", [0, 29, 30, 35, 45, -1])
def test_a_changed_one_is_told_and_passed_over(folder: Path, at: int) -> None:
    path = folder / NAME.format(30)
    changed = bytearray(path.read_bytes())
    changed[at] ^= 1
    path.write_bytes(changed)
    value, (said,) = loaded(folder)
    assert value == b"state 8" and said.startswith(path.name)


def test_what_else_is_passed_over(folder: Path) -> None:
    newest, older = folder / NAME.format(30), folder / NAME.format(8)
    row = Cipher(KEY, bytes(15) + b"1").seal(b"state", snapshot_place("line", 30))
    for data, said in (
        (b"", "begins ''"),
        (b"wideberth/journal/snapshot/v2\n" + bytes(99), "begins 'wideberth/journal/snapshot/v2', not"),
        (newest.read_bytes()[:-20], "is damaged, or of another journal, line or number"),
        (older.read_bytes(), "is damaged, or of another"),
        (HEADING + row, "is damaged, or of another journal"),
    ):
        newest.write_bytes(data)
        value, (told,) = loaded(folder)
        assert value == b"state 8" and said in told
    newest.unlink()
    newest.mkdir()
    older.write_bytes(b"")
    value, told_of = loaded(folder)
    assert value is None and "cannot be read: Is a directory" in told_of[0] and len(told_of) == 2


def test_one_that_its_reader_does_not_accept_is_passed_over(folder: Path) -> None:
    def accept(number: int, data: bytes) -> bytes:
        if number == 30:
            raise Stale("ledger.snapshot_rules", 0, "other rules")
        return data

    found = snapshots.load(folder, CIPHER, "line", accept)
    assert (found.value, found.number) == (b"state 8", 8)
    assert [(each.name, each.error.code) for each in found.passed] == [
        (NAME.format(30), "ledger.snapshot_rules")
    ]


def test_a_failed_save_leaves_what_was_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}

    def failing(*_: object) -> None:
        raise OSError

    for name in ("os.fsync", "pathlib.Path.rename"):
        with monkeypatch.context() as patched:
            patched.setattr(name, failing)
            with pytest.raises(OSError):
                snapshots.save(folder, CIPHER, "line", 31, b"more")
        assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    (folder / (NAME.format(31) + ".new")).write_bytes(b"half of one, from a power cut")
    assert loaded(folder) == (b"state 30", [])
    snapshots.save(folder, CIPHER, "line", 31, b"more")
    assert sorted(each.name for each in folder.iterdir()) == [NAME.format(30), NAME.format(31)]


def test_what_a_killed_process_left_is_removed_by_the_next(folder: Path) -> None:
    """It may hold what was dropped since."""
    left, other = (folder / f"{line}-{25:019d}.snapshot.new" for line in ("line", "private"))
    for each in (left, other):
        each.write_bytes(b"half a state")
    snapshots.save(folder, CIPHER, "line", 31, b"more")
    assert not left.exists() and other.exists()


def test_a_name_is_durable_before_the_older_files_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(folders, "sync", lambda at: seen.append(sorted(each.name for each in at.iterdir())))
    snapshots.save(folder, CIPHER, "line", 31, b"more")
    assert seen == [[NAME.format(n) for n in (8, 30, 31)]]


class Written(NamedTuple):
    """A feed as its author goes on with it, and its entries."""

    head: feed.Head
    entries: tuple[Entry, ...] = ()

    def more(self, value: Value, folded: dict[Origin, int], kind: str = "test.said") -> Written:
        said = feed.Written(kind, 1, folded, self.head.size)
        added = feed.append(self.head, said, value, seed(f"{self.head.origin.text} {self.head.size}")[:16])
        return Written(added.head, (*self.entries, added.entry))

    @property
    def step(self) -> Step:
        return Step(
            self.head.origin.text, 0, tuple(Item(each.leaf, each.salt, each.body) for each in self.entries)
        )


THEIRS = Written(feed.Head(origin(B))).more({"n": 0}, {}).more({"n": 1}, {})
MINE = Written(feed.Head(origin(A))).more({"n": 0}, {origin(B): 2})
TAKEN = Snapshot(
    LINE.id,
    order.beginning(order.place(LINE, (*THEIRS.entries, *MINE.entries))),
    {each.head.origin: merkle.root(each.head.tree) for each in (THEIRS, MINE)},
    "desk/1",
    b"the state",
)
DATA = snapshot.write(TAKEN)
ENTERED = MINE.more(entries.write(snapshot.enter(DATA)), {origin(B): 2}, entries.Taken.TYPE).more(
    entries.write(entries.Commitment(bytes(32))), {origin(B): 2}, entries.Commitment.TYPE
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Kept]:
    with sqlite.open(tmp_path / "journal.db", KEY) as journal:
        journal.append([THEIRS.step, ENTERED.step])
        yield journal


def resumed(folder: Path, journal: Kept, rules: str = "desk/1") -> tuple[Snapshot | None, list[str]]:
    found = snapshots.resume(folder, journal, LINE.id, origin(A).text, rules)
    return found.value, [each.error.code for each in found.passed]


def test_what_was_entered_is_gone_on_from(tmp_path: Path, journal: Kept) -> None:
    snapshots.save(tmp_path / "s", journal.sealing, LINE.id, 1, DATA)
    assert resumed(tmp_path / "s", journal) == (TAKEN, [])
    assert resumed(tmp_path / "s", journal, "desk/2") == (None, ["ledger.snapshot_rules"])


def test_what_was_not_entered_is_passed_over(tmp_path: Path, journal: Kept) -> None:
    """Another entry, none, another snapshot; each saved by who has the key."""
    folder = tmp_path / "s"
    other = snapshot.write(structs.replace(TAKEN, state=b"another"))
    for number, data, code in (
        (0, DATA, "ledger.not_understood"),
        (2, DATA, "journal.snapshot"),
        (3, DATA, "journal.snapshot"),
        (1, other, "ledger.snapshot_altered"),
        (1, b"", "ledger.snapshot_altered"),
    ):
        path = snapshots.save(folder, journal.sealing, LINE.id, number, data)
        assert resumed(folder, journal) == (None, [code])
        path.unlink()


def test_one_of_what_the_journal_does_not_hold_is_passed_over(tmp_path: Path) -> None:
    """The other's feed was lost, or is another."""
    short = Written(feed.Head(origin(B))).more({"n": 0}, {})
    for theirs, code in ((short, "ledger.size"), (short.more({"n": 7}, {}), "ledger.snapshot_heads")):
        path = tmp_path / code
        with sqlite.open(path, KEY) as journal:
            journal.append([theirs.step, ENTERED.step])
            snapshots.save(tmp_path / "s", journal.sealing, LINE.id, 1, DATA)
            assert resumed(tmp_path / "s", journal) == (None, [code])


def test_of_an_entry_without_body_nothing_is_known(tmp_path: Path, journal: Kept) -> None:
    snapshots.save(tmp_path / "s", journal.sealing, LINE.id, 1, DATA)
    journal.drop({origin(A).text: [1]})
    assert resumed(tmp_path / "s", journal) == (None, ["journal.snapshot"])
