"""What a transport needs of a node: keys of its lines, messages to carry, and somewhere to put what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from wideberth.ledger.ids import Kind

Heard = Callable[[str, Kind], None]
"""Called, from any thread, with a line and a slot in which something waits to be sent."""


class Mail(Protocol):
    """A node, as those see it who carry its messages.

    Its methods may be called from any thread and may wait for the disk; each raises WideberthError where the
    line is not there, or nothing can be kept now.
    """

    @property
    def party(self) -> str:
        """The party whose node it is."""

    def line_secret(self, line: str) -> bytes:
        """The line secret, 32 bytes."""

    def other(self, line: str) -> str:
        """The other party of a line."""

    def outgoing(self, line: str, slot: Kind, most: int) -> Sequence[bytes]:
        """Sealed messages, taken from the queue: together at most `most` bytes, but one if any waits."""

    def unsent(self, line: str, slot: Kind) -> None:
        """What was taken may not have arrived: it is to be sent again, at once."""

    def incoming(self, line: str, messages: Sequence[bytes]) -> int:
        """Takes what came. How many opened; what they said is durable by then."""

    def waiting(self, line: str, slot: Kind) -> bool:
        """Whether anything waits to be sent."""

    def listen(self, heard: Heard) -> Callable[[], None]:
        """From now on, `heard` is called when something new waits; what is returned ends it.

        Neither waits for anything: they are called in the loop.
        """
