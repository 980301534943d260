"""A sample of one run's pairs, decided by the geodesic oracle: the product and its peers may share a mistake.

The oracle (`scripts/long/oracle.py`) shares no code with the package.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from bench.kinds import KINDS
from bench.plane import Flat, comparable, gap, rule_of
from bench.traffic import CIRCLE, CORRIDOR, Index, Traffic
from wideberth.space.units import DEGREE

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT / "scripts" / "long") not in sys.path:
    sys.path.insert(0, str(ROOT / "scripts" / "long"))

import oracle  # noqa: E402 — its folder is not a package
from oracle_height import load_grid  # noqa: E402

GRID = ROOT / "src" / "wideberth" / "data" / "egm96-15.bin.z"
REFERENCE: dict[str, Any] = {
    "terrain": None,
    "qnh": None,
    "atmosphere": {"pressure": [950.0, 1050.0], "deviation": [-30.0, 25.0], "altimetry": 750_000},
}
WIDER = 1.2
"""Pairs are sampled up to this many times the minimum on every axis."""
ENOUGH = 20
"""Times the size of the sample: pairs near the minimum to choose it from."""
STEP = 500


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the oracle said: `counts` of verdicts, `near` pairs within 2 % of the horizontal minimum, and the
    `wrong` ones in words.
    """

    counts: Counter[str]
    near: int
    wrong: tuple[str, ...]

    @property
    def size(self) -> int:
        """Pairs decided."""
        return self.counts.total()


def check(traffic: Traffic, flat: Flat, reported: Index, size: int, seed: int) -> Sampled:
    """Decide `size` pairs, half of them the nearest to a minimum, the rest any of those around it.

    Args:
        reported: pairs (n, 2), the lower row first.
    """
    n, grid, rule = len(traffic), load_grid(GRID), rule_of(traffic)
    terms = {"h": rule.h, "v": rule.v, "t": rule.t, "f": None}
    known = set((reported[:, 0] * n + reported[:, 1]).tolist())
    chosen = choose(flat, around(flat, size * ENOUGH, seed), size, seed)
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    near = 0
    for i, j in chosen.tolist():
        margins = oracle.decide(volume(traffic, i), volume(traffic, j), terms, REFERENCE, grid)
        said = i * n + j in known
        if said:
            verdict = "invented" if margins.clear(1 + 1e-5 * margins.minimum) else "reported, rightly"
        else:
            verdict = "missed" if margins.conflict else "not reported, rightly"
        counts[verdict] += 1
        near += margins.gap is not None and abs(margins.gap.upper / margins.minimum - 1) <= 0.02
        if verdict in ("invented", "missed"):
            wrong.append(f"{verdict}: volumes {i} and {j}, {margins}")
    return Sampled(counts, near, tuple(wrong))


def around(flat: Flat, wanted: int, seed: int) -> Index:
    """Pairs (n, 2) of different parties within WIDER times the minimum on the axes, boxes for the ground."""
    chance = np.random.default_rng([seed, 7])
    west, south, east, north = flat.bounds.T
    tree, h = shapely.STRtree(shapely.box(west, south, east, north)), WIDER * flat.h
    order, found, total = chance.permutation(len(flat)), [np.zeros((0, 2), dtype=np.int64)], 0
    for begin in range(0, len(order), STEP):
        asked = order[begin : begin + STEP]
        i, j = tree.query(shapely.box(west[asked] - h, south[asked] - h, east[asked] + h, north[asked] + h))
        i = asked[i]
        keep = comparable(flat, i, j, WIDER)
        i, j = i[keep], j[keep]
        found.append(np.stack([np.minimum(i, j), np.maximum(i, j)], -1))
        total += len(i)
        if total >= wanted:
            break
    return np.unique(np.concatenate(found), axis=0)


def choose(flat: Flat, pairs: Index, size: int, seed: int) -> Index:
    """A third nearest to the horizontal minimum, a sixth nearest to another one, the rest at random."""
    i, j = pairs.T
    apart_t = np.maximum(flat.start[i] - flat.end[j], flat.start[j] - flat.end[i])
    apart_v = np.maximum(flat.low[i] - flat.high[j], flat.low[j] - flat.high[i])
    others = np.minimum(np.abs(apart_t / flat.t - 1), np.abs(apart_v / flat.v - 1))
    ground = np.abs(gap(flat, i, j) / flat.h - 1)
    rest = np.random.default_rng([seed, 8]).permutation(len(pairs))
    order = np.concatenate([np.argsort(ground)[: size // 3], np.argsort(others)[: size // 6], rest])
    _, first = np.unique(order, return_index=True)
    return np.asarray(pairs[order[np.sort(first)][:size]])


def volume(traffic: Traffic, row: int) -> oracle.Volume:
    """A row as the oracle takes it."""
    lonlat = (traffic.points[traffic.first[row] : traffic.first[row + 1]] / DEGREE).tolist()
    reach, shape, datum = int(traffic.reach[row]), traffic.shape[row], KINDS[traffic.kind].datum
    if shape == CIRCLE:
        ground: dict[str, Any] = {"circle": lonlat[0], "radius": reach}
    elif shape == CORRIDOR:
        ground = {"corridor": lonlat, "half_width": reach, "edges": "geodesic"}
    else:
        ground = {"polygon": [lonlat], "edges": "geodesic"}
    return {
        "ground": ground,
        "lower": {"datum": datum, "value": int(traffic.low[row])},
        "upper": {"datum": datum, "value": int(traffic.high[row])},
        "start": int(traffic.start[row]),
        "end": int(traffic.end[row]),
        "band": None,
        "pad": {"h": 0, "v": 0, "t": 0},
    }
