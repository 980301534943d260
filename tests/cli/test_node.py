"""`wideberth node init` and `node status`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli import nodes
from tests.cli.runs import Ran, run
from tests.ledger import records
from wideberth.cli.main import app
from wideberth.ledger import ids, quints
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.store import accounts, keyfile, sqlite
from wideberth.store import keys as stretched

WORDS = "dull kettle orbits fourteen"
SEED = bytes(range(32))
HALF = keyfile.public("identity", SEED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "north.key.pub").write_text(f"{HALF.text}\n")
    (tmp_path / "words").write_text(f"{WORDS}\n")
    (tmp_path / "words").chmod(0o600)
    return tmp_path


def init(folder: Path, *more: str, typed: str = "") -> Ran:
    """The command, with what somebody types."""
    result = CliRunner().invoke(app, ["node", "init", "--data", str(folder / "north"), *more], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Ran(result.exit_code, result.stdout_bytes, result.stderr)


def made(folder: Path) -> Path:
    ran = init(folder, "--identity", str(folder / "north.key.pub"), "--key-file", str(folder / "journal.key"))
    assert ran.code == 0, ran.err
    return folder / "north"


def test_init_makes_everything_and_says_what_to_keep_and_do(folder: Path) -> None:
    ran = init(folder, "--identity", HALF.text, "--key-file", str(folder / "journal.key"))
    assert ran.code == 0
    assert ids.party(HALF.key) in ran.out and quints.identity(HALF.key) in ran.out
    assert f"Keep a copy of {folder / 'journal.key'} elsewhere" in ran.err
    assert "Compare the eight words by voice" in ran.err and "next: wideberth admin init NAME" in ran.err
    assert "identity.key" not in ran.err and "wideberth pair certify takes the .pub files" in ran.err
    assert stat.S_IMODE((folder / "journal.key").stat().st_mode) == 0o600
    key = stretched.from_file(folder / "journal.key")
    with sqlite.open(folder / "north" / "journal.db", key) as journal:
        assert journal.heads() == {}


def test_init_says_it_as_json(folder: Path) -> None:
    ran = init(folder, "--identity", HALF.text, "--key-file", str(folder / "journal.key"), "--json")
    assert ran.json | {"next": []} == {
        "schema": "wideberth.node/1",
        "exercise": False,
        "data": str(folder / "north"),
        "party": ids.party(HALF.key),
        "words": quints.identity(HALF.key),
        "identity": "elsewhere",
        "journal": "journal.db",
        "key_file": str(folder / "journal.key"),
        "next": [],
    }


def test_a_second_init_is_refused_and_changes_nothing(folder: Path) -> None:
    path = made(folder)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    for file in ("journal.key", "other.key"):
        ran = init(folder, "--identity", HALF.text, "--key-file", str(folder / file))
        assert ran.code == 2 and "[node.exists]" in ran.err
    assert {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()} == before
    assert path.is_dir()


def test_an_identity_made_here_is_to_be_taken_away(folder: Path) -> None:
    (folder / "journal.key").write_text(ids.base32(nodes.KEY))
    (folder / "journal.key").chmod(0o600)
    files = ("--key-file", str(folder / "journal.key"), "--passphrase-file", str(folder / "words"))
    ran = init(folder, *files)
    assert ran.code == 0
    key = folder / "north" / "keys" / "identity.key"
    assert f"Move {key} off this machine" in ran.err and "Keep a copy of" not in ran.err
    found = keyfile.read(keyfile.load(key))
    assert isinstance(found, keyfile.Sealed) and found.public == directory.identity(folder / "north")
    assert len(keyfile.opened(found, lambda: WORDS)) == 32
    assert run("node", "status", "--data", str(folder / "north"), "--json").json["identity"] == (
        "in keys/identity.key: take it away"
    )


def test_a_passphrase_of_the_journal_is_typed_twice(folder: Path) -> None:
    ran = init(folder, "--identity", HALF.text, typed=f"{WORDS}\n{WORDS}\n")
    assert ran.code == 0 and "Keep the passphrase of the journal on paper" in ran.err
    assert WORDS not in ran.err + ran.out
    path = folder / "north"
    how = stretched.read_stretching((path / "journal.scrypt.json").read_bytes())
    sqlite.open(path / "journal.db", stretched.from_passphrase(WORDS, how)).close()
    result = CliRunner().invoke(app, ["record", "feeds", "--data", str(path)], input=f"{WORDS}\n")
    assert (result.exit_code, result.stdout.lstrip()) == (0, "no feed in this journal\n")


def test_a_short_passphrase_or_nobody_who_types_makes_nothing(folder: Path) -> None:
    for typed in ("short\nshort\n", ""):
        ran = init(folder, "--identity", HALF.text, typed=typed)
        assert ran.code == 2 and "[journal.key_source]" in ran.err
        assert not (folder / "north").exists()


def test_the_key_may_be_in_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIDEBERTH_JOURNAL_KEY", ids.base32(nodes.KEY))
    assert init(folder, "--identity", HALF.text).code == 0
    sqlite.open(folder / "north" / "journal.db", nodes.KEY).close()


def test_the_key_of_the_journal_is_never_made_inside(folder: Path) -> None:
    ran = init(folder, "--identity", HALF.text, "--key-file", str(folder / "north" / "journal.key"))
    assert ran.code == 2 and "[journal.key_source]" in ran.err
    assert not (folder / "north").exists()


def test_a_key_made_for_a_journal_that_could_not_be_goes_again(folder: Path) -> None:
    ran = init(
        folder,
        *("--identity", HALF.text, "--key-file", str(folder / "journal.key")),
        *("--journal", "postgresql://node:secret@127.0.0.1:1/none"),
    )
    assert ran.code == 3 and "[journal.unreachable]" in ran.err and "secret" not in ran.err
    assert sorted(each.name for each in folder.iterdir()) == ["north.key.pub", "words"]


def test_another_key_than_an_identity_is_refused(folder: Path) -> None:
    officer = keyfile.public("officer", SEED).text
    ran = init(folder, "--identity", officer, "--key-file", str(folder / "journal.key"))
    assert ran.code == 2 and "[key.purpose]" in ran.err
    assert not (folder / "journal.key").exists()


def test_status_says_what_is_there(folder: Path) -> None:
    path = made(folder)
    with accounts.open(path / "accounts.db") as people:
        people.begin("chief", WORDS, 1)
        people.add("duty-1", WORDS, ["officer"], 2)
        people.take("duty-1", "officer", 3)
    ran = run("node", "status", "--data", str(path))
    assert ran.code == 0
    said = dict(line.split(maxsplit=1) for line in ran.out.splitlines())
    assert said == {
        "data": str(path),
        "party": ids.party(HALF.key),
        "words": quints.identity(HALF.key),
        "identity": "elsewhere",
        "journal": "journal.db",
        "bytes": f"{(path / 'journal.db').stat().st_size:,}",
        "passphrase": "no",
        "moved": "no",
        "keys": "3",
        "snapshots": "0",
        "accounts": "2",
        "admins": "1",
        "duty": "officer: duty-1",
    }


def test_status_lists_the_feeds_of_a_journal_that_it_may_open(folder: Path) -> None:
    path = made(folder)
    other = nodes.node(folder / "other")
    for name in ("journal.db", "key"):
        (other / name).rename(path / name)
    asked = ("node", "status", "--data", str(path), "--heads", "--key-file", str(path / "key"))
    ran, said = run(*asked), run(*asked, "--json").json
    assert ran.code == 0 and "private feed" in ran.out and records.MAIN.head.origin.text in ran.out
    assert isinstance(said["feeds"], list) and len(said["feeds"]) == 3
    assert "[journal.key_source]" in run("node", "status", "--data", str(path), "--heads").err


def test_status_tells_what_is_missing(folder: Path) -> None:
    path = made(folder)
    (path / "journal.db").unlink()
    assert run("node", "status", "--data", str(path), "--json").json["journal"] == "missing"
    (path / "node.toml").write_text('journal = "postgresql://node@db/x"')
    assert run("node", "status", "--data", str(path), "--json").json["journal"] == "postgresql"
    (path / "accounts.db").unlink()
    ran = run("node", "status", "--data", str(path))
    assert ran.code == 2 and "[accounts.damaged]" in ran.err
    assert not (path / "accounts.db").exists()


def test_a_directory_in_use_is_could_not(folder: Path) -> None:
    path = made(folder)
    with directory.held(path):
        ran = run("node", "status", "--data", str(path))
        assert (ran.code, ran.out) == (3, "") and "[node.locked]" in ran.err


def test_without_a_directory_the_default_is_meant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIDEBERTH_DATA", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    ran = run("node", "init", "--identity", HALF.text, "--key-file", str(folder / "journal.key"))
    assert ran.code == 0
    assert run("node", "status", "--json").json["data"] == str(folder / "data" / "wideberth")


def test_one_more_key_takes_the_place_of_the_one_in_use_when_it_is_certified(folder: Path) -> None:
    path = made(folder)
    keys_of = path / directory.KEYS
    before = node_keys.publics(keys_of)
    ran = run("node", "key", "log", "--data", str(path), "--key-file", str(folder / "journal.key"))
    assert ran.code == 0 and ran.out.startswith("wideberth/public/v1 log ")
    assert "wideberth line papers" in ran.err
    after = node_keys.publics(keys_of)
    assert after["log"] != before["log"] and after["seal"] == before["seal"]
    assert after["log"].text == ran.out.strip()
    assert (keys_of / "log-2.sealed").stat().st_mode & 0o777 == 0o600


def test_a_key_of_another_purpose_is_not_the_nodes(folder: Path) -> None:
    path = made(folder)
    ran = run("node", "key", "officer", "--data", str(path), "--key-file", str(folder / "journal.key"))
    assert ran.code == 2 and "[key.purpose]" in ran.err
