"""Starts, losses and old backups: what a node does before it signs (LINE 15)."""

from __future__ import annotations

import copy

from tests.ledger.two import A, B, origin
from tests.line import two
from tests.line.forge import Author
from tests.line.two import Disk, Node, codes, lose, of, same, spoken, stage
from wideberth.ledger import canonical, ids, note
from wideberth.ledger.seal import Content
from wideberth.line import status as statuses
from wideberth.line.messages import (
    CHECK,
    Alarm,
    CreditReturned,
    Lost,
    NotTold,
    PapersChanged,
    Send,
)
from wideberth.line.terms import Terms

MAIN, URGENT = origin(A), origin(A, "urgent")


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


def test_what_ones_own_tail_had_folded_is_got_back_before_anything_is_signed() -> None:
    one, other = two.joined()
    backup = copy.deepcopy(one.disk)
    other.say()
    for each in other.out:
        one.receive(each)
    other.out, one.out = [], []  # its receipt is lost
    one.say()
    for each in one.out:
        if each.leaf:
            other.receive(each)
    one.out = other.out = []
    lose(one, backup)
    for _ in range(6):  # all but the peer's own entry arrives
        for here, there in ((one, other), (other, one)):
            going, here.out = [each for each in here.out if b'"said":"south' not in each.body], []
            for each in going:
                there.receive(each)
    assert one.size(MAIN) == 1 and stage(one) == "regaining" and one.state.goal[origin(B)] == 1
    two.settle(one, other)
    assert stage(one) == "whole" and same(one, other)


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


def test_a_revocation_does_not_come_back_without_its_body() -> None:
    one, other = two.joined()
    one.say(of_type="paper")
    two.deliver(one, other)
    place = (MAIN.text, 0)
    other.disk.entries[place] = other.disk.entries[place]._replace(salt=b"", body=b"")
    other.start()
    two.deliver(one, other)
    lose(one, Disk())
    two.deliver(one, other)
    assert stage(one) == "regaining" and "ledger.commitment" in codes(one.effects)


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


def test_what_is_sent_again_to_such_a_peer_goes_until_it_arrives() -> None:
    one, other = spoken(2)
    lose(other, Disk())
    again = []
    for _ in range(6):  # the statuses arrive, the entries do not
        for here, there in ((one, other), (other, one)):
            again += [each for each in here.out if each.leaf]
            going, here.out = [each for each in here.out if not each.leaf], []
            for each in going:
                there.receive(each)
        other.world.pass_ms(100)
        other.state.talk.tell = True
        other.tick()
    assert other.size(MAIN) == 0 and len(again) == 3 * 4, "not each time that it says what it holds"
    two.settle(one, other)
    assert stage(other) == "whole" and same(one, other)


def test_an_older_status_of_the_same_start_changes_nothing() -> None:
    one, other = spoken(1)
    said = [each.content for each in other.effects if isinstance(each, Send) and not each.content.leaf]
    for each in said:
        assert codes(one.receive(each)) == ["line.old_status"]
    assert one.alarms == [] and one.state.outbox[MAIN].acked == 1


def test_what_waited_of_an_earlier_start_is_forgotten() -> None:
    one, other = spoken(1)
    backup = copy.deepcopy(one.disk)
    one.say(words="lost on the way")
    one.out = []
    one.say(words="waits for the other one")
    two.deliver(one, other)
    assert list(other.state.feeds[MAIN].waiting) == [2]
    lose(one, backup)
    one.world.signed.clear()
    two.deliver(one, other)
    one.say(words="in its place")
    two.deliver(one, other)
    assert same(one, other) and other.alarms == []


def test_what_was_never_cosigned_is_not_waited_for() -> None:
    one, other = two.joined()
    one.say()
    one.out = []
    other.start()
    for _ in range(3):
        for here, there in ((one, other), (other, one)):
            going, here.out = [each for each in here.out if not each.leaf], []
            for each in going:
                there.receive(each)
    assert stage(other) == "whole" and other.state.goal == {} and other.size(MAIN) == 0


def test_after_a_start_what_was_confirmed_is_not_sent_again() -> None:
    one, _ = spoken(2)
    one.start()
    one.out = []
    one.waive()
    assert [each for each in one.out if each.leaf] == []


def test_an_older_start_that_is_heard_late_is_not_taken_for_the_present_one() -> None:
    one, other = spoken(1)
    backup = copy.deepcopy(other.disk)
    other.say(words="lost")
    other.world.pass_ms(20_000)
    other.tick()
    late, other.out = other.out, []
    one.start()
    two.deliver(one, other)
    other.world.pass_ms(20_000)
    other.tick()
    late, other.out = [*late, *other.out], []
    lose(other, backup)
    other.world.signed.clear()
    going, other.out = other.out, []
    for each in going:
        one.receive(each)
    for each in late:
        one.receive(each)
    assert one.size(origin(B)) == 1
    two.settle(one, other)
    other.say(words="in its place")
    two.settle(one, other)
    assert same(one, other) and one.state.frozen == set()


def test_two_that_listen_to_starts_that_are_over_find_each_other() -> None:
    one, other = spoken(1)
    stale = []
    for node in (one, other):
        node.start()
        stale.append(node.out)
        node.start()
        node.out = []
    two.settle(one, other)
    for node, old in ((other, stale[0]), (one, stale[1])):
        for each in old:
            node.receive(each)
        assert node.state.talk.trusted is None
    one.out = other.out = []
    one.say()
    two.settle(one, other)
    assert same(one, other) and one.size(MAIN) == 2


def test_who_is_not_answered_speaks_up_at_once() -> None:
    one, other = spoken(1)
    one.start()
    stale, one.out = one.out, []
    one.start()
    two.deliver(one, other)
    one.world.pass_ms(2_000)
    for each in stale:
        other.receive(each)
    assert other.state.talk.trusted is None
    two.deliver(one, other)
    assert other.state.talk.trusted == one.state.talk.session


def test_what_is_asked_for_again_and_again_goes_once_in_a_while() -> None:
    one, other = spoken(1)
    one.say()
    one.world.pass_ms(2_000)
    one.out = []
    asked = two.said([e.content for e in other.effects if isinstance(e, Send) and not e.content.leaf][-1])
    asked["want"] = {MAIN.text: 1}
    found = []
    for ms in (0, 0, 1_999, 1):
        one.world.pass_ms(ms)
        one.receive(resigned(other, asked))
        found.append(len([each for each in one.out if each.leaf]))
        one.out = []
    assert found == [1, 0, 0, 1]


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


def test_a_waiver_is_for_signing_and_nothing_is_taken_by_it() -> None:
    one, other = two.pair()
    one.out, other.out = [], []
    for node in (one, other):
        node.waive()
    one.say()
    (sent,) = [each for each in one.out if each.leaf]
    assert codes(other.receive(sent)) == ["line.session"]
    two.settle(one, other)
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
