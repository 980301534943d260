"""A node's ends on a network, in a thread of their own: it listens, or it calls, or both."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections.abc import AsyncIterator

from wideberth.links import peer_server
from wideberth.links.address import Address
from wideberth.links.peer_client import Sender, Timing
from wideberth.node.node import Node

FIRST_S, LAST_S = 0.02, 0.1
"""Waits after a failure: short, so that a test does not wait."""


class Linked:
    """The transport of one line; from `start` until `stop`."""

    def __init__(
        self,
        node: Node,
        line: str,
        *,
        listen: tuple[str, int] | None = None,
        call: Address | None = None,
        plain: bool = False,
    ) -> None:
        self.port = 0
        self._node, self._line = node, line
        self._listen, self._call, self._plain = listen, call, plain
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> Linked:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60)
        assert not self._thread.is_alive()

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with contextlib.AsyncExitStack() as stack:
            if self._listen is not None:
                server = await stack.enter_async_context(
                    peer_server.serve(*self._listen, self._node, plain=self._plain)
                )
                await server.add(self._line)
                self.port = server.port
            if self._call is not None:
                await stack.enter_async_context(_calling(self._node, self._line, self._call))
            self._ready.set()
            await self._over.wait()


@contextlib.asynccontextmanager
async def _calling(node: Node, line: str, to: Address) -> AsyncIterator[None]:
    timing = Timing(
        lambda: time.time_ns() // 1_000_000,
        lambda: time.monotonic_ns() / 1_000_000,
        random.random,
        FIRST_S,
        LAST_S,
    )
    task = asyncio.create_task(Sender(node, line, to, timing).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))
