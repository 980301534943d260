"""The data directory: whole or not there, its owner's, and of one process at a time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import nodes
from wideberth.errors import Invalid, Refused
from wideberth.node import config, directory
from wideberth.node import keys as node_keys
from wideberth.node.config import Config
from wideberth.store import accounts, keyfile, sqlite
from wideberth.store.keys import Stretching

KEY = bytes(range(32))
SEED = bytes(range(32, 64))
HALF = keyfile.public("identity", SEED)
HOW = Stretching(bytes(16), n=16)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    directory.make(tmp_path / "node", HALF, KEY, None, Config())
    return tmp_path / "node"


def refusal(step: object, *arguments: object) -> str:
    with pytest.raises((Refused, Invalid)) as caught:
        step(*arguments)  # type: ignore[operator]  # a function of directory
    assert isinstance(caught.value, Refused | Invalid)
    return caught.value.code


def hold(path: Path) -> None:
    with directory.held(path):
        pass


def test_everything_is_there_and_its_owners_only(path: Path) -> None:
    found = {
        each.relative_to(path).as_posix(): each.stat().st_mode & 0o777 for each in [path, *path.rglob("*")]
    }
    assert found == {
        ".": 0o700,
        "keys": 0o700,
        "snapshots": 0o700,
        "run": 0o700,
        "log": 0o700,
        "node.toml": 0o600,
        "accounts.db": 0o600,
        "journal.db": 0o600,
        "journal.db.lock": 0o600,
        "keys/identity.pub": 0o644,
        **{f"keys/{purpose}.sealed": 0o600 for purpose in node_keys.PURPOSES},
        **{f"keys/{purpose}.pub": 0o644 for purpose in node_keys.PURPOSES},
    }
    assert directory.identity(path) == HALF
    with directory.open_journal(path, Config(), KEY) as journal:
        assert len(node_keys.open_keys(path / "keys", journal.sealing).seals) == 1
    assert directory.settings(path, {}, {}) == Config()
    with accounts.open(path / "accounts.db") as people, sqlite.open(path / "journal.db", KEY) as journal:
        assert (people.users(), journal.heads()) == ((), {})


def test_an_identity_made_here_and_a_passphrase_are_kept(tmp_path: Path) -> None:
    sealed = keyfile.sealed(HALF, SEED, "dull kettle orbits", HOW)
    directory.make(tmp_path / "deep" / "node", sealed, KEY, HOW, Config())
    folder = tmp_path / "deep" / "node"
    assert keyfile.read(keyfile.load(folder / "keys" / "identity.key")) == sealed
    assert directory.identity(folder) == HALF
    assert (folder / "journal.scrypt.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deep").stat().st_mode & 0o777 == 0o700


def test_what_is_there_is_never_written_over(path: Path, tmp_path: Path) -> None:
    before = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}
    assert refusal(directory.make, path, HALF, KEY, None, Config()) == "node.exists"
    (tmp_path / "file").write_text("mine")
    assert refusal(directory.make, tmp_path / "file", HALF, KEY, None, Config()) == "node.exists"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert refusal(directory.make, tmp_path / "link", HALF, KEY, None, Config()) == "node.link"
    assert {each: each.read_bytes() for each in path.rglob("*") if each.is_file()} == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "link", "node"]


def test_an_empty_folder_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir(mode=0o755)
    directory.make(tmp_path / "node", HALF, KEY, None, Config())
    assert (tmp_path / "node").stat().st_mode & 0o777 == 0o700
    hold(tmp_path / "node")


def test_nothing_half_made_is_left(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        directory.make(tmp_path / "node", HALF, b"short", None, Config())
    assert caught.value.code == "journal.key_length"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    beside, place = tmp_path / "beside", tmp_path / "node"
    for each in (beside, place):
        each.mkdir()
    (place / "theirs").touch()
    assert refusal(directory._rename, beside, place) == "node.exists"
    with pytest.raises(FileNotFoundError):
        directory._rename(tmp_path / "none", tmp_path / "other")


def test_a_killed_init_leaves_nothing_at_the_place(tmp_path: Path) -> None:
    """Killed at its last step but one: what is there is beside, hidden, and in the way of nobody."""
    script = f"""
import os, signal
from pathlib import Path
from tests.node.test_directory import HALF, KEY
from wideberth.node import directory
from wideberth.node.config import Config
directory._rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
directory.make(Path({str(tmp_path / "node")!r}), HALF, KEY, None, Config())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, timeout=60, check=False)
    assert done.returncode == -9
    assert [each.name.startswith(".node.new-") for each in tmp_path.iterdir()] == [True]
    directory.make(tmp_path / "node", HALF, KEY, None, Config())
    hold(tmp_path / "node")


def test_a_second_node_on_it_is_refused_with_the_first_ones_number(path: Path) -> None:
    with directory.held(path) as held:
        assert held == path
        with pytest.raises(Refused, match=f"open in process {os.getpid()}") as caught, directory.held(path):
            pass
        assert caught.value.code == "node.locked"
    (path / "lock").write_text("999999\n")
    hold(path)  # whoever is gone holds nothing


def test_a_lock_is_given_back_however_it_ends(path: Path) -> None:
    with pytest.raises(KeyError), directory.held(path):
        raise KeyError
    hold(path)


def test_a_directory_that_others_may_open_is_refused(path: Path) -> None:
    for mode in (0o750, 0o701, 0o704, 0o777):
        path.chmod(mode)
        assert refusal(hold, path) == "node.mode"
    path.chmod(0o700)
    hold(path)


def test_a_link_in_its_place_or_inside_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    assert refusal(hold, tmp_path / "link") == "node.link"
    (path / "snapshots").rmdir()
    (path / "snapshots").symlink_to(tmp_path)
    assert refusal(hold, path) == "node.link"


def test_what_is_no_data_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(hold, tmp_path / "none") == "node.none"
    (tmp_path / "file").touch()
    assert refusal(hold, tmp_path / "file") == "node.link"
    (tmp_path / "other").mkdir(mode=0o700)
    (tmp_path / "other" / "journal.db").touch()
    assert refusal(hold, tmp_path / "other") == "node.none"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_another_users_directory_is_refused(path: Path) -> None:
    os.chown(path, 12345, -1)
    assert refusal(hold, path) == "node.owner"


def test_only_the_owner_makes_the_first_user(path: Path) -> None:
    directory.same_user(os.geteuid(), path)
    assert refusal(directory.same_user, os.geteuid() + 1, path) == "node.owner"


def test_a_journal_in_use_is_not_begun_again(tmp_path: Path) -> None:
    used = nodes.node(tmp_path / "used")
    assert refusal(directory._begin_journal, used, Config(), nodes.KEY) == "node.exists"


def test_a_journal_may_be_elsewhere_and_is_asked_for_there(tmp_path: Path) -> None:
    settings = Config(journal="postgresql://node@127.0.0.1:1/none")
    assert refusal(directory.make, tmp_path / "node", HALF, KEY, None, settings) == "journal.unreachable"
    assert list(tmp_path.iterdir()) == []


def test_without_the_driver_of_postgresql_all_else_works(tmp_path: Path) -> None:
    """A plain installation has no asyncpg: None in sys.modules is how Python says that it is not there."""
    script = f"""
import sys
sys.modules["asyncpg"] = None
from pathlib import Path
from tests.node.test_directory import HALF, KEY
from wideberth.cli.main import app
from wideberth.errors import Refused
from wideberth.node import directory
from wideberth.node.config import Config
directory.make(Path({str(tmp_path / "node")!r}), HALF, KEY, None, Config())
try:
    directory.make(Path({str(tmp_path / "other")!r}), HALF, KEY, None, Config(journal="postgresql://h/d"))
except Refused as error:
    print(error.code)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "journal.no_driver\n", done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["node"]


def test_what_the_system_refuses_is_its_own_error(path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        directory.check(path / ("x" * 300))


def test_settings_are_read_from_it(path: Path) -> None:
    (path / config.FILE).write_text("token_days = 7")
    assert directory.settings(path, {"WIDEBERTH_API": "off"}, {"line": "off"}) == Config(
        api="off", line="off", token_days=7
    )
    (path / config.FILE).unlink()
    assert directory.settings(path, {}, {}) == Config()


@pytest.mark.parametrize(
    ("named", "wanted"),
    [("", "/h/.local/share/wideberth"), ("x/y", "/h/.local/share/wideberth"), ("/x", "/x/wideberth")],
)
def test_the_default_is_that_of_the_desktop(named: str, wanted: str) -> None:
    assert directory.default({"XDG_DATA_HOME": named}, Path("/h")) == Path(wanted)


def test_a_journal_that_is_gone_is_not_made_anew(path: Path) -> None:
    (path / directory.JOURNAL).unlink()
    assert refusal(directory.open_journal, path, Config(), KEY) == "node.no_journal"
    assert not (path / directory.JOURNAL).exists()
