"""Missions of MAVLink vehicles: the items of a plan as the legs that the vehicle may fly.

Commands and frames are those of the MAVLink common message set (MAV_CMD, MAV_FRAME). What a mission
leaves to the vehicle's parameters (radius of loiter, height of the way home) is assumed, and told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats.raw import Tally
from wideberth.formats.routed import Band, Knot, Leg, at_ground, hull
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, checked
from wideberth.space.ellipsoid import GEOD
from wideberth.space.stated import position
from wideberth.space.units import METRE, to_integer

ITEM_LIMIT = 20_000
LEG_LIMIT = 50_000
"""Each way home leads to every rally point: together they are more than the items."""
FARTHEST = 1_000_000.0
"""Metres: no radius or height of a mission is larger; what is larger is a mistake."""
LOITER_RADIUS = 100 * METRE
RETURN_HEIGHT = 100 * METRE
CLIMB = 10
"""Metres over the ground for each metre of a take-off's climb (a judgement: a slope of 1 in 10)."""

WAYPOINT, RETURN, SPLINE, ARC, JUMP, SET_HOME = 16, 20, 82, 36, 177, 179
TAG, JUMP_TO_TAG, LAND_START = 600, 601, 189
TAKEOFFS = (22, 84)
LANDINGS = (21, 85, 94)
LOITERS: dict[int, tuple[int, ...]] = {17: (2,), 18: (2,), 19: (2,), 31: (1,), 34: (0,), 35: (0, 1)}
"""Commands that circle, and which of their parameters are radii (metres; the sign is the direction)."""
CLIMBS = {30: 6, 113: 6, 186: 0}
"""Commands that change only the altitude, and the parameter that states it."""
MOVING = (32, 33, 83, 92, 42_702, 42_703)
"""Follow somebody, drift, obey another computer or a script, hold an attitude: nobody can say where that
leads."""
NOT_FLOWN = ((80, 80), (93, 93), (95, 259), (2_000, 3_999), (5_000, 5_200), (42_000, 43_999))
"""Ranges of commands whose coordinates, if any, are looked at, marked or fenced, but not flown to."""

ABSOLUTE, RELATIVE, TERRAIN = (0, 5), (3, 6), (10, 11)
NO_FRAME = 2
SCALED = (5, 6, 11)
MULTIROTORS = (2, 3, 4, 13, 14, 15, 29, 35)
"""MAV_TYPE of vehicles that take off straight up and hold a position without circling."""

NO_HOME = "no home position is stated: the ways from take-off to the first item and back home are not known"
NO_HOME_HEIGHT = (
    "the height of home is not stated (or 0): heights relative to it are read as SFC to that height above"
    " the highest ground; say --ground"
)
HOME_HEIGHT = "heights relative to home count from the planned home: take off there, or plan anew"
NO_HEIGHT = "an item without an altitude is read as SFC to UNL"
ZERO = "the position 0, 0 stands for where the vehicle is"
UNKNOWN = "a command that is not known has a position and is read as a waypoint"
NO_RADIUS = f"a loiter without radius circles at the vehicle's own, taken as {LOITER_RADIUS / METRE:g} m"
ASSUMED_RETURN = (
    f"the way home is flown as high as the vehicle's parameters say: SFC to {RETURN_HEIGHT / METRE:g} m"
    " above home, or the last item where that is higher"
)
NO_END = "the mission ends in the air: the way home is added"
CURVED = "a spline or arc leaves the straight line: its leg is as much wider"
SPREAD = (
    "a take-off with a climb angle may leave in any direction: read as"
    f" {CLIMB} times its height around the place"
)
JUMPED = "a jump adds the way to the item that it leads to"
LANDING = "a vehicle that returns may fly to the landing sequence instead of home: that way is added"
RALLIED = "a vehicle that returns may choose a rally point instead of home: the ways to all of them are added"


class Item(Struct, frozen=True, kw_only=True):
    """A mission item: seven parameters as in MAVLink (the last three: latitude, longitude, altitude)."""

    number: int
    command: int
    frame: int
    params: tuple[float | None, ...]
    where: str


class Home(Struct, frozen=True):
    """Where the vehicle takes off: degrees, and 0.1 mm above mean sea level (None: not known)."""

    lon: float
    lat: float
    height: int | None


def home_of(lon: float | None, lat: float | None, height: float | None, where: str) -> Home | None:
    """The home of a position; none where there is none, or where it is 0, 0.

    A height of exactly 0 is what programs write that do not know it.

    Raises: Invalid (`geometry.*`, `mission.number`).
    """
    if lon is None or lat is None or (lon == 0 and lat == 0):
        return None
    position(lon, lat, where, wrap=True)
    return Home(lon, lat, None if not height else length(height, where))


def length(value: float, where: str) -> int:
    """0.1 mm of metres. Raises: Invalid (`mission.number`)."""
    if not abs(value) <= FARTHEST:
        raise Invalid("mission.number", where, value, f"a length of at most {FARTHEST / 1000:,.0f} km")
    return to_integer(value, METRE)


def legs(
    items: Sequence[Item],
    home: Home | None,
    tally: Tally,
    *,
    vehicle: int | None = None,
    rally: Iterable[Knot] = (),
) -> list[Leg]:
    """The legs that the vehicle may fly, in order, with the way home; none where nothing is flown.

    Raises: Invalid (`mission.*`, `geometry.*`, `altitude.range`).
    """
    if len(items) > ITEM_LIMIT:
        raise Invalid("mission.too_many", "", f"{len(items):,} items", f"at most {ITEM_LIMIT:,}")
    walk = _Walk(home, tally, vehicle, tuple(rally))
    for item in items:
        walk.follow(item)
    return walk.finish()


def level(frame: int, height: float | None, home: Home | None, tally: Tally, where: str) -> Band:
    """Lowest and highest altitude of a height (m) in a frame (MAV_FRAME). Raises: Invalid (`mission.*`)."""
    if height is None or frame == NO_FRAME:
        tally.tell(NO_HEIGHT, where)
        return SURFACE, UNLIMITED
    value = length(height, where)
    if frame in ABSOLUTE:
        limit = checked(Altitude("MSL", value), where)
        return limit, limit
    if frame in TERRAIN:
        limit = checked(Altitude("AGL", value), where)
        return limit, limit
    if frame not in RELATIVE:
        wanted = "the global frames 0, 3, 5, 6, 10 or 11 of MAVLink"
        raise Invalid("mission.frame", where, f"the frame {frame}", wanted)
    if home is None or home.height is None:
        tally.tell(NO_HOME_HEIGHT, where)
        return SURFACE, checked(Altitude("AGL", value), where)
    tally.tell(HOME_HEIGHT, where)
    limit = checked(Altitude("MSL", home.height + value), where)
    return limit, limit


class _Walk:
    """The mission so far: where the vehicle is, which legs it flew, which jumps are to be resolved."""

    def __init__(self, home: Home | None, tally: Tally, vehicle: int | None, rally: tuple[Knot, ...]) -> None:
        self.home = home
        self.tally = tally
        self.vehicle = vehicle
        self.rally = rally
        self.at: Knot | None = None
        self.fresh = True
        self.pending: Band | None = None
        self.landed = True
        self.flown: list[Leg] = []
        self.curves: dict[int, float | None] = {}
        self.reached: list[tuple[int, Knot]] = []
        self.jumps: list[tuple[int, bool, Knot, str]] = []
        self.tags: dict[int, int] = {}
        self.land_starts: list[int] = []
        self.returns: list[tuple[Knot, str]] = []
        if home is not None:
            self.at = Knot(lon=home.lon, lat=home.lat, low=SURFACE, high=SURFACE, where="home")

    def follow(self, item: Item) -> None:
        command = item.command
        if command in MOVING:
            wanted = "a mission that states where it leads"
            raise Invalid("mission.moving", item.where, f"the command {command}", wanted)
        if command == SET_HOME:
            raise Invalid("mission.home", item.where, "a command that moves home", "a mission with one home")
        if command == TAG:
            self.tags[self._whole(item)] = item.number
        elif command == LAND_START:
            self.land_starts.append(item.number)
        elif command in (JUMP, JUMP_TO_TAG):
            self._jump(item)
        elif command == RETURN:
            self._return(item.where)
        elif command in CLIMBS:
            self._climb(item)
        elif not any(low <= command <= high for low, high in NOT_FLOWN) or command == 192:
            self._fly(item)

    def finish(self) -> list[Leg]:
        if not self.landed and self.home is not None:
            self.tally.tell(NO_END, "after the last item")
            self._return("after the last item")
        if self.home is None and self.flown:
            self.tally.tell(NO_HOME, self.flown[0].begin.where)
        made = self._widened()
        for stated, to_tag, begin, where in self.jumps:
            number = self.tags.get(stated) if to_tag else stated
            end = next((knot for n, knot in self.reached if number is not None and n >= number), None)
            if end is None:
                found = f"a jump to the {'tag' if to_tag else 'item'} {stated}"
                raise Invalid("mission.jump", where, found, "a jump to an item or tag of the mission")
            self.tally.tell(JUMPED, where)
            made.append(Leg(begin=begin, end=end))
        return [*made, *self._to_landings()]

    def _to_landings(self) -> list[Leg]:
        """From where the vehicle returns to where landing sequences begin, up to the higher of both."""
        starts = [
            next((knot for n, knot in self.reached if n >= number), None) for number in self.land_starts
        ]
        known = [knot for knot in starts if knot is not None]
        if len(known) * len(self.returns) > LEG_LIMIT:
            found = f"more than {LEG_LIMIT:,} ways to landing sequences"
            raise Invalid("mission.too_many", "", found, f"at most {LEG_LIMIT:,}")
        made = []
        for begin, where in self.returns:
            for end in known:
                self.tally.tell(LANDING, where)
                high = hull(hull(begin.band, end.band), self._above_home())[1]
                made.append(
                    Leg(
                        begin=structs.replace(begin, low=SURFACE, high=high),
                        end=structs.replace(end, low=SURFACE, high=high),
                    )
                )
        return made

    def _fly(self, item: Item) -> None:
        known = item.command in (WAYPOINT, SPLINE, ARC, 192, *TAKEOFFS, *LANDINGS, *LOITERS)
        place = self._position(item)
        if not known:
            if place is None:
                return
            self.tally.tell(UNKNOWN, f"{item.where}, command {item.command}")
        band = self._level(item)
        if place is None and self.at is not None:
            place = self.at.lon, self.at.lat
        if place is None:
            # where that is nobody knows; how high the vehicle gets there is the next item's concern too
            low = SURFACE if item.command in TAKEOFFS else band[0]
            self.pending = (low, band[1])
            return
        if self.pending is not None:
            band, self.pending = hull(band, self.pending), None
        knot = Knot(
            lon=place[0],
            lat=place[1],
            low=band[0],
            high=band[1],
            around=self._around(item, band),
            where=item.where,
        )
        if item.command in TAKEOFFS:
            self._reach(item, at_ground(knot), leave=knot)
        elif item.command in LANDINGS:
            high = knot.high if self.at is None or self.fresh else hull(self.at.band, knot.band)[1]
            self._reach(item, structs.replace(knot, low=SURFACE, high=high))
            self.landed = True
        else:
            self._reach(item, knot)

    def _reach(self, item: Item, knot: Knot, leave: Knot | None = None) -> None:
        begin = self.at
        if begin is None:
            begin = knot
        elif self.fresh:
            begin = structs.replace(begin, high=knot.high)  # from the ground at home
        if item.command in (SPLINE, ARC):
            self.tally.tell(CURVED, item.where)
            self.curves[len(self.flown)] = self._turn(item) if item.command == ARC else None
        self.flown.append(Leg(begin=begin, end=knot))
        self.reached.append((item.number, knot))
        self.at = leave or knot
        self.fresh = False
        self.landed = False

    def _turn(self, item: Item) -> float:
        """Degrees of an arc: programs write them in the first or in the second parameter."""
        return max(abs(self._number(item, i) or 0.0) for i in (0, 1))

    def _return(self, where: str) -> None:
        self.landed = True
        if self.at is None or self.fresh:
            return
        band = self.at.band
        self.returns.append((self.at, where))
        if self.home is not None:
            self.tally.tell(ASSUMED_RETURN, where)
            high = hull(band, self._above_home())[1]
            begin = Knot(lon=self.at.lon, lat=self.at.lat, low=SURFACE, high=high, where=self.at.where)
            begin = structs.replace(begin, around=self.at.around)
            home = Knot(lon=self.home.lon, lat=self.home.lat, low=SURFACE, high=high, where="home")
            if len(self.flown) + len(self.rally) > LEG_LIMIT:
                found = f"more than {LEG_LIMIT:,} legs with those to rally points"
                raise Invalid("mission.too_many", where, found, f"at most {LEG_LIMIT:,}")
            for rally in self.rally:
                self.tally.tell(RALLIED, rally.where)
                top = hull((SURFACE, high), rally.band)[1]
                self.flown.append(
                    Leg(
                        begin=structs.replace(begin, high=top),
                        end=structs.replace(rally, low=SURFACE, high=top),
                    )
                )
            self.flown.append(Leg(begin=begin, end=home))
            self.at = home

    def _above_home(self) -> Band:
        if self.home is None or self.home.height is None:
            return SURFACE, Altitude("AGL", RETURN_HEIGHT)
        return SURFACE, Altitude("MSL", self.home.height + RETURN_HEIGHT)

    def _jump(self, item: Item) -> None:
        number = self._whole(item)
        if self.at is not None and not self.fresh:
            self.jumps.append((number, item.command == JUMP_TO_TAG, self.at, item.where))

    def _whole(self, item: Item) -> int:
        """The first parameter as the number of an item or a tag."""
        number = self._number(item, 0)
        if number is None or number != int(number) or number < 0:
            raise Invalid("mission.jump", item.where, number, "the number of an item or tag")
        return int(number)

    def _climb(self, item: Item) -> None:
        frame = item.frame
        if item.command == 186 and (stated := self._number(item, 1)) is not None:
            frame = int(stated)
        elif frame == NO_FRAME:
            frame = RELATIVE[0]
        band = level(frame, self._number(item, CLIMBS[item.command]), self.home, self.tally, item.where)
        if self.at is None or self.fresh:
            self.pending = band
            return
        knot = structs.replace(self.at, low=band[0], high=band[1], where=item.where)
        # from where on it climbs is not known: at once, or on the way to the next item
        self._reach(item, knot, structs.replace(knot, low=hull(self.at.band, band)[0]))
        self.at = structs.replace(knot, low=hull(knot.band, band)[0])

    def _level(self, item: Item) -> Band:
        height = self._number(item, 6)
        if item.command in LANDINGS and self.at is not None and not self.fresh and height in (None, 0.0):
            return SURFACE, self.at.high
        return level(item.frame, height, self.home, self.tally, item.where)

    def _position(self, item: Item) -> tuple[float, float] | None:
        lat, lon = self._number(item, 4), self._number(item, 5)
        if lat is None and lon is None:
            return None
        if lat is None or lon is None:
            raise Invalid("mission.position", item.where, "half a position", "latitude and longitude")
        if lat == 0 and lon == 0:
            if item.command in (WAYPOINT, SPLINE, ARC):
                self.tally.tell(ZERO, item.where)
            return None
        if item.frame in SCALED and (abs(lat) > 90 or abs(lon) > 180):
            lat, lon = lat / 1e7, lon / 1e7
        if item.frame not in (*ABSOLUTE, *RELATIVE, *TERRAIN, NO_FRAME):
            wanted = "the global frames 0, 3, 5, 6, 10 or 11 of MAVLink"
            raise Invalid("mission.frame", item.where, f"the frame {item.frame}", wanted)
        position(lon, lat, item.where, wrap=True)
        return lon, lat

    def _number(self, item: Item, index: int) -> float | None:
        value = item.params[index] if index < len(item.params) else None
        return None if value is None or math.isnan(value) else value

    def _around(self, item: Item, band: Band) -> int:
        """How far from its point an item may lead, 0.1 mm."""
        if item.command == WAYPOINT:  # the radii within which it counts as passed
            return max(length(abs(self._number(item, i) or 0.0), item.where) for i in (1, 2))
        if item.command in LOITERS:
            radius = sum(length(abs(self._number(item, i) or 0.0), item.where) for i in LOITERS[item.command])
            if radius == 0 and self.vehicle not in MULTIROTORS:
                self.tally.tell(NO_RADIUS, item.where)
                return LOITER_RADIUS
            return radius
        if item.command == TAKEOFFS[0] and self.vehicle not in MULTIROTORS:
            pitch = self._number(item, 0)
            if self.vehicle == 1 or pitch:
                self.tally.tell(SPREAD, item.where)
                return CLIMB * self._rise(band[1])
        return 0

    def _rise(self, high: Altitude) -> int:
        """How much a take-off climbs, 0.1 mm; at least 100 m where that is not known."""
        if high.datum == "AGL":
            return max(high.value, 0)
        if high.datum == "MSL" and self.home is not None and self.home.height is not None:
            return max(high.value - self.home.height, 0)
        return RETURN_HEIGHT

    def _widened(self) -> list[Leg]:
        """The legs, those along curves as much wider as the curve may leave the straight line."""
        made = list(self.flown)
        for k, turn in self.curves.items():
            here = _distance(made[k])
            if turn is not None:  # the height of an arc over its chord
                beside = here / 2 * math.tan(math.radians(min(abs(turn), 355.0)) / 4)
            else:
                # Hermite: the tangents move the curve by at most 4/27 of their lengths
                before = _distance(made[k - 1]) if k else 0.0
                after = _distance(made[k + 1]) if k + 1 < len(made) else 0.0
                beside = 4 / 27 * (before + 2 * here + after)
            made[k] = structs.replace(made[k], beside=math.ceil(beside * METRE))
        return made


def _distance(leg: Leg) -> float:
    return float(GEOD.inv(leg.begin.lon, leg.begin.lat, leg.end.lon, leg.end.lat)[2])
