"""The demo's sites: a list that one party tells, and a plan of the other's that touches a place in it."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from wideberth.model.site import Listed
from wideberth.node.site_views import ToldView
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume
from wideberth.story import demo_case, parties
from wideberth.story.outcome import Cast
from wideberth.story.side import Side
from wideberth.story.steps import Steps

NAME: Final = f"{parties.MARK} hospital ships"
AT: Final = (33.4, 34.4)
"""Where the ship is at anchor, and where the plan goes first."""
CLEAR: Final = (33.4, 34.55)
"""Where it goes then: nine nautical miles further north."""


def sites(cast: Cast, steps: Steps, line: str) -> None:
    """A list is told; a plan touches it, and is given a new version that keeps clear."""
    _told(cast, steps, line)
    north, south = cast.sides
    begins = demo_case.starts(north)
    with steps.step(
        f"{north.name} files a plan that touches the site",
        "The answer says so at once. It is the planner's own matter: no case between the parties, no answer.",
    ):
        [filed] = north.submit([demo_case.over_sea("supply run", "heron 3", AT, begins)])
        [touch] = filed.sites
        steps.check((touch.name, touch.found) == (_row().name, "overlap"), f"{touch.name}: {touch.found}")
        wanted = f"{touch.required_m:,.0f} m wanted"
        steps.tell(north.name, f"{filed.label}: {touch.found} with {touch.name}, of {touch.label}; {wanted}")
        seen = steps.until(f"{south.name}'s node finds it", lambda: next(iter(south.touches()), None))
        steps.tell(south.name, f"a plan of {north.name}'s as it was told: {seen.found} with {seen.name}")
        steps.check(not (north.cases() or south.cases()), "it is a case between the parties")
    with steps.step(
        f"{north.name} changes the plan",
        "What was filed cannot be unfiled: the plan has a next version, and nothing of it touches the site.",
    ):
        moved = north.amend(filed.plan, demo_case.over_sea("supply run", "heron 3", CLEAR, begins))
        steps.check((moved.version, moved.sites) == (2, ()), f"version {moved.version} touches a site")
        steps.tell(north.name, f"{moved.label}: version {moved.version} touches no known site")
        steps.until(f"{south.name}'s node finds it clear", lambda: None if south.touches() else True)
        steps.tell(south.name, "no plan that was told touches a site of its own")
        demo_case.compared(north, steps, filed.plan)


def _told(cast: Cast, steps: Steps, line: str) -> None:
    north, south = cast.sides
    with steps.step(
        f"{south.name} tells {north.name} of a hospital ship",
        "Two persons have verified where it lies. What the other party says of it is no permission.",
    ):
        own = south.list_sites(NAME, [_row()]).list
        south.verify_site(own.list, _row().id, own.version, chief=False)
        row = south.verify_site(own.list, _row().id, own.version, chief=True)
        steps.check(row.stage == "verified", row.stage_words)
        steps.tell(south.name, f"{row.row['name']}: {row.stage_words}")
        south.send_sites(line, own.list)
        told = steps.until("the list arrives", lambda: _theirs(north, line))
        steps.check([each["name"] for each in told.rows] == [_row().name], "another list has arrived")
        steps.tell(north.name, f"{told.name}, version {told.version}: {told.rows[0]['name']}")
        steps.tell(north.name, told.notice)
        north.answer_sites(line, told.list, told.version, "acknowledged")
        steps.until("the answer arrives", lambda: _answered(south, line))
        [said] = _own(south, line).statuses
        steps.tell(south.name, f"{said.row}: {said.words}")


def _row() -> Listed:
    """The ship, where it lies."""
    lon, lat = AT
    ground = Circle((round(lon * DEGREE), round(lat * DEGREE)), 250 * METRE)
    found = Listed("ship-1", "site", f"{parties.MARK} hospital ship", (Volume(ground),), "hospital")
    return structs.replace(found, source="its owner")


def _theirs(side: Side, line: str) -> ToldView | None:
    return next((each for each in side.told_sites(line) if not each.mine and each.rows), None)


def _own(side: Side, line: str) -> ToldView:
    return next(each for each in side.told_sites(line) if each.mine)


def _answered(side: Side, line: str) -> bool | None:
    return True if _own(side, line).counts == {"acknowledged": 1} else None
