"""When a track comes too near to a zone: the reference in numpy, which also serves few tracks.

The horizon is cut into stretches of time. In each the track runs along a chord: the nominal way leaves it by
less than its greatest acceleration times Δt²/8, and the true place is within the doubt of that way. From the
distance of that chord to the chords of a shape's pieces follows the certified gap (`space.gap`); a stretch
in which it is large enough is clear, any other is halved, until it is SHORTEST. So nothing is missed, and
what is found comes within SHORTEST and some metres of it. Seconds here count from the report (AT).
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wideberth.space.ellipsoid import R_MAX, R_MIN, A, Array, B, Index
from wideberth.space.gap import NOISE, arc
from wideberth.space.inside import contains
from wideberth.space.segments import closest
from wideberth.space.shape import Shapes
from wideberth.space.units import METRE, SECOND
from wideberth.watch.columns import (
    AT,
    CLIMB,
    CLIMB_DRIFT,
    DATUM,
    DOUBT,
    DRIFT,
    HAE_HIGH,
    HAE_LOW,
    HIGH,
    LOW,
    NO_ALTITUDE,
    PARTY,
    SPEED,
    TURN,
)
from wideberth.watch.motion import BEND, Rows, place
from wideberth.watch.zone_rows import (
    ANY,
    AREA,
    BAROMETRIC,
    DATUM_HIGH,
    DATUM_LOW,
    DIRECT,
    EITHER,
    END,
    GROUND,
    LEAST,
    LIMIT_HIGH,
    LIMIT_LOW,
    MOST,
    OPEN,
    REACH,
    START,
    Laid,
    V,
    extra,
)
from wideberth.watch.zone_rows import HIGH as BOX_HIGH
from wideberth.watch.zone_rows import LOW as BOX_LOW
from wideberth.watch.zone_rows import PARTY as OF_PARTY

SHORTEST: Final = 0.25
"""Seconds: an entry is told at most so much before it."""
WARP: Final = 1 / (2 * R_MIN * R_MIN)
"""1/m²: a track that turns may leave the way of `motion.place` by so much times its length cubed: the course
is carried along a curved surface, on which it turns by the area enclosed over R².
"""
THIN: Final = 0.5
"""Metres: half of what a track without any doubt is wide and thick (GEOMETRY, Volumes)."""
FINE: Final = 0.25
"""Metres by which a way may leave its chords where the closest approach is looked for; taken off the gap."""

PLACED: Final = 1e-3
"""Metres by which a place is rounded off: POSIX ms are held to a quarter of a µs."""
ROUNDING: Final = 1e-4
"""Seconds by which a moment worked out from altitudes may be wrong."""

Span = tuple[float, float]


class Pieces(NamedTuple):
    """Of one shape: ends in earth-centred metres, and by how much each may leave its chord."""

    a: Array
    b: Array
    sag: Array


class Hits(NamedTuple):
    """Of n pairs of a track and a row of a zone: their numbers, and seconds from the report until the track
    may be too near if it goes straight on, and if it turns as it does; infinite: it is not.
    """

    track: Index
    row: Index
    straight: Array
    turning: Array


class Nearest(NamedTuple):
    """Of n pairs: whether the track enters also without any doubt; `Closest`, of each; and (n, 3) the nominal
    place, earth-centred metres, at which it enters.
    """

    nominal: NDArray[np.bool_]
    at: Array
    gap: Array
    rise: Array
    need: Array
    entered: Array


class Closest(NamedTuple):
    """Seconds after the report, the nominal gap in metres (0: inside), and the vertical gap then with the
    minimum it is compared with, in 0.1 mm, as `rise` has them.
    """

    at: float
    gap: float
    rise: float
    need: float


class Search(Protocol):
    """What exists plainly and compiled."""

    def hits(self, rows: Rows, live: Index, now_ms: int, look_ahead_ms: int) -> Hits:
        """The pairs of one of the rows `live` and a row of a zone that may come too near."""

    def nearest(self, rows: Rows, hits: Hits, now_ms: int, look_ahead_ms: int) -> Nearest:
        """More of these pairs, on the way on which they meet first."""


class Plain:
    """The plain search."""

    def __init__(self, laid: Laid) -> None:
        self._laid = laid

    def hits(self, rows: Rows, live: Index, now_ms: int, look_ahead_ms: int) -> Hits:
        """As `Search`."""
        laid = self._laid
        found: list[tuple[int, int, float, float]] = []
        for k in live.tolist():
            track, plainly = rows[k], straight(rows[k])
            for r in _near(track, laid, now_ms, look_ahead_ms).tolist():
                zone = laid.rows[r]
                times = span(track, zone, now_ms, look_ahead_ms)
                if times is None:
                    continue
                ahead = entry(plainly, zone, laid, times)
                turned = entry(track, zone, laid, times) if track[TURN] else None
                if ahead is not None or turned is not None:
                    found.append((k, r, _or_never(ahead), _or_never(turned)))
        listed = np.array(found, dtype=np.float64).reshape(-1, 4).T
        return Hits(listed[0].astype(np.int64), listed[1].astype(np.int64), listed[2], listed[3])

    def nearest(self, rows: Rows, hits: Hits, now_ms: int, look_ahead_ms: int) -> Nearest:
        """As `Search`."""
        laid = self._laid
        found = np.zeros((len(hits.track), 8))
        for n, (k, r) in enumerate(zip(hits.track.tolist(), hits.row.tolist(), strict=True)):
            zone = laid.rows[r]
            track = rows[k] if hits.turning[n] < hits.straight[n] else straight(rows[k])
            times = span(track, zone, now_ms, look_ahead_ms)
            assert times is not None  # or they would not meet
            surely = entry(undoubted(track), zone, laid, times) is not None
            entered = spots(track, np.array([min(hits.straight[n], hits.turning[n])]))[0]
            found[n] = surely, *nearest(track, zone, laid, times), *entered
        at, gap, height, need = found[:, 1:5].T
        return Nearest(found[:, 0] == 1.0, at, gap, height, need, found[:, 5:])


def _near(track: Array, laid: Laid, now_ms: int, look_ahead_ms: int) -> Index:
    """Rows of other parties whose boxes the track may come to."""
    low, high = ((now_ms + ahead - track[AT]) / SECOND for ahead in (0, look_ahead_ms))
    ends = spots(straight(track), np.array([low, high]))
    margin = reach(track, low, high) + bow(straight(track), high - low) + 1.0
    if track[TURN]:
        # wherever it turns, it goes no further than its speed
        ends = spots(track, np.array([low]))
        margin += float(track[SPEED]) * (high - low)
    meet = (laid.rows[:, BOX_LOW : BOX_LOW + 3] <= ends.max(axis=0) + margin).all(axis=1)
    meet &= (laid.rows[:, BOX_HIGH : BOX_HIGH + 3] >= ends.min(axis=0) - margin).all(axis=1)
    return np.flatnonzero(meet & (laid.rows[:, OF_PARTY] != track[PARTY]))


def _or_never(moment: float | None) -> float:
    return math.inf if moment is None else moment


def span(row: Array, zone: Array, now_ms: float, look_ahead_ms: float) -> Span | None:
    """The part of the look-ahead in which the zone counts."""
    low, high = max(now_ms, zone[START]), min(now_ms + look_ahead_ms, zone[END])
    if low > high or now_ms >= zone[END]:
        return None
    return (low - row[AT]) / SECOND, (high - row[AT]) / SECOND


def entry(row: Array, zone: Array, laid: Laid, times: Span) -> float | None:
    """The earliest moment from which on it may be too near; None: certainly not within `times`."""
    upright = level_span(row, zone, laid, times)
    if upright is None:
        return None
    low, high = upright
    if math.isinf(zone[REACH]) or inside(row, zone, laid.shapes, low):
        return low
    pieces = _pieces(laid.shapes, int(zone[GROUND]))
    t, step = low, high - low
    while True:
        end = min(t + step, high)
        if clear(row, zone, pieces, t, end):
            if end >= high:
                return None
            t, step = end, 2 * step
        elif end - t <= SHORTEST:
            return t
        else:
            step = (end - t) / 2


def level_span(row: Array, zone: Array, laid: Laid, times: Span) -> Span | None:
    """The part of `times` in which the vertical gap may be below the minimum (a little more is no harm)."""
    low, high = times
    if zone[V] == ANY or row[DATUM] == NO_ALTITUDE:
        return times
    for over in (True, False):
        edges = _edges(row, zone, laid, over, low)
        if not edges:
            continue
        spans = [_rising(start, rate, limit, times) for start, rate, limit, _ in edges]
        found = [each for each in spans if each is not None]
        if not found:
            return None
        low = max(low, min(first for first, _ in found))
        high = min(high, max(last for _, last in found))
    return (low, high) if low <= high else None


def rise(row: Array, zone: Array, laid: Laid, at: float) -> tuple[float, float]:
    """The certified vertical gap at a moment and the minimum it is compared with, in 0.1 mm.

    The gap is infinite below where no altitude is known, and where there is no limit to compare it with.
    """
    gap, need = -math.inf, 0.0 if zone[V] == ANY else float(zone[V])
    if row[DATUM] == NO_ALTITUDE:
        return gap, need
    for over in (True, False):
        side, of_side = math.inf, 0.0
        for start, rate, limit, most in _edges(row, zone, laid, over, at):
            apart = limit + most - start - rate * at
            if apart - most < side - of_side:
                side, of_side = apart, most
        if side < math.inf and (gap == -math.inf or side - of_side > gap - need):
            gap, need = side, of_side
    return gap, need


def _edges(
    row: Array, zone: Array, laid: Laid, over: bool, first: float
) -> list[tuple[float, float, float, float]]:
    """Start, rate, limit and minimum: too near on this side where start + rate · t > limit for one of them.

    Args:
        over: the lower limit against the top of the track, else the upper one against its bottom.
        first: the earliest moment that is asked about; before the report its band grows as after it.
    """
    sign, datum, stated, meant = (
        (1.0, DATUM_LOW, LIMIT_LOW, LEAST) if over else (-1.0, DATUM_HIGH, LIMIT_HIGH, MOST)
    )
    direct, ranges = (HIGH, HAE_HIGH) if over else (LOW, HAE_LOW)
    thin = max(0.0, (METRE - row[HIGH] + row[LOW]) / 2)
    how = int(laid.how[int(row[DATUM]), int(zone[datum])])
    if how == OPEN:
        return []
    minimum = max(0.0, float(zone[V]))
    found = []
    for by_ranges, edge, limit, most in (
        (False, direct, stated, minimum + extra(how)),
        (True, ranges, meant, minimum),
    ):
        if how == EITHER or by_ranges == (how not in (DIRECT, BAROMETRIC)):
            growth = float(row[CLIMB_DRIFT])
            if by_ranges:
                growth += float(laid.stretch[int(row[DATUM])]) * (abs(float(row[CLIMB])) + growth)
            start = sign * float(row[edge]) + thin + growth * 2 * max(0.0, -first)
            found.append((start, sign * float(row[CLIMB]) + growth, sign * float(zone[limit]) - most, most))
    return found


def _rising(start: float, rate: float, limit: float, times: Span) -> Span | None:
    """Where start + rate · t > limit."""
    low, high = times
    if max(start + rate * low, start + rate * high) <= limit:
        return None
    if min(start + rate * low, start + rate * high) <= limit:
        at = (limit - start) / rate
        low, high = (max(low, at - ROUNDING), high) if rate > 0 else (low, min(high, at + ROUNDING))
    return low, high


def spots(row: Array, at: Array) -> Array:
    """The nominal places at some moments, (n, 3) earth-centred metres, brought onto the ellipsoid."""
    found = np.array([place(row, row[AT] + SECOND * t) for t in at.tolist()])
    normal = found / np.array([A * A, A * A, B * B])
    beyond = (found * normal).sum(axis=1) - 1.0
    return np.asarray(found - (beyond / (2 * (normal * normal).sum(axis=1)))[:, None] * normal)


def stray(row: Array, until: float) -> float:
    """Metres by which `spots` may be away from the nominal way as GEOMETRY's geodesics have it."""
    far = row[SPEED] * abs(until)
    return float((BEND + WARP if row[TURN] else BEND) * far**3) + PLACED


def bow(row: Array, step: float) -> float:
    """Metres by which the nominal way leaves its chord over so many seconds."""
    speed = float(row[SPEED])
    return (speed * abs(float(row[TURN])) + speed * speed / R_MIN) * step * step / 8


def reach(row: Array, low: float, high: float) -> float:
    """Metres that the track may be away from its nominal way between two moments."""
    t = max(abs(low), abs(high))
    return max(float(row[DOUBT] + row[DRIFT] * t), THIN) + stray(row, t)


def clear(row: Array, zone: Array, pieces: Pieces, low: float, high: float) -> bool:
    """Whether the track certainly stays out of reach of all pieces from `low` to `high`."""
    ends = spots(row, np.array([low, high]))
    limit = float(zone[REACH]) + reach(row, low, high)
    if limit >= math.pi * R_MAX:
        return False
    chord = 2 * R_MAX * math.sin(limit / (2 * R_MAX)) + bow(row, high - low) + NOISE
    near, far = closest(
        np.broadcast_to(ends[0], pieces.a.shape), np.broadcast_to(ends[1], pieces.a.shape), pieces.a, pieces.b
    )
    return bool((np.linalg.norm(near - far, axis=1) - pieces.sag >= chord).all())


def inside(row: Array, zone: Array, shapes: Shapes, at: float) -> bool:
    """Whether the nominal place at a moment is in what the boundary of a filled shape encloses."""
    if not zone[AREA]:
        return False
    spot = spots(row, np.array([at]))
    if ((spot[0] < zone[BOX_LOW : BOX_LOW + 3]) | (spot[0] > zone[BOX_HIGH : BOX_HIGH + 3])).any():
        return False
    return bool(contains(shapes, int(zone[GROUND]), spot)[0])


def nearest(row: Array, zone: Array, laid: Laid, times: Span) -> Closest:
    """When the track is nearest to the ground of a zone, as it reports."""
    low, high = times
    step = math.sqrt(FINE / max(bow(row, 1.0), 1e-9))
    moments = np.linspace(low, high, max(2, math.ceil((high - low) / step) + 1))
    if inside(row, zone, laid.shapes, low):
        return Closest(low, 0.0, *rise(row, zone, laid, low))
    knots = spots(row, moments)
    pieces = _pieces(laid.shapes, int(zone[GROUND]))
    best, when = math.inf, low
    for k in range(len(moments) - 1):
        here, there = (np.broadcast_to(knot, pieces.a.shape) for knot in (knots[k], knots[k + 1]))
        near, far = closest(here, there, pieces.a, pieces.b)
        apart = np.linalg.norm(near - far, axis=1) - pieces.sag - bow(row, moments[k + 1] - moments[k])
        p = int(np.argmin(apart))
        if apart[p] < best - NOISE:
            length = float(np.linalg.norm(knots[k + 1] - knots[k]))
            share = float(np.linalg.norm(near[p] - knots[k])) / length if length else 0.0
            best, when = float(apart[p]), float(moments[k] + share * (moments[k + 1] - moments[k]))
    gap = float(arc(np.array([best]))[0]) - float(laid.shapes.radius[int(zone[GROUND])])
    return Closest(when, max(0.0, gap), *rise(row, zone, laid, when))


def distance(row: Array, zone: Array, shapes: Shapes, at: float) -> float:
    """Metres by which the track, doubts included, is certainly out of reach at a moment; ≤ 0: it may not."""
    if math.isinf(zone[REACH]) or inside(row, zone, shapes, at):
        return -math.inf
    pieces = _pieces(shapes, int(zone[GROUND]))
    spot = np.broadcast_to(spots(row, np.array([at]))[0], pieces.a.shape)
    near, far = closest(spot, spot, pieces.a, pieces.b)
    apart = float((np.linalg.norm(near - far, axis=1) - pieces.sag).min()) - NOISE
    return float(arc(np.array([apart]))[0]) - float(zone[REACH]) - reach(row, at, at)


def undoubted(row: Array) -> Array:
    """The track exactly as it reports."""
    found = row.copy()
    found[DOUBT] = found[DRIFT] = found[CLIMB_DRIFT] = 0.0
    found[LOW] = found[HIGH] = (row[LOW] + row[HIGH]) / 2
    found[HAE_LOW] = found[HAE_HIGH] = (row[HAE_LOW] + row[HAE_HIGH]) / 2
    return found


def straight(row: Array) -> Array:
    """The track as it goes on if it does not turn any more."""
    found = row.copy()
    found[TURN] = 0.0
    return found


def _pieces(shapes: Shapes, k: int) -> Pieces:
    own = shapes.pieces(k)
    return Pieces(shapes.a[own], shapes.b[own], shapes.sag[own])
