"""Drafts of navigational warnings: place and times in the words of the Joint Manual on MSI, and nothing else.

A draft is for a coordinator to issue. It says nothing of party, name, activity, label or note, and no
heights: a warning holds from the surface up. What is written holds at least what was there: distances and
times are rounded outwards, positions are good to half of their last digit, and what an area's pad adds
beyond that is written as a margin along its boundary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from wideberth.errors import Invalid
from wideberth.formats.arealists import enclosing
from wideberth.formats.dtg import DAY, MINUTE, MONTHS
from wideberth.formats.format import Writing, Written
from wideberth.formats.raw import Tally
from wideberth.model.plan import Plan
from wideberth.space.ellipsoid import GEOD
from wideberth.space.flatten import to_geodesic
from wideberth.space.ground import Circle, Corridor, Ground, Point, Polygon
from wideberth.space.scan import scan
from wideberth.space.stated import corridor, polygon
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE
from wideberth.space.volume import YEARS, Volume

MOST_CORNERS = 700
"""Positions of one area; one with more is written as the circle around it."""
MOST_PARTS = 26
MOST_WINDOWS = 50
"""Times of one part."""
MOST_LENGTH = 25_000
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
        for chunk in _chunks(_parts(plan, tally)):
            drafts.append(_draft(chunk, plan, len(drafts) + 1, writing.as_of))
    return "\n".join([DRAFT, "", *drafts]).encode("ascii"), tally.notes()


def _parts(plan: Plan, tally: Tally) -> list[str]:
    """Each area of a plan with its times, each once."""
    times: dict[tuple[Ground, int], list[str]] = {}
    for volume in plan.volumes:
        tally.tell(LEVELS, plan.id)
        if volume.band is not None:
            tally.tell(BANDS, plan.id)
        times.setdefault((volume.ground, volume.pad.h), []).append(_when(volume))
    parts: list[str] = []
    for (ground, pad), whens in times.items():
        distinct = list(dict.fromkeys(whens))
        for begin in range(0, len(distinct), MOST_WINDOWS):
            shown = ",\n   ".join(distinct[begin : begin + MOST_WINDOWS])
            parts += [f"{shown}\n   {where}." for where in _where(ground, pad, plan.id, tally)]
    return parts


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


def _where(ground: Ground, pad: int, name: str, tally: Tally) -> list[str]:
    """The words for a ground grown by a pad."""
    if isinstance(ground, Circle):
        return [_within(ground.centre, ground.radius + ground.slack + pad)]
    try:
        plain = to_geodesic(ground)
        if isinstance(plain, Polygon):
            return _area(plain, pad + plain.slack, name, tally)
        assert isinstance(plain, Corridor)
        return [_line(plain.points, plain.half_width + plain.slack + pad)]
    except Invalid:
        tally.tell(AROUND, name)
        return [_around(ground, pad, name)]


def _area(ground: Polygon, pad: int, name: str, tally: Tally) -> list[str]:
    """The area, and a margin along its boundary where what is read of its positions does not hold the pad.

    Raises: Invalid where the area cannot be written as a list of positions.
    """
    if len(ground.rings) > 1:
        tally.tell(HOLES, name)
    ring = _on_grid(ground.rings[0])
    _check_count(len(ring))
    polygon([[_degrees(point) for point in ring]], "geodesic", closed=False)
    shown = _list(ring)
    doubt = max((found.place.doubt for found in scan(shown) if found.place is not None), default=0)
    moved = max(_moved(point) for point in ground.rings[0])
    area = f"IN AREA BOUND BY\n   {shown}"
    return [area] if moved + pad <= doubt else [area, _line([*ground.rings[0], ground.rings[0][0]], pad)]


def _line(line: Sequence[Point], half_width: int) -> str:
    """Raises: Invalid where the line cannot be written as a list of positions."""
    points = _on_grid(line)
    _check_count(len(points))
    if points[0] in points[1:-1]:
        # whoever reads such a list takes it to end where it comes back to its beginning
        wanted = "a line that comes back to its beginning at its end alone"
        raise Invalid("geometry.self_intersection", "", "a line that goes on from its beginning", wanted)
    corridor([_degrees(point) for point in points], 0, "geodesic")
    return f"WITHIN {_miles(half_width)} MILES OF TRACKLINE JOINING\n   {_list(points)}"


def _moved(point: Point) -> int:
    """0.1 mm, at least how far the position that is written lies from the point."""
    (lon, lat), (near_lon, near_lat) = _degrees(point), _degrees((_nearest(point[0]), _nearest(point[1])))
    return math.ceil(float(GEOD.inv(lon, lat, near_lon, near_lat)[2]) * METRE)


def _check_count(count: int) -> None:
    if count > MOST_CORNERS:
        raise Invalid("geometry.too_many_points", "", f"{count:,} positions", f"at most {MOST_CORNERS:,}")


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
