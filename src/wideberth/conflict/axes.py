"""Is a pair closer than a rule allows? Axis by axis, over arrays of pairs (GEOMETRY, Separation)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.conflict.engine import Engine
from wideberth.conflict.prepare import Rows, in_metres
from wideberth.conflict.vertical import Vertical
from wideberth.model.separation import Minimum, Rule
from wideberth.space.ellipsoid import Array, Index, to_lonlat
from wideberth.space.gap import gaps, overlapping_boxes
from wideberth.space.ground import Polygon
from wideberth.space.touch import interiors_meet
from wideberth.space.units import METRE

Mask = NDArray[np.bool_]
GLOBE = 20_000_000 * METRE
"""The ground over which heights are looked up where the horizontal minimum is "any"."""
NONE = -1
"""Stands in `Close` for an axis that is not compared."""


class Close(NamedTuple):
    """n violations of one rule: rows `i`, `j`, the rule's index in its row, `gap` and `required` (n, 4) of
    h, v, t, f (0.1 mm, 0.1 mm, ms, Hz; NONE where not compared) and `near` (n, 2) lon, lat in degrees.
    """

    i: Index
    j: Index
    rule: Index
    gap: Index
    required: Index
    near: Array


def select(close: Close, chosen: Index | Mask | slice) -> Close:
    """Some of the violations, in the order given."""
    i, j, rule, gap, required, near = close
    return Close(i[chosen], j[chosen], rule[chosen], gap[chosen], required[chosen], near[chosen])


def too_close(
    rows: Rows, i: Index, j: Index, index: int, rule: Rule, vertical: Vertical, engine: Engine
) -> Close:
    """The pairs (i[k], j[k]) that violate one rule: the exact axes first, the horizontal gap last."""
    keep = close_in_time(rows, i, j, rule) & close_in_frequency(rows, i, j, rule)
    i, j = i[keep], j[keep]
    required_h = growths(rows, i, j, rule)
    if rule.h != "any":
        keep = overlapping_boxes(rows.shapes, rows.ground[i], rows.ground[j], in_metres(required_h))
        i, j, required_h = i[keep], j[keep], required_h[keep]
    extra = np.zeros(len(i), dtype=np.int64)
    apart_v = np.full(len(i), NONE)
    if rule.v != "any":
        minimum = number(rule.v) + rows.pads[i, 1] + rows.pads[j, 1]
        apart_v, extra = vertical.aparts(i, j, required_h, minimum)
        keep = apart_v - extra < minimum
        i, j, required_h, apart_v, extra = i[keep], j[keep], required_h[keep], apart_v[keep], extra[keep]
    lower, near, close = on_ground(rows, i, j, rule, required_h, engine)
    i, j, required_h = i[close], j[close], required_h[close]
    gap, required = np.full((len(i), 4), NONE), np.full((len(i), 4), NONE)
    pads = rows.pads[i] + rows.pads[j]
    if rule.h != "any":
        gap[:, 0] = np.floor(np.maximum(lower[close], 0.0) * METRE)
        required[:, 0] = required_h
    if rule.v != "any":
        gap[:, 1] = np.maximum(apart_v[close], 0)
        required[:, 1] = number(rule.v) + pads[:, 1] + extra[close]
    if rule.t != "any":
        gap[:, 2] = np.maximum(apart_in_time(rows, i, j), 0)
        required[:, 2] = number(rule.t) + pads[:, 2]
    if isinstance(rule.f, int):
        both = rows.emits[i] & rows.emits[j]
        gap[both, 3] = np.maximum(apart_in_frequency(rows, i, j)[both], 0) // 2
        required[both, 3] = rule.f
    return Close(i, j, np.full(len(i), index), gap, required, near[close])


def growths(rows: Rows, i: Index, j: Index, rule: Rule) -> Index:
    """The horizontal minimum of each pair, pads included, in 0.1 mm; GLOBE where it is "any"."""
    if rule.h == "any":
        return np.full(len(i), GLOBE)
    return np.asarray(number(rule.h) + rows.pads[i, 0] + rows.pads[j, 0])


def apart_in_time(rows: Rows, i: Index, j: Index) -> Index:
    """Ms between the windows of each pair; negative where they overlap."""
    return np.asarray(np.maximum(rows.start[j] - rows.end[i], rows.start[i] - rows.end[j]))


def close_in_time(rows: Rows, i: Index, j: Index, rule: Rule) -> Mask:
    """Whether the windows are closer than the rule allows."""
    if rule.t == "any":
        return np.ones(len(i), dtype=bool)
    return np.asarray(apart_in_time(rows, i, j) < rule.t + rows.pads[i, 2] + rows.pads[j, 2])


def apart_in_frequency(rows: Rows, i: Index, j: Index) -> Index:
    """Half hertz between the bands of each pair; negative where they overlap. Only emissions have one."""
    apart = np.maximum(rows.bands[i, 0] - rows.bands[j, 1], rows.bands[j, 0] - rows.bands[i, 1])
    return np.asarray(apart)


def close_in_frequency(rows: Rows, i: Index, j: Index, rule: Rule) -> Mask:
    """Whether the bands are closer than the rule allows; only two emissions compare them."""
    if not isinstance(rule.f, int):
        return np.ones(len(i), dtype=bool)
    return ~(rows.emits[i] & rows.emits[j]) | (apart_in_frequency(rows, i, j) < 2 * rule.f)


def on_ground(
    rows: Rows, i: Index, j: Index, rule: Rule, required: Index, engine: Engine
) -> tuple[Array, Array, Mask]:
    """Lower bounds of the gaps in metres, places near both (lon, lat), and which pairs are too close.

    Args:
        required: the minimum of each pair in 0.1 mm, as `growths` gives it.
    """
    p, q = rows.ground[i], rows.ground[j]
    if rule.h == "any":
        somewhere = to_lonlat(rows.shapes.a[rows.shapes.first[p]])
        return np.zeros(len(i)), somewhere, np.ones(len(i), dtype=bool)
    if 2 * len(rows.shapes.radius) < len(rows.start):
        # grounds are used again and again: each pair of them is measured once
        minima, number_of = np.unique(required, return_inverse=True)
        pairs = (p * len(rows.shapes.radius) + q) * len(minima) + number_of
        _, first, which = np.unique(pairs, return_index=True, return_inverse=True)
    else:
        first = which = np.arange(len(i))
    lower, near, close = _measured(rows, i[first], j[first], required[first], engine)
    return lower[which], near[which], close[which]


def _measured(rows: Rows, i: Index, j: Index, required: Index, engine: Engine) -> tuple[Array, Array, Mask]:
    p, q, limit = rows.ground[i], rows.ground[j], in_metres(required)
    lower, near = gaps(rows.shapes, p, q, limit, engine.least)
    close = lower < limit
    for k in np.flatnonzero(close & (required == 0) & ~(rows.shapes.thin[p] | rows.shapes.thin[q])):
        one, two = rows.volumes[i[k]].ground, rows.volumes[j[k]].ground
        if isinstance(one, Polygon) and isinstance(two, Polygon):
            close[k] = interiors_meet(one, two)
    return lower, near, close


def number(minimum: Minimum | None) -> int:
    """A minimum that is known to be a number: "any" and None were told apart before."""
    assert isinstance(minimum, int)
    return minimum
