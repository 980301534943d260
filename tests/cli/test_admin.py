"""`wideberth admin`: accounts and tokens, in the files of a node that is not running."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.runs import Ran, run
from tests.store.peopled import QUICK
from wideberth.cli.main import app
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.store import accounts, keyfile
from wideberth.store.accounts import DAY, LOCAL, Accounts

WORDS = "dull kettle orbits fourteen"
HALF = keyfile.public("identity", bytes(32))


class Node:
    """A data directory, and the command run on it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "north"
        self.words = folder / "words"
        self.words.write_text(f"{WORDS}\n")
        self.words.chmod(0o600)
        directory.make(self.path, HALF, bytes(32), None, Config())

    def run(self, *arguments: str) -> Ran:
        return run("admin", *arguments, "--data", str(self.path))

    def done(self, *arguments: str) -> Ran:
        ran = self.run(*arguments)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, code: str, *arguments: str, exit_code: int = 2) -> Ran:
        ran = self.run(*arguments)
        assert (ran.code, f"[{code}]" in ran.err, ran.out.strip()) == (exit_code, True, ""), ran.err
        return ran

    def add(self, name: str, *roles: str) -> Ran:
        named = [part for role in roles for part in ("--role", role)]
        return self.done("user", "add", name, *named, "--password-file", str(self.words))

    def people(self) -> Accounts:
        return accounts.open(self.path / "accounts.db")


@pytest.fixture
def node(tmp_path: Path) -> Node:
    made = Node(tmp_path)
    with accounts.open(made.path / "accounts.db", QUICK) as people:
        people.begin("chief", WORDS, SYSTEM.now())
        people.add("duty-1", WORDS, ["officer", "planner"], SYSTEM.now())
    return made


def test_the_first_user_is_made_once_and_by_the_owner(tmp_path: Path) -> None:
    node = Node(tmp_path)
    assert node.done("init", "chief", "--password-file", str(node.words)).out == "chief  admin\n"
    with node.people() as people:
        assert people.login("chief", WORDS, LOCAL, SYSTEM.now()).roles == ("admin",)
    node.refused("accounts.begun", "init", "other", "--password-file", str(node.words))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_another_user_makes_nobody(node: Node) -> None:
    os.chown(node.path, 12345, -1)
    node.refused("node.owner", "init", "other", "--password-file", str(node.words))


def test_a_password_is_typed_twice_and_never_shown(node: Node) -> None:
    add = ["admin", "user", "add", "duty-2", "--role", "officer", "--data", str(node.path)]
    result = CliRunner().invoke(app, add, input=f"{WORDS} 2\n{WORDS} 2\n")
    assert result.exit_code == 0 and WORDS not in result.output
    with node.people() as people:
        assert people.login("duty-2", f"{WORDS} 2", LOCAL, SYSTEM.now()).name == "duty-2"
    node.refused("accounts.no_password", "user", "add", "duty-3", "--role", "officer")


def test_a_password_file_that_others_may_read_is_refused(node: Node) -> None:
    node.words.chmod(0o644)
    node.refused("key.mode", "user", "add", "x", "--role", "officer", "--password-file", str(node.words))


def test_it_says_that_no_node_runs_and_refuses_while_one_does(node: Node) -> None:
    assert "No node runs on" in node.done("user", "list").err
    with directory.held(node.path):
        node.refused("node.locked", "user", "list", exit_code=3)


def test_accounts_are_listed_for_people_and_for_machines(node: Node) -> None:
    with node.people() as people:
        people.take("duty-1", "officer", SYSTEM.now())
    assert node.add("guest", "observer").out == "guest  observer\n"
    node.done("user", "disable", "guest")
    assert node.done("user", "list").out.splitlines() == [
        "chief   admin",
        "duty-1  officer, planner  on duty as officer",
        "guest   observer  DISABLED",
    ]
    listed = node.done("user", "list", "--json").json
    assert isinstance(listed["users"], list)
    assert [(each["name"], each["enabled"], each["duty"]) for each in listed["users"]] == [
        ("chief", True, None),
        ("duty-1", True, "officer"),
        ("guest", False, None),
    ]
    assert set(listed["users"][0]) == {"name", "roles", "enabled", "made", "duty"}


def test_an_empty_list_says_what_to_do(tmp_path: Path) -> None:
    assert Node(tmp_path).done("user", "list").out == "no account: wideberth admin init NAME\n"


def test_roles_passwords_disabling_and_enabling(node: Node) -> None:
    assert node.done("user", "roles", "duty-1", "--role", "releasing").out == "duty-1  releasing\n"
    node.refused("accounts.role", "user", "roles", "duty-1", "--role", "root")
    node.words.write_text("another kettle orbits\n")
    assert "tokens of the account have ended" in (
        node.done("user", "password", "duty-1", "--password-file", str(node.words)).err
    )
    node.refused("accounts.none", "user", "password", "nobody")
    with node.people() as people:
        assert people.login("duty-1", "another kettle orbits", LOCAL, SYSTEM.now()).name == "duty-1"
    assert "DISABLED" in node.done("user", "disable", "duty-1").out
    assert node.done("user", "enable", "duty-1").out == "duty-1  releasing\n"
    node.refused("accounts.last_admin", "user", "disable", "chief")


def test_who_is_disabled_on_duty_leaves_a_post_and_that_is_told(node: Node) -> None:
    with node.people() as people:
        people.take("duty-1", "deputy", SYSTEM.now())
    assert "Nobody is the deputy on duty any more." in node.done("user", "disable", "duty-1").err


def test_an_account_is_deleted_after_a_yes(node: Node) -> None:
    node.refused("accounts.not_confirmed", "user", "delete", "duty-1")
    assert node.done("user", "delete", "duty-1", "--yes").out == "deleted duty-1\n"
    node.refused("accounts.none", "user", "delete", "duty-1", "--yes")
    assert b"duty-1" not in (node.path / "accounts.db").read_bytes()


def test_a_token_is_shown_once_and_works(node: Node) -> None:
    ran = node.done("token", "add", "duty-1", "--name", "desk", "--days", "2")
    token = ran.out.strip()
    assert token.startswith("wbt-") and token not in ran.err and "only time" in ran.err
    with node.people() as people:
        now = SYSTEM.now()
        assert people.bearer(token, now).name == "duty-1"
        (found,) = people.tokens("duty-1")
        assert 0 <= found.made_ms + 2 * DAY - found.expires_ms <= 0 and now - found.made_ms < 60_000
    listed = node.done("token", "list", "duty-1")
    assert listed.out.startswith("desk  made 20") and "last used 20" in listed.out and token not in listed.out
    assert token[4:] not in node.done("token", "list", "duty-1", "--json").out
    assert node.done("token", "revoke", "duty-1", "desk").out == "revoked desk\n"
    assert node.done("token", "list", "duty-1").out == "no token\n"
    node.refused("accounts.no_token", "token", "revoke", "duty-1", "desk")


def test_a_token_lasts_as_the_settings_say(node: Node) -> None:
    (node.path / "node.toml").write_text("token_days = 3")
    token = node.done("token", "add", "duty-1", "--name", "desk", "--json").json["token"]
    assert isinstance(token, str)
    with node.people() as people:
        (found,) = people.tokens("duty-1")
    assert (found.expires_ms - found.made_ms, found.used_ms) == (3 * DAY, None)
    assert "never used" in node.done("token", "list", "duty-1").out
    node.refused("config.value", "token", "add", "duty-1", "--name", "x", "--days", "401")
