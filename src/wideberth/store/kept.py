"""A journal in a database: the same four tables, statements and group commit for every database.

Group commit: each caller queues its batch. One at a time writes, all that is queued by then in one
transaction; the others wait until their batch is done, or until it is their turn. No batch is marked as done
before the COMMIT that holds it has returned.
"""

from __future__ import annotations

import os
import threading
from collections import ChainMap, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from wideberth.errors import Refused, WideberthError
from wideberth.ledger import merkle
from wideberth.store import batch as batches
from wideberth.store import cipher, whole
from wideberth.store.batch import Writes
from wideberth.store.cipher import Cipher
from wideberth.store.journal import Head, Record, Step
from wideberth.store.whole import Row

VERSION = 1
"""Of the layout. A program refuses any other."""
PAGE = 1000
"""Rows fetched at once."""

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
_PAGE = """SELECT e.n, e.sealed, s.sealed
FROM entries e LEFT JOIN notes s ON s.feed = e.feed AND s.size = e.n + 1
WHERE e.feed = ? AND e.n >= ? ORDER BY e.n LIMIT ?"""
_FIRST = -(2**63)


class Database(NamedTuple):
    """An open database: a connection that holds the lock and writes, one that reads, and how it differs.

    Both are in autocommit mode. `begin` opens a transaction that writes; `mark` stands for a value; `failure`
    is what the driver raises; `close` ends both and gives the lock back; `tidy` runs after each commit.
    """

    write: Any
    read: Any
    begin: str
    mark: str
    failure: type[Exception]
    close: Callable[[], None]
    tidy: Callable[[], None] = lambda: None


class _Kept(Struct):
    """A head as it is stored."""

    feed: str
    size: int
    peaks: tuple[bytes, ...]
    notes: int


class _Waiting:
    """A batch in the queue, and what became of it."""

    def __init__(self, batch: tuple[Step, ...]) -> None:
        self.batch = batch
        self.done = False
        self.error: Exception | None = None


class Kept:
    """A journal in a database; see journal.Journal for its verbs. Made by `opened`."""

    def __init__(self, database: Database, sealing: Cipher, heads: dict[str, Head], numbers: dict[str, int]):
        self._database = database
        self._cipher = sealing
        self._heads = heads
        self._numbers = numbers
        self._queue: deque[_Waiting] = deque()
        self._turn = threading.Condition()
        self._writing = False
        self._reading = threading.Lock()
        self._broken = ""

    def append(self, batch: Sequence[Step]) -> None:
        """See journal.Journal."""
        mine = _Waiting(tuple(batch))
        with self._turn:
            self._queue.append(mine)
            self._turn.wait_for(lambda: mine.done or not self._writing)
            self._writing = not mine.done or self._writing
            group = [] if mine.done else [self._queue.popleft() for _ in range(len(self._queue))]
        if group:
            self._write(group)
        if mine.error is not None:
            raise mine.error

    def read(self, feed: str, start: int = 0) -> Iterator[Record]:
        """See journal.Journal."""
        head = self._heads.get(feed)
        if head is None:
            return
        number, n = self._numbers[feed], max(start, 0)
        while n < head.size:
            with self._reading:
                rows = _rows(self._database, self._database.read, _PAGE, number, n, PAGE)
            for found, sealed, sealed_note in rows or [(-1, b"", None)]:
                if found != n:
                    raise Refused("journal.lost", f"entry {n} of {feed} is missing")
                item = whole.opened(feed, n, sealed, self._cipher)
                n += 1
                held = None if sealed_note is None else whole.opened_note(feed, n, sealed_note, self._cipher)
                yield Record(n - 1, item, held)

    def heads(self) -> Mapping[str, Head]:
        """See journal.Journal."""
        return dict(self._heads)

    def close(self) -> None:
        """Give the database and its lock back; nothing is accepted afterwards."""
        with self._turn, self._reading:
            self._turn.wait_for(lambda: not self._writing)
            if self._broken != "closed":
                self._broken = "closed"
                self._database.close()

    def __enter__(self) -> Kept:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, group: list[_Waiting]) -> None:
        """Commit what was queued, in one transaction; then the turn is another's."""
        writes = Writes()
        try:
            for each in group:
                self._decide(each, writes)
            if writes.heads:
                self._commit(writes)
                self._tidy()
        except BaseException as error:
            # whether it is durable is not known, so nothing may be built on either answer
            self._broken = f"a commit failed: {error!r}"
            with suppress(self._database.failure):
                self._database.write.cursor().execute("ROLLBACK")
            for each in group:
                each.error = each.error or Refused("journal.broken", self._broken)
            if not isinstance(error, self._database.failure):
                raise
        finally:
            with self._turn:
                for each in group:
                    each.done = True
                self._writing = False
                self._turn.notify_all()

    def _decide(self, each: _Waiting, writes: Writes) -> None:
        if self._broken:
            each.error = Refused("journal.broken", f"{self._broken}; open the journal again")
            return

        def stored(feed: str, size: int) -> bytes | None:
            return writes.notes.get((feed, size)) or self._note(feed, size)

        try:
            writes.add(batches.decide(each.batch, ChainMap(writes.heads, self._heads), stored))
        except WideberthError as error:
            each.error = error

    def _note(self, feed: str, size: int) -> bytes | None:
        number = self._numbers.get(feed, 0)
        query = "SELECT sealed FROM notes WHERE feed = ? AND size = ?"
        rows = _rows(self._database, self._database.write, query, number, size)
        return whole.opened_note(feed, size, rows[0][0], self._cipher) if rows else None

    def _commit(self, writes: Writes) -> None:
        numbers = dict(self._numbers)
        for feed in writes.heads:
            numbers.setdefault(feed, len(numbers) + 1)
        seal = self._cipher.seal
        cursor = self._database.write.cursor()
        cursor.execute(self._database.begin)
        if len(numbers) > len(self._numbers):
            count = seal(b"%d" % len(numbers), cipher.COUNT_PLACE)
            cursor.execute(self._sql(_SET), ("feeds", count))
        self._many(
            cursor,
            _ENTRY,
            [
                (numbers[feed], n, seal(cipher.pack(item), cipher.entry_place(feed, n)))
                for (feed, n), item in writes.entries.items()
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
    sealing = Cipher(key, journal if isinstance(journal, bytes) else b"")
    count = sealing.open(said.get("feeds"), cipher.COUNT_PLACE)
    if count is None or set(said) != {"version", "id", "feeds"}:
        raise Refused("journal.key", "the key does not open it, or its table journal was altered")
    heads, numbers, notes = {}, {}, 0
    for number, sealed in _rows(database, database.read, "SELECT feed, head FROM feeds ORDER BY feed"):
        data = sealing.open(sealed, cipher.head_place(number))
        if data is None:
            raise Refused("journal.altered", f"the head of feed {number} is not what was stored")
        kept = msgspec.msgpack.decode(data, type=_Kept)
        stored = Head(kept.feed, merkle.Tree(kept.size, kept.peaks), notes=kept.notes)
        heads[kept.feed] = whole.verify(stored, _all(database, number), sealing)
        numbers[kept.feed] = number
        notes += kept.notes
    _check_strays(database, int(count), list(numbers.values()), notes)
    return Kept(database, sealing, heads, numbers)


def sealed_head(head: Head, number: int, seal: Callable[[bytes, bytes], bytes]) -> bytes:
    """The row of a head."""
    kept = _Kept(head.feed, head.tree.size, head.tree.peaks, head.notes)
    return seal(msgspec.msgpack.encode(kept), cipher.head_place(number))


def _check_strays(database: Database, count: int, numbers: list[int], notes: int) -> None:
    """Rows of feeds that are not there, or feeds that no longer are."""
    if numbers != list(range(1, count + 1)):
        lost = next((n for n in range(1, count + 1) if n not in set(numbers)), count + 1)
        raise Refused("journal.lost", f"{count} feeds were kept, {len(numbers)} have a head; see feed {lost}")
    for table in ("entries", "notes"):
        # by seeking, not by reading a million rows again
        at = _FIRST
        while rows := _rows(database, database.read, _next(table), at):
            number = rows[0][0]
            if not isinstance(number, int) or not 0 < number <= count:
                raise Refused("journal.altered", f"rows of a feed {number} in {table}, which has no head")
            at = number + 1
    found = _rows(database, database.read, "SELECT count(*) FROM notes")[0][0]
    if found != notes:
        raise Refused("journal.altered", f"{found} signed checkpoints in notes; {notes} were kept")


def _next(table: str) -> str:
    return f"SELECT feed FROM {table} WHERE feed >= ? ORDER BY feed LIMIT 1"  # noqa: S608 - two fixed names


def _all(database: Database, number: int) -> Iterator[Row]:
    n = _FIRST
    while rows := _rows(database, database.read, _PAGE, number, n, PAGE):
        yield from rows
        n = rows[-1][0] + 1


def _rows(database: Database, connection: Any, query: str, *values: object) -> list[Any]:
    """Raises: Refused (`journal.damaged`)."""
    try:
        found: list[Any] = connection.cursor().execute(query.replace("?", database.mark), values).fetchall()
    except database.failure as error:
        raise Refused("journal.damaged", f"the database cannot be read: {error}") from error
    return found
