"""Which policies a plan or a notice touches: a planner's own matter, told to nobody.

A policy is touched wherever it might be: what comes within a metre or a second of it, of an activity that
nobody has named, at an altitude that cannot be compared. What is told is never too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from msgspec import structs

from wideberth.conflict.find import find
from wideberth.desk import statements
from wideberth.desk.statement_entries import Declared
from wideberth.desk.statements import State, Statement
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.model.statement import Area
from wideberth.space.ground import Circle, Corridor, Point
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume

K = TypeVar("K")

TABLE: Final = SeparationTable((Row((EVERY, EVERY), (Rule(METRE, METRE, SECOND),)),), "policies")
_POLICIES, _ASKED = "(policies)", "(plan)"


def standing(state: State, party: str, now_ms: int) -> list[Statement]:
    """The policies of a party that are in force, or will be; by its own ranks."""
    found = [
        each
        for each in state.of(party, "declaration")
        if each.kind == "policy" and statements.in_force(each, now_ms)
    ]
    return sorted(found, key=rank)


def rank(policy: Statement) -> tuple[int, str]:
    """Where it stands among its author's."""
    area = area_of(policy)
    return (0 if area is None else area.rank, policy.id)


def area_of(policy: Statement) -> Area | None:
    """Its area; None of what is no policy."""
    return policy.said.area if isinstance(policy.said, Declared) else None


def volumes(policy: Statement) -> tuple[Volume, ...]:
    """Where and when it holds: its area while it is in force."""
    said, area = policy.said, area_of(policy)
    if area is None or not isinstance(said, Declared):
        return ()
    found = (_cut(each, said.start, said.expires) for each in area.volumes)
    return tuple(each for each in found if each is not None)


def touched(asked: Plan, known: Mapping[K, Statement], reference: VerticalReference) -> list[K]:
    """The policies that the volumes of a plan, or of a notice, touch; one that has ended touches none.

    Args:
        asked: whosever it is.
        known: policies by whatever names them.
        reference: for altitudes.
    """
    meant = [(name, volumes(each)) for name, each in known.items() if _about(area_of(each), asked.activity)]
    some = [(name, where) for name, where in meant if where]
    if not some or not asked.volumes or asked.state == "ended":
        return []
    plans = [Plan(_POLICIES, str(n), where) for n, (_, where) in enumerate(some)]
    mine = structs.replace(asked, party=_ASKED, variant_of=None)
    hit = {
        int(name)
        for conflict in find([mine, *plans], TABLE, reference).conflicts
        for party, name in conflict.plans
        if party == _POLICIES
    }
    return [some[n][0] for n in sorted(hit)]


def corners(area: Area) -> Iterator[Point]:
    """A point of each ground of an area, by which its place can be doubted."""
    for each in area.volumes:
        ground = each.ground
        if isinstance(ground, Circle):
            yield ground.centre
        else:
            yield ground.points[0] if isinstance(ground, Corridor) else ground.rings[0][0]


def _about(area: Area | None, activity: str) -> bool:
    named = None if area is None else area.activities
    return area is not None and (named is None or activity in named or activity == UNSPECIFIED)


def _cut(volume: Volume, start: int, end: int | None) -> Volume | None:
    """A volume while a policy is in force; None where that is never."""
    first = start if volume.start is None else max(volume.start, start)
    last = volume.end if end is None else end if volume.end is None else min(volume.end, end)
    return None if last is not None and last <= first else structs.replace(volume, start=first, end=last)
