"""The console's files: static modules as they lie in the package, under a policy that the browser keeps.

Nothing in them is secret and nothing is of this node, so no token is asked for; what the console shows comes
from the API, as whoever is signed in. Nothing is ever loaded from elsewhere: the policy forbids it.
"""

from __future__ import annotations

import gzip
import hashlib
from email.utils import formatdate
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from wideberth.errors import Refused
from wideberth.web.front import SEEN, refuse
from wideberth.web.problems import not_found

PLACE: Final = "/console/"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every file of the console."""
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by the end of its name; nothing else is."""
PACKED: Final = 1_024
"""Bytes from which on a file goes packed to whoever takes it so."""


class File(NamedTuple):
    """A file as it is answered: `packed` is the same, gzip."""

    media: str
    data: bytes
    packed: bytes | None
    tag: str


def names() -> frozenset[str]:
    """All files that are served, as they stand after `PLACE`."""
    return _names()


async def console(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application. Raises: Refused (`api.not_found`)."""
    del receive
    scope[SEEN].route = PLACE
    if scope["method"] not in ("GET", "HEAD"):
        error = Refused("api.method", "this cannot be done here; accepted: GET, HEAD")
        await refuse(error, send, [(b"allow", b"GET, HEAD")])
        return
    if scope["path"] in ("/", PLACE.rstrip("/")):
        await _start(send, 307, [(b"location", PLACE.encode())])
        return
    name = scope["path"].removeprefix(PLACE) or "index.html"
    if name not in _names():
        raise not_found()
    await _give(await to_thread.run_sync(_file, name), scope, send)


async def _give(found: File, scope: Scope, send: Send) -> None:
    asked = Headers(scope=scope)
    headers = [
        (b"content-type", found.media.encode()),
        (b"content-security-policy", POLICY.encode()),
        # a browser asks each time whether it is still so: after an upgrade no two ages are mixed
        (b"cache-control", b"no-cache"),
        (b"etag", found.tag.encode()),
        (b"vary", b"accept-encoding"),
        (b"date", formatdate(usegmt=True).encode()),
    ]
    if asked.get("if-none-match") == found.tag:
        await _start(send, 304, headers)
        return
    data = found.data
    if found.packed is not None and "gzip" in asked.get("accept-encoding", ""):
        data = found.packed
        headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", b"%d" % len(data)))
    await _start(send, 200, headers, b"" if scope["method"] == "HEAD" else data)


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]], data: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    root = files("wideberth.web") / "console"
    found: set[str] = set()
    folders = [("", root)]
    while folders:
        before, folder = folders.pop()
        for each in folder.iterdir():
            name = f"{before}{each.name}"
            if each.is_dir():
                folders.append((f"{name}/", each))
            elif f".{each.name.rpartition('.')[2]}" in TYPES:
                found.add(name)
    return frozenset(found)


@lru_cache(maxsize=256)
def _file(name: str) -> File:
    data = (files("wideberth.web") / "console" / name).read_bytes()
    packed = gzip.compress(data, 6, mtime=0) if len(data) >= PACKED else None
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    return File(TYPES[f".{name.rpartition('.')[2]}"], data, packed, tag)
