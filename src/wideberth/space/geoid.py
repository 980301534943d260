"""Geoid undulation N (height of the geoid above the WGS84 ellipsoid) on a 15′ grid."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wideberth.errors import Invalid

ROWS, COLUMNS = 721, 1440
"""Nodes every 0.25°: latitudes 90 … −90, longitudes 0 … 359.75."""
PER_DEGREE = 4
CENTIMETRE = 100
"""0.1 mm; the grid is in whole centimetres."""
ERROR = 12_000
"""0.1 mm: the undulation anywhere is within this of the range of its cell's four nodes (ADR 0004)."""


class Geoid:
    """The grid; `nodes[row, column]` in centimetres, row 0 at the north pole, column 0 at Greenwich."""

    def __init__(self, nodes: NDArray[np.int16]) -> None:
        if nodes.shape != (ROWS, COLUMNS) or nodes.dtype != np.int16:
            raise Invalid("geoid.shape", "geoid", f"{nodes.dtype}{nodes.shape}", "int16 of 721 by 1440")
        self.nodes = nodes

    def bounds(self, boxes: NDArray[np.float64]) -> tuple[int, int]:
        """Lowest and highest N in 0.1 mm over every cell touched by the boxes, error included.

        Args:
            boxes: shape (n, 4): west, south, east, north in degrees; east >= west, any turn of longitude.
        """
        found = self.each(boxes)
        return int(found[:, 0].min()), int(found[:, 1].max())

    def each(self, boxes: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n, 2): as `bounds`, of each of the boxes."""
        spans = np.stack(
            [
                np.floor((90.0 - boxes[:, 3]) * PER_DEGREE),
                np.floor((90.0 - boxes[:, 1]) * PER_DEGREE) + 1,
                np.floor(boxes[:, 0] * PER_DEGREE),
                np.floor(boxes[:, 2] * PER_DEGREE) + 1,
            ],
            axis=1,
        ).astype(np.int64)
        unlike, number = np.unique(spans, axis=0, return_inverse=True)
        found = np.empty((len(unlike), 2), dtype=np.int64)
        for k, (top, bottom, west, east) in enumerate(unlike.tolist()):
            first = west % COLUMNS
            # at most once around
            columns = slice(first, first + min(east - west, COLUMNS - 1) + 1)
            block = self._twice[max(0, top) : min(ROWS - 1, bottom) + 1, columns]
            found[k] = block.min(), block.max()
        return found[number.reshape(-1)] * CENTIMETRE + (-ERROR, ERROR)

    @cached_property
    def _twice(self) -> NDArray[np.int16]:
        """The nodes twice around."""
        return np.concatenate([self.nodes, self.nodes], axis=1)

    def at(self, lon: float, lat: float) -> float:
        """N in metres at a point, bilinear between the nodes; for display, never for a decision."""
        row, column = (90.0 - lat) * PER_DEGREE, (lon % 360.0) * PER_DEGREE
        r, c = min(int(row), ROWS - 2), int(column)
        u, v = row - r, column - c
        n = self.nodes[np.ix_([r, r + 1], [c % COLUMNS, (c + 1) % COLUMNS])].astype(float) / 100
        return float((n[0] * (1 - u) + n[1] * u) @ [1 - v, v])
