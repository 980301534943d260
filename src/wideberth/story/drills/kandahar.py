"""kandahar-2001: after a battery change the receiver gave its own position, and it was sent as the place."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.node.calls import Asked
from wideberth.node.places import towns
from wideberth.render.call_values import Around
from wideberth.space.ground import Point
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import Stage

OWN: Final = made.HERE
"""Where North's people are who speak."""
MEANT: Final = made.north_of(made.HERE, 6)
"""The place that they mean, and how it is written on the map."""
WRITTEN: Final = "34.45405 33.0"
OTHER: Final = "34 45.405 N 033 00.000 E"
"""Figures of the same digits in degrees and minutes: another place."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    calls = north.node.room.calls
    with script.step("own-position", "A place that is one's own position is asked about before it is sent"):
        said = made.asked("SITE-IN-DANGER", {"place": made.point(OWN)})._replace(own=_point(OWN))
        error = script.refused("call.doubts", lambda: calls.call(stage.line, said))
        script.check("your own position" in error.message, error.message)
        script.tell(north.name, error.message)
    with script.step("notations", "Figures are never turned from one notation into another in silence"):
        place = made.point(MEANT, None, OTHER)
        error = script.refused("call.doubts", lambda: calls.call(stage.line, _danger(place)))
        script.check("apart" in error.message, error.message)
        script.tell(north.name, error.message)
    with script.step("echo", "What is sent is told back from known places, in every language"):
        place = made.point(MEANT, None, WRITTEN)
        called = calls.call(stage.line, _danger(place))
        stage.carry()
        seen = script.one(south.node.room.calls.all(), "calls at South")
        around = Around(towns(), (), _point(OWN))
        text = made.shown(seen, "en", north.name, around)
        near = [each.strip() for each in text.splitlines() if "°) of" in each]
        script.check(len(near) > 1, "no distance and bearing from anywhere")
        for each in near:
            script.tell(south.name, each)
        script.check(seen.doubts == (), "South has doubts about the right place")
    with script.step("insists", "Who insists is heard, and the reader is told of the same doubts"):
        place = made.point(MEANT, "12 km north of Limassol", WRITTEN)
        error = script.refused("call.doubts", lambda: calls.call(stage.line, _danger(place)))
        mark = error.message.rsplit(" ", 1)[1]
        again = calls.call(stage.line, _danger(place)._replace(seen=mark))
        stage.carry()
        found = south.node.room.calls.one(again.call).doubts
        script.check(bool(found), "South's node has no doubts")
        script.tell(south.name, found[0].words)
    with script.step(
        "corrected", "A place is corrected by a code that names both, never by new figures alone"
    ):
        fields: dict[str, Value] = {
            "place": made.point(MEANT),
            "wrong_place": made.point(OWN),
            "call": called.call,
        }
        calls.call(stage.line, made.asked("PLACE-CORRECTION", fields))
        stage.carry()
        seen = next(each for each in south.node.room.calls.all() if each.code == "PLACE-CORRECTION")
        script.check(seen.fields["call"] == called.call, "it corrects another call")
        script.tell(south.name, made.shown(seen, "en", north.name, around).splitlines()[0])


def _danger(place: dict[str, Value]) -> Asked:
    return made.asked("SITE-IN-DANGER", {"place": place})._replace(own=_point(OWN))


def _point(at: tuple[float, float]) -> Point:
    """In 1e-7 degrees."""
    return round(at[0] * made.DEGREE_E7), round(at[1] * made.DEGREE_E7)


DRILL: Final = Drill(
    name="kandahar-2001",
    where="Near Kandahar, 2001: a receiver after a battery change",
    happened=(
        "The receiver's battery was changed; it started with its own position, and that was sent as the"
        " place. Two notations of coordinates were in use beside each other."
    ),
    shows="one's own position is asked about, no notation is converted in silence, and the place is echoed",
    twins=(Off("own_position", "own-position"), Off("notation_echo", "notations")),
    play=play,
)
