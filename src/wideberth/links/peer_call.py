"""One connection to a peer, and requests over it one after another, within bounds.

h11 speaks HTTP; nothing is followed, decoded or tried again here, and no setting of the surroundings heeded.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from typing import NamedTuple

import h11

from wideberth.errors import Invalid
from wideberth.links import request, sockets
from wideberth.links.address import Address
from wideberth.links.limits import HEADER

CONNECT_S = 10.0
HANDSHAKE_S = 10.0
KEPT_MS = 60_000
"""A connection that was idle for longer may be gone without a word."""
SPARE = 1 << 16
"""Bytes of an answer beside its body: header, and lengths of chunks."""
CHUNK = 1 << 16


class Answered(NamedTuple):
    """An answer, and when: the request began to be sent, the header was here, the body was here (elapsed)."""

    status: int
    body: bytes
    sent_ms: float
    header_ms: float
    ended_ms: float


class Call:
    """A connection that is made when it is needed.

    Attributes:
        away_ms: the least that it took to reach the peer and come back; None before it was reached.
    """

    def __init__(
        self, to: Address, context: ssl.SSLContext, name: str, elapsed_ms: Callable[[], float]
    ) -> None:
        """`context` and `name`: TLS, and the server name asked for; not used where the address is plain."""
        self.away_ms: float | None = None
        self._to, self._context, self._name, self._elapsed_ms = to, context, name, elapsed_ms
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter | None = None
        self._http: h11.Connection
        self._used_ms = 0.0

    async def ask(self, path: str, headers: Mapping[str, str], body: bytes, most: int) -> Answered:
        """Send a request and read its answer, of at most `most` bytes; after a failure nothing is left open.

        Raises: OSError (nobody there, or not the peer), h11.ProtocolError and Invalid (`transport.answer`)
        for what is no answer.
        """
        try:
            writer = await self._connected()
            found = await self._asked(writer, path, headers, body, most)
        except BaseException:
            self.close()
            raise
        self._used_ms = self._elapsed_ms()
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()
        return found

    def close(self) -> None:
        """End the connection at once."""
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None

    async def _connected(self) -> asyncio.StreamWriter:
        old = self._writer
        if old is not None:
            idle = self._elapsed_ms() - self._used_ms > KEPT_MS
            if not (idle or old.is_closing() or self._reader.at_eof()):
                return old
            self.close()
        began = self._elapsed_ms()
        try:
            async with asyncio.timeout(CONNECT_S):
                self._reader, writer = await asyncio.open_connection(self._to.host, self._to.port)
        except (
            TimeoutError,
            UnicodeError,
        ) as error:  # the second: a name that no name server can be asked for
            raise ConnectionError("no connection, or not in time") from error
        away_ms = self._elapsed_ms() - began
        self.away_ms = away_ms if self.away_ms is None else min(self.away_ms, away_ms)
        self._writer = writer
        sockets.thin(writer.get_extra_info("socket"))
        if not self._to.plain:
            await writer.start_tls(
                self._context, server_hostname=self._name, ssl_handshake_timeout=HANDSHAKE_S
            )
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER)
        return writer

    async def _asked(
        self, writer: asyncio.StreamWriter, path: str, headers: Mapping[str, str], body: bytes, most: int
    ) -> Answered:
        sent_ms = self._elapsed_ms()
        rows = [("host", self._name), ("content-length", str(len(body))), *headers.items()]
        head = h11.Request(method=request.METHOD, target=path, headers=rows)
        for said in (head, h11.Data(body), h11.EndOfMessage()):
            writer.write(self._http.send(said) or b"")
        await writer.drain()
        status, header_ms, came, data = 0, 0.0, 0, bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                some = await self._reader.read(CHUNK)
                came += len(some)
                if not some and not came:
                    raise ConnectionResetError("the connection ended before an answer began")
                if came > most + SPARE:
                    raise _too_long(most)
                self._http.receive_data(some)
            elif isinstance(event, h11.Response):
                status, header_ms = event.status_code, self._elapsed_ms()
            elif isinstance(event, h11.Data):
                data += event.data
                if len(data) > most:
                    raise _too_long(most)
            elif isinstance(event, h11.EndOfMessage):
                return Answered(status, bytes(data), sent_ms, header_ms, self._elapsed_ms())
            elif not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("no answer")  # h11 says it first; without it, a loop for ever


def _too_long(most: int) -> Invalid:
    return Invalid("transport.answer", "", "a longer answer", f"at most {most:,} bytes, as was asked for")
