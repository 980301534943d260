"""latakia-2018: under a minute's warning, for the wrong part of a country; a third aircraft was there."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.node.desk_views import PlanView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, HOUR, SECOND, Stage

LEFT_S: Final = 50
"""Seconds between the warning and the beginning."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    own = _begun(stage)
    with script.step("words", "A place in other words than its figures is asked about before it is sent"):
        said = made.asked("INTEND-OPERATE", _intended(stage, "35 km north of Kolossi"))
        error = script.refused("call.doubts", lambda: south.node.room.calls.call(stage.line, said))
        script.tell(south.name, error.message)
    with script.step("too-late", "What is told 50 seconds before it begins is classed: too late to act on"):
        [late] = south.node.desk.submit([made.plan("pass", made.HERE, stage.now_ms + LEFT_S * SECOND)])
        [on] = late.on
        script.check(on.lead == "too late", f"its lead is {on.lead}")
        stage.wait(SECOND)
        rung = {each.why: each for each in south.node.room.ringing.all()}
        script.check("plan.too_late" in rung, "nothing tells South to call")
        script.tell(south.name, f"{late.label}: {on.lead}; {rung['plan.too_late'].words}")
    with script.step("must-call", "It rings at North at once, and goes on until somebody has called"):
        rings = {each.why: each for each in north.node.room.ringing.all()}
        script.check("notice.too_late" in rings, "nothing rings at North")
        script.check(rings["notice.too_late"].loud, "it makes no sound")
        script.tell(north.name, rings["notice.too_late"].words)
    with script.step(
        "inside", "North's node tells its own people which of their own is inside and cannot clear"
    ):
        found = script.one(north.node.room.timely.inside(stage.line, on.notice), "own plans inside")
        script.check(found.plan == own.plan and not found.can_clear, f"{found.label} can clear")
        script.check("notice.inside" in rings, "nothing rings for it")
        script.tell(north.name, f"{found.callsign}: {found.left_s} s left, {found.needs_s} s needed")
    _spoken(stage, script, on.notice)


def _spoken(stage: Stage, script: Script, notice: str) -> None:
    """The call that is demanded, and its answer."""
    north, south = stage.north, stage.south
    with script.step("called", "South calls; North takes it, and says that its own cannot clear in time"):
        start = made.moment(stage.now_ms + (LEFT_S - 1) * SECOND)
        fields: dict[str, Value] = {"notice": notice, "place": made.point(made.HERE), "start": start}
        called = south.node.room.calls.call(stage.line, made.asked("LATE-NOTICE", fields))
        stage.carry()
        north.node.room.calls.take(called.call, "duty officer", "ru")
        north.node.room.calls.answer(called.call, "unable", "duty officer")
        clear: dict[str, Value] = {"clear_at": made.moment(stage.now_ms + HOUR // 2), "notice": notice}
        back = made.asked("CANNOT-CLEAR", clear)._replace(re=called.call)
        north.node.room.calls.call(stage.line, back)
        stage.wait(SECOND)
        mine = south.node.room.calls.one(called.call)
        script.check(mine.phase == "unable", mine.words)
        script.tell(south.name, mine.words)
        rings = {each.why for each in north.node.room.ringing.all()}
        script.check("notice.too_late" not in rings, "it rings on although somebody has called")
    with script.step("not-told", "South is told when it is clear, and not what is there"):
        views = [*south.node.desk.notices(stage.line), *south.node.room.calls.all()]
        script.check(all("transport" not in repr(each) for each in views), "South has North's own label")
        answer = next(each for each in south.node.room.calls.all() if each.code == "CANNOT-CLEAR")
        script.tell(south.name, made.shown(answer, "en", north.name).splitlines()[1])
        script.check(set(answer.fields) == {"clear_at", "notice"}, "it tells more than when")


def _begun(stage: Stage) -> PlanView:
    """North's own, already on its way there: told in conflict-only at most, and begun."""
    north = stage.north
    [own] = north.node.desk.submit([made.plan("transport", made.HERE, stage.now_ms + 2 * DAY)])
    stage.wait(2 * DAY + 6 * SECOND, DAY)
    stage.settle()
    return north.node.desk.activate(own.plan)


def _intended(stage: Stage, words: str) -> dict[str, Value]:
    return {"from": made.moment(stage.now_ms + LEFT_S * SECOND), "place": made.point(made.HERE, words)}


DRILL: Final = Drill(
    name="latakia-2018",
    where="Off Latakia, 2018: under a minute's warning",
    happened=(
        "The warning came less than a minute before, and named the north of the country for a place in the"
        " west. An aircraft of a third was in the area, and could not leave it; it was lost."
    ),
    shows="too late is classed so and demands a call, and the receiver sees which of its own cannot clear",
    twins=(
        Off("place_doubts", "words"),
        Off("lead_class", "too-late"),
        Off("own_in_area", "inside"),
    ),
    play=play,
)
