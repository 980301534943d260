"""Accounts, tokens and duty: what is accepted, and what an outsider can find out or do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.peopled import AWAY, HOUR, NOW, QUICK, WORDS, WRONG, peopled
from wideberth.errors import Invalid, Refused
from wideberth.store import accounts, attempts, throttle
from wideberth.store.accounts import DAY, LOCAL, Accounts, Token, User


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Accounts]:
    with peopled(tmp_path / "accounts.db") as made:
        yield made


def code(step: object) -> str:
    with pytest.raises((Refused, Invalid)) as caught:
        step()  # type: ignore[operator]  # a lambda of a step
    assert isinstance(caught.value, Refused | Invalid)
    return caught.value.code


def said(people: Accounts, name: str, password: str, place: str = AWAY, now: int = NOW) -> str:
    """What a login is told; nothing where it succeeds."""
    try:
        people.login(name, password, place, now)
    except Refused as error:
        return f"{error.code}: {error.message}"
    return ""


def test_the_first_user_is_an_admin_and_there_is_one_first(tmp_path: Path) -> None:
    with accounts.create(tmp_path / "new.db", QUICK) as made:
        assert made.begin("Chief", WORDS, NOW) == User(1, "chief", ("admin",), True, NOW)
        assert code(lambda: made.begin("other", WORDS, NOW)) == "accounts.begun"
        assert [each.name for each in made.users()] == ["chief"]


def test_a_disabled_or_only_user_is_still_the_first(people: Accounts) -> None:
    assert code(lambda: people.begin("again", WORDS, NOW)) == "accounts.begun"


def test_accounts_have_names_roles_and_passwords(people: Accounts) -> None:
    assert [(each.name, each.roles) for each in people.users()] == [
        ("chief", ("admin",)),
        ("duty-1", ("officer",)),
        ("duty-2", ("officer", "planner")),
        ("guest", ("observer",)),
    ]
    assert people.login("DUTY-1", f"duty-1 {WORDS}", LOCAL, NOW).name == "duty-1"
    assert code(lambda: people.add("Duty-1", WORDS, ["officer"], NOW)) == "accounts.exists"
    assert code(lambda: people.add("new", WORDS, ["root"], NOW)) == "accounts.role"
    assert code(lambda: people.add("new", WORDS, [], NOW)) == "accounts.role"
    assert code(lambda: people.add("new", "short", ["officer"], NOW)) == "accounts.password"
    assert code(lambda: people.add("a b", WORDS, ["officer"], NOW)) == "accounts.name"
    assert code(lambda: people.user("nobody")) == "accounts.none"


def test_roles_change(people: Accounts) -> None:
    people.set_roles("guest", ["releasing", "interpreter", "releasing"])
    assert people.user("guest").roles == ("interpreter", "releasing")
    people.take("duty-1", "officer", NOW)
    assert code(lambda: people.set_roles("duty-1", ["planner"])) == "duty.role"


def test_there_is_always_an_admin(people: Accounts) -> None:
    for step in (
        lambda: people.disable("chief", NOW),
        lambda: people.delete("chief", NOW),
        lambda: people.set_roles("chief", ["officer"]),
    ):
        assert code(step) == "accounts.last_admin"
    people.set_roles("guest", ["admin"])
    people.disable("guest", NOW)
    assert code(lambda: people.delete("chief", NOW)) == "accounts.last_admin"
    people.enable("guest")
    people.delete("chief", NOW)
    assert [each.name for each in people.users()] == ["duty-1", "duty-2", "guest"]


def test_a_disabled_account_does_nothing_until_it_is_enabled(people: Accounts) -> None:
    token = people.new_token("duty-1", "desk", DAY, NOW)
    people.take("duty-1", "officer", NOW)
    (left,) = people.disable("duty-1", NOW + 5)
    assert (left.post, left.user, left.how, left.at_ms) == ("officer", None, "left", NOW + 5)
    assert code(lambda: people.bearer(token, NOW)) == "accounts.token"
    assert code(lambda: people.new_token("duty-1", "desk", DAY, NOW)) == "accounts.disabled"
    assert code(lambda: people.take("duty-1", "officer", NOW)) == "duty.role"
    assert said(people, "duty-1", f"duty-1 {WORDS}").startswith("accounts.login")
    people.enable("duty-1")
    assert said(people, "duty-1", f"duty-1 {WORDS}") == ""
    assert code(lambda: people.bearer(token, NOW)) == "accounts.token"


def test_an_unknown_name_a_wrong_password_and_a_disabled_account_are_answered_alike(people: Accounts) -> None:
    people.disable("guest", NOW)
    answers = {
        said(people, "nobody", WRONG, "192.0.2.1"),
        said(people, "duty-1", WRONG, "192.0.2.2"),
        said(people, "guest", f"guest {WORDS}", "192.0.2.3"),
        said(people, "no name\n", WRONG, "192.0.2.4"),
        said(people, "", "", "192.0.2.5"),
    }
    assert answers == {"accounts.login: name or password is wrong, or the account is disabled"}


@pytest.mark.parametrize("name", ["duty-1", "nobody", "no name"])
def test_who_guesses_waits_whether_the_name_exists_or_not(people: Accounts, name: str) -> None:
    told = [said(people, name, WRONG) for _ in range(throttle.FREE + 2)]
    assert {text.split(":")[0] for text in told[: throttle.FREE]} == {"accounts.login"}
    assert told[throttle.FREE :] == ["accounts.wait: too many logins failed; accepted: again in 1 s"] * 2
    assert said(people, name, WRONG, now=NOW + 1_000).startswith("accounts.login")
    assert said(people, name, WRONG, now=NOW + 1_001).endswith("in 2 s")


def test_the_right_password_waits_too_and_then_counts_anew(people: Accounts) -> None:
    right = f"duty-1 {WORDS}"
    for _ in range(throttle.FREE):
        said(people, "duty-1", WRONG)
    assert said(people, "duty-1", right).startswith("accounts.wait")
    assert said(people, "duty-1", right, now=NOW + 1_000) == ""
    assert [said(people, "duty-1", WRONG)[:14] for _ in range(throttle.FREE)] == ["accounts.login"] * 5


def test_strangers_who_guess_slow_down_strangers_and_never_the_officer(people: Accounts) -> None:
    right, home = f"duty-1 {WORDS}", "198.51.100.1"
    assert said(people, "duty-1", right, home) == ""
    told = [said(people, "duty-1", WRONG, f"203.0.113.{i}") for i in range(60)]
    assert {text.split(":")[0] for text in told[throttle.FREE_STRANGERS :]} == {"accounts.wait"}
    assert said(people, "duty-1", right, "198.51.100.2").startswith("accounts.wait")
    assert said(people, "duty-1", right, home) == said(people, "duty-1", right, LOCAL) == ""
    # and that the officer came in does not give strangers new guesses
    assert said(people, "duty-1", WRONG, "203.0.113.99").startswith("accounts.wait")


def test_an_officer_who_travels_is_no_stranger_who_guesses(people: Accounts) -> None:
    for i in range(3 * throttle.FREE_STRANGERS):
        assert said(people, "duty-1", f"duty-1 {WORDS}", f"203.0.113.{i}") == ""


def test_a_wait_outlives_a_restart(people: Accounts, tmp_path: Path) -> None:
    for _ in range(throttle.FREE):
        said(people, "duty-1", WRONG)
    people.close()
    with accounts.open(tmp_path / "accounts.db", QUICK) as again:
        assert said(again, "duty-1", WRONG).startswith("accounts.wait")


def test_a_hundred_guesses_at_once_are_a_hundred(people: Accounts) -> None:
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda: told.append(said(people, "duty-1", WRONG)[:14])) for _ in range(40)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == ["accounts.login"] * throttle.FREE + ["accounts.wait:"] * (40 - throttle.FREE)


def test_endless_names_and_places_win_no_guess_and_keep_nobody_out(
    people: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there is no room for more counts, strangers share one; a known place has its own."""
    monkeypatch.setattr(attempts, "COUNTS", 50)
    assert said(people, "duty-1", f"duty-1 {WORDS}", "198.51.100.1") == ""
    for i in range(30):
        said(people, f"nobody-{i}", WRONG, f"203.0.113.{i}")
    rows = "SELECT count(*) FROM failures"
    assert people._connection.execute(rows).fetchone() == (51,)
    told = [said(people, "duty-1", WRONG, f"192.0.2.{i}") for i in range(60)]
    assert sum(each.startswith("accounts.login") for each in told) <= throttle.FREE
    assert told[-1].startswith("accounts.wait")
    assert people._connection.execute(rows).fetchone() == (51,)
    assert said(people, "duty-1", WRONG, "198.51.100.1").startswith("accounts.login")
    assert said(people, "duty-1", f"duty-1 {WORDS}", "198.51.100.1") == ""
    assert said(people, "duty-2", f"duty-2 {WORDS}", LOCAL) == ""
    assert said(people, "duty-2", f"duty-2 {WORDS}", "192.0.2.1", NOW + 2 * DAY) == ""
    assert people._connection.execute(rows).fetchone() == (1,)


def test_a_token_stands_for_its_account_until_it_expires(people: Accounts) -> None:
    token = people.new_token("duty-1", "watch  desk", HOUR, NOW)
    assert people.tokens("duty-1") == (Token("duty-1", "watch desk", NOW, None, NOW + HOUR),)
    assert people.bearer(token, NOW + 5) == people.user("duty-1")
    assert people.bearer(token, NOW + HOUR - 1).name == "duty-1"
    for now in (NOW + HOUR, NOW + DAY):
        assert code(lambda at=now: people.bearer(token, at)) == "accounts.token"
    for other in ("", "wbt-", token[:-1], token + "a", "wbt-" + "a" * 52):
        assert code(lambda text=other: people.bearer(text, NOW)) == "accounts.token"


def test_the_last_use_of_a_token_is_known_to_the_minute(people: Accounts) -> None:
    token = people.new_token("duty-1", "desk", HOUR, NOW)
    seen = []
    for now in (NOW, NOW + 59_999, NOW + 60_000, NOW + 60_001, NOW + 10_000, NOW):
        people.bearer(token, now)
        seen.append(people.tokens("duty-1")[0].used_ms)
    assert seen == [NOW, NOW, NOW + 60_000, NOW + 60_000, NOW + 60_000, NOW]


def test_a_token_is_revoked(people: Accounts) -> None:
    token, other = (people.new_token("duty-1", name, DAY, NOW) for name in ("desk", "tablet"))
    people.revoke("duty-1", "desk")
    assert code(lambda: people.bearer(token, NOW)) == "accounts.token"
    assert people.bearer(other, NOW).name == "duty-1"
    assert code(lambda: people.revoke("duty-1", "desk")) == "accounts.no_token"
    assert code(lambda: people.revoke("duty-2", "tablet")) == "accounts.no_token"


def test_a_new_password_ends_the_tokens(people: Accounts) -> None:
    token = people.new_token("duty-1", "desk", DAY, NOW)
    people.set_password("duty-1", f"new {WORDS}")
    assert code(lambda: people.bearer(token, NOW)) == "accounts.token"
    assert said(people, "duty-1", f"duty-1 {WORDS}").startswith("accounts.login")
    assert said(people, "duty-1", f"new {WORDS}") == ""


@pytest.mark.parametrize(
    ("name", "lasts", "wanted"),
    [
        ("", DAY, "accounts.token_name"),
        ("a\x1bb", DAY, "accounts.token_name"),
        ("x" * 65, DAY, "accounts.token_name"),
        ("desk", 0, "accounts.token_lasts"),
        ("desk", 400 * DAY + 1, "accounts.token_lasts"),
    ],
)
def test_a_token_has_a_name_and_an_end(people: Accounts, name: str, lasts: int, wanted: str) -> None:
    assert code(lambda: people.new_token("duty-1", name, lasts, NOW)) == wanted
    people.new_token("duty-1", "same", 400 * DAY, NOW)
    assert code(lambda: people.new_token("duty-1", " same ", DAY, NOW)) == "accounts.token_exists"
    people.new_token("duty-2", "same", DAY, NOW)


def test_duty_is_taken_and_handed_over(people: Accounts) -> None:
    people.take("duty-1", "officer", NOW)
    people.hand("duty-1", "officer", "duty-2", NOW + 10)
    people.take("duty-1", "officer", NOW + 20, relieve=True)
    ids = {each.name: each.id for each in people.users()}
    moments = (NOW - 1, NOW, NOW + 10, NOW + 20)
    found = [people.watch(at).get("officer") for at in moments]
    assert [each and each.user for each in found] == [None, ids["duty-1"], ids["duty-2"], ids["duty-1"]]
    assert people.watch()["officer"].how == "relieved"
    assert code(lambda: people.take("duty-2", "officer", NOW)) == "duty.held"
    assert code(lambda: people.take("duty-2", "chief", NOW)) == "duty.post"
    assert code(lambda: people.hand("duty-2", "officer", "duty-1", NOW)) == "duty.not_holder"


def test_only_an_officer_goes_on_duty(people: Accounts) -> None:
    people.take("duty-1", "officer", NOW)
    for step in (
        lambda: people.take("guest", "deputy", NOW),
        lambda: people.hand("duty-1", "officer", "chief", NOW),
    ):
        assert code(step) == "duty.role"


def test_who_was_on_duty_is_never_rewritten(people: Accounts) -> None:
    people.take("duty-1", "officer", NOW)
    for statement in ("UPDATE duty SET user = 9", "DELETE FROM duty"):
        with pytest.raises(Refused, match="duty only grows"), people._changing() as db:
            db.execute(statement)
    people.delete("duty-1", NOW + 1)
    assert [(each.user, each.how) for each in people.watch(NOW).values()] == [(2, "taken")]
    assert people.add("duty-1", WORDS, ["officer"], NOW).id == 5, "a number is never given twice"


def test_a_token_ends_itself_and_no_other(people: Accounts) -> None:
    one, other = (people.new_token("duty-1", name, DAY, NOW) for name in ("desk", "wall"))
    people.end(one)
    people.end(one)
    people.end("no token")
    assert code(lambda: people.bearer(one, NOW)) == "accounts.token"
    assert people.bearer(other, NOW).name == "duty-1"
