"""What the entries of one line come to: so far, its agreements. Folded on as entries are placed.

A late entry may reorder the tail of a line. The state after each entry is kept (most entries leave it as it
was, so that costs a reference), and the fold goes on from the last one that stands.
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


class Fold:
    """The fold of one line, from the papers that its pairing began with."""

    def __init__(self, line: Line, papers: dict[str, Papers]) -> None:
        self._begin = agreements.State(line, papers)
        self._states = [self._begin]
        self._judged: tuple[agreements.State, Standing] | None = None

    @property
    def state(self) -> agreements.State:
        """After all that is placed."""
        return self._states[-1]

    @property
    def standing(self) -> Standing:
        """What holds now; worked out once for each state."""
        if self._judged is None or self._judged[0] is not self.state:
            self._judged = self.state, agreements.standing(self.state)
        return self._judged[1]

    def again(self) -> None:
        """From the beginning: the line has begun again."""
        self._states = [self._begin]

    def take(self, order: Order) -> bool:
        """Fold on; whether anything is another than before."""
        before = self.state
        if order.overtaken:
            self.again()
        del self._states[order.kept + 1 :]
        for placed in order.placed:
            self._states.append(self._step(placed))
        return self.state is not before

    def named(self, line: State) -> Version | None:
        """The version that this party goes by in what it says next, having folded what it has."""
        seen = {**line.placed, **{feed.origin: feed.size for feed in line.of(line.party)}}
        return agreements.named_by(self.standing, line.party, seen)

    def _step(self, placed: Placed) -> agreements.State:
        return _evolve(self.state, placed)


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
