"""How Cursor on Target draws a volume: a circle or a ring of points that holds it, its heights, its window.

Circles are `u-d-c-c` with an ellipse; polygons, and corridors as polygons that hold them, are `u-d-f` with a
`link` for each vertex (a route of clients, `b-m-r`, has no width). Shared by data packages and single events.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct, structs

from wideberth.formats.format import Writing
from wideberth.formats.raw import Tally
from wideberth.formats.times import show_time
from wideberth.space.altitude import Altitude, Datum, show
from wideberth.space.ellipsoid import GEOD
from wideberth.space.flatten import circumscribed, to_geodesic, to_lonlat
from wideberth.space.ground import Circle, Ground, Point, Polygon
from wideberth.space.height import ellipsoid_range
from wideberth.space.reach import boxes
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE
from wideberth.space.volume import YEARS, Volume
from wideberth.space.within import within

UNKNOWN = "9999999.0"
"""What the format says for a height or an error that is not known."""
EXACT = 10_000
"""0.1 mm: edges that differ by no more between the two ways to draw them are written as they are."""

NO_HOLES = "holes of polygons are filled: drawings have none"
GROWN = "corridors, pads and what rounding may move are drawn as polygons that hold them"
NO_HEIGHT = "limits above ground or without limit have no height above the ellipsoid: remarks state them"


class Drawing(Struct, frozen=True):
    """A volume as it is drawn: a circle, or a ring of points; its middle and the radius (m) that holds it."""

    middle: Point
    reach: float
    radius: float | None = None
    ring: tuple[Point, ...] = ()


def drawing(volume: Volume, place: str, tally: Tally) -> Drawing:
    """The drawing that holds the volume with its horizontal pad.

    Raises: Invalid (as `flatten.circumscribed` and `to_lonlat`).
    """
    ground = volume.ground
    margin = volume.pad.h + ground.slack
    if isinstance(ground, Circle):
        radius = (ground.radius + margin) / METRE
        return Drawing(ground.centre, radius, radius)
    ring = _ring(ground, margin, place, tally)
    middle = _middle(ring)
    # a metre more than the furthest vertex: edges drawn the other way bulge by less
    return Drawing(middle, max(_away(middle, point) for point in ring) + 1.0, None, ring)


def heights(volume: Volume, writing: Writing, place: str, tally: Tally) -> tuple[str, str]:
    """Middle and half of the height above the ellipsoid that holds the volume, in metres as text."""
    reference = writing.reference
    bounded = volume.upper.datum != "UNL"
    above_ground = any(limit.datum in ("AGL", "SFC") for limit in (volume.lower, volume.upper))
    if not bounded or (above_ground and not reference.terrain.known):
        tally.tell(NO_HEIGHT, place)
        return UNKNOWN, UNKNOWN
    undulation = reference.geoid.bounds(boxes(compile_shapes([volume.ground]), 0, 0.0))
    area = None if reference.qnh is None else reference.qnh.area
    in_area = reference.qnh is not None and (area is None or within(volume.ground, area))
    ends: list[int] = []
    for limit in (volume.lower, volume.upper):
        readings: tuple[Datum, ...] = ("MSL", "ALT") if limit.datum == "MSL/ALT" else (limit.datum,)
        for datum in readings:
            ends += ellipsoid_range(Altitude(datum, limit.value), reference, undulation, in_area)
    low, high = min(ends) - volume.pad.v, max(ends) + volume.pad.v
    middle = round((low + high) / 2 / METRE, 1)
    half = max(high / METRE - middle, middle - low / METRE)
    return f"{middle:.1f}", upwards(half)


def remarks(volume: Volume) -> str:
    """Limits and times as text: clients show it, and drawings have no other place for them."""
    v = volume.pad.v
    low, high = _shown(volume.lower, v, up=False), _shown(volume.upper, v, up=True)
    until = (
        "until further notice"
        if volume.end is None
        else f"to {show_time(in_years(volume.end + volume.pad.t))}"
    )
    begin = "" if volume.start is None else f"from {show_time(in_years(volume.start - volume.pad.t))} "
    return f"{low} to {high}, {begin}{until}"


def in_years(instant: int) -> int:
    """The nearest moment that can be written."""
    return min(max(instant, YEARS[0]), YEARS[1])


def degrees(value: int) -> str:
    """1e-7 degrees as text in degrees."""
    return f"{value / DEGREE:.7f}"


def upwards(metres: float) -> str:
    """Metres with one digit, rounded up."""
    return f"{math.ceil(metres * 10 - 1e-6) / 10:.1f}"


def _shown(limit: Altitude, pad: int, *, up: bool) -> str:
    """A limit with the pad, outwards to a whole metre where it is no whole flight level."""
    if limit.datum == "UNL" or (limit.datum == "SFC" and not (up and pad)):
        return limit.datum
    value = limit.value + (pad if up else -pad)
    if limit.datum != "FL" or value % FLIGHT_LEVEL or value < 0:
        value = (-(-value // METRE) if up else value // METRE) * METRE
    return show(Altitude("AGL" if limit.datum == "SFC" else limit.datum, value), True)


def _ring(ground: Ground, margin: int, place: str, tally: Tally) -> tuple[Point, ...]:
    """The vertices of a polygon that holds the ground, so close that edges may be drawn either way."""
    if isinstance(ground, Polygon):
        if len(ground.rings) > 1:
            tally.tell(NO_HOLES, place)
            ground = structs.replace(ground, rings=ground.rings[:1])
        both = _either_way(ground)
        if margin == 0 and both.slack <= EXACT:
            return both.rings[0]
    tally.tell(GROWN, place)
    # the edges that will be drawn may cut off some of this again: half a metre at most
    assert not isinstance(ground, Circle)
    drawn = circumscribed(structs.replace(ground, slack=margin + EXACT))
    if len(drawn.rings) > 1:
        tally.tell(NO_HOLES, place)
    return _either_way(Polygon(drawn.rings[:1], "geodesic")).rings[0]


def _either_way(ground: Polygon) -> Polygon:
    """With vertices so close that straight edges and geodesics differ by half a metre at most."""
    made = to_geodesic(ground) if ground.edges == "lonlat" else to_lonlat(ground)
    assert isinstance(made, Polygon)
    return made


def _middle(ring: Sequence[Point]) -> Point:
    """The middle of the box around a ring, whichever way it lies about ±180°."""
    first = ring[0][0]
    half, turn = 180 * DEGREE, 360 * DEGREE
    lons = [first + (lon - first + half) % turn - half for lon, _ in ring]
    lats = [lat for _, lat in ring]
    lon = ((min(lons) + max(lons)) // 2 + half) % turn - half
    return lon, (min(lats) + max(lats)) // 2


def _away(p: Point, q: Point) -> float:
    return float(GEOD.inv(p[0] / DEGREE, p[1] / DEGREE, q[0] / DEGREE, q[1] / DEGREE)[2])
