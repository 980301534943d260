"""Peers: three ways of using shapely's STRtree. All end with the same exact test on the cores."""

from __future__ import annotations

import numpy as np
import shapely

from bench.plane import Flat, Geometries, close, comparable
from bench.traffic import Index

Pairs = tuple[Index, Index]

BUCKET = 1_800_000
"""ms: half an hour."""
CHUNK = 50_000
"""Rows asked at a time, so that the pairs offered fit in memory."""


def bulk(flat: Flat, shapes: Geometries) -> Pairs:
    """What most people write: a tree of the drawn polygons, `dwithin` for all, then the other axes."""
    tree = shapely.STRtree(shapes)
    found = []
    for begin in range(0, len(shapes), CHUNK):
        i, j = tree.query(shapes[begin : begin + CHUNK], predicate="dwithin", distance=flat.h)
        i += begin
        i, j = i[i < j], j[i < j]
        keep = comparable(flat, i, j)
        found.append(_decided(flat, i[keep], j[keep]))
    return _joined(found)


def boxes_first(flat: Flat) -> Pairs:
    """A tree of boxes, then the cheap axes, and the distance of what is left."""
    boxes, grown = boxed(flat)
    tree = shapely.STRtree(boxes)
    found = []
    for begin in range(0, len(boxes), CHUNK):
        i, j = tree.query(grown[begin : begin + CHUNK])
        i += begin
        i, j = i[i < j], j[i < j]
        keep = comparable(flat, i, j)
        found.append(_decided(flat, i[keep], j[keep]))
    return _joined(found)


def bucketed(flat: Flat) -> Pairs:
    """Boxes first, a tree for every half hour: what is in force then, asked by what starts then."""
    boxes, grown = boxed(flat)
    begin = flat.start // BUCKET
    first = int(begin.min())
    until = (flat.end + flat.t) // BUCKET
    many = (until - begin + 1).astype(np.int64)
    owner = np.repeat(np.arange(len(flat)), many)
    bucket = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many) + begin[owner] - first
    order = np.argsort(bucket, kind="stable")
    owner, bucket = owner[order], bucket[order]
    edges = np.searchsorted(bucket, np.arange(int(bucket[-1]) + 2))
    found = []
    for k in range(len(edges) - 1):
        held = owner[edges[k] : edges[k + 1]]
        starting = held[begin[held] - first == k]
        if not len(starting):
            continue
        i, j = shapely.STRtree(boxes[held]).query(grown[starting])
        i, j = starting[i], held[j]
        # of two that start in the same half hour one asks for the other
        once = (begin[j] < begin[i]) | (i < j)
        i, j = i[once], j[once]
        keep = comparable(flat, i, j)
        found.append(_decided(flat, i[keep], j[keep]))
    return _joined(found)


def boxed(flat: Flat) -> tuple[Geometries, Geometries]:
    """Boxes of all shapes, and the same grown by the minimum."""
    west, south, east, north = flat.bounds.T
    h = flat.h
    boxes = shapely.box(west, south, east, north)
    return np.asarray(boxes), np.asarray(shapely.box(west - h, south - h, east + h, north + h))


def _decided(flat: Flat, i: Index, j: Index) -> Pairs:
    near = close(flat, i, j)
    return i[near], j[near]


def _joined(found: list[Pairs]) -> Pairs:
    i, j = (np.concatenate([pairs[side] for pairs in found]) for side in (0, 1))
    return np.minimum(i, j), np.maximum(i, j)
