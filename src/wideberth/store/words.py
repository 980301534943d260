"""Who has said yes to what needs two people. The names stay here: no feed ever holds one.

A word waits a day for the other one, and counts for as long as its account may log in and has the role. What
was enough is used up: the next time two people say it again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

LASTS_MS: Final = 24 * 3_600_000
"""How long a word waits for the others."""
TABLE: Final = """CREATE TABLE words (what TEXT NOT NULL, user INTEGER NOT NULL REFERENCES users
    ON DELETE CASCADE, at_ms INTEGER NOT NULL, PRIMARY KEY (what, user)) STRICT;"""

_FROM = "FROM words JOIN users USING (user) WHERE what = ? AND enabled"
Changing = Callable[[], AbstractContextManager[sqlite3.Connection]]


class Words:
    """The words in an open file of accounts (accounts.Accounts.words), which says what its methods raise."""

    def __init__(self, changing: Changing) -> None:
        """`changing`: a transaction of the file."""
        self._changing = changing

    def give(self, what: str, user: int, role: str, now: int, needed: int) -> tuple[int, ...]:
        """A person says yes.

        Args:
            what: what it is about, and nothing else: the same text for everybody who is asked.
            user: the number of an account.
            role: the role (accounts.ROLES) that counts here.
            now: ms, UTC.
            needed: how many people it takes.

        Returns: the accounts, the first word first, where it is enough now; the words are gone then. Else
        nothing.
        """
        with self._changing() as db:
            db.execute("DELETE FROM words WHERE at_ms < ?", (now - LASTS_MS,))
            db.execute("INSERT OR IGNORE INTO words VALUES (?, ?, ?)", (what, user, now))
            rows = db.execute(f"SELECT user, roles {_FROM} ORDER BY at_ms, user", (what,)).fetchall()
            found = tuple(number for number, roles in rows if role in roles.split())
            if len(found) < needed:
                return ()
            db.execute("DELETE FROM words WHERE what = ?", (what,))
            return found

    def given(self, what: str, role: str, now: int) -> tuple[int, ...]:
        """The accounts whose words count and wait for others."""
        with self._changing() as db:
            query = f"SELECT user, roles {_FROM} AND at_ms >= ? ORDER BY at_ms, user"
            rows = db.execute(query, (what, now - LASTS_MS)).fetchall()
        return tuple(number for number, roles in rows if role in roles.split())

    def forget(self, what: str) -> None:
        """It is not asked any more."""
        with self._changing() as db:
            db.execute("DELETE FROM words WHERE what = ?", (what,))
