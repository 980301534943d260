"""A publisher under test, and clients by pytak beside it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

from lxml import etree

from tests.formats.test_cot import ROUND, WAY
from tests.formats.test_cot_event import published
from wideberth.formats.cot_event import Event
from wideberth.formats.cot_published import Events
from wideberth.links import tak
from wideberth.links.tak import Server, State, Timing
from wideberth.space.altitude import Altitude
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE
from wideberth.space.volume import Volume

with warnings.catch_warnings():
    # it says what it could do with further packages
    warnings.simplefilter("ignore")
    import pytak

LONG = 20.0
"""Seconds that anything may take here."""
HOUR = 3_600_000


def now_ms() -> int:
    return time.time_ns() // 1_000_000


QUICK = Timing(
    now_ms, lambda: 0.0, first_s=0.05, last_s=0.1, rest_s=0.05, look_s=0.2, ping_s=0.2, silent_s=LONG
)


class Board:
    """What is to be seen, and how the publisher says it goes."""

    def __init__(self, *events: Event) -> None:
        self.events = list(events)
        self.changed = asyncio.Event()
        self.states: list[State] = []

    def show(self, *events: Event) -> None:
        self.events = list(events)
        self.changed.set()

    @contextlib.asynccontextmanager
    async def publishing(
        self, to: Server, tls: ssl.SSLContext | None = None, timing: Timing = QUICK
    ) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(
            tak.publish(to, lambda: list(self.events), self.changed, timing, self.states.append, tls)
        )
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, said: Callable[[State], bool]) -> None:
        await until(lambda: any(said(state) for state in self.states))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not true():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def listening(first: bytes = b"", limit: int = 65_536) -> AsyncIterator[Server]:
    """A server that says something at first, and then neither reads nor writes."""
    held: list[asyncio.StreamWriter] = []

    def accepted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        writer.write(first)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, limit=limit)
    try:
        yield Server("tcp", "127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()
        # those that are being accepted
        await asyncio.sleep(0.1)
        for writer in held:
            writer.transport.abort()
        await asyncio.sleep(0)


class Client:
    """A client by pytak: what it gets, event by event."""

    def __init__(self, url: str, **config: str) -> None:
        self._config = {"COT_URL": url, **config}
        self.events: asyncio.Queue[bytes] = asyncio.Queue()
        self.writer: Any = None

    async def __aenter__(self) -> Client:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            reader, self.writer = await pytak.protocol_factory(self._config)
        worker = pytak.RXWorker(self.events, self._config, reader)
        self._task = asyncio.create_task(worker.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task
        self.writer.close()

    async def send(self, data: bytes) -> None:
        await pytak.TXWorker(asyncio.Queue(), self._config, self.writer).send_data(data)

    async def next(self, wanted: Callable[[etree._Element], bool]) -> etree._Element:
        async with asyncio.timeout(LONG):
            while True:
                root = etree.fromstring(await self.events.get())
                if wanted(root):
                    return root


def by_uid(uid: str) -> Callable[[etree._Element], bool]:
    return lambda root: root.get("uid") == uid


def here(ground: Any = ROUND) -> Volume:
    low, high = Altitude("HAE", 100 * METRE), Altitude("HAE", 250 * METRE)
    return Volume(ground, low, high, now_ms() - HOUR, now_ms() + HOUR)


def zones(reference: VerticalReference) -> list[Event]:
    items = [published(here()), published(here(WAY), uid="wideberth.way", name="Way")]
    return Events(reference).of(items, now_ms()).events
