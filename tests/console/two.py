"""Two parties' nodes that really run, on ports of this machine, with a line and terms in force."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from wideberth.cli import demo_running, node_running
from wideberth.cli.node_running import Ending, Wired
from wideberth.links import client
from wideberth.node.clock import SYSTEM
from wideberth.node.node import Node
from wideberth.story import demo_begin, parties
from wideberth.story.outcome import Cast, Proof
from wideberth.story.parties import Party
from wideberth.story.side import Side
from wideberth.story.steps import Steps

NAMES = ("North", "South")
WAIT = 60.0
"""Seconds after which something has not happened: the machine may be busy."""


class One(NamedTuple):
    """A party's running node.

    Attributes:
        party: with its password for each account (`party.password("duty")`), tokens, and officers' seeds.
        node: the node itself. `side`: its API as the demo asks it. `url`: where the console is.
    """

    party: Party
    node: Node
    side: Side
    url: str


class Two(NamedTuple):
    """Both; `line` is the id of their line, `terms` the SHA-256 of the terms in force."""

    north: One
    south: One
    line: str
    terms: str


class _Running:
    """Both nodes, in an event loop of their own."""

    def __init__(self, made: tuple[Party, Party]) -> None:
        self._made = made
        self._began, self._end = threading.Event(), threading.Event()
        self.nodes: list[Node] = []
        self.wired: list[Wired] = []
        self.failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Running:
        self._thread.start()
        assert self._began.wait(WAIT)
        if self.failed is not None:
            self._thread.join()
            raise self.failed
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(WAIT)
        assert not self._thread.is_alive()
        if self.failed is not None:
            raise self.failed

    def _run(self) -> None:
        try:
            asyncio.run(self._both())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test is told
            self.failed = error
        finally:
            self._began.set()

    async def _both(self) -> None:
        stop: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        async with AsyncExitStack() as stack:
            self.nodes = [stack.enter_context(demo_running.opened(each)) for each in self._made]
            self.wired = [
                await stack.enter_async_context(node_running.wire(each, lambda _: None))
                for each in self.nodes
            ]
            turns = [
                asyncio.create_task(node_running.turn(node, each, stop, lambda _: None))
                for node, each in zip(self.nodes, self.wired, strict=True)
            ]
            stack.push_async_callback(demo_running.end, turns, self.nodes)
            self._began.set()
            while not self._end.is_set():
                await asyncio.sleep(0.05)
                for each in turns:
                    if each.done():
                        each.result()


@contextmanager
def two(folder: Path) -> Iterator[Two]:
    """Both, until the end of this."""
    folder.mkdir(parents=True, exist_ok=True)
    made = (parties.make(folder, NAMES[0], SYSTEM.now()), parties.make(folder, NAMES[1], SYSTEM.now()))
    with _Running(made) as running, ExitStack() as stack:
        sides = []
        for party, each in zip(made, running.wired, strict=True):
            chief, duty = (
                client.over_url(demo_running.url(each), party.tokens[who]) for who in ("chief", "duty")
            )
            sides.append(Side(party.name, stack.enter_context(chief), stack.enter_context(duty)))
        cast = Cast(made, (sides[0], sides[1]), demo_running.line(running.wired[1]), _unproven)
        steps = Steps(lambda _: None, lambda: time.sleep(0.05), SYSTEM)
        line = demo_begin.line(cast, steps)
        terms = demo_begin.terms(cast, steps, line)
        ones = [
            One(party, node, side, demo_running.url(each).replace("127.0.0.1", "localhost"))
            for party, node, side, each in zip(made, running.nodes, sides, running.wired, strict=True)
        ]
        yield Two(ones[0], ones[1], line, terms)


def until(true: Callable[[], bool], seconds: float = WAIT) -> None:
    """Wait for it; bounded."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.05)


def _unproven(_side: Side, _record: bytes) -> Proof:
    raise AssertionError("no record is proven here")
