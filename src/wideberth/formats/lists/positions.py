"""Where a row is: latitude and longitude in columns of their own, or one cell in any notation."""

from __future__ import annotations

import re
from decimal import Decimal

from wideberth.errors import Invalid
from wideberth.formats.lists import cells
from wideberth.formats.lists.sheet import Cell, shown
from wideberth.space.ellipsoid import GEOD
from wideberth.space.notation import read_place
from wideberth.space.place import Angle, Axis, Place, angle, place
from wideberth.space.units import DEGREE, METRE

APART = 100 * METRE
"""Two statements of one place that differ by more than this and their doubts are two places (a judgement)."""
WAYPOINT_LIMIT = 1_000
WGS84 = frozenset(("", "wgs84", "wgs 84", "wgs-84", "epsg:4326", "4326", "wgs1984", "wgs 1984", "gps", "dd"))

_BETWEEN = re.compile(r"\s*(?:;|\||\n|→|->|=>|>)\s*")
_WKT = re.compile(r"\s*(POINT|LINESTRING|POLYGON)\s*\(([0-9eE+\-.,()\s]*)\)\s*", re.IGNORECASE)


def datum_of(cell: Cell, path: str) -> str | None:
    """The datum that `read_place` is to be told; None for WGS84. Raises: Invalid (`list.cell_error`)."""
    cells.check(cell, path)
    text = cells.western(shown(cell))
    return None if text.lower() in WGS84 else text


def pair(lat: Cell, lon: Cell, datum: str | None, lat_path: str, lon_path: str) -> Place:
    """The place of two cells: decimal degrees, or both in another notation.

    Raises: Invalid (`list.missing`, `list.null_island`, `place.*`, `list.cell_error`).
    """
    for cell, path in ((lat, lat_path), (lon, lon_path)):
        cells.check(cell, path)
        if cell is None:
            raise Invalid("list.missing", path, "an empty cell", "a latitude and a longitude in every row")
    if cells.is_number(lat) and cells.is_number(lon):
        north, east = cells.decimal(lat, lat_path), cells.decimal(lon, lon_path)
        if north == east == 0:
            wanted = "a place: 0, 0 is what an empty form gives"
            raise Invalid("list.null_island", lat_path, "latitude 0, longitude 0", wanted)
        if datum is None:
            return place(_angle("lat", north, lat_path), _angle("lon", east, lon_path), "decimal degrees")
        return read_place(f"{north:f}, {east:f}", lat_path, datum=datum)
    for cell, path in ((lat, lat_path), (lon, lon_path)):
        if cells.is_number(cell) and not cells.is_number(lon if cell is lat else lat):
            wanted = "latitude and longitude in one notation, both with or both without N, S, E, W"
            raise Invalid("list.number", path, shown(cell), wanted)
    for cell, path, others in ((lat, lat_path, "EW"), (lon, lon_path, "NS")):
        if any(letter in shown(cell).upper() for letter in others):
            wanted = "N or S in the column of latitude, E or W in that of longitude"
            raise Invalid("list.number", path, shown(cell), wanted)
    return text(f"{cells.western(shown(lat))} {cells.western(shown(lon))}", datum, lat_path)


def _angle(axis: Axis, value: Decimal, path: str) -> Angle:
    return angle(axis, [f"{abs(value):f}"], value < 0, path)


def text(cell: Cell, datum: str | None, path: str) -> Place:
    """The place of one cell.

    Raises: Invalid (`place.*`, `list.missing`, `list.null_island`, `list.cell_error`).
    """
    cells.check(cell, path)
    written = shown(cell).strip()
    if not written:
        raise Invalid("list.missing", path, "an empty cell", "a position")
    found = read_place(written, path, datum=datum)
    if found.point == (0, 0):
        wanted = "a place: 0, 0 is what an empty form gives"
        raise Invalid("list.null_island", path, written, wanted)
    return found


def is_area(cell: Cell) -> bool:
    """True for what stands in a column of shapes, unless it is a point."""
    return cell is not None and not shown(cell).lstrip().upper().startswith("POINT")


def texts(cell: Cell, datum: str | None, path: str) -> list[Place]:
    """The places of one cell, separated by semicolons, bars, arrows or lines; or a WKT LINESTRING.

    Raises: Invalid (as `text`, `list.shape`, `list.waypoints`).
    """
    cells.check(cell, path)
    parts = [part for part in _BETWEEN.split(shown(cell)) if part.strip()]
    if len(parts) > WAYPOINT_LIMIT:
        raise Invalid("list.waypoints", path, f"{len(parts):,} points", f"at most {WAYPOINT_LIMIT:,}")
    return [text(part, datum, f"{path}, point {n}") for n, part in enumerate(parts, start=1)]


def agree(first: Place, second: Place, path: str) -> Place:
    """The better of two statements of one place. Raises: Invalid (`list.two_places`)."""
    apart = distance(first.point, second.point)
    if apart > (first.doubt + second.doubt + APART) / METRE:
        wanted = "one place in a row: its columns state two"
        raise Invalid("list.two_places", path, f"places {apart:,.0f} m apart", wanted)
    return min(first, second, key=lambda each: each.doubt)


def distance(p: tuple[int, int], q: tuple[int, int]) -> float:
    """Metres along the geodesic."""
    (lon1, lat1), (lon2, lat2) = p, q
    return float(GEOD.inv(lon1 / DEGREE, lat1 / DEGREE, lon2 / DEGREE, lat2 / DEGREE)[2])


Degrees = tuple[float, float]


def wkt(cell: Cell, path: str) -> tuple[str, list[list[Degrees]]]:
    """The kind (POINT, LINESTRING, POLYGON) and positions (lon, lat) of OGC well-known text.

    Raises: Invalid (`list.shape`, `list.cell_error`).
    """
    cells.check(cell, path)
    wanted = "POINT, LINESTRING or POLYGON in longitude and latitude, such as POINT (36.2 33.5)"
    match = _WKT.fullmatch(shown(cell))
    if match is None:
        raise Invalid("list.shape", path, shown(cell), wanted)
    kind, inside = match[1].upper(), match[2].strip()
    if kind == "POLYGON":
        if not inside.startswith("(") or not inside.endswith(")"):
            raise Invalid("list.shape", path, shown(cell), wanted)
        lines = re.split(r"\)\s*,\s*\(", inside[1:-1])
    else:
        lines = [inside]
    try:
        rings = [[_degrees(position) for position in line.split(",")] for line in lines]
    except ValueError:
        raise Invalid("list.shape", path, shown(cell), wanted) from None
    if kind == "POINT" and len(rings[0]) != 1:
        raise Invalid("list.shape", path, shown(cell), wanted)
    return kind, rings


def point(cell: Cell, datum: str | None, path: str) -> Place:
    """The place of a POINT, with the doubt of its last digits. Raises: Invalid (as `wkt` and `text`)."""
    wkt(cell, path)
    inside = shown(cell).partition("(")[2].rstrip(" )")
    return text(f"POINT ({' '.join(inside.split()[:2])})", datum, path)


def _degrees(position: str) -> Degrees:
    lon, lat = position.split()[:2]
    return float(lon), float(lat)
