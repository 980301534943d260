"""Fewer points, never less ground."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.space.geodesy import along
from tests.space.planar import stars
from wideberth.space.boxed import boxed, corners
from wideberth.space.ellipsoid import to_ecef
from wideberth.space.fewer import fewer
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Edges, Ground, Polygon
from wideberth.space.inside import contains
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle, corridor, polygon
from wideberth.space.units import METRE

EDGES: tuple[Edges, ...] = ("lonlat", "geodesic")
Place = tuple[float, float]


def beyond(ground: Ground, places: np.ndarray[tuple[int, ...], np.dtype[np.float64]], more: int) -> float:
    """Metres that the furthest of the places is from the ground grown by `more` (0.1 mm)."""
    grounds = [ground, *(Circle((round(x * 1e7), round(y * 1e7)), 0) for x, y in places)]
    shapes = compile_shapes(grounds)
    n = len(places)
    lower = gaps(shapes, np.zeros(n, np.int64), np.arange(1, n + 1), np.full(n, 1e6)).lower
    away = lower + 0.5 - more / METRE  # the places are 1 m wide
    if shapes.area[0]:
        away[contains(shapes, 0, to_ecef(*places.T))] = 0.0  # near the boundary, but on the inner side
    return float(np.max(away))


def wiggles(chance: np.random.Generator, count: int, size: float) -> list[Place]:
    x = np.linspace(33, 34, count)
    return [
        (round(float(a), 7), round(35 + float(b), 7))
        for a, b in zip(x, chance.normal(0, size, count), strict=True)
    ]


@given(st.integers(0, 1_000), st.sampled_from(EDGES), st.sampled_from([1, 100, 3_000]))
@settings(max_examples=12)
def test_every_place_of_a_line_is_still_in_it(seed: int, edges: Edges, tolerance: int) -> None:
    line = wiggles(np.random.default_rng(seed), 60, 0.01)
    ground = corridor(line, 500 * METRE, edges)
    thin = fewer(ground, tolerance * METRE)
    assert corners(thin) <= corners(ground)
    # a corridor of the slack alone still holds the line, give or take what the certified gap is short of
    bare = corridor(line, 0, edges)
    alone = fewer(bare, tolerance * METRE)
    places = np.concatenate([along(*p, *q, edges == "lonlat", 5) for p, q in itertools.pairwise(line)])
    assert beyond(alone, places, 0) <= 0.01
    assert thin.slack <= ground.slack + (tolerance + 300) * METRE  # a geodesic of 90 km bends
    _check_box(bare, places)


@given(st.data(), st.sampled_from(EDGES), st.sampled_from([100, 3_000]))
@settings(max_examples=8)
def test_every_place_of_a_polygon_is_still_in_it(data: st.DataObject, edges: Edges, tolerance: int) -> None:
    ring, hole = data.draw(stars(33.0, 35.0, 30_000.0, edges == "lonlat", hollow=True))
    chance = np.random.default_rng(data.draw(st.integers(0, 99)))
    wavy = []
    for p, q in zip(ring, ring[1:] + ring[:1], strict=True):
        side = along(*p, *q, True, 20)[:-1]
        wavy += [
            (round(float(x), 7), round(float(y), 7)) for x, y in side + chance.normal(0, 1e-4, side.shape)
        ]
    ground = polygon([wavy, hole], edges, closed=False)
    thin = fewer(ground, tolerance * METRE)
    assert isinstance(thin, Polygon)
    assert corners(thin) < corners(ground) or tolerance == 100
    places = np.concatenate([along(*p, *q, edges == "lonlat", 4) for p, q in itertools.pairwise(wavy)])
    assert beyond(thin, places, 0) <= 0.01
    _check_box(ground, places)


def _check_box(ground: Ground, places: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    box, pad = boxed(ground, 0)
    assert isinstance(box, Polygon) and len(box.rings[0]) == 4
    assert beyond(box, places, pad) <= 0.01


@pytest.mark.parametrize(
    "ground",
    [
        circle(33, 35, 1_000 * METRE),
        corridor([(33.0 + k, 85.0) for k in range(50)], 0, "geodesic"),
        corridor([(33.0 + 2 * k, 35.0) for k in range(50)], 0, "geodesic"),
        corridor([(175.0 + k / 10, 35.0) for k in range(51)], 0, "lonlat"),
        corridor([(33.0, 35.0), (34.0, 35.0)], 0, "lonlat"),
    ],
)
def test_what_is_no_small_matter_stays_as_it_is(ground: Ground) -> None:
    if corners(ground) > 2:
        assert fewer(ground, 10_000 * METRE) == ground
    assert boxed(ground, 5) == (ground, 5)


def test_across_the_equator_and_over_holes_that_vanish(monkeypatch: pytest.MonkeyPatch) -> None:
    line = [(33 + k / 100, -0.3 + k / 80) for k in range(50)]
    thin = fewer(corridor(line, 0, "geodesic"), 100 * METRE)
    assert corners(thin) == 2
    tiny = [(33.5, 0.0), (33.5001, 0.0), (33.5001, 0.0001)]
    outer = [(33.0, -1.0), (34.0, -1.0), (34.0, 1.0), (33.0, 1.0)]
    holed = polygon([outer, tiny], "lonlat", closed=False)
    assert len(getattr(fewer(holed, 5_000 * METRE), "rings", ())) == 2
    # a library that drops the hole is not followed
    monkeypatch.setattr(shapely, "simplify", lambda drawn, _: shapely.Polygon(drawn.exterior))
    assert fewer(holed, 5_000 * METRE) == holed
