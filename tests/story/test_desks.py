"""Plans of two parties through two whole nodes: told, compared, in conflict, changed, begun, ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.story import whole
from tests.story.desks import HOUR_MS, START, circle, desks, given
from tests.story.whole import Two
from wideberth.errors import Invalid, Refused
from wideberth.node.node import Node


def same(found: Two) -> None:
    """Both nodes hold one state of what both may see."""
    one, other = (node.of(found.line).fold.all for node in (found.one, found.other))
    assert one.notices == other.notices
    assert (one.cases.cases, one.cases.of) == (other.cases.cases, other.cases.of)


def checked(node: Node, plan: str) -> str:
    [on] = node.desk.plan(plan).on
    return on.checked


def test_two_plans_meet_are_changed_and_begin(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        assert [on.lead for on in mine.on] == ["in time"]
        assert checked(found.one, mine.plan) == "not answered yet"
        whole.settle(found)
        assert checked(found.one, mine.plan) == "compared"
        [theirs] = found.other.desk.submit([given(circle(33.05, 34.0, START + HOUR_MS // 2), label="theirs")])
        [case] = theirs.on[0].cases
        whole.settle(found)
        same(found)
        for node in (found.one, found.other):
            view = node.desk.case(case)
            assert (view.phase, set(view.finds.values())) == ("open", {"overlap"})
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert caught.value.code == "plan.blocked" and case in caught.value.message
        view = found.other.desk.case(case)
        assert view.own is not None
        delay = next(each for each in view.clears[view.own] if each.get("delay_ms", 0) > 0)
        found.other.desk.propose(case, view.own, delay, HOUR_MS)
        whole.settle(found)
        assert found.one.desk.case(case).phase == "proposed"
        found.one.desk.accept(case)
        whole.settle(found)
        same(found)
        assert found.other.desk.plan(theirs.plan).version == 2
        assert {node.desk.case(case).phase for node in (found.one, found.other)} == {"closed"}
        assert found.one.desk.activate(mine.plan).state == "activated"
        whole.settle(found)
        [told] = [each for each in found.other.desk.notices(found.line) if not each.mine]
        assert (told.state, told.override) == ("activated", None)
        found.one.desk.state(mine.plan, "ended")
        whole.settle(found)
        same(found)
        with pytest.raises(Refused) as caught:
            found.one.desk.amend(mine.plan, given(circle(33.0, 34.0, START)))
        assert caught.value.code == "plan.ended"


def test_what_cannot_be_filed_is_refused_whole(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        good = given(circle(33.0, 34.0, START))
        with pytest.raises(Invalid) as caught:
            found.one.desk.submit([good, given(circle(33.0, 34.0, START - 100 * 24 * HOUR_MS))])
        assert (caught.value.code, caught.value.path) == ("plan.past", "plans[1].volumes")
        assert found.one.desk.plans() == []
