"""Are the pairs equal? Where the plane cannot tell, a pair is left out on both sides, and counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.plane import Flat, doubt, gap, undecided
from bench.traffic import Index

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`left_out`: pairs of either side that are too near the minimum for the plane; `missing` and `more`:
    pairs (n, 2) that only the first, only the second reports, those left out.
    """

    left_out: int
    missing: Index
    more: Index

    @property
    def equal(self) -> bool:
        """Whether both report the same."""
        return not len(self.missing) and not len(self.more)


def compare(flat: Flat, ours: Index, theirs: Index) -> Verdict:
    """Two sets of pairs (n, 2), the lower row first."""
    n = len(flat)
    first, second = (np.unique(pairs[:, 0] * n + pairs[:, 1]) for pairs in (ours, theirs))
    either = _rows(np.union1d(first, second), n)
    missing, more = _rows(np.setdiff1d(first, second), n), _rows(np.setdiff1d(second, first), n)
    return Verdict(int(_open(flat, either).sum()), missing[~_open(flat, missing)], more[~_open(flat, more)])


def complaints(flat: Flat, title: str, verdict: Verdict) -> list[str]:
    """What to print where the pairs are not equal; empty where they are."""
    if verdict.equal:
        return []
    told = [f"{title}: {len(verdict.missing)} of our pairs missing, {len(verdict.more)} pairs more"]
    for name, pairs in (("missing", verdict.missing), ("more", verdict.more)):
        i, j = pairs[:SHOWN].T
        told += [
            f"  {name}: volumes {a} and {b}, {apart:.3f} m apart on the plane, known to ± {known:.3f} m"
            for a, b, apart, known in zip(i, j, gap(flat, i, j), doubt(flat, i, j), strict=True)
        ]
    return told


def twice(pairs: Index, n: int) -> int:
    """How many pairs are reported more than once, or with themselves, or the wrong way round."""
    codes = pairs[:, 0] * n + pairs[:, 1]
    return len(codes) - len(np.unique(codes)) + int((pairs[:, 0] >= pairs[:, 1]).sum())


def _rows(codes: Index, n: int) -> Index:
    return np.stack(np.divmod(codes, n), -1)


def _open(flat: Flat, pairs: Index) -> Index:
    return np.asarray(undecided(flat, pairs[:, 0], pairs[:, 1]))
