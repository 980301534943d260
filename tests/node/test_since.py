"""Waits that go by the boot clock in one start, and by the earlier reading after a restart (LINE 12)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wideberth.line.clock import Now
from wideberth.node.since import Since

BOOT, WALL = 1_000_000, 1_800_000_000_000
JUMPS = st.integers(-(10**12), 10**12)
PASSED = st.lists(st.tuples(st.integers(0, 10**7), JUMPS), max_size=8)


@given(PASSED)
def test_in_one_start_a_wait_is_what_the_boot_clock_says(passed: list[tuple[int, int]]) -> None:
    since = Since()
    assert since.elapsed_ms("x", WALL, Now(WALL, BOOT)) == 0
    boot, wall = BOOT, WALL
    for ms, jump in passed:
        boot, wall = boot + ms, wall + ms + jump
        assert since.elapsed_ms("x", WALL, Now(wall, boot)) == boot - BOOT


@given(st.integers(0, 10**9), st.integers(0, 10**9), JUMPS)
def test_after_a_restart_the_earlier_reading_counts(before: int, away: int, jump: int) -> None:
    since = Since()
    # another start, and another boot, whose clock begins anew
    now = Now(WALL + before + away + jump, 50)
    found = since.elapsed_ms("x", WALL, now)
    assert found == max(0, before + away + jump)
    assert since.elapsed_ms("x", WALL, Now(WALL - 10**12, 50 + 7)) == found + 7


def test_what_is_asked_for_no_more_is_forgotten() -> None:
    since = Since()
    for key in ("x", "y"):
        since.elapsed_ms(key, WALL, Now(WALL, BOOT))
    since.keep({"y"})
    later = Now(WALL, BOOT + 500)
    assert since.elapsed_ms("y", WALL, later) == 500
    assert since.elapsed_ms("x", WALL, later) == 0
