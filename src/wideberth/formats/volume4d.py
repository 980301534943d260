"""Volume4D, the volume of ASTM F3548-21 (and of the test files around it): JSON values <-> `Volume`.

An outline is a polygon with geodesic edges, its last vertex not repeated, or a circle; altitudes are
metres above the WGS84 ellipsoid; times are RFC 3339. Limits and times may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from wideberth.errors import Invalid
from wideberth.formats.profile import (
    ANTIMERIDIAN,
    COLLAPSED,
    NO_ALTITUDE,
    NO_END,
    NO_LOWER,
    NO_START,
    NO_TIME,
    NO_UPPER,
)
from wideberth.formats.properties import number, scaled
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.space import ground, stated
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, Datum, checked
from wideberth.space.flatten import circumscribed
from wideberth.space.ground import Circle, Ground, Point, Polygon
from wideberth.space.height import ellipsoid_range
from wideberth.space.reach import boxes
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import Position
from wideberth.space.units import DEGREE, METRE, SECOND, Rounding, to_integer
from wideberth.space.volume import Volume, check_volume
from wideberth.space.within import within

CLOSED = "a ring repeats its first vertex at its end, read as the same ring"

GROWN = "shapes other than circles and geodesic polygons are written as polygons that hold them"
NO_HOLES = "holes are filled: F3548 knows none"
CONVERTED = "altitudes of another datum are written as the widest W84 heights that they may mean"
THIN = "limits or times that are equal are written 1 m or 1 s apart: F3548 wants lower below upper"


def member(found: Mapping[str, object], key: str, path: str) -> Mapping[str, object] | None:
    """The object under `key`; None where absent or null. Raises: Invalid (`f3548.type`)."""
    value = found.get(key)
    return None if value is None else mapping(value, f"{path}.{key}")


def mapping(value: object, path: str) -> Mapping[str, object]:
    """The value itself if it is an object. Raises: Invalid (`f3548.type`)."""
    if not isinstance(value, Mapping):
        raise Invalid("f3548.type", path, _kind(value), "an object")
    return cast(Mapping[str, object], value)


def members(found: Mapping[str, object], key: str, path: str) -> Sequence[object]:
    """The list under `key`; empty where absent or null. Raises: Invalid (`f3548.type`)."""
    value = found.get(key)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise Invalid("f3548.type", f"{path}.{key}", _kind(value), "a list")
    return value


def text(found: Mapping[str, object], key: str, path: str) -> str | None:
    """The text under `key`; None where absent or null. Raises: Invalid (`f3548.type`)."""
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        raise Invalid("f3548.type", f"{path}.{key}", _kind(value), "text")
    return value


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "true or false", list: "a list", dict: "an object", str: "a text"}
    return "nothing" if value is None else names.get(type(value), "a number")


def read_volume(value: object, path: str, options: Options, tally: Tally) -> Volume:
    """A Volume4D. Missing limits are SFC and UNL, missing times unbounded; each is told.

    Raises: Invalid (`f3548.*`, `geometry.*`, `altitude.*`, `time.*`).
    """
    found = mapping(value, path)
    inner = f"{path}.volume"
    volume = mapping(found.get("volume"), inner)
    start = _read_time(found, "time_start", path, options)
    end = _read_time(found, "time_end", path, options)
    tell_window(start, end, path, tally)
    return made(volume, inner, start, end, options, tally)


def made(
    volume: Mapping[str, object],
    path: str,
    start: int | None,
    end: int | None,
    options: Options,
    tally: Tally,
) -> Volume:
    """The volume of a Volume3D and a window (POSIX ms). Raises: Invalid (`f3548.*`, `geometry.*`, …)."""
    lower = _read_altitude(volume, "altitude_lower", path, "down")
    upper = _read_altitude(volume, "altitude_upper", path, "up")
    if lower is None and upper is None:
        tally.tell(NO_ALTITUDE, path)
    elif lower is None or upper is None:
        tally.tell(NO_LOWER if lower is None else NO_UPPER, path)
    outline = _read_outline(volume, path, options, tally)
    return check_volume(Volume(outline, lower or SURFACE, upper or UNLIMITED, start, end), path)


def tell_window(start: int | None, end: int | None, path: str, tally: Tally) -> None:
    """Tell which end of a window is open."""
    if start is None and end is None:
        tally.tell(NO_TIME, path)
    elif start is None or end is None:
        tally.tell(NO_START if start is None else NO_END, path)


def _read_outline(volume: Mapping[str, object], path: str, options: Options, tally: Tally) -> Ground:
    polygon, circle = member(volume, "outline_polygon", path), member(volume, "outline_circle", path)
    if (polygon is None) == (circle is None):
        found = "neither or null" if polygon is None else "both"
        raise Invalid("f3548.outline", path, found, "one of outline_polygon and outline_circle")
    if circle is not None:
        return _read_circle(circle, f"{path}.outline_circle", options)
    where = f"{path}.outline_polygon.vertices"
    listed = members(cast(Mapping[str, object], polygon), "vertices", f"{path}.outline_polygon")
    vertices = [_read_point(vertex, f"{where}[{i}]") for i, vertex in enumerate(listed)]
    shape = stated.polygon([vertices], "geodesic", where, closed=False, wrap=options.wrap)
    closed = len(vertices) > 1 and vertices[0] == vertices[-1]
    if closed:
        tally.tell(CLOSED, path)
    if len(shape.rings[0]) < len(vertices) - closed:
        tally.tell(COLLAPSED, path)
    if ground.crosses_antimeridian(shape):
        tally.tell(ANTIMERIDIAN, path)
    return shape


def _read_circle(circle: Mapping[str, object], path: str, options: Options) -> Circle:
    radius = mapping(circle.get("radius"), f"{path}.radius")
    _check(radius, "units", "M", "f3548.units", f"{path}.radius")
    metres = number(radius.get("value"), f"{path}.radius.value", "a number of metres")
    lon, lat = _read_point(circle.get("center"), f"{path}.center")
    return stated.circle(lon, lat, to_integer(metres, METRE, "up"), f"{path}.center", wrap=options.wrap)


def _read_point(value: object, path: str) -> Position:
    point = mapping(value, path)
    for key in ("lng", "lat"):
        if key not in point:
            raise Invalid("f3548.type", path, f"no {key}", '{"lng": degrees, "lat": degrees}')
    return cast(Position, (point["lng"], point["lat"]))  # `ground` checks that they are numbers


def _read_altitude(volume: Mapping[str, object], key: str, path: str, rounding: Rounding) -> Altitude | None:
    """The limit in 0.1 mm, rounded outwards."""
    found, where = member(volume, key, path), f"{path}.{key}"
    if found is None:
        return None
    _check(found, "reference", "W84", "f3548.datum", where)
    _check(found, "units", "M", "f3548.units", where)
    metres = number(found.get("value"), f"{where}.value", "a number of metres")
    return checked(Altitude("HAE", to_integer(metres, METRE, rounding)), where)


def _check(found: Mapping[str, object], key: str, wanted: str, code: str, path: str) -> None:
    if found.get(key) != wanted:
        raise Invalid(code, f"{path}.{key}", found.get(key, "nothing"), f'"{wanted}"')


def _read_time(found: Mapping[str, object], key: str, path: str, options: Options) -> int | None:
    stated, where = stamp(found, key, path), f"{path}.{key}.value"
    if stated is None:
        return None
    return parse_time(stated, where, zone=options.zone, edge="start" if key == "time_start" else "end")


def stamp(found: Mapping[str, object], key: str, path: str) -> str | None:
    """The text of a Time {"value", "format": "RFC3339"}; None where absent.

    Raises: Invalid (`f3548.type`, `f3548.time_format`).
    """
    time, where = member(found, key, path), f"{path}.{key}"
    if time is None:
        return None
    if time.get("format", "RFC3339") != "RFC3339":
        raise Invalid("f3548.time_format", f"{where}.format", time["format"], '"RFC3339"')
    value = text(time, "value", where)
    if value is None:
        raise Invalid("f3548.type", f"{where}.value", "nothing", "a time such as 2026-11-23T10:00:00Z")
    return value


def write_volume(
    volume: Volume, path: str, reference: VerticalReference | None, tally: Tally
) -> dict[str, object]:
    """The Volume4D that holds `volume`; what had to be widened is told.

    Raises: Invalid (`f3548.no_time`, `f3548.pad`, `f3548.datum`, and as `flatten.circumscribed`).
    """
    start, end = written_window(volume, path)
    if volume.start == volume.end:
        tally.tell(THIN, path)
    if volume.pad.h or volume.pad.v or volume.pad.t:
        wanted = "volumes without pads: F3548 has no field for one (grow the volume instead)"
        raise Invalid("f3548.pad", path, "a pad", wanted)
    shape = _written_outline(volume.ground, path, tally)
    shape.update(_written_limits(volume, path, reference, tally))
    return {"volume": shape, "time_start": written_time(start), "time_end": written_time(end)}


def written_window(volume: Volume, path: str) -> tuple[int, int]:
    """Start and end in POSIX ms; an instant is widened to 1 s. Raises: Invalid (`f3548.no_time`)."""
    if volume.start is None or volume.end is None:
        found = f"no {'start' if volume.start is None else 'end'}"
        raise Invalid("f3548.no_time", path, found, "a start and an end for every volume written as F3548")
    if volume.start == volume.end:
        return volume.start - SECOND // 2, volume.end + SECOND // 2
    return volume.start, volume.end


def written_time(ms: int) -> dict[str, str]:
    """A Time of F3548."""
    return {"value": to_rfc3339(ms), "format": "RFC3339"}


def _written_outline(shape: Ground, path: str, tally: Tally) -> dict[str, object]:
    if isinstance(shape, Circle):
        if shape.slack:
            tally.tell(GROWN, path)
        radius = {"value": scaled(shape.radius + shape.slack, METRE), "units": "M"}
        return {"outline_circle": {"center": _written_point(shape.centre), "radius": radius}}
    if isinstance(shape, Polygon) and len(shape.rings) > 1:
        tally.tell(NO_HOLES, path)
        shape = Polygon(shape.rings[:1], shape.edges, shape.slack)
    try:
        drawn = circumscribed(shape)
    except Invalid as error:
        raise error.under(path) from None
    if drawn != shape:
        tally.tell(GROWN, path)
    if len(drawn.rings) > 1:
        tally.tell(NO_HOLES, path)
    return {"outline_polygon": {"vertices": [_written_point(point) for point in drawn.rings[0]]}}


def _written_point(point: Point) -> dict[str, float]:
    return {"lng": point[0] / DEGREE, "lat": point[1] / DEGREE}


def _written_limits(
    volume: Volume, path: str, reference: VerticalReference | None, tally: Tally
) -> dict[str, object]:
    lower = _height(volume, volume.lower, path, reference)[0]
    upper = None if volume.upper.datum == "UNL" else _height(volume, volume.upper, path, reference)[1]
    if volume.lower.datum != "HAE" or volume.upper.datum not in ("HAE", "UNL"):
        tally.tell(CONVERTED, path)
    if upper is not None and upper <= lower:
        tally.tell(THIN, path)
        lower, upper = min(lower, upper) - METRE // 2, max(lower, upper) + METRE // 2
    limits: dict[str, object] = {"altitude_lower": _written_altitude(lower)}
    if upper is not None:
        limits["altitude_upper"] = _written_altitude(upper)
    return limits


def _written_altitude(height: int) -> dict[str, object]:
    return {"value": scaled(height, METRE), "reference": "W84", "units": "M"}


def _height(
    volume: Volume, limit: Altitude, path: str, reference: VerticalReference | None
) -> tuple[int, int]:
    """Lowest and highest height above the ellipsoid that a limit means over the ground, 0.1 mm."""
    if limit.datum == "HAE":
        return limit.value, limit.value
    if reference is None:
        raise Invalid("f3548.datum", path, limit.datum, "HAE (W84), the only datum of F3548")
    undulation = reference.geoid.bounds(boxes(compile_shapes([volume.ground]), 0, 0.0))
    area = None if reference.qnh is None else reference.qnh.area
    in_area = reference.qnh is not None and (area is None or within(volume.ground, area))
    readings: tuple[Datum, ...] = ("MSL", "ALT") if limit.datum == "MSL/ALT" else (limit.datum,)
    ranges = [
        ellipsoid_range(Altitude(datum, limit.value), reference, undulation, in_area) for datum in readings
    ]
    return min(low for low, _ in ranges), max(high for _, high in ranges)
