"""What a disk can do to a journal that is opened and at work, without any privilege."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import damage, sweep
from tests.faults.workload import BATCHES, KEY
from wideberth.errors import Refused
from wideberth.store import sqlite


def test_the_log_is_moved_when_it_is_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOG", 20_000)
    path, log = tmp_path / damage.FILE, tmp_path / damage.LOG
    longest = 0
    with sqlite.open(path, KEY) as journal:
        made = path.stat().st_size
        for batch in BATCHES:
            journal.append(batch)
            longest = max(longest, log.stat().st_size)
        assert path.stat().st_size > made
        assert sweep.state(path, journal) == sweep.states()[len(BATCHES)]
    monkeypatch.undo()
    other = tmp_path / "other"
    other.mkdir()
    assert longest < len(damage.in_the_log(other).log) / 2


def test_a_reader_does_not_stop_the_log_from_being_moved_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOG", 0)
    path = tmp_path / damage.FILE
    with sqlite.open(path, KEY) as journal:
        journal.append(BATCHES[0])
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM feeds").fetchall()
            for batch in BATCHES[1:4]:
                journal.append(batch)
        for batch in BATCHES[4:]:
            journal.append(batch)
        assert sweep.state(path, journal) == sweep.states()[len(BATCHES)]


def test_a_failure_after_a_commit_stops_what_would_follow(tmp_path: Path) -> None:
    """The commit is durable, and said to be; but the next could be lost."""

    def failing() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    path = tmp_path / damage.FILE
    with sqlite.open(path, KEY) as journal:
        journal.append(BATCHES[0])
        journal._database = journal._database._replace(tidy=failing)
        journal.append(BATCHES[1])
        with pytest.raises(Refused) as caught:
            journal.append(BATCHES[2])
        assert caught.value.code == "journal.broken" and "disk I/O error" in caught.value.message
    with sqlite.open(path, KEY) as journal:
        assert sweep.state(path, journal) == sweep.states()[2]


def test_a_disk_that_fails_is_no_damaged_journal(tmp_path: Path) -> None:
    path = tmp_path / damage.FILE
    sqlite.open(path, KEY).close()
    in_the_way = path.with_name("journal.db-shm")
    in_the_way.mkdir()
    with pytest.raises(Refused) as caught:
        sqlite.open(path, KEY)
    assert caught.value.code == "journal.disk"
    in_the_way.rmdir()
    sqlite.open(path, KEY).close()


def test_a_full_disk_does_not_leave_it_locked(tmp_path: Path) -> None:
    lock = tmp_path / "journal.db.lock"
    lock.symlink_to("/dev/full")
    for _ in range(2):
        with pytest.raises(OSError, match=r"\[Errno"):
            sqlite.open(tmp_path / damage.FILE, KEY)
    lock.unlink()
    sqlite.open(tmp_path / damage.FILE, KEY).close()


@pytest.mark.slow
def test_a_log_that_another_program_reads_is_not_built_on(tmp_path: Path) -> None:
    """Its commits may not be durable, and cannot be made so while they are read."""
    logged = damage.in_the_log(tmp_path)
    path = tmp_path / damage.FILE
    for end, data in (("", logged.file), ("-wal", logged.log)):
        path.with_name(path.name + end).write_bytes(data)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM feeds").fetchall()
        with pytest.raises(Refused) as caught:
            sqlite.open(path, KEY)
        assert caught.value.code == "journal.locked"
    with sqlite.open(path, KEY) as journal:
        assert sweep.state(path, journal) == sweep.states()[len(BATCHES)]
