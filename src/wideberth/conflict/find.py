"""All conflicts between plans: the main job.

Filter (boxes and windows), then per rule the exact axes, cheapest first; the certified horizontal
gap last. `engine` has the parts that exist twice, plain and compiled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from wideberth.conflict.alike import Alike, alike, expand, times
from wideberth.conflict.axes import GLOBE, NONE, Close, number, select, too_close
from wideberth.conflict.engine import Engine, engine_for
from wideberth.conflict.pairs import reach_of
from wideberth.conflict.prepare import Rows, lay_out
from wideberth.conflict.result import Axes, Conflict
from wideberth.conflict.vertical import Vertical
from wideberth.model.plan import Plan
from wideberth.model.separation import Chosen, Rule, SeparationTable, choose
from wideberth.space.altitude import DATUMS
from wideberth.space.ellipsoid import Index
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

MOST = 500_000
"""Conflicts that one check lists unless told otherwise; more would fill the memory and help nobody."""
AT_ONCE = 8
"""Pairs of groups of volumes alike that are expanded at a time."""
NAMED = 5
"""Pairs of activities that a note names."""
_GROUND = [DATUMS.index("AGL"), DATUMS.index("SFC")]


class Found(Struct, frozen=True):
    """Conflicts in no particular order, what the reader of the result must be told, each once, and the
    true `count` of conflicts, of which `conflicts` may be only the earliest.
    """

    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...] = ()
    count: int = 0


class Search:
    """The violations of all pairs of rows, found step by step, and what was learned on the way."""

    def __init__(
        self, rows: Rows, table: SeparationTable, reference: VerticalReference, engine: Engine
    ) -> None:
        self.rows = rows
        self.table = table
        self.engine = engine
        self.vertical = Vertical(rows, reference)
        self.chosen: dict[tuple[int, int], Chosen] = {}

    def steps(self, own: bool) -> Iterator[tuple[Close, int]]:
        """The violations, some at a time, all rules of a pair in one step, and how many rows are done."""
        for i, j, done in self.engine.candidates(self.rows, reach_of(self.table), own):
            yield self.violations(i, j), done

    def over(self, rows: Rows) -> Search:
        """A search that knows what this one has learned, over other rows of the same activities."""
        other = Search(rows, self.table, self.vertical.reference, self.engine)
        other.chosen = self.chosen
        return other

    def violations(self, i: Index, j: Index) -> Close:
        """The violations of every rule among the pairs (i[k], j[k])."""
        found = [
            too_close(self.rows, i[mine], j[mine], index, rule, self.vertical, self.engine)
            for rules, mine in self.by_rules(i, j)
            for index, rule in enumerate(rules)
        ]
        return _together(found)

    def by_rules(self, i: Index, j: Index) -> Iterator[tuple[tuple[Rule, ...], NDArray[np.bool_]]]:
        """The pairs apart by the rules that hold for their activities; `chosen` learns each row used."""
        names = self.rows.activities
        a, b = self.rows.activity[i], self.rows.activity[j]
        codes = np.minimum(a, b) * len(names) + np.maximum(a, b)
        if len(names) == 1:
            unique, code = np.zeros(min(len(i), 1), dtype=np.int64), codes
        else:
            unique, code = np.unique(codes, return_inverse=True)
        groups: dict[tuple[Rule, ...], list[int]] = defaultdict(list)
        for k, value in enumerate(unique.tolist()):
            pair = divmod(value, len(names))
            if pair not in self.chosen:
                self.chosen[pair] = choose(self.table, names[pair[0]], names[pair[1]])
            groups[self.chosen[pair].row.rules].append(k)
        for rules, members in groups.items():
            yield rules, np.isin(code, members) if len(groups) > 1 else np.ones(len(i), dtype=bool)


def find(
    plans: Sequence[Plan],
    table: SeparationTable,
    reference: VerticalReference,
    *,
    own: bool = False,
    limit: int = MOST,
    engine: Engine | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Every pair of volumes of different parties that is closer than its separation (GEOMETRY).

    Ended plans are left out. `own` adds pairs of the same party, never two volumes of one plan nor
    two variants of one flight. Reports too much (by less than 1 m + 1e-5 of the minimum), never too little.

    Args:
        plans: unique in (party, id).
        limit: of more conflicts than this only the earliest are listed; all are counted.
        engine: plain or compiled; by default as the number of volumes suggests.
        progress: called with (volumes done, volumes in all).
    """
    # sorted, so that which volume of a pair comes first, and with it `near`, is the same for any order
    rows = lay_out(sorted((plan for plan in plans if plan.state != "ended"), key=lambda plan: plan.key))
    if rows is None or not table.rows:
        return Found((), tuple(_ended(plans)))
    groups = None if own else alike(rows)
    searched = rows if groups is None else groups.rows
    search = Search(searched, table, reference, engine or engine_for(len(searched.plan)))
    found = answer(search, search.steps(own), limit, progress, groups)
    return replace(found, notes=(*_ended(plans), *found.notes))


def answer(
    search: Search,
    steps: Iterable[tuple[Close, int]],
    limit: int,
    progress: Callable[[int, int], None] | None = None,
    groups: Alike | None = None,
) -> Found:
    """What the steps of a search come to; `limit` and `progress` as in `find`; `groups`: of its rows."""
    rows = search.rows
    total = len(rows.plan if groups is None else groups.whole.plan)
    kept, count = [], 0
    waiting = 0
    for close, done in steps:
        pairs = _pairs(rows, close)
        count += len(pairs) if groups is None else times(groups, *np.divmod(pairs, len(rows.plan)))
        waiting += len(close.i)
        kept.append(close)
        if waiting > 2 * limit + 100_000:
            kept = [_earliest(rows, _together(kept), limit)]
            waiting = len(kept[0].i)
        if progress is not None:
            progress(done * total // len(rows.plan), total)
    close = _earliest(rows, _together(kept), limit)
    if groups is None:
        conflicts = _conflicts(search, close)
    else:
        conflicts = _conflicts(search.over(groups.whole), _expanded(groups, close, limit))
    notes = [*_fallbacks(rows, search.chosen), *_datums(search.vertical), *_cut(count, limit)]
    return Found(tuple(conflicts), tuple(notes), count)


def _expanded(groups: Alike, close: Close, limit: int) -> Close:
    """The earliest violations of the members of groups."""
    kept: list[Close] = []
    # some at a time: each pair of groups may stand for `limit` pairs of rows
    for begin in range(0, len(close.i), AT_ONCE):
        kept.append(expand(groups, select(close, slice(begin, begin + AT_ONCE)), limit))
        kept = [_earliest(groups.whole, _together(kept), limit)]
    return _together(kept)


def _together(parts: Sequence[Close]) -> Close:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Close(
            none, none, none, np.zeros((0, 4), np.int64), np.zeros((0, 4), np.int64), np.zeros((0, 2))
        )
    i, j, rule, gap, required, near = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Close(i, j, rule, gap, required, near)


def _pairs(rows: Rows, close: Close) -> Index:
    """The pairs of rows in a step, each once, as one number."""
    pairs = close.i * len(rows.plan) + close.j
    return np.unique(pairs) if close.rule.any() else pairs


def _earliest(rows: Rows, close: Close, limit: int) -> Close:
    """All violations of the `limit` pairs that begin first, in the order of time, rows, and rules."""
    one, two = np.minimum(close.i, close.j), np.maximum(close.i, close.j)
    start, _ = _window(rows, one, two)
    order = np.lexsort([close.rule, two, one, start])
    one, two = one[order], two[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(one) != 0) | (np.diff(two) != 0)
    chosen = order[np.cumsum(fresh) <= limit]
    return select(close, chosen)


def _window(rows: Rows, i: Index, j: Index) -> tuple[Index, Index]:
    """The later start and the earlier end, swapped where the two are apart in time."""
    start, end = np.maximum(rows.start[i], rows.start[j]), np.minimum(rows.end[i], rows.end[j])
    return np.minimum(start, end), np.maximum(start, end)


def _conflicts(search: Search, close: Close) -> list[Conflict]:
    """One conflict a pair, from violations in the order of `_earliest`."""
    rows = search.rows
    one, two = np.minimum(close.i, close.j), np.maximum(close.i, close.j)
    first = np.flatnonzero(np.concatenate([[True], (np.diff(one) != 0) | (np.diff(two) != 0)])[: len(one)])
    hits = np.diff(np.append(first, len(one)))
    one, two = one[first], two[first]
    choice = [search.chosen[pair] for pair in _activities(rows, one, two)]
    key, part = [plan.key for plan in rows.plans], rows.part
    start, end = _window(rows, one, two)
    sides = zip(rows.plan[one].tolist(), rows.plan[two].tolist(), strict=True)
    return list(
        map(
            Conflict,
            [(key[a], key[b]) for a, b in sides],
            zip(part[one].tolist(), part[two].tolist(), strict=True),
            [chosen.row.between for chosen in choice],
            [None if c.fallback else r for c, r in zip(choice, close.rule[first].tolist(), strict=True)],
            [tuple(close.rule[k + 1 : k + n].tolist()) for k, n in zip(first, hits, strict=True)]
            if len(one) < len(close.i)
            else repeat(()),
            map(Axes, *_figures(close.gap[first])),
            map(Axes, *_figures(close.required[first])),
            [None if ms <= -UNBOUNDED else ms for ms in start.tolist()],
            [None if ms >= UNBOUNDED else ms for ms in end.tolist()],
            map(tuple, close.near[first].tolist()),
            _ground_decides(search, one, two, choice, close, first, hits),
        )
    )


def _figures(axes: Index) -> Iterator[list[int | None]]:
    """The columns, NONE as None."""
    return ([None if figure == NONE else figure for figure in column] for column in axes.T.tolist())


def _activities(rows: Rows, one: Index, two: Index) -> Iterator[tuple[int, int]]:
    a, b = rows.activity[one], rows.activity[two]
    return zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True)


def _ground_decides(
    search: Search, one: Index, two: Index, choice: list[Chosen], close: Close, first: Index, hits: Index
) -> list[bool]:
    """For each pair, whether only not knowing the ground makes it a conflict: over some ground every
    minimum is kept.
    """
    decides = [False] * len(one)
    for k in np.flatnonzero(~_ground_known(search, one, two)).tolist():
        violated = range(first[k], first[k] + hits[k])
        decides[k] = all(
            _kept_over_some_ground(
                search,
                (int(one[k]), int(two[k])),
                choice[k].row.rules[close.rule[v]],
                int(close.required[v, 0]),
            )
            for v in violated
        )
    return decides


def _ground_known(search: Search, i: Index, j: Index) -> NDArray[np.bool_]:
    """Pairs of which it needs no look that the height of the ground does not decide."""
    if search.vertical.reference.terrain.known:
        return np.ones(len(i), dtype=bool)
    limits = search.rows.limits
    grounded = np.asarray(np.isin(limits[..., 0], _GROUND).any(axis=1))
    return np.asarray(~(grounded[i] | grounded[j]))


def _kept_over_some_ground(search: Search, pair: tuple[int, int], rule: Rule, required: int) -> bool:
    if rule.v == "any":
        return False
    growth = GLOBE if required == NONE else required
    apart = search.vertical.apart(*pair, growth, best_ground=True)
    pads = int(search.rows.pads[pair[0], 1] + search.rows.pads[pair[1], 1])
    return apart.gap - apart.extra >= number(rule.v) + pads


def _cut(count: int, limit: int) -> list[str]:
    if count <= limit:
        return []
    return [f"{count:,} conflicts; only the first {limit:,} of them are listed, by time"]


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
