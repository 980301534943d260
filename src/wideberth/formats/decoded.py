"""What a decoder of a stream makes of the bytes that have come: reports, and how much could not be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from wideberth.model.track import Report


class Decoded(NamedTuple):
    """Reports in the order of the stream; `faults`: messages that could not be read, or were not believed."""

    reports: list[Report]
    faults: int = 0


Decoder: TypeAlias = Callable[[bytes, int], Decoded]
"""Takes the next bytes of one connection, or one datagram, and when they came (POSIX ms); remembers what of a
message has come so far, within a bound. It raises nothing, whatever the bytes are.
"""
Opened: TypeAlias = Callable[[str], Decoder]
"""Makes a decoder for one connection of the source of this name."""
