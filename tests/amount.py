"""How much of a sweep or of a list of examples a run does: some, or with WIDEBERTH_TEST_WHOLE=1 all.

What takes minutes and has been looked at whole is sampled in CI; `scripts/test --measured` does all of it,
and each sweep names the script in scripts/long that does more.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

WHOLE = os.environ.get("WIDEBERTH_TEST_WHOLE") == "1"


def amount(whole: int, some: int) -> int:
    """How many to do, of the whole number."""
    return whole if WHOLE else some


def spread(points: Sequence[T], some: int) -> list[T]:
    """All, or so many of them from the first to the last, evenly."""
    number = len(points)
    if WHOLE or some >= number:
        return list(points)
    return [points[i * (number - 1) // (some - 1)] for i in range(some)]
