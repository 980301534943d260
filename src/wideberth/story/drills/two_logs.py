"""two-logs: each side kept a record of its own, and they differed for years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wideberth.desk import notice_entries
from wideberth.desk.notice_entries import Told
from wideberth.node.views import FeedView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, MINUTE, Stage, Station
from wideberth.story.parties import MARK


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    with script.step("said", "Both tell their plans, and North changes one of its own afterwards"):
        start = stage.now_ms + 2 * DAY
        [first] = north.node.desk.submit([made.plan("survey", made.HERE, start)])
        south.node.desk.submit([made.plan("patrol", made.north_of(made.HERE, 60), start, callsign="kite 1")])
        stage.settle()
        north.node.desk.amend(first.plan, made.plan("survey", made.north_of(made.HERE, 30), start))
        stage.settle()
        for station in (north, south):
            script.tell(station.name, f"{len(station.node.desk.notices(stage.line))} notices on the line")
    with script.step("same", "Each holds the same bytes as the other, and has signed that it does"):
        for origin, mine, theirs in _pairs(stage):
            script.check(mine.root == theirs.root, f"{origin} is another at each")
            script.check(mine.entries > 0 or mine.kind == "urgent", f"{origin} is empty")
            told, reader = (mine, south) if mine.mine else (theirs, north)
            script.check(told.delivered == told.entries, f"{reader.name} has not signed all of {origin}")
        script.tell("both", "the same roots, cosigned by the other side")
    with script.step("not-erased", "What North said first stands in both records, beside what it says now"):
        for station in (north, south):
            versions = _versions(station, stage.line)
            script.check(versions == [1, 2], f"{station.name} holds versions {versions}")
            script.tell(station.name, f"versions {versions} of North's notice")
    _rewritten(stage, script)


def _rewritten(stage: Stage, script: Script) -> None:
    """North goes back to an old copy of its files, and says something else in the same place."""
    north, south = stage.north, stage.south
    backup = stage.folder / "north-before"
    north.copy(backup)
    stage.settle()
    start = stage.now_ms + 3 * DAY
    [before] = north.node.desk.submit([made.plan("survey as it was", made.HERE, start)])
    stage.settle()
    held = _held(south, stage.line, before.callsign)
    with script.step("rewritten", "Another history under North's own signature is found out by South's node"):
        north.restore(backup)
        stage.cut = True
        north.node.waive(stage.line)
        north.node.desk.submit([made.plan("survey as it never was", made.HERE, start, callsign="heron 9")])
        stage.cut = False
        stage.wait(5 * MINUTE, MINUTE)
        proofs = [each for each in south.node.proofs(stage.line) if each.code == "line.equivocation"]
        proof = script.one(proofs, "proofs at South")
        script.check(len(proof.proof) > 1, "South does not hold both histories")
        script.tell(south.name, proof.words)
    with script.step("recorded", "South keeps what it had, and both signatures: nothing is overwritten"):
        script.check(_held(south, stage.line, before.callsign) == held, "what South held is another")
        script.check(_held(south, stage.line, f"{MARK} heron 9") == 0, "the other history counts")
        frozen = [each for each in south.node.line(stage.line).feeds if each.frozen]
        script.check(all(not each.mine for each in frozen) and bool(frozen), "no feed of North's is frozen")
        script.tell(south.name, f"frozen: {frozen[0].kind} feed of North, at entry {frozen[0].entries}")


def _pairs(stage: Stage) -> list[tuple[str, FeedView, FeedView]]:
    """The feeds of the line, as each of both holds them."""
    views = [
        {each.origin: each for each in station.node.line(stage.line).feeds}
        for station in (stage.north, stage.south)
    ]
    return [(origin, views[0][origin], views[1][origin]) for origin in sorted(views[0]) if origin in views[1]]


def _versions(station: Station, line: str) -> list[int]:
    """The versions of North's notice that stand in a node's record."""
    return sorted(each.version for each in _told(station, line) if each.callsign == f"{MARK} heron 1")


def _held(station: Station, line: str, callsign: str) -> int:
    """How many notices of this callsign stand in a node's record."""
    return sum(each.callsign == callsign for each in _told(station, line))


def _told(station: Station, line: str) -> Iterator[Told]:
    for each in station.node.of(line).state.order.placed:
        if each.entry.header.type == Told.TYPE:
            said = notice_entries.read(each.entry)
            assert isinstance(said, Told)
            yield said


DRILL: Final = Drill(
    name="two-logs",
    where="Wherever a hotline had a log at each end",
    happened=(
        "Each side wrote down by itself what was said. The two records differed, for years, and neither could"
        " show which was right."
    ),
    shows="one pair of feeds that both sign: what was said stays, and a second history is found out",
    twins=(Off("one_pair_of_feeds", "same"),),
    play=play,
)
