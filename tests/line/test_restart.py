"""Starts, losses and old backups: what a node does before it signs (LINE 15)."""

from __future__ import annotations

import copy

import pytest

from tests.ledger.two import LINE, A, B, origin, seed
from tests.line import two
from tests.line.forge import Author
from tests.line.two import Disk, Node, arrived, codes, of
from wideberth.errors import Invalid, NotTrusted, Refused, Stale
from wideberth.ledger import canonical, checkpoint, epoch, ids, note, order
from wideberth.ledger.epoch import Epoch
from wideberth.ledger.ids import Kind
from wideberth.ledger.seal import Content
from wideberth.line import status as statuses
from wideberth.line.messages import (
    CHECK,
    Admitted,
    Alarm,
    CreditReturned,
    Effect,
    Lost,
    NewEpoch,
    NotTold,
    Order,
    PapersChanged,
    Send,
    Shown,
    Started,
)
from wideberth.line.state import Terms

MAIN, URGENT = origin(A), origin(A, "urgent")


def spoken(entries: int = 3, terms: Terms | None = None) -> tuple[Node, Node]:
    """Two nodes, and so many entries of each in both feeds, delivered both ways."""
    one, other = two.joined(terms)
    for _ in range(entries):
        for node in (one, other):
            node.say()
            node.say("urgent")
        two.deliver(one, other)
    one.world.pass_ms(5_000)
    return one, other


def lose(node: Node, backup: Disk) -> list[Effect]:
    node.disk = copy.deepcopy(backup)
    return node.start()


def stage(node: Node) -> str:
    return node.state.stage


def same(one: Node, other: Node) -> bool:
    return (
        one.disk.leaves() == other.disk.leaves()
        and [each.entry for each in one.placed] == [each.entry for each in other.placed]
        and len(one.placed) == len(one.disk.entries)
    )


def test_after_a_start_nothing_is_signed_until_the_peer_has_shown_its_heads() -> None:
    one, other = spoken()
    one.start()
    assert [each.why for each in of(one.say(), NotTold)] == ["restore"]
    (status,) = [each for each in one.out if not each.leaf]
    text = two.said(status)["receipts"][origin(B).text]
    assert len(note.parse(text.encode()).signatures) == 1, "not cosigned"
    effects = len(one.effects)
    two.deliver(one, other)
    assert [each.kind for each in of(one.effects[effects:], CreditReturned)] == ["main"]
    assert stage(one) == "whole" and codes(one.effects[effects:]) == []
    one.say()
    two.deliver(one, other)
    assert same(one, other)


def test_an_old_status_opens_nothing() -> None:
    one, other = spoken()
    said = [each for each in other.effects if isinstance(each, Send) and not each.content.leaf]
    one.start()
    for each in said:
        one.receive(each.content)
    assert stage(one) == "asking" and one.state.talk.trusted is None


def test_own_tail_and_all_that_was_cosigned_is_got_back() -> None:
    one, other = spoken(1)
    backup = copy.deepcopy(one.disk)
    for _ in range(4):
        one.say()
        one.say("urgent")
        other.say()
    two.deliver(one, other)
    one.world.pass_ms(5_000)
    assert codes(lose(one, backup)) == []
    assert of(one.say(), NotTold)
    two.deliver(one, other)
    assert stage(one) == "whole" and same(one, other)
    assert (
        two.said([e.content for e in one.effects if isinstance(e, Send) and not e.content.leaf][-1])["want"]
        == {}
    )
    assert [each.code for each in one.alarms] == []
    assert {each.code for each in other.alarms} == {"line.rolled_back"}
    one.say()
    two.deliver(one, other)
    assert same(one, other)


def test_while_it_is_got_back_it_is_said_and_nothing_is_signed() -> None:
    one, other = spoken(1)
    empty = Disk()
    lose(one, empty)
    going, one.out = one.out, []
    for each in going:
        other.receive(each)
    statuses = [each for each in other.out if not each.leaf]
    other.out = []
    for each in statuses:
        one.receive(each)
    assert stage(one) == "regaining"
    assert [each.why for each in of(one.say(), NotTold)] == ["restore"]
    assert [each.why for each in of(one.say("urgent", of_type=CHECK), NotTold)] == ["restore"]
    assert one.waive() == [] and stage(one) == "regaining"
    status = two.said([each for each in one.out if not each.leaf][-1])
    assert status["restored"] is True and status["want"][MAIN.text] == 0
    two.deliver(one, other)
    assert stage(one) == "whole" and same(one, other)


def test_check_goes_where_only_the_peers_entries_are_missing() -> None:
    one, other = spoken(1)
    lost = [origin(B).text, origin(B, "urgent").text]
    backup = copy.deepcopy(one.disk)
    for name in lost:
        del backup.heads[name]
        backup.entries = {place: each for place, each in backup.entries.items() if place[0] != name}
        backup.notes = {place: each for place, each in backup.notes.items() if place[0] != name}
    lose(one, backup)
    going, one.out = one.out, []
    for each in going:
        other.receive(each)
    statuses, other.out = [each for each in other.out if not each.leaf], []
    for each in statuses:
        one.receive(each)
    assert stage(one) == "regaining"
    assert of(one.say("urgent"), NotTold)
    assert of(one.say("urgent", of_type=CHECK), NotTold) == []
    two.settle(one, other)
    assert same(one, other)


def test_history_comes_back_without_the_bodies_that_were_dropped_and_is_in_order() -> None:
    one, other = spoken(2)
    for place, item in other.disk.entries.items():
        if place[1] == 0:
            other.disk.entries[place] = item._replace(salt=b"", body=b"")
    other.start()
    two.deliver(one, other)
    lose(one, Disk())
    two.deliver(one, other)
    assert stage(one) == "whole" and same(one, other)
    assert one.disk.entries[MAIN.text, 0].dropped and not one.disk.entries[MAIN.text, 1].dropped


def test_a_peer_with_smaller_heads_gets_it_all_again_and_it_is_told_with_the_proof() -> None:
    one, other = spoken(3)
    lose(other, Disk())
    two.deliver(one, other)
    assert stage(other) == "whole" and same(one, other)
    alarms = [each for each in one.alarms if MAIN.text in each.words]
    assert [each.code for each in alarms] == ["line.rolled_back"]
    cosigned, status = alarms[0].proof
    assert len(note.parse(cosigned).signatures) == 2 and b"wideberth/status/v1" in status
    one.alarms.clear()
    lose(other, Disk())
    two.deliver(one, other)
    assert {each.code for each in one.alarms} == {"line.rolled_back"}, "each time"


def test_a_planned_move_raises_no_alarm() -> None:
    one, other = spoken(3)
    one.disk = copy.deepcopy(one.disk)
    one.start()
    two.deliver(one, other)
    assert stage(one) == stage(other) == "whole"
    assert one.alarms == other.alarms == []


def test_both_restored_serve_each_other() -> None:
    one, other = spoken(2)
    kept = copy.deepcopy(one.disk), copy.deepcopy(other.disk)
    for node in (one, other):
        for kind in ids.KINDS:
            name = node.origin(kind).text
            del node.disk.heads[name]
            node.disk.entries = {p: e for p, e in node.disk.entries.items() if p[0] != name}
            node.disk.notes = {p: e for p, e in node.disk.notes.items() if p[0] != name}
        node.start()
    two.settle(one, other)
    assert stage(one) == stage(other) == "whole"
    assert one.disk.leaves() == kept[0].leaves() and same(one, other)


def test_what_was_lost_for_good_is_told_and_made_up_for() -> None:
    one, other = two.joined()
    backup = copy.deepcopy(one.disk)
    one.say()
    one.say("urgent")
    for each in one.out:  # the main entry, which the urgent one has folded, never arrives
        if each.leaf and b"urgent/0" in each.leaf.split(b'"origin":')[1]:
            other.receive(each)
    one.out = []
    one.world.pass_ms(5_000)
    lose(one, backup)
    one.world.signed.clear()
    two.deliver(one, other)
    assert [(each.origin, each.entries) for each in of(one.effects, Lost)] == [(MAIN, 1)]
    assert one.size(URGENT) == 1 and one.placed == []
    one.say("urgent")
    one.say()
    two.deliver(one, other)
    assert same(one, other) and len(one.placed) == 3


def test_two_statuses_that_cross_with_old_ones_still_join() -> None:
    one, other = spoken(1)
    old = [each.content for each in one.effects if isinstance(each, Send)]
    one.start()
    for each in (*old, *one.out, *old):
        other.receive(each)
    one.out = []
    two.settle(one, other)
    assert stage(one) == "whole" and same(one, other)


def test_a_start_with_its_clock_set_back_is_answered_all_the_same() -> None:
    one, other = spoken(1)
    one.skew_ms = -86_400_000
    one.start()
    two.settle(one, other)
    assert stage(one) == "whole" and not one.state.clock.steady


def test_nothing_of_an_earlier_start_is_taken_once_the_new_one_is_answered() -> None:
    one, other = spoken(1)
    backup = copy.deepcopy(one.disk)
    one.say(words="lost")
    lost, one.out = one.out, []
    lose(one, backup)
    one.world.signed.clear()
    two.deliver(one, other)
    one.say(words="new")
    for each in lost:
        assert codes(other.receive(each)) == ["line.session"]
    two.deliver(one, other)
    assert same(one, other) and other.alarms == []


def test_a_new_start_is_answered_only_when_nothing_earlier_is_under_way() -> None:
    one, other = spoken(1)
    other.at_once = False
    backup = copy.deepcopy(one.disk)
    one.say(words="lost but for the peer's disk")
    for each in one.out:
        other.receive(each)
    one.out = []
    lose(one, backup)
    two.deliver(one, other)
    assert stage(one) == "asking"
    while other.commits:
        other.commit()
    other.at_once = True
    two.deliver(one, other)
    assert stage(one) == "whole" and same(one, other)


def test_where_nothing_comes_back_an_officers_word_is_enough_for_both_ways() -> None:
    one, other = two.pair()
    one.out, other.out = [], []
    for node in (one, other):
        node.waive()
    one.say()
    for each in one.out:
        other.receive(each)
    assert other.size(MAIN) == 1


def test_one_way_entries_go_and_are_taken_without_an_answer() -> None:
    one, other = two.pair(Terms(one_way=True))
    one.waive()
    one.say()
    for each in one.out:
        other.receive(each)
    assert other.size(MAIN) == 1 and stage(other) == "asking"


def test_own_histories_that_differ_close_the_feed() -> None:
    one, other = spoken(1)
    forged = Author(b"", word="by somebody with my key")
    forged.say()
    status = two.said([e.content for e in other.effects if isinstance(e, Send) and not e.content.leaf][-1])
    status["receipts"] = {**status["receipts"], MAIN.text: forged.note().decode()}
    effects = one.receive(resigned(other, status))
    (alarm,) = of(effects, Alarm)
    assert (alarm.code, alarm.frozen) == ("line.forked", MAIN) and len(alarm.proof) == 2
    assert [each.why for each in of(one.say(), NotTold)] == ["forked"]
    assert of(one.say("urgent"), NotTold) == []


def resigned(node: Node, status: dict[str, object]) -> Content:
    status["counter"] = int(str(status["counter"])) + 1
    text = f"{statuses.HEADING}\n{canonical.write(status).decode()}\n"  # type: ignore[arg-type]  # JSON
    data = note.write(note.sign(text, node.origin().text, node.party.seed("log")))
    return Content(b"", b"", b"", data, node.state.talk.session)


def test_heads_and_receipts_of_the_wrong_feeds_make_a_status_worthless() -> None:
    one, other = spoken(1)
    good = two.said([e.content for e in other.effects if isinstance(e, Send) and not e.content.leaf][-1])
    for change in ({"heads": good["receipts"]}, {"receipts": good["heads"]}):
        assert codes(one.receive(resigned(other, {**good, **change}))) == ["line.misplaced"]
    assert codes(one.receive(resigned(other, dict(good)))) == []


def test_heads_that_differ_from_what_is_held_are_an_equivocation() -> None:
    one, other = spoken(1)
    forged = Author(b"", party=B, word="another")
    forged.say()
    status = two.said([e.content for e in other.effects if isinstance(e, Send) and not e.content.leaf][-1])
    status["heads"] = {origin(B).text: forged.note().decode()}
    effects = one.receive(resigned(other, status))
    assert [each.code for each in of(effects, Alarm)] == ["line.equivocation"]
    assert one.receive(resigned(other, status)) == [], "and told once"


def test_credit_never_falls_and_is_for_own_feeds_only() -> None:
    one, other = spoken(1)
    before = dict(one.state.credit)
    good = two.said([e.content for e in other.effects if isinstance(e, Send) and not e.content.leaf][-1])
    credit = {MAIN.text: 0, URGENT.text: 5_000, origin(B).text: 7}
    assert codes(one.receive(resigned(other, {**good, "credit": credit}))) == []
    assert one.state.credit == {**before, URGENT: 5_000}


def test_a_receipt_of_a_stranger_or_a_revoked_key_does_not_count() -> None:
    one, other = spoken(1)
    one.say()
    one.do(PapersChanged(one.now, B.name, two.papers(B, {B.key("cosign"): {}})))
    two.deliver(one, other)
    assert other.size(MAIN) == 2 and one.state.receipts[MAIN] == 1


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
