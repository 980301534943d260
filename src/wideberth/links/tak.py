"""Publishing to TAK servers and groups: what is to be seen is sent, kept fresh, and taken back.

A publisher is asked at each look for everything that is to be seen now, and sends what differs from what it
has sent: so nothing is lost with a connection, and what was withdrawn meanwhile is deleted on the next. What
a server sends is read and thrown away. By TCP and TLS events follow each other on one connection; by UDP each
is a datagram, to a host or to a multicast group.

TLS trusts the stated authority alone, and the certificate must name the host: every client of a TAK server
has a certificate of that same authority, and could otherwise stand in for the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import anyio.to_thread

from wideberth.errors import Invalid, Unreachable, WideberthError, shorten
from wideberth.formats import cot_event
from wideberth.formats.cot_event import Event
from wideberth.links import sockets
from wideberth.links.tak_board import Board

Transport = Literal["tcp", "tls", "udp"]

DATAGRAM: Final = 65_507
"""The largest payload of a datagram by IPv4."""
BURST: Final = 16
"""Datagrams after which there is a pause, so that a network card's buffer holds them."""
PAUSE_S: Final = 0.002
READ: Final = 64 * 1024
_URL = re.compile(r"cot\+(tcp|tls|udp)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):([1-9][0-9]{0,4})/?")
_PORTS: Final = 65_535


class Server(NamedTuple):
    """Where it is: a host (a name, or an address; IPv6 without brackets) and a port."""

    transport: Transport
    host: str
    port: int


class Timing(NamedTuple):
    """Clock and chance of a publisher, and its waits in seconds.

    Attributes:
        now_ms: POSIX ms.
        chance: from 0 to below 1.
        first_s, last_s: the first wait after a failure, and the longest.
        answer_s: for a connection, and for a server to take what is sent.
        rest_s: between two looks at least, however fast things change.
        look_s: between two looks at what is to be seen, where nobody says that it changed.
        ping_s: between two signs of life that are asked for.
        silent_s: a server that has answered, and then not for so long, is gone.
        again_s: what has not changed is sent again: for servers that forget, and clients that come later.
    """

    now_ms: Callable[[], int]
    chance: Callable[[], float]
    first_s: float = 1.0
    last_s: float = 30.0
    answer_s: float = 15.0
    rest_s: float = 0.5
    look_s: float = 5.0
    ping_s: float = 20.0
    silent_s: float = 70.0
    again_s: float = 300.0


class State(NamedTuple):
    """How it goes, for people.

    Attributes:
        connected: whether what is to be seen gets there; by UDP nobody knows.
        words: why not, or that something is left out; empty where all does.
        shown: what is to be seen there now.
        sent: events since the beginning.
        left_out: what is not sent: beyond MOST, or too large for a datagram.
    """

    connected: bool
    words: str
    shown: int = 0
    sent: int = 0
    left_out: int = 0


Send = Callable[[bytes], Awaitable[bool]]
"""Writes one event; False: it is too large to be written at all."""
Told = Callable[[State], None]
"""Called at each change of `connected` or `words`, and after each look at which something was sent."""


def server(url: str, path: str = "url") -> Server:
    """The server that a URL says. Raises: Invalid (`tak.address`)."""
    found = _URL.fullmatch(url)
    if found is None or int(found[3]) > _PORTS:
        wanted = "cot+tcp://HOST:PORT, cot+tls://HOST:PORT or cot+udp://HOST:PORT"
        raise Invalid("tak.address", path, url, wanted)
    transports: dict[str, Transport] = {"tcp": "tcp", "tls": "tls", "udp": "udp"}
    return Server(transports[found[1]], found[2].strip("[]"), int(found[3]))


def context(ca: str | Path = "", cert: str | Path = "", key: str | Path = "") -> ssl.SSLContext:
    """For `cot+tls`: whom to trust, and what to show, from files in PEM.

    Without `ca` the authorities of the system are trusted. The key has no password: nobody is asked for one.

    Raises: Invalid (`tak.certificate`).
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    wanted = "a readable file in PEM: certificates, or a key without password that belongs to its certificate"
    try:
        if ca:
            made.load_verify_locations(cafile=str(ca))
        else:
            made.load_default_certs()
    except (OSError, ValueError) as error:
        raise Invalid("tak.certificate", "ca", f"{ca}: {_words(error)}", wanted) from None
    if not cert and not key:
        return made
    try:
        # a key with a password would have the terminal asked for it
        made.load_cert_chain(str(cert), str(key) if key else None, password=lambda: "")
    except (OSError, ValueError) as error:
        raise Invalid("tak.certificate", "cert", f"{cert}: {_words(error)}", wanted) from None
    return made


async def publish(
    to: Server,
    events: Callable[[], Iterable[Event]],
    changed: asyncio.Event,
    timing: Timing,
    told: Told,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Publish there until cancelled.

    Args:
        to: where.
        events: everything that is to be seen now; called in a thread.
        changed: of this publisher alone: set when `events` would answer otherwise; sent at once then.
        timing: clock, chance and waits.
        told: how it goes.
        tls: see `context`; with `cot+tls` only.
    """
    publisher = _Publisher(to, events, changed, timing, told, tls)
    failures = 0
    while True:
        begun = asyncio.get_running_loop().time()
        words = "the connection ended"
        try:
            await publisher.session()
        except (OSError, TimeoutError, UnicodeError, WideberthError) as error:
            words = _words(error)
        lasted = asyncio.get_running_loop().time() - begun
        failures = 1 if lasted > timing.last_s else failures + 1
        publisher.tell(connected=False, words=words)
        longest = min(timing.last_s, timing.first_s * 2.0 ** min(failures - 1, 10))
        await asyncio.sleep(longest * (0.5 + timing.chance() / 2))


class _Publisher:
    def __init__(
        self,
        to: Server,
        events: Callable[[], Iterable[Event]],
        changed: asyncio.Event,
        timing: Timing,
        told: Told,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._to, self._events, self._changed = to, events, changed
        self._timing, self._told, self._tls = timing, told, tls
        self._board = Board(round(1_000 * timing.again_s))
        self._state = State(connected=False, words="not connected yet")
        self._heard: float | None = None
        self._too_large: set[str] = set()

    def tell(self, *, connected: bool, words: str, sent: int = 0, left_out: int = 0) -> None:
        before = self._state
        now = State(connected, words, self._board.shown, before.sent + sent, left_out)
        self._state = now
        if sent or (now.connected, now.words) != (before.connected, before.words):
            self._told(now)

    async def session(self) -> None:
        """One connection, until it ends.

        Raises: OSError, TimeoutError, UnicodeError (a name that is none), Unreachable (`tak.closed`,
        `tak.silent`).
        """
        self._board.forget()
        if self._to.transport == "udp":
            await self._datagrams()
        else:
            await self._stream()

    async def _stream(self) -> None:
        host, port = self._to.host, self._to.port
        async with asyncio.timeout(self._timing.answer_s):
            reader, writer = await asyncio.open_connection(
                host, port, ssl=self._tls if self._to.transport == "tls" else None, limit=READ
            )
        sockets.thin(writer.get_extra_info("socket"))
        self._heard = None
        listening = asyncio.create_task(self._listen(reader))

        async def send(data: bytes) -> bool:
            writer.write(data)
            async with asyncio.timeout(self._timing.answer_s):
                await writer.drain()
            return True

        try:
            await self._run(send, listening)
        finally:
            listening.cancel()
            writer.transport.abort()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await listening

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Reads what the server sends, so that it does not wait for us, and throws it away."""
        while await reader.read(READ):
            self._heard = asyncio.get_running_loop().time()

    async def _datagrams(self) -> None:
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_datagram_endpoint(
            _Datagrams, remote_addr=(self._to.host, self._to.port)
        )
        count = 0

        async def send(data: bytes) -> bool:
            nonlocal count
            if protocol.error is not None:
                raise protocol.error
            if len(data) > DATAGRAM:
                return False
            transport.sendto(data)
            count += 1
            if count % BURST == 0:
                await asyncio.sleep(PAUSE_S)
            return True

        try:
            await self._run(send, None)
        finally:
            transport.abort()

    async def _run(self, send: Send, listening: asyncio.Task[None] | None) -> None:
        loop = asyncio.get_running_loop()
        pinged = loop.time()
        while True:
            # before it is looked: what changes in between is not missed
            self._changed.clear()
            await self._look(send)
            await self._wait(listening)
            if listening is None:
                continue
            if listening.done():
                listening.result()
                raise Unreachable("tak.closed", "the server closed the connection; it is tried again")
            now = loop.time()
            if self._heard is not None and now - self._heard > self._timing.silent_s:
                raise Unreachable("tak.silent", "the server does not answer any more; it is tried again")
            if now - pinged >= self._timing.ping_s:
                await send(cot_event.ping(self._timing.now_ms(), f"{self._to.host}:{self._to.port}"))
                pinged = now

    async def _look(self, send: Send) -> None:
        events = await anyio.to_thread.run_sync(lambda: list(self._events()))
        sent = 0
        for due in self._board.due(events, self._timing.now_ms()):
            now_ms = self._timing.now_ms()
            if await send(cot_event.to_xml(due.event, now_ms)):
                sent += 1
                self._too_large.discard(due.of)
            else:
                self._too_large.add(due.of)
            if due.gone:
                self._too_large.discard(due.of)
            self._board.wrote(due, now_ms)
        left_out = self._board.left_out + len(self._too_large)
        words = f"connected, but {left_out:,} events are left out: too many, or too large" if left_out else ""
        self.tell(connected=True, words=words, sent=sent, left_out=left_out)

    async def _wait(self, listening: asyncio.Task[None] | None) -> None:
        """Until something changed, a look is due, or the connection ended."""
        told = asyncio.create_task(self._changed.wait())
        ended = set() if listening is None else {listening}
        begun = asyncio.get_running_loop().time()
        rest, look = self._timing.rest_s, self._timing.look_s
        try:
            waiting: set[asyncio.Task[Any]] = {told, *ended}
            await asyncio.wait(waiting, timeout=look, return_when=asyncio.FIRST_COMPLETED)
            # what changes ten times in a second is not looked at ten times
            left = min(rest, look) - (asyncio.get_running_loop().time() - begun)
            if left > 0 and listening is None:
                await asyncio.sleep(left)
            elif left > 0:
                await asyncio.wait(ended, timeout=left)
        finally:
            told.cancel()


class _Datagrams(asyncio.DatagramProtocol):
    """Remembers that the other side refuses what is sent."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def error_received(self, exc: Exception) -> None:
        self.error = exc


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return shorten(str(error) or type(error).__name__, 200)
