"""What another party may be told of a plan: the one way out of a node, and what answers are computed on.

`view` says what is told, `compared` what the recipient's own plans are compared with. Where the true volumes
are not to be seen, both are the coarse view, a function of the cells of a public grid alone: whatever a
recipient asks, and however often, it learns no more than that view (LINE, Who may compute on what).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct, structs

from wideberth.desk import volumes as written
from wideberth.errors import Invalid
from wideberth.ledger import canonical
from wideberth.model.agreement import DISCLOSURES, Disclosure, Rules, Step
from wideberth.model.plan import Plan, State
from wideberth.model.separation import EVERY
from wideberth.space.boxed import corners
from wideberth.space.coarse import Coarse, Grid
from wideberth.space.fewer import fewer
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

ROOM: Final = 60 * 1024
"""Bytes of the volumes of one view: a body holds 64 KiB, and says more than volumes."""
_FINEST: Final = Grid(10 * METRE, METRE, SECOND)
"""The least cells in which volumes that do not fit are simplified; then of twice, four times … as much."""
_LEAST: Final = 220
"""Bytes that a volume takes at least."""
_POINT: Final = 10
"""Bytes that a position takes at least."""
_FEW: Final = 8
"""Points of which none is left out."""
_SLACKS: Final = tuple(METRE * 2**k for k in range(14))
"""Tolerances for points that are left out: 1 m to 8 km."""


class View(Struct, frozen=True):
    """What is told of a plan.

    `simplified`: the volumes hold those that were to be told and are larger, because those did not fit.
    """

    level: Disclosure
    activity: str
    callsign: str
    state: State
    volumes: tuple[Volume, ...]
    simplified: bool


def level(plan_level: Disclosure | None, rules: Rules, activity: str) -> Disclosure:
    """How much is told of a plan: as agreed for its activity, or less where the plan itself says so."""
    agreed = rules.disclosure.get(activity, rules.disclosure.get(EVERY, "none"))
    return agreed if plan_level is None else min(agreed, plan_level, key=DISCLOSURES.index)


def wider(one: Disclosure, other: Disclosure) -> bool:
    """Whether more is told at one level than at the other."""
    return DISCLOSURES.index(one) > DISCLOSURES.index(other)


def view(plan: Plan, level: Disclosure, grid: Step) -> View:
    """What is told of a plan at a level of disclosure; in conflict-only and none it has no volumes.

    Its label, note, priority and variants are nobody's business, its id is the node's own.

    Args:
        plan: with at least one volume.
        level: as `level` has it.
        grid: the agreed coarse grid.
    """
    if level == "full":
        told, simplified = _fitting(plan.volumes)
        return View(level, plan.activity, plan.callsign, plan.state, told, simplified)
    if level == "coarse":
        told, simplified = _coarse(plan.volumes, grid)
        return View(level, plan.activity, "", plan.state, told, simplified)
    return View(level, "", "", plan.state, (), simplified=False)


def compared(plan: Plan, level: Disclosure, grid: Step) -> tuple[Volume, ...]:
    """The volumes that conflicts are computed on towards a recipient of this level; none where nothing is.

    Never the true ones where those are not told: then answers would say more than the view.
    """
    if level == "full":
        return plan.volumes
    return () if level == "none" else _coarse(plan.volumes, grid)[0]


@lru_cache(maxsize=256)
def _coarse(volumes: tuple[Volume, ...], grid: Step) -> tuple[tuple[Volume, ...], bool]:
    """The coarse view, in larger cells (simplified) where it would not fit."""
    made = Coarse(volumes, Grid(grid.h, grid.v, grid.t))
    return _first(made)


def _first(made: Coarse) -> tuple[tuple[Volume, ...], bool]:
    """The finest view that fits, and whether a finer one did not; in the end one cell is everything."""
    level = 0
    while (told := made.at(level, ROOM // _LEAST)) is None or not _fits(told):
        level += 1
    return told, level > 0


@lru_cache(maxsize=256)
def _fitting(volumes: tuple[Volume, ...]) -> tuple[tuple[Volume, ...], bool]:
    """The volumes, or fewer and larger ones that fit: first of fewer points, then in cells of a grid."""
    if _fits(volumes):
        return volumes, False
    for told in _thinned(volumes):
        if _fits(told):
            return told, True
    return _first(Coarse(volumes, _FINEST))[0], True


def _thinned(volumes: Sequence[Volume]) -> Iterator[tuple[Volume, ...]]:
    """The volumes with fewer and fewer points."""
    if len(volumes) * _LEAST > ROOM or all(corners(each.ground) <= _FEW for each in volumes):
        return
    for tolerance in _SLACKS:
        yield tuple(structs.replace(each, ground=fewer(each.ground, tolerance)) for each in volumes)


def _fits(volumes: Sequence[Volume]) -> bool:
    """Whether the volumes can be written into an entry, and read again as what they are."""
    if len(volumes) * _LEAST + sum(corners(each.ground) for each in volumes) * _POINT > ROOM:
        return False
    value = written.write_all(volumes)
    try:
        canonical.write({"volumes": value}, ROOM)
        return written.read_all(value) == tuple(volumes)
    except Invalid:
        return False
