"""Events as they happen: server-sent events (HTML, 9.2) that go on where a reader left off.

    id: <start>-<n>       the start of the node, and the number of the event in it
    event: again          read the state again: a new reader, or what came since its last event is gone

Nothing is kept for a reader: the node holds its newest events, and each reader a place among them. One that
takes too long is cut off, and comes again with its place.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Final, NamedTuple, TypeVar

import msgspec
from anyio import CapacityLimiter, to_thread

from wideberth.errors import Refused, WideberthError
from wideberth.node.node import Node
from wideberth.node.views import Happened

T = TypeVar("T")

TYPE: Final = "text/event-stream"
LAST: Final = "Last-Event-ID"
KEEP_ALIVE = 15.0
"""Seconds between two looks whether the reader may still read; it hears of each."""
SLOW = 30.0
"""Seconds that a reader may take for a piece."""
READERS = 100
READERS_EACH = 16
"""Of one account."""
AT_ONCE = 4
"""Readers for whom the node is asked at the same time."""

_PLACE = re.compile(r"([a-z0-9]{1,64})-([0-9]{1,15})")


class Patience(NamedTuple):
    """How patient a stream is, in seconds: between two looks at its reader, and with a slow one."""

    keep_alive: float
    slow: float


PATIENCE: Final = Patience(KEEP_ALIVE, SLOW)


class Reader(NamedTuple):
    """Who reads: the number of the account, and whether its token still counts (asked on a thread)."""

    user: int
    alive: Callable[[], bool]


class Streams:
    """All readers of a node's events. Used within one event loop; `stop` from anywhere."""

    def __init__(self, node: Node, patience: Patience = PATIENCE) -> None:
        self.patience = patience
        self._node = node
        self._bells: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
        self._readers: Counter[int] = Counter()
        self._limit = CapacityLimiter(AT_ONCE)
        self._stopping = False
        self._unfollow = node.follow(self._ring)

    @property
    def count(self) -> int:
        """How many read."""
        return self._readers.total()

    def stop(self) -> None:
        """All streams end, and no new one begins. As often as one likes."""
        if not self._stopping:
            self._stopping = True
            self._unfollow()
            self._ring()

    def open(self, reader: Reader, last: str) -> AsyncGenerator[bytes, None]:
        """The events after `last` (an id, or nothing). Raises: Refused (`api.busy`)."""
        if self._stopping:
            raise Refused("api.busy", "the node is stopping; accepted: again in 5 s")
        if self.count >= READERS or self._readers[reader.user] >= READERS_EACH:
            raise Refused("api.busy", "too many read the events; accepted: again in 30 s")
        return self._read(reader, last)

    async def _read(self, reader: Reader, last: str) -> AsyncGenerator[bytes, None]:
        bell, loop = asyncio.Event(), asyncio.get_running_loop()
        self._bells[bell] = loop
        self._readers[reader.user] += 1
        try:
            async for piece in self._pieces(reader, last, bell):
                yield piece
        except WideberthError:
            return  # the node can say no more; whoever comes again is told why
        finally:
            del self._bells[bell]
            self._readers[reader.user] -= 1

    async def _pieces(self, reader: Reader, last: str, bell: asyncio.Event) -> AsyncGenerator[bytes, None]:
        loop = asyncio.get_running_loop()
        start = (await self._asked(self._node.status)).start
        place = await self._place(start, last)
        after = await self._newest() if place is None else place
        if place is None:
            yield _again(start, after)
        look = loop.time() + self.patience.keep_alive
        while not self._stopping:
            bell.clear()
            found, gone = await self._asked(partial(self._node.events, after))
            if gone:
                after = found[-1].n if found else after
                yield _again(start, after)
            elif found:
                after = found[-1].n
                yield b"".join(_event(start, each) for each in found)
            if loop.time() >= look:
                if not await self._asked(reader.alive):
                    return
                yield b": still here\n\n"
                look = loop.time() + self.patience.keep_alive
            if not found:
                await _within(bell, look - loop.time())

    async def _place(self, start: str, last: str) -> int | None:
        """After which event a reader goes on; None where that is not known."""
        found = _PLACE.fullmatch(last)
        if found is None or found[1] != start:
            return None
        after = int(found[2])
        return after if after <= await self._newest() else None

    async def _newest(self) -> int:
        found, _ = await self._asked(partial(self._node.events, 0))
        return found[-1].n if found else 0

    async def _asked(self, what: Callable[[], T]) -> T:
        return await to_thread.run_sync(what, limiter=self._limit)

    def _ring(self) -> None:
        for bell, loop in list(self._bells.items()):
            try:
                loop.call_soon_threadsafe(bell.set)
            except RuntimeError:
                continue  # its loop has ended, and it with it


async def _within(bell: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(bell.wait(), max(seconds, 0.0))
    except TimeoutError:
        return


def _event(start: str, each: Happened) -> bytes:
    head = f"id: {start}-{each.n}\nevent: {each.what}\ndata: "
    return head.encode() + msgspec.json.encode(each) + b"\n\n"


def _again(start: str, n: int) -> bytes:
    return f"id: {start}-{n}\nevent: again\ndata: {{}}\n\n".encode()
