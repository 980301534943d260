"""The compiled loops for tracks and zones: candidates from a tree of boxes, then what `entering_plain` does.

Functions are named as there, with numbers of rows instead of rows; they hold no lock of the interpreter.
Seconds count from the report of a track.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.conflict.columns import APART, BALL, FAN, PIECE, ROW, RUN
from wideberth.conflict.columns import PARTY as BOX_PARTY
from wideberth.conflict.index_kernels import holds
from wideberth.space.ellipsoid import R_MAX, Array, Index
from wideberth.space.gap import NOISE
from wideberth.space.units import METRE, SECOND
from wideberth.watch import columns as t
from wideberth.watch import zone_rows as z
from wideberth.watch.entering_parts import bow, chords, level_span, off, reach, rise, share_within, spot
from wideberth.watch.entering_plain import FINE, SHORTEST

Cells = NDArray[np.int32]

LEVELS = 12
"""More than a tree of any number of boxes has."""
LAST = 2.0**31 - 1
"""Boxes hold no integer beyond it."""
PLAIN = 20_000.0
"""Metres up to which a geodesic distance is taken for its chord, which is shorter by less than 9 mm."""
ROUNDED = 1e-3
"""Metres that cover the rounding of squares of hundreds of km."""
FLAT = 0.05
"""Metres by which a line may differ from the way, and reach grow on it, where it tells the moment."""
FEWER = 16.0
"""By what a line is shortened that does not."""
CENTI = 100.0
"""Boxes are in cm."""


@njit(nogil=True, cache=True)
def sweep(
    rows: Array,
    live: Index,
    zones: Array,
    begin: Index,
    geometry: Array,
    trees: tuple[Cells, ...],
    how: Index,
    stretch: Array,
    now: float,
    ahead: float,
    tick: float,
) -> Array:
    """What `Plain.hits` finds: (n, 4) of track, row, and both moments.

    Args:
        live: the rows of tracks to look at.
        begin: (grounds, 2): where the geometry of each begins (`index_trees.lay_geometry`), and its pieces.
        trees: of boxes of `zones` (`index_trees.plant`); together they hold each once.
        now, ahead: POSIX ms and ms. tick: ms in a unit of the time of boxes.
    """
    out = np.empty((4_096, 4))
    met = 0
    stack = np.empty((LEVELS * FAN, 3), dtype=np.int64)
    box, line = np.empty(10), np.empty(7)
    for k in live:
        low, high = (now - rows[k, t.AT]) / SECOND, (now + ahead - rows[k, t.AT]) / SECOND
        turns = rows[k, t.TURN] != 0.0
        _surround(rows, k, low, high, turns, stretch, box, line)
        # boxes end where their integers do
        box[6] = min(np.floor(now / tick), LAST)
        box[7] = max(np.floor((now + ahead) / tick), -LAST)
        for tree in trees:
            levels = tree[0, 1]
            depth = 0
            if levels:
                stack[0, 0], stack[0, 1] = levels - 1, 0
                stack[0, 2] = tree[0, 2 + levels] - tree[0, 1 + levels]
                depth = 1
            while depth:
                depth -= 1
                level, first, last = stack[depth, 0], stack[depth, 1], stack[depth, 2]
                base = tree[0, 2 + level]
                for node in range(base + first, base + last):
                    if not _meets(tree, node, box) or not (turns or _crosses(tree, node, line)):
                        continue
                    if level:
                        child = (node - base) * FAN
                        stack[depth, 0], stack[depth, 1] = level - 1, child
                        stack[depth, 2] = min(child + FAN, tree[0, 2 + level] - tree[0, 1 + level])
                        depth += 1
                    elif tree[node, BOX_PARTY] != rows[k, t.PARTY]:
                        r = tree[node, ROW]
                        straight = entry(rows, k, zones, r, begin, geometry, how, stretch, now, ahead, False)
                        turning = np.inf
                        if turns:
                            turning = entry(
                                rows, k, zones, r, begin, geometry, how, stretch, now, ahead, True
                            )
                        if min(straight, turning) < np.inf:
                            if met == len(out):
                                out = np.concatenate((out, np.empty_like(out)))
                            out[met, 0], out[met, 1], out[met, 2], out[met, 3] = k, r, straight, turning
                            met += 1
    return out[:met]


@njit(nogil=True, cache=True)
def _surround(
    rows: Array, k: int, low: float, high: float, turns: bool, stretch: Array, box: Array, line: Array
) -> None:
    """The box of wherever a track may be between two moments: cm, and cm of height; times are left out.

    Args:
        line: to be filled with the place at `low` and the inverse of the way to that at `high`, as it goes
            straight on, and the margin to either side: cm.
    """
    here, there = spot(rows, k, low, False), spot(rows, k, high, False)
    margin = reach(rows, k, low, high, turns) + bow(rows, k, high - low, False) + 1.0
    wide = margin + rows[k, t.SPEED] * (high - low) if turns else margin
    line[6] = margin * CENTI
    for axis in range(3):
        one, two = here[axis], here[axis] if turns else there[axis]
        box[2 * axis], box[2 * axis + 1] = (min(one, two) - wide) * CENTI, (max(one, two) + wide) * CENTI
        way = (there[axis] - here[axis]) * CENTI
        line[axis] = here[axis] * CENTI
        # hardly any way along this axis is a very little one
        line[3 + axis] = 1.0 / (way if abs(way) > 1e-6 else 1e-6)
    box[8], box[9] = -np.inf, np.inf
    if rows[k, t.DATUM] != t.NO_ALTITUDE:
        grown = (1.0 + stretch[int(rows[k, t.DATUM])]) * (abs(rows[k, t.CLIMB]) + rows[k, t.CLIMB_DRIFT])
        grown *= max(abs(low), abs(high)) + 2 * max(0.0, -low)
        cm = METRE / CENTI
        box[8] = (min(rows[k, t.LOW], rows[k, t.HAE_LOW]) - grown) / cm - CENTI
        box[9] = (max(rows[k, t.HIGH], rows[k, t.HAE_HIGH]) + grown) / cm + CENTI


@njit(nogil=True, cache=True)
def _meets(tree: Cells, k: int, box: Array) -> bool:
    return bool(
        (tree[k, 0] <= box[1])
        & (tree[k, 1] >= box[0])
        & (tree[k, 2] <= box[3])
        & (tree[k, 3] >= box[2])
        & (tree[k, 4] <= box[5])
        & (tree[k, 5] >= box[4])
        & (tree[k, 6] <= box[7])
        & (tree[k, 7] >= box[6])
        & (tree[k, 8] <= box[9])
        & (tree[k, 9] >= box[8])
    )


@njit(nogil=True, cache=True)
def _crosses(tree: Cells, k: int, line: Array) -> bool:
    """Whether a line comes into a box that is grown by its margin: its spans between the faces overlap."""
    first, last = 0.0, 1.0
    for axis in range(3):
        one = (tree[k, 2 * axis] - line[6] - line[axis]) * line[3 + axis]
        two = (tree[k, 2 * axis + 1] + line[6] - line[axis]) * line[3 + axis]
        first, last = max(first, min(one, two)), min(last, max(one, two))
    return bool(first <= last)


@njit(nogil=True, cache=True)
def entry(
    rows: Array,
    k: int,
    zones: Array,
    r: int,
    begin: Index,
    geometry: Array,
    how: Index,
    stretch: Array,
    now: float,
    ahead: float,
    turns: bool,
) -> float:
    """As there, of the part of the look-ahead in which the zone counts (`span`); infinite: never."""
    if now >= zones[r, z.END] or now + ahead < zones[r, z.START]:
        return np.inf
    low = (max(now, zones[r, z.START]) - rows[k, t.AT]) / SECOND
    high = (min(now + ahead, zones[r, z.END]) - rows[k, t.AT]) / SECOND
    low, high = level_span(rows, k, zones, r, how, stretch, low, high)
    if low > high:
        return np.inf
    if np.isinf(zones[r, z.REACH]):
        return low
    x, y, w = spot(rows, k, low, turns)
    ground = int(zones[r, z.GROUND])
    first, count = begin[ground, 0], begin[ground, 1]
    if zones[r, z.AREA] and _inside(zones, r, first, count, geometry, x, y, w):
        return low
    at, step = low, high - low
    while True:
        end = min(at + step, high)
        u, v, s = spot(rows, k, end, turns)
        bowed, far = bow(rows, k, end - at, turns), reach(rows, k, at, end, turns)
        limit = _chord(zones[r, z.REACH] + far) + bowed + ROUNDED
        share = _first(geometry, first, count, x, y, w, u, v, s, limit)
        if share > 1.0:
            if end >= high:
                return np.inf
            at, step, x, y, w = end, 2 * step, u, v, s
            continue
        hit = at + share * (end - at)
        if bowed + far - reach(rows, k, at, at, turns) <= FLAT or step <= SHORTEST:
            return hit
        # nothing is nearer up to there; from there on a shorter line is nearer to the way
        if share > 0.0:
            x, y, w = spot(rows, k, hit, turns)
        at, step = hit, max((end - at) / FEWER, SHORTEST)


@njit(nogil=True, cache=True)
def _chord(limit: float) -> float:
    """The chord in metres of a geodesic distance: at most, on the ellipsoid; a shorter one is nearer."""
    if limit < PLAIN:
        return limit
    return float(2 * R_MAX * np.sin(limit / (2 * R_MAX))) if limit < np.pi * R_MAX else np.inf


@njit(nogil=True, cache=True)
def _first(
    geometry: Array,
    first: int,
    count: int,
    x: float,
    y: float,
    w: float,
    u: float,
    v: float,
    s: float,
    limit: float,
) -> float:
    """The share of the line between two places at which it comes nearer than `limit` to a piece; above 1: it
    does not.
    """
    u, v, s = u - x, v - y, s - w
    square = u * u + v * v + s * s
    if count == 1:
        return share_within(geometry, first, x, y, w, u, v, s, square, limit + geometry[first + 7])
    best = 2.0
    runs = (count + RUN - 1) // RUN
    run_at = first + PIECE * count
    group_at = run_at + BALL * runs
    for group in range((runs + RUN - 1) // RUN):
        if runs > RUN and off(geometry, group_at + BALL * group, x, y, w, u, v, s, square) >= limit:
            continue
        for run in range(group * RUN, min(group * RUN + RUN, runs)):
            if off(geometry, run_at + BALL * run, x, y, w, u, v, s, square) >= limit:
                continue
            for piece in range(run * RUN, min(run * RUN + RUN, count)):
                at = first + PIECE * piece
                near = limit + geometry[at + 7]
                best = min(best, share_within(geometry, at, x, y, w, u, v, s, square, near))
    return best


@njit(nogil=True, cache=True)
def _inside(
    zones: Array, r: int, first: int, count: int, geometry: Array, x: float, y: float, w: float
) -> bool:
    """As `inside`; where the side of the nearest piece is in doubt the place counts as inside."""
    if (
        x < zones[r, z.LOW]
        or y < zones[r, z.LOW + 1]
        or w < zones[r, z.LOW + 2]
        or x > zones[r, z.HIGH]
        or y > zones[r, z.HIGH + 1]
        or w > zones[r, z.HIGH + 2]
    ):
        return False
    return bool(holds(geometry, first, count, x, y, w) != APART)


@njit(nogil=True, cache=True)
def nearest(
    rows: Array,
    which: Index,
    turning: NDArray[np.bool_],
    when: Array,
    zones: Array,
    of: Index,
    begin: Index,
    geometry: Array,
    radius: Array,
    how: Index,
    stretch: Array,
    now: float,
    ahead: float,
) -> Array:
    """What `Plain.nearest` finds: (n, 8) of whether it enters without doubt, moment, gap, rise, minimum, and
    the place where it enters.

    Args:
        which, of: the rows of tracks and of zones; `turning`: whether the track turns. `when`: it enters.
        radius: of each ground, metres.
    """
    out = np.empty((len(which), 8))
    plain = np.empty((1, rows.shape[1]))
    for n in range(len(which)):
        k, r, turns = which[n], of[n], turning[n]
        plain[0] = rows[k]
        plain[0, t.DOUBT] = plain[0, t.DRIFT] = plain[0, t.CLIMB_DRIFT] = 0.0
        plain[0, t.LOW] = plain[0, t.HIGH] = (rows[k, t.LOW] + rows[k, t.HIGH]) / 2
        plain[0, t.HAE_LOW] = plain[0, t.HAE_HIGH] = (rows[k, t.HAE_LOW] + rows[k, t.HAE_HIGH]) / 2
        moment = entry(plain, 0, zones, r, begin, geometry, how, stretch, now, ahead, turns)
        out[n, 0] = 1.0 if moment < np.inf else 0.0
        low = (max(now, zones[r, z.START]) - rows[k, t.AT]) / SECOND
        high = (min(now + ahead, zones[r, z.END]) - rows[k, t.AT]) / SECOND
        ground = int(zones[r, z.GROUND])
        at, gap = _closest(rows, k, zones, r, begin[ground], geometry, low, high, turns)
        out[n, 1], out[n, 2] = at, max(0.0, gap - radius[ground])
        out[n, 3], out[n, 4] = rise(rows, k, zones, r, how, stretch, at)
        out[n, 5], out[n, 6], out[n, 7] = spot(rows, k, when[n], turns)
    return out


@njit(nogil=True, cache=True)
def _closest(
    rows: Array,
    k: int,
    zones: Array,
    r: int,
    own: Index,
    geometry: Array,
    low: float,
    high: float,
    turns: bool,
) -> tuple[float, float]:
    """As `nearest` of `entering_plain`, less the radius and the rise: the moment and the distance."""
    first, count = own[0], own[1]
    x, y, w = spot(rows, k, low, turns)
    if zones[r, z.AREA] and _inside(zones, r, first, count, geometry, x, y, w):
        return low, 0.0
    steps = max(1, int(np.ceil((high - low) / np.sqrt(FINE / max(bow(rows, k, 1.0, turns), 1e-9)))))
    width = (high - low) / steps
    bowed = bow(rows, k, width, turns)
    runs = (count + RUN - 1) // RUN
    best, when = np.inf, low
    for step in range(steps):
        u, v, s = spot(rows, k, low + (step + 1) * width, turns)
        u, v, s = u - x, v - y, s - w
        square = u * u + v * v + s * s
        for run in range(runs):
            ball = first + PIECE * count + BALL * run
            if off(geometry, ball, x, y, w, u, v, s, square) - bowed >= best:
                continue
            for piece in range(run * RUN, min(run * RUN + RUN, count)):
                at = first + PIECE * piece
                away, share = chords(geometry, at, x, y, w, u, v, s, square)
                away -= geometry[at + 7] + bowed
                if away < best - NOISE:
                    best, when = away, low + (step + share) * width
        x, y, w = x + u, y + v, w + s
    return when, (2 * R_MAX * np.arcsin(min(best / (2 * R_MAX), 1.0)) if best > 0 else best)
