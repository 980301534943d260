"""The attackers against coarse disclosure: ours stays at the view, the naive ways do not."""

from __future__ import annotations

import numpy as np
import pytest

from bench import coarse
from bench.coarse_plot import Line, picture

SEED, SITES, TELLINGS = 3, 3, 100


@pytest.fixture(scope="module")
def found() -> dict[str, dict[int, list[coarse.Left]]]:
    return coarse.run(SITES, TELLINGS, SEED)


@pytest.fixture(scope="module")
def floor() -> float:
    return coarse.least(coarse.sites(SITES, SEED))


def _median(lefts: list[coarse.Left], axis: int) -> float:
    return float(np.median([left[axis] for left in lefts]))


def test_ours_stays_at_the_view_and_the_naive_ways_collapse(
    found: dict[str, dict[int, list[coarse.Left]]], floor: float
) -> None:
    assert coarse.check(found, floor) == []
    ours = found[coarse.OURS]
    # nothing is learned after the first telling, but where an edit crosses an edge
    assert _median(ours[TELLINGS], 1) == pytest.approx(_median(ours[1], 1))
    for way in (coarse.JITTER, coarse.RANDOM):
        assert _median(found[way][TELLINGS], 0) < 500
        assert _median(ours[TELLINGS], 0) > 10 * _median(found[way][TELLINGS], 0)
    # two grids tell more than one, and no more than they have in common
    assert _median(found[coarse.GRIDS][TELLINGS], 1) < _median(ours[TELLINGS], 1)
    assert _median(found[coarse.GRIDS][TELLINGS], 1) > _median(found[coarse.GRIDS][2], 1) / 2


def test_the_truth_is_in_what_an_attacker_has_left(
    found: dict[str, dict[int, list[coarse.Left]]],
) -> None:
    for by in found.values():
        for left in by[TELLINGS]:
            assert left.area > 0
            # a point of a region that long is no further from its middle
            assert left.error < 40_000


def test_a_check_names_what_is_not_as_claimed(
    found: dict[str, dict[int, list[coarse.Left]]], floor: float
) -> None:
    leaky = {**found, coarse.OURS: found[coarse.JITTER]}
    assert any("less than a cell" in each for each in coarse.check(leaky, floor))
    strong = {**found, coarse.JITTER: found[coarse.OURS]}
    assert any("random jitter still leaves" in each for each in coarse.check(strong, floor))


def test_questions_learn_the_view_of_ours_and_the_truth_of_jitter(floor: float) -> None:
    site = coarse.sites(1, SEED)[0]
    left = {
        way: coarse.asked(way, site, 300, np.random.default_rng(SEED)) for way in (coarse.OURS, coarse.RANDOM)
    }
    assert left[coarse.OURS].area > 0.9 * floor
    assert left[coarse.RANDOM].area < floor / 10


def test_who_sees_it_cross_an_edge_knows_where_it_was() -> None:
    inside = coarse.Site(5_000.0, 5_000.0, coarse.BEGIN)
    assert coarse.moving(inside, 1) > 10_000
    assert coarse.moving(inside, 60) < 1_500


def test_what_two_recipients_were_told_differs_by_whole_cells(floor: float) -> None:
    one, other = (coarse.Site(x, 5_000.0, coarse.BEGIN) for x in (0.0, 30_000.0))
    assert coarse.difference(one, one._replace(x=200.0)) is None
    assert (coarse.difference(one, other) or 0) > 0.98 * floor


def test_the_picture_names_its_axes() -> None:
    line = Line("ours", ((1, 400.0), (100, 400.0)))
    drawn = picture([line], [line], 399.0)
    for words in ("error of the attacker", "can still be, km²", "the smallest cell: 399 km²", "tellings"):
        assert words in drawn
