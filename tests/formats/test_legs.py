"""Legs of a trajectory hold the motions that its reports allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats.legs import GAP, LEG, Leg, Tolerances, Track, legs
from wideberth.space.altitude import Altitude
from wideberth.space.ellipsoid import GEOD
from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.units import DEGREE, FOOT, METRE, SECOND
from wideberth.space.volume import Volume

NOON = 1_700_000_000_000
EXACT = Tolerances(half_width=100 * METRE, vertical=100 * FOOT, time=1 * SECOND, top_speed=350.0)


def track(
    times: list[int], points: list[tuple[float, float]], levels: Sequence[int | None], slack: int = 0
) -> Track:
    """Times in seconds after noon, points in degrees, levels in feet."""
    heights = np.array([(level or 0) * FOOT for level in levels], dtype=np.int64)
    return Track(
        times=NOON + np.array(times, dtype=np.int64) * SECOND,
        points=np.rint(np.array(points) * DEGREE).astype(np.int64),
        slack=slack,
        low=heights,
        high=heights,
        known=np.array([level is not None for level in levels]),
        datum="FL",
        rows=np.arange(len(times)),
    )


def made(t: Track, tolerances: Tolerances = EXACT) -> tuple[list[Leg], Counter[str]]:
    told: Counter[str] = Counter()
    return legs(t, tolerances, told), told


def east(seconds: int, speed: float = 100.0) -> tuple[float, float]:
    """A place on the equator, reached after so many seconds at this speed (m/s)."""
    return seconds * speed / 111_319.49, 0.0


def test_reports_every_ten_seconds_become_legs_of_a_minute() -> None:
    times = list(range(0, 151, 10))
    found, told = made(track(times, [east(s) for s in times], [1000 + s for s in times]))
    assert [(leg.first, leg.last) for leg in found] == [(0, 6), (6, 12), (12, 15)]
    first = found[0].volume
    assert isinstance(first.ground, Corridor)
    assert len(first.ground.points) == 7
    assert (first.ground.half_width, first.ground.edges, first.ground.slack) == (100 * METRE, "geodesic", 0)
    assert (first.lower, first.upper) == (Altitude("FL", 900 * FOOT), Altitude("FL", 1160 * FOOT))
    assert (first.start, first.end) == (NOON - SECOND, NOON + 61 * SECOND)
    assert found[1].volume.start == NOON + 59 * SECOND
    assert +told == Counter()


def test_neighbouring_legs_share_their_knot() -> None:
    times = list(range(0, 400, 7))
    found, _ = made(track(times, [east(s) for s in times], [1000] * len(times)))
    for one, two in pairwise(found):
        a, b = one.volume.ground, two.volume.ground
        assert isinstance(a, Corridor)
        assert isinstance(b, Corridor)
        assert a.points[-1] == b.points[0]
        assert one.volume.end == (two.volume.start or 0) + 2 * SECOND
    assert all((leg.volume.end or 0) - (leg.volume.start or 0) <= LEG + 2 * SECOND for leg in found)


def test_a_step_over_a_minute_is_cut_in_the_middle() -> None:
    found, told = made(track([0, 100], [(0.0, 0.0), (1.0, 0.0)], [1000, 3000]), EXACT)
    assert [leg.volume.ground for leg in found] == [
        Corridor(((0, 0), (5_000_000, 0)), 100 * METRE, "geodesic", 80),
        Corridor(((5_000_000, 0), (10_000_000, 0)), 100 * METRE, "geodesic", 80),
    ]
    assert [(leg.volume.start, leg.volume.end) for leg in found] == [
        (NOON - SECOND, NOON + 51 * SECOND),
        (NOON + 49 * SECOND, NOON + 101 * SECOND),
    ]
    # how it climbs between two reports nobody knows
    assert {(leg.volume.lower.value, leg.volume.upper.value) for leg in found} == {(900 * FOOT, 3100 * FOOT)}
    assert told["fast"] == 1  # 111 km in 100 s


def test_a_wait_is_a_circle() -> None:
    found, _ = made(track([0, 30, 60], [(7.0, 46.0)] * 3, [1000] * 3))
    assert [leg.volume.ground for leg in found] == [Circle((70_000_000, 460_000_000), 100 * METRE)]


def test_one_report_is_an_instant() -> None:
    found, _ = made(track([0], [(7.0, 46.0)], [1000], slack=80))
    assert found == [
        Leg(
            Volume(
                Circle((70_000_000, 460_000_000), 100 * METRE, 80),
                Altitude("FL", 900 * FOOT),
                Altitude("FL", 1100 * FOOT),
                NOON - SECOND,
                NOON + SECOND,
            ),
            0,
            0,
        )
    ]


def test_a_leg_with_an_unknown_altitude_is_unbounded_and_told() -> None:
    times = [0, 30, 60, 90, 120]
    found, told = made(track(times, [east(s) for s in times], [1000, None, 1000, 1000, 1000]))
    assert [(leg.volume.lower.datum, leg.volume.upper.datum) for leg in found] == [
        ("SFC", "UNL"),
        ("FL", "FL"),
    ]
    assert told["no_altitude"] == 1


def test_exactly_two_minutes_are_interpolated_and_more_are_not() -> None:
    found, told = made(track([0, 120], [east(0), east(120)], [1000, 1000]))
    assert len(found) == 2
    assert told["gap"] == 0
    found, told = made(track([0, 121], [east(0), east(121)], [1000, 1000]))
    assert told["gap"] == 1
    (leg,) = found
    # 350 m/s for 121 s and the tolerance of 1 s at both ends; half of it around the middle
    assert isinstance(leg.volume.ground, Circle)
    assert leg.volume.ground.radius == 350 * 123 * METRE // 2 + 100 * METRE
    assert abs(leg.volume.ground.centre[0] - east(121)[0] / 2 * DEGREE) <= 1
    assert (leg.volume.lower.datum, leg.volume.upper.datum) == ("SFC", "UNL")
    assert (leg.volume.start, leg.volume.end) == (NOON - SECOND, NOON + 122 * SECOND)


def test_a_gap_that_no_speed_explains_holds_both_ends() -> None:
    found, told = made(track([0, 200], [(0.0, 0.0), (2.0, 0.0)], [1000, 1000]))
    (leg,) = found
    assert isinstance(leg.volume.ground, Circle)
    assert leg.volume.ground.radius == pytest.approx((222_639 / 2 + 100) * METRE, rel=1e-5)
    assert told == Counter(fast=1, gap=1)


def test_two_places_at_one_time_are_both_kept_and_told() -> None:
    found, told = made(track([0, 30, 30, 60], [east(0), east(30), (0.5, 0.5), east(60)], [1000] * 4))
    (leg,) = found
    assert isinstance(leg.volume.ground, Corridor)
    assert (5_000_000, 5_000_000) in leg.volume.ground.points
    assert told["fast"] == 2  # there, and back in 30 s


@pytest.mark.parametrize(
    ("points", "seconds", "code"),
    [
        ([(0.0, 0.0), (179.9, 0.0)], 10, "geometry.long_edge"),
        ([(0.0, 0.0), (179.0, 0.0)], 300, "geometry.radius"),
        ([(0.0, 0.0), (100.0, 0.0)] * 6, 1, "geometry.too_long"),
    ],
)
def test_jumps_over_the_globe_are_refused(points: list[tuple[float, float]], seconds: int, code: str) -> None:
    times = [k * seconds for k in range(len(points))]
    with pytest.raises(Invalid) as caught:
        made(track(times, points, [1000] * len(points)))
    assert caught.value.code == code


def test_an_incredible_altitude_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        made(track([0, 1], [east(0), east(1)], [1000, 400_000]))
    assert caught.value.code == "altitude.range"


class Motion(NamedTuple):
    """A track with tolerances, and one moment of a motion that it allows."""

    track: Track
    tolerances: Tolerances
    time: int
    at: tuple[float, float]
    height: int | None


@st.composite
def motions(draw: st.DrawFn) -> Motion:
    lat = draw(st.floats(-75, 75))
    speed = draw(st.floats(0, 340))
    tolerances = Tolerances(
        draw(st.sampled_from([0, 30, 500])) * METRE,
        draw(st.sampled_from([0, 100])) * FOOT,
        draw(st.sampled_from([0, 1, 7])) * SECOND,
        350.0,
    )
    times, points, levels = [0], [(draw(st.sampled_from([7.0, 179.9999, -180.0])), lat)], [5_000]
    for _ in range(draw(st.integers(1, 12))):
        step = draw(st.sampled_from([1, 5, 10, 37, 60, 61, 90, 120, 121, 300]))
        lon, lat, _ = GEOD.fwd(*points[-1], draw(st.floats(0, 360)), speed * step)
        times.append(times[-1] + step)
        points.append((lon, lat))
        levels.append(draw(st.integers(0, 40_000)))
    held = track(times, points, levels, slack=80)
    k = draw(st.integers(0, len(times) - 2))
    share = draw(st.floats(0, 1))
    start, end = int(held.times[k]), int(held.times[k + 1])
    (lon, lat), (to_lon, to_lat) = held.points[k] / DEGREE, held.points[k + 1] / DEGREE
    azimuth, _, away = GEOD.inv(lon, lat, to_lon, to_lat)
    silent = end - start > GAP
    moment = start + share * (end - start) + draw(st.floats(-1, 1)) * tolerances.time
    x, y, _ = GEOD.fwd(lon, lat, azimuth, share * away)
    astray = max(0.0, 350.0 * (end - start) / SECOND - away) / 2 if silent else 0.0
    off = draw(st.floats(0, 1)) * (astray + tolerances.half_width / METRE)
    x, y, _ = GEOD.fwd(x, y, draw(st.floats(0, 360)), off)
    low, high = sorted((int(held.low[k]), int(held.low[k + 1])))
    height = low + round(draw(st.floats(0, 1)) * (high - low))
    height += round(draw(st.floats(-1, 1)) * tolerances.vertical)
    return Motion(held, tolerances, round(moment), (x, y), None if silent else height)


def holds(ground: Ground, at: tuple[float, float]) -> bool:
    """Is the point within the ground, but for a centimetre? Measured in the plane around the point."""
    reach = (ground.radius if isinstance(ground, Circle) else getattr(ground, "half_width", 0)) + ground.slack
    points = (ground.centre,) if isinstance(ground, Circle) else getattr(ground, "points", ())
    lon, lat = np.array(points).T / DEGREE
    azimuth, _, away = GEOD.inv(np.full(len(lon), at[0]), np.full(len(lon), at[1]), lon, lat)
    x, y = away * np.sin(np.radians(azimuth)), away * np.cos(np.radians(azimuth))
    distance = float(np.min(away))
    for k in range(len(points) - 1):
        along = np.array([x[k + 1] - x[k], y[k + 1] - y[k]])
        length = float(along @ along)
        share = 0.0 if length == 0 else float(np.clip(-(x[k] * along[0] + y[k] * along[1]) / length, 0, 1))
        distance = min(distance, float(np.hypot(x[k] + share * along[0], y[k] + share * along[1])))
    return distance <= reach / METRE + 0.01


@settings(max_examples=300)
@given(motions())
def test_every_motion_that_the_reports_allow_is_held(motion: Motion) -> None:
    found, _ = made(motion.track, motion.tolerances)
    assert any(
        (leg.volume.start or 0) <= motion.time <= (leg.volume.end or 0)
        and (
            leg.volume.lower.datum == "SFC"
            or (
                motion.height is not None
                and leg.volume.lower.value <= motion.height <= leg.volume.upper.value
            )
        )
        and holds(leg.volume.ground, motion.at)
        for leg in found
    )


@given(motions())
def test_there_is_no_moment_without_a_volume(motion: Motion) -> None:
    found, _ = made(motion.track, motion.tolerances)
    assert (found[0].volume.start, found[-1].volume.end) == (
        int(motion.track.times[0]) - motion.tolerances.time,
        int(motion.track.times[-1]) + motion.tolerances.time,
    )
    for one, two in pairwise(found):
        assert (two.volume.start or 0) <= (one.volume.end or 0)
