"""Lines of a stream of bytes, however it is cut; what is longer than any line is passed over and counted."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 4_096
"""Bytes."""


class Lines:
    """The part of a line that has come so far, never more than `longest` bytes."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._rest = b""
        self._skipping = False

    def take(self, data: bytes) -> tuple[list[bytes], int]:
        """The lines that are whole now, without their ends, and how many were too long."""
        *whole, rest = data.split(b"\n")
        faults = 0
        lines: list[bytes] = []
        for n, each in enumerate(whole):
            line = each if n else self._rest + each
            if n == 0 and self._skipping:
                self._skipping = False
                continue
            if len(line) > self._longest:
                faults += 1
                continue
            lines.append(line.removesuffix(b"\r"))
        if whole:
            self._rest = b""
        if self._skipping:
            return lines, faults
        # never joined to what is known to be too long: that would be copied again and again
        if len(self._rest) + len(rest) > self._longest:
            self._rest, self._skipping = b"", True
            return lines, faults + 1
        self._rest += rest
        return lines, faults
