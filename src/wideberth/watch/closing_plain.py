"""Predicted loss of separation, plainly: every pair, the horizon cut into equal pieces.

The reference of `closing_kernels`, and what serves few tracks without loading a compiler. Both look for the
same: a moment of the horizon at which two tracks may be too close, horizontally and vertically at once.

Between two moments the place of a track is within a·t²/8 of the chord between its places then, where a bounds
its acceleration (the Earth's curve, its own turn). So two tracks may only be closer than h where
|D + V·t| < C(h) + doubts + sags, D and V of the chords; C(h) is the longest chord of any geodesic of length h
(Schur: none is less curved than R_MAX). The left side less the right one is convex in t, and so is the gap of
two bands of altitude: what is too close is one interval of each piece, in closed form.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.altitude import DATUMS, UNBOUNDED
from wideberth.space.ellipsoid import E2, R_MAX, R_MIN, A, Array
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.units import SECOND
from wideberth.watch import columns as c
from wideberth.watch.motion import BEND, CURL, GEOID_SPAN, Heights, Rows

Table = NDArray[np.float64]
"""(activities, activities, rules, 2): h and v of each rule in 0.1 mm; ANY, and NO_RULE after the last."""

ONE, TWO, WHEN, NOMINAL, CLOSEST, APART, ABOVE, RULE_H, RULE_V, TURNING, PLACE, OTHER = (*range(11), 13)
FOUND: Final = 16
"""Columns of what is found: the two rows; seconds from now until the loss; whether it is so nominally;
seconds until they are closest; the gaps then (m; 0.1 mm, NO_ALTITUDE: not known); the minima (0.1 mm, or
ANY); whether only a turn leads to it; three columns each: where both are at the loss.
"""
SAG: Final = 0.25
"""m: pieces are so short that ways leave their chords by no more, both together."""
MOST_PIECES: Final = 8_192
NOISE: Final = 1e-3
"""m: more than rounding may take from a distance of coordinates of the Earth's size."""
INSTANT: Final = 1e-6
"""s: by so much the times at which a gap is passed are rounded outwards."""
DIRECT: Final = 4
"""The numbers of datums below are those whose altitudes are compared as they stand."""
ALT: Final = DATUMS.index("ALT")
assert set(DATUMS[:DIRECT]) == {"HAE", "MSL", "ALT", "FL"}


def chord(length: float) -> float:
    """The longest chord (m) of a geodesic of a length: on a circle of R_MAX."""
    return float(2 * R_MAX * np.sin(min(length / (2 * R_MAX), np.pi / 2)))


def shortest(length: float) -> float:
    """Points of a shorter chord (m) than this are surely nearer than `length`: on a circle of R_MIN."""
    return float(2 * R_MIN * np.sin(min(length / (2 * R_MIN), np.pi / 2)))


def arc(length: float) -> float:
    """The geodesic (m) over a chord, as it is on a sphere."""
    radius = (R_MIN + R_MAX) / 2
    return float(2 * radius * np.arcsin(min(length / (2 * radius), 1.0)))


def find(rows: Rows, table: Table, now_ms: float, horizon: float) -> Array:
    """(n, FOUND): all pairs that may lose their separation within `horizon` seconds, in no order."""
    live = np.flatnonzero(rows[:, c.LIVE] == 1.0)
    swept = _sweep(rows[live], now_ms, horizon)
    h, v = table[..., 0], table[..., 1]
    reach_h = np.inf if (h == c.ANY).any() else chord(max(0.0, float(h.max(initial=0.0))) / 1e4)
    reach_v = np.inf if (v == c.ANY).any() else max(0.0, float(v.max(initial=0.0))) + QNH_DISTANCE
    made = [
        found
        for k in range(len(live))
        for other in live[k + 1 :][_near(swept, k, reach_h, reach_v, horizon)].tolist()
        if (found := _judge(rows, int(live[k]), other, table, now_ms, horizon)) is not None
    ]
    return np.array(made) if made else np.empty((0, FOUND))


class Swept(NamedTuple):
    """Rows over the horizon: `begin` and `velocity` of the chord straight on; by how much they may be off it
    (`size` m, `growth` m/s); a `ball` around the place of the report (m), for what turns; the bands (n, 2) of
    all that horizon, in the datum and above the ellipsoid; party, datum, and the places of the report.
    """

    begin: Array
    velocity: Array
    size: Array
    growth: Array
    ball: Array
    bands: tuple[Array, Array]
    party: Array
    datum: Array
    turns: NDArray[np.bool_]
    reported: Array


def _sweep(rows: Rows, now_ms: float, horizon: float) -> Swept:
    ages = (now_ms - rows[:, c.AT]) / SECOND
    ends = np.stack([ages, ages + horizon], -1)
    both = np.array([places(row, at, False) for row, at in zip(rows, ends, strict=True)]).reshape(-1, 2, 3)
    span = np.abs(ages) + horizon
    way, turns = rows[:, c.SPEED] * span, rows[:, c.TURN] != 0
    doubt = rows[:, c.DOUBT] + rows[:, c.DRIFT] * np.abs(ages) + NOISE
    sag = rows[:, c.SPEED] ** 2 / R_MIN * horizon**2 / 8
    spare = np.array([far(row, now_ms, horizon) for row in rows])
    bands = []
    for low, high, drift, more in (
        (c.LOW, c.HIGH, c.CLIMB_DRIFT, spare * 0),
        (c.HAE_LOW, c.HAE_HIGH, c.HAE_DRIFT, spare),
    ):
        rise, slack = rows[:, c.CLIMB, None] * ends, rows[:, drift, None] * span[:, None]
        lowest = (rows[:, low, None] + rise - slack).min(axis=1) - more
        bands.append(np.stack([lowest, (rows[:, high, None] + rise + slack).max(axis=1) + more], -1))
    return Swept(
        both[:, 0],
        (both[:, 1] - both[:, 0]) / horizon,
        doubt + sag + _leeway(rows, way, False),
        rows[:, c.DRIFT],
        doubt + rows[:, c.DRIFT] * horizon + way + _leeway(rows, way, True) + _leeway(rows, way, False),
        (bands[0], bands[1]),
        rows[:, c.PARTY],
        rows[:, c.DATUM],
        turns,
        rows[:, c.X : c.X + 3],
    )


def _near(swept: Swept, k: int, reach_h: float, reach_v: float, horizon: float) -> NDArray[np.bool_]:
    """Which of those after `k` are of another party, and may come too near it."""
    rest = slice(k + 1, None)
    same = (swept.datum[rest] == swept.datum[k]) & (swept.datum[rest] >= 0) & (swept.datum[rest] < DIRECT)
    gaps = [np.maximum(band[rest, 0] - band[k, 1], band[k, 0] - band[rest, 1]) for band in swept.bands]
    worth = (swept.party[rest] != swept.party[k]) & (np.where(same, *gaps) < reach_v)
    if reach_h == np.inf:
        return np.asarray(worth)
    size, growth = reach_h + swept.size[rest] + swept.size[k], swept.growth[rest] + swept.growth[k]
    d, v = swept.begin[rest] - swept.begin[k], swept.velocity[rest] - swept.velocity[k]
    soon, late = within(d, v, size, growth)
    away = np.linalg.norm(swept.reported[rest] - swept.reported[k], axis=1)
    turning = swept.turns[rest] | swept.turns[k]
    close = (soon <= horizon) & (late >= 0)
    close |= turning & (away < reach_h + swept.ball[rest] + swept.ball[k])
    return np.asarray(worth & close)


def _leeway(rows: Rows, way: Array, turning: bool) -> Array:
    """As `motion.leeway`, of many rows over ways of so many metres."""
    turn = np.abs(rows[..., c.TURN])
    bent = turning & (turn > 0)
    reach = np.where(bent, np.minimum(way, 2 * rows[..., c.SPEED] / np.where(bent, turn, 1.0)), way)
    return np.asarray(BEND * reach**3 + np.where(bent, CURL * reach**2 * way, 0.0))


def places(row: Array, ages: Array, turning: bool) -> Array:
    """As `motion.place`, at so many seconds each after the report: (n, 3)."""
    turn = row[c.TURN] if turning else 0.0
    ahead, aside = row[c.SPEED] * ages, np.zeros(len(ages))
    r = np.full(len(ages), row[c.CURVE])
    if turn:
        radius = row[c.SPEED] / turn
        ahead, aside = radius * np.sin(turn * ages), 2 * radius * np.sin(turn * ages / 2) ** 2
        square = ahead**2 + aside**2
        rise = ahead * row[c.EAST + 2] + aside * row[c.SOUTH + 2]
        tilt = rise**2 / np.where(square > 0, square, 1.0)
        r = A / (np.sqrt(1 - E2 * row[c.UP + 2] ** 2) * (1 + E2 / (1 - E2) * tilt))
    angle = np.hypot(ahead, aside) / r
    bent = np.sinc(angle / np.pi)[:, None]
    flat = ahead[:, None] * row[c.EAST : c.EAST + 3] + aside[:, None] * row[c.SOUTH : c.SOUTH + 3]
    fall = (2 * r * np.sin(angle / 2) ** 2)[:, None] * row[c.UP : c.UP + 3]
    return np.asarray(row[c.X : c.X + 3] + bent * flat - fall)


def _judge(rows: Rows, i: int, j: int, table: Table, now_ms: float, horizon: float) -> Array | None:
    """The line of `find` of two rows, if there is one."""
    one, two = rows[i], rows[j]
    best, won = np.inf, (False, False, 0)
    straight = False
    for k, (h, v) in enumerate(table[int(one[c.ACTIVITY]), int(two[c.ACTIVITY])]):
        if h == c.NO_RULE:
            break
        for turns in ((False, False), (True, False), (False, True), (True, True)):
            if (turns[0] and not one[c.TURN]) or (turns[1] and not two[c.TURN]):
                continue
            when = _first(one, two, turns, h, v, now_ms, horizon, nominal=False)
            straight |= turns == (False, False) and when < np.inf
            if when < best - INSTANT:
                best, won = when, (*turns, k)
    if best == np.inf:
        return None
    turns = won[:2]
    h, v = table[int(one[c.ACTIVITY]), int(two[c.ACTIVITY]), won[2]]
    ages = (now_ms - one[c.AT]) / SECOND, (now_ms - two[c.AT]) / SECOND
    nominal = _first(one, two, turns, h, v, now_ms, horizon, nominal=True) < np.inf
    closest, gap = _closest(one, two, turns, ages, horizon)
    bands = _bands(one, two, now_ms, horizon, nominal=False)
    known = one[c.DATUM] != c.NO_ALTITUDE and two[c.DATUM] != c.NO_ALTITUDE
    over = max(0.0, *(begin + rate * closest for begin, rate in bands)) if known else c.NO_ALTITUDE
    found = np.empty(FOUND)
    found[:PLACE] = i, j, best, nominal, closest, gap, over, h, v, not straight
    found[PLACE:OTHER] = places(one, np.array([ages[0] + best]), turns[0])[0]
    found[OTHER:] = places(two, np.array([ages[1] + best]), turns[1])[0]
    return found


def _first(
    one: Array, two: Array, turns: tuple[bool, bool], h: float, v: float, now_ms: float, horizon: float,
    *, nominal: bool,
) -> float:  # fmt: skip
    """Seconds until the two may be closer than the rule allows (nominal: until they surely are), or inf."""
    pull = sum(acceleration(row, turn) for row, turn in zip((one, two), turns, strict=True))
    count = int(min(MOST_PIECES, max(1, np.ceil(horizon / np.sqrt(8 * SAG / pull)))) if pull else 1)
    when = np.inf
    # few pieces tell of most pairs that they keep apart
    for pieces in (1, 16, count):
        if pieces <= count:
            when = _in_pieces(
                one, two, turns, h, v, now_ms, horizon, pieces, nominal=nominal and pieces == count
            )
            if when == np.inf:
                break
    return when


def _in_pieces(
    one: Array, two: Array, turns: tuple[bool, bool], h: float, v: float, now_ms: float, horizon: float,
    count: int, *, nominal: bool,
) -> float:  # fmt: skip
    """As `_first`, of so many pieces."""
    way = [row[c.SPEED] * (abs(now_ms - row[c.AT]) / SECOND + horizon) for row in (one, two)]
    pull = sum(acceleration(row, turn) for row, turn in zip((one, two), turns, strict=True))
    knots = np.linspace(0.0, horizon, count + 1)
    step = horizon / count
    low, high = np.zeros(count), np.full(count, step)
    if v != c.ANY:
        if nominal and c.NO_ALTITUDE in (one[c.DATUM], two[c.DATUM]):
            return np.inf
        need = v + (0 if nominal or not _same(one, two) or one[c.DATUM] != ALT else QNH_DISTANCE)
        for begin, rate in _bands(one, two, now_ms, horizon, nominal=nominal):
            low, high = _below(begin + rate * knots[:-1], rate, need, low, high)
    if h != c.ANY:
        apart = [
            places(row, (now_ms - row[c.AT]) / SECOND + knots, turn)
            for row, turn in zip((one, two), turns, strict=True)
        ]
        d = apart[0] - apart[1]
        speed = (d[1:] - d[:-1]) / step
        sag = pull * step * step / 8 + sum(
            float(_leeway(row, np.asarray(each), turn))
            for row, each, turn in zip((one, two), way, turns, strict=True)
        )
        size: Array
        if nominal:
            growth = 0.0
            size = np.full(count, shortest(h / 1e4) - sag - NOISE)
        else:
            doubt = sum(row[c.DOUBT] + row[c.DRIFT] * abs(now_ms - row[c.AT]) / SECOND for row in (one, two))
            growth = float(one[c.DRIFT] + two[c.DRIFT])
            size = np.asarray(chord(h / 1e4) + doubt + sag + NOISE + growth * knots[:-1])
        soon, late = within(d[:-1], speed, size, growth)
        low, high = np.maximum(low, soon), np.minimum(high, late)
    met = np.flatnonzero(low <= high)
    return float(knots[met[0]] + low[met[0]]) if len(met) else np.inf


def acceleration(row: Array, turning: bool) -> float:
    """m/s² that bounds how `places` bends: by the Earth's curve, and by its own turn."""
    round_earth = float(row[c.SPEED] ** 2 / R_MIN)
    return 2 * round_earth + float(row[c.SPEED] * abs(row[c.TURN])) if turning else round_earth


def within(d: Array, v: Array, size: Array, growth: float | Array) -> tuple[Array, Array]:
    """When |d + v·t| < size + growth·t for t ≥ 0: begin and end of each, begin > end where never."""
    c2 = (v * v).sum(axis=1) - growth * growth
    c1 = (d * v).sum(axis=1) - size * growth
    c0 = (d * d).sum(axis=1) - size * size
    square = c1 * c1 - c2 * c0
    root = np.sqrt(np.maximum(square, 0.0))
    fall = root - c1
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        end = np.where(c2 > 0, fall / c2, np.inf)
        begin = np.where(c0 < 0, 0.0, c0 / fall)
    never = (size <= 0) | ((c0 >= 0) & ((square < 0) | (fall <= 0) | ((c2 > 0) & (c1 >= 0))))
    return np.where(never, np.inf, begin - INSTANT), np.where(never, -np.inf, end + INSTANT)


def _same(one: Array, two: Array) -> bool:
    return bool(one[c.DATUM] == two[c.DATUM] and 0 <= one[c.DATUM] < DIRECT)


def _bands(
    one: Array, two: Array, now_ms: float, horizon: float, *, nominal: bool
) -> list[tuple[float, float]]:
    """One's lower limit less the other's upper, and the other way round: 0.1 mm now, and 0.1 mm/s."""
    if _same(one, two):
        columns, spare = (c.LOW, c.HIGH, c.CLIMB_DRIFT), [0.0, 0.0]
    else:
        columns, spare = (
            (c.HAE_LOW, c.HAE_HIGH, c.HAE_DRIFT),
            [far(row, now_ms, horizon) for row in (one, two)],
        )
    lines = []
    for row, more in zip((one, two), spare, strict=True):
        low, high, drift = row[columns[0]] - more, row[columns[1]] + more, row[columns[2]]
        if nominal:
            low = high = (low + high) / 2
            drift = 0.0
        age = (now_ms - row[c.AT]) / SECOND
        base, slack = row[c.CLIMB] * age, drift * abs(age)
        lines.append((low + base - slack, row[c.CLIMB] - drift, high + base + slack, row[c.CLIMB] + drift))
    a, b = lines
    return [(a[0] - b[2], a[1] - b[3]), (b[0] - a[2], b[1] - a[3])]


def far(row: Array, now_ms: float, horizon: float) -> float:
    """What is added to heights above the ellipsoid where a track may get further than they are known for."""
    span = abs(now_ms - row[c.AT]) / SECOND + horizon
    reach = row[c.DOUBT] + (row[c.SPEED] + row[c.DRIFT]) * span
    return GEOID_SPAN if reach > Heights.REACH and row[c.HIGH] < UNBOUNDED else 0.0


def _below(
    begin: Array, rate: float, need: float, low: Array, high: Array
) -> tuple[Array, Array]:  # fmt: skip
    """The part of low…high in which begin + rate·t < need."""
    if rate == 0:
        return np.where(begin < need, low, np.inf), high
    when = (need - begin) / rate
    if rate > 0:
        return low, np.where(begin < need, np.minimum(high, when + INSTANT), -np.inf)
    return np.maximum(low, when - INSTANT), high


def _closest(
    one: Array, two: Array, turns: tuple[bool, bool], ages: tuple[float, float], horizon: float
) -> tuple[float, float]:
    """Seconds until the two are closest as they report, and metres between them then."""

    def apart(times: Array) -> Array:
        both = places(one, ages[0] + times, turns[0]) - places(two, ages[1] + times, turns[1])
        return np.asarray(np.linalg.norm(both, axis=1))

    low, high, closest = 0.0, horizon, 0.0
    for count in (257, 65, 65, 65):
        times = np.linspace(low, high, count)
        k = int(np.argmin(apart(times)))
        low, high, closest = float(times[max(k - 1, 0)]), float(times[min(k + 1, count - 1)]), float(times[k])
    return closest, arc(float(apart(np.array([closest]))[0]))
