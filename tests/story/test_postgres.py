"""Two whole nodes over journals in PostgreSQL, whose server restarts, is away, or ends their sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import server
from tests.contract.server import Cluster
from tests.story import whole
from tests.story.test_whole import agree
from tests.story.whole import Two, leaves, settle, words
from wideberth.errors import Refused
from wideberth.ledger.canonical import Value
from wideberth.node import directory
from wideberth.node.node import Node

END_SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wideberth'"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with server.cluster() as found:
        yield found


@pytest.fixture
def journals(cluster: Cluster) -> tuple[str, str]:
    """Of two empty databases: a node takes a schema of one name."""
    return cluster.database(), cluster.database()


def body(word: str) -> Value:
    return {"said": word}


def say(found: Two, node: Node, word: str) -> bool:
    """Whether it was kept, as far as its author was told."""
    try:
        node.say(found.line, "main", "test.said", 1, body(word))
    except Refused as error:
        assert error.code in ("journal.broken", "journal.unreachable")
        return False
    return True


def carry(found: Two) -> None:
    """Until both hold the same; what a node refuses to take is not acknowledged, and comes again."""
    for _ in range(4):
        try:
            return settle(found)
        except Refused as error:
            assert error.code in ("journal.broken", "journal.unreachable")
    raise AssertionError("a node never takes anything again")


def ticks(found: Two, seconds: int = 3) -> None:
    for _ in range(seconds):
        found.time.pass_ms(1_000)
        found.one.tick()
        found.other.tick()


def told(node: Node) -> list[str | None]:
    """What people were told about writing: what fails, or that it is over."""
    return [each.code for each in node.events(0)[0] if each.what == "node.disk"]


def said(*some: str) -> list[str]:
    return sorted(f'{{"said":"{word}"}}' for word in some)


def test_a_restart_of_the_server_and_of_a_node_loses_and_doubles_nothing(
    tmp_path: Path, cluster: Cluster, journals: tuple[str, str]
) -> None:
    with whole.two(tmp_path, journals) as found:
        settle(found)
        sha256 = agree(found)
        assert say(found, found.one, "before")
        assert not (found.places[0].path / directory.JOURNAL).exists()
    with found.places[1].open(found.time) as other:
        cluster.control("restart", "-m", "fast")
        with found.places[0].open(found.time) as one:
            again = found._replace(one=one, other=other)
            assert one.line(found.line).agreement == sha256
            ticks(again)
            carry(again)
            assert say(again, one, "after") and say(again, other, "after too")
            settle(again)
            assert sorted(words(one, found.line)) == said("before", "after", "after too")
            assert leaves(one, found.line) == leaves(other, found.line)
            # its sessions ended with the server: lines began again, and somebody was told
            assert told(other) == ["journal.unreachable", None] and told(one) == []
            assert other.trouble is None
            assert one.line(found.line).stage == other.line(found.line).stage == "whole"


def test_a_server_that_is_away_is_told_and_what_was_acknowledged_is_there_once(
    tmp_path: Path, cluster: Cluster, journals: tuple[str, str]
) -> None:
    with whole.two(tmp_path, journals) as found:
        settle(found)
        assert say(found, found.one, "kept")
        cluster.control("stop", "-m", "immediate")
        try:
            assert not say(found, found.one, "not kept")
            assert not say(found, found.one, "not kept either")
            ticks(found)
            for each in found.one.lines():
                assert each.line == found.line  # what it holds is shown all the same
            assert "PostgreSQL" in (found.one.status().trouble or "")
            assert told(found.one) == ["journal.unreachable"]  # once, not every second
        finally:
            cluster.start()
        ticks(found)
        assert found.one.trouble is None and told(found.one) == ["journal.unreachable", None]
        assert say(found, found.one, "again")
        carry(found)
        for node in (found.one, found.other):
            assert node.trouble is None
            assert sorted(words(node, found.line)) == said("kept", "again")
        assert leaves(found.one, found.line) == leaves(found.other, found.line)


def test_a_session_that_is_ended_between_two_entries_costs_the_one_that_met_it(
    tmp_path: Path, cluster: Cluster, journals: tuple[str, str]
) -> None:
    with whole.two(tmp_path, journals) as found:
        settle(found)
        kept = []
        for n in range(6):
            if n % 2:
                cluster.execute(END_SESSIONS)
            for node, name in ((found.one, "north"), (found.other, "south")):
                # what was refused is said again by who was told so
                while not say(found, node, word := f"{name} {n}"):
                    pass
                kept.append(word)
            carry(found)
        held = leaves(found.one, found.line)
        assert sorted(words(found.one, found.line)) == said(*kept)
        assert leaves(found.other, found.line) == held
    for place in found.places:
        with place.open(found.time) as node:
            assert leaves(node, found.line) == held
