"""What a node says it knew at a moment is what it showed at that moment."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.amount import amount
from tests.story import desks, whole
from tests.story.desk_histories import OPS, DeskHistory
from tests.story.desks import START, circle
from tests.story.whole import Two
from wideberth.errors import Invalid, Refused
from wideberth.ledger import feed, ids
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.node import here, known
from wideberth.node.calls import Asked
from wideberth.node.here import Here
from wideberth.node.known import Known
from wideberth.node.node import Node
from wideberth.node.past import NOT_KEPT, Past, Pasts

NO_STANDING: Final[dict[str, Any]] = {
    "health": None,
    "why": NOT_KEPT,
    "stage": "whole",
    "stage_words": NOT_KEPT,
    "clock_steady": True,
    "feeds": (),
}
"""What of a line is worked out anew in each start, and its feeds: what is delivered has the peer's time."""


def shown(node: Node) -> dict[str, Any]:
    """All views of plans, notices, cases, lines, agreements and sites, without what is not kept."""
    lines = [
        msgspec.structs.replace(
            each,
            **NO_STANDING,
            # in the order in which they came, which a restart forgets too
            checks=tuple(sorted(each.checks, key=lambda check: check.mine)),
        )
        for each in node.lines()
    ]
    plans = node.desk.plans()
    cases = node.desk.cases()
    found = {
        "plans": plans,
        "each": [node.desk.plan(each.plan) for each in plans],
        "clears": {each.plan: node.desk.clears(each.plan) for each in plans},
        "cases": cases,
        "case": [node.desk.case(each.case) for each in cases],
        "notices": {each.line: node.desk.notices(each.line) for each in lines},
        "agreements": {each.line: node.agreed.of(each.line) for each in lines},
        "lines": lines,
        "touches": node.sites.cases(),
        "told": node.sites.told(),
        "manual": node.manual.all(),
        "calls": node.room.calls.all(),
        "holds": node.room.holds.all(),
        "statements": node.room.statements.all(),
        "talks": node.room.talks.all(),
        "relays": node.room.relay.all(),
        "rings": node.room.ringing.all(),
    }
    return dict(msgspec.to_builtins(found))


def entries(node: Node) -> int:
    return sum(each.entries for line in node.lines() for each in line.feeds)


def say_one(node: Node, line: str) -> None:
    """An own entry has folded all that is here: nothing of it is unshown."""
    node.check(line, desk=False)


def test_plans_cases_and_agreements_stand_as_they_stood(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        pasts, moments = Pasts(found.one), []

        def remember() -> None:
            say_one(found.one, found.line)
            found.time.pass_ms(1)
            moments.append((found.time.wall_ms, shown(found.one)))
            found.time.pass_ms(1)

        remember()
        [plan] = found.one.desk.submit([desks.given(circle(34, 33, START))])
        remember()
        found.other.desk.submit([desks.given(circle(34, 33, START))])
        whole.settle(found)
        remember()
        found.one.desk.state(plan.plan, "ended")
        whole.settle(found)
        remember()
        phases = []
        for at_ms, then in reversed(moments):
            with pasts.at(at_ms) as past:
                assert shown(past) == then
                assert past.status().now == msgspec.to_builtins(past.known())["as_of"]
                phases.append([each.phase for each in past.desk.cases()])
        assert phases == [["closed"], ["open"], [], []]


def test_before_its_first_line_a_node_knew_of_none(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found, Pasts(found.one).at(0) as past:
        assert past.lines() == []
        assert past.desk.plans() == []
        with pytest.raises(Invalid, match="a line of this node"):
            past.line(found.line)


def test_what_is_to_come_is_not_known(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        with pytest.raises(Invalid) as caught, Pasts(found.one).at(found.time.wall_ms + 1):
            pass
        assert caught.value.code == "node.as_of"


def test_what_came_but_no_own_entry_shows_is_told_apart(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        pasts = Pasts(found.one)
        found.other.desk.submit([desks.given(circle(34, 33, START))])
        said_ms = found.time.wall_ms
        found.time.pass_ms(5_000)
        with pasts.at(said_ms) as past:
            before = past.known().lines[0]
        # the notice comes, and is answered at once, later than it was said
        whole.settle(found)
        with pasts.at(said_ms) as past:
            [line] = past.known().lines
            assert past.desk.notices(found.line) == []
        assert line.unshown > before.unshown
        [notice] = [each for each in line.newest if each.type == "notice"]
        assert notice.said < (notice.shown or "")
        with pasts.at(found.time.wall_ms) as past:
            assert [each.mine for each in past.desk.notices(found.line)] == [False]


def test_a_confirmation_counts_from_its_time(tmp_path: Path) -> None:
    """What was delivered later was not delivered then."""
    with desks.desks(tmp_path) as found:
        found.one.desk.submit([desks.given(circle(34, 33, START))])
        found.time.pass_ms(1_000)
        before_ms = found.time.wall_ms
        found.time.pass_ms(5_000)
        whole.settle(found)
        now = _delivered(found.one, found.line)
        with Pasts(found.one).at(before_ms) as past:
            then = _delivered(past, found.line)
        assert then < now


def test_nothing_is_changed_through_it(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        [plan] = found.one.desk.submit([desks.given(circle(34, 33, START))])
        whole.settle(found)
        before, files = shown(found.one), _files(found)
        with Pasts(found.one).at(found.time.wall_ms) as past:
            for refuse in (
                lambda: past.desk.submit([desks.given(circle(34, 33, START))]),
                lambda: past.desk.state(plan.plan, "ended"),
                lambda: past.desk.activate(plan.plan, "officer"),
                lambda: past.check(found.line, desk=True),
                lambda: past.readdress(found.line, None),
                lambda: past.take_up(b"", b""),
                lambda: past.incoming(found.line, []),
                lambda: past.bundle(found.line),
                lambda: past.papers(found.line, [b"none"]),
                lambda: past.agreed.suspend(found.line, desks.NUMBER),
                past.confirm_clock,
            ):
                with pytest.raises((Refused, Invalid)) as caught:
                    refuse()
                assert caught.value.code in ("node.as_of", "ledger.note"), caught.value
            assert past.outgoing(found.line, "main", 1_000) == []
            past.tick()
        assert (shown(found.one), _files(found)) == (before, files)


def test_the_last_moment_is_kept_until_it_has_more(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        pasts = Pasts(found.one)
        with pasts.at(found.time.wall_ms) as first, pytest.raises(RuntimeError):
            raise RuntimeError
        with pasts.at(found.time.wall_ms) as again:
            assert again is first
        found.one.desk.submit([desks.given(circle(34, 33, START))])  # in the same ms
        with pasts.at(found.time.wall_ms) as more:
            assert more is not first
            assert len(more.desk.plans()) == 1
        at_ms = found.time.wall_ms
        found.time.pass_ms(1)
        found.one.desk.submit([desks.given(circle(36, 33, START))])
        with pasts.at(at_ms) as last:
            assert last is not more  # it was not over by then
            assert len(last.desk.plans()) == 1
        found.one.desk.submit([desks.given(circle(37, 33, START))])
        with pasts.at(at_ms) as still:
            assert isinstance(still, Past)
        pasts.forget()


def test_a_moment_is_read_again_where_a_feed_is_new() -> None:
    found = Known({}, {"a": None, "b": 2})
    assert found.stands({"a": 5, "b": 2, "c": 0})
    assert not found.stands({"a": 5, "b": 3})
    assert not found.stands({"a": 5, "b": 2, "c": 1})


@settings(max_examples=amount(3, 1), deadline=None)
@example(
    ops=["settle", "propose", "settle", "accept", "restart", "settle", "activate", "lose", "amend"], seed=1
)
@given(ops=st.lists(st.sampled_from(OPS), min_size=5, max_size=25), seed=st.integers(0, 2**16))
def test_at_each_moment_of_a_history_it_is_what_was_shown(ops: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chance = random.Random(seed)
        history = DeskHistory(Path(folder), chance)
        moments: list[tuple[int, list[tuple[int, dict[str, Any]]]]] = []
        try:
            for op in ops:
                history.do(op, chance.randrange(2))
                history.time.pass_ms(1)
                for node in history.nodes:
                    node.tick()
                    if chance.random() < 0.5:
                        say_one(node, history.lines[0, 1])
                history.time.pass_ms(1)
                found = [(entries(node), shown(node)) for node in history.nodes]
                moments.append((history.time.wall_ms, found))
                history.time.pass_ms(1)
            compared = 0
            for who, node in enumerate(history.nodes):
                pasts = Pasts(node)
                for at_ms, then in moments:
                    held, showed = then[who]
                    with pasts.at(at_ms) as past:
                        seen, [line] = shown(past), past.known().lines
                        # what is not shown to have been here is told apart
                        assert entries(past) <= held <= entries(past) + line.unshown
                        if entries(past) == held:
                            assert seen == showed
                            compared += 1
            assert compared
        finally:
            history.close()


def test_of_an_empty_journal_nothing_is_known() -> None:
    assert known.unshown([()], [()], [], 0) == []


def _delivered(node: Node, line: str) -> int:
    return sum(each.delivered for each in node.line(line).feeds if each.mine)


def _files(found: Two) -> dict[str, bytes]:
    """All of a data directory but what is of the running node."""
    path = found.places[0].path
    return {
        str(each.relative_to(path)): each.read_bytes()
        for each in path.rglob("*")
        if each.is_file() and each.suffix not in (".db-shm", ".db-wal", ".jsonl")
    }


def test_what_came_and_was_not_answered_leaves_a_trace(tmp_path: Path) -> None:
    """Within a second the private feed says that it is here, and once a minute at most."""
    with desks.desks(tmp_path) as found:
        [plan] = found.one.desk.submit([desks.given(circle(34, 33, START))])
        whole.settle(found)
        before = len(found.other.private.here.newest)
        found.one.desk.activate(plan.plan)
        for to in ("nonconforming", "activated", "nonconforming"):
            found.time.pass_ms(1_000)
            whole.deliver(found.line, found.one, found.other)
            found.other.tick()
            found.one.desk.state(plan.plan, to)
        assert len(found.other.private.here.newest) == before + 1
        found.time.pass_ms(1)
        with Pasts(found.other).at(found.time.wall_ms) as past:
            [notice] = past.desk.notices(found.line)
            assert notice.state == "activated"
            # what came within the same minute is not shown yet
            assert [each.shown for each in past.known().lines[0].newest] == [None, None]
        at_ms = found.time.wall_ms
        found.time.pass_ms(here.EVERY_MS)
        found.other.tick()
        with Pasts(found.other).at(at_ms) as past:
            assert all(each.shown for each in past.known().lines[0].newest)
        with Pasts(found.other).at(found.time.wall_ms) as past:
            assert shown(past) == shown(found.other)
        whole.settle(found)
        said = len(found.other.private.here.newest)
        whole.settle(found)
        assert len(found.other.private.here.newest) == said  # nothing more has come


def test_what_cannot_be_read_says_nothing() -> None:
    head = feed.Head(Origin(ids.PRIVATE, "a" * 52, "main", 0))
    bad: list[dict[str, Value]] = [
        {},
        {"sizes": 1},
        {"sizes": {"x": 1}},
        {"sizes": {head.origin.text: "1"}},
    ]
    for value in bad:
        made = feed.append(head, feed.Written(here.TYPE, 1, {}, 5), value, bytes(16)).entry
        assert here.read(made) == Here(5, {})


def test_calls_and_what_rings_stand_as_they_stood(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        moments = []

        def remember() -> None:
            whole.deliver(found.line, found.one, found.other)
            for node in (found.one, found.other):
                node.tick()
                say_one(node, found.line)
            found.time.pass_ms(1)
            moments.append((found.time.wall_ms, shown(found.one), shown(found.other)))
            found.time.pass_ms(1_000)

        asked = Asked(None, {}, "duty officer", "flash", "en", text="Please stop")
        call = found.one.room.calls.call(found.line, asked).call
        remember()
        found.other.room.calls.take(call, "deputy", "en")
        remember()
        found.one.room.calls.end(call)
        remember()
        phases = []
        for at_ms, one, other in moments:
            for node, then in ((found.one, one), (found.other, other)):
                with Pasts(node).at(at_ms) as past:
                    assert shown(past) == then
            [view] = other["calls"]
            phases.append((view["phase"], len(other["rings"])))
        assert phases == [("ringing", 1), ("taken", 0), ("ended", 0)]
