"""Drafts of navigational warnings: place and times, in the words of the Joint Manual on MSI, and nothing else.

A draft is for a coordinator to issue. It says nothing of party, name, activity, label or note, and no heights:
a warning holds from the surface up. What is written holds at least what was there: shapes are grown by
their pads, times are rounded outwards to minutes, positions are good to half of their last digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats.arealists import enclosing
from wideberth.formats.dtg import DAY, MINUTE, MONTHS
from wideberth.formats.format import Writing, Written
from wideberth.formats.raw import Tally
from wideberth.model.plan import Plan
from wideberth.space.flatten import circumscribed, to_geodesic
from wideberth.space.ground import Circle, Corridor, Point, Polygon
from wideberth.space.stated import corridor, polygon
from wideberth.space.units import DEGREE, NAUTICAL_MILE
from wideberth.space.volume import YEARS, Volume

MOST_CORNERS = 1_000
"""Positions of one area; one with more is written as the circle around it."""
MOST_PARTS = 26
MOST_LENGTH = 50_000
"""Characters of the areas of one warning, so that it can be read back."""
STEP = NAUTICAL_MILE // 100
"""Distances are rounded up to 0.01 mile."""
GRID = 6_000
"""Parts of a degree: 0.01 minute."""
_EPOCH = date(1970, 1, 1).toordinal()

DRAFT = "DRAFT, NOT IN FORCE. TO BE CHECKED, NUMBERED AND ISSUED BY A COORDINATOR."
LEVELS = "heights are left out: a warning holds from the surface up"
BANDS = "frequency bands are left out: an emission is written as any operation"
AROUND = "a shape of many corners, very small or very large, was written as the circle around it"
HOLES = "holes are left out: the area is written without them"
EMPTY = "a plan without volumes is left out"


def write(plans: Sequence[Plan], writing: Writing) -> Written:
    """One draft a plan, or several where it has many areas.

    Raises: Invalid (`navwarn.too_large`) for a shape that no circle of 5,000 km holds.
    """
    tally = Tally()
    drafts: list[str] = []
    for plan in plans:
        if not plan.volumes:
            tally.tell(EMPTY, plan.id)
        parts = [_part(volume, plan.id, tally) for volume in plan.volumes]
        for chunk in _chunks(list(dict.fromkeys(parts))):
            drafts.append(_draft(chunk, plan, len(drafts) + 1, writing.as_of))
    text = f"{DRAFT}\n\n" + "\n".join(drafts)
    return text.encode("ascii"), tally.notes()


def _chunks(parts: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for part in parts:
        if not found or len(found[-1]) == MOST_PARTS or sum(map(len, found[-1])) + len(part) > MOST_LENGTH:
            found.append([])
        found[-1].append(part)
    return found


def _draft(parts: list[str], plan: Plan, number: int, as_of: int) -> str:
    year = _calendar(as_of).year % 100
    lines = [f"{_stamp(_minute(as_of, up=False))}", f"NAVIGATIONAL WARNING DRAFT {number}/{year:02d}."]
    if len(parts) == 1:
        lines.append(f"1. HAZARDOUS OPERATIONS {parts[0]}")
    else:
        lines.append("1. HAZARDOUS OPERATIONS:")
        lines += [f"   {chr(ord('A') + n)}. {part}" for n, part in enumerate(parts)]
    ends = [volume.end for volume in plan.volumes]
    known = [end + volume.pad.t for end, volume in zip(ends, plan.volumes, strict=True) if end is not None]
    if len(known) == len(ends):
        last = _minute(min(max(known) + 60 * MINUTE, YEARS[1]), up=True)
        lines.append(f"2. CANCEL THIS MSG {_stamp(last)}.")
    return "\n".join(lines) + "\n"


def _part(volume: Volume, name: str, tally: Tally) -> str:
    """Times and place of a volume."""
    tally.tell(LEVELS, name)
    if volume.band is not None:
        tally.tell(BANDS, name)
    return f"{_when(volume)}\n   {_where(volume, name, tally)}."


def _when(volume: Volume) -> str:
    start = None if volume.start is None else _minute(max(volume.start - volume.pad.t, YEARS[0]), up=False)
    end = None if volume.end is None else _minute(min(volume.end + volume.pad.t, YEARS[1]), up=True)
    if start is None:
        return f"IN PROGRESS UNTIL {'FURTHER NOTICE' if end is None else _stamp(end)}"
    return (
        f"FROM {_stamp(start)} UNTIL FURTHER NOTICE" if end is None else f"{_stamp(start)} TO {_stamp(end)}"
    )


def _minute(moment: int, up: bool) -> int:
    whole = moment // MINUTE * MINUTE
    return whole + MINUTE if up and whole != moment and whole + MINUTE <= YEARS[1] else whole


def _calendar(moment: int) -> date:
    return date.fromordinal(moment // DAY + _EPOCH)


def _stamp(moment: int) -> str:
    """`171016Z JUL 2026`."""
    day, clock = _calendar(moment), moment % DAY // MINUTE
    return f"{day.day:02d}{clock // 60:02d}{clock % 60:02d}Z {MONTHS[day.month - 1]} {day.year:04d}"


def _where(volume: Volume, name: str, tally: Tally) -> str:
    ground, pad = volume.ground, volume.pad.h
    if isinstance(ground, Circle):
        return _within(ground.centre, ground.radius + ground.slack + pad)
    try:
        if isinstance(ground, Corridor):
            return _line(ground, pad)
        return _area(ground, pad, name, tally)
    except Invalid:
        tally.tell(AROUND, name)
        return _around(ground, pad, name)


def _area(ground: Polygon, pad: int, name: str, tally: Tally) -> str:
    """Raises: Invalid where the area cannot be written as a list of positions."""
    drawn = circumscribed(structs.replace(ground, slack=ground.slack + pad))
    if len(drawn.rings) > 1:
        tally.tell(HOLES, name)
    ring = _on_grid(drawn.rings[0])
    _check_count(len(ring), name)
    polygon([[_degrees(point) for point in ring]], "geodesic", closed=False)
    return f"IN AREA BOUND BY\n   {_list(ring)}"


def _line(ground: Corridor, pad: int) -> str:
    """Raises: Invalid where the line cannot be written as a list of positions."""
    straight = to_geodesic(ground)
    assert isinstance(straight, Corridor)
    points = _on_grid(straight.points)
    _check_count(len(points), "")
    corridor([_degrees(point) for point in points], 0, "geodesic")
    width = _miles(straight.half_width + straight.slack + pad)
    return f"WITHIN {width} MILES OF TRACKLINE JOINING\n   {_list(points)}"


def _check_count(count: int, path: str) -> None:
    if count > MOST_CORNERS:
        raise Invalid("geometry.too_many_points", path, f"{count:,} positions", f"at most {MOST_CORNERS:,}")


def _around(ground: Polygon | Corridor, pad: int, name: str) -> str:
    """The circle around a shape. Raises: Invalid (`navwarn.too_large`)."""
    wide = ground.half_width if isinstance(ground, Corridor) else 0
    try:
        plain = to_geodesic(ground)
    except Invalid as error:
        raise _too_large(name) from error
    assert not isinstance(plain, Circle)
    points = plain.points if isinstance(plain, Corridor) else plain.rings[0]
    around = enclosing([_degrees(point) for point in points])
    if around is None:
        raise _too_large(name)
    return _within(around.centre, around.radius + plain.slack + wide + pad)


def _too_large(name: str) -> Invalid:
    return Invalid(
        "navwarn.too_large", name, "a shape over 5,000 km", "shapes that a circle of 5,000 km holds"
    )


def _within(centre: Point, radius: int) -> str:
    return f"WITHIN {_miles(radius)} MILES OF\n   {_position(centre)}"


def _miles(length: int) -> str:
    steps = max(1, -(-length // STEP))
    return f"{steps // 100}.{steps % 100:02d}"


def _on_grid(points: Sequence[Point]) -> list[Point]:
    """Positions of 0.01 minute, without repeated neighbours."""
    kept: list[Point] = []
    for lon, lat in points:
        near = _nearest(lon), _nearest(lat)
        if not kept or kept[-1] != near:
            kept.append(near)
    return kept


def _nearest(value: int) -> int:
    return round(round(value * GRID / DEGREE) * DEGREE / GRID)


def _degrees(point: Point) -> tuple[float, float]:
    return point[0] / DEGREE, point[1] / DEGREE


def _list(points: Sequence[Point]) -> str:
    shown = [_position(point) for point in points]
    return ",\n   ".join(", ".join(shown[i : i + 2]) for i in range(0, len(shown), 2))


def _position(point: Point) -> str:
    """`33-30.60N 036-15.50E`."""
    lon, lat = point
    return f"{_angle(lat, 2)}{'S' if lat < 0 else 'N'} {_angle(lon, 3)}{'W' if lon < 0 else 'E'}"


def _angle(value: int, digits: int) -> str:
    parts = math.floor(abs(value) * GRID / DEGREE + 0.5)
    return f"{parts // GRID:0{digits}d}-{parts % GRID // 100:02d}.{parts % 100:02d}"
