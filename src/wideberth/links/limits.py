"""How long a listener for peers waits, and how much it allows at once."""

from __future__ import annotations

from typing import Final, NamedTuple


class Limits(NamedTuple):
    """Seconds and numbers.

    Attributes:
        handshake_s: for a handshake.
        header_s: for the header of a request, from its first byte; for a first one, from the handshake.
        body_s: for the body, from the header on; `gap_s`: for the next bytes of it.
        answer_s: for the peer to take an answer.
        idle_s: without a request; whoever waits for messages asks more often.
        handshakes: under way at once.
        line: connections of one line.
        others: connections on one name that is open to strangers, and all in plain mode.
    """

    handshake_s: float = 10.0
    header_s: float = 10.0
    body_s: float = 60.0
    gap_s: float = 10.0
    answer_s: float = 60.0
    idle_s: int = 75
    handshakes: int = 64
    line: int = 4
    others: int = 64


LIMITS: Final = Limits()
HEADER: Final = 16 << 10
"""The most bytes of a header."""
