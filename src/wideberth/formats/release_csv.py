"""A released copy as CSV (RFC 4180): one row a volume, for spreadsheets and maps; marks and remarks in each.

The first row is one cell, which begins with #: to whom it is released, the sentences that stand before and
after the records, and the token of the copy. Places are WKT (longitude first, as OGC 06-103r4 has it), which
maps read as it is, and as lists in degrees, minutes and seconds and in MGRS. No cell is run as a formula by
a spreadsheet: one that could be begins with a single quote (formats.lists.defused).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from wideberth.errors import shorten
from wideberth.formats.lists.defused import defuse
from wideberth.formats.release_told import Told
from wideberth.formats.times import to_rfc3339
from wideberth.model.release import Record
from wideberth.space.echo import Notation, echo
from wideberth.space.ground import ROUNDING, Circle, Corridor, Ground, Point, Polygon
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Volume

COLUMNS: Final = (
    "marks",
    "release",
    "record",
    "kind",
    "title",
    "originator",
    "originator_name",
    "level",
    "cell_h_m",
    "cell_v_m",
    "cell_t_s",
    "volume",
    "start",
    "end",
    "lower_m",
    "lower_datum",
    "upper_m",
    "upper_datum",
    "from_hz",
    "to_hz",
    "shape",
    "latitude_deg",
    "longitude_deg",
    "wkt",
    "edges",
    "radius_m",
    "half_width_m",
    "pad_m",
    "pad_v_m",
    "pad_t_s",
    "dms",
    "mgrs",
    "facts",
    "text",
    "remarks",
)
"""`latitude_deg` and `longitude_deg` are the centre of a circle, and empty for other shapes."""
LONGEST: Final = 1_000
TEXT: Final = 10_000_000
"""Characters of a name or fact, and of a line of a text, with what does not print written out."""


def write(told: Told) -> bytes:
    """The copy in UTF-8 with a byte order mark, so that spreadsheets see what it is."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\r\n")
    said = (*told.marks, *told.heading, *told.closing, f"Copy {told.token}")
    rows.writerow([f"# {' '.join(_ended(each) for each in said)}"])
    rows.writerow(COLUMNS)
    for record in told.records:
        for row in _rows(told, record):
            rows.writerow([defuse(row.get(column, "")) for column in COLUMNS])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _ended(said: str) -> str:
    return said if said.endswith(".") else f"{said}."


def _rows(told: Told, record: Record) -> Iterator[dict[str, str]]:
    about = {
        "marks": "; ".join(told.marks),
        "release": told.document.id,
        "record": str(record.number),
        "kind": record.kind,
        "title": shorten(record.title, LONGEST),
        "originator": record.originator,
        "originator_name": shorten(record.said_by, LONGEST),
        "level": record.level if record.volumes else "",
        "facts": "; ".join(shorten(f"{called}: {said}", LONGEST) for called, said in record.facts),
        "text": "\n".join(shorten(each.expandtabs(4), TEXT) for each in record.text.splitlines()),
        "remarks": " ".join(told.remarks[record.number]),
    }
    if record.grid is not None:
        about["cell_h_m"] = _metres(record.grid.h)
        about["cell_v_m"] = _metres(record.grid.v)
        about["cell_t_s"] = scaled(record.grid.t, SECOND)
    if not record.volumes:
        yield about
    for k, volume in enumerate(record.volumes, 1):
        yield {**about, "volume": str(k), **_volume(volume)}


def _volume(volume: Volume) -> dict[str, str]:
    ground, band = volume.ground, volume.band
    places = [Place(each, ROUNDING, "") for each in _points(ground)]
    found = {
        "start": "" if volume.start is None else to_rfc3339(volume.start),
        "end": "" if volume.end is None else to_rfc3339(volume.end),
        "lower_m": "" if volume.lower.datum == "SFC" else _metres(volume.lower.value),
        "lower_datum": volume.lower.datum,
        "upper_m": "" if volume.upper.datum in ("SFC", "UNL") else _metres(volume.upper.value),
        "upper_datum": volume.upper.datum,
        "from_hz": "" if band is None else str(band.low),
        "to_hz": "" if band is None else str(band.high),
        "wkt": wkt(ground),
        "pad_m": _metres(volume.pad.h + ground.slack),
        "pad_v_m": _metres(volume.pad.v),
        "pad_t_s": scaled(volume.pad.t, SECOND),
        "dms": _listed(places, "DMS"),
        "mgrs": _listed(places, "MGRS"),
    }
    if isinstance(ground, Circle):
        return found | {
            "shape": "circle",
            "latitude_deg": scaled(ground.centre[1], DEGREE),
            "longitude_deg": scaled(ground.centre[0], DEGREE),
            "radius_m": _metres(ground.radius),
        }
    if isinstance(ground, Corridor):
        width = _metres(ground.half_width)
        return found | {"shape": "corridor", "edges": ground.edges, "half_width_m": width}
    return found | {"shape": "polygon", "edges": ground.edges}


def wkt(ground: Ground) -> str:
    """The shape in well-known text; a circle is its centre, a corridor its line."""
    if isinstance(ground, Circle):
        return f"POINT ({_pair(ground.centre)})"
    if isinstance(ground, Corridor):
        return f"LINESTRING ({', '.join(map(_pair, ground.points))})"
    rings = (f"({', '.join(map(_pair, (*ring, ring[0])))})" for ring in ground.rings)
    return f"POLYGON ({', '.join(rings)})"


def scaled(value: int, unit: int) -> str:
    """`value / unit` as a decimal, exactly, for units that are powers of ten."""
    digits = len(str(unit)) - 1
    whole, rest = divmod(abs(value), unit)
    text = f"{whole}.{rest:0{digits}}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def _metres(value: int) -> str:
    return scaled(value, METRE)


def _pair(point: Point) -> str:
    return f"{scaled(point[0], DEGREE)} {scaled(point[1], DEGREE)}"


def _points(ground: Ground) -> tuple[Point, ...]:
    if isinstance(ground, Circle):
        return (ground.centre,)
    if isinstance(ground, Polygon):
        return tuple(point for ring in ground.rings for point in ring)
    return ground.points


def _listed(places: list[Place], notation: Notation) -> str:
    return "; ".join(echo(each, notation) or "" for each in places)
