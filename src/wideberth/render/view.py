"""What part of the Earth a map shows, and where a position lies on it.

An azimuthal equidistant plane about the middle of the view: true scale and direction from there,
no trouble at the poles or at 180°. For drawing only; nothing is decided on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from wideberth.render.report import Report, plans_of
from wideberth.space.ellipsoid import GEOD, to_ecef, to_lonlat
from wideberth.space.flatten import outline
from wideberth.space.ground import Ground
from wideberth.space.units import METRE

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]

TIMES_THE_SMALLEST = 8.0
"""A shape that is larger than this many times the others runs out of the map instead of shrinking them."""
TWICE = 2.0
"""What is shown beside a way makes the map at most so many times as large."""
SMALLEST = 2_000.0
"""Metres across of the smallest map."""


class View(Struct, frozen=True):
    """A frame in pixels (left, top, right, bottom), what position is at its middle, and metres per pixel."""

    frame: Box
    lon: float
    lat: float
    scale: float

    def pixels(self, lonlat: Array) -> Array:
        """Positions (n, 2) in degrees as pixels, y down."""
        plane = to_plane(lonlat, self.lon, self.lat) / self.scale
        left, top, right, bottom = self.frame
        return np.stack([(left + right) / 2 + plane[:, 0], (top + bottom) / 2 - plane[:, 1]], -1)

    def positions(self, pixels: Array) -> Array:
        """Pixels (n, 2) as positions in degrees."""
        left, top, right, bottom = self.frame
        x = (pixels[:, 0] - (left + right) / 2) * self.scale
        y = ((top + bottom) / 2 - pixels[:, 1]) * self.scale
        return from_plane(np.stack([x, y], -1), self.lon, self.lat)


def to_plane(lonlat: Array, lon: float, lat: float) -> Array:
    """Metres east and north in the plane about (lon, lat)."""
    count = len(lonlat)
    azimuth, _, away = GEOD.inv(np.full(count, lon), np.full(count, lat), lonlat[:, 0], lonlat[:, 1])
    bearing = np.radians(np.asarray(azimuth))
    return np.stack([np.asarray(away) * np.sin(bearing), np.asarray(away) * np.cos(bearing)], -1)


def from_plane(plane: Array, lon: float, lat: float) -> Array:
    """The inverse of `to_plane`."""
    count = len(plane)
    bearing, away = np.degrees(np.arctan2(plane[:, 0], plane[:, 1])), np.hypot(plane[:, 0], plane[:, 1])
    x, y, _ = GEOD.fwd(np.full(count, lon), np.full(count, lat), bearing, away)
    return np.stack([np.asarray(x), np.asarray(y)], -1)


def view(report: Report, frame: Box) -> View:
    """The view that shows the conflicts with what is in them; without conflicts, all plans."""
    near = np.array([conflict.near for conflict in report.conflicts], dtype=float).reshape(-1, 2)
    filed = plans_of(report)
    if report.conflicts:
        pairs = [
            [filed[key][1].plan.volumes[k].ground for key, k in zip(c.plans, c.volumes, strict=True)]
            for c in report.conflicts[:100]
        ]
        margin = max((c.required.h or 0 for c in report.conflicts), default=0) / METRE * 1.2
    else:
        pairs = [[volume.ground for volume in f.plan.volumes] for _, f in report.filed][:500]
        margin = 0.0
    edges = [[np.vstack(outline(ground)) for ground in pair] for pair in pairs]
    everything = [line for pair in edges for line in pair]
    lon, lat = _middle(near if len(near) else np.vstack(everything))
    boxes = [[_box(to_plane(line, lon, lat)) for line in pair] for pair in edges]
    found = _grown(_box(to_plane(near, lon, lat)), max(margin, SMALLEST / 2)) if len(near) else boxes[0][0]
    flat = [box for pair in boxes for box in pair]
    if report.conflicts:
        keys = dict.fromkeys(key for c in report.conflicts[:100] for key in c.plans)
        whole = [volume.ground for key in keys for volume in filed[key][1].plan.volumes][:500]
        whole += [volume.ground for offer in report.changes if offer.by_h for volume in offer.after.volumes]
        flat += [_box(to_plane(np.vstack(outline(ground)), lon, lat)) for ground in whole]
        least = max(_size(found), *(min(_size(box) for box in pair) for pair in boxes))
        flat.sort(key=_size)
        found = _joined(found, flat, least * TIMES_THE_SMALLEST)
    else:
        found = _joined(found, flat, np.inf)
    return _framed(found, frame, lon, lat)


def around(lonlat: Array, frame: Box, margin: float, also: Sequence[Array] = ()) -> View:
    """The view that shows positions (n, 2) in degrees, with a margin in metres around them.

    What is in `also` is shown too, where that does not make all else small.
    """
    lon, lat = _middle(lonlat)
    found = _grown(_box(to_plane(lonlat, lon, lat)), margin)
    boxes = sorted((_box(to_plane(line, lon, lat)) for line in also), key=_size)
    found = _joined(found, boxes, max(_size(found), SMALLEST) * TWICE)
    return _framed(found, frame, lon, lat)


def drawn(grounds: Iterable[Ground], seen: View) -> shapely.Geometry:
    """The union of grounds in pixels, cut a little outside the frame."""
    shapes = [_polygon(outline(ground), seen) for ground in grounds]
    left, top, right, bottom = seen.frame
    union = shapely.union_all([shape for shape in shapes if not shapely.is_empty(shape)], grid_size=0.01)
    return shapely.simplify(shapely.clip_by_rect(union, left - 30, top - 30, right + 30, bottom + 30), 0.2)


def rings(shape: shapely.Geometry) -> Iterator[list[tuple[float, float]]]:
    """The rings of the polygons of a shape, of each the outer one first."""
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            for ring in (part.exterior, *part.interiors):
                yield [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)]


def _framed(found: Box, frame: Box, lon: float, lat: float) -> View:
    """The view of a box of the plane about (lon, lat)."""
    x, y = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
    middle = from_plane(np.array([[x, y]]), lon, lat)[0]
    wide, high = max(found[2] - found[0], SMALLEST), max(found[3] - found[1], SMALLEST)
    room_x, room_y = (frame[2] - frame[0]) * 0.86, (frame[3] - frame[1]) * 0.86
    return View(frame, float(middle[0]), float(middle[1]), max(wide / room_x, high / room_y))


def _polygon(rings: Sequence[Array], seen: View) -> shapely.Geometry:
    lines = [seen.pixels(ring) for ring in rings]
    solid = [line for line in lines if len(line) >= 4]
    if not solid or not all(np.isfinite(line).all() for line in solid):
        return shapely.Polygon()
    shape: shapely.Geometry = shapely.Polygon(solid[0], solid[1:])
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def _middle(lonlat: Array) -> tuple[float, float]:
    """A position in the midst of others, wherever on Earth they are."""
    mean = to_ecef(lonlat[:, 0], lonlat[:, 1]).mean(axis=0)
    away = float(np.linalg.norm(mean))
    if away < 1_000.0:  # all round the Earth: any middle is as good
        return float(lonlat[0, 0]), float(lonlat[0, 1])
    middle = to_lonlat(mean[None] / away * 6_371_000.0)[0]
    return float(middle[0]), float(middle[1])


def _box(plane: Array) -> Box:
    low, high = plane.min(axis=0), plane.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _size(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def _joined(found: Box, boxes: Sequence[Box], limit: float) -> Box:
    for box in boxes:
        both = (min(found[0], box[0]), min(found[1], box[1]), max(found[2], box[2]), max(found[3], box[3]))
        if _size(both) <= limit:
            found = both
    return found
