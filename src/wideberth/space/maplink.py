"""Links to a place on a map: geo URIs (RFC 5870) and those of the common map sites.

A pin in the link is the place. A link that only says which part of the map was shown is read as the middle of
it, with a doubt as wide as the part, and told so. Nothing is ever looked up.
"""

from __future__ import annotations

import math
import re

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.space.place import Angle, Axis, Place, angle, place
from wideberth.space.units import DEGREE, METRE

WANTED = "a geo: URI, or a link of Google, OpenStreetMap, Apple, Yandex, Bing or Waze that holds coordinates"
SHOWN_PIXELS = 1_000
"""Half of the map shown, in pixels of 1/256 of a tile: a large screen."""
WHOLE_MAP = 40_075_017 / 256
"""Metres of the equator in one pixel at zoom 0."""
NO_ZOOM = 5_000 * METRE
"""Judgement: how far the place may lie from the middle of a map whose zoom is not said."""
MOST_UNCERTAIN = 1_000_000
MIDDLE = "the link says which part of a map was shown, not a place: its middle was taken"

_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,20})?)"
_GEO = re.compile(rf"GEO:{_NUMBER},{_NUMBER}(?:,-?\d+(?:\.\d+)?)?((?:;[A-Z0-9-]+(?:=[^;?]*)?)*)(?:\?(.*))?")
_HOSTS = (
    ("yandex", re.compile(r"(?:[\w-]+\.)*(?:YANDEX|YA)\.[A-Z]{2,3}(?:\.[A-Z]{2})?")),
    ("google", re.compile(r"(?:WWW\.|MAPS\.)?GOOGLE\.[A-Z]{2,3}(?:\.[A-Z]{2})?")),
    ("osm", re.compile(r"(?:WWW\.)?(?:OPENSTREETMAP\.ORG|OSM\.ORG)")),
    ("apple", re.compile(r"(?:MAPS|BEWARE)\.APPLE\.COM")),
    ("bing", re.compile(r"(?:WWW\.)?BING\.COM")),
    ("waze", re.compile(r"(?:WWW\.)?WAZE\.COM")),
)
_LINK = re.compile(
    r"(?:HTTPS?://)?([A-Z0-9.-]{3,100}\.[A-Z]{2,10})(?::\d+)?(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?"
)
_PAIR = re.compile(rf"(?:LOC:)?{_NUMBER} ?[,~ ] ?{_NUMBER}(?:\(.*\))?")
_PIN = re.compile(rf"!3D{_NUMBER}!4D{_NUMBER}")
_AT = re.compile(rf"/@{_NUMBER},{_NUMBER}(?:,(\d+(?:\.\d+)?)(Z|M))?")
_IN_PATH = re.compile(rf"/(?:PLACE|SEARCH|DIR/[^/]*)/{_NUMBER},\+?{_NUMBER}(?=/|$)")
_HASH = re.compile(rf"(?:.*&)?MAP=(\d+(?:\.\d+)?)/{_NUMBER}/{_NUMBER}(?:&.*)?")
_STRONG = {
    "google": ("Q", "QUERY", "DESTINATION", "DADDR"),
    "apple": ("LL", "Q", "COORDINATE", "DADDR"),
    "yandex": ("PT", "WHATSHERE[POINT]", "TEXT"),
    "bing": (),
    "osm": (),
    "waze": ("LL", "TO"),
}
_WEAK = {"google": ("LL", "CENTER"), "apple": ("SLL", "CENTER"), "yandex": ("LL",), "bing": ("CP",)}
_LON_FIRST = ("PT", "WHATSHERE[POINT]", "LL")
_ZOOMS = {"google": ("Z", "ZOOM"), "yandex": ("Z",), "bing": ("LVL",), "apple": ("Z",)}


def is_link(text: str) -> bool:
    """True where the text is to be read as a link."""
    return text.startswith("GEO:") or re.match(r"(?:HTTPS?://|(?:WWW|MAPS)\.)", text) is not None


def read_link(text: str, path: str = "") -> Place:
    """The place that a link names. `text` is plain (see `spelling`).

    Raises: Invalid (`place.link`, `place.link_several`, `place.latitude`, `place.longitude`).
    """
    text = _decode(text)
    if text.startswith("GEO:"):
        return _geo(text, path)
    match = _LINK.fullmatch(text)
    site = next((name for name, host in _HOSTS if match and host.fullmatch(match[1])), None)
    if match is None or site is None:
        raise Invalid("place.link", path, text, WANTED)
    query = _query(match[3] or "")
    pins = _pins(site, match[2] or "", query, text, path)
    if len(pins) > 1:
        raise Invalid("place.link_several", path, text, "a link that holds one place")
    if pins:
        return pins[0]
    return _middle(site, match[2] or "", query, match[4] or "", text, path)


def _decode(text: str) -> str:
    """Percent signs of a URI as the characters they stand for; what does not decode is left."""

    def one(run: re.Match[str]) -> str:
        return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace").upper()

    return re.sub(r"(?:%[0-9A-F]{2})+", one, text)


def _query(text: str) -> dict[str, str]:
    """The first value of every name."""
    found: dict[str, str] = {}
    for each in text.split("&"):
        name, _, value = each.partition("=")
        found.setdefault(name, value.replace("+", " ").strip())
    return found


def _pins(site: str, folder: str, query: dict[str, str], text: str, path: str) -> list[Place]:
    """The different places that the link marks."""
    found: list[tuple[str, str]] = []
    if site == "google":
        found += [(match[1], match[2]) for match in _PIN.finditer(folder)]
        found += [(match[1], match[2]) for match in _IN_PATH.finditer(folder)] if not found else []
    if site == "osm" and {"MLAT", "MLON"} <= set(query):
        found.append((query["MLAT"], query["MLON"]))
    for name in _STRONG[site]:
        if match := _PAIR.fullmatch(query.get(name, "")):
            first, second = match[1], match[2]
            found.append((second, first) if site == "yandex" and name in _LON_FIRST else (first, second))
        elif site == "yandex" and name == "PT" and "~" in query.get(name, ""):
            raise Invalid("place.link_several", path, text, "a link that holds one place")
    different: list[Place] = []
    for lat, lon in found:
        each = _place(lat, lon, text, path)
        if each.point not in [other.point for other in different]:
            different.append(each)
    return different


def _middle(site: str, folder: str, query: dict[str, str], mark: str, text: str, path: str) -> Place:
    """The middle of the map shown, with a doubt as wide as the map."""
    zoom: str | None = None
    metres = False
    if site == "google" and (match := _AT.search(folder)):
        lat, lon, zoom, metres = match[1], match[2], match[3], match[4] == "M"
    elif site == "osm" and (match := _HASH.fullmatch(mark)):
        zoom, lat, lon = match[1], match[2], match[3]
    else:
        texts = [query[name] for name in _WEAK.get(site, ()) if name in query]
        match = _PAIR.fullmatch(texts[0]) if texts else None
        if match is None:
            raise Invalid("place.link", path, text, WANTED)
        lat, lon = (match[2], match[1]) if site == "yandex" else (match[1], match[2])
        zoom = next((query[name] for name in _ZOOMS.get(site, ()) if name in query), None)
    where = _place(lat, lon, text, path)
    return structs.replace(where, doubt=where.doubt + _wide(zoom, metres, where), notes=(MIDDLE,))


def _wide(zoom: str | None, metres: bool, where: Place) -> int:
    """How far the map shown reaches from its middle, in 0.1 mm."""
    if zoom is None or re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", zoom) is None:
        return NO_ZOOM
    if metres:
        return math.ceil(float(zoom) * METRE)
    shrink = math.cos(math.radians(where.point[1] / DEGREE))
    return math.ceil(WHOLE_MAP * shrink / 2 ** min(float(zoom), 22.0) * SHOWN_PIXELS * METRE)


def _geo(text: str, path: str) -> Place:
    """RFC 5870: WGS84 unless `crs` says otherwise; `u` is the uncertainty in metres. Android adds `?q=`."""
    match = _GEO.fullmatch(text)
    if match is None:
        raise Invalid("place.link", path, text, "geo:lat,lon in decimal degrees, with ;u= in metres or not")
    doubt = 0
    for each in (match[3] or "").split(";"):
        name, _, value = each.partition("=")
        if name == "CRS" and value != "WGS84":
            raise Invalid("place.link", path, text, "a geo: URI on WGS84")
        if name == "U":
            if re.fullmatch(r"\d{1,7}(?:\.\d{1,9})?", value) is None or float(value) > MOST_UNCERTAIN:
                raise Invalid("place.link", path, text, "an uncertainty u= in metres, up to 1,000,000")
            doubt = math.ceil(float(value) * METRE)
    where = _place(match[1], match[2], text, path)
    asked = _query(match[4] or "").get("Q")
    pair = _PAIR.fullmatch(asked) if asked else None
    if pair is not None:
        pin = _place(pair[1], pair[2], text, path)
        if where.point not in ((0, 0), pin.point):
            raise Invalid("place.link_several", path, text, "a link that holds one place")
        where = pin
    elif asked and where.point == (0, 0):
        raise Invalid("place.link", path, text, "coordinates: a name is not looked up")
    return structs.replace(where, doubt=where.doubt + doubt)


def _place(lat: str, lon: str, text: str, path: str) -> Place:
    try:
        return place(_degrees("lat", lat), _degrees("lon", lon), "map link")
    except Invalid as error:
        raise Invalid(error.code, path, text, error.wanted) from None


def _degrees(axis: Axis, text: str) -> Angle:
    if re.fullmatch(_NUMBER, text) is None:
        raise Invalid("place.link", "", text, WANTED)
    return angle(axis, [text.lstrip("+-")], text.startswith("-"))
