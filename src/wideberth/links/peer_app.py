"""The side of the line transport that answers: one ASGI application for all lines of a node.

A request is read within bounds and time, verified, and only then opened. What came is durable before it is
answered. Everything else gets the same empty answer, whatever was wrong with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

import anyio.to_thread

from wideberth.errors import Invalid, NotTrusted, WideberthError
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind
from wideberth.links import frames, identity, request
from wideberth.links.frames import Begun, Left
from wideberth.links.identity import Ends
from wideberth.links.limits import LIMITS, Limits
from wideberth.links.mail import Mail
from wideberth.links.request import Asked

Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
App: TypeAlias = Callable[[Event, Receive, Send], Awaitable[None]]
"""As ASGI has them."""

OCTETS: Final = b"application/octet-stream"


class Gone(Exception):
    """Whoever asked is not there any more: nothing is taken from the queue for it."""


class Slot:
    """What is remembered of one slot of one line while the node runs."""

    def __init__(self) -> None:
        self.last = {True: 0, False: 0}
        self.begun: Begun | None = None
        self.left = Left()
        self.taking = asyncio.Lock()
        self.woken = asyncio.Event()
        self.turn = 0
        # the connection on which messages were given last; None once it is known that they came
        self.given: object = None

    def counted(self, asked: Asked) -> None:
        """A request that is verified. Raises: NotTrusted (`transport.counter`) for one that came before."""
        waits = asked.wait_ms > 0
        if asked.counter <= self.last[waits]:
            raise NotTrusted("transport.counter", "a request that came before")
        self.last[waits] = asked.counter


class Known:
    """A line that is carried."""

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self.slots: dict[Kind, Slot] = {kind: Slot() for kind in ids.KINDS}


class PeerApp:
    """Answers the peers of the lines that were added; `start` comes first, in the loop that it runs in."""

    def __init__(self, mail: Mail, limits: Limits = LIMITS) -> None:
        self.mail = mail
        self._limits = limits
        self._lines: dict[str, Known] = {}

    def start(self) -> Callable[[], None]:
        """From now on who waits is woken by what is new; what is returned ends it."""
        loop = asyncio.get_running_loop()

        def heard(line: str, slot: Kind) -> None:
            # the node may outlive the loop
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake, line, slot)

        return self.mail.listen(heard)

    async def add(self, line: str) -> Ends:
        """Carry a line. Raises: as Mail, and as identity.ends."""
        secret = await anyio.to_thread.run_sync(self.mail.line_secret, line)
        peer = await anyio.to_thread.run_sync(self.mail.other, line)
        known = Known(identity.ends(secret, line, self.mail.party, peer))
        self._lines[line] = known
        return known.ends

    def remove(self, line: str) -> None:
        """Carry it no more."""
        self._lines.pop(line, None)

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        if scope["type"] != "http":
            return
        body: bytes | None = None
        try:
            body = await self._answered(scope, receive)
        except (WideberthError, TimeoutError, OSError):
            body = None
        except Gone:
            return
        try:
            async with asyncio.timeout(self._limits.answer_s):
                await _send(send, body)
        except TimeoutError:
            scope["state"]["abort"]()

    async def _answered(self, scope: Event, receive: Receive) -> bytes:
        if scope["query_string"] or scope["http_version"] != "1.1":
            raise Invalid("transport.request", "", "another form of request", "HTTP/1.1, without a query")
        asked = request.read(scope["method"], scope["raw_path"], scope["headers"])
        body = await _body(scope, receive, self._limits)
        known = self._lines.get(asked.line)
        # over TLS the certificate has said which line this is
        if known is None or scope["state"].get("line", asked.line) != asked.line:
            raise NotTrusted("transport.line", "a request for another line than it came on")
        request.check(known.ends, asked, body)
        slot = known.slots[asked.slot]
        slot.counted(asked)
        begun, whole = frames.join(slot.begun, frames.read(body))
        if whole:
            await anyio.to_thread.run_sync(self.mail.incoming, asked.line, whole)
        slot.begun = begun
        if not asked.most:
            return b""
        slot.turn += 1
        turn, on = slot.turn, scope["state"].get("connection")
        if slot.given not in (None, on):
            # whoever has an answer asks again on the same connection
            slot.left = Left()
            await anyio.to_thread.run_sync(self.mail.unsent, asked.line, asked.slot)
        slot.given = None
        if asked.wait_ms and not await self._wait(asked, slot, turn, receive):
            return b""
        body = await self._taken(asked, slot)
        slot.given = on if body else None
        return body

    async def _wait(self, asked: Asked, slot: Slot, turn: int, receive: Receive) -> bool:
        """Until something waits to be sent: True; False where time is up, or a newer request is here.

        Raises: Gone.
        """
        slot.woken.set()
        # after a whole request nothing comes but the end
        gone = asyncio.ensure_future(receive())
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(asked.wait_ms / 1000):
                    while turn == slot.turn and not gone.done():
                        # before it is looked: what comes in between is not missed
                        slot.woken.clear()
                        if await self._waits(asked, slot):
                            return turn == slot.turn
                        woken = asyncio.ensure_future(slot.woken.wait())
                        try:
                            await asyncio.wait((woken, gone), return_when=asyncio.FIRST_COMPLETED)
                        finally:
                            woken.cancel()
            if gone.done():
                raise Gone
            return False
        finally:
            gone.cancel()

    async def _waits(self, asked: Asked, slot: Slot) -> bool:
        if slot.left.messages:
            return True
        return await anyio.to_thread.run_sync(self.mail.waiting, asked.line, asked.slot)

    async def _taken(self, asked: Asked, slot: Slot) -> bytes:
        async with slot.taking:
            if not slot.left.messages:
                found = await anyio.to_thread.run_sync(self.mail.outgoing, asked.line, asked.slot, asked.most)
                slot.left = Left(tuple(found))
            body, slot.left = frames.piece(slot.left, asked.most)
        return body

    def _wake(self, line: str, slot: Kind) -> None:
        known = self._lines.get(line)
        if known is not None:
            known.slots[slot].woken.set()


def app(mail: Mail, limits: Limits = LIMITS) -> PeerApp:
    """The application for a node; it carries no line yet."""
    return PeerApp(mail, limits)


async def _body(scope: Event, receive: Receive, limits: Limits) -> bytes:
    """Raises: Invalid (`transport.request`), TimeoutError, Gone."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    # h11 has refused what is no number, and holds the body to it
    if len(lengths) != 1 or len(lengths[0]) > len(str(frames.BODY)) or int(lengths[0]) > frames.BODY:
        raise Invalid("transport.request", "", "a body of unknown length", f"at most {frames.BODY:,} bytes")
    body = bytearray()
    async with asyncio.timeout(limits.body_s):
        while True:
            async with asyncio.timeout(limits.gap_s):
                event = await receive()
            if event["type"] != "http.request":
                raise Gone
            body += event.get("body", b"")
            if not event.get("more_body", False):
                return bytes(body)


async def _send(send: Send, body: bytes | None) -> None:
    headers = [(b"content-length", str(len(body or b"")).encode())]
    # what was refused may be in the midst of a body that nobody reads; in h11's spelling, the same for all
    headers += [(b"Connection", b"close")] if body is None else [(b"content-type", OCTETS)]
    await send({"type": "http.response.start", "status": 404 if body is None else 200, "headers": headers})
    await send({"type": "http.response.body", "body": body or b""})
