"""What holds of plans, notices and cases when nodes restart, may say nothing, or have no terms any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.story import whole
from tests.story.desks import DAY_MS, HOUR_MS, NUMBER, START, circle, desks, given
from tests.story.whole import Two
from wideberth.desk.cases import occupying
from wideberth.errors import Refused
from wideberth.ledger import ids
from wideberth.ledger.ids import KINDS
from wideberth.node.desk_views import CaseView


def meeting(found: Two) -> tuple[str, str, str]:
    """A plan of each that overlap, and their case."""
    [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
    [theirs] = found.other.desk.submit([given(circle(33.05, 34.0, START + HOUR_MS // 2), label="theirs")])
    whole.settle(found)
    [case] = found.one.desk.cases()
    return mine.plan, theirs.plan, case.case


@contextmanager
def again(found: Two) -> Iterator[Two]:
    """The first node starts again over its directory."""
    found.one.close()
    with found.places[0].open(found.time) as one:
        yield found._replace(one=one)


def refused(found: Two, plan: str) -> str:
    with pytest.raises(Refused) as caught:
        found.one.desk.activate(plan)
    assert caught.value.code == "plan.blocked"
    return caught.value.message


def test_what_holds_a_plan_back_does_so_from_the_first_moment_of_a_start(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        mine, _, case = meeting(found)
        with again(found) as begun:
            # nothing was heard of the other node yet, and no second has passed
            assert f"case {case} is open" in refused(begun, mine)


def test_what_may_not_be_told_yet_is_compared_here_and_holds_its_plan_back(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        found.other.desk.submit([given(circle(33.05, 34.0, START))])
        whole.settle(found)
        with again(found) as begun:
            [mine] = begun.one.desk.submit([given(circle(33.0, 34.0, START))])
            assert begun.one.line(begun.line).stage == "asking"
            assert list(begun.one.desk.clears(mine.plan)) == [found.line]
            assert begun.one.desk.cases() == []
            assert "it is in conflict with their notice" in refused(begun, mine.plan)


def test_what_was_proposed_to_a_version_that_is_gone_occupies_nothing(tmp_path: Path) -> None:
    """Also where it was for the other plan of the case: its author's new version takes all of it back."""
    with desks(tmp_path) as found:
        mine, _, case = meeting(found)
        notice = ids.notice_of(found.line, mine)
        far = given(circle(33.0, 34.0, START + 10 * HOUR_MS), label="in the way of what is proposed")
        [third] = found.other.desk.submit([far])
        found.other.desk.propose(case, notice, {"delay_ms": 10 * HOUR_MS}, HOUR_MS)
        whole.settle(found)
        between = ids.case(found.line, notice, ids.notice_of(found.line, third.plan))
        assert found.one.desk.case(between).phase == "open"
        view = found.other.desk.case(case)
        assert view.plan is not None
        found.other.desk.amend(view.plan, given(circle(33.06, 34.0, START)))
        whole.settle(found)
        for node in (found.one, found.other):
            assert not list(occupying(node.of(found.line).fold.all.cases, notice))
            assert node.desk.case(between).phase == "closed"


def test_what_is_past_is_no_open_case_and_a_start_opens_it_no_more(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        _, _, case = meeting(found)
        found.time.pass_ms(4 * DAY_MS)
        whole.settle(found)
        for node in (found.one, found.other):
            assert node.desk.case(case).phase == "closed"
        size = len(whole.leaves(found.one, found.line))
        with again(found) as begun:
            whole.settle(begun)
            assert begun.one.desk.case(case).phase == "closed"
            said = [each.entry.header.type for each in begun.one.of(begun.line).state.order.placed[size:]]
            assert not [each for each in said if each.startswith("case.")]


def _accepted(found: Two, view: CaseView) -> None:
    assert view.own is not None
    found.other.desk.propose(view.case, view.own, {"delay_ms": 2 * HOUR_MS}, HOUR_MS)
    whole.settle(found)


def test_an_acceptance_that_can_make_no_version_any_more_is_final_all_the_same(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        _, theirs, case = meeting(found)
        _accepted(found, found.other.desk.case(case))
        # the plan ends while it is accepted: each of the two is said before the other is heard
        found.one.desk.accept(case)
        found.other.desk.state(theirs, "ended")
        whole.settle(found)
        for node in (found.one, found.other):
            [proposal] = node.desk.case(case).proposals
            assert (proposal.status, proposal.final) == ("accepted", True)
        assert found.other.desk.plan(theirs).version == 1


def test_a_case_that_is_open_holds_a_plan_back_also_while_the_terms_are_suspended(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        mine, _, case = meeting(found)
        found.other.agreed.suspend(found.line, NUMBER)
        whole.settle(found)
        [on] = found.one.desk.plan(mine).on
        assert (on.checked, on.why) == ("NOT CHECKED", "the agreement is suspended")
        assert f"case {case} is open" in refused(found, mine)
        assert found.one.desk.activate(mine, "commander").override == "commander"


def test_how_a_plan_was_activated_is_shown_of_its_later_versions_too(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        begun = found.one.desk.activate(mine.plan, "officer")
        assert begun.unconfirmed == (found.places[1].party,)
        after = found.one.desk.amend(mine.plan, given(circle(33.01, 34.0, START)), 1)
        whole.settle(found)
        [told] = [each for each in found.other.desk.notices(found.line) if not each.mine]
        assert told.version == after.version == 2
        for each in (after, told):
            assert (each.override, each.unconfirmed) == ("officer", (found.places[1].party,))


def test_an_override_is_told_although_the_plan_had_another_version_before_anything_was(
    tmp_path: Path,
) -> None:
    with desks(tmp_path) as found, again(found) as begun:
        # nothing may be said before the other node was heard
        [mine] = begun.one.desk.submit([given(circle(33.0, 34.0, START))])
        begun.one.desk.activate(mine.plan, "commander")
        begun.one.desk.amend(mine.plan, given(circle(33.01, 34.0, START)))
        whole.settle(begun)
        [told] = [each for each in begun.other.desk.notices(begun.line) if not each.mine]
        assert (told.version, told.state, told.override) == (2, "activated", "commander")
        assert told.unconfirmed == begun.one.desk.plan(mine.plan).unconfirmed


def test_an_acceptance_is_final_by_whatever_its_proposer_says_next(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        views = [node.desk.submit([given(circle(33.0, 34.0, START))])[0] for node in (found.one, found.other)]
        whole.settle(found)
        [case] = found.one.desk.cases()
        theirs = ids.notice_of(found.line, views[1].plan)
        delay = found.one.desk.case(case.case).clears[theirs][0]
        found.one.desk.propose(case.case, theirs, delay, HOUR_MS)
        whole.settle(found)
        found.other.desk.accept(case.case)
        # it is answered by something that is about no case, before the desk has looked
        messages = [each for slot in KINDS for each in found.other.outgoing(found.line, slot, 1 << 20)]
        talk = found.one.of(found.line).talk
        assert talk.receive_all(messages)
        talk.say("main", "test.said", 1, {"words": "something else"})
        whole.settle(found)
        assert "case.acknowledged" not in {
            each.entry.header.type for each in found.one.of(found.line).state.order.placed
        }
        assert found.other.desk.plan(views[1].plan).version == 2
        assert found.one.desk.case(case.case).phase == "closed"


def test_after_an_old_backup_what_was_told_is_not_told_anew_as_something_else(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        found.one.close()
        place = found.places[0]
        whole.copy(place.path, tmp_path / "backup")
        with place.open(found.time) as one:
            found.time.pass_ms(1_000)
            one.desk.amend(mine.plan, given(circle(33.0, 34.0, START + 5 * HOUR_MS)))
            whole.settle(found._replace(one=one))
        with place.open(found.time, tmp_path / "backup") as one:
            restored = found._replace(one=one)
            whole.settle(restored, 5)
            assert one.desk.plan(mine.plan).version == 1
            assert "a newer version than this node holds" in refused(restored, mine.plan)
            assert one.desk.amend(mine.plan, given(circle(33.0, 34.0, START + HOUR_MS))).version == 3
            whole.settle(restored)
            [told] = found.other.desk.notices(found.line)
            assert (told.version, told.start) == (3, one.desk.plan(mine.plan).start)
