"""What is known of people: kept sealed, fetched one by one, and gone when its day has come."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from wideberth.errors import Invalid, Refused
from wideberth.store import personal
from wideberth.store.cipher import ID, Cipher
from wideberth.store.personal import DAY, Personal, Record

KEY = bytes(range(32))
SEALING = Cipher(KEY, bytes(ID))
NOW = 1_900_000_000_000
ABOUT = "site s-1/h-1"
FIELDS = {"name": "Maryam al-Example", "telephone": "+963 11 222 3344", "plate": "UN 123"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "personal.db"


@pytest.fixture
def kept(path: Path) -> Iterator[Personal]:
    with personal.open(path, SEALING) as found:
        found.keep(ABOUT, FIELDS, NOW + DAY, NOW)
        yield found


def written(path: Path) -> bytes:
    """Everything on the disk: the file, and what SQLite has beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()))


def code(path: Path, sealing: Cipher = SEALING) -> str:
    try:
        personal.open(path, sealing).close()
    except Refused as error:
        return error.code
    return ""


def test_what_was_kept_comes_back_after_a_start(kept: Personal, path: Path) -> None:
    assert kept.get(ABOUT, NOW) == Record(FIELDS, NOW + DAY)
    assert kept.get("site s-1/h-2", NOW) is None
    kept.close()
    with personal.open(path, SEALING) as again:
        assert again.get(ABOUT, NOW) == Record(FIELDS, NOW + DAY)


def test_nothing_of_it_can_be_read_off_the_disk(kept: Personal, path: Path) -> None:
    for text in (*FIELDS.values(), ABOUT, "h-1", "telephone"):
        assert text.encode() not in written(path)
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}


def rows(path: Path) -> list[bytes]:
    """Every sealed value of the file, as it stands there."""
    with closing(sqlite3.connect(path)) as plain:
        return [each for row in plain.execute("SELECT key, sealed FROM records") for each in row]


@pytest.mark.parametrize("how", ["erased", "due", "replaced"])
def test_what_is_erased_is_gone_from_the_disk(path: Path, how: str) -> None:
    with personal.open(path, SEALING) as kept:
        for n in range(30):
            kept.keep(f"site {n}", {"name": f"person {n} {'x' * 400}"}, NOW + 2 * DAY, NOW)
        kept.keep(ABOUT, FIELDS, NOW + DAY, NOW)
    before = rows(path)
    assert all(each in written(path) for each in before)
    with personal.open(path, SEALING) as kept:
        if how == "erased":
            assert kept.erase(ABOUT) and not kept.erase(ABOUT)
        elif how == "due":
            assert kept.erase_due(NOW + DAY - 1) == 0
            assert kept.erase_due(NOW + DAY) == 1
        else:
            kept.keep(ABOUT, {"name": "nobody"}, NOW + DAY, NOW)
        # at once, while it is open
        left = written(path)
        gone = [each for each in before if each not in left]
        assert len(gone) == 2
        assert (kept.get(ABOUT, NOW) is None) == (how != "replaced")
        assert kept.get("site 7", NOW) is not None
    assert not any(each in written(path) for each in gone)


def test_a_key_that_is_gone_takes_its_bytes_with_it(path: Path) -> None:
    """A copy of the sealed bytes alone opens to nobody: each record has a key of its own."""
    with personal.open(path, SEALING) as kept:
        kept.keep("a", FIELDS, NOW + DAY, NOW)
        kept.keep("b", FIELDS, NOW + DAY, NOW)
    with closing(sqlite3.connect(path)) as plain, plain:
        (one, other) = plain.execute("SELECT about, key FROM records").fetchall()
        assert one[1] != other[1]
        plain.execute("UPDATE records SET key = ? WHERE about = ?", (other[1], one[0]))
    with personal.open(path, SEALING) as kept:
        found = [_fetched(kept, each) for each in ("a", "b")]
    assert sorted(found, key=str) == ["personal.damaged", FIELDS]


def _fetched(kept: Personal, about: str) -> Any:
    try:
        found = kept.get(about, NOW)
    except Refused as error:
        return error.code
    return None if found is None else found.fields


def test_a_day_that_has_come_shows_nothing_even_before_it_is_erased(kept: Personal) -> None:
    assert kept.get(ABOUT, NOW + DAY - 1) is not None
    assert kept.get(ABOUT, NOW + DAY) is None


@pytest.mark.parametrize("until", [NOW - 1, NOW, NOW + personal.LONGEST + 1])
def test_everything_has_a_day_on_which_it_goes(kept: Personal, until: int) -> None:
    with pytest.raises(Invalid) as caught:
        kept.keep(ABOUT, FIELDS, until, NOW)
    assert caught.value.code == "personal.until"


@pytest.mark.parametrize(
    "fields", [{}, {"name": ""}, {"": "x"}, {"name": "x" * 501}, {str(n): "x" for n in range(21)}]
)
def test_what_is_too_much_is_refused_and_not_said_again(kept: Personal, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        kept.keep(ABOUT, fields, NOW + DAY, NOW)
    assert caught.value.code == "personal.fields"
    assert "xx" not in str(caught.value)


def test_who_is_killed_while_erasing_finishes_at_the_next_start(path: Path) -> None:
    with personal.open(path, SEALING) as kept:
        kept.keep(ABOUT, FIELDS, NOW + DAY, NOW)
    before = rows(path)
    with closing(sqlite3.connect(path)) as plain, plain:
        # as it stands when the deletion is durable and nothing was written anew
        plain.execute("PRAGMA secure_delete = OFF").fetchall()
        plain.execute("DELETE FROM records")
        plain.execute("INSERT INTO settings VALUES ('leaving', x'01')")
    assert any(each in written(path) for each in before)
    assert code(path) == ""
    assert not any(each in written(path) for each in before)


def test_one_process_has_them(kept: Personal, path: Path) -> None:
    assert code(path) == "personal.locked"
    kept.close()
    assert code(path) == ""


def test_a_file_that_others_may_open_a_link_and_a_folder_are_refused(path: Path, tmp_path: Path) -> None:
    personal.open(path, SEALING).close()
    path.chmod(0o640)
    assert code(path) == "personal.mode"
    (tmp_path / "link.db").symlink_to(path)
    (tmp_path / "folder.db").mkdir(mode=0o700)
    assert code(tmp_path / "link.db") == code(tmp_path / "folder.db") == "personal.mode"


def test_another_journals_and_a_newer_and_a_damaged_file_are_refused_and_left_alone(path: Path) -> None:
    personal.open(path, SEALING).close()
    assert code(path, Cipher(bytes(32), bytes(ID))) == "personal.damaged"
    assert code(path, Cipher(KEY, b"x" * ID)) == "personal.damaged"
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA user_version = 2")
    assert code(path) == "personal.version"
    path.write_bytes(whole[: len(whole) // 2])
    assert code(path) == "personal.damaged"
    path.write_bytes(os.urandom(4096))
    assert code(path) == "personal.damaged"


def test_a_file_with_a_trigger_in_it_is_refused(path: Path) -> None:
    personal.open(path, SEALING).close()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TRIGGER t AFTER DELETE ON records BEGIN SELECT 1; END")
    assert code(path) == "personal.damaged"


def test_a_record_that_was_altered_is_told(path: Path) -> None:
    with personal.open(path, SEALING) as kept:
        kept.keep(ABOUT, FIELDS, NOW + DAY, NOW)
    for column, value in (("sealed", b"x"), ("sealed", os.urandom(80)), ("key", os.urandom(60))):
        with closing(sqlite3.connect(path)) as plain, plain:
            (before,) = plain.execute(f"SELECT {column} FROM records").fetchone()
            plain.execute(f"UPDATE records SET {column} = ?", (value,))
        with personal.open(path, SEALING) as kept:
            assert _fetched(kept, ABOUT) == "personal.damaged"
        with closing(sqlite3.connect(path)) as plain, plain:
            plain.execute(f"UPDATE records SET {column} = ?", (before,))


def test_a_failing_file_is_told_and_is_no_traceback(kept: Personal, path: Path) -> None:
    kept._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Refused) as caught:
        kept.erase(ABOUT)
    assert caught.value.code == "personal.disk"
    kept._connection.execute("PRAGMA query_only = OFF")
    with pytest.raises(OverflowError):
        kept.erase_due(2**70)
    assert kept.get(ABOUT, NOW) is not None


def test_traces_that_cannot_be_removed_now_are_told_and_removed_later(kept: Personal, path: Path) -> None:
    before = rows_of(kept)

    def denied(action: int, *_: Any) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK

    # VACUUM attaches the file that it writes
    kept._connection.set_authorizer(denied)
    with pytest.raises(Refused) as caught:
        kept.erase(ABOUT)
    assert caught.value.code == "personal.residue"
    assert kept.get(ABOUT, NOW) is None
    kept._connection.set_authorizer(None)
    kept.close()
    assert code(path) == ""
    assert not any(each in written(path) for each in before)


def rows_of(kept: Personal) -> list[bytes]:
    return [each for row in kept._connection.execute("SELECT key, sealed FROM records") for each in row]
