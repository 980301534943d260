"""listed-sites-2019: places on the list were wrong, and nobody could show later who had held which."""

from __future__ import annotations

from typing import Final

from wideberth.node.site_views import HeldView
from wideberth.story.drill import Drill, Off, Script
from wideberth.story.drills import made
from wideberth.story.exercise import DAY, Stage
from wideberth.story.parties import MARK

NAME: Final = f"{MARK} sites"
WRONG: Final = made.north_of(made.HERE, 9)
"""Where the list has it; the hospital stands at made.HERE."""


def play(stage: Stage, script: Script) -> None:
    """The drill."""
    south = stage.south
    of, version = _stated(stage, script)
    sites = south.node.sites
    with script.step("one-person", "One person alone verifies no place, however often"):
        row = sites.verify(of, "h-1", version, "officer", south.user("duty"))
        script.check(row.stage == "once" and row.grade != "verified", row.stage_words)
        script.tell(south.name, row.stage_words)
        error = script.refused(
            "site.same_person", lambda: sites.verify(of, "h-1", version, "officer", south.user("duty"))
        )
        script.tell(south.name, error.message)
    with script.step("second-person", "The second person looks at the place itself, and it is another one"):
        edition = sites.edition(NAME, [made.hospital(made.HERE, review_ms=stage.now_ms + 90 * DAY)])
        script.check(edition.changed == ("h-1",), "the row is the same as before")
        [row] = sites.rows(of).rows
        script.check(row.stage == "stated", f"what was said of another place stands: {row.stage_words}")
        script.tell(south.name, f"version {edition.list.version}, 9 km further south: {row.stage_words}")
    with script.step("two-persons", "Two persons verify the right place, each by themselves"):
        version = edition.list.version
        sites.verify(of, "h-1", version, "officer", south.user("duty"))
        row = sites.verify(of, "h-1", version, "officer", south.user("chief"))
        script.check(row.grade == "verified", row.stage_words)
        script.tell(south.name, row.stage_words)
    told = sites.send(stage.line, of)
    stage.settle()
    _held(stage, script, of, told.list)
    with script.step("due-again", "A place that nobody has looked at for too long says so"):
        stage.wait(91 * DAY, 30 * DAY)
        [row] = sites.rows(of).rows
        script.check(row.old is not None, "its validation is overdue, and nothing says so")
        script.tell(south.name, f"{row.row['name']}: {row.old}")
        again = sites.revalidate(of, "h-1", row.version, "officer", stage.now_ms + 90 * DAY)
        script.check(again.old is None, again.old or "")


def _stated(stage: Stage, script: Script) -> tuple[str, int]:
    """The list as it was submitted, told before anybody has verified anything."""
    south = stage.south
    sites = south.node.sites
    with script.step("stated", "South lists a hospital 9 km from where it stands, as verified"):
        edition = sites.edition(NAME, [made.hospital(WRONG, grade="verified")])
        [row] = sites.rows(edition.list.list).rows
        script.check(row.grade == "single_source", f"a list's own word counts as {row.grade}")
        script.tell(south.name, f"{row.row['name']}: {row.grade}; {row.stage_words}")
        sites.send(stage.line, edition.list.list)
        stage.settle()
        shown = script.one(stage.north.node.sites.told(stage.line), "lists at North")
        script.check(shown.rows[0]["grade"] == "single_source", "North was told that it is verified")
        script.tell(stage.north.name, f"{shown.name}, version {shown.version}: {shown.rows[0]['grade']}")
    return edition.list.list, edition.list.version


def _held(stage: Stage, script: Script, of: str, told: str) -> None:
    """Who held which place, when."""
    north, south = stage.north, stage.south
    with script.step("answered", "North says what it makes of it: that it was read, and no more"):
        shown = script.one(north.node.sites.told(stage.line), "lists at North")
        script.check(shown.list == told and shown.rows[0]["grade"] == "verified", "another list has come")
        north.node.sites.answer(stage.line, told, shown.version, "acknowledged", {})
        stage.carry()
        script.tell(north.name, shown.notice)
    with script.step("who-held", "Who held which place, from when to when, and by whose signature"):
        found = script.one(south.node.sites.held(of, "h-1").recipients, "recipients")
        script.check([each.version for each in found.versions] == [1, 2], "not both places are there")
        for each in found.versions:
            script.check(each.delivered is not None, f"version {each.version} was not cosigned")
            script.tell(south.name, _words(each))
        script.check(found.versions[-1].status.status == "acknowledged", found.versions[-1].status.words)
        signed = _cosigned(stage, found.versions[0])
        script.check(signed, "North's signature does not cover the first place")
        script.tell(
            north.name, "its own feed and South's have the same root: it cannot say that it held none"
        )


def _words(each: HeldView) -> str:
    said = f"version {each.version}: sent {each.sent}, North's receipt {each.delivered}"
    return f"{said}; {each.status.words}"


def _cosigned(stage: Stage, each: HeldView) -> bool:
    """Both hold the same feed, beyond the entry that told the place."""
    feeds = [
        next(feed for feed in station.node.line(stage.line).feeds if feed.origin == each.origin)
        for station in (stage.north, stage.south)
    ]
    return feeds[0].root == feeds[1].root and all(feed.entries > each.entry for feed in feeds)


DRILL: Final = Drill(
    name="listed-sites-2019",
    where="Idlib and Hama, 2019: sites on a list of places not to be hit",
    happened=(
        "Hospitals and schools were notified by their places to those who flew. Some places had been"
        " submitted wrong, and later nobody could show who had held which place at which hour."
    ),
    shows="two persons verify a place, it is validated again, and who held it when can be shown",
    twins=(Off("two_person_verify", "one-person"),),
    play=play,
)
