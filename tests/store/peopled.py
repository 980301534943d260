"""Accounts whose passwords are cheap to check, with a chief, two officers and an observer."""

from __future__ import annotations

from pathlib import Path

from wideberth.store import accounts
from wideberth.store.accounts import Accounts
from wideberth.store.passwords import Cost

QUICK = Cost(1, 8, 1)
NOW = 1_900_000_000_000
HOUR = 3_600_000
WORDS = "dull kettle orbits fourteen"
WRONG = "dull kettle orbits fifteen"
AWAY = "192.0.2.7"


def reopened(path: Path) -> Accounts:
    return accounts.open(path, QUICK)


def peopled(path: Path) -> Accounts:
    made = accounts.create(path, QUICK)
    made.begin("chief", WORDS, NOW)
    for name, roles in (("duty-1", ["officer"]), ("duty-2", ["officer", "planner"]), ("guest", ["observer"])):
        made.add(name, f"{name} {WORDS}", roles, NOW)
    return made
