"""Significant points of a route: positions, bearings and distances, and names that the file places.

Doc 4444, appendix 2, item 15: degrees (`46N078W`), degrees and minutes (`4620N07805W`), a point with bearing
and distance (`46N078W270033`: 3 digits each, degrees magnetic and nautical miles).
"""

from __future__ import annotations

import re

from wideberth.errors import Invalid
from wideberth.space.place import Place, compact, place
from wideberth.space.scan import scan
from wideberth.space.units import NAUTICAL_MILE

BEARING = (
    "a bearing is magnetic and the variation is not known: "
    "the point is taken anywhere at its distance from the point it is measured from"
)
_POSITION = re.compile(r"(\d{2}|\d{4}|\d{6})([NS])(\d{3}|\d{5}|\d{7})([EW])(?:(\d{3})(\d{3}))?")
_NAMED = re.compile(r"([A-Z][A-Z0-9]{1,4})(?:(\d{3})(\d{3}))?")
_LISTED = re.compile(r"([A-Z][A-Z0-9]{1,6})\s*[=:,;]?\s+(\S.*)")
MOST_PLACES = 20_000

Places = dict[str, Place]


def listed(outside: str) -> tuple[Places, list[Invalid]]:
    """The places that lines outside of the messages give: a name and a position (`DUB 5330N00615W`).

    A name that is placed twice and differs is a fault, and is not placed.

    Raises: Invalid (`fpl.too_many`).
    """
    found: Places = {}
    twice: set[str] = set()
    faults: list[Invalid] = []
    for line in outside.split("\n"):
        match = _LISTED.fullmatch(line.strip()) if len(line) < 120 else None
        if match is None or (one := _whole(match[2])) is None:
            continue
        if found.setdefault(match[1], one) != one and match[1] not in twice:
            twice.add(match[1])
            faults.append(Invalid("fpl.place_twice", match[1], line.strip(), "one position for a name"))
        if len(found) > MOST_PLACES:
            raise Invalid("fpl.too_many", "", "a table of places", f"at most {MOST_PLACES:,} places")
    for name in twice:
        del found[name]
    return found, faults


def _whole(text: str) -> Place | None:
    """The position that a text is, and nothing else."""
    if (match := _POSITION.fullmatch(text)) is not None and match[5] is None:
        return _at(match)
    positions = scan(text)
    if len(positions) != 1 or text[: positions[0].start].strip() or text[positions[0].end :].strip(" ."):
        return None
    return positions[0].place


def point(token: str, places: Places) -> tuple[Place | None, bool]:
    """The place of a significant point, None where nothing places it; and whether a bearing gave it.

    Raises: Invalid (`place.*`, `fpl.bearing`).
    """
    if (match := _POSITION.fullmatch(token)) is not None:
        return _away(_at(match), match[5], match[6], token)
    if token in places:
        return places[token], False
    named = _NAMED.fullmatch(token)
    if named is not None and named[1] in places:
        return _away(places[named[1]], named[2], named[3], token)
    return None, False


def described(text: str, places: Places) -> tuple[Place | None, bool]:
    """The place in a text such as `MALAHIDE 5327N00609W` (item 18, DEP/ and DEST/), as `point`."""
    for token in text.split():
        found = point(token, places)
        if found[0] is not None:
            return found
    positions = scan(text)
    return (positions[0].place, False) if len(positions) == 1 else (None, False)


def _at(match: re.Match[str]) -> Place:
    lat = compact("lat", match[1], match[2] == "S")
    lon = compact("lon", match[3], match[4] == "W")
    return place(lat, lon, "flight plan")


def _away(origin: Place, bearing: str | None, distance: str | None, token: str) -> tuple[Place, bool]:
    if bearing is None or distance is None:
        return origin, False
    if int(bearing) > 360:
        raise Invalid("fpl.bearing", "", token, "a bearing from 000 to 360")
    away = int(distance) * NAUTICAL_MILE + NAUTICAL_MILE // 2  # and half of its last digit
    return Place(origin.point, origin.doubt + away, "bearing and distance"), True
