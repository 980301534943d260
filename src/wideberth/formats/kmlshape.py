"""Geometry of KML Placemarks: positions, rings, lines, tracks, and the limits that their heights state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats.properties import Properties, read_times
from wideberth.formats.raw import RawLine, RawPoint, RawPolygon, RawShape
from wideberth.formats.reading import Options
from wideberth.formats.xmltext import local_name, namespace
from wideberth.space.altitude import SURFACE, Altitude, checked
from wideberth.space.stated import MAX_VERTICES
from wideberth.space.units import METRE, to_integer

GX = "http://www.google.com/kml/ext/2.2"
KML = "http://www.opengis.net/kml/2.2"
KML_NAMESPACES = frozenset(
    (
        "",
        KML,
        *(f"http://earth.google.com/kml/2.{minor}" for minor in range(3)),
        "http://www.opengis.net/kml/2.3",
    )
)
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")

_GEOMETRIES = frozenset(
    ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack")
)
_WANTED = "Point with radius_m, LineString or gx:Track with half_width_m, Polygon, or MultiGeometry of these"
_IGNORED = "heights of coordinates are ignored: lower or upper is stated"
_CLAMPED = "heights of coordinates are ignored: altitudeMode is absent or clampToGround"
_DATUMS: dict[str, str] = {"absolute": "MSL", "relativeToGround": "AGL"}

Tuple = tuple[str, ...]


def is_kml(element: etree._Element) -> bool:
    """True for an element of KML or of Google's extension of it."""
    return namespace(element) in KML_NAMESPACES or namespace(element) == GX


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of that local name."""
    return [child for child in element if local_name(child) == name and is_kml(child)]


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name, without spaces at its ends; empty where there is none."""
    found = children(element, name)
    return (found[0].text or "").strip() if found else ""


def shapes(
    placemark: etree._Element, path: str, properties: Properties, options: Options
) -> tuple[tuple[RawShape, ...], tuple[str, ...]]:
    """The shapes of a Placemark (a MultiGeometry has many) and notes about their heights.

    Raises: Invalid (`kml.geometry`, `kml.coordinates`, `kml.height`, `kml.altitude_mode`, `kml.boolean`,
    `geometry.too_many_points`, `time.*`).
    """
    geometries = [child for child in placemark if local_name(child) in _GEOMETRIES and is_kml(child)]
    if len(geometries) != 1:
        raise Invalid("kml.geometry", path, f"{len(geometries) or 'no'} geometries", f"one: {_WANTED}")
    stated = any(properties.get(key) is not None for key in ("lower", "upper"))
    told: list[str] = []
    parts = _parts(geometries[0], path)
    made = tuple(_shape(part, path, len(parts) > 1, stated, told, options) for part in parts)
    return made, tuple(dict.fromkeys(told))


def _parts(geometry: etree._Element, path: str) -> list[etree._Element]:
    if local_name(geometry) != "MultiGeometry":
        return [geometry]
    parts: list[etree._Element] = []
    for child in geometry:
        if local_name(child) in _GEOMETRIES and is_kml(child):
            parts.extend(_parts(child, path))
    if not parts:
        raise Invalid("kml.geometry", path, "an empty MultiGeometry", f"one geometry or more: {_WANTED}")
    return parts


def _shape(
    geometry: etree._Element, path: str, many: bool, stated: bool, told: list[str], options: Options
) -> RawShape:
    name = local_name(geometry)
    at = f"{path}, {name}" + (f" line {geometry.sourceline}" if many else "")
    where = at if many else ""
    if name == "Point":
        positions = _coordinates(geometry, at)
        if len(positions) != 1:
            found = f"{len(positions)} positions"
            raise Invalid("kml.coordinates", at, found, "one: lon,lat or lon,lat,height")
        lower, upper = _limits(geometry, at, positions, stated, told)
        return RawPoint(at=_degrees(positions)[0], path=at, where=where, lower=lower, upper=upper)
    if name == "LineString":
        positions = _coordinates(geometry, at)
        lower, upper = _limits(geometry, at, positions, stated, told)
        line, within = _degrees(positions), f"{at}, positions"
        return RawLine(points=line, path=within, where=where, lower=lower, upper=upper)
    if name == "Polygon":
        rings = _rings(geometry, at)
        lower, upper = _limits(geometry, at, [p for ring in rings for p in ring], stated, told)
        drawn = [_degrees(ring) for ring in rings]
        return RawPolygon(rings=drawn, path=f"{at}, rings", where=where, lower=lower, upper=upper)
    if name == "Track":
        return _track(geometry, at, where, stated, told, options)
    raise Invalid("kml.geometry", at, name, _WANTED)


def _rings(polygon: etree._Element, path: str) -> list[list[Tuple]]:
    """Outer ring first. Several LinearRings in one innerBoundaryIs, as some programs write, are holes."""
    outer = [ring for side in children(polygon, "outerBoundaryIs") for ring in children(side, "LinearRing")]
    inner = [ring for side in children(polygon, "innerBoundaryIs") for ring in children(side, "LinearRing")]
    if len(outer) != 1:
        found = f"{len(outer) or 'no'} outer LinearRings"
        raise Invalid("kml.geometry", path, found, "one outerBoundaryIs with one LinearRing")
    holes = [_coordinates(ring, f"{path}, innerBoundaryIs[{i}]") for i, ring in enumerate(inner)]
    return [_coordinates(outer[0], f"{path}, outerBoundaryIs"), *holes]


def _track(
    track: etree._Element, path: str, where: str, stated: bool, told: list[str], options: Options
) -> RawLine:
    """A gx:Track: a `when` for each `gx:coord`; a position left out is refused, not interpolated."""
    positions = [
        _checked(tuple((coord.text or "").split()), f"{path}, coord[{i}]", "lon lat height")
        for i, coord in enumerate(children(track, "coord"))
    ]
    whens = [(when.text or "").strip() for when in children(track, "when")]
    if len(whens) != len(positions):
        found = f"{len(whens)} when, {len(positions)} coord"
        raise Invalid("route.times", path, found, "a when for each coord")
    lower, upper = _limits(track, path, positions, stated, told)
    return RawLine(
        points=_degrees(positions),
        path=f"{path}, coord",
        where=where,
        lower=lower,
        upper=upper,
        times=read_times(whens, f"{path}, when", options.zone),
    )


def _coordinates(element: etree._Element, path: str) -> list[Tuple]:
    """The positions of the one `coordinates`, as texts: `lon,lat[,height]`, white space between them.

    White space beside a comma, which some programs write, leaves no doubt and is accepted.
    """
    found = children(element, "coordinates")
    if len(found) != 1:
        raise Invalid("kml.coordinates", path, f"{len(found) or 'no'} coordinates elements", "one")
    text = found[0].text or ""
    if text.count(",") > 2 * (MAX_VERTICES + 1):
        count = f"about {text.count(',') // 2:,} vertices"
        raise Invalid("geometry.too_many_points", path, count, f"at most {MAX_VERTICES:,}")
    tight = ",".join(part.strip() for part in text.split(","))
    return [
        _checked(tuple(item.split(",")), f"{path}[{i}]", "lon,lat or lon,lat,height")
        for i, item in enumerate(tight.split())
    ]


def _checked(position: Tuple, path: str, wanted: str) -> Tuple:
    if len(position) not in (2, 3) or not all(NUMBER.fullmatch(part) for part in position):
        raise Invalid("kml.coordinates", path, ",".join(position), f"{wanted}, numbers with a decimal point")
    return position


def _degrees(positions: Sequence[Tuple]) -> list[tuple[float, float]]:
    return [(float(position[0]), float(position[1])) for position in positions]


def _limits(
    geometry: etree._Element, path: str, positions: Sequence[Tuple], stated: bool, told: list[str]
) -> tuple[Altitude | None, Altitude | None]:
    """The limits that the heights state, outwards to 0.1 mm; extruded: the surface up to the greatest."""
    mode = child_text(geometry, "altitudeMode") or "clampToGround"
    extruded = _boolean(geometry, "extrude", path)
    if stated:
        if any(_height(position) for position in positions):
            told.append(_IGNORED)
        return None, None
    if mode == "clampToGround":
        if any(_height(position) for position in positions):
            told.append(_CLAMPED)
        return None, None
    if mode not in _DATUMS:
        wanted = "absolute, relativeToGround or clampToGround, or lower and upper in ExtendedData"
        raise Invalid("kml.altitude_mode", path, mode, wanted)
    if not positions or any(len(position) < 3 for position in positions):
        raise Invalid("kml.height", path, f"a position without height, altitudeMode {mode}", "lon,lat,height")
    heights = [_height(position) for position in positions]
    low = _altitude(mode, to_integer(min(heights), METRE, "down"), path)
    high = _altitude(mode, to_integer(max(heights), METRE, "up"), path)
    return (SURFACE if extruded else low), high


def _height(position: Tuple) -> Decimal:
    return Decimal(position[2]) if len(position) == 3 else Decimal(0)


def _altitude(mode: str, value: int, path: str) -> Altitude:
    return checked(Altitude("AGL" if _DATUMS[mode] == "AGL" else "MSL", value), path)


def _boolean(geometry: etree._Element, name: str, path: str) -> bool:
    text = child_text(geometry, name)
    if text not in ("", "0", "1", "true", "false"):
        raise Invalid("kml.boolean", f"{path}, {name}", text, "0 or 1")
    return text in ("1", "true")
