"""The same over the product's own transport: two running nodes, each a process, TLS 1.3 on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from bench.line_ways import PATIENCE_S, Held, body
from tests.ledger.two import seed
from tests.story import whole
from tests.story.whole import Place
from wideberth.ledger.ids import Kind, Origin
from wideberth.links import address, peer_server
from wideberth.links.peer_client import Sender, Timing
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node

TICK_S = 1.0
TOGETHER = 50
"""Entries that are said in one commit."""


class Side:
    """A running node, and how far it is, looked at from other threads."""

    def __init__(self, place: Place, line: str) -> None:
        self.line = line
        self.node = Node.open(
            place.path, Config(), seed(f"{place.name} journal"), SYSTEM, Log(place.path / "log", SYSTEM.now)
        )
        self.party = place.party
        self.cpu = time.process_time()
        self._new = threading.Event()
        self.node.follow(self._new.set)

    def say(self, count: int, size: int) -> None:
        """Main entries, as fast as they are taken."""
        for begin in range(0, count, TOGETHER):
            some = min(TOGETHER, count - begin)
            wanted = [("test.said", 1, body(begin + i, size)) for i in range(some)]
            # what waits unconfirmed stays below what the other has to take before it answers
            self.until(lambda: self.durable(self.party) - self.confirmed() <= TOGETHER)
            with self.node.using(self.line) as found:
                found.talk.say_all("main", wanted)

    def urgent(self, number: int, size: int) -> None:
        """One urgent entry, confirmed."""
        wanted = self.durable(self.party, "urgent") + 1
        self.node.say(self.line, "urgent", "test.said", 1, body(number, size))
        self.until(lambda: self.confirmed("urgent") >= wanted)

    def confirmed(self, kind: Kind = "main") -> int:
        """Own entries that the other has cosigned, whose receipt is durable here."""
        state = self.node._open[self.line].state
        return state.receipts.get(Origin(self.line, self.party, kind, 0), 0)

    def durable(self, party: str, kind: Kind = "main") -> int:
        """Entries of a party that are durable here."""
        found = self.node._open[self.line].state.feeds.get(Origin(self.line, party, kind, 0))
        return found.size if found else 0

    def until(self, done: Callable[[], bool]) -> None:
        """Raises: TimeoutError."""
        end = time.monotonic() + PATIENCE_S
        while not done():
            self._new.clear()
            if done():
                return
            if not self._new.wait(0.5) and time.monotonic() > end:
                raise TimeoutError("not everything is confirmed")

    def held(self) -> Held:
        """For the gate."""
        with self.node._lock:
            placed = self.node._open[self.line].state.order.placed
            digest = hashlib.sha256(b"".join(each.entry.leaf for each in placed)).digest()
            return Held(digest, len(placed), time.process_time() - self.cpu)


class Running:
    """The event loop of a node, and its clock, in threads."""

    def __init__(self, side: Side, port: int | None) -> None:
        self.port: int = 0
        self._ready = threading.Event()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=asyncio.run, args=(self._run(side, port),), daemon=True),
            threading.Thread(target=self._tick, args=(side.node,), daemon=True),
        ]
        for each in self._threads:
            each.start()
        self._ready.wait(PATIENCE_S)

    def close(self) -> None:
        self._stop.set()
        for each in self._threads:
            each.join(PATIENCE_S)

    async def _run(self, side: Side, port: int | None) -> None:
        stopped = asyncio.create_task(asyncio.to_thread(self._stop.wait))
        if port is None:
            async with peer_server.serve("127.0.0.1", 0, side.node) as server:
                await server.add(side.line)
                self.port = server.port
                self._ready.set()
                await stopped
        else:
            timing = Timing(SYSTEM.now, SYSTEM.elapsed, random.random)
            to = address.read(f"https://127.0.0.1:{port}")
            task = asyncio.create_task(Sender(side.node, side.line, to, timing).run())
            self._ready.set()
            await stopped
            task.cancel()
            await asyncio.wait((task,))

    def _tick(self, node: Node) -> None:
        while not self._stop.wait(TICK_S):
            node.tick()


class Figures(NamedTuple):
    """Seconds of each round trip; entries a second one way, and both ways; what both hold in the end."""

    round_trips: list[float]
    one_way: float
    both_ways: float
    held: tuple[Held, Held]


def measure(folder: Path, round_trips: int, entries: int, size: int) -> Figures:
    """The calling node is in this process, the one that is called in another."""
    folder.mkdir(parents=True)
    places, line = whole.begin(folder)
    for place, other in (places, places[::-1]):
        with place.open(whole.Time()) as node:
            node.take_up(whole.paired(place, other), place.private)
    with far(places[1], line) as (wire, port):
        side = Side(places[0], line)
        running = Running(side, port)
        try:
            side.until(lambda: side.node.line(line).stage == "whole" and side.confirmed() >= 1)
            trips = []
            for number in range(round_trips):
                begin = time.perf_counter()
                side.urgent(number, size)
                trips.append(time.perf_counter() - begin)
            one_way = entries / _passed(side, wire, entries, size, theirs=0)
            half = entries // 2
            both = 2 * half / _passed(side, wire, half, size, theirs=half)
            wire.send(("held",))
            theirs = Held(*wire.recv())
            return Figures(trips, one_way, both, (side.held(), theirs))
        finally:
            running.close()
            side.node.close()


def _passed(side: Side, wire: Connection, count: int, size: int, *, theirs: int) -> float:
    begin = time.perf_counter()
    wire.send(("say", theirs, size))
    side.say(count, size)
    side.until(lambda: side.confirmed() >= side.durable(side.party))
    wire.recv()
    return time.perf_counter() - begin


@contextmanager
def far(place: Place, line: str) -> Iterator[tuple[Connection, int]]:
    """The other node, in a process of its own: the pipe to it, and its port."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(there, place, line), daemon=True)
    process.start()
    try:
        yield here, here.recv()
    finally:
        here.send(("stop",))
        process.join(PATIENCE_S)


def _serve(wire: Connection, place: Place, line: str) -> None:
    side = Side(place, line)
    running = Running(side, None)
    wire.send(running.port)
    while True:
        order: tuple[Any, ...] = wire.recv()
        match order:
            case ("say", count, size):
                side.say(count, size)
                side.until(lambda: side.confirmed() >= side.durable(side.party))
                wire.send("through")
            case ("held",):
                wire.send(tuple(side.held()))
            case _:
                break
    running.close()
    side.node.close()
