"""Beast binary: Mode S frames as receivers hand them on (dump1090 on port 30005), and the ADS-B in them.

    1a ‖ kind ‖ time of a 12 MHz counter (6) ‖ signal (1) ‖ frame (2, 7 or 14); a 1a after the kind is doubled

Frames are checked here and their messages read by rs1090; where a position is, is put together here. What the
counter counts from nobody says, so a report is of when it came.
"""

from __future__ import annotations

import re
from typing import Final

from wideberth.formats.decoded import Decoded, Decoder
from wideberth.formats.modes import Transponders
from wideberth.model.track import Report

_PART = rb"((?:[^\x1a]|\x1a\x1a){%d})"
_FRAME = re.compile(
    rb"\x1a(?:1" + _PART % 9 + rb"|2" + _PART % 14 + rb"|3" + _PART % 21 + rb"|4" + _PART % 21 + rb")",
    re.DOTALL,
)
HEAD: Final = 7
"""Bytes of time and signal."""
LONGEST: Final = 2 + 2 * 21
"""Bytes of a frame all of whose bytes are doubled."""


class Frames:
    """Frames of a stream, however it is cut."""

    def __init__(self) -> None:
        self._rest = b""

    def take(self, data: bytes) -> tuple[list[bytes], int]:
        """The frames that are whole now, 2, 7 or 14 bytes, and how often there was something else between."""
        data = self._rest + data
        found: list[bytes] = []
        faults = end = 0
        for match in _FRAME.finditer(data):
            faults += match.start() != end
            end = match.end()
            # what a receiver tells of itself (kind 4) has the length of a frame and is none
            if match[4] is None:
                found.append(match[match.lastindex or 0].replace(b"\x1a\x1a", b"\x1a")[HEAD:])
        self._rest = data[end:]
        if len(self._rest) > LONGEST:
            # one that is not whole yet begins within that
            self._rest = self._rest[-LONGEST:]
            faults += 1
        return found, faults


def opened(source: str) -> Decoder:
    """A decoder of one connection of `source`. Raises: Refused (`watch.package`)."""
    frames, transponders = Frames(), Transponders(source)

    def take(data: bytes, now_ms: int) -> Decoded:
        whole, faults = frames.take(data)
        found: list[Report] = []
        for frame in whole:
            report, fault = transponders.take(frame, now_ms)
            faults += fault
            if report is not None:
                found.append(report)
        return Decoded(found, faults)

    return take
