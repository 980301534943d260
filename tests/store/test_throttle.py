from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wideberth.store import throttle
from wideberth.store.throttle import FORGOTTEN, FREE, KNOWN, LONGEST, NONE, Failures, one_more, wait

NOW = 1_900_000_000_000
times = st.integers(0, 2**53 - 1)


def failed(times: int, at: int = NOW) -> Failures:
    found = NONE
    for _ in range(times):
        found = one_more(found, at)
    return found


def test_the_first_failures_make_nobody_wait_and_then_it_doubles() -> None:
    waits = [wait(failed(n), NOW) for n in range(FREE + 12)]
    assert waits[:FREE] == [0] * FREE
    assert waits[FREE:] == [1_000 * 2**i for i in range(10)] + [LONGEST, LONGEST]


def test_the_wait_ends() -> None:
    found = failed(FREE + 3)
    assert [wait(found, NOW + ms) for ms in (0, 1, 7_999, 8_000, 8_001)] == [8_000, 7_999, 1, 0, 0]
    assert wait(failed(10**6), NOW + LONGEST) == 0


def test_what_is_a_day_old_is_forgotten() -> None:
    assert one_more(failed(50), NOW + FORGOTTEN) == Failures(1, NOW + FORGOTTEN)
    assert one_more(failed(50), NOW + FORGOTTEN - 1).count == 51


def test_a_place_is_known_for_thirty_days() -> None:
    assert [throttle.known(NOW, NOW + after) for after in (0, KNOWN - 1, KNOWN)] == [True, True, False]
    assert not throttle.known(None, NOW)


@given(st.integers(0, 10**9), times, times, st.integers(1, 100))
def test_no_wait_is_negative_or_longer_than_the_longest(count: int, last: int, now: int, free: int) -> None:
    assert 0 <= wait(Failures(count, last), now, free) <= LONGEST


@given(st.integers(0, 10**9), times, times)
def test_one_failure_more_never_makes_a_wait_shorter(count: int, last: int, now: int) -> None:
    found = Failures(count, last)
    assert now - last >= FORGOTTEN or wait(one_more(found, now), now) >= wait(found, now)


@given(st.integers(0, 10**9), times, times)
def test_a_clock_set_back_locks_nobody_out_and_forgets_nothing(count: int, last: int, now: int) -> None:
    if now < last:
        assert wait(Failures(count, last), now) == 0
        assert one_more(Failures(count, last), now).count == count + 1


@given(st.lists(st.integers(0, FORGOTTEN - 1), max_size=60))
def test_who_tries_as_fast_as_is_allowed_gets_few_guesses(pauses: list[int]) -> None:
    """In the first day: what is free, ten while the wait doubles, then one in each quarter of an hour."""
    found, now, guesses = NONE, NOW, 0
    for pause in [*pauses, *[0] * 200]:
        now += max(pause, wait(found, now))
        if now - NOW >= FORGOTTEN:
            break
        found, guesses = one_more(found, now), guesses + 1
    assert guesses <= FREE + 10 + FORGOTTEN // LONGEST
