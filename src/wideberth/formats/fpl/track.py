"""Item 15 as stops: where a flight is said to pass, and at which levels and speeds from there on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.fpl.message import Items
from wideberth.formats.fpl.points import Places, described, point
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.place import Place
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE

KNOT = 1_852 / 3_600
MACH = 300.0
"""m/s: the speed of sound at FL350 in the standard atmosphere is 297; only for estimates of times."""
MIXED = 2_000 * FOOT
"""A flight level and an altitude of one number differ by less than this from 950 to 1050 hPa."""
MOST_TOKENS = 500
"""Words of one route."""

_SPEED = r"(?:N(?P<knots>\d{4})|K(?P<km>\d{4})|M(?P<mach>\d{3}))"
_LEVEL = r"(?:F(?P<f{0}>\d{{3}})|S(?P<s{0}>\d{{4}})|A(?P<a{0}>\d{{3}})|M(?P<m{0}>\d{{4}})|(?P<v{0}>VFR))"
_CRUISE = re.compile(_SPEED + _LEVEL.format(1) + rf"(?:{_LEVEL.format(2)}|(?P<plus>PLUS))?")
_RULES = ("IFR", "OAT", "GAT", "DCT", "IFPSTART", "IFPSTOP")


class Levels(Struct, frozen=True):
    """The lowest and the highest level of a part of the way; None where the plan leaves them to the pilot."""

    low: Altitude | None
    high: Altitude | None


class Stop(Struct, frozen=True):
    """A point of the route; `levels`, `speed` (m/s) and `through` hold from it to the next stop.

    `through` names what lies in between and cannot be placed: points, airways, procedures.
    """

    name: str
    place: Place | None
    levels: tuple[Levels, ...]
    speed: float
    through: tuple[str, ...] = ()
    bearing: bool = False


def stops(items: Items, places: Places, where: str) -> list[Stop]:
    """The stops of a flight plan, departure and destination among them.

    Raises: Invalid (`fpl.route`, `fpl.bearing`, `place.*`).
    """
    tokens = items.route.split()
    if not tokens or (first := _CRUISE.fullmatch(tokens[0])) is None:
        wanted = "a speed and a level first, such as N0450F310, K0900S1130, M082F350, N0120A045, N0100VFR"
        raise Invalid("fpl.route", f"{where}, item 15", tokens[0] if tokens else "nothing", wanted)
    if len(tokens) > MOST_TOKENS:
        raise Invalid("fpl.route", f"{where}, item 15", f"{len(tokens):,} words", f"at most {MOST_TOKENS:,}")
    walk = _Walk(places, where)
    walk.change(first)
    if items.departure != "AFIL":
        walk.stop(items.departure, *_aerodrome(items.departure, "DEP", items, places))
    for token in tokens[1:]:
        walk.token(token)
    walk.stop(items.destination, *_aerodrome(items.destination, "DEST", items, places))
    return walk.found


def _aerodrome(code: str, key: str, items: Items, places: Places) -> tuple[Place | None, bool]:
    """Where an aerodrome is: as item 18 says, or as the places of the file do."""
    if key in items.other:
        found = described(items.other[key], places)
        if found[0] is not None:
            return found
    return places.get(code), False


class _Walk:
    """The route read so far."""

    def __init__(self, places: Places, where: str) -> None:
        self.found: list[Stop] = []
        self._places = places
        self._where = f"{where}, item 15"
        self._levels = Levels(None, None)
        self._speed = 0.0

    def token(self, token: str) -> None:
        """One word of item 15; a word that nothing places is passed through."""
        if token in _RULES:
            return
        if token == "VFR":  # noqa: S105 - the flight rules, no password
            self._levels = Levels(None, None)
            self._pass(token, silent=True)
            return
        climbs = token.startswith("C/")
        name, _, change = token.removeprefix("C/").partition("/")
        cruise = None
        if change and not name.startswith("STAY"):
            cruise = _CRUISE.fullmatch(change)
            if cruise is None or (climbs and cruise["f2"] is None and not _two(cruise)):
                wanted = "a point, or a point with speed and level, such as 46N078W/N0450F350"
                raise Invalid("fpl.route", self._where, token, wanted)
        try:
            place, bearing = point(name, self._places)
        except Invalid as error:
            raise Invalid(error.code, self._where, token, error.wanted) from error
        if cruise is not None:
            self.change(cruise)
        if place is None:
            self._pass(name)
        else:
            self.stop(name, place, bearing)

    def stop(self, name: str, place: Place | None, bearing: bool) -> None:
        self.found.append(Stop(name, place, (self._levels,), self._speed, (), bearing))

    def change(self, match: re.Match[str]) -> None:
        """Speed and levels from here on."""
        self._speed = _speed(match)
        low, high = _level(match, 1), _level(match, 2)
        if match["plus"]:
            high = UNLIMITED
        self._levels = Levels(low, high if _two(match) else low)

    def _pass(self, name: str, silent: bool = False) -> None:
        """Something between two stops that is not placed; levels that begin there may hold on the way."""
        if not self.found:  # filed in the air: nothing is known of the way to here
            self.found.append(Stop(name, None, (self._levels,), self._speed))
            return
        last = self.found[-1]
        through = last.through if silent else (*last.through, name)
        levels = last.levels if self._levels in last.levels else (*last.levels, self._levels)
        self.found[-1] = Stop(
            last.name, last.place, levels, max(last.speed, self._speed), through, last.bearing
        )


def _two(match: re.Match[str]) -> bool:
    return bool(match["plus"] or match["f2"] or match["s2"] or match["a2"] or match["m2"] or match["v2"])


def _speed(match: re.Match[str]) -> float:
    if match["knots"] is not None:
        return int(match["knots"]) * KNOT
    if match["km"] is not None:
        return int(match["km"]) / 3.6
    return int(match["mach"]) / 100 * MACH


def _level(match: re.Match[str], n: int) -> Altitude | None:
    """F: flight level; S: metric level, tens of metres on 1013.25 hPa; A, M: altitude on QNH in hundreds of
    feet, tens of metres.
    """
    if (text := match[f"f{n}"]) is not None:
        return Altitude("FL", int(text) * FLIGHT_LEVEL)
    if (text := match[f"s{n}"]) is not None:
        return Altitude("FL", int(text) * 10 * METRE)
    if (text := match[f"a{n}"]) is not None:
        return Altitude("ALT", int(text) * 100 * FOOT)
    if (text := match[f"m{n}"]) is not None:
        return Altitude("ALT", int(text) * 10 * METRE)
    return None


def band(levels: Sequence[Levels], tolerance: int, ground: bool) -> tuple[Altitude, Altitude]:
    """The lowest and the highest limit of levels, each widened by `tolerance` (0.1 mm).

    `ground`: it climbs from the ground or descends to it. Levels that are not stated are SFC to UNL.
    """
    limits: list[Altitude] = []
    for each in levels:
        if each.low is None or each.high is None:
            return SURFACE, UNLIMITED
        limits += (each.low, each.high)
    finite = [limit for limit in limits if limit.datum != "UNL"]
    room = tolerance + (MIXED if len({limit.datum for limit in finite}) > 1 else 0)
    low = min(finite, key=lambda limit: limit.value)
    high = max(finite, key=lambda limit: limit.value)
    lower = SURFACE if ground or low.value - room <= 0 else Altitude(low.datum, low.value - room)
    if len(finite) < len(limits):
        return lower, UNLIMITED
    return lower, Altitude(high.datum, high.value + room)
