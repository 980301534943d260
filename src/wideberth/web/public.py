"""What is for everybody: the one-use pages of slips (/r/…), as an ASGI application without accounts.

Whoever holds a secret is answered; everybody else gets one answer, the same to the byte, whatever was asked.
The secret stands in the path: so no path is logged, counted or said again, and no other site is told it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from wideberth.errors import WideberthError
from wideberth.model.relay import ANSWERS
from wideberth.node.log import Event
from wideberth.node.node import Node
from wideberth.render import relay_page
from wideberth.render.relay_page import STYLE_HASH, Kind, Page
from wideberth.web.front import connection

FORM: Final = "application/x-www-form-urlencoded"
SIZE: Final = 1_024
"""Bytes of an answer."""
IN_TIME: Final = 20.0
"""Seconds in which an answer is to be there, and a page to be taken."""
AT_ONCE: Final = 4
"""Pages that are worked on at the same time."""
RATE, BURST = 10.0, 100.0
"""Requests a second, and at once, that may lead nowhere; of more it is said that too many ask. Whoever holds
a slip is never among them.
"""
STATUS: Final[dict[Kind, int]] = {
    "open": 200,
    "used": 200,
    "superseded": 410,
    "over": 410,
    "unknown": 404,
    "busy": 429,
    "failed": 503,
}
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
_PATH = re.compile(r"/r/([a-z2-7]{52})")


class Public:
    """The application."""

    def __init__(self, node: Node, seconds: Callable[[], float] = time.monotonic) -> None:
        self._pages, self._log, self._seconds = node.room.relay.pages, node.log, seconds
        self._limit = CapacityLimiter(AT_ONCE)
        self._left, self._at = BURST, seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own interface."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        page = await self._answer(scope, receive)
        if page is None:
            return  # whoever asked has left
        try:
            async with asyncio.timeout(IN_TIME):
                await _give(page, send, body=scope["method"] != "HEAD")
        except TimeoutError:
            connection(scope).cut()
        lasted = round((time.perf_counter() - began) * 1_000)
        event = Event(level="info", code="public.request", status=STATUS[page.kind], lasted_ms=lasted)
        await to_thread.run_sync(self._log.write, event, limiter=self._limit)

    async def _answer(self, scope: Scope, receive: Receive) -> Page | None:
        found = _PATH.fullmatch(scope["path"])
        known = found is not None and self._pages.leads(found[1])
        if found is None or not known:
            return Page("unknown" if self._free() else "busy")
        if connection(scope).crowded:
            return Page("busy")
        do = partial(self._pages.page, found[1])
        if scope["method"] == "POST":
            said = await _said(Headers(scope=scope), receive)
            if said is None:
                return None
            if said[0] in ANSWERS:
                do = partial(self._pages.answer, found[1], said[0], said[1])
        try:
            return await to_thread.run_sync(do, limiter=self._limit)
        except (WideberthError, OSError):
            return Page("failed")
        except Exception:  # noqa: BLE001 - whatever it is, nobody must think that an answer was taken
            self._log.write(Event(level="error", code="public.failed"))
            return Page("failed")

    def _free(self) -> bool:
        """Whether one more that leads nowhere is within the rate."""
        now = self._seconds()
        self._left = min(BURST, self._left + (now - self._at) * RATE)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def _said(headers: Headers, receive: Receive) -> tuple[str, str] | None:
    """The answer and what was read back; empty where they cannot be read; None for whoever has left."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    data = bytearray()
    try:
        async with asyncio.timeout(IN_TIME):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                data += message.get("body", b"")
                if len(data) > SIZE or not message.get("more_body", False):
                    break
    except TimeoutError:
        return "", ""
    if kind != FORM or len(data) > SIZE:
        return "", ""
    try:
        fields = parse_qs(data.decode("utf-8"), strict_parsing=True, max_num_fields=4)
    except ValueError:
        return "", ""
    answer, back = fields.get("answer", [""]), fields.get("read_back", [""])
    return (answer[0], back[0]) if len(answer) == len(back) == 1 else ("", "")


async def _give(page: Page, send: Send, *, body: bool) -> None:
    data = relay_page.page(page).encode()
    headers = [*HEADERS, (b"content-length", b"%d" % len(data))]
    start: Message = {"type": "http.response.start", "status": STATUS[page.kind], "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": data if body else b""})
