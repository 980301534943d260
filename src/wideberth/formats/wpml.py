"""DJI's route files (WPML), read: waylines as corridors, from a KMZ or as bare XML.

DJI Cloud API, WPML: an archive holds `wpmz/waylines.wpml`, what the aircraft executes, and
`wpmz/template.kml`, what it was made from. Waylines count; a template of plain waypoints is read where
there are none. Heights: `WGS84` is the ellipsoid (HAE), `EGM96` the geoid (MSL), `relativeToStartPoint`
is above take-off, `aboveGroundLevel` and `realTimeFollowSurface` are above the ground (AGL).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from pathlib import PurePath

from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats import archive, xmltext
from wideberth.formats.format import Peek
from wideberth.formats.kmlshape import NUMBER
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.routed import NO_TIMES, Band, Knot, Leg, Routed, assemble, corridors, hull, margins
from wideberth.formats.xmltext import local_name
from wideberth.space.altitude import SURFACE, Altitude, altitude_of
from wideberth.space.ellipsoid import GEOD
from wideberth.space.stated import position
from wideberth.space.units import METRE

WANTED = "a DJI route: a KMZ with wpmz/waylines.wpml, or that document"
NAMESPACE = re.compile(r"https?://www\.(?:dji|uav)\.com/wpmz/[0-9.]{1,12}")
WAYPOINT_LIMIT = 20_000
RETURN_HEIGHT = 120.0
"""Metres above take-off (a judgement: the height of the way home is a setting of the aircraft)."""

TEMPLATE = "the route is read from its template: an archive with waylines says what is flown"
NO_START = "the place of take-off is not stated: the ways from there to the route and back are not known"
START = "heights relative to take-off count from the stated take-off point: take off there, or plan anew"
NO_START_HEIGHT = (
    "the height of take-off is not stated: heights relative to it are read as SFC to that height above the"
    " highest ground; say --ground"
)
RETURN = (
    f"the way home is as high as the aircraft's setting: SFC to {RETURN_HEIGHT:g} m above take-off, or the"
    " height of return (globalRTHHeight) or the last waypoint where that is higher"
)
CURVED = "curved turns leave the straight lines: their legs are as much wider"
OTHERS = "an archive of a DJI route has other documents, which are not read"

_DATUMS = {"WGS84": "HAE", "EGM96": "MSL", "aboveGroundLevel": "AGL", "realTimeFollowSurface": "AGL"}
_RELATIVE = "relativeToStartPoint"


class _Start(Struct, frozen=True):
    """Where the aircraft takes off: degrees and height above the ellipsoid (m), each None if not stated."""

    lon: float | None = None
    lat: float | None = None
    height: float | None = None


class _Heights(Struct, frozen=True):
    """How the heights of a route are meant."""

    mode: str
    start: _Start


def is_archive(peek: Peek) -> bool:
    """True for a KMZ that holds a DJI route."""
    try:
        return any(_is_entry(name) for name in peek.names)
    except Invalid:  # no archive at all: whoever reads KMZ says so
        return False


def is_document(peek: Peek) -> bool:
    """True for a KML document with the namespace of WPML in its beginning."""
    return peek.root[1] == "kml" and NAMESPACE.search(peek.head[:4_000]) is not None


def _is_entry(name: str) -> bool:
    return name.replace("\\", "/").lower().rsplit("/", 1)[-1] == "waylines.wpml" or name.replace(
        "\\", "/"
    ).lower().endswith("wpmz/template.kml")


def read_archive(data: bytes, options: Options) -> Reading:
    """The route of a KMZ. Raises: Invalid (`zip.*`, and as `read`, the path beginning with the entry)."""
    names = [name for name in archive.names(data, WANTED) if _is_entry(name)]
    names.sort(key=lambda name: (not name.lower().endswith("waylines.wpml"), name.count("/"), name))
    routes = [name for name in names if name.lower().endswith("waylines.wpml")]
    if len(routes) > 1:
        found = f"{len(routes):,} documents waylines.wpml"
        raise Invalid("wpml.several", routes[1], found, "one route an archive")
    if not names:
        raise Invalid("wpml.no_route", "", "no wpmz/waylines.wpml in the archive", WANTED)
    try:
        return read(archive.content(data, names[0], WANTED), options)
    except Invalid as error:
        at = f"{names[0]}, {error.path}" if error.path else names[0]
        raise Invalid(error.code, at, error.found, error.wanted) from None


def read(data: bytes, options: Options) -> Reading:
    """The route of a WPML document as one plan, without times: every wayline, from take-off and back.

    Raises: Invalid (`wpml.*`, `geometry.*`, `altitude.*`, and as `xmltext.parse`).
    """
    root = xmltext.parse(data)
    if local_name(root) != "kml":
        raise Invalid("wpml.no_route", "", f"an XML document of {root.tag}", WANTED)
    tally = Tally()
    configuration = next(
        (one for one in root.iter(etree.Element) if local_name(one) == "missionConfig"), None
    )
    start = _start(configuration)
    folders = [one for one in root.iter(etree.Element) if local_name(one) == "Folder"]
    lines = [line for folder in folders if (line := _line(folder, start, tally))]
    if not lines:
        raise Invalid("wpml.no_route", "", "no Folder with waypoints", WANTED)
    finish = _text(configuration, "finishAction") if configuration is not None else ""
    secure = _number(configuration, "takeOffSecurityHeight") if configuration is not None else None
    back = _number(configuration, "globalRTHHeight") if configuration is not None else None
    highest = max(RETURN_HEIGHT, back or 0.0)
    steps = [step for line in lines for step in _whole(line, start, finish, (secure or 0.0, highest), tally)]
    margin = margins(options, tally, steps[0].begin.where)
    tally.tell(NO_TIMES, steps[0].begin.where)
    volumes, places = corridors(steps, margin, tally, options.wrap)
    name = PurePath(options.file).name
    record = Routed(id=name, where=places[0], volumes=tuple(volumes), places=tuple(places))
    return assemble([record], options, tally, _others(root))


def _others(root: etree._Element) -> list[Invalid]:
    """Placemarks outside of folders, which are no waypoints of a route: they are not read, a fault each."""
    found: list[Invalid] = []
    for mark in root.iter("{*}Placemark"):
        parent = mark.getparent()
        if parent is None or local_name(parent) != "Folder":
            where = f"Placemark line {mark.sourceline}"
            found.append(Invalid("wpml.other", where, "a shape beside the route", "waypoints in a Folder"))
    return found[:WAYPOINT_LIMIT]


def _start(configuration: etree._Element | None) -> _Start:
    """`takeOffRefPoint`: latitude, longitude, height above the ellipsoid."""
    text = _text(configuration, "takeOffRefPoint") if configuration is not None else ""
    if not text:
        return _Start()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(NUMBER.fullmatch(part) for part in parts):
        raise Invalid("wpml.take_off", "takeOffRefPoint", text, "latitude,longitude,height")
    lat, lon, height = (float(part) for part in parts)
    if lat == 0 and lon == 0:
        return _Start()
    position(lon, lat, "takeOffRefPoint", wrap=True)
    return _Start(lon, lat, height or None)


def _line(folder: etree._Element, start: _Start, tally: Tally) -> list[Leg]:
    """The legs of one wayline; none where the folder holds no waypoints."""
    where = f"Folder line {folder.sourceline}"
    marks = [one for one in folder if local_name(one) == "Placemark"]
    if len(marks) > WAYPOINT_LIMIT:
        raise Invalid("wpml.too_many", where, f"{len(marks):,} waypoints", f"at most {WAYPOINT_LIMIT:,}")
    template = _text(folder, "templateType")
    if template and template != "waypoint":
        wanted = "an archive with wpmz/waylines.wpml: how a pattern is flown only that says"
        raise Invalid("wpml.template", where, f"a template of {template}", wanted)
    mode = _text(folder, "executeHeightMode")
    if not mode:
        coordinates = next((one for one in folder if local_name(one) == "waylineCoordinateSysParam"), None)
        mode = _text(coordinates, "heightMode") if coordinates is not None else ""
        tally.tell(TEMPLATE, where)
    if mode not in _DATUMS and mode != _RELATIVE:
        wanted = ", ".join([*_DATUMS, _RELATIVE])
        raise Invalid("wpml.height_mode", where, mode or "no height mode", wanted)
    heights = _Heights(mode, start)
    overall = _number(folder, "globalHeight")
    knots = [_knot(mark, heights, overall, tally) for mark in marks]
    legs = [Leg(begin=before, end=knot) for before, knot in itertools.pairwise(knots)] or [
        Leg(begin=knot, end=knot) for knot in knots
    ]
    return _curved(legs, [_is_curved(mark, folder) for mark in marks], tally)


def _curved(legs: list[Leg], curved: Sequence[bool], tally: Tally) -> list[Leg]:
    """Legs beside a curved turn, as much wider as a smooth curve through the waypoints may leave them."""
    if not any(curved):
        return legs
    tally.tell(CURVED, legs[0].begin.where)
    sizes = [float(GEOD.inv(leg.begin.lon, leg.begin.lat, leg.end.lon, leg.end.lat)[2]) for leg in legs]
    # Hermite: the tangents move the curve by at most 4/27 of their lengths
    beside = [4 / 27 * (sum(sizes[max(k - 1, 0) : k + 2]) + sizes[k]) for k in range(len(legs))]
    return [
        structs.replace(leg, beside=math.ceil(beside[k] * METRE)) if any(curved[k : k + 2]) else leg
        for k, leg in enumerate(legs)
    ]


def _knot(mark: etree._Element, heights: _Heights, overall: float | None, tally: Tally) -> Knot:
    where = f"Placemark line {mark.sourceline}"
    point = next((one for one in mark if local_name(one) == "Point"), None)
    text = "".join(_text(point, "coordinates").split()) if point is not None else ""
    parts = text.split(",")
    if len(parts) not in (2, 3) or not all(NUMBER.fullmatch(part) for part in parts):
        raise Invalid("wpml.coordinates", where, text or "no Point", "longitude,latitude of a Point")
    lon, lat = float(parts[0]), float(parts[1])
    position(lon, lat, where, wrap=True)
    height = _number(mark, "executeHeight")
    if height is None and _text(mark, "useGlobalHeight") == "1":
        height = overall
    if height is None:
        # a template states two heights; the one above the ellipsoid is for WGS84
        height = _number(mark, "ellipsoidHeight" if heights.mode == "WGS84" else "height")
    if height is None:
        raise Invalid("wpml.height", where, "no height", "executeHeight, or height of a template")
    low, high = _band(height, heights, where, tally)
    turn = next((one for one in mark if local_name(one) == "waypointTurnParam"), None)
    damping = _number(turn, "waypointTurnDampingDist") if turn is not None else None
    around = math.ceil(min(abs(damping or 0.0), 1e6) * METRE)
    return Knot(lon=lon, lat=lat, low=low, high=high, around=around, where=where)


def _band(height: float, heights: _Heights, where: str, tally: Tally) -> Band:
    if heights.mode in _DATUMS:
        datum = _DATUMS[heights.mode]
        return (
            altitude_of(height, "m", datum, where, "down"),
            altitude_of(height, "m", datum, where, "up"),
        )
    if heights.start.height is None:
        tally.tell(NO_START_HEIGHT, where)
        return SURFACE, altitude_of(height, "m", "AGL", where, "up")
    tally.tell(START, where)
    total = heights.start.height + height
    return altitude_of(total, "m", "HAE", where, "down"), altitude_of(total, "m", "HAE", where, "up")


def _whole(
    line: list[Leg], start: _Start, finish: str, climbs: tuple[float, float], tally: Tally
) -> list[Leg]:
    """The wayline with the ways from take-off and, however it ends, back.

    `climbs` are the heights (m above take-off) that the aircraft rises to first, and of the way home.
    """
    first, last = line[0].begin, line[-1].end
    if start.lon is None or start.lat is None:
        tally.tell(NO_START, first.where)
        return line
    rise = (SURFACE, _above(start, climbs[0]))
    out_high = hull(first.band, rise)[1]
    home = Knot(lon=start.lon, lat=start.lat, low=SURFACE, high=out_high, where="takeOffRefPoint")
    out = Leg(begin=home, end=structs.replace(first, low=SURFACE, high=out_high))
    steps = [out, *line]
    if finish == "gotoFirstWaypoint":
        steps.append(Leg(begin=last, end=first))
        last = first
    # whatever ends the route, the aircraft comes home or lands where it is
    tally.tell(RETURN, last.where)
    high = hull(last.band, (SURFACE, _above(start, climbs[1])))[1]
    steps.append(
        Leg(
            begin=structs.replace(last, low=SURFACE, high=high),
            end=structs.replace(home, high=high),
        )
    )
    return steps


def _above(start: _Start, height: float) -> Altitude:
    """That height (m) above take-off."""
    if start.height is None:
        return altitude_of(height, "m", "AGL", "takeOffRefPoint", "up")
    return altitude_of(start.height + height, "m", "HAE", "takeOffRefPoint", "up")


def _is_curved(mark: etree._Element, folder: etree._Element) -> bool:
    turn = next((one for one in mark if local_name(one) == "waypointTurnParam"), None)
    mode = _text(turn, "waypointTurnMode") if turn is not None else ""
    straight = _text(mark, "useStraightLine")
    if not mode:
        mode, straight = (
            _text(folder, "globalWaypointTurnMode"),
            straight or _text(folder, "globalUseStraightLine"),
        )
    return "WithContinuityCurvature" in mode and straight != "1"


def _text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name."""
    for child in element:
        if local_name(child) == name:
            return (child.text or "").strip()
    return ""


def _number(element: etree._Element, name: str) -> float | None:
    text = _text(element, name)
    if not text:
        return None
    if NUMBER.fullmatch(text) is None:
        raise Invalid("wpml.number", f"{name} line {element.sourceline}", shorten(text), "a number")
    return float(text)
