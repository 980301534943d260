"""`wideberth duty`: who is on, by the password of who goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.runs import Ran, run
from tests.store.peopled import NOW, WORDS, peopled, reopened
from wideberth.cli.main import app
from wideberth.store import throttle


class Desk:
    """A data directory with people in it, and the command run on it."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o700)
        self.path = folder
        peopled(folder / "accounts.db").close()

    def run(self, *arguments: str) -> Ran:
        return run("duty", *arguments, "--data", str(self.path))

    def password(self, text: str) -> tuple[str, str]:
        file = self.path / "words"
        file.write_text(text)
        file.chmod(0o600)
        return ("--password-file", str(file))

    def take(self, name: str, *more: str, password: str | None = None) -> Ran:
        said = self.password(f"{name} {WORDS}" if password is None else password)
        return self.run("take", "officer", "--as", name, *said, *more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_nobody_is_on_at_first(desk: Desk) -> None:
    assert desk.run("show").out == "officer    nobody\ndeputy     nobody\ncommander  nobody\n"


def test_a_post_is_taken_handed_over_and_relieved(desk: Desk) -> None:
    assert desk.take("duty-1").out.startswith("officer    duty-1  since 20")
    held = desk.take("duty-2")
    assert held.code == 2 and "[duty.held]" in held.err
    said = desk.password(f"duty-1 {WORDS}")
    handed = desk.run("hand", "officer", "--as", "duty-1", "--to", "duty-2", *said)
    assert handed.code == 0 and "duty-2" in handed.out.splitlines()[0] and "(handed)" in handed.out
    assert "(relieved)" in desk.take("duty-1", "--relieve").out
    rows = desk.run("show", "--json").json["duty"]
    assert isinstance(rows, list)
    officer, *others = rows
    assert (officer["post"], officer["name"], officer["how"]) == ("officer", "duty-1", "relieved")
    assert [each["name"] for each in others] == [None, None]


def test_who_goes_on_has_to_know_the_password(desk: Desk) -> None:
    for name, password in (("duty-1", f"duty-2 {WORDS}"), ("nobody", WORDS)):
        ran = desk.take(name, password=password)
        assert (ran.code, ran.out) == (2, "") and "[accounts.login]" in ran.err
    ran = desk.take("guest")
    assert ran.code == 2 and "[duty.role]" in ran.err
    assert "nobody" in desk.run("show").out.splitlines()[0]


def test_who_guesses_is_told_to_wait(desk: Desk) -> None:
    for _ in range(throttle.FREE):
        assert "[accounts.login]" in desk.take("duty-1", password="a wrong password").err
    # each wait is twice as long: also a machine so busy that one is over before it asks again meets the next
    ran = desk.take("duty-1", password="a wrong password")
    for _ in range(10):
        if "[accounts.wait]" in ran.err:
            break
        ran = desk.take("duty-1", password="a wrong password")
    assert ran.code == 3 and "[accounts.wait]" in ran.err


def test_a_password_is_asked_for_once_and_not_shown(desk: Desk) -> None:
    take = ["duty", "take", "officer", "--as", "duty-1", "--data", str(desk.path)]
    result = CliRunner().invoke(app, take, input=f"duty-1 {WORDS}\n")
    assert result.exit_code == 0 and "officer    duty-1" in result.stdout and WORDS not in result.output
    assert "[accounts.no_password]" in desk.run("take", "deputy", "--as", "duty-2").err


def test_who_was_on_at_a_moment_is_known_also_when_the_account_is_deleted(desk: Desk) -> None:
    with reopened(desk.path / "accounts.db") as people:
        people.take("duty-1", "officer", NOW)
        people.delete("duty-1", NOW + 60_000)
    then = desk.run("show", "--as-of", "2030-03-17T17:47:00Z")
    assert then.out.splitlines()[:3] == [
        "AS OF 2030-03-17T17:47:00.000Z: not the present",
        "",
        "officer    a deleted account  since 2030-03-17T17:46:40.000Z (taken)",
    ]
    assert desk.run("show").out.splitlines()[0] == (
        "officer    nobody  since 2030-03-17T17:47:40.000Z (left)"
    )
    wrong = desk.run("show", "--as-of", "yesterday")
    assert wrong.code == 2 and "--as-of" in wrong.err
