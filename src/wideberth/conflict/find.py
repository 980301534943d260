"""All conflicts between plans: the main job.

Filter (boxes and windows), then per rule the exact axes, cheapest first; the certified horizontal
gap last. `pairs` is the seam for faster filters; this path is the reference.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.conflict.pairs import candidates
from wideberth.conflict.prepare import Rows, in_metres, lay_out
from wideberth.conflict.result import Axes, Conflict
from wideberth.conflict.vertical import Vertical
from wideberth.errors import Refused
from wideberth.model.plan import Plan
from wideberth.model.separation import Chosen, Minimum, Rule, SeparationTable, choose
from wideberth.space.ellipsoid import to_lonlat
from wideberth.space.gap import gaps, overlapping_boxes
from wideberth.space.ground import Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import Index
from wideberth.space.touch import interiors_meet
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

GLOBE = 20_000_000 * METRE
"""The ground over which heights are looked up where the horizontal minimum is "any"."""


MOST = 500_000
"""Conflicts that one check finds; more would be no help to anybody and could fill the memory."""
NAMED = 5
"""Pairs of activities that a note names."""


class Hit(NamedTuple):
    """One violated rule of a pair: its index in the row, gap, required, and a place near both (lon, lat)."""

    rule: int
    gap: Axes
    required: Axes
    near: tuple[float, float]


class Found(Struct, frozen=True):
    """Conflicts in no particular order, and what the reader of the result must be told, each once."""

    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...] = ()


def find(
    plans: Sequence[Plan],
    table: SeparationTable,
    reference: VerticalReference,
    *,
    own: bool = False,
    most: int = MOST,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Every pair of volumes of different parties that is closer than its separation (GEOMETRY).

    Ended plans are left out. `own` adds pairs of the same party, never two volumes of one plan nor
    two variants of one flight. Reports too much (by less than 1 m + 1e-5 of the minimum), never too little.

    Args:
        plans: unique in (party, id).
        most: more conflicts than this are refused.
        progress: called with (volumes done, volumes in all).

    Raises: Refused (`conflict.too_many`).
    """
    # sorted, so that which volume of a pair comes first, and with it `near`, is the same for any order
    rows = lay_out(sorted((plan for plan in plans if plan.state != "ended"), key=lambda plan: plan.key))
    if rows is None or not table.rows:
        return Found((), tuple(_ended(plans)))
    everything = [rule for row in table.rows for rule in row.rules]
    reach, time = _largest([rule.h for rule in everything]), _largest([rule.t for rule in everything])
    vertical = Vertical(rows, reference)
    chosen: dict[tuple[int, int], Chosen] = {}
    conflicts: list[Conflict] = []
    for i, j, done in candidates(rows, reach, time, own):
        violated: dict[tuple[int, int], list[Hit]] = defaultdict(list)
        for rules, mine in _by_rules(rows, i, j, table, chosen):
            for index, rule in enumerate(rules):
                for pair, hit in _violations(rows, i[mine], j[mine], index, rule, vertical):
                    violated[pair].append(hit)
        conflicts += [
            _conflict(rows, pair, chosen[_activities(rows, *pair)], hits, vertical)
            for pair, hits in violated.items()
        ]
        if len(conflicts) > most:
            raise Refused(
                "conflict.too_many",
                f"more than {most:,} conflicts; accepted: fewer plans at a time, or smaller minima",
            )
        if progress is not None:
            progress(done, len(rows.plan))
    notes = [*_ended(plans), *_fallbacks(rows, chosen), *_datums(vertical)]
    return Found(tuple(conflicts), tuple(notes))


def _violations(
    rows: Rows, i: Index, j: Index, index: int, rule: Rule, vertical: Vertical
) -> Iterator[tuple[tuple[int, int], Hit]]:
    """The pairs that violate one rule."""
    pads = rows.pads[i] + rows.pads[j]
    apart_t = np.maximum(rows.start[j] - rows.end[i], rows.start[i] - rows.end[j])
    keep = np.ones(len(i), dtype=bool) if rule.t == "any" else apart_t < rule.t + pads[:, 2]
    emissions = rows.emits[i] & rows.emits[j]
    apart_f = np.maximum(rows.bands[i, 0] - rows.bands[j, 1], rows.bands[j, 0] - rows.bands[i, 1])
    if isinstance(rule.f, int):
        keep &= ~emissions | (apart_f < 2 * rule.f)
    if rule.h == "any":
        required_h = np.full(len(i), GLOBE)
    else:
        required_h = rule.h + pads[:, 0]
        keep &= overlapping_boxes(rows.shapes, i, j, in_metres(required_h))
    kept = np.flatnonzero(keep)
    heights = [
        None if rule.v == "any" else vertical.apart(int(i[k]), int(j[k]), int(required_h[k])) for k in kept
    ]
    close = [
        height is None or height.gap - height.extra < _number(rule.v) + int(pads[k, 1])
        for k, height in zip(kept, heights, strict=True)
    ]
    kept, heights = kept[close], [height for height, ok in zip(heights, close, strict=True) if ok]
    lower, near, violated = _horizontal(rows, i[kept], j[kept], required_h[kept], rule)
    for place in np.flatnonzero(violated):
        k, height = kept[place], heights[place]
        compares_f = isinstance(rule.f, int) and bool(emissions[k])
        gap = Axes(
            h=None if rule.h == "any" else max(0, math.floor(max(0.0, lower[place]) * METRE)),
            v=None if height is None else max(0, height.gap),
            t=None if rule.t == "any" else max(0, int(apart_t[k])),
            f=max(0, int(apart_f[k])) // 2 if compares_f else None,
        )
        required = Axes(
            h=None if rule.h == "any" else int(required_h[k]),
            v=None if height is None else _number(rule.v) + int(pads[k, 1]) + height.extra,
            t=None if rule.t == "any" else _number(rule.t) + int(pads[k, 2]),
            f=_number(rule.f) if compares_f else None,
        )
        yield (
            (int(i[k]), int(j[k])),
            Hit(index, gap, required, (float(near[place, 0]), float(near[place, 1]))),
        )


def _horizontal(
    rows: Rows, i: Index, j: Index, required: Index, rule: Rule
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Lower bounds of the gaps in metres, places near both, and which pairs are too close."""
    limit = in_metres(required)
    if rule.h == "any":
        somewhere = to_lonlat(rows.shapes.a[rows.shapes.first[i]])
        return np.zeros(len(i)), somewhere, np.ones(len(i), dtype=bool)
    result = gaps(rows.shapes, i, j, limit)
    violated = result.lower < limit
    for k in np.flatnonzero(violated & (required == 0) & ~(rows.shapes.thin[i] | rows.shapes.thin[j])):
        p, q = rows.volumes[i[k]].ground, rows.volumes[j[k]].ground
        if isinstance(p, Polygon) and isinstance(q, Polygon):
            violated[k] = interiors_meet(p, q)
    return result.lower, result.near, violated


def _conflict(
    rows: Rows,
    pair: tuple[int, int],
    choice: Chosen,
    hits: Sequence[Hit],
    vertical: Vertical,
) -> Conflict:
    one, two = sorted(pair, key=lambda row: rows.plans[rows.plan[row]].key)
    first = hits[0]
    start, end = max(rows.start[one], rows.start[two]), min(rows.end[one], rows.end[two])
    start, end = min(start, end), max(start, end)
    return Conflict(
        plans=(rows.plans[rows.plan[one]].key, rows.plans[rows.plan[two]].key),
        volumes=(int(rows.part[one]), int(rows.part[two])),
        activities=choice.row.between,
        rule=None if choice.fallback else first.rule,
        also=tuple(hit.rule for hit in hits[1:]),
        gap=first.gap,
        required=first.required,
        start=None if start <= -UNBOUNDED else int(start),
        end=None if end >= UNBOUNDED else int(end),
        near=first.near,
        agl_unresolved=all(
            _ground_decides(rows, pair, choice.row.rules[hit.rule], hit.required, vertical) for hit in hits
        ),
    )


def _ground_decides(
    rows: Rows, pair: tuple[int, int], rule: Rule, required: Axes, vertical: Vertical
) -> bool:
    """True where only not knowing the ground makes it a conflict: over some ground the minimum is kept."""
    if required.v is None or vertical.reference.terrain.known:
        return False
    growth = GLOBE if required.h is None else required.h
    apart = vertical.apart(*pair, growth, best_ground=True)
    pads = int(rows.pads[pair[0], 1] + rows.pads[pair[1], 1])
    return apart.gap - apart.extra >= _number(rule.v) + pads


def _by_rules(
    rows: Rows, i: Index, j: Index, table: SeparationTable, chosen: dict[tuple[int, int], Chosen]
) -> Iterator[tuple[tuple[Rule, ...], NDArray[np.bool_]]]:
    """The pairs apart by the rules that hold for their activities; `chosen` learns the row of each pair."""
    a, b = rows.activity[i], rows.activity[j]
    codes = np.minimum(a, b) * len(rows.activities) + np.maximum(a, b)
    unique, code = np.unique(codes, return_inverse=True)
    groups: dict[tuple[Rule, ...], list[int]] = defaultdict(list)
    for k, value in enumerate(unique.tolist()):
        pair = divmod(value, len(rows.activities))
        if pair not in chosen:
            chosen[pair] = choose(table, rows.activities[pair[0]], rows.activities[pair[1]])
        groups[chosen[pair].row.rules].append(k)
    for rules, members in groups.items():
        yield rules, np.isin(code, members)


def _activities(rows: Rows, one: int, two: int) -> tuple[int, int]:
    a, b = int(rows.activity[one]), int(rows.activity[two])
    return min(a, b), max(a, b)


def _largest(minima: Sequence[Minimum]) -> int | None:
    """The largest minimum; None where one is "any"."""
    return None if "any" in minima else max(_number(m) for m in minima)


def _number(minimum: Minimum | None) -> int:
    assert isinstance(minimum, int)  # "any" and None were told apart before
    return minimum


def _ended(plans: Sequence[Plan]) -> list[str]:
    count = sum(plan.state == "ended" for plan in plans)
    return [f"{count} ended plan{'s were' if count > 1 else ' was'} left out"] if count else []


def _fallbacks(rows: Rows, chosen: dict[tuple[int, int], Chosen]) -> list[str]:
    """The pairs of activities without a row, of volumes that came near enough to be compared."""
    names = rows.activities
    pairs = [f"{names[a]} and {names[b]}" for (a, b), choice in sorted(chosen.items()) if choice.fallback]
    if not pairs:
        return []
    left = len(pairs) - NAMED
    more = f" and {left} more pair{'s' if left > 1 else ''}" if left > 0 else ""
    named = f"{', '.join(pairs[:NAMED])}{more}"
    return [f"no row in the separation table for {named}: the largest minimum in it is used on each axis"]


def _datums(vertical: Vertical) -> list[str]:
    """What was assumed about air and ground, where it was used."""
    notes = []
    air, terrain = vertical.reference.atmosphere, vertical.reference.terrain
    if vertical.used & {"FL", "ALT"}:
        notes.append(
            "flight levels and barometric altitudes met other datums: taken over "
            f"{air.pressure_low:g}–{air.pressure_high:g} hPa,"
            f" ISA {air.deviation_low:+g} to {air.deviation_high:+g} °C, ± {air.altimetry / METRE:g} m"
        )
    if "QNH" in vertical.used:
        notes.append("barometric altitudes without one agreed QNH: 90 m are added to the vertical minimum")
    if vertical.used & {"AGL", "SFC"} and not terrain.known:
        notes.append(
            "AGL unresolved: the height of the ground is not known, −500 to 8,900 m is assumed;"
            " give --ground or the agreement's ground"
        )
    return notes
