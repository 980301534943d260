"""The channel of a pairing: frames over TLS 1.3, and the door at which a caller is let in.

Before two parties have paired there is nothing by which one could know the other's certificate. So the
certificate is made for one attempt, and nobody verifies it: it keeps those out who only listen. Who stands
between and answers in both directions is found out by what the officers compare (docs/pairing.md).

A frame is its length (4 bytes, big-endian) and that many bytes.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from wideberth.errors import Invalid, Refused, Unreachable, WideberthError

WRONG, WRONG_OF_ALL = 5, 60
"""Wrong first frames from one place, and from all, before it, or everybody, waits."""
PAUSE: Final = 60.0
"""Seconds for which a wrong one counts."""
ENTERING, ENTERING_OF_ONE = 64, 8
"""Connections that have shown nothing yet, from all places and from one: then the oldest makes room."""
_LENGTH = 4
_GOODBYE: Final = 2.0
"""Seconds for the last words of a connection."""


class Timing(NamedTuple):
    """Seconds: until somebody calls; until a connection is made and its first frame has come; until the next
    message; until an officer has said yes or no.
    """

    caller: float = 3_600.0
    greeting: float = 20.0
    message: float = 60.0
    officer: float = 600.0


class Channel:
    """Frames over one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *frames: bytes) -> None:
        """Frames, in this order. Raises: Unreachable (`pair.lost`)."""
        try:
            self.put(*frames)
            await self.writer.drain()
        except OSError as error:
            raise _lost() from error

    def put(self, *frames: bytes) -> None:
        """The same without waiting until they are on their way."""
        for frame in frames:
            self.writer.write(len(frame).to_bytes(_LENGTH, "big") + frame)

    async def receive(self, most: int) -> bytes:
        """The next frame, of at most so many bytes: nothing is held of a longer one.

        Raises: Unreachable (`pair.lost`), Invalid (`pair.length`).
        """
        try:
            length = int.from_bytes(await self.reader.readexactly(_LENGTH), "big")
            if length > most:
                raise Invalid("pair.length", "", f"{length} bytes", f"at most {most} bytes")
            return await self.reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise _lost() from error

    async def close(self) -> None:
        """End the connection. What was sent goes out, if the other side takes it within two seconds."""
        self.writer.close()
        with suppress(OSError):
            async with asyncio.timeout(_GOODBYE):
                await self.writer.wait_closed()
        self.abort()

    def abort(self) -> None:
        """End it at once."""
        self.writer.transport.abort()


class Guesses:
    """Who has shown the wrong thing within the last minute: whoever does it too often waits for a while."""

    def __init__(self) -> None:
        self._last: deque[tuple[float, str]] = deque(maxlen=WRONG_OF_ALL)

    def wrong(self, place: str, now: float) -> None:
        """One more, from a place, at a time in seconds."""
        self._last.append((now, place))

    def paused(self, place: str, now: float) -> bool:
        """Is a place not listened to?"""
        last = [each for at, each in self._last if now - at < PAUSE]
        return len(last) >= WRONG_OF_ALL or last.count(place) >= WRONG


def place(address: str) -> str:
    """Where a connection comes from: an IPv4 address, or the 64 bits of IPv6 that one customer has."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.version == 6:
        mapped = found.ipv4_mapped
        return str(ipaddress.ip_network((found, 64), strict=False) if mapped is None else mapped)
    return str(found)


def unverified() -> ssl.SSLContext:
    """The caller of one attempt: any certificate will do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 lets the system choose. Raises: Refused (`pair.listen`)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise Refused(
            "pair.listen",
            f"cannot listen on {host} port {port}: {error.strerror}; accepted: an address of this machine and"
            " a port that is free, by --listen ADDRESS:PORT (a running node holds its own)",
        ) from error
    listening.setblocking(False)
    return listening


async def connected(host: str, port: int, context: ssl.SSLContext, timing: Timing, name: str = "") -> Channel:
    """A connection to a node, with `name` as its SNI, or none. Raises: Unreachable (`pair.unreachable`)."""
    try:
        async with asyncio.timeout(timing.greeting):
            found = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
            return Channel(*found)
    except OSError as error:
        why = error.strerror or ("no answer in time" if isinstance(error, TimeoutError) else "no answer")
        raise Unreachable(
            "pair.unreachable",
            f"{host} port {port} does not answer: {why}. Accepted: an address at which the other side waits."
            " After the first caller it waits for nobody else; after five wrong ones it pauses for a minute",
        ) from error


async def admitted(
    listening: socket.socket,
    context: ssl.SSLContext,
    right: Callable[[bytes], bool],
    most: int,
    timing: Timing,
) -> Channel:
    """The first connection whose first frame (of at most `most` bytes) is right.

    All others are closed without a word and change nothing, and so are those that come later: the socket is
    closed when this returns.
    Raises: Refused (`pair.time_out`).
    """
    door = _Door(context, right, most, timing)
    try:
        async with asyncio.timeout(timing.caller):
            return await door.wait(listening)
    except TimeoutError as error:
        raise Refused("pair.time_out", "nobody has called in time; accepted: to begin again") from error
    finally:
        listening.close()
        await door.shut()


class _Door:
    """Connections that have not yet shown what they are, the oldest first, each with its place."""

    def __init__(
        self, context: ssl.SSLContext, right: Callable[[bytes], bool], most: int, timing: Timing
    ) -> None:
        self.context, self.right, self.most, self.timing = context, right, most, timing
        self.guesses = Guesses()
        self.entering: dict[asyncio.Task[Channel | None], str] = {}

    async def wait(self, listening: socket.socket) -> Channel:
        loop = asyncio.get_running_loop()
        accepting = asyncio.create_task(loop.sock_accept(listening))
        try:
            while True:
                await asyncio.wait({accepting, *self.entering}, return_when=asyncio.FIRST_COMPLETED)
                for task in [each for each in self.entering if each.done()]:
                    if not task.cancelled() and (found := task.result()) is not None:
                        del self.entering[task]
                        return found
                    del self.entering[task]
                if accepting.done():
                    try:
                        self._take(*accepting.result())
                    except OSError:  # a caller who has left, or no descriptor is free
                        await asyncio.sleep(0.1)
                    accepting = asyncio.create_task(loop.sock_accept(listening))
        finally:
            accepting.cancel()
            await asyncio.gather(accepting, return_exceptions=True)

    async def shut(self) -> None:
        for task in self.entering:
            task.cancel()
        for found in await asyncio.gather(*self.entering, return_exceptions=True):
            if isinstance(found, Channel):  # right as well, and too late
                found.abort()

    def _take(self, connection: socket.socket, address: tuple[str, int]) -> None:
        where = place(address[0])
        if self.guesses.paused(where, asyncio.get_running_loop().time()):
            connection.close()
            return
        waiting = [task for task in self.entering if not task.done()]
        same = [task for task in waiting if self.entering[task] == where]
        if len(same) >= ENTERING_OF_ONE:
            same[0].cancel()
        elif len(waiting) >= ENTERING:
            waiting[0].cancel()
        self.entering[asyncio.create_task(self._enter(connection, where))] = where

    async def _enter(self, connection: socket.socket, where: str) -> Channel | None:
        loop = asyncio.get_running_loop()
        channel = None
        try:
            async with asyncio.timeout(self.timing.greeting):
                reader = asyncio.StreamReader()
                protocol = asyncio.StreamReaderProtocol(reader)
                transport, _ = await loop.connect_accepted_socket(
                    lambda: protocol, connection, ssl=self.context
                )
                channel = Channel(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
                first = await channel.receive(self.most)
                if not self.guesses.paused(where, loop.time()):  # meanwhile: many may have entered at once
                    if self.right(first):
                        return channel
                    self.guesses.wrong(where, loop.time())
        except Invalid:
            self.guesses.wrong(where, loop.time())
        except (WideberthError, OSError):
            pass  # gone, too slow, or no TLS: nothing was shown, and nothing is counted
        except asyncio.CancelledError:
            if channel is not None:
                channel.abort()
            connection.close()
            raise
        if channel is not None:
            channel.abort()
        connection.close()
        return None


def _lost() -> Unreachable:
    return Unreachable("pair.lost", "the connection was lost; accepted: another attempt")
