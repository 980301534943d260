"""A new epoch, and going on from a snapshot (LINE 15, 17)."""

from __future__ import annotations

import pytest

from tests.ledger.two import LINE, A, B, origin, seed
from tests.line import two
from tests.line.forge import Author
from tests.line.two import Disk, Node, arrived, codes, lose, of, same, spoken, stage
from wideberth.errors import Invalid, NotTrusted, Refused, Stale
from wideberth.ledger import checkpoint, epoch, note, order
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.ids import Kind
from wideberth.line.messages import (
    CHECK,
    Admitted,
    Effect,
    NewEpoch,
    Order,
    Shown,
    Started,
)

MAIN, URGENT = origin(A), origin(A, "urgent")


# a new epoch


def statement(node: Node, kind: Kind = "main", *, epoch_number: int = 1, size: int | None = None) -> bytes:
    """What the identity key signs: the newest checkpoint of the former epoch that the peer cosigned."""
    former = node.state.feeds[origin(node.party, kind, epoch_number - 1)]
    known = node.state.receipts[former.origin] if size is None else size
    new = Epoch(origin(node.party, kind, epoch_number), known, former.root(known))
    return epoch.sign(new, seed(node.party.label))


def begin(node: Node, note_: bytes, kind: Kind = "main") -> list[Effect]:
    return list(node.do(NewEpoch(node.now, kind, note_, seed("salt")[:16])))


def test_a_new_epoch_waits_for_an_officer_of_the_peer() -> None:
    one, other = spoken(2)
    begin(one, statement(one))
    new = origin(A, epoch=1)
    one.say()
    assert one.size(new) == 2
    two.deliver(one, other)
    assert [(each.code, each.frozen) for each in other.alarms] == [("line.new_epoch", None)]
    assert other.size(new) == 0
    effects = other.do(Admitted(other.now, new))
    assert [each.header.type for each in arrived(effects)] == ["epoch"]
    two.settle(one, other)
    assert other.size(new) == 2 and same(one, other)
    assert one.state.newest(A.name, "main").origin == new
    one.start()
    two.deliver(one, other)
    assert one.state.newest(A.name, "main").origin == new and stage(one) == "whole"


def test_a_lost_epoch_comes_back_too() -> None:
    one, other = spoken(1)
    begin(one, statement(one))
    two.deliver(one, other)
    other.do(Admitted(other.now, origin(A, epoch=1)))
    two.settle(one, other)
    for node, peer in ((one, other), (other, one)):
        lose(node, Disk())
        two.settle(one, other)
        assert stage(node) == "whole" and same(one, other), peer.party.label
    assert one.size(origin(A, epoch=1)) == 1


def test_an_epoch_that_names_less_than_was_cosigned_is_not_asked_about() -> None:
    one, other = spoken(2)
    begin(one, statement(one, size=1))
    found = len(other.effects)
    two.deliver(one, other)
    assert "ledger.epoch_behind" in codes(other.effects[found:]) and other.alarms == []
    with pytest.raises(Refused) as refused:
        other.do(Admitted(other.now, origin(A, epoch=1)))
    assert refused.value.code == "line.no_epoch"


def test_an_epoch_that_is_overtaken_before_it_is_admitted_is_refused() -> None:
    one, other = spoken(1)
    one.say()
    late = [each for each in one.out if each.leaf]
    one.out = []
    begin(one, statement(one))
    two.deliver(one, other)
    for each in late:
        other.receive(each)
    with pytest.raises(Stale) as caught:
        other.do(Admitted(other.now, origin(A, epoch=1)))
    assert caught.value.code == "ledger.epoch_behind"


def test_only_the_next_epoch_is_begun_and_only_with_the_identity_key() -> None:
    one, _ = spoken(1)
    two_on = epoch.sign(Epoch(origin(A, epoch=2), 0, bytes(32)), seed(A.label))
    with pytest.raises(Invalid) as invalid:
        begin(one, two_on)
    assert invalid.value.code == "line.epoch"
    with pytest.raises(NotTrusted):
        begin(one, epoch.sign(Epoch(origin(A, epoch=1), 1, bytes(32)), seed("stranger")))
    assert one.state.newest(A.name, "main").origin == MAIN


def test_check_in_an_epoch_that_is_not_admitted_is_shown() -> None:
    one, other = spoken(1)
    begin(one, statement(one, "urgent"), "urgent")
    one.say("urgent", of_type=CHECK)
    two.deliver(one, other)
    assert [each.entry.header.type for each in of(other.effects, Shown)] == [CHECK]
    assert other.size(origin(A, "urgent", 1)) == 0


def test_other_entries_of_an_unknown_epoch_are_dropped() -> None:
    one, other = spoken(1)
    author = Author(one.state.talk.session, epoch=2)
    assert codes(other.receive(author.say())) == ["line.epoch_unknown"]
    author = Author(one.state.talk.session, epoch=1)
    author.say()
    assert codes(other.receive(author.say())) == ["line.epoch_unknown"]
    assert codes(other.receive(Author(one.state.talk.session, epoch=1).say())) == ["ledger.not_understood"]


# going on from a snapshot


def test_a_fold_goes_on_from_a_snapshot() -> None:
    one, other = spoken(3)
    whole = list(one.placed)
    at = order.stable(LINE, whole)
    start = order.beginning(whole[:at])
    held = one.disk.held()
    effects = one.do(Started(one.now, bytes(16), held, start=start))
    (found,) = of(effects, Order)
    assert list(found.placed) == whole[at:] and not found.overtaken
    two.deliver(one, other)
    one.say()
    assert one.state.feeds[MAIN].entries[-1].header.folded == {
        origin(B): 3,
        origin(B, "urgent"): 3,
        URGENT: 3,
    }


def test_a_snapshot_that_is_overtaken_is_told() -> None:
    one, other = two.joined()
    if one.party.identity > other.party.identity:
        one, other = other, one
    other.say()
    two.deliver(one, other)
    start = order.beginning(list(one.placed))
    held = one.disk.held()
    author = Author(other.state.talk.session, "urgent", party=other.party)
    # nothing folded, urgent: before the entry of the snapshot
    late = author.say()
    one.do(Started(one.now, seed("again")[:16], held, start=start))
    one.placed = []
    two.deliver(one, other)
    found = len(one.effects)
    one.receive(late)
    (told,) = of(one.effects[found:], Order)
    assert told.overtaken and told.kept == 0 and len(told.placed) == 2
    assert checkpoint.parse(note.parse(late.checkpoint).text).size == 1
