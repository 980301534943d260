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
    plans = [plan(str(n), each) for n, each in enumerate(known.values())]
    some = [each for each in plans if each.volumes]
    if not some or not asked.volumes or asked.state == "ended":
        return []
    hit = {
        int(name)
        for conflict in find([asking(asked), *some], TABLE, reference).conflicts
        for party, name in conflict.plans
        if party == _POLICIES
    }
    return [name for n, name in enumerate(known) if n in hit and about(known[name], asked.activity)]


def plan(name: str, policy: Statement) -> Plan:
    """A policy as what plans may touch; without volumes where it never holds."""
    return Plan(_POLICIES, name, volumes(policy))


def asking(asked: Plan) -> Plan:
    """A plan as it is put to policies: as another party's than they are."""
    return structs.replace(asked, party=_ASKED, variant_of=None)


def corners(area: Area) -> Iterator[Point]:
    """A point of each ground of an area, by which its place can be doubted."""
    for each in area.volumes:
        ground = each.ground
        if isinstance(ground, Circle):
            yield ground.centre
        else:
            yield ground.points[0] if isinstance(ground, Corridor) else ground.rings[0][0]


def about(policy: Statement, activity: str) -> bool:
    """Whether it is about an activity; what is not named may be any."""
    area = area_of(policy)
    if area is None:
        return False
    return area.activities is None or activity in area.activities or activity == UNSPECIFIED


def _cut(volume: Volume, start: int, end: int | None) -> Volume | None:
    """A volume while a policy is in force; None where that is never."""
    first = start if volume.start is None else max(volume.start, start)
    last = volume.end if end is None else end if volume.end is None else min(volume.end, end)
    return None if last is not None and last <= first else structs.replace(volume, start=first, end=last)
