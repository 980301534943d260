"""blackhawks-1994: helicopters were in the area, known to one cell, and in nobody else's picture."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import convoy, made
from wideberth.story.exercise import DAY, HOUR, MINUTE, SECOND, Stage

TREE: Final = {"air control": None, "fighters": "air control", "helicopter desk": None}
"""South's cells: the two that did not know of each other."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    convoy.cells(south, TREE)
    begins = stage.now_ms + DAY
    south.node.desk.submit([made.plan("area watched", made.HERE, begins, callsign="tiger 0")])
    [own] = south.node.desk.submit([made.plan("patrol", made.HERE, begins + DAY, callsign="tiger 1")])
    stage.settle()
    stage.wait(begins + MINUTE - stage.now_ms, 6 * HOUR)
    with script.step(
        "picture", "South sees something in its area that is on nobody's plan, and asks North by itself"
    ):
        for _ in range(6):
            south.node.room.watch.take([made.seen("7", made.north_of(made.HERE, 2.0), stage.now_ms)])
            south.node.room.watch.step()
            stage.wait(SECOND)
        alerts = [each for each in south.node.room.watch.alerts() if each.kind == "unplanned"]
        alert = script.one(alerts, "alerts about what is on nobody's plan")
        ringing = {each.why: each for each in south.node.room.ringing.all()}
        script.check("alert.unplanned" in ringing, "nothing rings at South")
        script.tell(south.name, f"{alert.track}: {ringing['alert.unplanned'].words}")
        codes = [each.code for each in north.node.room.calls.all()]
        script.check("CLAIM-QUERY" in codes, f"at North: {codes}")
        script.tell(north.name, "South asks whether it is North's, and where it is")
    with script.step("present", "North says at once what is there and on nobody's plan, with the place"):
        fields: dict[str, Value] = {
            "place": made.point(made.HERE),
            "until": made.moment(stage.now_ms + 2 * HOUR),
            "radius": {"unit": "km", "value_e3": 5_000},
        }
        called = north.node.room.calls.call(stage.line, made.asked("PRESENT", fields))
        stage.carry()
        script.tell(south.name, made.shown(called, "en", north.name).splitlines()[4])
    with script.step(
        "filed-late",
        "It files the flight as it is, and its own node says that this was too late to plan with",
    ):
        start = stage.now_ms + 5 * MINUTE
        [late] = north.node.desk.submit([made.plan("helicopters", made.HERE, start, callsign="eagle 1")])
        [on] = late.on
        stage.wait(SECOND)
        rung = {each.why for each in south.node.room.ringing.all()}
        script.check("notice.too_late" in rung, "nothing rings at South")
        script.tell(south.name, "told too late to act on: it rings")
    with script.step(
        "handed-down", "South hands it to every cell; the cell that has not signed is a broken branch"
    ):
        found = south.node.room.relay.open(stage.line, on.notice)
        found = convoy.confirm(south, found, "helicopter desk", "air control")
        chains = {each.name: each.chain for each in found.duties}
        script.check(
            chains == {"air control": "whole", "fighters": "broken", "helicopter desk": "whole"}, f"{chains}"
        )
        stage.wait(20 * SECOND, SECOND)
        rings = {each.why: each for each in south.node.room.ringing.all()}
        script.check("relay.broken" in rings, "nothing rings for the fighters")
        script.tell(south.name, f"fighters: broken; {rings['relay.broken'].words}")
    with script.step("whole", "When the fighters have signed, both know that the last cell has it"):
        found = convoy.confirm(south, found, "fighters")
        stage.settle()
        seen = north.node.of(stage.line).fold.all.notices.notices[on.notice].passed[south.party.id]
        script.check(found.whole and seen.rung == "executor confirmed", seen.rung)
        script.tell(north.name, f"South says of it: {seen.rung}")
        script.check(south.node.desk.plan(own.plan).state == "accepted", "the patrol has begun")
        south.node.room.watch.claim("radar:7", north.name, "")
        south.node.room.watch.step()
        [track] = south.node.room.watch.tracks()
        script.check(track.party == north.name, f"it is {track.party}")
        script.tell(south.name, f"{track.track}: {track.party}'s, as an officer has said")


DRILL: Final = Drill(
    name="blackhawks-1994",
    where="Northern Iraq, 1994: two helicopters",
    happened=(
        "The helicopters were expected by one cell, and absent from the flight orders and the picture of the"
        " others. They were taken for someone else's, and shot down."
    ),
    shows="what is there on nobody's plan is called and handed to every cell, and it shows which lacks it",
    twins=(Off("unplanned", "picture"), Off("lead_class", "filed-late"), Off("relay_alarm", "handed-down")),
    play=play,
)
