"""What a check found, with all that is needed to show it: one value for table, page and picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from wideberth.conflict.offer import Offer
from wideberth.conflict.propose import Answer, Proposals
from wideberth.conflict.result import Conflict
from wideberth.errors import Invalid
from wideberth.formats.native import ranks
from wideberth.formats.reading import Filed
from wideberth.formats.since import Since
from wideberth.model.plan import Plan
from wideberth.model.separation import SeparationTable
from wideberth.model.terms import Place
from wideberth.space.ground import Ground


class Report(Struct, frozen=True):
    """A check as of `as_of` (POSIX ms).

    `filed` are (file, plan) of every plan that was read, `conflicts` in the order in which they are shown,
    `refused` are (file, why). `zone` (an IANA name, None is UTC) and `metric` say how figures are shown,
    `own` that plans of the same party were compared too. `count` is the number of conflicts where not all are
    listed, `since` what changed since an earlier check, `proposals` what would clear plans in conflict,
    `changes` those of the offers that a picture shows, `policies` names and grounds that it outlines.
    """

    as_of: int
    filed: tuple[tuple[str, Filed], ...]
    table: SeparationTable
    conflicts: tuple[Conflict, ...]
    refused: tuple[tuple[str, Invalid], ...] = ()
    notes: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    zone: str | None = None
    metric: bool = False
    own: bool = False
    count: int | None = None
    since: Since | None = None
    proposals: Proposals | None = None
    changes: tuple[Offer, ...] = ()
    policies: tuple[tuple[str, tuple[Ground, ...]], ...] = ()


def in_order(conflicts: Sequence[Conflict], filed: Sequence[tuple[str, Filed]]) -> tuple[Conflict, ...]:
    """By start (unbounded first), plans, ranks of volumes: as in the JSON, whatever the order of files."""
    concerned = {key for conflict in conflicts for key in conflict.plans}
    rank = {one.plan.key: ranks(one.plan) for _, one in filed if one.plan.key in concerned}

    def place(conflict: Conflict) -> tuple[bool, int, tuple[tuple[str, str], ...], tuple[int, ...]]:
        ranked = tuple(rank[key][k] for key, k in zip(conflict.plans, conflict.volumes, strict=True))
        return conflict.start is not None, conflict.start or 0, conflict.plans, ranked

    return tuple(sorted(conflicts, key=place))


Numbered = tuple[int, Conflict]


def by_plans(conflicts: Sequence[Conflict]) -> list[list[Numbered]]:
    """Conflicts with their numbers (from 1), those of one pair of plans together, by first number.

    Two flights that meet leg by leg are one thing to settle, however many legs it takes.
    """
    groups: dict[object, list[Numbered]] = {}
    for number, conflict in enumerate(conflicts, start=1):
        groups.setdefault(conflict.plans, []).append((number, conflict))
    return list(groups.values())


def plans_of(report: Report) -> Mapping[tuple[str, str], tuple[str, Filed]]:
    """File and plan by (party, id)."""
    return {filed.plan.key: (file, filed) for file, filed in report.filed}


def answers_of(report: Report) -> Mapping[tuple[str, str], Answer]:
    """What would clear each plan that was looked at, by (party, id)."""
    return {answer.plan: answer for answer in report.proposals.answers} if report.proposals else {}


def parties_of(report: Report) -> tuple[str, ...]:
    """The parties, sorted."""
    return tuple(sorted({filed.plan.party for _, filed in report.filed}))


def name_of(plan: Plan) -> str:
    """What people call the plan: its label, else its id."""
    return plan.label or plan.id
