"""Own units against own plans, by the clocks of F3548-21."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from wideberth.model.track import Kind, Velocity
from wideberth.watch import conform
from wideberth.watch.alerts import Settings
from wideberth.watch.conform import Clock, Standing, State
from wideberth.watch.findings import Finding

SET = Settings()
HERE = (330_000_000, 350_000_000)
OUT = Standing("cot:1", "p-1", HERE, outside=7_000)


def run(looks: Sequence[tuple[int, Standing]]) -> list[list[Finding]]:
    state, all_of_it = State(), []
    for now, standing in looks:
        state, found = conform.step(state, [standing], now, SET)
        all_of_it.append(found)
    return all_of_it


def kinds(looks: Sequence[tuple[int, Standing]]) -> list[str]:
    return [found[0].key.kind if found else "" for found in run(looks)]


def test_outside_is_nonconforming_and_after_a_minute_contingent() -> None:
    looks = [(now, OUT) for now in (0, 30_000, 59_999, 60_000, 90_000)]
    assert kinds(looks) == ["nonconforming"] * 3 + ["contingent"] * 2
    (first,) = run(looks)[0]
    assert (first.key.track, first.key.other, first.h, first.point) == ("cot:1", "p-1", 7_000, HERE)


def test_who_has_come_back_in_time_begins_anew() -> None:
    back = replace(OUT, outside=None)
    looks = [(0, OUT), (50_000, back), (55_000, back), (58_000, OUT), (117_000, OUT), (118_000, OUT)]
    assert kinds(looks) == ["nonconforming", "", "", "nonconforming", "nonconforming", "contingent"]


def test_one_report_with_a_large_doubt_stops_no_clock() -> None:
    back = replace(OUT, outside=None)
    looks = [(0, OUT), (30_000, OUT), (31_000, back), (32_000, OUT), (61_000, OUT)]
    assert kinds(looks) == ["nonconforming", "nonconforming", "", "nonconforming", "contingent"]


def test_silence_is_judged_by_nobody_and_stops_no_clock() -> None:
    unheard = replace(OUT, heard=False, outside=None)
    looks = [(0, OUT), (20_000, unheard), (100_000, unheard), (101_000, OUT)]
    assert kinds(looks) == ["nonconforming", "", "", "contingent"]


def test_another_plan_is_another_clock_and_who_leaves_has_none() -> None:
    assert kinds([(0, OUT), (61_000, replace(OUT, plan="p-2"))]) == ["nonconforming"] * 2
    state, _ = conform.step(State(), [OUT], 0, SET)
    assert state.clocks == {"cot:1": Clock("p-1", 0, 0)}
    assert conform.step(state, [], 1, SET)[0].clocks == {}


def test_on_no_plan_counts_only_what_is_under_way() -> None:
    stray = Standing("cot:1", "", HERE)
    (found,) = run([(0, stray)])[0]
    assert (found.key.kind, found.key.other) == ("unplanned", "")
    assert run([(0, replace(stray, under_way=False))]) == [[]]
    assert run([(0, replace(stray, heard=False))]) == [[]]


def test_by_height_or_by_time_counts_only_what_is_under_way() -> None:
    beside = replace(OUT, outside=conform.BESIDE)
    (found,) = run([(0, beside)])[0]
    assert found.key.kind == "nonconforming" and found.h is None
    assert run([(0, replace(beside, under_way=False))]) == [[]]
    # a convoy that has halted in the wrong place
    assert kinds([(0, replace(OUT, under_way=False))]) == ["nonconforming"]


@pytest.mark.parametrize(
    ("kind", "grounded", "velocity", "moves"),
    [
        ("aircraft", False, Velocity(0, 0), True),
        ("aircraft", True, Velocity(20_000, 0), False),
        ("vehicle", False, Velocity(999, 0), False),
        ("vehicle", False, Velocity(1_000, 0), True),
        ("unknown", False, None, True),
    ],
)
def test_what_is_under_way(kind: Kind, grounded: bool, velocity: Velocity | None, moves: bool) -> None:
    assert conform.under_way(kind, grounded, velocity, SET.parked) is moves


@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.sampled_from([None, 1, 7_000]), st.booleans()), max_size=60)
)
def test_contingent_is_who_was_outside_for_a_minute_without_having_come_back(
    looks: Sequence[tuple[int, int | None, bool]],
) -> None:
    state, now = State(), 0
    since, last = None, None
    for wait, outside, heard in looks:
        now += wait
        state, found = conform.step(
            state, [replace(OUT, outside=outside if heard else None, heard=heard)], now, SET
        )
        if not heard:
            assert found == []
            continue
        if outside is None:
            assert found == []
            if last is not None and now - last >= SET.recover_ms:
                since, last = None, None
            continue
        since, last = (now if since is None else since), now
        want = "contingent" if now - since >= SET.recoverable_ms else "nonconforming"
        assert [each.key.kind for each in found] == [want]
