"""Nothing that a command shows of an exercise can be taken for anything real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import running
from tests.cli.running import Desk
from tests.cli.runs import run
from wideberth.line import pairing_file
from wideberth.render import mark
from wideberth.render.mark import MARK

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


def test_what_is_written_for_people_is_marked(drill: Desk, tmp_path: Path) -> None:
    fields = ("place=34.4,33.0", "seen_at=2027-01-15T09:15:00Z")
    made = drill.run("call", "make", "south", "CHECK", *fields, "--json")
    assert made.code == 0, made.err
    calls = made.json["calls"]
    assert isinstance(calls, list)
    [call] = calls
    name = str(call["call"])
    page = tmp_path / "sides.html"
    drill.done("call", "sides", name, "--html", str(page))
    assert "EXERCISE" in page.read_text()


def test_pages_and_pictures_have_the_mark_at_their_top() -> None:
    page = mark.html("<html><body class='x'><p>y</p></body></html>", exercise=True)
    assert page.index(MARK) < page.index("<p>y")
    assert mark.html(page, exercise=True) == page
    picture = mark.svg("<svg><g><svg></svg></g></svg>", exercise=True)
    assert picture.endswith("</text></svg>") and MARK in picture
    assert mark.text("x", exercise=True).startswith(MARK) and mark.text("x", exercise=False) == "x"
    assert mark.html("<body>", exercise=False) == "<body>" and mark.svg("<svg/>", exercise=False) == "<svg/>"
