"""What would clear a plan on a line, in the steps that are agreed there."""

from __future__ import annotations

from wideberth.desk import changes
from wideberth.desk.changes import Change
from wideberth.model.plan import Plan
from wideberth.node.line_desk import LineDesk


def clearing(line: LineDesk, plan: Plan | None, notice: str) -> list[Change]:
    """The changes of a plan, as it is compared on the line, after which it meets nothing there.

    `notice`: the id of its notice, resident or not.
    """
    if plan is None or not plan.volumes or line.bound is None or line.compared is None:
        return []
    compared = line.compared
    steps = line.bound.rules.proposals
    return list(changes.clearing(plan, steps, lambda after: bool(compared.meets(after, plan.party, notice))))
