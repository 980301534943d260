"""Plans as a list: one row a volume, with columns that `reader` takes back.

Polygons and corridors are well-known text with edges straight in longitude and latitude; what making geodesic
edges so moves is added to the pad, as for GeoJSON.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats.lists.book import Page, workbook
from wideberth.formats.lists.defused import defuse
from wideberth.formats.lists.notice import NOTICE
from wideberth.formats.lists.sheet import ROW_LIMIT
from wideberth.formats.properties import check_name, check_text
from wideberth.formats.raw import Tally
from wideberth.formats.times import to_rfc3339
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.space.altitude import Altitude
from wideberth.space.flatten import to_lonlat
from wideberth.space.ground import Circle, Corridor, Ground, Point
from wideberth.space.units import DEGREE, FLIGHT_LEVEL, METRE, SECOND
from wideberth.space.volume import Volume

COLUMNS: tuple[tuple[str, str], ...] = (
    ("record", "record"),
    ("party", "party"),
    ("id", "plan"),
    ("name", "name"),
    ("activity", "activity"),
    ("start", "start"),
    ("end", "end"),
    ("lower", "lower"),
    ("upper", "upper"),
    ("shape", "shape"),
    ("radius", "radius (m)"),
    ("half_width", "half width (m)"),
    ("pad", "pad (m)"),
    ("vertical_pad", "vertical pad (m)"),
    ("time_pad", "time pad (s)"),
    ("frequency_from", "frequency from"),
    ("frequency_to", "frequency to"),
    ("state", "state of plan"),
    ("priority", "priority"),
    ("callsign", "callsign"),
    ("note", "note"),
    ("variant", "variant of"),
    ("review", "review"),
)
"""Meaning and header of each column that is written."""

Rows = Iterator[tuple[str, ...]]


def write_csv(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A list in CSV (RFC 4180; UTF-8 with a byte order mark, by which spreadsheets know it), and notes.

    A cell that a spreadsheet would run has a single quote in front. The first row is the notice that a list
    gives no permission. Raises: Invalid (`text.*`, `geometry.pole_edge`, `list.too_large`).
    """
    tally = Tally()
    return csv_bytes([(NOTICE,), tuple(header for _, header in COLUMNS), *_rows(plans, tally)]), tally.notes()


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([[defuse(text) for text in row] for row in rows])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def write_xlsx(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A list as a workbook: every cell is text, none a formula; the notice is above the header.

    Raises: Invalid (as `write_csv`, and `list.cell_too_long` for a shape of more than about 1,300 vertices).
    """
    tally = Tally()
    rows = [(NOTICE,), tuple(header for _, header in COLUMNS), *_rows(plans, tally)]
    return workbook([Page("list", rows, 2)]), tally.notes()


def _rows(plans: Sequence[Plan], tally: Tally) -> Rows:
    count = 0
    for n, plan in enumerate(plans):
        path = f"plans[{n}]"
        for key, name in (("party", plan.party), ("plan", plan.id), ("activity", plan.activity)):
            check_name(name, f"{path}.{key}")
        if plan.variant_of is not None:
            check_name(plan.variant_of, f"{path}.variant_of")
        for key, text in (("label", plan.label), ("callsign", plan.callsign), ("note", plan.note)):
            check_text(text, f"{path}.{key}")
        if not plan.volumes:
            tally.tell("a plan without volumes is left out", plan.id)
        for volume in plan.volumes:
            count += 1
            if count > ROW_LIMIT - 2:
                raise Invalid(
                    "list.too_large", path, f"more than {ROW_LIMIT - 2:,} volumes", "fewer: split the list"
                )
            yield _row(plan, volume, tally)


def _row(plan: Plan, volume: Volume, tally: Tally) -> tuple[str, ...]:
    ground = volume.ground
    if not isinstance(ground, Circle) and ground.edges != "lonlat":
        ground = to_lonlat(ground)
        tally.tell("geodesic edges were made straight in lon/lat, the difference added to the pad", plan.id)
    elif ground.slack:
        tally.tell("what rounding may have moved a position is added to the pad", plan.id)
    for text in (
        plan.party,
        plan.id,
        plan.activity,
        plan.label,
        plan.callsign,
        plan.note,
        plan.variant_of or "",
    ):
        if text != text.strip():
            tally.tell("white space at the ends of texts is left out", plan.id)
    volume = structs.replace(volume, ground=ground)
    found = {
        "record": "volume",
        "party": plan.party,
        "id": plan.id,
        "name": plan.label,
        "activity": plan.activity if plan.activity != UNSPECIFIED else "",
        "start": to_rfc3339(volume.start) if volume.start is not None else "",
        "end": to_rfc3339(volume.end) if volume.end is not None else "",
        "lower": _limit(volume.lower),
        "upper": _limit(volume.upper),
        "shape": _wkt(ground),
        "radius": _number(ground.radius, METRE) if isinstance(ground, Circle) else "",
        "half_width": _number(ground.half_width, METRE) if isinstance(ground, Corridor) else "",
        "pad": _number(volume.pad.h + ground.slack, METRE),
        "vertical_pad": _number(volume.pad.v, METRE),
        "time_pad": _number(volume.pad.t, SECOND),
        "frequency_from": f"{volume.band.low}Hz" if volume.band else "",
        "frequency_to": f"{volume.band.high}Hz" if volume.band else "",
        "state": plan.state,
        "priority": str(plan.priority),
        "callsign": plan.callsign,
        "note": plan.note,
        "variant": plan.variant_of or "",
        "review": to_rfc3339(plan.review) if plan.review is not None else "",
    }
    return tuple(found[meaning] for meaning, _ in COLUMNS)


def _number(value: int, unit: int) -> str:
    """A decimal without three figures behind its point, which might be a mark of thousands."""
    text = f"{Decimal(value) / unit:f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _limit(limit: Altitude) -> str:
    """The text that `cells.altitude` reads back exactly. A bare `MSL` is of the datum MSL/ALT."""
    if limit.datum in ("SFC", "UNL"):
        return limit.datum
    if limit.datum == "FL" and limit.value % FLIGHT_LEVEL == 0 and 0 <= limit.value < 10_000 * FLIGHT_LEVEL:
        return f"FL{limit.value // FLIGHT_LEVEL:03d}"
    datum = {"MSL": "MSL geoid", "MSL/ALT": "MSL"}.get(limit.datum, limit.datum)
    return f"{_number(limit.value, METRE)}m {datum}"


def _wkt(ground: Ground) -> str:
    if isinstance(ground, Circle):
        return f"POINT ({_positions((ground.centre,))})"
    if isinstance(ground, Corridor):
        return f"LINESTRING ({_positions(ground.points)})"
    return f"POLYGON ({', '.join(f'({_positions((*ring, ring[0]))})' for ring in ground.rings)})"


def _positions(points: Sequence[Point]) -> str:
    return ", ".join(f"{lon / DEGREE:.7f} {lat / DEGREE:.7f}" for lon, lat in points)
