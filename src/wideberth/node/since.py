"""How long something has waited, whatever the wall clock does: on the boot clock, as a start found it.

A wait is stored as the wall time of its beginning. In one start it runs on the boot clock. After a restart
the earlier reading of its deadline counts: all that the wall clock says has passed has passed, and never less
than nothing (LINE 12).
"""

from __future__ import annotations

from collections.abc import Hashable

from wideberth.line.clock import Now


class Since:
    """Of one start. What is asked for no more is forgotten by `keep`."""

    def __init__(self) -> None:
        self._begun: dict[Hashable, int] = {}

    def elapsed_ms(self, key: Hashable, at_ms: int, now: Now) -> int:
        """How long it has waited (ms), since `at_ms` of the wall clock; never negative."""
        begun = self._begun.setdefault(key, now.boot_ms - max(0, now.wall_ms - at_ms))
        return max(0, now.boot_ms - begun)

    def keep(self, keys: set[Hashable]) -> None:
        """Forget all others."""
        self._begun = {key: begun for key, begun in self._begun.items() if key in keys}
