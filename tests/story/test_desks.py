"""Plans of two parties through two whole nodes: told, compared, in conflict, changed, begun, ended."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.story import whole
from tests.story.desks import AT_ONCE, HOUR_MS, NUMBER, START, agree, circle, desks, given, terms
from tests.story.whole import Two
from tests.web.served import until
from wideberth.desk import plan_entries, plans, releases
from wideberth.errors import Invalid, Refused
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import Rules
from wideberth.node.node import Node
from wideberth.store.journal import Step


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


def reopened(found: Two) -> Two:
    """Both nodes, stopped and started again."""
    found.one.close()
    found.other.close()
    one, other = (place.open(found.time) for place in found.places)
    return found._replace(one=one, other=other)


def test_after_a_start_everything_is_as_it_was_and_what_is_owed_is_said(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        [theirs] = found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        [case] = found.one.desk.cases()
        # entered, and killed before the line was told of it
        filed = plans.stated(plans.own(found.one.private.plans, mine.plan), "ended")
        _, value = plan_entries.write(filed)
        with found.one.recording() as private:
            private.write([(filed.TYPE, value)], found.time.wall_ms)
        again = reopened(found)
        try:
            whole.settle(again)
            same(again)
            assert again.one.desk.plan(mine.plan).state == "ended"
            assert again.other.desk.case(case.case).phase == "closed"
            assert again.other.desk.plan(theirs.plan).on[0].cases == ()
            sizes = [len(node.of(again.line).state.order.placed) for node in (again.one, again.other)]
            whole.settle(again)
            assert sizes == [len(node.of(again.line).state.order.placed) for node in (again.one, again.other)]
        finally:
            again.one.close()
            again.other.close()


def test_what_was_filed_before_terms_is_told_when_they_are_in_force(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        assert (mine.on[0].checked, mine.on[0].why) == ("NOT CHECKED", "no agreement is in force")
        assert found.one.desk.activate(mine.plan).state == "activated"
        agree(found, terms(found, {"*": "full"}))
        whole.settle(found)
        [told] = found.other.desk.notices(found.line)
        assert (told.state, told.version, told.checked) == ("activated", 1, True)


def test_while_an_agreement_is_suspended_nothing_is_told_or_compared(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        found.other.agreed.suspend(found.line, NUMBER)
        whole.settle(found)
        for node in (found.one, found.other):
            [mine] = node.desk.submit([given(circle(33.0, 34.0, START))])
            assert (mine.on[0].checked, mine.on[0].why) == ("NOT CHECKED", "the agreement is suspended")
        whole.settle(found)
        assert found.other.desk.notices(found.line) == []
        found.other.agreed.resume(found.line, NUMBER)
        whole.settle(found)
        assert len(found.other.desk.notices(found.line)) == 2
        assert [each.phase for each in found.one.desk.cases()] == ["open"]


def test_two_accepts_that_cross_void_each_other_and_an_offer_lapses(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        nodes = (found.one, found.other)
        views = [node.desk.submit([given(circle(33.0, 34.0, START))])[0] for node in nodes]
        whole.settle(found)
        [case] = found.one.desk.cases()
        for node in nodes:
            view = node.desk.case(case.case)
            assert view.own is not None
            node.desk.propose(case.case, view.own, view.clears[view.own][0], HOUR_MS)
        whole.deliver(found.line, *nodes)
        assert found.one.desk.case(case.case).phase == "countered"
        for node in nodes:
            node.desk.accept(case.case)
        whole.settle(found)
        same(found)
        assert {node.desk.case(case.case).phase for node in nodes} == {"open"}
        assert [node.desk.plan(view.plan).version for node, view in zip(nodes, views, strict=True)] == [1, 1]
        view = found.one.desk.case(case.case)
        assert view.own is not None
        found.one.desk.propose(case.case, view.own, view.clears[view.own][0], HOUR_MS)
        whole.settle(found)
        found.time.pass_ms(HOUR_MS)
        whole.settle(found)
        same(found)
        assert found.other.desk.case(case.case).proposals[-1].status == "lapsed"


def test_a_proposal_that_clears_nothing_and_an_acceptance_that_runs_into_another_are_refused(
    tmp_path: Path,
) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        # the other party has one at the same time, and one right after it
        for late in (0, 2):
            found.other.desk.submit([given(circle(33.0, 34.0, START + late * HOUR_MS))])
        whole.settle(found)
        [case] = [each for each in found.other.desk.cases() if each.phase != "closed"]
        theirs = next(each for each in case.notices if each != case.own)
        with pytest.raises(Refused) as caught:
            found.other.desk.propose(case.case, theirs, {"delay_ms": HOUR_MS // 4}, HOUR_MS)
        assert caught.value.code == "case.not_clear"
        found.other.desk.propose(case.case, theirs, {"delay_ms": 5 * HOUR_MS // 4}, HOUR_MS)
        whole.settle(found)
        with pytest.raises(Refused) as caught:
            found.one.desk.accept(case.case)
        assert caught.value.code == "case.would_conflict"
        found.one.desk.accept(case.case, anyway=True)
        whole.settle(found)
        same(found)
        assert found.one.desk.plan(mine.plan).version == 2
        assert sorted(each.phase for each in found.other.desk.cases()) == ["closed", "open"]


def test_of_what_is_not_told_no_case_is_opened_and_it_is_held_back_all_the_same(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        hidden = given(circle(33.0, 34.0, START))._replace(disclosure="none")
        [mine] = found.one.desk.submit([hidden])
        found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        assert found.other.desk.cases() == [] and len(found.other.desk.notices(found.line)) == 1
        [on] = found.one.desk.plan(mine.plan).on
        assert [each.found for each in on.conflicts] == ["overlap"] and on.checked == "compared here only"
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert "of which nothing is said to them" in caught.value.message


def test_a_named_role_may_activate_what_is_not_confirmed_and_all_are_told(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert caught.value.code == "plan.blocked"
        with pytest.raises(Invalid) as wrong:
            found.one.desk.activate(mine.plan, "Bob")
        assert wrong.value.code == "plan.role"
        view = found.one.desk.activate(mine.plan, "commander")
        assert (view.override, view.unconfirmed) == ("commander", (found.places[1].party,))
        whole.settle(found)
        [told] = found.other.desk.notices(found.line)
        assert (told.state, told.override, told.unconfirmed) == (
            "activated",
            "commander",
            (found.places[1].party,),
        )
        for to in ("activated", "accepted"):
            with pytest.raises(Refused):
                found.one.desk.state(mine.plan, to)
        assert found.one.desk.state(mine.plan, "nonconforming").state == "nonconforming"
        whole.settle(found)
        assert found.one.desk.state(mine.plan, "activated").state == "activated"
        whole.settle(found)
        same(found)


def test_a_plan_in_what_is_allotted_to_the_other_party_waits_for_its_consent(tmp_path: Path) -> None:
    rows = '\n[[allotments]]\nparty = "south"\nactivity = "*"\nhours = ["00:00", "12:00"]\n[clocks]\n'
    with desks(tmp_path, change={"\n[clocks]\n": rows}) as found:
        at_night = START - START % (24 * HOUR_MS)
        plans_ = found.one.desk.submit(
            [given(circle(33.0, 34.0, at_night + late * HOUR_MS)) for late in (3, 13)]
        )
        whole.settle(found)
        held, free = (found.one.desk.plan(each.plan).on[0] for each in plans_)
        assert free.blocked == () and [each for each in held.blocked if "allotted to them" in each]
        # to a version that nobody has looked at there is no consent
        with pytest.raises(Refused) as newer:
            found.other.desk.consent(found.line, held.notice, 2)
        assert newer.value.code == "notice.newer"
        found.other.desk.consent(found.line, held.notice, 1)
        with pytest.raises(Invalid):
            found.other.desk.consent(found.line, "n-" + "a" * 26)
        whole.settle(found)
        with pytest.raises(Refused) as newer:
            found.one.desk.activate(plans_[0].plan, version=2)
        assert newer.value.code == "plan.newer"
        assert found.one.desk.activate(plans_[0].plan, version=1).state == "activated"
        whole.settle(found)
        same(found)


def test_coarsely_told_only_the_grid_is_seen_and_compared(tmp_path: Path) -> None:
    with desks(tmp_path, "coarse", AT_ONCE) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        [told] = found.other.desk.notices(found.line)
        assert (told.level, told.callsign, told.plan) == ("coarse", "", None)
        true = found.one.private.plans.plans[mine.plan].plan
        shown = found.other.of(found.line).fold.all.notices.notices[told.notice].said.volumes
        assert shown == releases.compared(true, "coarse", Rules().coarse) != true.volumes
        # beside the true volumes, in the same cell
        [theirs] = found.other.desk.submit([given(circle(33.1, 34.1, START))])
        whole.settle(found)
        same(found)
        [case] = found.one.desk.cases()
        assert set(case.finds) == {place.party for place in found.places}
        # its own people see that only the coarse views meet
        [on] = found.one.desk.plan(mine.plan).on
        assert on.cases == (case.case,) and theirs.on[0].cases == (case.case,)


def test_what_is_hidden_is_named_at_its_first_case_and_compared_by_its_owner(tmp_path: Path) -> None:
    with desks(tmp_path, "full") as found:
        hidden = given(circle(33.0, 34.0, START))._replace(disclosure="conflict-only")
        [mine] = found.one.desk.submit([hidden])
        whole.settle(found)
        assert found.other.desk.notices(found.line) == []
        found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        same(found)
        [told] = [each for each in found.other.desk.notices(found.line) if not each.mine]
        assert (told.level, told.activity, told.callsign, told.volumes) == ("conflict-only", "", "", ())
        [case] = found.other.desk.cases()
        assert set(case.finds) == {found.places[0].party} and case.clears == {}
        where = found.other.of(found.line).fold.all.cases.cases[case.case].where
        assert where and set(where) <= set(
            releases.compared(found.one.private.plans.plans[mine.plan].plan, "conflict-only", Rules().coarse)
        )
        [theirs] = [each for each in found.other.desk.plans() if each.on[0].cases]
        with pytest.raises(Refused):
            found.other.desk.activate(theirs.plan)
        # the hidden one goes, and the other party learns that there is no conflict any more, and no more
        found.one.desk.state(mine.plan, "ended")
        whole.settle(found)
        same(found)
        assert found.other.desk.activate(theirs.plan).state == "activated"


def test_of_two_hidden_plans_nothing_is_compared_and_both_are_told_so(tmp_path: Path) -> None:
    with desks(tmp_path, "conflict-only") as found:
        nodes = (found.one, found.other)
        views = [node.desk.submit([given(circle(33.0, 34.0, START))])[0] for node in nodes]
        whole.settle(found)
        assert not found.one.desk.notices(found.line) and not found.one.desk.cases()
        for node, view in zip(nodes, views, strict=True):
            assert checked(node, view.plan) == "NOT CHECKED"


def test_what_several_people_file_at_once_is_one_commit_and_each_has_its_own_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desks(tmp_path) as found:
        before = found.one.private.head.size
        answers: dict[int, str] = {}

        def planner(n: int) -> None:
            some = [given(circle(33.0 + n, 34.0, START), label=f"of {n}")] if n else [given()]
            try:
                [view] = found.one.desk.submit(some)
                answers[n] = view.label
            except Invalid as error:
                answers[n] = error.code

        commits = list[int]()
        write = found.one.private.write

        def counted(said: Iterable[tuple[str, Value]], now_ms: int, beside: Sequence[Step] = ()) -> None:
            some = list(said)
            commits.append(len(some))
            write(some, now_ms, beside)

        monkeypatch.setattr(found.one.private, "write", counted)
        with found.one.held():
            threads = [threading.Thread(target=planner, args=(n,)) for n in range(5)]
            for each in threads:
                each.start()
            until(lambda: len(found.one.desk._filings) == 5)
        for each in threads:
            each.join(60)
        assert answers == {0: "plan.no_volumes", **{n: f"of {n}" for n in range(1, 5)}}
        assert commits == [4] and found.one.private.head.size == before + 4
        assert len(found.one.desk.plans()) == 4
