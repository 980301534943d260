"""Time on a line: the wall clock is believed while it keeps step with the boot clock (LINE 12).

The boot clock counts since the machine was started, also through its sleep, and nobody sets it. Whoever sets
the wall clock by more than five seconds is found out, and an officer says which time is right.
"""

from __future__ import annotations

from typing import NamedTuple

JUMP_MS = 5_000
SLEW = 2_000
"""A clock that is being corrected slowly gains or loses 1 ms in so many: 500 parts in a million."""


class Now(NamedTuple):
    """One reading of both clocks: ms POSIX UTC, and ms since the machine was started."""

    wall_ms: int
    boot_ms: int


class Clock(NamedTuple):
    """The reading that is believed, and whether the wall clock has kept step with it."""

    believed: Now
    steady: bool = True

    def read(self, now: Now) -> Clock:
        """The clock after one more reading: once it has jumped, it is believed when an officer says so."""
        gone = now.boot_ms - self.believed.boot_ms
        off = abs(now.wall_ms - self.believed.wall_ms - gone)
        return self._replace(steady=self.steady and off <= JUMP_MS + abs(gone) // SLEW)

    def time_ms(self, now: Now) -> int:
        """What to sign: the wall clock; after a jump, the boot clock, counted on from what was believed."""
        if self.steady:
            return max(now.wall_ms, 0)
        return max(self.believed.wall_ms + now.boot_ms - self.believed.boot_ms, 0)


def since(at_ms: int, started: Now) -> int:
    """When, on the boot clock, a period began that began at `at_ms` on the wall clock, before this start.

    Of the two readings the earlier: what began before the start has lasted at least since then, even if the
    wall clock was set back.
    """
    return started.boot_ms - max(started.wall_ms - at_ms, 0)
