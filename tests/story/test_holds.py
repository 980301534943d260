"""Holds between two whole nodes: what lies in one may not begin, until two officers of its author lift it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from tests.story import desks, whole
from tests.story.desks import HOUR_MS, START, circle, given
from tests.story.whole import Time, Two
from wideberth.desk import hold_entries
from wideberth.errors import WideberthError
from wideberth.ledger import approval
from wideberth.model.hold import Area, Condition, Hold, Moment, Terms
from wideberth.node.hold_views import HoldView
from wideberth.node.node import Node
from wideberth.node.past import Pasts


def hold(found: Two, *parties: str, until: Condition | None = None) -> Hold:
    """A hold around the place of most plans here, on both parties unless others are named."""
    named = parties or (found.one.party, found.other.party)
    area = Area(circle(33.0, 34.0, START).ground)
    ends = until or Terms(desks.NUMBER, 2)
    return Hold("", named, found.time.wall_ms, ends, None, area)


def put(found: Two, node: Node, said: Hold | None = None) -> HoldView:
    view = node.room.holds.put(said or hold(found))
    whole.settle(found)
    return view


def approvals(found: Two, view: HoldView, node: int = 0, officers: tuple[int, ...] = (0, 1)) -> list[bytes]:
    """What officers of a party sign of the lift of this hold."""
    subject = hold_entries.subject(view.lift_text.encode())
    place = found.places[node]
    return [approval.write(approval.sign(subject, place.officer(n))) for n in officers]


def phase(node: Node, view: HoldView) -> str:
    return node.room.holds.one(view.hold).phase


def refused(node: Node, plan: str) -> str:
    with pytest.raises(WideberthError) as raised:
        node.desk.activate(plan)
    assert raised.value.code == "plan.blocked"
    return raised.value.message


def test_what_lies_in_a_hold_may_not_begin_and_says_why(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [inside, outside] = found.other.desk.submit(
            [given(circle(33.0, 34.0, START)), given(circle(36.0, 34.0, START))]
        )
        whole.settle(found)
        view = put(found, found.one)
        words = refused(found.other, inside.plan)
        assert view.hold in words and "north" in words and "until version 2 of the agreement" in words
        [shown] = found.other.desk.plan(inside.plan).holds
        assert view.hold in shown
        assert found.other.desk.activate(outside.plan).state == "activated"
        # who files a plan that lies in it is told at once
        [later] = found.other.desk.submit([given(circle(33.0, 34.0, START + 5 * HOUR_MS))])
        assert view.hold in later.holds[0]
        [own] = found.one.desk.submit([given(circle(33.0, 34.0, START + 10 * HOUR_MS))])
        assert "of this party" in own.holds[0]
        theirs = found.other.room.holds.one(view.hold)
        assert (theirs.mine, theirs.binds, theirs.phase) == (False, True, "in force")
        assert {each.plan for each in theirs.inside} == {inside.plan, later.plan}
        assert theirs.lines[0].told and theirs.lines[0].entry is not None
        override = found.other.desk.activate(inside.plan, "commander")
        assert override.override == "commander"
        # whoever put it sees that, and by whom
        whole.settle(found)
        mine = found.one.room.holds.one(view.hold)
        assert [(each.state, each.override) for each in mine.theirs] == [
            ("activated", "commander"),
            ("accepted", None),
        ]


def test_a_hold_binds_only_whom_it_names(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        view = put(found, found.one, hold(found, found.one.party))
        assert found.other.room.holds.one(view.hold).binds is False
        assert found.other.desk.plan(plan.plan).holds == ()
        assert found.other.desk.activate(plan.plan).state == "activated"


def test_a_hold_binds_its_author_before_it_could_be_said(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
    restored = found.places[0].path
    copied = tmp_path / "copy"
    whole.copy(restored, copied)
    # after a restart a node signs nothing before the other has shown its heads
    with found.places[0].open(found.time, copied) as node:
        view = node.room.holds.put(hold(found, node.party))
        assert view.phase == "in force" and [each.told for each in view.lines] == [False]
        assert "by voice" in view.lines[0].words
        assert view.hold in refused(node, plan.plan)
        with pytest.raises(WideberthError) as raised:
            node.room.holds.lift(view.hold, approvals(found, view, officers=(0,)))
        assert raised.value.code == "hold.two"


def test_a_lift_with_one_key_is_refused_here_and_ignored_there(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        view = put(found, found.one)
        one = approvals(found, view, officers=(0,))
        with pytest.raises(WideberthError) as raised:
            found.one.room.holds.lift(view.hold, one)
        assert raised.value.code == "hold.two"
        # a node that says it all the same convinces nobody
        said = hold_entries.Lifted(view.hold, (approval.read(one[0]),))
        found.one.say(found.line, "urgent", said.TYPE, 1, hold_entries.write(said))
        whole.settle(found)
        for node in (found.one, found.other):
            assert phase(node, view) == "in force"
            assert node.room.holds.one(view.hold).lines[0].signatures == 1
        assert view.hold in refused(found.other, plan.plan)
        done = found.one.room.holds.lift(view.hold, approvals(found, view))
        assert done.phase == "lifted"
        whole.settle(found)
        assert phase(found.other, view) == "lifted"
        assert found.other.desk.activate(plan.plan).state == "activated"
        with pytest.raises(WideberthError) as raised:
            found.one.room.holds.lift(view.hold, approvals(found, view))
        assert raised.value.code == "hold.over"


def test_nobody_lifts_the_hold_of_another(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        view = put(found, found.one)
        for name in (view.hold, "h-" + "a" * 26):
            with pytest.raises(WideberthError) as raised:
                found.other.room.holds.lift(name, approvals(found, view, 1))
            assert raised.value.code == "hold.none"


def test_a_hold_until_a_time_is_over_by_the_clock(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        ends = Moment(START + HOUR_MS)
        view = put(found, found.one, hold(found, until=ends))
        assert view.hold in refused(found.other, plan.plan)
        found.time.pass_ms(ends.at_ms + 4_000 - found.time.wall_ms)
        assert phase(found.other, view) == "in force"
        found.time.pass_ms(2_000)
        # by its own clock, whatever its author says or does not say
        assert phase(found.other, view) == "ended"
        found.one.tick()
        whole.settle(found)
        assert found.other.room.holds.one(view.hold).lines[0].phase == "ended"
        assert found.other.room.holds.all(over=False) == []


def test_a_clock_that_is_ahead_ends_no_hold_at_the_other_party(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        view = put(found, found.one, hold(found, until=Moment(found.time.wall_ms + HOUR_MS)))
        found.other.close()
        slow = Time()
        slow.wall_ms, slow.boot_ms = found.time.wall_ms, found.time.boot_ms
        with found.places[1].open(slow) as other:
            found.time.pass_ms(2 * HOUR_MS)
            found.one.tick()
            assert phase(found.one, view) == "ended"
            for _ in range(3):
                whole.deliver(found.line, found.one, other)
                for time in (slow, found.time):
                    time.pass_ms(61_000)
                other.tick()
                found.one.tick()
            shown = other.room.holds.one(view.hold)
            assert (shown.lines[0].phase, shown.phase) == ("ended", "in force")
            slow.pass_ms(2 * HOUR_MS)
            assert phase(other, view) == "ended"


def test_terms_that_come_into_force_meet_a_condition_and_lift_nothing(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        view = put(found, found.one, hold(found, until=Terms(desks.NUMBER, 1)))
        mine, theirs = (node.room.holds.one(view.hold) for node in (found.one, found.other))
        assert mine.until.met and "lift it" in mine.words and mine.phase == theirs.phase == "in force"
        found.one.tick()
        [ring] = [each for each in found.one.room.ringing.all() if each.kind == "hold"]
        assert (ring.id, ring.why, ring.loud) == (view.hold, "hold.met", False)
        assert not [each for each in found.other.room.ringing.all() if each.kind == "hold"]
        found.one.room.holds.lift(view.hold, approvals(found, view))
        whole.settle(found)
        assert not [each for each in found.one.room.ringing.all() if each.kind == "hold"]


def test_what_cannot_be_put_is_refused(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        stranger = structs.replace(hold(found), parties=(found.one.party, "a" * 51 + "q"))
        passed = hold(found, until=Moment(found.time.wall_ms - 10_000))
        for said, code in ((stranger, "hold.party"), (passed, "hold.passed")):
            with pytest.raises(WideberthError) as raised:
                found.one.room.holds.put(said)
            assert raised.value.code == code


def test_holds_are_there_after_a_restart(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        view = put(found, found.one)
    with found.places[1].open(found.time) as node:
        assert phase(node, view) == "in force"


def test_a_hold_is_shown_as_of_a_moment(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        view = put(found, found.one)
        then = found.time.wall_ms
        found.time.pass_ms(HOUR_MS)
        found.one.room.holds.lift(view.hold, approvals(found, view))
        whole.settle(found)
        assert phase(found.one, view) == "lifted"
        with Pasts(found.one).at(then) as past:
            assert phase(past, view) == "in force" and view.hold in past.desk.plan(plan.plan).holds[0]
            with pytest.raises(WideberthError) as raised:
                past.room.holds.lift(view.hold, approvals(found, view))
            assert raised.value.code == "node.as_of"


def test_nobody_hides_a_hold_behind_another_of_its_id(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        view = put(found, found.one, hold(found, found.other.party))
        [held] = found.other.of(found.line).fold.all.holds.holds.values()
        found.other.say(found.line, "urgent", "hold", 1, hold_entries.write(hold_entries.Put(held.said)))
        whole.settle(found)
        mine = found.one.room.holds.one(view.hold)
        assert mine.mine and found.one.party in mine.lift_text
        assert len(found.one.room.holds.all()) == 2


def test_what_has_begun_outside_is_not_moved_into_a_hold(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.other.desk.submit([given(circle(36.0, 34.0, START))])
        whole.settle(found)
        found.other.desk.activate(plan.plan)
        put(found, found.one, hold(found, found.other.party))
        whole.settle(found)
        with pytest.raises(WideberthError) as raised:
            found.other.desk.amend(plan.plan, given(circle(33.0, 34.0, START)))
        assert raised.value.code == "plan.blocked" and "it lies in the hold" in raised.value.message
        assert found.other.desk.amend(plan.plan, given(circle(36.1, 34.0, START))).version == 2
        # what goes there all the same is said as what it is
        found.other.desk.state(plan.plan, "nonconforming")
        assert found.other.desk.amend(plan.plan, given(circle(33.0, 34.0, START))).version == 3
