"""The live index against `find`: whatever was added, removed, merged or expired before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from tests.conflict.both import in_order, same
from tests.conflict.sample import CREWED, HERE, HOUR, apart, every, plan, volume, volumes
from wideberth.conflict import find as finding
from wideberth.conflict import index as under_test
from wideberth.conflict.columns import GEOMETRY
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.find import Found
from wideberth.conflict.index import LiveIndex, Merge, Merged, Renewal, Snapshot
from wideberth.model.plan import Plan
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.stated import circle, polygon
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Pad

TABLE = every(CREWED, Rule(8_000 * METRE, "any", 60 * SECOND, 500_000))
NAMED = SeparationTable(
    (
        Row(("drone", "drone"), (Rule(100 * METRE, 300_000, 0),)),
        Row(("crewed", "drone"), (Rule(9_000 * METRE, "any", 60_000), Rule("any", 0, 0, 1_000_000))),
    ),
    "test",
)
FAR_AWAY = circle(-70.0, -35.0, 1_000 * METRE)


def expected(
    asked: Plan, resident: dict[tuple[str, str], Plan], table: SeparationTable, reference: VerticalReference
) -> Found:
    """What `find` says of one plan among others."""
    others = [other for other in resident.values() if other.party != asked.party]
    found = finding.find([asked, *others], table, reference, engine=PLAIN)
    return only(found, asked)


def key_of(one: Plan) -> tuple[str, str]:
    return one.key


def only(found: Found, asked: Plan) -> Found:
    mine = tuple(one for one in found.conflicts if asked.key in one.plans)
    return Found(mine, (), len(mine))


def agrees(
    snapshot: Snapshot,
    asked: Plan,
    resident: dict[tuple[str, str], Plan],
    table: SeparationTable,
    reference: VerticalReference,
) -> None:
    """The same conflicts and figures, and the same pairs by the quick way."""
    want = expected(asked, resident, table, reference)
    found = snapshot.query(asked)
    assert found.count == len(found.conflicts)
    assert same(want, replace(found, notes=()))
    sides = [(c.plans.index(asked.key), c) for c in in_order(want)]
    pairs = [(c.volumes[k], c.plans[1 - k], c.volumes[1 - k]) for k, c in sides]
    assert sorted(snapshot.query_pairs(asked).named()) == sorted(pairs)


parties = st.sampled_from("ABC")
names = st.sampled_from("12345")
states = st.sampled_from(["accepted", "activated", "accepted", "contingent", "ended"])
activities = st.sampled_from(["crewed", "drone", "balloon"])
many = st.lists(volumes(), min_size=0, max_size=3)


class Life(RuleBasedStateMachine):
    """Plans come, change and go; merges begin and are installed later, or never."""

    reference: VerticalReference
    index: LiveIndex

    @initialize(table=st.sampled_from([TABLE, NAMED, apart(0, 0, 0), apart("any", 1_000_000, "any")]))
    def begin(self, table: SeparationTable) -> None:
        self.table = table
        self.longest = max(
            r.t if isinstance(r.t, int) else 99 * HOUR for row in table.rows for r in row.rules
        )
        self.index = LiveIndex(table, self.reference)
        self.resident: dict[tuple[str, str], Plan] = {}
        self.started: list[Merge | Renewal] = []
        self.made: list[tuple[Merged, bool]] = []
        self.snapshots: list[tuple[Snapshot, dict[tuple[str, str], Plan]]] = []

    @rule(party=parties, name=names, parts=many, state=states, activity=activities, early=st.booleans())
    def add(self, party: str, name: str, parts: list[Any], state: Any, activity: str, early: bool) -> None:
        one = Plan(party, name, tuple(parts), activity=activity, state=state)
        self.index.add(self.index.prepare(one) if early else one)
        self.resident.pop(one.key, None)
        if state != "ended":
            self.resident[one.key] = one

    @rule(party=parties, name=names)
    def remove(self, party: str, name: str) -> None:
        assert self.index.remove((party, name)) is ((party, name) in self.resident)
        self.resident.pop((party, name), None)

    @rule(now=st.integers(0, 12).map(lambda k: k * 600 * SECOND))
    def expire(self, now: int) -> None:
        for key in self.index.expire(now):
            gone = self.resident.pop(key)
            assert all(v.end is not None and v.end + self.longest + v.pad.t < now for v in gone.volumes)
        if (
            self.longest < HOUR
        ):  # pads in these plans are a minute at most, and thin windows grow by half a second
            for one in self.resident.values():
                ends = [HOUR * 99 if v.end is None else v.end for v in one.volumes]
                assert max(ends) + self.longest + 2 * 60_000 + SECOND >= now

    @rule()
    def start_a_merge(self) -> None:
        if (due := self.index.merge_due()) is not None:
            self.started.append(due)

    @precondition(lambda self: self.started)
    @rule(data=st.data())
    def run_a_merge(self, data: st.DataObject) -> None:
        merge = self.started.pop(data.draw(st.integers(0, len(self.started) - 1)))
        self.made.append((merge.run(), False))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def install_a_merge(self, data: st.DataObject) -> None:
        merged, _ = self.made.pop(data.draw(st.integers(0, len(self.made) - 1)))
        if self.index.install(merged):
            assert not self.index.install(merged)

    @rule()
    def take_a_snapshot(self) -> None:
        self.snapshots = [*self.snapshots[-2:], (self.index.snapshot(), dict(self.resident))]

    @rule(parts=many, party=parties, activity=activities)
    def ask(self, parts: list[Any], party: str, activity: str) -> None:
        asked = Plan(party, "asked", tuple(parts), activity=activity)
        agrees(self.index.snapshot(), asked, self.resident, self.table, self.reference)
        for snapshot, then in self.snapshots:
            agrees(snapshot, asked, then, self.table, self.reference)

    @precondition(lambda self: self.resident)
    @rule(data=st.data())
    def ask_of_a_resident(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(sorted(self.resident.values(), key=lambda one: one.key)))
        agrees(self.index.snapshot(), asked, self.resident, self.table, self.reference)

    @invariant()
    def holds_what_it_should(self) -> None:
        if not hasattr(self, "resident"):
            return
        assert sorted(self.index, key=key_of) == sorted(self.resident.values(), key=key_of)
        assert len(self.index) == len(self.resident)
        assert self.index.volumes == sum(len(one.volumes) for one in self.resident.values())
        for snapshot, then in self.snapshots:
            assert sorted(snapshot, key=key_of) == sorted(then.values(), key=key_of)


def test_a_life(reference: VerticalReference, monkeypatch: pytest.MonkeyPatch) -> None:
    """With so small a buffer and store that a few plans fill them."""
    monkeypatch.setattr(under_test, "BUFFER", 2)
    monkeypatch.setattr(under_test, "GROWTH", 2)
    monkeypatch.setattr(under_test, "LEAST", (6, 8, 2_000))
    monkeypatch.setattr(Life, "reference", reference, raising=False)
    run_state_machine_as_test(Life, settings=settings(max_examples=60, stateful_step_count=30))


def crowd(count: int) -> list[Plan]:
    """Small plans in a row, three of them near each of their kind."""
    ground = [circle(round(-170.0 + 0.2 * (k // 3), 7), 35.0, 500 * METRE) for k in range(count)]
    return [
        plan("ABC"[k % 3], volume(ground[k], start=k // 30 * HOUR, end=(k // 30 + 1) * HOUR), name=str(k))
        for k in range(count)
    ]


def settle(index: LiveIndex) -> list[type]:
    """Run and install all that is due."""
    done = []
    while (due := index.merge_due()) is not None:
        assert index.install(due.run())
        done.append(type(due))
    return done


def test_buffers_trees_and_stores_of_the_usual_size(reference: VerticalReference) -> None:
    plans = crowd(4_400)
    table = apart(5_000 * METRE, "any", 0)
    index = LiveIndex(table, reference)
    kinds = set()
    prepared = index.prepare_all(plans)
    for one in prepared:
        index.add(one)
        kinds.update(settle(index))
    assert kinds == {Merge, Renewal}
    assert len(index) == index.volumes == 4_400
    pairs = {
        tuple(sorted([one.plan.key, key])) for one in prepared for _, key, _ in index.query_pairs(one).named()
    }
    found = finding.find(plans, table, reference, engine=PLAIN)
    assert pairs == {one.plans for one in found.conflicts}
    assert len(pairs) == 4_399
    # most leave: the room is given back, and what stays is found as before
    for gone in plans[300:]:
        assert index.remove(gone.key)
    assert settle(index) == [Renewal]
    assert index.merge_due() is None
    assert [one.key for one in index] == [one.key for one in plans[:300]]
    assert len(index.query_pairs(plans[0])) == 2


def test_without_merges_it_is_right_too(reference: VerticalReference) -> None:
    plans = crowd(4_500)
    index = LiveIndex(apart(5_000 * METRE, "any", 0), reference)
    prepared = index.prepare_all(plans)
    for one in prepared:
        index.add(one)
    assert len(index) == 4_500
    assert all(len(index.query_pairs(one)) == 2 for one in prepared)


def test_past_the_largest_tree_all_goes_into_that(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "BUFFER", 1)
    monkeypatch.setattr(under_test, "GROWTH", 1)
    index = LiveIndex(apart(5_000 * METRE, "any", 0), reference)
    for one in crowd(6):
        index.add(one)
        due = index.merge_due()
        assert due is not None
        assert index.install(due.run())
    assert [int(tree[0, 0]) for tree in index.snapshot().trees] == [0, 0, 0, 0, 0, 6]
    assert len(index.query_pairs(crowd(6)[3])) == 2


def test_a_merge_leaves_out_what_was_removed(
    reference: VerticalReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "BUFFER", 4)
    index = LiveIndex(apart(0, 0, 0), reference)
    for begin in (0, 4, 8):
        for one in crowd(12)[begin : begin + 4]:
            index.add(one)
        assert index.remove(crowd(12)[begin].key)
        settle(index)
    # from the buffer, and from the tree before; the last was removed when no merge came after
    assert [int(tree[0, 0]) for tree in index.snapshot().trees] == [9, 0, 0, 0, 0, 0]
    index.remove(crowd(12)[1].key)
    for one in crowd(16)[12:]:
        index.add(one)
    settle(index)
    assert [int(tree[0, 0]) for tree in index.snapshot().trees] == [12, 0, 0, 0, 0, 0]


def test_of_two_merges_at_once_the_later_is_refused(reference: VerticalReference) -> None:
    index = LiveIndex(apart(5_000 * METRE, "any", 0), reference)
    for one in index.prepare_all(crowd(600)):
        index.add(one)
    first, second = index.merge_due(), index.merge_due()
    assert first is not None and second is not None
    made = first.run(), second.run()
    index.remove(crowd(1)[0].key)
    assert index.install(made[1]) and not index.install(made[0]) and not index.install(made[1])
    assert len(index.query_pairs(crowd(2)[1])) == 1
    assert len(index) == 599


def test_what_is_in_doubt_is_settled_by_the_exact_code(reference: VerticalReference) -> None:
    """Polygons that share an edge, at a horizontal minimum of 0: only their interiors tell."""
    table = apart(0, 0, 0)
    left = polygon([[(33.0, 35.0), (33.1, 35.0), (33.1, 35.1), (33.0, 35.1), (33.0, 35.0)]], "lonlat")
    right = polygon([[(33.1, 35.0), (33.2, 35.0), (33.2, 35.1), (33.1, 35.1), (33.1, 35.0)]], "lonlat")
    over = polygon([[(33.05, 35.0), (33.2, 35.0), (33.2, 35.1), (33.05, 35.1), (33.05, 35.0)]], "lonlat")
    index = LiveIndex(table, reference)
    index.add(plan("B", volume(right), name="beside"))
    index.add(plan("A", volume(over), name="own"))
    assert index.query_pairs(plan("A", volume(left))).named() == []
    assert index.query(plan("A", volume(left))) == Found(())
    index.add(plan("B", volume(FAR_AWAY), volume(over), name="over"))
    asked = plan("A", volume(FAR_AWAY, start=HOUR, end=2 * HOUR), volume(left))
    assert index.query_pairs(asked).named() == [(1, ("B", "over"), 1)]
    (conflict,) = index.query(asked).conflicts
    assert (conflict.plans, conflict.volumes, conflict.gap.h) == ((("A", "1"), ("B", "over")), (1, 1), 0)


def test_a_snapshot_stays_as_it_was(reference: VerticalReference) -> None:
    index = LiveIndex(apart(0, 0, 0), reference)
    before = plan("B", volume(), name="x")
    index.add(before)
    then = index.snapshot()
    index.add(plan("B", volume(FAR_AWAY), name="x"))
    index.add(plan("C", volume(), name="y"))
    now = index.snapshot()
    asked = index.prepare(plan("A", volume()))
    assert then.query_pairs(asked).named() == [(0, ("B", "x"), 0)]
    assert now.query_pairs(asked).named() == [(0, ("C", "y"), 0)]
    assert list(then) == [before]
    assert len(list(now)) == 2
    assert ("B", "x") in index and ("B", "z") not in index


def test_ended_plans_leave_and_are_not_taken_in(reference: VerticalReference) -> None:
    index = LiveIndex(apart(0, 0, 60_000), reference)
    flying = plan("B", volume(end=HOUR, pad=Pad(0, 0, 5_000)))
    index.add(flying)
    index.add(plan("C", volume(FAR_AWAY, end=None)))
    index.add(plan("D", volume(FAR_AWAY, end=HOUR)))
    assert index.expire(HOUR + 65_000) == []
    assert index.expire(HOUR + 65_001) == [("D", "1")]
    # the largest pad of any plan counts once more: one like it may yet come
    assert index.expire(HOUR + 70_000) == []
    assert index.expire(HOUR + 70_001) == [("B", "1")]
    index.add(replace(flying, state="activated"))
    index.add(replace(flying, state="ended"))
    assert [one.key for one in index] == [("C", "1")]
    asked = plan("A", volume(FAR_AWAY), state="ended")
    assert index.query(asked).count == 0
    assert len(index.query_pairs(asked)) == 0
    forever = LiveIndex(apart(0, 0, "any"), reference)
    forever.add(flying)
    assert forever.expire(10**14) == []


def test_many_conflicts_of_one_plan_are_counted_and_the_earliest_listed(reference: VerticalReference) -> None:
    index = LiveIndex(apart(0, 0, 0), reference)
    for k in range(40):
        index.add(plan("B", volume(start=k * 1_000, end=HOUR), name=f"{k:02}"))
    found = index.query(plan("A", volume()), limit=3)
    assert found.count == 40
    assert [one.start for one in found.conflicts] == [0, 1_000, 2_000]
    assert found.notes[-1] == "40 conflicts; only the first 3 of them are listed, by time"


def test_a_table_without_rows_finds_nothing(reference: VerticalReference) -> None:
    index = LiveIndex(SeparationTable((), "none"), reference)
    index.add(plan("B", volume()))
    assert index.query(plan("A", volume())) == Found(())


def test_an_activity_of_any_name_takes_the_row_of_all(reference: VerticalReference) -> None:
    rows = (Row(("other", "other*"), (Rule(0, 0, 0),)), Row(("*", "*"), (Rule("any", "any", 0),)))
    index = LiveIndex(SeparationTable(rows, "test"), reference)
    index.add(plan("B", volume(FAR_AWAY), activity="boat"))
    assert len(index.query_pairs(plan("A", volume(), activity="kite"))) == 1
    assert len(index.query_pairs(plan("A", volume(), activity="other"))) == 1
    index.add(plan("B", volume(FAR_AWAY), activity="other*"))
    assert len(index.query_pairs(plan("A", volume(), activity="other"))) == 0


def test_grounds_that_plans_share_and_repeat(reference: VerticalReference) -> None:
    """Laid out together, or one by one: the same rows."""
    index = LiveIndex(apart(5_000 * METRE, 0, 0), reference)
    other = circle(33.0, 35.02, 100 * METRE)
    plans = [
        plan("A", volume(HERE), volume(other), volume(HERE, start=HOUR, end=2 * HOUR)),
        plan("B", volume(other), volume(HERE), state="ended"),
        plan("C", volume(other), volume(FAR_AWAY), volume(HERE)),
        plan("D"),
    ]
    together = index.prepare_all(plans)
    for one, alone in zip(together, map(index.prepare, plans), strict=True):
        assert one.plan == alone.plan
        assert (one.over, one.pad_t) == (alone.over, alone.pad_t)
        np.testing.assert_array_equal(one.packed.boxes, alone.packed.boxes)
        assert (
            len(one.packed.geometry)
            == len(alone.packed.geometry)
            == 16 * len({v.ground for v in one.plan.volumes if one.packed.rows.size})
        )
        for a, b in zip(one.packed.rows, alone.packed.rows, strict=True):
            at, there = int(a[GEOMETRY]), int(b[GEOMETRY])
            np.testing.assert_array_equal(
                one.packed.geometry[at : at + 16], alone.packed.geometry[there : there + 16]
            )
            np.testing.assert_array_equal(np.delete(a, GEOMETRY), np.delete(b, GEOMETRY))
    index.add(together[2])
    assert sorted(index.query_pairs(together[0]).named()) == [
        (0, ("C", "1"), 0),
        (0, ("C", "1"), 2),
        (1, ("C", "1"), 0),
        (1, ("C", "1"), 2),
    ]
