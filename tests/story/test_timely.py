"""What is told too late rings on both sides until it is spoken of; what cannot clear is seen here only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import whole
from tests.story.called import PLACE, ROLE, carried
from tests.story.desks import DAY_MS, HOUR_MS, NUMBER, circle, desks, given
from tests.story.whole import Two
from wideberth.errors import Refused
from wideberth.ledger.canonical import Value
from wideberth.node.calls import Asked
from wideberth.node.node import Node

MINUTE_MS = 60_000


def rings(node: Node) -> dict[str, str]:
    """What rings, by why, and for whom it was taken by."""
    return {each.why: each.id for each in node.room.ringing.all() if each.phase == "ringing"}


def told_late(found: Two, *, begins_ms: int = MINUTE_MS) -> tuple[str, str]:
    """One tells a plan a minute before it begins: the plan, and its notice."""
    start = found.time.wall_ms + begins_ms
    [mine] = found.one.desk.submit([given(circle(33.0, 34.0, start))])
    whole.deliver(found.line, found.one, found.other)
    [told] = [each for each in found.one.desk.notices(found.line) if each.mine]
    return mine.plan, told.notice


def begun(found: Two) -> str:
    """A plan of the other's over the same place, which has begun."""
    start = found.time.wall_ms + DAY_MS
    [theirs] = found.other.desk.submit([given(circle(33.0, 34.0, start, 3), label="patrol 7")])
    whole.settle(found)
    found.time.pass_ms(DAY_MS - 2 * MINUTE_MS)
    carried(found)
    found.other.desk.activate(theirs.plan)
    carried(found, 2)
    return theirs.plan


def about(notice: str, start_ms: int) -> Asked:
    fields: dict[str, Value] = {"place": PLACE, "start": {"at_ms": start_ms}, "notice": notice}
    return Asked("LATE-NOTICE", fields, ROLE, "flash", "en")


def test_told_too_late_rings_on_both_sides_until_a_call_about_it_is_taken(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        plan, notice = told_late(found)
        assert found.one.desk.notice(found.line, notice).lead == "too late"
        assert rings(found.one) == {"plan.too_late": notice}
        assert rings(found.other) == {"notice.too_late": notice}
        assert all(each.loud for node in (found.one, found.other) for each in node.room.ringing.all())
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(plan)
        assert caught.value.code == "plan.blocked" and "told too late" in caught.value.message
        call = found.one.room.calls.call(found.line, about(notice, found.time.wall_ms)).call
        carried(found)
        # that it was said is not that anybody has heard it
        assert "plan.too_late" in rings(found.one) and "notice.too_late" in rings(found.other)
        found.other.room.calls.take(call, ROLE, "ru")
        carried(found)
        assert rings(found.one) == rings(found.other) == {}
        assert found.one.desk.activate(plan).state == "activated"


def test_who_makes_a_call_and_ends_it_has_spoken_with_nobody(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        plan, notice = told_late(found)
        call = found.one.room.calls.call(found.line, about(notice, found.time.wall_ms)).call
        found.one.room.calls.end(call)
        carried(found)
        assert "plan.too_late" in rings(found.one) and "notice.too_late" in rings(found.other)
        with pytest.raises(Refused):
            found.one.desk.activate(plan)
        # only a named role begins it all the same, and all are told
        assert found.one.desk.activate(plan, "commander").state == "activated"
        carried(found)
        assert found.other.desk.notice(found.line, notice).override == "commander"


def test_a_ring_that_is_taken_is_in_hands_and_does_not_let_the_plan_begin(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        plan, notice = told_late(found)
        [ring] = found.one.room.ringing.all()
        from wideberth.desk.rings import About

        found.one.room.ringing.take(About(ring.kind, ring.line, ring.id), "deputy")
        carried(found, 400)
        assert [each.phase for each in found.one.room.ringing.all()] == ["taken"]
        with pytest.raises(Refused):
            found.one.desk.activate(plan)
        assert notice == ring.id


def test_after_a_restart_it_rings_on_and_a_version_in_time_ends_it(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        plan, notice = told_late(found)
        found.other.close()
        found.one.close()
        with (
            found.places[0].open(found.time) as one,
            found.places[1].open(found.time) as other,
        ):
            again = found._replace(one=one, other=other)
            carried(again, 3)
            assert rings(one) == {"plan.too_late": notice} and rings(other) == {"notice.too_late": notice}
            one.desk.amend(plan, given(circle(33.0, 34.0, found.time.wall_ms + 3 * DAY_MS)))
            carried(again, 2)
            assert rings(one) == rings(other) == {}
            assert not [each for each in one.desk.plan(plan).on if each.lead == "too late"]


def test_it_is_over_when_the_plan_is_and_what_is_in_time_rings_nowhere(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        plan, _ = told_late(found, begins_ms=2 * DAY_MS)
        assert rings(found.one) == rings(found.other) == {}
        found.one.desk.amend(plan, given(circle(33.0, 34.0, found.time.wall_ms + MINUTE_MS)))
        carried(found, 1)
        assert set(rings(found.one)) == {"plan.too_late"}
        found.one.desk.state(plan, "ended")
        carried(found, 1)
        assert rings(found.one) == rings(found.other) == {}


def test_own_plans_that_cannot_clear_are_shown_to_their_own_people_and_cross_nothing(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        mine = begun(found)
        before = len(found.other.of(found.line).state.order.placed)
        _, notice = told_late(found)
        carried(found, 1)
        assert rings(found.other) == {"notice.too_late": notice, "notice.inside": notice}
        [ring] = [each for each in found.other.room.ringing.all() if each.why == "notice.inside"]
        assert (ring.precedence, ring.loud) == ("flash", True)
        [inside] = found.other.room.timely.inside(found.line, notice)
        assert (inside.plan, inside.label, inside.callsign) == (mine, "patrol 7", "heron 1")
        assert (inside.can_clear, inside.needs_s) == (False, 1_800) and inside.left_s <= 60
        # the other side has none of it, and sees none
        assert found.one.room.timely.inside(found.line, notice) == []
        assert set(rings(found.one)) == {"plan.too_late"}
        placed = found.one.of(found.line).state.order.placed[before:]
        texts = b"".join(each.entry.body for each in placed)
        assert mine.encode() not in texts and b"patrol 7" not in texts
        types = {
            each.entry.header.type for each in placed if each.entry.header.origin.party == found.other.party
        }
        assert types <= {"case.opened", "checked"}


def test_what_can_clear_in_time_rings_nowhere(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        mine = begun(found)
        _, notice = told_late(found, begins_ms=2 * HOUR_MS)
        carried(found, 1)
        assert "notice.inside" not in rings(found.other)
        [inside] = found.other.room.timely.inside(found.line, notice)
        assert (inside.plan, inside.can_clear) == (mine, True)
        # time passes, and it has not left
        found.time.pass_ms(100 * MINUTE_MS)
        carried(found, 2)
        assert rings(found.other).get("notice.inside") == notice
        found.other.desk.state(mine, "ended")
        carried(found, 2)
        assert "notice.inside" not in rings(found.other)


def test_who_suspends_the_agreement_silences_nothing_that_rings(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        begun(found)
        _, notice = told_late(found)
        assert rings(found.other) == {"notice.too_late": notice, "notice.inside": notice}
        found.one.agreed.suspend(found.line, NUMBER)
        carried(found)
        assert rings(found.other) == {"notice.too_late": notice, "notice.inside": notice}
        assert rings(found.one) == {"plan.too_late": notice}
        # a call is still one, and what is over is over
        call = found.one.room.calls.call(found.line, about(notice, found.time.wall_ms)).call
        carried(found)
        found.other.room.calls.take(call, ROLE, "ru")
        carried(found)
        assert rings(found.one) == {} and "notice.too_late" not in rings(found.other)
        carried(found, 3 * HOUR_MS // 1_000)
        assert "notice.inside" not in rings(found.other)
