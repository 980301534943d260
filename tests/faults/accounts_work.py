"""What is done with accounts while the process is killed at every call by which their file is kept.

`run` works in a process of its own. After each act it says what was acknowledged, and every secret that the
file holds then: a name, the hash of a password, the hash of a token. It makes the same calls every time.
"""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from tests.store.peopled import QUICK
from wideberth.store import accounts, passwords
from wideberth.store.accounts import DAY, Accounts

FILE = "accounts.db"
FILES = (".", *(f"{FILE}{end}" for end in ("", "-wal", "-shm", "-journal")))
NOW = 1_900_000_000_000
WORDS = "dull kettle orbits fourteen"
OTHER = "dull kettle orbits fifteen"

Act = Callable[[Accounts], object]

SESSIONS: tuple[tuple[Act, ...], ...] = (
    (
        lambda people: people.begin("chief-of-all", WORDS, NOW),
        lambda people: people.add("duty-first", WORDS, ["officer"], NOW),
        lambda people: people.add("duty-second", WORDS, ["officer", "planner"], NOW),
        lambda people: people.new_token("duty-first", "watch-desk-token", 30 * DAY, NOW),
        lambda people: people.set_password("duty-first", OTHER),
        lambda people: people.new_token("duty-first", "second-desk-token", 30 * DAY, NOW),
        lambda people: people.new_token("duty-first", "third-desk-token", 30 * DAY, NOW),
        lambda people: people.revoke("duty-first", "second-desk-token"),
    ),
    (
        lambda people: people.take("duty-first", "officer", NOW + 1),
        lambda people: people.hand("duty-first", "officer", "duty-second", NOW + 2),
        lambda people: people.set_roles("duty-first", ["observer", "officer"]),
        lambda people: people.delete("duty-second", NOW + 3),
        lambda people: people.disable("duty-first", NOW + 4),
        lambda people: people.delete("duty-first", NOW + 5),
    ),
)
"""What is done between one opening and the next: `admin init`, accounts, tokens, duty, and all of it gone."""
ACTS = tuple(act for session in SESSIONS for act in session)


class Stands(NamedTuple):
    """What a file says about people, without what is different in every run."""

    users: tuple[tuple[object, ...], ...]
    tokens: tuple[tuple[object, ...], ...]
    duty: tuple[tuple[object, ...], ...]
    words: dict[str, str]


def stands(people: Accounts) -> Stands:
    db = people._connection
    kept = dict(db.execute("SELECT name, password FROM users").fetchall())
    words = {
        name: next((each for each in (WORDS, OTHER) if passwords.matches(hashed, each, QUICK)), "")
        for name, hashed in kept.items()
    }
    users = db.execute("SELECT user, name, roles, enabled, made_ms FROM users ORDER BY user").fetchall()
    tokens = db.execute("SELECT user, name, made_ms, expires_ms FROM tokens ORDER BY user, name").fetchall()
    return Stands(
        tuple(users),
        tuple(tokens),
        tuple(db.execute("SELECT n, post, user, how, at_ms FROM duty ORDER BY n").fetchall()),
        words,
    )


def secrets(people: Accounts) -> set[bytes]:
    """Everything about people that must be gone when they are."""
    db = people._connection
    found: set[bytes] = set()
    for name, hashed in db.execute("SELECT name, password FROM users").fetchall():
        # the end of the hash: what stands before it is the same for everybody
        found |= {name.encode(), hashed[-40:].encode()}
    for name, kept in db.execute("SELECT name, hash FROM tokens").fetchall():
        found |= {name.encode(), kept}
    return found


def run(path: Path, channel: Connection) -> None:
    """All sessions over a new file. Says ("acknowledged", (how many acts, the secrets)) after each."""
    channel.recv()
    accounts.create(path, QUICK).close()
    channel.send(("acknowledged", (0, set())))
    number = 0
    for session in SESSIONS:
        with accounts.open(path, QUICK) as people:
            for act in session:
                act(people)
                number += 1
                channel.send(("acknowledged", (number, secrets(people))))
