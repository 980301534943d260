"""ED-318 UAS geographical zones (EUROCAE 2024): GeoJSON with a `layer` of limits beside each geometry."""

from __future__ import annotations

from wideberth.errors import Invalid, shorten
from wideberth.formats import jsontext
from wideberth.formats.format import Peek
from wideberth.formats.published import Published, assemble, line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.uaszone import (
    PARTS,
    ZONES,
    Object,
    circle,
    limits,
    polygons,
    text,
    thing,
    things,
    unit,
    windows,
)
from wideberth.model.plan import UNSPECIFIED
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Ground

NO_LAYER = "a geometry without layer is read as SFC to UNL"

Band = tuple[Altitude, Altitude]


def known(peek: Peek) -> bool:
    """True for a FeatureCollection (or one Feature) with a geometry that has limits or an extent in it."""
    document = peek.json
    if not isinstance(document, dict):
        return False
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    return isinstance(features, list) and any(_has_layer(one) for one in features)


def _has_layer(feature: object) -> bool:
    """True where the geometry, or the first of its collection, is one of ED-318."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if isinstance(geometry, dict) and isinstance(geometry.get("geometries"), list):
        geometry = geometry["geometries"][0] if geometry["geometries"] else None
    return isinstance(geometry, dict) and any(
        isinstance(geometry.get(key), dict) for key in ("layer", "extent")
    )


def read(data: bytes, options: Options) -> Reading:
    """The zones, a plan for each set of limits; a zone with an error joins the faults.

    Raises: Invalid (`file.*`, `json.*`, `uas_zone.empty`, `uas_zone.type`, `uas_zone.too_many`).
    """
    document = thing(jsontext.parse(data), "", "a FeatureCollection")
    single = document.get("type") == "Feature"
    features = [document] if single else things(document.get("features"), "features", "features")
    if not features:
        raise Invalid("uas_zone.empty", "features", "no zone", "one zone or more")
    if len(features) > ZONES:
        raise Invalid("uas_zone.too_many", "features", f"{len(features):,} zones", f"at most {ZONES:,}")
    tally = Tally()
    found: list[Published] = []
    faults: list[Invalid] = []
    for i, feature in enumerate(features):
        path = "Feature" if single else f"features[{i}]"
        try:
            found += _zone(thing(feature, path, "a Feature"), path, options, tally)
        except Invalid as error:
            faults.append(error)
    return assemble(found, options, tally, faults)


def _zone(feature: Object, path: str, options: Options, tally: Tally) -> list[Published]:
    zone = thing(feature.get("properties"), f"{path}.properties", "a zone")
    identifier, name = text(zone.get("identifier")), text(zone.get("name"))
    where = f'"{shorten(identifier or name, 60)}" {path}' if identifier or name else path
    key = "limitedApplicability"
    period = windows(zone.get(key), "schedule", f"{path}.properties.{key}", options, tally)
    at = f"{path}.geometry"
    geometry = thing(feature.get("geometry"), at, "Polygon, Point with extent, GeometryCollection")
    layers: dict[Band, list[Ground]] = {}
    for part, place in _parts(geometry, at):
        band, grounds = _part(part, geometry, place, tally)
        layers.setdefault(band, []).extend(grounds)
    return [
        Published(
            id=identifier or name,
            where=where,
            grounds=tuple(grounds),
            lower=lower,
            upper=upper,
            windows=period,
            label=name if name != identifier else "",
            note=text(zone.get("message")),
            activity=line(text(zone.get("type"))) or UNSPECIFIED,
        )
        for (lower, upper), grounds in layers.items()
    ]


def _parts(geometry: Object, path: str) -> list[tuple[Object, str]]:
    if geometry.get("type") != "GeometryCollection":
        return [(geometry, path)]
    listed = things(geometry.get("geometries"), f"{path}.geometries", "geometries")
    if not listed:
        raise Invalid("uas_zone.geometry", f"{path}.geometries", "no geometry", "one geometry or more")
    if len(listed) > PARTS:
        raise Invalid("uas_zone.too_many", path, f"{len(listed):,} geometries", f"at most {PARTS:,}")
    return [
        (thing(one, f"{path}.geometries[{k}]", "a geometry"), f"{path}.geometries[{k}]")
        for k, one in enumerate(listed)
    ]


def _part(part: Object, whole: Object, path: str, tally: Tally) -> tuple[Band, tuple[Ground, ...]]:
    """A geometry and its layer; one without takes that of the collection it stands in."""
    layer = part.get("layer") or whole.get("layer")
    measure = "m"
    if layer is None:
        tally.tell(NO_LAYER, path)
        band = (SURFACE, UNLIMITED)
    else:
        stated = thing(layer, f"{path}.layer", "limits")
        measure = unit(stated.get("uom"), f"{path}.layer.uom")
        lower = stated.get("lower"), stated.get("lowerReference")
        upper = stated.get("upper"), stated.get("upperReference")
        band = limits(lower, upper, measure, f"{path}.layer", tally)
    if part.get("type") != "Point":
        return band, polygons(part, path, tally)
    extent = thing(part.get("extent"), f"{path}.extent", 'a circle: {"subType": "Circle", "radius"}')
    if extent.get("subType") != "Circle":
        raise Invalid("uas_zone.geometry", f"{path}.extent.subType", extent.get("subType"), "Circle")
    return band, (circle(part.get("coordinates"), extent.get("radius"), "m", path, tally),)
