"""Cursor on Target, written: a TAK data package of one drawing for each volume.

A stream of events has no file format that clients import; a data package has: a zip archive with
`MANIFEST/manifest.xml` (version 2) and one `.cot` document for each event. Circles are `u-d-c-c` with an
ellipse; polygons, and corridors as polygons that hold them, are `u-d-f` with a `link` for each vertex (a
route of clients, `b-m-r`, has no width). The point of each event is the middle of its volume: `ce` is the
radius about it and `le` half the height that hold the volume (MITRE MP 090284: both may state an extent).
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
from collections.abc import Sequence

from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats.format import Writing, Written
from wideberth.formats.properties import check_text
from wideberth.formats.raw import Tally
from wideberth.formats.times import show_time, to_rfc3339
from wideberth.model.plan import Plan
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

EVENT_LIMIT = 10_000
STALE = 24 * 3_600_000
"""ms after now that a volume without end is shown: a judgement, and what clients use for drawings."""
UNKNOWN = "9999999.0"
EXACT = 10_000
"""0.1 mm: edges that differ by no more between the two ways to draw them are written as they are."""

YELLOW, SHADE = "-256", "872414976"
"""ARGB as signed integers: opaque yellow; the same at a fifth."""

NO_END = "volumes without end are shown for 24 hours: send them again before"
NO_START = "volumes without start are shown from now on"
OVER = "volumes that are over are written: clients may not show them"
NO_HOLES = "holes of polygons are filled: drawings have none"
GROWN = "corridors, pads and what rounding may move are drawn as polygons that hold them"
NO_BAND = "frequency bands are not written: emissions are drawn as areas"
ENDED = "ended plans are left out"
NO_HEIGHT = "limits above ground or without limit have no height above the ellipsoid: remarks state them"
PADS = "vertical and time pads are added to what is written"


class _Drawing(Struct, frozen=True):
    """A volume as it is drawn: a circle, or a ring of points; its middle and the radius (m) that holds it."""

    middle: Point
    reach: float
    radius: float | None = None
    ring: tuple[Point, ...] = ()


def write(plans: Sequence[Plan], writing: Writing) -> Written:
    """A data package with the volumes of the plans; the same plans at the same time give the same bytes.

    Of texts only callsign and label are written, never the note.

    Raises: Invalid (`cot.too_many`, `cot.empty`, `text.*`, and as `flatten.circumscribed` and `to_lonlat`).
    """
    tally = Tally()
    events: list[tuple[str, bytes, str]] = []
    total = sum(len(plan.volumes) for plan in plans if plan.state != "ended")
    if total > EVENT_LIMIT:
        raise Invalid("cot.too_many", "", f"{total:,} volumes", f"at most {EVENT_LIMIT:,} in a data package")
    for n, plan in enumerate(plans):
        if plan.state == "ended":
            tally.tell(ENDED, plan.id)
            continue
        for k, volume in enumerate(plan.volumes):
            uid = _uid(plan, k)
            name = _name(plan, k, f"plans[{n}]")
            event = _event(volume, uid, name, plan, writing, tally)
            events.append((uid, event, name))
    if not events:
        raise Invalid("cot.empty", "", "no volume", "plans with volumes that have not ended")
    return _package(events, writing), tally.notes()


def _uid(plan: Plan, k: int) -> str:
    """The same for the same volume of the same plan, whenever it is written: clients replace by it."""
    text = "\0".join((plan.party, plan.id, str(k))).encode("utf-8")
    return f"wideberth.{hashlib.sha256(text).hexdigest()[:32]}"


def _name(plan: Plan, k: int, path: str) -> str:
    name = plan.callsign or plan.label or plan.id
    check_text(name, f"{path}.callsign")
    return f"{name} {k + 1}/{len(plan.volumes)}" if len(plan.volumes) > 1 else name


def _event(volume: Volume, uid: str, name: str, plan: Plan, writing: Writing, tally: Tally) -> bytes:
    if volume.band is not None:
        tally.tell(NO_BAND, plan.id)
    if volume.pad.v or volume.pad.t:
        tally.tell(PADS, plan.id)
    drawing = _drawing(volume, plan.id, tally)
    start, stale = _window(volume, writing.as_of, plan.id, tally)
    hae, le = _heights(volume, writing, plan.id, tally)
    lon, lat = drawing.middle
    event = etree.Element("event")
    for key, value in {
        "version": "2.0",
        "uid": uid,
        "type": "u-d-f" if drawing.radius is None else "u-d-c-c",
        "time": to_rfc3339(writing.as_of),
        "start": to_rfc3339(start),
        "stale": to_rfc3339(stale),
        "how": "h-e",
        "access": "Undefined",
    }.items():
        event.set(key, value)
    _add(event, "point", lat=_degrees(lat), lon=_degrees(lon), hae=hae, ce=_upwards(drawing.reach), le=le)
    detail = _add(event, "detail")
    if drawing.radius is not None:
        shape = _add(detail, "shape")
        size = _upwards(drawing.radius)
        _add(shape, "ellipse", major=size, minor=size, angle="360")
    else:
        for x, y in (*drawing.ring, drawing.ring[0]):
            _add(detail, "link", point=f"{_degrees(y)},{_degrees(x)}")
    _style(detail)
    _add(detail, "contact", callsign=name)
    _add(detail, "remarks").text = _remarks(volume)
    return etree.tostring(event, xml_declaration=True, encoding="UTF-8", standalone=True)


def _style(detail: etree._Element) -> None:
    _add(detail, "__shapeExtras", cpvis="true", editable="false")
    _add(detail, "strokeColor", value=YELLOW)
    _add(detail, "strokeWeight", value="3.0")
    _add(detail, "strokeStyle", value="solid")
    _add(detail, "fillColor", value=SHADE)
    _add(detail, "color", value=YELLOW)
    _add(detail, "labels_on", value="true")
    _add(detail, "archive")


def _remarks(volume: Volume) -> str:
    """Limits and times as text: clients show it, and drawings have no other place for them."""
    v = volume.pad.v
    low, high = _shown(volume.lower, v, up=False), _shown(volume.upper, v, up=True)
    until = (
        "until further notice"
        if volume.end is None
        else f"to {show_time(_within(volume.end + volume.pad.t))}"
    )
    begin = "" if volume.start is None else f"from {show_time(_within(volume.start - volume.pad.t))} "
    return f"{low} to {high}, {begin}{until}"


def _shown(limit: Altitude, pad: int, *, up: bool) -> str:
    """A limit with the pad, outwards to a whole metre where it is no whole flight level."""
    if limit.datum == "UNL" or (limit.datum == "SFC" and not (up and pad)):
        return limit.datum
    value = limit.value + (pad if up else -pad)
    if limit.datum != "FL" or value % FLIGHT_LEVEL or value < 0:
        value = (-(-value // METRE) if up else value // METRE) * METRE
    return show(Altitude("AGL" if limit.datum == "SFC" else limit.datum, value), True)


def _within(instant: int) -> int:
    return min(max(instant, YEARS[0]), YEARS[1])


def _window(volume: Volume, now: int, place: str, tally: Tally) -> tuple[int, int]:
    """Start and stale in POSIX ms."""
    if volume.start is None:
        tally.tell(NO_START, place)
    if volume.end is None:
        tally.tell(NO_END, place)
    start = now if volume.start is None else volume.start - volume.pad.t
    end = max(start, now) + STALE if volume.end is None else volume.end + volume.pad.t
    if end <= now:
        tally.tell(OVER, place)
    return _within(min(start, end)), _within(end)


def _heights(volume: Volume, writing: Writing, place: str, tally: Tally) -> tuple[str, str]:
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
    return f"{middle:.1f}", _upwards(half)


def _drawing(volume: Volume, place: str, tally: Tally) -> _Drawing:
    ground = volume.ground
    margin = volume.pad.h + ground.slack
    if isinstance(ground, Circle):
        radius = (ground.radius + margin) / METRE
        return _Drawing(ground.centre, radius, radius)
    ring = _ring(ground, margin, place, tally)
    middle = _middle(ring)
    # a metre more than the furthest vertex: edges drawn the other way bulge by less
    return _Drawing(middle, max(_away(middle, point) for point in ring) + 1.0, None, ring)


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


def _degrees(value: int) -> str:
    return f"{value / DEGREE:.7f}"


def _upwards(metres: float) -> str:
    """Metres with one digit, rounded up."""
    return f"{math.ceil(metres * 10 - 1e-6) / 10:.1f}"


def _package(events: Sequence[tuple[str, bytes, str]], writing: Writing) -> bytes:
    names = "\0".join(uid for uid, _, _ in events).encode("ascii")
    root = etree.Element("MissionPackageManifest", version="2")
    configuration = _add(root, "Configuration")
    package = f"wideberth.{hashlib.sha256(names).hexdigest()[:32]}"
    _add(configuration, "Parameter", name="uid", value=package)
    _add(configuration, "Parameter", name="name", value=f"plans as of {show_time(writing.as_of)}")
    contents = _add(root, "Contents")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for uid, _, name in events:
            content = _add(contents, "Content", ignore="false", zipEntry=f"{uid}/{uid}.cot")
            _add(content, "Parameter", name="uid", value=uid)
            _add(content, "Parameter", name="name", value=name)
        manifest = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        _store(made, "MANIFEST/manifest.xml", manifest)
        for uid, event, _ in events:
            _store(made, f"{uid}/{uid}.cot", event)
    return packed.getvalue()


def _store(made: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(entry, data)


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, attributes)
