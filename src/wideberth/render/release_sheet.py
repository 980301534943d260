"""A released document as people read it: its sentences, and each place in three notations.

The figures are those of the document and the same in every copy; only the sentences are chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.release_told import Told
from wideberth.formats.times import show_time
from wideberth.model.marked import Choose, chosen
from wideberth.model.release import Document, Record
from wideberth.render import mark, release_lines
from wideberth.render.agreement import figure
from wideberth.render.relay_page import MAPPED, small_map
from wideberth.render.release_lines import name
from wideberth.space.altitude import Altitude
from wideberth.space.echo import Notation, echo
from wideberth.space.ground import ROUNDING, Circle, Corridor, Ground, Point
from wideberth.space.place import Place
from wideberth.space.units import FLIGHT_LEVEL
from wideberth.space.volume import Volume

FACT: Final = 500
"""Characters of what is told of a record under a name."""
KINDS: Final = {
    "plan": "Plan",
    "notice": "Notice told to us",
    "sites": "Protected sites",
    "statement": "Statement",
    "talks": "Minutes of talks",
}
MAPS: Final = 40
"""Records with a place that each have a map; of more there is none."""
NO_MAPS: Final = "There are no maps in it: of so many records they would be too large."
_NOTATIONS: Final[tuple[Notation, ...]] = ("decimal", "DMS", "MGRS")
LEVELS: Final = {"full": "FULL", "coarse": "COARSE"}


class Position(Struct, frozen=True):
    """A position: what of the shape it is, in decimal degrees (latitude first), in degrees, minutes and
    seconds, and in MGRS.
    """

    what: str
    decimal: str
    dms: str
    mgrs: str


class Area(Struct, frozen=True):
    """A volume, as names and values, and its positions."""

    title: str
    facts: tuple[tuple[str, str], ...]
    positions: tuple[Position, ...]


def told(document: Document, choose: Choose, order: Sequence[int], token: str) -> Told:
    """The copy of a recipient.

    Args:
        document: what is released.
        choose: which wording the copy has (desk.fingerprint).
        order: the indexes of its records in the order of this copy, each once.
        token: what stands in its metadata.

    Raises: Invalid (`release.order`) for an order that leaves out or repeats a record.
    """
    if sorted(order) != list(range(len(document.records))):
        raise Invalid("release.order", "order", list(order), "each record of the document once")
    records = tuple(document.records[k] for k in order)
    return Told(
        document,
        records,
        (*((mark.MARK,) if document.exercise else ()), *release_lines.marks(document)),
        tuple(chosen(line, choose) for line in release_lines.heading(document)),
        {
            each.number: tuple(chosen(line, choose) for line in release_lines.record(document, each))
            for each in records
        },
        tuple(chosen(line, choose) for line in release_lines.closing(document)),
        token,
    )


def mapped(told: Told) -> bool:
    """Whether its records have maps."""
    return sum(bool(each.volumes) for each in told.records) <= MAPS


def drawing(told: Told, record: Record) -> str:
    """The map of a record as SVG; empty where it has none."""
    few = len(record.volumes) <= MAPPED
    return small_map(record.volumes) if few and mapped(told) else ""


def title(record: Record) -> str:
    """`Record 3: Protected sites, Clinic (COARSE)`."""
    called = f", {name(record.title)}" if record.title else ""
    level = f" ({LEVELS[record.level]})" if record.volumes else ""
    return f"Record {record.number}: {KINDS[record.kind]}{called}{level}"


def facts(record: Record) -> tuple[tuple[str, str], ...]:
    """What is told of it under names, and whose it is."""
    grid = (("cells of", release_lines.cells(record.grid)),) if record.grid is not None else ()
    more = tuple((name(called), name(said, FACT)) for called, said in record.facts)
    return (("originator", name(record.said_by)), ("its identity", name(record.originator)), *grid, *more)


def areas(record: Record) -> tuple[Area, ...]:
    """Where and when, volume by volume."""
    of = len(record.volumes)
    return tuple(
        Area(f"Volume {k} of {of}", tuple(_volume(each)), tuple(positions(each.ground)))
        for k, each in enumerate(record.volumes, 1)
    )


def window(volume: Volume) -> tuple[str, str]:
    """From when until when, exactly."""
    start = "in force" if volume.start is None else show_time(volume.start)
    return start, "until further notice" if volume.end is None else show_time(volume.end)


def limit(altitude: Altitude) -> str:
    """`FL310`, `400 ft AGL`, `120 m MSL`: exactly, in the unit in which it is a short number."""
    if altitude.datum in ("SFC", "UNL"):
        return altitude.datum
    if altitude.datum == "FL" and altitude.value >= 0 and altitude.value % FLIGHT_LEVEL == 0:
        return f"FL{altitude.value // FLIGHT_LEVEL:03d}"
    return f"{figure(altitude.value, 'height')} {altitude.datum}"


def positions(ground: Ground) -> Iterator[Position]:
    """Every position of a shape, in its order."""
    if isinstance(ground, Circle):
        yield _position("centre", ground.centre)
    elif isinstance(ground, Corridor):
        for k, point in enumerate(ground.points, 1):
            yield _position(f"point {k}", point)
    else:
        for r, ring in enumerate(ground.rings):
            for k, point in enumerate(ring, 1):
                yield _position(f"opening {r}, corner {k}" if r else f"corner {k}", point)


def _position(what: str, point: Point) -> Position:
    where = Place(point, ROUNDING, "")
    return Position(what, *(echo(where, each) or "" for each in _NOTATIONS))


def _volume(volume: Volume) -> Iterator[tuple[str, str]]:
    start, end = window(volume)
    yield "from", start
    yield "until", end
    yield "levels", f"{limit(volume.lower)} to {limit(volume.upper)}"
    if volume.band is not None:
        yield (
            "frequencies",
            f"{figure(volume.band.low, 'frequency')} to {figure(volume.band.high, 'frequency')}",
        )
    ground = volume.ground
    if isinstance(ground, Circle):
        yield "shape", f"circle of radius {figure(ground.radius, 'length')}"
    elif isinstance(ground, Corridor):
        yield "shape", f"corridor, {figure(ground.half_width, 'length')} to each side"
    else:
        yield "shape", "area" if len(ground.rings) == 1 else f"area with {len(ground.rings) - 1} openings"
    if not isinstance(ground, Circle):
        lines = "the shortest" if ground.edges == "geodesic" else "straight in latitude and longitude"
        yield "lines between positions", lines
    pads = ((volume.pad.h + ground.slack, "length"), (volume.pad.v, "height"), (volume.pad.t, "duration"))
    around = [figure(size, kind) for size, kind in pads if size]
    if around:
        yield "margin around it", ", ".join(around)
