"""The demo's middle: plans of both, a conflict that both find, and how it is closed."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from wideberth.errors import Refused
from wideberth.formats import times
from wideberth.model.plan import Plan
from wideberth.node.desk_views import CaseView, PlanView, ProposalView
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE, FOOT, METRE
from wideberth.space.volume import Volume
from wideberth.story import parties
from wideberth.story.outcome import Cast
from wideberth.story.side import Side
from wideberth.story.steps import Steps

MINUTE: Final = 60_000
"""In ms, as times are."""
AHEAD_MS: Final = 40 * MINUTE
"""How long before they begin plans are filed."""
FULL_MS: Final = 5 * MINUTE
"""Plans begin at whole minutes of this kind."""


class Filed(NamedTuple):
    """The plans that come too close to each other, and their case."""

    ours: PlanView
    theirs: PlanView
    case: str


def filed(cast: Cast, steps: Steps, line: str) -> Filed:
    north, south = cast.sides
    begins = starts(north)
    with steps.step(
        f"{north.name} files two plans",
        "They stay with its own node; what the terms let the other party see is told on the line.",
    ):
        survey = over_sea("coast survey", "heron 1", (33.0, 34.4), begins)
        ferry = over_sea("ferry", "heron 2", (33.8, 34.4), begins)
        ours, other = north.submit([survey, ferry])
        for each in (ours, other):
            compared(north, steps, each.plan)
        told = {each.callsign for each in south.notices(line)}
        steps.check({ours.callsign, other.callsign} <= told, f"{south.name} was told of other plans")
    with steps.step(
        f"{south.name} files two plans, and one comes too close",
        "The answer is there at once: which conflict, by how much, and the number of its case.",
    ):
        transit = over_sea("transit", "kite 1", (33.05, 34.4), begins + 30 * MINUTE)
        patrol = over_sea("fishery patrol", "kite 2", (32.2, 34.4), begins)
        theirs, free = south.submit([transit, patrol])
        [case] = theirs.on[0].cases
        steps.check(free.on[0].cases == (), "the other plan has a case too")
        steps.tell(south.name, f"{theirs.label}: {theirs.on[0].lead}; case {case}")
        steps.tell(south.name, _apart(south.case(case)))
        compared(south, steps, free.plan)
    with steps.step(
        f"{north.name}'s node has found the same",
        "Each computes by itself, from what it filed and what it was told. The case has the same number.",
    ):
        found = steps.until("the same case", lambda: next(iter(north.cases()), None))
        steps.check([each.case for each in north.cases()] == [case], "another case")
        steps.tell(north.name, f"case {found.case}: {found.words}")
        steps.tell(north.name, _apart(found))
    return Filed(ours, theirs, case)


def held_back(cast: Cast, steps: Steps, filed: Filed) -> None:
    """A plan may not begin while its case is open."""
    north = cast.sides[0]
    with steps.step(
        f"{north.name} wants to begin, and may not",
        "While a case is open nobody begins as if nothing were the matter (block_activation of the terms).",
    ):
        refused = _refused(north, filed.ours.plan)
        steps.check(refused.code == "plan.blocked" and filed.case in refused.message, refused.message)
        steps.tell(north.name, f"{refused.message}  [{refused.code}]")


def begun(cast: Cast, steps: Steps, filed: Filed, line: str) -> None:
    """Now it may, and the other party hears of it."""
    north, south = cast.sides
    with steps.step(
        f"{north.name} begins",
        "The case is closed, and South's node has compared the plan: nothing holds it back.",
    ):
        begun = north.activate(filed.ours.plan)
        steps.check(begun.state == "activated" and begun.override is None, begun.state)
        steps.tell(north.name, f"{begun.label}: {begun.state}")
        seen = steps.until(
            "South hears of it",
            lambda: next((each for each in south.notices(line) if each.state == "activated"), None),
        )
        steps.tell(south.name, f"{seen.callsign}: {seen.state}")


def closed(cast: Cast, steps: Steps, filed: Filed) -> None:
    north, south = cast.sides
    with steps.step(
        f"{south.name} asks what would clear it",
        "Changes in the agreed steps after which its plan is in no known conflict on this line.",
    ):
        found = south.case(filed.case)
        steps.check(found.own is not None, "South's case is of no plan of its own")
        own = found.own or ""
        for each in found.clears[own]:
            steps.tell(south.name, f"{filed.theirs.label}: {_change(each)}")
        delay = next((each for each in found.clears[own] if each.get("delay_ms", 0) > 0), None)
        steps.check(delay is not None, "no delay would clear it")
    with steps.step(
        f"{south.name} proposes the delay",
        "Until it is settled the old and the proposed volume both count as occupied, for everybody.",
    ):
        assert delay is not None  # it was checked
        south.propose(filed.case, own, delay, 600)
        seen = steps.until("the proposal arrives", lambda: _in_phase(north, filed.case, "proposed"))
        [said] = seen.proposals
        steps.check(not said.mine and said.change == delay, "another proposal has arrived")
        steps.tell(north.name, f"{_change(said.change)}, for an answer until {said.until}: {seen.words}")
    with steps.step(
        f"{north.name} accepts",
        "It is final once the proposer's node has shown that it holds it: nobody can take it back then.",
    ):
        answered = north.accept(filed.case)
        steps.check(answered.phase == "accepted", answered.words)
        steps.tell(north.name, answered.words)
        for side in cast.sides:
            final = steps.until(f"it is final at {side.name}", lambda: _final(side, filed.case))  # noqa: B023 - at once
            steps.tell(side.name, f"final: {_change(final.change)}")
    with steps.step(
        f"{south.name}'s plan has its new version, and the case closes",
        "Neither node finds a conflict any more. Both have looked again at everything near it.",
    ):
        for side in cast.sides:
            closed = steps.until(
                f"the case is closed at {side.name}",
                lambda: _in_phase(side, filed.case, "closed"),  # noqa: B023 - at once
            )
            steps.tell(side.name, f"closed: {closed.words}")
        changed = south.plan(filed.theirs.plan)
        steps.check(changed.version == 2, f"version {changed.version} of South's plan")
        steps.tell(south.name, f"{changed.label}: version {changed.version}, begins {changed.start}")
        for side, plan in ((north, filed.ours), (south, filed.theirs)):
            compared(side, steps, plan.plan)


def compared(side: Side, steps: Steps, plan: str) -> None:
    """A plan that the other party has compared, and that has no open case."""

    def compared() -> PlanView | None:
        found = side.plan(plan)
        return found if all(each.checked == "compared" for each in found.on) else None

    found = steps.until(f"{side.name}'s plan is compared by the other party", compared)
    [on] = found.on
    steps.check(not (on.cases or on.conflicts or on.blocked), f"{found.label} is in conflict, or held back")
    as_of = side.status().now
    steps.tell(side.name, f"{found.label}: {on.checked} by {on.label}; no known conflict, as of {as_of}")


def _final(side: Side, case: str) -> ProposalView | None:
    return next((each for each in side.case(case).proposals if each.final), None)


def _refused(side: Side, plan: str) -> Refused:
    try:
        side.activate(plan)
    except Refused as error:
        return error
    raise Refused("demo.otherwise", "the plan has begun although its case is open")


def _in_phase(side: Side, case: str, phase: str) -> CaseView | None:
    found = side.case(case)
    return found if found.phase == phase else None


def starts(side: Side) -> int:
    """When the plans begin: a whole number of minutes ahead of a node's clock."""
    now = times.parse_time(side.status().now, "now", None)
    return -(-(now + AHEAD_MS) // FULL_MS) * FULL_MS


def over_sea(label: str, callsign: str, at: tuple[float, float], start: int) -> Plan:
    """An hour within 5 km of a place over the sea, from 1,000 to 2,000 ft."""
    lon, lat = at
    volume = Volume(
        Circle((round(lon * DEGREE), round(lat * DEGREE)), 5_000 * METRE),
        Altitude("MSL", 1_000 * FOOT),
        Altitude("MSL", 2_000 * FOOT),
        start,
        start + 60 * MINUTE,
    )
    mark = parties.MARK
    return Plan("", "", (volume,), "survey", label=f"{mark} {label}", callsign=f"{mark} {callsign}")


def _apart(case: CaseView) -> str:
    """How far apart the two plans are, and when."""
    found = case.conflict
    if found is None or found.gap_m is None:
        raise Refused("demo.otherwise", "the node does not say how far apart the two plans are")
    apart = f"{found.gap_m:,.0f} m apart" if found.gap_m else "in the same place"
    return f"{found.found}: {apart}, {found.required_m:,.0f} m agreed, from {found.start} to {found.end}"


def _change(change: dict[str, Any]) -> str:
    """A change in words."""
    if "delay_ms" in change:
        return f"{change['delay_ms'] // MINUTE} min later"
    feet = round(change["lift_dmm"] / FOOT)
    return f"{abs(feet):,} ft {'higher' if feet > 0 else 'lower'}"
