"""The side of the line transport that calls: sends what waits for one peer, and fetches what waits there.

Each slot has two connections, each with one request at a time: one sends, one waits. The one that waits asks
the peer to answer when something is there, so that one reachable side suffices. Urgent never shares a
connection with main; main goes in pieces that a thin link carries in less than a second (pace).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

import anyio
import anyio.to_thread
import httpx

from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind
from wideberth.links import frames, identity, pace, request, sockets, tls
from wideberth.links.address import Address
from wideberth.links.frames import Begun, Left, Part
from wideberth.links.identity import Ends
from wideberth.links.mail import Mail
from wideberth.links.request import Asked

Failed = Literal["unreachable", "refused", "nonsense", "late", "held"]
"""No connection with this peer; another answer than 200; one that is none; no answer; ours keeps nothing."""

T = TypeVar("T")

CONNECT_S = 10.0
ANSWER_S = 15.0
"""For an answer, from the request on; the wait that was asked for comes on top."""
FIRST_S = 1.0
LAST_S = 30.0
KEPT_S = 60.0
"""A connection that was idle for longer may be gone without a word."""
DOUBLINGS = 5
AHEAD_MS = 60_000
AHEAD_MOST_MS = 2**40


class Timing(NamedTuple):
    """Clocks and chance of a sender.

    Attributes:
        wall_ms: since 1970; counters begin there.
        elapsed_ms: for how long something takes.
        chance: from 0 to below 1.
        first_s: the first wait after a failure; `last_s`: the longest.
    """

    wall_ms: Callable[[], int]
    elapsed_ms: Callable[[], float]
    chance: Callable[[], float]
    first_s: float = FIRST_S
    last_s: float = LAST_S


class Reach(NamedTuple):
    """How the peer was reached: when it last answered (wall time, ms), and why it does not now."""

    at_ms: int | None = None
    failed: Failed | None = None


class Answer(NamedTuple):
    """An answer: what stood in it, how many bytes, how long it took from its header to its end."""

    found: list[bytes | Part]
    used: int
    took_ms: float


class Sender:
    """Calls one peer at one address, as long as `run` runs."""

    def __init__(self, mail: Mail, line: str, to: Address, timing: Timing) -> None:
        self.mail, self.line, self.to, self.timing = mail, line, to, timing
        self.reach = Reach()
        self._streams: list[Stream] = []

    async def run(self) -> None:
        """Until it is cancelled. Raises: as Mail, where the line is not there at the beginning."""
        loop = asyncio.get_running_loop()

        def heard(line: str, slot: Kind) -> None:
            # the node may outlive the loop
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake, line, slot)

        secret = await anyio.to_thread.run_sync(self.mail.line_secret, self.line)
        peer = await anyio.to_thread.run_sync(self.mail.other, self.line)
        ends = identity.ends(secret, self.line, self.mail.party, peer)
        self._streams.clear()
        async with contextlib.AsyncExitStack() as stack:
            for slot in ids.KINDS:
                for waits in (False, True):
                    client = await stack.enter_async_context(_client(ends, self.to))
                    self._streams.append(Stream(self, ends, slot, waits, client))
            self.mail.listen(heard)
            async with asyncio.TaskGroup() as group:
                for each in self._streams:
                    group.create_task(each.waiting() if each.waits else each.sending())

    def reached(self, before: Failed | None) -> None:
        """The peer has answered; where it had not before, everything that waits to try again does so now."""
        self.reach = Reach(self.timing.wall_ms())
        if before:
            for each in self._streams:
                each.again.set()

    def missed(self, why: Failed) -> None:
        """It has not."""
        self.reach = self.reach._replace(failed=why)

    def _wake(self, line: str, slot: Kind) -> None:
        if line == self.line:
            for each in self._streams:
                if each.slot == slot and not each.waits:
                    each.new.set()
                    if slot == "urgent":
                        each.again.set()


class Stream:
    """One connection of a sender."""

    def __init__(
        self, sender: Sender, ends: Ends, slot: Kind, waits: bool, client: httpx.AsyncClient
    ) -> None:
        self.slot, self.waits = slot, waits
        self.new = asyncio.Event()
        self.again = asyncio.Event()
        self._sender, self._ends, self._client = sender, ends, client
        self._mail, self._line, self._timing = sender.mail, sender.line, sender.timing
        self._most = pace.START
        self._counter = 0
        self._ahead_ms = 0
        self._failures = 0
        self._failed: Failed | None = None
        self._away_ms: float | None = None

    async def sending(self) -> None:
        """Sends what waits."""
        left = Left()
        while True:
            # before it is looked: what comes in between is not missed
            self.new.clear()
            if not left.messages:
                try:
                    left = Left(tuple(await self._run(self._mail.outgoing, self.slot, self._most)))
                except (WideberthError, OSError):
                    await self._miss("held")
                    continue
            if not left.messages:
                await self.new.wait()
                continue
            body, after = frames.piece(left, self._most)
            answer = await self._ask(body)
            if answer is None:
                # said again, in pieces of the new size, from where it was
                continue
            left = after
            self._most = pace.after(self._most, len(body), answer.took_ms)

    async def waiting(self) -> None:
        """Fetches what waits at the peer."""
        begun: Begun | None = None
        while True:
            asked_ms = self._timing.elapsed_ms()
            answer = await self._ask(b"")
            if answer is None:
                continue
            self._most = pace.after(self._most, answer.used, answer.took_ms)
            begun, whole = frames.join(begun, answer.found)
            try:
                opened = await self._run(self._mail.incoming, whole) if whole else 0
            except (WideberthError, OSError):
                await self._miss("held")
                continue
            quick = self._timing.elapsed_ms() - asked_ms < 1000 * self._timing.first_s
            if (whole and not opened) or (quick and not answer.found):
                # nothing to be had: the peer is not asked as fast as it answers
                await self._pause(self._timing.first_s)

    async def _ask(self, body: bytes) -> Answer | None:
        """One request; None where it failed, after the wait that follows."""
        self.again.clear()
        self._counter = max(self._counter + 1, self._timing.wall_ms() + self._ahead_ms)
        wait_ms, most = (request.WAIT_MS, self._most) if self.waits else (0, 0)
        asked = Asked(self.slot, self._line, self._counter, wait_ms, most, b"")
        answer: Answer | None = None
        why: Failed = "refused"
        try:
            async with asyncio.timeout(ANSWER_S + wait_ms / 1000):
                answer = await self._answer(asked, body)
        except TimeoutError:
            why = "late"
        except (httpx.ProtocolError, Invalid):
            why = "nonsense"
        except (httpx.HTTPError, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            why = "unreachable"
        if answer is None:
            if why == "refused":
                # a clock was set back, or the peer remembers a later counter: ours gets past it
                self._ahead_ms = min(AHEAD_MOST_MS, 2 * self._ahead_ms or AHEAD_MS)
            await self._miss(why)
            return None
        self._sender.reached(self._failed)
        self._failures, self._failed = 0, None
        return answer

    async def _answer(self, asked: Asked, body: bytes) -> Answer | None:
        """Raises: Invalid (`transport.frames`), httpx.HTTPError, TimeoutError, OSError."""
        began: dict[str, float] = {}

        async def trace(name: str, _: Any) -> None:
            began.setdefault(name, self._timing.elapsed_ms())

        async with self._client.stream(
            request.METHOD,
            f"/v1/{self.slot}",
            content=body,
            headers=request.headers(self._ends, asked, body),
            extensions={"sni_hostname": self._ends.name, "trace": trace},
        ) as response:
            if response.status_code != httpx.codes.OK:
                return None
            header_ms = self._timing.elapsed_ms()
            data = b""
            # not decompressed: what was asked for is bytes
            async for some in response.aiter_raw():
                data += some
                if len(data) > asked.most:
                    raise Invalid(
                        "transport.frames", "", "a longer answer", f"{asked.most:,} bytes, as asked for"
                    )
        ended_ms = self._timing.elapsed_ms()
        if "connection.connect_tcp.complete" in began:
            away_ms = began["connection.connect_tcp.complete"] - began["connection.connect_tcp.started"]
            self._away_ms = away_ms if self._away_ms is None else min(self._away_ms, away_ms)
        # of what was sent, the way to the peer and back is no fault of the size; making a connection neither
        sent_ms = began["http11.send_request_headers.started"] + (self._away_ms or 0)
        return Answer(frames.read(data), len(data), ended_ms - (header_ms if self.waits else sent_ms))

    async def _miss(self, why: Failed) -> None:
        """Wait until it is worth another try."""
        self._most = pace.failed(self._most)
        # a connection that was good and is gone: a new one may be good at once
        again = why == "unreachable" and not self._failures and self._away_ms is not None
        self._failures, self._failed = self._failures + 1, why
        self._sender.missed(why)
        if not again:
            most_s = min(self._timing.last_s, self._timing.first_s * 2 ** min(self._failures, DOUBLINGS))
            await self._pause(max(self._timing.first_s, most_s * (1 + self._timing.chance()) / 2))

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.again.wait()
        self.again.clear()

    async def _run(self, call: Callable[..., T], *given: object) -> T:
        """What may wait for the disk, in a thread."""
        return await anyio.to_thread.run_sync(call, self._line, *given)


def _client(ends: Ends, to: Address) -> httpx.AsyncClient:
    """One connection, trusted to nobody but the peer; nothing of the surroundings is heeded."""
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT_S)
    transport = httpx.AsyncHTTPTransport(
        verify=tls.client(ends), trust_env=False, limits=limits, socket_options=sockets.OPTIONS
    )
    # how long an answer may take says whoever asks
    timeout = httpx.Timeout(ANSWER_S + request.WAIT_MS / 1000, connect=CONNECT_S)
    return httpx.AsyncClient(
        base_url=to.url,
        transport=transport,
        timeout=timeout,
        trust_env=False,
        # names no program and no version
        headers={"user-agent": "wideberth", "accept-encoding": "identity"},
    )
