"""A peer, or a relay, that does its worst: nothing stalls, nothing grows without end, nobody is misled."""

from __future__ import annotations

import copy

import pytest

from tests.ledger.two import A, B, origin, seed
from tests.line import two
from tests.line.forge import Author
from tests.line.two import Node, codes, of
from wideberth.errors import Refused
from wideberth.ledger import epoch
from wideberth.ledger.epoch import Epoch
from wideberth.line import take, talk
from wideberth.line.messages import CHECK, Admitted, Alarm, NewEpoch, NotTold, PrekeyChanged, Shown

MAIN, URGENT = origin(A), origin(A, "urgent")


def receiver() -> tuple[Author, Node]:
    one, other = two.joined()
    return Author(one.state.talk.session), other


@pytest.mark.parametrize("false_first", [True, False])
def test_two_leaves_for_one_place_under_one_checkpoint_do_not_stall_the_feed(false_first: bool) -> None:
    author, node = receiver()
    node.at_once = False
    node.receive(author.say())
    made = [author.say() for _ in range(2)]
    true, last = (each._replace(checkpoint=made[1].checkpoint) for each in made)
    liar = Author(author.session, word="lie")
    liar.say()
    false = liar.say()._replace(checkpoint=last.checkpoint)
    for each in (false, true, last) if false_first else (true, false, last):
        assert node.receive(each) == [], "the first one is being committed"
    node.at_once = True
    node.commit()
    # what is not confirmed is said again
    effects = [each for content in (true, last) for each in node.receive(content)]
    assert node.size(MAIN) == 3, codes(node.effects)
    assert len(of(effects, Alarm)) == 0


def test_a_check_that_is_held_is_not_shown_again_when_a_recording_of_it_is_played() -> None:
    one, other = two.joined()
    one.say("urgent", of_type=CHECK)
    recorded = [each for each in one.out if each.leaf]
    two.deliver(one, other)
    other.start()
    effects = [each for content in recorded for each in other.receive(content)]
    assert of(effects, Shown) == []


def test_a_clock_that_jumped_is_told_even_where_the_same_event_is_refused() -> None:
    one, _other = two.joined()
    one.skew_ms += 60_000
    with pytest.raises(Refused):
        one.do(Admitted(one.now, origin(B, epoch=1)))
    one.tick()
    assert [each.code for each in one.alarms] == ["line.clock"]


def test_a_recording_of_what_was_lost_unseen_freezes_nothing() -> None:
    one, other = two.joined()
    backup = copy.deepcopy(one.disk)
    one.say("urgent")
    one.world.pass_ms(30_000)
    one.tick()
    recorded, one.out = one.out, []  # nothing of it arrives
    assert any(not each.leaf for each in recorded)
    one.world.signed.clear()  # it is lost, and was not seen
    two.lose(one, backup)
    two.settle(one, other)
    one.say("urgent", "said instead")
    two.settle(one, other)
    assert other.size(URGENT) == 1
    other.start()
    for content in recorded:
        other.receive(content)
    assert [each.code for each in other.alarms if each.frozen] == []
    two.settle(one, other)
    one.say("urgent", "goes on")
    two.settle(one, other)
    assert other.size(URGENT) == 2 and two.same(one, other)


def test_a_feed_that_is_given_up_and_frozen_keeps_no_line_silent() -> None:
    one, other = two.joined()
    backup = copy.deepcopy(one.disk)
    one.say()
    two.deliver(one, other)
    one.world.signed.clear()
    two.lose(one, backup)
    one.out = []
    one.waive()
    one.say(words="another history")
    two.settle(one, other)
    assert "line.forked" in [each.code for each in one.alarms]
    held = Epoch(origin(A, epoch=1), 1, other.state.feeds[MAIN].root(1))
    one.do(NewEpoch(one.now, "main", epoch.sign(held, seed(A.label)), seed("salt")[:16]))
    two.settle(one, other)
    other.do(Admitted(other.now, origin(A, epoch=1)))
    two.settle(one, other)
    one.say(words="goes on")
    two.settle(one, other)
    assert other.size(origin(A, epoch=1)) == 2
    for _ in range(100):
        one.world.pass_ms(20_000)
        one.tick()
        other.tick()
        two.deliver(one, other)
    assert one.state.level == "live"


def starts(one: Node, other: Node, number: int) -> None:
    """The peer starts so often, signs a status in each start, and says that it has lost its own feed."""
    for _ in range(number):
        one.start(takes_ms=1)
        one.state.goal[MAIN] = 10
        one.do(PrekeyChanged(one.now, 1, bytes(16)))  # it tells
        two.deliver(one, other)


def test_a_peer_that_starts_for_ever_fills_neither_memory_nor_the_officers_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(talk, "STARTS", 20)
    one, other = two.joined()
    one.say()
    two.deliver(one, other)
    starts(one, other, 60)
    assert len(other.state.talk.met) == 20
    told = [each for each in other.alarms if each.code == "line.rolled_back"]
    assert 1 < len(told) <= talk.AGAIN + 1
    one.world.pass_ms(talk.AGAIN_MS)
    starts(one, other, 1)
    assert len([each for each in other.alarms if each.code == "line.rolled_back"]) == len(told) + 1


def test_check_for_ever_in_a_frozen_feed_is_shown_so_often_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(take, "SHOWN", 60)
    author, node = receiver()
    node.state.frozen.add(URGENT)
    hostile = Author(author.session, "urgent")
    effects = []
    for _ in range(200):
        effects += node.receive(hostile.say(CHECK))
    assert len(of(effects, Shown)) == node.state.terms.floor
    assert len(node.state.shown) == node.state.terms.floor
    assert codes(effects).count("line.credit") == 200 - node.state.terms.floor
    node.world.pass_ms(60_000)
    assert len(of(node.receive(hostile.say(CHECK)), Shown)) == 1
    assert len(node.state.shown) == take.SHOWN


def test_where_another_machine_goes_on_not_even_check_is_signed() -> None:
    one, _ = two.joined()
    one.state.away.add(URGENT)
    assert [each.why for each in of(one.say("urgent", of_type=CHECK), NotTold)] == ["forked"]
