"""The WGS84 ellipsoid: earth-centred coordinates and the two radii that bound every curvature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Array = NDArray[np.float64]
Index = NDArray[np.int64]

A = 6_378_137.0
"""Equatorial radius in metres (WGS84, NIMA TR8350.2)."""
F = 1 / 298.257223563
B = A * (1 - F)
E2 = F * (2 - F)
R_MIN = B * B / A
"""6,335,439 m: no normal section is curved more than a circle of this radius (meridian at the equator)."""
R_MAX = A * A / B
"""6,399,594 m: none is curved less (at the poles)."""
GEOD = Geod(ellps="WGS84")
"""Karney's geodesics (GeographicLib as carried by PROJ); array arguments in degrees and metres."""


def to_ecef(lon: Array, lat: Array) -> Array:
    """Earth-centred coordinates in metres, shape (…, 3), of points on the ellipsoid given in degrees."""
    # −180° is 180°, to the bit: a vertex written both ways is one vertex
    lon = np.where(lon == -180.0, 180.0, lon)
    sin, cos = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    normal = A / np.sqrt(1 - E2 * sin * sin)
    # cos(90°) is 6e-17 in floating point; at the pole longitude must not matter at all
    ring = np.where(np.abs(lat) == 90.0, 0.0, normal * cos)
    return np.stack(
        [ring * np.cos(np.radians(lon)), ring * np.sin(np.radians(lon)), normal * (1 - E2) * sin], -1
    )


def to_lonlat(xyz: Array) -> Array:
    """Longitude and latitude in degrees, shape (…, 2), of points near the ellipsoid's surface.

    Bowring's formula; points within some km of the surface are right to 1e-9 degrees.
    """
    x, y, z = xyz[..., 0], xyz[..., 1], xyz[..., 2]
    ring = np.hypot(x, y)
    reduced = np.arctan2(z * A, ring * B)
    lat = np.arctan2(z + (A * A - B * B) / B * np.sin(reduced) ** 3, ring - E2 * A * np.cos(reduced) ** 3)
    return np.stack([np.degrees(np.arctan2(y, x)), np.degrees(lat)], -1)


def up(xyz: Array) -> Array:
    """Outward normal (not of unit length) of the ellipsoid at points on it."""
    return np.asarray(xyz / np.array([A * A, A * A, B * B]))
