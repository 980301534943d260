"""What only a server can do: be away, end a session, hold something else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.journal import KEY, feed, items
from tests.contract.journals import Place, postgres_place
from wideberth.errors import Refused
from wideberth.store.journal import Step

FEED = feed(0)
ENTRIES = items(FEED, 0, 3)


@pytest.fixture
def place() -> Iterator[Place]:
    with postgres_place() as found:
        yield found


def test_a_server_that_is_away_is_told_apart(place: Place) -> None:
    from wideberth.store import postgres

    with pytest.raises(Refused) as caught:
        postgres.open("host=127.0.0.1 port=1 dbname=none connect_timeout=2", KEY, place.name)
    assert caught.value.code == "journal.unreachable"


def test_a_schema_of_something_else_is_refused(place: Place) -> None:
    place.execute(f"CREATE SCHEMA {place.name}")
    place.execute("CREATE TABLE entries (x int)")
    with pytest.raises(Refused) as caught:
        place.open()
    assert caught.value.code == "journal.damaged"
    # half a journal was not left behind
    assert place.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", place.name) == [("entries",)]


def test_the_holder_is_named(place: Place) -> None:
    with place.open(), pytest.raises(Refused) as caught:
        place.open()
    assert caught.value.code == "journal.locked" and "wideberth, session " in caught.value.message


def test_who_lost_the_session_lost_the_lock_and_writes_no_more(place: Place) -> None:
    with place.open() as old:
        old.append([Step(FEED, 0, ENTRIES[:1])])
        place.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND pid = ?",
            old._database.write.info.backend_pid,
        )
        with place.open() as new:
            new.append([Step(FEED, 1, ENTRIES[1:2])])
            with pytest.raises(Refused) as caught:
                old.append([Step(FEED, 1, ENTRIES[1:2])])
            assert caught.value.code == "journal.broken"
            assert [each.item for each in new.read(FEED)] == list(ENTRIES[:2])


def test_a_commit_waits_for_the_disk(place: Place) -> None:
    with place.open() as journal:
        shown = journal._database.write.execute("SHOW synchronous_commit").fetchone()
        assert shown == ("on",)
