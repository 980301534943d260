"""`find` by both engines: the plain and the compiled one must agree wherever a test asks either."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wideberth.conflict import find as finding
from wideberth.conflict.engine import PLAIN
from wideberth.conflict.find import MOST, Found
from wideberth.conflict.join import COMPILED
from wideberth.conflict.result import Axes, Conflict
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.space.reference import VerticalReference


def find(
    plans: Sequence[Plan],
    table: SeparationTable,
    reference: VerticalReference,
    *,
    own: bool = False,
    limit: int = MOST,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """What the plain engine finds, once the compiled one has found the same."""
    plain = finding.find(plans, table, reference, own=own, limit=limit, engine=PLAIN, progress=progress)
    fast = finding.find(plans, table, reference, own=own, limit=limit, engine=COMPILED)
    assert same(plain, fast)
    return plain


def same(plain: Found, fast: Found) -> bool:
    """Equal, but for the last digit of a gap and for the place of a conflict where several are as near."""
    assert (plain.count, plain.notes) == (fast.count, fast.notes)
    assert len(plain.conflicts) == len(fast.conflicts)
    for one, two in zip(in_order(plain), in_order(fast), strict=True):
        assert without_figures(one) == without_figures(two)
        assert abs((one.gap.h or 0) - (two.gap.h or 0)) <= 1
    return True


def in_order(found: Found) -> list[Conflict]:
    """By plans and volumes."""
    return sorted(found.conflicts, key=lambda conflict: (conflict.plans, conflict.volumes))


def without_figures(conflict: Conflict) -> tuple[object, ...]:
    """All but the horizontal gap and the place."""
    c, gap = conflict, conflict.gap
    rest = Axes(None if gap.h is None else 0, gap.v, gap.t, gap.f)
    also = (c.rule, c.also, rest, c.required, c.start, c.end, c.agl_unresolved)
    return (c.plans, c.volumes, c.activities, *also)
