"""balyun-2020: the warning came after the first hit, and was denied later."""

from __future__ import annotations

import io
from typing import Final

from wideberth.formats import recordfile
from wideberth.formats.recordfile import Reader
from wideberth.ledger import body, ids, record
from wideberth.ledger.canonical import Value
from wideberth.ledger.feed import Item
from wideberth.node import open_line, records
from wideberth.node.views import time
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import SECOND, Stage


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    calls = north.node.room.calls
    with script.step("check", "North calls CHECK when its people are near what is about to begin"):
        fields: dict[str, Value] = {"place": made.point(made.HERE), "seen_at": made.moment(stage.now_ms)}
        called = calls.call(stage.line, made.asked("CHECK", fields))
        stage.carry()
        mine = calls.one(called.call)
        script.check(mine.delivered, "South's node has not signed for it")
        script.tell(north.name, f"{mine.at}: CHECK, and South's node has signed that it holds it")
    with script.step("receipt", "South's node signs for whom it rings, and since which second"):
        stage.wait(35 * SECOND)
        mine = calls.one(called.call)
        script.check(
            [each.step for each in mine.rang] == ["officer", "deputy"], "no signed word of whom it rang for"
        )
        for each in mine.rang:
            script.tell(north.name, f"rang for the {each.step} since {each.at}")
    with script.step(
        "clock", "After two minutes without a person North's own people are told to use another channel"
    ):
        stage.wait(90 * SECOND)
        ring = next((each for each in north.node.room.ringing.all() if each.id == called.call), None)
        script.check(
            ring is not None and ring.loud and ring.why == "call.unanswered", "nothing rings at North"
        )
        script.tell(north.name, ring.words if ring is not None else "")
        now = south.node.room.calls.one(called.call)
        script.check(now.rang[-1].step == "channel", f"at South it has climbed to {now.rang[-1].step}")
    with script.step("not-denied", "Who knows only both names can check the record: South had it, and when"):
        said = _proven(stage, script)
        for row in said:
            script.tell("record", row)
        script.check(any(each.endswith("call.check by North") for each in said), "the call is not in it")
        script.check(any(each.endswith("call.rang by South") for each in said), "South's word is not in it")


def _proven(stage: Stage, script: Script) -> list[str]:
    """Both urgent feeds as a record that North exports, verified as a stranger does who knows both names."""
    north, south = stage.north, stage.south
    feeds = [each.origin for each in north.node.line(stage.line).feeds if each.kind == "urgent"]
    data = records.of_feeds(north.node, stage.line, feeds, 0, None)
    reader = Reader(io.BytesIO(data))
    result = recordfile.verify(reader, open_line.KNOWN, stage.now_ms // SECOND, (), lambda _: None)
    names = {each.party.id: each.name for each in (north, south)}
    anchors = [record.Anchor(party) for party in names]
    verdict = record.verdict(result, record.anchored(ids.line(reader.opening.genesis), anchors))
    script.check(verdict == "verified", f"the record is {verdict}")
    headers = [body.read(part.leaf) for part in Reader(io.BytesIO(data)).parts() if isinstance(part, Item)]
    return [f"{time(each.at_ms)[11:19]}Z  {each.type} by {names[each.origin.party]}" for each in headers]


DRILL: Final = Drill(
    name="balyun-2020",
    where="Balyun, 2020: warned after the first hit",
    happened=(
        "People were hit who were near those they were not part of. The places had been told, said one side;"
        " they had not, said the other. The call came after the first hit, and was denied later."
    ),
    shows="CHECK has a clock in seconds, and every step of it is signed by who heard it",
    twins=(Off("receipts", "receipt"),),
    play=play,
)
