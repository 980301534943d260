"""The API of a node, asked from a program: what is asked for comes back as a type, or as one of our errors.

A node answers an error as problem+json (RFC 9457), with the code that it has in the node: here it is raised
as the same error again. What cannot be one of our node's answers is `Unreachable`, never a traceback.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar, overload

import httpx
import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Refused, Stale, Unreachable, WideberthError, shorten
from wideberth.links import node_url

T = TypeVar("T")

LARGEST: Final = 64 * 2**20
"""Bytes of an answer: a node of one's own is believed, and still not without an end."""
LARGEST_FILE: Final = 4 * 2**30
"""Bytes of an answer that goes to a file."""
TIMEOUT: Final = httpx.Timeout(30.0, connect=5.0)
"""Seconds. A password takes its time, and so may a disk."""
PATIENT: Final = httpx.Timeout(900.0, connect=5.0)
"""The same for a bundle: a node opens, or seals, all of it before it answers."""
TYPE: Final = "application/problem+json"
EXERCISE: Final = "wideberth-exercise"
"""The header of every answer of a node of an exercise."""


class Problem(Struct, frozen=True):
    """An error as a node answers it; `path`, `found` and `wanted` where input is at fault."""

    code: str
    detail: str = ""
    path: str | None = None
    found: str | None = None
    wanted: str | None = None
    size: int | None = None


class Client:
    """One node's API, blocking, for one caller at a time.

    Attributes:
        where: what people are told of the place.
        as_of: the moment (RFC 3339) as of which all is asked; None: as it is.
        on_exercise: called with each answer of a node of an exercise, before anything of it is given.
    """

    def __init__(self, http: httpx.Client, where: str) -> None:
        self.where = where
        self.as_of: str | None = None
        self.http = http
        self.on_exercise: Callable[[], None] = _nothing

    @overload
    def ask(self, method: str, path: str, of: type[T], body: object = None) -> T: ...
    @overload
    def ask(self, method: str, path: str, of: None = None, body: object = None) -> None: ...

    def ask(self, method: str, path: str, of: type[T] | None = None, body: object = None) -> T | None:
        """What a node answers, as `of`.

        `body` becomes JSON, bytes go as they are. Raises: as the node did (Invalid, Refused, Stale), and
        Unreachable (`client.unreachable`, `client.answer`).
        """
        within = PATIENT if isinstance(body, bytes) else TIMEOUT
        with self._answered(method, path, body, timeout=within) as response:
            data = self._whole(response)
        if of is None:
            return None
        try:
            return msgspec.json.decode(data, type=of)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise self._not_ours(error) from error

    def fetch(self, method: str, path: str, body: object = None) -> Iterator[bytes]:
        """The bytes of an answer, piece by piece. Raises: as `ask`."""
        size = 0
        with self._answered(method, path, body, timeout=PATIENT) as response:
            try:
                for piece in response.iter_raw():
                    size += len(piece)
                    if size > LARGEST_FILE:
                        raise Unreachable("client.answer", f"{self.where} does not end its answer")
                    yield piece
            except httpx.HTTPError as error:
                raise self._unreachable(error) from error

    @contextmanager
    def stream(
        self, path: str, headers: Mapping[str, str], timeout: float
    ) -> Iterator[Iterator[Said | None]]:
        """The events of an answer that goes on (see `said`); `timeout` seconds without a word end it.

        Raises: as `ask`.
        """
        within = httpx.Timeout(timeout, connect=5.0)
        with self._answered("GET", path, None, headers, within) as response:
            yield said(self._lines(response))

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _answered(
        self,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str] | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> Iterator[httpx.Response]:
        if self.as_of is not None:
            path = f"{path}{'&' if '?' in path else '?'}as_of={node_url.part(self.as_of)}"
        sent = dict(headers or {})
        content = body if isinstance(body, bytes) else None if body is None else msgspec.json.encode(body)
        if content is not None:
            sent["content-type"] = (
                "application/octet-stream" if isinstance(body, bytes) else "application/json"
            )
        request = self.http.build_request(method, path, content=content, headers=sent, timeout=timeout)
        try:
            response = self.http.send(request, stream=True)
        except (httpx.HTTPError, OSError) as error:
            raise self._unreachable(error) from error
        try:
            if EXERCISE in response.headers:
                self.on_exercise()
            if not response.is_success:
                raise self._problem(response)
            yield response
        finally:
            response.close()

    def _whole(self, response: httpx.Response) -> bytes:
        data = bytearray()
        try:
            # raw: what is packed could unfold without end
            for piece in response.iter_raw():
                data += piece
                if len(data) > LARGEST:
                    raise Unreachable("client.answer", f"{self.where} does not end its answer")
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        return bytes(data)

    def _lines(self, response: httpx.Response) -> Iterator[str]:
        rest = b""
        try:
            for piece in response.iter_raw():
                *whole, rest = (rest + piece).split(b"\n")
                if len(rest) > LARGEST:
                    raise Unreachable("client.answer", f"{self.where} does not end its line")
                for each in whole:
                    yield each.decode("utf-8", "replace").removesuffix("\r")
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def _problem(self, response: httpx.Response) -> WideberthError:
        """The error that a node tells of."""
        try:
            told = msgspec.json.decode(self._whole(response), type=Problem)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            return self._not_ours(error)
        words = told.detail or "the node says no more"
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return Unreachable(told.code, words)
        if told.size is not None:
            return Stale(told.code, told.size, words)
        if told.wanted is not None:
            return Invalid(told.code, told.path or "", told.found or "nothing", told.wanted)
        if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
            return NotTrusted(told.code, words)
        return Refused(told.code, words)

    def _unreachable(self, error: Exception) -> Unreachable:
        late = isinstance(error, httpx.TimeoutException)
        what = "does not answer in time" if late else "cannot be reached"
        why = shorten(str(error), 200)
        words = f"{self.where} {what}{f' ({why})' if why and not late else ''}; {TO_DO}"
        return Unreachable("client.unreachable", words)

    def _not_ours(self, error: Exception) -> Unreachable:
        why = shorten(str(error), 200)
        return Unreachable("client.answer", f"{self.where} does not answer as a node of this version ({why})")


TO_DO: Final = "accepted: a node that runs (wideberth node run), its --url, or --data of this machine's"


def over_url(url: str, token: str | None) -> Client:
    """The client of a node at a URL. Raises: Invalid (`client.url`)."""
    at = node_url.address(url)
    # no proxy of the environment, which would see the token; the system's own anchors
    http = httpx.Client(
        base_url=at, headers=_headers(token), verify=ssl.create_default_context(), trust_env=False
    )
    return Client(http, at)


def over_socket(path: Path, token: str | None) -> Client:
    """The client of a node on this machine, by the socket in its data directory.

    Raises: Unreachable (`client.no_node`) where nobody answers on it.
    """
    where = f"the node in {shorten(str(path.parent.parent), 400)}"
    try:
        # httpx leaves a socket open that does not connect
        with socket.socket(socket.AF_UNIX) as tried:
            tried.connect(str(path))
    except OSError as error:
        raise Unreachable("client.no_node", f"{where} does not run; {TO_DO}") from error
    # nothing goes through TLS there; the default would load all anchors of the system
    none = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    transport = httpx.HTTPTransport(uds=str(path), trust_env=False, verify=none)
    http = httpx.Client(
        base_url="http://localhost", headers=_headers(token), transport=transport, trust_env=False
    )
    return Client(http, where)


def _nothing() -> None:
    """Nobody wants to know."""


def _headers(token: str | None) -> dict[str, str]:
    found = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "wideberth"}
    return found if token is None else {**found, "authorization": f"Bearer {token}"}


class Said(Struct, frozen=True):
    """An event of a stream: its id, its kind, and what it says."""

    id: str
    event: str
    data: Any


def said(lines: Iterator[str]) -> Iterator[Said | None]:
    """Events of a stream (WHATWG HTML, server-sent events); None for a sign of life. Raises: Unreachable."""
    name, event, data = "", "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield Said(name, event or "message", _parsed("\n".join(data)))
            event, data = "", []
            continue
        if line.startswith(":"):
            yield None
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id" and "\0" not in value:
            name = value
        elif field == "event":
            event = value
        elif field == "data":
            data.append(value)


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreachable("client.answer", "the node's events are not of this version") from error
