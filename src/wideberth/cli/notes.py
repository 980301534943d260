"""What a check must tell beside its result."""

from __future__ import annotations

from collections.abc import Sequence

from wideberth.cli.load import Loaded
from wideberth.conflict.result import Conflict
from wideberth.errors import shorten
from wideberth.formats.times import show_time
from wideberth.model.plan import Plan
from wideberth.model.terms import Terms
from wideberth.space.ground import Circle
from wideberth.space.units import DEGREE
from wideberth.space.within import within

REVIEWS = 10
"""Plans due for review that are named."""


def ground_notes(loaded: Loaded, conflicts: Sequence[Conflict]) -> list[str]:
    """For each file, in how many conflicts only the unknown height of the ground is the reason."""
    file_of = {one.plan.key: file for file, one in loaded.filed}
    unresolved = [
        {file_of[key] for key in conflict.plans} for conflict in conflicts if conflict.agl_unresolved
    ]
    notes = []
    for file in dict.fromkeys(file_of.values()):
        count = sum(file in files for files in unresolved)
        if count:
            plural = "conflict is" if count == 1 else "conflicts are"
            notes.append(f"{shorten(file, 400)}: AGL unresolved: {count} {plural} due to that alone")
    return notes


def terms_notes(terms: Terms | None, plans: Sequence[Plan], conflicts: Sequence[Conflict]) -> list[str]:
    """Where the agreement and the plans do not match."""
    notes: list[str] = []
    if terms is None:
        return notes
    if terms.parties:
        strangers = sorted({plan.party for plan in plans} - set(terms.parties))
        notes += [
            f"{shorten(party)} is not a party of the agreement; its terms were used all the same"
            for party in strangers
        ]
    if terms.area is not None:
        area = terms.area
        outside = sum(not within(Circle(_point(conflict), 0), area) for conflict in conflicts)
        if outside:
            plural = "conflict lies" if outside == 1 else "conflicts lie"
            notes.append(
                f"{outside} {plural} outside the area of the agreement; its terms were used all the same"
            )
    return notes


def review_notes(plans: Sequence[Plan], now: int, zone: str | None) -> list[str]:
    """Plans whose review is due: it reminds, and ends nothing."""
    due = sorted((plan.review, plan.key) for plan in plans if plan.review is not None and plan.review <= now)
    notes = [
        f"review of {shorten(name)} of {shorten(party)} was due {show_time(review, zone)}; it stays in force"
        for review, (party, name) in due[:REVIEWS]
    ]
    return notes if len(due) <= REVIEWS else [*notes, f"{len(due) - REVIEWS} more reviews are due"]


def _point(conflict: Conflict) -> tuple[int, int]:
    return round(conflict.near[0] * DEGREE), round(conflict.near[1] * DEGREE)
