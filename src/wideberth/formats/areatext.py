"""Areas in running English text, as notices and warnings state them (NOTAM item E, navigational warnings).

Read are lists of positions (`AREA BOUNDED BY …`), circles (`RADIUS 5NM CENTRED ON …`, `WI 2KM OF …`), arcs in
lists (`CLOCKWISE ARC OF RADIUS 5NM CENTRED ON … TO …`) and corridors (`2NM EITHER SIDE OF LINE …`), as many
as there are. Edges are geodesics. Where the text may mean two things the larger is taken and told; where it
says more than was understood, `sure` is False.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.arealists import LABEL, Run, Runs, Spot, enclosing, ring_with_arcs, runs_of
from wideberth.formats.areasizes import Size, sizes, unread
from wideberth.formats.areawords import ALONG, LIST_GAP, is_list_gap
from wideberth.space.ground import Circle, Corridor, Ground, Point
from wideberth.space.scan import scan
from wideberth.space.stated import MAX_RADIUS, corridor, polygon
from wideberth.space.units import DEGREE

TEXT_LIMIT = 100_000
"""Characters of one notice."""
SPOT_LIMIT = 10_000
"""Positions of one notice, as many as a polygon may have vertices."""

REPAIRED = "a position broken by a space, or with the letter O for a zero, was put together"
LEFT_OVER = "something like a position could not be read"
UNUSED = "a radius or width belongs to no position"
CROSSED = "positions that make no simple polygon: the circle around all of them is taken"
BOTH = "a radius beside a list of positions: both the circles and the polygon are taken"
ARC_SIDE = "an arc of unknown side: its whole circle is added"
ALONG_NOTE = "a boundary along a coast, border or river: the straight edge is taken, which may miss some"
NO_UNIT = "a radius without unit is taken as nautical miles"
DISTANCE = "a distance beside positions could not be read"
BROKEN = "positions that words stand between: the area that all of them bound is added"
EXCLUSION = "an exclusion from an area is not taken off"

_WHOLE_NUMBER = re.compile(r"(?<![\dO.,])(\d{1,5}) (\d{1,5})(?=[NS] ?\d{5,7}(?!\d))")
_WHOLE_LONGITUDE = re.compile(r"((?<!\d)\d{4,6}(?:\.\d{1,4})?[NS] ?)(\d{1,6}) (\d{1,6})(?=[EW](?![A-Z]))")
_LETTER_O = re.compile(r"(?<![A-Z\d])[\dO]{4,6}[NS] ?[\dO]{5,7}[EW](?![A-Z])")
_REMAINS = re.compile(
    r"(?<![A-Z\d.])(?:\d{4,6}(?:\.\d{1,4})? ?[NS]|\d{5,7}(?:\.\d{1,4})? ?[EW]|[NS] ?\d{4,6}|[EW] ?\d{5,7})"
    r"(?![A-Z\d])"
    r"|(?<![\d.A-Z-])\d{1,3}[-°º]\d{1,2}(?:[-.'’]\d{1,4})?['’]? ?[NSEW](?![A-Z\d])"
    r"|(?<![A-Z\d])\d{6}[EW]\d{6,7}|(?<![A-Z\d])\d{4,6}[NS]\d{4,7}(?!\d)"
)
_EXCLUDES = re.compile(
    r"\b(?:EXCLUD\w{0,5}|EXCEPT\w{0,4}|EXC|OUTSIDE)\b[^.]{0,80}\b(?:AREA|BOUNDED|ZONE|CTR|TMA|FIR)\b"
)
_ANOTHER = re.compile(
    r"\b(?:AREAS?|ZONES?|SECTORS?|BOUND\w{0,3}|CIRCLES?|RADIUS|WITHIN|WI|CENT\w{1,4}|LINES?|TRACK\w{0,5}|ROUTES?|EXC\w{0,6})\b"
)
_BOUNDED = re.compile(
    r"\b(?:AREAS?|ZONES?|SECTORS?|POLYGON|LATERAL|BOUND\w{0,3}|LIMITS?|JOINING|ENCLOS\w{0,3})\b"
)
_LOWER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


class AreaText(Struct, frozen=True):
    """What a text says about places.

    `grounds` are the areas, each once; `points` (lon, lat in 1e-7 degrees) positions that belong to none,
    `lines` what joins two of them that stand together (`FM … TO …`), without width.
    `doubt` (0.1 mm) is the largest doubt of any position. `sure` is False where the text says more about
    places than was understood: what is not in `grounds` may then be larger. `told` says why and what was
    chosen. `faults` are the positions that cannot be.
    """

    grounds: tuple[Ground, ...] = ()
    points: tuple[Point, ...] = ()
    lines: tuple[Corridor, ...] = ()
    doubt: int = 0
    sure: bool = True
    told: tuple[str, ...] = ()
    faults: tuple[Invalid, ...] = ()


def areas(text: str, path: str = "") -> AreaText:
    """The areas and positions of a text; lower case, line ends and tabs do not matter.

    Raises: Invalid (`areatext.too_long`).
    """
    if len(text) > TEXT_LIMIT:
        raise Invalid("areatext.too_long", path, f"{len(text):,} characters", f"at most {TEXT_LIMIT:,}")
    plain, repaired = _plain(text)
    found = scan(plain)
    if len(found) > SPOT_LIMIT:
        raise Invalid("areatext.too_long", path, f"{len(found):,} positions", f"at most {SPOT_LIMIT:,}")
    told = [REPAIRED] if repaired else []
    masked = list(plain)
    for each in found:
        masked[each.start : each.end] = "\0" * (each.end - each.start)
    hidden = "".join(masked)
    faults = tuple(
        Invalid(each.fault.code, path, each.fault.found, each.fault.wanted) for each in found if each.fault
    )
    spots = [Spot(each.start, each.end, each.place) for each in found if each.place is not None]
    sure = not faults
    if _REMAINS.search(hidden):
        told.append(LEFT_OVER)
        sure = False
    if spots and _EXCLUDES.search(hidden):
        told.append(EXCLUSION)
    runs = runs_of(hidden, spots)
    stated = sizes(hidden)
    made = _Maker(path)
    made.told, made.sure = told, sure
    if spots and ALONG.search(hidden):
        made.doubtful(ALONG_NOTE)
    made.assign(hidden, runs, stated)
    made.draw(runs)
    made.broken(hidden, runs)
    if (made.points or made.lines) and unread(hidden, stated):
        made.doubtful(DISTANCE)
    doubt = max((spot.place.doubt for spot in spots), default=0)
    return AreaText(
        tuple(made.grounds),
        tuple(made.points),
        tuple(made.lines),
        doubt + made.sag,
        made.sure,
        tuple(dict.fromkeys(made.told)),
        faults,
    )


def _plain(text: str) -> tuple[str, bool]:
    """Upper case on one line; positions that a line end or the letter O broke are put together."""
    plain = " ".join(text.translate(_LOWER).split())
    whole = _WHOLE_NUMBER.sub(lambda m: m[1] + m[2] if len(m[1] + m[2]) in (4, 6) else m[0], plain)
    whole = _WHOLE_LONGITUDE.sub(lambda m: m[1] + m[2] + m[3] if len(m[2] + m[3]) in (5, 7) else m[0], whole)
    whole = _LETTER_O.sub(lambda m: m[0].replace("O", "0"), whole)
    return whole, whole != plain


def _goes_on(run: Run, following: Run, hidden: str) -> bool:
    """Whether words between two lists are short and speak of no other area, so that both may be one."""
    gap = hidden[run.spots[-1].end : following.spots[0].start]
    if len(gap) > LIST_GAP or is_list_gap(gap) or _ANOTHER.search(gap):
        return False
    return not (LABEL.search(gap) and min(len(run.spots), len(following.spots)) > 2)


class _Maker:
    """Gathers the grounds of one text."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.told: list[str] = []
        self.sure = True
        self.sag = 0
        self.grounds: list[Ground] = []
        self.points: list[Point] = []
        self.lines: list[Corridor] = []
        self._seen: set[object] = set()
        self._radii: dict[int, int] = {}
        self._widths: dict[int, int] = {}

    def doubtful(self, note: str) -> None:
        self.told.append(note)
        self.sure = False

    def assign(self, hidden: str, runs: Runs, stated: Sequence[Size]) -> None:
        """Give each radius and width to the list of positions that it stands beside."""
        for size in stated:
            if any(first <= size.start < last for first, last in runs.arcs):
                continue
            if size.length > MAX_RADIUS:
                self.doubtful(UNUSED)
                continue
            table = self._widths if size.kind == "width" else self._radii
            chosen = size.beside(hidden, runs)
            if not chosen:
                self.doubtful(UNUSED)
            if not size.unit and chosen:
                self.told.append(NO_UNIT)
            for number in chosen:
                table[number] = max(table.get(number, 0), size.length)

    def draw(self, runs: Runs) -> None:
        """The grounds of all lists."""
        for number, run in enumerate(runs.lists):
            radius, width = self._radii.get(number), self._widths.get(number)
            places = [spot.place.point for spot in run.spots]
            if radius is not None:
                for point in places:
                    self.add(Circle(point, radius))
                if len(set(places)) > 2:
                    self.told.append(BOTH)
            if width is not None and len(set(places)) > 1:
                self.corridor(places, width)
                if places[0] != places[-1] or len(set(places)) == 2:
                    continue
            if len(set(places)) > 2 or run.arcs:
                self.ring(run)
            elif radius is None:
                self.alone(places)

    def alone(self, places: Sequence[Point]) -> None:
        """One or two positions that make no area, and the line between two."""
        self.points += [point for point in dict.fromkeys(places) if point not in self.points]
        if len(set(places)) == 2:
            self.lines.append(Corridor((places[0], places[1]), 0))

    def ring(self, run: Run) -> None:
        """The polygon of a list with its arcs, or the circle around all where it is none."""
        line, circles, sag = ring_with_arcs(run)
        if circles:
            self.told.append(ARC_SIDE)
        for circle in circles:
            self.add(circle)
        self.sag = max(self.sag, sag)
        try:
            self.add(polygon([line], "geodesic", self.path, closed=False))
        except Invalid:
            self.told.append(CROSSED)
            around = enclosing(line)
            if around is None:
                self.doubtful(LEFT_OVER)
            else:
                self.add(around)

    def broken(self, hidden: str, runs: Runs) -> None:
        """Lists that only words which say nothing of a new area part may be one: its area is added."""
        free = [n not in self._radii and n not in self._widths for n in range(len(runs.lists))]
        number = 0
        while number < len(runs.lists):
            parts = [runs.lists[number]]
            while (
                number + 1 < len(runs.lists)
                and free[number]
                and free[number + 1]
                and not parts[-1].closed
                and _goes_on(parts[-1], runs.lists[number + 1], hidden)
            ):
                number += 1
                parts.append(runs.lists[number])
            number += 1
            before = hidden[max(0, parts[0].spots[0].start - LIST_GAP) : parts[0].spots[0].start]
            bounded = _BOUNDED.search(before) or any(len(part.spots) > 2 for part in parts)
            spots = [spot for part in parts for spot in part.spots]
            if len(parts) > 1 and bounded and len({spot.place.point for spot in spots}) > 2:
                self.told.append(BROKEN)
                self.ring(Run(spots, [], []))

    def corridor(self, places: Sequence[Point], half_width: int) -> None:
        line = [(lon / DEGREE, lat / DEGREE) for lon, lat in places]
        try:
            self.add(corridor(line, half_width, "geodesic", self.path))
        except Invalid:
            self.doubtful(LEFT_OVER)

    def add(self, ground: Ground) -> None:
        """A ground, unless the same stands there already (texts in two languages)."""
        key = _key(ground)
        if key not in self._seen:
            self._seen.add(key)
            self.grounds.append(ground)


def _key(ground: Ground) -> object:
    """The same for shapes that differ only in where their ring begins and which way it goes."""
    if isinstance(ground, Circle):
        return ground.centre, ground.radius
    if isinstance(ground, Corridor):
        return min(ground.points, ground.points[::-1]), ground.half_width
    return tuple(_ring_key(ring) for ring in ground.rings)


def _ring_key(ring: Sequence[Point]) -> tuple[Point, ...]:
    least = min(range(len(ring)), key=lambda i: ring[i])
    turned = (*ring[least:], *ring[:least])
    return min(turned, (turned[0], *turned[:0:-1]))
