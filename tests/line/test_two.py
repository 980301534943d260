"""Two nodes, a network that never forgets, restarts, old backups: in the end both hold the same."""

from __future__ import annotations

import copy
import hashlib
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.ledger.two import LINE, A, B
from tests.line import two
from tests.line.two import Disk, Node, World
from wideberth.ledger import ids, order
from wideberth.ledger.order import Placed
from wideberth.ledger.seal import Content
from wideberth.line import step
from wideberth.line.messages import Received
from wideberth.line.terms import Terms

TERMS = Terms(window=4, credit_main=6, credit_urgent=6)
OPS = (
    *("say", "say", "urgent", "commit", "commit", "deliver", "deliver", "deliver", "old", "old", "tick"),
    *("several", "together", "together"),
)
FAULTS = ("restart", "backup", "restore")


def evolve(state: bytes, placed: Placed) -> bytes:
    return hashlib.sha256(state + placed.entry.leaf + bytes([placed.disputed])).digest()


class Air(Struct):
    """Two nodes and all that was ever sent: it may come later, again, in any order, or never."""

    nodes: tuple[Node, Node]
    sent: list[tuple[int, Content]]
    fresh: list[tuple[int, Content]]
    kept: dict[int, Disk]
    behind: set[int]

    def do(self, op: str, who: int, number: int) -> None:
        node = self.nodes[who]
        match op:
            case "say" | "urgent":
                node.say("main" if op == "say" else "urgent")
            case "several":
                node.say_all(*("urgent" if number >> n & 1 else "main" for n in range(number % 7)))
            case "together":
                taken, self.fresh = self.fresh[: number % 9], self.fresh[number % 9 :]
                taken += [self.sent[number % len(self.sent)]]
                for to in range(2):
                    self.nodes[to].receive_all(content for whose, content in taken if whose == to)
            case "commit" if node.commits:
                node.commit()
            case "deliver" if self.fresh:
                # mostly in order, so that something comes of it
                self.arrive(*self.fresh.pop(number % min(3, len(self.fresh))))
            case "old" if self.sent:
                self.arrive(*self.sent[number % len(self.sent)])
            case "tick":
                node.world.pass_ms(number % 5_000)
                node.tick()
            case "restart":
                node.start(takes_ms=number % 3)
            case "backup":
                self.kept[who] = copy.deepcopy(node.disk)
            case "restore" if who in self.kept and 1 - who not in self.behind:
                node.disk = copy.deepcopy(self.kept[who])
                self.behind.add(who)
                self.forget(who)
                node.start(takes_ms=number % 3)
            case _:
                pass
        self.collect()

    def forget(self, who: int) -> None:
        """What was signed and is lost: nobody holds it, and it is never taken any more (`collect`)."""
        node, peer = self.nodes[who], self.nodes[1 - who]
        for feed, size in list(node.world.signed):
            origin = ids.origin(feed)
            if origin.party == node.party.name and size > peer.size(origin):
                del node.world.signed[feed, size]

    def arrive(self, to: int, content: Content) -> None:
        self.nodes[to].receive(content)

    def collect(self) -> None:
        one, other = (node.disk.entries for node in self.nodes)
        assert all(one[place] == other[place] for place in one.keys() & other.keys())
        for who, node in enumerate(self.nodes):
            going = [(1 - who, content) for content in node.out]
            node.out = []
            self.sent += going
            self.fresh += going
            # nobody can bring back what both have lost, one after the other
            if node.state.stage == "whole" and self.nodes[1 - who].disk.leaves() <= node.disk.leaves():
                self.behind.discard(who)


def air(*, at_once: bool) -> Air:
    world = World()
    nodes = two.node(A, world, TERMS), two.node(B, world, TERMS)
    for each in nodes:
        each.start(takes_ms=0)
        each.at_once = at_once
    found = Air(nodes, [], [], {}, set())
    found.collect()
    return found


def check_rest(found: Air, chance: random.Random) -> None:
    """When the network has become good: one set, one order, one fold, and all that was ever cosigned."""
    one, other = found.nodes
    for node in found.nodes:
        node.at_once = True
        while node.commits:
            node.commit()
    two.settle(one, other)
    for node in found.nodes:
        for origin, count in node.lost.items():
            for _ in range(count):
                node.say(origin.kind)
    two.settle(one, other)
    assert (one.state.stage, other.state.stage) == ("whole", "whole")
    assert one.disk.leaves() == other.disk.leaves()
    assert [each.entry for each in one.placed] == [each.entry for each in other.placed]
    shuffled = [each.entry for each in one.placed]
    chance.shuffle(shuffled)
    state = order.fold(order.place(LINE, shuffled), evolve, bytes(32))
    assert state == order.fold(one.placed, evolve, bytes(32)) == order.fold(other.placed, evolve, bytes(32))
    assert len(one.placed) == len(one.disk.entries), "nothing waits for ever"
    for node in found.nodes:
        for origin, size in node.cosigned.items():
            assert node.size(origin) >= size
        for kind in ids.KINDS:
            mine = node.origin(kind)
            assert node.state.receipts.get(mine, 0) == node.size(mine)
    assert [each.code for node in found.nodes for each in node.alarms if each.frozen] == []


def run(ops: list[tuple[str, int, int]], chance: random.Random, *, at_once: bool) -> Air:
    found = air(at_once=at_once)
    for op in ops:
        found.do(*op)
    check_rest(found, chance)
    return found


def test_the_same_event_gives_the_same_effects() -> None:
    found, seeds = air(at_once=True), two.seeds(A)
    for op in (("deliver", 0, 0), ("say", 0, 0), ("deliver", 1, 0), ("urgent", 1, 0)) * 4:
        found.do(*op)
    node = found.nodes[0]
    again = copy.deepcopy(node.state)
    for _, content in list(found.sent):
        event = Received(node.now, content)
        node.state, effects = step.step(node.state, event, seeds)
        again, repeated = step.step(again, event, seeds)
        assert effects == repeated


def some(*ops: str) -> Any:
    return st.lists(st.tuples(st.sampled_from(ops), st.integers(0, 1), st.integers(0, 10_000)), max_size=60)


@settings(max_examples=40, deadline=None)
@given(some(*OPS), st.randoms(use_true_random=False), st.booleans())
def test_loss_repetition_reordering_and_delay(ops: Any, chance: random.Random, at_once: bool) -> None:
    run(ops, chance, at_once=at_once)


@settings(max_examples=60, deadline=None)
@given(some(*OPS, *FAULTS), st.randoms(use_true_random=False), st.booleans())
def test_restarts_and_backups_of_any_age(ops: Any, chance: random.Random, at_once: bool) -> None:
    run(ops, chance, at_once=at_once)
