"""What needs two people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.peopled import NOW, WORDS, peopled, reopened
from wideberth.errors import Refused
from wideberth.store import words
from wideberth.store.accounts import Accounts


@pytest.fixture
def people(tmp_path: Path) -> Iterator[Accounts]:
    with peopled(tmp_path / "accounts.db") as found:
        found.add("duty-3", WORDS, ["officer"], NOW)
        yield found


def say(people: Accounts, name: str, what: str = "lift", now: int = NOW, needed: int = 2) -> int:
    """How many words were enough."""
    return len(people.words.give(what, people.user(name).id, "officer", now, needed))


def test_two_different_people_are_enough_once(people: Accounts) -> None:
    one, other = (people.user(each).id for each in ("duty-1", "duty-2"))
    assert say(people, "duty-1") == say(people, "duty-1", now=NOW + 5) == 0
    assert people.words.given("lift", "officer", NOW) == (one,)
    assert people.words.give("lift", other, "officer", NOW + 9, 2) == (one, other)
    assert people.words.given("lift", "officer", NOW) == ()
    assert say(people, "duty-2") == 0, "what was enough is used up"
    assert say(people, "duty-3", needed=1, what="other") == 1


def test_a_word_is_about_one_thing_and_can_be_forgotten(people: Accounts) -> None:
    assert say(people, "duty-1") == say(people, "duty-2", "other") == 0
    people.words.forget("lift")
    assert say(people, "duty-2") == 0
    assert say(people, "duty-1") == 2


def test_a_word_waits_a_day(people: Accounts) -> None:
    say(people, "duty-1")
    late = NOW + words.LASTS_MS + 1
    assert people.words.given("lift", "officer", late - 1) != ()
    assert people.words.given("lift", "officer", late) == ()
    assert say(people, "duty-2", now=late) == 0


def test_a_word_counts_while_its_account_does(people: Accounts) -> None:
    say(people, "duty-1")
    people.disable("duty-1", NOW)
    assert say(people, "duty-2") == 0
    people.enable("duty-1")
    people.set_roles("duty-1", ["observer"])
    assert people.words.given("lift", "officer", NOW) == (people.user("duty-2").id,)
    people.delete("duty-1", NOW)
    assert say(people, "duty-2") == 0
    assert say(people, "guest") == 0, "another role"
    assert say(people, "duty-3") == 2


def test_words_are_kept_when_the_file_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    with peopled(path) as found:
        say(found, "duty-1")
    with reopened(path) as found:
        assert say(found, "duty-2") == 2


def older(path: Path) -> None:
    """As the first layout had it."""
    with closing(sqlite3.connect(path)) as plain:
        later = "".join(f"DROP TABLE {each}; " for each in ("words", "acts", "passkeys", "preferences"))
        plain.executescript(f"{later}PRAGMA user_version = 1;")


def test_a_file_of_the_first_layout_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    peopled(path).close()
    older(path)
    for _ in range(2):
        with reopened(path) as found:
            assert [each.name for each in found.users()] == ["chief", "duty-1", "duty-2", "guest"]
            found.words.forget("nothing")


def test_one_with_something_in_its_place_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    peopled(path).close()
    older(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE words (what TEXT)")
    with pytest.raises(Refused) as caught:
        reopened(path)
    assert caught.value.code == "accounts.damaged"
