"""A source of live tracks, followed: connected, read, and connected again, until nobody wants it any more.

What comes is decoded here and waits, within a bound, until it is taken. Whoever is slow to take loses the
older reports of each track, never the newest, and is told how many. A source that goes, is silent or sends
what cannot be read is asked again, after a wait that grows.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import ipaddress
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from typing import Final, Literal, NamedTuple, TypeAlias

import httpx
from msgspec import Struct

from wideberth.errors import shorten
from wideberth.formats import cot_event
from wideberth.formats.decoded import Decoder, Opened
from wideberth.links import sockets
from wideberth.links.source_url import SCHEMES, Place
from wideberth.links.waiting import MOST, Waiting
from wideberth.model.track import Report

State = Literal["connecting", "live", "silent", "down"]
Take: TypeAlias = Callable[[list[Report]], Awaitable[object] | None]
"""Given what has come, in order; while what it answers is awaited, more comes and waits."""

CHUNK: Final = 16 << 10
"""Bytes read at once: few enough that decoding them holds nobody else up."""
LARGEST: Final = 16 << 20
"""Bytes of a document over HTTP."""
UNREAD: Final = 1 << 20
"""Bytes that the kernel may hold of datagrams."""


class Pace(NamedTuple):
    """Seconds.

    Attributes:
        connect: for a connection, or an answer over HTTP.
        first: until a source is asked again; twice as long each time that nothing comes, up to `most`.
        poll: between two documents over HTTP.
        tell: between two words of health where nothing changes.
        ping: between two signs of life that are asked for.
        silent: without a byte; None: as the scheme has it.
    """

    connect: float = 10.0
    first: float = 1.0
    most: float = 60.0
    poll: float = 1.0
    tell: float = 5.0
    ping: float = 20.0
    silent: float | None = None


PACE: Final = Pace()


class Health(Struct, frozen=True):
    """How a source does.

    Attributes:
        name: of the source.
        state: connecting; live: bytes come; silent: none for long (of datagrams); down: to be asked again.
        since_ms: when that began (POSIX ms).
        heard_ms: when the last bytes came; None: never.
        reports, faults: how many reports there were, and messages that could not be read.
        replaced: reports that nobody took in time, and a newer one replaced.
        words: why it is down, or what it waits for; else empty.
        again_ms: when it is asked again; None: it is not down.
    """

    name: str
    state: State
    since_ms: int
    heard_ms: int | None = None
    reports: int = 0
    faults: int = 0
    replaced: int = 0
    words: str = ""
    again_ms: int | None = None


class Followed(NamedTuple):
    """A source by its name, where it is, and the context of TLS where it needs one."""

    name: str
    place: Place
    tls: ssl.SSLContext | None = None


async def follow(
    source: Followed,
    opened: Opened,
    take: Take,
    now: Callable[[], int],
    told: Callable[[Health], None],
    *,
    jitter: Callable[[], float] = lambda: 0.5,
    pace: Pace = PACE,
    most: int = MOST,
) -> None:
    """Follow a source; it ends by cancellation only.

    Args:
        source: what to follow.
        opened: makes the decoder of each connection (source_url.decoder).
        take: given the reports, never two lists at once.
        now: POSIX ms.
        told: called in the loop, at every change of state and now and then.
        jitter: from 0 to 1, so that not all who lost a source ask again at once.
        pace: waits.
        most: reports that may wait.

    Raises: Refused (`watch.package`) where a package for its decoder is missing; whatever `take` raises.
    """
    # once before anything begins: a package that is missing is no fault of the source
    opened(source.name)
    following = _Following(source, opened, now, told, jitter, pace, most)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(following.feed(take))
            group.create_task(following.run())
    except BaseExceptionGroup as several:
        # as it was raised: whoever waits here knows our errors, not groups of them
        raise several.exceptions[0] from several


class _Lost(Exception):
    """The connection is to be made again; the message says why."""


LOST: Final = (OSError, UnicodeError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, _Lost)
"""What a connection may end with; a name that no host has may be none that could be asked for."""


class _Following:
    def __init__(
        self,
        source: Followed,
        opened: Opened,
        now: Callable[[], int],
        told: Callable[[Health], None],
        jitter: Callable[[], float],
        pace: Pace,
        most: int,
    ) -> None:
        self._source, self._opened, self._now, self._told = source, opened, now, told
        self._jitter, self._pace = jitter, pace
        self._waiting, self._some = Waiting(most), asyncio.Event()
        self._state: State = "connecting"
        self._since = now()
        self._heard: int | None = None
        self._reports = self._faults = self._tries = 0
        self._told_at = -1e9
        silent = SCHEMES[source.place.scheme].silent_s if pace.silent is None else pace.silent
        self._silent = silent

    async def feed(self, take: Take) -> None:
        """Hand on what waits."""
        while True:
            await self._some.wait()
            self._some.clear()
            answer = take(self._waiting.take())
            if inspect.isawaitable(answer):
                await answer

    async def run(self) -> None:
        """Connect, again and again."""
        over = {"tcp": self._stream, "tls": self._stream, "udp": self._datagrams}
        once = over.get(SCHEMES[self._source.place.scheme].transport, self._documents)
        while True:
            self._tell("connecting")
            try:
                await once()
            except LOST as error:
                words = shorten(str(error) or type(error).__name__, 200)
            else:
                words = "it ended the connection"
            wait = min(self._pace.most, self._pace.first * 2 ** min(self._tries, 20)) * (0.5 + self._jitter())
            self._tries += 1
            self._tell("down", words, self._now() + round(wait * 1_000))
            await asyncio.sleep(wait)

    async def _stream(self) -> None:
        place = self._source.place
        tls = self._source.tls
        name = place.host if tls is not None else None
        try:
            async with asyncio.timeout(self._pace.connect):
                reader, writer = await asyncio.open_connection(
                    place.host, place.port, ssl=tls, server_hostname=name, limit=CHUNK
                )
        except TimeoutError as error:
            raise _Lost(f"no connection within {self._pace.connect:g} s") from error
        connection = writer.get_extra_info("socket")
        if connection is not None:
            sockets.thin(connection)
        self._tell("connecting", "connected, and nothing has come yet")
        pinging = asyncio.create_task(self._ping(writer)) if SCHEMES[place.scheme].pinged else None
        try:
            decoder = self._opened(self._source.name)
            while True:
                try:
                    async with asyncio.timeout(self._silent):
                        data = await reader.read(CHUNK)
                except TimeoutError as error:
                    raise _Lost(f"silent for {self._silent:g} s") from error
                if not data:
                    return
                self._came(decoder, data)
                # where bytes wait already, reading them lets nobody else in
                await asyncio.sleep(0)
        finally:
            if pinging is not None:
                pinging.cancel()
            # not closed in full: nobody waits for the farewell of one that is gone
            writer.transport.abort()

    async def _ping(self, writer: asyncio.StreamWriter) -> None:
        """Ask for a sign of life now and then; what comes of it is seen by whoever reads."""
        while True:
            # a server that takes nothing must not fill the memory here
            if writer.transport.get_write_buffer_size() < CHUNK:
                writer.write(cot_event.ping(self._now(), self._source.name))
            await asyncio.sleep(self._pace.ping)

    async def _datagrams(self) -> None:
        decoder = self._opened(self._source.name)
        with contextlib.closing(_listener(self._source.place)) as listening:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(lambda data: self._came(decoder, data)), sock=listening
            )
            try:
                while True:
                    before = self._heard
                    await asyncio.sleep(self._silent)
                    if self._heard == before:
                        # there is nothing to connect again: whoever sends may begin at any time
                        self._tell("silent")
            finally:
                transport.abort()

    async def _documents(self) -> None:
        place = self._source.place
        secure = SCHEMES[place.scheme].transport == "https"
        host = f"[{place.host}]" if ":" in place.host else place.host
        url = f"{'https' if secure else 'http'}://{host}:{place.port}{place.path}"
        tls = self._source.tls or (ssl.create_default_context() if secure else _without_tls())
        decoder = self._opened(self._source.name)
        # no proxy of the environment, and nothing packed, which could unfold without end
        headers = {"accept-encoding": "identity", "user-agent": "wideberth"}
        async with httpx.AsyncClient(
            verify=tls, trust_env=False, headers=headers, timeout=self._pace.connect
        ) as client:
            while True:
                try:
                    async with asyncio.timeout(self._silent):
                        data = await _document(client, url)
                except TimeoutError as error:
                    raise _Lost(f"no document within {self._silent:g} s") from error
                self._came(decoder, data)
                await asyncio.sleep(self._pace.poll)

    def _came(self, decoder: Decoder, data: bytes) -> None:
        now = self._now()
        try:
            found, faults = decoder(data, now)
        except Exception as error:  # a decoder raises nothing; if one does, the others go on
            raise _Lost(f"what it sends cannot be read: {error!r}") from error
        self._heard = now
        self._reports += len(found)
        self._faults += faults
        if found:
            self._tries = 0
            self._waiting.put(found)
            self._some.set()
        if self._state != "live" or asyncio.get_running_loop().time() - self._told_at >= self._pace.tell:
            self._tell("live")

    def _tell(self, state: State, words: str = "", again_ms: int | None = None) -> None:
        if state != self._state:
            self._state, self._since = state, self._now()
        self._told_at = asyncio.get_running_loop().time()
        self._told(
            Health(
                self._source.name,
                state,
                self._since,
                self._heard,
                self._reports,
                self._faults,
                self._waiting.replaced,
                words,
                again_ms,
            )
        )


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, came: Callable[[bytes], None]) -> None:
        self._came = came

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002  # as asyncio calls it
        with contextlib.suppress(_Lost):
            self._came(data)


def _listener(place: Place) -> socket.socket:
    """A socket that takes datagrams at a place; of a group (multicast) it becomes a member.

    Raises: OSError.
    """
    host = "0.0.0.0" if place.host == "*" else place.host  # noqa: S104  # asked for by name
    family, _, _, _, address = socket.getaddrinfo(host, place.port, type=socket.SOCK_DGRAM)[0]
    group = ipaddress.ip_address(str(address[0]).partition("%")[0])
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD)
        if group.is_multicast:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if isinstance(group, ipaddress.IPv4Address):
                member = struct.pack("4s4s", group.packed, bytes(4))
                made.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            else:
                member = struct.pack("16sI", group.packed, 0)
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, member)
        made.bind(address)
    except BaseException:
        made.close()
        raise
    return made


async def _document(client: httpx.AsyncClient, url: str) -> bytes:
    """The body of an answer. Raises: httpx.HTTPError, _Lost."""
    data = bytearray()
    async with client.stream("GET", url) as response:
        if response.status_code != httpx.codes.OK:
            raise _Lost(f"it answers {response.status_code}")
        async for piece in response.aiter_raw():
            data += piece
            if len(data) > LARGEST:
                raise _Lost(f"a document of more than {LARGEST:,} bytes")
    return bytes(data)


def _without_tls() -> ssl.SSLContext:
    # nothing goes through TLS there; the default would load all anchors of the system
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
