"""Nothing that a command shows of an exercise can be taken for anything real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import running
from tests.cli.running import Desk
from tests.cli.runs import run
from wideberth.cli.say import MARK
from wideberth.line import pairing_file

IDENTITY = "wideberth-public identity "


@pytest.fixture(scope="module")
def drill() -> Iterator[Desk]:
    with running.desk(exercise=True) as found:
        yield found


@pytest.fixture(scope="module")
def real() -> Iterator[Desk]:
    with running.desk() as found:
        yield found


SHOWN = [
    ("line", "list"),
    ("line", "show", "south"),
    ("node", "status"),
    ("plan", "list"),
    ("case", "list"),
    ("site", "list"),
]


@pytest.mark.parametrize("command", SHOWN, ids=" ".join)
def test_what_is_shown_begins_with_it(drill: Desk, real: Desk, command: tuple[str, ...]) -> None:
    ran = drill.done(*command)
    # of what is empty there is a word on standard error only
    assert (ran.out or ran.err).startswith(f"{MARK}\n")
    assert (ran.out + ran.err).count(MARK) == 1
    said = drill.done(*command, "--json").json
    assert said["exercise"] is True
    assert MARK not in (plain := real.done(*command)).out + plain.err
    assert not real.done(*command, "--json").json.get("exercise")


def test_an_error_is_marked_too(drill: Desk) -> None:
    ran = drill.run("case", "show", "none")
    assert (ran.code, ran.out) == (2, "") and ran.err.startswith(f"{MARK}\n")


def test_a_node_and_an_offer_are_made_for_an_exercise(tmp_path: Path) -> None:
    half = tmp_path / "north.key.pub"
    key = run("key", "new", "identity", "--out", str(tmp_path / "north.key"), "--no-passphrase")
    assert key.code == 0, key.err
    made = (
        "--identity",
        str(half),
        "--key-file",
        str(tmp_path / "journal.key"),
        "--data",
        str(tmp_path / "n"),
    )
    ran = run("node", "init", *made, "--exercise")
    assert ran.code == 0 and ran.out.startswith(f"{MARK}\n"), ran.err
    assert "\nexercise = true\n" in (tmp_path / "n" / "node.toml").read_text()
    status = run("node", "status", "--data", str(tmp_path / "n"))
    assert status.out.startswith(f"{MARK}\n")
    offers = []
    for name, more in (("drill", ("--exercise",)), ("real", ())):
        out = tmp_path / f"{name}.offer"
        ran = run("pair", "offer", "--identity", str(half), "--out", str(out), "--no-passphrase", *more)
        assert ran.code == 0 and ran.out.startswith(MARK) is bool(more), ran.err
        offers.append(pairing_file.read_offer(out.read_bytes()))
    assert [each.exercise for each in offers] == [True, False]
