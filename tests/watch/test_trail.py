"""Trails: in order, bounded, and what they give back is what was put in."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from wideberth.space.altitude import Altitude
from wideberth.watch import trail as trails
from wideberth.watch.trail import LENGTH, POINTS, Spot, Trail, spacing

TIMES = st.lists(st.integers(10**12, 10**12 + 3 * LENGTH), max_size=60)


@given(TIMES)
def test_places_are_in_order_and_apart(times: list[int]) -> None:
    trail = Trail()
    for at_ms in times:
        trail.add(at_ms, (at_ms % 7, 2), None, 1_000)
    spots = trail.spots()
    assert all(b.at_ms - a.at_ms >= 1_000 for a, b in itertools.pairwise(spots))
    assert {each.at_ms for each in spots} <= set(times)
    assert all(each.point == (each.at_ms % 7, 2) for each in spots)


def test_altitudes_keep_their_datum() -> None:
    trail = Trail()
    altitudes = [Altitude("FL", 3_048), Altitude("HAE", -5), None]
    for k, altitude in enumerate(altitudes):
        trail.add(k * 1_000, (k, -k), altitude, 500)
    assert trail.spots() == [Spot(k * 1_000, (k, -k), each) for k, each in enumerate(altitudes)]
    assert trail.spots(1_500) == trail.spots()[2:]
    assert len(trail) == 3


def test_what_comes_once_a_second_is_kept_whole_for_ten_minutes_and_no_longer() -> None:
    trail = Trail()
    for k in range(5_000):
        trail.add(k * 1_000 + random.Random(k).randrange(100), (0, 0), None, spacing(1))
    spots = trail.spots()
    assert POINTS <= len(spots) <= 900
    assert spots[-1].at_ms - spots[0].at_ms >= LENGTH - 1_000
    assert all(b.at_ms - a.at_ms < 1_200 for a, b in itertools.pairwise(spots))


def test_late_ones_fill_it_unless_they_are_far_too_late() -> None:
    trail = Trail()
    for at_ms in (0, 1_000, 3_000, 4_000):
        trail.add(at_ms, (0, 0), None, 875)
    trail.add(2_000, (2, 2), None, 875)
    assert [each.at_ms for each in trail.spots()] == [0, 1_000, 2_000, 3_000, 4_000]
    for k in range(5, 40):
        trail.add(k * 1_000, (0, 0), None, 875)
    trail.add(-2_000, (0, 0), None, 875)
    assert trail.spots()[0].at_ms == 0


def test_many_tracks_have_sparser_trails() -> None:
    assert spacing(1) < 1_000 <= LENGTH // POINTS
    for tracks in (1, 1_000, 10_000, 200_000):
        points = LENGTH // spacing(tracks)
        assert points >= trails.FEW
        assert points * tracks <= 1.2 * max(trails.ALL, trails.FEW * tracks)
    trail = Trail()
    for k in range(2_000):
        trail.add(k * 1_000, (0, 0), None, spacing(100_000))
    assert len(trail) <= 45
