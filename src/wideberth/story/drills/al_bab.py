"""al-bab-2017: places were sent again the night before, and the other side took them for something else."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Language
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import HOUR, Stage

READERS: Final[tuple[Language, ...]] = ("en", "ru", "he", "ar")


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    fields: dict[str, Value] = {
        "place": made.point(made.HERE),
        "until": made.moment(stage.now_ms + 12 * HOUR),
        "radius": {"unit": "m", "value_e3": 400_000},
    }
    with script.step("typed", "North says where its people are: one code, and typed fields, nothing else"):
        called = north.node.room.calls.call(stage.line, made.asked("AREA-OCCUPIED", fields))
        stage.carry()
        seen = script.one(south.node.room.calls.all(), "calls at South")
        script.check(seen.code == "AREA-OCCUPIED", f"South has it as {seen.code or 'free words'}")
        script.check(seen.fields == fields and seen.text is None, "South has other fields")
        script.tell(south.name, f"{seen.code}: {', '.join(sorted(seen.fields))}")
    with script.step("own-language", "Each reads it in its own language, from the same signed code"):
        for language in READERS:
            text = made.shown(seen, language, north.name).splitlines()
            script.check(any("AREA-OCCUPIED" in each for each in text), f"no code in {language}")
            script.tell(south.name, f"{language}: {text[1].strip()}")
    with script.step("read-back", "South reads back what it understood, and a place that differs is found"):
        wrong = {**fields, "place": made.point(made.north_of(made.HERE, 9))}
        calls = south.node.room.calls
        calls.take(called.call, "duty officer", "ru")
        calls.read_back(called.call, wrong, "duty officer")
        stage.carry()
        mine = north.node.room.calls.one(called.call)
        script.check((mine.phase, mine.differs) == ("unclear", ("place",)), f"{mine.phase}, {mine.differs}")
        script.tell(north.name, f"{mine.words}: {', '.join(mine.differs)}")
        calls.read_back(called.call, fields, "duty officer")
        stage.carry()
        mine = north.node.room.calls.one(called.call)
        script.check(mine.phase == "understood", mine.words)
        script.tell(north.name, mine.words)
    _again(stage, script, fields, called.call)


def _again(stage: Stage, script: Script, fields: dict[str, Value], first: str) -> None:
    """The same, the next night."""
    north, south = stage.north, stage.south
    with script.step("again", "Sent again the night after it says that it is the same, and is no new place"):
        stage.wait(10 * HOUR, HOUR)
        said: dict[str, Value] = {"call": first, "sent_at": made.moment(stage.now_ms - 10 * HOUR)}
        north.node.room.calls.call(stage.line, made.asked("REPEATED", said))
        stage.carry()
        seen = next(each for each in south.node.room.calls.all() if each.code == "REPEATED")
        script.check(seen.fields["call"] == first, "it repeats another call")
        place = south.node.room.calls.one(first)
        script.check(place.fields == fields, "the place that it repeats is another")
        script.tell(south.name, made.shown(seen, "en", north.name).splitlines()[4].strip())
    with script.step("same-bytes", "Both hold the same signed bytes of it"):
        roots = [
            {each.origin: each.root for each in station.node.line(stage.line).feeds if each.kind == "urgent"}
            for station in (north, south)
        ]
        script.check(roots[0] == roots[1], "the urgent feeds differ")
        script.tell("both", "the same roots of both urgent feeds")


DRILL: Final = Drill(
    name="al-bab-2017",
    where="Al-Bab, 2017: places that were taken for others",
    happened=(
        "One side had sent the places of its people again the night before. The other took them for something"
        " else, and they were hit."
    ),
    shows="a message has a type and typed fields, and both hold the same signed bytes of it",
    twins=(Off("typed_messages", "typed"),),
    play=play,
)
