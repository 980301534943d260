"""What would clear plans in conflict: whose plans are asked about, and how far is looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from wideberth.conflict.offer import Constraints, Limits
from wideberth.conflict.propose import MOST_PAIRS, Proposals, propose
from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid, shorten
from wideberth.formats.reading import Filed
from wideberth.model.separation import SeparationTable
from wideberth.model.terms import Terms
from wideberth.space.reference import VerticalReference

FIRST = 1_000
"""Plans in conflict that a check says this of, the earliest."""
SOME_PAIRS = 250_000
"""Pairs of volumes that a check looks at for this beside its own work: seconds."""
NAMED = 5


class Wanted(Struct, frozen=True):
    """Whose plans may change: those in `files` (None: all), of them those called `named` (none: all).

    `more` looks for sidesteps, trims and two changes together as well; `first` bounds the number of plans.
    """

    limits: Limits = Limits()
    files: tuple[str, ...] | None = None
    named: tuple[str, ...] = ()
    more: bool = False
    first: int | None = FIRST


def clears(
    wanted: Wanted,
    filed: Sequence[tuple[str, Filed]],
    conflicts: Sequence[Conflict],
    table: SeparationTable,
    reference: VerticalReference,
    terms: Terms | None,
    *,
    own: bool,
    now: int,
    step: Callable[[str, int, int], None],
) -> Proposals | None:
    """The proposals for the plans asked about that are in conflict; None where there is none.

    Args:
        conflicts: in the order in which they are shown.
        now: POSIX ms.

    Raises: Invalid (`propose.plan`).
    """
    asked = {one.plan.key for one in may_change(wanted, filed)}
    concerned = [key for key in dict.fromkeys(k for c in conflicts for k in c.plans) if key in asked]
    chosen = concerned[: wanted.first]
    if not chosen:
        return None
    found = propose(
        [one.plan for _, one in filed],
        chosen,
        table,
        reference,
        structs.replace(wanted.limits, now=now),
        own=own,
        constraints=Constraints(area=None if terms is None else terms.area),
        more=wanted.more,
        most=MOST_PAIRS if wanted.more else SOME_PAIRS,
        progress=lambda done, total: step("looking for what would clear them", done, total),
    )
    return structs.replace(found, left=(*found.left, *concerned[len(chosen) :]))


def may_change(wanted: Wanted, filed: Sequence[tuple[str, Filed]]) -> list[Filed]:
    """The plans that are asked about. Raises: Invalid (`propose.plan`) for a name that none of them has."""
    ours = [one for file, one in filed if wanted.files is None or file in wanted.files]
    names = [one.plan.id for one in ours]
    for name in wanted.named:
        if not any(name in (one.plan.id, one.plan.label) for one in ours):
            known = ", ".join(shorten(one, 40) for one in names[:NAMED]) or "none"
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            raise Invalid(
                "propose.plan", "--plan", name, f"the id or label of a plan of FILES: {known}{more}"
            )
    return [one for one in ours if not wanted.named or {one.plan.id, one.plan.label} & set(wanted.named)]
