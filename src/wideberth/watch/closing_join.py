"""All pairs of tracks that may lose their separation, compiled (plainly: `closing_plain.find`).

Every track is swept over the horizon into a box, grown by half of the largest minima. Boxes go into the cells
of a grid on the plane that fits the tracks best, in each in the order of their lower altitudes; each looks
ahead until nothing later can be as low as its upper altitude. A pair is judged in one cell only: the one with
the lower corner of what both boxes share. Altitudes are compared as they stand where both have the same
datum, which is one pass for each of those, and above the ellipsoid in a last one, of all others with all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.space.altitude import UNBOUNDED
from wideberth.space.ellipsoid import Array
from wideberth.space.height import QNH_DISTANCE
from wideberth.watch import closing_kernels as m
from wideberth.watch import columns as c
from wideberth.watch.closing_plain import ALT, DIRECT, FOUND, NOISE
from wideberth.watch.motion import GEOID_SPAN, Heights

BINS = 4_096
"""Steps into which lower altitudes are put in order."""
CELLS = 16_384
"""Cells of a grid at most, or four for each track."""
MOST_CELLS = 64
"""Who is in more cells than that is compared with everybody instead."""
SAMPLE = 512
MARGIN = 1.0
"""Metres that cover the rounding of boxes to single precision; altitudes get a millionth more."""
ROOM = 16_384
"""Pairs that one step of a scan may find."""
PACKED = 10
"""Columns of an entry: low and high of x, y and altitude, and of the steps of altitude; its first cells."""
X0, X1, Y0, Y1, Z0, Z1 = range(6)
REACH = Heights.REACH
Reals = NDArray[np.floating[Any]]
Index = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


class Swept(NamedTuple):
    """The live rows over the horizon: `lines` (columns of `closing_kernels`), `boxes` on the axes of a frame,
    and `bands` of altitude in their datums and above the ellipsoid; all grown by half of the minima.
    """

    lines: Array
    boxes: Reals
    bands: Reals


def find(
    rows: Array, table: Array, now_ms: float, horizon: float, reach_h: float, reach_v: float, most: int
) -> Array:
    """As `closing_plain.find`, up to `most` pairs; of further ones those whose tracks were not in one yet.

    Args:
        table: as `closing_kernels.judge` takes it.
        reach_h, reach_v: the largest minima, m (of a chord) and 0.1 mm; inf for "any".
    """
    count = int(np.count_nonzero(rows[:, c.LIVE] == 1.0))
    swept = Swept(
        np.empty((count, m.LINE)),
        np.empty((count, 6), dtype=np.float32),
        np.empty((2, count, 2), dtype=np.float32),
    )
    sweep(rows, frame(rows), now_ms, horizon, reach_h, reach_v, *swept)
    datum = swept.lines[:, m.DATUM]
    told = np.zeros(count, dtype=np.bool_)
    found, filled = np.empty((1_024, FOUND)), 0
    everybody = np.arange(count)
    passes = [(everybody[datum == number], swept.bands[0], False) for number in range(DIRECT)]
    if count and not any(len(at) == count for at, _, _ in passes):
        passes.append((everybody, swept.bands[1], True))
    for at, band, unlike in passes:
        if len(at) < 2:
            continue
        for pairs in _meeting(at, swept, band, unlike):
            if filled + len(pairs) > len(found):
                found = np.concatenate([found, np.empty((max(len(found), len(pairs)), FOUND))])
            filled = m.judge(
                pairs,
                swept.lines,
                rows,
                unlike,
                table,
                horizon,
                told,
                found,
                filled,
                most,
                reach_h,
                reach_v + QNH_DISTANCE,
            )
    return found[:filled]


def _meeting(at: Index, swept: Swept, band: Reals, unlike: bool) -> Iterator[Index]:
    """Pairs among `at` of different parties whose boxes and bands meet, about ROOM at a time.

    Args:
        unlike: of pairs with the same datum, which compare as they stand, none.
    """
    order, low, high = by_altitude(at, band)
    x0, y0, cell, wide, deep = cells_of(swept.boxes, order)
    # in the order of altitudes, all that a scan reads
    box, slab, lines = swept.boxes[order], band[order], swept.lines
    group = np.stack([lines[order, m.PARTY], lines[order, m.DATUM]], -1)
    spans, first, entries, packed = into_cells(box, slab, low, high, x0, y0, cell, wide, deep)
    pairs = np.empty((ROOM, 2), dtype=np.int64)
    bucket, e, g = 0, 0, -1
    while bucket < wide * deep:
        met, bucket, e, g = scan(bucket, e, g, deep, first, entries, packed, box, group, unlike, pairs)
        yield order[pairs[:met]]
    large = np.flatnonzero(spans[:, 0] < 0)
    e, g = 0, 0
    while e < len(large):
        met, e, g = scan_large(e, g, large, spans, low, high, box, slab, group, unlike, pairs)
        yield order[pairs[:met]]


@njit(nogil=True, cache=True, error_model="numpy")
def frame(rows: Array) -> Array:
    """Three axes (rows): the last one out of the Earth in the midst of all tracks."""
    x = y = z = 0.0
    for k in range(len(rows)):
        if rows[k, c.LIVE] == 1.0:
            x, y, z = x + rows[k, c.UP], y + rows[k, c.UP + 1], z + rows[k, c.UP + 2]
    size = np.sqrt(x * x + y * y + z * z)
    if size < 1e-9:
        x, y, z, size = 0.0, 0.0, 1.0, 1.0
    x, y, z = x / size, y / size, z / size
    axes = np.zeros((3, 3))
    axes[2, 0], axes[2, 1], axes[2, 2] = x, y, z
    ring = np.hypot(x, y)
    if ring > 1e-6:
        axes[0, 0], axes[0, 1] = -y / ring, x / ring
    else:
        axes[0, 0] = 1.0
    axes[1] = np.cross(axes[2], axes[0])
    axes[1] /= np.sqrt((axes[1] ** 2).sum())
    return axes


@njit(nogil=True, cache=True, error_model="numpy")
def sweep(
    rows: Array, axes: Array, now_ms: float, horizon: float, reach_h: float, reach_v: float,
    lines: Array, boxes: Reals, bands: Reals,
) -> None:  # fmt: skip
    """Fill a line (columns of `closing_kernels`), a box and two bands for each live row."""
    p = 0
    for k in range(len(rows)):
        if rows[k, c.LIVE] != 1.0:
            continue
        age = (now_ms - rows[k, c.AT]) / 1e3
        speed, bent = rows[k, c.SPEED], rows[k, c.TURN] != 0.0
        ax, ay, az = m.place(rows, k, age, False)
        bx, by, bz = m.place(rows, k, age + horizon, False)
        span = abs(age) + horizon
        drift = rows[k, c.DRIFT]
        doubt = rows[k, c.DOUBT] + drift * abs(age) + m.leeway(rows, k, speed * span, False)
        doubt += m.pull(rows, k, False) * horizon * horizon / 8 + NOISE
        line = lines[p]
        line[m.PX], line[m.PX + 1], line[m.PX + 2] = ax, ay, az
        inverse = 1 / horizon
        line[m.VX], line[m.VX + 1] = (bx - ax) * inverse, (by - ay) * inverse
        line[m.VX + 2] = (bz - az) * inverse
        line[m.SIZE], line[m.GROWTH] = doubt, drift
        margin = np.float32(reach_h / 2 + doubt + drift * horizon + MARGIN)
        for axis in range(3):
            a = axes[axis, 0] * ax + axes[axis, 1] * ay + axes[axis, 2] * az
            b = axes[axis, 0] * bx + axes[axis, 1] * by + axes[axis, 2] * bz
            boxes[p, 2 * axis], boxes[p, 2 * axis + 1] = min(a, b) - margin, max(a, b) + margin
        if bent:
            # it turns no further from here than it can fly, or than its circle is wide
            ax, ay, az = m.place(rows, k, age, True)
            wide = min(speed * horizon, 2 * speed / abs(rows[k, c.TURN]))
            wide = wide * 1.01 + 2 * m.leeway(rows, k, speed * span, True)
            margin = np.float32(margin + wide)
            for axis in range(3):
                a = axes[axis, 0] * ax + axes[axis, 1] * ay + axes[axis, 2] * az
                boxes[p, 2 * axis] = min(boxes[p, 2 * axis], a - margin)
                boxes[p, 2 * axis + 1] = max(boxes[p, 2 * axis + 1], a + margin)
        line[m.AGE], line[m.ROW], line[m.DATUM], line[m.BENT] = age, k, rows[k, c.DATUM], bent
        line[m.PARTY], line[m.ACTIVITY] = rows[k, c.PARTY], rows[k, c.ACTIVITY]
        rise = rows[k, c.CLIMB]
        for side in range(2):
            low, high, slack = rows[k, c.LOW], rows[k, c.HIGH], rows[k, c.CLIMB_DRIFT]
            if side == 1:
                low, high, slack = rows[k, c.HAE_LOW], rows[k, c.HAE_HIGH], rows[k, c.HAE_DRIFT]
                if rows[k, c.DOUBT] + (speed + drift) * span > REACH and high < UNBOUNDED:
                    low, high = low - GEOID_SPAN, high + GEOID_SPAN
            low, high = low + rise * age - slack * abs(age), high + rise * age + slack * abs(age)
            at = m.BANDS + m.KIND * side
            line[at + m.LOW], line[at + m.HIGH] = low, high
            line[at + m.LOW_RATE], line[at + m.HIGH_RATE] = rise - slack, rise + slack
            low, high = min(low, low + (rise - slack) * horizon), max(high, high + (rise + slack) * horizon)
            half = reach_v / 2 + MARGIN * 1e4
            if side == 0 and rows[k, c.DATUM] == ALT:
                half += QNH_DISTANCE / 2
            bands[side, p, 0] = low - half - abs(low) / 1e6
            bands[side, p, 1] = high + half + abs(high) / 1e6
        p += 1


@njit(nogil=True, cache=True, error_model="numpy")
def by_altitude(at: Index, band: Reals) -> tuple[Index, Index, Index]:
    """Positions in the order of their lower altitudes, in BINS steps; and the steps of both of each."""
    least, greatest = np.inf, -np.inf
    for p in at:
        if abs(band[p, 0]) < UNBOUNDED / 2:
            least, greatest = min(least, band[p, 0]), max(greatest, band[p, 0])
    scale = (BINS - 3) / (greatest - least) if greatest > least else 0.0
    bins = np.empty((len(at), 2), dtype=np.int64)
    first = np.zeros(BINS + 1, dtype=np.int64)
    for n, p in enumerate(at):
        for side in range(2):
            step = 1.0 + (band[p, side] - least) * scale
            bins[n, side] = int(min(max(step, 0.0), BINS - 1.0)) if scale > 0 else 1
        first[bins[n, 0] + 1] += 1
    for b in range(BINS):
        first[b + 1] += first[b]
    order, low, high = np.empty_like(at), np.empty_like(at), np.empty_like(at)
    for n, p in enumerate(at):
        k = first[bins[n, 0]]
        first[bins[n, 0]] += 1
        order[k], low[k], high[k] = p, bins[n, 0], bins[n, 1]
    return order, low, high


@njit(nogil=True, cache=True, error_model="numpy")
def cells_of(box: Reals, order: Index) -> tuple[float, float, float, int, int]:
    """A grid: its corner, the width of a cell, and how many there are to either side."""
    step = max(1, len(order) // SAMPLE)
    some = np.empty((len(order) + step - 1) // step)
    for n in range(len(some)):
        p = order[n * step]
        some[n] = max(box[p, X1] - box[p, X0], box[p, Y1] - box[p, Y0])
    some.sort()
    usual = some[int(0.8 * (len(some) - 1))]
    x0 = y0 = np.inf
    x1 = y1 = -np.inf
    for p in order:
        if box[p, X1] - box[p, X0] <= 4 * usual and box[p, Y1] - box[p, Y0] <= 4 * usual:
            x0, x1 = min(x0, box[p, X0]), max(x1, box[p, X1])
            y0, y1 = min(y0, box[p, Y0]), max(y1, box[p, Y1])
    most = max(CELLS, 4 * len(order))
    cell = max(usual, 1.0)
    if not x1 - x0 < np.inf:
        return 0.0, 0.0, np.inf, 1, 1
    while ((x1 - x0) / cell + 1) * ((y1 - y0) / cell + 1) > most:
        cell *= 1.25
    return x0, y0, cell, int((x1 - x0) / cell) + 1, int((y1 - y0) / cell) + 1


@njit(nogil=True, cache=True, error_model="numpy")
def into_cells(
    box: Reals, slab: Reals, low: Index, high: Index, x0: float, y0: float, cell: float, wide: int, deep: int
) -> tuple[Index, Index, Index, Reals]:
    """Of each the cells that it is in (first and last of x, of y; −1: compared with all); where each cell's
    entries begin; the entries, in each cell as listed; and what a scan reads of each (PACKED columns).
    """
    count = len(box)
    spans = np.empty((count, 4), dtype=np.int64)
    first = np.zeros(wide * deep + 1, dtype=np.int64)
    for n in range(count):
        left, right, down, top = box[n, X0] - x0, box[n, X1] - x0, box[n, Y0] - y0, box[n, Y1] - y0
        inside = left >= 0 and down >= 0 and right < cell * wide and top < cell * deep
        spans[n] = -1
        if inside and ((right - left) / cell + 2) * ((top - down) / cell + 2) <= MOST_CELLS:
            spans[n, 0], spans[n, 1] = int(left / cell), min(int(right / cell), wide - 1)
            spans[n, 2], spans[n, 3] = int(down / cell), min(int(top / cell), deep - 1)
            for x in range(spans[n, 0], spans[n, 1] + 1):
                for y in range(spans[n, 2], spans[n, 3] + 1):
                    first[x * deep + y + 1] += 1
    for b in range(wide * deep):
        first[b + 1] += first[b]
    entries = np.empty(first[-1], dtype=np.int64)
    packed = np.empty((first[-1], PACKED), dtype=np.float32)
    taken = first[:-1].copy()
    for n in range(count):
        if spans[n, 0] >= 0:
            for x in range(spans[n, 0], spans[n, 1] + 1):
                for y in range(spans[n, 2], spans[n, 3] + 1):
                    e = taken[x * deep + y]
                    taken[x * deep + y] += 1
                    entries[e] = n
                    packed[e, 0], packed[e, 1] = box[n, X0], box[n, X1]
                    packed[e, 2], packed[e, 3] = box[n, Y0], box[n, Y1]
                    packed[e, 4], packed[e, 5] = slab[n, 0], slab[n, 1]
                    packed[e, 6], packed[e, 7] = low[n], high[n]
                    packed[e, 8], packed[e, 9] = spans[n, 0], spans[n, 2]
    return spans, first, entries, packed


@njit(nogil=True, cache=True, error_model="numpy")
def scan(
    bucket: int, e: int, g: int, deep: int, first: Index, entries: Index, packed: Reals, box: Reals,
    group: Reals, unlike: bool, pairs: Index,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Pairs in cells, from (bucket, entry, entry ahead; −1: the next) on: how many, and where to go on."""
    met, room = 0, len(pairs)
    for b in range(bucket, len(first) - 1):
        x, y, end = float(b // deep), float(b % deep), first[b + 1]
        if b > bucket or g < 0:
            e = first[b]
            g = e + 1
        while e < end:
            x0, x1, y0, y1 = packed[e, 0], packed[e, 1], packed[e, 2], packed[e, 3]
            z0, z1, top = packed[e, 4], packed[e, 5], packed[e, 7]
            left, down = packed[e, 8], packed[e, 9]
            while g < end and packed[g, 6] <= top:
                # one branch instead of eight: none of them can be foreseen
                if (
                    (x0 <= packed[g, 1])
                    & (packed[g, 0] <= x1)
                    & (y0 <= packed[g, 3])
                    & (packed[g, 2] <= y1)
                    & (z0 <= packed[g, 5])
                    & (packed[g, 4] <= z1)
                    & (x == max(left, packed[g, 8]))
                    & (y == max(down, packed[g, 9]))
                ):
                    n, o = entries[e], entries[g]
                    if strangers(box, group, unlike, n, o):
                        if met == room:
                            return met, b, e, g
                        pairs[met, 0], pairs[met, 1] = n, o
                        met += 1
                g += 1
            e += 1
            g = e + 1
    return met, len(first) - 1, 0, -1


@njit(nogil=True, cache=True, error_model="numpy")
def scan_large(
    e: int, g: int, large: Index, spans: Index, low: Index, high: Index, box: Reals, slab: Reals,
    group: Reals, unlike: bool, pairs: Index,
) -> tuple[int, int, int]:  # fmt: skip
    """The same of those that are in no cell, with all, from (which of `large`, which of all) on."""
    met, room = 0, len(pairs)
    for k in range(e, len(large)):
        n = large[k]
        for o in range(g if k == e else 0, len(box)):
            if low[o] > high[n]:
                break
            if (spans[o, 0] >= 0 or o > n) and meet(box, slab, n, o) and strangers(box, group, unlike, n, o):
                if met == room:
                    return met, k, o
                pairs[met, 0], pairs[met, 1] = n, o
                met += 1
    return met, len(large), 0


@njit(nogil=True, cache=True, error_model="numpy")
def meet(box: Reals, slab: Reals, p: int, q: int) -> bool:
    """Whether boxes on the plane and bands of two meet."""
    return bool(
        box[p, X0] <= box[q, X1]
        and box[q, X0] <= box[p, X1]
        and box[p, Y0] <= box[q, Y1]
        and box[q, Y0] <= box[p, Y1]
        and slab[p, 0] <= slab[q, 1]
        and slab[q, 0] <= slab[p, 1]
    )


@njit(nogil=True, cache=True, error_model="numpy")
def strangers(box: Reals, group: Reals, unlike: bool, p: int, q: int) -> bool:
    """Whether two of different parties, which meet on the plane, do so out of it, and belong to this pass."""
    return bool(
        group[p, 0] != group[q, 0]
        and box[p, Z0] <= box[q, Z1]
        and box[q, Z0] <= box[p, Z1]
        and not (unlike and group[p, 1] == group[q, 1] and 0 <= group[p, 1] < DIRECT)
    )
