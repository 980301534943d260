"""The compiled loops of a search: plain numbers in flat arrays, no memory of their own.

Each does what a slower, plainer function of this package does (named beside it) and is tested
against it. They hold no lock of the interpreter, and are compiled once a machine and version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.space.gap import NOISE

Reals = NDArray[np.floating[Any]]
Wholes = NDArray[np.integer[Any]]
SELF, FROM, AFTER = 0, 1, 2
"""How `scan` pairs two lists: one with itself; later or equal starts of the other; later starts only."""


@njit(nogil=True, cache=True)
def scan(
    boxes_p: Reals,
    times_p: Wholes,
    cells_p: Wholes,
    bucket_p: Wholes,
    boxes_q: Reals,
    times_q: Wholes,
    cells_q: Wholes,
    first_q: Wholes,
    mode: int,
    begin: int,
    end: int,
    resume: int,
    out: Wholes,
) -> tuple[int, int, int]:
    """Pairs of entries in one cell whose windows and boxes meet, each in one cell only (plainly: `pairs`).

    Entries are sorted by bucket and, within one, by start. A pair that shares several cells is told in the
    one that holds the lower corner of what their boxes share.

    Args:
        boxes_p: (n, 8) float32: low and high of x, y, z and of the height in its datum, all widened.
        times_p: (n, 2): start and end, widened, in ms.
        cells_p: (n, 8): the entry's cell, the first cell of its row (x, y, z each), its row, and the
            number of its datum, −1 where that does not compare with itself.
        first_q: where each bucket of the second list begins, and the end.
        begin, end: entries of the first list to look at; `resume`: where in the second list, or −1.
        out: (m, 2) rows found.

    Returns: how many were found, and where to go on: entry of the first list (`end`: all done) and of the
    second.
    """
    found, room = 0, len(out)
    for p in range(begin, end):
        bucket = bucket_p[p]
        start, stop = times_p[p, 0], times_p[p, 1]
        last = first_q[bucket + 1]
        if resume >= 0:
            q = resume
            resume = -1
        elif mode == SELF:
            q = p + 1
        else:
            q, high = first_q[bucket], last
            while q < high:
                middle = (q + high) // 2
                if times_q[middle, 0] < start or (mode == AFTER and times_q[middle, 0] == start):
                    q = middle + 1
                else:
                    high = middle
        datum = cells_p[p, 7]
        while q < last and times_q[q, 0] < stop:
            unlike = datum < 0 or datum != cells_q[q, 7]
            if (
                (unlike or (boxes_p[p, 6] < boxes_q[q, 7] and boxes_q[q, 6] < boxes_p[p, 7]))
                and boxes_p[p, 0] <= boxes_q[q, 1]
                and boxes_q[q, 0] <= boxes_p[p, 1]
                and boxes_p[p, 2] <= boxes_q[q, 3]
                and boxes_q[q, 2] <= boxes_p[p, 3]
                and boxes_p[p, 4] <= boxes_q[q, 5]
                and boxes_q[q, 4] <= boxes_p[p, 5]
                and start < times_q[q, 1]
                and cells_p[p, 0] == max(cells_p[p, 3], cells_q[q, 3])
                and cells_p[p, 1] == max(cells_p[p, 4], cells_q[q, 4])
                and cells_p[p, 2] == max(cells_p[p, 5], cells_q[q, 5])
                and cells_p[p, 0] == cells_q[q, 0]
                and cells_p[p, 1] == cells_q[q, 1]
                and cells_p[p, 2] == cells_q[q, 2]
            ):
                if found == room:
                    return found, p, q
                out[found, 0] = cells_p[p, 6]
                out[found, 1] = cells_q[q, 6]
                found += 1
            q += 1
    return found, end, -1


@njit(nogil=True, cache=True)
def into_cells(
    box: Reals, time: Wholes, datum: Wholes, at: Wholes, cell: float, first: Wholes
) -> tuple[Reals, Wholes, Wholes, Wholes]:
    """Each of the rows `at` in every cell that its box touches, in the order of buckets, in each as listed.

    Args:
        box, time, datum: of all rows, as `scan` takes them.
        cell: metres.
        first: (buckets + 1,) to be filled: where each bucket begins; the number of buckets is a power of two.

    Returns: boxes, times, cells and bucket of each entry, as `scan` takes them.
    """
    buckets = len(first) - 1
    first[:] = 0
    total = 0
    # twice over the same cells: how many there are, then where each goes
    for k in at:
        for x in range(_cell(box[k, 0], cell), _cell(box[k, 1], cell) + 1):
            for y in range(_cell(box[k, 2], cell), _cell(box[k, 3], cell) + 1):
                for z in range(_cell(box[k, 4], cell), _cell(box[k, 5], cell) + 1):
                    first[_bucket(x, y, z, buckets) + 1] += 1
                    total += 1
    for bucket in range(buckets):
        first[bucket + 1] += first[bucket]
    boxes = np.empty((total, 8), dtype=np.float32)
    times = np.empty((total, 2), dtype=np.int64)
    cells = np.empty((total, 8), dtype=np.int32)
    listed = np.empty(total, dtype=np.int64)
    taken = first[:buckets].copy()
    for k in at:
        x0, y0, z0 = _cell(box[k, 0], cell), _cell(box[k, 2], cell), _cell(box[k, 4], cell)
        for x in range(x0, _cell(box[k, 1], cell) + 1):
            for y in range(y0, _cell(box[k, 3], cell) + 1):
                for z in range(z0, _cell(box[k, 5], cell) + 1):
                    bucket = _bucket(x, y, z, buckets)
                    e = taken[bucket]
                    taken[bucket] += 1
                    boxes[e] = box[k]
                    times[e] = time[k]
                    cells[e, 0], cells[e, 1], cells[e, 2] = x, y, z
                    cells[e, 3], cells[e, 4], cells[e, 5] = x0, y0, z0
                    cells[e, 6], cells[e, 7] = k, datum[k]
                    listed[e] = bucket
    return boxes, times, cells, listed


@njit(nogil=True, cache=True)
def _cell(metres: float, cell: float) -> int:
    return int(np.floor(metres / cell))


@njit(nogil=True, cache=True)
def _bucket(x: int, y: int, z: int, buckets: int) -> int:
    mixed = (x * 73_856_093) ^ (y * 19_349_663) ^ (z * 83_492_791)
    return (mixed ^ (mixed >> 17)) & (buckets - 1)


RUN = 8
"""Pieces in a run, and runs in a group."""


@njit(nogil=True, cache=True)
def balls_around(first: Wholes, centre: Reals, radius: Reals, runs: Wholes, out: Reals) -> None:
    """A ball around each RUN balls of each shape.

    Args:
        first: (n + 1,) the balls of each shape, `centre` (m, 3) and `radius` (m,) in metres.
        runs: (n + 1,) the runs of each shape; `out` (runs, 4) to be filled with centre and radius.
    """
    for k in range(len(first) - 1):
        for r in range(runs[k], runs[k + 1]):
            begin = first[k] + (r - runs[k]) * RUN
            end = min(begin + RUN, first[k + 1])
            for axis in range(3):
                out[r, axis] = centre[begin:end, axis].mean()
            reach = 0.0
            for p in range(begin, end):
                x, y, z = centre[p, 0] - out[r, 0], centre[p, 1] - out[r, 1], centre[p, 2] - out[r, 2]
                reach = max(reach, np.sqrt(x * x + y * y + z * z) + radius[p])
            out[r, 3] = reach


@njit(nogil=True, cache=True)
def nearest(  # noqa: C901  # one loop, or it would not compile into one
    first: Wholes,
    a: Reals,
    b: Reals,
    half: Reals,
    sag: Reals,
    runs: Wholes,
    run_balls: Reals,
    groups: Wholes,
    group_balls: Reals,
    i: Wholes,
    j: Wholes,
    reach: Reals,
    apart: Reals,
    points: Reals,
) -> None:
    """Of each pair of shapes the nearest two chords of their pieces, sagittas taken off (plainly: `least`).

    Args:
        first: (n + 1,) the pieces of each shape; `runs`, `groups` the same of runs of RUN pieces and
            groups of RUN runs.
        a, b, half, sag: of the pieces, as in `Shapes`.
        run_balls, group_balls: (m, 4) balls around runs and groups: centre in ECEF metres and radius.
        apart, points: (n,) in metres and (n, 2, 3) to be filled; infinite where no ball comes within `reach`.
    """
    for k in range(len(i)):
        p, q = i[k], j[k]
        limit, best, u_best, v_best = float(reach[k]) + NOISE, np.inf, -1, -1
        # some pair of points is no further apart than the nearest two balls reach
        for g in range(groups[p], groups[p + 1]):
            for h in range(groups[q], groups[q + 1]):
                limit = min(limit, _between(group_balls, g, group_balls, h, 1.0) + NOISE)
        for g in range(groups[p], groups[p + 1]):
            for h in range(groups[q], groups[q + 1]):
                if _between(group_balls, g, group_balls, h, -1.0) > limit:
                    continue
                r0, s0 = runs[p] + (g - groups[p]) * RUN, runs[q] + (h - groups[q]) * RUN
                r1, s1 = min(r0 + RUN, runs[p + 1]), min(s0 + RUN, runs[q + 1])
                for r in range(r0, r1):
                    for s in range(s0, s1):
                        limit = min(limit, _between(run_balls, r, run_balls, s, 1.0) + NOISE)
                for r in range(r0, r1):
                    for s in range(s0, s1):
                        if _between(run_balls, r, run_balls, s, -1.0) > limit:
                            continue
                        u0, v0 = first[p] + (r - runs[p]) * RUN, first[q] + (s - runs[q]) * RUN
                        for u in range(u0, min(u0 + RUN, first[p + 1])):
                            for v in range(v0, min(v0 + RUN, first[q + 1])):
                                if _pieces_apart(a, b, half, sag, u, v) > limit:
                                    continue
                                square, _, _ = _chords(a, b, u, v)
                                found = np.sqrt(square) - sag[u] - sag[v]
                                if found < best:
                                    best, limit, u_best, v_best = found, min(limit, found + NOISE), u, v
        apart[k] = best
        points[k] = 0.0
        if u_best >= 0:
            _, along_u, along_v = _chords(a, b, u_best, v_best)
            for axis in range(3):
                points[k, 0, axis] = a[u_best, axis] + along_u * (b[u_best, axis] - a[u_best, axis])
                points[k, 1, axis] = a[v_best, axis] + along_v * (b[v_best, axis] - a[v_best, axis])


@njit(nogil=True, cache=True)
def _between(balls: Reals, p: int, others: Reals, q: int, side: float) -> float:
    """Distance of two balls: of their near sides (`side` −1) or their far sides (1)."""
    x, y, z = balls[p, 0] - others[q, 0], balls[p, 1] - others[q, 1], balls[p, 2] - others[q, 2]
    return float(np.sqrt(x * x + y * y + z * z) + side * (balls[p, 3] + others[q, 3]))


@njit(nogil=True, cache=True)
def _pieces_apart(a: Reals, b: Reals, half: Reals, sag: Reals, p: int, q: int) -> float:
    """Lower bound of the distance of two pieces from the balls around them."""
    x = a[p, 0] + b[p, 0] - a[q, 0] - b[q, 0]
    y = a[p, 1] + b[p, 1] - a[q, 1] - b[q, 1]
    z = a[p, 2] + b[p, 2] - a[q, 2] - b[q, 2]
    return float(np.sqrt(x * x + y * y + z * z) / 2 - half[p] - half[q] - sag[p] - sag[q])


@njit(nogil=True, cache=True)
def _chords(a: Reals, b: Reals, p: int, q: int) -> tuple[float, float, float]:
    """Squared distance of two chords, and the share of each where they are nearest (plainly: `closest`)."""
    ux, uy, uz = b[p, 0] - a[p, 0], b[p, 1] - a[p, 1], b[p, 2] - a[p, 2]
    vx, vy, vz = b[q, 0] - a[q, 0], b[q, 1] - a[q, 1], b[q, 2] - a[q, 2]
    wx, wy, wz = a[p, 0] - a[q, 0], a[p, 1] - a[q, 1], a[p, 2] - a[q, 2]
    uu, vv = ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz
    uv, uw, vw = ux * vx + uy * vy + uz * vz, ux * wx + uy * wy + uz * wz, vx * wx + vy * wy + vz * wz
    uu1, vv1 = uu if uu > 0 else 1.0, vv if vv > 0 else 1.0
    det = uu * vv - uv * uv
    best, s_best, t_best = np.inf, 0.0, 0.0
    for k in range(5):
        if k == 0:
            s = _share((uv * vw - vv * uw) / (det if det > 0 else 1.0))
            t = _share((s * uv + vw) / vv1)
        elif k == 1:
            s, t = 0.0, _share(vw / vv1)
        elif k == 2:
            s, t = 1.0, _share((uv + vw) / vv1)
        elif k == 3:
            s, t = _share(-uw / uu1), 0.0
        else:
            s, t = _share((uv - uw) / uu1), 1.0
        x, y, z = wx + s * ux - t * vx, wy + s * uy - t * vy, wz + s * uz - t * vz
        square = x * x + y * y + z * z
        if square < best:
            best, s_best, t_best = square, s, t
    return best, s_best, t_best


@njit(nogil=True, cache=True)
def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
