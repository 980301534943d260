"""Two whole nodes on a line, with journals on a disk, for the benchmark: the clock is the machine's."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.ledger.two import A, B
from tests.story.parties import Node, World
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind
from wideberth.line import say
from wideberth.line.clock import Now

RUN = 50
"""Entries that an author says at once: half a window, so that one half is on its way while the other is held."""
PATIENCE_S = 60.0
"""With nothing new for so long, something is wrong."""


class Machine(World):
    """The time of the machine; what is passed by hand is added to it."""

    def __init__(self) -> None:
        self.ahead = 0

    @property
    def now(self) -> Now:  # type: ignore[override]  # read anew each time, where a test sets it
        """Both clocks."""
        return Now(time.time_ns() // 1_000_000 + self.ahead, time.monotonic_ns() // 1_000_000 + self.ahead)

    def pass_ms(self, ms: int) -> None:
        """As if so much time had gone by."""
        self.ahead += ms


def pair(folder: Path) -> tuple[Node, Node]:
    """Two nodes that have answered each other's start, with prekeys that the other knows."""
    world = Machine()
    nodes = Node(A, folder / "one", world), Node(B, folder / "other", world)
    for _ in range(4):
        deliver(*nodes)
        world.pass_ms(3_000)
        for node in nodes:
            node.talk.tick()
    deliver(*nodes)
    return nodes


def deliver(one: Node, other: Node) -> bool:
    """Pass on what waits, there and back, once; whether there was anything."""
    there = one.out()
    other.talk.receive_all(there)
    back = other.out()
    one.talk.receive_all(back)
    return bool(there or back)


def body(number: int, size: int) -> Value:
    """A body of `size` bytes."""
    return {"said": f"{number:08d}".ljust(size - len('{"said":""}'), ".")}


def confirmed(node: Node, kind: Kind) -> int:
    """How many own entries are cosigned by the other, whose receipt is durable here."""
    return node.talk.state.receipts.get(node.origin(kind), 0)


def held(node: Node, kind: Kind) -> int:
    """How many own entries are durable."""
    return len(node.entries(node.origin(kind)))


def round_trips(one: Node, other: Node, count: int, size: int) -> list[float]:
    """Seconds from saying an urgent entry until its receipt is durable at its author, one after another."""
    took = []
    for number in range(count):
        before = confirmed(one, "urgent")
        begin = time.perf_counter()
        one.talk.say("urgent", "test.said", 1, body(number, size))
        _until(lambda: deliver(one, other), lambda before=before: confirmed(one, "urgent") > before)  # type: ignore[misc]  # mypy gives a lambda's default no type
        took.append(time.perf_counter() - begin)
    return took


def passed(authors: Sequence[Node], others: tuple[Node, Node], count: int, size: int) -> float:
    """Seconds until `count` entries of each author are cosigned, durable on both sides."""
    goals = {author.party.name: confirmed(author, "main") + count for author in authors}
    left = {author.party.name: count for author in authors}

    def on() -> bool:
        for author in authors:
            name = author.party.name
            behind = held(author, "main") - confirmed(author, "main")
            some = min(left[name], RUN, author.talk.state.terms.window - behind)
            if some > 0 and say.closed(author.talk.state, "main") is None:
                _say(author, [body(left[name] - i, size) for i in range(some)])
                left[name] -= some
        return deliver(*others)

    begin = time.perf_counter()
    _until(on, lambda: all(confirmed(author, "main") >= goals[author.party.name] for author in authors))
    return time.perf_counter() - begin


def _say(author: Node, bodies: Sequence[Value]) -> None:
    author.talk.say_all("main", [("test.said", 1, each) for each in bodies])


def _until(on: Callable[[], bool], done: Callable[[], bool]) -> None:
    idle = time.monotonic()
    while not done():
        if on():
            idle = time.monotonic()
        elif time.monotonic() > idle + PATIENCE_S:
            raise TimeoutError("nothing is on its way, and not everything is confirmed")
