"""Arcs as vertices: on the circle, dense enough that the slack holds what the geodesics between them miss."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.formats import arc, crossing
from wideberth.space.ellipsoid import GEOD
from wideberth.space.units import METRE


@given(
    st.floats(-179, 179),
    st.floats(-85, 85),
    st.floats(1, 2_000_000),
    st.floats(0, 360),
    st.floats(-360, 360).filter(lambda sweep: abs(sweep) > 1),
)
def test_the_slack_holds_the_arc(lon: float, lat: float, radius: float, start: float, sweep: float) -> None:
    drawn = arc.swept((lon, lat), radius, start, sweep)
    away = [arc.distance((lon, lat), point) for point in drawn.points]
    assert max(abs(one - radius) for one in away) < 1e-3
    for p, q in itertools.islice(itertools.pairwise(drawn.points), 3):
        azimuth, _, length = GEOD.inv(*p, *q)
        x, y, _ = GEOD.fwd(*p, azimuth, length / 2)
        assert radius - arc.distance((lon, lat), (float(x), float(y))) <= drawn.slack / METRE
    off = (arc.bearing((lon, lat), drawn.points[0]) - start + 180.0) % 360.0 - 180.0
    assert abs(off) < 1e-4 or radius < 100


def test_which_way_round() -> None:
    centre, east, south = (10.0, 50.0), (10.1, 50.0), (10.0, 49.93)
    quarter, _ = arc.between(centre, east, south, True)
    rest, _ = arc.between(centre, east, south, False)
    assert (quarter.points[0], quarter.points[-1]) == (east, south)
    assert all(lat <= 50.01 and lon >= 9.99 for lon, lat in quarter.points)
    assert any(lat > 50.05 for _, lat in rest.points)
    whole, apart = arc.between(centre, east, east, True)
    assert apart == 0
    assert min(lon for lon, _ in whole.points) < 9.91


def test_ends_at_different_distances_are_held_with_both_circles() -> None:
    centre, near, far = (10.0, 50.0), (10.1, 50.0), (10.0, 49.9)
    drawn, apart = arc.between(centre, near, far, True)
    assert apart == pytest.approx(arc.distance(centre, far) - arc.distance(centre, near))
    assert drawn.slack >= apart * METRE
    away = np.array([arc.distance(centre, point) for point in drawn.points])
    assert (np.diff(away) > 0).all()


SQUARE = [(10.0, 50.0), (10.1, 50.0), (10.1, 50.1), (10.0, 50.1)]


def test_an_outline_that_crosses_itself_by_a_hair() -> None:
    spur = [*SQUARE, (10.0, 50.05), (9.9995, 50.0502), (10.0, 50.0500)]
    mended = crossing.mended(spur)
    assert mended is not None
    ring, slack = mended
    assert 30 * METRE < slack < 100 * METRE
    assert (10.1, 50.1) in ring


@pytest.mark.parametrize(
    "ring",
    [
        [(10.0, 50.0), (10.1, 50.1), (10.1, 50.0), (10.0, 50.1)],  # an hour-glass
        [(-10.0, 50.0), (12.0, 50.0), (12.0, 60.0)],
        [(10.0, 81.0), (12.0, 81.0), (12.0, 82.0)],
        [(10.0, 50.0), (12.0, 50.0), (14.0, 50.0)],  # no area
    ],
)
def test_what_crosses_itself_by_more_is_not_mended(ring: list[arc.Position]) -> None:
    assert crossing.mended(ring) is None


def test_what_hides_behind_the_outline_that_is_kept_is_not_left_out() -> None:
    """Each vertex left out lies beside the part that is kept, but what they enclose does not."""
    across = [(10.0, 50.0), (10.2, 50.0), (10.2, 50.2), (10.0, 50.2), (10.0, 50.15), (10.12, 50.15)]
    across += [(10.12, 50.05), (10.0, 50.05), (10.0003, 50.1501), (9.9997, 50.1501), (10.0, 50.05)]
    assert crossing.mended(across) is None
