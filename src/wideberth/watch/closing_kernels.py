"""Two tracks, compiled: when they may first be too close, and how they pass (plainly: `closing_plain`).

Instead of equal pieces the horizon is narrowed: over a stretch of it the chords of both ways give the part
that matters, with an allowance for how far ways leave their chords; that part is looked at again, from its
beginning, until the allowance is less than SAG. Most pairs need two looks.

No lock of the interpreter is held; compiled once a machine and version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.space.ellipsoid import E2, R_MAX, R_MIN, A, Array
from wideberth.space.height import QNH_DISTANCE
from wideberth.watch import closing_plain as f
from wideberth.watch import columns as c
from wideberth.watch.closing_plain import ALT, INSTANT, NOISE, SAG
from wideberth.watch.motion import BEND, CURL

Index = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
PX, VX, SIZE, GROWTH, BANDS = 0, 3, 6, 7, 8
"""Of a swept row: place now (m) and mean velocity over the horizon (m/s), straight on; what is to be added to
a minimum (m) for its doubts now and for its way's leaving the chord, how that grows (m/s); and its bands."""
LOW, HIGH, LOW_RATE, HIGH_RATE, KIND = 0, 1, 2, 3, 4
"""Of a band, now: 0.1 mm and 0.1 mm/s; two bands: in its datum, and above the ellipsoid (+KIND)."""
AGE, ROW, DATUM, BENT, PARTY, ACTIVITY, LINE = 16, 17, 18, 19, 20, 21, 22
"""Seconds since its report; where it stands in the rows; whether it turns; columns of a swept row."""
BUDGET = 8_192
"""Stretches that are looked at for one pair; beyond that what is left counts as too close."""
DEPTH = 64
SAMPLES = 96
"""Moments at which a turning pair is looked at for the closest of them, before it is made precise."""
SIXTH, HALF = 1 / 6, 1 / 2
_SECOND_ECCENTRICITY = E2 / (1 - E2)


@njit(nogil=True, cache=True, error_model="numpy")
def place(rows: Array, k: int, age: float, turning: bool) -> tuple[float, float, float]:
    """As `motion.place`, so many seconds after its report."""
    speed, r = rows[k, c.SPEED], rows[k, c.CURVE]
    ahead, aside, d = speed * age, 0.0, speed * age
    if turning:
        turn = rows[k, c.TURN]
        half = np.sin(turn * age / 2)
        ahead, aside = speed / turn * np.sin(turn * age), 2 * speed / turn * half * half
        square = ahead * ahead + aside * aside
        d = np.sqrt(square)
        if square > 0:
            rise = ahead * rows[k, c.EAST + 2] + aside * rows[k, c.SOUTH + 2]
            sin = rows[k, c.UP + 2]
            r = A / (np.sqrt(1 - E2 * sin * sin) * (1 + _SECOND_ECCENTRICITY * rise * rise / square))
    x = d / r
    xx = x * x
    if xx < 0.0025:
        # sin(x)/x and 2 sin²(x/2)/x as series: 300 km around, right to the last bit but one
        bent = 1 - xx * (SIXTH - xx * (SIXTH / 20 - xx * (SIXTH / 840)))
        fall = d * x * (0.5 - xx * (HALF / 12 - xx * (HALF / 360 - xx * (HALF / 20_160))))
    else:
        bent = np.sin(x) / x
        half = np.sin(x / 2)
        fall = 2 * r * half * half
    a, b = ahead * bent, aside * bent
    return (
        rows[k, c.X] + a * rows[k, c.EAST] + b * rows[k, c.SOUTH] - fall * rows[k, c.UP],
        rows[k, c.X + 1] + a * rows[k, c.EAST + 1] + b * rows[k, c.SOUTH + 1] - fall * rows[k, c.UP + 1],
        rows[k, c.X + 2] + a * rows[k, c.EAST + 2] + b * rows[k, c.SOUTH + 2] - fall * rows[k, c.UP + 2],
    )


@njit(nogil=True, cache=True, error_model="numpy")
def leeway(rows: Array, k: int, way: float, turning: bool) -> float:
    """As `motion.leeway`, over a way of so many metres."""
    if not turning:
        return float(BEND * way * way * way)
    reach = min(way, 2 * rows[k, c.SPEED] / abs(rows[k, c.TURN]))
    return float((BEND * reach + CURL * way) * reach * reach)


@njit(nogil=True, cache=True, error_model="numpy")
def pull(rows: Array, k: int, turning: bool) -> float:
    """As `closing_plain.acceleration`."""
    speed = rows[k, c.SPEED]
    curve = speed * speed / R_MIN
    return float(2 * curve + speed * abs(rows[k, c.TURN])) if turning else float(curve)


@njit(nogil=True, cache=True, error_model="numpy")
def apart(rows: Array, i: int, j: int, age_i: float, age_j: float, turns: int) -> tuple[float, float, float]:
    """Place of one less that of the other; `turns`: 1 where the first turns, 2 the second, 3 both."""
    xi, yi, zi = place(rows, i, age_i, turns & 1 != 0)
    xj, yj, zj = place(rows, j, age_j, turns & 2 != 0)
    return xi - xj, yi - yj, zi - zj


@njit(nogil=True, cache=True, error_model="numpy")
def within(
    dx: float, dy: float, dz: float, vx: float, vy: float, vz: float, size: float, growth: float
) -> tuple[float, float]:
    """As `closing_plain.within`, of one."""
    c2 = vx * vx + vy * vy + vz * vz - growth * growth
    c1 = dx * vx + dy * vy + dz * vz - size * growth
    c0 = dx * dx + dy * dy + dz * dz - size * size
    square = c1 * c1 - c2 * c0
    if size <= 0 or (c0 >= 0 and (square < 0 or (c2 > 0 and c1 >= 0))):
        return np.inf, -np.inf
    fall = np.sqrt(max(square, 0.0)) - c1
    end = fall / c2 + INSTANT if c2 > 0 else np.inf
    if c0 < 0:
        return 0.0, end
    if fall <= 0:
        return np.inf, -np.inf
    return c0 / fall - INSTANT, end


@njit(nogil=True, cache=True, error_model="numpy")
def first(
    rows: Array, i: int, j: int, age_i: float, age_j: float, turns: int, begin: float, end: float,
    size: float, growth: float, certain: bool, stack: Array,
) -> float:  # fmt: skip
    """The first moment of begin…end (s from now) at which both are nearer than size + growth·t, or inf.

    Args:
        size: m, of chords; `growth`: m/s.
        certain: count what is certainly nearer, not what may be.
        stack: (DEPTH, 2), room to work in.
    """
    bend = pull(rows, i, turns & 1 != 0) + pull(rows, j, turns & 2 != 0)
    step = np.sqrt(8 * SAG / bend) if bend > 0 else np.inf
    way_i, way_j = rows[i, c.SPEED], rows[j, c.SPEED]
    # most ways meet soon after the first moment at which they may
    early = begin + step if turns == 0 and begin + step < end else end
    stack[0, 0], stack[0, 1] = early, end
    top = 0 if early < end else -1
    top += 1
    stack[top, 0], stack[top, 1] = begin, early
    looks = 0
    while top >= 0:
        s, e = stack[top]
        top -= 1
        looks += 1
        d = e - s
        sag = bend * d * d / 8
        # times may lie before a report: the way is as long to either side
        loose = leeway(rows, i, way_i * max(abs(age_i + s), abs(age_i + e)), turns & 1 != 0)
        loose += leeway(rows, j, way_j * max(abs(age_j + s), abs(age_j + e)), turns & 2 != 0)
        x, y, z = apart(rows, i, j, age_i + s, age_j + s, turns)
        u = v = w = 0.0
        if d > 0:
            u, v, w = apart(rows, i, j, age_i + e, age_j + e, turns)
            u, v, w = (u - x) / d, (v - y) / d, (w - z) / d
        low, high = within(x, y, z, u, v, w, size + growth * s + sag + loose + NOISE, growth)
        low, high = max(low, 0.0), min(high, d)
        if low > high:
            continue
        if sag <= SAG or looks >= BUDGET or top + 2 >= DEPTH:
            if not certain:
                return float(s + low)
            if looks >= BUDGET:
                return np.inf
            low, high = within(x, y, z, u, v, w, size - sag - loose - NOISE, 0.0)
            if max(low, 0.0) <= min(high, d):
                return float(s + max(low, 0.0))
            continue
        s, e = s + low, s + high
        stack[top + 1, 0], stack[top + 1, 1] = (s + e) / 2, e
        stack[top + 2, 0], stack[top + 2, 1] = s, (s + e) / 2
        top += 2
    return np.inf


@njit(nogil=True, cache=True, error_model="numpy")
def below(gap: float, rate: float, need: float, begin: float, end: float) -> tuple[float, float]:
    """The part of begin…end in which gap + rate·t < need; begin > end where there is none."""
    if rate == 0:
        return (begin, end) if gap < need else (np.inf, -np.inf)
    when = (need - gap) / rate
    if rate > 0:
        # what is as far apart as it must be, and goes apart, never was too close
        return (begin, min(end, when + INSTANT)) if gap + rate * begin < need else (np.inf, -np.inf)
    return max(begin, when - INSTANT), end


@njit(nogil=True, cache=True, error_model="numpy")
def gaps(lines: Array, p: int, q: int, band: int) -> tuple[float, float, float, float]:
    """One's lower limit less the other's upper, 0.1 mm now and 0.1 mm/s; and the other way round."""
    return (
        lines[p, band + LOW] - lines[q, band + HIGH],
        lines[p, band + LOW_RATE] - lines[q, band + HIGH_RATE],
        lines[q, band + LOW] - lines[p, band + HIGH],
        lines[q, band + LOW_RATE] - lines[p, band + HIGH_RATE],
    )


@njit(nogil=True, cache=True, error_model="numpy")
def lose(
    lines: Array, rows: Array, p: int, q: int, band: int, table: Array, horizon: float, stack: Array
) -> tuple[float, int, int, bool]:
    """When two swept rows may first be too close (inf: not), by which rule, on which ways; also straight on?

    Args:
        band: BANDS to compare altitudes as they stand, BANDS + KIND above the ellipsoid.
        table: as `rules_table`, with the longest chord (m) of each horizontal minimum as a third figure.
    """
    i, j = int(lines[p, ROW]), int(lines[q, ROW])
    age_i, age_j = lines[p, AGE], lines[q, AGE]
    kind, other = int(lines[p, ACTIVITY]), int(lines[q, ACTIVITY])
    bent = int(lines[p, BENT]) + 2 * int(lines[q, BENT])
    gap_1, rate_1, gap_2, rate_2 = gaps(lines, p, q, band)
    growth = lines[p, GROWTH] + lines[q, GROWTH]
    doubt = rows[i, c.DOUBT] + rows[i, c.DRIFT] * abs(age_i)
    doubt += rows[j, c.DOUBT] + rows[j, c.DRIFT] * abs(age_j)
    best, won, ways, straight = np.inf, 0, 0, False
    for k in range(table.shape[2]):
        h, v, longest = table[kind, other, k, 0], table[kind, other, k, 1], table[kind, other, k, 2]
        if h == c.NO_RULE:
            break
        begin, end = 0.0, horizon
        if v != c.ANY:
            need = v + QNH_DISTANCE if band == BANDS and lines[p, DATUM] == ALT else v
            begin, end = below(gap_1, rate_1, need, begin, end)
            if begin <= end:
                begin, end = below(gap_2, rate_2, need, begin, end)
            if begin > end:
                continue
        for turns in range(4):
            if turns & ~bent:
                continue
            when = begin
            if h != c.ANY:
                low, high = begin, end
                if turns == 0:
                    low, high = within(
                        lines[p, PX] - lines[q, PX], lines[p, PX + 1] - lines[q, PX + 1],
                        lines[p, PX + 2] - lines[q, PX + 2], lines[p, VX] - lines[q, VX],
                        lines[p, VX + 1] - lines[q, VX + 1], lines[p, VX + 2] - lines[q, VX + 2],
                        longest + lines[p, SIZE] + lines[q, SIZE], growth,
                    )  # fmt: skip
                    low, high = max(low, begin), min(high, end)
                    if low > high:
                        continue
                reach = longest + doubt
                when = first(rows, i, j, age_i, age_j, turns, low, high, reach, growth, False, stack)
            straight |= turns == 0 and when < np.inf
            if when < best - INSTANT:
                best, won, ways = when, k, turns
    return best, won, ways, straight


@njit(nogil=True, cache=True, error_model="numpy")
def surely(
    lines: Array, rows: Array, p: int, q: int, band: int, h: float, v: float, ways: int, since: float,
    horizon: float, stack: Array,
) -> bool:  # fmt: skip
    """Whether two swept rows are too close by a rule, from a time on, exactly as they report."""
    i, j = int(lines[p, ROW]), int(lines[q, ROW])
    begin, end = since, horizon
    if v != c.ANY:
        if rows[i, c.DATUM] == c.NO_ALTITUDE or rows[j, c.DATUM] == c.NO_ALTITUDE:
            return False
        gap_1, rate_1, gap_2, rate_2 = gaps(lines, p, q, band)
        # the middles of both bands
        gap, rate = (gap_1 - gap_2) / 2, (rate_1 - rate_2) / 2
        begin, end = below(gap, rate, v, begin, end)
        if begin <= end:
            begin, end = below(-gap, -rate, v, begin, end)
        if begin > end:
            return False
    if h == c.ANY:
        return True
    size = 2 * R_MIN * np.sin(min(h / 1e4 / (2 * R_MIN), np.pi / 2))
    when = first(rows, i, j, lines[p, AGE], lines[q, AGE], ways, begin, end, size, 0.0, True, stack)
    return bool(when < np.inf)


@njit(nogil=True, cache=True, error_model="numpy")
def judge_one(
    lines: Array, rows: Array, p: int, q: int, band: int, table: Array, horizon: float, stack: Array,
    found: Array, at: int,
) -> bool:  # fmt: skip
    """Whether two swept rows may lose their separation; if so line `at` of `found` is written."""
    best, won, ways, straight = lose(lines, rows, p, q, band, table, horizon, stack)
    if best == np.inf:
        return False
    i, j = int(lines[p, ROW]), int(lines[q, ROW])
    h = table[int(lines[p, ACTIVITY]), int(lines[q, ACTIVITY]), won, 0]
    v = table[int(lines[p, ACTIVITY]), int(lines[q, ACTIVITY]), won, 1]
    found[at, f.ONE], found[at, f.TWO], found[at, f.WHEN] = i, j, best
    found[at, f.NOMINAL] = surely(lines, rows, p, q, band, h, v, ways, best, horizon, stack)
    found[at, f.RULE_H], found[at, f.RULE_V], found[at, f.TURNING] = h, v, not straight
    closest, away = passing(lines, rows, p, q, ways, horizon)
    radius = (R_MIN + R_MAX) / 2
    found[at, f.CLOSEST], found[at, f.APART] = closest, 2 * radius * np.arcsin(min(away / (2 * radius), 1.0))
    known = rows[i, c.DATUM] != c.NO_ALTITUDE and rows[j, c.DATUM] != c.NO_ALTITUDE
    gap_1, rate_1, gap_2, rate_2 = gaps(lines, p, q, band)
    over = max(0.0, gap_1 + rate_1 * closest, gap_2 + rate_2 * closest)
    found[at, f.ABOVE] = over if known else c.NO_ALTITUDE
    x, y, z = place(rows, i, lines[p, AGE] + best, ways & 1 != 0)
    found[at, f.PLACE], found[at, f.PLACE + 1], found[at, f.PLACE + 2] = x, y, z
    x, y, z = place(rows, j, lines[q, AGE] + best, ways & 2 != 0)
    found[at, f.OTHER], found[at, f.OTHER + 1], found[at, f.OTHER + 2] = x, y, z
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def passing(lines: Array, rows: Array, p: int, q: int, turns: int, horizon: float) -> tuple[float, float]:
    """Seconds until the two are closest as they report, and the chord (m) between them then."""
    i, j, age_i, age_j = int(lines[p, ROW]), int(lines[q, ROW]), lines[p, AGE], lines[q, AGE]
    begin, end, t = 0.0, horizon, 0.0
    if turns:
        least = np.inf
        for k in range(SAMPLES + 1):
            x, y, z = apart(rows, i, j, age_i + horizon * k / SAMPLES, age_j + horizon * k / SAMPLES, turns)
            if x * x + y * y + z * z < least:
                least, t = x * x + y * y + z * z, horizon * k / SAMPLES
        begin, end = max(t - horizon / SAMPLES, 0.0), min(t + horizon / SAMPLES, horizon)
    # the nearest point of ever shorter chords: of straight ways the second leaves nothing to tell
    for _ in range(8 if turns else 2):
        x, y, z = apart(rows, i, j, age_i + begin, age_j + begin, turns)
        u, v, w = apart(rows, i, j, age_i + end, age_j + end, turns)
        u, v, w = (u - x) / (end - begin), (v - y) / (end - begin), (w - z) / (end - begin)
        square = u * u + v * v + w * w
        share = -(x * u + y * v + z * w) / square if square > 0 else 0.0
        t = begin + min(max(share, 0.0), end - begin)
        length = (end - begin) / 4
        begin, end = max(t - length, 0.0), min(t + length, horizon)
    x, y, z = apart(rows, i, j, age_i + t, age_j + t, turns)
    return t, float(np.sqrt(x * x + y * y + z * z))


@njit(nogil=True, cache=True, error_model="numpy")
def hopeless(lines: Array, p: int, q: int, band: int, horizon: float, reach_h: float, reach_v: float) -> bool:
    """Whether two swept rows surely keep every minimum; told of most of those that do, at little cost."""
    last = horizon + INSTANT
    gap = lines[p, band + LOW] - lines[q, band + HIGH]
    if gap >= reach_v and gap + (lines[p, band + LOW_RATE] - lines[q, band + HIGH_RATE]) * last >= reach_v:
        return True
    gap = lines[q, band + LOW] - lines[p, band + HIGH]
    if gap >= reach_v and gap + (lines[q, band + LOW_RATE] - lines[p, band + HIGH_RATE]) * last >= reach_v:
        return True
    if lines[p, BENT] + lines[q, BENT] > 0 or reach_h == np.inf:
        return False
    size = reach_h + lines[p, SIZE] + lines[q, SIZE]
    growth = lines[p, GROWTH] + lines[q, GROWTH]
    x, u = lines[p, PX] - lines[q, PX], lines[p, VX] - lines[q, VX]
    y, v = lines[p, PX + 1] - lines[q, PX + 1], lines[p, VX + 1] - lines[q, VX + 1]
    z, w = lines[p, PX + 2] - lines[q, PX + 2], lines[p, VX + 2] - lines[q, VX + 2]
    c2 = u * u + v * v + w * w - growth * growth
    c1 = x * u + y * v + z * w - size * growth
    c0 = x * x + y * y + z * z - size * size
    # it begins apart, and either never comes near, or not until the end
    return bool(
        c0 >= 0
        and c2 > 0
        and (c1 >= 0 or c1 * c1 < c2 * c0 or (c1 + c2 * last < 0 and c0 + (2 * c1 + c2 * last) * last > 0))
    )


@njit(nogil=True, cache=True, error_model="numpy")
def judge(
    pairs: Index, lines: Array, rows: Array, unlike: bool, table: Array, horizon: float, told: Flags,
    found: Array, filled: int, most: int, reach_h: float, reach_v: float,
) -> int:  # fmt: skip
    """Judge pairs of swept rows; lines of `closing_plain.find` are written to `found` from `filled` on.

    Args:
        unlike: compare altitudes above the ellipsoid, not as they stand.
        table: as `rules_table`, with the longest chord (m) of each horizontal minimum as a third figure.
        told: of each swept row whether it is in one of the pairs that were found.
        most: when so many were found, only pairs with a track that is not in one yet.
        reach_h, reach_v: the largest minima, m (of a chord) and 0.1 mm, QNH included; inf for "any".

    Returns: how many are filled now.
    """
    stack = np.empty((DEPTH, 2))
    band = BANDS + KIND if unlike else BANDS
    for k in range(len(pairs)):
        # in the order of rows, so that which comes first plays no part
        p, q = min(pairs[k, 0], pairs[k, 1]), max(pairs[k, 0], pairs[k, 1])
        if hopeless(lines, p, q, band, horizon, reach_h, reach_v) or (filled >= most and told[p] and told[q]):
            continue
        if judge_one(lines, rows, p, q, band, table, horizon, stack, found, filled):
            told[p] = told[q] = True
            filled += 1
    return filled
