"""Holds and talks of three parties: the same bytes on each line, and completed where one lacks them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.story.desks import START, circle, given
from tests.story.test_desks_three import three
from tests.story.whole import Place
from wideberth.desk import hold_entries
from wideberth.desk.hold_entries import Lifted, Put
from wideberth.ledger import approval
from wideberth.ledger.approval import Approval
from wideberth.model.hold import Hold, Talks
from wideberth.model.talks import Invitation
from wideberth.node.hold_views import HoldView
from wideberth.node.node import Node

TALKS = Talks("t-" + "a" * 26)


def bodies(node: Node, of_type: str) -> list[bytes]:
    """What stands on its lines, of a type."""
    return [
        each.entry.body
        for line in node.all_lines()
        for each in line.state.order.placed
        if each.entry.header.type == of_type
    ]


def signed(place: Place, view: HoldView) -> tuple[Approval, ...]:
    subject = hold_entries.subject(view.lift_text.encode())
    return tuple(approval.sign(subject, place.officer(n)) for n in range(2))


def test_a_stand_down_is_told_to_all_with_the_same_bytes_and_lifted_with_all(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        [plan] = north.desk.submit([given(circle(33.0, 34.0, START))])
        view = north.room.holds.put(Hold("", (north.party,), 0, TALKS))
        found.settle(3)
        assert len(view.lines) == 2 and len(set(bodies(north, Put.TYPE))) == 1
        assert view.hold in north.desk.plan(plan.plan).holds[0]
        for node in (south, west):
            [shown] = node.room.holds.all()
            assert (shown.hold, shown.phase, shown.lift_text) == (view.hold, "in force", view.lift_text)
        given_in = [approval.write(each) for each in signed(found.places[0], view)]
        north.room.holds.lift(view.hold, given_in)
        found.settle(3)
        assert len(set(bodies(north, Lifted.TYPE))) == 1
        for node in found.nodes:
            assert node.room.holds.one(view.hold).phase == "lifted"
        assert north.desk.plan(plan.plan).holds == ()


def test_a_hold_is_told_only_to_whom_it_names(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        north.room.holds.put(Hold("", (north.party, south.party), 0, TALKS))
        found.settle(3)
        assert len(south.room.holds.all()) == 1 and west.room.holds.all() == []


def test_what_was_cut_off_between_two_lines_is_completed(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        hold = Hold(hold_entries.new_id(bytes(16)), (north.party,), 0, TALKS)
        first, second = north.all_lines()
        north.say(first.id, "urgent", Put.TYPE, 1, hold_entries.write(Put(hold)))
        found.settle(3)
        assert len(set(bodies(north, Put.TYPE))) == 1 and len(bodies(north, Put.TYPE)) == 2
        view = north.room.holds.one(hold.id)
        said = Lifted(hold.id, signed(found.places[0], view))
        north.say(second.id, "urgent", said.TYPE, 1, hold_entries.write(said))
        found.settle(3)
        for node in (north, south, west):
            assert node.room.holds.one(hold.id).phase == "lifted"
        assert len(bodies(north, Lifted.TYPE)) == 2


def test_talks_of_three_stand_between_each_and_who_invited(tmp_path: Path) -> None:
    with three(tmp_path) as found:
        north, south, west = found.nodes
        parties = tuple(node.party for node in found.nodes)
        view = north.room.talks.propose(Invitation("", 1, "Hours of three", ("hours",), START, parties))
        found.settle(3)
        for node in (south, west):
            node.room.talks.answer(view.talks, "attend")
        found.settle(3)
        north.room.talks.attend(view.talks, ("commander",))
        north.room.talks.minute(view.talks, "Hours were agreed.")
        found.settle(3)
        sha256 = hashlib.sha256(b"Hours were agreed.").digest()
        for node in (north, south):
            node.room.talks.sign(view.talks, sha256)
        found.settle(3)
        stand = {each.label: each.phase for each in north.room.talks.one(view.talks).lines}
        assert stand == {"south": "signed", "west": "minuted"}
        # a hold waits for all with whom they are held
        put = north.room.holds.put(Hold("", (north.party,), 0, Talks(view.talks)))
        assert not put.until.met
        west.room.talks.sign(view.talks, sha256)
        found.settle(3)
        assert north.room.holds.one(put.hold).until.met
        assert len(set(bodies(north, "talks.minutes"))) == 1
