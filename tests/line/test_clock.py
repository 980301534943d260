"""The wall clock is believed while it keeps step with the boot clock (LINE 12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.line import clock
from wideberth.line.clock import Clock, Now

START = Now(1_900_000_000_000, 5_000)
CENTURY_MS = 100 * 365 * 86_400_000


def after(wall_ms: int, boot_ms: int) -> Now:
    return Now(START.wall_ms + wall_ms, START.boot_ms + boot_ms)


@pytest.mark.parametrize(
    ("wall_ms", "boot_ms", "steady"),
    [
        (0, 0, True),
        (10_000, 10_000, True),
        (15_000, 10_000, True),
        (5_000, 10_000, True),
        (15_006, 10_000, False),
        (4_994, 10_000, False),
        (CENTURY_MS, 0, False),
        (-CENTURY_MS, 0, False),
        # corrected slowly, over a day
        (86_400_000 + 43_000, 86_400_000, True),
        (86_400_000 + 49_000, 86_400_000, False),
    ],
)
def test_a_jump_of_more_than_five_seconds_is_seen(wall_ms: int, boot_ms: int, steady: bool) -> None:
    assert Clock(START).read(after(wall_ms, boot_ms)).steady is steady


def test_what_has_jumped_stays_in_doubt() -> None:
    jumped = Clock(START).read(after(CENTURY_MS, 1_000))
    assert not jumped.read(after(2_000, 2_000)).steady
    assert jumped.time_ms(after(CENTURY_MS, 2_000)) == START.wall_ms + 2_000
    assert Clock(START).time_ms(after(2_100, 2_000)) == START.wall_ms + 2_100


@given(st.integers(-(2**60), 2**60), st.integers(0, 2**60), st.booleans())
def test_no_time_before_1970_is_signed(wall_ms: int, boot_ms: int, steady: bool) -> None:
    assert Clock(Now(wall_ms, 0), steady).time_ms(Now(wall_ms, boot_ms)) >= 0


def test_of_two_readings_the_earlier() -> None:
    assert clock.since(START.wall_ms - 3_000, START) == START.boot_ms - 3_000
    assert clock.since(START.wall_ms + 3_000, START) == START.boot_ms
