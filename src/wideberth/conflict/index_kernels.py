"""The compiled loops of the live index: ask trees and buffer, and decide what is certain.

Nothing here knows Python objects or holds the interpreter's lock; `columns` says what stands where. A
pair is called APART or CLOSE only where `axes.too_close` certainly says the same.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.conflict import columns as c
from wideberth.space.ellipsoid import R_MAX, A, Array, B, Index
from wideberth.space.gap import FAR, NOISE
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.units import METRE

Cells = NDArray[np.int32]

MANY_LEVELS = 12

MARGIN = 1e-3
"""Metres on either side of a limit within which only the plain code decides."""
LONG = 1.00002 * 2 * A
"""Metres: twice the radius of a circle on which no arc over a chord is shorter than on the ellipsoid."""
SLIVER = 1e-7
"""Radians, or their sine, within which the side of a line is in doubt."""


@njit(nogil=True, cache=True)
def ask(
    q_rows: Array,
    q_boxes: Cells,
    q_geometry: Array,
    rules: Array,
    datums: Index,
    rows: Array,
    boxes: Cells,
    geometry: Array,
    died: Index,
    trees: tuple[Cells, ...],
    begin: int,
    end: int,
    moment: int,
) -> tuple[Index, int]:
    """All rows of other parties that are not surely apart from the rows asked about.

    Args:
        q_rows, q_boxes, q_geometry: the rows asked about.
        rules: (kinds, kinds, most, 4): minima h, v, t, f of each rule of each pair of kinds.
        datums: (8, 8): how two datums compare.
        rows, boxes, geometry, died: the resident rows, and by plan the moment it was removed.
        trees: as `plant` makes them; rows begin:end of the store are looked at one by one.
        moment: plans removed at this moment or before are not seen.

    Returns: (n, 3): row asked about, resident row, DOUBT or CLOSE; and how many are in doubt.
    """
    met, out = _meeting(q_boxes, boxes, trees, begin, end)
    found, doubts = 0, 0
    for k in range(met):
        q, r = out[k, 0], out[k, 1]
        if died[int(rows[r, c.PLAN])] <= moment:
            continue
        verdict = judge(q_rows, q, q_geometry, rules, datums, rows, r, geometry)
        if verdict != c.APART:
            out[found, 0], out[found, 1], out[found, 2] = q, r, verdict
            found += 1
            doubts += verdict == c.DOUBT
    return out[:found], doubts


@njit(nogil=True, cache=True)
def _meeting(
    q_boxes: Cells, boxes: Cells, trees: tuple[Cells, ...], begin: int, end: int
) -> tuple[int, Index]:
    """How many pairs of boxes of different parties meet, and which, in the first two columns."""
    out = np.empty((64, 3), dtype=np.int64)
    stack = np.empty((c.FAN * MANY_LEVELS, 3), dtype=np.int64)
    met = 0
    for q in range(len(q_boxes)):
        x0, x1, y0, y1 = q_boxes[q, 0], q_boxes[q, 1], q_boxes[q, 2], q_boxes[q, 3]
        z0, z1, t0, t1 = q_boxes[q, 4], q_boxes[q, 5], q_boxes[q, 6], q_boxes[q, 7]
        h0, h1, party = q_boxes[q, 8], q_boxes[q, 9], q_boxes[q, c.PARTY]
        for r in range(begin, end):
            if _meet(boxes, r, x0, x1, y0, y1, z0, z1, t0, t1, h0, h1) and party != boxes[r, c.PARTY]:
                out = _room(out, met)
                out[met, 0], out[met, 1] = q, r
                met += 1
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
                for k in range(base + first, base + last):
                    if not _meet(tree, k, x0, x1, y0, y1, z0, z1, t0, t1, h0, h1):
                        continue
                    if level:
                        child = (k - base) * c.FAN
                        stack[depth, 0], stack[depth, 1] = level - 1, child
                        stack[depth, 2] = min(child + c.FAN, tree[0, 2 + level] - tree[0, 1 + level])
                        depth += 1
                    elif party != tree[k, c.PARTY]:
                        out = _room(out, met)
                        out[met, 0], out[met, 1] = q, tree[k, c.ROW]
                        met += 1
    return met, out


@njit(nogil=True, cache=True)
def _meet(
    box: Cells,
    k: int,
    x0: int,
    x1: int,
    y0: int,
    y1: int,
    z0: int,
    z1: int,
    t0: int,
    t1: int,
    h0: int,
    h1: int,
) -> bool:
    """Whether two boxes share a point: all of it at once, because a guess which axis decides costs more."""
    return bool(
        (box[k, 0] <= x1)
        & (box[k, 1] >= x0)
        & (box[k, 2] <= y1)
        & (box[k, 3] >= y0)
        & (box[k, 4] <= z1)
        & (box[k, 5] >= z0)
        & (box[k, 6] <= t1)
        & (box[k, 7] >= t0)
        & (box[k, 8] <= h1)
        & (box[k, 9] >= h0)
    )


@njit(nogil=True, cache=True)
def _room(out: Index, filled: int) -> Index:
    """The same lines, with room for one more."""
    if filled < len(out):
        return out
    more = np.empty((2 * filled, 3), dtype=np.int64)
    more[:filled] = out
    return more


@njit(nogil=True, cache=True)
def judge(
    q_rows: Array,
    q: int,
    q_geometry: Array,
    rules: Array,
    datums: Index,
    rows: Array,
    r: int,
    geometry: Array,
) -> int:
    """APART, CLOSE, or DOUBT of two rows over all rules that hold for their kinds (plainly: `too_close`)."""
    mine = rules[int(q_rows[q, c.KIND]), int(rows[r, c.KIND])]
    time = max(rows[r, c.START] - q_rows[q, c.END], q_rows[q, c.START] - rows[r, c.END])
    worst = c.APART
    for k in range(len(mine)):
        h, v, t, f = mine[k, 0], mine[k, 1], mine[k, 2], mine[k, 3]
        if h == c.NO_RULE:
            break
        if t != c.ANY and time >= t + q_rows[q, c.PAD_T] + rows[r, c.PAD_T]:
            continue
        if f != c.ANY and q_rows[q, c.EMITS] and rows[r, c.EMITS]:
            band = max(
                rows[r, c.BAND_LOW] - q_rows[q, c.BAND_HIGH], q_rows[q, c.BAND_LOW] - rows[r, c.BAND_HIGH]
            )
            if band >= 2 * f:
                continue
        verdict = c.CLOSE
        if v != c.ANY:
            need = v + q_rows[q, c.PAD_V] + rows[r, c.PAD_V]
            verdict = upright(q_rows, q, rows, r, datums, need)
        if verdict != c.APART and h != c.ANY:
            limit = (h + q_rows[q, c.PAD_H] + rows[r, c.PAD_H]) / METRE
            verdict = min(verdict, level(q_rows, q, q_geometry, rows, r, geometry, limit))
        worst = max(worst, verdict)
        if worst == c.CLOSE:
            break
    return worst


@njit(nogil=True, cache=True)
def upright(q_rows: Array, q: int, rows: Array, r: int, datums: Index, need: float) -> int:
    """Whether the vertical gap is below `need` (0.1 mm), by the limits or by all that they may mean."""
    least, most = _rise(rows, r, q_rows, q, datums)
    low, high = _rise(q_rows, q, rows, r, datums)
    if max(least, low) >= need:
        return c.APART
    return c.CLOSE if max(most, high) < need else c.DOUBT


@njit(nogil=True, cache=True)
def _rise(over: Array, p: int, under: Array, q: int, datums: Index) -> tuple[float, float]:
    """Range of the lower limit of one row less the upper limit of another, less what is added for QNH."""
    how = datums[int(over[p, c.DATUM_LOW]), int(under[q, c.DATUM_HIGH])]
    if how == c.OPEN:
        return -np.inf, -np.inf
    plain = over[p, c.LIMIT_LOW] - under[q, c.LIMIT_HIGH]
    if how == c.SAME:
        return plain, plain
    if how == c.BAROMETRIC:
        return plain - QNH_DISTANCE, plain - QNH_DISTANCE
    if how == c.EITHER:
        return plain - QNH_DISTANCE, plain
    # the ranges hold the bare values too, so that limits of which one reading compares directly are covered
    return over[p, c.LEAST_LOW] - under[q, c.MOST_HIGH] - QNH_DISTANCE, over[p, c.MOST_LOW] - under[
        q, c.LEAST_HIGH
    ]


@njit(nogil=True, cache=True)
def level(
    q_rows: Array, q: int, q_geometry: Array, rows: Array, r: int, geometry: Array, limit: float
) -> int:
    """Whether two grounds are closer than `limit` metres (plainly: `gap.gaps`)."""
    for axis in range(3):
        if (
            q_rows[q, c.LOW + axis] - rows[r, c.HIGH + axis] > limit + NOISE
            or rows[r, c.LOW + axis] - q_rows[q, c.HIGH + axis] > limit + NOISE
        ):
            return c.APART
    reach = limit + q_rows[q, c.RADIUS] + rows[r, c.RADIUS]
    near, far = chords_of(reach)
    if limit == 0.0:
        # where boundaries meet, whether interiors do is asked of the plain code
        near = -1.0
    best = nearest(q_rows, q, q_geometry, rows, r, geometry, near, far)
    if best <= near:
        return c.CLOSE
    if best <= far:
        return c.DOUBT
    # boundaries are apart; one may still hold the other
    return max(
        _swallows(q_rows, q, q_geometry, rows, r, geometry),
        _swallows(rows, r, geometry, q_rows, q, q_geometry),
    )


@njit(nogil=True, cache=True)
def chords_of(reach: float) -> tuple[float, float]:
    """Chords in metres up to which points are surely nearer than `reach`, and beyond which surely not."""
    far = np.inf
    if reach < R_MAX:
        far = 2 * R_MAX * np.sin((reach + MARGIN) / (2 * R_MAX)) + MARGIN
    near = min(reach - MARGIN, R_MAX)
    near = min(2 * R_MAX * np.sin(near / (2 * R_MAX)), FAR)
    # where `far` decides: radii θ apart end in points at least 2B·sin(θ/2) apart, and the plane through both
    # cuts the ellipsoid in an ellipse on which these are at most LONG/2·θ apart
    turn = min((reach - 2.0) / LONG, np.pi / 2)
    return max(near, 2 * B * np.sin(turn)), far


@njit(nogil=True, cache=True)
def nearest(
    q_rows: Array, q: int, q_geometry: Array, rows: Array, r: int, geometry: Array, near: float, far: float
) -> float:
    """Least chord between pieces, sagittas taken off, in metres: right between `near` and `far`, else on
    the right side of them (plainly: `gap.least`).
    """
    p0, n = int(q_rows[q, c.GEOMETRY]), int(q_rows[q, c.PIECES])
    q0, m = int(rows[r, c.GEOMETRY]), int(rows[r, c.PIECES])
    runs_p, runs_q = (n + c.RUN - 1) // c.RUN, (m + c.RUN - 1) // c.RUN
    groups_p, groups_q = (runs_p + c.RUN - 1) // c.RUN, (runs_q + c.RUN - 1) // c.RUN
    run_p, run_q = p0 + 8 * n, q0 + 8 * m
    group_p, group_q = run_p + 4 * runs_p, run_q + 4 * runs_q
    best = np.inf
    for g in range(groups_p):
        for h in range(groups_q):
            if _balls_apart(q_geometry, group_p + 4 * g, geometry, group_q + 4 * h) > far:
                continue
            for u in range(g * c.RUN, min(g * c.RUN + c.RUN, runs_p)):
                for v in range(h * c.RUN, min(h * c.RUN + c.RUN, runs_q)):
                    if _balls_apart(q_geometry, run_p + 4 * u, geometry, run_q + 4 * v) > far:
                        continue
                    for s in range(u * c.RUN, min(u * c.RUN + c.RUN, n)):
                        for t in range(v * c.RUN, min(v * c.RUN + c.RUN, m)):
                            one, two = p0 + 8 * s, q0 + 8 * t
                            if _pieces_apart(q_geometry, one, geometry, two) > far:
                                continue
                            square = _segments(q_geometry, one, geometry, two)
                            best = min(best, np.sqrt(square) - q_geometry[one + 7] - geometry[two + 7])
                            if best <= near:
                                return float(best)
    return float(best)


@njit(nogil=True, cache=True)
def _balls_apart(one: Array, p: int, two: Array, q: int) -> float:
    x, y, z = one[p] - two[q], one[p + 1] - two[q + 1], one[p + 2] - two[q + 2]
    return float(np.sqrt(x * x + y * y + z * z) - one[p + 3] - two[q + 3])


@njit(nogil=True, cache=True)
def _pieces_apart(one: Array, p: int, two: Array, q: int) -> float:
    """Lower bound of the distance of two pieces from the balls around them, in metres."""
    x = one[p] + one[p + 3] - two[q] - two[q + 3]
    y = one[p + 1] + one[p + 4] - two[q + 1] - two[q + 4]
    z = one[p + 2] + one[p + 5] - two[q + 2] - two[q + 5]
    return float(np.sqrt(x * x + y * y + z * z) / 2 - one[p + 6] - one[p + 7] - two[q + 6] - two[q + 7])


@njit(nogil=True, cache=True)
def _segments(one: Array, p: int, two: Array, q: int) -> float:
    """Squared distance of two chords (plainly: `segments.closest`)."""
    ux, uy, uz = one[p + 3] - one[p], one[p + 4] - one[p + 1], one[p + 5] - one[p + 2]
    vx, vy, vz = two[q + 3] - two[q], two[q + 4] - two[q + 1], two[q + 5] - two[q + 2]
    wx, wy, wz = one[p] - two[q], one[p + 1] - two[q + 1], one[p + 2] - two[q + 2]
    uu, vv = ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz
    uv, uw, vw = ux * vx + uy * vy + uz * vz, ux * wx + uy * wy + uz * wz, vx * wx + vy * wy + vz * wz
    uu1, vv1 = uu if uu > 0 else 1.0, vv if vv > 0 else 1.0
    det = uu * vv - uv * uv
    best = np.inf
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
        best = min(best, x * x + y * y + z * z)
    return best


@njit(nogil=True, cache=True)
def _share(value: float) -> float:
    return float(min(max(value, 0.0), 1.0))


@njit(nogil=True, cache=True)
def _swallows(outer: Array, p: int, geometry: Array, inner: Array, q: int, others: Array) -> int:
    """CLOSE where a filled shape holds the first point of another, DOUBT where that is not certain."""
    if not outer[p, c.AREA]:
        return c.APART
    at = int(inner[q, c.GEOMETRY])
    x, y, z = others[at], others[at + 1], others[at + 2]
    inside = (
        outer[p, c.LOW] <= x <= outer[p, c.HIGH]
        and outer[p, c.LOW + 1] <= y <= outer[p, c.HIGH + 1]
        and outer[p, c.LOW + 2] <= z <= outer[p, c.HIGH + 2]
    )
    return holds(geometry, int(outer[p, c.GEOMETRY]), int(outer[p, c.PIECES]), x, y, z) if inside else c.APART


@njit(nogil=True, cache=True)
def holds(geometry: Array, first: int, count: int, x: float, y: float, z: float) -> int:
    """On which side of the nearest of some pieces a point lies: CLOSE is inside (plainly: `contain`)."""
    least, nearest_at, share = np.inf, first, 0.0
    for k in range(first, first + 8 * count, 8):
        ux, uy, uz = (
            geometry[k + 3] - geometry[k],
            geometry[k + 4] - geometry[k + 1],
            geometry[k + 5] - geometry[k + 2],
        )
        px, py, pz = x - geometry[k], y - geometry[k + 1], z - geometry[k + 2]
        t = _share((px * ux + py * uy + pz * uz) / max(ux * ux + uy * uy + uz * uz, 1e-12))
        px, py, pz = px - t * ux, py - t * uy, pz - t * uz
        square = px * px + py * py + pz * pz
        if square < least:
            least, nearest_at, share = square, k, t
    k = nearest_at
    if share == 0.0:
        return _corner(geometry, first, count, geometry[k], geometry[k + 1], geometry[k + 2], x, y, z)
    if share == 1.0:
        return _corner(geometry, first, count, geometry[k + 3], geometry[k + 4], geometry[k + 5], x, y, z)
    ax, ay, az = geometry[k], geometry[k + 1], geometry[k + 2]
    ux, uy, uz = geometry[k + 3] - ax, geometry[k + 4] - ay, geometry[k + 5] - az
    # the ellipsoid's normal over the middle
    nx, ny, nz = (ax + ux / 2) / A**2, (ay + uy / 2) / A**2, (az + uz / 2) / B**2
    cx, cy, cz = ny * uz - nz * uy, nz * ux - nx * uz, nx * uy - ny * ux
    px, py, pz = x - ax, y - ay, z - az
    side = cx * px + cy * py + cz * pz
    sure = SLIVER * np.sqrt((cx * cx + cy * cy + cz * cz) * (px * px + py * py + pz * pz))
    if abs(side) <= sure:
        return c.DOUBT
    return c.CLOSE if side > 0 else c.APART


@njit(nogil=True, cache=True)
def _corner(
    geometry: Array, first: int, count: int, cx: float, cy: float, cz: float, x: float, y: float, z: float
) -> int:
    """As `holds` where the nearest point is a corner: of the edges that meet there, the one just clockwise of
    the point decides; a leaving edge has the inside on that side.
    """
    nx, ny, nz = cx / A**2, cy / A**2, cz / B**2
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    nx, ny, nz = nx / size, ny / size, nz / size
    px, py, pz = x - cx, y - cy, z - cz
    # east is square to the point's direction, which is then at angle 0 or so: all others are told against it
    ex, ey, ez = py * nz - pz * ny, pz * nx - px * nz, px * ny - py * nx
    fx, fy, fz = ny * ez - nz * ey, nz * ex - nx * ez, nx * ey - ny * ex
    own = np.arctan2(px * fx + py * fy + pz * fz, px * ex + py * ey + pz * ez)
    leaving, arriving = np.inf, np.inf
    for k in range(first, first + 8 * count, 8):
        begins = geometry[k] == cx and geometry[k + 1] == cy and geometry[k + 2] == cz
        ends = geometry[k + 3] == cx and geometry[k + 4] == cy and geometry[k + 5] == cz
        for out in range(2):
            if not (begins if out else ends):
                continue
            other = k + 3 if out else k
            dx, dy, dz = geometry[other] - cx, geometry[other + 1] - cy, geometry[other + 2] - cz
            angle = np.arctan2(dx * fx + dy * fy + dz * fz, dx * ex + dy * ey + dz * ez)
            clockwise = (own - angle) % (2 * np.pi)
            if clockwise < SLIVER or clockwise > 2 * np.pi - SLIVER:
                return c.DOUBT
            if out:
                leaving = min(leaving, clockwise)
            else:
                arriving = min(arriving, clockwise)
    if abs(leaving - arriving) < SLIVER:
        return c.DOUBT
    return c.CLOSE if leaving < arriving else c.APART
