"""The blind check between two whole nodes: conflicts between plans that neither shows."""

from __future__ import annotations

from pathlib import Path

from tests.story import desks, whole
from tests.story.desks import HOUR_MS, circle, given
from tests.story.whole import Two
from wideberth.desk import blind_entries, blind_fields, blind_runs
from wideberth.desk.blind_entries import Ended
from wideberth.desk.blind_kept import Kept
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger import ids
from wideberth.node.blind_views import BlindView
from wideberth.node.node import Node

MINUTE_MS = 60_000
BLIND = """
[blind]
mode = "MODE"
every = "15min"
horizon = "24h"
start_level = 12
floor_level = 20
terms = 20000
matched_percent = 25
cells_a_day = 2000
audits_a_day = 4
timeout = "5min"
"""


def agreed(found: Two, mode: str = "escalate") -> None:
    """Terms under which neither shows anything but conflicts, and that are checked blindly."""
    data = desks.terms(found, {"*": "conflict-only"}, desks.AT_ONCE)
    desks.agree(found, data + BLIND.replace("MODE", mode).encode())


def go(found: Two) -> None:
    """A second in which each works, and what it says comes to the other."""
    for node in (found.one, found.other):
        node.tick()
        node.room.blind.finish()
    whole.deliver(found.line, found.one, found.other)
    found.time.pass_ms(1_000)


def run(found: Two, *, turns: int = 60) -> tuple[Kept, Kept]:
    """Let both go on until the run of the next slot is over for both, as each has it."""
    found.time.pass_ms(15 * MINUTE_MS)
    now_ms = found.time.wall_ms
    for _ in range(turns):
        go(found)
        one, other = (
            [each for each in node.private.blinds.of(found.line) if each.over_ms and each.at_ms >= now_ms]
            for node in (found.one, found.other)
        )
        for mine in one:
            for theirs in other:
                if mine.begun.session == theirs.begun.session:
                    for _ in range(3):
                        go(found)
                    return mine, theirs
    raise AssertionError("no run comes to its end")


def meeting(found: Two) -> tuple[str, str]:
    """A plan of each that come too near each other, and a run that finds it comes next."""
    start = found.time.wall_ms + 2 * HOUR_MS
    [mine] = found.one.desk.submit([given(circle(36.0, 33.0, start))])
    [theirs] = found.other.desk.submit([given(circle(36.03, 33.0, start + HOUR_MS // 2))])
    whole.deliver(found.line, found.one, found.other)
    return mine.plan, theirs.plan


def starts(found: Two) -> tuple[Node, Node]:
    """Whoever begins runs, and whoever answers."""
    first, second = found.one, found.other
    return (first, second) if first.party < second.party else (second, first)


def view(found: Two, node: Node) -> BlindView:
    return node.room.blind.one(found.line)


def test_a_match_opens_a_case_that_both_hold_with_nothing_but_the_cell(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        start = found.time.wall_ms + 2 * HOUR_MS
        [mine] = found.one.desk.submit([given(circle(36.0, 33.0, start))])
        [far] = found.one.desk.submit([given(circle(40.0, 33.0, start))])
        [theirs] = found.other.desk.submit([given(circle(36.03, 33.0, start + HOUR_MS // 2))])
        whole.settle(found)
        # a run of two empty sets may have come to its end by now, or not: neither covers these plans
        for node, plan in ((found.one, mine.plan), (found.other, theirs.plan)):
            assert node.desk.plan(plan).on[0].checked == "NOT CHECKED"
        run(found)
        for node, plan in ((found.one, mine.plan), (found.other, theirs.plan)):
            shown = view(found, node)
            assert shown.standing is not None and shown.standing.outcome == "matched"
            assert shown.standing.stands and "too near" in shown.words
            assert {each.plan for cell in shown.standing.cells for each in cell.plans} == {plan}
            [on] = node.desk.plan(plan).on
            assert len(on.cases) == 1 and on.checked == "compared" and on.blocked
        [case] = found.one.desk.cases(found.line)
        assert case.phase == "open"
        clear = found.one.desk.plan(far.plan).on[0]
        assert (clear.checked, clear.cases) == ("compared", ()) and "no known conflict" in clear.why
        # what moves away is no case any more, once it was looked at again
        found.other.desk.amend(theirs.plan, given(circle(38.0, 33.0, start)))
        whole.settle(found)
        assert found.other.desk.plan(theirs.plan).on[0].checked == "NOT CHECKED"
        run(found)
        assert [each.phase for each in found.one.desk.cases(found.line)] == ["closed"]
        assert view(found, found.other).standing.outcome == "clear"  # type: ignore[union-attr]  # it is there


def test_in_mode_cells_both_learn_where_and_no_case_is_opened(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found, "cells")
        plans = meeting(found)
        mine, theirs = run(found)
        assert mine.outcome == theirs.outcome == "matched"
        for node, plan in zip((found.one, found.other), plans, strict=True):
            assert node.desk.cases(found.line) == [] and node.desk.notices(found.line) == []
            [last] = [view(found, node).last]
            assert last is not None and last.cells
            cell = last.cells[0]
            assert [each.plan for each in cell.plans] == [plan] and cell.notices == ()
            west, south, east, north = cell.area
            assert 35.8 < west < east < 36.2 and 32.8 < south < north < 33.2
            assert cell.upper_m == cell.lower_m + 512
            assert "call" in last.words


def test_in_mode_count_both_learn_how_many(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found, "count")
        meeting(found)
        mine, theirs = run(found)
        assert mine.outcome == theirs.outcome == "matched"
        assert mine.count == theirs.count and (mine.count or 0) > 0 and mine.cells == ()


def test_a_silent_party_leaves_it_not_checked_and_the_next_run_goes_well(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        meeting(found)
        first, _ = starts(found)
        found.time.pass_ms(15 * MINUTE_MS)
        for _ in range(4):
            first.tick()
            first.room.blind.finish()
            found.time.pass_ms(2 * MINUTE_MS)
        over = [each for each in first.private.blinds.of(found.line) if each.over_ms]
        assert over[0].why == "timeout"
        assert view(found, first).words == "NOT CHECKED against south: no answer in time".replace(
            "south", first.of(found.line).name
        )
        whole.deliver(found.line, found.one, found.other)
        mine, theirs = run(found)
        assert mine.outcome == theirs.outcome == "matched"


def test_sets_that_the_network_loses_are_sent_again(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        meeting(found)
        found.time.pass_ms(15 * MINUTE_MS)
        lost = 0
        for turn in range(120):
            for node in (found.one, found.other):
                node.tick()
                node.room.blind.finish()
                for slot in ids.KINDS:
                    for each in node.outgoing(found.line, slot, 1 << 20):
                        # entries come through, of what is beside them every second message does not
                        beside = len(each) > 2_000 and slot == "main" and turn % 20 < 10
                        lost += beside
                        if not beside:
                            peer = found.other if node is found.one else found.one
                            peer.incoming(found.line, [each])
            found.time.pass_ms(1_000)
            if all(view(found, node).standing for node in (found.one, found.other)):
                break
        assert lost > 0
        assert all(view(found, node).standing for node in (found.one, found.other))


def test_whoever_is_killed_in_a_run_has_not_checked_and_owes_nothing_of_it_twice(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        plans = meeting(found)
        found.time.pass_ms(15 * MINUTE_MS)
        session = next(found.one.private.blinds.of(found.line)).begun.session
        while True:
            go(found)
            newest = next(found.one.private.blinds.of(found.line))
            if newest.begun.session != session and newest.charge:
                session = newest.begun.session
                break
        assert next(found.one.private.blinds.of(found.line)).over_ms is None
        found.one.close()
        again = found.places[0].open(found.time)
        after = found._replace(one=again)
        try:
            whole.deliver(after.line, after.one, after.other)
            go(after)
            [kept] = [each for each in again.private.blinds.of(found.line) if each.begun.session == session]
            assert (kept.outcome, kept.why) == ("not clear", "interrupted")
            # what the other may have learned is charged, though nobody knows what it was
            assert kept.charge > 0
            for _ in range(3):
                go(after)
            other = [
                each for each in found.other.private.blinds.of(found.line) if each.begun.session == session
            ]
            assert other[0].outcome == "not clear"
            mine, theirs = run(after)
            assert mine.outcome == theirs.outcome == "matched"
            assert [each.plan for each in again.desk.cases(found.line)] == [plans[0]]
        finally:
            again.close()


def test_where_none_is_agreed_or_a_gate_is_on_nothing_is_compared(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        desks.agree(found, desks.terms(found, {"*": "conflict-only"}, desks.AT_ONCE))
        meeting(found)
        found.time.pass_ms(15 * MINUTE_MS)
        go(found)
        assert "no blind check is agreed" in view(found, found.one).words
        assert not list(found.one.private.blinds.of(found.line))
    with whole.two(tmp_path / "gated") as found:
        whole.settle(found)
        agreed(found)
        first, _ = starts(found)
        with first.recording() as private:
            private.set_gate(found.line, "always", ["officer"], found.time.wall_ms)
        meeting(found)
        before = len(list(first.private.blinds.of(found.line)))
        found.time.pass_ms(15 * MINUTE_MS)
        go(found)
        assert len(list(first.private.blinds.of(found.line))) == before
        assert "gate" in view(found, first).words


def test_what_was_clear_by_other_terms_is_not_checked_by_these(tmp_path: Path) -> None:
    with whole.two(tmp_path) as found:
        whole.settle(found)
        data = (
            desks.terms(found, {"*": "conflict-only"}, desks.AT_ONCE)
            + BLIND.replace("MODE", "escalate").encode()
        )
        desks.agree(found, data)
        [mine] = found.one.desk.submit([given(circle(40.0, 33.0, found.time.wall_ms + 2 * HOUR_MS))])
        run(found)
        on = found.one.desk.plan(mine.plan).on[0]
        assert on.checked == "compared" and "no known conflict" in on.why
        second = agreement_draft.following(agreement.read(data)).replace(b"terms = 20000", b"terms = 30000")
        desks.agree(found, second)
        on = found.one.desk.plan(mine.plan).on[0]
        assert on.checked == "NOT CHECKED" and "other terms" in on.why
        assert "NOT CHECKED" in view(found, found.one).words
        run(found)
        assert found.one.desk.plan(mine.plan).on[0].checked == "compared"


def test_who_found_a_match_does_not_repeat_it_where_the_other_side_gave_up(tmp_path: Path) -> None:
    """What stands on the line is NOT CLEAR by then, and no other end counts: it is said once."""
    with whole.two(tmp_path) as found:
        whole.settle(found)
        agreed(found)
        meeting(found)
        first, other = starts(found)
        found.time.pass_ms(15 * MINUTE_MS)
        began = found.time.wall_ms

        def last() -> Kept:
            for node in (first, other):
                node.tick()
                node.room.blind.finish()
            return next(iter(first.private.blinds.of(found.line)))

        while not ((newest := last()).over_ms and newest.at_ms >= began):
            whole.deliver(found.line, first, other)
            found.time.pass_ms(1_000)
            assert found.time.wall_ms < began + MINUTE_MS
        assert newest.outcome == "matched"
        session = blind_fields.session_id(newest.begun.session)
        gave_up = Ended(session, "not clear", newest.begun.until_ms, "timeout")
        first.say(found.line, "main", gave_up.TYPE, blind_entries.V, blind_entries.write(gave_up))
        for _ in range(3):
            go(found)
        [theirs] = [
            each for each in other.private.blinds.of(found.line) if each.begun.session == newest.begun.session
        ]
        assert theirs.outcome == "matched"
        for node in (first, other):
            known = node._open[found.line].fold.all.blinds.runs[session]
            assert blind_runs.phase(known) == "not clear" and all(side.end for side in known.sides)
