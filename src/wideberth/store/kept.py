"""A journal in a database: the same four tables, statements and group commit for every database.

Group commit: each caller queues its batch. One at a time writes, all that is queued by then in one
transaction; the others wait until their batch is done, or until it is their turn. No batch is marked as done
before the COMMIT that holds it has returned.
"""

from __future__ import annotations

import os
import threading
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.ledger import merkle
from wideberth.ledger.feed import Item
from wideberth.store import batch as batches
from wideberth.store import cipher, opening, whole
from wideberth.store.batch import Writes
from wideberth.store.cipher import Cipher
from wideberth.store.journal import Head, Record, Step
from wideberth.store.readers import Task
from wideberth.store.whole import Verified

VERSION = 1
"""Of the layout. A program refuses any other."""
PAGE = 1000
"""Rows fetched at once."""
_CLOSED = "closed"

TABLES = """
CREATE TABLE journal (name TEXT PRIMARY KEY, value {bytes} NOT NULL){strict};
CREATE TABLE feeds (feed {number} PRIMARY KEY, head {bytes} NOT NULL){strict};
CREATE TABLE entries (feed {number}, n {number}, sealed {bytes} NOT NULL, PRIMARY KEY (feed, n)){clustered};
CREATE TABLE notes
    (feed {number}, size {number}, sealed {bytes} NOT NULL, PRIMARY KEY (feed, size)){clustered}
"""
_SET = "INSERT INTO journal VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_HEAD = "INSERT INTO feeds VALUES (?, ?) ON CONFLICT (feed) DO UPDATE SET head = excluded.head"
_ENTRY = "INSERT INTO entries VALUES (?, ?, ?)"
_NOTE = "INSERT INTO notes VALUES (?, ?, ?) ON CONFLICT (feed, size) DO UPDATE SET sealed = excluded.sealed"
_DROPPED = "UPDATE entries SET sealed = ? WHERE feed = ? AND n = ?"
_PAGE = """SELECT e.n, e.sealed, s.sealed
FROM entries e LEFT JOIN notes s ON s.feed = e.feed AND s.size = e.n + 1
WHERE e.feed = ? AND e.n >= ? AND e.n < ? ORDER BY e.n"""


class Database(NamedTuple):
    """An open database: a connection that holds the lock and writes, one that reads, and how it differs.

    Both are in autocommit mode. `begin` opens a transaction that writes; `mark` stands for a value; `failure`
    is what the driver raises, or Refused where the server is gone; `close` ends both and gives the lock back.
    `scrub` leaves no trace of what was overwritten, as far as the database can; it raises Refused
    (`journal.residue`) where it cannot now. `file` is the SQLite file that other processes may read while
    this one holds the lock; nothing where they may not. `alone` runs in each transaction, and raises a
    `failure` where somebody else has written since the journal was opened. `tidy` runs after each commit.
    """

    write: Any
    read: Any
    begin: str
    mark: str
    failure: type[Exception]
    close: Callable[[], None]
    scrub: Callable[[], None] = lambda: None
    file: str = ""
    alone: Callable[[], None] = lambda: None
    tidy: Callable[[], None] = lambda: None


Seal = Callable[[bytes, bytes], bytes]
Decide = Callable[[Mapping[str, Head], Writes], Writes]
"""What a call writes, from the heads as they will be and what else the same commit holds."""


class _Kept(Struct):
    """A head as it is stored."""

    feed: str
    size: int
    peaks: tuple[bytes, ...]
    notes: int
    dropped: int = 0

    @property
    def head(self) -> Head:
        """Without its checkpoints."""
        tree = merkle.Tree(self.size, self.peaks)
        return Head(self.feed, tree, notes=self.notes, dropped=self.dropped)


class _Waiting:
    """A call in the queue, and what became of it: it is `kept` only once that is known."""

    def __init__(self, decide: Decide, scrub: bool = False) -> None:
        self.decide = decide
        self.scrub = scrub
        self.done = False
        self.kept = False
        self.error: Exception | None = None


class Kept:
    """A journal in a database; see journal.Journal for its verbs. Made by `opened`."""

    def __init__(
        self, database: Database, sealing: Cipher, found: dict[str, Verified], numbers: dict[str, int]
    ) -> None:
        self.sealing = sealing
        """Seals what belongs to this journal and stands beside it."""
        self._database = database
        self._heads = {feed: each.head for feed, each in found.items()}
        self._blocks = {feed: each.blocks for feed, each in found.items()}
        self._numbers = numbers
        self._queue: list[_Waiting] = []
        self._writing: list[_Waiting] = []
        # the lock is taken itself: that cannot be cut short by a signal, as the methods of a condition can
        self._lock = threading.Lock()
        self._turn = threading.Condition(self._lock)
        self._reading = threading.Lock()
        self._broken = ""

    def append(self, batch: Sequence[Step]) -> None:
        """See journal.Journal."""
        steps = tuple(batch)

        def decide(heads: Mapping[str, Head], writes: Writes) -> Writes:
            def stored(feed: str, size: int) -> bytes | None:
                return writes.notes.get((feed, size)) or self._note(feed, size)

            return batches.decide(steps, heads, stored)

        self._take(_Waiting(decide))

    def drop(self, entries: Mapping[str, Collection[int]]) -> None:
        """See journal.Journal."""
        asked = {feed: tuple(numbers) for feed, numbers in entries.items()}

        def decide(heads: Mapping[str, Head], writes: Writes) -> Writes:
            def held(feed: str, n: int) -> Item:
                if (feed, n) in writes.dropped:
                    return Item(writes.dropped[feed, n].leaf, b"", b"")
                return writes.entries.get((feed, n)) or next(self._page(feed, n, n + 1)).item

            return batches.drop(asked, heads, held)

        self._take(_Waiting(decide, scrub=True))

    def read(self, feed: str, start: int = 0) -> Iterator[Record]:
        """See journal.Journal."""
        head = self._heads.get(feed) or Head(feed)
        for n in range(max(start, 0), head.size, PAGE):
            yield from self._page(feed, n, min(n + PAGE, head.size))

    def tree(self, feed: str, size: int) -> merkle.Tree:
        """See journal.Journal."""
        held = self._heads[feed].size if feed in self._heads else 0
        if not 0 <= size <= held:
            raise Invalid("ledger.size", "", size, f"at most {held}, the size of {feed}")
        blocks = self._blocks.get(feed, ())[: size // whole.BLOCK]
        tree = whole.of_blocks(merkle.EMPTY, blocks)
        records = islice(self.read(feed, tree.size), size - tree.size)
        tree, more = whole.grown(tree, [merkle.leaf_hash(each.item.leaf) for each in records])
        self._blocks[feed] = max(self._blocks.get(feed, ()), (*blocks, *more), key=len)
        return tree

    def heads(self) -> Mapping[str, Head]:
        """See journal.Journal."""
        return dict(self._heads)

    def close(self) -> None:
        """Give the database and its lock back; nothing is accepted afterwards."""
        with self._lock:
            self._turn.wait_for(lambda: not self._writing)
            # only now: who writes may be reading
            with self._reading:
                if self._broken != _CLOSED:
                    self._broken = _CLOSED
                    self._database.close()

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, mine: _Waiting) -> None:
        """Wait until it is done, or do all that is queued where nobody else does.

        A signal may raise after any call in here: nothing is taken for kept that is not, and nobody waits for
        ever.
        """
        group: list[_Waiting] = []
        try:
            with self._lock:
                self._queue.append(mine)
                self._turn.wait_for(lambda: mine.done or not self._writing)
                if not mine.done:
                    group, self._writing, self._queue = self._queue, self._queue, []
            if group:
                self._write(group)
        finally:
            try:
                self._pass_on(group)
            finally:
                self._pass_on(group)
        if mine.error is not None:
            raise mine.error
        if not mine.kept:
            raise Refused("journal.broken", f"{self._broken or 'it was interrupted'}; open the journal again")

    def _pass_on(self, group: list[_Waiting]) -> None:
        """The turn is another's. A second time nothing, unless the first was cut short."""
        with self._lock:
            if group and self._writing is group:
                for each in group:
                    each.done = True
                self._turn.notify_all()
                self._writing = []

    def _write(self, group: list[_Waiting]) -> None:
        """Commit what was queued, in one transaction."""
        writes = Writes()
        try:
            taken = [each for each in group if not self._broken and self._decided(each, writes)]
            if writes.heads:
                self._commit(writes)
            traces = self._scrub() if any(each.scrub for each in taken) else None
            if writes.heads:
                self._tidy()
            for each in taken:
                each.error = traces if each.scrub else None
                each.kept = True
        except BaseException as error:
            # whether it is durable is not known, so nothing may be built on either answer
            self._broken = f"a commit failed: {error!r}"
            with suppress(self._database.failure, Refused):
                self._database.write.cursor().execute("ROLLBACK")
            if not isinstance(error, (self._database.failure, Refused)):
                raise

    def _decided(self, each: _Waiting, writes: Writes) -> bool:
        """Whether it is among what is written; if not, its error says why."""
        try:
            writes.add(each.decide(ChainMap(writes.heads, self._heads), writes))
        except Exception as error:  # noqa: BLE001 - raised to its caller; nothing was written yet
            # what is wrong with one call stops no other, least of all an urgent one
            each.error = error
        return each.error is None

    def _scrub(self) -> Refused | None:
        try:
            with self._reading:
                self._database.scrub()
        except Refused as error:
            return error
        return None

    def _page(self, feed: str, begin: int, end: int) -> Iterator[Record]:
        """Entries begin to end - 1, which are held."""
        with self._reading:
            if self._broken == _CLOSED:
                raise Refused("journal.broken", f"{_CLOSED}; open the journal again")
            rows = iter(_rows(self._database, self._database.read, _PAGE, self._numbers[feed], begin, end))
        for n in range(begin, end):
            found, sealed, sealed_note = next(rows, (None, None, None))
            if found != n:
                raise Refused("journal.lost", f"entry {n} of {feed} is missing")
            item = whole.opened(feed, n, sealed, self.sealing)
            held = None if sealed_note is None else whole.opened_note(feed, n + 1, sealed_note, self.sealing)
            yield Record(n, item, held)

    def _note(self, feed: str, size: int) -> bytes | None:
        number = self._numbers.get(feed, 0)
        query = "SELECT sealed FROM notes WHERE feed = ? AND size = ?"
        rows = _rows(self._database, self._database.write, query, number, size)
        return whole.opened_note(feed, size, rows[0][0], self.sealing) if rows else None

    def _commit(self, writes: Writes) -> None:
        numbers = dict(self._numbers)
        for feed in writes.heads:
            numbers.setdefault(feed, len(numbers) + 1)
        seal = self.sealing.seal
        self._broken = "a commit was interrupted"
        cursor = self._database.write.cursor()
        cursor.execute(self._database.begin)
        self._database.alone()
        if len(numbers) > len(self._numbers):
            count = seal(b"%d" % len(numbers), cipher.COUNT_PLACE)
            cursor.execute(self._sql(_SET), ("feeds", count))
        self._many(
            cursor,
            _ENTRY,
            [
                (numbers[feed], n, sealed_entry(feed, n, item, seal))
                for (feed, n), item in writes.entries.items()
            ],
        )
        self._many(
            cursor,
            _DROPPED,
            [
                (seal(cipher.blank(item), cipher.dropped_place(feed, n)), numbers[feed], n)
                for (feed, n), item in writes.dropped.items()
            ],
        )
        self._many(
            cursor,
            _NOTE,
            [
                (numbers[feed], size, seal(data, cipher.note_place(feed, size)))
                for (feed, size), data in writes.notes.items()
            ],
        )
        self._many(
            cursor,
            _HEAD,
            [(numbers[feed], sealed_head(head, numbers[feed], seal)) for feed, head in writes.heads.items()],
        )
        cursor.execute("COMMIT")
        self._numbers = numbers
        self._heads = {**self._heads, **writes.heads}
        self._broken = ""

    def _tidy(self) -> None:
        """A failure says nothing against the commit before it, which is durable; but none may follow."""
        try:
            self._database.tidy()
        except self._database.failure as error:
            self._broken = f"the disk failed after a commit: {error!r}"

    def _many(self, cursor: Any, statement: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            cursor.executemany(self._sql(statement), rows)

    def _sql(self, statement: str) -> str:
        return statement.replace("?", self._database.mark)


def create(database: Database, key: bytes, tables: str) -> None:
    """An empty journal, in a transaction of its own. `tables` is TABLES in the words of the database."""
    journal = os.urandom(cipher.ID)
    sealing = Cipher(key, journal)
    cursor = database.write.cursor()
    cursor.execute(database.begin)
    for statement in tables.split(";"):
        cursor.execute(statement)
    for row in (
        ("version", b"%d" % VERSION),
        ("id", journal),
        ("feeds", sealing.seal(b"0", cipher.COUNT_PLACE)),
    ):
        cursor.execute(_SET.replace("?", database.mark), row)
    cursor.execute("COMMIT")


def opened(database: Database, key: bytes) -> Kept:
    """The journal in a database, after all its rows were verified.

    Raises: Invalid (`journal.key_length`), Refused (`journal.version`, `journal.key`, `journal.lost`,
    `journal.altered`, `journal.damaged`).
    """
    said = dict(_rows(database, database.read, "SELECT name, value FROM journal"))
    if said.get("version") != b"%d" % VERSION:
        raise Refused("journal.version", f"a journal of version {said.get('version')!r}, not {VERSION}")
    journal = said.get("id")
    journal = journal if isinstance(journal, bytes) else b""
    sealing = Cipher(key, journal)
    count = sealing.open(said.get("feeds"), cipher.COUNT_PLACE)
    if count is None or set(said) != {"version", "id", "feeds"}:
        raise Refused("journal.key", "the key does not open it, or its table journal was altered")
    heads = []
    for number, sealed in _rows(database, database.read, "SELECT feed, head FROM feeds ORDER BY feed"):
        data = sealing.open(sealed, cipher.head_place(number))
        if data is None:
            raise Refused("journal.altered", f"the head of feed {number} is not what was stored")
        heads.append((number, msgspec.msgpack.decode(data, type=_Kept).head))
    select = partial(_rows, database, database.read)
    task = Task(database.file, key, journal, _PAGE, opening.runs(heads))
    found = opening.verified(heads, task, select, sealing)
    opening.check_strays(heads, int(count), select)
    return Kept(database, sealing, found, {head.feed: number for number, head in heads})


def sealed_entry(feed: str, n: int, item: Item, seal: Seal) -> bytes:
    """The row of an entry."""
    if item.dropped:
        return seal(cipher.blank(item), cipher.dropped_place(feed, n))
    return seal(cipher.pack(item), cipher.entry_place(feed, n))


def sealed_head(head: Head, number: int, seal: Seal) -> bytes:
    """The row of a head."""
    kept = _Kept(head.feed, head.tree.size, head.tree.peaks, head.notes, head.dropped)
    return seal(msgspec.msgpack.encode(kept), cipher.head_place(number))


def _rows(database: Database, connection: Any, query: str, *values: object) -> list[Any]:
    """Raises: Refused (`journal.damaged`)."""
    try:
        found: list[Any] = connection.cursor().execute(query.replace("?", database.mark), values).fetchall()
    except database.failure as error:
        raise Refused("journal.damaged", f"the database cannot be read: {error}") from error
    return found
