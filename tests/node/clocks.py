"""A clock that stands still until it is told otherwise."""

from __future__ import annotations

from wideberth.node.clock import Clock


class Told:
    """Wall and boot time in ms, moved by hand; `clock` is what is passed to what is tested."""

    def __init__(self, now: int = 1_900_000_000_000, elapsed: int = 5_000) -> None:
        self.now, self.elapsed = now, elapsed
        self.clock = Clock(lambda: self.now, lambda: self.elapsed)

    def passes(self, ms: int) -> None:
        """Time goes by."""
        self.now, self.elapsed = self.now + ms, self.elapsed + ms

    def is_set(self, now: int) -> None:
        """Somebody sets the wall clock, and no time goes by."""
        self.now = now
