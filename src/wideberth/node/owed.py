"""What a party owes another on a line, as it is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wideberth.desk import case_entries, notice_entries
from wideberth.desk.notice_entries import Stated
from wideberth.desk.notices import Notice
from wideberth.desk.plans import Own
from wideberth.ledger.canonical import Value
from wideberth.model.plan import TRANSITIONS, State


class Said(NamedTuple):
    """Something to be said in the main feed."""

    type: str
    v: int
    body: dict[str, Value]


class Nouns:
    """Plans by their own ids, notices and cases."""

    def __init__(self) -> None:
        self.plans: set[str] = set()
        self.notices: set[str] = set()
        self.cases: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.plans or self.notices or self.cases)

    def add(self, other: Nouns) -> None:
        """Those of another as well."""
        self.plans |= other.plans
        self.notices |= other.notices
        self.cases |= other.cases


def in_case(said: case_entries.Said) -> Said:
    """What is said of a case."""
    return Said(said.TYPE, case_entries.V, case_entries.write(said))


def states(known: Notice, own: Own, parties: frozenset[str]) -> Iterator[Said]:
    """From the state that was told to the one that is, in steps that there are."""
    to = own.plan.state
    steps: tuple[State, ...] = (to,) if to in TRANSITIONS[known.state] else ("activated", to)
    for each in steps:
        begun = each == "activated"
        # whom the terms do not name is nobody's business here
        unconfirmed = tuple(name for name in own.unconfirmed if begun and name in parties)
        override = own.override if begun else None
        said = Stated(known.said.notice, known.said.version, each, override, unconfirmed)
        yield Said(Stated.TYPE, notice_entries.V, notice_entries.write(said))
