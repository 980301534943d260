"""restored-backup: one side comes back with an old copy of its files."""

from __future__ import annotations

from typing import Final

from wideberth.ledger import certificate, epoch, ids
from wideberth.ledger.certificate import Certificate, Purpose
from wideberth.ledger.epoch import Epoch
from wideberth.node import directory
from wideberth.node import keys as node_keys
from wideberth.node.views import FeedView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, MINUTE, Stage, Station
from wideberth.story.parties import MARK


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    start = stage.now_ms + 2 * DAY
    with script.step("backed-up", "South keeps a copy of its files, and goes on: it tells a plan afterwards"):
        backup = stage.folder / "south-backup"
        south.copy(backup)
        stage.settle()
        [filed] = south.node.desk.submit([made.plan("survey", made.HERE, start)])
        stage.settle()
        held = _feed(north, stage.line, "main", mine=False)
        script.tell(north.name, f"holds and has signed {held.entries} entries of South's")
    with script.step(
        "signs-nothing", "South's machine fails; from the copy its node starts, and signs nothing"
    ):
        south.restore(backup)
        view = south.node.line(stage.line)
        script.check(view.stage == "asking", f"South's node {view.stage_words}")
        south.node.say(stage.line, "main", "line.note", 1, {})
        now = _feed(south, stage.line, "main", mine=True)
        script.check(now.entries < held.entries, "it has said something in the place of what it forgot")
        script.tell(south.name, f"{view.stage_words}; {south.node.line(stage.line).not_told} not told yet")
    with script.step(
        "found-out", "North finds out, tells its people with the proof, and gives back what is missing"
    ):
        stage.wait(5 * MINUTE, MINUTE)
        proofs = [each for each in north.node.proofs(stage.line) if each.code == "line.rolled_back"]
        script.check(bool(proofs) and bool(proofs[0].proof), "North has no proof of it")
        script.tell(north.name, proofs[0].words)
        script.check(south.node.line(stage.line).stage == "whole", "South is not whole again")
        script.check(not any(each.frozen for each in north.node.line(stage.line).feeds), "a feed is frozen")
    with script.step("nothing-lost", "Nothing was overwritten: the plan that the copy did not have stands"):
        notices = [each for each in south.node.desk.notices(stage.line) if each.mine]
        script.check(filed.callsign in {each.callsign for each in notices}, "South's notice is gone")
        mine, theirs = (
            _feed(south, stage.line, "main", mine=True),
            _feed(north, stage.line, "main", mine=False),
        )
        script.check(mine.root == theirs.root and mine.entries >= held.entries, "the feeds are not the same")
        script.tell(south.name, f"{mine.entries} entries of its own again, as North holds them")
    _forked(stage, script)


def _forked(stage: Stage, script: Script) -> None:
    """The same once more, and an officer says in haste that nothing was lost."""
    north, south = stage.north, stage.south
    backup = stage.folder / "south-backup-2"
    south.copy(backup)
    stage.settle()
    start = stage.now_ms + 3 * DAY
    south.node.desk.submit([made.plan("survey 2", made.north_of(made.HERE, 40), start, callsign="kite 2")])
    stage.settle()
    with script.step(
        "said-in-haste", "An officer says that nothing was lost: North refuses the second history"
    ):
        south.restore(backup)
        stage.cut = True
        south.node.waive(stage.line)
        south.node.desk.submit(
            [made.plan("survey 3", made.north_of(made.HERE, 80), start, callsign="kite 3")]
        )
        stage.cut = False
        stage.wait(5 * MINUTE, MINUTE)
        frozen = _feed(north, stage.line, "main", mine=False)
        script.check(frozen.frozen, "North takes both histories")
        script.tell(north.name, "South has signed two histories: nothing more of that feed is taken")
    with script.step(
        "new-epoch", "South goes on in a new epoch that its identity signs; North's officer admits it"
    ):
        note, papers = _signed(south, frozen), _papers(stage, frozen)
        for station in (south, north):
            station.node.papers(stage.line, papers)
        south.node.new_epoch(stage.line, "main", note)
        stage.wait(5 * MINUTE, MINUTE)
        asked = script.one(north.node.line(stage.line).candidates, "epochs that ask to be admitted")
        north.node.admit(stage.line, asked)
        stage.wait(5 * MINUTE, MINUTE)
        fresh = _feed(north, stage.line, "main", mine=False)
        script.check(fresh.origin == asked and not fresh.frozen, "the new epoch does not go on")
        script.tell(north.name, f"goes on with {fresh.origin.rsplit('/', 2)[1]}, epoch {fresh.origin[-1]}")
    with script.step("binds-still", "What North had signed of the old epoch binds for ever"):
        seen = {each.callsign for each in north.node.desk.notices(stage.line) if not each.mine}
        script.check(f"{MARK} kite 2" in seen, "what South had told before is gone")
        script.tell(north.name, ", ".join(sorted(seen)))


def _signed(station: Station, frozen: FeedView) -> bytes:
    """The statement that begins the next epoch, signed with the identity: it names what the other holds."""
    old = ids.origin(frozen.origin)
    said = Epoch(old._replace(epoch=old.epoch + 1), frozen.entries, bytes.fromhex(frozen.root))
    return epoch.sign(said, station.party.identity)


def _papers(stage: Stage, frozen: FeedView) -> list[bytes]:
    """What both identities certify for the new epoch: keys of a feed are keys of one epoch."""
    old = ids.origin(frozen.origin)
    new = old._replace(epoch=old.epoch + 1)
    found: list[bytes] = []
    some: tuple[tuple[Station, Purpose], ...] = (
        (stage.south, "log"),
        (stage.south, "seal"),
        (stage.north, "cosign"),
    )
    for station, purpose in some:
        half = node_keys.publics(station.party.data / directory.KEYS)[purpose]
        found.append(certificate.sign(Certificate(half.key, purpose, new, 0), station.party.identity))
    return found


def _feed(station: Station, line: str, kind: str, *, mine: bool) -> FeedView:
    """The feed in which a party goes on, as a node holds it."""
    found = [each for each in station.node.line(line).feeds if (each.kind, each.mine) == (kind, mine)]
    return found[-1]


DRILL: Final = Drill(
    name="restored-backup",
    where="Wherever a machine fails",
    happened=(
        "A machine fails, and comes back with yesterday's files: it knows nothing of what it has promised"
        " since, and would say something else in its place."
    ),
    shows="the other side finds out, nothing is overwritten, and a signed new epoch rejoins",
    twins=(Off("epoch_check", "signs-nothing"),),
    play=play,
)
