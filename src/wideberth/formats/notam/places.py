"""Where a notice holds: the areas of item E, else its Q-line circle, or both where that is not certain."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import areatext
from wideberth.formats.areatext import AreaText
from wideberth.formats.notam.items import Items
from wideberth.formats.notam.qline import WHOLE_FIR, QLine
from wideberth.formats.notam.subjects import concerns_airspace
from wideberth.space.ellipsoid import GEOD
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Ground, Point
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE

POINT_RADIUS = NAUTICAL_MILE
"""Around a position that comes without radius and without Q-line circle."""

UNION = "the area of the text is not certain: the circle of the Q-line is added"
OUTSIDE = "the area of the text reaches beyond the circle of the Q-line"
APART = "an area of the text and the circle of the Q-line are apart: one of them is wrong, both are taken"
CIRCLE = "no area in the text: the circle of the Q-line is taken, half a minute wider"
BESIDE = "positions beside the areas of a text are taken as points"
POINT = "a position without radius gets one of 1 NM"
NO_PLACE = "a notice without a place makes no plan"
PART = "a part of a notice: what its other parts say is not in it"


class Places(Struct, frozen=True):
    """The grounds of a notice (none: it has no place), the doubt of their positions, and what was decided."""

    grounds: tuple[Ground, ...]
    doubt: int = 0
    told: tuple[str, ...] = ()


def places(items: Items, q: QLine, radius: int | None) -> Places:
    """The grounds of a notice; `radius` (0.1 mm) goes around positions that have none.

    Raises: Invalid (`notam.no_place` for a notice about airspace, `notam.uncertain`, `areatext.too_long`).
    """
    path = f"{items.where}, item E"
    found = areatext.areas(items.e, path)
    circle = q.circle()
    told = list(found.told)
    if items.part:
        told.append(PART)
    sure = found.sure and not items.part
    told += [f"a position that cannot be: {fault.found}" for fault in found.faults]
    if found.grounds and found.points:
        told.append(BESIDE)
    if found.grounds:
        grounds = (*found.grounds, *found.lines, *(Circle(point, radius or 0) for point in found.points))
        if not sure and circle is None:
            raise _uncertain(path, told)
        if circle is None:
            return Places(grounds, found.doubt, tuple(told))
        if not sure:
            return Places((*grounds, circle), found.doubt, (*told, UNION))
        if any(_leaves(ground, circle, found.doubt) for ground in found.grounds):
            told.append(OUTSIDE)
            if _apart(found.grounds, circle, found.doubt):
                return Places((*grounds, circle), found.doubt, (*told, APART))
        return Places(grounds, found.doubt, tuple(told))
    if circle is not None:
        told.append(CIRCLE)
        far: list[Ground] = [Circle(point, radius or 0) for point in found.points if not _in(point, circle)]
        far += [line for line in found.lines if not all(_in(point, circle) for point in line.points)]
        if far:
            told.append(OUTSIDE)
        return Places((circle, *far), found.doubt if far else 0, tuple(told))
    if not sure and (found.points or found.faults or areatext.LEFT_OVER in told):
        raise _uncertain(path, told)
    return _alone(items, q, radius, found, told)


def _alone(items: Items, q: QLine, radius: int | None, found: AreaText, told: list[str]) -> Places:
    """Positions without area and circle. Raises: Invalid (`notam.no_place`)."""
    if found.points and q.radius == WHOLE_FIR and concerns_airspace(q.code):
        raise _nowhere(items, q)
    if found.points:
        if radius is None:
            told.append(POINT)
        around = radius if radius is not None else POINT_RADIUS
        wide = [Corridor(line.points, around) for line in found.lines]
        return Places((*wide, *(Circle(point, around) for point in found.points)), found.doubt, tuple(told))
    if concerns_airspace(q.code):
        raise _nowhere(items, q)
    return Places((), 0, (*told, NO_PLACE))


def _uncertain(path: str, told: list[str]) -> Invalid:
    wanted = "an area that can be read, or a circle in the Q-line"
    return Invalid("notam.uncertain", path, "; ".join(told), wanted)


def _nowhere(items: Items, q: QLine) -> Invalid:
    what = f"radius {WHOLE_FIR}: the whole region" if q.radius == WHOLE_FIR else "no position"
    wanted = "a circle in the Q-line, or an area in item E"
    return Invalid("notam.no_place", f"{items.where}, item Q", what, wanted)


def _in(point: Point, circle: Circle) -> bool:
    lon, lat = circle.centre
    away = GEOD.inv(point[0] / DEGREE, point[1] / DEGREE, lon / DEGREE, lat / DEGREE)[2]
    return float(away) * METRE < circle.radius


def _apart(grounds: tuple[Ground, ...], circle: Circle, doubt: int) -> bool:
    """Whether an area has nothing in common with a circle."""
    shapes = compile_shapes([circle, *grounds])
    others = np.arange(1, len(grounds) + 1)
    found = gaps(shapes, np.zeros_like(others), others, np.full(len(others), doubt / METRE + 1))
    return bool((found.lower > doubt / METRE).any())


def _leaves(ground: Ground, circle: Circle, doubt: int) -> bool:
    """Whether an area reaches beyond a circle, by more than its own doubt and 100 m.

    A circle of less than a quarter of the Earth holds the geodesic between any two of its points: vertices
    decide.
    """
    points, width = _frame(ground)
    lon, lat = (np.array([point[axis] for point in points]) / DEGREE for axis in (0, 1))
    lon0, lat0 = (np.full(len(points), c / DEGREE) for c in circle.centre)
    away = GEOD.inv(lon, lat, lon0, lat0)[2]
    return float(np.max(away)) * METRE + width > circle.radius + doubt + 100 * METRE


def _frame(ground: Ground) -> tuple[tuple[Point, ...], int]:
    """Vertices or centre of a ground, and how far it reaches around them (0.1 mm)."""
    if isinstance(ground, Circle):
        return (ground.centre,), ground.radius
    if isinstance(ground, Corridor):
        return ground.points, ground.half_width
    return ground.rings[0], 0
