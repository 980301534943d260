"""Which tracks of different parties are about to lose their separation, and when at the earliest.

Horizon and boundary: a loss counts where it begins at a moment from now until the end of the look-ahead, both
included. Two tracks are too close where, at one moment, a certified lower bound of their geodesic distance,
less the doubts of both, is below h, and the gap of their bands of altitude is below v: a gap equal to the
minimum is none. Where each keeps to its way (`motion`), straight on or turning as it does, within its doubts,
no loss is missed; what is reported beyond that is nearer than h, the doubts and a few metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from wideberth.model.separation import Minimum, SeparationTable, choose
from wideberth.space.ellipsoid import Array, to_lonlat
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.watch import closing_plain as f
from wideberth.watch import columns as c
from wideberth.watch.closing_plain import Table
from wideberth.watch.findings import Finding, Key
from wideberth.watch.motion import Rows

FEW: Final = 12
"""Tracks from which the compiled loops are faster, once they are loaded."""
MANY: Final = 300
"""Tracks from which they are worth loading; the plain code takes a second for so many."""
_LOADED: Final[set[bool]] = set()
"""Holds something once it was said that they are."""
MOST: Final = 100_000
"""Pairs that are told of; of further ones those with a track that is in none yet: nobody is left out."""
LONGEST: Final = 2e11
"""0.1 mm: 20,000 km, as far as anything can be away on the Earth."""
TICK: Final = 1e-3
"""s by which the horizon is longer than asked: a loss that begins at its very end counts."""


def rules_table(table: SeparationTable, activities: Sequence[str]) -> Table:
    """The rules (h, v) between any two activities, by their positions; ANY, and NO_RULE after the last.

    Tracks are compared at the same moment: the minimum of time of a rule plays no part.
    """
    chosen = [[choose(table, a, b).row.rules if table.rows else () for b in activities] for a in activities]
    most = max((len(rules) for line in chosen for rules in line), default=0)
    found = np.full((len(activities), len(activities), max(1, most), 2), c.NO_RULE)
    for i, line in enumerate(chosen):
        for j, rules in enumerate(line):
            for k, rule in enumerate(rules):
                found[i, j, k] = _number(rule.h), _number(rule.v)
    return found


def _number(minimum: Minimum) -> float:
    return min(float(minimum), LONGEST) if isinstance(minimum, int) else c.ANY


def closing(rows: Rows, ids: Sequence[str], table: Table, now_ms: int, look_ahead_ms: int) -> list[Finding]:
    """All pairs of live rows of different parties that may be too close at a moment of the look-ahead.

    Args:
        ids: of the tracks in the rows.
        table: of `rules_table`; ACTIVITY of a row is a position in its activities.

    Returns: one finding a pair, by time and key.
    """
    found = losses(rows, table, now_ms, look_ahead_ms)
    if not len(found):
        return []
    at = np.minimum(np.floor(found[:, f.WHEN] * SECOND), look_ahead_ms).astype(np.int64) + now_ms
    order = np.argsort(at, kind="stable")
    at, found = at[order], found[order]
    names = [(ids[i], ids[j]) for i, j in found[:, [f.ONE, f.TWO]].astype(np.int64).tolist()]
    swapped = np.array([a > b for a, b in names])
    place = np.where(swapped[:, None], found[:, f.OTHER :], found[:, f.PLACE : f.OTHER])
    points = np.rint(to_lonlat(place) * DEGREE).astype(np.int64)
    closest = np.rint(found[:, f.CLOSEST] * SECOND).astype(np.int64) + now_ms
    lengths = np.rint(np.stack([found[:, f.APART] * METRE, found[:, f.ABOVE]])).astype(np.int64)
    minima = found[:, [f.RULE_H, f.RULE_V]].astype(np.int64).T
    flags = (found[:, [f.NOMINAL, f.TURNING]] == 1.0).T
    columns = (at, *points.T, closest, *lengths, *minima, *flags)
    made = [
        Finding(
            Key("closing", b, a) if b < a else Key("closing", a, b), when, (lon, lat), nominal, nearest, h,
            None if v < 0 else v, None if need_h < 0 else need_h, None if need_v < 0 else need_v, turning,
        )
        for (a, b), when, lon, lat, nearest, h, v, need_h, need_v, nominal, turning in zip(
            names, *(column.tolist() for column in columns), strict=True
        )
    ]  # fmt: skip
    if (at[1:] == at[:-1]).any():
        made.sort(key=lambda one: (one.at_ms, one.key))
    return made


def loaded() -> None:
    """From now on the compiled loops serve small looks too (`loops`)."""
    _LOADED.add(True)


def losses(rows: Rows, table: Table, now_ms: int, look_ahead_ms: int) -> Array:
    """As `closing_plain.find`: by plain code for few tracks, else compiled."""
    horizon = look_ahead_ms / SECOND + TICK
    if np.count_nonzero(rows[:, c.LIVE] == 1.0) < (FEW if _LOADED else MANY):
        return f.find(rows, table, float(now_ms), horizon)
    return compiled(rows, table, now_ms, horizon)


def compiled(rows: Rows, table: Table, now_ms: int, horizon: float) -> Array:
    """As `closing_plain.find`, up to MOST pairs."""
    # late, because a compiler takes longer to load than few tracks take to compare
    from wideberth.watch.closing_join import find

    h, v = table[..., 0], table[..., 1]
    reach_h = np.inf if (h == c.ANY).any() else f.chord(max(0.0, float(h.max(initial=0.0))) / METRE)
    reach_v = np.inf if (v == c.ANY).any() else max(0.0, float(v.max(initial=0.0)))
    chords = np.where(h < 0, h, np.vectorize(f.chord, otypes=[np.float64])(h / METRE))
    of_rules = np.concatenate([table, chords[..., None]], axis=-1)
    return np.asarray(find(rows, of_rules, float(now_ms), horizon, reach_h, reach_v, MOST))
