"""Whether the peer answers in time (LINE 12)."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.ledger.two import A, B, origin
from tests.line import two
from tests.line.two import Node, of
from wideberth.line import health, restore
from wideberth.line.health import Wait
from wideberth.line.messages import Health, Level, Send
from wideberth.line.state import Stage
from wideberth.line.terms import Terms


def levels(node: Node) -> list[str]:
    return [each.level for each in of(node.effects, Health)]


def minutes(one: Node, other: Node, count: int, *, heard: bool) -> None:
    """Time passes in steps of ten seconds; the peer's statuses arrive or not, its receipts never."""
    for _ in range(count * 6):
        one.world.pass_ms(10_000)
        one.tick()
        other.tick()
        one.out = []
        going, other.out = other.out, []
        if heard:
            for each in going:
                one.receive(each)


def test_a_heartbeat_on_its_interval_says_where_one_stands() -> None:
    one, other = two.joined()
    one.say()
    two.deliver(one, other)
    before = len(one.effects)
    for _ in range(6):
        one.world.pass_ms(10_000)
        one.tick()
    beats = [each for each in of(one.effects[before:], Send) if not each.content.leaf]
    assert len(beats) == 3
    said = two.said(beats[-1].content)
    assert list(said["heads"]) == [origin(A).text] and said["heads"][origin(A).text].count("\n— ") == 2, (
        "cosigned"
    )


@pytest.mark.parametrize(
    ("elapsed_ms", "signal"),
    [
        (0, "in time"),
        (59_999, "in time"),
        (60_000, "overdue"),
        (119_999, "overdue"),
        (120_000, "long overdue"),
    ],
)
def test_what_is_due_and_how_late_it_is(elapsed_ms: int, signal: str) -> None:
    assert Wait("a heartbeat", elapsed_ms, 60_000, 120_000).signal == signal


def test_silence_begins_when_the_agreement_says_so_and_the_worst_of_all_waits_counts() -> None:
    one, other = two.joined(Terms(urgent_ms=60_000, main_ms=2 * 60_000, silent_ms=5 * 60_000))
    one.say()
    minutes_of_main = 3
    one.out = []
    minutes(one, other, minutes_of_main, heard=True)
    one.say("urgent")
    one.out = []
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late"]
    # urgent is later than agreed by a larger factor; main is what has been silent for long enough
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late", "silent"]
    assert "(main)" in of(one.effects, Health)[-1].why


def test_what_is_in_time_is_no_silence_however_short_that_is_agreed() -> None:
    assert Wait("a receipt (main)", 59_999, 60_000, 1_000).signal == "in time"
    assert Wait("a receipt (main)", 60_000, 60_000, 1_000).signal == "long overdue"


def test_urgent_without_a_receipt_is_late_after_a_minute_then_silent() -> None:
    one, other = two.joined()
    one.say("urgent")
    one.out = []
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late"]
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late", "silent"]
    assert of(one.effects, Health)[-1].why == "a receipt (urgent) has been due for 120 s, 60 s agreed"


def test_main_without_a_receipt_is_late_after_a_quarter_of_an_hour() -> None:
    one, other = two.joined()
    one.say()
    one.out = []
    minutes(one, other, 14, heard=True)
    assert levels(one) == []
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late"]
    minutes(one, other, 15, heard=True)
    assert levels(one) == ["late", "silent"]


def test_a_peer_that_is_not_heard_is_late_and_silent_although_nothing_waits() -> None:
    one, other = two.joined()
    minutes(one, other, 2, heard=False)
    assert levels(one) == ["late", "silent"]
    minutes(one, other, 1, heard=True)
    assert levels(one) == ["late", "silent", "live"]


def test_a_receipt_that_comes_makes_it_live() -> None:
    one, other = two.joined()
    one.say("urgent")
    one.out = []
    minutes(one, other, 2, heard=True)
    one.world.pass_ms(60_000)
    one.tick()
    two.deliver(one, other)
    assert levels(one) == ["late", "silent", "live"] and one.state.receipts[origin(A, "urgent")] == 1


def test_a_withheld_receipt_is_late_whatever_else_is_said() -> None:
    one, other = two.joined()
    one.say("urgent")
    one.out = []
    other.say("urgent")  # it speaks, and never says that it has mine
    minutes(one, other, 2, heard=True)
    assert levels(one)[-1] == "silent"


def test_after_a_restart_the_earlier_reading_counts() -> None:
    one, other = two.joined()
    one.say("urgent")
    one.out = []
    one.world.pass_ms(50_000)
    one.start()
    two.deliver(one, other)
    one.world.signed.clear()
    other.out, one.out = [], []
    assert one.state.receipts[origin(A, "urgent")] == 1
    one.say("urgent")
    one.out = []
    one.world.pass_ms(57_000)
    one.start()
    assert levels(one) == ["late"], "the wall clock says 60 s, the start was now"


def test_after_a_restart_with_the_clock_set_back_it_counts_from_the_start() -> None:
    one, other = two.joined()
    one.say("urgent")
    one.out = []
    one.skew_ms = -3_600_000
    one.start()
    assert max(health.waits(one.state), key=lambda wait: wait.elapsed_ms).elapsed_ms == 0
    assert other.size(origin(A, "urgent")) == 0


def test_the_agreement_sets_the_times() -> None:
    terms = Terms(urgent_ms=5_000, main_ms=7_000, heartbeat_ms=100)
    assert (terms.receipt_ms("urgent"), terms.receipt_ms("main")) == (5_000, 7_000)
    one, _ = two.joined(terms)
    assert [each.allowed_ms for each in health.waits(one.state)] == [300]
    one.say()
    one.say("urgent")
    assert sorted(each.allowed_ms for each in health.waits(one.state)) == [300, 5_000, 7_000]


def test_each_table_is_whole() -> None:
    assert set(health.TABLE) == {(a, b) for a in health.LEVELS for b in health.SIGNALS}
    assert set(restore.TABLE) == {(a, b) for a in restore.STAGES for b in restore.SIGNALS}
    assert set(health.LEVELS) == set(get_args(Level)) and set(restore.STAGES) == set(get_args(Stage))
    assert not any(
        restore.TABLE["regaining", signal] in ("asking", "waived") for signal in restore.SIGNALS
    ), "from there, only what is missing leads on"


def test_both_sides_of_a_line_agree_who_is_who() -> None:
    one, other = two.joined()
    assert (one.state.peer, other.state.peer) == (B.name, A.name)
