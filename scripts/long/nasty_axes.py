"""The other axes of nasty pairs: minima, pads, times, bands, altitudes and what heights refer to."""

from __future__ import annotations

from typing import Any

import numpy as np

from oracle import Rule, apart
from oracle_ground import Ground
from oracle_height import Grid, Limit, Reference, Side, geoid_over, vertical

Chance = np.random.Generator
UNIT = 10_000
FOOT = 3_048
DATUMS = ("HAE", "MSL", "ALT", "FL", "AGL", "MSL/ALT")
PRESETS = (100 * UNIT, 1_000 * UNIT, 55_560_000, 185_200_000, 20_000 * UNIT)
NOON = 1_760_000_000_000
SURFACE: Limit = {"datum": "SFC", "value": 0}
UNLIMITED: Limit = {"datum": "UNL", "value": 0}
Band = tuple[Limit, Limit]


def minima(chance: Chance, decides: str) -> Rule:
    """A rule; where an axis does not decide, its minimum is often "any"."""
    h: int | str = (
        int(chance.choice(PRESETS)) if chance.random() < 0.5 else round(UNIT * 10 ** chance.uniform(0, 5.7))
    )
    draw = chance.random()
    if draw < 0.05:
        h = 0
    elif draw < 0.12 and decides != "h":
        h = "any"
    v: int | str = int(chance.choice([0, 1, 30 * UNIT, 500 * FOOT, 3_000 * FOOT, 12_345]))
    t: int | str = int(chance.choice([0, 1, 120_000, 300_000, 3_600_000]))
    f: int | str | None = int(chance.choice([0, 1, 1_000_000]))
    if decides not in ("v", "all") and chance.random() < 0.4:
        v = "any"
    if decides not in ("t", "all") and chance.random() < 0.2:
        t = "any"
    if decides not in ("f", "all"):
        f = None if chance.random() < 0.5 else "any"
    return {"h": h, "v": v, "t": t, "f": f}


def pads(chance: Chance) -> dict[str, int]:
    """Mostly none."""
    if chance.random() < 0.6:
        return {"h": 0, "v": 0, "t": 0}
    h = round(UNIT * 10 ** chance.uniform(-4, 4))
    return {"h": h, "v": int(chance.integers(0, 100 * UNIT)), "t": int(chance.integers(0, 60_000))}


def reference_of(chance: Chance) -> Reference:
    """Ground, pressure and air: mostly the defaults."""
    terrain = None
    if chance.random() < 0.35:
        low = int(chance.integers(-400, 2_000)) * UNIT
        terrain = {
            "low": low,
            "high": low + int(chance.integers(0, 3_000)) * UNIT,
            "datum": str(chance.choice(["MSL", "HAE"])),
        }
    draw = chance.random()
    qnh = None if draw < 0.6 else {"hpa": None if draw < 0.75 else float(chance.integers(960, 1045))}
    air = {"pressure": [950.0, 1050.0], "deviation": [-30.0, 25.0], "altimetry": 75 * UNIT}
    if chance.random() < 0.25:
        air = {"pressure": [990.0, 1030.0], "deviation": [-5.0, 10.0], "altimetry": 20 * UNIT}
    return {"terrain": terrain, "qnh": qnh, "atmosphere": air}


def times(
    chance: Chance, decides: bool, rule: Rule, margins: list[dict[str, int]]
) -> list[tuple[int | None, int | None]]:
    """Two windows; where time decides, often at the minimum to the millisecond."""
    start = NOON + int(chance.integers(0, 86_400_000))
    width = int(chance.choice([0, 1, 2, 999, 1_000, 1_001, 60_000, 3_600_000, 43_200_000]))
    first: tuple[int | None, int | None] = (start, start + width)
    if not decides or rule["t"] == "any":
        inside = start + int(chance.integers(0, width + 1))
        second = (inside, inside + int(chance.integers(0, 7_200_000)))
        return [_opened(chance, first, 0.3), _opened(chance, second, 0.3)]
    later = int(chance.choice([0, 1, 2, 999, 1_000, 60_001, 3_600_000]))
    near = (start + width, start + width + later)
    wanted = int(chance.integers(-2, 3))
    if chance.random() < 0.3:
        wanted = int(chance.integers(-7_200_000, 7_200_000))
    gap = apart(first, near, 1_000, int(rule["t"]), margins[0]["t"] + margins[1]["t"])[1]
    shift = wanted - int(gap // 1)
    second = (near[0] + shift, near[1] + shift)
    windows = [_opened(chance, first, 0.05), _opened(chance, second, 0.05)]
    return windows if chance.random() < 0.5 else windows[::-1]


def _opened(
    chance: Chance, window: tuple[int | None, int | None], share: float
) -> tuple[int | None, int | None]:
    start, end = (None if chance.random() < share else end for end in window)
    return start, end


def bands(chance: Chance, decides: bool, rule: Rule) -> list[list[int] | None]:
    """Two frequency bands in Hz, or none; one alone is an emission against a body."""
    if not decides:
        one = [[2_400_000_000, 2_480_000_000], None]
        return [one[int(chance.random() < 0.85)], None] if chance.random() < 0.5 else [None, None]
    low = int(chance.integers(100_000_000, 3_000_000_000))
    width = int(chance.choice([0, 1, 25_000, 20_000_000]))
    minimum = rule["f"] if isinstance(rule["f"], int) else 0
    above = low + width + minimum + int(chance.integers(-2, 3))
    return [[low, low + width], [above, above + int(chance.choice([0, 1, 12_500]))]]


def altitudes(
    chance: Chance,
    decides: str,
    rule: Rule,
    margins: list[dict[str, int]],
    grounds: list[Ground],
    reference: Reference,
    grid: Grid,
) -> list[Band]:
    """Two altitude bands; where the vertical decides, often at the minimum to 0.1 mm."""
    if decides not in ("v", "all") or rule["v"] == "any":
        return _meeting(chance)
    same = chance.random() < 0.45
    upper = _limit(chance, str(chance.choice(DATUMS)))
    lower = _limit(chance, upper["datum"] if same else str(chance.choice(DATUMS)))
    wanted = int(rule["v"]) + margins[0]["v"] + margins[1]["v"]
    h = 0 if rule["h"] == "any" else int(rule["h"])
    grow = (h + margins[0]["h"] + margins[1]["h"]) / UNIT
    cells = [geoid_over(ground, grow, grid) for ground in grounds]
    below = (_under(chance, upper), upper)
    above = (lower, _over(chance, lower))
    for _ in range(3):
        loose, tight = vertical(Side(*below, cells[0]), Side(*above, cells[1]), reference)
        middle = tight if chance.random() < 0.7 else loose
        if not np.isfinite(middle):
            break
        lower = {**lower, "value": lower["value"] + wanted - round(middle * UNIT)}
        above = (lower, _over(chance, lower))
    lower = _nudged(chance, lower)
    above = (lower, _over(chance, lower))
    bounded = all(abs(limit["value"]) < 45_000 * UNIT for limit in (*below, *above))
    bands_: list[Band] = [below, above] if bounded else _meeting(chance)
    return bands_ if chance.random() < 0.5 else bands_[::-1]


def _nudged(chance: Chance, limit: Limit) -> Limit:
    step = chance.random()
    by = int(chance.integers(-1, 2)) if step < 0.4 else int(chance.integers(-30 * UNIT, 30 * UNIT))
    return {**limit, "value": limit["value"] + (by if step < 0.8 else 40 * by)}


def _limit(chance: Chance, datum: str) -> Limit:
    value = (
        int(chance.integers(0, 650)) * 100 * FOOT
        if datum == "FL"
        else int(chance.integers(-100 * UNIT, 9_000 * UNIT))
    )
    return {"datum": datum, "value": value}


def _under(chance: Chance, upper: Limit) -> Limit:
    """A lower limit for a given upper one: the surface, or the same datum and as low or lower."""
    if chance.random() < 0.4 and upper["value"] >= 0:
        return SURFACE
    return {**upper, "value": upper["value"] - _thickness(chance)}


def _over(chance: Chance, lower: Limit) -> Limit:
    if chance.random() < 0.4:
        return UNLIMITED
    return {**lower, "value": lower["value"] + _thickness(chance)}


def _thickness(chance: Chance) -> int:
    return int(chance.choice([0, 1, 9_999, 10_000, 10_001, 300 * UNIT, 2_000 * UNIT]))


def _meeting(chance: Chance) -> list[Band]:
    """Bands that overlap for certain."""
    draw = chance.random()
    if draw < 0.5:
        return [(SURFACE, UNLIMITED), (SURFACE, UNLIMITED)]
    if draw < 0.7:
        level: dict[str, Any] = _limit(chance, str(chance.choice(["FL", "HAE", "MSL", "MSL/ALT", "ALT"])))
        return [(level, level), (level, level)]
    if draw < 0.85:
        limit = _limit(chance, str(chance.choice(DATUMS)))
        return [(limit, UNLIMITED), (SURFACE, UNLIMITED)]
    low = _limit(chance, "AGL")
    return [(SURFACE, {**low, "value": abs(low["value"])}), (SURFACE, UNLIMITED)]
