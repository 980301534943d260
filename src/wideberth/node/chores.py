"""What a node does on a line by itself, without anybody: answers, commitments and checks.

It gives what is to be said now, never more than one of a kind; whoever carries the line says it, if it may be
said. What waits until it may is kept here, or found again in the entries after a start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from wideberth.desk import line_checks
from wideberth.desk.line_checks import Check, Checked, Finding
from wideberth.ledger import ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind
from wideberth.ledger.order import Placed
from wideberth.line.clock import Now
from wideberth.line.messages import Alarm, Effect, Order
from wideberth.line.messages import Unable as NotUnderstood
from wideberth.line.state import State
from wideberth.node import hourly, moved, unable
from wideberth.node.hourly import Hourly
from wideberth.node.private import Moving, Private
from wideberth.node.unable import Unable

KNOWN: Final[Known] = {**unable.KNOWN, **line_checks.KNOWN, **moved.KNOWN}
ANSWER_MS: Final = 10_000
"""The machine answers checks at once, and so often at most: one answer is for all."""


class Chore(NamedTuple):
    """Something to be said now."""

    kind: Kind
    type: str
    v: int
    body: Value


class Chores:
    """Those of one line in one start."""

    def __init__(self, terms: line_checks.Terms) -> None:
        """`terms`: of line checks."""
        self.checks = line_checks.State()
        self.terms = terms
        self._unable: Unable | None = None
        self._hourly = Hourly()
        self._answered_ms: int | None = None
        self._asked_ms: int | None = None
        self._told: set[tuple[str, str, int]] = set()
        self._moves: dict[tuple[str, str], Entry] = {}
        self._last_words: Moving | None = None

    def begin(self, state: State, moves: Sequence[Moving]) -> None:
        """The line has started: what was left to be done is found in its entries, and in the private feed."""
        self._unable = Unable(state)
        self._last_words = next((each for each in reversed(moves) if each.line == state.line.id), None)

    def hear(self, effect: Effect) -> None:
        """What the step function said."""
        if isinstance(effect, Order):
            for each in effect.placed:
                self.place(each)
        elif isinstance(effect, NotUnderstood) and self._unable is not None:
            self._unable.take(effect.entry)

    def place(self, placed: Placed) -> None:
        """An entry, in any order, also twice."""
        self.checks = line_checks.evolve(self.checks, placed)
        if (move := moved.move_of(placed.entry)) is not None:
            # by its author: the peer may say ours again
            self._moves[placed.entry.header.origin.party, ids.base32(move)] = placed.entry

    def moving(self, party: str) -> Moving | None:
        """The move of which the peer is still to be told by this party, with the old machine's last word."""
        last = self._last_words
        return None if last is None or (party, last.move) in self._moves else last

    def elsewhere(self, state: State, moves: Sequence[Moving]) -> Entry | None:
        """An own entry, in the epoch that goes on, of a move of which this machine knows nothing."""
        known, newest = {each.move for each in moves}, state.newest(state.party, "main").origin
        found = [
            entry
            for (_, move), entry in self._moves.items()
            if move not in known and entry.header.origin == newest
        ]
        return found[0] if found else None

    def copies(self, state: State, moves: Sequence[Moving]) -> Iterator[Alarm]:
        """Whether this machine is a copy from before a move, whose feeds are closed here; or one goes on."""
        party = state.party
        if (entry := self.elsewhere(state, moves)) is not None:
            for origin in [state.newest(party, kind).origin for kind in ids.KINDS]:
                state.away.add(origin)
                if origin not in state.frozen:
                    state.frozen.add(origin)
                    yield moved.away(origin, entry)
        elif self.moving(party) is not None:
            yield from [moved.beside(each) for each in state.missing() if each.party == party]

    def urgent(self, state: State, now: Now) -> Iterator[Chore]:
        """What is to be said in the urgent feed."""
        waited = self._answered_ms is None or now.boot_ms >= self._answered_ms + ANSWER_MS
        if waited and line_checks.unanswered(self.checks, state.party, "machine"):
            self._answered_ms = now.boot_ms
            yield _check(line_checks.answer(self.checks, state.party, "machine"))
        if line_checks.due(
            self.checks, state.line, state.party, self._since_ms(state, now), now.wall_ms, self.terms
        ):
            self._asked_ms = now.boot_ms
            yield _check(line_checks.ask(desk=False))

    def _since_ms(self, state: State, now: Now) -> int:
        """From when on a check is waited for: the first entry, or this start, or when this start asked.

        The latter two by the boot clock: what was signed while the wall clock was ahead says nothing.
        """
        main = state.newest(state.party, "main")
        since_ms = main.entries[0].header.at_ms if main.entries else state.started.wall_ms
        if since_ms > now.wall_ms:
            since_ms = now.wall_ms - (now.boot_ms - state.started.boot_ms)
        if self._asked_ms is not None:
            since_ms = max(since_ms, now.wall_ms - (now.boot_ms - self._asked_ms))
        return since_ms

    def main(self, private: Private, now: Now) -> Iterator[Chore]:
        """What is to be said in the main feed. Raises: as Private.write."""
        if (last := self.moving(private.head.origin.party)) is not None:
            yield Chore("main", moved.TYPE, moved.V, {"note": last.note})
        if self._unable is not None and (body := self._unable.due(now.boot_ms)) is not None:
            yield Chore("main", unable.TYPE, unable.V, body)
        if self._hourly.due(private, now.boot_ms):
            body = self._hourly.commit(private, now.wall_ms, now.boot_ms)
            yield Chore("main", hourly.TYPE, 1, body)

    def ask(self, *, desk: bool) -> Chore:
        """To ask now whether the other node, and its desk if `desk`, is there."""
        return _check(line_checks.ask(desk=desk))

    def answer(self, party: str, role: str) -> Chore:
        """To answer all checks of the other party, as an officer in this role.

        Raises: Refused (`line_check.none`), Invalid (`line_check.role`).
        """
        return _check(line_checks.answer(self.checks, party, "desk", role))

    def overdue(self, party: str, now_ms: int) -> list[Finding]:
        """Findings of line checks that were not told in this start."""
        found = line_checks.findings(self.checks, party, now_ms, self.terms)
        new = [each for each in found if _mark(each) not in self._told]
        self._told |= {_mark(each) for each in new}
        return new


def _mark(finding: Finding) -> tuple[str, str, int]:
    return finding.code, finding.asked.origin.text, finding.asked.n


def _check(said: Check | Checked) -> Chore:
    return Chore("urgent", said.TYPE, line_checks.V, line_checks.write(said))
