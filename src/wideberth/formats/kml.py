"""KML: Placemarks as volumes of plans, in the properties of the profile.

The properties are the ExtendedData of a Placemark, with the keys of the GeoJSON profile. Edges are
straight in longitude and latitude. Heights of coordinates count where `altitudeMode` is `absolute`
(above the geoid, OGC KML 2.3 §9.20: datum MSL) or `relativeToGround` (AGL).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats import kmlshape, kmltime, profile, xmltext
from wideberth.formats.kmldata import extended_data
from wideberth.formats.kmlshape import KML, KML_NAMESPACES, child_text, is_kml
from wideberth.formats.properties import check_name, check_text, stated
from wideberth.formats.raw import Raw, Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.times import to_rfc3339
from wideberth.formats.xmltext import local_name, namespace
from wideberth.model.plan import Plan
from wideberth.space.flatten import to_lonlat
from wideberth.space.ground import Circle, Corridor, Ground, Point
from wideberth.space.units import DEGREE
from wideberth.space.volume import Volume

CONTAINERS = ("Document", "Folder")
NOT_READ = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Tour")
PLACEMARK_LIMIT = 100_000


class _Place(Struct, frozen=True):
    """A Placemark and what names it."""

    element: etree._Element
    name: str
    id: str
    path: str


def read(data: bytes, options: Options) -> Reading:
    """The plans of a KML document.

    Placemarks stand anywhere in Documents and Folders. A Placemark's plan is its `plan`, else its id,
    else its name where no other has it, else the file and its position.

    Raises: Invalid (`kml.*`, and as `xmltext.parse` and `profile.assemble`).
    """
    root = xmltext.parse(data)
    if local_name(root) != "kml" or namespace(root) not in KML_NAMESPACES:
        raise Invalid("kml.not_kml", "", f"an XML document of {root.tag}", "a KML document: <kml xmlns=…>")
    tally = Tally()
    places = [_place(element) for element in _placemarks(root, tally)]
    if not places:
        raise Invalid("kml.empty", "", "no Placemark", "one Placemark or more")
    if len(places) > PLACEMARK_LIMIT:
        raise Invalid("kml.too_many", "", f"{len(places):,} Placemarks", f"at most {PLACEMARK_LIMIT:,}")
    found = [extended_data(place.element, place.path) for place in places]
    names = Counter(place.name for place in places)
    taken = {place.id for place in places} | {str(properties.get("plan")) for properties in found}
    features: list[Raw] = []
    spoiled: list[profile.Spoiled] = []
    for place, properties in zip(places, found, strict=True):
        own_name = place.name if names[place.name] == 1 and place.name not in taken else None
        try:
            shapes, told = kmlshape.shapes(place.element, place.path, properties, options)
            window, told_time = kmltime.window(place.element, place.path, options.zone)
        except Invalid as error:
            if not options.keep_good:
                raise
            spoiled.append(profile.Spoiled(error, properties.get("plan")))
            continue
        features.append(
            Raw(
                shapes=shapes,
                properties=properties,
                path=place.path,
                properties_path=f"{place.path}, ExtendedData",
                fallback_id=place.id or own_name or None,
                label=place.name,
                window=window,
                told=(*told, *told_time),
            )
        )
    reading = profile.assemble(features, options, spoiled)
    return structs.replace(reading, notes=(*tally.notes(), *reading.notes))


def _placemarks(root: etree._Element, tally: Tally) -> Iterator[etree._Element]:
    """Placemarks in the order of the document (the depth is bounded by `xmltext`)."""
    for child in root:
        name = local_name(child)
        if name.lower() in ("placemark", "document", "folder"):
            if not is_kml(child) or name not in ("Placemark", *CONTAINERS):
                wanted = "Placemark, Document or Folder, so spelled and in the namespace of KML"
                raise Invalid("kml.element", f"line {child.sourceline}", child.tag, wanted)
            if name == "Placemark":
                yield child
            else:
                yield from _placemarks(child, tally)
        elif name in NOT_READ:
            tally.tell(f"{name} is not read: only Placemarks are", f"line {child.sourceline}")


def _place(element: etree._Element) -> _Place:
    name = child_text(element, "name")
    if any(c in name for c in "\r\n\t"):  # a name broken over lines by the program that wrote it
        name = " ".join(name.split())
    shown = f'Placemark "{shorten(name, 40)}"' if name else "Placemark"
    identity = element.get("id", "").strip()
    return _Place(element, name, identity, f"{shown} line {element.sourceline}")


def write(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A KML document of one Placemark a volume, and notes about what had to be changed.

    Shapes with edges straight in lon/lat, and circles, come back from `read` as they were; others are
    given such edges, and what that moves is added to the horizontal pad. A circle is a Point with
    `radius_m`, a corridor a LineString with `half_width_m`: viewers show the centre and the line.

    Raises: Invalid (`text.*`) for names and texts that XML or a reader would not take,
    (`geometry.pole_edge`) for an edge that passes too near a pole.
    """
    tally = Tally()
    root = etree.fromstring(f'<kml xmlns="{KML}"/>')
    document = _add(root, "Document")
    for plan in (_writable(plan, f"plans[{n}]", tally) for n, plan in enumerate(plans)):
        if not plan.volumes:
            tally.tell("a plan without volumes is left out", plan.id)
        for volume in plan.volumes:
            _write_placemark(document, plan, volume, tally)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return data, tally.notes()


def _writable(plan: Plan, path: str, tally: Tally) -> Plan:
    """The plan with texts that survive: KML programs add and remove white space at their ends."""
    for key, name in (("party", plan.party), ("plan", plan.id), ("activity", plan.activity)):
        check_name(name, f"{path}.{key}")
    if plan.variant_of is not None:
        check_name(plan.variant_of, f"{path}.variant_of")
    texts = {"label": plan.label, "callsign": plan.callsign, "note": plan.note}
    for key, text in texts.items():
        check_text(text, f"{path}.{key}")
        if text != text.strip():
            tally.tell(f"white space at the ends of {key} is left out", plan.id)
    return structs.replace(
        plan, label=plan.label.strip(), callsign=plan.callsign.strip(), note=plan.note.strip()
    )


def _write_placemark(document: etree._Element, plan: Plan, volume: Volume, tally: Tally) -> None:
    ground = volume.ground
    if not isinstance(ground, Circle) and ground.edges != "lonlat":
        ground = to_lonlat(ground)
        tally.tell("geodesic edges were made straight in lon/lat, the difference added to pad_m", plan.id)
    elif ground.slack:
        tally.tell("what rounding may have moved a position is added to pad_m", plan.id)
    volume = structs.replace(volume, ground=ground)
    placemark = _add(document, "Placemark")
    _add(placemark, "name", plan.label or plan.id)
    if volume.start is not None or volume.end is not None:
        span = _add(placemark, "TimeSpan")
        for name, moment in (("begin", volume.start), ("end", volume.end)):
            if moment is not None:
                _add(span, name, to_rfc3339(moment))
    extended = _add(placemark, "ExtendedData")
    for key, value in stated(plan, volume).items():
        if key not in ("start", "end"):
            data = _add(extended, "Data")
            data.set("name", key)
            _add(data, "value", value if isinstance(value, str) else msgspec.json.encode(value).decode())
    _write_shape(placemark, ground)


def _write_shape(placemark: etree._Element, ground: Ground) -> None:
    if isinstance(ground, Circle):
        _add(_add(placemark, "Point"), "coordinates", _coordinates((ground.centre,)))
    elif isinstance(ground, Corridor):
        _add(_add(placemark, "LineString"), "coordinates", _coordinates(ground.points))
    else:
        polygon = _add(placemark, "Polygon")
        for i, ring in enumerate(ground.rings):
            side = _add(polygon, "innerBoundaryIs" if i else "outerBoundaryIs")
            _add(_add(side, "LinearRing"), "coordinates", _coordinates((*ring, ring[0])))


def _coordinates(points: Sequence[Point]) -> str:
    return " ".join(f"{lon / DEGREE:.7f},{lat / DEGREE:.7f}" for lon, lat in points)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{KML}}}{name}")
    element.text = text
    return element
