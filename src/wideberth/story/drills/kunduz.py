"""kunduz-2015: the hospital was on the list at headquarters, and not where it mattered."""

from __future__ import annotations

from typing import Final

from wideberth.ledger.canonical import Value
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, SECOND, Stage
from wideberth.story.parties import MARK

NAME: Final = f"{MARK} protected places"


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    north, south = stage.north, stage.south
    with script.step("listed", "South tells North of a hospital that two persons have verified"):
        own = south.node.sites.edition(NAME, [made.hospital(made.HERE)]).list
        for account in ("duty", "chief"):
            south.node.sites.verify(own.list, "h-1", own.version, "officer", south.user(account))
        south.node.sites.send(stage.line, own.list)
        stage.settle()
        shown = script.one(north.node.sites.told(stage.line), "lists at North")
        script.tell(north.name, f"{shown.name}, version {shown.version}: {shown.rows[0]['name']}")
    with script.step("matched", "North's node compares a plan with it, before anybody has to remember it"):
        start = stage.now_ms + 2 * DAY
        [filed] = north.node.desk.submit([made.plan("night support", made.HERE, start)])
        touch = script.one(filed.sites, "sites that the plan touches")
        script.check((touch.found, touch.grade) == ("overlap", "verified"), f"{touch.found}, {touch.grade}")
        script.tell(north.name, f"{filed.label}: {touch.found} with {touch.name}, told by {touch.label}")
    with script.step("every-hop", "South's node finds the same in what it was told of the plan"):
        stage.settle()
        seen = script.one(south.node.sites.cases(), "site cases at South")
        script.check(seen.of == "" and seen.found == "overlap", f"{seen.found} with {seen.name}")
        script.tell(south.name, f"a plan of North's, as it was told: {seen.found} with {seen.name}")
    with script.step("stale", "A copy that is forty days old says so wherever it is used"):
        stage.wait(40 * DAY, 20 * DAY)
        later = stage.now_ms + 2 * DAY
        [again] = north.node.desk.submit([made.plan("night support again", made.HERE, later)])
        old = script.one(again.sites, "sites that the plan touches").old
        script.check(old is not None and "40 days" in old, f"its age: {old}")
        script.tell(north.name, f"{again.sites[0].name}: {old}")
    with script.step(
        "changed", "The newer list is there in one step, and what it touches is looked at again"
    ):
        moved = made.north_of(made.HERE, 30)
        own = south.node.sites.edition(NAME, [made.hospital(moved)]).list
        south.node.sites.send(stage.line, own.list)
        stage.settle()
        now = north.node.desk.plan(again.plan)
        script.check(now.sites == (), "the plan touches a place where the hospital is no more")
        script.tell(north.name, f"{now.label}: touches no known site, as of {north.node.status().now}")
    with script.step("one-step", "The emergency call names the site, and rings where it can be passed on"):
        fields: dict[str, Value] = {"place": made.point(moved), "site": "h-1"}
        called = south.node.room.calls.call(stage.line, made.asked("SITE-IN-DANGER", fields))
        stage.carry()
        heard = north.node.room.calls.one(called.call)
        rung = [each.step for each in heard.rang]
        script.check(heard.precedence == "flash" and rung == ["officer"], f"{heard.precedence}, {rung}")
        north.node.room.calls.take(called.call, "duty officer", "en")
        stage.wait(20 * SECOND)
        north.node.room.calls.answer(called.call, "executor confirmed", "cell of the crew")
        stage.carry()
        mine = south.node.room.calls.one(called.call)
        script.check(mine.phase == "executor confirmed", mine.words)
        script.tell(south.name, f"{mine.code}: {mine.words}, 20 s after the call")


DRILL: Final = Drill(
    name="kunduz-2015",
    where="Kunduz, 2015: a hospital that was on the list",
    happened=(
        "The hospital's place had been given to headquarters. The crew's copy of the list was not current,"
        " and the grid that it had plotted to an open field; calls from the hospital went to people who could"
        " not reach the crew."
    ),
    shows="every hop compares plans with sites, an old list says its age, and the call is one step away",
    twins=(Off("site_match", "matched"), Off("stale_list", "stale")),
    play=play,
)
