"""The shape sets of an airspace control means as grounds.

POLYGON, CIRCLE, CORRIDOR, AORBIT, RADARC, POLYARC, 1TRACK, GEOLINE and APOINT. A width is from side to side.
Where sides differ or are not stated, the larger is taken on both; arcs are drawn with their own points, and
what lies between two points and the arc is added to the doubt.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.aco.fields import (
    DISTANCE,
    POSITION,
    Bearing,
    bearing,
    distance,
    is_band,
    position,
)
from wideberth.formats.aco.sets import Set
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Ground
from wideberth.space.place import Place
from wideberth.space.stated import MAX_RADIUS, Position, circle, corridor, polygon
from wideberth.space.units import DEGREE, METRE

BOTH_SIDES = "the sides of a track differ: the wider is taken on both"
ORBIT = "an orbit to one side, or of unknown side, is taken with its whole width on both"
RING = "an area between two radii is taken with all that is inside the outer one"
NORTH = "bearings from magnetic or grid north: all bearings are held"
TURNED = "the corners of a polyarc were joined in the other order, for the ring not to cross itself"
LINE = "a line without width takes the half-width that is asked for"
STEP = 1.0
"""Degrees between two points of an arc."""

_TRUE = re.compile(r"\d{1,3}(?:\.\d{1,4})?(?:DEG)?T?")
_MAGNETIC = re.compile(r"\d{3}M")

Named = Mapping[str, Place]


class Shape(Struct, frozen=True):
    """A ground and the largest doubt of its positions (0.1 mm); `levels` are fields of its own levels."""

    ground: Ground
    doubt: int
    levels: tuple[str, ...] = ()


class _Parts(Struct, frozen=True):
    """The fields of a set by what they are, each in order."""

    places: tuple[Place, ...]
    distances: tuple[int, ...]
    bearings: tuple[Bearing, ...]

    @property
    def doubt(self) -> int:
        return max((place.doubt for place in self.places), default=0)


def shapes(one: Set, named: Named, options: Options, tally: Tally, where: str) -> list[Shape] | None:
    """The grounds of a set, None for a set that is no shape.

    Raises: Invalid (`aco.shape`, `aco.bearing`, `place.*`, `geometry.*`).
    """
    where = f"{where}, {one.name}"
    match one.name:
        case "POLYGON":
            parts = _parts(one, named, where)
            return [_polygon(parts.places, parts.doubt, where)]
        case "CIRCLE":
            parts = _parts(one, named, where)
            _need(parts, where, places=1, distances=1)
            lon, lat = _degrees(parts.places[0])
            return [Shape(circle(lon, lat, max(parts.distances), where), parts.doubt)]
        case "CORRIDOR":
            parts = _parts(one, named, where)
            _need(parts, where, places=2, distances=1)
            return [_corridor(parts.places, -(-max(parts.distances) // 2), where)]
        case "AORBIT" | "ORBIT":
            return [_orbit(one, named, tally, where)]
        case "RADARC":
            return [_sector(_parts(one, named, where), tally, where)]
        case "POLYARC":
            return [_polyarc(_parts(one, named, where), tally, where)]
        case "1TRACK" | "TRACK":
            return _track(one, named, tally, where)
        case "GEOLINE" | "LINE":
            return [_line(_parts(one, named, where), options, tally, where)]
        case "APOINT" | "POINT":
            return [_point(_parts(one, named, where), options, where)]
        case _:
            return None


def _parts(one: Set, named: Named, where: str) -> _Parts:
    """The fields by what they are. `160M` is 160 m, but a magnetic bearing in an arc without two true ones.

    Raises: Invalid (`aco.shape`) for a field that is none of these.
    """
    arc = one.name in ("RADARC", "POLYARC")
    magnetic = arc and sum(_TRUE.fullmatch(field) is not None for field in one.fields) < 2
    places: list[Place] = []
    distances: list[int] = []
    bearings: list[Bearing] = []
    for field in one.fields:
        if field in ("", "-"):
            continue
        at = _place(field, named, where)
        if at is not None:
            places.append(at)
        elif (length := distance(field)) is not None and not (magnetic and _MAGNETIC.fullmatch(field)):
            distances.append(length)
        elif (angle := bearing(field, where)) is not None:
            bearings.append(angle)
        else:
            raise Invalid("aco.shape", where, field, f"{POSITION}; {DISTANCE}; a bearing such as 160T")
    return _Parts(tuple(places), tuple(distances), tuple(bearings))


def _place(field: str, named: Named, where: str) -> Place | None:
    at = position(field, where)
    return named.get(field.rpartition(":")[2].strip()) if at is None else at


def _need(parts: _Parts, where: str, places: int, distances: int) -> None:
    if len(parts.places) < places or len(parts.distances) < distances:
        found = f"{len(parts.places)} positions and {len(parts.distances)} distances"
        raise Invalid("aco.shape", where, found, f"{places} and {distances}, or more")


def _degrees(at: Place) -> tuple[float, float]:
    return at.point[0] / DEGREE, at.point[1] / DEGREE


def _polygon(places: Sequence[Place], doubt: int, where: str) -> Shape:
    return Shape(polygon([[_degrees(at) for at in places]], "geodesic", where, closed=False), doubt)


def _corridor(places: Sequence[Place], half_width: int, where: str) -> Shape:
    line = [_degrees(at) for at in places]
    doubt = max(at.doubt for at in places)
    if len({at.point for at in places}) == 1:  # a leg of no length
        return Shape(circle(*line[0], half_width, where), doubt)
    return Shape(corridor(line, half_width, "geodesic", where), doubt)


def _orbit(one: Set, named: Named, tally: Tally, where: str) -> Shape:
    """A racetrack between two points: its turns reach half its width beyond them."""
    side = next((field for field in one.fields if field in ("C", "L", "R")), "")
    plain = Set(one.name, tuple(field for field in one.fields if field not in ("C", "L", "R")), one.line)
    parts = _parts(plain, named, where)
    _need(parts, where, places=2, distances=1)
    width = max(parts.distances)
    if side != "C":
        tally.tell(ORBIT, where)
    return _corridor(parts.places, -(-width // 2) if side == "C" else width, where)


def _track(one: Set, named: Named, tally: Tally, where: str) -> list[Shape]:
    """Legs, each with two positions and the widths to its left and right; columns or fields in that order."""
    found: list[Shape] = []
    ends: list[Place] = []
    widths: list[int] = []
    levels: list[str] = []

    def close() -> None:
        if len(ends) != 2 or not widths:
            shown = f"a leg of {len(ends)} positions and {len(widths)} widths"
            raise Invalid("aco.shape", where, shown, "two positions and the widths to the left and right")
        if len(set(widths)) > 1:
            tally.tell(BOTH_SIDES, where)
        shape = _corridor(ends, max(widths), where)
        found.append(Shape(shape.ground, shape.doubt, tuple(levels)))
        ends.clear()
        widths.clear()
        levels.clear()

    for field in one.fields:
        at = _place(field, named, where)
        if at is not None:
            if len(ends) == 2 or widths:
                close()
            ends.append(at)
        elif (width := distance(field)) is not None:
            widths.append(width)
        elif is_band(field):
            levels.append(field)
    close()
    return found


def _line(parts: _Parts, options: Options, tally: Tally, where: str) -> Shape:
    _need(parts, where, places=2, distances=0)
    if parts.distances:
        return _corridor(parts.places, max(parts.distances), where)
    if options.half_width is None:
        raise Invalid("geometry.no_half_width", where, "a line without a width", "--half-width")
    tally.tell(LINE, where)
    return _corridor(parts.places, options.half_width, where)


def _point(parts: _Parts, options: Options, where: str) -> Shape:
    _need(parts, where, places=1, distances=0)
    radius = max(parts.distances, default=options.radius)
    if radius is None:
        raise Invalid("geometry.no_radius", where, "a point without a radius", "--radius")
    return Shape(circle(*_degrees(parts.places[0]), radius, where), parts.doubt)


def _sector(parts: _Parts, tally: Tally, where: str) -> Shape:
    """Between two bearings, clockwise from the first to the second, and two radii."""
    _need(parts, where, places=1, distances=1)
    if len(parts.bearings) != 2:
        raise Invalid("aco.shape", where, f"{len(parts.bearings)} bearings", "two")
    outer = max(parts.distances)
    inner = min(parts.distances) if len(parts.distances) > 1 else 0
    begin, end = parts.bearings
    sweep = (end.degrees - begin.degrees) % 360
    if not (begin.true and end.true) or sweep == 0:
        if sweep:
            tally.tell(NORTH, where)
        if inner:
            tally.tell(RING, where)
        return Shape(circle(*_degrees(parts.places[0]), outer, where), parts.doubt)
    ring = _arc(parts.places[0], begin.degrees, sweep, outer, where)
    near = _arc(parts.places[0], begin.degrees, sweep, inner, where)[::-1] if inner else ()
    corners = [*ring, *(near or [_degrees(parts.places[0])])]
    return Shape(polygon([corners], "geodesic", where, closed=False), parts.doubt + _sagitta(outer))


def _polyarc(parts: _Parts, tally: Tally, where: str) -> Shape:
    """An arc about the first position, clockwise from the first bearing to the second, then the others."""
    _need(parts, where, places=2, distances=1)
    if len(parts.bearings) != 2 or len(parts.distances) != 1:
        found = f"{len(parts.bearings)} bearings and {len(parts.distances)} radii"
        raise Invalid("aco.shape", where, found, "two bearings and one radius")
    begin, end = parts.bearings
    if not (begin.true and end.true):
        raise Invalid("aco.shape", where, "bearings from magnetic or grid north", "true bearings, as 160T")
    radius = parts.distances[0]
    arc = _arc(parts.places[0], begin.degrees, (end.degrees - begin.degrees) % 360, radius, where)
    corners = [_degrees(at) for at in parts.places[1:]]
    doubt = parts.doubt + _sagitta(radius)
    try:
        return Shape(polygon([[*arc, *corners]], "geodesic", where, closed=False), doubt)
    except Invalid as error:
        if error.code != "geometry.self_intersection":
            raise
    shape = polygon([[*arc, *corners[::-1]]], "geodesic", where, closed=False)
    tally.tell(TURNED, where)
    return Shape(shape, doubt)


def _arc(centre: Place, begin: float, sweep: float, radius: int, where: str) -> list[Position]:
    """Points on a circle, at most a degree apart, both ends among them."""
    if not 0 < radius <= MAX_RADIUS // 4:  # near a quarter of the globe an arc bends the other way
        raise Invalid("geometry.radius", where, f"{radius / METRE:g} m", "a radius up to 1,250 km")
    count = max(1, math.ceil(sweep / STEP))
    lon, lat = _degrees(centre)
    azimuths = [begin + sweep * k / count for k in range(count + 1)]
    many = [radius / METRE] * len(azimuths)
    lons, lats, _ = GEOD.fwd([lon] * len(many), [lat] * len(many), azimuths, many)
    return list(zip(lons, lats, strict=True))


def _sagitta(radius: int) -> int:
    """0.1 mm, at least how far a chord of a degree lies inside its arc."""
    return math.ceil(radius * (1 - math.cos(math.radians(STEP / 2))) * 1.1) + METRE // 10
