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
    """Distance in metres of two edges: samples of the one against the other, ever finer where it is least."""
    low, high, best = 0.0, 1.0, np.inf
    for _ in range(5):
        shares = np.linspace(low, high, 49)
        away = nearest(spots(p, shares, straight), q, straight)
        k = int(np.argmin(away))
        best = min(best, float(away[k]))
        low, high = float(shares[max(0, k - 1)]), float(shares[min(48, k + 1)])
    return best


def nearest(points: Array, edge: tuple[tuple[float, float], ...], straight: bool) -> Array:
    """Distance in metres of each point from an edge: the best of 24 samples, then ever closer beside it."""
    samples = spots(edge, np.linspace(0.0, 1.0, 25), straight)
    n = len(points)
    lon, lat = np.repeat(points[:, 0], 25), np.repeat(points[:, 1], 25)
    found = GEOD.inv(lon, lat, np.tile(samples[:, 0], n), np.tile(samples[:, 1], n))[2]
    k = np.argmin(np.asarray(found).reshape(n, 25), axis=1)
    low, high = np.maximum(k - 1, 0) / 24, np.minimum(k + 1, 24) / 24

    def away(shares: Array) -> Array:
        there = spots(edge, shares, straight)
        return np.asarray(GEOD.inv(points[:, 0], points[:, 1], there[:, 0], there[:, 1])[2])

    for _ in range(45):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        nearer = away(one) < away(two)
        low, high = np.where(nearer, low, one), np.where(nearer, two, high)
    return np.asarray(np.minimum(away((low + high) / 2), np.asarray(found).reshape(n, 25).min(axis=1)))


def spots(edge: tuple[tuple[float, float], ...], shares: Array, straight: bool) -> Array:
    """Points (n, 2) at shares of an edge."""
    (lon1, lat1), (lon2, lat2) = edge
    if straight:
        wide = (lon2 - lon1 + 180.0) % 360.0 - 180.0
        return np.stack([lon1 + shares * wide, lat1 + shares * (lat2 - lat1)], -1)
    azimuth, _, length = GEOD.inv(lon1, lat1, lon2, lat2)
    full = np.full(len(shares), 1.0)
    lon, lat, _ = GEOD.fwd(lon1 * full, lat1 * full, azimuth * full, shares * length)
    return np.stack([np.asarray(lon), np.asarray(lat)], -1)
