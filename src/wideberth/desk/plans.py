"""A party's own plans: what may be filed, how early that is, where it may be, and what state follows which.

Everything here is decided from values: what is filed, the agreement, and the time. A plan that was filed
stays in the record; it can be amended and it can end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from immutables import Map
from msgspec import Struct, structs

from wideberth.conflict.find import find
from wideberth.desk import changes, cutover, nobody, volumes
from wideberth.desk.changes import Change
from wideberth.desk.plan_entries import Filed, Said, Stated
from wideberth.errors import Invalid, Refused
from wideberth.model.agreement import Allotment, Disclosure, Rules
from wideberth.model.plan import TRANSITIONS, Plan
from wideberth.model.plan import State as PlanState
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.space.altitude import Altitude
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.units import SECOND
from wideberth.space.volume import Volume

Lead = Literal["in time", "short", "too late"]
LEADS: Final[dict[Lead, str]] = {
    "in time": "told early enough",
    "short": "told later than agreed, and early enough to act",
    "too late": "too late to act on in writing: call",
}
DAY_MS: Final = 24 * 60 * 60 * SECOND
MINUTE_MS: Final = 60 * SECOND
MEETS: Final = SeparationTable(
    (Row((EVERY, EVERY), (Rule(0, "any", "any"),)),), "whether they meet on the ground"
)


class Own(Struct, frozen=True):
    """An own plan in its newest version; `disclosure`, `override` and `unconfirmed` as they were entered."""

    plan: Plan
    version: int
    disclosure: Disclosure | None = None
    override: str | None = None
    unconfirmed: tuple[str, ...] = ()


class State(Struct, frozen=True):
    """All own plans, by their ids."""

    plans: Map[str, Own] = Map()


def evolve(state: State, said: Said) -> State:
    """What is entered counts: it was decided before."""
    if isinstance(said, Filed):
        before = state.plans.get(said.plan.id)
        made = Own(said.plan, said.version, said.disclosure)
        if before is not None:
            # how it was activated is so of its later versions
            made = structs.replace(made, override=before.override, unconfirmed=before.unconfirmed)
        return State(state.plans.set(said.plan.id, made))
    known = state.plans.get(said.plan)
    if known is None or known.version != said.version:
        return state
    begun = said if said.state == "activated" else known
    made = structs.replace(
        known,
        plan=structs.replace(known.plan, state=said.state),
        override=begun.override,
        unconfirmed=begun.unconfirmed,
    )
    return State(state.plans.set(said.plan, made))


def own(state: State, plan: str) -> Own:
    """Raises: Invalid (`plan.none`)."""
    found = state.plans.get(plan)
    if found is None:
        raise Invalid("plan.none", "plan", plan, "a plan of this node: wideberth plan list")
    return found


def submit(plan: Plan, disclosure: Disclosure | None, now_ms: int) -> Filed:
    """A plan that is new. Raises: as `check`."""
    check(plan, now_ms)
    return Filed(structs.replace(plan, state="accepted"), 1, disclosure)


def amend(
    state: State,
    name: str,
    plan: Plan,
    disclosure: Disclosure | None,
    now_ms: int,
    version: int | None = None,
) -> Filed:
    """The next version of a plan, in the state in which it is; `version`: that from which it was made.

    Raises: Invalid (`plan.none`, and as `check`), Refused (`plan.ended`, and as `newest`).
    """
    known = own(state, name)
    if known.plan.state == "ended":
        raise Refused("plan.ended", "this plan has ended, which is for good; accepted: a new plan")
    newest(known, version)
    check(plan, now_ms)
    made = structs.replace(plan, party=known.plan.party, id=name, state=known.plan.state)
    return Filed(made, known.version + 1, disclosure)


def newest(known: Own, version: int | None) -> None:
    """Whether what was looked at still stands; None: nobody says. Raises: Refused (`plan.newer`)."""
    if version is not None and version != known.version:
        words = f"version {known.version} of this plan stands, and not version {version}"
        raise Refused("plan.newer", f"{words}; accepted: once more, by what stands now")


def next_version(known: Own, change: Change) -> Filed | Stated:
    """What an agreed change makes of a plan; one that is cancelled has ended.

    Raises: Invalid (as changes.changed), Refused (`plan.ended`).
    """
    if "cancel" in change or known.plan.state == "ended":
        return stated(known, "ended")
    return Filed(changes.changed(known.plan, change), known.version + 1, known.disclosure)


def check(plan: Plan, now_ms: int) -> None:
    """Raises: Invalid (`plan.past`, `plan.no_volumes`, `plan.personal`, and as volumes.read_all)."""
    if not plan.volumes:
        raise Invalid("plan.no_volumes", "volumes", "none", "at least one volume")
    # what is entered stays: it must be something that every later start reads, to the same
    if volumes.read_all(volumes.write_all(plan.volumes)) != plan.volumes:
        raise Invalid("plan.entry", "volumes", "other than they would be read", "volumes as a file has them")
    if nobody.reached_by(plan.callsign):
        wanted = "what a unit is called: others are told it, and it stays in the record"
        raise Invalid("plan.personal", "callsign", nobody.FOUND, wanted)
    ends = [volume.end for volume in plan.volumes]
    if all(end is not None and end <= now_ms for end in ends):
        raise Invalid("plan.past", "volumes", "all of them over", "a volume that is not over yet")


def stated(known: Own, to: PlanState, override: str | None = None, unconfirmed: Sequence[str] = ()) -> Stated:
    """A change of state (F3548). Raises: Refused (`plan.ended`, `plan.transition`)."""
    before = known.plan.state
    if before == "ended":
        raise Refused("plan.ended", "this plan has ended, which is for good; accepted: a new plan")
    if to not in TRANSITIONS[before]:
        allowed = ", ".join(TRANSITIONS[before])
        raise Refused("plan.transition", f"a plan that is {before} cannot become {to}; accepted: {allowed}")
    return Stated(known.plan.id, known.version, to, override, tuple(unconfirmed))


def start(plan: Plan) -> int | None:
    """When it begins, in ms POSIX UTC; None where a volume of it has no start."""
    starts = [volume.start for volume in plan.volumes]
    known = [each for each in starts if each is not None]
    return min(known) if len(known) == len(starts) and known else None


def lead(plan: Plan, rules: Rules, now_ms: int) -> Lead:
    """How early the others are told. A plan without a start has begun."""
    agreed = cutover.row(rules.lead_times, plan.activity)
    begins = start(plan)
    left = 0 if begins is None else begins - now_ms
    if left >= agreed.notice_ms:
        return "in time"
    return "short" if left >= agreed.late_ms else "too late"


def inside(plan: Plan, areas: Sequence[Polygon | Circle], reference: VerticalReference) -> bool:
    """Whether any of it lies in each of these areas, as far as is certain; yes where there is none."""
    return all(_meets(plan.volumes, area, reference) for area in areas)


def allotted(
    plan: Plan, allotments: Sequence[Allotment], label: str, reference: VerticalReference
) -> list[Allotment]:
    """The areas and hours of other parties that a plan of the party with this label needs consent for."""
    return [
        each
        for each in allotments
        if each.party != label
        and each.activity in (EVERY, plan.activity)
        and _meets(list(_in_hours(plan.volumes, each.hours)), each.area, reference)
    ]


def _meets(volumes: Sequence[Volume], area: Polygon | Circle | None, reference: VerticalReference) -> bool:
    if area is None or not volumes:
        return bool(volumes)
    where = Volume(area, Altitude("SFC", 0), Altitude("UNL", 0))
    over = tuple(structs.replace(each, pad=type(each.pad)(), band=None) for each in volumes)
    plans = [Plan("a", "a", over), Plan("b", "b", (where,))]
    return find(plans, MEETS, reference, limit=1).count > 0


def _in_hours(volumes: Sequence[Volume], hours: tuple[int, int]) -> Iterator[Volume]:
    """Those that are there at some time within these hours of some day."""
    begin, until = (each * MINUTE_MS for each in hours)
    lasts = (until - begin) % DAY_MS or DAY_MS
    for volume in volumes:
        if volume.start is None or volume.end is None or volume.end - volume.start >= DAY_MS:
            yield volume
            continue
        # from its start to the next opening, and from the last opening to its start
        ahead, behind = (begin - volume.start) % DAY_MS, (volume.start - begin) % DAY_MS
        if ahead < volume.end - volume.start or behind < lasts:
            yield volume
