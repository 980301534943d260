"""Places, levels and times in the words of a notice, each holding at least what it is said for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from wideberth.errors import Invalid
from wideberth.formats.arealists import enclosing
from wideberth.formats.notam.qline import WHOLE_FIR
from wideberth.formats.notam.validity import MINUTE
from wideberth.formats.times import to_rfc3339
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.flatten import to_geodesic
from wideberth.space.ground import Circle, Corridor, Ground, Point, Polygon, collapse
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume
from wideberth.space.within import within

VERTEX_LIMIT = 200
"""Positions of one notice (a judgement: more are not read by people)."""
WHOLE_CENTURY = (946_684_800_000, 4_102_444_799_000)
"""POSIX ms of the years 2000 to 2099, which two figures name."""

HOLES = "holes of areas are not left out"
CIRCLED = "an area that its rounded positions would not make is drawn as a circle around it"

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_HIGHEST = 998
_SLOPE = 5, 4
"""A pad is of true height, a flight level of pressure: a level is moved by this times the pad."""


def position(point: Point) -> str:
    """`333036.12N 0361530.00E`, to the nearest hundredth of a second."""
    lon, lat = point
    return f"{_angle(abs(lat), 2)}{'S' if lat < 0 else 'N'} {_angle(abs(lon), 3)}{'W' if lon < 0 else 'E'}"


def _angle(value: int, wide: int) -> str:
    hundredths = (value * 360_000 + DEGREE // 2) // DEGREE
    seconds, fraction = divmod(hundredths, 100)
    return f"{seconds // 3600:0{wide}d}{seconds // 60 % 60:02d}{seconds % 60:02d}.{fraction:02d}"


def _length(length: int) -> str:
    """Metres, upwards."""
    metres = max(1, -(-length // METRE))
    return f"{metres}M" if metres < 1_000_000 else f"{-(-metres // 1000)}KM"


def areas_said(ground: Ground, pad: int, where: str) -> list[tuple[str, Ground, int, str]]:
    """The ground with its pad (0.1 mm) as texts, each with the ground and pad it is about, and a note.

    Raises: Invalid (`notam.cannot_say`, `geometry.pole_edge`).
    """
    if isinstance(ground, Circle):
        return [_circle(ground, pad, "")]
    drawn = to_geodesic(ground)
    if isinstance(drawn, Corridor):
        return [_corridor(part, pad + drawn.slack, where) for part in _parts(drawn)]
    assert isinstance(drawn, Polygon)
    return [_polygon(drawn, pad + drawn.slack, where)]


def _circle(circle: Circle, pad: int, note: str) -> tuple[str, Ground, int, str]:
    radius = _length(circle.radius + circle.slack + pad)
    return f"AREA WI {radius} RADIUS CENTRED ON {position(circle.centre)}", circle, pad + circle.slack, note


def _polygon(polygon: Polygon, pad: int, where: str) -> tuple[str, Ground, int, str]:
    ring = polygon.rings[0]
    _check_count(ring, where)
    note = HOLES if len(polygon.rings) > 1 else ""
    said = [position(point) for point in ring]
    if len(set(said)) < len(said):
        return _circle(_around(ring, where), pad, CIRCLED)
    text = f"AREA BOUNDED BY LINES JOINING {' - '.join([*said, said[0]])}"
    if pad:
        text += f" AND {_length(pad)} EITHER SIDE OF THESE LINES"
    return text, Polygon((ring,)), pad, note


def _corridor(corridor: Corridor, pad: int, where: str) -> tuple[str, Ground, int, str]:
    _check_count(corridor.points, where)
    width = corridor.half_width + pad
    said = collapse_words([position(point) for point in corridor.points])
    if len(said) < 2:
        return _circle(_around(corridor.points, where), width, CIRCLED)
    text = f"AREA WI {_length(width)} EITHER SIDE OF LINE JOINING {' - '.join(said)}"
    return text, Corridor(corridor.points, corridor.half_width), pad, ""


def collapse_words(words: Sequence[str]) -> list[str]:
    """The words without repeated neighbours."""
    return [word for i, word in enumerate(words) if not i or word != words[i - 1]]


def _parts(corridor: Corridor) -> Iterator[Corridor]:
    """Pieces whose first position comes again at most as their last: a list of positions ends there."""
    points = collapse(corridor.points)
    part = [points[0]]
    for point in points[1:]:
        part.append(point)
        if len(part) > 2 and position(point) == position(part[0]):
            yield Corridor(tuple(part), corridor.half_width)
            part = [point]
    if len(part) > 1 or len(points) == 1:
        yield Corridor(tuple(part), corridor.half_width)


def _check_count(points: Sequence[Point], where: str) -> None:
    if len(points) > VERTEX_LIMIT:
        wanted = f"at most {VERTEX_LIMIT} in a notice"
        raise Invalid("notam.cannot_say", where, f"{len(points)} positions", wanted)


def _around(points: Sequence[Point], where: str) -> Circle:
    circle = enclosing([(lon / DEGREE, lat / DEGREE) for lon, lat in points])
    if circle is None:
        raise Invalid("notam.cannot_say", where, "an area over 10,000 km across", "a smaller one")
    return circle


def q_circle(ground: Ground, pad: int, where: str) -> str:
    """`3232N03340E009`: centre to the minute and whole NM, so that the circle holds the ground and its pad.

    Beyond 998 NM the radius is 999, which stands for the whole region.
    """
    points = (ground.centre,) if isinstance(ground, Circle) else _points(ground)
    centre = ground.centre if isinstance(ground, Circle) else _around(points, where).centre
    minute = tuple((abs(c) * 60 + DEGREE // 2) // DEGREE * (-1 if c < 0 else 1) for c in centre)
    point = (round(minute[0] * DEGREE / 60), round(minute[1] * DEGREE / 60))
    furthest = max(
        float(GEOD.inv(p[0] / DEGREE, p[1] / DEGREE, point[0] / DEGREE, point[1] / DEGREE)[2]) for p in points
    )
    own = ground.radius if isinstance(ground, Circle) else 0
    own = ground.half_width if isinstance(ground, Corridor) else own
    radius = math.ceil((furthest * METRE + own + pad) / NAUTICAL_MILE)
    while radius < WHOLE_FIR and not within(ground, Circle(point, max(0, radius * NAUTICAL_MILE - pad))):
        radius += 1
    lat, lon = abs(minute[1]), abs(minute[0])
    place = f"{lat // 60:02d}{lat % 60:02d}{'S' if minute[1] < 0 else 'N'}"
    return f"{place}{lon // 60:03d}{lon % 60:02d}{'W' if minute[0] < 0 else 'E'}{min(radius, WHOLE_FIR):03d}"


def _points(ground: Polygon | Corridor) -> tuple[Point, ...]:
    return ground.rings[0] if isinstance(ground, Polygon) else ground.points


def levels_said(volume: Volume, where: str) -> tuple[str, str, int, int]:
    """Items F and G, and the levels of the Q-line, all outwards; pads are taken in.

    Raises: Invalid (`notam.cannot_say`) for datums and heights that notices have no words for.
    """
    lower, upper = volume.lower, volume.upper
    pad = volume.pad.v * _SLOPE[0] // _SLOPE[1] + 1 if volume.pad.v else 0
    low, q_low = _level(lower, -pad, where, rise=False)
    high, q_high = _level(upper, pad, where, rise=True)
    return low, high, q_low, q_high


def _level(limit: Altitude, pad: int, where: str, *, rise: bool) -> tuple[str, int]:
    """A limit and its level in the Q-line, upwards or downwards."""
    if limit.datum == "UNL":
        return "UNL", WHOLE_FIR
    value = limit.value + pad
    if limit.datum == "SFC":
        if not rise or value == 0:
            return ("SFC", 0)
        return f"{-(-value // FOOT)}FT AGL", WHOLE_FIR
    if limit.datum == "HAE":
        raise Invalid("notam.cannot_say", where, "a height above the ellipsoid", "FL, AMSL or AGL")
    if value < 0:
        if limit.value < 0:
            raise Invalid("notam.cannot_say", where, "a level below its zero", "levels from 0 up")
        return "SFC", 0
    level = -(-value // FLIGHT_LEVEL) if rise else value // FLIGHT_LEVEL
    if limit.datum == "FL":
        if level > _HIGHEST:
            return ("UNL", WHOLE_FIR) if rise else (f"FL{_HIGHEST}", _HIGHEST)
        return f"FL{level:03d}", level
    feet = -(-value // FOOT) if rise else value // FOOT
    if limit.datum == "AGL":
        return f"{feet}FT AGL", WHOLE_FIR if rise else 0
    return f"{feet}FT AMSL", min(level, WHOLE_FIR)


def moments(volume: Volume, where: str) -> tuple[int | None, int | None]:
    """Start and end in POSIX ms to the minute outwards, with the pad of time.

    Raises: Invalid (`notam.cannot_say`) outside this century.
    """
    start = None if volume.start is None else (volume.start - volume.pad.t) // MINUTE * MINUTE
    end = None if volume.end is None else -(-(volume.end + volume.pad.t) // MINUTE) * MINUTE
    for moment in (start, end):
        if moment is not None and not WHOLE_CENTURY[0] <= moment <= WHOLE_CENTURY[1]:
            raise Invalid("notam.cannot_say", where, f"{moment} ms", "times in the years 2000 to 2099")
    return start, end


def ten_figures(moment: int) -> str:
    """`2604060046` of POSIX ms."""
    text = to_rfc3339(moment)
    return text[2:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16]


def window_said(start: int, end: int) -> str:
    """`APR 06 0046-0532`, or `APR 30 2000-MAY 01 1000` where it ends on another day."""
    (day, begin), (last, finish) = _day(start), _day(end)
    return f"{day} {begin}-{finish}" if day == last else f"{day} {begin}-{last} {finish}"


def _day(moment: int) -> tuple[str, str]:
    figures = ten_figures(moment)
    return f"{_MONTHS[int(figures[2:4]) - 1]} {figures[4:6]}", figures[6:]
