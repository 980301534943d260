"""What a peer that is not sane may say of plans, notices and cases: bodies with something wrong in them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.story import desk_judge, desks, whole
from tests.story.desks import HOUR_MS, START, circle, given
from tests.story.folds import shuffled
from tests.story.whole import Two
from wideberth.desk import case_entries, notice_entries, volumes
from wideberth.desk.case_entries import (
    Accepted,
    Acknowledged,
    Closed,
    Escalated,
    Lapsed,
    Opened,
    Proposed,
    Ref,
    Retracted,
)
from wideberth.desk.notice_entries import Checked, Consented, NotChecked, Relayed, Stated, Told, Which
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind, Origin
from wideberth.node.node import Node

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**53 - 1, -(2**53 - 1), "", "x" * 200, "\u202e", "n-", [], {}, [[]]),
    *([None], [{}], {"n": -1}, {"crit": ["x"]}, "activated", "ended", "overlap", 86_400_000),
)
ENTRIES = 60
"""Of plans, notices and cases that an answer to one nonsense may take, at most."""


class Nonsense:
    """Two nodes with plans, a case and proposals, of which the other is made to say anything."""

    def __init__(self, found: Two, chance: random.Random) -> None:
        self.found, self.chance = found, chance
        [mine] = found.one.desk.submit([given(circle(33.0, 34.0, START))])
        [theirs] = found.other.desk.submit([given(circle(33.05, 34.0, START + HOUR_MS // 2))])
        whole.settle(found)
        [view] = found.one.desk.cases()
        found.one.desk.propose(view.case, str(view.own), {"delay_ms": 2 * HOUR_MS}, 100 * HOUR_MS)
        whole.settle(found)
        self.plan, self.case = mine.plan, view.case
        line, elsewhere = found.line, ids.base32(bytes(32))
        self.notices = [
            *(ids.notice_of(line, mine.plan), ids.notice_of(line, theirs.plan)),
            *(ids.notice_of(elsewhere, mine.plan), "n-" + "a" * 26),
        ]
        self.cases = [self.case, ids.case(elsewhere, *self.notices[:2]), ids.case(line, *self.notices[1:3])]
        [proposal] = found.one.desk.case(self.case).proposals
        self.refs = [
            *(Ref(ids.origin(proposal.origin), proposal.n), Ref(ids.origin(proposal.origin), 2**53 - 1)),
            Ref(Origin(line, found.other.party, "urgent", 0), 0),
        ]

    def say(self) -> None:
        """Anything, by the other node. What no entry may hold is not said."""
        of_type, body = self._right()
        wrong = self._wrong(body) if self.chance.random() < 0.7 else body
        kind: Kind = "urgent" if self.chance.random() < 0.25 else "main"
        try:
            self.found.other.say(self.found.line, kind, of_type, self.chance.choice((1, 1, 1, 2)), wrong)
        except Invalid:
            return

    def check(self) -> None:
        """It is kept, comes to the same for both, and nobody is stopped by it. Raises: AssertionError."""
        one, other, line = self.found.one, self.found.other, self.found.line
        before = desk_judge.said(one, line)
        whole.settle(self.found)
        assert desk_judge.said(one, line) - before <= ENTRIES
        folds = [node.of(line).fold for node in (one, other)]
        folds.append(shuffled(one.of(line), self.chance.random()))
        for each in folds[1:]:
            assert (each.all.notices, each.all.cases) == (folds[0].all.notices, folds[0].all.cases)
        look(one, line)
        told = one.of(line).fold.all.notices.notices[self.notices[0]]
        own = one.private.plans.plans[self.plan]
        assert (told.by, told.said.version, told.state) == (one.party, own.version, own.plan.state)

    def _right(self) -> tuple[str, dict[str, Any]]:
        chance, case = self.chance, self.chance.choice(self.cases)
        notice, version = chance.choice(self.notices), chance.choice((0, 1, 1, 2, 3, 1_000))
        ref = chance.choice(self.refs)
        which = tuple(Which(each, version) for each in chance.sample(self.notices, 2))
        shown = tuple(circle(33 + 0.01 * n, 34.0, START + n * HOUR_MS) for n in range(chance.choice((1, 50))))
        one, two = sorted(chance.sample(self.notices, 2))
        change: dict[str, Any] = chance.choice(
            [
                {"delay_ms": chance.choice((0, HOUR_MS, 2**53 - 1, -(2**53 - 1)))},
                {"lift_dmm": chance.choice((0, 10_000, 2**53 - 1))},
                {"cancel": True},
                {"volumes": volumes.write_all(shown)},
            ]
        )
        said: Sequence[notice_entries.Said | case_entries.Said] = (
            Told(notice, version, "full", "accepted", "survey", "", shown),
            Told(notice, version, "conflict-only", "ended", "survey"),
            Stated(notice, version, chance.choice(("activated", "ended", "nonconforming"))),
            Checked(which),
            NotChecked(which, "budget"),
            Consented(notice, version),
            Relayed(notice, version, chance.choice(("relayed", "executor confirmed", "no longer"))),
            Opened(ids.case(self.found.line, one, two), (one, two), "overlap"),
            Proposed(case, notice, version, chance.choice((0, START, 2**53 - 1)), change),
            Accepted(case, ref),
            Acknowledged(case, ref),
            Lapsed(case, ref),
            Retracted(case, ref),
            Escalated(case, "deputy"),
            Closed(case, "clear"),
        )
        each = chance.choice(said)
        writes = case_entries.write if each.TYPE.startswith("case.") else notice_entries.write
        return each.TYPE, writes(each)  # type: ignore[arg-type]  # of whichever it is

    def _wrong(self, body: dict[str, Any]) -> dict[str, Any]:
        """With something in it, at whatever depth, that is not right."""
        made = copy.deepcopy(body)
        at: Any = made
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            key = self.chance.choice(keys)
            deeper = isinstance(at[key], dict | list) and at[key]
            if not deeper or self.chance.random() < 0.3:
                break
            at = at[key]
        if isinstance(at, dict) and self.chance.random() < 0.2:
            del at[key]
        else:
            at[key] = self.chance.choice((*ODD, *self.notices, *self.cases))
        return made


def look(node: Node, line: str) -> None:
    """At all that people are shown."""
    for plan in node.desk.plans():
        node.desk.plan(plan.plan)
        node.desk.clears(plan.plan)
    node.desk.notices(line)
    for case in node.desk.cases():
        node.desk.case(case.case)
    node.line(line)


def attempts(node: Node, case: str, plan: str) -> list[str]:
    """What people try in a case after it; the codes of what was refused."""
    tried: list[Callable[[], object]] = [
        lambda: node.desk.accept(case),
        lambda: node.desk.retract(case),
        lambda: node.desk.activate(plan),
        lambda: node.desk.escalate(case, "deputy"),
    ]
    refused = []
    for each in tried:
        try:
            each()
        except (Refused, Invalid) as error:
            refused.append(error.code)
    return refused


def run(seed: int, folder: Path, times: int) -> None:
    """So many sayings, each looked at; then a start, and the line goes on. Raises: AssertionError."""
    with desks.desks(folder) as found:
        nonsense = Nonsense(found, random.Random(seed))
        for n in range(times):
            for _ in range(3):
                nonsense.say()
            nonsense.check()
            if n == times // 2:
                codes = attempts(found.one, nonsense.case, nonsense.plan)
                assert all(each.startswith(("case.", "plan.")) for each in codes)
        found.one.close()
        with found.places[0].open(found.time) as one:
            nonsense.found = found._replace(one=one)
            nonsense.check()
            one.desk.submit([given(circle(33.0, 34.0, START), label="it goes on")])
            nonsense.check()
