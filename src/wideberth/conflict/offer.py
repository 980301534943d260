"""A change of one plan that clears all its known conflicts, and the bounds within which it is looked for."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import FOOT, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume, check_volume

MINUTE = 60 * SECOND
HUNDRED_FEET = 100 * FOOT
"""0.1 mm. Offers are whole minutes and whole hundreds of feet."""

Exact = Literal["delay", "advance", "climb", "descend"]
EXACT: tuple[Exact, ...] = ("delay", "advance", "climb", "descend")
Change = Literal[
    "delay",
    "advance",
    "climb",
    "descend",
    "sidestep",
    "trim",
    "delay and climb",
    "delay and descend",
    "advance and climb",
    "advance and descend",
]
FIXED = ("SFC", "UNL")
"""Limits that do not move with the rest."""


class Limits(Struct, frozen=True):
    """How far changes are looked for; 0 leaves a change out.

    `delay`, `advance` in ms, `climb`, `descend`, `sidestep` in 0.1 mm. No upper limit is moved to above
    `ceiling` (0.1 mm), counted in the datum in which it is stated, or only in `ceiling_datum` where that is
    set. A plan that has not begun by `now` (POSIX ms) is not advanced to before it.
    """

    delay: int = 360 * MINUTE
    advance: int = 360 * MINUTE
    climb: int = 200 * HUNDRED_FEET
    descend: int = 200 * HUNDRED_FEET
    ceiling: int = 600 * HUNDRED_FEET
    ceiling_datum: Datum | None = None
    sidestep: int = 20 * NAUTICAL_MILE
    now: int | None = None


class Constraints(Struct, frozen=True):
    """What a changed plan must keep to beside its separation from other plans.

    No volume of it may overlap one of `keep_out` (holds, sites) in ground, altitude and time. Where
    `keep_within` (allotments) has any, each volume must lie inside one of them, as far as is certain:
    altitudes of other datums are not. A sidestep must end inside `area`.
    """

    keep_out: tuple[Volume, ...] = ()
    keep_within: tuple[Volume, ...] = ()
    area: Polygon | Circle | None = None


class Offer(Struct, frozen=True):
    """`plan` is (party, id), `by_t` in ms, `by_v` (up or down) and `by_h` in 0.1 mm, none negative.

    `bearing` in degrees is that of a sidestep, `volumes` are the positions in `Plan.volumes` that change, and
    `after` is the plan as it would be. Of a trim `by_t` and `by_v` are the most that is cut off one volume.
    """

    plan: tuple[str, str]
    change: Change
    volumes: tuple[int, ...]
    after: Plan
    by_t: int = 0
    by_v: int = 0
    by_h: int = 0
    bearing: int | None = None


def shifted(plan: Plan, by_t: int, by_v: int) -> Plan | None:
    """The plan with all its volumes `by_t` ms later and `by_v` (0.1 mm) higher; None where that is no plan.

    A missing start or end stays missing, SFC and UNL stay.
    """
    moved = tuple(
        structs.replace(
            volume,
            lower=raised(volume.lower, by_v),
            upper=raised(volume.upper, by_v),
            start=None if volume.start is None else volume.start + by_t,
            end=None if volume.end is None else volume.end + by_t,
        )
        for volume in plan.volumes
    )
    try:
        for volume in moved:
            check_volume(volume)
    except Invalid:
        return None
    return structs.replace(plan, volumes=moved)


def raised(limit: Altitude, by: int) -> Altitude:
    """The limit so much higher, in its own datum."""
    return limit if limit.datum in FIXED else Altitude(limit.datum, limit.value + by)


def bounded(plan: Plan) -> bool:
    """Whether a plan can be moved in time: every volume of it begins and ends."""
    return all(volume.start is not None and volume.end is not None for volume in plan.volumes)


def floating(plan: Plan) -> bool:
    """Whether a plan can be moved up or down as a whole: no limit of it is SFC or UNL."""
    return all(volume.lower.datum not in FIXED and volume.upper.datum not in FIXED for volume in plan.volumes)
