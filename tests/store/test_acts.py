"""Who did what: written down before, finished or undone after; of who was deleted it names nobody."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.peopled import NOW, QUICK, WORDS, peopled, reopened
from wideberth.errors import Refused
from wideberth.store import accounts, accounts_file, acts

PLAN = "p-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "accounts.db"
    peopled(made).close()
    return made


def test_an_act_is_on_record_before_it_is_done(path: Path) -> None:
    with reopened(path) as people:
        n = people.acts.begin(people.user("duty-1").id, "plan.activate", None, PLAN, NOW)
    with reopened(path) as people:
        [found] = people.acts.listed()
        assert found == (n, NOW, "duty-1", "plan.activate", None, PLAN, False)
        people.acts.finish(n)
        [found] = people.acts.listed()
        assert (found.done, found.noun) == (True, PLAN)


def test_what_was_refused_was_not_done(path: Path) -> None:
    with reopened(path) as people:
        n = people.acts.begin(people.user("duty-1").id, "case.accept", None, "c", NOW)
        people.acts.undo(n)
        assert people.acts.listed() == ()


def test_several_that_were_made_are_an_act_each(path: Path) -> None:
    with reopened(path) as people:
        n = people.acts.begin(people.user("duty-2").id, "plan.submit", None, None, NOW)
        people.acts.finish(n, ["p-a", "p-b", "p-c"])
        found = people.acts.listed()
        assert {each.noun for each in found} == {"p-a", "p-b", "p-c"}
        assert {(each.name, each.what, each.at_ms, each.done) for each in found} == {
            ("duty-2", "plan.submit", NOW, True)
        }
        [only] = people.acts.listed(noun="p-b")
        assert only.noun == "p-b"


def test_pages_go_from_the_newest_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "PAGE", 2)
    with reopened(path) as people:
        user = people.user("duty-1").id
        made = [people.acts.begin(user, "line.check", "l", None, NOW + i) for i in range(3)]
        assert [each.n for each in people.acts.listed()] == made[:0:-1]
        assert [each.n for each in people.acts.listed(before=made[1])] == made[:1]
        assert [each.n for each in people.acts.listed(noun="l", before=made[2])] == [made[1], made[0]]
        assert people.acts.listed(noun="elsewhere") == ()


def test_of_who_is_deleted_a_number_stays_that_names_nobody(path: Path) -> None:
    with reopened(path) as people:
        people.add("secretive-name", WORDS, ["planner"], NOW)
        people.acts.finish(
            people.acts.begin(people.user("secretive-name").id, "plan.submit", None, PLAN, NOW)
        )
        people.delete("secretive-name", NOW)
        [found] = people.acts.listed()
        assert (found.name, found.noun) == (None, PLAN)
        people.add("another", WORDS, ["planner"], NOW)
        assert people.acts.listed()[0].name is None
    data = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"secretive-name" not in data and PLAN.encode() in data


def first(path: Path) -> None:
    """The file as version 1 has made it."""
    accounts_file.make(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.executescript(accounts_file._FIRST)
        plain.execute("INSERT INTO settings VALUES ('key', ?)", (bytes(32),))
        plain.execute("INSERT INTO users VALUES (7, 'chief', 'x', 'admin', 1, ?)", (NOW,))
        plain.commit()


def test_a_file_of_version_1_goes_on_as_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first(path)
    for _ in range(2):
        with reopened(path) as people:
            assert people.user("chief").id == 7
            people.acts.begin(7, "line.check", None, None, NOW)
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (accounts_file.VERSION,)
        assert plain.execute("SELECT count(*) FROM acts").fetchone() == (2,)


def test_a_file_of_version_1_with_something_in_it_is_refused_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TRIGGER more AFTER INSERT ON tokens BEGIN SELECT 1; END")
        plain.commit()
    with pytest.raises(Refused) as caught:
        accounts.open(path, QUICK)
    assert caught.value.code == "accounts.damaged"
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (1,)
