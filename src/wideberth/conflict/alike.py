"""Volumes that are alike in everything but their plan and place in it: compared once, counted as often as
they are.

Without this, files that state the same volume many thousand times would take the square of that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from wideberth.conflict.axes import Close
from wideberth.conflict.prepare import Rows
from wideberth.space.ellipsoid import Index

WORTH = 2
"""Rows to one group from which it pays to look at one row a group."""


class Alike(NamedTuple):
    """`rows` holds the first row of each group of `whole`; group k has the members `first[k]:first[k + 1]`,
    rows of `whole` in order. Members of a group are of one party.
    """

    whole: Rows
    rows: Rows
    first: Index
    members: Index


def alike(rows: Rows) -> Alike | None:
    """The rows in groups, where that halves them; None where most are unlike. Not for plans of one party."""
    total = len(rows.plan)
    groups, code = np.unique(rows.ground, return_inverse=True)
    columns = (rows.start, rows.end, rows.party, rows.activity, rows.variant, rows.emits)
    for column in (*columns, *rows.limits.reshape(total, 4).T, *rows.pads.T, *rows.bands.T):
        values, number = np.unique(column, return_inverse=True)
        groups, code = np.unique(code * len(values) + number, return_inverse=True)
        if len(groups) * WORTH > total:
            return None
    members = np.argsort(code, kind="stable")
    first = np.searchsorted(code[members], np.arange(len(groups) + 1))
    # groups in the order of their first rows, so that the order of plans holds among them too
    order = np.argsort(members[first[:-1]])
    size = np.diff(first)[order]
    members = np.concatenate([members[first[k] : first[k + 1]] for k in order])
    first = np.concatenate([[0], np.cumsum(size)])
    one = members[first[:-1]]
    per_row = ("plan", "part", "ground", "party", "activity", "variant", "start", "end", "pads", "limits")
    chosen = {name: getattr(rows, name)[one] for name in (*per_row, "bands", "emits")}
    kept = replace(rows, volumes=tuple(rows.volumes[k] for k in one.tolist()), **chosen)
    return Alike(rows, kept, first, members)


def times(groups: Alike, i: Index, j: Index) -> int:
    """How many pairs of rows the pairs of groups stand for."""
    size = np.diff(groups.first)
    return int((size[i] * size[j]).sum())


def expand(groups: Alike, close: Close, limit: int) -> Close:
    """The violations of the members, of each pair of groups at most the first `limit` pairs of rows."""
    size = np.diff(groups.first)
    one, two = np.minimum(close.i, close.j), np.maximum(close.i, close.j)
    count = np.minimum(size[one] * size[two], limit)
    which = np.repeat(np.arange(len(one)), count)
    rank = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    a, b = one[which], two[which]
    i = groups.members[groups.first[a] + rank // size[b]]
    j = groups.members[groups.first[b] + rank % size[b]]
    return Close(i, j, close.rule[which], close.gap[which], close.required[which], close.near[which])
