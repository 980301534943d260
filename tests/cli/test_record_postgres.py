"""`record feeds`, `record export` and `verify --data` for a node whose journal is in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.nodes import node
from tests.cli.runs import Ran, run
from tests.contract import server
from tests.contract.server import PASSWORD, Cluster
from tests.ledger.records import ANSWERS, MAIN, PAPERS
from wideberth.cli import journals
from wideberth.node import config
from wideberth.node.config import Config
from wideberth.store import postgres

NAME, OTHER = MAIN.head.origin.text, ANSWERS.head.origin.text
AS_OF = ("--as-of", "2033-05-18T03:33:20Z")


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (journals.VARIABLE, "WIDEBERTH_DATA", "WIDEBERTH_JOURNAL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with server.cluster() as found:
        yield found


@pytest.fixture
def data(tmp_path: Path, cluster: Cluster) -> Path:
    return node(tmp_path / "node", url=cluster.database())


def record(data: Path, *asked: str) -> Ran:
    return run("record", *asked, "--data", str(data), "--key-file", str(data / "key"))


def test_feeds_are_listed_from_where_the_settings_say(data: Path) -> None:
    assert not (data / "journal.db").exists()
    found = record(data, "feeds", "--json").json["feeds"]
    assert isinstance(found, list)
    sizes = {each["feed"]: (each["entries"], each["signed_to"], each["cosigned_to"]) for each in found}
    assert sizes[NAME] == (8, 6, 3) and sizes[OTHER] == (5, 5, 2)
    assert {1 + len(PAPERS)} == {
        entries for feed, (entries, *_) in sizes.items() if feed not in (NAME, OTHER)
    }


def test_what_is_exported_verifies_with_the_parties_of_the_same_node(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "evidence.jsonl"
    ran = record(data, "export", "--feed", NAME, "--feed", OTHER, "--out", str(out), *AS_OF)
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert f"{NAME}: entries 0 to 5; 2 after them are left out" in ran.err
    given = ("--data", str(data), "--key-file", str(data / "key"), "--json", *AS_OF)
    ran = run("verify", str(out), *given)
    assert (ran.code, ran.json["verdict"]) == (0, "verified"), ran.err


def test_the_environment_names_another_journal(
    data: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIDEBERTH_JOURNAL", cluster.database())
    assert record(data, "feeds", "--json").json["feeds"] == []


def test_a_node_that_runs_has_its_journal(data: Path) -> None:
    settings = config.settled((data / config.FILE).read_bytes(), {}, {})
    with postgres.open(settings.journal, bytes(range(32))):
        ran = record(data, "feeds")
    assert ran.code == 3 and "journal.locked" in ran.err
    assert record(data, "feeds").code == 0


def test_a_server_that_is_away_is_told_without_the_password(data: Path) -> None:
    away = f"postgresql://postgres:{PASSWORD.replace('/', '%2F').replace('?', '%3F')}@127.0.0.1:1/postgres"
    (data / config.FILE).write_text(config.written(Config(journal=away)))
    ran = record(data, "feeds")
    assert ran.code == 3 and "journal.unreachable" in ran.err, ran.err
    assert "127.0.0.1:1" in ran.err
    assert "secret" not in ran.err and "Traceback" not in ran.err


def test_a_directory_without_any_journal_says_where_one_could_be(tmp_path: Path) -> None:
    ran = run("record", "feeds", "--data", str(tmp_path))
    assert ran.code == 2 and "journal.none" in ran.err and config.FILE in ran.err
