"""What the file of the accounts can suffer, and what stays in it."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.store.peopled import AWAY, NOW, QUICK, WORDS, WRONG, peopled, reopened
from wideberth.errors import Refused
from wideberth.store import accounts, accounts_file
from wideberth.store.accounts import DAY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    peopled(tmp_path / "accounts.db").close()
    return tmp_path / "accounts.db"


def code(path: Path) -> str:
    """What refuses it; nothing where everybody is there."""
    try:
        with reopened(path) as people:
            assert [each.name for each in people.users()] == ["chief", "duty-1", "duty-2", "guest"]
    except Refused as error:
        return error.code
    return ""


def files(path: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()))


def test_files_are_their_owners_only(path: Path) -> None:
    with reopened(path) as people:
        people.new_token("duty-1", "desk", DAY, NOW)
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == {"accounts.db": 0o600, "accounts.db-wal": 0o600}


def test_a_change_waits_for_the_disk(path: Path) -> None:
    """A kill cannot show it, for the system keeps what was written: 2 is FULL."""
    with reopened(path) as people:
        found = [people._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SET]
    assert dict(zip(SET, found, strict=True)) == SET


SET = {
    "synchronous": 2,
    "journal_mode": "wal",
    "secure_delete": 1,
    "locking_mode": "exclusive",
    "foreign_keys": 1,
    "trusted_schema": 0,
    "temp_store": 2,
}


def test_a_file_that_others_may_open_is_refused(path: Path) -> None:
    path.chmod(0o644)
    assert code(path) == "accounts.mode"
    path.chmod(0o600)
    assert code(path) == ""


def test_a_link_a_folder_and_nothing_are_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path)
    (tmp_path / "folder.db").mkdir(mode=0o700)
    assert code(tmp_path / "link.db") == code(tmp_path / "folder.db") == "accounts.mode"
    assert code(tmp_path / "none.db") == "accounts.damaged"
    assert not (tmp_path / "none.db").exists()


def test_accounts_are_made_once(path: Path) -> None:
    with pytest.raises(FileExistsError):
        accounts.create(path, QUICK)
    assert code(path) == ""


def test_one_process_has_them(path: Path) -> None:
    with reopened(path):
        assert code(path) == "accounts.locked"
        script = f"from tests.store.test_accounts_file import *; print(code(Path({str(path)!r})))"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stdout == "accounts.locked\n", done.stderr
    assert code(path) == ""


def test_a_newer_file_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA user_version = 5")
    before = path.read_bytes()
    assert code(path) == "accounts.version"
    assert path.read_bytes() == before


def test_a_truncated_or_emptied_file_is_never_taken_for_a_new_one(path: Path) -> None:
    whole = path.read_bytes()
    for length in (0, 1, 50, 100, 4096, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:length])
        assert code(path) == "accounts.damaged", length
    with closing(sqlite3.connect(path.with_name("other.db"))) as plain:
        plain.execute("CREATE TABLE users (x)")
    path.with_name("other.db").chmod(0o600)
    assert code(path.with_name("other.db")) == "accounts.damaged"


def test_a_log_cut_in_its_middle_is_told(path: Path) -> None:
    """A lost change may be the revocation of a stolen token."""
    people = reopened(path)
    for i in range(4):
        people.new_token("duty-1", f"desk {i}", DAY, NOW + i)
    data, log = path.read_bytes(), bytearray(path.with_name("accounts.db-wal").read_bytes())
    people.close()
    log[200] ^= 1
    path.write_bytes(data)
    path.with_name("accounts.db-wal").write_bytes(log)
    assert code(path) == "accounts.damaged"


def test_a_flipped_byte_is_refused_or_changes_no_password(path: Path) -> None:
    whole, chance = path.read_bytes(), random.Random(5)
    for _ in range(60):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        with suppress(Refused), reopened(path) as people, pytest.raises(Refused):
            people.login("chief", WRONG, AWAY, NOW)


def test_an_index_that_does_not_fit_its_table_is_refused(path: Path) -> None:
    """A name that the index does not find could be made twice."""
    with closing(sqlite3.connect(path)) as plain:
        (size,) = plain.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_users_1'"
        (page,) = plain.execute(query).fetchone()
    whole = bytearray(path.read_bytes())
    at = whole.index(b"duty-1", (page - 1) * size, page * size)
    whole[at] ^= 1
    path.write_bytes(whole)
    assert code(path) == "accounts.damaged"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON users BEGIN UPDATE users SET roles = 'admin'; END",
        "DROP TRIGGER duty_is_kept",
        "CREATE VIEW v AS SELECT 1",
    ],
)
def test_a_file_with_a_rule_more_or_less_is_refused(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
    assert code(path) == "accounts.damaged"


def test_what_a_thief_of_the_file_finds(path: Path) -> None:
    """Names and roles; no password, no token, no place, and nothing of what was typed as a name."""
    with reopened(path) as people:
        token = people.new_token("duty-1", "desk", DAY, NOW)
        people.login("duty-1", f"duty-1 {WORDS}", AWAY, NOW)
        with suppress(Refused):
            people.login(WORDS, "duty-1", AWAY, NOW)
        people.close()
    found = files(path)
    assert b"duty-1" in found and b"$argon2id$" in found
    for secret in (token, token[4:], WORDS, AWAY):
        assert secret.encode() not in found
        assert secret[:12].encode() not in found or secret == AWAY


def test_of_who_was_deleted_nothing_stays_in_the_files(tmp_path: Path) -> None:
    """Many come and go, so that rows move between pages; whatever moved left no copy."""
    path, chance = tmp_path / "accounts.db", random.Random(3)
    with peopled(path) as people:
        names = [f"person-{i:03d}-{'x' * chance.randrange(30)}" for i in range(120)]
        for i, name in enumerate(names):
            people.add(name, WORDS, ["officer"], NOW)
            people.new_token(name, f"token of {name}", DAY, NOW)
            if i % 3 == 0:
                people.set_roles(name, list(accounts.ROLES))
        people.take(names[5], "officer", NOW)
        hashes = dict(people._connection.execute("SELECT name, password FROM users").fetchall())
        going = chance.sample(names, 12)
        going[0] = names[5]
        for name in going:
            people.delete(name, NOW)
        gone = [name[:10] for name in going] + [hashes[name][-20:] for name in going]
        assert [each for each in gone if each.encode() in files(path)] == []
        assert len(people.users()) == 4 + 120 - 12
    assert [each for each in gone if each.encode() in files(path)] == []
    assert names[1].encode() in files(path) or names[1] in going


def test_a_kill_before_the_traces_are_gone_is_made_good_at_the_next_opening(
    path: Path, tmp_path: Path
) -> None:
    other = tmp_path / "copy" / "accounts.db"
    other.parent.mkdir()
    with reopened(path) as people:
        db = people._connection
        db.execute("BEGIN")
        db.execute("DELETE FROM users WHERE name = 'guest'")
        db.execute("INSERT INTO settings VALUES ('leaving', x'01')")
        db.execute("COMMIT")
        for end in ("", "-wal"):
            (other.parent / f"accounts.db{end}").write_bytes(path.with_name(f"accounts.db{end}").read_bytes())
    other.chmod(0o600)
    assert b"guest" in files(other)
    with reopened(other) as people:
        assert [each.name for each in people.users()] == ["chief", "duty-1", "duty-2"]
        assert b"guest" not in files(other)
        assert people._connection.execute("SELECT name FROM settings").fetchall() == [("key",)]


@pytest.mark.parametrize(
    "denied",
    [(sqlite3.SQLITE_ATTACH, None), (sqlite3.SQLITE_PRAGMA, "wal_checkpoint")],
    ids=["not written anew", "log not emptied"],
)
def test_traces_that_stay_are_told(path: Path, denied: tuple[int, str | None]) -> None:
    kind, name = denied

    def allowed(action: int, first: str | None, *_: object) -> int:
        return sqlite3.SQLITE_DENY if action == kind and name in (None, first) else sqlite3.SQLITE_OK

    with reopened(path) as people:
        people._connection.set_authorizer(allowed)
        with pytest.raises(Refused) as caught:
            people.delete("guest", NOW)
        assert caught.value.code == "accounts.residue"
        assert "guest" not in [each.name for each in people.users()]
        # whoever is killed here begins again at the next opening
        assert people._connection.execute("SELECT count(*) FROM settings WHERE name = 'leaving'").fetchone()[
            0
        ]
    with reopened(path):
        assert b"guest" not in files(path)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SQLITE_FULL", "accounts.disk"),
        ("SQLITE_IOERR_FSYNC", "accounts.disk"),
        ("SQLITE_BUSY", "accounts.locked"),
        ("SQLITE_CORRUPT", "accounts.damaged"),
    ],
)
def test_whose_fault_it_is_can_be_told(name: str, wanted: str) -> None:
    error = sqlite3.OperationalError("it failed")
    error.sqlite_errorname = name
    assert accounts_file.refused("accounts.db", error).code == wanted
