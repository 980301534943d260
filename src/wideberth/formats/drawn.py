"""A ground as one GeoJSON geometry for a map to draw, as it was stated: without pads.

It is made for the eye, from the lines that every picture is drawn from (flatten.outline). Round shapes are
drawn a little larger than they are, never smaller. Longitudes go on past ±180 where a shape crosses the
antimeridian, so that it stays one shape; one around a pole is closed along it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from msgspec import structs

from wideberth.space.ellipsoid import Array
from wideberth.space.flatten import CORNERS, outline
from wideberth.space.ground import Circle, Corridor, Ground

DIGITS: Final = 6
"""Of a degree: 0.1 m."""
_ROUND: Final = 1 / np.cos(np.pi / CORNERS)
"""By so much a half-width grows, so that the corners of its caps do not cut off anything."""


def geometry(ground: Ground) -> dict[str, Any]:
    """The geometry of a ground, in degrees: a Polygon."""
    if isinstance(ground, Corridor):
        ground = structs.replace(ground, half_width=int(np.ceil(ground.half_width * _ROUND)))
    elif isinstance(ground, Circle):
        ground = structs.replace(ground, radius=ground.radius + ground.slack)
    outer, *holes = (_ring(each) for each in outline(ground))
    rings = [outer, *(_within(outer, each) for each in holes)]
    return {"type": "Polygon", "coordinates": rings}


def points(geometry: dict[str, Any]) -> int:
    """How many points the geometry of a ground has."""
    return sum(map(len, geometry["coordinates"]))


def point(lon: float, lat: float) -> dict[str, Any]:
    """The geometry of a point, in degrees."""
    return {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}


def _within(outer: list[list[float]], hole: list[list[float]]) -> list[list[float]]:
    """A hole, as many turns around the earth on as the line that it lies in."""
    turns = round((_middle(outer) - _middle(hole)) / 360.0)
    return [[lon + 360.0 * turns, lat] for lon, lat in hole] if turns else hole


def _middle(ring: list[list[float]]) -> float:
    lons = [lon for lon, _ in ring]
    return (min(lons) + max(lons)) / 2


def _ring(line: Array) -> list[list[float]]:
    """A closed line without jumps of longitude, beginning within ±180."""
    lon, lat = line[:, 0], line[:, 1]
    step = (np.diff(lon) + 180.0) % 360.0 - 180.0
    lon = np.concatenate([lon[:1], lon[0] + np.cumsum(step)])
    found = np.round(np.stack([lon, lat], -1), DIGITS).tolist()
    if abs(lon[-1] - lon[0]) > 180.0:
        # around a pole: along its parallel, which is a point, and back
        pole = 90.0 if float(np.mean(lat)) > 0 else -90.0
        found += [[found[-1][0], pole], [found[0][0], pole]]
    if found[0] != found[-1]:
        found.append(found[0])
    return [[float(x), float(y)] for x, y in found]
