"""Which cells of a graticule grown grounds touch, and which of them they fill, from coarse to fine.

Like `touched`, over all grounds at once: a cell is judged by the pieces that may come near it, and of a cell
that is halved only those pieces are asked again. Where plain means do not tell, the certified gap decides: no
cell that a grown ground has a point in is ever missing, and a few that it misses by centimetres are kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wideberth.space.arcs import arcs
from wideberth.space.ellipsoid import E2, GEOD, R_MAX, R_MIN, A, Array, Index, to_ecef, to_lonlat
from wideberth.space.gap import NOISE, Least, gaps
from wideberth.space.inside import contain
from wideberth.space.lattice import Lattice, apart, together
from wideberth.space.reach import around
from wideberth.space.shape import Shapes
from wideberth.space.touched import between, counted, spread, under
from wideberth.space.units import DEGREE

Mask = NDArray[np.bool_]
MOST = 1_000_000
"""Cells looked at for one ground, as often as a piece is near them, and for some grounds together."""
_PIECES = 50_000
_FAR = 200_000.0
"""Metres of growth from which on a cell counts as touched where its middle is as near as half of it."""
_LARGEST = R_MIN


class Grounds(NamedTuple):
    """n grown grounds: which of the `shapes` each is, and how far in metres it reaches beyond its pieces."""

    shapes: Shapes
    shape: Index
    reach: Array
    nearest: Least


class Tiles(NamedTuple):
    """n cells, each of one ground (`owner`): `row`, `column`, and whether the ground surely fills it; and of
    the others m times a `piece` that may be near the cell with the number `tile`.
    """

    owner: Index
    row: Index
    column: Index
    filled: Mask
    tile: Index
    piece: Index


def grow(shapes: Shapes, shape: Index, growth: Array, nearest: Least) -> Grounds:
    """The shapes with these numbers, each grown by so many metres, more than 0."""
    return Grounds(shapes, shape, shapes.radius[shape] + growth, nearest)


def lay(lattice: Lattice, grounds: Grounds) -> tuple[Tiles, Index]:
    """The cells that each ground touches, and the numbers of those grounds for which they are too many."""
    size = np.diff(grounds.shapes.first)[grounds.shape]
    cuts = np.flatnonzero(np.diff(np.cumsum(size) // _PIECES)) + 1
    waiting = np.split(np.arange(len(size)), cuts)[::-1]
    found, over = [], []
    while waiting:
        owners = waiting.pop()
        tiles = _laid(lattice, grounds, owners) if len(owners) else _NONE
        if tiles is not None:
            found.append(tiles)
        elif len(owners) == 1:
            over.append(int(owners[0]))
        else:
            waiting += [owners[len(owners) // 2 :], owners[: len(owners) // 2]]
    return joined(found), np.array(over, dtype=np.int64)


def halve(lattice: Lattice, grounds: Grounds, tiles: Tiles) -> tuple[Tiles, Index]:
    """The cells of a graticule twice as fine that are in these and touched, and in which of these each is."""
    n = len(tiles.owner)
    owner, filled = np.repeat(tiles.owner, 4), np.repeat(tiles.filled, 4)
    row = np.repeat(2 * tiles.row, 4) + np.tile([0, 0, 1, 1], n)
    column = np.repeat(2 * tiles.column, 4) + np.tile([0, 1, 0, 1], n)
    tile = np.repeat(4 * tiles.tile, 4) + np.tile([0, 1, 2, 3], len(tiles.tile))
    every = Tiles(owner, row, column, filled, tile, np.repeat(tiles.piece, 4))
    found, kept = _judged(lattice, grounds, every)
    return found, kept // 4


def some(tiles: Tiles, kept: Index) -> Tiles:
    """The tiles with these numbers, which are sorted and each once."""
    number = np.full(len(tiles.owner), -1)
    number[kept] = np.arange(len(kept))
    tile = number[tiles.tile]
    held = np.flatnonzero(tile >= 0)
    owner, row, column = (each[kept] for each in (tiles.owner, tiles.row, tiles.column))
    return Tiles(owner, row, column, tiles.filled[kept], tile[held], tiles.piece[held])


def joined(parts: list[Tiles]) -> Tiles:
    """All of them, in this order."""
    before = np.cumsum([0, *(len(each.owner) for each in parts)])
    parts = [each._replace(tile=each.tile + first) for each, first in zip(parts, before, strict=False)]
    return Tiles(*(np.concatenate(columns) for columns in zip(*(parts or [_NONE]), strict=True)))


_INT = np.zeros(0, dtype=np.int64)
_NONE = Tiles(_INT, _INT, _INT, np.zeros(0, dtype=bool), _INT, _INT)


def _laid(lattice: Lattice, grounds: Grounds, owners: Index) -> Tiles | None:
    """The cells of some grounds; None where too many would have to be looked at."""
    shapes = grounds.shapes
    begin, size = shapes.first[grounds.shape[owners]], np.diff(shapes.first)[grounds.shape[owners]]
    owner = np.repeat(owners, size)
    piece = np.repeat(begin, size) + counted(size)
    boxes = around(shapes.a[piece], shapes.b[piece], shapes.half[piece], grounds.reach[owner])
    runs = under(lattice, boxes, 0, MOST)
    if runs is None:
        return None
    which, code = spread(runs.row, runs.first, runs.size, runs.columns)
    piece, owner = piece[runs.piece[which]], owner[runs.piece[which]]
    cells, rank = np.unique(code, return_inverse=True)
    unlike, tile = np.unique(owner * len(cells) + rank, return_inverse=True)
    row, column = apart(cells[unlike % len(cells)])
    near = Tiles(unlike // len(cells), row, column, np.zeros(len(unlike), dtype=bool), tile, piece)
    inner = _inner(lattice, grounds, near)
    return None if inner is None else joined([_judged(lattice, grounds, near)[0], inner])


def _inner(lattice: Lattice, grounds: Grounds, near: Tiles) -> Tiles | None:
    """The cells inside filled shapes that their boundaries (which are near those given) do not come near."""
    shapes, shape = grounds.shapes, grounds.shape
    area = shapes.area[shape[near.owner]]
    owner, row, column = near.owner[area], near.row[area], near.column[area]
    count = lattice.columns(row)
    last = np.ones(len(row), dtype=bool)
    last[:-1] = (np.diff(owner) != 0) | (np.diff(row) != 0)
    first = np.flatnonzero(np.append(True, last[:-1]))[: int(last.sum())]
    free = np.append(column[1:], 0) - column - 1
    free[last] = column[first] + count[last] - column[last] - 1
    # what does not lie about the axis of the Earth is in half a turn; its outside is the rest of the row
    about = np.asarray(((shapes.low <= 0) & (shapes.high >= 0))[:, :2].all(axis=1))
    axis = about[shape[owner]]
    asked = np.unique(owner[axis | ((free > 0) & (2 * free < count))])
    parts = []
    for k in asked.tolist():
        mine = owner == k
        found = between(lattice, shapes, int(shape[k]), together(row[mine], column[mine]), 0, MOST)
        if found is None:
            return None
        n = len(found)
        parts.append(Tiles(np.full(n, k), *apart(found), np.ones(n, dtype=bool), _INT, _INT))
    return joined(parts)


class _Near(NamedTuple):
    """Pieces that may be near cells: the number of the cell and of the piece, how far in metres its ground
    reaches, the point of its chord next to the middle of the cell (ECEF), how far that is from the middle,
    and by how much the piece may leave its chord.
    """

    tile: Index
    piece: Index
    reach: Array
    beside: Array
    away: Array
    sag: Array


def _judged(lattice: Lattice, grounds: Grounds, tiles: Tiles) -> tuple[Tiles, Index]:
    """Those of the cells that are touched, with the pieces that are near them, and their numbers."""
    shapes = grounds.shapes
    cells = _cells(lattice, tiles)
    near = _near(grounds, tiles, cells)
    over = _way(near.away + near.sag)
    filled = tiles.filled.copy()
    filled[near.tile[over + cells.half[near.tile] <= near.reach]] = True
    touched = filled.copy()
    touched[near.tile[over <= near.reach]] = True
    left = _picked(near, ~touched[near.tile])
    touched[left.tile[_point_within(cells, left)]] = True
    left = _picked(left, ~touched[left.tile])
    distant = left.reach > _FAR
    if distant.any():
        some_far = _picked(left, distant)
        touched[some_far.tile[_middle_within(shapes, cells, some_far)]] = True
        left = _picked(left, ~distant)
    if len(left.tile):
        touched[left.tile[_gap_within(grounds, cells, left)]] = True
    # a cell that the boundary is not in is all inside, or all outside
    crossed = np.zeros(len(filled), dtype=bool)
    crossed[near.tile[near.away - near.sag <= cells.half[near.tile]]] = True
    shape = grounds.shape[tiles.owner]
    asked = np.flatnonzero(shapes.area[shape] & ~filled & ~(crossed & touched))
    inside = asked[contain(shapes, shape[asked], cells.middle[asked])]
    filled[inside] = touched[inside] = True
    held = _picked(near, ~filled[near.tile])
    kept = np.flatnonzero(touched)
    return some(tiles._replace(filled=filled, tile=held.tile, piece=held.piece), kept), kept


class _Cells(NamedTuple):
    """Cells in degrees, their `middle` in ECEF metres, and metres within which of it all of a cell lies."""

    west: Array
    south: Array
    east: Array
    north: Array
    middle: Array
    half: Array


def _cells(lattice: Lattice, tiles: Tiles) -> _Cells:
    """A way straight in longitude and latitude is no longer than if all of it were as wide as it is anywhere:
    a meridian is nowhere curved less than by R_MAX, and a parallel is longest where it is lowest.
    """
    west, south, east, north = (side / DEGREE for side in lattice.box(tiles.row, tiles.column))
    lat = np.radians(np.where(south < 0, np.minimum(-north, -south), south))
    ring = A * np.cos(lat) / np.sqrt(1 - E2 * np.sin(lat) ** 2)
    half = np.hypot(R_MAX * np.radians(north - south) / 2, ring * np.radians(east - west) / 2) + NOISE
    return _Cells(west, south, east, north, to_ecef((west + east) / 2, (south + north) / 2), half)


def _near(grounds: Grounds, tiles: Tiles, cells: _Cells) -> _Near:
    """The pieces that are not surely further than its reach from all of a cell."""
    shapes, tile, piece = grounds.shapes, tiles.tile, tiles.piece
    start, middle = shapes.a[piece], cells.middle[tile]
    along = shapes.b[piece] - start
    share = _dot(middle - start, along) / np.maximum(_dot(along, along), 1e-12)
    beside = start + np.clip(share, 0.0, 1.0)[:, None] * along
    offset = beside - middle
    away = np.sqrt(_dot(offset, offset))
    near = _Near(tile, piece, grounds.reach[tiles.owner[tile]], beside, away, shapes.sag[piece])
    # a chord is never longer than the way over the surface
    return _picked(near, away - near.sag - cells.half[tile] <= near.reach + NOISE)


def _picked(near: _Near, chosen: Mask) -> _Near:
    tile, piece, reach, beside, away, sag = near
    return _Near(tile[chosen], piece[chosen], reach[chosen], beside[chosen], away[chosen], sag[chosen])


def _dot(x: Array, y: Array) -> Array:
    return np.asarray(np.einsum("...i,...i->...", x, y))


def _way(chord: Array) -> Array:
    """No less than the way over the surface between points so far apart; infinite near the other side.

    A plane section of the ellipsoid is nowhere curved more than a circle of radius R_MIN; so it is no longer
    than that circle's arc over the same chord, and the geodesic no longer than it.
    """
    arc = 2 * R_MIN * np.arcsin(np.minimum(chord / (2 * R_MIN), 1.0))
    return np.where(chord < _LARGEST, arc, np.inf)


def _point_within(cells: _Cells, near: _Near) -> Mask:
    """Where the point of the cell next to that of the chord is surely within reach."""
    lon, lat = to_lonlat(near.beside).T
    west, east = cells.west[near.tile], cells.east[near.tile]
    middle, wide = (west + east) / 2, (east - west) / 2
    lon = middle + np.clip((lon - middle + 180.0) % 360.0 - 180.0, -wide, wide)
    offset = to_ecef(lon, np.clip(lat, cells.south[near.tile], cells.north[near.tile])) - near.beside
    return np.asarray(_way(np.sqrt(_dot(offset, offset)) + near.sag) <= near.reach)


def _middle_within(shapes: Shapes, cells: _Cells, near: _Near) -> Mask:
    """Where the middles of piece and cell are within reach and half of both: never too seldom."""
    piece = near.piece
    lon, lat = to_lonlat((shapes.a[piece] + shapes.b[piece]) / 2).T
    lon2, lat2 = to_lonlat(cells.middle[near.tile]).T
    away = np.asarray(GEOD.inv(lon, lat, lon2, lat2)[2])
    return np.asarray(away - shapes.half[piece] - near.sag - cells.half[near.tile] <= near.reach + NOISE)


def _gap_within(grounds: Grounds, cells: _Cells, near: _Near) -> Mask:
    """Where the certified gap of the piece and the edges of the cell is below the reach.

    That a piece is inside the cell is found before.
    """
    pieces, first = np.unique(near.piece, return_inverse=True)
    tiles, second = np.unique(near.tile, return_inverse=True)
    both = _lines(grounds.shapes, pieces, cells, tiles)
    second = second + len(pieces)
    found = gaps(both, first, second, near.reach + 1.0, grounds.nearest)
    return np.asarray(found.lower <= near.reach)


def _lines(shapes: Shapes, pieces: Index, cells: _Cells, tiles: Index) -> Shapes:
    """Each piece as a shape of its own, and after them the edges of each cell."""
    west, south, east, north = (each[tiles] for each in cells[:4])
    lon, lat = np.stack([west, east, east, west], -1), np.stack([south, south, north, north], -1)
    onward = np.roll(lon, -1, axis=1).ravel(), np.roll(lat, -1, axis=1).ravel()
    edges = arcs(lon.ravel(), lat.ravel(), *onward, np.ones(4 * len(tiles), dtype=bool))
    number = len(pieces)
    first = np.concatenate([np.arange(number), edges.first[::4] + number])
    radius = np.concatenate([np.zeros(number), edges.deviation.reshape(-1, 4).max(axis=1)])
    a, b, half, sag = (
        np.concatenate([one[pieces], other])
        for one, other in zip((shapes.a, shapes.b, shapes.half, shapes.sag), edges[1:5], strict=True)
    )
    none = np.zeros(len(radius), dtype=bool)
    box = np.zeros((len(radius), 3))
    return Shapes(first, a, b, half, sag, radius, none, none, box, box)
