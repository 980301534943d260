"""Other processes help to open a large journal; nothing depends on them, and none of them stays."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from bench.journal import KEY, feed, items
from wideberth.errors import Refused
from wideberth.store import kept, opening, readers, sqlite, whole
from wideberth.store.cipher import Cipher
from wideberth.store.journal import Head, Step
from wideberth.store.readers import Run, Task
from wideberth.store.whole import Piece

ONE, OTHER = feed(1), feed(2)


class Started(subprocess.Popen[bytes]):
    """A process that is remembered."""

    all: ClassVar[list[Started]] = []

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[call-overload]  # whatever Popen takes
        Started.all.append(self)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A journal that counts as large, in runs of 10, on a machine with two processors."""
    path = tmp_path / "a journal?.db"
    with sqlite.open(path, KEY) as journal:
        journal.append([Step(ONE, 0, items(ONE, 0, 65)), Step(OTHER, 0, items(OTHER, 0, 12))])
        journal.drop({ONE: [7, 33]})
    monkeypatch.setattr(readers, "LARGE", 20)
    monkeypatch.setattr(opening, "RUN", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(Started, "all", [])
    return path


def heads(path: Path) -> dict[str, Head]:
    with sqlite.open(path, KEY) as journal:
        return dict(journal.heads())


def no_piece(*_: object) -> Piece:
    raise AssertionError("looked at by the process that waits")


def test_every_piece_comes_from_a_reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LARGE", 1000)
    expected = heads(path)
    assert not Started.all and expected[ONE].dropped == 2
    monkeypatch.setattr(readers, "LARGE", 20)
    monkeypatch.setattr(whole, "piece", no_piece)
    assert heads(path) == expected
    assert len(Started.all) == 2 and all(each.returncode is not None for each in Started.all)


def test_the_key_is_in_no_list_of_processes(path: Path) -> None:
    heads(path)
    for each in Started.all:
        assert each.args == [sys.executable, "-P", "-m", "wideberth.store.readers"]


def test_the_key_is_in_no_message() -> None:
    assert repr(Task("journal.db", KEY, b"", "", [])) == "Task('journal.db')"


@pytest.mark.parametrize(("name", "value"), [("executable", None), ("executable", ""), ("frozen", True)])
def test_where_no_python_can_be_started_none_is(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setattr(sys, name, value, raising=False)
    assert heads(path)[ONE].size == 65 and not Started.all


@pytest.mark.parametrize("n", [0, 9, 10, 42, 64])
def test_what_a_reader_finds_wrong_is_named(path: Path, n: int) -> None:
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE entries SET sealed = x'00' WHERE feed = 1 AND n = ?", (n,))
    with pytest.raises(Refused) as caught:
        sqlite.open(path, KEY)
    assert caught.value.message == f"entry {n} of {ONE} is not what was appended"
    assert len(Started.all) == 2 and all(each.returncode is not None for each in Started.all)


def killed(*given: object, **named: object) -> Started:
    reader = Started(*given, **named)
    reader.kill()
    reader.wait()
    return reader


def missing(*_: object, **__: object) -> Started:
    raise FileNotFoundError


@pytest.mark.parametrize("start", [killed, missing])
def test_without_readers_it_opens_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch, start: Callable[..., Started]
) -> None:
    monkeypatch.setattr(subprocess, "Popen", start)
    found = heads(path)
    assert (found[ONE].size, found[OTHER].size) == (65, 12)


def test_an_interrupted_opening_leaves_no_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(whole, "verify", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sqlite.open(path, KEY)
    assert len(Started.all) == 2 and all(each.returncode is not None for each in Started.all)
    assert heads(path)[ONE].size == 65


def test_a_reader_says_what_is_there_and_cannot_write(path: Path) -> None:
    with sqlite.open(path, KEY) as journal:
        task = Task(
            str(path), KEY, journal.sealing.journal, kept._PAGE, [Run(ONE, 1, 3, 9), Run(OTHER, 2, 0, 2)]
        )
        out = io.BytesIO()
        readers.serve(msgspec.msgpack.encode(task), out)
        out.seek(0)
        found = [readers._piece(out), readers._piece(out), readers._piece(out)]
        rows = journal._database.read.execute(kept._PAGE, (1, 3, 9)).fetchall()
        assert found[0] == whole.piece(ONE, 3, 9, rows, Cipher(KEY, task.journal))
        assert found[1] is not None and len(found[1].leaves) == 2 and found[2] is None
        wrong = msgspec.structs.replace(task, query="DELETE FROM entries WHERE feed = ? AND n >= ? AND n < ?")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            readers.serve(msgspec.msgpack.encode(wrong), out)
    cut = io.BytesIO(out.getvalue()[:-1])
    assert readers._piece(cut) is not None and readers._piece(cut) is None


def test_a_reader_ends_when_nobody_takes_what_it_says(path: Path) -> None:
    """Its parent was killed: it holds the key no longer than that."""
    with sqlite.open(path, KEY) as journal, ExitStack() as stack:
        runs = [Run(ONE, 1, 0, 65)] * 100_000
        reader = readers._start(Task(str(path), KEY, journal.sealing.journal, kept._PAGE, runs), stack)
        assert reader.stdout is not None and readers._piece(reader.stdout) is not None
        assert reader.poll() is None
        reader.stdout.close()
        assert reader.wait(60) == 0


def test_a_reader_that_takes_no_task_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", killed)
    with ExitStack() as stack:
        reader = readers._start(Task("", KEY, b"", "long" * 100_000, []), stack)
        assert readers._piece(reader.stdout) is None
