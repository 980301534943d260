"""Which cells of a graticule grounds touch and fill, against an oracle that shares no code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_ground import ground_gap
from tests.conflict.sample import grounds
from tests.space.test_touched import plain
from wideberth.space import tiles
from wideberth.space.gap import least
from wideberth.space.ground import Ground
from wideberth.space.lattice import Graticule, cell
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.tiles import Grounds, Tiles
from wideberth.space.units import METRE

LEVEL = 3
LATTICE = Graticule(256 << LEVEL, 512 << LEVEL)
FINER = Graticule(256 << LEVEL + 1, 512 << LEVEL + 1)


def grown(growth: float, *stated: Ground) -> Grounds:
    shapes = compile_shapes(stated)
    return Grounds(shapes, np.arange(len(stated)), shapes.radius + growth, least)


def laid(found: Grounds) -> Tiles:
    tiles_, over = tiles.lay(LATTICE, found)
    assert not len(over)
    return tiles_


def held(found: Tiles, owner: int = 0) -> dict[tuple[int, int], bool]:
    """Row and column of each cell of one ground, and whether it is filled."""
    mine = found.owner == owner
    return dict(
        zip(
            zip(found.row[mine].tolist(), found.column[mine].tolist(), strict=True),
            found.filled[mine].tolist(),
            strict=True,
        )
    )


def check(ground: Ground, growth: float, lattice: Graticule, found: dict[tuple[int, int], bool]) -> None:
    """No cell that the oracle finds touched is missing, none is far away, and in filled ones no point is."""
    count = 512 << LEVEL if lattice is LATTICE else 512 << LEVEL + 1
    around = [(r + a, (c + b) % count) for r, c in found for a in (-1, 0, 1) for b in (-1, 0, 1)]
    for row, column in sorted(set(around)):
        if not 0 <= row < lattice.rows:
            continue
        sides = [int(side[0]) for side in lattice.box(np.array([row]), np.array([column]))]
        gap = ground_gap(plain(ground), plain(cell(*sides)), enough=0.3, stop=growth + 10.0)
        if gap.upper <= growth:
            assert (row, column) in found
        # thin grounds are widened to a metre, and the certified gap may be a metre short
        if gap.lower > growth + 2.0:
            assert (row, column) not in found
        if found.get((row, column), False):
            west, south, east, north = sides
            for x, y in ((west, south), (east, south), (west, north), (east, north)):
                spot = plain(circle(x / 1e7, y / 1e7, 0))
                corner = ground_gap(plain(ground), spot, enough=0.3, stop=growth + 10.0)
                assert corner.lower <= growth + 1.0


@given(grounds(spread=0.3), st.sampled_from([0.5, 500.0, 9_000.0]))
@settings(max_examples=4)
def test_all_cells_and_no_others(ground: Ground, growth: float) -> None:
    asked = grown(growth, ground)
    coarse = laid(asked)
    check(ground, growth, LATTICE, held(coarse))
    fine, parent = tiles.halve(FINER, asked, coarse)
    assert (coarse.row[parent] == fine.row >> 1).all()
    assert (coarse.column[parent] == fine.column >> 1).all()
    check(ground, growth, FINER, held(fine))


def test_many_grounds_at_once_are_as_each_alone() -> None:
    stated: list[Ground] = [
        circle(33.0, 35.0, 12_000 * METRE),
        polygon([[(32.0, 34.0), (34.0, 34.2), (33.0, 36.0)]], "geodesic", closed=False),
        corridor([(179.8, 10.0), (-179.8, 10.2)], 900 * METRE, "geodesic"),
        circle(33.0, 35.0, 12_000 * METRE),
    ]
    together = laid(grown(300.0, *stated))
    for k, ground in enumerate(stated):
        assert held(together, k) == held(laid(grown(300.0, ground)))
    assert held(together, 0) == held(together, 3)


CAP = [(float(lon), 85.0) for lon in range(-180, 180, 30)]
ACROSS = [(170.0, 10.0), (-170.0, 10.0), (-170.0, 20.0), (170.0, 20.0)]


@pytest.mark.parametrize(
    ("ground", "inside"),
    [
        (polygon([CAP], "geodesic", closed=False), (10.0, 89.9)),
        (polygon([ACROSS], "geodesic", closed=False, wrap=True), (179.99, 15.0)),
        (circle(33.0, 35.0, 1_000_000 * METRE), (38.0, 38.0)),
    ],
)
def test_the_inside_of_large_grounds(ground: Ground, inside: tuple[float, float]) -> None:
    found = held(laid(grown(1.0, ground)))
    row = int((inside[1] + 90) / 180 * LATTICE.rows)
    column = int((inside[0] + 180) / 360 * (512 << LEVEL))
    assert found[row, column]
    assert (LATTICE.rows - 1 - row, column) not in found
    assert 0.5 < np.mean(list(found.values())) < 1


def test_too_many_cells_are_not_made() -> None:
    small, large = circle(33.0, 35.0, 10 * METRE), circle(33.0, 35.0, 5_000_000 * METRE)
    stated = [small, large, circle(0.0, 0.0, 10 * METRE)]
    fine = Graticule(256 << 8, 512 << 8)
    found, over = tiles.lay(fine, grown(1.0, *stated))
    assert over.tolist() == [1]
    assert set(found.owner.tolist()) == {0, 2}


def test_some_of_them_keep_their_pieces() -> None:
    asked = grown(10.0, corridor([(33.0, 35.0), (33.5, 35.1)], 100 * METRE, "geodesic"))
    every = laid(asked)
    kept = np.array([1, 3])
    fewer = tiles.some(every, kept)
    assert fewer.row.tolist() == every.row[kept].tolist()
    for new, old in enumerate(kept.tolist()):
        assert fewer.piece[fewer.tile == new].tolist() == every.piece[every.tile == old].tolist()
    fine, _ = tiles.halve(FINER, asked, fewer)
    everything, parent = tiles.halve(FINER, asked, every)
    assert held(fine) == held(tiles.some(everything, np.flatnonzero(np.isin(parent, kept))))
