"""Mode S frames: what must be right of one before anything in it is read, and the ADS-B that it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct, field

from wideberth.formats import adsb, cpr, watch_package
from wideberth.formats.adsb import Aircraft
from wideberth.formats.cpr import Cpr
from wideberth.formats.newest import Newest
from wideberth.model.track import Kind, Report
from wideberth.space.altitude import SURFACE, Altitude
from wideberth.space.units import DEGREE, METRE, SECOND

GENERATOR: Final = 0x1FFF409
"""Of the parity (ICAO Annex 10, volume IV, 3.1.2.3.3)."""
LONG, SHORT = 14, 7
"""Bytes of a frame."""
PAIR: Final = 10 * SECOND
"""ms between two messages that say a position together."""
BELIEVED: Final = 60 * SECOND
"""ms for which a position says the zone of the next one: nobody flies 180 NM in that time."""
ROUNDED: Final = 5 * METRE
"""Half of the diagonal of one of 2^17 parts of a zone, rounded up."""
VELOCITY: Final = 19
SUPERSONIC: Final = VELOCITY << 3 | 2
"""First byte of the message of a velocity, and of one of the second kind."""
SURFACE_TYPES: Final = range(5, 9)
AIR_TYPES: Final = (*range(9, 19), *range(20, 23))
"""Type codes of messages."""
OTHER_ADDRESS: Final = (1, 2, 5, 6)
"""Kinds (CF) of format 18 with a position to be read; in MARKED a bit says whether the address is ICAO's."""
MARKED: Final = (2, 6)
SQUITTER, OTHERS = 17, 18
"""Formats of a frame (DF) with ADS-B: of a transponder, and of anything else."""
CODES: Final = (5, 21)
"""Formats with a code (squawk), of which the address is known by the parity only."""
VEHICLES: Final = ("Surface emergency vehicle", "Surface service vehicle")


def _table() -> tuple[int, ...]:
    found: list[int] = []
    for byte in range(256):
        rest = byte << 16
        for _ in range(8):
            rest = rest << 1 ^ (GENERATOR if rest & 0x800000 else 0)
        found.append(rest & 0xFFFFFF)
    return tuple(found)


_TABLE: Final = _table()


def remainder(frame: bytes) -> int:
    """What the parity of a frame leaves: 0 in a squitter that came whole, in an answer the address."""
    rest = 0
    for byte in frame[:-3]:
        rest = (rest << 8 & 0xFFFFFF) ^ _TABLE[rest >> 16 ^ byte]
    return rest ^ int.from_bytes(frame[-3:], "big")


class Heard(Struct):
    """One transponder: what it says of itself, and its positions so far.

    Attributes:
        said: callsign, velocity, distress.
        even, odd: the newest message of a position each, in the air.
        lat, lon: degrees of the newest position, of `at_ms`; where that is 0 there is none.
        kind: what it is.
    """

    said: Aircraft = field(default_factory=Aircraft)
    even: Cpr | None = None
    odd: Cpr | None = None
    lat: float = 0.0
    lon: float = 0.0
    at_ms: int = 0
    kind: Kind = "aircraft"


class Transponders:
    """The transponders that one receiver hears. Raises: Refused (`watch.package`)."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._decode: Callable[[str], Any] = watch_package.load("rs1090").decode
        self._heard = Newest(Heard)

    def take(self, frame: bytes, now_ms: int) -> tuple[Report | None, bool]:
        """The report that a frame makes, if it does, and whether it was faulty."""
        kind = frame[0] >> 3
        if kind in CODES and len(frame) == (SHORT if kind == CODES[0] else LONG):
            heard = self._heard.known(f"icao:{remainder(frame):06x}")
            if heard is not None and (found := self._read(frame)) is not None:
                heard.said.says_code(str(found.get("squawk")), now_ms)
            return None, False
        if kind not in (SQUITTER, OTHERS):
            return None, False
        if len(frame) != LONG or remainder(frame):
            return None, True
        name = self._name(frame, kind)
        if name is None:
            return None, False
        found = self._read(frame)
        if found is None:
            return None, True
        if frame[4] == SUPERSONIC:
            # in steps of 4 knots, which rs1090 0.7 reads as of one
            found["groundspeed"] = None
        heard = self._heard.of(name)
        what = found.get("bds")
        if what in ("05", "06"):
            return self._position(name, heard, found, frame, now_ms), False
        _remember(heard, found, now_ms)
        return None, False

    def _read(self, frame: bytes) -> dict[str, Any] | None:
        try:
            found = self._decode(frame.hex())
        except Exception:  # noqa: BLE001  # whatever it does not expect is not to end the stream
            return None
        except BaseException as error:
            # a panic of Rust code: no subclass of Exception, and of no name that could be imported
            if type(error).__name__ != "PanicException":
                raise
            return None
        return found if isinstance(found, dict) else None

    def _name(self, frame: bytes, kind: int) -> str | None:
        """The id of the sender; None where the frame says nothing of one."""
        address = frame[1:4].hex()
        control = frame[0] & 7
        if kind == SQUITTER or control == 0:
            return f"icao:{address}"
        if control not in OTHER_ADDRESS:
            return None
        # what a ground station tells of an aircraft has its address, unless a bit says that it has a number
        known = control in MARKED and not _numbered(frame[4:])
        return f"icao:{address}" if known else f"{self._source}:~{address}"

    def _position(
        self, name: str, heard: Heard, found: dict[str, Any], frame: bytes, now_ms: int
    ) -> Report | None:
        grounded = found["bds"] == "06"
        place = _place(heard, found, grounded, now_ms)
        if place is None:
            return None
        heard.lat, heard.lon, heard.at_ms = *place, now_ms
        code = frame[4] >> 3
        said = heard.said
        if grounded:
            _remember(heard, found, now_ms)
        altitude, doubt = (SURFACE, 0) if grounded else _altitude(found, frame)
        velocity = said.moving(now_ms)
        return Report(
            self._source,
            name,
            now_ms,
            (round(place[1] * DEGREE), round(place[0] * DEGREE)),
            adsb.doubt_of(adsb.BY_TYPE.get(code, adsb.UNKNOWN) + ROUNDED, velocity),
            altitude,
            doubt,
            velocity,
            callsign=said.name(now_ms),
            kind=heard.kind,
            grounded=grounded,
            doubts=said.doubts(now_ms),
        )


def _place(heard: Heard, found: dict[str, Any], grounded: bool, now_ms: int) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, if they can be told."""
    said = Cpr(found["parity"] == "odd", found["lat_cpr"], found["lon_cpr"], now_ms)
    believed = heard.at_ms and 0 <= now_ms - heard.at_ms <= BELIEVED
    if grounded:
        # four places on Earth would fit a pair of these
        return cpr.near(said, heard.lat, heard.lon, cpr.GROUND) if believed else None
    other = heard.even if said.odd else heard.odd
    if said.odd:
        heard.odd = said
    else:
        heard.even = said
    if other is not None and 0 <= now_ms - other.at_ms <= PAIR:
        place = cpr.together(other, said)
        if place is not None:
            return place
    return cpr.near(said, heard.lat, heard.lon) if believed else None


def _altitude(found: dict[str, Any], frame: bytes) -> tuple[Altitude | None, int]:
    feet = found.get("altitude")
    # of heights by satellite (types 20 to 22) readers disagree whether they are metres or feet
    if feet is None or found.get("source") != "barometric":
        return None, 0
    fine = frame[5] & 1
    return adsb.feet(feet, step=adsb.STEP if fine else adsb.COARSE)


def _remember(heard: Heard, found: dict[str, Any], now_ms: int) -> None:
    """What a message without a position says."""
    said = heard.said
    what = found.get("bds")
    if what == "08":
        said.says_name(str(found.get("callsign") or ""), now_ms)
        heard.kind = "vehicle" if found.get("wake_vortex") in VEHICLES else "aircraft"
    elif what == "61":
        said.says_code(str(found.get("squawk")), now_ms)
        if found.get("emergency_state") in adsb.EMERGENCY_STATES:
            said.emergency = True
    elif what in ("06", "09"):
        speed, course = found.get("groundspeed"), found.get("track")
        if speed is not None and course is not None:
            said.velocity = adsb.knots(speed, course, found.get("vertical_rate"))
            said.velocity_ms = now_ms
        elif what == "09":
            # what it said before is not so any more
            said.velocity = None


def _numbered(message: bytes) -> bool:
    """Whether a message of a ground station has a number instead of an address (IMF)."""
    code = message[0] >> 3
    if code == VELOCITY:
        return message[1] & 0x80 != 0
    if code in SURFACE_TYPES:
        return message[2] & 0x08 != 0
    return code in AIR_TYPES and message[0] & 1 != 0
