"""Vertical axis of the oracle: GEOMETRY's Altitude section from its text, by plain sums.

An altitude limit is `{"datum": "HAE" | "MSL" | "ALT" | "FL" | "AGL" | "SFC" | "UNL" | "MSL/ALT",
"value": int}` in 0.1 mm. What heights are measured against is `{"terrain": None | {"low", "high",
"datum"}, "qnh": None | {"hpa": float | None}, "atmosphere": {"pressure": [low, high],
"deviation": [low, high], "altimetry": int}}`; the geoid is an int16 array of centimetres,
721 × 1440, row 0 at 90° N, column 0 at Greenwich.

Heights above the ellipsoid come out as two ranges: a *tight* one that is certainly within what
the text demands, and a *loose* one that certainly holds it. They differ by the cells that the
ground may or may not touch, and by millimetres of quadrature.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from oracle_ground import GEOD, Array, Ground, inside, lines_of, radius_of, spots

Grid = NDArray[np.int16]
Limit = dict[str, Any]
Reference = dict[str, Any]

UNIT = 10_000
ROWS, COLUMNS = 721, 1440
GEOID_ERROR = 1.2
UNNAMED_GEOID = 6.0
TERRAIN_ERROR = 30.0
ANYWHERE = (-500.0, 8_900.0)
QNH_ERROR = 5.0
DIRECT = ("HAE", "MSL", "ALT", "FL")
NO_QNH = 90 * UNIT
QUADRATURE = 0.02
"""Metres allowed for the sums here and the rounding to 0.1 mm there."""
Range = tuple[float, float]


def load_grid(path: Path) -> Grid:
    """The geoid from its file (zlib, little-endian int16 centimetres)."""
    return (
        np.frombuffer(zlib.decompress(path.read_bytes()), dtype="<i2").reshape(ROWS, COLUMNS).astype(np.int16)
    )


def isa_temperature(height: Array) -> Array:
    """Kelvin at a pressure altitude in metres: the ISA layers (ICAO Doc 7488; above 32 km US 1976)."""
    levels = [-20_000.0, 0.0, 11_000.0, 20_000.0, 32_000.0, 47_000.0, 51_000.0, 71_000.0, 84_852.0]
    kelvin = [418.15, 288.15, 216.65, 216.65, 228.65, 270.65, 270.65, 214.65, 186.946]
    return np.asarray(np.interp(height, levels, kelvin))


def pressure_height(hpa: float) -> float:
    """Metres of the standard atmosphere at which the pressure is `hpa` (GEOMETRY's h_p)."""
    return 44_330.77 * (1 - math.pow(hpa / 1013.25, 0.190263))


def true_height(start: float, stop: float, deviation: float) -> float:
    """∫ (T + ΔT)/T dh from `start` to `stop`, by Simpson's rule; metres above the geoid."""
    h = np.linspace(start, stop, 2001)
    share = 1 + deviation / isa_temperature(h)
    weighed = share[0] + share[-1] + 4 * share[1:-1:2].sum() + 2 * share[2:-1:2].sum()
    return float((stop - start) / 6_000 * weighed)


@lru_cache(maxsize=200_000)
def above_geoid(datum: str, value: float, hpa: float | None, pressure: Range, deviation: Range) -> Range:
    """Lowest and highest true height (metres above the geoid) of an FL or ALT limit, altimetry not included.

    The height rises with the pressure Q and is linear in the deviation, but all combinations are tried.
    """
    if datum == "FL":
        pairs = [(q, 1013.25) for q in np.linspace(*pressure, 5)]
    elif hpa is not None:
        pairs = [(hpa + x, hpa) for x in np.linspace(-QNH_ERROR, QNH_ERROR, 5)]
    else:
        pairs = [
            (min(max(qnh + x, pressure[0]), pressure[1]), qnh)
            # where the pressure meets the end of its range, 5 hPa from it, the height has a kink
            for qnh in (pressure[0] + QNH_ERROR, pressure[1] - QNH_ERROR, *np.linspace(*pressure, 9))
            for x in (-QNH_ERROR, QNH_ERROR)
        ]
    heights = [
        true_height(pressure_height(q), value + pressure_height(qnh), dt)
        for q, qnh in pairs
        for dt in np.linspace(*deviation, 3)
    ]
    return min(heights), max(heights)


@dataclass(frozen=True)
class Cells:
    """Range of the geoid (metres) over the touched cells: certainly touched, possibly touched."""

    tight: Range
    loose: Range


def geoid_over(ground: Ground, grow: float, grid: Grid) -> Cells:
    """Geoid range over the cells that the ground, grown by `grow` metres, touches (no error added)."""
    lon, lat = covered(ground, grow)
    row, column = _cells(lon, lat)
    tight = _nodes(grid, row, column)
    top, bottom = max(0, int(row.min()) - 1), min(ROWS - 2, int(row.max()) + 1)
    turned = np.sort(np.unique(column))
    around = np.diff(np.append(turned, turned[0] + COLUMNS))
    widest = int(np.argmax(around))
    near_pole = min(top, ROWS - 2 - bottom) < 20
    if near_pole or around[widest] < 200:
        columns = np.arange(COLUMNS)
    else:
        # every column but those of the widest stretch without a sample
        columns = np.arange(turned[widest] + around[widest] - 1, turned[widest] + COLUMNS + 2) % COLUMNS
    block = np.stack(np.meshgrid(np.arange(top, bottom + 1), columns, indexing="ij"), -1).reshape(-1, 2)
    return Cells(tight, _nodes(grid, block[:, 0], block[:, 1]))


def _cells(lon: Array, lat: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    row = np.clip(np.floor((90.0 - lat) * 4), 0, ROWS - 2).astype(np.int64)
    return row, np.floor((lon % 360.0) * 4).astype(np.int64) % COLUMNS


def _nodes(grid: Grid, row: NDArray[np.int64], column: NDArray[np.int64]) -> Range:
    east = (column + 1) % COLUMNS
    corners = np.concatenate([grid[row, column], grid[row + 1, column], grid[row, east], grid[row + 1, east]])
    return float(corners.min()) / 100, float(corners.max()) / 100


def covered(ground: Ground, grow: float) -> tuple[Array, Array]:
    """Positions in the ground grown by `grow` metres: its line, circles about it, and inside of polygons."""
    edges = lines_of(ground)
    count = int(np.clip(np.ceil(edges[:, 5].max() / 5_000.0), 2, 120)) if edges[:, 5].max() > 0 else 1
    lon, lat = spots(edges, count)
    reach = radius_of(ground) + grow
    # a hair less than the reach, so that no sample lies beyond it
    rings = reach * (1 - 1e-9) * np.linspace(0, 1, 2 + min(12, int(reach / 5_000)))
    azimuth = np.linspace(0.0, 360.0, 32, endpoint=False)
    if len(lon) * len(rings) > 2_000:
        rings = rings[-1:]
    far, way, start = (x.ravel() for x in np.meshgrid(rings, azimuth, np.arange(len(lon)), indexing="ij"))
    out_lon, out_lat, _ = GEOD.fwd(lon[start], lat[start], way, far)
    lon, lat = np.append(lon, out_lon), np.append(lat, out_lat)
    if "polygon" in ground:
        held = _some_inside(ground, lon, lat)
        lon, lat = np.append(lon, held[:, 0]), np.append(lat, held[:, 1])
    return np.asarray(lon), np.asarray(lat)


def _some_inside(ground: Ground, lon: Array, lat: Array) -> Array:
    """Up to 36 positions inside a polygon: those of a coarse lattice over its extent that it holds."""
    about = lon[0] + ((lon - lon[0] + 180.0) % 360.0 - 180.0)
    wide = np.linspace(about.min(), about.max(), 8)[1:-1]
    tall = np.linspace(lat.min(), lat.max(), 8)[1:-1]
    if np.ptp(about) < 0.5 and np.ptp(lat) < 0.5:
        return np.empty((0, 2))
    held = [(x, y) for x in wide.tolist() for y in tall.tolist() if inside(ground, x, y, 1_000.0)]
    return np.array(held).reshape(-1, 2)


def ellipsoid_heights(limit: Limit, cells: Cells, reference: Reference) -> tuple[Range, Range]:
    """Heights above WGS84 in metres that a limit may mean: (tight, loose)."""
    datum, value = limit["datum"], limit["value"] / UNIT
    if datum == "UNL":
        return (float("inf"), float("inf")), (float("inf"), float("inf"))
    if datum == "HAE":
        return (value, value), (value, value)
    unnamed = UNNAMED_GEOID if datum == "MSL" else 0.0
    less_certain = unnamed
    if datum == "MSL":
        low, high = value, value
    elif datum in ("AGL", "SFC"):
        terrain = reference["terrain"]
        low, high = ANYWHERE
        if terrain is not None:
            low, high = terrain["low"] / UNIT - TERRAIN_ERROR, terrain["high"] / UNIT + TERRAIN_ERROR
        if terrain is not None and terrain["datum"] == "HAE":
            return (low + value, high + value), (low + value, high + value)
        low, high = low + value, high + value
        # whether the ground's MSL is one "whose geoid is not named" the text leaves open
        less_certain = UNNAMED_GEOID
    else:
        air = reference["atmosphere"]
        hpa = (reference["qnh"] or {}).get("hpa")
        low, high = above_geoid(datum, value, hpa, tuple(air["pressure"]), tuple(air["deviation"]))
        low, high = low - air["altimetry"] / UNIT, high + air["altimetry"] / UNIT
    tight = _over(low, high, cells.tight, GEOID_ERROR + unnamed - QUADRATURE)
    return tight, _over(low, high, cells.loose, GEOID_ERROR + less_certain + QUADRATURE)


def _over(low: float, high: float, geoid: Range, error: float) -> Range:
    return low + geoid[0] - error, high + geoid[1] + error


def widened(lower: Limit, upper: Limit) -> tuple[Limit, Limit]:
    """A band of one datum thinner than 1 m, widened to that about its centre; values may be halves."""
    kind = {"SFC": "AGL"}
    if kind.get(lower["datum"], lower["datum"]) != kind.get(upper["datum"], upper["datum"]):
        return lower, upper
    if lower["datum"] == "UNL" or upper["value"] - lower["value"] >= UNIT:
        return lower, upper
    centre = (lower["value"] + upper["value"]) / 2
    return {**lower, "value": centre - UNIT / 2}, {**upper, "value": centre + UNIT / 2}


@dataclass(frozen=True)
class Side:
    """One volume's vertical extent: limits and the cells of its grown ground."""

    lower: Limit
    upper: Limit
    cells: Cells


def difference(low: Limit, low_cells: Cells, high: Limit, high_cells: Cells, reference: Reference) -> Range:
    """Lower limit of one less upper limit of the other, less the 90 m of two ALT: metres (loose, tight)."""
    if high["datum"] == "UNL":
        return float("-inf"), float("-inf")
    if low["datum"] == high["datum"] and low["datum"] in DIRECT:
        extra = NO_QNH if low["datum"] == "ALT" and reference["qnh"] is None else 0
        exact = (low["value"] - high["value"] - extra) / UNIT
        return exact, exact
    bottom_tight, bottom_loose = ellipsoid_heights(low, low_cells, reference)
    top_tight, top_loose = ellipsoid_heights(high, high_cells, reference)
    return bottom_loose[0] - top_loose[1], bottom_tight[0] - top_tight[1]


def vertical(one: Side, two: Side, reference: Reference) -> Range:
    """Vertical gap in metres as (loose, tight); the axis conflicts where it is below the minimum.

    "MSL" of a field document is the union of MSL and ALT: tight takes the two limits of a volume
    in the same sense, loose each limit by itself.
    """
    gaps: list[tuple[Range, Range]] = []
    for a in _readings(one):
        for b in _readings(two):
            up = difference(a.lower, a.cells, b.upper, b.cells, reference)
            down = difference(b.lower, b.cells, a.upper, a.cells, reference)
            gaps.append((up, down))
    tight = min(max(up[1], down[1]) for up, down in gaps)
    loose = max(min(up[0] for up, _ in gaps), min(down[0] for _, down in gaps))
    return loose, tight


def _readings(side: Side) -> list[Side]:
    if "MSL/ALT" not in (side.lower["datum"], side.upper["datum"]):
        return [Side(*widened(side.lower, side.upper), side.cells)]
    sides = []
    for datum in ("MSL", "ALT"):
        limits = (side.lower, side.upper)
        lower, upper = ({**x, "datum": datum} if x["datum"] == "MSL/ALT" else x for x in limits)
        sides.append(Side(*widened(lower, upper), side.cells))
    return sides
