"""The file of replies: what is kept, what is erased for good, and what it is not opened as."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from wideberth.errors import Refused
from wideberth.store import replies
from wideberth.store.replies import Kept, ReplyFile

ONE = Kept(0, "q-1", "the words of somebody unmistakable", "en", "Somebody", 1_000)


def code(path: Path) -> str:
    with pytest.raises(Refused) as found:
        replies.open(path)
    return found.value.code


def test_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    with replies.open(path) as file:
        first, key = file.add(ONE, "words"), file.key
        assert first is not None and file.add(ONE, "words") is None
        other = file.add(structs.replace(ONE, communique="q-2"), "words")
        assert other is not None and file.decide(first, "shown", None, 5)
        assert not file.decide(99, "shown", None, 5) and file.one(99) is None
    assert path.stat().st_mode & 0o777 == 0o600
    with replies.open(path) as file:
        assert file.key == key
        assert file.all("waiting") == [structs.replace(ONE, id=other, communique="q-2")]
        assert file.all("waiting", "q-1") == []
        assert [each.id for each in file.all("shown", "q-1")] == [first]
        assert file.counts() == {"q-1": {"shown": 1}, "q-2": {"waiting": 1}}


def test_what_is_erased_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    with replies.open(path) as file:
        numbers = [file.add(structs.replace(ONE, text=f"{ONE.text} {n}"), str(n)) for n in range(3)]
        for number, state in zip(numbers, ("refused", "refused", "shown"), strict=True):
            assert number is not None
            file.decide(number, "refused" if state == "refused" else "shown", None, 10 * number)
        assert file.erase(refused_ms=10, waiting_ms=0) == 1
        assert file.erase(refused_ms=10, waiting_ms=0) == 0
        left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert b"unmistakable 0" not in left and b"unmistakable 1" in left and b"unmistakable 2" in left
        again = file.add(structs.replace(ONE, text=f"{ONE.text} 0"), "0")
        assert again is not None and again > 3  # no number is used twice
        assert file.erase(refused_ms=0, waiting_ms=1_000) == 1


def test_a_file_that_others_may_read_or_that_is_none_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    with replies.open(path):
        assert code(path) == "reply.locked"
    path.chmod(0o644)
    assert code(path) == "reply.mode"
    path.chmod(0o600)
    link = tmp_path / "link.db"
    link.symlink_to(path)
    assert code(link) == "reply.mode"
    other = tmp_path / "other.db"
    other.write_bytes(os.urandom(4_096))
    other.chmod(0o600)
    assert code(other) == "reply.damaged"


def fill(file: ReplyFile) -> None:
    for n in range(500):
        file.add(structs.replace(ONE, text="x" * 2_000), str(n))


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("PRAGMA user_version = 9", "reply.version"),
        ("CREATE TRIGGER x AFTER INSERT ON replies BEGIN DELETE FROM settings; END", "reply.damaged"),
        ("DELETE FROM settings", "reply.damaged"),
    ],
)
def test_what_somebody_has_changed_is_not_opened(tmp_path: Path, change: str, wanted: str) -> None:
    path = tmp_path / "replies.db"
    replies.open(path).close()
    with closing(sqlite3.connect(path)) as found:
        found.execute(change)
        found.commit()
    assert code(path) == wanted


def test_what_was_not_scrubbed_is_at_the_next_opening(tmp_path: Path) -> None:
    path = tmp_path / "replies.db"
    with replies.open(path) as file:
        file.add(ONE, "words")
    with closing(sqlite3.connect(path)) as found:
        found.execute("PRAGMA secure_delete = OFF").fetchall()
        found.execute("DELETE FROM replies")
        found.execute("INSERT INTO settings VALUES ('leaving', x'01')")
        found.commit()
    assert b"unmistakable" in path.read_bytes()
    with replies.open(path) as file:
        assert file.counts() == {}
    assert b"unmistakable" not in path.read_bytes()


def test_a_disk_that_is_full_is_said(tmp_path: Path) -> None:
    with replies.open(tmp_path / "replies.db") as file:
        file._connection.execute("PRAGMA max_page_count = 1").fetchall()
        with pytest.raises(Refused) as found:
            fill(file)
        assert found.value.code == "reply.disk"
        assert len(file.all("waiting")) < 500
