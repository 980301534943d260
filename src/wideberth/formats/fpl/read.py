"""ICAO flight plan messages as plans (Doc 4444, appendices 2 and 3)."""

from __future__ import annotations

import re
from datetime import date

from wideberth.errors import Invalid, shorten
from wideberth.formats.fpl.flight import MINUTE, TAXI, Flown, Manner, fly
from wideberth.formats.fpl.message import Items, Message, items, messages
from wideberth.formats.fpl.points import BEARING, Places, listed
from wideberth.formats.fpl.track import Stop, stops
from wideberth.formats.messagetext import text_of
from wideberth.formats.mixed import others
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import TEXT_LIMIT
from wideberth.formats.published import ANTIMERIDIAN, DOUBT, REPEATED
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.ground import crosses_antimeridian
from wideberth.space.stated import check_width
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

KNOWN = re.compile(r"\(\s{0,9}FPL(?:[A-Z]{1,4}/[A-Z]{1,4}\d{3}){0,2}\s{0,9}-", re.IGNORECASE)
HALF_WIDTH = 5 * NAUTICAL_MILE
"""An RNAV 5 route's 95 % (ICAO Doc 9613)."""
VERTICAL = 300 * FOOT
"""Within this an aircraft is at its level (Doc 4444, 8.5.5.2)."""
CONTROLLED, UNCONTROLLED = 30 * MINUTE, 60 * MINUTE
"""A later departure needs another message (Doc 4444, 4.4.2; Annex 2, 3.3): item 8 I, Y, Z; and V."""
WIND = 100.0
"""m/s, about 194 knots: what a jet stream may add to the speed that is filed."""
MOST_VOLUMES = 200_000
"""Of one file."""
DAY = 24 * 60 * MINUTE
_EPOCH = date(1970, 1, 1).toordinal()
ACTIVITIES = {
    "S": "scheduled flight",
    "N": "non-scheduled flight",
    "G": "general aviation",
    "M": "military flight",
    "X": "flight",
}
"""By item 8, type of flight."""

LARGER = ("CNL", "ARR")
"""Messages that end a flight: without them its plan holds more."""
IGNORED = ("RQP", "RQS", "ACK", "LAM", "CPL", "EST", "CDN", "ACP", "SPL", "ALR", "RCF")

NO_DAY = "no DOF/ states the day: the departures before and after the time of the check are both read"
NOT_ENDED = "a {} message is not read: the plan it ends is kept"
NOT_READ = "a {} message is not read"
ALTERNATES = "flights to alternates are not part of the plans"
CIRCLE = "where a way cannot be placed, or takes longer than the route, all that can be reached is held"
PLACED = "names are placed by lines beside the messages: {:,} places"
NO_HALF_WIDTH = f"the half-width of flight plans is not stated, taken as {HALF_WIDTH / NAUTICAL_MILE:g} NM"
NO_VERTICAL = f"the vertical tolerance of flight plans is not stated, taken as {VERTICAL / FOOT:g} ft"
NO_TIME = "the time tolerance of flight plans is not stated, taken as 30 min (60 min for VFR)"
TAXIING = (
    f"a flight plan states when the stand is left: {TAXI / MINUTE:g} min of taxiing are added to each end"
)
SPEED = "no top speed is stated: a reachable circle takes the highest speed that is filed and 100 m/s of wind"


def read(data: bytes, options: Options) -> Reading:
    """The flights of a file of ATS messages, each a plan; where one cannot be read, a fault.

    Raises: Invalid (`message.encoding`, `fpl.none`, `fpl.too_many`, `fpl.tolerance`, `geometry.half_width`).
    """
    tally = Tally()
    text = text_of(data, tally).upper()
    found, outside = messages(text)
    _check(options)
    places, faults = listed(outside)
    if places:
        tally.tell(PLACED.format(len(places)), "the file")
    faults += others(text, "flight plan")
    filed: list[Filed] = []
    taken: dict[str, int] = {}
    count = 0
    for message in found:
        where = f"{message.kind} line {message.line}"
        try:
            one = _message(message, where, places, options, tally, taken)
        except Invalid as error:
            faults.append(error)
            continue
        if one is not None:
            filed.append(one)
            count += len(one.where)
            if count > MOST_VOLUMES:
                raise Invalid("fpl.too_many", where, "more volumes", f"at most {MOST_VOLUMES:,}")
    worst = max((v.pad.h for one in filed for v in one.plan.volumes), default=0)
    notes = tally.notes()
    if worst:
        notes = (*notes, DOUBT.format(f"{-(-worst // METRE):,} m"))
    return Reading(tuple(filed), notes, tuple(faults))


def _check(options: Options) -> None:
    if options.half_width is not None:
        check_width(options.half_width, "half-width")
    if min(options.vertical_tolerance or 0, options.time_tolerance or 0) < 0:
        raise Invalid("fpl.tolerance", "", "a tolerance below 0", "tolerances of 0 or more")


def _message(
    message: Message, where: str, places: Places, options: Options, tally: Tally, taken: dict[str, int]
) -> Filed | None:
    """The plan of a message, None for one that no plan needs."""
    if message.kind in LARGER or message.kind in IGNORED:
        tally.tell((NOT_ENDED if message.kind in LARGER else NOT_READ).format(message.kind), where)
        return None
    if message.kind != "FPL":
        wanted = "FPL messages; file the flight as it now stands"
        raise Invalid("fpl.kind", where, f"a {shorten(message.kind)} message, which changes a plan", wanted)
    if message.body is None:
        raise Invalid("fpl.unterminated", where, "no closing bracket", "a message from ( to )")
    plan = items(message.body, where)
    where = f"FPL {plan.ident} line {message.line}"
    way = stops(plan, places, where)
    days = _days(plan, where, options, tally)
    manner = _manner(plan, way, options, tally, where)
    flown = [fly(way, day, plan.elapsed * MINUTE, manner, where) for day in days]
    _tell(plan, way, flown, options, tally, where)
    party = shorten(options.file, TEXT_LIMIT)
    tally.tell(NO_PARTY.format(party), where)
    volumes: tuple[Volume, ...] = tuple(volume for one in flown for volume in one.volumes)
    if any(crosses_antimeridian(volume.ground) for volume in volumes):
        tally.tell(ANTIMERIDIAN, where)
    return Filed(
        Plan(
            party=party,
            id=_name(plan, taken, where, tally),
            volumes=volumes,
            activity=ACTIVITIES[plan.flight],
            callsign=plan.ident,
        ),
        (where,) * len(volumes),
    )


def _name(plan: Items, taken: dict[str, int], where: str, tally: Tally) -> str:
    day = plan.other.get("DOF", "")
    clock = f"{plan.off_block // 60:02d}{plan.off_block % 60:02d}"
    name = " ".join(part for part in (plan.ident, plan.departure, day, clock) if part)
    taken[name] = taken.get(name, 0) + 1
    if taken[name] == 1:
        return name
    numbered = f"{name} ({taken[name]})"
    tally.tell(REPEATED.format(numbered), where)
    return numbered


def _days(plan: Items, where: str, options: Options, tally: Tally) -> list[int]:
    """When the stand is left, POSIX ms: on the day of DOF/, else before and after the time of the check."""
    clock = plan.off_block * MINUTE
    text = plan.other.get("DOF")
    if text is None:
        tally.tell(NO_DAY, where)
        begin = (options.as_of - clock) // DAY * DAY
        return [begin + clock, begin + DAY + clock]
    digits = re.match(r"([0-9]{2})([0-9]{2})([0-9]{2})(?:\s|$)", text)
    try:
        day = None if digits is None else date(2000 + int(digits[1]), int(digits[2]), int(digits[3]))
    except ValueError:
        day = None
    if day is None:
        raise Invalid("fpl.item", f"{where}, item 18", f"DOF/{text}", "a day as DOF/YYMMDD")
    return [(day.toordinal() - _EPOCH) * DAY + clock]


def _manner(plan: Items, way: list[Stop], options: Options, tally: Tally, where: str) -> Manner:
    """The tolerances: as the user states them, else the defaults, told."""
    half_width, vertical, time = options.half_width, options.vertical_tolerance, options.time_tolerance
    if half_width is None:
        half_width = HALF_WIDTH
        tally.tell(NO_HALF_WIDTH, where)
    if vertical is None:
        vertical = VERTICAL
        tally.tell(NO_VERTICAL, where)
    if time is None:
        time = UNCONTROLLED if plan.rules == "V" else CONTROLLED
        tally.tell(NO_TIME, where)
    tally.tell(TAXIING, where)
    speed = options.top_speed
    if speed is None:
        speed = max(stop.speed for stop in way) + WIND
    return Manner(half_width, vertical, time, speed)


def _tell(
    plan: Items, way: list[Stop], flown: list[Flown], options: Options, tally: Tally, where: str
) -> None:
    if plan.alternates:
        tally.tell(ALTERNATES, where)
    if any(stop.bearing for stop in way):
        tally.tell(BEARING, where)
    if any(one.reach for one in flown):
        names = ", ".join(dict.fromkeys(flown[0].reach))
        tally.tell(f"{CIRCLE}: {shorten(names, 120)}", where)
        if options.top_speed is None:
            tally.tell(SPEED, where)
