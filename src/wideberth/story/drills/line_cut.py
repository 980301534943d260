"""line-cut: a party suspends the agreement, and then stops answering."""

from __future__ import annotations

from typing import Final

from wideberth.ledger import approval, ids
from wideberth.ledger.canonical import Value
from wideberth.node.views import CheckView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, HOUR, MINUTE, SECOND, Stage, Station

CHECKS_MS: Final = 13 * HOUR
"""In this time each node must have asked once whether the other is there."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    with script.step("told", "North tells a plan under the terms in force"):
        [filed] = north.node.desk.submit([made.plan("survey", made.HERE, stage.now_ms + 2 * DAY)])
        stage.settle()
        [on] = north.node.desk.plan(filed.plan).on
        script.check(on.checked == "compared" and not on.blocked, f"{on.checked}, {on.blocked}")
        script.tell(north.name, f"{filed.label}: {on.checked} by {on.label}")
    with script.step("suspended", "South suspends the agreement: nothing is shown as agreed, on either side"):
        south.node.agreed.suspend(stage.line, _number(stage))
        stage.settle()
        for station in (north, south):
            view = station.node.line(stage.line)
            script.check(view.suspended_by == (south.party.id,), f"{station.name}: {view.suspended_by}")
            script.check(station.node.desk.bound(stage.line) is None, f"{station.name} goes by the terms")
        [on] = north.node.desk.plan(filed.plan).on
        script.check(on.lead is None and on.checked != "compared", f"still {on.checked}, {on.lead}")
        script.tell(north.name, f"{filed.label}: {on.checked} {on.why}".rstrip())
    with script.step("line-checks-go-on", "Line checks go on all the same, and are answered"):
        since = north.node.status().now
        stage.wait(CHECKS_MS, 10 * MINUTE)
        asked = _asked(north, stage.line, since) + _asked(south, stage.line, since)
        script.check(bool(asked), "nobody has asked whether the other is there")
        script.check(all(each.stage == "machine" for each in asked), "a check was not answered")
        north.node.check(stage.line, desk=True)
        stage.carry()
        south.node.checked(stage.line, "duty officer")
        stage.carry()
        newest = _asked(north, stage.line, since)[-1]
        script.check((newest.stage, newest.role) == ("desk", "duty officer"), f"{newest.stage}")
        script.tell(north.name, f"line check of {newest.at[11:19]}Z: answered by the {newest.role}")
    with script.step("check-goes", "CHECK goes through although nothing is agreed any more, and rings"):
        called = north.node.room.calls.call(stage.line, made.asked("CHECK", _fields(stage)))
        stage.carry()
        seen = south.node.room.calls.one(called.call)
        rung = [each.step for each in seen.rang]
        script.check(seen.delivered and rung == ["officer"], f"it rings for {', '.join(rung) or 'nobody'}")
        south.node.room.calls.take(called.call, "duty officer", "ru")
        south.node.room.calls.answer(called.call, "relayed", "duty officer")
        stage.carry()
        script.tell(north.name, north.node.room.calls.one(called.call).words)
    _silent(stage, script)


def _silent(stage: Stage, script: Script) -> None:
    """South takes its suspension back, and then nothing comes from it any more."""
    north = stage.north
    stage.south.node.agreed.resume(stage.line, _number(stage))
    stage.settle()
    with script.step("silent", "South stops answering: it is shown as silence, and as nothing else"):
        stage.cut = True
        stage.wait(65 * MINUTE, 5 * MINUTE)
        view = north.node.line(stage.line)
        script.check(view.health == "silent", f"South is {view.health}: {view.why}")
        script.tell(north.name, f"South is {view.health}: {view.why}")
        north.node.check(stage.line, desk=True)
        stage.wait(20 * MINUTE, MINUTE)
        newest = _asked(north, stage.line, "")[-1]
        script.check(newest.stage == "asked", f"a check that nobody can have answered: {newest.stage}")
        script.tell(north.name, f"line check of {newest.at[11:19]}Z: no answer yet; that means nothing")
    with script.step(
        "next-channel", "Of a CHECK that does not come through North's own people hear in two minutes"
    ):
        called = north.node.room.calls.call(stage.line, made.asked("CHECK", _fields(stage)))
        stage.wait(125 * SECOND, 5 * SECOND)
        mine = north.node.room.calls.one(called.call)
        script.check(not mine.delivered, "it is shown as delivered")
        ring = {each.id: each for each in north.node.room.ringing.all()}
        script.check(called.call in ring and ring[called.call].loud, "nothing sounds at North")
        script.tell(north.name, ring[called.call].words)
    with script.step("never-consent", "Silence consents to nothing, and North's own people can still go on"):
        [filed] = north.node.desk.submit([made.plan("survey 2", made.HERE, stage.now_ms + 2 * DAY)])
        error = script.refused("plan.blocked", lambda: north.node.desk.activate(filed.plan))
        script.tell(north.name, error.message)
        begun = north.node.desk.activate(filed.plan, override="officer")
        script.check(begun.state == "activated" and bool(begun.unconfirmed), "begun as if South had answered")
        script.tell(north.name, f"begun by the {begun.override}; not confirmed by South")
    with script.step(
        "whole-again", "When the line is there again, all that was said comes through, and once"
    ):
        stage.cut = False
        stage.wait(5 * MINUTE, MINUTE)
        seen = [each for each in stage.south.node.desk.notices(stage.line) if each.state == "activated"]
        told = script.one(seen, "notices that have begun")
        script.check(told.override == "officer", f"begun by {told.override}")
        script.check(north.node.line(stage.line).health == "live", "South is not live again")
        script.tell(stage.south.name, f"{told.callsign}: {told.state}, by override; {told.why or 'no more'}")


def _fields(stage: Stage) -> dict[str, Value]:
    return {"place": made.point(made.HERE), "seen_at": made.moment(stage.now_ms)}


def _number(stage: Stage) -> bytes:
    """The id of the agreement."""
    found = stage.south.node.agreed.of(stage.line).versions
    return ids.unbase32(found[0].agreement, approval.AGREEMENT_ID, "agreement")


def _asked(station: Station, line: str, since: str) -> list[CheckView]:
    """The newest line check that this node has asked, if it was after a moment."""
    return [each for each in station.node.line(line).checks if each.mine and each.at >= since]


DRILL: Final = Drill(
    name="line-cut",
    where="Wherever a line was suspended over something else",
    happened=(
        "A party suspended the agreement, or no longer answered, for reasons that had nothing to do with the"
        " two forces. The forces went on in the same area."
    ),
    shows="line checks go on, CHECK still goes through, and nothing is shown as agreed",
    twins=(Off("line_checks", "line-checks-go-on"),),
    play=play,
)
