"""What a request brings: read to its end or not at all, of the right kind, and strictly as its type."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from starlette.datastructures import Headers
from starlette.types import Receive

from wideberth.errors import Invalid, Refused
from wideberth.formats import jsontext
from wideberth.web.route import JSON, OCTETS, SMALL, Route

IN_TIME: Final = 30.0
"""Seconds in which a request is to be there."""
LARGE_IN_TIME: Final = 600.0
"""The same for a large one."""

_AT = re.compile(r" - at `(?:key in )?\$\.?(.*?)`$")
_LENGTH = re.compile(r"[0-9]{1,18}")


class Gone(Exception):
    """Whoever asked has left."""


async def read(route: Route, headers: Headers, receive: Receive) -> bytes:
    """The bytes of a request.

    Raises: Refused (`api.content_type`, `api.slow`), Invalid (`api.too_large`), Gone.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = {None: "", bytes: OCTETS}.get(route.takes, JSON)
    if wanted and kind != wanted:
        raise Refused("api.content_type", f"this is not {wanted}; accepted: a body with that Content-Type")
    most = route.most if wanted else 0
    length = headers.get("content-length", "0")
    # what cannot be a length is not let through by the server
    if _LENGTH.fullmatch(length) and int(length) > most:
        raise _too_large(most)
    try:
        async with asyncio.timeout(IN_TIME if most <= SMALL else LARGE_IN_TIME):
            return await _all(receive, most)
    except TimeoutError:
        raise Refused("api.slow", "the request did not come to its end in time; accepted: again") from None


async def _all(receive: Receive, most: int) -> bytes:
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        found += message.get("body", b"")
        if len(found) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(found)


def parse(of: Any, data: bytes) -> Any:
    """The value, strictly. Raises: Invalid (`api.body`, and as jsontext.parse)."""
    if of is None or of is bytes:
        return data
    try:
        return msgspec.convert(jsontext.parse(data), of)
    except msgspec.ValidationError as error:
        words = str(error)
        at = _AT.search(words)
        path, found = (at[1], words[: at.start()]) if at else ("", words)
        raise Invalid("api.body", path, found, "as GET /v1/openapi.json has it") from None


def query(names: tuple[str, ...], found: list[tuple[str, str]]) -> Mapping[str, str]:
    """What stands after the question mark, each name once. Raises: Invalid (`api.query`)."""
    said: dict[str, str] = {}
    for name, value in found:
        if name not in names or name in said:
            raise Invalid("api.query", name, "not known here, or there twice", ", ".join(names) or "nothing")
        said[name] = value
    return said


def _too_large(most: int) -> Invalid:
    wanted = f"at most {most:,} bytes" if most else "nothing"
    return Invalid("api.too_large", "body", "more", wanted)
