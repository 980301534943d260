"""The compiled engine: candidate pairs by cells of space and order of time, nearest pieces by balls.

Rows are put into lists by size and by party. Each two lists are joined in cells that fit the larger
shapes; in a cell entries are in order of time, and each looks ahead until nothing later can be in
time. Cells are cubes of earth-centred space: no pole, no antimeridian.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations_with_replacement
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from wideberth.conflict import kernels
from wideberth.conflict.engine import Engine
from wideberth.conflict.kernels import AFTER, FROM, RUN, SELF, Reals, Wholes
from wideberth.conflict.pairs import EVERYWHERE, Reach, comparable
from wideberth.conflict.prepare import Rows
from wideberth.conflict.vertical import DIRECT
from wideberth.space.altitude import DATUMS
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.shape import Shapes
from wideberth.space.units import METRE
from wideberth.space.widen import UNBOUNDED

STEP = 4.0
"""Each list holds shapes up to so many times as large as the one before."""
FACTORS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Sizes of cells that are weighed against each other, in sizes of the shapes in them."""
ENTRY_COST = 30.0
"""What making an entry takes, in comparisons of two entries."""
SAMPLE = 4_096
LARGE_SHARE = 0.2
"""Parties that hold so large a share of all rows have lists of their own, not compared with themselves."""
ROOM = 200_000
"""Pairs that one step of a scan may find, unless told otherwise."""
SPAN = 4_096
"""Entries that one step looks at."""
TOGETHER = 16
"""Steps that are handed out at a time."""
PART = 8_192
"""Pairs of shapes that are measured in one go."""
MARGIN = 1.0
"""Metres that cover the rounding of boxes to single precision; heights get a millionth more."""
_SAME_DATUM = np.array([datum in DIRECT for datum in DATUMS])
_UNL, _ALT = DATUMS.index("UNL"), DATUMS.index("ALT")

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Runs a function over values: `map`, or a thread pool's."""


class Boxes(NamedTuple):
    """The rows in order of start: `box` (n, 8), `time` (n, 2) and `datum` (n,) as `kernels.scan` takes them,
    and the `row` of each.
    """

    box: NDArray[np.float32]
    time: Index
    datum: Index
    row: Index


class List(NamedTuple):
    """Positions in `Boxes` of shapes of up to `size` metres, of one party or plan (`side`), or many (−1)."""

    at: Index
    size: float
    side: int


class Entries(NamedTuple):
    """Rows put into cells, as `kernels.scan` takes them; `first` has one more than there are buckets."""

    boxes: Reals
    times: Wholes
    cells: Wholes
    bucket: Wholes
    first: Wholes


class Task(NamedTuple):
    """A part of a join: which entries of `p` look at those of `q`; where in `q` to go on (−1: nowhere)."""

    p: Entries
    q: Entries
    mode: int
    begin: int
    end: int
    resume: int = -1


def compiled(spread: Spread = map, room: int = ROOM) -> Engine:
    """The compiled engine.

    Args:
        spread: runs its steps, side by side where it is a thread pool's `map`.
        room: pairs that one step may find.
    """

    def candidates(rows: Rows, reach: Reach, own: bool) -> Iterator[tuple[Index, Index, int]]:
        return _candidates(rows, reach, own, spread, room)

    def least(shapes: Shapes, i: Index, j: Index, reach: Array) -> tuple[Array, Array]:
        return _least(shapes, i, j, reach, spread)

    return Engine(candidates, least)


COMPILED = compiled()


def _candidates(
    rows: Rows, reach: Reach, own: bool, spread: Spread, room: int
) -> Iterator[tuple[Index, Index, int]]:
    """As `pairs.candidates`; of the rows done it tells an estimate."""
    boxes = _boxes(rows, reach)
    lists = _lists(boxes, (rows.plan if own else rows.party)[boxes.row])
    factor = _factor(boxes, max(lists, key=lambda one: len(one.at)))
    known: dict[tuple[int, float], Entries] = {}
    joins = list(combinations_with_replacement(range(len(lists)), 2))
    for number, (one, two) in enumerate(joins):
        if lists[one].side == lists[two].side >= 0:
            continue
        cell = factor * max(lists[one].size, lists[two].size)
        for k in (one, two):
            if (k, cell) not in known:
                known[k, cell] = _entries(boxes, lists[k].at, cell)
        p, q = known[one, cell], known[two, cell]
        tasks = _tasks(p, q, SELF) if one == two else [*_tasks(p, q, FROM), *_tasks(q, p, AFTER)]
        total = len(tasks)
        for found in _run(tasks, spread, room):
            i, j = boxes.row[found[:, 0]], boxes.row[found[:, 1]]
            done = (number + 1 - len(tasks) / (total + 1)) / len(joins)
            yield *comparable(rows, i, j, own), int(done * len(rows.plan))


def _run(tasks: list[Task], spread: Spread, room: int) -> Iterator[NDArray[np.int32]]:
    """Pairs of positions, about `room` at a time; `tasks` are taken from the list's end."""
    found: list[NDArray[np.int32]] = []
    count = 0
    while tasks:
        now = [tasks.pop() for _ in range(min(TOGETHER, len(tasks)))]
        for part, rest in spread(partial(_scan, room=room), now):
            found.append(part)
            count += len(part)
            tasks += rest
        if count >= room or not tasks:
            yield np.concatenate(found)
            found, count = [], 0


def _scan(task: Task, room: int) -> tuple[NDArray[np.int32], list[Task]]:
    """The pairs of positions that a task finds, and what is left of it."""
    p, q = task.p, task.q
    out = np.empty((room, 2), dtype=np.int32)
    count, at, resume = kernels.scan(
        *p[:4], q.boxes, q.times, q.cells, q.first, task.mode, task.begin, task.end, task.resume, out
    )
    return out[:count].copy(), [task._replace(begin=at, resume=resume)] if at < task.end else []


def _tasks(p: Entries, q: Entries, mode: int) -> list[Task]:
    count = len(p.bucket)
    return [Task(p, q, mode, begin, min(begin + SPAN, count)) for begin in range(0, count, SPAN)]


def _boxes(rows: Rows, reach: Reach) -> Boxes:
    """Two rows whose boxes or windows do not meet keep every minimum: each is widened by half of it."""
    first = rows.start - rows.pads[:, 2]
    order = np.argsort(first, kind="stable")
    ground, pads, limits = rows.ground[order], rows.pads[order], rows.limits[order]
    window = 2 * UNBOUNDED if reach.t is None else reach.t + rows.end[order] + pads[:, 2]
    margin = (EVERYWHERE / 2 if reach.h is None else (reach.h / 2 + pads[:, 0]) / METRE) + MARGIN
    box = np.empty((len(order), 8), dtype=np.float32)
    margin = np.broadcast_to(margin, len(order))[:, None]
    box[:, 0:6:2], box[:, 1:6:2] = rows.shapes.low[ground] - margin, rows.shapes.high[ground] + margin
    datum, value = limits[..., 0], limits[..., 1] / METRE
    direct = _SAME_DATUM[datum[:, 0]] & ((datum[:, 1] == datum[:, 0]) | (datum[:, 1] == _UNL))
    box[:, 6], box[:, 7] = -np.inf, np.inf
    if reach.v is not None:
        slack = (reach.v / 2 + pads[:, 1]) / METRE + MARGIN
        slack += np.where(datum[:, 0] == _ALT, QNH_DISTANCE / METRE / 2, 0.0)
        box[:, 6] = value[:, 0] - slack - np.abs(value[:, 0]) / 1e6
        box[:, 7] = np.where(datum[:, 1] == _UNL, np.inf, value[:, 1] + slack + np.abs(value[:, 1]) / 1e6)
    time = np.stack([first[order], np.broadcast_to(window, len(order))], -1)
    return Boxes(box, time, np.where(direct, datum[:, 0], -1), order)


def _lists(boxes: Boxes, owner: Index) -> list[List]:
    """The rows apart by size, and by party or plan where one holds much of all."""
    size = (boxes.box[:, 1:6:2] - boxes.box[:, 0:6:2]).max(axis=1).astype(np.float64)
    usual = float(np.quantile(size, 0.8))
    level = np.maximum(0, np.ceil(np.log(size / usual) / np.log(STEP))).astype(np.int64)
    owners, number, count = np.unique(owner, return_inverse=True, return_counts=True)
    large = (count >= LARGE_SHARE * len(owner)) | (len(owners) == 1)
    side = np.where(large[number], number, -1)
    lists = []
    for one in np.unique(level).tolist():
        for other in np.unique(side[level == one]).tolist():
            at = np.flatnonzero((level == one) & (side == other))
            lists.append(List(at, usual * STEP**one, other))
    return lists


def _factor(boxes: Boxes, usual: List) -> float:
    """The size of cells, in sizes of shapes, that is likely to cost least: few entries, few comparisons."""
    start, end = boxes.time[usual.at, 0], boxes.time[usual.at, 1]
    ahead = np.searchsorted(start, end) - np.arange(len(start))
    together = float(ahead.mean()) / len(start)  # the share of all rows that one meets in time
    some = usual.at[:: max(1, len(usual.at) // SAMPLE)]
    share = len(usual.at) / len(some)
    low, high = boxes.box[some, 0:6:2].astype(np.float64), boxes.box[some, 1:6:2].astype(np.float64)
    costs = []
    for factor in FACTORS:
        cell = factor * usual.size
        span = np.floor(high / cell) - np.floor(low / cell) + 1
        middle = np.floor((low + high) / (2 * cell)).astype(np.int64)
        _, count = np.unique(middle, axis=0, return_counts=True)
        copies = float(span.prod(axis=1).mean())
        met = float((count * (count - 1)).sum()) * share * share * copies * copies
        costs.append(ENTRY_COST * copies * len(usual.at) + together * met)
    return FACTORS[int(np.argmin(costs))]


def _entries(boxes: Boxes, at: Index, cell: float) -> Entries:
    """The rows at these positions, each in every cell that its box touches; cells share buckets by hash."""
    first = np.empty((1 << max(4, (2 * len(boxes.row)).bit_length())) + 1, dtype=np.int64)
    return Entries(*kernels.into_cells(boxes.box, boxes.time, boxes.datum, at, cell, first), first)


class _Balls(NamedTuple):
    """Runs of pieces and groups of runs of all shapes, as `kernels.nearest` takes them."""

    runs: Index
    run_balls: Array
    groups: Index
    group_balls: Array


_KNOWN: WeakKeyDictionary[Shapes, _Balls] = WeakKeyDictionary()


def _least(shapes: Shapes, i: Index, j: Index, reach: Array, spread: Spread) -> tuple[Array, Array]:
    """As `gap.least`."""
    if shapes not in _KNOWN:
        runs, run_balls = _around(shapes.first, (shapes.a + shapes.b) / 2, shapes.half + shapes.sag)
        _KNOWN[shapes] = _Balls(runs, run_balls, *_around(runs, run_balls[:, :3], run_balls[:, 3]))
    of_shapes = (shapes.first, shapes.a, shapes.b, shapes.half, shapes.sag, *_KNOWN[shapes])
    apart, points = np.empty(len(i)), np.empty((len(i), 2, 3))

    def measure(begin: int) -> None:
        part = slice(begin, begin + PART)
        kernels.nearest(*of_shapes, i[part], j[part], reach[part], apart[part], points[part])

    for _ in spread(measure, range(0, len(i), PART)):
        pass
    return apart, points


def _around(first: Index, centre: Array, radius: Array) -> tuple[Index, Array]:
    """Balls around runs of up to RUN balls of each shape: where each shape's begin, and (n, 4) the balls."""
    runs = np.concatenate([[0], np.cumsum(-(-np.diff(first) // RUN))])
    balls = np.empty((int(runs[-1]), 4))
    kernels.balls_around(first, centre, radius, runs, balls)
    return runs, balls
