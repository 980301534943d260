"""Who did what on a node: a list beside the accounts, which no feed holds and no other party sees.

It names an account by its number, as the list of who was on duty does: once the account is deleted the number
names nobody. So what was done stays on record, and the person can be forgotten. What is in it are words of a
fixed list and ids; nothing that anybody wrote.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

PAGE: Final = 500
"""How many are listed at a time."""
_LISTED: Final = """SELECT n, at_ms, u.name, what, line, noun, done
FROM acts a LEFT JOIN users u ON u.user = a.user"""


class Act(NamedTuple):
    """Something that an account asked for.

    Attributes:
        n: counts from 1.
        at_ms: when, UTC.
        name: of the account; None where it was deleted since.
        what: a word for it, such as `plan.submit`.
        line, noun: what it was done to: a line, and an id of something of it or of the node.
        done: whether it is known to have been done.
    """

    n: int
    at_ms: int
    name: str | None
    what: str
    line: str | None
    noun: str | None
    done: bool


class Acts:
    """The list in a file of accounts; made by Accounts, whose methods raise in the same way."""

    def __init__(self, changing: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._changing = changing

    def begin(self, user: int, what: str, line: str | None, noun: str | None, now: int) -> int:
        """Somebody is about to do something: written down before, so that nothing is done by nobody.

        Args:
            user: number of the account.
            what: a word for it.
            line: the id of a line, where it is about one.
            noun: what it is done to, as far as that is known.
            now: ms, UTC.

        Returns:
            Its number, for `finish` and `undo`.
        """
        with self._changing() as db:
            row = (now, user, what, line, noun)
            made = db.execute(
                "INSERT INTO acts (at_ms, user, what, line, noun, done) VALUES (?, ?, ?, ?, ?, 0)", row
            )
            return made.lastrowid or 0

    def finish(self, n: int, nouns: Sequence[str] = ()) -> None:
        """It was done, to these where that was not known before."""
        first, more = (nouns[0], nouns[1:]) if nouns else (None, ())
        with self._changing() as db:
            db.execute("UPDATE acts SET done = 1, noun = coalesce(?, noun) WHERE n = ?", (first, n))
            db.executemany(
                """INSERT INTO acts (at_ms, user, what, line, noun, done)
                SELECT at_ms, user, what, line, ?, 1 FROM acts WHERE n = ?""",
                [(each, n) for each in more],
            )

    def undo(self, n: int) -> None:
        """It was refused: nothing was done."""
        with self._changing() as db:
            db.execute("DELETE FROM acts WHERE n = ?", (n,))

    def last(self, user: int) -> int | None:
        """When an account last did something (ms, UTC); None where it never has."""
        query = "SELECT at_ms FROM acts WHERE user = ? ORDER BY n DESC LIMIT 1"
        with self._changing() as db:
            row = db.execute(query, (user,)).fetchone()
        return None if row is None else int(row[0])

    def listed(self, before: int | None = None, noun: str | None = None) -> tuple[Act, ...]:
        """The newest first, at most PAGE of them: before a number, of one noun or line."""
        where, values = ["1"], list[int | str]()
        if before is not None:
            where.append("n < ?")
            values.append(before)
        if noun is not None:
            where.append("(noun = ? OR line = ?)")
            values += [noun, noun]
        query = f"{_LISTED} WHERE {' AND '.join(where)} ORDER BY n DESC LIMIT {PAGE}"
        with self._changing() as db:
            rows = db.execute(query, values).fetchall()
        return tuple(Act(*row)._replace(done=bool(row[-1])) for row in rows)
