"""How much a request may carry."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wideberth.links import pace


def test_it_grows_where_the_link_is_quick_and_shrinks_where_it_is_slow() -> None:
    assert pace.after(4096, 4096, 100) == 8192
    assert pace.after(4096, 100, 1) == 4096
    assert pace.after(4096, 4096, 600) == 4096
    assert pace.after(4096, 4096, 1001) == 2048
    assert pace.failed(4096) == 2048


@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.floats(0, 10_000)), max_size=60))
def test_it_stays_within_its_bounds(taken: list[tuple[int, float]]) -> None:
    most = pace.START
    for used, took_ms in taken:
        most = pace.after(most, used, took_ms)
        assert pace.LEAST <= most <= pace.MOST


@given(st.integers(1_100, 200_000))
def test_on_a_link_of_any_rate_a_request_comes_to_take_at_most_a_second(rate: int) -> None:
    most = pace.START
    for _ in range(30):
        most = pace.after(most, most, 1000 * most / rate)
    assert most / rate <= 1 or most == pace.LEAST
