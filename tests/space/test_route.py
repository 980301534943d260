"""Routes: every motion inside the stated tolerances is inside the volumes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.space.geodesy import GEOD, along
from wideberth.errors import Invalid
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Corridor, Edges
from wideberth.space.route import LONGEST, route
from wideberth.space.shape import compile_shapes
from wideberth.space.stated import circle
from wideberth.space.units import METRE
from wideberth.space.volume import Volume

T0 = 1_800_000_000_000
steps = st.tuples(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000), st.integers(60_000, 5_400_000))


def holds(volumes: tuple[Volume, ...], lon: float, lat: float, at: float) -> bool:
    """Whether some volume whose window holds the time holds the point (within the rounding of a position)."""
    live = [v for v in volumes if v.start is not None and v.end is not None and v.start <= at <= v.end]
    point = circle(round(lon, 7), round(lat, 7), 0)
    shapes = compile_shapes([v.ground for v in live] + [point])
    n = len(live)
    lower = gaps(shapes, np.arange(n), np.full(n, n), np.full(n, 1e7)).lower
    # the point was widened to a circle of half a metre, and rounded
    return bool((lower <= -0.49).any())


@given(
    st.floats(-180, 180),
    st.floats(-75, 75),
    st.lists(steps, min_size=1, max_size=3),
    st.booleans(),
    st.integers(1, 2_000),
    st.integers(0, 120_000),
    st.floats(0, 1),
    st.floats(-1, 1),
    st.floats(-1, 1),
)
def test_every_motion_inside_the_tolerances_is_inside(
    lon: float,
    lat: float,
    legs: list[tuple[int, int, int]],
    straight: bool,
    width: int,
    tolerance: int,
    when: float,
    aside: float,
    late: float,
) -> None:
    line, times = [(round(lon, 7), round(lat, 7))], [T0]
    for east, north, length in legs:
        x, y = line[-1]
        line.append(
            (round((x + east / 1e4 + 180) % 360 - 180, 7), round(float(np.clip(y + north / 1e4, -80, 80)), 7))
        )
        times.append(times[-1] + length)
    edges: Edges = "lonlat" if straight else "geodesic"
    volumes = route(line, times, width * METRE, tolerance, edges=edges, wrap=True)
    # at constant speed between knots, late by a constant, beside the line by less than the half-width
    k = min(int(when * len(legs)), len(legs) - 1)
    share = when * len(legs) - k
    path = along(*line[k], *line[k + 1], straight, 2_000)
    away = np.asarray(GEOD.inv(path[:-1, 0], path[:-1, 1], path[1:, 0], path[1:, 1])[2])
    travelled = np.concatenate([[0.0], np.cumsum(away)])
    at = np.interp(share * travelled[-1], travelled, np.arange(2_001))
    i = min(int(at), 1_999)
    step = path[i + 1] - path[i]
    x, y = path[i] + (at - i) * np.array([(step[0] + 180) % 360 - 180, step[1]])
    bearing = GEOD.inv(*path[i], *path[i + 1])[0] if away[i] > 0 else 0.0
    x, y, _ = GEOD.fwd(x, y, bearing + 90, aside * (width - 0.02))
    time = times[k] + share * (times[k + 1] - times[k]) + late * tolerance
    assert holds(volumes, float(x), float(y), time)


def test_legs_share_their_knot_and_are_no_longer_than_ten_minutes() -> None:
    volumes = route(
        [(33, 35), (34, 35), (34, 35), (34, 36)],
        [T0, T0 + 1_500_000, T0 + 1_560_000, T0 + 2_000_000],
        METRE,
        5_000,
    )
    grounds = [v.ground for v in volumes]
    assert [type(g) for g in grounds] == [Corridor, Corridor, Corridor, Circle, Corridor]
    first, second, third, wait, last = grounds
    assert isinstance(first, Corridor) and isinstance(second, Corridor) and isinstance(third, Corridor)
    assert first.points[1] == second.points[0] and second.points[1] == third.points[0]
    assert isinstance(wait, Circle) and isinstance(last, Corridor)
    assert wait.centre == third.points[1] == last.points[0]
    for v in volumes:
        assert v.start is not None and v.end is not None and v.end - v.start <= LONGEST + 10_001


def test_a_leg_over_the_antimeridian_stays_there() -> None:
    (leg,) = route([(179.9, 0), (-179.9, 0)], [T0, T0 + 60_000], METRE, 0)
    shapes = compile_shapes([leg.ground])
    assert shapes.half.sum() * 2 == pytest.approx(GEOD.inv(179.9, 0, -179.9, 0)[2], abs=1)


def test_a_very_slow_leg_waits_at_points_that_round_to_one() -> None:
    day = 86_400_000
    volumes = route([(33, 35), (33.0000002, 35)], [T0, T0 + day], METRE, 0)
    assert len(volumes) == 144
    assert {type(v.ground) for v in volumes} == {Circle, Corridor}


@pytest.mark.parametrize(
    ("line", "times", "width", "tolerance", "code"),
    [
        ([(33, 35), (34, 35)], [T0], METRE, 0, "route.times"),
        ([(33, 35), (34, 35)], [T0, T0], METRE, 0, "route.times"),
        ([(33, 35)], [T0], METRE, 0, "geometry.too_few_points"),
        ([(33, 35), (34, 35)], [T0, T0 + 1], METRE, -1, "route.tolerance"),
        ([(33, 35), (34, 35)], [T0, T0 + 1], -1, 0, "geometry.half_width"),
        ([(33, 35), (34, 95)], [T0, T0 + 1], METRE, 0, "geometry.latitude"),
    ],
)
def test_bad_routes(
    line: list[tuple[float, float]], times: list[int], width: int, tolerance: int, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        route(line, times, width, tolerance, path="r")
    assert caught.value.code == code and caught.value.path.startswith("r")
