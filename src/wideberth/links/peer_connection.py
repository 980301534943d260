"""One connection that a listener has taken: HTTP/1.1 by uvicorn, with our bounds around it.

uvicorn leaves open how long a header may take, and what a connection may be that never says anything whole.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from wideberth.links.limits import HEADER, Limits
from wideberth.links.peer_app import App

_QUIET = logging.getLogger("wideberth.links")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class Entrance(NamedTuple):
    """Where a name leads.

    Attributes:
        app: what answers.
        context: TLS of that name; None in plain mode.
        line: the line that it is, or None where strangers may come.
        certificate: the only one that the client may show, DER; None where it need show none.
    """

    app: App
    context: ssl.SSLContext | None = None
    line: str | None = None
    certificate: bytes | None = None


class Opened(NamedTuple):
    """What is told to the listener: whether a connection may stay, and that one is over."""

    entrance: Callable[[ssl.SSLContext | None], Entrance | None]
    stays: Callable[[Connection], bool]
    lost: Callable[[Connection], None]


class Connection(H11Protocol):
    """From the end of the handshake on."""

    def __init__(self, config: Config, opened: Opened, limits: Limits) -> None:
        super().__init__(config, ServerState(), {})
        self.logger = self.access_logger = _QUIET
        self.access_log = False
        self.entrance: Entrance | None = None
        self.used = self.loop.time()
        self._opened, self._limits = opened, limits
        self._refused = False
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """The handshake is done; who it was with is looked at before a byte is read."""
        super().connection_made(transport)
        done: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        self.entrance = found = self._opened.entrance(done.context if done else None)
        wanted = found.certificate if found else None
        shown = done.getpeercert(binary_form=True) if done else None
        if found is None or (wanted is not None and shown != wanted) or not self._opened.stays(self):
            self._refused = True
            transport.abort()
            return
        # uvicorn's type for an application is narrower than ASGI's text
        self.app = cast(Any, found.app)
        self.app_state = {"abort": transport.abort, "connection": self}
        if found.line:
            self.app_state["line"] = found.line
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, for whatever reason."""
        self._unwatch()
        self._unset_keepalive_if_required()
        self._opened.lost(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes; a header must be whole soon after its first."""
        if self._refused:
            return
        self.used = self.loop.time()
        if self._between() and self._late is None:
            self._watch()
        super().data_received(data)
        if not self._between():
            self._unwatch()

    def on_response_complete(self) -> None:
        """One request is answered; if the next has begun already, its time begins."""
        self._unwatch()
        super().on_response_complete()
        if self._between() and self.conn.trailing_data[0]:
            self._watch()

    def send_400_response(self, _: str) -> None:
        """What is no HTTP gets what every other bad request gets, and not uvicorn's words."""
        headers = [(b"content-length", b"0"), (b"Connection", b"close")]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = h11.Response(status_code=404, headers=headers, reason=b"Not Found")
            self.transport.write(
                (self.conn.send(answer) or b"") + (self.conn.send(h11.EndOfMessage()) or b"")
            )
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._refused = True
        self.transport.close()

    def _between(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]  # at first

    def _watch(self) -> None:
        self._late = self.loop.call_later(self._limits.header_s, self.transport.abort)

    def _unwatch(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def config(app: App, limits: Limits) -> Config:
    """How uvicorn is to read: nothing but HTTP/1.1, and no word about itself."""
    made = Config(
        cast(Any, app),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=limits.idle_s,
        h11_max_incomplete_event_size=HEADER,
    )
    made.load()
    return made
