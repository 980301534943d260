"""What the entries of one line come to: agreements, notices, cases, calls, holds, … Folded as placed.

A late entry may reorder the tail of a line. States on the way are kept, many of the last entries and few of
those before, and the fold goes on from the last one that stands. Not after each entry: a state holds all that
was said of agreements, and a peer that says much of them would fill the memory with the square of it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wideberth.desk import (
    agreements,
    blind_entries,
    blinds,
    call_entries,
    calls,
    case_entries,
    cases,
    communique_entries,
    communiques,
    hold_entries,
    holds,
    notice_entries,
    notices,
    release_line,
    release_said,
    site_lists,
    statement_entries,
    statements,
    talks,
    talks_entries,
)
from wideberth.desk.agreements import Force, Standing, Version
from wideberth.desk.cutover import Binding
from wideberth.errors import Invalid
from wideberth.formats import agreement
from wideberth.ledger import body
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.line.messages import Order
from wideberth.line.state import State
from wideberth.line.terms import Terms
from wideberth.model.agreement import Agreement
from wideberth.node.prekeys import DAY_MS, KEEP_MS


def read(data: bytes) -> Agreement:
    """What the bytes of terms say. Raises: Invalid (as agreement.read)."""
    return agreement.read(data).agreement


_evolve = agreements.evolve(read)


EVERY = 1_000
"""Entries after which the state is kept for good."""
OFTEN, TAIL = 50, 1_000
"""Entries after which it is kept for as long as not so many more have followed."""


class Folded(NamedTuple):
    """The states of all nouns after some entries of a line."""

    agreements: agreements.State
    notices: notices.State
    cases: cases.State
    sites: site_lists.State
    calls: calls.State
    statements: statements.State
    holds: holds.State
    talks: talks.State
    blinds: blinds.State
    releases: release_line.State
    communiques: communiques.State


class Changed(NamedTuple):
    """What may be another than before: agreements, lists of sites, or these nouns (kind and id)."""

    agreements: bool
    sites: bool
    touched: frozenset[tuple[str, str]]

    def of(self, kind: str) -> frozenset[str]:
        """The ids of those of a kind: notice, case, call."""
        return frozenset(name for of, name in self.touched if of == kind)


class Fold:
    """The fold of one line, from the papers that its pairing began with.

    `all`: after all that is placed; `state`: of its agreements.
    """

    def __init__(self, line: Line, papers: dict[str, Papers]) -> None:
        self.all = Folded(
            agreements.State(line, papers),
            notices.State(line),
            cases.State(line),
            site_lists.State(line),
            calls.State(line),
            statements.State(line),
            holds.State(),
            talks.State(line),
            blinds.State(line),
            release_line.State(line),
            communiques.State(line),
        )
        self._marks = {0: self.all}
        self._placed: list[Placed] = []
        self._judged: tuple[agreements.State, Standing] | None = None

    @property
    def state(self) -> agreements.State:
        """Of the agreements."""
        return self.all.agreements

    @property
    def standing(self) -> Standing:
        """What holds now of the agreements; worked out once for each state."""
        if self._judged is None or self._judged[0] is not self.state:
            self._judged = self.state, agreements.standing(self.state)
        return self._judged[1]

    def take(self, order: Order) -> Changed:
        """Fold on; what may be another than before."""
        before, sites = self.state, self.all.sites
        touched: set[tuple[str, str]] = set()
        if order.kept < len(self._placed):
            for placed in self._placed[order.kept :]:
                touched |= _touched(placed)
            self._back_to(order.kept)
        for placed in order.placed:
            self._step(placed)
            touched |= _touched(placed)
        if self.state is not before and self.state == before:
            # folded again, to the same: what was judged of it stands
            self.all = self.all._replace(agreements=before)
        return Changed(self.state is not before, self.all.sites is not sites, frozenset(touched))

    def named(self, line: State) -> Version | None:
        """The version that this party goes by in what it says next, having folded what it has."""
        return agreements.named_by(self.standing, line.party, _seen(line))

    def suspended_by(self, line: State) -> tuple[str, ...]:
        """Whose suspension this party is bound by now."""
        return agreements.suspended_by(self.standing, line.party, _seen(line))

    def peers(self, line: State) -> Version | None:
        """The version that the peer is known to go by."""
        return agreements.named_by(self.standing, line.peer, self._theirs(line))

    def bound(self, line: State) -> Binding | None:
        """What is to be kept to between the two parties, by what each is known to have folded."""
        return agreements.bound(self.standing, {line.party: _seen(line), line.peer: self._theirs(line)})

    def _theirs(self, line: State) -> dict[Origin, int]:
        reached = self.all.cases.reached.get(line.peer, {})
        return {**reached, **{feed.origin: feed.size for feed in line.of(line.peer)}}

    def _back_to(self, kept: int) -> None:
        """As it was after so many entries."""
        at = max(mark for mark in self._marks if mark <= kept)
        again = self._placed[at:kept]
        del self._placed[at:]
        self._marks = {mark: found for mark, found in self._marks.items() if mark <= at}
        self.all = self._marks[at]
        for placed in again:
            self._step(placed)

    def _step(self, placed: Placed) -> None:
        found = self.all
        self.all = Folded(
            _evolve(found.agreements, placed),
            notices.evolve(found.notices, placed),
            cases.evolve(found.cases, placed),
            site_lists.evolve(found.sites, placed),
            calls.evolve(found.calls, placed),
            statements.evolve(found.statements, placed),
            holds.evolve(found.holds, placed),
            talks.evolve(found.talks, placed),
            blinds.evolve(found.blinds, placed),
            release_line.evolve(found.releases, placed),
            communiques.evolve(found.communiques, placed),
        )
        self._placed.append(placed)
        size = len(self._placed)
        if size % OFTEN == 0:
            self._marks[size] = self.all
            if (size - TAIL) % EVERY:
                self._marks.pop(size - TAIL, None)


def _seen(line: State) -> dict[Origin, int]:
    return {**line.placed, **{feed.origin: feed.size for feed in line.of(line.party)}}


def _touched(placed: Placed) -> set[tuple[str, str]]:
    """The nouns that an entry may change; of notices what is occupied, or owed: not what was answered."""
    entry = placed.entry
    kind = _NOUNS.get(entry.header.type)
    if kind is None:
        return set()
    try:
        found = body.value(entry).get(kind)
    except Invalid:
        return set()
    # what is no id is of no noun; and whoever follows the node is told nothing that a peer wrote
    return {(kind, found)} if isinstance(found, str) and _ID.fullmatch(found) else set()


_ID = re.compile("[a-z0-9-]{1,60}")
_NOUNS = {
    **{each.TYPE: "notice" for each in (notice_entries.Told, notice_entries.Stated)},
    **{of_type: "case" for of_type, _ in case_entries.KNOWN},
    **{of_type: "call" for of_type, _ in call_entries.KNOWN},
    **statement_entries.KINDS,
    **{of_type: "hold" for of_type, _ in hold_entries.KNOWN},
    **{of_type: "talks" for of_type, _ in talks_entries.KNOWN},
    **{of_type: "session" for of_type, _ in blind_entries.KNOWN},
    **release_said.NOUNS,
    **{of_type: "communique" for of_type, _ in communique_entries.KNOWN},
}


def prekeys_kept(found: Force | None) -> int:
    """How long a prekey waits for what was sealed to it, in ms (LINE 4)."""
    return KEEP_MS if found is None else found.version.agreement.rules.prekey_days * DAY_MS


def terms(found: Agreement | None) -> Terms:
    """The numbers of a line under an agreement, or without one."""
    if found is None:
        return Terms()
    silence = found.rules.silence
    return Terms(
        heartbeat_ms=silence.heartbeat_ms,
        urgent_ms=silence.urgent_late_ms,
        main_ms=silence.main_late_ms,
        silent_ms=silence.silent_ms,
    )
