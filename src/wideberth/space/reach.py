"""Longitude and latitude boxes around a grown shape: which cells of a grid it touches."""

from __future__ import annotations

import numpy as np

from wideberth.space.ellipsoid import R_MAX, R_MIN, Array, Index, to_ecef, to_lonlat
from wideberth.space.inside import contains
from wideberth.space.shape import Shapes

CELL = 0.25
EVERYWHERE = np.array([[-180.0, -90.0, 180.0, 90.0]])
ROUND, TOP = 1440, 360
"""Cells around a parallel, and from the equator to a pole."""
NEARLY_ROUND = 1_200
HALF_WAY = 10_000_000.0
"""Metres: a shape grown by more touches every cell."""


def boxes(shapes: Shapes, k: int, growth: float) -> Array:
    """Boxes (n, 4) west, south, east, north in degrees that together hold shape k grown by `growth` metres.

    One box a piece, and for a filled shape one a run of 15′ cells inside.
    """
    own = shapes.pieces(k)
    radius = growth + float(shapes.radius[k])
    if radius > HALF_WAY:
        return EVERYWHERE
    found = around(shapes.a[own], shapes.b[own], shapes.half[own], radius)
    return np.concatenate([found, _inner_cells(shapes, k, found)]) if shapes.area[k] else found


def around(a: Array, b: Array, half: Array, radius: float | Array) -> Array:
    """Boxes (n, 4) as in `boxes`, each around all points within `radius` metres of a piece.

    Args:
        a: the ends of the pieces in ECEF metres, as `b`.
        half: at least half their lengths in metres.
    """
    (lon1, lat1), (lon2, lat2) = to_lonlat(a).T, to_lonlat(b).T
    lon2 = lon1 + (lon2 - lon1 + 180.0) % 360.0 - 180.0
    # a geodesic may run past the parallel of its ends, by less than its sagitta on a flat map of the place
    angle = (radius + half * 0.01) / R_MIN
    south = np.minimum(lat1, lat2) - np.degrees(angle)
    north = np.maximum(lat1, lat2) + np.degrees(angle)
    poleward = np.minimum(np.radians(np.maximum(np.abs(lat1), np.abs(lat2))) + 0.001, np.pi / 2)
    sideways = np.sin(np.minimum(angle, np.pi / 2)) * (R_MAX / R_MIN) / np.maximum(np.cos(poleward), 1e-9)
    polar = (north > 89.5) | (south < -89.5) | (sideways >= 1.0)
    wide = np.degrees(np.arcsin(np.where(polar, 0.0, np.minimum(sideways, 1.0))))
    west = np.where(polar, -180.0, np.minimum(lon1, lon2) - wide)
    east = np.where(polar, 180.0, np.maximum(lon1, lon2) + wide)
    return np.stack([west, np.maximum(south, -90.0), east, np.minimum(north, 90.0)], -1)


def _inner_cells(shapes: Shapes, k: int, found: Array) -> Array:
    """Boxes, one a run, through the middles of the cells inside shape k that its boundary does not touch.

    Along a row of the grid, neighbouring cells without boundary are all inside or all outside: the
    first of each run answers for it.
    """
    turned = found.copy()
    turned[:, [0, 2]] += np.round((found[0, 0] - found[:, :1]) / 360.0) * 360.0
    spans = np.unique(np.floor(turned / CELL).astype(np.int64), axis=0)
    west, south = spans[:, :2].min(axis=0)
    width, height = spans[:, 2:].max(axis=0) + 1 - (west, south)
    if width > NEARLY_ROUND:
        # it may run around a pole, be it along one parallel: any cell may be inside
        west, width, south, height = -ROUND // 2, ROUND, -TOP, 2 * TOP
    elif min(width, height) < 3:
        return np.zeros((0, 4))
    clear = np.ones((height, width + 1), dtype=bool)
    for w, s, e, n in spans:
        columns = np.arange(w - west, min(e - west, w - west + ROUND - 1) + 1) % width
        clear[s - south : n - south + 1, columns] = False
    clear[:, -1] = False
    edge = np.diff(np.pad(clear, ((0, 0), (1, 0))).astype(np.int8), axis=1)
    row, first = np.nonzero(edge == 1)
    last = np.nonzero(edge == -1)[1] - 1
    held = contains(shapes, k, to_ecef(_middle(first + west), _middle(row + south)))
    lat = _middle(row + south)[held]
    return np.stack([_middle(first + west)[held], lat, _middle(last + west)[held], lat], -1)


def _middle(number: Index) -> Array:
    """Degrees of the middle of a cell from its number along a row or column."""
    return np.asarray((number + 0.5) * CELL, dtype=np.float64)
