"""The compiled loops that build the live index: trees of boxes, geometry with balls, stores of the living."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wideberth.conflict.columns import (
    BALL,
    BOX,
    FAN,
    FIRST,
    GEOMETRY,
    GEOMETRY_FIRST,
    GEOMETRY_SIZE,
    OVER,
    PIECE,
    PLAN,
    ROW,
    RUN,
    SIZE,
)
from wideberth.space.ellipsoid import Array, Index

Cells = NDArray[np.int32]
SAMPLE = 32
"""Boxes that are looked at to choose where to halve."""
OUTLIER = 1e6
"""Usual sizes."""


@njit(nogil=True, cache=True)
def plant(boxes: Cells) -> Cells:
    """A packed tree over boxes (n, BOX), in the order of `ordered`: each FAN neighbours get a node.

    Returns: line 0 holds the number of boxes, of levels, and where each level begins, and the end; then the
    boxes themselves (level 0) and those of the nodes, level by level.
    """
    n = len(boxes)
    total, levels, width = 1, 0, n
    while n:
        total += width
        levels += 1
        if width <= FAN:
            break
        width = (width + FAN - 1) // FAN
    tree = np.empty((total, BOX), dtype=np.int32)
    tree[0] = 0
    tree[0, 0], tree[0, 1] = n, levels
    if not n:
        return tree
    order = ordered(boxes)
    for k in range(n):
        tree[1 + k] = boxes[order[k]]
    tree[0, 2] = 1
    begin, width = 1, n
    for level in range(1, levels):
        above = begin + width
        tree[0, 2 + level] = above
        count = (width + FAN - 1) // FAN
        for node in range(count):
            first = begin + node * FAN
            tree[above + node] = tree[first]
            for k in range(first + 1, min(first + FAN, above)):
                for axis in range(0, 10, 2):
                    tree[above + node, axis] = min(tree[above + node, axis], tree[k, axis])
                    tree[above + node, axis + 1] = max(tree[above + node, axis + 1], tree[k, axis + 1])
        begin, width = above, count
    tree[0, 2 + levels] = begin + width
    return tree


@njit(nogil=True, cache=True)
def ordered(boxes: Cells) -> Index:
    """The order of boxes (n, BOX) in a packed tree: each run of FAN lies close together, each run of FAN
    runs, and so on.

    From the top every run of runs is halved, on the axis of x, y, z and time (low or high ends) on which it
    is spread most, in usual sizes of a box: a k-d tree over both ends, so that large boxes part from small
    ones (Procopiuc et al., Bkd-tree, 2003).
    """
    n = len(boxes)
    order = np.arange(n)
    usual = _usual(boxes)
    stack = np.empty((128, 2), dtype=np.int64)
    stack[0, 0], stack[0, 1] = 0, n
    depth = 1
    while depth:
        depth -= 1
        begin, end = stack[depth, 0], stack[depth, 1]
        if end - begin <= FAN:
            continue
        block = FAN
        while block * FAN < end - begin:
            block *= FAN
        middle = begin + ((end - begin + block - 1) // block + 1) // 2 * block
        _select(order, boxes[:, _widest(boxes, order, begin, end, usual)], begin, end - 1, middle)
        stack[depth, 0], stack[depth, 1] = begin, middle
        stack[depth + 1, 0], stack[depth + 1, 1] = middle, end
        depth += 2
    return order


@njit(nogil=True, cache=True)
def _usual(boxes: Cells) -> Array:
    """The usual size of a box on each axis, in units of boxes; one for all of space."""
    sample = boxes[:: max(1, len(boxes) // 1000)]
    usual = np.empty(8)
    for axis in range(0, 8, 2):
        size = np.median(sample[:, axis + 1].astype(np.float64) - sample[:, axis])
        usual[axis] = usual[axis + 1] = max(size, 1.0)
    usual[:6] = usual[:6].max()
    return usual


@njit(nogil=True, cache=True)
def _widest(boxes: Cells, order: Index, begin: int, end: int, usual: Array) -> int:
    """The column in which a sample of boxes is spread most; what is out of all measure counts as OUTLIER."""
    best, most = 0, -1.0
    count = min(SAMPLE, end - begin)
    for axis in range(8):
        mean, spread = 0.0, 0.0
        for k in range(count):
            mean += boxes[order[begin + k * (end - begin) // count], axis] / count
        for k in range(count):
            away = abs(boxes[order[begin + k * (end - begin) // count], axis] - mean) / usual[axis]
            spread += min(away, OUTLIER)
        if spread > most:
            best, most = axis, spread
    return best


@njit(nogil=True, cache=True)
def _select(order: Index, keys: Cells, low: int, high: int, wanted: int) -> None:
    """Part order[low:high + 1] so that no key before `wanted` is greater than any from there on (Hoare's
    quickselect).
    """
    while low < high:
        a, b, c = keys[order[low]], keys[order[(low + high) // 2]], keys[order[high]]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while keys[order[i]] < pivot:
                i += 1
            while keys[order[j]] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            return


@njit(nogil=True, cache=True)
def lay_geometry(first: Index, pieces: Array) -> tuple[Array, Index]:
    """The geometry of shapes: pieces, balls around runs of them, balls around runs of runs.

    Args:
        first: (n + 1,) where the pieces of each shape begin. pieces: (m, PIECE).

    Returns: all of it in one line, and where each shape begins in it.
    """
    begin = np.zeros(len(first), dtype=np.int64)
    for k in range(len(first) - 1):
        count = first[k + 1] - first[k]
        runs = (count + RUN - 1) // RUN
        begin[k + 1] = begin[k] + PIECE * count + BALL * (runs + (runs + RUN - 1) // RUN)
    out = np.empty(begin[-1])
    for k in range(len(first) - 1):
        count = first[k + 1] - first[k]
        at = begin[k]
        for p in range(first[k], first[k + 1]):
            out[at : at + PIECE] = pieces[p]
            at += PIECE
        runs = (count + RUN - 1) // RUN
        _around_pieces(out, begin[k], count, at)
        _around_balls(out, at, runs, at + BALL * runs)
    return out, begin


@njit(nogil=True, cache=True)
def _around_pieces(out: Array, first: int, count: int, at: int) -> None:
    for run in range(0, count, RUN):
        last = min(run + RUN, count)
        for axis in range(3):
            middle = 0.0
            for k in range(run, last):
                middle += (out[first + PIECE * k + axis] + out[first + PIECE * k + 3 + axis]) / 2
            out[at + axis] = middle / (last - run)
        reach = 0.0
        for k in range(run, last):
            piece = first + PIECE * k
            square = 0.0
            for axis in range(3):
                square += ((out[piece + axis] + out[piece + 3 + axis]) / 2 - out[at + axis]) ** 2
            reach = max(reach, np.sqrt(square) + out[piece + 6] + out[piece + 7])
        out[at + 3] = reach
        at += BALL


@njit(nogil=True, cache=True)
def _around_balls(out: Array, first: int, count: int, at: int) -> None:
    for run in range(0, count, RUN):
        last = min(run + RUN, count)
        for axis in range(3):
            middle = 0.0
            for k in range(run, last):
                middle += out[first + BALL * k + axis]
            out[at + axis] = middle / (last - run)
        reach = 0.0
        for k in range(run, last):
            square = 0.0
            for axis in range(3):
                square += (out[first + BALL * k + axis] - out[at + axis]) ** 2
            reach = max(reach, np.sqrt(square) + out[first + BALL * k + 3])
        out[at + 3] = reach
        at += BALL


# this and the next are so short that giving up the interpreter's lock, and waiting for it, would take longer
@njit(cache=True)
def bury(serial: Index, count: int, wanted: int, moment: int, died: Index, plans: Index) -> tuple[int, int]:
    """Note when the plan of a serial number died; how many rows and figures of geometry it has.

    Args:
        serial: rising, of `count` plans.
    """
    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        if serial[middle] <= wanted:
            low = middle
        else:
            high = middle
    died[low] = moment
    return plans[low, SIZE], plans[low, GEOMETRY_SIZE]


@njit(cache=True)
def put(
    rows: Array,
    boxes: Cells,
    geometry: Array,
    over: int,
    to_plans: Index,
    to_rows: Array,
    to_boxes: Cells,
    to_geometry: Array,
    p: int,
    r: int,
    g: int,
) -> None:
    """Write one plan as plan p, its rows from r on and its geometry from g on."""
    to_plans[p, FIRST], to_plans[p, SIZE], to_plans[p, OVER] = r, len(rows), over
    to_plans[p, GEOMETRY_FIRST], to_plans[p, GEOMETRY_SIZE] = g, len(geometry)
    for k in range(len(geometry)):
        to_geometry[g + k] = geometry[k]
    for row in range(len(rows)):
        to_rows[r + row] = rows[row]
        to_rows[r + row, PLAN] = p
        to_rows[r + row, GEOMETRY] += g
        to_boxes[r + row] = boxes[row]
        to_boxes[r + row, ROW] = r + row


@njit(nogil=True, cache=True)
def boxes_left(tree: Cells, rows: Array, died: Index, moment: int, out: Cells, at: int) -> int:
    """Copy the boxes of a tree whose plans were not removed up to `moment` to `out`; where they end."""
    for k in range(1, 1 + tree[0, 0]):
        if died[int(rows[tree[k, ROW], PLAN])] > moment:
            out[at] = tree[k]
            at += 1
    return at


@njit(nogil=True, cache=True)
def copy_left(
    plans: Index,
    rows: Array,
    boxes: Cells,
    geometry: Array,
    died: Index,
    begin: int,
    end: int,
    moment: int,
    to_plans: Index,
    to_rows: Array,
    to_boxes: Cells,
    to_geometry: Array,
    to_died: Index,
    filled: Index,
    kept: Index,
) -> int:
    """Copy the plans begin:end that were not removed up to `moment` behind what another store holds.

    Args:
        filled: plans, rows and geometry that the other store holds; brought up to date.
        kept: the numbers of the plans that were copied, to be filled; how many is returned.
    """
    count = 0
    for k in range(begin, end):
        if died[k] <= moment:
            continue
        p, r, g = filled[0], filled[1], filled[2]
        first, size = plans[k, FIRST], plans[k, SIZE]
        g0, g_size = plans[k, GEOMETRY_FIRST], plans[k, GEOMETRY_SIZE]
        # what begins at g0 begins at g from now on
        to_died[p] = died[k]
        to_plans[p] = plans[k]
        to_plans[p, FIRST], to_plans[p, GEOMETRY_FIRST] = r, g
        to_geometry[g : g + g_size] = geometry[g0 : g0 + g_size]
        for row in range(size):
            to_rows[r + row] = rows[first + row]
            to_rows[r + row, PLAN] = p
            to_rows[r + row, GEOMETRY] += g - g0
            to_boxes[r + row] = boxes[first + row]
            to_boxes[r + row, ROW] = r + row
        filled[0], filled[1], filled[2] = p + 1, r + size, g + g_size
        kept[count] = k
        count += 1
    return count
