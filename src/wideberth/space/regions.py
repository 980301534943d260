"""Grounds as regions of longitude and latitude: what they have in common, and how large that is on the Earth.

Coordinates are in 1e-7 degrees; an edge is straight in longitude and latitude. Cells of a grid come out
exactly, to the square centimetre; round shapes and geodesic edges to half a per cent (`flatten.outline`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from wideberth.space.ellipsoid import E2, GEOD, A, Array
from wideberth.space.flatten import outline
from wideberth.space.ground import Ground, Polygon
from wideberth.space.units import DEGREE, METRE

Region = shapely.Geometry
"""A polygon or several, valid, of some square metres at least."""

_TURN = 360 * DEGREE
_QUARTER = 90 * DEGREE
_NOISE = 1.0
"""Square metres: a common part below this is rounding."""
_LEAST = 4.0
"""Square metres that a region has at least."""
_SINE = np.sqrt(E2)


class Part(NamedTuple):
    """What lies in these regions and in none of the others: `held`, by their numbers as bits."""

    held: int
    region: Region


def region(ground: Ground) -> Region:
    """The region of a ground. Its middle lies between 180° W and 180° E; its edges may lie beyond.

    Slack is left out: a region is never larger than what was stated, but for the half per cent above, and for
    what is smaller than 4 m², which is a square of that size.
    """
    if isinstance(ground, Polygon) and ground.edges == "lonlat":
        rings = [_closed(np.array(each, dtype=float)) for each in ground.rings]
    else:
        rings = [_closed(np.round(each * DEGREE)) for each in outline(ground)]
    first = rings[0]
    # holes lie beside their ring, not a turn away
    rings = [each + _shift(each, first) for each in rings]
    made: Region = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
    if square_metres(made) < _LEAST:
        made = _square(rings[0].mean(axis=0))
    return _moved(made, -_TURN * float(np.floor((_middle(made) + _TURN / 2) / _TURN)))


def beside(one: Region, other: Region) -> Region:
    """The first region, by whole turns as near to the other in longitude as can be."""
    return _moved(one, _TURN * float(np.round((_middle(other) - _middle(one)) / _TURN)))


def together(parts: Sequence[Region]) -> Region:
    """All of them, at least one, as one region beside the first."""
    return _areas(shapely.union_all([beside(each, parts[0]) for each in parts], grid_size=1.0))


def parts(of: Sequence[Region]) -> list[Part]:
    """Everything that the regions cover, by which of them cover it; beside the first."""
    held: list[int] = []
    found = np.array([], dtype=object)
    for number, each in enumerate(of):
        near = beside(each, of[0])
        touched = np.asarray(shapely.intersects(found, near), dtype=bool)
        cut = found[touched]
        own = [bits for bits, yes in zip(held, touched.tolist(), strict=True) if yes]
        kept = [bits for bits, yes in zip(held, touched.tolist(), strict=True) if not yes]
        new = shapely.difference(near, shapely.union_all(cut), grid_size=1.0) if len(cut) else near
        held = [*kept, *(bits | 1 << number for bits in own), *own, 1 << number]
        found = np.array(
            [
                *found[~touched],
                *shapely.intersection(cut, near, grid_size=1.0),
                *shapely.difference(cut, near, grid_size=1.0),
                new,
            ],
            dtype=object,
        )
        large = shapely.area(shapely.transform(found, _equal_area)) >= _NOISE
        held = [bits for bits, yes in zip(held, large.tolist(), strict=True) if yes]
        # what only touches leaves lines and points
        found = np.array([_areas(each) for each in found[large]], dtype=object)
    return [Part(*each) for each in zip(held, found.tolist(), strict=True)]


def square_metres(of: Region) -> float:
    """The area on the ellipsoid, where edges follow meridians and parallels exactly."""
    return float(shapely.area(shapely.transform(of, _equal_area)))


def extents(of: Region) -> tuple[int, int]:
    """From south to north along a meridian, and from west to east along the more poleward parallel.

    Of the box around a region, in 0.1 mm, rounded down. Where that box holds a pole the
    second is as far as it goes over the pole.
    """
    west, south, east, north = shapely.bounds(of).tolist()
    up = GEOD.inv(0.0, south / DEGREE, 0.0, north / DEGREE)[2]
    lat = max(south, north, key=abs)
    if abs(lat) >= _QUARTER:
        return int(up * METRE), int(2 * up * METRE)
    lat = float(np.radians(lat / DEGREE))
    ring = A * np.cos(lat) / np.sqrt(1 - E2 * np.sin(lat) ** 2)
    return int(up * METRE), int(np.radians((east - west) / DEGREE) * ring * METRE)


def shared(regions: Sequence[Region]) -> tuple[int, int] | None:
    """Extents of what the boxes around the regions have in common, an edge (0) and a corner included.

    None where they have no point in common.
    """
    boxes = shapely.bounds([beside(each, regions[0]) for each in regions])
    west, south = boxes[:, :2].max(axis=0).tolist()
    east, north = boxes[:, 2:].min(axis=0).tolist()
    if west > east or south > north:
        return None
    return extents(shapely.box(west, south, east, north))


def turned(of: Region, turns: int) -> Region:
    """The region so many whole turns to the east."""
    return _moved(of, turns * _TURN)


def _closed(ring: Array) -> Array:
    """The ring without jumps of a turn; one that runs around a pole is led over it."""
    lon = np.unwrap(np.append(ring[:, 0], ring[0, 0]), period=_TURN)
    lat = np.append(ring[:, 1], ring[0, 1])
    line = np.stack([lon, lat], -1)
    if abs(lon[-1] - lon[0]) < _TURN / 2:
        return line
    pole = np.copysign(_QUARTER, lat.mean())
    return np.vstack([line, [[lon[-1], pole], [lon[0], pole]], line[:1]])


def _square(at: Array) -> Region:
    """Two metres wide and high."""
    up = DEGREE / 111_000
    aside = up / max(float(np.cos(np.radians(at[1] / DEGREE))), 1e-3)
    made: Region = shapely.box(at[0] - aside, at[1] - up, at[0] + aside, at[1] + up)
    return made


def _shift(ring: Array, first: Array) -> Array:
    """By how much a ring is moved to lie beside the first."""
    away = float(np.round((first[:, 0].mean() - ring[:, 0].mean()) / _TURN))
    return np.array([away * _TURN, 0.0])


def _middle(of: Region) -> float:
    west, _, east, _ = shapely.bounds(of).tolist()
    return float(west + east) / 2


def _moved(of: Region, by: float) -> Region:
    return of if by == 0 else shapely.transform(of, lambda each: each + np.array([by, 0.0]))


def _areas(of: Region) -> Region:
    """The region without the lines and points that an operation leaves."""
    pieces = shapely.get_parts(of)
    areas = pieces[shapely.get_dimensions(pieces) == 2]
    found: Region = areas[0] if len(areas) == 1 else shapely.union_all(areas)
    return found


def _equal_area(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres on the cylinder of equal areas (Snyder, Map Projections, USGS Professional Paper 1395, 3-12)."""
    sine = np.sin(np.radians(lonlat[:, 1] / DEGREE))
    q = (1 - E2) * (sine / (1 - E2 * sine**2) + np.arctanh(_SINE * sine) / _SINE)
    return np.stack([A * np.radians(lonlat[:, 0] / DEGREE), A * q / 2], -1)
