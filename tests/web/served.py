"""An API that is really served: on a socket in a data directory, and on a port that the system chose."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tests.story import whole
from tests.story.whole import Two
from tests.web.reached import quick
from wideberth.node import directory
from wideberth.node.node import Node
from wideberth.web import sockets
from wideberth.web.serving import Serving
from wideberth.web.streams import Patience

HASTY = Patience(0.1, 0.3)
WAIT = 60.0
"""Seconds after which something has not happened: the machine may be busy."""


class Near(http.client.HTTPConnection):
    """Python's own client over a socket in a folder."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=WAIT)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(WAIT)
        self.sock.connect(str(self.path))


class Stream:
    """Events as they come."""

    def __init__(self, connection: http.client.HTTPConnection, headers: dict[str, str]) -> None:
        connection.request("GET", "/v1/events", headers=headers)
        self._connection, self.answer = connection, connection.getresponse()
        self.status = self.answer.status

    def readline(self) -> bytes:
        return self.answer.readline()

    def rest(self) -> bytes:
        return self.answer.read()

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


class Said(NamedTuple):
    """An event of a stream, as its lines say it."""

    id: str
    event: str
    data: str


class Served(NamedTuple):
    """Two nodes, the first one's API, and tokens by role."""

    two: Two
    serving: Serving
    tokens: dict[str, str]
    thread: threading.Thread
    open_ones: list[Stream | http.client.HTTPConnection]

    @property
    def node(self) -> Node:
        return self.two.one

    @property
    def path(self) -> Path:
        return self.node.path / directory.RUN / sockets.NAME

    def near(self) -> Near:
        self.open_ones.append(found := Near(self.path))
        return found

    def far(self) -> http.client.HTTPConnection:
        assert self.serving.address is not None
        self.open_ones.append(found := http.client.HTTPConnection(*self.serving.address, timeout=WAIT))
        return found

    def bearer(self, role: str = "observer") -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[role]}"}

    def stream(self, last: str | None = None, role: str = "observer") -> Stream:
        headers = self.bearer(role) | ({} if last is None else {"last-event-id": last})
        self.open_ones.append(found := Stream(self.far(), headers))
        return found

    def end(self) -> None:
        self.serving.stop()
        self.thread.join(WAIT)
        assert not self.thread.is_alive()


def ask(connection: http.client.HTTPConnection, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """Status and JSON."""
    connection.request(method, path, **more)
    answer = connection.getresponse()
    data = answer.read()
    return answer.status, msgspec.json.decode(data) if data else None


def until(true: Callable[[], bool]) -> None:
    """Wait for it; bounded."""
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)


def events(answer: Stream, count: int) -> list[Said]:
    """The next events of a stream."""
    found: list[Said] = []
    fields: dict[str, str] = {}
    while len(found) < count:
        line = answer.readline().decode().rstrip("\n")
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and fields:
            found.append(Said(**fields))
            fields = {}
    return found


@contextmanager
def running(two: Two, patience: Patience = HASTY) -> Iterator[Served]:
    """The first node's API, served until the end of this."""
    tokens = quick(two.one)
    serving = Serving(two.one, patience, ("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(serving.serve()))
    thread.start()
    served = Served(two, serving, tokens, thread, [])
    try:
        until(lambda: serving.started or not thread.is_alive())
        assert serving.started
        yield served
    finally:
        served.end()
        for each in served.open_ones:
            each.close()
        two.one.people.close()


@contextmanager
def served(folder: Path, patience: Patience = HASTY) -> Iterator[Served]:
    with whole.two(folder) as two, running(two, patience) as found:
        yield found
