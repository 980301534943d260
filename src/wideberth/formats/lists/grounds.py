"""The ground, margins and band that a row states."""

from __future__ import annotations

from typing import Literal

from wideberth.errors import Invalid
from wideberth.formats.lists import cells, positions
from wideberth.formats.lists.row import RowReader
from wideberth.space import stated
from wideberth.space.ground import Ground
from wideberth.space.units import METRE, parse_frequency
from wideberth.space.volume import Frequencies

RADIUS = 250 * METRE
"""Of a site that states none. A judgement: the mark of a hospital or school stands on any of its buildings
or on its gate, and few compounds are longer than this; a camp or a large campus must state its own."""
HALF_WIDTH = 1_000 * METRE
"""Of a movement that states none. A judgement: a road between two points is not the line between them, and
nobody can tell from a list how far from it the road runs: more points make it nearer."""

NO_RADIUS = "no radius is stated, read as {:g} m"
NO_WIDTH = (
    "no half-width of a movement is stated, read as {:g} m on either side of the line between its points"
)


def half_width(row: RowReader) -> int:
    """Half the width of a movement or a line in 0.1 mm; where none is stated, a default that is told."""
    found = row.length("half_width")
    if found is None:
        found = row.shared.options.half_width
    if found is None:
        found = HALF_WIDTH
        row.tell(NO_WIDTH.format(found / METRE))
    return found


def radius(row: RowReader) -> int:
    """The radius of a place in 0.1 mm; where none is stated, a default that is told."""
    found = row.length("radius")
    if found is None:
        found = row.shared.options.radius
    if found is None:
        found = RADIUS
        row.tell(NO_RADIUS.format(found / METRE))
    return found


def ground(row: RowReader) -> Ground:
    """The shape of well-known text: edges straight in longitude and latitude, as such text means them.

    Raises: Invalid (`list.shape`, `geometry.*`); also where the row names a datum other than WGS84.
    """
    path = row.path("shape")
    kind, rings = positions.wkt(row.cell("shape"), path)
    datum = positions.datum_of(row.cell("datum"), row.path("datum"))
    if datum is not None:
        raise Invalid("list.shape", path, f"a shape on {datum}", "a shape on WGS84: it is not converted")
    wrap = row.shared.options.wrap
    if kind == "POLYGON":
        return stated.polygon(rings, "lonlat", path, wrap=wrap)
    if kind == "LINESTRING":
        return stated.corridor(rings[0], half_width(row), "lonlat", path, wrap=wrap)
    return stated.circle(*rings[0][0], radius(row), path, wrap=wrap)


def margin(row: RowReader, meaning: str, parts: int) -> int:
    """A pad: metres as 0.1 mm, or with 10 parts seconds as ms."""
    cell = row.cell(meaning)
    if cell is None:
        return 0
    unit: Literal["m", "s"] = "m" if parts == 1 else "s"
    return -(-row.attempt(lambda: cells.margin(cell, row.unit(meaning), unit, row.path(meaning)), 0) // parts)


def band(row: RowReader) -> Frequencies | None:
    """The band of a row. Raises: Invalid (`frequency.*`)."""
    low, high = row.text("frequency_from"), row.text("frequency_to")
    if not low and not high:
        return None
    return Frequencies(
        parse_frequency(low, row.path("frequency_from"), "down"),
        parse_frequency(high, row.path("frequency_to"), "up"),
    )
