"""What else a changed plan must keep to: a ceiling, the surface, allotments, the area of an agreement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wideberth.conflict.offer import FIXED, Constraints, Limits, raised
from wideberth.conflict.shift import Grid
from wideberth.model.plan import Plan
from wideberth.space.altitude import Altitude, Datum
from wideberth.space.ground import Corridor
from wideberth.space.volume import Volume
from wideberth.space.widen import UNBOUNDED
from wideberth.space.within import within

Mask = NDArray[np.bool_]
_MEANT: dict[Datum, tuple[Datum, ...]] = {"MSL/ALT": ("MSL", "ALT", "MSL/ALT")}


def measurable(plan: Plan, limits: Limits) -> bool:
    """Whether the ceiling is stated in the datum of every upper limit, or in none."""
    if limits.ceiling_datum is None:
        return True
    meant = _MEANT.get(limits.ceiling_datum, (limits.ceiling_datum,))
    return all(volume.upper.datum in meant for volume in plan.volumes)


def heights(plan: Plan, limits: Limits, over: Grid) -> Mask:
    """Steps of altitude that stay below the ceiling, and not below the zero of the lower limits' datums."""
    highest = max(volume.upper.value for volume in plan.volumes)
    lowest = min(volume.lower.value for volume in plan.volumes)
    by = _shifts(over)
    return (highest + by <= limits.ceiling) & ((by >= 0) | (lowest + by >= 0))


def times(plan: Plan, limits: Limits, over: Grid) -> Mask:
    """Steps of time that do not bring a plan that has not begun to before now."""
    begins = min(-UNBOUNDED if volume.start is None else volume.start for volume in plan.volumes)
    by = _shifts(over)
    if limits.now is None or begins < limits.now:
        return np.ones(over.shape, dtype=bool)
    return np.asarray(begins + by >= limits.now)


def allotted_times(plan: Plan, constraints: Constraints, over: Grid) -> Mask:
    """Steps of time after which each volume lies inside an allotment."""
    by, found = _shifts(over), np.ones(over.shape, dtype=bool)
    for volume in plan.volumes if constraints.keep_within else ():
        start, end = _window(volume)
        inside = np.zeros(over.shape, dtype=bool)
        for allotment in constraints.keep_within:
            if _ground_in(volume, allotment) and _height_in(volume, allotment, 0):
                begin, until = _window(allotment)
                inside |= (start + by >= begin) & (end + by <= until)
        found &= inside
    return found


def allotted_heights(plan: Plan, constraints: Constraints, over: Grid) -> Mask:
    """Steps of altitude after which each volume lies inside an allotment."""
    by, found = _shifts(over), np.ones(over.shape, dtype=bool)
    for volume in plan.volumes if constraints.keep_within else ():
        inside = np.zeros(over.shape, dtype=bool)
        for allotment in constraints.keep_within:
            if _ground_in(volume, allotment) and _time_in(volume, allotment):
                inside |= np.array([_height_in(volume, allotment, step) for step in by.tolist()])
        found &= inside
    return found


def allowed(plan: Plan, constraints: Constraints) -> bool:
    """Whether each volume lies inside an allotment and inside the area, where there are any."""
    return all(
        _in_area(volume, constraints) and (not constraints.keep_within or _in_one(volume, constraints))
        for volume in plan.volumes
    )


def _in_area(volume: Volume, constraints: Constraints) -> bool:
    return constraints.area is None or within(volume.ground, constraints.area)


def _in_one(volume: Volume, constraints: Constraints) -> bool:
    return any(
        _height_in(volume, allotment, 0) and _time_in(volume, allotment) and _ground_in(volume, allotment)
        for allotment in constraints.keep_within
    )


def _ground_in(volume: Volume, allotment: Volume) -> bool:
    """As far as is certain: of what lies in a corridor nothing is."""
    ground = allotment.ground
    return not isinstance(ground, Corridor) and within(volume.ground, ground)


def _time_in(volume: Volume, allotment: Volume) -> bool:
    (start, end), (begin, until) = _window(volume), _window(allotment)
    return begin <= start and end <= until


def _height_in(volume: Volume, allotment: Volume, by: int) -> bool:
    """Compared as they stand where the datum is the same; SFC and UNL of an allotment hold all."""
    low, high = raised(volume.lower, by), raised(volume.upper, by)
    return _above(low, allotment.lower) and _above(allotment.upper, high)


def _above(upper: Altitude, lower: Altitude) -> bool:
    if lower.datum == "SFC" or upper.datum == "UNL":
        return True
    return upper.datum == lower.datum and upper.datum not in FIXED and upper.value >= lower.value


def _window(volume: Volume) -> tuple[int, int]:
    return (
        -UNBOUNDED if volume.start is None else volume.start,
        UNBOUNDED if volume.end is None else volume.end,
    )


def _shifts(over: Grid) -> NDArray[np.int64]:
    return np.arange(over.least, over.most + 1) * over.size
