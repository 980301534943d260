"""What of a plan leaves the node, and what others may make it answer: the one choke point."""

from __future__ import annotations

from msgspec import Struct

from wideberth.desk import cutover
from wideberth.model.agreement import DISCLOSURES, Disclosure, Rules, Step
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY
from wideberth.space.volume import Volume


class View(Struct, frozen=True):
    """What is told of a plan."""

    level: Disclosure
    activity: str
    callsign: str
    volumes: tuple[Volume, ...]
    simplified: bool = False


def level(plan_level: Disclosure | None, rules: Rules, activity: str) -> Disclosure:
    """The narrower of what the agreement and the plan say."""
    agreed = cutover.row(rules.disclosure, activity) if {activity, EVERY} & set(rules.disclosure) else "none"
    return min(agreed, plan_level or "full", key=DISCLOSURES.index)


def view(plan: Plan, of: Disclosure, grid: Step) -> View:
    """What is told."""
    volumes = plan.volumes if of == "full" else ()
    return View(of, plan.activity, plan.callsign if of == "full" else "", volumes)


def compared(plan: Plan, of: Disclosure, grid: Step) -> tuple[Volume, ...]:
    """What answers to the other party are worked out on."""
    return plan.volumes if of == "full" else ()
