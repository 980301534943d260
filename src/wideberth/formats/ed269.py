"""ED-269 UAS geographical zones (EUROCAE, minimum operational performance standard for geofencing, 2020).

A zone has volumes, each with limits of its own: volumes of the same limits are one plan.
"""

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
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Ground


def known(peek: Peek) -> bool:
    """True for a UASZoneList, or features whose geometry is a list of volumes."""
    document = peek.json
    if not isinstance(document, dict):
        return False
    if "UASZoneList" in document:
        return True
    features = document.get("features")
    first = features[0] if isinstance(features, list) and features else None
    geometry = first.get("geometry") if isinstance(first, dict) else None
    return isinstance(geometry, list)


def read(data: bytes, options: Options) -> Reading:
    """The zones, a plan for each set of limits; a zone with an error joins the faults.

    Raises: Invalid (`file.*`, `json.*`, `uas_zone.empty`, `uas_zone.type`, `uas_zone.too_many`).
    """
    document = thing(jsontext.parse(data), "", "UASZoneList or features")
    key = "UASZoneList" if "UASZoneList" in document else "features"
    zones = things(document.get(key), key, "zones")
    if not zones:
        raise Invalid("uas_zone.empty", key, "no zone", "one zone or more")
    if len(zones) > ZONES:
        raise Invalid("uas_zone.too_many", key, f"{len(zones):,} zones", f"at most {ZONES:,}")
    tally = Tally()
    found: list[Published] = []
    faults: list[Invalid] = []
    for i, zone in enumerate(zones):
        path = f"{key}[{i}]"
        try:
            found += _zone(thing(zone, path, "a zone"), path, options, tally)
        except Invalid as error:
            faults.append(error)
    return assemble(found, options, tally, faults)


def _zone(zone: Object, path: str, options: Options, tally: Tally) -> list[Published]:
    identifier, name = text(zone.get("identifier")), text(zone.get("name"))
    where = f'"{shorten(identifier or name, 60)}" {path}' if identifier or name else path
    period = windows(zone.get("applicability"), "dailyPeriod", f"{path}.applicability", options, tally)
    volumes = things(zone.get("geometry"), f"{path}.geometry", "volumes")
    if not volumes:
        raise Invalid("uas_zone.geometry", f"{path}.geometry", "no geometry", "one volume or more")
    if len(volumes) > PARTS:
        raise Invalid("uas_zone.too_many", path, f"{len(volumes):,} volumes", f"at most {PARTS:,}")
    layers: dict[tuple[Altitude, Altitude], list[Ground]] = {}
    for k, volume in enumerate(volumes):
        at = f"{path}.geometry[{k}]"
        band, grounds = _volume(thing(volume, at, "a volume"), at, tally)
        layers.setdefault(band, []).extend(grounds)
    restriction = zone.get("restriction") or zone.get("type")
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
            activity=line(text(restriction)) or UNSPECIFIED,
        )
        for (lower, upper), grounds in layers.items()
    ]


def _volume(volume: Object, path: str, tally: Tally) -> tuple[tuple[Altitude, Altitude], tuple[Ground, ...]]:
    measure = unit(volume.get("uomDimensions"), f"{path}.uomDimensions")
    band = limits(
        (volume.get("lowerLimit"), volume.get("lowerVerticalReference")),
        (volume.get("upperLimit"), volume.get("upperVerticalReference")),
        measure,
        path,
        tally,
    )
    at = f"{path}.horizontalProjection"
    shape = thing(volume.get("horizontalProjection"), at, "a Circle or a Polygon")
    if shape.get("type") == "Circle":
        return band, (circle(shape.get("center"), shape.get("radius"), measure, at, tally),)
    return band, polygons(shape, at, tally)
