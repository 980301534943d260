"""Airspace control orders as plans: each airspace control means with its shape, levels and periods.

Nothing else of a message is read: no units, no frequencies, no free text.
"""

from __future__ import annotations

from wideberth.errors import Invalid
from wideberth.formats.aco.fields import Band, band, position
from wideberth.formats.aco.kinds import KINDS
from wideberth.formats.aco.periods import windows
from wideberth.formats.aco.sets import Means, Order, Set, order
from wideberth.formats.aco.shapes import Shape, shapes
from wideberth.formats.messagetext import text_of
from wideberth.formats.mixed import others
from wideberth.formats.published import Published, assemble
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.space.altitude import SURFACE, UNLIMITED
from wideberth.space.place import Place
from wideberth.space.units import METRE

NO_LEVEL = "no level is stated, read as SFC to UNL"
NO_DATUM = "no GEODATUM is stated: 200 m are added to the doubt of positions"
DELETED = "the order takes back {}: plans of earlier orders that are read beside it are kept"
STILL = "means under DELETE that are stated in full are read all the same"
MOST_VOLUMES = 200_000
"""Of one order."""
SHAPES = "POLYGON, CIRCLE, CORRIDOR, AORBIT, RADARC, POLYARC, 1TRACK, GEOLINE or APOINT"
NO_SHAPES = ("CNTRLPT", "AMPN", "NARR", "GENTEXT", "RMKS")
"""Sets whose positions are no area: control points, free text."""
DATUMS = ("WGS84", "WGS1984", "WGE", "W84")
UNKNOWN_DATUM = 200 * METRE
"""GEOMETRY, Places."""


def read(data: bytes, options: Options) -> Reading:
    """The airspace control means of an order.

    Raises: Invalid (`message.encoding`, `aco.none`, `aco.too_many`, `aco.datum`).
    """
    tally = Tally()
    text = text_of(data, tally).upper().replace("\u2212", "-")
    found = order(text)
    doubt = _datum(found, tally)
    if found.deleted:
        tally.tell(DELETED.format(", ".join(found.deleted[:20])), "ACMSTAT")
    named, faults = _named(found)
    faults += others(text, "airspace control order")
    records: list[Published] = []
    count = 0
    for means in found.means:
        try:
            made = _records(means, found, named, doubt, options, tally)
        except Invalid as error:
            faults.append(error)
            continue
        records += made
        count += sum(len(one.grounds) * len(one.windows) for one in made)
        if count > MOST_VOLUMES:
            raise Invalid("aco.too_many", f"line {means.line}", "more volumes", f"at most {MOST_VOLUMES:,}")
    return assemble(records, options, tally, faults)


def _datum(found: Order, tally: Tally) -> int:
    """What the map datum adds to the doubt of positions (0.1 mm). Raises: Invalid (`aco.datum`)."""
    if _is_wgs84(found.sets, "the order"):
        return 0
    tally.tell(NO_DATUM, "the order")
    return UNKNOWN_DATUM


def _is_wgs84(sets: tuple[Set, ...], where: str) -> bool:
    """Whether a set names WGS84; False where none names a map datum. Raises: Invalid (`aco.datum`)."""
    named = False
    for one in sets:
        if one.name == "GEODATUM" and one.fields:
            value = "".join(c for c in one.fields[0].rpartition(":")[2] if c.isalnum())
            if value not in DATUMS:
                raise Invalid("aco.datum", f"{where}, line {one.line}", one.fields[0], "WGS84")
            named = True
    return named


def _named(found: Order) -> tuple[dict[str, Place], list[Invalid]]:
    """The control points by name; one that is placed twice, differently, is none."""
    named: dict[str, Place] = {}
    faults: list[Invalid] = []
    twice: set[str] = set()
    sets = [*found.sets, *(one for means in found.means for one in means.sets)]
    for one in sets:
        if one.name != "CNTRLPT" or len(one.fields) < 3:
            continue
        name, where = one.fields[1], f"CNTRLPT line {one.line}"
        try:
            at = next((p for field in one.fields[2:] if (p := position(field, where)) is not None), None)
        except Invalid as error:
            faults.append(error)
            continue
        if at is not None and name not in ("", "-") and named.setdefault(name, at) != at:
            twice.add(name)
    return {name: at for name, at in named.items() if name not in twice}, faults


def _records(
    means: Means, found: Order, named: dict[str, Place], doubt: int, options: Options, tally: Tally
) -> list[Published]:
    where = f"{means.code or 'ACM'} {means.name} line {means.line}".replace("  ", " ")
    if means.deleted:
        tally.tell(STILL, where)
    if _is_wgs84(means.sets, where):
        doubt = 0
    made: list[Shape] = []
    for one in means.sets:
        drawn = shapes(one, named, options, tally, where)
        if drawn is None and one.name not in NO_SHAPES and any(position(f, where) for f in one.fields):
            raise Invalid("aco.shape", where, f"a set {one.name} with positions", SHAPES)
        made += drawn or []
    if not made:
        raise Invalid("aco.shape", where, "no set with a shape", SHAPES)
    own = _bands(means.sets, tally, where)
    when = windows(means.sets, found.sets, options.as_of, tally, where)
    grouped: dict[Band, list[Shape]] = {}
    for shape in made:
        bands = own or [_told(band(field, where), tally, where) for field in shape.levels]
        if not bands:
            tally.tell(NO_LEVEL, where)
            bands = [Band(SURFACE, UNLIMITED)]
        for each in bands:
            grouped.setdefault(each, []).append(shape)
    return [
        Published(
            id=means.name or where,
            where=where,
            grounds=tuple(shape.ground for shape in group),
            lower=limits.lower,
            upper=limits.upper,
            windows=when,
            activity=KINDS.get(means.code, means.code) or "airspace control means",
            doubt=max(shape.doubt for shape in group) + doubt,
        )
        for limits, group in grouped.items()
    ]


def _bands(sets: tuple[Set, ...], tally: Tally, where: str) -> list[Band]:
    """The levels of EFFLEVEL: several are several bands. Raises: Invalid (`aco.level`)."""
    return list(
        dict.fromkeys(
            _told(band(field, f"{where}, EFFLEVEL"), tally, where)
            for one in sets
            if one.name == "EFFLEVEL"
            for field in one.fields
            if field not in ("", "-")
        )
    )


def _told(limits: Band, tally: Tally, where: str) -> Band:
    for note in limits.told:
        tally.tell(note, where)
    return Band(limits.lower, limits.upper)
