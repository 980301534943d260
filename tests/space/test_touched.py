"""Which cells a ground touches, against an oracle that shares no code: all of them, and no others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_ground import ground_gap
from tests.conflict.sample import grounds
from tests.space.planar import stars
from wideberth.space.ellipsoid import Index
from wideberth.space.ground import Circle, Corridor, Edges, Ground, Polygon
from wideberth.space.lattice import Lattice, apart, cell, together
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.touched import NEAR, Touch
from wideberth.space.units import DEGREE, METRE, NAUTICAL_MILE

MILES = Lattice(10 * NAUTICAL_MILE)


def plain(ground: Ground) -> dict[str, object]:
    """For the oracle."""

    def degrees(points: tuple[tuple[int, int], ...]) -> list[list[float]]:
        return [[lon / DEGREE, lat / DEGREE] for lon, lat in points]

    match ground:
        case Circle():
            return {"circle": degrees((ground.centre,))[0], "radius": ground.radius}
        case Corridor():
            return {
                "corridor": degrees(ground.points),
                "half_width": ground.half_width,
                "edges": ground.edges,
            }
    return {"polygon": [degrees(ring) for ring in ground.rings], "edges": ground.edges}


def code_at(lon: float, lat: float) -> int:
    """The cell of MILES at a place."""
    row = MILES.row_at(np.array([round(lat * DEGREE)]))
    count = MILES.columns(row)
    return int(together(row, np.array([round((lon + 180) * DEGREE)]) * count // (360 * DEGREE) % count)[0])


def touched(lattice: Lattice, ground: Ground, growth: int = 0, level: int = 0) -> set[int]:
    found = Touch(lattice, [ground], [growth]).at(level)
    assert found is not None
    assert np.array_equal(found[0], np.unique(found[0]))
    return set(found[0].tolist())


def around(lattice: Lattice, codes: set[int], level: int) -> set[int]:
    """The cells and all that have a corner in common with one of them."""
    found = set()
    for code in codes:
        row, column = (int(each[0]) for each in apart(np.array([code])))
        west, _, east, _ = (int(side[0]) for side in lattice.box(np.array([row]), np.array([column]), level))
        for near in range(max(0, row - 1), min((lattice.rows - 1) >> level, row + 1) + 1):
            count = int(lattice.columns(np.array([near]), level)[0])
            first = (west + 18 * 10**8 - 2) * count // (36 * 10**8)
            last = (east + 18 * 10**8 + 2) * count // (36 * 10**8)
            found |= {
                int(together(np.array([near]), np.array([c % count]))[0]) for c in range(first, last + 1)
            }
    return found


def check(lattice: Lattice, ground: Ground, growth: int = 0, level: int = 0) -> None:
    """No cell is missing, and none is too many, as the oracle measures it."""
    found = touched(lattice, ground, growth, level)
    assert found
    for code in around(lattice, found, level):
        sides = (int(side[0]) for side in lattice.box(*apart(np.array([code])), level))
        slack = (growth + getattr(ground, "slack", 0)) / METRE
        gap = ground_gap(plain(ground), plain(cell(*sides)), enough=0.5, stop=slack + 10.0)
        if gap.upper <= slack:
            assert code in found
        # thin grounds are widened to a metre, and the certified gap may be a metre short
        if gap.lower > slack + NEAR + 2.0:
            assert code not in found


@given(grounds(spread=0.6), st.sampled_from([0, 500 * METRE, 30_000 * METRE]))
@settings(max_examples=12)
def test_all_cells_and_no_others(ground: Ground, growth: int) -> None:
    check(MILES, ground, growth)


@given(st.data(), st.sampled_from([(33.0, 35.0), (180.0, -10.0), (20.0, 78.0)]), st.sampled_from([0, 1]))
@settings(max_examples=5)
def test_all_cells_of_polygons_with_holes(
    data: st.DataObject, place: tuple[float, float], level: int
) -> None:
    straight = data.draw(st.booleans())
    rings = data.draw(stars(*place, 40_000.0, straight, hollow=True))
    edges: Edges = "lonlat" if straight else "geodesic"
    check(MILES, polygon(rings, edges, closed=False, wrap=True), 0, level)


@pytest.mark.parametrize(
    ("ground", "places"),
    [
        (circle(33.0, 90.0, 100_000 * METRE), [(33.0, 90.0), (0.0, 89.2), (180.0, 89.2), (-91.0, 89.2)]),
        (circle(33.0, -89.9, 30_000 * METRE), [(33.0, -89.9), (-147.0, -89.9)]),
        (circle(180.0, 10.0, 50_000 * METRE), [(179.6, 10.0), (-179.6, 10.0)]),
        (
            corridor([(179.0, 60.0), (-179.0, 61.0)], 1_000 * METRE, "geodesic"),
            [(179.0, 60.0), (-179.0, 61.0)],
        ),
        # over the pole
        (
            corridor([(10.0, 89.0), (-170.0, 89.0)], 0, "geodesic"),
            [(10.0, 89.0), (-170.0, 89.0), (0.0, 90.0)],
        ),
    ],
)
def test_poles_and_the_antimeridian(ground: Ground, places: list[tuple[float, float]]) -> None:
    found = touched(MILES, ground)
    assert {code_at(*place) for place in places} <= found
    assert code_at(100.0, 0.0) not in found


def test_a_polygon_around_a_pole_holds_it() -> None:
    ring = [(float(lon), 85.0) for lon in range(-180, 180, 30)]
    found = touched(MILES, polygon([ring], "geodesic", closed=False))
    rows = {code >> 32 for code in found}
    assert max(rows) == MILES.rows - 1
    whole = [row for row in rows if row * 180 / MILES.rows - 90 > 85.5]
    assert whole
    for row in whole:
        count = int(MILES.columns(np.array([row]))[0])
        assert sum(code >> 32 == row for code in found) == count
    south = polygon([[(lon, -lat) for lon, lat in ring]], "geodesic", closed=False)
    assert min(code >> 32 for code in touched(MILES, south)) == 0


def test_a_shape_over_many_cells_is_filled_and_its_hole_is_not() -> None:
    outer = [(20.0, 30.0), (30.0, 30.0), (30.0, 40.0), (20.0, 40.0)]
    hole = [(23.0, 33.0), (27.0, 33.0), (27.0, 37.0), (23.0, 37.0)]
    found = touched(MILES, polygon([outer, hole], "geodesic", closed=False))
    assert code_at(25.0, 35.0) not in found
    assert {code_at(21.5, 35.0), code_at(28.5, 35.0), code_at(25.0, 31.5), code_at(25.0, 38.5)} <= found
    assert code_at(35.0, 35.0) not in found
    across = polygon(
        [[(175.0, 30.0), (-175.0, 30.0), (-175.0, 40.0), (175.0, 40.0)]], "lonlat", closed=False, wrap=True
    )
    found = touched(MILES, across)
    assert {code_at(-179.0, 35.0), code_at(179.0, 35.0), code_at(179.999, 35.0)} <= found
    assert code_at(0.0, 35.0) not in found


def test_too_many_cells_are_not_looked_at() -> None:
    fine = Lattice(100 * METRE)
    for ground in (
        circle(33.0, 35.0, 2_000_000 * METRE),
        corridor([(33.0, 35.0), (43.0, 35.0)], 50_000 * METRE, "geodesic"),
        polygon([[(20.0, 30.0), (30.0, 30.0), (30.0, 40.0), (20.0, 40.0)]], "lonlat", closed=False),
        circle(33.0, 90.0, 2_000_000 * METRE),
    ):
        assert Touch(fine, [ground], [0]).at(0, 50_000) is None
    # along the grid, and around a pole, nothing is measured, but counted
    west, south, east, north = (
        int(side[0]) for side in Lattice(METRE * 100_000).box(np.array([99]), np.array([70]))
    )
    along = cell(west, south, east, north)
    assert Touch(fine, [along], [0]).at(0, 500) is None
    assert Touch(Lattice(METRE * 100_000), [along], [0]).at(0, 0) is None
    # larger than pieces, cells are few near the boundary, but not inside
    cap = polygon([[(float(lon), 60.0) for lon in range(-180, 180, 30)]], "geodesic", closed=False)
    assert Touch(Lattice(4_000 * METRE), [cap], [0]).at(0, 10) is None
    land = polygon([[(20.0, 30.0), (30.0, 30.0), (30.0, 40.0), (20.0, 40.0)]], "lonlat", closed=False)
    assert Touch(Lattice(4_000 * METRE), [land], [0]).at(0, 10) is None


def box(lattice: Lattice, west: Index, row: Index) -> Polygon:
    sides = lattice.box(row, west)
    return cell(*(int(side[0]) for side in sides))


def test_what_lies_along_the_grid_touches_only_what_it_covers() -> None:
    row, column = np.array([700]), np.array([900])
    own = int(together(row, column)[0])
    aligned = box(MILES, column, row)
    assert touched(MILES, aligned) == {own}
    # a centimetre more, or any growth, and the neighbours are near
    (w, s), (e, _), (_, n), _ = aligned.rings[0]
    assert len(touched(MILES, cell(w - 1, s, e, n))) > 1
    assert len(touched(MILES, cell(w, s - 1, e, n))) > 1
    assert len(touched(MILES, aligned, 1)) > 1
    slanted = Polygon((((w, s), (e, s), (e, n)),), "lonlat")
    assert own in touched(MILES, slanted)
    # nor is a ring wider than a quarter of a turn, or one of geodesics
    assert len(touched(MILES, Polygon(aligned.rings, "geodesic"))) > 1
    wide = polygon(
        [
            [
                (-90.0, s / DEGREE),
                (0.0, s / DEGREE),
                (10.0, s / DEGREE),
                (10.0, n / DEGREE),
                (-90.0, n / DEGREE),
            ]
        ],
        "lonlat",
        closed=False,
    )
    assert own not in touched(MILES, wide)
