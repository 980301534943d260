"""GeoJSON in the profile of Wideberth: read and write.

RFC 7946 in structure; what the properties mean is in `profile`, shared with KML. Edges are straight in
longitude and latitude as written (GEOMETRY, Ground). A MultiPolygon is one volume per polygon.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import cast

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.multipolygon import check_parts
from wideberth.formats.profile import Spoiled, assemble
from wideberth.formats.properties import scaled
from wideberth.formats.properties import stated as stated_properties
from wideberth.formats.raw import Raw, RawLine, RawPoint, RawPolygon, RawShape, Tally
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.flatten import to_lonlat
from wideberth.space.ground import Circle, Corridor, Ground, Point, Polygon, crosses_antimeridian
from wideberth.space.stated import MAX_VERTICES, NEAR_ANTIMERIDIAN
from wideberth.space.units import DEGREE

Object = Mapping[str, object]

GEOMETRIES = "Polygon, MultiPolygon, Point with radius_m, LineString with half_width_m"
MAX_PARTS = 10_000
"""Polygons of a MultiPolygon."""
LONGITUDE_FIRST = {
    "urn:ogc:def:crs:OGC:1.3:CRS84": "",
    "urn:ogc:def:crs:OGC::CRS84": "",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84": "",
    "OGC:CRS84": "",
    "EPSG:4326": "the crs EPSG:4326 is read as longitude, latitude",
    "urn:ogc:def:crs:EPSG::4326": "the crs EPSG:4326 is read as longitude, latitude",
}
"""Values of the crs member (GeoJSON 2008) that change nothing, and what must be told of them."""
THIRD = "the third number of a position (height) is ignored: limits are lower and upper"

# RFC 7946, 7.1: a member that would make the object another one as well
_FOREIGN = {
    "FeatureCollection": ("coordinates", "geometries", "geometry", "properties"),
    "Feature": ("coordinates", "geometries", "features"),
    "geometry": ("geometry", "properties", "features"),
}


def read(data: bytes, options: Options) -> Reading:
    """The plans of a FeatureCollection or of a single Feature.

    Raises: Invalid (`file.*`, `json.*`, `geojson.*`, and those of `profile.assemble`).
    """
    document = _object(jsontext.parse(data), "", "a FeatureCollection")
    kind = document.get("type")
    if kind == "Feature":
        return _assembled([_feature(document, "")], options)
    if kind != "FeatureCollection":
        wanted = '"FeatureCollection", or one "Feature"; a bare geometry belongs into a Feature'
        raise Invalid("geojson.type", "type", kind, wanted)
    _check_members(document, "FeatureCollection", "")
    told = _crs(document, "")
    features = document.get("features")
    if not isinstance(features, list):
        raise Invalid("geojson.features", "features", features, "a list of features")
    if not features:
        raise Invalid("geojson.empty", "features", "no feature", "one feature or more")
    raws: list[Raw] = []
    spoiled: list[Spoiled] = []
    for i, one in enumerate(features):
        try:
            raws.append(_feature(_object(one, f"features[{i}]", "a Feature"), f"features[{i}]"))
        except Invalid as error:
            if not options.keep_good:
                raise
            stated = one.get("properties") if isinstance(one, dict) else None
            spoiled.append(Spoiled(error, stated.get("plan") if isinstance(stated, dict) else None))
    if raws:
        raws[0] = structs.replace(raws[0], told=told + raws[0].told)
    return _assembled(raws, options, spoiled)


def _assembled(raws: Sequence[Raw], options: Options, spoiled: Sequence[Spoiled] = ()) -> Reading:
    """The plans, once the parts of each MultiPolygon are seen to keep apart."""
    reading = assemble(raws, options, spoiled)
    several = [raw for raw in raws if len(raw.shapes) > 1]
    if several:
        areas = {
            where: volume.ground
            for one in reading.filed
            for where, volume in zip(one.where, one.plan.volumes, strict=True)
        }
        for raw in several:
            if raw.shapes[0].where not in areas:  # among the faults
                continue
            parts = cast("list[Polygon]", [areas[shape.where] for shape in raw.shapes])
            check_parts(parts, raw.shapes[0].path.removesuffix("[0]"))
    return reading


def _object(value: object, path: str, wanted: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Invalid("geojson.object", path, value, f"an object: {wanted}")
    return value


def _check_members(found: Object, kind: str, path: str) -> None:
    for key in _FOREIGN[kind]:
        if key in found:
            wanted = f"a {kind} without the member {key} (RFC 7946, 7.1)"
            raise Invalid("geojson.foreign_member", _under(path, key), found[key], wanted)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _crs(found: Object, path: str) -> tuple[str, ...]:
    """What must be told of an old crs member; refuse all but longitude, latitude on WGS84."""
    if "crs" not in found:
        return ()
    crs = found["crs"]
    named = crs.get("properties") if isinstance(crs, dict) and crs.get("type") == "name" else None
    name = named.get("name") if isinstance(named, dict) else None
    if not isinstance(name, str) or name not in LONGITUDE_FIRST:
        wanted = "no crs, or the name urn:ogc:def:crs:OGC:1.3:CRS84 (WGS84, longitude first)"
        raise Invalid("geojson.crs", _under(path, "crs"), crs if name is None else name, wanted)
    return tuple(note for note in (LONGITUDE_FIRST[name],) if note)


def _feature(found: dict[str, object], path: str) -> Raw:
    if found.get("type") != "Feature":
        raise Invalid("geojson.type", _under(path, "type"), found.get("type"), '"Feature"')
    _check_members(found, "Feature", path)
    told = _crs(found, path)
    where = _under(path, "properties")
    properties = found.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise Invalid("geojson.object", where, properties, "properties as an object, or null")
    at = _under(path, "geometry")
    if found.get("geometry") is None:
        raise Invalid("geojson.no_geometry", at, "no geometry", GEOMETRIES)
    geometry = _object(found["geometry"], at, GEOMETRIES)
    _check_members(geometry, "geometry", at)
    shapes, high = _shapes(geometry, at)
    return Raw(
        shapes=shapes,
        properties=properties or {},
        path=path or "Feature",
        properties_path=where,
        fallback_id=_id(found, path),
        told=told + _crs(geometry, at) + ((THIRD,) if high else ()),
    )


def _id(found: Object, path: str) -> str | None:
    """The feature's id as text: RFC 7946 allows text or a number."""
    value = found.get("id")
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid("geojson.id", _under(path, "id"), value, "text or a number")
    return str(value)


def _shapes(geometry: Object, path: str) -> tuple[tuple[RawShape, ...], bool]:
    """The shapes of a geometry, and whether its positions have a third number."""
    kind, found = geometry.get("type"), geometry.get("coordinates")
    at = f"{path}.coordinates"
    dimension: int | None = None
    if kind == "Point":
        dimension = _position(found, at, None)
        return (RawPoint(at=cast(Sequence[object], found), path=at),), dimension == 3
    if kind == "LineString":
        dimension = _line(found, at, None)
        return (RawLine(points=cast(Sequence[Sequence[object]], found), path=at),), dimension == 3
    if kind == "Polygon":
        dimension = _polygon(found, at, None)
        return (_raw_polygon(found, at, ""),), dimension == 3
    if kind != "MultiPolygon":
        raise Invalid("geojson.geometry", f"{path}.type", kind, f"{GEOMETRIES}; several shapes as features")
    parts = _list(found, at, "a list of polygons")
    if not parts:
        raise Invalid("geometry.empty", at, "no polygon", "one polygon or more")
    if len(parts) > MAX_PARTS:
        raise Invalid("geojson.too_many_parts", at, f"{len(parts):,} polygons", f"at most {MAX_PARTS:,}")
    for k, part in enumerate(parts):
        dimension = _polygon(part, f"{at}[{k}]", dimension)
    shapes = tuple(_raw_polygon(part, f"{at}[{k}]", f"{at}[{k}]") for k, part in enumerate(parts))
    return shapes, dimension == 3


def _raw_polygon(found: object, path: str, where: str) -> RawPolygon:
    return RawPolygon(rings=cast(Sequence[Sequence[Sequence[object]]], found), path=path, where=where)


def _list(found: object, path: str, wanted: str) -> list[object]:
    if not isinstance(found, list):
        raise Invalid("geojson.coordinates", path, found, wanted)
    return found


def _polygon(found: object, path: str, dimension: int | None) -> int | None:
    rings = _list(found, path, "a list of rings")
    total = sum(len(ring) for ring in rings if isinstance(ring, list))
    if total > MAX_VERTICES + len(rings):  # before a second is spent on each
        raise Invalid("geometry.too_many_points", path, f"{total:,} vertices", f"at most {MAX_VERTICES:,}")
    for r, ring in enumerate(rings):
        dimension = _line(ring, f"{path}[{r}]", dimension)
    return dimension


def _line(found: object, path: str, dimension: int | None) -> int | None:
    positions = _list(found, path, "a list of positions")
    if len(positions) > MAX_VERTICES + 1:
        wanted = f"at most {MAX_VERTICES:,}"
        raise Invalid("geometry.too_many_points", path, f"{len(positions):,} vertices", wanted)
    for i, position in enumerate(positions):
        dimension = _position(position, f"{path}[{i}]", dimension)
    return dimension


def _position(found: object, path: str, dimension: int | None) -> int:
    """How many numbers the position has; every position of a geometry has as many."""
    wanted = "a position: [longitude, latitude], or with a height in every position of the geometry"
    if not isinstance(found, list) or len(found) not in (2, 3):
        raise Invalid("geojson.position", path, found, wanted)
    for value in found:
        if isinstance(value, bool) or not isinstance(value, int | float):
            # as repr: the text "24.0" must not look like the number
            wanted = "numbers: longitude, latitude in degrees"
            raise Invalid("geometry.not_a_number", path, repr(value), wanted)
    if dimension is not None and len(found) != dimension:
        raise Invalid("geojson.mixed_positions", path, f"{len(found)} numbers, {dimension} before", wanted)
    return len(found)


SLACK = "rounding or conversion moved edges of the shape a little: pad_m grew by as much"
GEODESIC = "edges along geodesics are written straight in longitude and latitude, with vertices between"
WRAPPED = "an edge crosses the antimeridian far from its ends: to be read with --wrap"


def write(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A FeatureCollection with one feature per volume, and notes on what had to be said differently.

    Outer rings are listed counter-clockwise, holes clockwise (RFC 7946, 3.1.6). What is written holds
    the original: geodesic edges become more vertices, and a slack becomes part of the pad.

    Raises: Invalid (`geometry.pole_edge`, `geometry.too_many_points`, `geojson.empty`, `time.range`).
    """
    tally = Tally()
    lines: list[str] = []
    for plan in plans:
        for k, volume in enumerate(plan.volumes):
            place = f"plan {plan.id} of {plan.party}, volume {k}"
            ground = to_lonlat(volume.ground)
            if ground is not volume.ground:
                tally.tell(GEODESIC, place)
            if ground.slack:
                tally.tell(SLACK, place)
            if _needs_wrap(ground):
                tally.tell(WRAPPED, place)
            properties = stated_properties(plan, structs.replace(volume, ground=ground))
            feature = {"type": "Feature", "properties": properties, "geometry": geometry_of(ground)}
            lines.append(json.dumps(feature, ensure_ascii=False, allow_nan=False))
    if not lines:
        raise Invalid("geojson.empty", "", "no volume", "one plan with a volume or more")
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    return text.encode("utf-8"), tally.notes()


def geometry_of(ground: Ground) -> dict[str, object]:
    """The GeoJSON geometry of a ground with edges straight in lon/lat; radius, half-width are properties."""
    if isinstance(ground, Circle):
        return {"type": "Point", "coordinates": _degrees(ground.centre)}
    if isinstance(ground, Corridor):
        return {"type": "LineString", "coordinates": [_degrees(point) for point in ground.points]}
    rings = [wound(ring, left=r == 0) for r, ring in enumerate(ground.rings)]
    return {
        "type": "Polygon",
        "coordinates": [[_degrees(point) for point in (*ring, ring[0])] for ring in rings],
    }


def wound(ring: tuple[Point, ...], *, left: bool) -> tuple[Point, ...]:
    """The ring from the same vertex, counter-clockwise (`left`) or clockwise; around a pole as it is."""
    area = x = 0
    for (lon, lat), (lon2, lat2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        step = (lon2 - lon + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE
        if abs(lon2 - lon) == 360 * DEGREE:
            step = lon2 - lon
        area += (2 * x + step) * (lat2 - lat)
        x += step
    if x != 0 or area == 0 or (area > 0) == left:
        return ring
    return (ring[0], *reversed(ring[1:]))


def _degrees(point: Point) -> list[int | float]:
    return [scaled(point[0], DEGREE), scaled(point[1], DEGREE)]


def _needs_wrap(ground: Ground) -> bool:
    """True where a reader would not believe that an edge crosses the antimeridian (GEOMETRY, Ground)."""
    if isinstance(ground, Circle) or not crosses_antimeridian(ground):
        return False
    lines = (ground.points,) if isinstance(ground, Corridor) else tuple((*r, r[0]) for r in ground.rings)
    return any(
        180 * DEGREE < abs(p[0] - q[0]) < 360 * DEGREE
        and max(abs(p[0]), abs(q[0])) <= 180 * DEGREE - NEAR_ANTIMERIDIAN
        for line in lines
        for p, q in pairwise(line)
    )
