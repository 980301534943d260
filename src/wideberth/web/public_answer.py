"""An answer to everybody, and how a form is read: what slips, links and statements have in common."""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Receive

from wideberth.render import relay_page
from wideberth.render.relay_page import STYLE_HASH, Kind, Page

FORM: Final = "application/x-www-form-urlencoded"
IN_TIME: Final = 20.0
"""Seconds in which an answer is to be there, and a page to be taken."""
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
Header = tuple[bytes, bytes]
HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", POLICY.encode()),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
"""Of what only whoever holds a secret is shown."""


class Answer(NamedTuple):
    """What is sent; `seconds`: how long it may take to be taken."""

    status: int
    headers: tuple[Header, ...]
    body: bytes
    seconds: float = IN_TIME


def page(found: Page) -> Answer:
    """A page as slips have it; also what everybody is told where nothing is."""
    return Answer(STATUS[found.kind], HEADERS, relay_page.page(found).encode())


def secret(body: str, status: int) -> Answer:
    """A page of whoever holds a secret."""
    return Answer(status, HEADERS, body.encode())


async def read(headers: Headers, receive: Receive, size: int) -> bytes | None:
    """What a form sends; empty where it is none, too large or too slow; None for whoever has left."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    data = bytearray()
    try:
        async with asyncio.timeout(IN_TIME):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                data += message.get("body", b"")
                if len(data) > size or not message.get("more_body", False):
                    break
    except TimeoutError:
        return b""
    return b"" if kind != FORM or len(data) > size else bytes(data)


def fields(data: bytes, most: int) -> dict[str, str]:
    """The fields of a form, each once; nothing where it is not one, or a field is there twice."""
    try:
        found = parse_qs(
            data.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=most,
        )
    except ValueError:
        return {}
    return (
        {name: said[0] for name, said in found.items()}
        if all(len(each) == 1 for each in found.values())
        else {}
    )
