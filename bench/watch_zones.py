"""Which of many tracks enter which of many zones within 300 s?

    python bench/watch_zones.py [--tracks 5e4] [--zones 1e4] [--rounds 3] [--seed 1] [--json FILE]

The product against shapely's STRtree, one thread each, in one run; the pairs must be the same (exit 1), no
time fails the run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

# run as a file, Python looks for modules beside this one, not in the folder above
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from bench import ours, report
from wideberth.model.track import Velocity
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Ground
from wideberth.space.stated import circle, polygon
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.space.volume import Volume
from wideberth.watch.entering import Zones
from wideberth.watch.entering_compiled import Compiled
from wideberth.watch.motion import Heights, Moving, Rows, empty, write
from wideberth.watch.zone import Zone
from wideberth.watch.zone_rows import ZONE, lay_out

Array = NDArray[np.float64]
Pairs = NDArray[np.int64]
"""track · ONE + zone, sorted."""
ONE: Final = 1_000_000
MIDDLE: Final = (36.0, 33.0)
SIDE: Final = 660_000.0
NOW: Final = 1_795_000_000_000
AHEAD: Final = 300
DOUBT: Final = 50.0
TALL: Final = 15.0
"""Metres: the doubts of a track, of its place and of its altitude."""
TARGET: Final = 20.0
PLANE: Final = 5.0
"""Metres within which the plane, and 64 corners for a circle, may be wrong about whether a track comes in."""
CORNERS: Final = 64
GEOD: Final = Geod(ellps="WGS84")
_ONTO: Final = Transformer.from_crs(
    "EPSG:4326", f"+proj=aeqd +lat_0={MIDDLE[1]} +lon_0={MIDDLE[0]} +ellps=WGS84", always_xy=True
)


@dataclass(frozen=True, slots=True)
class Scene:
    """Tracks and zones as the product takes them, and the same on a plane: lines and shapes in metres with
    their heights above the ellipsoid.
    """

    rows: Rows
    zones: list[Zone]
    lines: NDArray[np.object_]
    height: Array
    shapes: NDArray[np.object_]
    bands: Array


def scene(tracks: int, zones: int, seed: int) -> Scene:
    """Seeded; a fifth of the tracks are drones, a third light aircraft, the rest airliners, all level. Of the
    zones 70 % are circles of 100 to 1,500 m up to 120 m high, 25 % areas of 2 to 15 km up to 2,000 m, and 5 %
    areas of 20 to 60 km between 300 and 6,000 m: judgements.
    """
    chance = np.random.default_rng(seed)
    made, shapes, bands = [], [], []
    for number in range(zones):
        middle = _somewhere(chance)
        kind = chance.choice(3, p=[0.7, 0.25, 0.05])
        ground_at, (low, high) = (
            chance.uniform(0, 300),
            ((0.0, 120.0), (0.0, 2_000.0), (300.0, 6_000.0))[kind],
        )
        low, high = low + ground_at, high + ground_at
        ground: Ground
        if kind == 0:
            radius = round(float(chance.uniform(100, 1_500)))
            ground, around = circle(*middle, radius * METRE), np.full(CORNERS, float(radius))
        else:
            size = float(chance.uniform(*((1_000, 7_500), (10_000, 30_000))[kind - 1]))
            around = size * chance.uniform(0.6, 1.0, int(chance.integers(6, 16)))
        n = len(around)
        lon, lat, _ = GEOD.fwd(np.full(n, middle[0]), np.full(n, middle[1]), 360 / n * np.arange(n), around)
        if kind:
            ring = list(zip(lon.tolist(), lat.tolist(), strict=True))
            ground = polygon([[*ring, ring[0]]], "geodesic")
        volume = Volume(ground, Altitude("HAE", round(low * METRE)), Altitude("HAE", round(high * METRE)))
        made.append(Zone(f"z{number}", "policy", "", "", (volume,)))
        shapes.append(shapely.Polygon(np.stack(_ONTO.transform(lon, lat), -1)))
        bands.append((low, high))
    rows, heights = empty(tracks), Heights(ours.reference())
    lines, height = np.empty((tracks, 2, 2)), np.empty(tracks)
    for k in range(tracks):
        start, course = _somewhere(chance), float(chance.uniform(0, 360))
        kind = chance.choice(3, p=[0.2, 0.33, 0.47])
        speed = round(float(chance.uniform(*((5, 25), (40, 90), (150, 260))[kind])), 3)
        height[k] = round(float(chance.uniform(*((10, 150), (200, 3_500), (2_500, 12_500))[kind])), 1)
        point = round(start[0] * DEGREE), round(start[1] * DEGREE)
        velocity = Velocity(round(speed * 1_000), round(course * DEGREE), 0)
        altitude = Altitude("HAE", round(height[k] * METRE))
        write(
            rows,
            k,
            Moving(NOW, point, round(DOUBT * METRE), velocity, 0, 0, altitude, round(TALL * METRE)),
            heights,
        )
        there = GEOD.fwd(*start, course, speed * AHEAD)
        lines[k] = np.stack(_ONTO.transform([start[0], there[0]], [start[1], there[1]]), -1)
    return Scene(
        rows,
        made,
        np.asarray(shapely.linestrings(lines)),
        height,
        np.array(shapes, dtype=object),
        np.array(bands),
    )


def _somewhere(chance: np.random.Generator) -> tuple[float, float]:
    x, y = chance.uniform(-SIDE / 2, SIDE / 2, 2).tolist()
    lon, lat = _ONTO.transform(x, y, direction="INVERSE")
    return round(float(lon), 7), round(float(lat), 7)


def in_tree(scene: Scene) -> Callable[[], Pairs]:
    """A tree of the shapes answers everything itself; heights are compared after it."""
    tree = shapely.STRtree(scene.shapes)

    def run() -> Pairs:
        line, zone = tree.query(scene.lines, predicate="dwithin", distance=DOUBT)
        keep = _level(scene, line, zone)
        return np.asarray(line[keep] * ONE + zone[keep])

    return run


def boxes_first(scene: Scene) -> Callable[[], Pairs]:
    """A tree of boxes, then heights, then the distances of what is left."""
    west, south, east, north = shapely.bounds(scene.shapes).T
    tree = shapely.STRtree(shapely.box(west - DOUBT, south - DOUBT, east + DOUBT, north + DOUBT))

    def run() -> Pairs:
        line, zone = tree.query(scene.lines)
        keep = _level(scene, line, zone)
        line, zone = line[keep], zone[keep]
        keep = shapely.dwithin(scene.lines[line], scene.shapes[zone], DOUBT)
        return np.asarray(line[keep] * ONE + zone[keep])

    return run


def search(scene: Scene) -> Callable[[], Pairs]:
    """The product's search: which pairs, and when."""
    laid = lay_out(scene.zones, {}, ours.reference())
    assert laid is not None  # there are zones
    compiled, live = Compiled(laid), np.arange(len(scene.rows))

    def run() -> Pairs:
        hits = compiled.hits(scene.rows, live, NOW, AHEAD * SECOND)
        return np.asarray(hits.track * ONE + laid.rows[hits.row, ZONE].astype(np.int64))

    return run


def whole(scene: Scene) -> Callable[[], Pairs]:
    """The product whole: findings with moments, places, gaps, and whether it is so without any doubt."""
    zones = Zones(scene.zones, {}, ours.reference())
    ids = [str(k) for k in range(len(scene.rows))]

    def run() -> Pairs:
        found = zones.entering(scene.rows, ids, NOW, AHEAD * SECOND)
        return np.array([int(each.key.track) * ONE + int(each.key.other[1:]) for each in found])

    return run


def _level(scene: Scene, line: Pairs, zone: Pairs) -> NDArray[np.bool_]:
    low, high = scene.bands[zone].T
    return np.asarray((scene.height[line] + TALL > low) & (scene.height[line] - TALL < high))


WAYS: Final[dict[str, Callable[[Scene], Callable[[], Pairs]]]] = {
    "Wideberth, search": search,
    "Wideberth, whole": whole,
    "shapely, dwithin in the tree": in_tree,
    "shapely, boxes and heights first": boxes_first,
}
OURS: Final = 2
"""How many of them are the product's."""


def differing(scene: Scene, one: Pairs, two: Pairs) -> list[int]:
    """Pairs that only one side has, those left out at which the plane itself may be wrong."""
    unlike = np.setxor1d(one, two)
    apart = shapely.distance(scene.lines[unlike // ONE], scene.shapes[unlike % ONE])
    return [int(pair) for pair in unlike[np.abs(apart - DOUBT) > PLANE]]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tracks", type=float, default=5e4)
    parser.add_argument("--zones", type=float, default=1e4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    print(report.facts())
    report.progress("making tracks and zones")
    made = scene(int(asked.tracks), int(asked.zones), asked.seed)
    took: dict[str, list[float]] = {}
    found: dict[str, Pairs] = {}
    for name, way in WAYS.items():
        report.progress(name)
        run = way(made)
        found[name] = np.unique(run())  # compiled code is loaded, trees are built
        took[name] = []
        for _ in range(asked.rounds):
            begin = time.perf_counter()
            run()
            took[name].append(time.perf_counter() - begin)
    middle = {name: median(each) for name, each in took.items()}
    best = min(middle[name] for name in list(WAYS)[OURS:])
    report.progress("")
    print(f"{asked.tracks:,.0f} tracks, {asked.zones:,.0f} zones, {AHEAD} s ahead, one thread, median")
    wrong = 0
    for name, seconds in middle.items():
        unlike = differing(made, found["Wideberth, search"], found[name])
        wrong += len(unlike)
        told = f"{len(unlike)} differ" if unlike else "the same"
        times = seconds / middle["Wideberth, search"]
        print(f"{name:34} {1_000 * seconds:10,.1f} ms {times:8.1f} × {len(found[name]):10,} pairs, {told}")
    print(report.target("shapely's STRtree, tracks and zones", TARGET, best / middle["Wideberth, search"]))
    if asked.json:
        counts = {name: len(each) for name, each in found.items()}
        asked.json.write_text(json.dumps({"seconds": took, "pairs": counts, "differ": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
