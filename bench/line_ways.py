"""Two whole nodes on a line, each a process of its own with a journal on a disk, timed from one of them."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from tests.ledger.two import A, B, Party
from tests.story.parties import Node, World
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind, Origin
from wideberth.line import say
from wideberth.line.clock import Now

PATIENCE_S = 30.0
"""With nothing new for so long, something is wrong."""
ASLEEP_S = 0.5
"""A node that waits looks at its clock so often."""


class Machine(World):
    """The time of the machine."""

    def __init__(self) -> None:
        """Nothing is kept: see `now`."""

    @property
    def now(self) -> Now:  # type: ignore[override]  # read anew each time, where a test sets it
        """Both clocks."""
        return Now(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000)

    def pass_ms(self, ms: int) -> None:
        """Time passes by itself."""


class Held(NamedTuple):
    """What a node holds in the end: a digest over all entries in their order, and how many they are."""

    digest: bytes
    entries: int
    cpu_s: float


class Start(NamedTuple):
    """A node started from its journal: in what time, and what its entries take in memory."""

    entries: int
    seconds: float
    bytes_each: float


class Side:
    """One node and its end of the wire. Each item on the wire is a list of messages, or an order."""

    def __init__(self, party: Party, folder: Path, wire: Connection) -> None:
        self.node = Node(party, folder, Machine())
        self.wire, self.left, self.size, self.told = wire, 0, 0, True
        self.cpu = time.process_time()
        self.orders: list[tuple[Any, ...]] = []
        # a thread empties the wire, so that two that send at once never wait for each other
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def say(self, kind: Kind, count: int, size: int) -> None:
        """Say so many entries with a body of `size` bytes, from now on; urgent ones at once."""
        if kind == "urgent":
            self.node.talk.say(kind, "test.said", 1, body(count, size))
        else:
            self.left, self.size, self.told = count, size, False

    def confirmed(self, kind: Kind = "main") -> int:
        """How many own entries are cosigned by the other, whose receipt is durable here."""
        return self.node.talk.state.receipts.get(self.node.origin(kind), 0)

    def durable(self, party: Party, kind: Kind = "main") -> int:
        """How many entries of a party are durable here."""
        return len(self.node.entries(Origin(self.node.origin().line, party.name, kind, 0)))

    @property
    def through(self) -> bool:
        """Whether all that was to be said is confirmed."""
        return not self.left and self.confirmed() >= self.durable(self.node.party)

    def turn(self, *, patient: bool = True) -> bool:
        """Say what may be said, send what waits, take what came; whether there was anything."""
        state = self.node.talk.state
        some = min(
            self.left, state.terms.run, state.terms.window + self.confirmed() - self.durable(self.node.party)
        )
        if some > 0 and say.room(state, "main") >= some:
            bodies = [body(self.left - i, self.size) for i in range(some)]
            self.node.talk.say_all("main", [("test.said", 1, each) for each in bodies])
            self.left, patient = self.left - some, False
        if going := self.node.out():
            self.wire.send(going)
        coming = self._came(patient)
        if coming:
            self.node.talk.receive_all(coming)
        return bool(going or coming)

    def until(self, done: Callable[[], bool]) -> None:
        """Raises: TimeoutError."""
        last = time.monotonic()
        while not done():
            if self.turn():
                last = time.monotonic()
            elif time.monotonic() > last + PATIENCE_S:
                raise TimeoutError("nothing is on its way, and not everything is confirmed")

    def held(self) -> Held:
        """For the gate."""
        digest = hashlib.sha256(b"".join(self.node.placed())).digest()
        return Held(digest, len(self.node.placed()), time.process_time() - self.cpu)

    def _came(self, patient: bool) -> list[bytes]:
        coming: list[bytes] = []
        try:
            while True:
                item = self._inbox.get(timeout=ASLEEP_S if patient and not coming else 0)
                if isinstance(item, tuple):
                    self.orders.append(item)
                    return coming
                coming += item
        except queue.Empty:
            if patient:
                self.node.talk.tick()
            return coming

    def _listen(self) -> None:
        try:
            while True:
                self._inbox.put(self.wire.recv())
        except (EOFError, OSError):
            return


class Pair:
    """The node in this process, and the other one at the far end of the wire."""

    def __init__(self, near: Side) -> None:
        self.near = near

    def round_trips(self, count: int, size: int) -> list[float]:
        """Seconds from saying an urgent entry until its receipt is durable at its author, one by one."""
        took = []
        for number in range(count):
            wanted = self.near.durable(A, "urgent") + 1
            begin = time.perf_counter()
            self.near.say("urgent", number, size)
            while self.near.confirmed("urgent") < wanted:
                self.near.turn()
            took.append(time.perf_counter() - begin)
        return took

    def passed(self, count: int, size: int, *, both: bool) -> float:
        """Seconds until so many entries, of one or of each, are cosigned and their receipts durable."""
        theirs = self.near.durable(B) + (count if both else 0)
        begin = time.perf_counter()
        if both:
            self.near.wire.send(("say", count, size))
        self.near.say("main", count, size)
        self.near.until(lambda: self.near.through and self.near.durable(B) >= theirs)
        if both:
            self.near.until(lambda: ("through",) in self.near.orders)
            self.near.orders.clear()
        return time.perf_counter() - begin

    def both_held(self) -> tuple[Held, Held]:
        """What each of them holds."""
        self.near.wire.send(("held",))
        self.near.until(lambda: bool(self.near.orders))
        return self.near.held(), Held(*self.near.orders.pop()[1:])


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Two nodes that have answered each other's start, and know each other's prekeys."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_far, args=(there, folder / "other"), daemon=True)
    process.start()
    there.close()
    near = Side(A, folder / "one", here)
    try:
        near.until(lambda: near.node.stage == "whole" and near.confirmed() >= 1 and near.durable(B) >= 1)
        yield Pair(near)
    finally:
        here.send(("stop",))
        process.join(PATIENCE_S)
        near.node.stop()


def _far(wire: Connection, folder: Path) -> None:
    side = Side(B, folder, wire)
    while True:
        side.turn()
        while side.orders:
            match side.orders.pop(0):
                case ("say", count, size):
                    side.say("main", count, size)
                case ("held",):
                    wire.send(("held", *side.held()))
                case _:
                    side.node.stop()
                    return
        if side.through and not side.told:
            side.told = True
            wire.send(("through",))


def start(folder: Path) -> Start:
    """Start a node from its journal, in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_start, args=(there, folder), daemon=True)
    process.start()
    found = Start(*here.recv())
    process.join(PATIENCE_S)
    return found


def _start(wire: Connection, folder: Path) -> None:
    gc.collect()
    before, begin = _resident(), time.perf_counter()
    node = Node(A, folder, Machine())
    seconds = time.perf_counter() - begin
    gc.collect()
    count = len(node.placed())
    wire.send((count, seconds, (_resident() - before) / max(count, 1)))
    node.stop()


def _resident() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def body(number: int, size: int) -> Value:
    """A body of `size` bytes."""
    return {"said": f"{number:08d}".ljust(size - len('{"said":""}'), ".")}
