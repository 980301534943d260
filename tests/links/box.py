"""Both ends of one line, as a transport sees them: queues in place of nodes, and all that came is kept."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, TypeVar

from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind
from wideberth.links import identity, peer_server, request
from wideberth.links.address import Address
from wideberth.links.identity import Ends
from wideberth.links.limits import LIMITS, Limits
from wideberth.links.mail import Heard
from wideberth.links.peer_client import Sender, Timing
from wideberth.links.peer_server import Server
from wideberth.links.request import Asked

T = TypeVar("T")

NORTH, SOUTH = (ids.party(hashlib.sha256(name).digest()) for name in (b"north", b"south"))
WITHIN_S = 40.0
"""For anything: the machine may be busy."""
LINE, OTHER = (ids.base32(hashlib.sha256(name).digest()) for name in (b"a line", b"another line"))
SECRETS = {LINE: hashlib.sha256(b"secret").digest(), OTHER: hashlib.sha256(b"another").digest()}


class Box:
    """The mail of one party: what it was given to send, and what came."""

    def __init__(self, party: str, lines: Sequence[str] = (LINE,)) -> None:
        self.party = party
        self.lines = lines
        self.queues: dict[tuple[str, Kind], list[bytes]] = {}
        self.came: list[tuple[str, bytes]] = []
        self.taken: dict[tuple[str, Kind], list[bytes]] = {}
        self.opens = True
        self.holds = True
        self._heard: list[Heard] = []
        self._lock = threading.Lock()
        self._changed = threading.Event()

    def say(self, slot: Kind, *messages: bytes, line: str = LINE) -> None:
        with self._lock:
            self.queues.setdefault((line, slot), []).extend(messages)
        for each in self._heard:
            each(line, slot)

    async def got(self, *messages: bytes, within: float = WITHIN_S) -> None:
        """Until all of these have come, in whatever order."""
        await until(lambda: set(messages) <= {each for _, each in self.came}, within)

    def line_secret(self, line: str) -> bytes:
        self._known(line)
        return SECRETS[line]

    def other(self, line: str) -> str:
        self._known(line)
        return SOUTH if self.party == NORTH else NORTH

    def outgoing(self, line: str, slot: Kind, most: int) -> Sequence[bytes]:
        self._known(line)
        with self._lock:
            queue = self.queues.get((line, slot), [])
            taken: list[bytes] = []
            while queue and (not taken or sum(map(len, taken)) + len(queue[0]) <= most):
                taken.append(queue.pop(0))
            self.taken[line, slot] = list(taken)
        return taken

    def unsent(self, line: str, slot: Kind) -> None:
        with self._lock:
            self.queues.setdefault((line, slot), [])[:0] = self.taken.pop((line, slot), [])

    def incoming(self, line: str, messages: Sequence[bytes]) -> int:
        self._known(line)
        with self._lock:
            self.came += [(line, each) for each in messages]
        return len(messages) if self.opens else 0

    def waiting(self, line: str, slot: Kind) -> bool:
        self._known(line)
        return bool(self.queues.get((line, slot)))

    def listen(self, heard: Heard) -> Callable[[], None]:
        self._heard.append(heard)
        return lambda: self._heard.remove(heard)

    @property
    def listeners(self) -> int:
        return len(self._heard)

    def _known(self, line: str) -> None:
        if line not in self.lines or not self.holds:
            raise Invalid("line.none", "line", line, "a line of this node")


def message(number: int, size: int = 600) -> bytes:
    """Bytes as a sealed message might be; different ones for different numbers."""
    return b"\x01" + random.Random(number).randbytes(size - 1)


def ends(party: str = NORTH, line: str = LINE) -> Ends:
    return identity.ends(SECRETS[line], line, party, SOUTH if party == NORTH else NORTH)


def timing(**changes: Any) -> Timing:
    """The machine's clocks, and short waits after a failure."""
    given: dict[str, Any] = {
        "wall_ms": lambda: time.time_ns() // 1_000_000,
        "elapsed_ms": lambda: time.monotonic_ns() / 1_000_000,
        "chance": lambda: 0.5,
        "first_s": 0.02,
        "last_s": 0.1,
    }
    return Timing(**{**given, **changes})


@contextlib.asynccontextmanager
async def serving(
    mail: Box, plain: bool = False, limits: Limits = LIMITS, lines: Sequence[str] = (LINE,)
) -> AsyncIterator[Server]:
    async with peer_server.serve("127.0.0.1", 0, mail, plain, limits) as server:
        for line in lines:
            await server.add(line)
        yield server


@contextlib.asynccontextmanager
async def calling(mail: Box, port: int, plain: bool = False, **changes: Any) -> AsyncIterator[Sender]:
    sender = Sender(mail, LINE, Address("127.0.0.1", port, plain), timing(**changes))
    task = asyncio.create_task(sender.run())
    try:
        yield sender
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def until(true: Callable[[], bool], within: float = WITHIN_S) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.005)


def run(main: Coroutine[Any, Any, T]) -> T:
    """A test's coroutine; whatever the loop would only log fails the test."""
    told: list[dict[str, Any]] = []

    async def bounded() -> T:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        async with asyncio.timeout(3 * WITHIN_S):
            return await main

    found = asyncio.run(bounded())
    assert told == []
    return found


def asked(slot: Kind = "urgent", counter: int = 1, wait_ms: int = 0, most: int = 1 << 20) -> Asked:
    return Asked(slot, LINE, counter, wait_ms, most, b"")


def posted(from_: Ends, body: bytes = b"", **changes: Any) -> bytes:
    """A request as it stands on the wire; `headers` are put in the place of those of that name."""
    headers = changes.pop("headers", {})
    what = asked(**changes)._replace(line=from_.line)
    found = {"host": "x", "content-length": str(len(body)), **request.headers(from_, what, body), **headers}
    rows = "".join(f"{name}: {value}\r\n" for name, value in found.items() if value is not None)
    return f"POST /v1/{what.slot} HTTP/1.1\r\n{rows}\r\n".encode() + body
