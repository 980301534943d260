"""khasham-2018: the line worked, and the force in question was disclaimed."""

from __future__ import annotations

from typing import Final

from wideberth.desk.statement_entries import Asked
from wideberth.model.statement import Subject
from wideberth.node.statement_views import StatementView
from wideberth.space.notation import read_place
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import MINUTE, Stage, Station

WRITTEN: Final = f"{made.HERE[1]}, {made.HERE[0]}"
ROLE: Final = "duty officer"


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    with script.step(
        "asked", "North asks whether a column is South's: by when it needs to know, and where it is"
    ):
        of = _ask(stage, "a column that comes nearer")
        stage.carry()
        stage.wait(MINUTE, MINUTE)
        rung = {each.why for each in south.node.room.ringing.all()}
        script.check("claim.asked" in rung, "nothing rings at South")
        seen = south.node.room.statements.one(stage.line, of)
        script.tell(south.name, f"{seen.text}: {seen.words}; to be answered by {seen.by}")
    with script.step("answered", "South says that it is not, by role and signed, for half an hour"):
        until = stage.now_ms + 30 * MINUTE
        south.node.room.statements.claim(stage.line, of, "no", until, ROLE, None)
        stage.carry()
        now = north.node.room.statements.one(stage.line, of)
        [reply] = now.replies
        script.check(reply.answer == "no" and not reply.expired, f"{reply.answer}, expired {reply.expired}")
        script.check(reply.said.role == ROLE, f"said by {reply.said.role}")
        script.tell(
            north.name, f"{reply.words}; by the {reply.said.role} at {reply.said.at}, until {reply.expires}"
        )
    with script.step("expired", "An answer ends: forty minutes later nobody can rely on it"):
        stage.wait(40 * MINUTE, 5 * MINUTE)
        now = north.node.room.statements.one(stage.line, of)
        script.check(now.replies[0].expired, "the answer stands for ever")
        script.tell(north.name, f"{now.words}; {now.replies[0].words}, expired at {now.replies[0].expires}")
    _silence(stage, script)


def _silence(stage: Stage, script: Script) -> None:
    """Asked again, and nobody answers."""
    north, south = stage.north, stage.south
    with script.step(
        "silence", "Asked again, South says nothing: silence is shown as silence, and never as a no"
    ):
        of = _ask(stage, "the same column, at the river")
        stage.carry()
        stage.wait(15 * MINUTE, MINUTE)
        now = north.node.room.statements.one(stage.line, of)
        script.check(
            now.replies == () and now.overdue is not None, f"{len(now.replies)} replies, {now.overdue}"
        )
        script.check("not a no" in (now.silence or ""), f"what silence means: {now.silence}")
        rung = {each.why: each for each in north.node.room.ringing.all()}
        script.check("claim.overdue" in rung and rung["claim.overdue"].loud, "nothing sounds at North")
        script.tell(north.name, f"asked at {_at(now)}, overdue since {now.overdue}: {now.silence}")
    with script.step("same-record", "Who was asked what, and what was said when, stands in both records"):
        for station in (north, south):
            found = _claims(station, stage.line)
            script.check(len(found) == 2, f"{len(found)} questions at {station.name}")
            script.check(sum(len(each.replies) for each in found) == 1, "another number of answers")
        script.tell("both", "two questions, one answer, as signed")


def _ask(stage: Stage, what: str) -> str:
    subject = Subject(what, stage.now_ms, read_place(WRITTEN), WRITTEN)
    asked = Asked("", subject, stage.now_ms + 10 * MINUTE, ROLE)
    [view] = stage.north.node.room.statements.make([stage.line], asked)
    return view.statement


def _claims(station: Station, line: str) -> list[StatementView]:
    return [each for each in station.node.room.statements.all(line) if each.kind == "claim"]


def _at(found: StatementView) -> str:
    return "" if found.said is None else found.said.at


DRILL: Final = Drill(
    name="khasham-2018",
    where="Khasham, 2018: a force that nobody owned to",
    happened=(
        "The line worked, and the question was asked on it. The answer was that the force was not theirs; it"
        " went on, and hundreds were killed."
    ),
    shows="whose it is is asked so that the answer is by role, signed, and expires; silence is no answer",
    twins=(Off("claim_clock", "expired"),),
    play=play,
)
