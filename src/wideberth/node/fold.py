"""What the entries of one line come to: so far, its agreements. Folded on as entries are placed.

A late entry may reorder the tail of a line. The state after each thousandth entry is kept, and the fold goes
on from the last one that stands. Not after each: a state holds all that was said of agreements, and a peer
that says much of them would fill the memory with the square of it.
"""

from __future__ import annotations

from wideberth.desk import agreements
from wideberth.desk.agreements import Force, Standing, Version
from wideberth.formats import agreement
from wideberth.ledger.certificate import Papers
from wideberth.ledger.ids import Line
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
"""Entries after which the state is kept."""


class Fold:
    """The fold of one line, from the papers that its pairing began with.

    `state`: after all that is placed.
    """

    def __init__(self, line: Line, papers: dict[str, Papers]) -> None:
        self.state = agreements.State(line, papers)
        self._marks = [self.state]
        self._placed: list[Placed] = []
        self._judged: tuple[agreements.State, Standing] | None = None

    @property
    def standing(self) -> Standing:
        """What holds now; worked out once for each state."""
        if self._judged is None or self._judged[0] is not self.state:
            self._judged = self.state, agreements.standing(self.state)
        return self._judged[1]

    def take(self, order: Order) -> bool:
        """Fold on; whether anything is another than before."""
        before = self.state
        if order.kept < len(self._placed):
            self._back_to(order.kept)
        for placed in order.placed:
            self._step(placed)
        if self.state is not before and self.state == before:
            self.state = before  # folded again, to the same: what was judged of it stands
        return self.state is not before

    def named(self, line: State) -> Version | None:
        """The version that this party goes by in what it says next, having folded what it has."""
        seen = {**line.placed, **{feed.origin: feed.size for feed in line.of(line.party)}}
        return agreements.named_by(self.standing, line.party, seen)

    def _back_to(self, kept: int) -> None:
        """As it was after so many entries."""
        at = kept // EVERY
        again = self._placed[at * EVERY : kept]
        del self._marks[at + 1 :], self._placed[at * EVERY :]
        self.state = self._marks[at]
        for placed in again:
            self._step(placed)

    def _step(self, placed: Placed) -> None:
        self.state = _evolve(self.state, placed)
        self._placed.append(placed)
        if len(self._placed) % EVERY == 0:
            self._marks.append(self.state)


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
