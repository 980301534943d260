"""`wideberth login` and `logout`: where tokens are kept, for whom, and what ends them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import Desk, desk
from tests.cli.runs import run
from tests.store.peopled import WORDS
from wideberth.cli import reached, tokens
from wideberth.cli.reached import Where
from wideberth.cli.tokens import Kept
from wideberth.errors import Invalid, Refused, Unreachable
from wideberth.node import directory
from wideberth.store import passwords

TOKEN, _ = passwords.new_token()


@pytest.fixture(scope="module")
def two() -> Iterator[Desk]:
    with desk() as found:
        yield found


def kept(two: Desk) -> list[Path]:
    return sorted((two.config / "wideberth" / "tokens").glob("*.json"))


def test_a_login_is_kept_used_and_ended(two: Desk) -> None:
    said = two.secret(f"officer {WORDS}")
    ran = two.done("login", "officer", "--password-file", said, role=None)
    (file,) = kept(two)
    text = file.read_text()
    assert ran.out.startswith("logged in as officer, until 20") and "wbt-" in text
    assert "wbt-" not in ran.out + ran.err and file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert "south" in two.done("line", "list", role=None).out
    again = two.done("login", "officer", "--password-file", said, "--days", "2", "--json", role=None)
    assert again.json["logged_in"] == "officer" and file.read_text() != text
    # the one that it replaces has ended: nobody would know of it
    assert len(two.two.one.people.tokens("officer")) == 2
    assert two.done("logout", role=None).out == "logged out officer\n"
    assert kept(two) == [] and len(two.two.one.people.tokens("officer")) == 1
    two.refused("login.none", "logout", role=None)


def test_a_wrong_password_logs_nobody_in(two: Desk) -> None:
    said = two.secret("a wrong password")
    two.refused("accounts.login", "login", "officer", "--password-file", said, role=None)
    assert kept(two) == []


def test_a_token_that_was_revoked_is_refused_and_logged_out_all_the_same(two: Desk) -> None:
    two.done("login", "officer", "--password-file", two.secret(f"officer {WORDS}"), role=None)
    people = two.two.one.people
    (name,) = [each.name for each in people.tokens("officer") if each.name != "test"]
    people.revoke("officer", name)
    two.refused("accounts.token", "line", "list", role=None)
    assert "had ended already" in two.done("logout", role=None).err


def test_a_variable_counts_more_than_a_login_and_that_is_said(two: Desk) -> None:
    said = two.secret(f"observer {WORDS}")
    ran = two.done("login", "observer", "--password-file", said, role="officer")
    assert "WIDEBERTH_TOKEN is set" in ran.err
    two.done("line", "waive", "south", "--yes", role="officer")
    two.done("logout", role=None)


def test_a_token_stays_where_the_node_does_not_answer(two: Desk, tmp_path: Path) -> None:
    at = Where(None, tmp_path)
    tokens.keep(two.config / "wideberth" / "tokens", Kept(at.name, "officer", TOKEN))
    environment = {"XDG_CONFIG_HOME": str(two.config), "WIDEBERTH_TOKEN": None, "WIDEBERTH_URL": None}
    ran = run("logout", "--data", str(tmp_path), **environment)
    assert ran.code == 3 and "gone here" in ran.err and "[client.no_node]" in ran.err
    assert kept(two) == []


def test_a_flag_counts_more_than_a_variable_and_a_url_more_than_a_directory(tmp_path: Path) -> None:
    url, data = "https://node.example", str(tmp_path)
    environment = {"WIDEBERTH_URL": url}
    assert reached.where(None, None, environment).url == url
    assert reached.where(None, data, environment).url is None
    assert reached.where(None, data, {**environment, "WIDEBERTH_DATA": data}).url == url
    assert reached.where("https://other.example", data, environment).url == "https://other.example"
    assert reached.where(None, data, {}).socket == tmp_path / "run" / "node.sock"


def test_where_no_node_runs_that_is_what_is_said(tmp_path: Path) -> None:
    ran = run("line", "list", "--data", str(tmp_path), WIDEBERTH_TOKEN=None, XDG_CONFIG_HOME=str(tmp_path))
    assert ran.code == 3 and "[client.no_node]" in ran.err and "wideberth node run" in ran.err
    ran = run("line", "list", "--url", "http://127.0.0.1:1", WIDEBERTH_TOKEN=TOKEN)
    assert ran.code == 3 and "[client.unreachable]" in ran.err


def test_a_socket_where_others_may_write_is_not_used(two: Desk) -> None:
    folder = two.two.places[0].path / directory.RUN
    folder.chmod(0o777)
    try:
        two.refused("client.socket", "line", "list")
    finally:
        folder.chmod(0o700)


def test_a_node_that_was_killed_leaves_a_socket_that_nobody_answers(tmp_path: Path) -> None:
    import socket
    import tempfile

    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        run_folder = Path(folder) / "run"
        run_folder.mkdir(mode=0o700)
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(run_folder / "node.sock"))
        ran = run("line", "list", "--data", folder, WIDEBERTH_TOKEN=TOKEN)
    assert ran.code == 3 and "[client.no_node]" in ran.err


def test_tokens_are_kept_apart_for_each_node(tmp_path: Path) -> None:
    one, other = Kept("https://one.example", "a", TOKEN), Kept("https://other.example", "b", TOKEN)
    for each in (one, other):
        tokens.keep(tmp_path / "t", each)
    assert tokens.read(tmp_path / "t", one.url) == one and tokens.read(tmp_path / "t", other.url) == other
    assert tokens.read(tmp_path / "t", "https://third.example") is None
    tokens.forget(tmp_path / "t", one.url)
    tokens.forget(tmp_path / "t", one.url)
    assert tokens.read(tmp_path / "t", one.url) is None
    assert TOKEN not in repr(one)


def test_a_file_of_a_token_that_is_not_ours_alone_or_not_one_is_refused(tmp_path: Path) -> None:
    url = "https://one.example"
    tokens.keep(tmp_path, Kept(url, "a", TOKEN))
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    with pytest.raises(Refused) as refused:
        tokens.read(tmp_path, url)
    assert refused.value.code == "key.mode"
    file.chmod(0o600)
    for text in ("{", '{"url":"x","name":"n","token":"secret word"}', '["a"]'):
        file.write_text(text)
        with pytest.raises(Invalid) as caught:
            tokens.read(tmp_path, url)
        assert caught.value.code == "login.token" and "secret" not in str(caught.value)
    # a copy of another node's under this name
    file.write_text(f'{{"url":"https://other.example","name":"n","token":"{TOKEN}"}}')
    assert tokens.read(tmp_path, url) is None
    target = tmp_path / "elsewhere"
    file.rename(target)
    file.symlink_to(target)
    with pytest.raises(Refused) as refused:
        tokens.read(tmp_path, url)
    assert refused.value.code == "key.link"


def test_the_folder_of_tokens_is_where_xdg_says(tmp_path: Path) -> None:
    assert tokens.home({"XDG_CONFIG_HOME": "/x"}, tmp_path) == Path("/x/wideberth/tokens")
    assert tokens.home({"XDG_CONFIG_HOME": "x"}, tmp_path) == tmp_path / ".config/wideberth/tokens"


def test_a_variable_that_holds_no_token_is_refused_unseen() -> None:
    assert tokens.given({}) is None and tokens.given({"WIDEBERTH_TOKEN": " "}) is None
    assert tokens.given({"WIDEBERTH_TOKEN": f" {TOKEN}\n"}) == TOKEN
    with pytest.raises(Invalid) as caught:
        tokens.given({"WIDEBERTH_TOKEN": "a secret\nword"})
    assert caught.value.code == "login.token" and "secret" not in str(caught.value)


def test_no_node_at_a_place_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(Unreachable), reached.reached(None, os.fspath(tmp_path)):
        pass
