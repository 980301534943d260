"""Where a warning holds: the areas of its words, tracklines, and points with the radius that is asked for."""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.areatext import AreaText, areas
from wideberth.formats.reading import Options
from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.scan import scan
from wideberth.space.stated import corridor
from wideberth.space.units import DEGREE

RADIUS = "positions without a distance take the radius that is asked for"
WIDTH = "lines without a distance take the half-width that is asked for"
_NUMBERS = (
    *("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN"),
    *("ELEVEN", "TWELVE", "THIRTEEN", "FOURTEEN", "FIFTEEN", "SIXTEEN", "SEVENTEEN"),
    *("EIGHTEEN", "NINETEEN", "TWENTY"),
)
_IN_WORDS = re.compile(
    rf"\b({'|'.join(_NUMBERS)})(?=[ -](?:N\.?M|NAUTICAL|MILES?|KM|KILOMET|MET(?:RE|ER)|CABLES?)\w{{0,12}}\b)"
)
_TRACK = re.compile(r"\bTRA?C?KL?INES?\b|\b(?:LINES?|TRACKS?|ROUTES?)\s+(?:JOINING|BETWEEN)\b")
_BOUND = re.compile(
    r"\b(?:BOUND\w{0,3}|ENCLOS\w{0,3}|DELIMIT\w{0,3}|LIMITED BY|FORMED BY|POLYGON|CORNERS?)\b"
    r"|\bAREAS?[ :]{0,3}$"
)
_CABLES = re.compile(r"\bCABLES?\s+(?:OF|FROM|LENGTHS?)\b")


class Where(Struct, frozen=True):
    """The grounds of a text, the largest doubt of its positions (0.1 mm), and what was chosen."""

    grounds: tuple[Ground, ...]
    doubt: int
    told: tuple[str, ...]


def has_positions(text: str) -> bool:
    """Whether anything in the text is a position."""
    return bool(scan(text))


def count_positions(text: str) -> int:
    """How many positions the text has."""
    return len(scan(text))


def bounds(text: str) -> bool:
    """Whether the words say that positions bound an area."""
    return _BOUND.search(text) is not None


def places(text: str, options: Options, where: str) -> Where:
    """The grounds of a text on one line in capitals; none where it has no position.

    Raises: Invalid (`navwarn.area`, `geometry.no_radius`, `geometry.no_half_width`, and what is wrong with a
    position: `place.*`).
    """
    plain = _IN_WORDS.sub(lambda match: str(_NUMBERS.index(match[1]) + 1), text)
    found = areas(plain, where)
    if found.faults:
        raise found.faults[0]
    if not found.sure or _CABLES.search(plain):
        why = "; ".join(found.told) or "a distance in cables"
        raise Invalid("navwarn.area", where, why, "areas, circles and lines whose whole extent is stated")
    if _TRACK.search(plain) and not any(isinstance(ground, Corridor) for ground in found.grounds):
        return _track(plain, found, options, where)
    grounds, told = list(found.grounds), list(found.told)
    if found.points or found.lines:
        if options.radius is None:
            shown = f"{len(found.points) + 2 * len(found.lines)} positions without a distance"
            raise Invalid("geometry.no_radius", where, shown, "WITHIN … MILES OF, or --radius")
        told.append(RADIUS)
        grounds += [Circle(point, options.radius) for point in found.points]
        # two positions that stand together may be the ends of a line
        grounds += [Corridor(line.points, options.radius) for line in found.lines]
    return Where(tuple(grounds), found.doubt, tuple(told))


def _track(plain: str, found: AreaText, options: Options, where: str) -> Where:
    """A line along all positions, in their order, as wide as is asked for.

    Circles are kept, and areas that words bound.
    """
    if options.half_width is None:
        wanted = "WITHIN … MILES OF TRACKLINE, or --half-width"
        raise Invalid("geometry.no_half_width", where, "a trackline without a distance", wanted)
    line = [each.place.point for each in scan(plain) if each.place is not None]
    ground: Ground = Circle(line[0], options.half_width)
    if len(set(line)) > 1:
        degrees = [(lon / DEGREE, lat / DEGREE) for lon, lat in line]
        ground = corridor(degrees, options.half_width, "geodesic", where)
    # a polygon that the words bound is more than the line around it
    kept = [each for each in found.grounds if isinstance(each, Circle) or bounds(plain)]
    return Where((ground, *kept), found.doubt, (*found.told, WIDTH))
