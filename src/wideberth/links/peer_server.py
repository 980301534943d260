"""The listener for peers: it takes connections, chooses the line by name, and holds strangers to bounds.

A handshake has 10 s, and at most 64 are under way: then the oldest of whichever address has most of them
ends. A line has at most 4 connections (two to send, two to wait); a fifth ends the one that was idle longest,
because it is the peer itself that comes back.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator

from wideberth.errors import Refused
from wideberth.links import address, peer_app, peer_connection, sockets, tls
from wideberth.links.limits import LIMITS, Limits
from wideberth.links.mail import Mail
from wideberth.links.peer_app import App, PeerApp
from wideberth.links.peer_connection import Connection, Entrance, Opened

BACKLOG = 128


class Server:
    """A listener that runs; made by `serve`."""

    def __init__(self, answers: PeerApp, plain: bool, limits: Limits) -> None:
        self.port = 0
        self._app, self._limits = answers, limits
        self._plain = Entrance(answers) if plain else None
        self._names: dict[str, Entrance] = {}
        self._by_line: dict[str, str] = {}
        self._open: dict[Entrance, list[Connection]] = {}
        self._begun: dict[asyncio.Task[None], str] = {}
        self._tls = None if plain else tls.front(self._context)
        self._config = peer_connection.config(answers, limits)

    @property
    def connections(self) -> list[Connection]:
        """Those that are open, after their handshake."""
        return [each for some in self._open.values() for each in some]

    @property
    def handshakes(self) -> int:
        """How many are under way."""
        return len(self._begun)

    async def add(self, line: str) -> None:
        """Carry a line from now on. Raises: as PeerApp.add."""
        ends = await self._app.add(line)
        entrance = Entrance(self._app, tls.server(ends), line, ends.peer_certificate)
        self._names[ends.name] = entrance
        self._by_line[line] = ends.name

    def remove(self, line: str) -> None:
        """Carry it no more: its connections end."""
        self._app.remove(line)
        self.close(self._by_line.pop(line, ""))

    def open(self, name: str, app: App) -> None:
        """Give a server name an application of its own, which strangers may reach: nobody is asked who it is.

        Raises: Refused (`transport.plain`) where there is no TLS to carry a name.
        """
        if self._plain:
            raise Refused(
                "transport.plain", "without TLS nothing can be asked for by name; accepted: with TLS"
            )
        self._names[name] = Entrance(app, tls.anonymous())

    def close(self, name: str) -> None:
        """Nothing answers to this name any more."""
        entrance = self._names.pop(name, None)
        if entrance:
            for each in list(self._open.get(entrance, ())):
                each.transport.abort()

    async def accept(self, listener: socket.socket) -> None:
        """Takes connections, until it is cancelled; then all of them end."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    taken, where = await loop.sock_accept(listener)
                except OSError:  # no more files may be open; or who called has gone already
                    await asyncio.sleep(0.1)
                    continue
                self._crowd_out()
                task = loop.create_task(self._take(taken))
                self._begun[task] = str(where[0])
                task.add_done_callback(self._begun.pop)
        finally:
            begun = list(self._begun)
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)
            for each in self.connections:
                each.transport.abort()

    async def _take(self, taken: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        opened = Opened(self._entrance, self._stays, self._lost)
        seconds = self._limits.handshake_s if self._tls else None
        try:
            taken.setblocking(False)
            sockets.thin(taken)
            await loop.connect_accepted_socket(
                lambda: Connection(self._config, opened, self._limits),
                taken,
                ssl=self._tls,
                ssl_handshake_timeout=seconds,
                ssl_shutdown_timeout=seconds,
            )
        except OSError:  # ssl.SSLError is one: not our peer, or no TLS at all
            taken.close()

    def _crowd_out(self) -> None:
        """Room for one more handshake: the oldest of the address that has most ends."""
        if len(self._begun) >= self._limits.handshakes:
            crowd = Counter(self._begun.values()).most_common(1)[0][0]
            next(task for task, where in self._begun.items() if where == crowd).cancel()

    def _context(self, name: str) -> ssl.SSLContext | None:
        found = self._names.get(name)
        return found.context if found else None

    def _entrance(self, context: ssl.SSLContext | None) -> Entrance | None:
        if context is None:
            return self._plain
        return next((each for each in self._names.values() if each.context is context), None)

    def _stays(self, one: Connection) -> bool:
        assert one.entrance is not None  # it was looked up just before
        there = self._open.setdefault(one.entrance, [])
        most = self._limits.line if one.entrance.line else self._limits.others
        if len(there) >= most:
            if one.entrance.line is None:
                return False
            oldest = min(there, key=lambda each: each.used)
            there.remove(oldest)
            oldest.transport.abort()
        there.append(one)
        return True

    def _lost(self, one: Connection) -> None:
        there = self._open.get(one.entrance, []) if one.entrance else []
        if one in there:
            there.remove(one)
        if one.entrance and not there:
            self._open.pop(one.entrance, None)


@contextlib.asynccontextmanager
async def serve(
    host: str, port: int, mail: Mail, plain: bool = False, limits: Limits = LIMITS
) -> AsyncIterator[Server]:
    """A listener, while the block runs; it carries no line yet.

    Args:
        host: the address to listen on.
        port: 0: any that is free.
        mail: the node.
        plain: without TLS, on a loopback address only.
        limits: for tests.

    Raises: Refused (`transport.plain`, `transport.listen`).
    """
    if plain and not address.loopback(host):
        raise Refused("transport.plain", f"without TLS on {host}; accepted: a loopback address, or TLS")
    answers = peer_app.app(mail, limits)
    server = Server(answers, plain, limits)
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG
        )
    except (OSError, UnicodeError) as error:
        raise Refused("transport.listen", f"cannot listen on {host}, port {port}: {error}") from error
    listener.setblocking(False)
    server.port = listener.getsockname()[1]
    deaf = answers.start()
    task = asyncio.create_task(server.accept(listener))
    try:
        yield server
    finally:
        deaf()
        task.cancel()
        await asyncio.wait((task,))
        listener.close()
