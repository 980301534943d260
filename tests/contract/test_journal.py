"""What every journal does, whatever it is kept in."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.contract.appender import FEEDS
from tests.contract.given import (
    FEEDS_OF,
    MAIN,
    NAME,
    OTHER,
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
from tests.contract.journals import KEY, Place, postgres_place, sqlite_place
from tests.ledger.two import A
from wideberth.errors import Stale
from wideberth.ledger import feed, note
from wideberth.ledger.merkle import EMPTY
from wideberth.store.journal import Head, Record, Step
from wideberth.store.kept import Kept

ROOT = Path(__file__).parent.parent.parent


def test_what_was_appended_is_read_again(place: Place) -> None:
    filled(place)
    with place.open() as journal:
        assert list(journal.heads()) == [NAME, URGENT.head.origin.text]
        assert journal.heads()[NAME] == Head(
            NAME, MAIN.head.tree, note.write(signed(MAIN, 12)), cosigned(MAIN, 5), 2
        )
        assert journal.heads()[NAME].checkpoint == MAIN.head.checkpoint
        assert items(journal) == MAIN.items and items(journal, URGENT.head.origin.text) == URGENT.items[:3]
        assert next(iter(journal.read(NAME, 4))) == Record(4, MAIN.items[4], cosigned(MAIN, 5))
        assert [each.n for each in journal.read(NAME, 10)] == [10, 11]
        assert items(journal, NAME, 12) == items(journal, NAME, 99) == items(journal, "nobody's") == []


def test_heads_know_without_opening_again(place: Place) -> None:
    with place.open() as journal:
        journal.append([step(MAIN, 0, 5, note.write(signed(MAIN, 5)))])
        assert journal.heads()[NAME] == Head(NAME, tree(MAIN, 5), note.write(signed(MAIN, 5)), None, 1)
        journal.append([step(MAIN, 5, 6), Step(NAME, 6, note=cosigned(MAIN, 5))])
        assert journal.heads()[NAME] == Head(NAME, tree(MAIN, 6), cosigned(MAIN, 5), cosigned(MAIN, 5), 1)
        journal.append([Step(NAME, 6, note=note.write(signed(MAIN, 6)))])
        assert journal.heads()[NAME].note == note.write(signed(MAIN, 6))
        before = journal.heads()
    with place.open() as journal:
        assert journal.heads() == before


def test_a_batch_is_whole_or_nothing(place: Place) -> None:
    with place.open() as journal:
        journal.append([step(MAIN, 0, 2)])
        with pytest.raises(Stale) as stale:
            journal.append([step(URGENT, 0, 4), step(MAIN, 3, 4)])
        assert (stale.value.code, stale.value.size) == ("journal.stale", 2)
        journal.append([])
    with place.open() as journal:
        assert {name: head.size for name, head in journal.heads().items()} == {NAME: 2}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: Step(NAME, 0, tuple(MAIN.items[1:2])), "journal.entry"),
        (lambda: Step(NAME, 0, tuple(OTHER.items[:1])), "journal.entry"),
        (lambda: Step(NAME, 0, (MAIN.items[0]._replace(body=b"{}"),)), "journal.entry"),
        (lambda: Step(NAME, 0, (MAIN.items[0]._replace(salt=b""),)), "journal.entry"),
        (lambda: Step(NAME, 0, (MAIN.items[0]._replace(leaf=b"{}"),)), "journal.entry"),
        (lambda: step(MAIN, 0, 2, b"no note"), "journal.note"),
        (lambda: step(MAIN, 0, 2, note.write(signed(MAIN, 3))), "journal.note"),
        (lambda: step(MAIN, 0, 3, note.write(signed(MAIN, 2))), "journal.note"),
        (lambda: step(MAIN, 0, 2, note.write(signed(OTHER, 2))), "journal.note"),
        (
            lambda: Step(NAME, 0, note=note.write(feed.sign(feed.Head(MAIN.head.origin), A.seed("log")))),
            "journal.note",
        ),
    ],
)
def test_what_would_not_be_found_whole_is_not_taken(
    place: Place, made: Callable[[], Step], code: str
) -> None:
    with place.open() as journal:
        assert refusal(lambda: journal.append([made()])).code == code
        assert journal.heads() == {}
        journal.append([step(MAIN, 0, 12)])


def test_a_cosignature_is_not_lost_to_an_older_note(place: Place) -> None:
    filled(place)
    with place.open() as journal:
        older = Step(NAME, 12, note=note.write(signed(MAIN, 5)))
        assert refusal(lambda: journal.append([older])).code == "journal.note"
        both = [Step(NAME, 12, note=cosigned(MAIN, 12)), Step(NAME, 12, note=note.write(signed(MAIN, 12)))]
        assert refusal(lambda: journal.append(both)).code == "journal.note"
        assert journal.heads()[NAME].cosigned == cosigned(MAIN, 5)


def test_a_second_opener_is_refused_and_told_who_holds_it(place: Place) -> None:
    with place.open():
        error = refusal(place.open)
        assert error.code == "journal.locked" and ("process" in error.message or "session" in error.message)
    place.open().close()


def test_a_closed_journal_takes_nothing(place: Place) -> None:
    journal = place.open()
    journal.append([step(MAIN, 0, 1)])
    read = journal.read(NAME)
    journal.close()
    journal.close()
    assert refusal(lambda: journal.append([step(MAIN, 1, 2)])).code == "journal.broken"
    assert refusal(lambda: next(read)).code == "journal.broken"


ALTERED = {
    "UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 7": ("journal.altered", "entry 7"),
    "UPDATE entries SET n = 99 WHERE feed = 1 AND n = 7": ("journal.lost", "entry 7"),
    "UPDATE entries SET n = -1 WHERE feed = 1 AND n = 7": ("journal.lost", "entry 7"),
    "UPDATE entries SET n = 12 WHERE feed = 1 AND n = 11": ("journal.lost", "entry 11"),
    "INSERT INTO entries SELECT 1, -1, sealed FROM entries WHERE feed = 1 AND n = 3": (
        "journal.altered",
        "entry -1",
    ),
    "UPDATE entries SET feed = 2 WHERE feed = 1 AND n = 7": ("journal.lost", "entry 7"),
    "UPDATE entries SET feed = 9 WHERE feed = 1 AND n = 11": ("journal.lost", "entry 11"),
    "DELETE FROM entries WHERE feed = 1 AND n = 0": ("journal.lost", "entry 0"),
    "DELETE FROM entries WHERE feed = 1 AND n = 7": ("journal.lost", "entry 7"),
    "DELETE FROM entries WHERE feed = 1 AND n > 8": ("journal.lost", "entry 9"),
    "DELETE FROM entries WHERE feed = 1": ("journal.lost", "entry 0"),
    "INSERT INTO entries SELECT 1, 12, sealed FROM entries WHERE feed = 1 AND n = 3": (
        "journal.altered",
        "entry 12",
    ),
    "INSERT INTO entries SELECT 9, n, sealed FROM entries WHERE feed = 2": ("journal.altered", "feed 9"),
    "UPDATE notes SET sealed = ? WHERE size = 5": ("journal.altered", "entry 4"),
    "UPDATE notes SET size = 4 WHERE size = 5": ("journal.altered", "entry 3"),
    "UPDATE notes SET feed = 2 WHERE size = 5": ("journal.lost", "checkpoint"),
    "DELETE FROM notes WHERE size = 5": ("journal.lost", "checkpoint"),
    "INSERT INTO notes SELECT 2, 77, sealed FROM notes WHERE size = 5": ("journal.altered", "checkpoint"),
    "INSERT INTO notes SELECT 0, 5, sealed FROM notes WHERE size = 5": ("journal.altered", "feed 0"),
    "UPDATE feeds SET head = ? WHERE feed = 1": ("journal.altered", "feed 1"),
    "UPDATE feeds SET feed = 3 WHERE feed = 2": ("journal.altered", "feed 3"),
    "DELETE FROM feeds WHERE feed = 2": ("journal.lost", "feed 2"),
    "DELETE FROM feeds": ("journal.lost", "feed 1"),
    "UPDATE journal SET value = ? WHERE name = 'id'": ("journal.key", "table journal"),
    "UPDATE journal SET value = ? WHERE name = 'feeds'": ("journal.key", "table journal"),
    "UPDATE journal SET name = 'other' WHERE name = 'feeds'": ("journal.key", "table journal"),
    "INSERT INTO journal VALUES ('more', ?)": ("journal.key", "table journal"),
    "UPDATE journal SET value = ? WHERE name = 'version'": ("journal.version", "version"),
    "DELETE FROM journal": ("journal.version", "version"),
    "DROP TABLE notes": ("journal.damaged", "notes"),
}


@pytest.mark.parametrize("statement", ALTERED)
def test_every_altered_row_is_found_and_named(place: Place, statement: str) -> None:
    filled(place)
    values = [bytes(range(60))] if "?" in statement else []
    place.execute(statement, *values)
    error = refusal(place.open)
    code, named = ALTERED[statement]
    assert error.code == code and named in error.message
    if code in ("journal.altered", "journal.lost") and "entry" in named:
        assert NAME in error.message


def test_a_flipped_bit_anywhere_in_a_row_is_found(place: Place) -> None:
    filled(place)
    ((sealed,),) = place.execute("SELECT sealed FROM entries WHERE feed = 1 AND n = 3")
    for at in (0, 12, len(sealed) // 2, len(sealed) - 1):
        flipped = bytearray(sealed)
        flipped[at] ^= 1
        place.execute("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = 3", bytes(flipped))
        assert "entry 3 of" in refusal(place.open).message


def test_rows_cannot_be_swapped(place: Place) -> None:
    filled(place)
    rows = place.execute("SELECT n, sealed FROM entries WHERE feed = 1 AND n IN (3, 4) ORDER BY n")
    for n, (_, sealed) in zip((3, 4), reversed(rows), strict=True):
        place.execute("UPDATE entries SET sealed = ? WHERE feed = 1 AND n = ?", sealed, n)
    assert "entry 3 of" in refusal(place.open).message


def test_a_tail_removed_together_with_its_head_is_only_seen_by_the_peer(place: Place) -> None:
    """The stated limit: what is left is a journal as it once was. A restored backup is no different."""
    with place.open() as journal:
        journal.append([step(MAIN, 0, 5)])
    ((older,),) = place.execute("SELECT head FROM feeds")
    with place.open() as journal:
        journal.append([step(MAIN, 5, 12)])
    place.execute("DELETE FROM entries WHERE n >= 5")
    place.execute("UPDATE feeds SET head = ?", older)
    with place.open() as journal:
        assert journal.heads()[NAME].tree == tree(MAIN, 5)


def test_a_row_that_is_lost_while_it_is_open_is_named(place: Place) -> None:
    filled(place)
    with place.open() as journal:
        place.execute("DELETE FROM entries WHERE feed = 1 AND n IN (4, 11)")
        read = journal.read(NAME)
        assert [next(read).n for _ in range(4)] == [0, 1, 2, 3]
        assert "entry 4 of" in refusal(lambda: next(read)).message
        assert "entry 11 of" in refusal(lambda: items(journal, NAME, 11)).message
        place.execute("UPDATE notes SET sealed = ? WHERE size = 12", b"short")
        assert refusal(lambda: journal.append([Step(NAME, 12, note=cosigned(MAIN, 12))])).code == (
            "journal.altered"
        )


def test_after_a_failed_commit_nothing_more_is_taken(place: Place) -> None:
    with place.open() as journal:
        journal.append([step(MAIN, 0, 2)])
        place.execute("ALTER TABLE feeds RENAME TO elsewhere")
        assert refusal(lambda: journal.append([step(MAIN, 2, 3)])).code == "journal.broken"
        place.execute("ALTER TABLE elsewhere RENAME TO feeds")
        assert refusal(lambda: journal.append([step(MAIN, 2, 3)])).code == "journal.broken"
    with place.open() as journal:
        assert items(journal) == MAIN.items[:2]


def test_an_error_in_one_batch_is_its_callers_only(place: Place) -> None:
    with place.open() as journal:
        wrong = Step(NAME, 0, None)  # type: ignore[arg-type]  # what a checker would have found
        with pytest.raises(TypeError):
            journal.append([wrong])
        journal.append([step(MAIN, 0, 1)])
    with place.open() as journal:
        assert items(journal) == MAIN.items[:1]


def test_an_error_while_a_batch_is_written_closes_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it was kept is not known, whatever went wrong."""

    def failing(*_: object) -> bytes:
        raise MemoryError

    with place.open() as journal:
        journal.append([step(MAIN, 0, 1)])
        monkeypatch.setattr(journal.sealing, "seal", failing)
        with pytest.raises(MemoryError):
            journal.append([step(MAIN, 1, 2)])
        monkeypatch.undo()
        assert refusal(lambda: journal.append([step(MAIN, 1, 2)])).code == "journal.broken"
    with place.open() as journal:
        assert items(journal) == MAIN.items[:1]


def test_the_wrong_key_opens_nothing(place: Place) -> None:
    filled(place)
    whole = b"".join(bytes(row[-1]) for row in place.execute("SELECT sealed FROM entries"))
    assert b"plan" not in whole and b"wideberth" not in whole
    error = refusal(lambda: place.open_with(KEY[::-1]))
    assert error.code == "journal.key"


def test_many_callers_share_commits(place: Place) -> None:
    from bench.journal import feed as named
    from bench.journal import items as made

    def call(number: int) -> None:
        for n in range(10):
            journal.append([Step(named(number), n, made(named(number), n, n + 1))])
            assert journal.heads()[named(number)].size == n + 1

    with place.open() as journal:
        threads = [threading.Thread(target=call, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with place.open() as journal:
        assert {head.size for head in journal.heads().values()} == {10} and len(journal.heads()) == 16


@pytest.mark.parametrize("round_", range(3))
def test_nothing_acknowledged_is_lost_to_a_kill(place: Place, round_: int) -> None:
    from bench.journal import feed as named
    from bench.journal import items as made

    command = [sys.executable, str(ROOT / "tests/contract/appender.py"), place.kind, place.name, place.url]
    path = {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PATH": ""}
    path |= {name: value for name, value in os.environ.items() if name.startswith("PG")}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=path)
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(3)]
    time.sleep(0.03 + 0.07 * round_)
    child.kill()
    said += child.stdout.read().splitlines()
    child.wait()
    child.stdout.close()
    acknowledged = dict.fromkeys(range(FEEDS), 0)
    for each in said:
        who, counted = each.split()
        acknowledged[int(who)] = int(counted)
    assert sum(acknowledged.values()) >= 3
    with place.reopened() as journal:
        heads = journal.heads()
        for number, count in acknowledged.items():
            one, other = (heads.get(named(each), Head("")) for each in (2 * number, 2 * number + 1))
            # one more may have been durable before it could be said
            assert count <= one.size <= count + 1 and one.size == other.size
            assert items(journal, named(2 * number)) == list(made(named(2 * number), 0, one.size))


class Model(RuleBasedStateMachine):
    """A journal beside a dict of lists."""

    places: Callable[[], Place]
    journal: Kept
    place: Place

    @initialize()
    def begin(self) -> None:
        self.place = self.places()
        self.journal = self.place.open()
        self.held: dict[str, int] = {}
        self.dropped: set[tuple[str, int]] = set()

    @rule(parts=st.lists(st.tuples(st.sampled_from(sorted(FEEDS_OF)), st.integers(0, 3)), max_size=4))
    def append(self, parts: list[tuple[str, int]]) -> None:
        sizes, steps = dict(self.held), []
        for name, count in parts:
            begin = sizes.get(name, 0)
            sizes[name] = min(begin + count, 12)
            steps.append(step(FEEDS_OF[name], begin, sizes[name]))
        self.journal.append(steps)
        self.held = sizes

    @rule(name=st.sampled_from(sorted(FEEDS_OF)), off=st.sampled_from([-2, -1, 1, 3]))
    def stale(self, name: str, off: int) -> None:
        size = self.held.get(name, 0)
        with pytest.raises(Stale) as caught:
            self.journal.append([Step(name, size + off, tuple(FEEDS_OF[name].items[size : size + 1]))])
        assert caught.value.size == size

    @rule(name=st.sampled_from(sorted(FEEDS_OF)), numbers=st.sets(st.integers(0, 12), max_size=5))
    def drop(self, name: str, numbers: set[int]) -> None:
        if numbers and max(numbers) >= self.held.get(name, 0):
            assert refusal(lambda: self.journal.drop({name: numbers})).code == "journal.entry"
        else:
            self.journal.drop({name: numbers})
            self.dropped |= {(name, n) for n in numbers}

    @rule(name=st.sampled_from(sorted(FEEDS_OF)), size=st.integers(0, 12))
    def tree(self, name: str, size: int) -> None:
        if size <= self.held.get(name, 0):
            assert self.journal.tree(name, size) == (tree(FEEDS_OF[name], size) if size else EMPTY)

    @rule()
    def reopen(self) -> None:
        self.journal.close()
        self.journal = self.place.open()

    @rule()
    def crash(self) -> None:
        """Reopen what nobody has tidied up: the connections are cut, mid-transaction."""
        database = self.journal._database
        cursor = database.write.cursor()
        cursor.execute(database.begin)
        cursor.execute("DELETE FROM entries")
        database.close()
        self.journal = self.place.reopened()

    @invariant()
    def all_is_there(self) -> None:
        heads = self.journal.heads()
        assert {name: head.tree for name, head in heads.items()} == {
            name: tree(FEEDS_OF[name], size) if size else EMPTY for name, size in self.held.items()
        }
        for name, size in self.held.items():
            assert items(self.journal, name) == [
                blank(item) if (name, n) in self.dropped else item
                for n, item in enumerate(FEEDS_OF[name].items[:size])
            ]
            assert heads[name].dropped == sum(of == name for of, _ in self.dropped)

    def teardown(self) -> None:
        self.journal.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_against_a_model(kind: str, tmp_path: Path) -> None:
    with ExitStack() as stack:

        def new() -> Place:
            return stack.enter_context(sqlite_place(tmp_path) if kind == "sqlite" else postgres_place())

        new()  # an absent server is told here, not once for every example
        machine = type("Machine", (Model,), {"places": staticmethod(new)})
        run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=15))
