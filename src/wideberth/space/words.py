"""Words about a place against its geometry: "12 km south of X", "NE of X", "at X", "northern X".

Judgements, as people speak: `north of` reaches 60° to either side, `north-east of` 45°, `NNE of` 34°; a
stated distance is good to a quarter of itself, and to 1 km at least; `at` is within 2 km, `near` and `in`
within 10 km of a place that is known as a point. The doubts of the place are always granted on top.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Point, Polygon
from wideberth.space.nearest import POINTS, Near, Towns, between, compass, named
from wideberth.space.place import Place
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, METRE

FRACTION = 0.25
LEAST = 1_000.0
CLOSE = {"at": 2_000.0, "near": 10_000.0, "in": 10_000.0}
"""Metres from a point."""
MIDDLE = 0.2
"""Part of a region's half extent about its middle that lies in none of its sides."""
LONGEST = 1_000
"""Characters of words that are looked at."""
AROUND = 300_000.0
"""Metres: a town farther away than this is not the one that is meant."""
LONG_NAME = 6
"""Words of a name, at most."""


class Named(Struct, frozen=True):
    """A name that both parties know, with its point, and its area where it has one."""

    name: str
    point: Point
    area: Polygon | Circle | None = None


_HALF = {"north": "N", "south": "S", "east": "E", "west": "W"}
_LONG = {
    **_HALF,
    **{
        f"{a}{gap}{b}": (_HALF[a] + _HALF[b])
        for a in ("north", "south")
        for b in ("east", "west")
        for gap in ("", "-", " ")
    },
    **{point.lower(): point for point in POINTS},
}
_WAY = "|".join(sorted(_LONG, key=len, reverse=True))
_REACH = {1: 60.0, 2: 45.0, 3: 34.0}
_UNITS = {"km": 1_000.0, "kilometres": 1_000.0, "kilometers": 1_000.0, "m": 1.0, "metres": 1.0, "meters": 1.0}
_UNITS |= {"nm": 1_852.0, "nmi": 1_852.0, "mi": 1_609.344, "miles": 1_609.344}
_OF = re.compile(
    rf"(?:(?<![\d.,])(\d{{1,6}}(?:[.,]\d{{1,3}})?) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))}) )?"
    rf"(?:to the )?\b({_WAY}) of (?:the )?"
)
_SIDE = re.compile(rf"\b({_WAY})(?:ern)? (?:part of )?(?:the )?")
_CLOSE = re.compile(r"\b(at|near|in) (?:the )?")
_DISTANCE = re.compile(
    rf"(?<![\d.,])(\d{{1,6}}(?:[.,]\d{{1,3}})?) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r" from (?:the )?"
)


def meant(words: str, known: Sequence[Named], towns: Towns, point: Point) -> tuple[Named, ...]:
    """The towns that words about a place may name: the nearest of each name that is not `known` already."""
    text = words.casefold().split()[:LONGEST]
    runs = {
        " ".join(text[i:j]).strip(".,;")
        for i in range(len(text))
        for j in range(i + 1, min(i + LONG_NAME, len(text) + 1))
    }
    runs -= {each.name.casefold() for each in known}
    first: dict[str, Near] = {}
    for each in named(towns, sorted(runs), point, AROUND):
        first.setdefault(each.name.casefold(), each)
    return tuple(Named(each.name, each.point) for each in first.values())


def disagreements(where: Place, words: str, names: Sequence[Named]) -> list[str] | None:
    """A sentence for each statement of the words that the place does not agree with.

    None where nothing in the words could be compared: no known name, or nothing said about it.
    """
    text = " ".join(words.casefold().split())[:LONGEST]
    known = sorted(names, key=lambda each: -len(each.name))
    found: list[str] = []
    compared = 0
    taken: list[tuple[int, int]] = []
    for pattern in (_OF, _DISTANCE, _SIDE, _CLOSE):
        for match in pattern.finditer(text):
            one = _name_at(text, match.end(), known)
            if one is None or any(a < match.end() and match.start() < b for a, b in taken):
                continue
            taken.append(match.span())
            compared += 1
            found += _one(where, pattern, match, one)
    return found if compared else None


def _name_at(text: str, start: int, known: Sequence[Named]) -> Named | None:
    """The longest known name that stands there as a whole word."""
    for each in known:
        name = " ".join(each.name.casefold().split())
        if (
            name
            and text.startswith(name, start)
            and not text[start + len(name) : start + len(name) + 1].isalnum()
        ):
            return each
    return None


def _one(where: Place, pattern: re.Pattern[str], match: re.Match[str], known: Named) -> list[str]:
    if pattern is _OF:
        return _direction(where, _LONG[match[3]], known) + (
            _distance(where, match, known) if match[1] else []
        )
    if pattern is _DISTANCE:
        return _distance(where, match, known)
    if pattern is _SIDE:
        return _side(where, _LONG[match[1]], known)
    return _close(where, match[1], known)


def _off(bearing: float, way: str) -> float:
    """Degrees between a bearing and a point of the compass."""
    return abs((bearing - POINTS.index(way) * 22.5 + 180) % 360 - 180)


def _away(where: Place, known: Named) -> str:
    distance, bearing = between(known.point, where.point)
    return f"the place is {kilometres(distance)} {compass(bearing)} of {known.name}"


def kilometres(metres: float) -> str:
    """A distance for people."""
    return f"{metres:,.0f} m" if metres < 1_000 else f"{metres / 1_000:,.1f} km"


def _direction(where: Place, way: str, known: Named) -> list[str]:
    """North of X: the bearing from X, or from the middle of its area."""
    distance, bearing = between(known.point, where.point)
    doubt = where.doubt / METRE
    slack = math.degrees(math.asin(min(1.0, doubt / distance))) if distance > doubt else 180.0
    if _off(bearing, way) <= _REACH[len(way)] + slack:
        return []
    return [f"the words say {way} of {known.name}, but {_away(where, known)}"]


def _distance(where: Place, match: re.Match[str], known: Named) -> list[str]:
    """12 km from X: from its point, or its area."""
    said = float(match[1].replace(",", ".")) * _UNITS[match[2]]
    nearest, furthest = _from(where, known)
    grant = max(said * FRACTION, LEAST)
    if nearest - grant <= said <= furthest + grant:
        return []
    return [f"the words say {match[1]} {match[2]} from {known.name}, but {_away(where, known)}"]


def _from(where: Place, known: Named) -> tuple[float, float]:
    """How near and how far the place may be from what is named, in metres, doubts granted."""
    doubt = where.doubt / METRE
    distance = between(known.point, where.point)[0]
    nearest = _gap(where, known.area) if known.area is not None else distance - doubt
    return nearest, distance + doubt


def _gap(where: Place, area: Polygon | Circle) -> float:
    """Metres from what the place may be to the area; 0 where it may lie in it."""
    shapes = compile_shapes([Circle(where.point, where.doubt), area])
    return max(0.0, float(gaps(shapes, np.array([0]), np.array([1]), np.array([2e7])).lower[0]))


def _close(where: Place, word: str, known: Named) -> list[str]:
    """At, near, in X."""
    grant = CLOSE[word] if known.area is None or word == "near" else 0.0
    if _from(where, known)[0] <= grant:
        return []
    return [f"the words say {word} {known.name}, but {_away(where, known)}"]


def _side(where: Place, way: str, known: Named) -> list[str]:
    """Northern X: in X, and on that side of its middle as its extent measures it."""
    if known.area is None:
        return (
            []
            if _from(where, known)[0] <= CLOSE["in"]
            else [f"the words say {way} of {known.name}, but {_away(where, known)}"]
        )
    if _gap(where, known.area) > 0:
        return [f"the words say a part of {known.name}, but {_away(where, known)}, outside it"]
    west, south, east, north = _extent(known.area)
    x = ((where.point[0] - (west + east) / 2 + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE) / (
        (east - west) / 2
    )
    y = (where.point[1] - (south + north) / 2) / ((north - south) / 2)
    bearing = math.degrees(math.atan2(x, y)) % 360
    doubt = where.doubt / METRE / (LEAST_DEGREE * min(east - west, north - south) / 2 / DEGREE)
    far = math.hypot(x, y)
    slack = math.degrees(math.asin(min(1.0, doubt / far))) if far > doubt else 180.0
    if far >= MIDDLE and _off(bearing, way) <= _REACH[len(way)] + slack:
        return []
    if far < MIDDLE:
        return [f"the words say the {way} of {known.name}, but the place is in its middle"]
    side = compass(round(bearing / 45) * 45)
    return [f"the words say the {way} of {known.name}, but the place is in its {side}"]


LEAST_DEGREE = 50_000.0
"""Metres that a degree has at least where regions with names lie (longitude at 63°), for the doubt."""


def middle(area: Polygon | Circle) -> Point:
    """The middle of an area's extent, (lon, lat) in 1e-7 degrees."""
    west, south, east, north = _extent(area)
    lon = round((west + east) / 2 + 180 * DEGREE) % (360 * DEGREE) - 180 * DEGREE
    return lon, round((south + north) / 2)


def _extent(area: Polygon | Circle) -> tuple[float, float, float, float]:
    """West, south, east, north in 1e-7 degrees; east lies beyond 180° where the area crosses it."""
    if isinstance(area, Circle):
        high = area.radius / METRE / 111_000 * DEGREE
        wide = high / max(0.05, math.cos(math.radians(area.centre[1] / DEGREE)))
        lon, lat = area.centre
        return lon - wide, lat - high, lon + wide, lat + high
    ring = area.rings[0]
    first = ring[0][0]
    turn = 360 * DEGREE
    lons = [first + (lon - first + turn // 2) % turn - turn // 2 for lon, _ in ring]
    lats = [lat for _, lat in ring]
    return min(lons), min(lats), max(lons), max(lats)
