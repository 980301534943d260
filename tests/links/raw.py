"""A client of bytes only: what a stranger, or a peer that means no good, can send."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

from wideberth.links import tls
from wideberth.links.identity import Ends

NOTHING = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n"
"""What everything that is not good is answered with."""
WITHIN_S = 40.0
"""For anything: the machine may be busy."""


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self, within: float = WITHIN_S) -> bytes:
        """All that still comes, until the other side closes."""
        async with asyncio.timeout(within):
            with contextlib.suppress(OSError):
                return await self.reader.read()
        return b""

    async def answer(self, within: float = WITHIN_S) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        async with asyncio.timeout(within):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(row for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
            body = await self.reader.readexactly(int(length.split(b":")[1]))
        return int(head.split(b" ")[1]), body


@contextlib.asynccontextmanager
async def wire(
    port: int, context: ssl.SSLContext | None = None, name: str | None = None
) -> AsyncIterator[Wire]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()
        # the transport closes when the loop comes round
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def own(port: int, ends: Ends) -> AsyncIterator[Wire]:
    """As the peer of a line does it."""
    async with wire(port, tls.client(ends), ends.name) as made:
        yield made


def open_eyed() -> ssl.SSLContext:
    """A client that looks at nothing, and shows nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
