"""What only a file can suffer."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.journal import KEY, feed, items
from tests.ledger.two import A, origin
from wideberth.errors import Invalid, Refused
from wideberth.ledger.feed import Head, Item, Written, append
from wideberth.store import sqlite
from wideberth.store.journal import Step
from wideberth.store.kept import Kept

FEED = feed(0)
ENTRIES = items(FEED, 0, 60)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(FEED, 0, ENTRIES)])
    return path


def code(path: Path) -> str:
    """What refuses it; nothing where everything is there."""
    try:
        with sqlite.open(path, KEY) as journal:
            assert [each.item for each in journal.read(FEED)] == list(ENTRIES)
    except Refused as error:
        return error.code
    return ""


def test_files_are_their_owners_only(path: Path) -> None:
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(FEED, 60, items(FEED, 60, 61))])
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == {f"journal.db{end}": 0o600 for end in ("", "-wal", "-shm", ".lock")}


def test_a_commit_waits_for_the_disk(path: Path) -> None:
    """A kill cannot show it, for the system keeps what was written: 2 is FULL."""
    with sqlite.open(path, KEY) as journal:
        write = journal._database.write
        assert write.execute("PRAGMA synchronous").fetchone() == (2,)
        assert write.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert write.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_a_file_that_others_may_open_is_refused(path: Path) -> None:
    path.chmod(0o640)
    assert code(path) == "journal.mode"
    path.chmod(0o600)
    assert code(path) == ""


def test_the_holder_is_named_and_a_dead_one_holds_nothing(path: Path) -> None:
    with sqlite.open(path, KEY), pytest.raises(Refused) as caught:
        sqlite.open(path, KEY)
    assert caught.value.message == f"journal.db is open in process {os.getpid()}"
    path.with_name("journal.db.lock").write_text("999999\n")
    assert code(path) == ""


def test_a_link_leads_to_the_file_with_its_log_and_its_lock(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with sqlite.open(link, KEY) as journal:
        with pytest.raises(Refused) as caught:
            sqlite.open(path, KEY)
        assert caught.value.code == "journal.locked"
        journal.append([Step(FEED, 60, items(FEED, 60, 61))])
        log = path.with_name("journal.db-wal").read_bytes()
    cut = tmp_path / "cut.db"
    cut.symlink_to(path)
    path.with_name("journal.db-wal").write_bytes(b"\0" * 8 + log[8:])
    assert code(cut) == "journal.lost"


def test_a_link_in_place_of_the_lock_is_not_followed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("of somebody else")
    lock = path.with_name("journal.db.lock")
    lock.unlink()
    lock.symlink_to(other)
    with pytest.raises(OSError, match="symbolic"):
        sqlite.open(path, KEY)
    assert other.read_text() == "of somebody else"


def test_who_lost_the_lock_to_another_writes_nothing_more(path: Path) -> None:
    """Somebody removed the file: the second writes, and the first, which knows nothing of that, may not."""
    with sqlite.open(path, KEY) as first:
        path.with_name("journal.db.lock").unlink()
        with sqlite.open(path, KEY) as second:
            second.append([Step(FEED, 60, items(FEED, 60, 61))])
            for _ in range(2):
                with pytest.raises(Refused) as caught:
                    first.append([Step("another", 0)])
                assert caught.value.code == "journal.broken" and "another program" in caught.value.message
            second.append([Step(FEED, 61, items(FEED, 61, 62))])
    with sqlite.open(path, KEY) as journal:
        assert {name: head.size for name, head in journal.heads().items()} == {FEED: 62}


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("trigger", "CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM notes; END"),
        ("view", "CREATE VIEW more AS SELECT * FROM entries"),
        ("index", "CREATE INDEX more ON entries (sealed)"),
        ("table", "CREATE TABLE more (sealed)"),
    ],
)
def test_what_is_none_of_a_journals_is_refused(path: Path, kind: str, statement: str) -> None:
    """A trigger would lose what is acknowledged; an index would keep what is dropped."""
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
    with pytest.raises(Refused) as caught:
        sqlite.open(path, KEY)
    assert (caught.value.code, caught.value.message) == (
        "journal.altered",
        f"a {kind} more is none of a journal's",
    )


def test_a_flipped_byte_is_found_or_was_nothing(path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(7)
    found = []
    for at in [*range(0, 100, 9), *(chance.randrange(len(whole)) for _ in range(150))]:
        flipped = bytearray(whole)
        flipped[at] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        found.append(code(path))
    # bytes that stand for nothing may change unseen: code() has read every entry again
    assert set(found) <= {
        "",
        "journal.altered",
        "journal.damaged",
        "journal.lost",
        "journal.key",
        "journal.version",
    }
    assert found.count("") < len(found) / 2 and "journal.altered" in found


def test_a_truncated_file_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in (1, 50, 100, 1000, 4096, 8192, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert code(path) in ("journal.damaged", "journal.lost", "journal.altered", "journal.version"), length


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as plain:
        plain.execute("CREATE TABLE journal (x)")
    other.chmod(0o600)
    assert code(other) == "journal.damaged"
    other.write_bytes(b"no database" * 100)
    assert code(other) == "journal.damaged"


def test_what_is_only_in_the_log_is_there_after_a_crash(path: Path, tmp_path: Path) -> None:
    """A copy of the files as they are while a journal is open: what a power cut leaves."""
    other = tmp_path / "copy.db"
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(FEED, 60, items(FEED, 60, 70))])
        wal = path.with_name("journal.db-wal").read_bytes()
        assert len(wal) > 4096
        for end, data in (("", path.read_bytes()), ("-wal", wal)):
            (tmp_path / f"copy.db{end}").write_bytes(data)
        other.chmod(0o600)
    with sqlite.open(other, KEY) as journal:
        assert journal.heads()[FEED].size == 70
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


def test_a_database_that_cannot_log_ahead_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        sqlite._connect(Path(":memory:"))
    assert caught.value.code == "journal.damaged"
    with pytest.raises(Invalid) as length:
        sqlite.open(tmp_path / "new.db", b"short")
    assert length.value.code == "journal.key_length"


def varied(name: str, sizes: list[int]) -> list[Item]:
    """Entries of a feed whose bodies have about these sizes; the largest do not fit in a page."""
    head, found = Head(origin(A, "main", epoch=int(name))), []
    for n, size in enumerate(sizes):
        written = Written("test.said", 1, {}, n)
        grown = append(head, written, {"said": "." * size}, bytes([int(name), n, *range(14)]))
        head = grown.head
        found.append(Item(grown.entry.leaf, grown.entry.salt, grown.entry.body))
    return found


def test_of_what_was_dropped_no_trace_is_left_in_the_files(tmp_path: Path) -> None:
    """Rows of several feeds between each other, dropped in rounds while more is appended."""
    path, chance = tmp_path / "journal.db", random.Random(11)
    sizes = {str(i): [chance.choice([20, 300, 300, 1500, 5000]) for _ in range(60)] for i in range(4)}
    held = {origin(A, "main", epoch=int(i)).text: varied(i, each) for i, each in sizes.items()}
    places = [(name, n) for name in held for n in range(60)]
    chance.shuffle(places)

    def traces(rows: list[bytes]) -> int:
        files = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        return sum(
            row[at : at + 16] in files
            for row in rows
            for at in (*range(0, len(row) - 16, 400), len(row) - 16)
        )

    gone: list[bytes] = []
    with sqlite.open(path, KEY) as journal:
        for begin in range(0, 60, 10):
            for n in range(begin, begin + 10):
                journal.append([Step(name, n, (items[n],)) for name, items in held.items()])
            going = [(name, n) for name, n in places[::3] if begin <= n + 5 < begin + 10]
            rows = [row_of(journal, *each) for each in going]
            assert traces(rows) > len(rows)
            for name in held:
                journal.drop({name: [n for of, n in going if of == name]})
            gone += rows
            assert traces(gone) == 0
    assert len(gone) > 60 and traces(gone) == 0
    sqlite.open(path, KEY).close()


def row_of(journal: Kept, feed: str, n: int) -> bytes:
    query = "SELECT sealed FROM entries WHERE feed = ? AND n = ?"
    found = journal._database.read.execute(query, (journal._numbers[feed], n)).fetchone()[0]
    assert isinstance(found, bytes)
    return found


def test_traces_that_a_reader_holds_are_told_and_removed_later(path: Path) -> None:
    with sqlite.open(path, KEY) as journal, closing(sqlite3.connect(path, isolation_level=None)) as other:
        journal.append([Step(FEED, 60, items(FEED, 60, 61))])
        row = row_of(journal, FEED, 60)
        log = path.with_name("journal.db-wal")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM entries").fetchall()
        journal._database.write.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(Refused) as caught:
            journal.drop({FEED: [60]})
        assert caught.value.code == "journal.residue" and row in log.read_bytes()
        assert journal.heads()[FEED].dropped == 1
        # nobody else is stopped by it
        journal.append([Step(FEED, 61, items(FEED, 61, 62))])
        other.execute("COMMIT")
        journal.drop({FEED: [60]})
        assert log.stat().st_size == 0 and row not in path.read_bytes()


def test_traces_of_a_process_that_was_killed_are_removed_at_opening(path: Path, tmp_path: Path) -> None:
    """The files as they are after the commit of a drop, before its log was emptied."""
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(FEED, 60, items(FEED, 60, 61))])
        row = row_of(journal, FEED, 60)
        journal._database = journal._database._replace(scrub=lambda: None)
        journal.drop({FEED: [60]})
        for end in ("", "-wal"):
            data = path.with_name(f"journal.db{end}").read_bytes()
            (tmp_path / f"copy.db{end}").write_bytes(data)
    assert row in (tmp_path / "copy.db-wal").read_bytes()
    (tmp_path / "copy.db").chmod(0o600)
    with sqlite.open(tmp_path / "copy.db", KEY) as journal:
        assert journal.heads()[FEED].dropped == 1
        assert all(row not in each.read_bytes() for each in tmp_path.glob("copy.db*"))
