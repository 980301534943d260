"""Both ends of a pairing over loopback, and somebody between them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from tests.line.pairs import NORTH, SOUTH, End
from wideberth.errors import WideberthError
from wideberth.line import pairing_code
from wideberth.line.pairing import Met
from wideberth.line.pairing_code import Code
from wideberth.links import pair, pair_channel, tls
from wideberth.links.pair import Officer
from wideberth.links.pair_channel import Channel, Timing

T = TypeVar("T")
PLATE = b"abcd"
QUICK = Timing(caller=300.0, greeting=300.0, message=300.0, officer=300.0)
"""Of tests that end by what happens, on a machine as slow as it may be."""
HOST = "127.0.0.1"


def run(work: Coroutine[Any, Any, T]) -> T:
    """To its end, within a time that only a fault takes."""

    async def bounded() -> T:
        async with asyncio.timeout(200):
            return await work

    return asyncio.run(bounded())


async def yes(_: Met) -> bool:
    return True


async def no(_: Met) -> bool:
    return False


async def thinks(_: Met) -> bool:
    """An officer who never comes to an answer."""
    await asyncio.Event().wait()
    return True


def code_of(listening: socket.socket) -> Code:
    return pairing_code.make(PLATE, HOST, listening.getsockname()[1])


async def ended(work: Awaitable[object]) -> str:
    """The code of the error that ends it; "paired" where none does."""
    try:
        await work
    except WideberthError as error:
        return error.code
    return "paired"


class Called:
    """The called side, waiting in a task."""

    def __init__(self, officer: Officer = yes, timing: Timing = QUICK, end: End = SOUTH) -> None:
        self.came = asyncio.Event()
        listening = pair_channel.bound(HOST, 0)
        self.code = code_of(listening)
        self.task = asyncio.create_task(
            pair.answer(listening, PLATE, end.mine, officer, self.came.set, timing)
        )

    async def raw(self) -> Channel:
        """A connection that says nothing by itself."""
        return await pair_channel.connected(HOST, self.code.port, pair_channel.unverified(), QUICK)

    def call(self, officer: Officer = yes, timing: Timing = QUICK, end: End = NORTH) -> Awaitable[Met]:
        return pair.call(self.code, end.mine, officer, timing)

    async def stop(self) -> None:
        self.task.cancel()
        with suppress(asyncio.CancelledError, WideberthError):
            await self.task


@asynccontextmanager
async def called(officer: Officer = yes, timing: Timing = QUICK, end: End = SOUTH) -> AsyncIterator[Called]:
    waiting = Called(officer, timing, end)
    try:
        yield waiting
    finally:
        await waiting.stop()


Change = Callable[[str, bytes], bytes | None]
"""What somebody between makes of a frame: ("caller" or "called" who sent it, bytes); None hangs up."""


@asynccontextmanager
async def between(code: Code, change: Change) -> AsyncIterator[Code]:
    """Somebody who ends the TLS of both sides, reads every frame and passes on what `change` makes of it."""
    tasks: set[asyncio.Task[None]] = set()

    async def one_way(who: str, source: Channel, sink: Channel) -> None:
        with suppress(WideberthError):
            while (frame := change(who, await source.receive(pair.LONGEST))) is not None:
                await sink.send(frame)
        sink.abort()
        source.abort()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near = Channel(reader, writer)
        far = await pair_channel.connected(code.host, code.port, pair_channel.unverified(), QUICK)
        for task in (one_way("caller", near, far), one_way("called", far, near)):
            tasks.add(asyncio.create_task(task))

    context: ssl.SSLContext = tls.anonymous()
    server = await asyncio.start_server(met, HOST, 0, ssl=context)
    async with server:
        yield pairing_code.make(code.nameplate, HOST, server.sockets[0].getsockname()[1])
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
