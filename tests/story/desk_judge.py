"""What two nodes have to come to under terms by which they tell each other everything, worked out again.

From what was told and proposed alone, with `conflict.find`: which notices meet, so which cases are open;
which version of a plan came of what; and that both nodes hold one state of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from msgspec import structs

from tests.story.folds import shuffled
from tests.story.node_histories import NO_ALARM
from wideberth.conflict.find import find
from wideberth.desk import case_entries, cases, changes, notice_entries, releases
from wideberth.desk.cases import Proposal
from wideberth.desk.notice_entries import Told
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.model.agreement import Agreement
from wideberth.model.case import Found
from wideberth.model.plan import Plan
from wideberth.node.node import Node
from wideberth.node.open_line import OpenLine
from wideberth.space.volume import Volume

DESK = frozenset(kind for kind, _ in {**notice_entries.KNOWN, **case_entries.KNOWN})
"""The types of what two nodes say of plans, notices and cases."""
Pair = frozenset[str]
Filed = set[tuple[str, int]]
"""Versions of plans, by their own ids, that an officer has filed."""


class Judge:
    """Of nodes under these terms, at the time of a clock."""

    def __init__(self, terms: Agreement, now_ms: Callable[[], int]) -> None:
        self._table, self._now_ms = terms.terms.table, now_ms
        self._coarse = terms.rules.coarse
        times = [rule.t for row in self._table.rows for rule in row.rules]
        self._most_ms = max(each for each in times if isinstance(each, int))

    def meet(self, node: Node, line: str) -> dict[Pair, Found]:
        """The notices of a line that meet, by what a node holds of it."""
        opened, compared = node.of(line), node.desk._lines[line].compared
        assert compared is not None
        shown = [each for notice in opened.fold.all.notices.notices for each in variants(opened, notice)]
        found: dict[Pair, Found] = {}
        for each in find(shown, self._table, compared.reference).conflicts:
            pair = frozenset(name.split("+")[0] for _, name in each.plans)
            apart = any(gap is not None and gap > 0 for gap in (each.gap.h, each.gap.v, each.gap.t))
            if found.get(pair) != "overlap":
                found[pair] = "close" if apart else "overlap"
        return {
            pair: how for pair, how in found.items() if not any(self._over(opened, each) for each in pair)
        }

    def _over(self, line: OpenLine, notice: str) -> bool:
        """It lies so far back that nothing yet to come can meet it: what is past is no case."""
        ends = [volume.end or 0 for plan in variants(line, notice) for volume in plan.volumes]
        return max(ends) + self._most_ms < self._now_ms()

    def same(self, nodes: Sequence[Node], line: str, chance: random.Random) -> None:
        """Both hold the same, and it comes to the same in whatever order. Raises: AssertionError."""
        lines = [each.of(line) for each in nodes]
        for node in nodes:
            view = node.line(line)
            assert (view.stage, view.not_told) == ("whole", 0)
            assert not NO_ALARM.intersection(each.code for each in view.alarms)
        folds = [*(each.fold for each in lines), *(shuffled(each, chance.random()) for each in lines)]
        for each in folds[1:]:
            assert each.all.notices == folds[0].all.notices
            assert each.all.cases == folds[0].all.cases
            assert each.state == folds[0].state
            assert each.standing == folds[0].standing

    def told(self, node: Node, line: str) -> None:
        """What was told of each own plan is what it is, and the other party has compared it."""
        told = node.of(line).fold.all.notices.notices
        for own in node.private.plans.plans.values():
            notice = told.get(ids.notice_of(line, own.plan.id))
            if notice is None:
                assert own.plan.state == "ended"
                continue
            assert (notice.said.version, notice.state) == (own.version, own.plan.state)
            assert (notice.override, notice.unconfirmed) == (own.override, own.unconfirmed)
            level = own.disclosure or "full"
            assert notice.said.level == level
            assert notice.said.volumes == releases.compared(own.plan, level, self._coarse)
            assert notice.checked or notice.ended

    def cased(self, node: Node, line: str) -> None:
        """Open cases are exactly what meets; nothing open is over, what was accepted has become a version."""
        opened = node.of(line)
        state = opened.fold.all.cases
        finds = {frozenset(each.notices): each.finds for each in state.cases.values() if each.finds}
        parties = opened.state.line.parties
        assert finds == {pair: dict.fromkeys(parties, how) for pair, how in self.meet(node, line).items()}
        for each in (proposal for case in state.cases.values() for proposal in case.proposals):
            if each.status == "open":
                assert each.said.until_ms > self._now_ms()
            if each.status == "accepted":
                assert cases.final(state, each)
                assert not _flown(opened, each)


def said(node: Node, line: str, types: frozenset[str] = DESK) -> int:
    """How many entries there are of plans, notices and cases, or of some of them."""
    return sum(each.entry.header.type in types for each in node.of(line).state.order.placed)


def variants(line: OpenLine, notice: str) -> list[Plan]:
    """A plan that was told, and what it would be by each proposal that may still count; none if it ended."""
    found = line.fold.all.notices.notices.get(notice)
    if found is None or found.ended:
        return []
    plan = Plan(found.by, notice, found.said.volumes, found.said.activity, found.state)
    some = [plan]
    for n, each in enumerate(cases.occupying(line.fold.all.cases, notice)):
        with suppress(Invalid):
            after = changes.changed(plan, each.said.change)
            if after.state != "ended":
                some.append(structs.replace(after, id=f"{notice}+{n}"))
    return some


def versions(node: Node, lines: Sequence[str], filed: Filed) -> None:
    """Each version of an own plan is an officer's, or what an accepted proposal makes of the one before.

    Raises: AssertionError.
    """
    made = {line: _made(node.of(line)) for line in lines}
    for plan in node.private.plans.plans:
        for line in lines:
            told = _told(node.of(line)).get(ids.notice_of(line, plan), {})
            for version, said_of in told.items():
                if version == 1 or (plan, version) in filed or said_of.level != "full":
                    continue
                accepted = [made[each].get((ids.notice_of(each, plan), version), []) for each in lines]
                assert said_of.volumes in [some for each in accepted for some in each]


def _made(line: OpenLine) -> Mapping[tuple[str, int], list[tuple[Volume, ...]]]:
    """What the proposals that were accepted make of their notices, by the version that comes of it."""
    found: dict[tuple[str, int], list[tuple[Volume, ...]]] = {}
    told = _told(line)
    for case in line.fold.all.cases.cases.values():
        for each in case.proposals:
            before = told[each.said.notice].get(each.said.version)
            if each.status not in cases.STANDS or before is None:
                continue
            with suppress(Invalid):
                after = changes.changed(Plan("", "", before.volumes), each.said.change)
                found.setdefault((each.said.notice, each.said.version + 1), []).append(after.volumes)
    return found


def _told(line: OpenLine) -> dict[str, dict[int, Told]]:
    """What was told, by notice and version."""
    found: dict[str, dict[int, Told]] = {}
    for each in line.state.order.placed:
        if each.entry.header.type == Told.TYPE:
            told = notice_entries.read(each.entry)
            assert isinstance(told, Told)
            found.setdefault(told.notice, {})[told.version] = told
    return found


def _flown(line: OpenLine, proposal: Proposal) -> bool:
    """Whether a proposal could still become a version of its plan."""
    some = variants(line, proposal.said.notice)
    if not some:
        return False
    try:
        changes.changed(some[0], proposal.said.change)
    except Invalid:
        return False
    return True
