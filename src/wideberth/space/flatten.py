"""Grounds said in another way: other edges, as one polygon, as lines to draw. Always outwards.

What is written for others must hold all of the original: conversion of edges adds its deviation
to the slack, and a circumscribed polygon is checked with the certified gap before it is used.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely

from wideberth.errors import Invalid
from wideberth.space.ellipsoid import GEOD, Array
from wideberth.space.gap import gaps
from wideberth.space.ground import ROUNDING, Circle, Corridor, Edges, Ground, Point, Polygon, collapse
from wideberth.space.pieces import cut, turn
from wideberth.space.rings import degrees
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import MAX_VERTICES
from wideberth.space.units import DEGREE, METRE

COARSE = 0.5
"""Metres: GEOMETRY allows a conversion to deviate by this much; it is added to the slack."""
CORNERS = 64
_FINEST = 8_192


def to_lonlat(ground: Ground) -> Ground:
    """The same ground with edges straight in lon/lat (GeoJSON, KML); it holds the original.

    Raises: Invalid (`geometry.pole_edge`) for an edge that passes too near a pole.
    """
    return _with_edges(ground, "lonlat")


def to_geodesic(ground: Ground) -> Ground:
    """The same ground with geodesic edges (F3548); it holds the original. Raises: as `to_lonlat`."""
    return _with_edges(ground, "geodesic")


def circumscribed(ground: Ground) -> Polygon:
    """A polygon with geodesic edges and no slack that holds the ground, for formats that know only polygons.

    Raises: Invalid (`geometry.not_a_polygon`) for shapes too large or too close to a pole to be drawn so.
    """
    if isinstance(ground, Polygon) and ground.edges == "geodesic" and ground.slack == 0:
        return ground
    shapes = compile_shapes([ground])
    middle, reach = _middle(ground)
    radius = float(shapes.radius[0])
    if reach + radius > 2_000_000:
        raise Invalid("geometry.not_a_polygon", "", "a shape over 4,000 km across", "split it")
    stretch = 1.0 + (reach / 6_335_439.0) ** 2
    margin = 0.05
    while True:
        # a buffer's arcs are inscribed, by half a per cent at this number of corners
        drawn = shapely.buffer(_on_plane(ground, middle), radius * stretch * 1.005 + margin, quad_segs=16)
        candidate = _from_plane(drawn, middle)
        if _holds(candidate, ground, radius):
            return candidate
        margin *= 4


def outline(ground: Ground) -> list[Array]:
    """Closed lines (n, 2) of lon, lat in degrees for drawing; circumscribed where the shape is round."""
    if isinstance(ground, Circle):
        lon, lat = (c / DEGREE for c in ground.centre)
        radius = max(ground.radius, METRE) / METRE / np.cos(np.pi / CORNERS)
        bearing = np.linspace(0.0, 360.0, CORNERS + 1)
        x, y, _ = GEOD.fwd(
            np.full(CORNERS + 1, lon), np.full(CORNERS + 1, lat), bearing, np.full(CORNERS + 1, radius)
        )
        return [np.stack([np.asarray(x), np.asarray(y)], -1)]
    if isinstance(ground, Corridor):
        middle, _ = _middle(ground)
        drawn = shapely.buffer(_on_plane(ground, middle), max(ground.half_width, METRE) / METRE, quad_segs=16)
        return [
            _unproject(shapely.get_coordinates(ring), middle) for ring in shapely.get_rings(drawn).tolist()
        ]
    lines = []
    for vertices in ground.rings:
        lons, lats = degrees(vertices)
        straight = np.full(len(lons), ground.edges == "lonlat")
        pieces = cut(lons, lats, np.roll(lons, -1), np.roll(lats, -1), straight)
        step = max(1, len(pieces.lon1) // 2_000)
        keep = np.concatenate([[True], np.diff(pieces.edge) > 0]) | (np.arange(len(pieces.lon1)) % step == 0)
        line = np.stack([pieces.lon1[keep], pieces.lat1[keep]], -1)
        lines.append(np.vstack([line, line[:1]]))
    return lines


def _with_edges(ground: Ground, edges: Edges) -> Ground:
    if isinstance(ground, Circle) or ground.edges == edges:
        return ground
    if isinstance(ground, Corridor):
        points, slack = _resampled(ground.points, ground.edges, closed=False)
        return Corridor(points, ground.half_width, edges, ground.slack + slack)
    rings = [_resampled(ring, ground.edges, closed=True) for ring in ground.rings]
    slack = max(loss for _, loss in rings)
    return Polygon(tuple(points for points, _ in rings), edges, ground.slack + slack)


def _resampled(points: tuple[Point, ...], edges: Edges, closed: bool) -> tuple[tuple[Point, ...], int]:
    """Points so close along the stated edges that any joining will do, and the slack it costs (0.1 mm)."""
    line = [*points, points[0]] if closed else list(points)
    kept: list[Point] = [line[0]]
    worst = 0.0
    for p, q in itertools.pairwise(line):
        inner, deviation = _between(p, q, edges)
        worst = max(worst, deviation)
        kept += [*inner, q]
    kept = collapse(kept)
    if closed:
        kept = kept[:-1]
    if len(kept) > MAX_VERTICES:
        raise Invalid("geometry.too_many_points", "", f"{len(kept)} vertices", f"at most {MAX_VERTICES:,}")
    return tuple(kept), int(np.ceil(worst * METRE)) + ROUNDING


def _between(p: Point, q: Point, edges: Edges) -> tuple[list[Point], float]:
    """Inner points of one edge, and the most in metres by which its parts differ between the two readings."""
    ends = np.array([p[0], p[1], q[0], q[1]], dtype=float) / DEGREE
    if abs(p[1]) == abs(q[1]) == 90 * DEGREE:
        return [], 0.0
    azimuth, _, length = GEOD.inv(*ends)
    count = 1
    while count <= _FINEST:
        share = np.arange(count + 1) / count
        if edges == "geodesic":
            lon0, lat0, bearing = (np.full(count + 1, value) for value in (ends[0], ends[1], azimuth))
            lon, lat, _ = GEOD.fwd(lon0, lat0, bearing, share * length)
        else:
            wide = float(turn(ends[:1], ends[2:3])[0])
            lon, lat = (ends[0] + share * wide + 180.0) % 360.0 - 180.0, ends[1] + share * (ends[3] - ends[1])
        lon, lat = np.asarray(lon).copy(), np.asarray(lat).copy()
        lon[[0, -1]], lat[[0, -1]] = ends[[0, 2]], ends[[1, 3]]
        step = turn(lon[:-1], lon[1:])
        size = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
        deviation = float(np.max(0.26 * np.radians(np.abs(step)) * np.asarray(size)))
        # over the antimeridian a reader believes only short steps (GEOMETRY, Ground)
        over = np.abs(lon[1:] - lon[:-1]) > 180.0
        if deviation <= COARSE and not (over & (np.abs(step) > 1.0)).any():
            inner = zip(lon[1:-1].tolist(), lat[1:-1].tolist(), strict=True)
            return [(round(x * DEGREE), round(y * DEGREE)) for x, y in inner], deviation
        count *= 2
    raise Invalid("geometry.pole_edge", "", "an edge that passes a pole", "edges that keep off the poles")


def _middle(ground: Ground) -> tuple[tuple[float, float], float]:
    """A point amid the vertices (lon, lat in degrees) and the distance in metres to the furthest of them."""
    points = (
        (ground.centre,)
        if isinstance(ground, Circle)
        else ground.points
        if isinstance(ground, Corridor)
        else ground.rings[0]
    )
    lon, lat = degrees(points)
    step = np.concatenate([[0.0], np.cumsum(turn(lon[:-1], lon[1:]))])
    middle = float(lon[0] + (step.min() + step.max()) / 2), float((lat.min() + lat.max()) / 2)
    away = GEOD.inv(np.full(len(lon), middle[0]), np.full(len(lon), middle[1]), lon, lat)[2]
    return middle, float(np.max(away))


def _on_plane(ground: Ground, middle: tuple[float, float]) -> shapely.Geometry:
    """The centre, line or region in the azimuthal equidistant plane about `middle`, metres."""
    if isinstance(ground, Circle):
        return shapely.Point(_project(*degrees((ground.centre,)), middle)[0])
    straight = ground.edges == "lonlat"
    lines = (ground.points,) if isinstance(ground, Corridor) else ground.rings
    drawn = []
    for line in lines:
        lon, lat = degrees(line if isinstance(ground, Corridor) else (*line, line[0]))
        pieces = cut(lon[:-1], lat[:-1], lon[1:], lat[1:], np.full(len(lon) - 1, straight))
        drawn.append(_project(np.append(pieces.lon1, lon[-1]), np.append(pieces.lat1, lat[-1]), middle))
    return (
        shapely.LineString(drawn[0]) if isinstance(ground, Corridor) else shapely.Polygon(drawn[0], drawn[1:])
    )


def _project(lon: Array, lat: Array, middle: tuple[float, float]) -> Array:
    azimuth, _, away = GEOD.inv(np.full(len(lon), middle[0]), np.full(len(lon), middle[1]), lon, lat)
    return np.stack([away * np.sin(np.radians(azimuth)), away * np.cos(np.radians(azimuth))], -1)


def _unproject(plane: Array, middle: tuple[float, float]) -> Array:
    azimuth = np.degrees(np.arctan2(plane[:, 0], plane[:, 1]))
    away = np.hypot(plane[:, 0], plane[:, 1])
    lon, lat, _ = GEOD.fwd(np.full(len(plane), middle[0]), np.full(len(plane), middle[1]), azimuth, away)
    return np.stack([np.asarray(lon), np.asarray(lat)], -1)


def _from_plane(drawn: shapely.Geometry, middle: tuple[float, float]) -> Polygon:
    rings = []
    for ring in shapely.get_rings(drawn).tolist():
        lonlat = np.round(_unproject(shapely.get_coordinates(ring), middle) * DEGREE).astype(np.int64)
        rings.append(tuple(collapse([(int(x), int(y)) for x, y in lonlat], ring=True)))
    return Polygon(tuple(rings), "geodesic")


def _holds(candidate: Polygon, ground: Ground, radius: float) -> bool:
    """True where the candidate's boundary stays outside the ground and the ground's first point is inside."""
    shapes = compile_shapes([ground, candidate])
    bare = replace(shapes, area=np.array([shapes.area[0], False]))
    apart = gaps(bare, np.array([0]), np.array([1]), np.array([radius + 1.0])).lower[0]
    held = gaps(shapes, np.array([0]), np.array([1]), np.array([radius + 1.0])).lower[0]
    return bool(apart >= 0) and bool(held < 0)
