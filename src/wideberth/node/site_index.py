"""Which sites plans come near to, on one node: own sites, and those that were told on its lines.

One index for own sites and one for each line, whose agreement may say how far to keep. Changes of lists are
taken in row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from wideberth.conflict.index import LiveIndex
from wideberth.desk import site_cases
from wideberth.desk.cutover import Binding
from wideberth.desk.site_cases import Key, Touch
from wideberth.model.plan import Plan
from wideberth.model.site import Listed
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

LISTED: Final = 1_000
"""Touches of one plan whose figures are worked out, the earliest."""


class _Held(NamedTuple):
    """The sites of one source, and what they are compared under."""

    live: LiveIndex
    bound: Binding | None
    rows: dict[Key, Listed]


class SiteIndex:
    """For one caller at a time."""

    def __init__(self, geoid: Geoid, *, on: bool = True) -> None:
        """`on`: a guard (Guards.site_match); without it nothing touches anything."""
        self._geoid, self._on = geoid, on
        self._held: dict[str, _Held] = {}

    def take(self, of: str, rows: Mapping[Key, Listed], bound: Binding | None) -> bool:
        """All sites of a source as they are now (site_cases.OWN, or a line); whether anything has changed."""
        held = self._held.get(of)
        if held is None and not rows:
            return False
        if held is None or held.bound != bound:
            held = _Held(self._begun(bound), bound, {})
            self._held[of] = held
            fresh = True
        else:
            fresh = False
        gone = [key for key in held.rows if key not in rows]
        new = [key for key, row in rows.items() if key not in held.rows or _other(held.rows[key], row)]
        for key in gone:
            held.live.remove(site_cases.plan(key, held.rows.pop(key)).key)
        for prepared in held.live.prepare_all([site_cases.plan(key, rows[key]) for key in new]):
            held.live.add(prepared)
        held.rows.update(rows)
        if gone or new:
            while (due := held.live.merge_due()) is not None:
                held.live.install(due.run())
        return fresh or bool(gone or new)

    def touches(self, plan: Plan) -> list[Touch]:
        """The sites that a plan comes too near to, of all sources, overlaps first."""
        asked = site_cases.asking(plan)
        found: list[Touch] = []
        if plan.state == "ended" or not self._on:
            return found
        for held in self._held.values():
            if len(held.live):
                prepared = held.live.prepare(asked)
                if len(held.live.query_pairs(prepared)):
                    found += site_cases.touched(held.live.query(prepared, limit=LISTED))
        return sorted(found, key=site_cases.rank)

    def row(self, site: Key) -> Listed | None:
        """What a site says; None where it is not there any more."""
        held = self._held.get(site.of)
        return None if held is None else held.rows.get(site)

    def _begun(self, bound: Binding | None) -> LiveIndex:
        if bound is None:
            return LiveIndex(site_cases.table(None), VerticalReference(self._geoid))
        reference = VerticalReference(self._geoid, bound.ground, bound.qnh, bound.atmosphere)
        return LiveIndex(site_cases.table(bound.table), reference)


def _other(before: Listed, after: Listed) -> bool:
    """Whether it is somewhere else; what else is said of it changes no touch."""
    return before.volumes != after.volumes or before.kind != after.kind
