"""Cursor on Target, read: events of a stream or of datagrams become reports of what is where.

Of the type only `a` (an atom: something that exists) and the battle dimension are read: air, sea or ground.
The letter between them states an affiliation; it is never read and never kept. Chat, drawings, alarms,
tasks and pings are no reports. Messages are XML, or TAK protocol version 1 where takproto is installed; which
one is seen at each message. A source that must not be believed is not refused here but says less (`doubts`).

Sources: MITRE MP 090284 (the event schema); the types and ways of MITRE's CoTtypes.xml; protocol.txt of TAK,
versions 0 and 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import cot_proto, xmltext
from wideberth.formats.cot_proto import Said, attributes, details, local
from wideberth.formats.decoded import Decoded, Decoder
from wideberth.formats.times import parse_time
from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import LIMIT, Altitude
from wideberth.space.ground import ROUNDING, Point
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import YEARS

LARGEST: Final = 1024 * 1024
"""Bytes of one event; what is longer is thrown away."""

SIGMAS: Final = 4
"""How many of the stated errors hold the truth: the schema has one standard deviation (39 in 100 on a plane).

4 leave 3 in 10,000; what is "certainly" within them is a judgement.
"""
UNSTATED: Final = 200 * METRE
"""The doubt of a position without a stated error (a judgement: several times what an open receiver has)."""
UNSTATED_HEIGHT: Final = 150 * METRE
"""The same of a height: it holds the error of a receiver, and the 107 m by which one is wrong that was meant
above the sea and sent as above the ellipsoid.
"""
LEAST: Final = 10 * METRE
"""A stated error is not believed below this: clients write 0 or 1 for what they do not know."""
FURTHEST: Final = 10_000.0
"""m: a stated error that is larger says that the place is not known; 9999999 is an error that is not."""
NONE: Final = 999_999.0
"""From here on a number stands for none."""
FASTEST: Final = 10_000.0
"""m/s: what is said to be faster is no speed."""

DIMENSIONS: Final[dict[str, Kind]] = {"A": "aircraft", "S": "vessel", "G": "vehicle"}
_EVENT_END = re.compile(rb"</event[ \t\r\n]{0,64}>")
_BLANK = re.compile(rb"[ \t\r\n\0]+")
_OPENS = re.compile(rb"<event(?=[ \t\r\n/>])")
_LONGEST_END = 80
"""Bytes: more than the longest end of an event, so that one that is cut in two is found."""

_ICAO = re.compile(r"(?:ICAO(?:24)?|ADSB|MODE-?S)[-.:_ ]?([0-9A-F]{6})", re.IGNORECASE)
_MMSI = re.compile(r"(?:MMSI|AIS)[-.:_ ]?([0-9]{9})", re.IGNORECASE)
_HEX = re.compile(r"[0-9A-Fa-f]{6}")
_NINE = re.compile(r"[0-9]{9}")
_UID_LONGEST = 200
_CALLSIGN_LONGEST = 60
_DISTRESS = frozenset(("7500", "7600", "7700"))
"""Codes of a transponder: seized, radio failed, in distress."""
_NOT_REAL = re.compile(r"m-s|h-e|h-c")
"""Ways (`how`) that say simulated, estimated, calculated."""


def opened(name: str) -> Decoder:
    """A decoder for one connection, or for the datagrams, of the source of this name."""
    return _Stream(name)


class _Stream:
    """What has come of the next message, at most LARGEST bytes of it and one read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._buffer = bytearray()
        self._looked = 0
        """So many bytes of the buffer hold no end of an event."""

    def __call__(self, data: bytes, now_ms: int) -> Decoded:  # noqa: ARG002 - events say their own time
        faults = 0
        if self._anew(data):
            faults += bool(self._buffer)
            self._drop(len(self._buffer))
        self._buffer += data
        reports: list[Report] = []
        for said in self._messages():
            try:
                report = None if said is None else report_of(self._name, said)
            except Invalid:
                faults += 1
                continue
            if said is None:
                faults += 1
            elif report is not None:
                reports.append(report)
        return Decoded(reports, faults)

    def _anew(self, data: bytes) -> bool:
        """Whether this begins a message, whatever came before: of datagrams one may not swallow the next.

        In a stream such bytes can begin a read by chance, inside a message, which is lost then.
        """
        if data.startswith(b"<event"):
            # behind a declaration that came by itself, or what is broken: see _read
            return self._buffer.startswith(cot_proto.MAGIC)
        return data.startswith((cot_proto.MESH, b"<?xml"))

    def _messages(self) -> Iterator[Said | None]:
        """Each message that is whole; None for one that cannot be read."""
        while self._buffer:
            blank = _BLANK.match(self._buffer)
            self._drop(blank.end() if blank else 0)
            if self._buffer.startswith(cot_proto.MAGIC):
                taken, said = cot_proto.take(self._buffer, LARGEST)
                if not taken:
                    return
                self._drop(taken)
                yield said
                continue
            found = _EVENT_END.search(self._buffer, self._looked)
            if found is None:
                if len(self._buffer) > LARGEST:
                    self._drop(len(self._buffer))
                    yield None
                self._looked = max(0, len(self._buffer) - _LONGEST_END)
                return
            message = bytes(self._buffer[: found.end()])
            self._drop(found.end())
            yield from _read(message)

    def _drop(self, count: int) -> None:
        if count:
            del self._buffer[:count]
            self._looked = 0


def _read(message: bytes) -> Iterator[Said | None]:
    """The event that ends here; where what stands before it is broken, that is a fault of its own."""
    if len(message) > LARGEST:
        yield None
        return
    try:
        yield _said(xmltext.parse(message))
    except Invalid as error:
        yield None
        openings = [each.start() for each in _OPENS.finditer(message)]
        # what was cut off takes no whole event with it; one with a document type is not taken without it
        if not openings or (len(openings) == 1 and error.code != "xml.syntax"):
            return
        if openings[-1]:
            with contextlib.suppress(Invalid):
                yield _said(xmltext.parse(message[openings[-1] :]))


def _said(root: etree._Element) -> Said:
    """Raises: Invalid (`cot.event`)."""
    points = [child for child in root if local(child) == "point"]
    if local(root) != "event" or len(points) > 1:
        raise _wrong("event", f"{len(points)} points in {local(root)}", "an event with one point")
    inner = [child for each in root if local(each) == "detail" for child in each]
    return Said(attributes(root), attributes(points[0]) if points else {}, details(inner))


def report_of(source: str, said: Said) -> Report | None:
    """What an event reports; None where it is of another kind, or says itself that it knows no place.

    Raises: Invalid (`cot.event`, `time.*`), where it says what cannot be.
    """
    event, detail = said.event, said.detail
    if not event.get("type") or not event.get("uid"):
        raise _wrong("event", "no type, or no uid", "both")
    # an atom, the affiliation that is passed over, the battle dimension
    atom, *rest = event["type"].split("-")
    if atom != "a":
        return None
    at, stale = _time(event.get("time"), "time"), _time(event.get("stale"), "stale")
    start = at if event.get("start") == event.get("time") else _time(event.get("start"), "start")
    if stale < start:
        raise _wrong("stale", event.get("stale"), "not before start")
    # one whose `stale` is past is believed: by a clock that is seconds off all of a source would be lost.
    # How old it is says its time, and the picture looks at that.
    point, doubt = _place(said.point)
    if point == (0, 0):
        # clients without a position write this
        return None
    altitude, altitude_doubt = _height(said.point)
    return Report(
        source=source,
        id=_id(event["uid"], detail),
        at_ms=at,
        point=point,
        doubt=doubt,
        altitude=altitude,
        altitude_doubt=altitude_doubt,
        velocity=_velocity(detail.get("track", {})),
        callsign=_line(detail.get("contact", {}).get("callsign", "")),
        kind=DIMENSIONS.get(rest[1], "unknown") if len(rest) > 1 else "unknown",
        doubts=_doubts(event, detail),
    )


def _time(text: str | None, name: str) -> int:
    if text is None:
        raise _wrong(name, "no time", "a time")
    if text.isdecimal():
        # of the protocol in its binary form: POSIX ms
        at = int(text[:20])
        if not 0 < at <= YEARS[1]:
            raise _wrong(name, text, "POSIX ms")
        return at
    return parse_time(text, name, zone="UTC")


def _place(point: dict[str, str]) -> tuple[Point, int]:
    lat, lon = _number(point.get("lat")), _number(point.get("lon"))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        raise _wrong("point", f"{point.get('lat')}, {point.get('lon')}", "latitude and longitude in degrees")
    error = _error(point.get("ce"))
    if error is not None and error > FURTHEST:
        raise _wrong("ce", point.get("ce"), f"at most {FURTHEST:,.0f} m")
    doubt = UNSTATED if error is None else max(LEAST, math.ceil(error * SIGMAS * METRE))
    return (round(lon * DEGREE), round(lat * DEGREE)), doubt + ROUNDING


def _height(point: dict[str, str]) -> tuple[Altitude | None, int]:
    """Exactly 0 without a stated error is what senders write who know no height: then every height."""
    hae, error = _number(point.get("hae")), _error(point.get("le"))
    if hae is None or abs(hae) * METRE > LIMIT or (hae == 0 and error is None):
        return None, 0
    if error is not None and error > FURTHEST:
        return None, 0
    doubt = UNSTATED_HEIGHT if error is None else max(LEAST, math.ceil(error * SIGMAS * METRE))
    return Altitude("HAE", round(hae * METRE)), doubt + 1


def _velocity(track: dict[str, str]) -> Velocity | None:
    """Both or nothing. The climb is not read: its field is an angle, and senders write all sorts there."""
    speed, course = _number(track.get("speed")), _number(track.get("course"))
    if speed is None or course is None or not 0 <= speed <= FASTEST or not 0 <= course <= 360:
        return None
    return Velocity(round(speed * 1_000), round(course * DEGREE) % (360 * DEGREE))


def _id(uid: str, detail: dict[str, dict[str, str]]) -> str:
    """Public numbers as adsbcot and aiscot write them, in the uid or in a detail; else the uid itself."""
    icao, mmsi = _ICAO.fullmatch(uid), _MMSI.fullmatch(uid)
    address = icao[1] if icao else detail.get("__adsb", {}).get("icao", "")
    number = mmsi[1] if mmsi else detail.get("__ais", {}).get("mmsi", "")
    # senders write these for what they do not know: many things would be one
    if _HEX.fullmatch(address) and address.lower() not in ("000000", "ffffff"):
        return f"icao:{address.lower()}"
    if _NINE.fullmatch(number) and number != "000000000":
        return f"mmsi:{number}"
    if len(uid) <= _UID_LONGEST and uid.isprintable():
        return f"cot:{uid}"
    # shown to people as it is: so what would mislead them, or fill the screen, is not
    return f"cot:sha256-{hashlib.sha256(uid.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _line(text: str) -> str:
    """As it was sent, without blanks around it and without what shows as nothing or misleads."""
    return "".join(c for c in text[: 4 * _CALLSIGN_LONGEST] if c.isprintable()).strip()[:_CALLSIGN_LONGEST]


def _doubts(event: dict[str, str], detail: dict[str, dict[str, str]]) -> tuple[Doubt, ...]:
    found: list[Doubt] = []
    emergency = detail.get("emergency")
    if (
        (emergency is not None and emergency.get("cancel", "").lower() != "true")
        or detail.get("__adsb", {}).get("squawk") in _DISTRESS
        or event.get("type", "").endswith("-9-1-1")
    ):
        found.append("emergency")
    if _NOT_REAL.match(event.get("how", "")) or event.get("opex", "").startswith("s"):
        found.append("not_real")
    return tuple(found)


def _error(text: str | None) -> float | None:
    """A stated error in metres; None where none is, or where it says nothing: 0, and what stands for none."""
    found = _number(text)
    return None if found is None or found <= 0 else found


def _number(text: str | None) -> float | None:
    """None for none, for what is no number, and for the numbers that stand for none."""
    try:
        found = float(text or "nan")
    except ValueError:
        return None
    return None if not math.isfinite(found) or abs(found) >= NONE else found


def _wrong(where: str, found: object, wanted: str) -> Invalid:
    return Invalid("cot.event", where, found, wanted)
