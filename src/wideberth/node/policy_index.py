"""Which policies plans touch, on one node: an index for the own ones and one for those of each line.

It finds what desk.policies finds, and stays fast however many policies another party states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from wideberth.conflict.index import LiveIndex
from wideberth.desk import policies
from wideberth.desk.cutover import Binding
from wideberth.desk.statements import Statement
from wideberth.model.plan import Plan
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference

OWN: Final = ""
"""Stands for the line where policies are own ones."""


class _Held(NamedTuple):
    """The policies of one source, and what they are compared under."""

    live: LiveIndex
    bound: Binding | None
    rows: dict[str, Statement]


class PolicyIndex:
    """For one caller at a time."""

    def __init__(self, geoid: Geoid) -> None:
        self._geoid = geoid
        self._held: dict[str, _Held] = {}

    def touched(
        self, of: str, known: Mapping[str, Statement], bound: Binding | None, asked: Plan
    ) -> list[str]:
        """The policies of a source (OWN, or a line) that a plan touches, of all that stand there now."""
        held = self._held.get(of)
        if held is None or held.bound != bound:
            held = self._held[of] = _Held(LiveIndex(policies.TABLE, self._reference(bound)), bound, {})
        self._take(held, known)
        if not known or not asked.volumes or asked.state == "ended":
            return []
        prepared = held.live.prepare(policies.asking(asked))
        hit = {name for _, (_, name), _ in held.live.query_pairs(prepared).named()}
        return [each for each in known if each in hit and policies.about(known[each], asked.activity)]

    def _take(self, held: _Held, known: Mapping[str, Statement]) -> None:
        """Take in what has changed since the last question."""
        gone = [name for name, each in held.rows.items() if known.get(name) is not each]
        for name in gone:
            held.live.remove(policies.plan(name, held.rows.pop(name)).key)
        new = [(name, each) for name, each in known.items() if name not in held.rows]
        plans = [policies.plan(name, each) for name, each in new]
        for prepared in held.live.prepare_all([each for each in plans if each.volumes]):
            held.live.add(prepared)
        held.rows.update(new)
        while (gone or new) and (due := held.live.merge_due()) is not None:
            held.live.install(due.run())

    def _reference(self, bound: Binding | None) -> VerticalReference:
        if bound is None:
            return VerticalReference(self._geoid)
        return VerticalReference(self._geoid, bound.ground, bound.qnh, bound.atmosphere)
