"""What is for everybody, as an ASGI application without accounts: slips, one-use links, communiqués.

Whoever holds a secret is answered, and what is published is shown; everybody else gets one answer, the same
to the byte, whatever was asked. A secret stands in the path: so no path is logged, counted or said again, and
no other site is told it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.types import Message, Receive, Scope, Send

from wideberth.node.log import Event
from wideberth.node.node import Node
from wideberth.render.relay_page import Page
from wideberth.web import public_answer
from wideberth.web.front import connection
from wideberth.web.public_answer import Answer
from wideberth.web.public_links import Links
from wideberth.web.public_pages import Pages
from wideberth.web.public_slips import Slips

FORM: Final = public_answer.FORM
"""What is sent here."""
AT_ONCE: Final = 4
"""Pages of slips and links that are worked on at the same time."""
RATE, BURST = 10.0, 100.0
"""Requests a second, and at once, that may lead nowhere; of more it is said that too many ask. Whoever holds
a slip is never among them.
"""
READ_RATE, READ_BURST = 50.0, 500.0
"""The same of what is published, and of replies."""
_PATH = re.compile(r"/([rd])/([a-z2-7]{52})")


class Rate:
    """So many a second, and so many at once."""

    def __init__(self, rate: float, burst: float, seconds: Callable[[], float]) -> None:
        self._rate, self._burst, self._seconds = rate, burst, seconds
        self._left, self._at = burst, seconds()

    def free(self) -> bool:
        """Whether one more is within the rate."""
        now = self._seconds()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Public:
    """The application."""

    def __init__(self, node: Node, seconds: Callable[[], float] = time.monotonic) -> None:
        self._log = node.log
        self._limit = CapacityLimiter(AT_ONCE)
        self._slips = Slips(node, self._limit)
        self._links = Links(node.room.releases, node.log, self._limit)
        self._pages = Pages(node, node.room.relay.pages.base)
        self._nowhere, self._read = Rate(RATE, BURST, seconds), Rate(READ_RATE, READ_BURST, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own interface."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        found = await self._answer(scope, receive)
        if found is None:
            return  # whoever asked has left
        try:
            async with asyncio.timeout(found.seconds):
                await _give(found, send, body=scope["method"] != "HEAD")
        except TimeoutError:
            connection(scope).cut()
        lasted = round((time.perf_counter() - began) * 1_000)
        event = Event(level="info", code="public.request", status=found.status, lasted_ms=lasted)
        await to_thread.run_sync(self._log.write, event, limiter=self._limit)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        path, method = scope["path"], scope["method"]
        found = _PATH.fullmatch(path)
        which = self._slips if found is None or found[1] == "r" else self._links
        if found is not None and which.leads(found[2]):
            if connection(scope).crowded:
                return public_answer.page(Page("busy"))
            if isinstance(which, Links):
                return await which.answer(found[2], method)
            return await which.answer(found[2], scope, receive)
        if self._pages.leads(path, method):
            if connection(scope).crowded or not self._read.free():
                return public_answer.page(Page("busy"))
            answer = await self._pages.answer(scope, receive)
            if answer is None or answer.headers:
                return answer
            if answer.status != 404:
                return public_answer.page(Page("failed"))
        return public_answer.page(Page("unknown" if self._nowhere.free() else "busy"))


async def _give(found: Answer, send: Send, *, body: bool) -> None:
    size = [] if found.status == 304 else [(b"content-length", b"%d" % len(found.body))]
    headers = [*found.headers, *size]
    start: Message = {"type": "http.response.start", "status": found.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": found.body if body else b""})
