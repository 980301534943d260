"""What a party says, and what it may not yet (LINE 6, 8, 12, 15)."""

from __future__ import annotations

import pytest

from tests.ledger.two import A, B, origin
from tests.line import two
from tests.line.two import Node, of
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.line import say as saying
from wideberth.line.messages import (
    CHECK,
    Alarm,
    ClockConfirmed,
    Commit,
    CreditReturned,
    Effect,
    NotTold,
    PrekeyChanged,
    Say,
    Send,
    TermsChanged,
    Tick,
    Unsent,
)
from wideberth.line.status import PrekeyId
from wideberth.line.terms import Terms

MAIN, URGENT = origin(A), origin(A, "urgent")
SMALL = Terms(window=4, credit_main=3, credit_urgent=2, floor=3)


def why(node: Node, kind: str = "main", of_type: str = "test.said") -> list[str]:
    effects = node.say("urgent" if kind == "urgent" else "main", of_type=of_type)
    return [each.why for each in of(effects, NotTold)]


def headers(node: Node, kind: str = "main") -> list[body.Header]:
    feed = node.state.feeds[node.origin("urgent" if kind == "urgent" else "main")]
    return [each.header for each in feed.entries]


def test_saved_then_sent() -> None:
    one, _ = two.joined()
    one.at_once = False
    assert [type(each) for each in one.say()] == [Commit]
    assert one.out == [] and one.placed == []
    effects = one.commit()
    assert [each.content.leaf for each in of(effects, Send)] == [headers_leaf(one)]
    assert len(one.placed) == 1


def headers_leaf(node: Node) -> bytes:
    return node.state.feeds[node.origin()].entries[-1].leaf


def test_what_is_under_way_is_counted_on() -> None:
    one, other = two.joined()
    one.at_once = False
    one.say()
    one.say("urgent")
    one.say()
    for _ in range(3):
        one.commit()
    assert [each.folded for each in headers(one)] == [{}, {URGENT: 1}]
    assert [each.folded for each in headers(one, "urgent")] == [{MAIN: 1}]
    two.deliver(one, other)
    assert [each.disputed for each in other.placed] == [False] * 3


def test_folded_is_what_is_placed_not_what_is_held() -> None:
    one, other = two.joined()
    other.say()
    other.say("urgent")
    messages = [each for each in other.out if each.leaf]
    other.out = []
    for each in messages[1:]:  # the urgent one has folded the main one, which is not there
        one.receive(each)
    assert one.size(origin(B, "urgent")) == 1 and len(one.placed) == 0
    one.say()
    assert headers(one)[-1].folded == {}
    one.receive(messages[0])
    one.say()
    assert headers(one)[-1].folded == {origin(B): 1, origin(B, "urgent"): 1}


def test_time_never_goes_back_within_both_feeds() -> None:
    one, _ = two.joined()
    one.say("urgent")
    one.skew_ms = -3_000
    one.say()
    assert headers(one)[0].at_ms == headers(one, "urgent")[0].at_ms == two.WALL_MS


def test_what_cannot_be_written_changes_nothing() -> None:
    one, _ = two.joined()
    before = one.state.feeds[MAIN].written
    for event in (
        Say(one.now, "main", "NO TYPE", 1, {}, bytes(16)),
        Say(one.now, "main", "a", 1, {"x": 1.5}, bytes(16)),  # type: ignore[dict-item]  # what is refused
        Say(one.now, "main", "a", 1, {}, b""),
        Say(one.now, "urgent", "a", 1, {"x": "y" * 5000}, bytes(16)),
    ):
        with pytest.raises(Invalid):
            one.do(event)
    assert one.state.feeds[MAIN].written == before and one.commits == []
    waiting, _ = two.pair()
    with pytest.raises(Invalid):
        waiting.do(Say(one.now, "urgent", CHECK, 1, {}, b""))
    assert waiting.state.stage == "asking"
    one.say()
    assert one.size(MAIN) == 1


def test_nothing_is_signed_beyond_credit_and_it_is_said_when_credit_returns() -> None:
    one, other = two.joined(SMALL)
    assert [why(one) for _ in range(5)] == [[], [], [], ["credit"], ["credit"]]
    assert one.size(MAIN) == 3
    two.deliver(one, other)
    assert [each.kind for each in of(one.effects, CreditReturned)] == ["main"]
    assert why(one) == []


def test_urgent_keeps_a_floor_a_minute() -> None:
    one, _ = two.joined(SMALL)
    assert [why(one, "urgent") for _ in range(6)] == [[], [], [], [], [], ["credit"]]
    one.world.pass_ms(saying.MINUTE_MS - 1)
    assert of(one.tick(), CreditReturned) == []
    one.world.pass_ms(1)
    assert [each.kind for each in of(one.tick(), CreditReturned)] == ["urgent"]
    assert why(one, "urgent") == []


def test_main_has_no_floor() -> None:
    one, _ = two.joined(SMALL)
    for _ in range(3):
        why(one)
    one.world.pass_ms(saying.MINUTE_MS)
    assert of(one.tick(), CreditReturned) == [] and why(one) == ["credit"]


def test_check_needs_no_credit() -> None:
    one, _ = two.joined(SMALL)
    for _ in range(6):
        why(one, "urgent")
    assert why(one, "urgent", CHECK) == [] and one.size(URGENT) == 6


def test_urgent_goes_in_its_own_slot_and_first() -> None:
    one, _ = two.joined()
    one.say()
    one.say("urgent")
    one.world.pass_ms(60_000)
    assert [(each.slot, each.content.leaf != b"") for each in of(one.tick(), Send)] == [
        ("urgent", False),
        ("urgent", True),
        ("main", True),
    ]


def test_at_most_a_window_is_on_its_way_and_it_goes_again_ever_more_slowly() -> None:
    one, _ = two.joined(Terms(window=4))
    for _ in range(6):
        one.say()
    assert len([each for each in one.out if each.leaf]) == 4
    times = []
    for second in range(140):
        one.out = []
        one.world.pass_ms(1_000)
        one.tick()
        if any(each.leaf for each in one.out):
            assert len([each for each in one.out if each.leaf]) == 4
            times.append(second + 1)
    assert times == [2, 6, 14, 30, 62, 122]


def test_what_was_received_is_forgotten_and_the_next_goes() -> None:
    one, other = two.joined(Terms(window=4))
    for _ in range(6):
        one.say()
    two.deliver(one, other)
    assert other.size(MAIN) == 6 and one.state.receipts[MAIN] == 6
    one.world.pass_ms(600_000)
    assert [each for each in of(one.tick(), Send) if each.content.leaf] == []


@pytest.mark.parametrize("wall_ms", [5_100, -5_100, 100 * 365 * 86_400_000])
def test_a_clock_that_jumps_alarms_and_only_check_is_signed(wall_ms: int) -> None:
    one, other = two.joined()
    one.skew_ms = wall_ms
    assert [each.code for each in of(one.tick(), Alarm)] == ["line.clock"]
    assert of(one.tick(), Alarm) == []
    assert why(one) == why(one, "urgent") == ["clock"]
    assert why(one, "urgent", CHECK) == []
    assert headers(one, "urgent")[-1].at_ms == two.WALL_MS
    other.say()
    two.deliver(one, other)
    assert one.size(origin(B)) == 1 and other.state.receipts.get(origin(B), 0) == 0, "and cosigned nothing"
    effects = one.do(ClockConfirmed(one.now))
    assert sorted(each.kind for each in of(effects, CreditReturned)) == ["main", "urgent"]
    two.deliver(one, other)
    assert other.state.receipts[origin(B)] == 1
    assert why(one) == []


def test_a_clock_behind_ones_own_entries_alarms_at_the_start() -> None:
    one, other = two.joined()
    one.say()
    two.deliver(one, other)
    one.skew_ms = -10_000
    assert [each.code for each in of(one.start(), Alarm)] == ["line.clock"]
    two.deliver(one, other)
    assert why(one) == ["clock"]


def test_before_the_peer_has_answered_nothing_is_signed_but_check() -> None:
    one, _ = two.pair()
    assert why(one) == why(one, "urgent") == ["restore"]
    assert why(one, "urgent", CHECK) == [] and one.state.stage == "waived"
    assert why(one) == []


def test_an_officer_may_waive_it_within_the_credit_of_the_terms() -> None:
    one, _ = two.pair(SMALL)
    assert why(one) == ["restore"]
    assert [each.kind for each in of(one.waive(), CreditReturned)] == ["main"]
    assert [why(one) for _ in range(4)] == [[], [], [], ["credit"]]
    assert of(one.waive(), Send) == []


def test_what_is_not_told_occupies_no_place() -> None:
    one, _ = two.pair()
    effects = one.say()
    (told,) = of(effects, NotTold)
    assert told.said.type == "test.said" and of(effects, Commit) == [] and one.size(MAIN) == 0


def test_the_prekey_in_force_is_told() -> None:
    one, other = two.joined()
    one.do(PrekeyChanged(one.now, 2, bytes(16)))
    two.deliver(one, other)
    assert other.state.peer_prekey == PrekeyId(2, bytes(16))
    one.world.pass_ms(1_000)
    one.start()
    two.deliver(one, other)
    assert other.state.peer_prekey is None, "the node says it again after a start"


def leaves(effects: list[Effect]) -> list[bytes]:
    return [each.content.leaf for each in of(effects, Send)]


def test_what_a_transport_lost_goes_again_at_once_and_only_what_is_of_its_slot() -> None:
    one, other = two.joined()
    one.say()
    one.say("urgent")
    main, urgent = (one.state.feeds[each].entries[0].leaf for each in (MAIN, URGENT))
    assert leaves(one.do(Tick(one.now))) == []
    assert leaves(one.do(Unsent(one.now, "main"))) == [main]
    # what was taken with it may have been a status
    assert leaves(one.do(Unsent(one.now, "urgent"))) == [b"", urgent]
    two.deliver(one, other)
    assert leaves(one.do(Unsent(one.now, "main"))) == []


def test_other_terms_count_from_now_on() -> None:
    one, _ = two.joined()
    one.world.pass_ms(5_000)
    assert leaves(one.tick()) == []
    one.do(TermsChanged(one.now, Terms(heartbeat_ms=4_000)))
    assert leaves(one.tick()) == [b""]


def test_seeds_are_not_printed() -> None:
    assert repr(two.seeds(A)) == "Seeds()"
