"""Which plans of a file may be filed as one's own, and what must be told of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from wideberth.desk import plans
from wideberth.errors import Invalid, shorten
from wideberth.model.plan import Plan


class Taken(NamedTuple):
    """Plans that may be filed, what must be told, and why not of those that may not; by where they stand."""

    plans: tuple[tuple[str, Plan], ...]
    notes: tuple[str, ...]
    refused: tuple[tuple[str, Invalid], ...]


def taken(found: Iterable[tuple[str, Plan]], now_ms: int) -> Taken:
    """`found`: by the file that each stands in. One that has ended is left out, and told of."""
    kept: list[tuple[str, Plan]] = []
    refused: list[tuple[str, Invalid]] = []
    ended = begun = 0
    for file, plan in found:
        if plan.state == "ended":
            ended += 1
            continue
        begun += plan.state != "accepted"
        try:
            plans.check(plan, now_ms)
        except Invalid as error:
            refused.append((file, error.under(f"plan {shorten(plan.id, 60)}")))
            continue
        kept.append((file, plan))
    notes = []
    if ended:
        notes.append(f"plans that have ended are not filed: {ended:,}")
    if begun:
        notes.append(f"plans that have begun are filed as accepted; plan activate begins them: {begun:,}")
    return Taken(tuple(kept), tuple(notes), tuple(refused))
