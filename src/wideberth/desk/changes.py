"""What a proposal would make of a plan, in agreed steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import structs

from wideberth.conflict.offer import floating, shifted
from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import Step
from wideberth.model.plan import Plan

DELAYS, LIFTS = 24, 12
"""How many steps later, and higher or lower, are tried."""
Change = dict[str, Value]


def changed(plan: Plan, change: Change) -> Plan:
    """The plan as it would be; one that is cancelled has ended.

    Raises: Invalid (`case.change` for a change that makes no plan, as volumes.read).
    """
    (kind, value), *_ = change.items()
    if kind == "cancel":
        return structs.replace(plan, state="ended")
    if kind == "volumes":
        return structs.replace(plan, volumes=volumes.read_all(value, "change.volumes"))
    by = value if isinstance(value, int) and not isinstance(value, bool) else 0
    after = shifted(plan, by, 0) if kind == "delay_ms" else shifted(plan, 0, by)
    if after is None or after == plan:
        raise Invalid(
            "case.change", f"change.{kind}", value, "a change after which it is a plan, and another"
        )
    return after


def check_steps(change: Change, step: Step) -> None:
    """Delay and lift are proposed in agreed steps only. Raises: Invalid (`case.steps`)."""
    for kind, size, unit in (("delay_ms", step.t, "ms"), ("lift_dmm", step.v, "0.1 mm")):
        value = change.get(kind)
        if isinstance(value, int) and value % size:
            raise Invalid("case.steps", f"change.{kind}", value, f"a multiple of the agreed {size:,} {unit}")


def clearing(plan: Plan, step: Step, meets: Callable[[Plan], bool]) -> Iterator[Change]:
    """The least delay, climb and descent in whole steps after which a plan meets nothing, if there is one.

    What reaches the surface, or has no upper limit, is there for a reason: it is offered in time alone.
    """
    for kind, size, most in (
        ("delay_ms", step.t, DELAYS),
        ("lift_dmm", step.v, LIFTS),
        ("lift_dmm", -step.v, LIFTS),
    ):
        if kind == "lift_dmm" and not floating(plan):
            continue
        for k in range(1, most + 1):
            change: Change = {kind: k * size}
            try:
                after = changed(plan, change)
            except Invalid:
                break
            if size < 0 and _under(after) and not _under(plan):
                break
            if not meets(after):
                yield change
                break


def _under(plan: Plan) -> bool:
    """Whether a limit is below the zero of its datum."""
    return any(min(each.lower.value, each.upper.value) < 0 for each in plan.volumes)
