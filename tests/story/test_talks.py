"""Talks between two whole nodes, from the invitation to minutes, and the hold that waits for them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from msgspec import structs

from tests.story import desks, whole
from tests.story.desks import START, circle, given
from tests.story.test_holds import approvals, hold, phase, put, refused
from tests.story.whole import Two
from wideberth.errors import WideberthError
from wideberth.model.hold import Talks as UntilTalks
from wideberth.model.talks import Invitation
from wideberth.node.node import Node
from wideberth.node.talks_views import TalksOnView, TalksView

OURS, THEIRS = "As North has it: survey hours were agreed.", "As South has it: survey hours are open."


def sha(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def invitation(found: Two) -> Invitation:
    parties = found.one.party, found.other.party
    return Invitation("", 1, "Talks about hours", ("survey hours", "contacts"), START, parties, "by voice")


def propose(found: Two) -> TalksView:
    view = found.one.room.talks.propose(invitation(found))
    whole.settle(found)
    return view


def on(node: Node, view: TalksView) -> TalksOnView:
    [shown] = node.room.talks.one(view.talks).lines
    return shown


def code(act: object, *args: object) -> str:
    assert callable(act)
    with pytest.raises(WideberthError) as raised:
        act(*args)
    return raised.value.code


def hold_talks(found: Two) -> TalksView:
    """Invited, accepted, and held."""
    view = propose(found)
    found.other.room.talks.answer(view.talks, "attend")
    whole.settle(found)
    for node in (found.one, found.other):
        node.room.talks.attend(view.talks, ("commander", "interpreter"))
    whole.settle(found)
    return view


def test_talks_that_a_hold_waits_for(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        one, other = found.one.room, found.other.room
        [plan] = found.other.desk.submit([given(circle(33.0, 34.0, START))])
        talks = hold_talks(found)
        view = put(found, found.one, hold(found, until=UntilTalks(talks.talks)))
        assert f"until the talks {talks.talks} were held" in refused(found.other, plan.plan)
        assert other.talks.one(talks.talks).holds == (view.hold,)
        one.talks.minute(talks.talks, OURS)
        whole.settle(found)
        assert (on(found.other, talks).phase, one.holds.one(view.hold).until.met) == ("minuted", False)
        other.talks.differ(talks.talks, sha(OURS), "Item 1 is still open.")
        other.talks.minute(talks.talks, THEIRS)
        whole.settle(found)
        for node in (found.one, found.other):
            assert on(node, talks).phase == "differing" and on(node, talks).agreed is None
            held = node.room.holds.one(view.hold)
            assert held.until.met and held.phase == "in force"
        # both texts and what is said of them stand side by side
        first, second = on(found.one, talks).minutes
        assert (first.mine, first.differs_there) == (True, "Item 1 is still open.")
        assert (second.mine, second.sha256) == (False, sha(THEIRS).hex())
        assert one.talks.text(talks.talks, sha(THEIRS)).text == THEIRS
        assert "its condition is met" in refused(found.other, plan.plan)
        one.talks.sign(talks.talks, sha(THEIRS))
        other.talks.sign(talks.talks, sha(THEIRS))
        whole.settle(found)
        assert on(found.one, talks).agreed == on(found.other, talks).agreed == sha(THEIRS).hex()
        assert "lift it" in one.holds.one(view.hold).words
        one.holds.lift(view.hold, approvals(found, view))
        whole.settle(found)
        assert phase(found.other, view) == "lifted"
        assert found.other.desk.activate(plan.plan).state == "activated"


def test_an_invitation_is_answered_and_amended(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        one, other = found.one.room.talks, found.other.room.talks
        view = propose(found)
        assert [each.talks for each in other.all()] == [view.talks]
        assert code(one.answer, view.talks, "attend") == "talks.not_now"
        other.answer(view.talks, "another time", START + 1)
        whole.settle(found)
        asked = on(found.one, view).answer
        assert asked is not None and asked.at is not None and asked.current
        assert on(found.one, view).phase == "another time"
        again = structs.replace(invitation(found), at_ms=START + 1, title="Later")
        assert code(other.amend, view.talks, again) == "talks.none"
        amended = one.amend(view.talks, again)
        whole.settle(found)
        assert (amended.version, on(found.other, view).phase) == (2, "proposed")
        # nor does a change of the first one undo the second
        assert code(one.amend, view.talks, invitation(found), 1) == "talks.not_now"
        # who has read the first version does not come to the second one
        assert code(other.answer, view.talks, "attend", None, 1) == "talks.not_now"
        assert on(found.other, view).phase == "proposed"
        other.answer(view.talks, "attend", version=2)
        whole.settle(found)
        assert on(found.one, view).phase == "arranged"
        one.call_off(view.talks)
        whole.settle(found)
        assert on(found.other, view).phase == "called off"


def test_what_came_of_talks_names_terms(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        one, other = found.one.room.talks, found.other.room.talks
        view = hold_talks(found)
        one.minute(view.talks, OURS)
        whole.settle(found)
        assert code(one.outcome, view.talks, bytes(32), None) == "talks.not_now"
        for node in (one, other):
            node.sign(view.talks, sha(OURS))
        whole.settle(found)
        in_force = found.one.line(found.line).agreement
        assert in_force is not None
        one.outcome(view.talks, bytes.fromhex(in_force), None)
        other.outcome(view.talks, bytes(32), "a communiqué")
        whole.settle(found)
        known = {each.mine: each for each in on(found.other, view).outcomes}
        assert known[False].terms == "Trial terms, version 1: in force"
        assert (known[True].terms, known[True].communique) == (None, "a communiqué")


def test_long_minutes_go_in_parts_and_are_read_by_both(tmp_path: Path) -> None:
    text = "é and so on\n" * 9_000
    with desks.desks(tmp_path) as found:
        view = hold_talks(found)
        found.one.room.talks.minute(view.talks, text)
        whole.settle(found)
        for node in (found.one, found.other):
            assert node.room.talks.text(view.talks, sha(text)).text == text
        found.other.room.talks.sign(view.talks, sha(text))
        assert code(found.other.room.talks.sign, view.talks, bytes(32)) == "talks.text"


def test_minutes_that_are_not_there_whole_are_not_signed(tmp_path: Path) -> None:
    from wideberth.desk import talks_entries
    from wideberth.desk.talks_entries import Minuted

    with desks.desks(tmp_path) as found:
        view = hold_talks(found)
        said = Minuted(view.talks, found.one.party, 1, bytes(32))
        found.one.say(found.line, "main", said.TYPE, 1, talks_entries.write(said))
        whole.settle(found)
        assert len(on(found.other, view).minutes) == 1
        assert code(found.other.room.talks.sign, view.talks, bytes(32)) == "talks.no_text"


def test_an_invitation_that_could_not_be_said_yet_is_shown_so(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        pass
    copied = tmp_path / "copy"
    whole.copy(found.places[0].path, copied)
    with found.places[0].open(found.time, copied) as node:
        view = node.room.talks.propose(invitation_of(node, found))
        assert [each.told for each in view.lines] == [False]
        assert code(node.room.talks.attend, view.talks, ("one",)) == "talks.not_now"


def invitation_of(node: Node, found: Two) -> Invitation:
    return Invitation("", 1, "Talks", ("hours",), START, (node.party, found.places[1].party))


def test_who_is_no_party_of_a_line_is_not_invited(tmp_path: Path) -> None:
    with desks.desks(tmp_path) as found:
        said = structs.replace(invitation(found), parties=(found.one.party, "a" * 51 + "q"))
        assert code(found.one.room.talks.propose, said) == "talks.party"
        for act in (found.one.room.talks.one, found.one.room.talks.call_off):
            assert code(act, "t-" + "a" * 26) == "talks.none"
