"""convoy-2024: the plan was filed, and never passed to those who fly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from wideberth.desk import relay_entries
from wideberth.ledger import ids, keys
from wideberth.ledger.canonical import Value
from wideberth.node.relay_views import RelayView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, MINUTE, SECOND, Stage, Station
from wideberth.story.parties import MARK

TREE: Final = {"operations": None, "drone cell": "operations", "crew 1": "drone cell", "crew 2": "drone cell"}
"""North's cells, and which is above each."""
STEP: Final = 5 * SECOND
"""How often the vehicles are reported."""
AWAY: Final = tuple(1.0 + 0.075 * n for n in range(1, 61))
"""How far they are from the middle of what was told, in km, at 54 km/h; 5 km are told."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    start = stage.now_ms + DAY
    cells(north, TREE)
    with script.step("filed", "South tells North of a convoy, and North's node has compared it"):
        [filed] = south.node.desk.submit([made.plan("convoy", made.HERE, start)])
        stage.settle()
        [on] = south.node.desk.plan(filed.plan).on
        script.check(on.checked == "compared", on.checked)
        script.tell(south.name, f"{filed.label}: {on.checked} by {on.label}; that reaches nobody who flies")
    with script.step("broken", "North hands it down; its tree shows where it stopped"):
        found = north.node.room.relay.open(stage.line, on.notice)
        found = confirm(north, found, "operations")
        chains = {each.name: each.chain for each in found.duties}
        script.check(chains["drone cell"] == "broken" and not found.whole, f"{chains}")
        for each in found.duties:
            script.tell(north.name, f"{'  ' * each.depth}{each.name}: {each.chain}, {each.words}")
    with script.step("alarm", "An hour before the start it rings, for as long as the branch is broken"):
        stage.wait(start - 59 * MINUTE - stage.now_ms, 12 * 60 * MINUTE)
        stage.wait(MINUTE, MINUTE)
        rung = {each.why: each for each in north.node.room.ringing.all()}
        script.check("relay.broken" in rung, "nothing rings at North")
        script.tell(north.name, rung["relay.broken"].words)
    _tested(stage, script, start, on.notice, found)
    _driven(stage, script, filed.plan, start)


def _tested(stage: Stage, script: Script, start: int, notice: str, found: RelayView) -> None:
    """Somebody has to answer now, before they drive."""
    north, south = stage.north, stage.south
    with script.step(
        "contact-test", "Before it starts South asks for somebody who answers now, and hears that nobody does"
    ):
        fields: dict[str, Value] = {"notice": notice, "start": made.moment(start)}
        called = south.node.room.calls.call(
            stage.line, made.asked("CONTACT-TEST", fields)._replace(precedence="flash")
        )
        stage.wait(125 * SECOND, SECOND * 5)
        rung = {each.id: each for each in south.node.room.ringing.all()}
        script.check(called.call in rung, "South's people are not told that nobody answers")
        script.tell(south.name, f"{rung[called.call].words}; the convoy waits")
        rang = [each.step for each in north.node.room.calls.one(called.call).rang]
        script.check(rang[-1] == "channel", f"at North it has climbed to {rang[-1]}")
    with script.step(
        "answered", "North's officer answers; every cell signs that it has the exact text, to the last crew"
    ):
        north.node.room.calls.take(called.call, "duty officer", "en")
        found = confirm(north, found, "drone cell", "crew 1")
        script.check(not found.whole, "it is whole without the last crew")
        found = confirm(north, found, "crew 2")
        script.check(found.whole and found.rung == "executor confirmed", f"{found.rung}")
        stage.settle()
        seen = south.node.of(stage.line).fold.all.notices.notices[notice].passed[north.party.id]
        script.check(seen.rung == "executor confirmed", seen.rung)
        script.tell(south.name, f"North says of it: {seen.rung}; of which cells it says nothing")


def _driven(stage: Stage, script: Script, plan: str, start: int) -> None:
    """They drive: where they are is compared with what was told."""
    north, south = stage.north, stage.south
    stage.wait(start + MINUTE - stage.now_ms, 10 * MINUTE)
    with script.step("driving", "While the vehicles keep to their plan, nothing is said of them"):
        _report(stage, [1.0] * 6)
        [track] = south.node.room.watch.tracks()
        script.check(track.plan == plan, "they are not known to be the convoy")
        script.check(_alerts(south) == [], f"{_alerts(south)}")
        script.tell(south.name, f"{track.callsign}: on its plan, {track.doubt_m:.0f} m of doubt")
    with script.step("strayed", "They leave it: South's own node says so, and calls North by itself"):
        _report(stage, AWAY)
        script.check("nonconforming" in _alerts(south), f"{_alerts(south)}")
        stage.carry()
        codes = [each.code for each in north.node.room.calls.all()]
        script.check("PRESENT" in codes, f"at North: {codes}")
        rung = {each.why: each for each in south.node.room.ringing.all()}
        script.tell(south.name, rung["alert.nonconforming"].words)
        script.tell(north.name, f"{codes[0]}: South says where they are, and to keep clear of them")
    with script.step("contingent", "A minute later they are still not back: that is said more loudly"):
        _report(stage, [AWAY[-1]] * 13)
        script.check("contingent" in _alerts(south), f"{_alerts(south)}")
        rung = {each.why: each for each in south.node.room.ringing.all()}
        script.check(rung["alert.contingent"].loud, "it does not sound")
        script.tell(south.name, rung["alert.contingent"].words)


def _report(stage: Stage, way: Sequence[float]) -> None:
    """The vehicles, so many km to the north of where the middle of their plan is."""
    callsign = f"{MARK} heron 1"
    for km in way:
        seen = made.seen("1", made.north_of(made.HERE, km), stage.now_ms, callsign=callsign, kind="vehicle")
        stage.south.node.room.watch.take([seen])
        stage.wait(STEP)


def _alerts(station: Station) -> list[str]:
    return [each.kind for each in station.node.room.watch.alerts()]


def cells(station: Station, tree: dict[str, str | None]) -> None:
    """Its cells, each with a key of its own."""
    for name, above in tree.items():
        station.node.room.relay.add(name, above, keys.public(_seed(station, name)))


def confirm(station: Station, found: RelayView, *names: str) -> RelayView:
    """Cells sign that they have the exact text."""
    for name in names:
        cell = next(each.cell for each in found.duties if each.name == name)
        digest = relay_entries.sha256(found.text)
        seed, now = _seed(station, name), station.node.clock.now()
        said = relay_entries.sign(found.relay, cell, "confirmed", now, digest, seed)
        found = station.node.room.relay.confirm(said)
    return found


def _seed(station: Station, name: str) -> bytes:
    """The key of a cell, as an exercise has it."""
    return hashlib.sha256(ids.base32(station.party.officers[0]).encode() + name.encode()).digest()


DRILL: Final = Drill(
    name="convoy-2024",
    where="Deir al-Balah, 2024: a convoy whose plan was agreed",
    happened=(
        "The route had been told and acknowledged, and was not passed to those who flew. Calls were not"
        " answered; the vehicles were taken for others, and hit one after the other."
    ),
    shows=(
        "the tree shows the broken branch before the start, a test who answers now, and a convoy that leaves"
        " its plan is told of at once"
    ),
    twins=(Off("relay_alarm", "alarm"), Off("contact_test", "contact-test"), Off("conform", "strayed")),
    play=play,
)
