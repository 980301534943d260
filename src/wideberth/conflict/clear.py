"""Is a changed plan clear of all others? The real search, on the plan as it would be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wideberth.conflict.engine import engine_for
from wideberth.conflict.find import Search
from wideberth.conflict.pairs import reach_of
from wideberth.conflict.prepare import lay_out
from wideberth.conflict.touching import touching
from wideberth.model.plan import Plan
from wideberth.model.separation import Row, Rule, SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.volume import Volume

KEPT_OUT = "\0kept out"
"""Party and activity of what no volume may overlap; no plan's name holds a zero byte."""


class Judge:
    """Decides about changed plans against the others: `plans`, and what must not be overlapped among them."""

    def __init__(
        self, table: SeparationTable, reference: VerticalReference, own: bool, plans: Sequence[Plan]
    ) -> None:
        self.table = table
        self.reference = reference
        self.own = own
        self.plans = tuple(plans)

    def against(self, plans: Sequence[Plan]) -> Judge:
        """The same with only these others."""
        return Judge(self.table, self.reference, self.own, plans)

    def search(self, plans: Sequence[Plan]) -> Search | None:
        """A search over some plans; None where they have no volume."""
        rows = lay_out(plans)
        if rows is None:
            return None
        return Search(rows, self.table, self.reference, engine_for(len(rows.plan)))

    def clear(self, changed: Sequence[Plan]) -> list[bool]:
        """Whether each changed plan is in no conflict with any other; its own unchanged self is none."""
        search = self.search([*changed, *self.plans])
        found = np.ones(len(changed), dtype=bool)
        if search is None:
            return found.tolist()
        rows = search.rows
        keys: dict[tuple[str, str], int] = {}
        key = np.array([keys.setdefault(plan.key, len(keys)) for plan in rows.plans])[rows.plan]
        mine = rows.plan < len(changed)
        for i, j in touching(rows, reach_of(self.table), mine, ~mine, self.own):
            other = key[i] != key[j]
            close = search.violations(i[other], j[other])
            found[rows.plan[close.i]] = False
        return found.tolist()


def judge(
    plans: Sequence[Plan],
    table: SeparationTable,
    reference: VerticalReference,
    *,
    own: bool,
    keep_out: Sequence[Volume] = (),
) -> Judge:
    """A judge of changes against `plans` (ended ones left out) and volumes that no plan may overlap."""
    live = sorted((plan for plan in plans if plan.state != "ended"), key=lambda plan: plan.key)
    if not keep_out:
        return Judge(table, reference, own, live)
    touch = (Rule(0, 0, 0),)
    rows = [Row((KEPT_OUT, activity), touch) for activity in sorted({plan.activity for plan in live})]
    wider = SeparationTable((*table.rows, *rows), table.source)
    return Judge(wider, reference, own, [*live, Plan(KEPT_OUT, "", tuple(keep_out), KEPT_OUT)])
