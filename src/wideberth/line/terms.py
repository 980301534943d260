"""The numbers of a line: how often, how late, how much."""

from __future__ import annotations

from msgspec import Struct

from wideberth.ledger.ids import Kind


class Terms(Struct, frozen=True):
    """The numbers of the line, as agreed; durations in ms, the rest counts entries.

    `silent_ms`: what is overdue for so long is silence; None: twice the time that it may take.
    """

    heartbeat_ms: int = 20_000
    urgent_ms: int = 60_000
    main_ms: int = 15 * 60_000
    window: int = 100
    credit_main: int = 1_000
    credit_urgent: int = 600
    floor: int = 60
    retry_ms: int = 2_000
    retry_most_ms: int = 60_000
    one_way: bool = False
    silent_ms: int | None = None

    def receipt_ms(self, kind: Kind) -> int:
        """Within what time a receipt is due."""
        return self.urgent_ms if kind == "urgent" else self.main_ms

    @property
    def run(self) -> int:
        """The most entries under one checkpoint: the peer holds one run while the next is on its way."""
        return max(self.window // 2, 1)

    def credit(self, kind: Kind) -> int:
        """How many entries beyond what I hold the peer may sign."""
        return self.credit_urgent if kind == "urgent" else self.credit_main
