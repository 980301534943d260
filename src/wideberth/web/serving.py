"""The API, served: on the socket in the data directory, and on an address of this machine.

Beside it, where it is on, what is for everybody.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

from wideberth.node import config, directory
from wideberth.node.node import Node
from wideberth.web import sockets
from wideberth.web.app import app, origin
from wideberth.web.protocol import Protocol
from wideberth.web.public import Public
from wideberth.web.streams import PATIENCE, Patience, Streams

STOPPING = 5
"""Seconds in which what was begun may end when the node stops."""
IDLE = 30
"""Seconds for which a connection stays open between two requests."""


class _Server(uvicorn.Server):
    """Whoever runs the node hears the signals of the system, and stops all of it in its order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's own interface."""
        yield


class _Listener(NamedTuple):
    server: uvicorn.Server
    socket: socket.socket


class Serving:
    """The listeners of one node, bound; `serve` answers on them until `stop`.

    Attributes:
        app: what answers.
        address: host and port of the one for this machine's programs; None where it is off.
        public: the same of the one for everybody, which a proxy of this machine takes further.
    """

    def __init__(
        self, node: Node, patience: Patience = PATIENCE, listen: tuple[str, int] | None = None
    ) -> None:
        """`listen`: instead of what the setting `api` says.

        Raises: Refused (as sockets.near, sockets.far), Invalid (`config.value`), OSError.
        """
        at = config.listener(node.settings.api, "api") if listen is None else listen
        self.app = app(node, patience)
        self._streams: Streams = self.app.state.streams
        self._near = node.path / directory.RUN / sockets.NAME
        with ExitStack() as stack:
            stack.callback(self._streams.stop)
            bound = [stack.enter_context(sockets.near(node.path))]
            stack.callback(self._near.unlink, missing_ok=True)
            if at is not None:
                bound.append(stack.enter_context(sockets.far(*at)))
            self._listeners = [_Listener(_server(self.app), each) for each in bound]
            self.public: tuple[str, int] | None = None
            everybody = config.listener(node.settings.public, "public")
            if everybody is not None:
                pages = stack.enter_context(sockets.far(*everybody))
                self._listeners.append(_Listener(_server(Public(node)), pages))
                self.public = pages.getsockname()[:2]
            self._bound = stack.pop_all()
        # a port that the system has chosen
        self.address: tuple[str, int] | None = None if at is None else bound[1].getsockname()[:2]
        if self.address is not None:
            self.app.state.signing.origin = origin(node, self.address[1])

    async def serve(self) -> None:
        """Answer, until `stop`; what was begun then has 5 seconds to end. Once only."""
        with self._bound:
            await asyncio.gather(*(each.server.serve([each.socket]) for each in self._listeners))

    def stop(self) -> None:
        """Take no more, end the streams of events, and come to an end. From any thread."""
        self._streams.stop()
        for each in self._listeners:
            each.server.should_exit = True

    def close(self) -> None:
        """Give up what was bound and never served."""
        self._bound.close()

    @property
    def started(self) -> bool:
        """Whether all listeners answer."""
        return all(each.server.started for each in self._listeners)


def _server(made: ASGIApp) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            made,
            http=Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            # the node has a log of its own; this one would hold addresses and paths
            log_config=None,
            log_level="critical",
            access_log=False,
            # who asks is what the connection says, and no header
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=IDLE,
            timeout_graceful_shutdown=STOPPING,
        )
    )
