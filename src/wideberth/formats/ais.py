"""AIS: !AIVDM and !AIVDO sentences of NMEA 0183, one a line, in parts where a message is long (ITU-R M.1371).

Sentences are checked and put together here, and their messages read by pyais. A message says the second of
the minute in which it was there; the minute is that of when it came, or of the time (c:) of a tag block
before the sentence.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from msgspec import Struct

from wideberth.formats import watch_package
from wideberth.formats.decoded import Decoded, Decoder
from wideberth.formats.newest import Newest
from wideberth.formats.textlines import Lines
from wideberth.model.track import Doubt, Kind, Report, Velocity
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import DEGREE, METRE, SECOND

POSITIONS: Final = (1, 2, 3, 9, 18, 19)
AIRCRAFT: Final = 9
"""The message of an aircraft in search and rescue."""
NAMES: Final = (5, 19, 24)
ACCURATE, INACCURATE = 10 * METRE, 100 * METRE
"""0.1 mm: what the flag of accuracy means is within 10 m, or not; the second is a judgement."""
ROUNDED: Final = METRE // 2
"""0.1 mm: half the diagonal of 1/10,000 of a minute, and what pyais rounds, rounded up."""
HEIGHT_DOUBT: Final = 120 * METRE
"""0.1 mm: an aircraft says its altitude by satellite or by pressure and not which (a judgement)."""
HIGHEST: Final = 4_094
"""m, and also what is higher; one more is not known."""
MINUTE: Final = 60 * SECOND
AHEAD: Final = 5 * SECOND
"""ms that the second of a message may be ahead of our clock (F3548: clocks agree within 5 s)."""
KNOT: Final = 1_852_000 / 3_600
"""mm/s."""
ROTATING: Final = 126
"""Of the coded rate of turn; what is beyond it has no figure. Decoded: degrees a minute."""
FASTEST_TURN: Final = math.ceil((ROTATING / 4.733) ** 2)
DISTRESS_STATUS: Final = 14
DISTRESS: Final = ("970", "972", "974")
"""First digits of a transmitter in distress, of a man overboard, of a beacon (ITU-R M.585)."""
RESCUE_AIRCRAFT: Final = "111"
NOT_MOVING: Final = ("00", "99")
"""Of a coast station and of a mark: they say positions in other messages, and these are not believed."""
MOST_PARTS: Final = 9
OPEN: Final = 64
"""Messages of which not all parts are here."""
WAIT: Final = 30 * SECOND
"""ms for the rest of a message."""
PAYLOAD: Final = 82
"""Letters of one sentence."""
YEARS: Final = (946_684_800, 4_102_444_800)
_SENTENCE = re.compile(
    rb"!..VD[MO],([1-9]),([1-9]),([0-9]?),([A-Za-z0-9]?),([0-W`-w]{1,%d}),([0-5])\*([0-9A-Fa-f]{2})" % PAYLOAD
)
_TAG = re.compile(rb"\\([^\\]{0,200})\*([0-9A-Fa-f]{2})\\")


class Ship(Struct):
    """What a ship says of itself from time to time: its name, and how far it reaches from its antenna (m)."""

    name: str = ""
    reach: int = 0


class _Parts(Struct):
    """The sentences of a message so far, by number from 1."""

    total: int
    begun_ms: int
    have: dict[int, bytes]


def opened(source: str) -> Decoder:
    """A decoder of one connection of `source`. Raises: Refused (`watch.package`)."""
    return _Ais(source).take


def opened_datagrams(source: str) -> Decoder:
    """The same of datagrams, each of whole lines. Raises: as `opened`."""
    decoder = _Ais(source)
    return lambda data, now_ms: decoder.take(data + b"\n", now_ms)


class _Ais:
    def __init__(self, source: str) -> None:
        self._source = source
        self._decode: Any = watch_package.load("pyais").decode
        self._lines = Lines()
        self._parts: dict[bytes, _Parts] = {}
        self._ships = Newest(Ship)

    def take(self, data: bytes, now_ms: int) -> Decoded:
        lines, faults = self._lines.take(data)
        found: list[Report] = []
        for line in lines:
            report, fault = self._line(line.strip(), now_ms)
            faults += fault
            if report is not None:
                found.append(report)
        return Decoded(found, faults)

    def _line(self, line: bytes, now_ms: int) -> tuple[Report | None, bool]:
        if not line or line.startswith((b"$", b"#")):
            # other instruments of a ship, and remarks of a server
            return None, False
        at_ms = now_ms
        if line.startswith(b"\\"):
            tag = _TAG.match(line)
            if tag is None or _sum(tag[1]) != int(tag[2], 16):
                return None, True
            at_ms = _tagged(tag[1], now_ms)
            line = line[tag.end() :]
        said = _SENTENCE.fullmatch(line)
        if said is None or _sum(line[1:-3]) != int(said[7], 16):
            return None, True
        whole = self._joined(said, line, now_ms)
        return (None, False) if whole is None else self._message(whole, at_ms)

    def _joined(self, said: re.Match[bytes], line: bytes, now_ms: int) -> tuple[bytes, ...] | None:
        """The sentences of a message if all are here."""
        total, number = int(said[1]), int(said[2])
        if total == 1:
            return (line,)
        key = said[1] + said[3] + said[4]
        begun = self._parts.get(key)
        if begun is None or number in begun.have or not 0 <= now_ms - begun.begun_ms <= WAIT:
            self._parts.pop(key, None)
            if len(self._parts) >= OPEN:
                del self._parts[next(iter(self._parts))]
            begun = self._parts[key] = _Parts(total, now_ms, {})
        begun.have[number] = line
        if len(begun.have) < total:
            return None
        del self._parts[key]
        return tuple(line for _, line in sorted(begun.have.items()))

    def _message(self, sentences: tuple[bytes, ...], at_ms: int) -> tuple[Report | None, bool]:
        try:
            said = self._decode(*sentences).asdict()
        except Exception:  # noqa: BLE001  # whatever it does not expect is not to end the stream
            return None, True
        kind, mmsi = said.get("msg_type"), said.get("mmsi")
        if kind not in POSITIONS and kind not in NAMES:
            return None, False
        if not isinstance(mmsi, int | str) or not 0 < int(mmsi) < 1_000_000_000:
            return None, True
        number = f"{int(mmsi):09d}"
        if kind in NAMES:
            _remember(self._ships.of(number), said)
        if kind not in POSITIONS or number.startswith(NOT_MOVING):
            return None, False
        return self._position(number, said, at_ms)

    def _position(self, number: str, said: dict[str, Any], at_ms: int) -> tuple[Report | None, bool]:
        lat, lon = said.get("lat"), said.get("lon")
        if lat is None or lon is None:
            # cut off before it
            return None, True
        if lat == 91 or lon == 181:
            # not available
            return None, False
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            return None, True
        ship = self._ships.known(number) or Ship()
        flying = said["msg_type"] == AIRCRAFT
        afloat = not flying and not number.startswith(RESCUE_AIRCRAFT)
        altitude, altitude_doubt = (SURFACE, 0) if afloat else _altitude(said)
        report = Report(
            self._source,
            f"mmsi:{number}",
            _when(said.get("second"), at_ms),
            (round(lon * DEGREE), round(lat * DEGREE)),
            (ACCURATE if said.get("accuracy") else INACCURATE) + ROUNDED + ship.reach * METRE,
            altitude,
            altitude_doubt,
            _velocity(said, flying),
            _turn(said.get("turn")),
            ship.name,
            _kind(number, flying),
            False,
            _doubts(number, said),
        )
        return report, False


def _remember(ship: Ship, said: dict[str, Any]) -> None:
    for key in ("shipname", "callsign"):
        name = str(said.get(key) or "").strip()
        if name and name.isprintable() and (key == "shipname" or not ship.name):
            ship.name = name
            break
    sides = [value for key in ("to_bow", "to_stern") if isinstance(value := said.get(key), int)]
    beams = [value for key in ("to_port", "to_starboard") if isinstance(value := said.get(key), int)]
    if sides and beams:
        ship.reach = math.ceil(math.hypot(max(sides), max(beams)))


def _when(second: object, at_ms: int) -> int:
    """The newest moment with this second that is not ahead of our clock; as it came where it says none."""
    if not isinstance(second, int) or not 0 <= second < 60:
        return at_ms
    latest = at_ms + AHEAD
    return latest - (latest - second * SECOND) % MINUTE


def _velocity(said: dict[str, Any], flying: bool) -> Velocity | None:
    speed, course = said.get("speed"), said.get("course")
    if speed is None or course is None or not 0 <= course < 360:
        return None
    # the last figure says that it is not known, the one before that it is as fast or faster
    if not 0 <= speed < (1_022 if flying else 102.2):
        return None
    return Velocity(round(speed * KNOT), round(course * DEGREE) % (360 * DEGREE), None if flying else 0)


def _turn(said: object) -> int | None:
    """1e-7 degrees a second of degrees a minute; of -128, and of ±127, there is no figure."""
    if not isinstance(said, int | float) or said in (127, -127, -128) or abs(said) > FASTEST_TURN:
        return None
    return round(said * DEGREE / 60)


def _altitude(said: dict[str, Any]) -> tuple[Altitude | None, int]:
    value = said.get("alt")
    if not isinstance(value, int | float) or not 0 <= value < HIGHEST:
        return None, 0
    return Altitude("MSL/ALT", round(value * METRE)), HEIGHT_DOUBT


def _kind(number: str, flying: bool) -> Kind:
    if flying or number.startswith(RESCUE_AIRCRAFT):
        return "aircraft"
    return "unknown" if number.startswith(DISTRESS) else "vessel"


def _doubts(number: str, said: dict[str, Any]) -> tuple[Doubt, ...]:
    return ("emergency",) if number.startswith(DISTRESS) or said.get("status") == DISTRESS_STATUS else ()


def _tagged(tag: bytes, now_ms: int) -> int:
    """POSIX ms that a tag block says, in seconds or in ms; else now."""
    for field in tag.split(b","):
        if field.startswith(b"c:") and field[2:].isdigit() and len(field) <= 16:
            value = int(field[2:])
            if YEARS[0] <= value < YEARS[1]:
                return value * SECOND
            if YEARS[0] * SECOND <= value < YEARS[1] * SECOND:
                return value
    return now_ms


def _sum(data: bytes) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total
