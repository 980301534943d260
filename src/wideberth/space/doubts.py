"""What gives reason to ask again before a place is used. A doubt is told, it never changes the place.

Pure: the same question can be put where a place is sent and where it is received.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from wideberth.space.ground import Circle, Point, Polygon
from wideberth.space.nearest import between, compass
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE
from wideberth.space.within import within
from wideberth.space.words import Named, disagreements, kilometres

Kind = Literal[
    "apart",
    "coarse",
    "datum",
    "not_a_pin",
    "outside",
    "own_position",
    "sign",
    "swapped",
    "whole_degree",
    "words",
    "words_unchecked",
    "zero",
]

OWN_MARGIN = 500 * METRE
"""Judgement: a place this near to one's own position, beyond the doubts, may be that position by mistake."""
NEAR = 100_000.0
"""Metres: a reading this near to another known place makes sense."""
FARTHER = 5.0
"""So many times farther must the place be from the known place than its other reading is."""
AROUND_ZERO = DEGREE // 1_000


class Doubt(Struct, frozen=True):
    """Its kind, and a sentence for people."""

    kind: Kind
    text: str


def doubts(
    where: Place,
    *,
    own: Place | None = None,
    area: Polygon | Circle | None = None,
    separation: int | None = None,
    words: str = "",
    named: Sequence[Named] = (),
    second: Place | None = None,
) -> tuple[Doubt, ...]:
    """The doubts about a place.

    Args:
        where: the place as read.
        own: one's own position, which the place should not be.
        area: where places are expected.
        separation: the horizontal minimum in 0.1 mm that the place will be used with.
        words: what was said about the place, e.g. `12 km south of X`.
        named: what is known by name.
        second: the same place as somebody else, or another notation, states it.
    """
    found = [*_itself(where), *_coarse(where, separation), *_own(where, own), *_outside(where, area)]
    found += _other_readings(where, area, second)
    if second is not None:
        found += _apart(where, second)
    if words.strip():
        sentences = disagreements(where, words, named)
        if sentences is None:
            text = "the words name nothing that is known here, so they were not compared with the place"
            found.append(Doubt("words_unchecked", text))
        else:
            found += [Doubt("words", sentence) for sentence in sentences]
    return tuple(found)


def _itself(where: Place) -> list[Doubt]:
    """What the place alone gives reason to ask."""
    found = []
    if where.datum == "unknown":
        found.append(Doubt("datum", "the datum is not known; the place may be 200 m from where it says"))
    found += [Doubt("not_a_pin", note) for note in where.notes if "part of a map" in note]
    lon, lat = where.point
    if abs(lon) <= AROUND_ZERO and abs(lat) <= AROUND_ZERO:
        found.append(Doubt("zero", "the place is 0, 0, which often stands for no position at all"))
    elif lon % DEGREE == 0 and lat % DEGREE == 0:
        found.append(Doubt("whole_degree", "the place is a whole degree both ways; digits may be missing"))
    return found


def _coarse(where: Place, separation: int | None) -> list[Doubt]:
    if separation is None or where.doubt <= separation:
        return []
    far, least = kilometres(-(-where.doubt // METRE)), kilometres(separation / METRE)
    text = f"the place is only good to {far}, coarser than the separation of {least}"
    return [Doubt("coarse", text)]


def _own(where: Place, own: Place | None) -> list[Doubt]:
    if own is None:
        return []
    distance = between(own.point, where.point)[0]
    if distance * METRE > where.doubt + own.doubt + OWN_MARGIN:
        return []
    return [Doubt("own_position", f"the place is {kilometres(distance)} from your own position")]


def _outside(where: Place, area: Polygon | Circle | None) -> list[Doubt]:
    if area is None or within(Circle(where.point, where.doubt), area):
        return []
    if within(Circle(where.point, 0), area):
        return [
            Doubt("outside", "the place may lie outside the agreed area: its doubt reaches over the edge")
        ]
    return [Doubt("outside", "the place is outside the agreed area")]


def _swap(point: Point) -> Point | None:
    return (point[1], point[0]) if abs(point[0]) <= 90 * DEGREE else None


_READINGS: tuple[tuple[Kind, str, Callable[[Point], Point | None]], ...] = (
    ("swapped", "with latitude and longitude exchanged", _swap),
    ("sign", "in the other hemisphere of latitude", lambda point: (point[0], -point[1])),
    ("sign", "in the other hemisphere of longitude", lambda point: (-point[0], point[1])),
    ("sign", "in the other hemisphere both ways", lambda point: (-point[0], -point[1])),
)


def _other_readings(where: Place, area: Polygon | Circle | None, second: Place | None) -> list[Doubt]:
    """Another reading of the same figures that would make sense where this one does not."""
    found = []
    misplaced = area is not None and not within(Circle(where.point, 0), area)
    for kind, words, change in _READINGS:
        point = change(where.point)
        if point is None or point == where.point:
            continue
        if area is not None and misplaced and within(Circle(point, 0), area):
            found.append(Doubt(kind, f"{words} the place would be inside the agreed area"))
        elif second is not None:
            here, there = between(second.point, where.point)[0], between(second.point, point)[0]
            if there <= NEAR and here > max(FARTHER * there, NEAR):
                text = (
                    f"{words} the place would be {kilometres(there)} from the other, not {kilometres(here)}"
                )
                found.append(Doubt(kind, text))
    return found


def _apart(where: Place, second: Place) -> list[Doubt]:
    distance, bearing = between(where.point, second.point)
    allowed = where.doubt + second.doubt
    if distance * METRE <= allowed:
        return []
    text = (
        f"the two places are {kilometres(distance)} apart (the second is {compass(bearing)} of the first),"
        f" more than their doubts of {kilometres(allowed / METRE)} explain"
    )
    return [Doubt("apart", text)]
