"""Live tracks for the benchmark of the watch: seeded, of one density, each of a party of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.model.track import Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.geoid import COLUMNS, ROWS, Geoid
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, FOOT, NAUTICAL_MILE
from wideberth.watch.closing import rules_table
from wideberth.watch.closing_plain import Table
from wideberth.watch.motion import Heights, Moving, Rows, empty, write

NOW = 1_790_000_000_000
H, V = 5 * NAUTICAL_MILE, 1_000 * FOOT
LOOK_AHEAD = 300_000
DENSITY = 10_000 / 2_500_000.0**2
"""Tracks a square metre: 10,000 over a square of 2,500 km, all of Europe at a busy hour."""
CLIMBING = 0.4


@dataclass(frozen=True)
class States:
    """Degrees, m, m/s: what a peer is given; as the rows have it, rounded to whole units."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    trk: NDArray[np.float64]
    gs: NDArray[np.float64]
    alt: NDArray[np.float64]
    vs: NDArray[np.float64]
    id: list[str]


def minima() -> Table:
    """5 NM and 1,000 ft between any two."""
    row = Row(("*", "*"), (Rule(H, V, 0),))
    return rules_table(SeparationTable((row,), "the benchmark"), [""])


def tracks(n: int, seed: int, lat: float = 45.0) -> tuple[Rows, States]:
    """So many tracks around a latitude, at FL50 to FL400, 40 % of them climbing or sinking; no doubts."""
    rng = np.random.default_rng(seed)
    half = np.sqrt(n / DENSITY) / 2
    x, y = rng.uniform(-half, half, (2, n))
    lon, lats, _ = GEOD.fwd(np.full(n, 10.0), np.full(n, lat), np.degrees(np.arctan2(x, y)), np.hypot(x, y))
    points = np.rint(np.stack([lon, lats], -1) * DEGREE).astype(np.int64)
    speed = rng.integers(120_000, 270_000, n)
    course = rng.integers(0, 360 * DEGREE, n)
    level = rng.integers(5_000, 40_000, n) * FOOT
    climb = np.where(
        rng.uniform(size=n) < CLIMBING, rng.integers(2_000, 8_000, n) * rng.choice([-1, 1], n), 0
    )
    heights = Heights(VerticalReference(Geoid(np.zeros((ROWS, COLUMNS), dtype=np.int16))))
    rows = empty(n)
    for k in range(n):
        velocity = Velocity(int(speed[k]), int(course[k]), int(climb[k]))
        point, altitude = (int(points[k, 0]), int(points[k, 1])), Altitude("FL", int(level[k]))
        write(rows, k, Moving(NOW, point, velocity=velocity, altitude=altitude, party=k + 1), heights)
    states = States(
        points[:, 1] / DEGREE, points[:, 0] / DEGREE, course / DEGREE, speed / 1e3, level / 1e4, climb / 1e3,
        [f"icao:{k:06x}" for k in range(n)],
    )  # fmt: skip
    return rows, states
