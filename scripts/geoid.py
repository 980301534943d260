"""Make the geoid grid that the package ships, or measure how good it is.

    python scripts/geoid.py            writes src/wideberth/data/egm96-15.bin.z
    python scripts/geoid.py --check    compares the shipped grid with the full model; exit 1 if not as stated

Both need Python 3.12 or newer with numpy and the package egm96 0.3.0, which carries the whole 5′
EGM96 model (public domain; NIMA, NASA and Ohio State University 1996). The shipped grid is every
third node of it, so nothing is interpolated: 721 rows from 90° to −90°, 1440 columns from 0° to
359.75°, little-endian int16 centimetres, row by row, zlib level 9.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zlib
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).parent.parent / "src" / "wideberth" / "data" / "egm96-15.bin.z"
ROWS, COLUMNS = 721, 1440
STEP = 3
"""5′ nodes in 15′."""
STATED_BOUND_M = 1.2
"""GEOMETRY, Altitude: e of a 15′ grid; `wideberth.space.geoid.ERROR`."""
RANDOM_POINTS = 1_000_000
SEED = 1996

Centimetres = NDArray[np.int32]
Metres = NDArray[np.float64]


def five_minute_model() -> Centimetres:
    """The full model in centimetres: rows 90° … −90°, columns 0° … 359°55′ (2161, 4320).

    The package stores the second differences of the grid from −90° up and from −180° on.
    """
    with (files("egm96.data") / "egm96-5.npz").open("rb") as stream, np.load(stream) as stored:
        differences = stored["undulation_d2"].astype(np.int32)
    south_up = np.cumsum(np.cumsum(differences, axis=0), axis=1)
    if south_up.shape != (2161, 4321) or not np.array_equal(south_up[:, 0], south_up[:, -1]):
        raise SystemExit("egm96 does not hold the 5′ grid that was expected")
    return np.roll(south_up[::-1, :-1], 2160, axis=1)


def thin_out(model: Centimetres) -> NDArray[np.int16]:
    """The 15′ grid: every third node."""
    grid = model[::STEP, ::STEP]
    if grid.shape != (ROWS, COLUMNS) or abs(grid).max() > np.iinfo(np.int16).max:
        raise SystemExit("the thinned grid has another size or range than expected")
    return np.ascontiguousarray(grid, dtype="<i2")


def excess_at_nodes(model: Centimetres, grid: NDArray[np.int16]) -> Metres:
    """For each cell, the most in metres that a 5′ node in or on it lies outside the range of its corners."""
    low, high = cell_range(grid)
    worst = np.zeros(((ROWS - 1), COLUMNS))
    wrapped = np.concatenate([model, model[:, :1]], axis=1)
    for down in range(STEP + 1):
        for right in range(STEP + 1):
            inside = wrapped[down : down + STEP * (ROWS - 1) : STEP, right : right + STEP * COLUMNS : STEP]
            worst = np.maximum(worst, np.maximum(low - inside, inside - high) / 100.0)
    return worst


def cell_range(grid: NDArray[np.int16]) -> tuple[Centimetres, Centimetres]:
    """Lowest and highest of the four nodes of every cell (720, 1440), centimetres."""
    wide = np.concatenate([grid, grid[:, :1]], axis=1).astype(np.int32)
    corners = np.stack([wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]])
    return corners.min(axis=0), corners.max(axis=0)


def excess_at_random(model: Centimetres, grid: NDArray[np.int16]) -> Metres:
    """The same at points spread evenly over the sphere, the model read by a cubic through 4 × 4 nodes."""
    chance = np.random.default_rng(SEED)
    lat = np.degrees(np.arcsin(chance.uniform(-1, 1, RANDOM_POINTS)))
    lon = chance.uniform(0, 360, RANDOM_POINTS)
    row, column = (90 - lat) * 12, lon * 12
    top = np.clip(np.floor(row).astype(np.int64), 1, model.shape[0] - 3)
    left = np.floor(column).astype(np.int64)
    down, right = _cubic(row - top), _cubic(column - left)
    value = np.zeros(RANDOM_POINTS)
    for k in range(4):
        for m in range(4):
            value += down[k] * right[m] * model[top + k - 1, (left + m - 1) % model.shape[1]]
    low, high = cell_range(grid)
    cell = (np.minimum((row // STEP).astype(np.int64), ROWS - 2), (column // STEP).astype(np.int64) % COLUMNS)
    return np.asarray(np.maximum(low[cell] - value, value - high[cell]) / 100.0)


def _cubic(t: Metres) -> list[Metres]:
    """Weights of the Lagrange cubic through nodes −1, 0, 1, 2 at t."""
    return [
        -t * (t - 1) * (t - 2) / 6,
        (t + 1) * (t - 1) * (t - 2) / 2,
        -(t + 1) * t * (t - 2) / 2,
        (t + 1) * t * (t - 1) / 6,
    ]


def write() -> int:
    """Write the grid and print its size and hash."""
    raw = thin_out(five_minute_model()).tobytes()
    packed = zlib.compress(raw, 9)
    SHIPPED.write_bytes(packed)
    print(f"{SHIPPED.name}: {len(packed):,} bytes, {len(raw):,} unpacked")
    print(f"SHA-256 of the unpacked bytes: {hashlib.sha256(raw).hexdigest()}")
    return 0


def check() -> int:
    """Print how the shipped grid compares with the full model; 0 where it is as stated."""
    model = five_minute_model()
    raw = zlib.decompress(SHIPPED.read_bytes())
    grid = np.frombuffer(raw, dtype="<i2").reshape(ROWS, COLUMNS)
    same = np.array_equal(grid, thin_out(model))
    at_nodes, at_random = excess_at_nodes(model, grid), excess_at_random(model, grid)
    row, column = np.unravel_index(int(at_nodes.argmax()), at_nodes.shape)
    worst = max(float(at_nodes.max()), float(at_random.max()))
    print(f"SHA-256 of the unpacked bytes: {hashlib.sha256(raw).hexdigest()}")
    print(f"every third node of the model: {'yes' if same else 'NO'}")
    print(f"all {model.size:,} nodes of the 5′ model: at most {at_nodes.max():.2f} m outside the range of")
    print(f"  their cell (south-east of {90 - row / 4:.2f}, {column / 4:.2f})")
    print(f"{RANDOM_POINTS:,} random points (seed {SEED}), cubic: at most {at_random.max():.2f} m")
    print(f"stated bound: {STATED_BOUND_M} m: {'holds' if worst <= STATED_BOUND_M else 'DOES NOT HOLD'}")
    return 0 if same and worst <= STATED_BOUND_M else 1


def main() -> int:
    """Read the arguments and do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare the shipped grid with the full model")
    return check() if parser.parse_args().check else write()


if __name__ == "__main__":
    sys.exit(main())
