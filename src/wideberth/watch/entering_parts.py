"""The compiled parts of the search of tracks and zones: where a track is, how far from pieces, how high.

Functions are named as in `entering_plain`, with numbers of rows instead of rows. Seconds count from the
report of a track.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from wideberth.space.ellipsoid import R_MIN, A, Array, B, Index
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.units import METRE
from wideberth.watch import columns as t
from wideberth.watch import zone_rows as z
from wideberth.watch.entering_plain import PLACED, ROUNDING, THIN, WARP
from wideberth.watch.motion import BEND

SERIES = 0.05
"""Radians up to which a few terms of sine and cosine are right to a µm."""


@njit(nogil=True, cache=True)
def spot(rows: Array, k: int, at: float, turns: bool) -> tuple[float, float, float]:
    """As `spots`, of one moment; straight on unless `turns`."""
    turned = rows[k, t.TURN] * at if turns else 0.0
    ahead, aside = rows[k, t.SPEED] * at, 0.0
    if abs(turned) >= 1e-9:
        radius = rows[k, t.SPEED] / rows[k, t.TURN]
        ahead, aside = radius * np.sin(turned), radius * (1 - np.cos(turned))
    r = rows[k, t.CURVE]
    q = np.sqrt(ahead * ahead + aside * aside) / r
    if q < SERIES:
        bent = 1 - q * q * (1 / 6 - q * q / 120)
        sunk = r * q * q * (0.5 - q * q * (1 / 24 - q * q / 720))
    else:
        bent, sunk = np.sin(q) / q, r * (1 - np.cos(q))
    ahead, aside = ahead * bent, aside * bent
    x = rows[k, t.X] + ahead * rows[k, t.EAST] + aside * rows[k, t.SOUTH] - sunk * rows[k, t.UP]
    y = rows[k, t.X + 1] + ahead * rows[k, t.EAST + 1] + aside * rows[k, t.SOUTH + 1]
    y -= sunk * rows[k, t.UP + 1]
    w = rows[k, t.X + 2] + ahead * rows[k, t.EAST + 2] + aside * rows[k, t.SOUTH + 2]
    w -= sunk * rows[k, t.UP + 2]
    nx, ny, nz = x / (A * A), y / (A * A), w / (B * B)
    share = (x * nx + y * ny + w * nz - 1.0) / (2 * (nx * nx + ny * ny + nz * nz))
    return x - share * nx, y - share * ny, w - share * nz


@njit(nogil=True, cache=True)
def reach(rows: Array, k: int, low: float, high: float, turns: bool) -> float:
    """As there."""
    at = max(abs(low), abs(high))
    far = rows[k, t.SPEED] * at
    stray = (BEND + (WARP if turns else 0.0)) * far * far * far + PLACED
    return float(max(rows[k, t.DOUBT] + rows[k, t.DRIFT] * at, THIN) + stray)


@njit(nogil=True, cache=True)
def bow(rows: Array, k: int, step: float, turns: bool) -> float:
    """As there."""
    speed = rows[k, t.SPEED]
    turn = abs(rows[k, t.TURN]) if turns else 0.0
    return float((speed * turn + speed * speed / R_MIN) * step * step / 8)


@njit(nogil=True, cache=True)
def off(
    geometry: Array, at: int, x: float, y: float, w: float, u: float, v: float, s: float, square: float
) -> float:
    """Distance of a ball from the line that begins at x, y, w and goes u, v, s."""
    p, q, o = geometry[at] - x, geometry[at + 1] - y, geometry[at + 2] - w
    share = (p * u + q * v + o * s) / square if square > 0 else 0.0
    share = min(max(share, 0.0), 1.0)
    p, q, o = p - share * u, q - share * v, o - share * s
    return float(np.sqrt(p * p + q * q + o * o) - geometry[at + 3])


@njit(nogil=True, cache=True)
def share_within(
    geometry: Array,
    at: int,
    x: float,
    y: float,
    w: float,
    u: float,
    v: float,
    s: float,
    square: float,
    limit: float,
) -> float:
    """The least share of that line, 0 to 1, at which it is nearer than `limit` to the chord of a piece; 2.0
    where it never is.

    Where a line enters a capsule: its cylinder, or one of the balls around its ends (Ericson, Real-Time
    Collision Detection, 2005, 5.3.7).
    """
    p, q, o = x - geometry[at], y - geometry[at + 1], w - geometry[at + 2]
    a, b, c = geometry[at + 3] - geometry[at], geometry[at + 4] - geometry[at + 1], geometry[at + 5]
    c -= geometry[at + 2]
    other = a * a + b * b + c * c
    best = _into_ball(p, q, o, u, v, s, square, limit)
    if other == 0.0:
        return best
    best = min(best, _into_ball(p - a, q - b, o - c, u, v, s, square, limit))
    # square to the axis of the cylinder
    along, way = (a * p + b * q + c * o) / other, (a * u + b * v + c * s) / other
    p, q, o = p - along * a, q - along * b, o - along * c
    u, v, s = u - way * a, v - way * b, s - way * c
    share = _into_ball(p, q, o, u, v, s, u * u + v * v + s * s, limit)
    if share <= 1.0 and 0.0 <= along + share * way <= 1.0:
        best = min(best, share)
    return best


@njit(nogil=True, cache=True)
def _into_ball(
    p: float, q: float, o: float, u: float, v: float, s: float, square: float, limit: float
) -> float:
    """The least share of a way u, v, s from p, q, o at which it is within `limit` of the origin, or 2."""
    over = p * p + q * q + o * o - limit * limit
    if over <= 0.0:
        return 0.0
    half = p * u + q * v + o * s
    root = half * half - square * over
    if half >= 0.0 or root < 0.0:
        return 2.0
    share = over / (np.sqrt(root) - half)
    return float(share) if share <= 1.0 else 2.0


@njit(nogil=True, cache=True)
def chords(
    geometry: Array, at: int, x: float, y: float, w: float, u: float, v: float, s: float, square: float
) -> tuple[float, float]:
    """Distance of the chord of a piece from a line, and the share of the line where it is nearest (plainly:
    `segments.closest`).
    """
    p, q, o = x - geometry[at], y - geometry[at + 1], w - geometry[at + 2]
    a, b, c = geometry[at + 3] - geometry[at], geometry[at + 4] - geometry[at + 1], geometry[at + 5]
    c -= geometry[at + 2]
    uw = u * p + v * q + s * o
    one = square if square > 0 else 1.0
    other = a * a + b * b + c * c
    if other == 0.0:
        share = min(max(-uw / one, 0.0), 1.0)
        p, q, o = p + share * u, q + share * v, o + share * s
        return float(np.sqrt(p * p + q * q + o * o)), share
    uv, vw = u * a + v * b + s * c, a * p + b * q + c * o
    det = square * other - uv * uv
    best, where = np.inf, 0.0
    for k in range(5):
        if k == 0:
            share = min(max((uv * vw - other * uw) / (det if det > 0 else 1.0), 0.0), 1.0)
            along = min(max((share * uv + vw) / other, 0.0), 1.0)
        elif k == 1:
            share, along = 0.0, min(max(vw / other, 0.0), 1.0)
        elif k == 2:
            share, along = 1.0, min(max((uv + vw) / other, 0.0), 1.0)
        elif k == 3:
            share, along = min(max(-uw / one, 0.0), 1.0), 0.0
        else:
            share, along = min(max((uv - uw) / one, 0.0), 1.0), 1.0
        d, e, f = p + share * u - along * a, q + share * v - along * b, o + share * s - along * c
        found = d * d + e * e + f * f
        if found < best:
            best, where = found, share
    return float(np.sqrt(best)), where


@njit(nogil=True, cache=True)
def level_span(
    rows: Array, k: int, zones: Array, r: int, how: Index, stretch: Array, low: float, high: float
) -> tuple[float, float]:
    """As there; where there is none, the second is less than the first."""
    if zones[r, z.V] == z.ANY or rows[k, t.DATUM] == t.NO_ALTITUDE:
        return low, high
    first, last = low, high
    for side in range(2):
        kind = _kind(rows, k, zones, r, how, side)
        if kind == z.OPEN:
            continue
        begins, ends = np.inf, -np.inf
        for ranges in range(2):
            if _asked(kind, ranges):
                start, rate, limit, _ = _edge(rows, k, zones, r, kind, stretch, side, ranges, low)
                one, two = _rising(start, rate, limit, low, high)
                if one <= two:
                    begins, ends = min(begins, one), max(ends, two)
        first, last = max(first, begins), min(last, ends)
    return first, last


@njit(nogil=True, cache=True)
def _kind(rows: Array, k: int, zones: Array, r: int, how: Index, side: int) -> int:
    """How the altitude compares with the lower limit (side 0) or the upper one (1)."""
    datum = z.DATUM_HIGH if side else z.DATUM_LOW
    return int(how[int(rows[k, t.DATUM]), int(zones[r, datum])])


@njit(nogil=True, cache=True)
def _asked(kind: int, ranges: int) -> bool:
    """Whether altitudes that compare so are compared as they stand (`ranges` 0) or by ranges (1)."""
    return bool(kind == z.EITHER or (ranges == 1) == (kind == z.RANGES))


@njit(nogil=True, cache=True)
def _edge(
    rows: Array,
    k: int,
    zones: Array,
    r: int,
    kind: int,
    stretch: Array,
    side: int,
    ranges: int,
    first: float,
) -> tuple[float, float, float, float]:
    """One of `_edges`."""
    growth = rows[k, t.CLIMB_DRIFT]
    minimum = max(0.0, zones[r, z.V])
    if ranges:
        growth += stretch[int(rows[k, t.DATUM])] * (abs(rows[k, t.CLIMB]) + growth)
    elif kind != z.DIRECT:
        minimum += QNH_DISTANCE
    thin = max(0.0, (METRE - rows[k, t.HIGH] + rows[k, t.LOW]) / 2)
    thin += growth * 2 * max(0.0, -first)
    if side:
        edge = rows[k, t.HAE_LOW] if ranges else rows[k, t.LOW]
        limit = zones[r, z.MOST] if ranges else zones[r, z.LIMIT_HIGH]
        return thin - edge, growth - rows[k, t.CLIMB], -limit - minimum, minimum
    edge = rows[k, t.HAE_HIGH] if ranges else rows[k, t.HIGH]
    limit = zones[r, z.LEAST] if ranges else zones[r, z.LIMIT_LOW]
    return thin + edge, growth + rows[k, t.CLIMB], limit - minimum, minimum


@njit(nogil=True, cache=True)
def _rising(start: float, rate: float, limit: float, low: float, high: float) -> tuple[float, float]:
    """As there; where there is none, the second is less than the first."""
    one, two = start + rate * low, start + rate * high
    if max(one, two) <= limit:
        return np.inf, -np.inf
    if min(one, two) <= limit:
        at = (limit - start) / rate
        if rate > 0:
            low = max(low, at - ROUNDING)
        else:
            high = min(high, at + ROUNDING)
    return low, high


@njit(nogil=True, cache=True)
def rise(
    rows: Array, k: int, zones: Array, r: int, how: Index, stretch: Array, at: float
) -> tuple[float, float]:
    """As there."""
    gap, need = -np.inf, max(0.0, zones[r, z.V])
    if rows[k, t.DATUM] == t.NO_ALTITUDE:
        return gap, need
    for side in range(2):
        kind = _kind(rows, k, zones, r, how, side)
        if kind == z.OPEN:
            continue
        apart, of_side = np.inf, 0.0
        for ranges in range(2):
            if _asked(kind, ranges):
                start, rate, limit, most = _edge(rows, k, zones, r, kind, stretch, side, ranges, at)
                found = limit + most - start - rate * at
                if found - most < apart - of_side:
                    apart, of_side = found, most
        if gap == -np.inf or apart - of_side > gap - need:
            gap, need = apart, of_side
    return gap, need
