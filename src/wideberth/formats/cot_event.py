"""Cursor on Target, written event by event: what is shown on the maps of TAK clients, and taken off again.

An event says when it was written (`time`) and until when it may be shown (`stale`); the rest is an `Event`
here, equal as long as it says the same. Who may see what is decided before (desk.releases); events carry what
they are given.

Types, and why these:
- `u-d-c-c` and `u-d-f`, the drawings of clients, for zones: they say nothing of anybody's affiliation.
- `b-m-p-s-m`, a spot on the map, for alerts. The alarms of the format (`b-a-…`) will not do: clients show
  them in fixed words of their own ("911 Alert", "Geo-fence Breached", "Troops in Contact") as the distress of
  a person, and TAK servers repeat them until somebody cancels them, which a node that has stopped cannot do.
  A spot shows our words, and goes away by itself.
- `t-x-d-d`, a deletion, for what is withdrawn: clients hide spots that are stale, and keep drawings.
"""

from __future__ import annotations

import hashlib
from typing import Final

from lxml import etree
from msgspec import Struct, structs

from wideberth.errors import Refused
from wideberth.formats.cot_drawing import UNKNOWN, degrees, drawing, heights, in_years, remarks, upwards
from wideberth.formats.format import Writing
from wideberth.formats.properties import check_text
from wideberth.formats.raw import Tally
from wideberth.formats.times import to_rfc3339
from wideberth.space.ground import Point
from wideberth.space.units import METRE
from wideberth.space.volume import Volume

KEEP: Final = 24 * 3_600_000
"""ms after it was written that a volume without end is shown: a judgement; clients do so with drawings."""
KEEP_ALERT: Final = 120_000
"""The same for an alert: a node that has stopped leaves it on no map for longer (a judgement)."""
GONE: Final = 10_000
"""ms for which something withdrawn is still said to be there, in its last event.

A server that remembers events for clients that come later (taky does) knows no deletion: it forgets what is
stale, and remembers what is sent stale not at all.
"""
DELETED: Final = 3_600_000
"""ms for which a deletion holds: what comes stale is thrown away before it is looked at."""
REWRITTEN: Final = 0.1
"""m by which circles grow: servers (taky does) write positions again, with six digits."""
OURS: Final = "wideberth."
"""How every uid of ours begins."""

YELLOW, SHADE, ORANGE = "-256", "872414976", "-35072"
"""ARGB as signed integers: opaque yellow; the same at a fifth; opaque orange."""

NO_END = "volumes without end are shown for 24 hours: send them again before"
NO_START = "volumes without start are shown from now on"
OVER = "volumes that are over are written: clients may not show them"
NO_BAND = "frequency bands are not written: emissions are drawn as areas"
PADS = "vertical and time pads are added to what is written"

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
"""Before each event; TAK servers want the next to begin right behind the last (protocol version 0)."""
NO_PACKAGE: Final = (
    "takproto is not installed: the TAK protocol is spoken as XML only; accepted: pip install"
    " 'wideberth[watch]'"
)


class Event(Struct, frozen=True):
    """What an event says, but for when it is written.

    Attributes:
        uid: clients and servers replace what they have by what comes with the same.
        type, how: of the format.
        start: POSIX ms; None: from when it is written on.
        stale: POSIX ms when it is over; None: `keep` ms after it is written, so it is to be sent again.
        lat, lon: degrees as text. `hae`, `ce`, `le`: metres as text.
        detail: the element, as XML.
    """

    uid: str
    type: str
    lat: str
    lon: str
    detail: bytes
    how: str = "h-e"
    start: int | None = None
    stale: int | None = None
    keep: int = KEEP
    hae: str = UNKNOWN
    ce: str = UNKNOWN
    le: str = UNKNOWN

    def until(self, now_ms: int) -> int:
        """Stale of what is written now, POSIX ms."""
        if self.stale is not None:
            return self.stale
        return in_years(max(self.start or now_ms, now_ms) + self.keep)


def uid(*parts: str) -> str:
    """The same for the same parts, of our own; of parts that nobody can guess nothing can be read off it."""
    return OURS + hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:32]


def zone(
    volume: Volume,
    name: str,
    uid: str,
    writing: Writing,
    tally: Tally,
    *,
    place: str = "",
    words: str = "",
    archive: bool = False,
) -> Event:
    """A drawing that holds the volume with its pads; so do `ce`, a radius, and `le`, half a height.

    `words` stand in the remarks before limits and times. `archive` has clients keep it for good, as they do
    with what comes in data packages.

    Raises: Invalid (`text.*`, and as `flatten.circumscribed` and `to_lonlat`).
    """
    check_text(name, "name")
    check_text(words, "words")
    if volume.band is not None:
        tally.tell(NO_BAND, place)
    if volume.pad.v or volume.pad.t:
        tally.tell(PADS, place)
    drawn = drawing(volume, place, tally)
    hae, le = heights(volume, writing, place, tally)
    detail = etree.Element("detail")
    if drawn.radius is not None:
        size = upwards(drawn.radius + (0.0 if archive else REWRITTEN))
        _add(_add(detail, "shape"), "ellipse", major=size, minor=size, angle="360")
    else:
        for x, y in (*drawn.ring, drawn.ring[0]):
            _add(detail, "link", point=f"{degrees(y)},{degrees(x)}")
    _style(detail, archive=archive)
    _add(detail, "contact", callsign=name)
    _add(detail, "remarks").text = f"{words}; {remarks(volume)}" if words else remarks(volume)
    start, stale = _window(volume, writing.as_of, place, tally)
    lon, lat = drawn.middle
    return Event(
        uid=uid,
        type="u-d-f" if drawn.radius is None else "u-d-c-c",
        lat=degrees(lat),
        lon=degrees(lon),
        detail=etree.tostring(detail),
        start=start,
        stale=stale,
        hae=hae,
        ce=upwards(drawn.reach + (0.0 if archive else REWRITTEN)),
        le=le,
    )


def alert(
    name: str,
    words: str,
    uid: str,
    point: Point,
    *,
    doubt: int | None = None,
    hae: int | None = None,
    hae_doubt: int | None = None,
    start: int | None = None,
) -> Event:
    """A spot with the words of an alert; written again and again as long as it holds.

    Args:
        name: shown beside it.
        words: shown when it is opened.
        uid: see `uid`.
        point: where, in 1e-7 degrees.
        doubt: 0.1 mm around it; None: not known. `hae`, `hae_doubt`: its height above the ellipsoid.
        start: POSIX ms since when it holds.

    Raises: Invalid (`text.*`).
    """
    check_text(name, "name")
    check_text(words, "words")
    detail = etree.Element("detail")
    _add(detail, "contact", callsign=name)
    _add(detail, "remarks").text = words
    _add(detail, "color", argb=ORANGE)
    _add(detail, "usericon", iconsetpath=f"COT_MAPPING_SPOTMAP/b-m-p-s-m/{ORANGE}")
    return Event(
        uid=uid,
        type="b-m-p-s-m",
        lat=degrees(point[1]),
        lon=degrees(point[0]),
        detail=etree.tostring(detail),
        # found by a program, from what others reported
        how="m-f",
        start=start,
        keep=KEEP_ALERT,
        hae=UNKNOWN if hae is None else f"{hae / METRE:.1f}",
        ce=UNKNOWN if doubt is None else upwards(doubt / METRE),
        le=UNKNOWN if hae is None or hae_doubt is None else upwards(hae_doubt / METRE),
    )


def gone(event: Event, now_ms: int) -> tuple[Event, Event]:
    """What is sent where something is withdrawn or over: its last event, and its deletion."""
    last = structs.replace(event, start=now_ms if event.start is None else event.start, stale=now_ms + GONE)
    return last, deletion(event, now_ms)


def deletion(event: Event, now_ms: int) -> Event:
    """Takes an event off the maps of clients: a link names it, and clients want each attribute of that."""
    detail = etree.Element("detail")
    _add(detail, "link", uid=event.uid, relation="p-p", type=event.type)
    _add(detail, "__forcedelete")
    return Event(
        uid=uid("gone", event.uid),
        type="t-x-d-d",
        lat=event.lat,
        lon=event.lon,
        detail=etree.tostring(detail),
        how="m-g",
        start=now_ms,
        stale=in_years(now_ms + DELETED),
    )


def ping(now_ms: int, name: str = "") -> bytes:
    """Asks a server for a sign of life; taky and TAK servers answer with an event `t-x-c-t-r`."""
    asked = Event(f"{uid('ping', name)}-ping", "t-x-c-t", "0.0", "0.0", b"<detail/>", "m-g", keep=20_000)
    return to_xml(asked, now_ms)


def to_xml(event: Event, now_ms: int) -> bytes:
    """The event as it is written now, with its declaration and nothing behind it."""
    return DECLARATION + etree.tostring(element(event, now_ms))


def element(event: Event, now_ms: int) -> etree._Element:
    """The event as it is written now."""
    until = event.until(now_ms)
    start = min(now_ms if event.start is None else event.start, until)
    root = etree.Element("event")
    for key, value in {
        "version": "2.0",
        "uid": event.uid,
        "type": event.type,
        "time": to_rfc3339(now_ms),
        "start": to_rfc3339(start),
        "stale": to_rfc3339(until),
        "how": event.how,
        "access": "Undefined",
    }.items():
        root.set(key, value)
    _add(root, "point", lat=event.lat, lon=event.lon, hae=event.hae, ce=event.ce, le=event.le)
    root.append(etree.fromstring(event.detail))
    return root


def to_protobuf(event: Event, now_ms: int, *, stream: bool) -> bytes:
    """The event in TAK protocol version 1: for a stream with its length, for a datagram without.

    Raises: Refused (`watch.package`).
    """
    try:
        import takproto  # an extra
    except ImportError:
        raise Refused("watch.package", NO_PACKAGE) from None
    how = takproto.TAKProtoVer.STREAM if stream else takproto.TAKProtoVer.MESH
    return bytes(takproto.xml2proto(etree.tostring(element(event, now_ms)), how))


def _window(volume: Volume, now: int, place: str, tally: Tally) -> tuple[int | None, int | None]:
    """Start and stale in POSIX ms, with the time pad."""
    if volume.start is None:
        tally.tell(NO_START, place)
    if volume.end is None:
        tally.tell(NO_END, place)
    start = None if volume.start is None else in_years(volume.start - volume.pad.t)
    end = None if volume.end is None else in_years(volume.end + volume.pad.t)
    if end is not None and end <= now:
        tally.tell(OVER, place)
    return start, end


def _style(detail: etree._Element, *, archive: bool) -> None:
    _add(detail, "__shapeExtras", cpvis="true", editable="false")
    _add(detail, "strokeColor", value=YELLOW)
    _add(detail, "strokeWeight", value="3.0")
    _add(detail, "strokeStyle", value="solid")
    _add(detail, "fillColor", value=SHADE)
    _add(detail, "color", value=YELLOW)
    _add(detail, "labels_on", value="true")
    if archive:
        _add(detail, "archive")


def _add(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, attributes)
