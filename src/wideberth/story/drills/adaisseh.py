"""adaisseh-2010: a delay was asked because a commander was away, and work began in dispute."""

from __future__ import annotations

from typing import Final

from wideberth.desk import hold_entries
from wideberth.ledger import approval
from wideberth.ledger.canonical import Value
from wideberth.model.hold import Area, Hold, Moment
from wideberth.node.desk_views import PlanView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, HOUR, MINUTE, SECOND, Stage


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    [works] = north.node.desk.submit([made.plan("works", made.HERE, stage.now_ms + 2 * DAY)])
    stage.settle()
    with script.step("delay-asked", "South asks for a delay; North's officer and commander are away"):
        north.leave("duty")
        fields: dict[str, Value] = {"delay": {"ms": 3 * HOUR}, "notice": works.on[0].notice}
        called = south.node.room.calls.call(stage.line, made.asked("DELAY-REQUEST", fields, "commander"))
        stage.carry()
        script.tell(north.name, f"{called.code} to the {called.to}: {called.words}")
    with script.step("deputy", "It rings for the deputy at once: nobody waits for one man"):
        stage.wait(SECOND)
        rung = [each.step for each in north.node.room.calls.one(called.call).rang]
        script.check("deputy" in rung, f"it rings for {', '.join(rung)}")
        script.tell(north.name, f"rings for {', '.join(rung)}")
    with script.step(
        "objection", "The deputy answers; an answer is one of a few words, and none of them is a yes"
    ):
        calls = north.node.room.calls
        calls.take(called.call, "deputy", "ar")
        calls.read_back(called.call, fields, "deputy")
        calls.answer(called.call, "objection", "deputy")
        stage.carry()
        mine = south.node.room.calls.one(called.call)
        script.check((mine.phase, mine.taken_by) == ("objection", "deputy"), f"{mine.phase}, {mine.taken_by}")
        script.tell(south.name, f"the {mine.taken_by}: {mine.words}")
    _held(stage, script, works)


def _held(stage: Stage, script: Script, works: PlanView) -> None:
    """What is in dispute does not begin."""
    north, south = stage.north, stage.south
    with script.step("hold", "South puts a hold on the place: the works may not begin"):
        ground = Area(made.around(made.HERE, 2_000))
        until = Moment(stage.now_ms + 3 * DAY)
        said = Hold("", (north.party.id, south.party.id), stage.now_ms, until, None, ground)
        put = south.node.room.holds.put(said)
        stage.carry()
        error = script.refused("plan.blocked", lambda: north.node.desk.activate(works.plan))
        script.check(put.hold in error.message, error.message)
        script.tell(north.name, error.message)
    with script.step("one-key", "One officer's signature lifts nothing"):
        notes = _lift(stage, put.lift_text)
        error = script.refused("hold.two", lambda: south.node.room.holds.lift(put.hold, notes[:1]))
        script.tell(south.name, error.message)
    with script.step(
        "lifted", "Two officers of South lift it; then the works may begin, and South hears of it"
    ):
        south.node.room.holds.lift(put.hold, notes)
        stage.wait(MINUTE, MINUTE)
        script.check(north.node.room.holds.one(put.hold).phase == "lifted", "it holds on at North")
        begun = north.node.desk.activate(works.plan)
        stage.carry()
        told = [each for each in south.node.desk.notices(stage.line) if each.state == "activated"]
        script.check(begun.override is None and len(told) == 1, "begun by override, or not told")
        script.tell(south.name, f"{told[0].callsign}: {told[0].state}")


def _lift(stage: Stage, text: str) -> list[bytes]:
    """The lift of a hold as South's officers sign it."""
    subject = hold_entries.subject(text.encode())
    return [approval.write(approval.sign(subject, seed)) for seed in stage.south.party.officers]


DRILL: Final = Drill(
    name="adaisseh-2010",
    where="Adaisseh, 2010: works at a fence",
    happened=(
        "Works near a line between two forces were told. A delay was asked for because a commander was away;"
        " work began in dispute, and people on both sides were killed."
    ),
    shows="deputies answer at once, an objection is an answer, and what is under a hold does not begin",
    twins=(Off("deputies", "deputy"),),
    play=play,
)
