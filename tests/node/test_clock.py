from __future__ import annotations

import time

from tests.node.clocks import Told
from wideberth.node.clock import SYSTEM


def test_the_clock_of_the_machine_gives_milliseconds_utc() -> None:
    before, found, after = time.time(), SYSTEM.now(), time.time()
    assert before - 1 <= found / 1_000 <= after + 1


def test_elapsed_never_goes_back_and_is_the_time_since_the_start() -> None:
    readings = [SYSTEM.elapsed() for _ in range(100)]
    assert readings == sorted(readings)
    boot = time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    assert abs(boot - readings[-1] / 1_000) < 5


def test_a_clock_that_is_told_moves_only_then() -> None:
    told = Told(1_000, 10)
    assert (told.clock.now(), told.clock.elapsed()) == (1_000, 10)
    told.passes(5)
    assert (told.clock.now(), told.clock.elapsed()) == (1_005, 15)
    told.is_set(0)
    assert (told.clock.now(), told.clock.elapsed()) == (0, 15)
