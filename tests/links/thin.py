"""A thin link: a relay whose connections share one queue in each direction, and so many bytes a second."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

RATE = 8_000
"""64 kbit/s."""
PACKET = 500


class Direction:
    """One queue for all connections, without end, as in many modems."""

    def __init__(self, rate: float, packet: int) -> None:
        self._rate, self._packet = rate, packet
        self._queue: asyncio.Queue[tuple[asyncio.StreamWriter, bytes]] = asyncio.Queue()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Everything that comes, in packets; an empty one is the end, whatever it was."""
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                for at in range(0, len(data), self._packet):
                    self._queue.put_nowait((writer, data[at : at + self._packet]))
        self._queue.put_nowait((writer, b""))

    async def carry(self) -> None:
        loop = asyncio.get_running_loop()
        free = loop.time()
        while True:
            writer, data = await self._queue.get()
            free = max(free, loop.time()) + len(data) / self._rate
            await asyncio.sleep(free - loop.time())
            with contextlib.suppress(OSError):
                writer.write(data) if data else writer.close()


@contextlib.asynccontextmanager
async def link(port: int, rate: float = RATE, packet: int = PACKET) -> AsyncIterator[int]:
    """The port of a relay to another port."""
    there, back = Direction(rate, packet), Direction(rate, packet)
    tasks = [asyncio.create_task(each.carry()) for each in (there, back)]

    writers: list[asyncio.StreamWriter] = []

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writers.extend((writer, far_writer))
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(there.take(reader, far_writer), back.take(far_reader, writer))

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        # the transports close when the loop comes round
        await asyncio.sleep(0.01)
