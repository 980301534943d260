"""Drawing records of one area become grounds."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import arc, crossing
from wideberth.formats.arc import Position
from wideberth.formats.openair.lines import Line
from wideberth.formats.raw import Tally
from wideberth.space import stated
from wideberth.space.ground import Ground
from wideberth.space.place import Place, angle, place
from wideberth.space.scan import Found, scan
from wideberth.space.stated import MAX_RADIUS, MAX_VERTICES
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE, to_integer

DISTANCES = "the ends of an arc lie at different distances from its centre: the area holds both circles"
MISPLACED = (
    "the remark announces an arc, but its centre stands as a point of the outline (DP for V X=): "
    "read both ways"
)
CROSSES = (
    f"an outline crosses or touches itself by less than {crossing.NEAR:.0f} m: "
    "read without the crossing, what that moves is held"
)
SEVERAL = "an area of several outlines is read as all of them together"
REMARK = "text behind a position is read as a remark"

OUT_OF_ROUND = 0.25
"""Ends of an arc whose distances from its centre differ by more of the larger: the centre is another's."""
TOLD = 0.02
"""Below it the ends' distances differ by no more than rounded coordinates do."""

_NUMBER = r"\d{1,6}(?:[.,]\d{1,6})?"
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
_LENGTH = re.compile(rf"({_NUMBER})\s*(NM|NMI|KM|M)?", re.IGNORECASE)
_ANGLE = re.compile(r"-?\d{1,3}(?:\.\d{1,6})?")
_DECIMAL = re.compile(r"(\d{1,2}\.\d{1,9})°?\s*([NS])[\s,;]{0,4}(\d{1,3}\.\d{1,9})°?\s*([EW])")
_ANNOUNCED = re.compile(r"kreisbogen|\barc\b|\barco\b|\barc de cercle\b", re.IGNORECASE)
_UNITS = {"": NAUTICAL_MILE, "NM": NAUTICAL_MILE, "NMI": NAUTICAL_MILE, "KM": 1_000 * METRE, "M": METRE}


class Drawing:
    """The outline of one area while its records are read; `V` records set what the next ones use."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._centre: Position | None = None
        self._clockwise = True
        self._width: int | None = None
        self._ring: list[Position] = []
        self._remarks: list[str] = []
        self._plain: list[bool] = []
        self._line: list[Position] = []
        self._slack = 0
        self._circles: list[Ground] = []
        self._first = ""
        self.doubt = 0

    @property
    def begun(self) -> bool:
        """True once something was drawn."""
        return bool(self._first)

    def variable(self, line: Line) -> None:
        """A `V` record.

        Raises: Invalid (`openair.position`, `openair.number`, `openair.direction`, `place.*`).
        """
        if line.key == "V X":
            (self._centre,) = self._positions(line, 1)
        elif line.key == "V D":
            if line.text[:1] not in ("+", "-"):
                raise Invalid("openair.direction", line.where, line.text, "V D=+ (clockwise) or V D=-")
            self._clockwise = line.text.startswith("+")
        elif line.key == "V W":
            width = _length(line.text, line.where)
            self._width = max(width, self._width or 0)

    def draw(self, line: Line) -> None:
        """A `D` record.

        Raises: Invalid (as `variable`, `openair.no_centre`, `openair.arc`, `geometry.radius`).
        """
        self._first = self._first or line.where
        if line.key == "DP":
            self._add(self._positions(line, 1), line.remark, plain=True)
        elif line.key == "DY":
            self._line += self._positions(line, 1)
        elif line.key == "DC":
            lon, lat = self._about(line)
            self._circles.append(stated.circle(lon, lat, _length(line.text, line.where), line.where))
        elif line.key == "DA":
            self._segment(line)
        else:
            first, last = self._positions(line, 2)
            self._between(line, first, last)

    def grounds(self) -> tuple[Ground, ...]:
        """What was drawn. Raises: Invalid (`openair.no_width`, `openair.no_outline`, `geometry.*`)."""
        found = list(self._circles)
        if self._ring:
            found += self._outlines()
        if self._line:
            if self._width is None:
                raise Invalid(
                    "openair.no_width", self._first, "an airway (DY) without width", "V W= before it"
                )
            half = (self._width + 1) // 2
            found.append(stated.corridor(self._line, half, "geodesic", self._first))
        if not found:
            raise Invalid("openair.no_outline", "", "an area without outline", "DP, DC, DA, DB or DY records")
        if len(self._circles) + bool(self._ring) + bool(self._line) > 1:
            self._tally.tell(SEVERAL, self._first)
        return tuple(found)

    def _outlines(self) -> list[Ground]:
        found: list[Ground] = [self._polygon(self._ring, self._slack)]
        other = self._with_centre_meant()
        if other is not None:
            self._tally.tell(MISPLACED, self._first)
            found.append(other)
        return found

    def _polygon(self, ring: list[Position], slack: int) -> Ground:
        try:
            drawn = stated.polygon([ring], "geodesic", self._first, closed=False)
        except Invalid as error:
            mended = crossing.mended(ring) if error.code == "geometry.self_intersection" else None
            if mended is None:
                raise
            ring, more = mended
            drawn = stated.polygon([ring], "geodesic", self._first, closed=False)
            self._tally.tell(CROSSES, self._first)
            slack += more
        return structs.replace(drawn, slack=drawn.slack + slack)

    def _with_centre_meant(self) -> Ground | None:
        """The outline where a point is the centre of the arc that the remark before it announces."""
        for i in range(1, len(self._ring) - 1):
            if _ANNOUNCED.search(self._remarks[i - 1]) and all(self._plain[i - 1 : i + 2]):
                before, at, behind = self._ring[i - 1 : i + 2]
                turned, apart = arc.between(at, before, behind, self._clockwise)
                if apart <= 0.1 * arc.distance(at, before):
                    ring = [*self._ring[: i - 1], *turned.points, *self._ring[i + 2 :]]
                    try:
                        return self._polygon(ring, max(self._slack, turned.slack))
                    except Invalid:
                        return None  # drawn so it crosses itself: not meant
        return None

    def _add(self, points: list[Position], remark: str, *, plain: bool = False) -> None:
        self._ring += points
        self._remarks += [""] * (len(points) - 1) + [remark]
        self._plain += [plain] * len(points)
        if len(self._ring) > 4 * MAX_VERTICES:
            raise Invalid(
                "geometry.too_many_points", self._first, "more vertices", f"at most {MAX_VERTICES:,}"
            )

    def _about(self, line: Line) -> Position:
        if self._centre is None:
            raise Invalid("openair.no_centre", line.where, line.whole, "V X= with the centre before it")
        return self._centre

    def _segment(self, line: Line) -> None:
        """`DA radius, from, to`: nautical miles and degrees from true north."""
        parts = [part for part in re.split(r"[,\s]+", line.text) if part]
        wanted = "DA radius, start, end: nautical miles and two angles in degrees"
        if len(parts) != 3 or not all(_ANGLE.fullmatch(part) for part in parts[1:]):
            raise Invalid("openair.number", line.where, line.text, wanted)
        radius = _length(parts[0], line.where)
        if radius > MAX_RADIUS:
            raise Invalid("geometry.radius", line.where, line.text, "a radius from 0 to 5,000 km")
        start, end = float(parts[1]), float(parts[2])
        turn = (end - start) % 360.0
        sweep = (turn or 360.0) if self._clockwise else turn - 360.0
        drawn = arc.swept(self._about(line), radius / METRE, start, sweep)
        self._slack = max(self._slack, drawn.slack)
        self._add(list(drawn.points), line.remark)

    def _between(self, line: Line, first: Position, last: Position) -> None:
        """`DB from, to`: two positions on the arc."""
        centre = self._about(line)
        larger = max(arc.distance(centre, first), arc.distance(centre, last))
        drawn, apart = arc.between(centre, first, last, self._clockwise)
        if larger * METRE > MAX_RADIUS:
            raise Invalid("geometry.radius", line.where, f"{larger:,.0f} m", "a radius from 0 to 5,000 km")
        if apart > OUT_OF_ROUND * larger:
            near = f"ends {larger - apart:,.0f} m and {larger:,.0f} m from the centre"
            raise Invalid("openair.arc", line.where, near, "an arc about the centre that V X= states")
        if apart > TOLD * larger:
            self._tally.tell(DISTANCES, line.where)
        self._slack = max(self._slack, drawn.slack)
        self._add(list(drawn.points), line.remark)

    def _positions(self, line: Line, count: int) -> list[Position]:
        places = positions(line, count, self._tally)
        self.doubt = max(self.doubt, *(found.doubt for found in places))
        return [(found.point[0] / DEGREE, found.point[1] / DEGREE) for found in places]


def positions(line: Line, count: int, tally: Tally) -> list[Place]:
    """The positions of a record, exactly `count`. Raises: Invalid (`openair.position`, `place.*`)."""
    text = line.text.upper().replace("\u00a0", " ")
    match = _DECIMAL.match(text)
    if match is None:
        found = scan(text)
    else:
        lat = angle("lat", [match[1]], match[2] == "S", line.where)
        lon = angle("lon", [match[3]], match[4] == "W", line.where)
        found = [Found(match.start(), match.end(), place(lat, lon, "text"))]
    fault = next((each.fault for each in found if each.fault is not None), None)
    if fault is not None:
        raise Invalid(fault.code, line.where, fault.found, fault.wanted)
    places = [each.place for each in found if each.place is not None]
    left = text[found[-1].end :] if found else text
    outside = text[: found[0].start] if found else ""
    for one, other in itertools.pairwise(found):
        outside += text[one.end : other.start]
    if len(places) != count or outside.strip(" \t,;-") or any(c.isdigit() for c in left):
        wanted = f"{'a position' if count == 1 else 'two positions'} such as 50:30:00 N 015:10:00 E"
        raise Invalid("openair.position", line.where, line.whole, wanted)
    if left.strip(" \t,;."):
        tally.tell(REMARK, line.where)
    return places


def _length(text: str, where: str) -> int:
    """0.1 mm, rounded up; nautical miles where no unit stands."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise Invalid("openair.number", where, text, "a number of nautical miles, such as 2.5")
    if _THOUSANDS.fullmatch(match[1]):
        raise Invalid(
            "openair.number", where, text, "a number without a comma that may stand between thousands"
        )
    return to_integer(Decimal(match[1].replace(",", ".")), _UNITS[(match[2] or "").upper()], "up")
