"""The compiled search of tracks and zones: what `entering_kernels` needs, packed once."""

from __future__ import annotations

from typing import Final

import numpy as np

from wideberth.conflict import columns as c
from wideberth.conflict.index_trees import Cells, lay_geometry, plant
from wideberth.space.altitude import UNBOUNDED
from wideberth.space.ellipsoid import Array, Index
from wideberth.space.height import QNH_DISTANCE
from wideberth.space.units import METRE
from wideberth.watch import entering_kernels as kernels
from wideberth.watch import zone_rows as z
from wideberth.watch.entering_plain import Hits, Nearest
from wideberth.watch.motion import Rows

TICK: Final = 4_096
"""ms: the unit of the time of boxes."""
ROUNDING: Final = 0.01
"""Metres added to boxes on every side."""

STOREYS: Final = (50_000, 150_000, 400_000)
"""cm: where zones part by their upper limits; a judgement."""


class Compiled:
    """The compiled search (`entering_plain.Search`)."""

    def __init__(self, laid: z.Laid) -> None:
        shapes = laid.shapes
        pieces = np.column_stack([shapes.a, shapes.b, shapes.half, shapes.sag])
        self._geometry, first = lay_geometry(shapes.first, pieces)
        self._begin = np.stack([first[:-1], np.diff(shapes.first)], -1)
        self._radius = shapes.radius
        self._zones = laid.rows
        self._how, self._stretch = laid.how, laid.stretch
        self._trees = _trees(_boxes(laid.rows))

    def hits(self, rows: Rows, live: Index, now_ms: int, look_ahead_ms: int) -> Hits:
        """As `Search`."""
        found = kernels.sweep(
            rows,
            live,
            self._zones,
            self._begin,
            self._geometry,
            self._trees,
            self._how,
            self._stretch,
            float(now_ms),
            float(look_ahead_ms),
            float(TICK),
        )
        return Hits(found[:, 0].astype(np.int64), found[:, 1].astype(np.int64), found[:, 2], found[:, 3])

    def nearest(self, rows: Rows, hits: Hits, now_ms: int, look_ahead_ms: int) -> Nearest:
        """As `Search`."""
        found = kernels.nearest(
            rows,
            hits.track,
            hits.turning < hits.straight,
            np.minimum(hits.straight, hits.turning),
            self._zones,
            hits.row,
            self._begin,
            self._geometry,
            self._radius,
            self._how,
            self._stretch,
            float(now_ms),
            float(look_ahead_ms),
        )
        at, gap, height, need = found[:, 1:5].T
        return Nearest(found[:, 0] == 1.0, at, gap, height, need, found[:, 5:])


def _trees(boxes: Cells) -> tuple[Cells, ...]:
    """Always so many trees (or the loops would be compiled anew), low zones and high ones apart: most tracks
    fly above most zones, and trees part space and time, not heights.
    """
    level = np.searchsorted(STOREYS, boxes[:, 9])
    return tuple(plant(boxes[level == storey]) for storey in range(len(STOREYS) + 1))


def _boxes(rows: Array) -> Cells:
    """What `index_trees.plant` takes: cm, ticks and cm of height; heights as stated and as they may be."""
    wide = np.empty((len(rows), 10))
    wide[:, 0:6:2] = (rows[:, z.LOW : z.LOW + 3] - ROUNDING) * 100
    wide[:, 1:6:2] = (rows[:, z.HIGH : z.HIGH + 3] + ROUNDING) * 100
    wide[:, 6], wide[:, 7] = rows[:, z.START] / TICK, rows[:, z.END] / TICK
    above = np.where(rows[:, z.V] == z.ANY, UNBOUNDED, rows[:, z.V] + QNH_DISTANCE + METRE)
    top = np.where(rows[:, z.DATUM_HIGH] == z.UNLIMITED, UNBOUNDED, rows[:, z.LIMIT_HIGH])
    centimetre = METRE // 100
    wide[:, 8] = (np.minimum(rows[:, z.LIMIT_LOW], rows[:, z.LEAST]) - above) / centimetre
    wide[:, 9] = (np.maximum(top, rows[:, z.MOST]) + above) / centimetre
    wide[:, 0::2], wide[:, 1::2] = np.floor(wide[:, 0::2]), np.ceil(wide[:, 1::2])
    boxes = np.zeros((len(rows), c.BOX), dtype=np.int32)
    boxes[:, :10] = np.clip(wide, -(2.0**31), 2.0**31 - 1)
    boxes[:, c.ROW], boxes[:, c.PARTY] = np.arange(len(rows)), rows[:, z.PARTY]
    return boxes
