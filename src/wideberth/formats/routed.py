"""Flown or planned lines as volumes, and records of volumes as plans.

Mission planners and GPX describe lines. Here their knots and legs become corridors and circles, whose
height and width hold what each leg may use, and named records of volumes become the plans of a file.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import TEXT_LIMIT
from wideberth.formats.published import ANTIMERIDIAN, REPEATED, SHORTENED, line
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.model.plan import Plan
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, checked
from wideberth.space.ground import Circle, Corridor, collapse, crosses_antimeridian
from wideberth.space.stated import check_edge, check_length, check_width, position
from wideberth.space.units import FOOT, METRE
from wideberth.space.volume import Volume, check_volume

HALF_WIDTH = 100 * METRE
VERTICAL = 100 * FOOT
PART = 1_000
"""Vertices of one corridor: longer lines are cut, neighbours share their knot."""

NO_TIMES = "no times are stated: in force until further notice"
NO_WIDTH = f"the half-width is not stated, taken as {HALF_WIDTH / METRE:g} m"
NO_TOLERANCE = f"the vertical tolerance is not stated, taken as {VERTICAL / FOOT:g} ft"
MIXED = "a leg between altitudes that cannot be compared is read as SFC to UNL where they differ"

Band = tuple[Altitude, Altitude]


class Knot(Struct, frozen=True, kw_only=True):
    """A point of a line: degrees, the lowest and highest altitude there, and how far around it may be used.

    `around` is in 0.1 mm; the legs that meet in the point are that much wider.
    """

    lon: float
    lat: float
    low: Altitude
    high: Altitude
    around: int = 0
    where: str = ""

    @property
    def band(self) -> Band:
        """Lowest and highest."""
        return self.low, self.high


class Leg(Struct, frozen=True, kw_only=True):
    """The way from one knot to another; `beside` (0.1 mm) is what it may deviate from the geodesic."""

    begin: Knot
    end: Knot
    beside: int = 0


class Margins(Struct, frozen=True):
    """How far from a line and its altitudes one may be: 0.1 mm."""

    half_width: int
    vertical: int


class Routed(Struct, frozen=True, kw_only=True):
    """One record: its volumes and the place of each in the file."""

    id: str
    where: str
    volumes: tuple[Volume, ...]
    places: tuple[str, ...]
    label: str = ""


def margins(options: Options, tally: Tally, where: str) -> Margins:
    """The margins that the user stated, else defaults, told. Raises: Invalid (`geometry.half_width`)."""
    half_width, vertical = options.half_width, options.vertical_tolerance
    if half_width is None:
        half_width = HALF_WIDTH
        tally.tell(NO_WIDTH, where)
    if vertical is None:
        vertical = VERTICAL
        tally.tell(NO_TOLERANCE, where)
    check_width(half_width, "half-width")
    return Margins(half_width, max(vertical, 0))


def hull(one: Band, other: Band) -> Band:
    """The band that holds both; limits that cannot be compared become SFC and UNL."""
    (low, high), (low2, high2) = one, other
    return (
        min(low, low2) if low.datum == low2.datum else SURFACE,
        max(high, high2) if high.datum == high2.datum else UNLIMITED,
    )


def corridors(
    legs: Sequence[Leg], margin: Margins, tally: Tally, wrap: bool
) -> tuple[list[Volume], list[str]]:
    """The volumes of legs in order, without times, and the place of each.

    Legs that follow on each other join in one corridor while that makes no leg's band thicker than by the
    vertical tolerance.

    Raises: Invalid (`geometry.*`, `altitude.*`).
    """
    volumes: list[Volume] = []
    places: list[str] = []
    run: list[Leg] = []
    held: _Held | None = None
    for leg in legs:
        known = {leg.begin.high.datum, leg.end.high.datum}
        if len(known) == 2 and "UNL" not in known:
            tally.tell(MIXED, leg.end.where)
        band = _band(leg)
        joined = held.joined(band, margin.vertical) if run and held and _follows(run, leg) else None
        if run and joined is None:
            volumes.append(_volume(run, margin, wrap))
            places.append(_place(run))
            run = []
        held = joined or _Held(band, band)
        run.append(leg)
    if run:
        volumes.append(_volume(run, margin, wrap))
        places.append(_place(run))
    return volumes, places


class _Held(Struct, frozen=True):
    """The band that holds all legs of a run, and the highest low and lowest high among them."""

    whole: Band
    core: Band

    def joined(self, band: Band, most: int) -> _Held | None:
        """With one band more, if no leg's band grows by more than `most` (0.1 mm)."""
        if (band[0].datum, band[1].datum) != (self.whole[0].datum, self.whole[1].datum):
            return None
        core = max(self.core[0], band[0]), min(self.core[1], band[1])
        whole = hull(self.whole, band)
        grown = max(core[0].value - whole[0].value, whole[1].value - core[1].value)
        return _Held(whole, core) if grown <= most else None


def _follows(run: Sequence[Leg], leg: Leg) -> bool:
    last = run[-1]
    same = (last.end.lon, last.end.lat) == (leg.begin.lon, leg.begin.lat)
    return same and len(run) < PART and _extra(last) == _extra(leg)


def _extra(leg: Leg) -> int:
    return max(leg.begin.around, leg.end.around) + leg.beside


def _band(leg: Leg) -> Band:
    return hull(leg.begin.band, leg.end.band)


def _place(run: Sequence[Leg]) -> str:
    first, last = run[0].begin.where, run[-1].end.where
    return first if first == last else f"{first}…{last}"


def _volume(run: Sequence[Leg], margin: Margins, wrap: bool) -> Volume:
    where = _place(run)
    knots = [run[0].begin, *(leg.end for leg in run)]
    placed = [position(knot.lon, knot.lat, knot.where, wrap=wrap) for knot in knots]
    slack = max(loss for _, loss in placed)
    points = collapse(point for point, _ in placed)
    width = margin.half_width + _extra(run[0])
    check_width(width, where)
    ground: Circle | Corridor
    if len(points) == 1:
        ground = Circle(points[0], width, slack)
    else:
        for p, q in itertools.pairwise(points):
            check_edge(p, q, "geodesic", where)
        check_length(points, where)
        ground = Corridor(tuple(points), width, "geodesic", slack)
    band = _band(run[0])
    for leg in run[1:]:
        band = hull(band, _band(leg))
    lower, upper = widened(band, margin.vertical, where)
    return check_volume(Volume(ground, lower, upper), where)


def widened(band: Band, vertical: int, where: str) -> Band:
    """The band with its tolerance (0.1 mm); nothing is below the ground.

    Raises: Invalid (`altitude.range`).
    """
    low, high = band
    if low.datum not in ("SFC", "UNL"):
        low = checked(Altitude(low.datum, low.value - vertical), where)
    if low.datum == "AGL" and low.value <= 0:
        low = SURFACE
    if high.datum not in ("SFC", "UNL"):
        high = checked(Altitude(high.datum, high.value + vertical), where)
    if high.datum == "AGL":
        high = Altitude("AGL", max(high.value, 0))
    return low, high


def assemble(
    records: Sequence[Routed], options: Options, tally: Tally, faults: Sequence[Invalid] = ()
) -> Reading:
    """The plans of the records; the file stands for the party, names that come twice are numbered."""
    filed: list[Filed] = []
    party = shorten(options.file, TEXT_LIMIT)
    taken: set[str] = set()
    again: dict[str, int] = {}
    for record in records:
        tally.tell(NO_PARTY.format(party), record.where)
        if any(crosses_antimeridian(volume.ground) for volume in record.volumes):
            tally.tell(ANTIMERIDIAN, record.where)
        base = line(record.id) or line(record.where)
        name, number = base, again.get(base, 1)
        while name in taken:
            number += 1
            name = f"{base} ({number})"
        again[base] = number
        if number > 1:
            tally.tell(REPEATED.format(name), record.where)
        taken.add(name)
        if len(line(record.label, TEXT_LIMIT + 1)) > TEXT_LIMIT:
            tally.tell(SHORTENED, record.where)
        plan = Plan(party=party, id=name, volumes=record.volumes, label=line(record.label))
        filed.append(Filed(plan, record.places))
    return Reading(tuple(filed), tally.notes(), tuple(faults))


def at_ground(knot: Knot) -> Knot:
    """The knot with everything below it down to the surface."""
    return structs.replace(knot, low=SURFACE)
