"""Longitude and latitude boxes around a grown shape: which cells of a grid it touches."""

from __future__ import annotations

import numpy as np

from wideberth.space.ellipsoid import R_MAX, R_MIN, Array, to_ecef
from wideberth.space.inside import contains
from wideberth.space.shape import Shapes

CELL = 0.25
EVERYWHERE = np.array([[-180.0, -90.0, 180.0, 90.0]])
HALF_WAY = 10_000_000.0
"""Metres: a shape grown by more touches every cell."""


def boxes(shapes: Shapes, k: int, growth: float) -> Array:
    """Boxes (n, 4) west, south, east, north in degrees that together hold shape k grown by `growth` metres.

    One box a piece, and for a filled shape one a 15′ cell of which the middle is inside.
    """
    own = shapes.pieces(k)
    radius = growth + float(shapes.radius[k])
    if radius > HALF_WAY:
        return EVERYWHERE
    lon1, lat1, lon2, lat2 = shapes.lonlat[own].T
    lon2 = lon1 + (lon2 - lon1 + 180.0) % 360.0 - 180.0
    # a geodesic may run past the parallel of its ends, by less than its sagitta on a flat map of the place
    angle = (radius + shapes.half[own] * 0.01) / R_MIN
    south = np.minimum(lat1, lat2) - np.degrees(angle)
    north = np.maximum(lat1, lat2) + np.degrees(angle)
    poleward = np.minimum(np.radians(np.maximum(np.abs(lat1), np.abs(lat2))) + 0.001, np.pi / 2)
    sideways = np.sin(np.minimum(angle, np.pi / 2)) * (R_MAX / R_MIN) / np.maximum(np.cos(poleward), 1e-9)
    polar = (north > 89.5) | (south < -89.5) | (sideways >= 1.0)
    wide = np.degrees(np.arcsin(np.where(polar, 0.0, np.minimum(sideways, 1.0))))
    west = np.where(polar, -180.0, np.minimum(lon1, lon2) - wide)
    east = np.where(polar, 180.0, np.maximum(lon1, lon2) + wide)
    found = np.stack([west, np.maximum(south, -90.0), east, np.minimum(north, 90.0)], -1)
    return np.concatenate([found, _inner_cells(shapes, k, found)]) if shapes.area[k] else found


def _inner_cells(shapes: Shapes, k: int, found: Array) -> Array:
    """The middles (as boxes of no size) of the cells inside shape k that its boundary does not touch."""
    south, north = found[:, 1].min(), found[:, 3].max()
    west, east = found[:, 0].min(), found[:, 2].max()
    if north - south < CELL and east - west < CELL:
        return np.zeros((0, 4))
    around_pole = east - west >= 300.0
    if around_pole:
        south, north, west, east = -90.0, 90.0, -180.0, 180.0
    lat = np.arange(np.floor(south / CELL), np.ceil(north / CELL)) * CELL + CELL / 2
    lon = np.arange(np.floor(west / CELL), np.ceil(east / CELL)) * CELL + CELL / 2
    grid_lon, grid_lat = (g.ravel() for g in np.meshgrid(lon, lat))
    points = to_ecef(grid_lon, grid_lat)
    near = ((points >= shapes.low[k]) & (points <= shapes.high[k])).all(axis=1)
    grid_lon, grid_lat, points = grid_lon[near], grid_lat[near], points[near]
    held = contains(shapes, k, points)
    lon_in, lat_in = grid_lon[held], grid_lat[held]
    return np.stack([lon_in, lat_in, lon_in, lat_in], -1)
