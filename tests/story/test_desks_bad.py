"""Bad input to the desk, of own people and of a peer: what people are told, and what stands in the record."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import settings
from hypothesis import strategies as st

from tests.story import desk_nonsense, whole
from tests.story.desks import DAY_MS, HOUR_MS, START, circle, desks, given
from tests.story.whole import Two
from wideberth.desk import notice_entries, volumes
from wideberth.desk.notice_entries import Checked, Stated, Told, Which
from wideberth.errors import Invalid, Refused, WideberthError
from wideberth.ledger import ids
from wideberth.node.filings import Given
from wideberth.node.node import Node

ROW = '[[separation]]\nbetween = ["*", "*"]'
AREA = {ROW: f'[area]\ncircle = {{ lon = 33.0, lat = 34.4, radius = "80NM" }}\n\n{ROW}'}
UNREAD = "not_checked"
THIRD = "n-" + ids.base32(b"third notice of 16"[:16])


def said(node: Node, line: str, of_type: str) -> int:
    return sum(each.entry.header.type == of_type for each in node.of(line).state.order.placed)


def events(node: Node, what: str) -> list[tuple[str | None, str | None]]:
    return [(each.code, each.words) for each in node.events(0)[0] if each.what == what]


@pytest.mark.parametrize(
    ("filed", "code"),
    [
        (given(circle(3.0, 34.0, START)), "plan.outside"),
        (given(circle(33.0, 34.0, START - 10 * DAY_MS)), "plan.past"),
        (given(), "plan.no_volumes"),
    ],
)
def test_what_may_not_be_filed_is_refused_and_nothing_is_entered(
    tmp_path: Path, filed: Given, code: str
) -> None:
    with desks(tmp_path, change=AREA) as found:
        [good] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        before = found.one.private.changed, len(whole.leaves(found.one, found.line))
        for tried in (
            lambda: found.one.desk.submit([filed]),
            lambda: found.one.desk.amend(good.plan, filed),
        ):
            with pytest.raises(Invalid) as caught:
                tried()
            assert caught.value.code == code
        assert (found.one.private.changed, len(whole.leaves(found.one, found.line))) == before
        assert [each.version for each in found.one.desk.plans()] == [1]


def test_what_was_made_from_an_older_version_undoes_nothing(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        second = found.one.desk.amend(mine.plan, given(circle(33.1, 34.0, START)), mine.version)
        for older in (mine.version, second.version + 1):
            with pytest.raises(Refused) as caught:
                found.one.desk.amend(mine.plan, given(circle(33.0, 34.0, START)), older)
            assert caught.value.code == "plan.newer"
        assert found.one.desk.plan(mine.plan) == second
        assert found.one.desk.amend(mine.plan, given(circle(33.0, 34.0, START))).version == 3


def test_a_plan_that_ended_is_amended_by_nobody(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        found.one.desk.state(mine.plan, "ended")
        whole.settle(found)
        with pytest.raises(Refused) as caught:
            found.one.desk.amend(mine.plan, given(circle(33.0, 34.0, START)))
        assert caught.value.code == "plan.ended"
        # nor by a node of somebody's own making: what it says after the end is kept, and changes nothing
        notice = ids.notice_of(found.line, mine.plan)
        after = Told(notice, 2, "full", "accepted", "survey", "", (circle(33.0, 34.0, START),))
        found.one.say(found.line, "main", after.TYPE, 1, notice_entries.write(after))
        whole.settle(found)
        [told] = found.other.desk.notices(found.line)
        assert (told.version, told.state) == (1, "ended")


def test_terms_that_nobody_proposed_are_told_where_an_entry_names_them(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        found.other.of(found.line).talk.agreement = lambda: b"\x07" * 32
        found.other.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        for node in (found.one, found.other):
            [words] = node.agreed.of(found.line).told
            assert words.endswith(f"not proposed on this line, SHA-256 {'07' * 32}")
        # what restricts counts all the same
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        assert len(mine.on[0].cases) == 1


def test_so_many_terms_that_nobody_proposed_fill_nothing(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        for n in range(30):
            found.other.of(found.line).talk.agreement = partial(bytes, [n] * 32)
            found.other.say(found.line, "main", "test.said", 1, {"said": "something"})
        whole.settle(found)
        assert len(found.one.agreed.of(found.line).told) == 10


def test_a_notice_that_cannot_be_read_is_answered_and_told_once(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        shown: dict[str, Any] = volumes.write(circle(33.0, 34.0, START))
        shown["ground"]["radius_dmm"] = -1
        notice = "n-" + "a" * 26
        right = Told(notice, 1, "full", "accepted", "survey", "", (circle(33.0, 34.0, START),))
        wrong: dict[str, Any] = {**notice_entries.write(right), "volumes": [shown]}
        found.other.say(found.line, "main", right.TYPE, 1, wrong)
        whole.settle(found)
        [(code, words)] = events(found.one, "entry.unable")
        assert code == "volume.entry" and words is not None and "radius_dmm" in words
        assert found.one.desk.notices(found.line) == []
        assert dict(found.one.of(found.line).fold.all.notices.unread) == {(found.one.party, notice): 1}
        whole.settle(found)
        assert said(found.one, found.line, UNREAD) == 1
        found.one.close()
        with found.places[0].open(found.time) as one:
            begun = found._replace(one=one)
            whole.settle(begun)
            assert said(one, found.line, UNREAD) == 1
            # the next version can be read, and is compared
            found.other.say(found.line, "main", right.TYPE, 1, {**notice_entries.write(right), "version": 2})
            whole.settle(begun)
            assert [(each.version, each.checked) for each in one.desk.notices(found.line)] == [(2, True)]


def test_who_cannot_read_a_notice_has_not_compared_it_although_it_is_folded(tmp_path: Path) -> None:
    """As an older program that knows less of volumes than this one."""
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        which = (Which(ids.notice_of(found.line, mine.plan), 1),)
        body = notice_entries.write(notice_entries.NotChecked(which, "unread"))
        found.other.say(found.line, "main", UNREAD, 1, body)
        whole.settle(found)
        [on] = found.one.desk.plan(mine.plan).on
        assert (on.checked, on.why) == ("NOT CHECKED", "their node cannot read it: call")
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert "says that it does not compare it" in caught.value.message


def test_nobody_says_anything_of_a_notice_of_somebody_elses(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        whole.settle(found)
        before = found.one.desk.notices(found.line)
        notice = ids.notice_of(found.line, mine.plan)
        own = Told(notice, 1, "full", "accepted", "survey", "", (circle(33.0, 34.0, START),))
        for forged in (
            Told(notice, 7, "full", "ended", "survey", "", (circle(34.0, 34.0, START),)),
            Stated(notice, 1, "ended"),
            Checked((Which("n-" + ids.base32(bytes(16)), 1), Which(notice, 9))),
            # of its own, and back to what it was before
            Told(THIRD, 3, "full", "accepted", "survey", "", own.volumes),
            Told(THIRD, 2, "full", "accepted", "survey", "", (circle(50.0, 34.0, START),)),
        ):
            found.other.say(found.line, "main", forged.TYPE, 1, notice_entries.write(forged))
        whole.settle(found)
        after = {each.notice: each for each in found.one.desk.notices(found.line)}
        assert [(each.version, each.state, each.checked) for each in before] == [(1, "accepted", True)]
        assert (after[notice].version, after[notice].state) == (1, "accepted")
        other = after[THIRD]
        assert (other.version, len(other.cases)) == (3, 1)
        # each of them stands in the record
        assert said(found.one, found.line, "notice") == 4


def test_as_many_volumes_as_entries_hold_stop_nobody(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        found.one.desk.submit([given(circle(33.0, 34.0, START))])
        # what one entry cannot hold is not said at all
        many = tuple(circle(33.0, 34.0, START + n) for n in range(1_000))
        huge = Told(THIRD, 1, "full", "accepted", "survey", "", many)
        with pytest.raises(Invalid):
            found.other.say(found.line, "main", huge.TYPE, 1, notice_entries.write(huge))
        for n in range(8):
            notice = "n-" + ids.base32(bytes([n]) * 16)
            full = Told(notice, 1, "full", "accepted", "survey", "", many[:180])
            found.other.say(found.line, "main", full.TYPE, 1, notice_entries.write(full))
        whole.settle(found)
        [mine] = found.one.desk.plans()
        assert len(mine.on[0].cases) == 8
        assert all(each.checked for each in found.one.desk.notices(found.line) if not each.mine)
        assert Counter(each.phase for each in found.one.desk.cases()) == {"open": 8}


def test_an_own_plan_of_many_volumes_is_told_so_that_it_fits(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        many = [circle(33.0 + 0.001 * n, 34.0, START + n * HOUR_MS) for n in range(240)]
        [mine] = found.one.desk.submit([given(*many)])
        whole.settle(found)
        [each] = found.other.desk.notices(found.line)
        told = found.other.desk.notice(found.line, each.notice)
        assert told.simplified and told.checked and told.volumes and len(told.volumes) < 240
        assert found.one.desk.plan(mine.plan).on[0].checked == "compared"


def test_a_peer_that_never_answers_is_told_of_and_only_a_role_begins(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        assert mine.on[0].answer_by is not None
        for _ in range(5):
            found.time.pass_ms(20 * 60_000)
            found.one.tick()
        view = found.one.line(found.line)
        assert view.health == "silent"
        [on] = found.one.desk.plan(mine.plan).on
        assert (on.checked, on.cases) == ("not answered yet", ())
        with pytest.raises(Refused) as caught:
            found.one.desk.activate(mine.plan)
        assert "the other party has not said that it has compared it" in caught.value.message
        begun = found.one.desk.activate(mine.plan, "commander")
        assert (begun.override, begun.unconfirmed) == ("commander", (found.places[1].party,))
        # in the record: it was told, and nothing says that it arrived
        feed = next(each for each in found.one.line(found.line).feeds if each.mine and each.kind == "main")
        assert feed.delivered < feed.entries
        whole.settle(found)
        [told] = found.other.desk.notices(found.line)
        assert (told.state, told.unconfirmed) == ("activated", (found.places[1].party,))


@pytest.mark.parametrize("again", range(3))
def test_officers_who_accept_and_retract_at_once_come_to_one_end(tmp_path: Path, again: int) -> None:
    with desks(tmp_path) as found:
        _meeting(found)
        [case] = found.one.desk.cases()
        view = found.other.desk.case(case.case)
        assert view.own is not None
        found.other.desk.propose(view.case, view.own, {"delay_ms": 2 * HOUR_MS}, HOUR_MS)
        whole.settle(found)
        start, codes = threading.Barrier(5), Counter[str]()

        def officer(node: Node, what: str) -> None:
            start.wait()
            try:
                (node.desk.accept if what == "accept" else node.desk.retract)(case.case)
                codes[what] += 1
            except WideberthError as error:
                codes[error.code] += 1

        def carrier() -> None:
            start.wait()
            for _ in range(1 + again):
                whole.deliver(found.line, found.one, found.other)

        people = [
            (found.one, "accept"),
            (found.one, "accept"),
            (found.other, "retract"),
            (found.other, "retract"),
        ]
        threads = [threading.Thread(target=officer, args=each) for each in people]
        threads.append(threading.Thread(target=carrier))
        for each in threads:
            each.start()
        for each in threads:
            each.join(60)
        assert set(codes) <= {"accept", "retract", "case.no_proposal", "case.final", "case.closed"}
        # of two officers of one party the second is told that it is done already
        assert codes["accept"] <= 1 and codes["retract"] <= 1
        whole.settle(found)
        views = [node.desk.case(case.case) for node in (found.one, found.other)]
        [status] = {view.proposals[0].status for view in views}
        version = found.other.desk.plans()[0].version
        assert (status, version) in {("amended", 2), ("retracted", 1)}
        assert {view.phase for view in views} == {"closed" if version == 2 else "open"}


def _meeting(found: Two) -> None:
    found.one.desk.submit([given(circle(33.0, 34.0, START))])
    found.other.desk.submit([given(circle(33.05, 34.0, START + HOUR_MS // 2))])
    whole.settle(found)


@settings(max_examples=2, deadline=None)
@hypothesis_given(st.integers(0, 2**16))
def test_whatever_a_peer_says_it_comes_to_the_same_and_stops_nobody(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk_nonsense.run(seed, Path(folder), 8)
