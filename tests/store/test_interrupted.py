"""A signal may raise after any call: what was answered is kept, and nobody waits for ever."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.contract.given import MAIN, NAME, URGENT, step
from wideberth.errors import Refused, Stale
from wideberth.store import kept, sqlite
from wideberth.store.kept import Kept, _Waiting

KEY = bytes(range(32))
OTHER = URGENT.head.origin.text
LONG = 60.0
"""Seconds after which a thread waits for ever."""


class Caller(threading.Thread):
    """Appends the first entry of the urgent feed, and remembers whether that was answered."""

    def __init__(self, journal: Kept) -> None:
        super().__init__(daemon=True)
        self.journal = journal
        self.answered = False

    def run(self) -> None:
        with suppress(Refused):
            self.journal.append([step(URGENT, 0, 1)])
            self.answered = True


def queued(journal: Kept) -> Caller:
    """A caller whose batch the next one will write."""
    journal._writing = [_Waiting(lambda _, writes: writes)]
    caller = Caller(journal)
    caller.start()
    while not journal._queue:
        pass
    with journal._lock:  # from now on it waits to be woken
        journal._writing = []
    return caller


def interrupting(at: int) -> Any:
    """Raises at the `at`-th of the places where Python looks for signals: in a call, and after one."""
    left = at

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if event in ("call", "c_return") and frame.f_code.co_filename in (kept.__file__, threading.__file__):
            left -= 1
            if left == 0:
                raise KeyboardInterrupt

    return profile


def interrupted(journal: Kept, at: int) -> bool:
    """Whether an append was, at one of them."""
    sys.setprofile(interrupting(at))
    try:
        journal.append([step(MAIN, 0, 1)])
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


def later(journal: Kept) -> None:
    """What others do after it: once more the same, and close."""
    with suppress(Refused, Stale):
        journal.append([step(MAIN, 0, 1)])
    journal.close()


def test_an_interruption_anywhere_loses_nothing_and_stops_nobody(tmp_path: Path) -> None:
    at, going = 0, True
    while going:
        at += 1
        path = tmp_path / f"{at}.db"
        journal = sqlite.open(path, KEY)
        caller = queued(journal)
        going = interrupted(journal, at)
        after = threading.Thread(target=later, args=(journal,), daemon=True)
        after.start()
        for each in (after, caller):
            each.join(LONG)
            assert not each.is_alive(), f"waits for ever after place {at}"
        with sqlite.open(path, KEY) as again:
            held = again.heads()
            assert held.keys() >= ({OTHER} if caller.answered else set())
            assert going or held.keys() == {NAME, OTHER}
    assert at > 60


class Twice:
    """A connection that is interrupted while it commits, and again while it takes that back."""

    def __init__(self, write: Any) -> None:
        self.write = write

    def cursor(self) -> Twice:
        return self

    def execute(self, statement: str, *values: Any) -> None:
        if statement in ("COMMIT", "ROLLBACK"):
            raise KeyboardInterrupt
        self.write.execute(statement, *values)

    def executemany(self, statement: str, rows: Any) -> None:
        self.write.executemany(statement, rows)


def test_who_interrupts_twice_makes_nobody_believe_in_a_commit(tmp_path: Path) -> None:
    journal = sqlite.open(tmp_path / "journal.db", KEY)
    caller = queued(journal)
    database = journal._database
    journal._database = database._replace(write=Twice(database.write))
    with pytest.raises(KeyboardInterrupt):
        journal.append([step(MAIN, 0, 1)])
    journal._database = database
    caller.join(LONG)
    assert not caller.is_alive() and not caller.answered
    with pytest.raises(Refused) as caught:
        journal.append([step(MAIN, 0, 1)])
    assert caught.value.code == "journal.broken"
    journal.close()
    with sqlite.open(tmp_path / "journal.db", KEY) as again:
        assert not again.heads()
