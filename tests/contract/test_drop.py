"""Bodies that are dropped, and trees that are asked for later; whatever the journal is kept in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from msgspec import structs

from tests.contract.given import (
    MAIN,
    NAME,
    URGENT,
    blank,
    cosigned,
    filled,
    items,
    refusal,
    signed,
    step,
    tree,
)
from tests.contract.journals import Place
from wideberth.errors import Invalid
from wideberth.ledger import note
from wideberth.ledger.merkle import EMPTY
from wideberth.store import whole
from wideberth.store.journal import Record, Step
from wideberth.store.kept import Kept, _Waiting


def test_a_body_is_dropped_and_the_history_stays(place: Place) -> None:
    filled(place)
    urgent = URGENT.head.origin.text
    expected = [blank(item) if n in (0, 4, 11) else item for n, item in enumerate(MAIN.items)]
    with place.open() as journal:
        before = journal.heads()[NAME]
        journal.drop({NAME: [4, 0, 11, 4], urgent: {2}})
        journal.drop({NAME: [4]})
        journal.drop({})
        after = journal.heads()
        assert items(journal) == expected and after[NAME] == structs.replace(before, dropped=3)
        assert next(journal.read(NAME, 4)) == Record(4, expected[4], cosigned(MAIN, 5))
    with place.open() as journal:
        assert items(journal) == expected and journal.heads() == after
        assert items(journal, urgent) == [*URGENT.items[:2], blank(URGENT.items[2])]
        journal.append([Step(NAME, 12, note=cosigned(MAIN, 12))])
        assert journal.tree(NAME, 11) == tree(MAIN, 11)


@pytest.mark.parametrize("entries", [{NAME: [3, 12]}, {NAME: [-1]}, {NAME: [3], "nobody's": [0]}])
def test_what_is_not_held_cannot_be_dropped(place: Place, entries: dict[str, list[int]]) -> None:
    filled(place)
    with place.open() as journal:
        error = refusal(lambda: journal.drop(entries))
        assert error.code == "journal.entry" and "is not held" in error.message
        assert items(journal) == MAIN.items and journal.heads()[NAME].dropped == 0


def test_what_another_has_dropped_may_be_appended(place: Place) -> None:
    """A restored node is served its history as it is."""
    history = (*map(blank, MAIN.items[:3]), *MAIN.items[3:5])
    with place.open() as journal:
        journal.append([Step(NAME, 0, history, note.write(signed(MAIN, 5)))])
        wrong = Step(NAME, 5, (blank(MAIN.items[6]),))
        assert refusal(lambda: journal.append([wrong])).code == "journal.entry"
        journal.drop({NAME: [0]})
    with place.open() as journal:
        assert items(journal) == list(history) and journal.heads()[NAME].dropped == 3


def test_a_body_that_was_put_back_is_found(place: Place) -> None:
    filled(place)
    row = "SELECT sealed FROM entries WHERE feed = 1 AND n = "
    ((full,),) = place.execute(row + "4")
    with place.open() as journal:
        journal.drop({NAME: [4]})
    ((dropped,),) = place.execute(row + "4")
    assert len(dropped) == len(full) != 0
    place.execute("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 4", full)
    error = refusal(place.open)
    assert (error.code, error.message) == (
        "journal.altered",
        f"{NAME} has 0 entries without body; its head counts 1",
    )
    place.execute("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 4", dropped)
    place.execute("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 3", dropped)
    assert "entry 3 of" in refusal(place.open).message


def test_an_entry_that_is_damaged_while_it_is_open_is_not_dropped(place: Place) -> None:
    filled(place)
    with place.open() as journal:
        # a file that another connection has written takes nothing more
        damage = journal._database.write.execute
        damage("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 4", (bytes(60),))
        assert "entry 4 of" in refusal(lambda: journal.drop({NAME: [4]})).message
        damage("DELETE FROM entries WHERE feed = 1 AND n = 4")
        assert refusal(lambda: journal.drop({NAME: [4]})).code == "journal.lost"
        journal.append([step(URGENT, 3, 4)])


def test_dropping_shares_commits_with_appending(place: Place) -> None:
    """Two drops of one entry in one commit, and one of an entry that the same commit appends."""
    with place.open() as journal:
        journal.append([step(MAIN, 0, 5)])
        calls = [
            lambda: journal.append([step(MAIN, 5, 6)]),
            lambda: journal.drop({NAME: [2]}),
            lambda: journal.drop({NAME: [2, 3]}),
            lambda: journal.drop({NAME: [5]}),
        ]
        with in_one_commit(journal, calls) as threads:
            pass
        assert len(threads) == 4
        expected = [blank(item) if n in (2, 3, 5) else item for n, item in enumerate(MAIN.items[:6])]
        assert items(journal) == expected and journal.heads()[NAME].dropped == 3
    with place.open() as journal:
        assert items(journal) == expected


def test_closing_waits_for_who_reads_what_is_to_be_dropped(place: Place) -> None:
    filled(place)
    for n in range(10):
        journal = place.open()
        with journal._reading:
            threads = [
                threading.Thread(target=journal.drop, args=({NAME: [n]},), daemon=True),
                threading.Thread(target=journal.close, daemon=True),
            ]
            threads[0].start()
            while not journal._writing:
                time.sleep(0.001)
            threads[1].start()
            time.sleep(0.01)
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
    with place.open() as journal:
        assert journal.heads()[NAME].dropped == 10


@contextmanager
def in_one_commit(journal: Kept, calls: Sequence[Callable[[], object]]) -> Iterator[list[threading.Thread]]:
    """Queue calls in this order while somebody else writes; all are done at the end."""
    with journal._turn:
        journal._writing = [_Waiting(lambda _, writes: writes)]
    threads = [threading.Thread(target=call) for call in calls]
    for count, thread in enumerate(threads, start=1):
        thread.start()
        while len(journal._queue) < count:
            time.sleep(0.001)
    with journal._turn:
        journal._writing = []
        journal._turn.notify_all()
    yield threads
    for thread in threads:
        thread.join()


def test_the_tree_of_every_size_is_known(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "BLOCK", 4)
    monkeypatch.setattr(whole, "_LEVEL", 2)
    with place.open() as journal:
        journal.append([step(MAIN, 0, 5)])
        assert journal.tree(NAME, 5) == tree(MAIN, 5)
    with place.open() as journal:
        journal.append([step(MAIN, 5, 12)])
        for size in (3, 12, *range(13)):
            assert journal.tree(NAME, size) == (tree(MAIN, size) if size else EMPTY)
        assert journal.tree("nobody's", 0) == EMPTY
        for name, size in ((NAME, 13), (NAME, -1), ("nobody's", 1)):
            with pytest.raises(Invalid) as caught:
                journal.tree(name, size)
            assert caught.value.code == "ledger.size"
        # the whole blocks are known: only what is beyond them is read again
        place.execute("DELETE FROM entries WHERE n < 8")
        assert journal.tree(NAME, 11) == tree(MAIN, 11)
        assert refusal(lambda: journal.tree(NAME, 7)).code == "journal.lost"
