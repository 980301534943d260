"""Volumes alike are compared once and counted as often as they are; grounds used again are measured once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bench.kinds import KINDS
from bench.traffic import generate, plans_of
from tests.conflict.both import find, in_order, same
from tests.conflict.sample import CREWED, HOUR, apart, every, plan, shifted, volume, volumes
from wideberth.conflict import find as finding
from wideberth.conflict.alike import alike
from wideberth.conflict.engine import MANY, PLAIN, engine_for
from wideberth.conflict.join import COMPILED
from wideberth.conflict.prepare import lay_out
from wideberth.conflict.result import Conflict
from wideberth.model.plan import Plan
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume


def crowd(parts: list[Volume], parties: list[str]) -> list[Plan]:
    return [
        plan(p, *([one] * (1 + k % 2)), name=str(k))
        for k, (p, one) in enumerate(zip(parties, parts, strict=True))
    ]


def _start(conflict: Conflict) -> float:
    """An overlap without a beginning comes before every other."""
    return float("-inf") if conflict.start is None else conflict.start


@given(
    st.lists(volumes(), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc")), min_size=6, max_size=14),
    st.sampled_from([5, 1_000]),
)
def test_many_alike_are_found_as_one_by_one(
    reference: VerticalReference, parts: list[Volume], drawn: list[tuple[int, str]], limit: int
) -> None:
    plans = crowd([parts[k % len(parts)] for k, _ in drawn], [party for _, party in drawn])
    table = every(CREWED)
    found = find(plans, table, reference, limit=limit)
    # one by one: each pair of plans of different parties by itself
    single = [
        conflict
        for k, one in enumerate(plans)
        for other in plans[k + 1 :]
        if one.party != other.party
        for conflict in finding.find([one, other], table, reference, engine=PLAIN).conflicts
    ]
    assert found.count == len(single)
    listed = {(conflict.plans, conflict.volumes): conflict for conflict in single}
    assert len(found.conflicts) == min(limit, len(single))
    for conflict in found.conflicts:
        assert replace(listed[conflict.plans, conflict.volumes], near=conflict.near) == conflict
    starts = sorted(_start(conflict) for conflict in single)
    assert sorted(map(_start, found.conflicts)) == starts[:limit]


def test_groups_are_of_one_party_and_hold_every_row() -> None:
    rows = lay_out([plan("ab"[k % 2], volume(start=0, end=HOUR), name=str(k)) for k in range(10)])
    assert rows is not None
    groups = alike(rows)
    assert groups is not None
    assert sorted(groups.members.tolist()) == list(range(10))
    assert groups.first.tolist() == [0, 5, 10]
    assert groups.members[:5].tolist() == [0, 2, 4, 6, 8]
    unlike = lay_out([plan("a", volume(start=k, end=HOUR), name=str(k)) for k in range(10)])
    assert unlike is not None and alike(unlike) is None


def test_a_hundred_thousand_identical_plans_are_counted(reference: VerticalReference) -> None:
    """2.5 thousand million conflicts: told, not listed."""
    here = volume()
    plans = [plan("ab"[k % 2], here, name=str(k)) for k in range(100_000)]
    found = finding.find(plans, apart(), reference, limit=20, engine=PLAIN)
    assert found.count == 2_500_000_000
    assert [conflict.plans for conflict in in_order(found)][:2] == [
        (("a", "0"), ("b", "1")),
        (("a", "0"), ("b", "10001")),
    ]


def test_grounds_used_again_are_measured_once(reference: VerticalReference) -> None:
    """The same two grounds every hour of four days, at minima that pads make differ."""
    near, far = volume(), volume(ground=volume().ground, lower="100m HAE", upper="200m HAE")
    hours = range(96)
    plans = [
        plan("a", *(shifted(near, k * 2 * HOUR) for k in hours), name="1"),
        plan("b", *(shifted(far, k * 2 * HOUR) for k in hours), name="2"),
    ]
    found = find(plans, apart(0, 0, 0), reference)
    assert found.count == 96
    assert {conflict.gap.h for conflict in found.conflicts} == {0}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mixed", "drone"])
def test_both_engines_find_the_same_among_a_hundred_thousand_volumes(
    reference: VerticalReference, kind: str
) -> None:
    plans, table = plans_of(generate(100_000 if kind == "mixed" else 20_000, 3, kind)), KINDS[kind].table
    plain = finding.find(plans, table, reference, engine=PLAIN)
    fast = finding.find(plans, table, reference, engine=COMPILED)
    assert plain.count > 1_000
    assert same(plain, fast)


def test_the_engine_is_chosen_by_size() -> None:
    assert engine_for(MANY - 1) is PLAIN
    assert engine_for(MANY) is COMPILED
