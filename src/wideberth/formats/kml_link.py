"""A feed as KML (OGC KML 2.3), and the small file by which Google Earth loads it again and again.

Each volume is a Placemark with a polygon that holds it. Its top is drawn where it is a height above ground or
above the geoid, which is what KML knows, and walls reach down from there to the ground. Other limits are
pressures, or heights above the ellipsoid: of those only the outline is drawn. The words state all limits.

Balloons show text of other parties as HTML would be: it is escaped, and a style of ours shows nothing else.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

import msgspec
from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import feed_shape
from wideberth.formats.feed_shape import Drawn, Feed
from wideberth.formats.kmlshape import KML
from wideberth.formats.times import show_time, to_rfc3339
from wideberth.model.published import KINDS, Kind
from wideberth.space.ground import Circle, Corridor, Ground, Point, Polygon
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

MEDIA: Final = "application/vnd.google-earth.kml+xml"
REFRESH: Final = (5, 3_600)
"""Seconds between two times that the feed is loaded."""
WIDE: Final = DEGREE
"""1e-7 degrees: of what is wider no top is drawn. The straight line between two vertices runs below it."""
COLOURS: Final[dict[Kind, str]] = {
    "plan": "0072b2",
    "notice": "d55e00",
    "site": "009e73",
    "movement": "009e73",
    "policy": "aa4499",
    "alert": "b8860b",
}
"""Of the palette of Okabe and Ito, as pictures have them (render.svg); names say the same."""
NAMED: Final[dict[Kind, str]] = {
    "plan": "PLAN",
    "notice": "NOTICE",
    "site": "SITE",
    "movement": "MOVEMENT",
    "policy": "POLICY",
    "alert": "ALERT",
}


def write(feed: Feed) -> bytes:
    """The document. Raises: as feed_shape.drawn."""
    found, missing = feed_shape.drawn(feed)
    root = etree.fromstring(f'<kml xmlns="{KML}"/>')
    document = _add(root, "Document")
    marked = f"{feed.exercise} " if feed.exercise else ""
    _add(document, "name", f"{marked}Wideberth, {feed.level}, as of {show_time(feed.as_of)}")
    _add(document, "description", _lines(feed_shape.described(feed, missing)))
    for kind in KINDS:
        _style(document, kind)
    for each in found:
        _placemark(document, each, feed)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def link(href: str, name: str, refresh_s: int) -> bytes:
    """The file that is opened once: it has the feed loaded anew every so many seconds.

    Args:
        href: of the feed; no secret stands in it.
        name: what it is called in the list of places.
        refresh_s: how often.

    Raises: Invalid (`feed.refresh`).
    """
    low, high = REFRESH
    if not low <= refresh_s <= high:
        raise Invalid("feed.refresh", "refresh_s", refresh_s, f"{low} to {high:,} seconds")
    root = etree.fromstring(f'<kml xmlns="{KML}"/>')
    network = _add(root, "NetworkLink")
    _add(network, "name", name)
    _add(network, "description", _lines((LINKED,)))
    _add(network, "refreshVisibility", "0")
    _add(network, "flyToView", "0")
    found = _add(network, "Link")
    _add(found, "href", href)
    _add(found, "refreshMode", "onInterval")
    _add(found, "refreshInterval", str(refresh_s))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


LINKED: Final = (
    "Where the node cannot be reached, the map goes on showing what it had: look at the time in the name of"
    " the document."
)


def _style(document: etree._Element, kind: Kind) -> None:
    colour = COLOURS[kind]
    swapped = colour[4:] + colour[2:4] + colour[:2]  # KML writes aabbggrr
    style = _add(document, "Style")
    style.set("id", kind)
    _add(_add(style, "IconStyle"), "color", f"ff{swapped}")
    line = _add(style, "LineStyle")
    _add(line, "color", f"ff{swapped}")
    _add(line, "width", "3")
    _add(_add(style, "PolyStyle"), "color", f"40{swapped}")
    _add(_add(style, "BalloonStyle"), "text", "<b>$[name]</b><br/>$[description]")


def _placemark(document: etree._Element, found: Drawn, feed: Feed) -> None:
    item, volume = found.item, found.volume
    made = _add(document, "Placemark")
    made.set("id", found.id)
    _add(made, "name", f"{NAMED[item.kind]} {item.name}")
    said = (item.words, feed_shape.limits(volume), item.party, item.notice)
    asof = f"As of {show_time(feed.as_of)}; not to be believed after {show_time(item.stale_ms)}."
    _add(made, "description", _lines([each for each in (*said, asof) if each]))
    if volume.start is not None or volume.end is not None:
        span = _add(made, "TimeSpan")
        if volume.start is not None:
            _add(span, "begin", to_rfc3339(volume.start))
        if volume.end is not None:
            _add(span, "end", to_rfc3339(volume.end))
    _add(made, "styleUrl", f"#{item.kind}")
    extended = _add(made, "ExtendedData")
    for key, value in feed_shape.properties(found, feed).items():
        if key not in ("start", "end"):
            data = _add(extended, "Data")
            data.set("name", key)
            _add(data, "value", value if isinstance(value, str) else msgspec.json.encode(value).decode())
    _shape(made, volume)


def _shape(made: etree._Element, volume: Volume) -> None:
    ground = volume.ground
    if isinstance(ground, Circle):
        _add(_add(made, "Point"), "coordinates", _coordinates((ground.centre,), ""))
    elif isinstance(ground, Corridor):
        _add(_add(made, "LineString"), "coordinates", _coordinates(ground.points, ""))
    else:
        polygon = _add(made, "Polygon")
        mode, height = _top(volume, ground)
        if mode:
            _add(polygon, "extrude", "1")
            _add(polygon, "altitudeMode", mode)
        for i, ring in enumerate(ground.rings):
            side = _add(polygon, "innerBoundaryIs" if i else "outerBoundaryIs")
            _add(_add(side, "LinearRing"), "coordinates", _coordinates((*ring, ring[0]), height))


def _top(volume: Volume, ground: Polygon) -> tuple[str, str]:
    """The altitude mode and the height (m, rounded up) of the top, as KML has them; empty: not drawn."""
    modes = {"AGL": "relativeToGround", "MSL": "absolute"}
    mode = modes.get(volume.upper.datum, "")
    if not mode or _wide(ground):
        return "", ""
    return mode, f",{-(-(volume.upper.value + volume.pad.v) // METRE)}"


def _wide(ground: Ground) -> bool:
    points = ground.rings[0] if isinstance(ground, Polygon) else ()
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return max(lons) - min(lons) > WIDE or max(lats) - min(lats) > WIDE


def _lines(found: Sequence[str]) -> str:
    """Lines of a balloon: as text, whatever is in them."""
    return "<br/>".join(html.escape(each) for each in found)


def _coordinates(points: Sequence[Point], height: str) -> str:
    return " ".join(f"{lon / DEGREE:.7f},{lat / DEGREE:.7f}{height}" for lon, lat in points)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{KML}}}{name}")
    element.text = text
    return element
