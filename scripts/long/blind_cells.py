"""Which pairs of plans of two parties a blind check would tell: by the covers alone, without masking them.

`told` descends both covers as the protocol does. That a pair shares a cell is shown by one of them, and plans
that conflict share very many at fine levels; so it follows only some cells of each pair at first, and all of
them only for pairs that were not met again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.blind.cover import Cover, Covered
from wideberth.blind.rules import Agreed
from wideberth.conflict.engine import Engine
from wideberth.conflict.find import find
from wideberth.model.agreement import Blind
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume
from wideberth.space.widen import UNBOUNDED, thick_windows

Index = NDArray[np.int64]
ALL = 10**8
FOLLOWED = (4, 64, 2**40)
"""Cells of a pair that are looked at closer, in one pass after the other."""


def agreed(table: SeparationTable, reference: VerticalReference, from_ms: int, until_ms: int) -> Agreed:
    """Terms without a bound on the number of cells."""
    return Agreed((), bytes(32), table, reference, Blind(terms=10**7), from_ms, until_ms)


def truth(one: Sequence[Plan], two: Sequence[Plan], by: Agreed, engine: Engine | None = None) -> Index:
    """The pairs of plans, as `Met` numbers them, in conflict by volumes that touch the horizon."""
    first = {plan.id: k for k, plan in enumerate(one)}
    second = {plan.id: k for k, plan in enumerate(two)}
    found = set()
    for conflict in find([*one, *two], by.table, by.reference, limit=ALL, engine=engine).conflicts:
        (party, a), (_, b) = conflict.plans
        v, w = conflict.volumes
        if party != one[0].party:
            a, b, v, w = b, a, w, v
        i, j = first[a], second[b]
        if touches(one[i].volumes[v], by) and touches(two[j].volumes[w], by):
            found.add(i * len(two) + j)
    return np.array(sorted(found), dtype=np.int64)


def touches(volume: Volume, by: Agreed) -> bool:
    """Whether the window, its pad included, touches the horizon."""
    start = -UNBOUNDED if volume.start is None else volume.start
    end = UNBOUNDED if volume.end is None else volume.end
    (first,), (last,) = thick_windows(np.array([start]), np.array([end]))
    return bool(first - volume.pad.t < by.until_ms and last + volume.pad.t > by.from_ms)


class Met(NamedTuple):
    """For each cell that two covers share and each pair of plans in it: its number in the one and in the
    other, whether both fill it, and the pair: (plan of the first) · (number of plans of the second) + other.
    """

    one: Index
    two: Index
    filled: NDArray[np.bool_]
    pair: Index


def told(a: Cover, b: Cover, second: int, levels: Sequence[int], seed: int = 0) -> list[Index]:
    """For each level the pairs, as `Met` numbers them, that would be told if it were the floor.

    Args:
        second: how many plans `b` was made of.
        levels: from the start level on, each 4 finer.
    """
    found: list[list[Index]] = [[] for _ in levels]
    wanted: Index | None = None
    for most in FOLLOWED:
        open_ = _pass((a, b), second, levels, found, wanted, most, np.random.default_rng(seed))
        wanted = np.setdiff1d(open_, _all(found[-1]))
        if not len(wanted):
            break
    return [_all(each) for each in found]


def _all(parts: list[Index]) -> Index:
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


def _pass(
    covers: tuple[Cover, Cover],
    second: int,
    levels: Sequence[int],
    found: list[list[Index]],
    wanted: Index | None,
    most: int,
    chance: np.random.Generator,
) -> Index:
    """One descent: adds what it finds, and returns the pairs of which not all cells were followed."""
    one, two = covers[0].at(levels[0]), covers[1].at(levels[0])
    open_: list[Index] = []
    none = np.zeros(0, dtype=np.int64)
    kept = none, none
    for depth, level in enumerate(levels):
        if depth:
            one, two = covers[0].refine(one, kept[0], level), covers[1].refine(two, kept[1], level)
        met = shared(one, two, second)
        found[depth].append(np.unique(met.pair))
        done = np.unique(met.pair[met.filled])
        for rest in found[depth:]:
            rest.append(done)
        alive = ~np.isin(met.pair, done)
        if wanted is not None:
            alive &= np.isin(met.pair, wanted)
        chosen, cut = _some(met.pair, alive, most, chance)
        open_.append(cut)
        kept = np.unique(met.one[chosen]), np.unique(met.two[chosen])
    return _all(open_)


def shared(one: Covered, two: Covered, second: int) -> Met:
    """The cells that both covers have, with the pairs in each."""
    i, j = _alike(one, two)
    n, m = np.diff(one.first)[i], np.diff(two.first)[j]
    which = np.repeat(np.arange(len(i)), n * m)
    rank = np.arange(len(which)) - np.repeat(np.cumsum(n * m) - n * m, n * m)
    p = one.plan[one.first[i][which] + rank // m[which]]
    q = two.plan[two.first[j][which] + rank % m[which]]
    filled = (one.filled[i] & two.filled[j])[which]
    return Met(i[which], j[which], filled, p * second + q)


def _alike(one: Covered, two: Covered) -> tuple[Index, Index]:
    """The numbers of the cells that are in both."""
    if not len(one.cells) or not len(two.cells):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    every = np.concatenate([one.cells, two.cells])
    least = every.min(axis=0)
    _, code = np.unique(_packed(every - least), return_inverse=True)
    _, i, j = np.intersect1d(code[: len(one.cells)], code[len(one.cells) :], True, return_indices=True)
    return i.astype(np.int64), j.astype(np.int64)


def _packed(cells: Index) -> Index:
    size = [int(each) + 1 for each in cells.max(axis=0)]
    assert size[0] * size[1] * size[2] * size[3] < 2**63
    return ((cells[:, 0] * size[1] + cells[:, 1]) * size[2] + cells[:, 2]) * size[3] + cells[:, 3]


def _some(
    pair: Index, alive: NDArray[np.bool_], most: int, chance: np.random.Generator
) -> tuple[Index, Index]:
    """Up to `most` rows of each living pair, and the pairs that have more."""
    rows = chance.permutation(np.flatnonzero(alive))
    rows = rows[np.argsort(pair[rows], kind="stable")]
    codes, first, count = np.unique(pair[rows], return_index=True, return_counts=True)
    rank = np.arange(len(rows)) - np.repeat(first, count)
    return rows[rank < most], codes[count > most]
