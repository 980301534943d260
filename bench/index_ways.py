"""Peers: R-trees over four axes, SQLite's and libspatialindex's, in memory or in a file."""

from __future__ import annotations

import sqlite3
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.plane import Flat, close, comparable
from bench.traffic import BEGIN, Floats, Index
from wideberth.space.units import METRE, SECOND

Pairs = tuple[Index, Index]
Bounds = list[tuple[float, ...]]

HELD = "CREATE VIRTUAL TABLE held USING rtree(id, x0, x1, y0, y1, z0, z1, t0, t1)"
INSERT = "INSERT INTO {} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
JOIN = (
    "SELECT a.id, b.id FROM asked a CROSS JOIN held b"
    " WHERE b.x0 <= a.x1 + :h AND b.x1 >= a.x0 - :h AND b.y0 <= a.y1 + :h AND b.y1 >= a.y0 - :h"
    " AND b.z0 <= a.z1 + :v AND b.z1 >= a.z0 - :v AND b.t0 <= a.t1 + :t AND b.t1 >= a.t0 - :t"
    " AND a.id < b.id"
)


def corners(flat: Flat) -> tuple[Floats, Floats]:
    """Low and high ends (n, 4): x, y, z in metres and t in seconds."""
    west, south, east, north = flat.bounds.T
    low = np.stack([west, south, flat.low / METRE, (flat.start - BEGIN) / SECOND], -1)
    return low, np.stack([east, north, flat.high / METRE, (flat.end - BEGIN) / SECOND], -1)


def reaches(flat: Flat) -> Floats:
    """The minima on those four axes."""
    return np.array([flat.h, flat.h, flat.v / METRE, flat.t / SECOND])


def sqlite_rows(flat: Flat) -> Bounds:
    """Rows for the R*Tree: id, then low and high of each axis."""
    sides = np.stack(corners(flat), -1).reshape(len(flat), 8)
    return [(k, *row) for k, row in enumerate(sides.tolist())]


def sqlite_rtree(flat: Flat, rows: Bounds, path: Path | None = None) -> Pairs:
    """SQLite's R*Tree in memory, or in the file: insert, join with the grown boxes, then the exact test."""
    with sqlite3.connect(":memory:" if path is None else path) as db:
        db.execute(HELD)
        db.execute("CREATE TABLE asked (id INTEGER PRIMARY KEY, x0, x1, y0, y1, z0, z1, t0, t1)")
        db.executemany(INSERT.format("held"), rows)
        db.executemany(INSERT.format("asked"), rows)
        h, _, v, t = reaches(flat).tolist()
        joined = db.execute(JOIN, {"h": h, "v": v, "t": t}).fetchall()
    db.close()
    i, j = np.array(joined, dtype=np.int64).reshape(-1, 2).T
    return _decided(flat, i, j)


def libspatialindex(flat: Flat, sides: tuple[Floats, Floats]) -> Pairs:
    """Package rtree: loaded from arrays in one go, asked from arrays in one go, then the exact test."""
    low, high = sides
    reach = reaches(flat)
    tree = bulk_tree(np.arange(len(flat)), low, high)
    ids, counts = tree.intersection_v(low - reach, high + reach)
    tree.close()
    i, j = np.repeat(np.arange(len(flat)), counts.astype(np.int64)), np.asarray(ids, dtype=np.int64)
    return _decided(flat, i[i < j], j[i < j])


def bulk_tree(ids: Index, low: Floats, high: Floats) -> Any:
    """A tree of libspatialindex in memory, loaded in one go. Its package is half typed, and may be absent."""
    rtree = import_module("rtree.index")
    return rtree.Index((ids, low, high), properties=rtree.Property(dimension=low.shape[1]), interleaved=True)


def _decided(flat: Flat, i: Index, j: Index) -> Pairs:
    keep = comparable(flat, i, j)
    i, j = i[keep], j[keep]
    near = close(flat, i, j)
    return i[near], j[near]
