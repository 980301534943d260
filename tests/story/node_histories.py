"""What may happen to two running nodes that also agree: loss, repetition, other orders, restarts, silence.

As `histories`, one floor up: nodes over their directories, with officers who propose, sign, suspend, take
back and end, at whatever time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.desk import agreed
from tests.story import whole
from tests.story.folds import shuffled
from tests.story.whole import Place, Time, leaves
from wideberth.errors import Refused
from wideberth.formats import agreement, agreement_draft
from wideberth.ledger.ids import KINDS, Kind
from wideberth.model.agreement import Party
from wideberth.node.prekeys import DAY_MS

TALK = ("say", "say", "send", "send", "send", "send", "lose", "old", "tick", "restart", "silence", "settle")
AGREE = ("propose", "sign", "sign", "sign", "suspend", "resume", "end")
OPS = (*TALK, *AGREE)
MINUTE_MS = 60_000
MOST = 64 << 10
NO_ALARM = {"line.equivocation", "line.forked", "line.rolled_back", "ledger.leaves", "line.header"}


class Terms(NamedTuple):
    """Versions of an agreement, each after the one before."""

    versions: tuple[bytes, ...]

    @classmethod
    def between(cls, places: Sequence[Place]) -> Terms:
        parties = [Party(each.party, each.name) for each in places]
        first = agreement_draft.draft(agreed.NUMBER, "Trial terms", parties)
        second = agreed.after(first)
        return cls((first, second, agreed.after(second, '"5NM"', '"7NM"')))


class NodeHistory:
    """Two nodes and all that was ever sent between them."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance, self.time = chance, Time()
        self.places, self.line = whole.begin(folder)
        self.terms = Terms.between(self.places)
        self.nodes = [each.open(self.time) for each in self.places]
        self.old: list[tuple[int, bytes]] = []
        self.said: list[str] = []
        for node, one, other in zip(self.nodes, self.places, reversed(self.places), strict=True):
            node.take_up(whole.paired(one, other), one.private)

    def close(self) -> None:
        for each in self.nodes:
            each.close()

    def do(self, op: str, who: int) -> None:
        node = self.nodes[who]
        match op:
            case "say":
                self.said.append(f"{len(self.said)}")
                kind: Kind = self.chance.choice(KINDS)
                node.say(self.line, kind, "test.said", 1, {"said": self.said[-1]})
            case "send" | "lose":
                self.send(who, arrives=op == "send")
            case "old" if self.old:
                to, sealed = self.chance.choice(self.old)
                self.nodes[to].incoming(self.line, [sealed])
            case "tick":
                self.time.pass_ms(self.chance.randrange(MINUTE_MS))
                node.tick()
            case "restart":
                node.close()
                self.nodes[who] = self.places[who].open(self.time)
            case "silence":
                self.time.pass_ms(self.chance.choice((1, 2, 4)) * DAY_MS)
            case "settle":
                self.settle(1)
            case _ if op in AGREE:
                self.agree(op, who)

    def agree(self, op: str, who: int) -> None:
        """What an officer tries; what is not possible now is refused."""
        data = self.chance.choice(self.terms.versions)
        found, node = agreement.read(data), self.nodes[who]
        tried: dict[str, Callable[[], object]] = {
            "propose": lambda: node.agreed.propose(self.line, data),
            "sign": lambda: node.agreed.sign(self.line, found.hash, self.signatures(who, data)),
            "suspend": lambda: node.agreed.suspend(self.line, agreed.NUMBER),
            "resume": lambda: node.agreed.resume(self.line, agreed.NUMBER),
            "end": lambda: node.agreed.end(self.line, agreed.NUMBER),
        }
        try:
            tried[op]()
        except Refused as error:
            assert error.code.startswith("agreement."), error

    def signatures(self, who: int, data: bytes) -> list[bytes]:
        """Of one officer, or both."""
        both = whole.signatures(self.places[who], data, agreed.NUMBER)
        return self.chance.choice(([both[0]], [both[1]], both))

    def send(self, who: int, *, arrives: bool) -> None:
        """All that waits, in some order; some of it twice, some never."""
        messages: list[bytes] = []
        for slot in KINDS:
            while some := self.nodes[who].outgoing(self.line, slot, MOST):
                messages += some
        self.chance.shuffle(messages)
        self.old += [(1 - who, each) for each in messages]
        if arrives:
            lost = self.chance.random() / 2
            there = [each for each in messages if self.chance.random() >= lost]
            again = [each for each in messages if self.chance.random() < 0.2]
            self.nodes[1 - who].incoming(self.line, [*there, *again])

    def settle(self, rounds: int) -> None:
        one, other = self.nodes
        whole.settle(whole.Two(one, other, self.line, self.places, self.time), rounds)

    def end(self) -> None:
        """Both hold the same, and it comes to the same. Raises: AssertionError."""
        self.settle(8)
        one, other = self.nodes
        lines = [each._open[self.line] for each in self.nodes]
        for node, line in zip(self.nodes, lines, strict=True):
            view = node.line(self.line)
            assert (view.stage, view.not_told) == ("whole", 0)
            assert not NO_ALARM.intersection(each.code for each in view.alarms)
            placed = [each.entry for each in line.state.order.placed]
            assert len(placed) == sum(each.entries for each in view.feeds)
            words = [each.body for each in placed if each.header.type == "test.said"]
            assert sorted(words) == sorted(b'{"said":"%s"}' % each.encode() for each in self.said)
        assert leaves(one, self.line) == leaves(other, self.line)
        folds = [*(each.fold for each in lines), *(shuffled(each, self.chance.random()) for each in lines)]
        for each in folds[1:]:
            assert each.state == folds[0].state
            assert each.standing == folds[0].standing
        views = [each.agreed.of(self.line) for each in self.nodes]
        assert views[0].versions == views[1].versions
        assert (views[0].phases, views[0].suspended_by) == (views[1].phases, views[1].suspended_by)


def run(ops: Sequence[str], seed: int, folder: Path) -> frozenset[str]:
    """A history; in which phases an agreement was at its end. Raises: AssertionError."""
    chance = random.Random(seed)
    history = NodeHistory(folder, chance)
    try:
        for op in ops:
            history.do(op, chance.randrange(2))
        history.end()
        return frozenset(history.nodes[0].agreed.of(history.line).phases.values())
    finally:
        history.close()
