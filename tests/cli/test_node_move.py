"""`wideberth node move`, on the old machine and on the new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import nodes
from tests.cli.runs import Ran, run
from wideberth.ledger import ids
from wideberth.node import directory
from wideberth.node.config import Config
from wideberth.store import keyfile

HALF = keyfile.public("identity", bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    directory.make(tmp_path / "north", HALF, nodes.KEY, None, Config())
    for name, key in (("journal.key", nodes.KEY), ("other.key", bytes(32))):
        (tmp_path / name).write_text(ids.base32(key))
        (tmp_path / name).chmod(0o600)
    return tmp_path


def move(folder: Path, *options: str, data: str = "north", key: str = "journal.key") -> Ran:
    return run("node", "move", "--data", str(folder / data), "--key-file", str(folder / key), *options)


def test_there_and_out_again(folder: Path) -> None:
    file = str(folder / "north.move")
    ran = move(folder, "--out", file)
    assert ran.code == 0, ran.err
    assert ids.party(HALF.key) in ran.out and "Nothing starts here any more" in ran.err
    status = run("node", "status", "--data", str(folder / "north"), "--json").json
    assert status["moved"] is True
    ran = run("duty", "show", "--data", str(folder / "north"))
    assert ran.code != 0 and "[node.moved]" in ran.err
    ran = move(folder, "--from", file, "--json", data="new")
    assert (ran.code, ran.json["data"], ran.json["party"]) == (0, str(folder / "new"), ids.party(HALF.key))
    assert run("node", "status", "--data", str(folder / "new"), "--json").json["moved"] is False


def test_one_way_at_a_time(folder: Path) -> None:
    for options in ((), ("--out", "a", "--from", "b")):
        ran = move(folder, *options)
        assert ran.code == 2 and "[move.way]" in ran.err


def test_the_key_of_the_journal_is_needed_on_both_machines(folder: Path) -> None:
    file = str(folder / "north.move")
    ran = move(folder, "--out", file, key="other.key")
    assert ran.code == 2 and "[journal.key]" in ran.err
    assert not (folder / "north.move").exists() and not (folder / "north" / "moved").exists()
    assert move(folder, "--out", file).code == 0
    ran = move(folder, "--from", file, data="new", key="other.key")
    assert ran.code == 2 and "[move.key]" in ran.err
    assert not (folder / "new").exists()
