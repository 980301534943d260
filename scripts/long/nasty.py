"""Random and nasty pairs of volumes for the oracle: seeded, one generator per pair, plain dicts.

`pair(seed, k, grid)` always gives the same pair. Each pair has one axis that decides (mostly the
horizontal); the others are mostly open, so that a missed conflict cannot hide behind them.
Horizontal near misses are placed with the oracle's own gap, never with the package's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nasty_axes import altitudes, bands, minima, pads, reference_of, times
from oracle import Rule, Volume
from oracle_ground import GEOD, Ground, ground_gap
from oracle_height import Grid, Reference

Chance = np.random.Generator
METRES_PER_DEGREE = 111_195.0
UNIT = 10_000
LATITUDES = {
    "equator": 0.0,
    "33N": 33.5,
    "70N": 70.0,
    "89.99N": 89.99,
    "north pole": 90.0,
    "south pole": -90.0,
}
LARGEST = 1_000_000.0


@dataclass(frozen=True)
class Template:
    """A shape without its place: offsets (azimuth in degrees, metres) of its vertices from an anchor."""

    kind: str
    edges: str = "geodesic"
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    reach: int = 0
    size: float = 0.0
    fixed: Ground | None = None


@dataclass(frozen=True)
class Pair:
    """Two volumes, the rules of their row, what heights are measured against, and what the pair exercises."""

    seed: int
    number: int
    a: Volume
    b: Volume
    rules: tuple[Rule, ...]
    reference: Reference
    tags: dict[str, str] = field(default_factory=dict)


def pair(seed: int, number: int, grid: Grid, largest: float = LARGEST) -> Pair:
    """The pair of that number; `largest` bounds half the size of shapes in metres."""
    chance = np.random.default_rng([seed, number])
    decides = str(chance.choice(["h", "v", "t", "f", "all"], p=[0.66, 0.17, 0.08, 0.03, 0.06]))
    band = str(chance.choice([*LATITUDES, "any"], p=[0.14, 0.26, 0.16, 0.09, 0.03, 0.02, 0.3]))
    margins = [pads(chance), pads(chance)]
    reference = reference_of(chance)
    rules = [minima(chance, decides)]
    if chance.random() < 0.08:
        rules.append(minima(chance, "all"))
    grounds, placed = _two_grounds(chance, band, decides, rules[0], margins, largest)
    if placed == "in a hole":
        rules[0] = _fitted(chance, grounds, rules[0], margins)
    windows = times(chance, decides in ("t", "all"), rules[0], margins)
    emissions = bands(chance, decides in ("f", "all"), rules[0])
    limits = altitudes(chance, decides, rules[0], margins, grounds, reference, grid)
    a, b = (
        {
            "ground": grounds[k],
            "lower": limits[k][0],
            "upper": limits[k][1],
            "start": windows[k][0],
            "end": windows[k][1],
            "band": emissions[k],
            "pad": margins[k],
        }
        for k in (0, 1)
    )
    tags = {"decides": decides, "latitude": band, "placed": placed, "datums": datum_path(a, b)}
    tags["antimeridian"] = "between or across" if across(grounds) else "elsewhere"
    return Pair(seed, number, a, b, tuple(rules), reference, tags)


def datum_path(a: Volume, b: Volume) -> str:
    """Which datums meet: lower and upper limit of each difference that is bounded."""
    met = {
        "-".join(sorted((low["lower"]["datum"], high["upper"]["datum"])))
        for low, high in ((a, b), (b, a))
        if high["upper"]["datum"] != "UNL"
    }
    return ", ".join(sorted(met)) or "unbounded"


def across(grounds: list[Ground]) -> bool:
    """Does the antimeridian lie in or between the shapes (some of their longitudes over 180° apart)?"""
    lons = [
        spot[0]
        for ground in grounds
        for ring in ground.get("polygon", [ground.get("corridor", [ground.get("circle")])])
        for spot in ring
    ]
    return bool(max(lons) - min(lons) > 180.0)


def _two_grounds(
    chance: Chance, band: str, decides: str, rule: Rule, margins: list[dict[str, int]], largest: float
) -> tuple[list[Ground], str]:
    lon, lat = _anchor(chance, band)
    first = _template(chance, _size(chance, largest), lat, band)
    second = _template(chance, _size(chance, largest), lat, "any")
    anchored = place(first, lon, lat)
    minimum = 0.0 if rule["h"] == "any" else (rule["h"] + margins[0]["h"] + margins[1]["h"]) / UNIT
    manners = ["near", "around", "overlap", "far"]
    chances = [0.42, 0.3, 0.2, 0.08] if decides in ("h", "all") else [0.0, 0.2, 0.8, 0.0]
    manner = str(chance.choice(manners, p=chances))
    if manner == "near" and not 0 < minimum <= 3e6:
        manner = "around"
    azimuth = float(chance.uniform(0, 360))
    if first.kind == "hole" and decides == "h" and chance.random() < 0.4:
        guest = _template(chance, first.size * float(chance.uniform(0.001, 0.2)), lat, "any")
        return [
            anchored,
            _moved(guest, lon, lat, azimuth, first.size * float(chance.uniform(0, 0.3))),
        ], "in a hole"
    touching = first.size + second.size
    if manner == "near":
        wanted = minimum * (1 + 0.02 * float(chance.uniform(-1, 1)) ** 3)
        return [anchored, _at_gap(anchored, second, (lon, lat, azimuth), touching, wanted)], manner
    away = {
        "around": touching + minimum * float(chance.uniform(0, 3)),
        "overlap": touching * float(chance.uniform(0, 1)),
        "far": touching + minimum + float(chance.uniform(0, 5e6)),
    }[manner]
    return [anchored, _moved(second, lon, lat, azimuth, min(away, 1.4e7))], manner


def _at_gap(
    anchored: Ground, second: Template, way: tuple[float, float, float], touching: float, wanted: float
) -> Ground:
    """The second shape moved along a geodesic until the oracle's gap is `wanted` metres (secant steps)."""
    lon, lat, azimuth = way
    away = touching + wanted
    close = max(0.002 * wanted, 0.02)
    best, off = _moved(second, lon, lat, azimuth, away), math.inf
    for _ in range(5):
        ground = _moved(second, lon, lat, azimuth, away)
        gap = ground_gap(anchored, ground, enough=close / 2)
        error = (gap.lower + gap.upper) / 2 - wanted
        if abs(error) < abs(off):
            best, off = ground, error
        if abs(error) < close:
            break
        away = max(0.0, away - error)
    return best


def _fitted(chance: Chance, grounds: list[Ground], rule: Rule, margins: list[dict[str, int]]) -> Rule:
    """The rule with a horizontal minimum within 2 % of the gap there is (moving would end in the wall)."""
    gap = ground_gap(*grounds).lower * (1 + 0.02 * float(chance.uniform(-1, 1)) ** 3)
    return {**rule, "h": max(0, round(gap * UNIT) - margins[0]["h"] - margins[1]["h"])}


def _moved(template: Template, lon: float, lat: float, azimuth: float, away: float) -> Ground:
    x, y, _ = GEOD.fwd(lon, lat, azimuth, away)
    return place(template, float(x), float(y))


def _anchor(chance: Chance, band: str) -> tuple[float, float]:
    lat = LATITUDES[band] if band in LATITUDES else float(np.degrees(np.arcsin(chance.uniform(-1, 1))))
    if chance.random() < 0.3 and abs(lat) < 89:
        lat += float(chance.normal(0, 0.3))
    near_180 = 180.0 * chance.choice([-1, 1]) + float(chance.normal(0, 1) * 10 ** chance.uniform(-5, 0.5))
    lon = near_180 if chance.random() < 0.3 else float(chance.uniform(-180, 180))
    return (lon + 180) % 360 - 180, max(-90.0, min(90.0, lat))


def _size(chance: Chance, largest: float) -> float:
    return float(10 ** chance.uniform(-0.3, math.log10(largest)))


def _template(chance: Chance, size: float, lat: float, band: str) -> Template:
    if band in ("north pole", "south pole", "89.99N") and chance.random() < 0.25:
        return _cap(chance, size, lat)
    kind = str(
        chance.choice(["circle", "corridor", "polygon", "hole", "degenerate"], p=[0.3, 0.2, 0.3, 0.12, 0.08])
    )
    edges = str(chance.choice(["geodesic", "lonlat"]))
    if kind == "circle":
        return Template("circle", reach=round(size * UNIT), size=size)
    if kind == "degenerate":
        return _degenerate(chance, size, edges)
    if kind == "corridor":
        return _corridor(chance, size, edges, round(size * UNIT * 10 ** chance.uniform(-3, -0.3)))
    return _polygon(chance, size, edges, holed=kind == "hole")


def _cap(chance: Chance, size: float, lat: float) -> Template:
    """A polar cap as GeoJSON writes it: along a parallel, up the antimeridian and along latitude 90."""
    pole = math.copysign(90.0, lat)
    rim = round(pole - math.copysign(max(size, 10.0) / METRES_PER_DEGREE, lat), 7)
    if chance.random() < 0.5:
        ring = [[-180.0, rim], [180.0, rim], [180.0, pole], [-180.0, pole]]
    else:
        step = int(chance.choice([20, 30, 90, 120]))
        ring = [[float(x), rim] for x in range(-180, 180, step)]
    return Template("cap", fixed={"polygon": [ring], "edges": "lonlat"}, size=size)


def _degenerate(chance: Chance, size: float, edges: str) -> Template:
    which = int(chance.integers(3))
    if which == 0:
        return Template("circle", reach=int(chance.choice([0, 1, 4_999, 5_000, 5_001])), size=0.5)
    if which == 1:
        return _corridor(chance, size, edges, 0)
    size = min(size, 2_000.0) + 5.0
    thin = float(10 ** chance.uniform(-1.3, 0.3))
    turn = float(chance.uniform(0, 360))
    ring = tuple(
        (turn + math.degrees(math.atan2(y, x)), math.hypot(x, y))
        for x, y in ((size, thin / 2), (-size, thin / 2), (-size, -thin / 2), (size, -thin / 2))
    )
    return Template("polygon", edges, (ring,), size=size)


def _corridor(chance: Chance, size: float, edges: str, half_width: int) -> Template:
    count = int(chance.integers(2, 7))
    steps = tuple((float(chance.uniform(0, 360)), size * float(chance.uniform(0.1, 1))) for _ in range(count))
    if count == 2:
        turn = float(chance.uniform(0, 360))
        steps = ((turn, size), (turn + 180, size))
    return Template("corridor", edges, (steps,), half_width, size + half_width / UNIT)


def _polygon(chance: Chance, size: float, edges: str, *, holed: bool) -> Template:
    """A star-shaped ring (often concave), and perhaps a shrunken copy of it as a hole."""
    count = int(chance.integers(3, 13))
    azimuths = (np.arange(count) + chance.uniform(-0.3, 0.3, count)) * 360 / count + chance.uniform(0, 360)
    lowest = 0.95 if chance.random() < 0.5 else 0.3
    distances = size * chance.uniform(lowest, 1.0, count)
    # turned the other way round now and then: a ring may be listed either way
    order = -1 if chance.random() < 0.5 else 1
    ring = tuple(zip(azimuths.tolist(), distances.tolist(), strict=True))[::order]
    if not holed:
        return Template("polygon", edges, (ring,), size=size)
    share = float(chance.uniform(0.3, 0.8))
    return Template("hole", edges, (ring, tuple((az, share * d) for az, d in ring)), size=size)


def place(template: Template, lon: float, lat: float) -> Ground:
    """The shape at a place; positions on the grid of 1e-7 degrees, so that nothing is lost to rounding."""
    if template.fixed is not None:
        return template.fixed
    if template.kind == "circle":
        return {"circle": _rounded(lon, lat), "radius": template.reach}
    edges = template.edges
    degrees = template.size / METRES_PER_DEGREE
    # straight in lon/lat only where that plane is fit to draw in
    if edges == "lonlat" and (abs(lat) + degrees > 89.5 or degrees / math.cos(math.radians(lat)) > 80):
        template, edges = replace(template, edges="geodesic"), "geodesic"
    rings = [[_vertex(lon, lat, edges, azimuth, away) for azimuth, away in ring] for ring in template.rings]
    if template.kind == "corridor":
        return {"corridor": rings[0], "half_width": template.reach, "edges": edges}
    return {"polygon": rings, "edges": edges}


def _vertex(lon: float, lat: float, edges: str, azimuth: float, away: float) -> list[float]:
    if edges == "geodesic":
        x, y, _ = GEOD.fwd(lon, lat, azimuth, away)
        return _rounded(float(x), float(y))
    east, north = away * math.sin(math.radians(azimuth)), away * math.cos(math.radians(azimuth))
    across = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return _rounded(lon + east / across, lat + north / METRES_PER_DEGREE)


def _rounded(lon: float, lat: float) -> list[float]:
    return [round(((lon + 180) % 360 - 180) * 1e7) / 1e7, round(lat * 1e7) / 1e7]


def describe(found: Pair) -> dict[str, Any]:
    """All of a pair, to make it again."""
    return {
        "seed": found.seed,
        "number": found.number,
        "a": found.a,
        "b": found.b,
        "rules": found.rules,
        "reference": found.reference,
        "tags": found.tags,
    }
