"""Passkeys in the file of the accounts: whose they are, that an answer counts once, that they go along."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.peopled import AWAY, NOW, WORDS, WRONG, peopled, reopened
from wideberth.errors import Invalid, Refused
from wideberth.store import accounts_file, attempts, passkeys
from wideberth.store.accounts import LOCAL, Accounts
from wideberth.store.passkeys import Passkey

ID, KEY = b"id of a passkey", b"its public key"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Accounts]:
    with peopled(tmp_path / "accounts.db") as found:
        yield found


def made(people: Accounts, name: str = "duty-1", passkey: bytes = ID, count: int = 0) -> Passkey:
    return people.passkeys.add(people.user(name).id, passkey, KEY, count, f"phone of {name}", NOW)


def says(count: int) -> Callable[[Passkey], int]:
    return lambda _: count


def refused(people: Accounts, passkey: bytes = ID, place: str = LOCAL, now: int = NOW) -> str:
    try:
        people.passkeys.sign_in(passkey, place, now, says(9))
    except Refused as error:
        return error.code
    return ""


def test_a_passkey_is_of_an_account(people: Accounts) -> None:
    one = made(people)
    user = people.user("duty-1").id
    assert people.passkeys.of(user) == (one,)
    assert people.passkeys.sign_in(ID, AWAY, NOW + 5, says(3)) == user
    [found] = people.passkeys.of(user)
    assert (found.count, found.used_ms, found.name) == (3, NOW + 5, "phone of duty-1")
    assert people.numbered(user).name == "duty-1"
    with pytest.raises(Invalid):
        people.numbered(99)


def test_what_cannot_be_one_is_refused(people: Accounts) -> None:
    made(people)
    with pytest.raises(Refused) as twice:
        made(people, "duty-2")
    assert twice.value.code == "accounts.passkey_new"
    with pytest.raises(Refused):
        made(people, passkey=b"x" * (passkeys.ID + 1))
    with pytest.raises(Invalid) as nameless:
        people.passkeys.add(1, b"other", KEY, 0, " \n ", NOW)
    assert nameless.value.code == "accounts.passkey_name"
    for n in range(1, passkeys.MOST):
        made(people, passkey=b"%d" % n)
    with pytest.raises(Refused) as full:
        made(people, passkey=b"one more")
    assert full.value.code == "accounts.passkeys_full"
    made(people, "duty-2", b"one more")


def test_of_two_answers_at_once_one_counts(people: Accounts) -> None:
    made(people)

    def meanwhile(_: Passkey) -> int:
        people.passkeys.sign_in(ID, LOCAL, NOW, says(5))
        return 6

    with pytest.raises(Refused) as caught:
        people.passkeys.sign_in(ID, LOCAL, NOW, meanwhile)
    assert caught.value.code == "accounts.passkey"
    [found] = people.passkeys.of(people.user("duty-1").id)
    assert found.count == 5


def test_who_is_disabled_or_gone_does_not_sign_in(people: Accounts) -> None:
    made(people)
    people.disable("duty-1", NOW)
    assert refused(people) == "accounts.passkey"
    people.enable("duty-1")
    assert refused(people) == ""

    def meanwhile(_: Passkey) -> int:
        people.disable("duty-1", NOW)
        return 12

    with pytest.raises(Refused):
        people.passkeys.sign_in(ID, LOCAL, NOW, meanwhile)
    people.enable("duty-1")
    people.delete("duty-1", NOW)
    assert refused(people) == "accounts.passkey"
    made(people, "duty-2")  # nothing of it is left


def test_guessing_waits_and_keeps_nobody_else_out(people: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    made(people)
    assert [refused(people, b"unknown", AWAY) for _ in range(6)] == ["accounts.passkey"] * 5 + [
        "accounts.wait"
    ]
    assert refused(people, ID, AWAY) == ""
    monkeypatch.setattr(attempts, "COUNTS", 5)
    codes = [refused(people, b"unknown %d" % n, "203.0.113.9") for n in range(30)]
    assert set(codes) == {"accounts.passkey", "accounts.wait"}
    # the place is known for this passkey
    assert refused(people, ID, AWAY) == ""


def test_made_up_passkeys_take_no_counts_away(people: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    made(people)
    monkeypatch.setattr(attempts, "COUNTS", 5)
    assert {refused(people, b"unknown %d" % n, AWAY) for n in range(30)} == {
        "accounts.passkey",
        "accounts.wait",
    }
    # a count of its own is left for whoever comes from somewhere new
    assert refused(people, ID, AWAY) == ""


def test_only_its_own_person_removes_one(people: Accounts) -> None:
    made(people)
    with pytest.raises(Invalid) as caught:
        people.passkeys.remove(people.user("duty-2").id, ID)
    assert caught.value.code == "accounts.no_passkey"
    people.passkeys.remove(people.user("duty-1").id, ID)
    assert refused(people) == "accounts.passkey"


def test_another_password_of_an_admins_ends_passkeys_and_ones_own_does_not(people: Accounts) -> None:
    made(people)
    people.set_password("duty-1", WRONG, own=True)
    assert refused(people) == ""
    people.set_password("duty-1", WORDS)
    assert refused(people) == "accounts.passkey"


def test_what_stands_for_an_account_is_its_own_and_stays(people: Accounts, tmp_path: Path) -> None:
    handles = {people.passkeys.handle(each.id) for each in people.users()}
    assert len(handles) == 4 and all(len(each) == 16 for each in handles)
    first = people.passkeys.handle(1)
    people.close()
    with reopened(tmp_path / "accounts.db") as again:
        assert again.passkeys.handle(1) == first


def test_what_people_prefer_goes_with_them(people: Accounts, tmp_path: Path) -> None:
    user = people.user("duty-1").id
    assert people.passkeys.preferred(user) is None
    people.passkeys.prefer(user, '{"units":"nautical for once"}')
    people.passkeys.prefer(user, '{"units":"metric, they said"}')
    assert people.passkeys.preferred(user) == '{"units":"metric, they said"}'
    with pytest.raises(Refused):
        people.passkeys.prefer(user, "x" * (passkeys.SAID + 1))
    made(people)
    people.delete("duty-1", NOW)
    people.close()
    left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"they said" not in left and ID not in left and b"phone of" not in left


def test_an_older_file_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    peopled(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE passkeys; DROP TABLE preferences; PRAGMA user_version = 3;")
    with reopened(path) as people:
        made(people)
        assert refused(people) == ""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (accounts_file.VERSION,)
