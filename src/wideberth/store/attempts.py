"""Logins that are tried, counted for whom and from where; kept so that neither can be read in the file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from wideberth.errors import Refused
from wideberth.store import throttle
from wideberth.store.throttle import Failures

LOCAL: Final = "local"
"""The place of a login on this machine itself, which is known for every name."""
COUNTS = 10_000
"""Counts that strangers can make; from then on all strangers without one share one."""
_OTHERS: Final = ("", "", "")

Changing = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Attempt(NamedTuple):
    """One that was counted before it was looked at: the count of its place, and that of all strange ones."""

    here: bytes
    anywhere: bytes | None


class Attempts:
    """The counts in an open file of accounts, which says what its methods raise."""

    def __init__(self, changing: Changing, key: bytes) -> None:
        """`changing`: a transaction of the file; `key`: 32 bytes, under which names and places are kept."""
        self._changing, self._key = changing, key

    def begin(self, whose: tuple[str, ...], place: str, now: int) -> Attempt:
        """It counts before it is looked at, so that a hundred at once are a hundred.

        Args:
            whose: what was named, such as a name as it was typed.
            place: where it comes from: an address, or LOCAL.
            now: ms, UTC.

        Raises: Refused (`accounts.wait`).
        """
        here, anywhere = self.who(*whose, place), self.who(*whose)
        with self._changing() as db:
            known = place == LOCAL or throttle.known(_last_login(db, here), now)
            self._count(db, here, now, throttle.FREE, known=known)
            if not known:
                self._count(db, anywhere, now, throttle.FREE_STRANGERS, known=False)
        return Attempt(here, None if known else anywhere)

    def good(self, found: Attempt, user: int, now: int) -> None:
        """A place without failures, and known; the failures of strangers stay, but for this attempt."""
        with self._changing() as db:
            db.execute("DELETE FROM failures WHERE who = ?", (found.here,))
            db.execute("UPDATE failures SET count = count - 1 WHERE who = ?", (found.anywhere,))
            db.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (found.here, user, now))
            db.execute("DELETE FROM places WHERE last_ms < ?", (now - throttle.KNOWN,))

    def who(self, *of: str) -> bytes:
        """Name, or name and place, so that neither is seen: people type passwords where the name belongs."""
        data = "\n".join(of).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=16).digest()

    def _count(self, db: sqlite3.Connection, who: bytes, now: int, free: int, *, known: bool) -> None:
        """Raises: Refused (`accounts.wait`)."""
        db.execute("DELETE FROM failures WHERE last_ms < ?", (now - throttle.FORGOTTEN,))
        found = _failures(db, who)
        if found is None and not known and _full(db):
            # a count that could be pushed out would be none: those without one share one
            who = self.who(*_OTHERS)
            found = _failures(db, who)
        if wait := throttle.wait(found or throttle.NONE, now, free):
            raise Refused(
                "accounts.wait", f"too many logins failed; accepted: again in {-(-wait // 1_000)} s"
            )
        more = throttle.one_more(found or throttle.NONE, now)
        db.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?)", (who, more.count, now))


def _last_login(db: sqlite3.Connection, who: bytes) -> int | None:
    row = db.execute("SELECT last_ms FROM places WHERE who = ?", (who,)).fetchone()
    return None if row is None else int(row[0])


def _failures(db: sqlite3.Connection, who: bytes) -> Failures | None:
    row = db.execute("SELECT count, last_ms FROM failures WHERE who = ?", (who,)).fetchone()
    return None if row is None else Failures(*row)


def _full(db: sqlite3.Connection) -> bool:
    (count,) = db.execute("SELECT count(*) FROM failures").fetchone()
    return bool(count >= COUNTS)
