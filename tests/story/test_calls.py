"""Calls between two whole nodes: they climb, are taken, read back, and outlive restarts and clock jumps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.two import seed
from tests.story import whole
from tests.story.called import FLASH, PLACE, ROLE, carried, man, rung
from tests.story.desks import desks
from tests.story.whole import Two
from wideberth.desk import call_entries
from wideberth.desk.call_entries import Called
from wideberth.errors import Invalid, Refused
from wideberth.ledger import certificate
from wideberth.ledger.certificate import Revocation
from wideberth.line import say as saying
from wideberth.model.call import CHECK
from wideberth.node import calls as node_calls
from wideberth.node.calls import NOT_TOLD, Asked
from wideberth.node.node import Node
from wideberth.store.kept import Kept

STEPS = ["officer", "deputy", "watch", "commander", "channel"]
MOVED = {**PLACE, "lon_e7": 329000000} if isinstance(PLACE, dict) else {}


def alarms(node: Node) -> list[tuple[str, str, bool]]:
    return [(each.why, each.id, each.loud) for each in node.room.ringing.all()]


def sounded(node: Node, call: str) -> list[str]:
    """The steps at which it sounded first, as those who follow the node were told; what is loud repeats."""
    return list(dict.fromkeys(loud(node, call)))


def loud(node: Node, call: str) -> list[str]:
    """The steps of all times that it sounded."""
    found = [each for each in node.events(0)[0] if each.what == "ring.changed" and each.noun == call]
    return [each.code or "" for each in found if each.loud]


def test_a_check_climbs_by_itself_and_both_see_how_far(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        assert found.one.room.calls.one(call).phase == "sent"
        carried(found)
        theirs = found.other.room.calls.one
        assert rung(theirs(call)) == STEPS[:1]
        assert alarms(found.other) == [("call.arrived", call, True)]
        for seconds, steps in ((29, 1), (1, 2), (29, 2), (1, 3), (59, 3), (1, 5)):
            carried(found, seconds)
            assert rung(theirs(call)) == STEPS[:steps]
            assert rung(found.one.room.calls.one(call)) == STEPS[:steps]
        assert sounded(found.other, call) == STEPS
        # after the same time its author's people are told that nobody there has taken it
        assert ("call.unanswered", call, True) in alarms(found.one)
        view = found.one.room.calls.one(call)
        assert (view.phase, view.mine, view.told, view.delivered) == ("ringing", True, True, True)
        assert "nobody has taken it" in view.words


def test_a_flash_that_was_taken_and_came_to_nothing_rings_at_its_author(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        routine = Asked(None, {}, ROLE, "routine", "en", "radio check")
        other = found.one.room.calls.call(found.line, routine).call
        carried(found, 10)
        for each in (call, other):
            found.other.room.calls.take(each, ROLE, "en")
        carried(found, 229)
        assert alarms(found.one) == []
        carried(found, 3)
        # twice the time in which it would have come to the commander; a routine call rings for nobody
        assert alarms(found.one) == [("call.unsettled", call, True)]
        found.other.room.calls.answer(call, "relayed", ROLE)
        carried(found, 2)
        assert alarms(found.one) == []


def test_a_call_that_is_taken_climbs_no_further(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 31)
        view = found.other.room.calls.take(call, ROLE, "ru")
        assert (view.phase, view.taken_by) == ("taken", ROLE)
        assert alarms(found.other) == []
        carried(found, 200)
        mine = found.one.room.calls.one(call)
        assert (rung(mine), mine.taken_by, mine.phase) == (STEPS[:2], ROLE, "taken")
        assert alarms(found.one) == [] and sounded(found.other, call) == STEPS[:2]
        with pytest.raises(Refused) as caught:
            found.other.room.calls.take(call, "deputy", "en")
        assert caught.value.code == "call.taken"


def test_posts_that_nobody_holds_are_not_waited_for(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found)
        assert rung(found.other.room.calls.one(call)) == STEPS[:3]
    with desks(tmp_path / "again") as found:
        man(found.other, "officer")
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 29)
        assert rung(found.other.room.calls.one(call)) == STEPS[:1]
        carried(found, 1)
        assert rung(found.other.room.calls.one(call)) == STEPS[:3]


def test_a_routine_call_is_a_line_in_a_list(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        asked = Asked(None, {}, ROLE, "routine", "en", "we test the line at noon")
        call = found.one.room.calls.call(found.line, asked).call
        carried(found, 130)
        assert alarms(found.other) == [("call.arrived", call, False)]
        assert sounded(found.other, call) == [] and rung(found.other.room.calls.one(call)) == STEPS[:1]


def test_a_read_back_is_compared_by_both(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found)
        found.other.room.calls.take(call, ROLE, "ru")
        view = found.other.room.calls.read_back(call, {"place": MOVED, "what": "our_convoy"}, ROLE)
        assert (view.phase, view.differs) == ("unclear", ("place",))
        carried(found)
        mine = found.one.room.calls.one(call)
        assert (mine.phase, mine.differs, mine.read_back) == (view.phase, view.differs, view.read_back)
        with pytest.raises(Refused) as caught:
            found.other.room.calls.answer(call, "relayed", ROLE)
        assert caught.value.code == "call.unclear"
        found.other.room.calls.read_back(call, {"place": PLACE, "what": "our_convoy"}, ROLE)
        found.other.room.calls.answer(call, "executor confirmed", ROLE)
        carried(found)
        mine = found.one.room.calls.one(call)
        assert (mine.phase, mine.differs) == ("executor confirmed", ())
        assert [each.answer for each in mine.answers] == ["executor confirmed"]
        assert found.one.room.calls.end(call).phase == "ended"
        carried(found)
        assert found.other.room.calls.one(call).phase == "ended"


@pytest.mark.parametrize("fields", [{"place": 1.5}, {"x" * 50: 1}, {f"f{n}": n for n in range(20)}])
def test_a_read_back_that_cannot_be_said_is_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    with desks(tmp_path) as found:
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found)
        with pytest.raises(Invalid):
            found.other.room.calls.read_back(call, fields, ROLE)  # type: ignore[arg-type]  # from outside
        assert found.other.room.calls.one(call).read_back is None


@pytest.mark.parametrize("jump", [-3_600_000, 3_600_000])
def test_a_wall_clock_that_is_set_delays_and_hurries_nothing(tmp_path: Path, jump: int) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 10)
        found.time.wall_ms += jump
        for seconds, steps in ((19, 1), (1, 2), (30, 3), (60, 5)):
            carried(found, seconds)
            found.other.tick()
            rings = found.other.room.ringing.all()
            assert [each.step for each in next(one for one in rings if one.id == call).steps] == STEPS[:steps]


def test_a_restart_in_between_loses_no_time(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 20)
        found.other.close()
        found.time.wall_ms += 15_000
        found.time.boot_ms = 77  # another boot
        with found.places[1].open(found.time) as other:
            again = found._replace(other=other)
            carried(again, 1)
            assert rung(other.room.calls.one(call)) == STEPS[:2]
            carried(again, 24)
            assert rung(other.room.calls.one(call)) == STEPS[:3]
            assert len([each for each in other.room.ringing.all() if each.id == call]) == 1


def test_a_clock_that_was_set_back_over_a_restart_gives_the_whole_time_again_and_no_more(
    tmp_path: Path,
) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 20)
        found.other.close()
        found.time.wall_ms -= 7_200_000
        with found.places[1].open(found.time) as other:
            for _ in range(31):
                found.time.pass_ms(1_000)
                other.tick()
            [ring] = other.room.ringing.all()
            assert (ring.id, [each.step for each in ring.steps]) == (call, STEPS[:2])


def say(node: Node, line: str, said: Called) -> None:
    node.say(line, "urgent", call_entries.type_of(said), 1, call_entries.write(said))


def test_both_parties_may_use_one_id(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found)
        said = Called(call, CHECK, {"place": MOVED}, "ru", "flash", ROLE)
        say(found.other, found.line, said)
        carried(found)
        both = [each for each in found.one.room.calls.all() if each.call == call]
        assert {each.mine for each in both} == {True, False}
        # theirs is taken, one's own is ended, and each answer shows the one that was meant
        assert not found.one.room.calls.take(call, ROLE, "en").mine
        ended = found.one.room.calls.end(call)
        assert (ended.mine, ended.phase) == (True, "ended")
        assert [each.phase for each in found.one.room.calls.all() if not each.mine] == ["taken"]
        assert found.one.room.calls.one(call, mine=True).mine and not found.one.room.calls.one(call).mine


def test_a_restored_node_says_check_and_nothing_else(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        carried(found)
    with found.places[0].open(found.time) as one:
        assert one.line(found.line).stage == "asking"
        view = one.room.calls.call(found.line, Asked(None, {}, ROLE, "routine", "en", "words"))
        assert (view.told, view.delivered, view.words) == (False, False, NOT_TOLD)
        assert one.room.calls.all()[0].call == view.call
        with found.places[1].open(found.time) as other:
            again = found._replace(one=one, other=other)
            flash = one.room.calls.call(found.line, FLASH)
            assert flash.told
            # it comes before either knows where the other stands: it is shown, and sounds
            whole.deliver(found.line, one, other)
            assert [each.loud for each in other.events(0)[0] if each.what == "entry.shown"] == [True]
            carried(again, 2)
            assert other.room.calls.one(flash.call).code == CHECK
            whole.settle(again)
            assert one.room.calls.one(view.call).told
            assert other.room.calls.one(view.call).text == "words"


def test_a_call_that_waits_unsaid_rings_like_one_that_nobody_takes(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        carried(found)
    with found.places[0].open(found.time) as one:
        asked = Asked(None, {}, ROLE, "immediate", "en", "words")
        call = one.room.calls.call(found.line, asked).call
        assert alarms(one) == []
        for _ in range(11):
            found.time.pass_ms(60_000)
            one.tick()
        assert ("call.unanswered", call, True) in alarms(one)


def test_a_full_disk_silences_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found, 10)
        real, full = Kept.append, found.other.private.journal

        def appended(self: Kept, *given: object) -> None:
            if self is full or self is found.other.private.journal:
                raise Refused("journal.broken", "the disk is full")
            real(self, *given)  # type: ignore[arg-type]  # passed on as they came

        monkeypatch.setattr(Kept, "append", appended)
        for _ in range(24):
            found.time.pass_ms(5_000)
            found.other.tick()
        assert sounded(found.other, call) == STEPS
        monkeypatch.setattr(Kept, "append", real)
        carried(found, 3)
        assert rung(found.one.room.calls.one(call)) == STEPS
        assert sounded(found.other, call) == STEPS


def test_what_begins_to_ring_on_a_full_disk_sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desks(tmp_path) as found:
        man(found.one)
        call = found.one.room.calls.call(found.line, FLASH).call
        whole.deliver(found.line, found.one, found.other)

        def appended(*_: object) -> None:
            raise Refused("journal.broken", "the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(Kept, "append", appended)
            for _ in range(31):
                found.time.pass_ms(5_000)
                found.one.tick()
            assert sounded(found.one, call) == STEPS[:2]
            assert alarms(found.one) == [("call.unanswered", call, True)]
            for _ in range(12):
                found.time.pass_ms(5_000)
                found.one.tick()
            assert sounded(found.one, call) == STEPS[:3]
        before = loud(found.one, call)
        carried(found, 2)
        # that it could be entered is no reason to sound again
        assert loud(found.one, call) == before == STEPS[:3]
        assert [each.id for each in found.one.room.ringing.all()] == [call]


TAKE: dict[str, Callable[[Two, str], object]] = {
    "nothing": lambda found, call: None,
    "taken": lambda found, call: found.other.room.calls.take(call, ROLE, "en"),
    "ended": lambda found, call: found.one.room.calls.end(call),
}


@pytest.mark.parametrize("act", TAKE)
@pytest.mark.parametrize("after", range(5))
def test_a_node_that_is_killed_at_any_commit_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, after: int
) -> None:
    """Killed: the commit is made, and nothing that follows it; or it is not made."""
    with desks(tmp_path) as found:
        man(found.other)
        call = found.one.room.calls.call(found.line, FLASH).call
        real, left = Kept.append, [after]

        def appended(self: Kept, *given: object) -> None:
            if self is found.other.private.journal:
                if left[0] == 0:
                    raise Refused("journal.broken", "killed")
                left[0] -= 1
            real(self, *given)  # type: ignore[arg-type]  # passed on as they came

        monkeypatch.setattr(Kept, "append", appended)
        try:
            carried(found, 31)
            TAKE[act](found, call)
            carried(found)
        except Refused:
            pass
        monkeypatch.setattr(Kept, "append", real)
        found.other.close()
        with found.places[1].open(found.time) as other:
            again = found._replace(other=other)
            whole.settle(again)
            carried(again, 2)
            mine, theirs = found.one.room.calls.one(call), other.room.calls.one(call)
            assert (mine.phase, rung(mine)) == (theirs.phase, rung(theirs))
            assert len([each for each in other.room.calls.all() if each.call == call]) == 1
            ringing = [each for each in other.room.ringing.all() if each.id == call]
            assert len(ringing) == (1 if theirs.phase in ("sent", "ringing") else 0)
            if ringing:
                assert rung(theirs) == STEPS
            assert whole.leaves(found.one, found.line) == whole.leaves(other, found.line)


def test_who_answers_what_is_missing(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        call = found.one.room.calls.call(found.line, FLASH).call
        acts: list[Callable[[], object]] = [
            lambda: found.one.room.calls.take(call, ROLE, "en"),
            lambda: found.one.room.calls.one(call_entries.new_call(bytes(16))),
            lambda: found.one.room.calls.call(found.line, FLASH._replace(code="NO-SUCH-CODE")),
            lambda: found.one.room.calls.call(found.line, FLASH._replace(fields={})),
            lambda: found.one.room.calls.call(found.line, FLASH._replace(to="+90 555 123 45 67")),
            lambda: found.one.room.calls.call(found.line, Asked(None, {}, ROLE, "routine", "en", "a\nb")),
            lambda: found.one.room.calls.call(found.line, Asked(None, {}, ROLE, "routine", "en", "x", "k-1")),
        ]
        for act in acts:
            with pytest.raises((Invalid, Refused)):
                act()
        assert len(found.one.room.calls.all()) == 1


def test_what_a_stolen_key_has_answered_is_open_again_when_it_is_revoked(tmp_path: Path) -> None:
    with desks(tmp_path) as found:
        south = found.places[1]
        call = found.one.room.calls.call(found.line, FLASH).call
        carried(found)
        found.other.room.calls.take(call, ROLE, "ru")
        found.other.room.calls.answer(call, "executor confirmed", ROLE)
        carried(found, 121)
        assert found.one.room.calls.one(call).phase == "executor confirmed" and alarms(found.one) == []
        line = found.one.of(found.line)
        [stands] = line.fold.all.calls.calls.values()
        assert stands.taken_at is not None
        where = stands.taken_at.ref
        [log] = {
            each.key
            for each in line.state.papers[south.party].certificates
            if (each.purpose, each.origin) == ("log", where.origin)
        }
        gone = certificate.revoke(Revocation(log, {where.origin: where.n}), seed("south identity"))
        found.one.papers(found.line, [gone])
        view = found.one.room.calls.one(call)
        assert (view.phase, view.taken_by, view.answers) == ("ringing", None, ())
        assert ("call.unanswered", call, True) in alarms(found.one)
        assert found.one.room.calls.all()[0].phase == "ringing"


def test_for_whom_it_rings_fills_no_way_that_people_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desks(tmp_path) as found:
        with monkeypatch.context() as patched:
            patched.setattr(saying, "room", lambda *_: node_calls.ROOM)
            call = found.one.room.calls.call(found.line, FLASH).call
            carried(found, 40)
            assert alarms(found.other) == [("call.arrived", call, True)]
            assert found.other.of(found.line).talk.waiting() == ()
            assert rung(found.one.room.calls.one(call)) == []
        carried(found, 2)
        assert rung(found.one.room.calls.one(call)) == rung(found.other.room.calls.one(call)) != []
