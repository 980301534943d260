"""Whether the peer answers in time: a table, and what counts as late (LINE 12)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from wideberth.line import clock
from wideberth.line.messages import Effect, Health, Level
from wideberth.line.state import State
from wideberth.line.terms import Terms

Signal = Literal["in time", "overdue", "long overdue"]

HEARTBEATS = 3
"""So many heartbeats without a status are one too few."""
LONG = 2
"""So many times the agreed time is long, unless it is agreed what is."""
LEVELS: Final[dict[Level, str]] = {
    "live": "receipts and heartbeats come in time",
    "late": "a receipt or a heartbeat is overdue",
    "silent": "nothing comes: fallbacks, voice. What would only permit waits for the peer, nothing else",
}
SIGNALS: Final[dict[Signal, str]] = {
    "in time": "every receipt and heartbeat came in its time",
    "overdue": "one did not",
    "long overdue": "one did not in twice its time, or in what is agreed to be silence",
}
_RANKS: Final = {signal: rank for rank, signal in enumerate(SIGNALS)}
TABLE: Final[dict[tuple[Level, Signal], Level]] = {
    ("live", "in time"): "live",
    ("live", "overdue"): "late",
    ("live", "long overdue"): "silent",
    ("late", "in time"): "live",
    ("late", "overdue"): "late",
    ("late", "long overdue"): "silent",
    ("silent", "in time"): "live",
    # only what comes in time ends a silence
    ("silent", "overdue"): "silent",
    ("silent", "long overdue"): "silent",
}


class Wait(NamedTuple):
    """Something that is due: waited for so long, what is allowed, and from when on it is long overdue."""

    what: str
    elapsed_ms: int
    allowed_ms: int
    long_ms: int

    @property
    def signal(self) -> Signal:
        """How late it is."""
        if self.elapsed_ms < self.allowed_ms:
            return "in time"
        return "overdue" if self.elapsed_ms < max(self.long_ms, self.allowed_ms) else "long overdue"


def waits(state: State) -> list[Wait]:
    """All that is waited for: the next heartbeat, and a receipt for the oldest entry of each own feed."""
    terms, boot_ms = state.terms, state.now.boot_ms
    found = [_wait("a heartbeat", boot_ms - state.talk.heard_ms, HEARTBEATS * terms.heartbeat_ms, terms)]
    for mine in state.of(state.party):
        box = state.outbox[mine.origin]
        # of two histories, given up for a new epoch, nothing will ever be confirmed
        over = mine.origin in state.frozen and mine is not state.newest(state.party, mine.origin.kind)
        if box.acked < mine.size and not over:
            at_ms = mine.entries[box.acked].header.at_ms
            began = box.signed.get(box.acked, clock.since(at_ms, state.started))
            kind = mine.origin.kind
            found.append(_wait(f"a receipt ({kind})", boot_ms - began, terms.receipt_ms(kind), terms))
    return found


def _wait(what: str, elapsed_ms: int, allowed_ms: int, terms: Terms) -> Wait:
    long_ms = LONG * allowed_ms if terms.silent_ms is None else terms.silent_ms
    return Wait(what, elapsed_ms, allowed_ms, long_ms)


def look(state: State) -> list[Effect]:
    """The line's state as time passes, told where it changes."""
    worst = max(waits(state), key=lambda wait: (_RANKS[wait.signal], wait.elapsed_ms / wait.allowed_ms))
    before, state.level = state.level, TABLE[state.level, worst.signal]
    if state.level == before:
        return []
    seconds = worst.elapsed_ms // 1000
    return [
        Health(state.level, f"{worst.what} has been due for {seconds} s, {worst.allowed_ms // 1000} s agreed")
    ]
