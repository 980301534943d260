"""HTTP/1.1 as uvicorn has it, with what it leaves open: who is at the other end, how long, how many."""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from wideberth.errors import Invalid
from wideberth.web import problems, sockets
from wideberth.web.call import STATE, Connection
from wideberth.web.front import HEADERS

CONNECTIONS = 200
"""From here on each request is answered with `api.busy`; from twice as many on, connections are closed."""
HEAD = 10.0
"""Seconds in which the head of a request is to be there."""


class Protocol(H11Protocol):
    """One connection."""

    head = HEAD
    most = CONNECTIONS

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Asyncio's own interface."""
        super().connection_made(transport)
        if len(self.connections) > 2 * self.most:
            transport.abort()
            return
        at = cast("socket.socket", transport.get_extra_info("socket"))
        local = at.family == socket.AF_UNIX
        crowded = len(self.connections) > self.most
        found = Connection(local, sockets.uid(at), crowded, transport.abort)
        self.app_state = {**self.app_state, STATE: found}
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Asyncio's own interface."""
        super().data_received(data)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio's own interface."""
        super().connection_lost(exc)
        self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered as every error is; nothing of it is said again."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()  # an answer is on its way, or was given
            return
        error = Invalid("api.http", "", msg, "HTTP/1.1")
        data = problems.body(error)
        headers = [
            *problems.headers(error),
            (b"content-length", b"%d" % len(data)),
            (b"connection", b"close"),
            *HEADERS,
        ]
        said = (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=data),
            h11.EndOfMessage(),
        )
        self.transport.write(b"".join(self.conn.send(each) or b"" for each in said))
        self.transport.close()

    def _await_head(self) -> None:
        """Whoever has begun to say something, or nothing yet, has so long to say it."""
        cycle: RequestResponseCycle | None = self.cycle  # None until the first request
        if cycle is not None and not cycle.response_complete:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(self.head, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
