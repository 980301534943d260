"""Stops and an elapsed time become volumes: legs where the way is known, a reachable circle where it is not.

Times. Item 13 is when the aircraft leaves its stand, item 16 how long it flies. Each stop's time comes from
the speeds of item 15, scaled so that the whole way takes the elapsed time; what the two differ by is added
to the time tolerance, and taxiing to every end.

Levels. A change of level begins at its point and takes time: the leg before, the leg after and those that
begin within 20 minutes hold both levels. The first and the last leg, and those within 30 minutes of them,
reach down to the surface.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.formats.fpl.track import Levels, Stop, band
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import ROUNDING, Circle, Point
from wideberth.space.place import Place
from wideberth.space.route import route
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Pad, Volume, check_volume

MINUTE = 60 * SECOND
TAXI = 30 * MINUTE
"""The longest that is allowed from stand to take-off (a judgement)."""
CLIMB = 30 * MINUTE
"""No climb to cruise, no descent from it is taken to be longer (a judgement)."""
SETTLE = 20 * MINUTE
"""No change of level on the way is taken to be longer (a judgement)."""
UNEVEN = 0.25
"""Of the elapsed time: how far it and the times on the way may be off where winds are not known."""
LONGER = 1.5
SPARE = 15 * MINUTE
"""An elapsed time of more than 1.5 times the way and 15 minutes: the flight does more than it says."""
MORE = "more than the route that is stated"
MOST_REACH = 1_000_000 * METRE
"""A reachable circle that is larger tells nobody anything: the plan is refused."""


class Manner(Struct, frozen=True):
    """How far the flight may be from its plan: 0.1 mm sideways and vertically, ms; its top speed in m/s."""

    half_width: int
    vertical: int
    time: int
    top_speed: float


class Flown(Struct, frozen=True):
    """The volumes of a flight; `reach` is what a circle stands for, empty where the whole way is known."""

    volumes: tuple[Volume, ...]
    reach: tuple[str, ...]


class _Stage(Struct, frozen=True):
    """A stop and its time in ms from take-off."""

    stop: Stop
    place: Place
    time: int


def fly(stops: Sequence[Stop], off_block: int, elapsed: int, manner: Manner, where: str) -> Flown:
    """The volumes of a flight that leaves its stand at `off_block` (POSIX ms) and flies `elapsed` ms.

    Raises: Invalid (`fpl.unplaced`, `fpl.elapsed`, `fpl.reach`, `geometry.*`, `altitude.*`).
    """
    if elapsed <= 0:
        raise Invalid("fpl.elapsed", f"{where}, item 16", "no elapsed time", "hours and minutes above 0000")
    first, last = stops[0], stops[-1]
    unplaced = [
        *([first.name] if first.place is None else []),
        *(name for stop in stops for name in stop.through),
        *([last.name] if last.place is None else []),
    ]
    if len(stops) < 2 or first.place is None or last.place is None:
        raise _unplaced(unplaced or [first.name], where)
    places = [stop.place for stop in stops if stop.place is not None]
    took = [
        round(_metres(a.point, b.point) / max(stop.speed, 1.0) * SECOND)
        for (a, b), stop in zip(itertools.pairwise(places), stops[:-1], strict=True)
    ]
    if elapsed > LONGER * sum(took) + SPARE:
        whole = _Stage(first, first.place, 0), _Stage(last, last.place, elapsed)
        reach = tuple(unplaced) or (MORE,)
        volume = _reach(whole, stops, elapsed, off_block, manner, (True, reach, where))
        return Flown((volume,), reach)
    before = next((k for k, stop in enumerate(stops) if stop.through), len(stops) - 1)
    after = (
        len(stops) - 1 - next((k for k, s in enumerate(reversed(stops[:-1])) if s.through), len(stops) - 1)
    )
    if before == len(stops) - 1:
        return Flown(tuple(_known(stops, places, took, off_block, elapsed, manner, where)), ())
    extra = math.ceil(UNEVEN * elapsed)
    eased = structs.replace(manner, time=manner.time + extra)
    times = _times(took[:before], 0)
    ends = _times(took[after:], elapsed - sum(took[after:]))
    head = [_Stage(*one) for one in zip(stops[: before + 1], places[: before + 1], times, strict=True)]
    tail = [_Stage(*one) for one in zip(stops[after:], places[after:], ends, strict=True)]
    near = before == 0 or after == len(stops) - 1 or times[-1] < CLIMB or elapsed - ends[0] < CLIMB
    middle = _reach(
        (head[-1], tail[0]),
        stops[max(0, before - 1) : after],
        ends[0] - times[-1] + extra,
        off_block,
        eased,
        (near, tuple(unplaced), where),
    )
    between = tuple(each for stop in stops[before:after] for each in stop.levels)
    return Flown(
        (
            *_legs(head, off_block, elapsed, eased, where),
            middle,
            *_legs(tail, off_block, elapsed, eased, where, between),
        ),
        tuple(unplaced),
    )


def _known(
    stops: Sequence[Stop],
    places: Sequence[Place],
    took: Sequence[int],
    off_block: int,
    elapsed: int,
    manner: Manner,
    where: str,
) -> list[Volume]:
    """The legs of a way that is known from end to end."""
    total = sum(took)
    times = [time * elapsed // total if total else 0 for time in _times(took, 0)]
    times[-1] = elapsed
    eased = structs.replace(manner, time=manner.time + abs(total - elapsed))
    stages = [_Stage(*one) for one in zip(stops, places, times, strict=True)]
    return _legs(stages, off_block, elapsed, eased, where)


def _times(took: Sequence[int], begin: int) -> list[int]:
    return list(itertools.accumulate(took, initial=begin))


def _legs(
    stages: Sequence[_Stage],
    off_block: int,
    elapsed: int,
    manner: Manner,
    where: str,
    earlier: tuple[Levels, ...] = (),
) -> list[Volume]:
    """One volume or more a leg, with the doubt of its ends as a pad; `earlier`: levels before the first."""
    made: list[Volume] = []
    for k, (a, b) in enumerate(itertools.pairwise(stages)):
        ground = a.time < CLIMB or elapsed - b.time < CLIMB
        levels = [*a.stop.levels]
        j = k - 1
        while j >= 0 and (j == k - 1 or stages[j + 1].time + SETTLE > a.time):
            levels += stages[j].stop.levels
            j -= 1
        if a.time - stages[0].time < SETTLE:
            levels += earlier
        lower, upper = band(levels, manner.vertical, ground)
        ends = [(p.point[0] / DEGREE, p.point[1] / DEGREE) for p in (a.place, b.place)]
        times = [off_block + a.time, off_block + max(b.time, a.time + 1)]
        pad = Pad(h=max(a.place.doubt, b.place.doubt))
        for volume in route(
            ends,
            times,
            manner.half_width,
            manner.time,
            lower,
            upper,
            edges="geodesic",
            path=f"{where}, {a.stop.name} to {b.stop.name}",
        ):
            end = None if volume.end is None else volume.end + TAXI
            made.append(structs.replace(volume, end=end, pad=pad))
    return made


def _reach(
    between: tuple[_Stage, _Stage],
    stops: Sequence[Stop],
    took: int,
    off_block: int,
    manner: Manner,
    told: tuple[bool, tuple[str, ...], str],
) -> Volume:
    """All that can be reached between two stages in `took` ms at the top speed.

    Every such point x has |x−p| + |x−q| ≤ v·t, and |x−m| ≤ (|x−p| + |x−q|) / 2 for the middle m of p and q.
    """
    ground, names, where = told
    a, b = between
    away = _metres(a.place.point, b.place.point)
    radius = math.ceil(max(manner.top_speed * took / SECOND, away) / 2 * METRE) + manner.half_width
    if radius > MOST_REACH:
        if names != (MORE,):
            raise _unplaced(names, where)
        found = f"a flight that may reach {radius / METRE / 1000:,.0f} km"
        raise Invalid("fpl.reach", where, found, "a route whose length fits its elapsed time")
    low_high: tuple[Altitude, Altitude] = band(
        [each for stop in stops for each in stop.levels], manner.vertical, ground
    )
    centre = _middle(a.place.point, b.place.point)
    start = off_block + min(a.time, b.time) - manner.time
    end = off_block + max(a.time, b.time) + manner.time + TAXI
    pad = Pad(h=max(a.place.doubt, b.place.doubt))
    return check_volume(Volume(Circle(centre, radius, ROUNDING), *low_high, start, end, None, pad), where)


def _metres(p: Point, q: Point) -> float:
    return float(GEOD.inv(p[0] / DEGREE, p[1] / DEGREE, q[0] / DEGREE, q[1] / DEGREE)[2])


def _middle(p: Point, q: Point) -> Point:
    lon, lat = p[0] / DEGREE, p[1] / DEGREE
    azimuth, _, length = GEOD.inv(lon, lat, q[0] / DEGREE, q[1] / DEGREE)
    lon, lat, _ = GEOD.fwd(lon, lat, azimuth, length / 2)
    return round(lon * DEGREE), round(lat * DEGREE)


def _unplaced(names: Sequence[str], where: str) -> Invalid:
    shown = ", ".join(dict.fromkeys(names))
    wanted = (
        "points with coordinates; or lines beside the messages that place the names, such as "
        "EGLL 5129N00028W (there is no navigation database)"
    )
    return Invalid("fpl.unplaced", where, shown, wanted)
