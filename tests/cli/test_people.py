"""`wideberth admin` and `duty` on a node that runs: the same commands, asked over its API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.running import Desk, desk
from tests.store.peopled import WORDS


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def admin(two: Desk, *arguments: str, typed: str = "") -> str:
    return two.done("admin", *arguments, role="admin", typed=typed).out


def test_there_is_one_first_user(two: Desk) -> None:
    ran = two.run("admin", "init", "chief", "--password-file", two.secret(WORDS), role=None)
    assert (ran.code, ran.out) == (2, "") and "[accounts.begun]" in ran.err


def test_an_account_is_added_changed_and_deleted(two: Desk) -> None:
    said = two.secret(f"duty-9 {WORDS}")
    assert (
        admin(two, "user", "add", "duty-9", "--role", "officer", "--password-file", said)
        == "duty-9  officer\n"
    )
    assert "duty-9     officer\n" in admin(two, "user", "list")
    assert admin(two, "user", "roles", "duty-9", "--role", "officer", "--role", "planner") == (
        "duty-9  officer, planner\n"
    )
    assert admin(two, "user", "password", "duty-9", "--password-file", said) == "duty-9  officer, planner\n"
    assert "DISABLED" in admin(two, "user", "disable", "duty-9")
    assert "DISABLED" not in admin(two, "user", "enable", "duty-9")
    two.refused("accounts.not_confirmed", "admin", "user", "delete", "duty-9", role="admin")
    assert admin(two, "user", "delete", "duty-9", typed="y\n") == "deleted duty-9\n"
    two.refused("accounts.none", "admin", "user", "disable", "duty-9", role="admin")


def test_no_files_are_touched_while_the_node_runs(two: Desk) -> None:
    ran = two.run("admin", "user", "list", role="admin")
    assert "working on its files" not in ran.err
    two.refused("api.role", "admin", "user", "list", role="officer")
    two.refused("login.none", "admin", "user", "list", role=None)


def test_who_leaves_a_post_is_told(two: Desk) -> None:
    said = two.secret(f"duty-8 {WORDS}")
    admin(two, "user", "add", "duty-8", "--role", "officer", "--password-file", said)
    two.done("duty", "take", "deputy", "--as", "duty-8", "--password-file", said)
    assert "on duty as deputy" in admin(two, "user", "list")
    ran = two.done("admin", "user", "disable", "duty-8", role="admin")
    assert "Nobody is the deputy on duty any more." in ran.err
    ran = two.done("admin", "user", "delete", "duty-8", "--yes", role="admin")
    assert ran.err == ""


def test_a_token_is_made_listed_and_revoked(two: Desk) -> None:
    token = admin(two, "token", "add", "observer", "--name", "desk", "--days", "2").strip()
    assert token.startswith("wbt-")
    listed = admin(two, "token", "list", "observer")
    assert "desk  made 20" in listed and "never used" in listed and token not in listed
    admin(two, "token", "add", "observer", "--name", "wall map 2?")
    assert admin(two, "token", "revoke", "observer", "wall map 2?") == "revoked wall map 2?\n"
    assert admin(two, "token", "revoke", "observer", "desk") == "revoked desk\n"
    two.refused("accounts.no_token", "admin", "token", "revoke", "observer", "desk", role="admin")


def test_duty_is_taken_by_login_or_by_password_and_handed_over(two: Desk) -> None:
    tokens = len(two.two.one.people.tokens("officer"))
    assert two.done("duty", "show").out.splitlines()[0].startswith("officer    ")
    assert "officer    officer  since" in two.done("duty", "take", "officer").out
    two.refused(
        "duty.held",
        "duty",
        "take",
        "officer",
        "--as",
        "officer",
        "--password-file",
        two.secret(f"officer {WORDS}"),
    )
    two.refused("accounts.login", "duty", "hand", "officer", "--as", "officer", "--to", "observer",
                "--password-file", two.secret("a wrong password"))  # fmt: skip
    two.refused("duty.role", "duty", "hand", "officer", "--to", "observer")
    # whoever acts by password leaves no token behind
    assert len(two.two.one.people.tokens("officer")) == tokens
    then = two.done("duty", "show", "--as-of", "2026-01-01T00:00:00Z", "--json").json["duty"]
    assert isinstance(then, list) and [each["name"] for each in then] == [None, None, None]
    two.refused("duty.post", "duty", "take", "captain")


def test_a_running_node_says_how_it_stands(two: Desk) -> None:
    shown = two.done("node", "status", role="observer").out
    assert f"party       {two.two.one.party}" in shown and "south: live" in shown
    found = two.done("node", "status", "--json").json
    assert found["lines"] == 1 and found["schema"] == "wideberth.node/1"
    ran = two.run("node", "status", "--heads", "--key-file", two.secret("x"))
    assert ran.code == 3 and "[node.locked]" in ran.err
