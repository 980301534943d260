"""Independent geodesy for tests: dense samples by PROJ's geodesics, nothing of the package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

Array = NDArray[np.float64]
GEOD = Geod(ellps="WGS84")


def along(lon1: float, lat1: float, lon2: float, lat2: float, straight: bool, count: int = 400) -> Array:
    """Points (count + 1, 2) on an edge: straight in lon/lat (the short way round) or geodesic."""
    share = np.linspace(0.0, 1.0, count + 1)
    if straight:
        wide = lon2 - lon1 if abs(lon2 - lon1) in (0, 360) else (lon2 - lon1 + 180) % 360 - 180
        return np.stack([lon1 + share * wide, lat1 + share * (lat2 - lat1)], -1)
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    start = (np.full(count + 1, v) for v in (lon1, lat1, azimuth))
    lon, lat, _ = GEOD.fwd(*start, share * length)  # type: ignore[call-arg, arg-type]  # the stub has no star
    return np.stack([lon, lat], -1)


def refined(p: tuple[tuple[float, float], ...], q: tuple[tuple[float, float], ...], straight: bool) -> float:
    """Distance in metres of two edges: a fine grid of both, then ever finer around the closest samples."""
    best, count = np.inf, 120
    for _ in range(9):
        one, two = along(*p[0], *p[1], straight, count), along(*q[0], *q[1], straight, count)
        lon1, lon2 = np.repeat(one[:, 0], count + 1), np.tile(two[:, 0], count + 1)
        lat1, lat2 = np.repeat(one[:, 1], count + 1), np.tile(two[:, 1], count + 1)
        away = np.asarray(GEOD.inv(lon1, lat1, lon2, lat2)[2])
        k = int(np.argmin(away))
        best = min(best, float(away[k]))
        i, j = divmod(k, count + 1)
        p = tuple((float(x), float(y)) for x, y in one[[max(0, i - 3), min(count, i + 3)]])
        q = tuple((float(x), float(y)) for x, y in two[[max(0, j - 3), min(count, j + 3)]])
        count = 24
    return best
