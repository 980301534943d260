"""Every way of finding the pairs, by name: what is prepared untimed, and what is timed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench import index_ways, postgis, shapely_ways
from bench.plane import drawn, flatten
from bench.traffic import Index, Traffic

Pairs = tuple[Index, Index]
Run = Callable[[], Callable[[], Pairs]]
Prepare = Callable[[Traffic, Path], Run]


@dataclass(frozen=True, slots=True)
class Way:
    """`prepare` is not timed and gives what is; that gives the pairs, when asked, untimed again.

    The product has an `engine` instead, which `measure` prepares.
    `targets`: at a number of volumes, how many times faster than this the product is meant to be.
    `here`: whether its memory is this machine's process, which can be measured.
    """

    title: str
    prepare: Prepare | None = None
    engine: str = ""
    targets: tuple[tuple[int, float], ...] = ()
    here: bool = True


def _finished(found: Pairs) -> Callable[[], Pairs]:
    return lambda: found


def _bulk(traffic: Traffic, _scratch: Path) -> Run:
    flat = flatten(traffic)
    shapes = drawn(flat)
    return lambda: _finished(shapely_ways.bulk(flat, shapes))


def _boxes(traffic: Traffic, _scratch: Path) -> Run:
    flat = flatten(traffic)
    return lambda: _finished(shapely_ways.boxes_first(flat))


def _buckets(traffic: Traffic, _scratch: Path) -> Run:
    flat = flatten(traffic)
    return lambda: _finished(shapely_ways.bucketed(flat))


def _sqlite(traffic: Traffic, _scratch: Path) -> Run:
    flat = flatten(traffic)
    rows = index_ways.sqlite_rows(flat)
    return lambda: _finished(index_ways.sqlite_rtree(flat, rows))


def _sqlite_file(traffic: Traffic, scratch: Path) -> Run:
    flat = flatten(traffic)
    rows = index_ways.sqlite_rows(flat)

    def run() -> Callable[[], Pairs]:
        path = scratch / "held.db"
        path.unlink(missing_ok=True)
        return _finished(index_ways.sqlite_rtree(flat, rows, path))

    return run


def _libspatialindex(traffic: Traffic, _scratch: Path) -> Run:
    flat = flatten(traffic)
    sides = index_ways.corners(flat)
    return lambda: _finished(index_ways.libspatialindex(flat, sides))


def _postgis(index: str) -> Prepare:
    def prepare(traffic: Traffic, scratch: Path) -> Run:
        flat = flatten(traffic)
        rows = scratch / "rows.tsv"
        postgis.write_rows(flat, rows)
        return lambda: _finished(postgis.run(flat, rows, index))

    return prepare


OURS = "ours"
WAYS: dict[str, Way] = {
    OURS: Way("wideberth", engine="compiled"),
    "plain": Way("wideberth, plain engine", engine="plain"),
    "bulk": Way("shapely STRtree, dwithin for all", _bulk, targets=((100_000, 20.0),)),
    "boxes": Way("shapely STRtree, boxes first", _boxes, targets=((100_000, 20.0),)),
    "buckets": Way("shapely STRtree, half hours", _buckets, targets=((100_000, 10.0), (1_000_000, 10.0))),
    "sqlite": Way("SQLite R*Tree 4D, memory", _sqlite, targets=((100_000, 35.0),)),
    "sqlite-file": Way("SQLite R*Tree 4D, file", _sqlite_file, targets=((100_000, 35.0),)),
    "rtree": Way("rtree (libspatialindex) 4D", _libspatialindex),
    "postgis": Way(
        "PostGIS, GiST of 3 columns", _postgis(postgis.THREE_COLUMNS), targets=((100_000, 60.0),), here=False
    ),
    "postgis-nd": Way("PostGIS, GiST of 4 dimensions", _postgis(postgis.N_DIMENSIONS), here=False),
}


def absent(name: str) -> str:
    """Why a way cannot be run here, or nothing."""
    if name.startswith("postgis"):
        return postgis.unreachable()
    if name == "rtree":
        return "" if find_spec("rtree") else "the package rtree is not installed"
    return ""
