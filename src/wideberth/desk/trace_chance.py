"""How probable so many agreements are by chance: exactly, with nothing approximated.

Each place agrees by chance in one case of so many, and no place knows of another: the number of agreements is
Poisson binomial (Wang, "On the number of successes in independent trials", Statistica Sinica 3, 1993). Places
of the same odds are binomial; the distributions of the groups are folded into one another. All terms are
positive, so that a double keeps its relative precision down to the smallest tail it can hold.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

LEAST: Final = 1e-290
"""No chance is said to be less: below, doubles lose their precision."""
_SUPERSCRIPT: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN: Final = 1_000_000
"""Odds up to which all digits are written."""

Odds: TypeAlias = tuple[int, int]
"""So many cases of so many, at least one and at most all."""


def tail(odds: Iterable[Odds], agreeing: int) -> float:
    """The chance of at least so many agreements among places of these odds; at least LEAST.

    Costs the square of the number of places, once for each set of odds.
    """
    odds = list(odds)
    if agreeing <= 0:
        return 1.0
    if agreeing == len(odds):
        return max(LEAST, math.prod(yes / whole for yes, whole in odds))
    spread = _spread(tuple(sorted(Counter(odds).items())))
    return min(1.0, max(LEAST, math.fsum(spread[agreeing:])))


def told(chance: float) -> str:
    """A chance as people read it: "1 in 2", "1 in 340", "1 in 2 × 10¹⁴"."""
    if chance > 0.67:
        return "nearly always"
    against = 1 / chance
    if against < 10:
        return f"1 in {against:.2g}"
    if against < _PLAIN:
        figure = 10 ** (int(math.log10(against)) - 1)
        return f"1 in {int(against / figure) * figure:,}"
    power = math.floor(math.log10(against))
    return f"1 in {int(against / 10**power)} × 10{str(power).translate(_SUPERSCRIPT)}"


@lru_cache(maxsize=256)
def _spread(groups: tuple[tuple[Odds, int], ...]) -> NDArray[np.float64]:
    """The chances of 0, 1, 2 … agreements. `convolve` adds products up as they are, without a transform."""
    spread = np.ones(1)
    for (yes, whole), count in groups:
        spread = np.convolve(spread, _binomial(count, yes, whole))
    return spread


def _binomial(count: int, yes: int, whole: int) -> list[float]:
    """The chances of 0 … count agreements, each a quotient of whole numbers."""
    if yes == whole:
        return [0.0] * count + [1.0]
    no, every = whole - yes, whole**count
    ways = no**count
    found = [ways / every]
    for k in range(1, count + 1):
        # from one term to the next by what sets them apart; each is a whole number, nothing is left over
        ways = ways * (count - k + 1) * yes // (k * no)
        found.append(ways / every)
    return found
