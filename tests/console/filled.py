"""Something of everything on two running nodes, so that no view is seen empty."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from tests.console.two import Two, until
from wideberth.desk.statement_entries import Declared
from wideberth.model.communique import Text
from wideberth.model.hold import Hold, Moment
from wideberth.model.release import Caveats, Recipient
from wideberth.model.site import Listed
from wideberth.model.talks import Invitation
from wideberth.model.track import Report
from wideberth.node.calls import Asked
from wideberth.node.node import Node
from wideberth.node.release_records import Choice
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.story import demo_case
from wideberth.story.parties import MARK

HOUR_MS: Final = 3_600_000


def fill(two: Two) -> None:
    """Plans in conflict with their case, told sites, and one of each other noun, at North and from South."""
    _plans(two)
    _sites(two)
    _said(two)
    _own(two)
    until(lambda: len(two.north.node.room.calls.all()) >= 2)


def _plans(two: Two) -> None:
    begins = demo_case.starts(two.north.side)
    two.north.side.submit(
        [
            demo_case.over_sea("coast survey", "heron 1", (33.0, 34.4), begins),
            demo_case.over_sea("ferry", "heron 2", (33.8, 34.4), begins),
        ]
    )
    two.south.side.submit(
        [demo_case.over_sea("transit", "kite 1", (33.05, 34.4), begins + 30 * demo_case.MINUTE)]
    )
    until(lambda: len(two.north.side.cases()) == 1 and len(two.south.side.cases()) == 1)


def _row(name: str, lon: float) -> Listed:
    ground = Circle((round(lon * DEGREE), round(34.4 * DEGREE)), 250 * METRE)
    return structs.replace(
        Listed("ship-1", "site", f"{MARK} {name}", (Volume(ground),), "hospital"), source="its owner"
    )


def _sites(two: Two) -> None:
    for node, lon in ((two.north.node, 33.2), (two.south.node, 33.4)):
        made = node.sites.edition(f"{MARK} hospital ships", [_row("hospital ship", lon)]).list
        node.sites.send(two.line, made.list)
    until(lambda: any(not each.mine for each in two.north.node.sites.told()))


def _said(two: Two) -> None:
    """What both say to each other, over and above plans."""
    north, south = two.north.node, two.south.node
    now = north.clock.now()
    both = (north.party, south.party)
    for node in (north, south):
        said = Declared("", 1, f"{MARK} statement.", "none", now, None, "officer")
        node.room.statements.make([two.line], said)
        node.room.calls.call(
            two.line, Asked(None, {}, "duty officer", "priority", "en", text=f"{MARK} radio check")
        )
        talks = Invitation("", 1, f"{MARK} talks", ("hours", "areas"), now + 48 * HOUR_MS, both)
        node.room.talks.propose(talks)
    until(lambda: len(north.room.talks.all()) == 2)
    north.room.holds.put(Hold("", (south.party,), now + 20 * HOUR_MS, Moment(now + 30 * HOUR_MS)))


def _own(two: Two) -> None:
    """What North has for its own people."""
    north, now = two.north.node, two.north.node.clock.now()
    manual = north.manual.open(f"{MARK} far end", "telephone", "en", "full", "crewed").manual
    far = demo_case.over_sea("far plan", "tern 1", (32.0, 34.0), now + 3 * HOUR_MS)
    north.manual.planned(manual, [structs.replace(far, id="", party="")], "watch officer", now)
    plan = two.north.side.plans()[0].plan
    north.room.relay.add(f"{MARK} crew 1", None, None)
    north.room.relay.open(None, plan)
    _releases(north, plan)
    at = (round(33.0 * DEGREE), round(34.4 * DEGREE))
    height = Altitude("MSL", 1_500 * FOOT)
    north.room.watch.take([Report("radar", "radar:x", now, at, 0, height, callsign=f"{MARK} heron 1")])


def _releases(north: Node, plan: str) -> None:
    rooms = north.room
    rooms.releases.add_recipient(Recipient(f"{MARK} monitor"))
    rooms.releases.draft([f"{MARK} monitor"], f"{MARK} release", [Choice("plan", plan)], Caveats())
    rooms.communiques.draft([], [Text("en", f"{MARK} communiqué", "Nothing here is real.")], replies=True)
