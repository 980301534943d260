"""The parts of a search that exist twice: plainly, and compiled for large inputs.

Both find the same conflicts. The plain ones are the reference, and serve small inputs without
loading a compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from wideberth.conflict import pairs
from wideberth.conflict.prepare import Rows
from wideberth.space.ellipsoid import Index
from wideberth.space.gap import Least, least

Candidates = Callable[[Rows, pairs.Reach, bool], Iterator[tuple[Index, Index, int]]]


class Engine(NamedTuple):
    """`candidates`: pairs of rows that need a closer look. `least`: the nearest pieces of pairs of shapes."""

    candidates: Candidates
    least: Least


PLAIN = Engine(pairs.candidates, least)
MANY = 20_000
"""Volumes from which the compiled parts pay for loading them."""


def engine_for(volumes: int) -> Engine:
    """The faster engine for so many volumes."""
    if volumes < MANY:
        return PLAIN
    # late, because a compiler takes longer to load than small inputs take to check
    from wideberth.conflict.join import COMPILED

    return COMPILED
