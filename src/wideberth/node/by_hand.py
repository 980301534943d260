"""Own plans against those that the far end of a manual line told: which pairs are in conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from wideberth.conflict.find import find
from wideberth.desk.manual import Line
from wideberth.model.agreement import Rules
from wideberth.model.case import Found
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY, PRESETS, Minimum, Row, Rule, SeparationTable
from wideberth.space.ground import Circle, Corridor, Ground
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE

GRID: Final = Rules().coarse
PROPOSED: Final = "+"
"""Stands in an id before the number of a proposal."""
_MANY: Final = 16
_WIDE: Final = 5 * DEGREE
_FAR: Final = 500_000 * 10_000
"""Of more volumes, or of wider ones, a coarse view may be made of larger cells."""

Pair = tuple[str, str]
"""Own plan, and theirs."""


class Met(NamedTuple):
    """How two plans are in conflict, and when first."""

    found: Found
    start: int | None
    end: int | None


def table(line: Line) -> SeparationTable:
    """The separation of a manual line."""
    return PRESETS[line.opened.preset]


def meetings(
    ours: Sequence[Plan],
    theirs: Sequence[Plan],
    by: SeparationTable,
    reference: VerticalReference,
    most: int,
) -> tuple[dict[Pair, Met], int]:
    """The pairs in conflict, the earliest conflict of each, and how many conflicts were not looked at."""
    if not ours or not theirs:
        return {}, 0
    result = find([*ours, *theirs], by, reference, limit=most)
    far = {each.key for each in theirs}
    found: dict[Pair, Met] = {}
    for each in result.conflicts:
        k = 0 if each.plans[1] in far else 1
        pair = plan_of(each.plans[k][1]), plan_of(each.plans[1 - k][1])
        apart = any(gap is not None and gap > 0 for gap in (each.gap.h, each.gap.v, each.gap.t))
        known = found.get(pair)
        if known is None:
            found[pair] = Met("close" if apart else "overlap", each.start, each.end)
        elif not apart:
            found[pair] = known._replace(found="overlap")
    return found, result.count - len(result.conflicts)


def near(
    ours: Sequence[Plan], theirs: Sequence[Plan], by: SeparationTable, reference: VerticalReference
) -> list[Plan]:
    """Own plans of which the coarse view may be in conflict with one of theirs: never too few."""
    if not ours or not theirs:
        return []
    loose = SeparationTable((Row((EVERY, EVERY), tuple(map(_loose, _rules(by)))),), "near")
    found = find([*ours, *theirs], loose, reference)
    names = {name for each in found.conflicts for _, name in each.plans}
    return [each for each in ours if each.id in names or _large(each)]


def _rules(by: SeparationTable) -> list[Rule]:
    return [rule for row in by.rows for rule in row.rules]


def _loose(rule: Rule) -> Rule:
    """What a cell of the grid, and one twice as large, can add."""
    return Rule(_more(rule.h, 6 * GRID.h), "any", _more(rule.t, 2 * GRID.t))


def _more(minimum: Minimum, by: int) -> Minimum:
    return minimum if minimum == "any" else minimum + by


def _large(plan: Plan) -> bool:
    return len(plan.volumes) > _MANY or any(_wide(each.ground) for each in plan.volumes)


def _wide(ground: Ground) -> bool:
    if isinstance(ground, Circle):
        return ground.radius > _FAR
    points = ground.points if isinstance(ground, Corridor) else ground.rings[0]
    return any(max(axis) - min(axis) > _WIDE for axis in zip(*points, strict=True))


def plan_of(name: str) -> str:
    """The plan of an id, which may be that of a proposal for it."""
    return name.split(PROPOSED, maxsplit=1)[0]
