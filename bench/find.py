"""How fast is `wideberth.conflict.find.find` beside the usual planar ways of doing the same?

    python bench/find.py [--volumes 10000] [--seed 1] [--radius 250] [--rounds 3] [--profile]

All must report the same pairs, else the run fails (exit 1). Speed never fails it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import median

import numpy as np
import pyproj
import shapely

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.traffic import (
    DAY,
    RADIUS,
    RULE,
    Flat,
    Floats,
    Index,
    Traffic,
    comparable,
    gap,
    generate,
    length,
    neighbours,
)
from wideberth.conflict.find import Found, find
from wideberth.conflict.pairs import candidates
from wideberth.conflict.prepare import in_metres, lay_out
from wideberth.conflict.vertical import Vertical
from wideberth.formats import geoidgrid
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.space.gap import gaps, overlapping_boxes
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.units import METRE, SECOND

TABLE = PRESETS["crewed"]
MINIMUM = length(RULE.h) / METRE
MOST = 100_000
"""Volumes; here one in eight has to be drawn again, and the denser the traffic the less the draws end."""
Pairs = tuple[Index, Index]
Bounds = list[tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Result:
    """One way of finding: median `seconds` of all rounds, and `pairs` as sorted numbers i·n + j, i < j."""

    name: str
    seconds: float
    pairs: Index


def reference() -> VerticalReference:
    """The default reference; flight levels against flight levels do not need it."""
    return VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))


def tree_dwithin(flat: Flat) -> tuple[Pairs, Floats]:
    """Shapely, the usual way: a tree of the drawn polygons, `dwithin`, then the other axes, then the gap."""
    i, j = shapely.STRtree(flat.drawn).query(flat.drawn, predicate="dwithin", distance=MINIMUM)
    i, j = i[i < j], j[i < j]
    keep = comparable(flat, i, j)
    return _close(flat, i[keep], j[keep])


def tree_boxes(flat: Flat) -> tuple[Pairs, Floats]:
    """Shapely, the cheapest test first: a tree of boxes, the other axes, then the gap of what is left."""
    return _close(flat, *neighbours(flat, MINIMUM))


def rtree_rows(flat: Flat) -> Bounds:
    """Boxes for the R*Tree, prepared untimed: id, then x, y, z in metres and t in seconds, low and high."""
    low_high = (
        flat.bounds[:, [0, 2, 1, 3]],
        np.stack([flat.low, flat.high], -1) / METRE,
        np.stack([flat.start - DAY, flat.end - DAY], -1) / SECOND,
    )
    return [(k, *row) for k, row in enumerate(np.concatenate(low_high, axis=1).tolist())]


def sqlite_rtree(flat: Flat, rows: Bounds) -> tuple[Pairs, Floats]:
    """SQLite's R*Tree in memory over x, y, z and t: insert, join with the grown boxes, then the gap."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE held USING rtree(id, x0, x1, y0, y1, z0, z1, t0, t1)")
        db.execute("CREATE TABLE asked (id INTEGER PRIMARY KEY, x0, x1, y0, y1, z0, z1, t0, t1)")
        db.executemany("INSERT INTO held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.executemany("INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        joined = db.execute(
            "SELECT a.id, b.id FROM asked a CROSS JOIN held b"
            " WHERE b.x0 <= a.x1 + :h AND b.x1 >= a.x0 - :h AND b.y0 <= a.y1 + :h AND b.y1 >= a.y0 - :h"
            " AND b.z0 <= a.z1 + :v AND b.z1 >= a.z0 - :v AND b.t0 <= a.t1 + :t AND b.t1 >= a.t0 - :t"
            " AND a.id < b.id",
            {"h": MINIMUM, "v": length(RULE.v) / METRE, "t": length(RULE.t) / SECOND},
        ).fetchall()
    db.close()
    i, j = np.array(joined, dtype=np.int64).reshape(-1, 2).T
    keep = comparable(flat, i, j)
    return _close(flat, i[keep], j[keep])


def _close(flat: Flat, i: Index, j: Index) -> tuple[Pairs, Floats]:
    """Of comparable pairs those closer than the minimum, and their gaps in metres."""
    apart = gap(flat, i, j)
    near = apart < MINIMUM
    return (i[near], j[near]), apart[near]


def pairs_of(found: Found, plans: tuple[Plan, ...]) -> Index:
    """The pairs that `find` reports, numbered as those of the peers."""
    begin, total = {}, 0
    for plan in plans:
        begin[plan.key] = total
        total += len(plan.volumes)
    rows = [
        sorted(begin[key] + part for key, part in zip(conflict.plans, conflict.volumes, strict=True))
        for conflict in found.conflicts
    ]
    i, j = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return np.sort(i * total + j)


def compare(traffic: Traffic, rounds: int) -> list[Result]:
    """Each way `rounds` times, in turns that begin with another one each round; `find` first in the list."""
    flat, total = traffic.flat, len(traffic.flat.start)
    rows, against = rtree_rows(flat), reference()

    def peer(way: Callable[[], tuple[Pairs, Floats]]) -> Callable[[], Callable[[], Index]]:
        def run() -> Callable[[], Index]:
            (i, j), _ = way()
            return lambda: np.sort(i * total + j)

        return run

    def ours() -> Callable[[], Index]:
        found = find(traffic.plans, TABLE, against)
        return lambda: pairs_of(found, traffic.plans)

    ways: dict[str, Callable[[], Callable[[], Index]]] = {
        "wideberth find": ours,
        "shapely STRtree, dwithin first": peer(lambda: tree_dwithin(flat)),
        "shapely STRtree, boxes first": peer(lambda: tree_boxes(flat)),
        "SQLite R*Tree 4D": peer(lambda: sqlite_rtree(flat, rows)),
    }
    names = list(ways)
    took: dict[str, list[float]] = {name: [] for name in names}
    pairs: dict[str, Index] = {}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            begin = time.perf_counter()
            result = ways[name]()
            took[name].append(time.perf_counter() - begin)
            pairs[name] = result()  # numbering the pairs is not part of anyone's time
    return [Result(name, median(took[name]), pairs[name]) for name in names]


def differing(results: list[Result]) -> list[str]:
    """What to print for every peer whose pairs are not those of the first result."""
    first = results[0]
    return [
        f"{other.name}: {len(np.setdiff1d(first.pairs, other.pairs))} pairs of {first.name} missing,"
        f" {len(np.setdiff1d(other.pairs, first.pairs))} pairs more"
        for other in results[1:]
        if not np.array_equal(first.pairs, other.pairs)
    ]


def parts(plans: tuple[Plan, ...]) -> list[tuple[str, float, str]]:
    """The stages of `find` run one by one: name, seconds, what came out.

    The filters between the stages are those of `find`; what it adds (results, notes) is the rest.
    """
    against, volumes = reference(), [volume for plan in plans for volume in plan.volumes]
    clock = time.perf_counter
    marks = [clock()]
    shapes = compile_shapes([volume.ground for volume in volumes])
    marks.append(clock())
    rows = lay_out(plans)
    if rows is None:
        return []
    marks.append(clock())
    runs = [(i, j) for i, j, _ in candidates(rows, length(RULE.h), length(RULE.t), own=False)]
    i, j = (np.concatenate(side) for side in zip(*runs, strict=True))
    offered = len(i)
    marks.append(clock())
    pads = rows.pads[i] + rows.pads[j]
    required = length(RULE.h) + pads[:, 0]
    keep = np.maximum(rows.start[j] - rows.end[i], rows.start[i] - rows.end[j]) < length(RULE.t) + pads[:, 2]
    keep &= overlapping_boxes(rows.shapes, i, j, in_metres(required))
    i, j, required = i[keep], j[keep], required[keep]
    marks.append(clock())
    vertical = Vertical(rows, against)
    close = [
        vertical.apart(int(a), int(b), int(h)).gap < length(RULE.v)
        for a, b, h in zip(i, j, required, strict=True)
    ]
    in_time = len(i)
    i, j, required = i[close], j[close], required[close]
    marks.append(clock())
    limit = in_metres(required)
    violated = gaps(rows.shapes, i, j, limit).lower < limit
    marks.append(clock())
    find(plans, TABLE, against)
    marks.append(clock())
    took = np.diff(marks).tolist()
    whole = took.pop()
    return [
        ("lay out", took[1], f"{len(volumes):,} volumes"),
        ("  of which compile shapes", took[0], f"{len(shapes.half):,} pieces (a run of its own)"),
        ("candidates (tree of boxes)", took[2], f"{offered:,} pairs"),
        ("time, boxes in three axes", took[3], f"{in_time:,} pairs"),
        ("altitude", took[4], f"{len(i):,} pairs"),
        ("certified gaps", took[5], f"{int(violated.sum()):,} pairs"),
        ("the rest (results, notes; by difference)", whole - sum(took[1:]), ""),
        ("find, whole", whole, ""),
    ]


def facts() -> str:
    """Of the machine and the libraries."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{platform.machine()}, {os.cpu_count()} cores (one thread used), load {load};"
        f" Python {platform.python_version()}, numpy {np.__version__},"
        f" shapely {shapely.__version__} (GEOS {shapely.geos_version_string}),"
        f" pyproj {pyproj.__version__}, SQLite {sqlite3.sqlite_version}"
    )


def show(results: list[Result]) -> None:
    """The table; a ratio below 1 is a peer that is faster."""
    ours = results[0].seconds
    print(f"{'':32}{'seconds':>10}{'pairs':>9}{'time ÷ find':>13}")
    for result in results:
        print(f"{result.name:32}{result.seconds:10.3f}{len(result.pairs):9,}{result.seconds / ours:13.2f}")
    for result in results[1:]:
        if result.seconds < ours:
            print(f"find is {ours / result.seconds:.1f} times slower than {result.name}")


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 where all pairs are equal, 1 where not."""
    parser = argparse.ArgumentParser(description="find beside shapely and SQLite on the same traffic")
    parser.add_argument("--volumes", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--radius", type=float, default=RADIUS / 1000, help="of the area, in km")
    parser.add_argument("--rounds", type=int, default=3, help="the median of this many is printed")
    parser.add_argument("--profile", action="store_true", help="also time the parts of find")
    asked = parser.parse_args(arguments)
    if not 2 <= asked.volumes <= MOST or asked.rounds < 1 or not 10 <= asked.radius <= 1_000:
        parser.error(f"accepted: --volumes 2 to {MOST:,}, --rounds 1 or more, --radius 10 to 1,000 (km)")
    traffic = generate(asked.volumes, asked.seed, asked.radius * 1_000)
    print(facts())
    print(
        f"{asked.volumes:,} volumes in {len(traffic.plans):,} plans, seed {asked.seed}, {TABLE.source},"
        f" within {asked.radius:g} km;"
        f" {traffic.regenerated} volumes drawn again (a gap within 0.2 % + 2 m of the minimum;"
        f" the plane is known to {traffic.flat.error:.1f} m)"
    )
    results = compare(traffic, asked.rounds)
    show(results)
    if asked.profile:
        print("\nparts of find, one run")
        for name, seconds, note in parts(traffic.plans):
            print(f"{name:42}{seconds:8.3f} s  {note}")
    for line in (wrong := differing(results)):
        print(f"FAILED: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
