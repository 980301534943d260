"""The runs of the blind check on a line, as far as each has come. Which entries count is in desk.blinds.

What permits, which is that a run is clear, needs both sides, and no entry of it that only a revoked key has
signed (LINE 14, `phase`). That it is not clear, and what matched, counts whoever signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, NamedTuple

from immutables import Map
from msgspec import Struct

from wideberth.blind.messages import Commit
from wideberth.blind.rules import Role
from wideberth.desk.blind_audits import Audit, Key
from wideberth.desk.blind_entries import Ended
from wideberth.desk.calls import At
from wideberth.desk.case_entries import Ref
from wideberth.ledger.ids import Line
from wideberth.model.blind import TRANSITIONS, Event, Phase

OPEN: Final[tuple[Phase, ...]] = ("begun", "committed", "compared")
Why = Literal["changed", "plans", "rules", "unequal", "overtaken"]
WHY: Final[dict[Why, str]] = {
    "changed": "another set or result in the place of one that was signed",
    "plans": "another commitment to the plans than in the first round",
    "rules": "the two sides do not go by the same agreement, levels or horizon",
    "unequal": "the two sides do not have the same result, or end",
    "overtaken": "the next run has begun",
}
"""What is found by reading the entries alone."""


class Finding(NamedTuple):
    """What is not as it should be: by whose entry, and the entry that it does not agree with."""

    why: Why
    by: str
    ref: Ref
    other: Ref


class Bound(NamedTuple):
    """What a side is bound to in a round."""

    commit: Commit
    at: At


class Result(NamedTuple):
    """What matched in a round, as a side has it; `sha256` of the entry's body."""

    matches: bytes
    n: int
    sha256: bytes
    at: At


class End(NamedTuple):
    """How a run has ended for a side."""

    said: Ended
    at: At


class Side(Struct, frozen=True):
    """What one side has said in a run; by round, from the first.

    `cells`: what it has in matched cells, by their terms; `more`: it said more of them than are held here.
    """

    bound: tuple[Bound, ...] = ()
    results: tuple[Result, ...] = ()
    end: End | None = None
    cells: Map[bytes, tuple[str, ...]] = Map()
    more: bool = False

    @property
    def ats(self) -> Iterator[At]:
        """The entries by which it is bound."""
        yield from (each.at for each in self.bound)
        yield from (each.at for each in self.results)
        if self.end is not None:
            yield self.end.at


class Run(Struct, frozen=True):
    """A run as it stands.

    Attributes:
        id: of its session.
        n: which of the line's it is, in their order.
        parties: role a, then role b; `sides` what each has said, in this order.
        findings: what is not as it should be, the first ones.
        audits: by who asks, and what.
    """

    id: str
    n: int
    parties: tuple[str, str]
    sides: tuple[Side, Side]
    findings: tuple[Finding, ...] = ()
    audits: Map[Key, Audit] = Map()

    def side(self, party: str) -> Side:
        """What a party has said in it."""
        return self.sides[self.parties.index(party)]

    def other(self, party: str) -> Side:
        """What the other party has said in it."""
        return self.sides[1 - self.parties.index(party)]

    @property
    def committed(self) -> int:
        """Rounds to which both have committed."""
        return min(len(each.bound) for each in self.sides)

    @property
    def compared(self) -> int:
        """Rounds of which both have said the result."""
        return min(len(each.results) for each in self.sides)

    @property
    def from_ms(self) -> int:
        """Where its horizon begins, POSIX ms: it is about the plans as of then."""
        return self.sides[0].bound[0].commit.from_ms


def role(line: Line, party: str) -> Role:
    """Which side a party is. Raises: Invalid (`ledger.stranger`)."""
    line.rank(party)
    return "a" if party == min(line.parties) else "b"


def phase(run: Run, void: Callable[[Ref], bool] = lambda _: False) -> Phase:
    """Where a run stands. `void`: whether only a revoked key has signed an entry, by all papers of now."""
    ends = [each.end.said.outcome for each in run.sides if each.end is not None]
    if run.findings or "not clear" in ends:
        return "not clear"
    if len(ends) == 2:
        voided = ends[0] == "clear" and any(void(at.ref) for each in run.sides for at in each.ats)
        return "not clear" if voided else ends[0]
    if not run.committed:
        return "begun"
    return "compared" if run.compared == run.committed else "committed"


def event(before: Phase, after: Phase) -> Event | None:
    """What the table calls a step; the first that leads there, None where nothing does."""
    return next((each for each, to in TRANSITIONS[before].items() if to == after), None)


def is_open(run: Run) -> bool:
    """Whether it has not ended, for either side."""
    return phase(run) in OPEN and all(each.end is None for each in run.sides)


def why(run: Run) -> str:
    """Why it is not clear: as a says, as b says, or as was found; empty where it is not said."""
    said = [each.end.said.why for each in run.sides if each.end is not None and each.end.said.why]
    return next(iter([*said, *(each.why for each in run.findings)]), "")


def until_ms(run: Run) -> int | None:
    """Where its horizon ends, by the first side that has ended it."""
    return next((each.end.said.until_ms for each in run.sides if each.end is not None), None)


def pairs(run: Run, party: str) -> Iterator[tuple[bytes, str, str]]:
    """What both have in one cell: its term, a notice of the party's, and one of the other's; in order."""
    mine, theirs = run.side(party).cells, run.other(party).cells
    for term in sorted(set(mine) & set(theirs)):
        for one in mine[term]:
            yield from ((term, one, other) for other in theirs[term])
