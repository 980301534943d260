"""Rings of polygons: which side is inside, whether they cross themselves, and their oriented boundary."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from wideberth.errors import Invalid
from wideberth.space.ellipsoid import GEOD, A, Array, B, to_ecef
from wideberth.space.ground import HALF_TURN, Point, Polygon
from wideberth.space.pieces import cut, turn
from wideberth.space.units import DEGREE

EARTH_AREA = 5.100656e14
"""Square metres of the WGS84 ellipsoid."""
BOTH_SIDES = 0.4
"""A ring that holds 40 to 60 % of the Earth does not say which side is meant."""
SURELY_LESS = 0.3
"""Of the plane of longitude and latitude; on the Earth it is at most π/2 times that share, below half."""
_SURELY_FILLED = 2 * SURELY_LESS * 360 * 180
"""Square degrees, doubled: a ring drawn smaller than this is filled on the Earth as it is in the plane."""
CLEARLY_SMALL = 10.0
"""Degrees: a ring no wider and no taller is far below 40 % of the Earth."""


class Edges(NamedTuple):
    """Boundary edges in degrees with the inside on their left."""

    lon1: Array
    lat1: Array
    lon2: Array
    lat2: Array


def check_rings(shape: Polygon, path: str = "") -> None:
    """Refuse rings that cross or touch themselves, hold no area, or leave open which side is inside.

    Raises: Invalid (`geometry.self_intersection`, `geometry.bad_rings`, `geometry.half_the_earth`,
    `geometry.no_area`).
    """
    flat = plane(shape)
    drawn = shapely.Polygon(flat.rings[0], flat.rings[1:])
    if not drawn.is_valid:
        reason = _place(shapely.is_valid_reason(drawn), flat)
        crossing = "elf-intersection" in reason
        code = "geometry.self_intersection" if crossing else "geometry.bad_rings"
        raise Invalid(
            code, path, reason, "rings that do not cross or touch themselves, holes inside the outer ring"
        )
    if flat.rest and len(shape.rings) > 1:
        raise Invalid(
            "geometry.bad_rings", f"{path}[1]", "a hole in the rest of the Earth", "no hole in it (split it)"
        )
    if _at_the_edge_of_the_map(shape) and not len(boundary(shape).lon1):
        raise Invalid("geometry.no_area", path, "a ring around the whole Earth", "a ring with a smaller side")
    for r, ring in enumerate(shape.rings):
        if abs(smaller_side(ring, shape.edges == "lonlat")) > BOTH_SIDES * EARTH_AREA:
            raise Invalid(
                "geometry.half_the_earth",
                f"{path}[{r}]",
                "a ring around 40 to 60 % of the Earth",
                "a ring with a clearly smaller side (split it)",
            )


def _at_the_edge_of_the_map(shape: Polygon) -> bool:
    """True where every vertex lies on ±180° or at a pole: edges there may have no length or be a seam."""
    return all(abs(lon) == HALF_TURN or abs(lat) == 90 * DEGREE for ring in shape.rings for lon, lat in ring)


def boundary(shape: Polygon) -> Edges:
    """The edges of all rings, inside on the left, without edges of no length (at a pole; a geodesic from
    180° to −180°) and without a seam along ±180° that the ring runs up and down.
    """
    sides = []
    for r, ring in enumerate(shape.rings):
        lon, lat = degrees(ring)
        left = _turns_left(ring, shape.edges == "lonlat")
        if left != (r == 0):
            lon, lat = lon[::-1], lat[::-1]
        sides.append(np.stack([lon, lat, np.roll(lon, -1), np.roll(lat, -1)]))
    edges = np.concatenate(sides, axis=1)
    level = edges[1] == edges[3]
    at_pole = level & (np.abs(edges[1]) == 90.0)
    if shape.edges == "lonlat":
        return Edges(*_without_seam(edges[:, ~at_pole]))
    # the same vertex written both ways; straight in lon/lat it would be all the way round
    rewritten = level & (np.abs(edges[2] - edges[0]) == 360.0)
    return Edges(*edges[:, ~(at_pole | rewritten)])


def degrees(points: tuple[Point, ...]) -> tuple[Array, Array]:
    """Longitudes and latitudes in degrees."""
    pairs = np.array(points, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0] / DEGREE, pairs[:, 1] / DEGREE


def smaller_side(ring: tuple[Point, ...], straight: bool) -> float:
    """Area in m² of the smaller side of a ring, positive where that side is on the left.

    Karney, Algorithms for geodesics (2013), section 6, as in GeographicLib. Small rings are given
    as 0: they need no area, and theirs would be rounding noise.
    """
    lon, lat = degrees(ring)
    extent = _unwrapped(ring)[:, 0] / DEGREE
    if np.ptp(extent) < CLEARLY_SMALL and np.ptp(lat) < CLEARLY_SMALL and not _winds(ring):
        return 0.0
    if straight:
        lon, lat = _every_degree(lon, lat)
    return float(GEOD.polygon_area_perimeter(lon, lat)[0])


def _every_degree(lon: Array, lat: Array) -> tuple[Array, Array]:
    """A ring of lon/lat-straight edges with a vertex at least every degree: near enough for an area."""
    wide, high = turn(lon, np.roll(lon, -1)), np.roll(lat, -1) - lat
    count = np.maximum(1, np.ceil(np.abs(wide))).astype(np.int64)
    edge = np.repeat(np.arange(len(lon)), count)
    share = (np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)) / count[edge]
    return lon[edge] + share * wide[edge], lat[edge] + share * high[edge]


class Plane(NamedTuple):
    """Rings in a plane that keeps their topology; `exact`: integer lon/lat in 1e-7 degrees.

    `rest`: a ring drawn so large that its smaller side on the Earth is what it leaves out of the map.
    """

    rings: list[Array]
    exact: bool
    rest: bool
    centre: Array


def plane(shape: Polygon) -> Plane:
    """The rings where crossings can be looked for.

    Lon/lat-straight rings that do not run around a pole, nor over more than 360°, are straight in
    unwrapped longitude and latitude, exactly. All others go into the stereographic plane about their
    middle, which is a homeomorphism of the ellipsoid less one far point, cut into pieces.
    """
    if shape.edges == "lonlat" and not any(_winds(ring) for ring in shape.rings):
        flat = [_unwrapped(ring) for ring in shape.rings]
        if np.ptp(flat[0][:, 0]) <= 360 * DEGREE:
            # a hole may have been unwrapped a turn away
            turns = [np.round((_middle(flat[0]) - _middle(hole)) / (360 * DEGREE)) for hole in flat]
            rings = [ring + np.array([k * 360 * DEGREE, 0.0]) for ring, k in zip(flat, turns, strict=True)]
            covered = _shoelace(flat[0] / DEGREE)
            rest = abs(covered) >= _SURELY_FILLED and _turns_left(shape.rings[0], True) != (covered > 0)
            return Plane(rings, True, rest, np.zeros(3))
    vertices = to_ecef(*degrees(shape.rings[0]))
    mean = vertices.mean(axis=0)
    size = float(np.linalg.norm(mean))
    # a ring of balanced points (around the equator, say) has no middle; a pole is as good
    centre = mean / size if size > 1.0 else np.array([0.0, 0.0, 1.0])
    return Plane(
        [_stereographic(ring, shape.edges == "lonlat", centre) for ring in shape.rings], False, False, centre
    )


def _middle(ring: Array) -> float:
    return float(ring[:, 0].min() + ring[:, 0].max()) / 2


def _stereographic(ring: tuple[Point, ...], straight: bool, centre: Array) -> Array:
    lon, lat = degrees(ring)
    nxt = np.roll(lon, -1), np.roll(lat, -1)
    real = ~((np.abs(lat) == 90.0) & (lat == nxt[1]))
    pieces = cut(lon[real], lat[real], nxt[0][real], nxt[1][real], np.full(int(real.sum()), straight))
    unit = to_ecef(pieces.lon1, pieces.lat1) / np.array([A, A, B])
    east, north = _axes(centre)
    height = 1.0 + unit @ centre
    flat: Array = np.stack([unit @ east, unit @ north], -1) * (2 * A / np.maximum(height, 1e-12))[:, None]
    return flat


def _axes(centre: Array) -> tuple[Array, Array]:
    pole = np.array([0.0, 0.0, 1.0]) if abs(centre[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    east = np.cross(pole, centre)
    east /= np.linalg.norm(east)
    return east, np.cross(centre, east)


def _turns_left(ring: tuple[Point, ...], straight: bool) -> bool:
    """True where the smaller side is on the left of the ring as listed."""
    flat = 0.0 if _winds(ring) else _shoelace(_unwrapped(ring) / DEGREE)
    if straight and 0 < abs(flat) < _SURELY_FILLED:
        return flat > 0
    area = smaller_side(ring, straight)
    if area == 0.0:
        clear = _clear_of_bends(ring)
        area = flat if clear else _shoelace(plane(Polygon((ring,), "geodesic")).rings[0])
    return area > 0


def _shoelace(flat: Array) -> float:
    """Twice the signed area of a plane ring."""
    x, y = (flat - flat[0]).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _clear_of_bends(ring: tuple[Point, ...]) -> bool:
    """True where geodesic edges cannot turn the ring's sign in longitude and latitude: its area there exceeds
    what lies between the straight edges and the geodesics, at most 0.02·extent² degrees apart below 80°.
    """
    flat = _unwrapped(ring) / DEGREE
    extent = np.ptp(flat, axis=0).max()
    around = np.abs(np.diff(flat, axis=0, append=flat[:1])).sum()
    return bool(np.abs(flat[:, 1]).max() < 80.0 and bends_matter_not(_shoelace(flat), around, extent))


def bends_matter_not(twice: ArrayLike, around: ArrayLike, extent: ArrayLike) -> NDArray[np.bool_]:
    """For rings below 80°: True where twice the area (square degrees) exceeds what bent edges can change."""
    return np.asarray(np.abs(twice) > 2 * np.asarray(around) * 0.02 * np.asarray(extent) ** 2)


def _unwrapped(ring: tuple[Point, ...]) -> Array:
    """Integer-valued lon, lat in 1e-7 degrees without jumps; shape (n, 2)."""
    pairs = np.array(ring, dtype=np.int64)
    lon = pairs[:, 0]
    steps = _steps(pairs)
    return np.stack([lon[0] + np.concatenate([[0], np.cumsum(steps[:-1])]), pairs[:, 1]], -1).astype(float)


def _winds(ring: tuple[Point, ...]) -> bool:
    """True where the ring runs around a pole: its turns of longitude do not add up to nothing."""
    return int(_steps(np.array(ring, dtype=np.int64)).sum()) != 0


def _steps(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    nxt = np.roll(pairs, -1, axis=0)
    steps = np.round(turn(pairs[:, 0] / DEGREE, nxt[:, 0] / DEGREE) * DEGREE).astype(np.int64)
    at_pole = (np.abs(pairs[:, 1]) == 90 * DEGREE) & (pairs[:, 1] == nxt[:, 1])
    return np.where(at_pole, nxt[:, 0] - pairs[:, 0], steps)


def _place(reason: str, flat: Plane) -> str:
    """GEOS' reason, which ends in [x y], with its coordinates in degrees, or without them."""
    words, _, where = reason.rstrip("]").partition("[")
    if not flat.exact:
        return words.strip()
    lon, lat = (float(c) / DEGREE for c in where.split())
    return f"{words.strip()} near {lon:.7g}, {lat:.7g}"


def _without_seam(edges: Array) -> Array:
    """Drop what a ring runs both up and down the ±180° meridian (a band around the world, a polar cap)."""
    on_seam = (
        (np.abs(edges[0]) == 180.0) & (np.abs(edges[2]) == 180.0) & (np.abs(edges[2] - edges[0]) != 360.0)
    )
    if on_seam.sum() < 2:
        return edges
    seam = edges[:, on_seam]
    cuts = np.unique(seam[[1, 3]])
    net = [
        int(np.sum((seam[1] <= low) & (seam[3] >= high)) - np.sum((seam[3] <= low) & (seam[1] >= high)))
        for low, high in itertools.pairwise(cuts)
    ]
    left = [
        (180.0, low, 180.0, high) if n > 0 else (180.0, high, 180.0, low)
        for low, high, n in zip(cuts, cuts[1:], net, strict=False)
        if n != 0
    ]
    rest = edges[:, ~on_seam]
    return np.concatenate([rest, np.array(left).reshape(-1, 4).T], axis=1)
