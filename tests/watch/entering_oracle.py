"""What enters what, worked out anew: Karney's geodesics on a fine grid of time, and planes for the inside."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.units import DEGREE, METRE
from wideberth.watch.motion import Moving

Array = NDArray[np.float64]
EARTH = Geod(ellps="WGS84")
ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
STEP = 10.0
"""Metres between the points that stand for a line; they are exact on it."""


class Gaps(NamedTuple):
    """At moments (s after the report) the gap in metres of the nominal place and a ground, never too small
    and too large by at most `loose`; 0 inside.
    """

    at: Array
    gap: Array
    loose: float


def places(moving: Moving, at: Array) -> Array:
    """(n, 2) lon, lat in degrees; a turn is followed in steps of 0.05 s, each a geodesic."""
    lon, lat = moving.point[0] / DEGREE, moving.point[1] / DEGREE
    if moving.velocity is None:
        return np.tile([lon, lat], (len(at), 1))
    speed, course = moving.velocity.speed / 1_000, moving.velocity.course / DEGREE
    if not moving.turn:
        n = len(at)
        found = EARTH.fwd(np.full(n, lon), np.full(n, lat), np.full(n, course), speed * at)
        return np.stack(found[:2], -1)
    out, now, turn = [], 0.0, moving.turn / DEGREE
    for t in at.tolist():
        while now < t - 1e-9:
            step = min(0.05, t - now)
            lon, lat, back = EARTH.fwd(lon, lat, course + turn * step / 2, speed * step)
            course, now = back + 180.0 + turn * step / 2, now + step
        out.append((lon, lat))
    return np.array(out)


def gaps(moving: Moving, ground: Ground, at: Array) -> Gaps:
    spots = places(moving, at)
    slack = ground.slack / METRE
    if isinstance(ground, Circle):
        lon, lat = ground.centre[0] / DEGREE, ground.centre[1] / DEGREE
        n = len(at)
        far = np.asarray(EARTH.inv(np.full(n, lon), np.full(n, lat), spots[:, 0], spots[:, 1])[2])
        return Gaps(at, np.maximum(0.0, far - max(ground.radius / METRE, 0.5) - slack), 0.0)
    if isinstance(ground, Corridor):
        far = _from_line(spots, _dense(ground.points))
        return Gaps(at, np.maximum(0.0, far - max(ground.half_width / METRE, 0.5) - slack), STEP / 2)
    lines = [_dense((*ring, ring[0]), ground.edges == "lonlat") for ring in ground.rings]
    far = np.min([_from_line(spots, line) for line in lines], axis=0)
    held = _inside(spots, lines)
    return Gaps(at, np.where(held, 0.0, np.maximum(0.0, far - slack)), STEP / 2)


def _dense(points: tuple[tuple[int, int], ...], lonlat: bool = False) -> Array:
    found = []
    for (x1, y1), (x2, y2) in pairwise(points):
        lon1, lat1, lon2, lat2 = (each / DEGREE for each in (x1, y1, x2, y2))
        azimuth, _, length = EARTH.inv(lon1, lat1, lon2, lat2)
        share = np.linspace(0, 1, int(length / STEP) + 3)
        if lonlat:
            wide = (lon2 - lon1 + 180) % 360 - 180
            found.append(np.stack([lon1 + share * wide, lat1 + share * (lat2 - lat1)], -1))
        else:
            n = len(share)
            on = EARTH.fwd(np.full(n, lon1), np.full(n, lat1), np.full(n, azimuth), share * length)
            found.append(np.stack(on[:2], -1))
    return np.concatenate(found)


def _from_line(spots: Array, line: Array) -> Array:
    """The least distance to the points of a line: of the three that are nearest by the chord."""
    a = np.stack(ECEF.transform(spots[:, 0], spots[:, 1], np.zeros(len(spots))), -1)
    b = np.stack(ECEF.transform(line[:, 0], line[:, 1], np.zeros(len(line))), -1)
    some = np.array([np.argpartition(((b - each) ** 2).sum(axis=1), 2)[:3] for each in a])
    lon, lat = np.repeat(spots[:, 0], 3), np.repeat(spots[:, 1], 3)
    found = EARTH.inv(lon, lat, line[some.ravel(), 0], line[some.ravel(), 1])[2]
    return np.asarray(np.asarray(found).reshape(-1, 3).min(axis=1))


def _inside(spots: Array, lines: list[Array]) -> NDArray[np.bool_]:
    """On a plane about the middle of the outer ring, on which lines of 10 m bend by nothing that matters."""
    first = lines[0]
    middle = np.mean(ECEF.transform(first[:, 0], first[:, 1], np.zeros(len(first))), axis=1)
    x, y, z = middle.tolist()
    lon, lat, _ = ECEF.transform(x, y, z, direction="INVERSE")
    plane = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84", always_xy=True
    )
    flat = [np.stack(plane.transform(line[:, 0], line[:, 1]), -1) for line in lines]
    shape = shapely.Polygon(flat[0], flat[1:])
    return np.asarray(shapely.contains_xy(shape, *plane.transform(spots[:, 0], spots[:, 1])))
