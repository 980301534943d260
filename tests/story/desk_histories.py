"""What may happen to whole nodes whose people file plans and close cases at whatever time.

As `node_histories`, under an agreement that is in force: messages are lost, repeated, late and in other
orders, and nodes restart, while all submit, amend, activate, end, propose, accept, retract and escalate. Two
nodes on one line, or three on the three lines between them. What it has to come to is in `desk_judge`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from tests.story import desk_judge, desks, whole
from tests.story.desk_judge import Judge
from tests.story.desks import HOUR_MS, circle, given
from tests.story.node_histories import MINUTE_MS, MOST
from tests.story.whole import Time, Two
from wideberth.desk import case_entries
from wideberth.desk.case_entries import Ref
from wideberth.errors import Refused
from wideberth.formats import agreement
from wideberth.ledger import ids
from wideberth.ledger.ids import KINDS
from wideberth.model.agreement import Disclosure, Party
from wideberth.model.plan import State
from wideberth.node.desk_views import CaseView, ProposalView
from wideberth.node.filings import Given
from wideberth.node.node import Node

TALK = (*("send",) * 8, *("settle",) * 4, "lose", "old", "tick", "restart")
DESK = (
    *("submit", "submit", "submit", "amend", "amend", "activate", "activate", "override", "end", "astray"),
    *("propose", "propose", "propose", "accept", "accept", "accept", "retract", "escalate"),
)
OPS = (*TALK, *DESK)
NAMES = ("north", "south", "west")
STATES: dict[str, tuple[State, ...]] = {"end": ("ended",), "astray": ("nonconforming", "contingent")}
LAPSE = frozenset({case_entries.Lapsed.TYPE})
LEVELS: tuple[Disclosure | None, ...] = (None, None, None, "coarse")
LASTS_MS = (2 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS)


class Reached(NamedTuple):
    """What came about in a history, so that a test can say that it was not always nothing."""

    cases: int
    closed: int
    accepted: int
    activated: int


class DeskHistory:
    """Nodes, each with a line to each other one, and all that was ever sent between them."""

    def __init__(self, folder: Path, chance: random.Random, parties: int = 2) -> None:
        self.chance, self.time = chance, Time()
        self.places = [whole.make(folder, name) for name in NAMES[:parties]]
        self.nodes = [each.open(self.time) for each in self.places]
        self.lines: dict[tuple[int, int], str] = {}
        self.old: list[tuple[int, str, bytes]] = []
        self.filed: desk_judge.Filed = set()
        self.accepted, self.activated = 0, 0
        for pair in combinations(range(parties), 2):
            places = [self.places[each] for each in pair]
            self.lines[pair] = whole.met(*places).line.id
            for who, mine, other in zip(pair, places, reversed(places), strict=True):
                self.nodes[who].take_up(whole.paired(mine, other), mine.private)
        self.settle(3)
        data = desks.terms(
            self._two((0, 1)), {"*": "full"}, parties=[Party(p.party, p.name) for p in self.places]
        )
        for pair in self.lines:
            desks.agree(self._two(pair), data)
        self.judge = Judge(agreement.read(data).agreement, lambda: self.time.wall_ms)
        self.step = agreement.read(data).agreement.rules.proposals
        for node in self.nodes:
            node.desk.submit([self.given(), self.given()])

    def close(self) -> None:
        for each in self.nodes:
            each.close()

    def do(self, op: str, who: int) -> None:
        node = self.nodes[who]
        match op:
            case "send" | "lose":
                self.send(who, arrives=op == "send")
            case "old" if self.old:
                to, line, sealed = self.chance.choice(self.old)
                self.nodes[to].incoming(line, [sealed])
            case "tick":
                self.time.pass_ms(self.chance.randrange(MINUTE_MS))
                node.tick()
            case "restart":
                node.close()
                self.nodes[who] = self.places[who].open(self.time)
            case "settle":
                self.settle(1)
            case _ if op in DESK:
                try:
                    self.desk(op, node)
                except Refused as error:
                    # what is not possible now is refused
                    assert error.code.startswith(("plan.", "case.")), error

    def send(self, who: int, *, arrives: bool) -> None:
        """All that waits on a line, in some order; some of it twice, some never."""
        pair = self.chance.choice([each for each in self.lines if who in each])
        line, to = self.lines[pair], next(each for each in pair if each != who)
        messages: list[bytes] = []
        for slot in KINDS:
            while some := self.nodes[who].outgoing(line, slot, MOST):
                messages += some
        self.chance.shuffle(messages)
        self.old += [(to, line, each) for each in messages]
        if arrives:
            lost = self.chance.random() / 2
            there = [each for each in messages if self.chance.random() >= lost]
            again = [each for each in messages if self.chance.random() < 0.2]
            self.nodes[to].incoming(line, [*there, *again])

    def settle(self, rounds: int) -> None:
        for _ in range(rounds):
            for pair in self.lines:
                whole.settle(self._two(pair), 1)
        for pair in self.lines:
            whole.deliver(self.lines[pair], self.nodes[pair[0]], self.nodes[pair[1]])

    def desk(self, op: str, node: Node) -> None:
        """What an officer does. Raises: Refused."""
        own = [each.plan for each in node.desk.plans()]
        match op:
            case "submit":
                node.desk.submit([self.given() for _ in range(self.chance.choice((1, 1, 3)))])
            case "amend":
                plan = self.chance.choice(own)
                self.filed.add((plan, node.desk.amend(plan, self.given()).version))
            case "activate":
                self.activate(node, self.chance.choice(own))
            case "override":
                node.desk.activate(self.chance.choice(own), "commander")
            case "end" | "astray":
                node.desk.state(self.chance.choice(own), self.chance.choice(STATES[op]))
            case _:
                some = [each for each in node.desk.cases() if each.phase != "closed"]
                if op in ("accept", "retract"):
                    some = [each for each in some if _answerable(each, mine=op == "retract")]
                if some:
                    self.answer(op, node, self.chance.choice(some))

    def answer(self, op: str, node: Node, case: CaseView) -> None:
        """Something is done to close a case. Raises: Refused."""
        if op == "propose":
            notice = self.chance.choice(case.notices)
            change = self.chance.choice(
                [
                    *node.desk.case(case.case).clears.get(notice, ()),
                    {"delay_ms": self.chance.choice((-2, 1, 2, 8)) * self.step.t},
                    {"lift_dmm": self.chance.choice((-1, 3)) * self.step.v},
                    {"cancel": True},
                ]
            )
            node.desk.propose(case.case, notice, change, self.chance.choice(LASTS_MS))
        elif op == "escalate":
            node.desk.escalate(case.case, self.chance.choice(case_entries.ROLES))
        else:
            mine = op == "retract"
            chosen = self.chance.choice(_answerable(case, mine=mine))
            ref = Ref(ids.origin(chosen.origin), chosen.n)
            if mine:
                node.desk.retract(case.case, ref)
            else:
                node.desk.accept(case.case, ref, anyway=self.chance.random() < 0.5)
                self.accepted += 1

    def activate(self, node: Node, plan: str) -> None:
        """Without an override: only where each other party holds the plan, and nothing that is told meets it.

        Raises: Refused.
        """
        mine = {
            pair: line for pair, line in self.lines.items() if node in [self.nodes[each] for each in pair]
        }
        met = {line: [each for pair in self._met(node, line) for each in pair] for line in mine.values()}
        view = node.desk.activate(plan)
        for pair, line in mine.items():
            notice = ids.notice_of(line, plan)
            [peer] = [each for who in pair if (each := self.nodes[who]) is not node]
            assert peer.of(line).fold.all.notices.notices[notice].said.version == view.version
            assert notice not in met[line]
        self.activated += 1

    def _met(self, node: Node, line: str) -> list[desk_judge.Pair]:
        return list(self.judge.meet(node, line))

    def given(self) -> Given:
        """One of few places, so that plans meet."""
        when = self.time.wall_ms + self.chance.choice((2, 2, 3, 30)) * HOUR_MS
        where = [
            circle(
                33.0 + 0.06 * self.chance.randrange(4), 34.0, when + n * HOUR_MS, self.chance.choice((1, 2))
            )
            for n in range(self.chance.choice((1, 1, 2)))
        ]
        told = given(*where, label=f"survey {self.chance.randrange(1_000)}")
        return told._replace(disclosure=self.chance.choice(LEVELS))

    def end(self) -> None:
        """All hold the same on each line, and it comes to what it has to. Raises: AssertionError."""
        self.settle(8)
        lapsed, before = -1, self._sizes()
        # time goes on meanwhile: what lapses in it may make more to be said, nothing else may
        while lapsed != (lapsed := self._lapsed()):
            before = self._sizes()
            self.settle(4)
        assert self._sizes() == before, "the nodes never stop talking"
        for pair, line in self.lines.items():
            nodes = [self.nodes[each] for each in pair]
            self.judge.same(nodes, line, self.chance)
            for node in nodes:
                self.judge.told(node, line)
                self.judge.cased(node, line)
        for who, node in enumerate(self.nodes):
            lines = [line for pair, line in self.lines.items() if who in pair]
            desk_judge.versions(node, lines, self.filed)

    @property
    def reached(self) -> Reached:
        some = [each for node in self.nodes for each in node.desk.cases()]
        closed = sum(each.phase == "closed" for each in some)
        return Reached(len(some), closed, self.accepted, self.activated)

    def _sizes(self) -> list[int]:
        return [desk_judge.said(self.nodes[pair[0]], line) for pair, line in self.lines.items()]

    def _lapsed(self) -> int:
        return sum(desk_judge.said(self.nodes[pair[0]], line, LAPSE) for pair, line in self.lines.items())

    def _two(self, pair: tuple[int, int]) -> Two:
        one, other = pair
        places = self.places[one], self.places[other]
        return Two(self.nodes[one], self.nodes[other], self.lines[pair], places, self.time)


def run(ops: Sequence[str], seed: int, folder: Path, parties: int = 2) -> Reached:
    """A history, and what came about. Raises: AssertionError."""
    chance = random.Random(seed)
    history = DeskHistory(folder, chance, parties)
    try:
        for op in ops:
            history.do(op, chance.randrange(parties))
        history.end()
        return history.reached
    finally:
        history.close()


def _answerable(case: CaseView, *, mine: bool) -> list[ProposalView]:
    return [each for each in case.proposals if each.mine is mine and each.status in ("open", "accepted")]
