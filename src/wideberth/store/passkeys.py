"""Passkeys (WebAuthn) of accounts, and what each person prefers; both go with the account.

Only what is public of a passkey is here: who has the file can sign in as nobody. What an authenticator said
is verified by whoever asks (web.passkeys); here is whose it is, and that no answer counts twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.store import passwords
from wideberth.store.attempts import Attempts

TABLES: Final = """CREATE TABLE passkeys (passkey BLOB PRIMARY KEY, user INTEGER NOT NULL REFERENCES users
    ON DELETE CASCADE, key BLOB NOT NULL, count INTEGER NOT NULL, name TEXT NOT NULL,
    made_ms INTEGER NOT NULL, used_ms INTEGER) STRICT;
CREATE INDEX passkeys_user ON passkeys (user);
CREATE TABLE preferences (user INTEGER PRIMARY KEY REFERENCES users ON DELETE CASCADE, said TEXT NOT NULL)
    STRICT;"""
MOST: Final = 16
"""Passkeys of an account."""
ID: Final = 1_023
"""The most bytes of a passkey's id (WebAuthn, 5.8.3)."""
KEY: Final = 2_048
"""The most bytes of its public key."""
SAID: Final = 4_096
"""The most characters of what a person prefers."""
_ENABLED: Final = "AND user IN (SELECT user FROM users WHERE enabled)"
_LISTED: Final = "SELECT passkey, user, key, count, name, made_ms, used_ms FROM passkeys"
_USED: Final = """UPDATE passkeys SET count = ?, used_ms = ? WHERE passkey = ? AND user = ? AND key = ?
AND count = ? AND user IN (SELECT user FROM users WHERE enabled)"""


def refused() -> Refused:
    """The one answer to everything that is wrong with a sign-in by passkey."""
    message = "the passkey is none of this node's, or does not count now; accepted: name and password"
    return Refused("accounts.passkey", message)


class Passkey(Struct, frozen=True):
    """What is known of a passkey: its id and public key (COSE), how often it says that it was used.

    `user` is the number of its account; times in ms, UTC.
    """

    id: bytes
    user: int
    key: bytes
    count: int
    name: str
    made_ms: int
    used_ms: int | None


class Passkeys:
    """The passkeys in an open file of accounts (Accounts.passkeys), which says what its methods raise."""

    def __init__(
        self, changing: Callable[..., AbstractContextManager[sqlite3.Connection]], attempts: Attempts
    ) -> None:
        """`changing`: a transaction of the file; `attempts`: the counts of logins in it."""
        self._changing, self._attempts = changing, attempts

    def handle(self, user: int) -> bytes:
        """16 bytes that stand for an account in its passkeys: always the same, and tells nothing of it."""
        return self._attempts.who("", "passkey", str(user))

    def add(self, user: int, passkey: bytes, key: bytes, count: int, name: str, now: int) -> Passkey:
        """A new one of an account.

        Raises: Invalid (`accounts.passkey_name`), Refused (`accounts.passkey_new`, `accounts.passkeys_full`).
        """
        label = " ".join(name.split())
        if not 1 <= len(label) <= passwords.NAME or not label.isprintable():
            wanted = f"1 to {passwords.NAME} characters that say which device it is on"
            raise Invalid("accounts.passkey_name", "name", name, wanted)
        if not 1 <= len(passkey) <= ID or not 1 <= len(key) <= KEY:
            raise Refused("accounts.passkey_new", f"no such passkey is; accepted: an id of up to {ID} bytes")
        made = Passkey(passkey, user, key, count, label, now, None)
        with self._changing() as db:
            (held,) = db.execute("SELECT count(*) FROM passkeys WHERE user = ?", (user,)).fetchone()
            if held >= MOST:
                message = f"there are {MOST} passkeys; accepted: remove one first"
                raise Refused("accounts.passkeys_full", message)
            try:
                row = (passkey, user, key, count, label, now)
                db.execute("INSERT INTO passkeys VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
            except sqlite3.IntegrityError as error:
                raise Refused(
                    "accounts.passkey_new", "this passkey is there already; accepted: another one"
                ) from error
        return made

    def of(self, user: int) -> tuple[Passkey, ...]:
        """Those of an account, the oldest first."""
        with self._changing() as db:
            rows = db.execute(f"{_LISTED} WHERE user = ? ORDER BY made_ms, passkey", (user,)).fetchall()
        return tuple(Passkey(*row) for row in rows)

    def remove(self, user: int, passkey: bytes) -> None:
        """One of an account goes. Raises: Invalid (`accounts.no_passkey`), of another's too."""
        with self._changing(leaving=True) as db:
            row = (user, passkey)
            if not db.execute("DELETE FROM passkeys WHERE user = ? AND passkey = ?", row).rowcount:
                raise Invalid("accounts.no_passkey", "passkey", "none", "the id of an own passkey")

    def sign_in(self, passkey: bytes, place: str, now: int, verify: Callable[[Passkey], int]) -> int:
        """Whose passkey has answered: the number of the account.

        Args:
            passkey: its id, as it was said.
            place: where it comes from, as Accounts.login has it; counted in the same way.
            now: ms, UTC.
            verify: what the answer says of how often it was used, where it holds; else it raises Refused.

        Raises: Refused (`accounts.passkey`, the same whatever is wrong; `accounts.wait`).
        """
        with self._changing() as db:
            found = next(_found(db, passkey), None)
            # those that are nobody's share one count: a stranger makes up as many as there is room for
            whose = "" if found is None else found.id.hex()
            attempt = self._attempts.begin(("", "passkey", whose), place, now)
        if found is None:
            raise refused()
        count = verify(found)
        with self._changing() as db:
            # disabled, removed or used since it was read: of two answers at once one counts
            row = (count, now, found.id, found.user, found.key, found.count)
            done = db.execute(_USED, row).rowcount
            if done:
                self._attempts.good(attempt, found.user, now)
        if not done:
            raise refused()
        return found.user

    def preferred(self, user: int) -> str | None:
        """What a person prefers, as it was said; None where nothing was."""
        with self._changing() as db:
            row = db.execute("SELECT said FROM preferences WHERE user = ?", (user,)).fetchone()
        return None if row is None else str(row[0])

    def prefer(self, user: int, said: str) -> None:
        """Keep what a person prefers. Raises: Refused (`api.too_large`)."""
        if len(said) > SAID:
            raise Refused("api.too_large", f"{len(said)} characters of preferences; accepted: {SAID}")
        with self._changing() as db:
            db.execute("INSERT OR REPLACE INTO preferences VALUES (?, ?)", (user, said))


def _found(db: sqlite3.Connection, passkey: bytes) -> Iterator[Passkey]:
    rows = db.execute(f"{_LISTED} WHERE passkey = ? {_ENABLED}", (passkey,)).fetchall()
    return (Passkey(*row) for row in rows)
