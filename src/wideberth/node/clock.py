"""The clock of a node: what time it is, and how long something has lasted, which are two questions.

Both are read here and nowhere else; values are passed down. What is tested gets a clock of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

_BOOT: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux: goes on while the machine sleeps. Elsewhere the nearest there is."""


class Clock(NamedTuple):
    """Two readings, in ms.

    Attributes:
        now: wall time since 1970, UTC; somebody may set it, so it may jump either way.
        elapsed: time since the machine was started; nobody can set it, and it never goes back.
    """

    now: Callable[[], int]
    elapsed: Callable[[], int]


def _now() -> int:
    return time.time_ns() // 1_000_000


def _elapsed() -> int:
    return time.clock_gettime_ns(_BOOT) // 1_000_000


SYSTEM: Final = Clock(_now, _elapsed)
"""Of the machine."""
