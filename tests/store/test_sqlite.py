"""What only a file can suffer."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench.journal import KEY, feed, items
from wideberth.errors import Invalid, Refused
from wideberth.store import sqlite
from wideberth.store.journal import Step

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
