"""People: their accounts, tokens and duty, in one SQLite file apart from every feed: they can be deleted.

One process, files for their owner only, every change durable when it returns. What is deleted is gone from
the files: overwritten, and the file written anew. Only the lists of who was on duty and who did what keep a
number, which names nobody once the account is deleted. POSIX only, as the journal's files.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.store import accounts_file, attempts, duty, passwords
from wideberth.store.acts import Acts
from wideberth.store.attempts import Attempts
from wideberth.store.passkeys import Passkeys
from wideberth.store.passwords import Cost
from wideberth.store.words import Words

ROLES: Final = ("admin", "interpreter", "observer", "officer", "planner", "releasing")
FIRST: Final = ("admin",)
"""What the first user may do: make the others."""
LOCAL: Final = attempts.LOCAL
"""The place of a login on this machine itself, which is known for every name."""
DAY = 24 * 3_600_000
LONGEST = 400 * DAY
"""The most milliseconds that a token lasts."""
USED = 60_000
"""A token's last use is written down at most once in this many milliseconds."""

_USER = "SELECT user, name, roles, enabled, made_ms FROM users"
_LISTED = """SELECT u.name, t.name, t.made_ms, t.used_ms, t.expires_ms
FROM tokens t JOIN users u USING (user)"""


class User(Struct, frozen=True):
    """An account. `id` is never given twice; `name` is a login label, and may be a post's."""

    id: int
    name: str
    roles: tuple[str, ...]
    enabled: bool
    made_ms: int


class Token(Struct, frozen=True):
    """What is known of a token, without itself. Times in ms, UTC; `used_ms` is right to a minute."""

    user: str
    name: str
    made_ms: int
    used_ms: int | None
    expires_ms: int


class Accounts:
    """The accounts in an open file; many threads may call it. Made by `open`. `acts`: who did what.

    Every method raises Refused (`accounts.disk`, `accounts.damaged`) where the file fails. `now` is wall time
    in ms, UTC; a name that no account has is Invalid (`accounts.none`), one that cannot be is Invalid
    (`accounts.name`). `words`: what people have said yes to that needs two of them. `passkeys`: the other way
    to sign in, and what people prefer. `turns` counts changes of duty in this opening.
    """

    def __init__(self, connection: sqlite3.Connection, file: str, key: bytes, cost: Cost) -> None:
        self._connection = connection
        self._file = file
        self._attempts = Attempts(self._changing, key)
        self._cost = cost
        self._lock = threading.RLock()
        self.turns = 0
        self.acts, self.words = Acts(self._changing), Words(self._changing)
        self.passkeys = Passkeys(self._changing, self._attempts)

    def numbered(self, number: int) -> User:
        """The account with a number. Raises: Invalid (`accounts.none`)."""
        found = next((each for each in self.users() if each.id == number), None)
        if found is None:
            raise Invalid("accounts.none", "name", number, "the number of an account")
        return found

    def begin(self, name: str, password: str, now: int) -> User:
        """The first user, an admin. Raises: Refused (`accounts.begun`) where there is one; as `add`."""
        return self._add(name, password, FIRST, now, first=True)

    def add(self, name: str, password: str, roles: Collection[str], now: int) -> User:
        """A new account.

        Raises: Invalid (`accounts.name`, `accounts.password`, `accounts.role`), Refused (`accounts.exists`).
        """
        return self._add(name, password, roles, now, first=False)

    def users(self) -> tuple[User, ...]:
        """All accounts, by name."""
        with self._changing() as db:
            return tuple(_user(row) for row in db.execute(f"{_USER} ORDER BY name").fetchall())

    def user(self, name: str) -> User:
        """One account."""
        plain = passwords.name(name)
        with self._changing() as db:
            row = db.execute(f"{_USER} WHERE name = ?", (plain,)).fetchone()
        if row is None:
            raise Invalid("accounts.none", "name", plain, "the name of an account: wideberth admin user list")
        return _user(row)

    def set_password(self, name: str, password: str, *, own: bool = False) -> None:
        """A new password; all tokens of the account end, and its passkeys, unless it is its `own` person's.

        Whoever has a stolen token must not keep a way in. Raises: Invalid (`accounts.password`).
        """
        user, kept = self.user(name), passwords.hashed(password, self._cost)
        with self._changing(leaving=True) as db:
            db.execute("UPDATE users SET password = ? WHERE user = ?", (kept, user.id))
            db.execute("DELETE FROM tokens WHERE user = ?", (user.id,))
            if not own:
                db.execute("DELETE FROM passkeys WHERE user = ?", (user.id,))

    def set_roles(self, name: str, roles: Collection[str]) -> None:
        """Other roles. Raises: Invalid (`accounts.role`), Refused (`accounts.last_admin`, `duty.role`)."""
        said = _roles(roles)
        with self._changing() as db:
            user = self.user(name)
            self._check_admin_left(user, "admin" in said)
            if duty.MAY not in said and any(each.user == user.id for each in self.watch().values()):
                raise Refused(
                    "duty.role", f"{user.name} is on duty, as an {duty.MAY}; accepted: hand over first"
                )
            db.execute("UPDATE users SET roles = ? WHERE user = ?", (" ".join(said), user.id))

    def enable(self, name: str) -> None:
        """Let an account log in again."""
        with self._changing() as db:
            db.execute("UPDATE users SET enabled = 1 WHERE user = ?", (self.user(name).id,))

    def disable(self, name: str, now: int) -> tuple[duty.Change, ...]:
        """An account logs in no more, and its tokens end; it is no longer on duty, which is what is returned.

        Raises: Refused (`accounts.last_admin`).
        """
        with self._changing(leaving=True) as db:
            user = self.user(name)
            self._check_admin_left(user, False)
            db.execute("UPDATE users SET enabled = 0 WHERE user = ?", (user.id,))
            db.execute("DELETE FROM tokens WHERE user = ?", (user.id,))
            return self._leave(user, now)

    def delete(self, name: str, now: int) -> tuple[duty.Change, ...]:
        """Nothing of an account stays in the files but its number, where it was on duty or did something.

        Otherwise as `disable`.
        """
        with self._changing(leaving=True) as db:
            user = self.user(name)
            self._check_admin_left(user, False)
            left = self._leave(user, now)
            db.execute("DELETE FROM failures")  # some are of this name, and which ones cannot be told
            db.execute("DELETE FROM users WHERE user = ?", (user.id,))
            return left

    def login(self, name: str, password: str, place: str, now: int) -> User:
        """Whose password it is.

        A wrong password, an unknown name and a disabled account are the same refusal, and take as long. An
        attempt counts before it is looked at, so that a hundred at once are a hundred.

        Args:
            name: as it was typed.
            password: as it was typed.
            place: where it comes from: an address, or LOCAL.
            now: ms, UTC.

        Raises: Refused (`accounts.login`; `accounts.wait` before it is looked at, see throttle).
        """
        try:
            plain = passwords.name(name)
        except Invalid:
            plain = ""  # nobody's; counted and answered like any other
        with self._changing() as db:
            attempt = self._attempts.begin((plain,), place, now)
            row = db.execute("SELECT user, password FROM users WHERE name = ?", (plain,)).fetchone()
        number, kept = row or (None, None)
        right = passwords.matches(kept, password, self._cost)
        with self._changing() as db:
            # disabled, deleted or another password since it was read
            same = "WHERE user = ? AND password = ? AND enabled"
            found = db.execute(f"{_USER} {same}", (number, kept)).fetchone() if right else None
            if found is not None:
                self._attempts.good(attempt, found[0], now)
        if found is None:
            raise Refused("accounts.login", "name or password is wrong, or the account is disabled")
        return _user(found)

    def new_token(self, name: str, token: str, lasts_ms: int, now: int) -> str:
        """A token of an account, under a name that tells it from others; it is shown this once.

        Raises: Invalid (`accounts.token_name`, `accounts.token_lasts`), Refused (`accounts.token_exists`,
        `accounts.disabled`).
        """
        label = " ".join(token.split())
        if not 1 <= len(label) <= passwords.NAME or not label.isprintable():
            wanted = f"1 to {passwords.NAME} characters that say where it is used, such as watch-desk"
            raise Invalid("accounts.token_name", "token", token, wanted)
        if not 0 < lasts_ms <= LONGEST:
            raise Invalid("accounts.token_lasts", "days", lasts_ms / DAY, f"up to {LONGEST // DAY} days")
        shown, kept = passwords.new_token()
        with self._changing() as db:
            user = self.user(name)
            if not user.enabled:
                raise Refused("accounts.disabled", f"{user.name} is disabled; accepted: an enabled account")
            row = (kept, user.id, label, now, now + lasts_ms)
            try:
                db.execute("INSERT INTO tokens VALUES (?, ?, ?, ?, NULL, ?)", row)
            except sqlite3.IntegrityError as error:
                message = f"{user.name} has a token {label}; accepted: another name, or revoke it first"
                raise Refused("accounts.token_exists", message) from error
        return shown

    def tokens(self, name: str) -> tuple[Token, ...]:
        """The tokens of an account, those that have expired too."""
        with self._changing() as db:
            query = f"{_LISTED} WHERE user = ? ORDER BY t.name"
            return tuple(Token(*row) for row in db.execute(query, (self.user(name).id,)).fetchall())

    def revoke(self, name: str, token: str) -> None:
        """End a token. Raises: Invalid (`accounts.no_token`)."""
        with self._changing(leaving=True) as db:
            row = (self.user(name).id, " ".join(token.split()))
            if not db.execute("DELETE FROM tokens WHERE user = ? AND name = ?", row).rowcount:
                raise Invalid("accounts.no_token", "token", token, "the name of a token: admin token list")

    def end(self, token: str) -> None:
        """End a token by itself; one that is none, or has ended, stays so."""
        with self._changing(leaving=True) as db:
            db.execute("DELETE FROM tokens WHERE hash = ?", (passwords.token(token),))

    def bearer(self, token: str, now: int) -> User:
        """Whose token it is. Raises: Refused (`accounts.token`), the same whatever is wrong with it."""
        kept = passwords.token(token)
        with self._changing() as db:
            query = """SELECT user, used_ms FROM tokens JOIN users USING (user)
            WHERE hash = ? AND expires_ms > ? AND enabled"""
            row = None if kept is None else db.execute(query, (kept, now)).fetchone()
            if row is None:
                raise Refused(
                    "accounts.token",
                    "the token is unknown, expired or revoked; accepted: wideberth login NAME",
                )
            number, used_ms = row
            if used_ms is None or abs(now - used_ms) >= USED:
                db.execute("UPDATE tokens SET used_ms = ? WHERE hash = ?", (now, kept))
            return _user(db.execute(f"{_USER} WHERE user = ?", (number,)).fetchone())

    def take(self, name: str, post: str, now: int, *, relieve: bool = False) -> duty.Change:
        """Go on duty. Raises: Invalid (`duty.post`), Refused (`duty.role`, and as duty.take)."""
        which = duty.post(post)
        with self._changing():
            return self._enter(duty.take(self.watch(), which, self._able(name), now, relieve=relieve))

    def hand(self, name: str, post: str, to: str, now: int) -> duty.Change:
        """Hand a post over. Raises: Invalid (`duty.post`), Refused (`duty.role`, and as duty.hand)."""
        which = duty.post(post)
        with self._changing():
            giver = self.user(name).id
            return self._enter(duty.hand(self.watch(), which, giver, self._able(to), now))

    def watch(self, at_ms: int | None = None) -> duty.Watch:
        """Who is on duty, or was at a moment."""
        return duty.watch(self.changes(), at_ms)

    def changes(self) -> list[duty.Change]:
        """All changes of who is on duty, the oldest first."""
        with self._changing() as db:
            rows = db.execute("SELECT post, user, how, at_ms FROM duty ORDER BY n").fetchall()
        return [duty.Change(*row) for row in rows]

    def close(self) -> None:
        """Give the file back; nothing is accepted afterwards."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Accounts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _add(self, name: str, password: str, roles: Collection[str], now: int, *, first: bool) -> User:
        plain, said, kept = passwords.name(name), _roles(roles), passwords.hashed(password, self._cost)
        row = (plain, kept, " ".join(said), now)
        with self._changing() as db:
            if first and self.users():
                raise Refused("accounts.begun", "there are accounts; accepted: an admin adds more")
            try:
                made = db.execute(
                    "INSERT INTO users (name, password, roles, enabled, made_ms) VALUES (?, ?, ?, 1, ?)", row
                )
            except sqlite3.IntegrityError as error:
                raise Refused(
                    "accounts.exists", f"there is an account {plain}; accepted: another name"
                ) from error
        return User(made.lastrowid or 0, plain, said, True, now)

    def _check_admin_left(self, user: User, stays: bool) -> None:
        others = [x for x in self.users() if "admin" in x.roles and x.enabled and x.id != user.id]
        if "admin" in user.roles and user.enabled and not stays and not others:
            raise Refused(
                "accounts.last_admin", f"{user.name} is the last admin; accepted: make another first"
            )

    def _able(self, name: str) -> int:
        user = self.user(name)
        if not user.enabled or duty.MAY not in user.roles:
            raise Refused("duty.role", f"{user.name} may not be on duty; accepted: an enabled {duty.MAY}")
        return user.id

    def _enter(self, change: duty.Change) -> duty.Change:
        row = (change.post, change.user, change.how, change.at_ms)
        self._connection.execute("INSERT INTO duty (post, user, how, at_ms) VALUES (?, ?, ?, ?)", row)
        self.turns += 1
        return change

    def _leave(self, user: User, now: int) -> tuple[duty.Change, ...]:
        return tuple(self._enter(each) for each in duty.leave(self.watch(), user.id, now))

    @contextmanager
    def _changing(self, *, leaving: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction, durable at its end; within another, part of it. `leaving` lets no trace stay."""
        with self._lock:
            db = self._connection
            if db.in_transaction:
                yield db
                return
            try:
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    if leaving:
                        db.execute("INSERT OR REPLACE INTO settings VALUES ('leaving', x'01')")
                    db.execute("COMMIT")
                except BaseException:
                    db.rollback()
                    raise
            except sqlite3.Error as error:
                raise accounts_file.refused(self._file, error) from error
            if leaving:
                self._scrub()

    def _scrub(self) -> None:
        try:
            accounts_file.scrub(self._connection)
        except sqlite3.Error as error:
            message = f"done, but traces stay in {self._file} until it is opened again: {error}"
            raise Refused("accounts.residue", message) from error


def create(path: Path, cost: Cost = passwords.COST) -> Accounts:
    """New accounts, nobody's yet. Raises: FileExistsError, and as `open`."""
    accounts_file.make(path)
    return _opened(path, cost, new=True)


def open(path: Path, cost: Cost = passwords.COST) -> Accounts:  # noqa: A001 - read as accounts.open
    """The accounts at a path.

    Raises: Refused (`accounts.locked`, `accounts.mode`, `accounts.version`, `accounts.disk`,
    `accounts.damaged`, where the file is missing too), OSError.
    """
    accounts_file.check(path)
    return _opened(path, cost, new=False)


def _opened(path: Path, cost: Cost, *, new: bool) -> Accounts:
    connection, key = accounts_file.connected(path, new=new)
    return Accounts(connection, path.name, key, cost)


def _user(row: tuple[Any, ...]) -> User:
    number, name, roles, enabled, made_ms = row
    return User(number, name, tuple(roles.split()), bool(enabled), made_ms)


def _roles(roles: Collection[str]) -> tuple[str, ...]:
    """Raises: Invalid (`accounts.role`)."""
    if wrong := sorted(set(roles).difference(ROLES)):
        raise Invalid("accounts.role", "role", wrong[0], ", ".join(ROLES))
    if not roles:
        raise Invalid("accounts.role", "role", "none", f"one or more of {', '.join(ROLES)}")
    return tuple(sorted(set(roles)))
