"""Two parties' nodes that really run, on ports of this machine, with a line and terms in force."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from msgspec.structs import replace

from wideberth.cli import demo_running, node_running
from wideberth.cli.node_running import Ending, Wired
from wideberth.links import client
from wideberth.node import directory
from wideberth.node.clock import SYSTEM
from wideberth.node.config import Config
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.story import demo_begin, parties
from wideberth.story.outcome import Cast, Proof
from wideberth.story.parties import Party
from wideberth.story.side import Side
from wideberth.story.steps import Steps

NAMES = ("North", "South")
WAIT = 120.0
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
    running: _Running

    def stop(self, one: One) -> None:
        """Stop a node, in order. `one.node` is no more then; `one.side` goes on once it is started again."""
        self.running.stop(self._number(one))

    def start(self, one: One) -> None:
        """Start it again, at the same address."""
        self.running.start(self._number(one))

    def _number(self, one: One) -> int:
        return NAMES.index(one.party.name)


class _Up(NamedTuple):
    """A node that runs: `turn` moves it on, and all ends with `stack`."""

    node: Node
    wired: Wired
    turn: asyncio.Task[None]
    stack: AsyncExitStack


class _Running:
    """Both nodes, in an event loop of their own, from any thread."""

    def __init__(self, made: tuple[Party, Party]) -> None:
        self._made = made
        self._settings = [parties.settings(each.name) for each in made]
        self._began = threading.Event()
        self._up: dict[int, _Up] = {}
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Running:
        self._thread.start()
        assert self._began.wait(WAIT)
        self._raise()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(WAIT)
        assert not self._thread.is_alive()
        self._raise()

    @property
    def nodes(self) -> list[Node]:
        return [self._up[n].node for n in range(len(self._made))]

    @property
    def wired(self) -> list[Wired]:
        return [self._up[n].wired for n in range(len(self._made))]

    def stop(self, n: int) -> None:
        self._do(self._up.pop(n).stack.aclose())

    def start(self, n: int) -> None:
        self._do(self._begin(n))

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(WAIT)

    def _raise(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        try:
            asyncio.run(self._both())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test is told
            self._failed = error
        finally:
            self._began.set()

    async def _both(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._never: asyncio.Future[Ending] = self._loop.create_future()
        try:
            for n in range(len(self._made)):
                await self._begin(n)
            self._began.set()
            await self._end.wait()
            for each in self._up.values():
                if each.turn.done():
                    each.turn.result()
        finally:
            for each in self._up.values():
                await each.stack.aclose()

    async def _begin(self, n: int) -> None:
        async with AsyncExitStack() as stack:
            node = stack.enter_context(_opened(self._made[n], self._settings[n]))
            wired = await stack.enter_async_context(node_running.wire(node, lambda _: None))
            turn = asyncio.create_task(node_running.turn(node, wired, self._never, lambda _: None))
            stack.push_async_callback(demo_running.end, [turn], [node])
            # a port that the system has chosen is kept
            assert wired.api.address is not None
            assert wired.server is not None
            host, port = wired.api.address
            self._settings[n] = replace(
                self._settings[n], api=f"{host}:{port}", line=f"{host}:{wired.server.port}"
            )
            self._up[n] = _Up(node, wired, turn, stack.pop_all())


@contextmanager
def _opened(party: Party, settings: Config) -> Iterator[Node]:
    log = Log(party.data / directory.LOG, SYSTEM.now, settings.log_level)
    with Node.open(party.data, settings, party.journal, SYSTEM, log) as node:
        yield node


@contextmanager
def two(folder: Path) -> Iterator[Two]:
    """Both, until the end of this."""
    folder.mkdir(parents=True, exist_ok=True)
    made = (parties.make(folder, NAMES[0], SYSTEM.now()), parties.make(folder, NAMES[1], SYSTEM.now()))
    with _Running(made) as running, ExitStack() as stack:
        # beside a browser that draws maps without a graphics card a node may take its time
        stack.enter_context(patch.object(client, "TIMEOUT", client.PATIENT))
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
        yield Two(ones[0], ones[1], line, terms, running)


def until(true: Callable[[], bool], seconds: float = WAIT) -> None:
    """Wait for it; bounded."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.05)


def _unproven(_side: Side, _record: bytes) -> Proof:
    raise AssertionError("no record is proven here")
