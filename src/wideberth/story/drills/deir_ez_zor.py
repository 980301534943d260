"""deir-ez-zor-2016: the call waited for one person, and it went on for 27 minutes."""

from __future__ import annotations

from functools import partial
from typing import Final

from wideberth.formats.times import parse_time
from wideberth.ledger.canonical import Value
from wideberth.model.ring import STEPS
from wideberth.node.room_views import CalledView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import HOUR, SECOND, Stage

PLACE: Final = made.HERE
"""Where people are who are not what they are taken for."""
MOST_S: Final = 300
"""In the record it stopped within five minutes of the right officer knowing."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    with script.step("words", "Words and figures 9 km apart are found before anything is sent"):
        said = made.asked("INTEND-OPERATE", _intended(stage, "22 km south of Limassol"))
        error = script.refused("call.doubts", lambda: south.node.room.calls.call(stage.line, said))
        script.tell(south.name, error.message)
        right = made.asked("INTEND-OPERATE", _intended(stage, "31 km south of Limassol"))
        told = south.node.room.calls.call(stage.line, right)
        stage.carry()
        script.check(north.node.room.calls.one(told.call).doubts == (), "North doubts the right words")
    with script.step("check", "North calls CHECK: one call, to a role, with the place and the time"):
        fields: dict[str, Value] = {"place": made.point(PLACE), "seen_at": made.moment(stage.now_ms)}
        called = north.node.room.calls.call(stage.line, made.asked("CHECK", fields))
        stage.carry()
        seen = south.node.room.calls.one(called.call)
        script.check(
            seen.precedence == "flash" and seen.to == "duty officer", f"{seen.precedence}, {seen.to}"
        )
        script.check(north.node.room.calls.one(called.call).delivered, "South's node has not signed for it")
        script.tell(south.name, f"{seen.code} {seen.precedence}, to the {seen.to}: {seen.words}")
    with script.step("no-person", "It is to a role: a person's number or address is refused"):
        for whom in ("ask +49 151 23456789", "officer.somebody@example.org"):
            asked = made.asked("CHECK", fields, whom)
            error = script.refused("call.role", partial(north.node.room.calls.call, stage.line, asked))
            script.tell(north.name, error.message)
    with script.step(
        "next-person", "Nobody takes it: within 60 seconds it rings for the deputy and the whole watch"
    ):
        stage.wait(60 * SECOND)
        now = south.node.room.calls.one(called.call)
        rung = [each.step for each in now.rang]
        script.check(rung == ["officer", "deputy", "watch"], f"it rings for {', '.join(rung)}")
        for each in now.rang:
            script.tell(south.name, f"{each.at[11:19]}Z  {STEPS[each.step]}")
    with script.step("told-back", "North sees for whom it rings there, by South's own signature"):
        mine = north.node.room.calls.one(called.call)
        script.check(mine.rang == now.rang and mine.phase == "ringing", f"{mine.phase}: {mine.words}")
        script.tell(north.name, mine.words)
    _passed_on(stage, script, called)


def _intended(stage: Stage, words: str) -> dict[str, Value]:
    """Where South intends to operate, in figures and in words."""
    return {"from": made.moment(stage.now_ms + HOUR), "place": made.point(PLACE, words)}


def _passed_on(stage: Stage, script: Script, called: CalledView) -> None:
    """Another person takes it, reads it back and passes it on to whoever can stop."""
    north, south = stage.north, stage.south
    calls = south.node.room.calls
    with script.step("read-back", "The deputy takes it and reads the place back; machines compare it"):
        stage.wait(15 * SECOND)
        calls.take(called.call, "deputy", "ru")
        calls.read_back(called.call, called.fields, "deputy")
        stage.carry()
        mine = north.node.room.calls.one(called.call)
        script.check(
            (mine.phase, mine.taken_by) == ("understood", "deputy"), f"{mine.phase}, {mine.taken_by}"
        )
        loud = [each for each in south.node.room.ringing.all() if each.id == called.call and each.loud]
        script.check(not loud, "it rings on although somebody has it")
        script.tell(north.name, f"the {mine.taken_by} has it since {mine.taken_at}: {mine.words}")
    with script.step("executing-cell", "It reaches the cell that carries it out, and North knows"):
        calls.answer(called.call, "relayed", "deputy")
        stage.carry()
        script.tell(north.name, north.node.room.calls.one(called.call).words)
        stage.wait(45 * SECOND)
        calls.answer(called.call, "executor confirmed", "cell at the front")
        stage.carry()
        mine = north.node.room.calls.one(called.call)
        script.check(mine.phase == "executor confirmed", mine.words)
        script.tell(north.name, mine.words)
        stopped: dict[str, Value] = {"at": made.moment(stage.now_ms), "all_stopped": True}
        calls.call(stage.line, made.asked("STOPPED", stopped)._replace(re=called.call))
        stage.carry()
        said = next(each for each in north.node.room.calls.all() if each.code == "STOPPED")
        script.check(said.re == called.call, "it answers another call")
        took_s = (stage.now_ms - parse_time(called.at, "at", None)) // SECOND
        script.check(took_s <= MOST_S, f"it took {took_s} s")
        script.tell(north.name, f"{said.code}: all have stopped, {took_s} s after the call")


DRILL: Final = Drill(
    name="deir-ez-zor-2016",
    where="Deir ez-Zor, 2016: a call that waited for the usual contact",
    happened=(
        "The place that was told beforehand was 9 km wrong. When it had begun, the caller on the hotline"
        " waited for his usual contact; it went on for 27 minutes meanwhile, and stopped within five of the"
        " right officer knowing."
    ),
    shows="words and figures are compared; CHECK is to a role, and another person has it within 60 s",
    twins=(Off("place_doubts", "words"), Off("climbs", "next-person")),
    play=play,
)
