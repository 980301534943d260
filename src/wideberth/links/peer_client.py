"""The side of the line transport that calls: sends what waits for one peer, and fetches what waits there.

Each slot has two connections, each with one request at a time: one sends, one waits. The one that waits asks
the peer to answer when something is there, so that one reachable side suffices. Urgent never shares a
connection with main; main goes in pieces that a thin link carries in less than a second (pace).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeVar

import anyio.to_thread
import h11

from wideberth.errors import Invalid, WideberthError
from wideberth.ledger import ids
from wideberth.ledger.ids import Kind
from wideberth.links import frames, identity, pace, request, tls
from wideberth.links.address import Address
from wideberth.links.frames import Begun, Left, Part
from wideberth.links.identity import Ends
from wideberth.links.mail import Mail
from wideberth.links.peer_call import Call
from wideberth.links.request import Asked

Failed = Literal["unreachable", "refused", "nonsense", "late", "held"]
"""No connection with this peer; another answer than 200; one that is none; no answer; ours keeps nothing."""

T = TypeVar("T")

ANSWER_S = 15.0
FIRST_S = 1.0
LAST_S = 30.0
OK = 200
DOUBLINGS = 5
AHEAD_MS = 60_000
AHEAD_TIMES = 64
AHEAD_MOST_MS = 2**43
"""How far a counter goes ahead of the clock when it is refused: a minute, an hour … two centuries and more.

In few steps, for each costs a wait; and what is refused for long for another reason goes all the way.
"""


class Timing(NamedTuple):
    """Clocks and chance of a sender.

    Attributes:
        wall_ms: since 1970; counters begin there.
        elapsed_ms: for how long something takes.
        chance: from 0 to below 1.
        first_s: the first wait after a failure; `last_s`: the longest.
        answer_s: for an answer, from the request on; the wait that was asked for comes on top.
    """

    wall_ms: Callable[[], int]
    elapsed_ms: Callable[[], float]
    chance: Callable[[], float]
    first_s: float = FIRST_S
    last_s: float = LAST_S
    answer_s: float = ANSWER_S


class Reach(NamedTuple):
    """How the peer was reached: when it last answered (wall time, ms), and why it does not now."""

    at_ms: int | None = None
    failed: Failed | None = None


class Answer(NamedTuple):
    """An answer: what stood in it, how many bytes, and what the next piece is measured by."""

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
        context = tls.client(ends)
        for slot in ids.KINDS:
            # a caller before this one, at another address, may have taken what it never sent
            with contextlib.suppress(WideberthError, OSError):
                await anyio.to_thread.run_sync(self.mail.unsent, self.line, slot)
        self._streams = [
            Stream(self, ends, slot, waits, Call(self.to, context, ends.name, self.timing.elapsed_ms))
            for slot in ids.KINDS
            for waits in (False, True)
        ]
        deaf = self.mail.listen(heard)
        try:
            async with asyncio.TaskGroup() as group:
                for each in self._streams:
                    group.create_task(each.waiting() if each.waits else each.sending())
        finally:
            deaf()
            for each in self._streams:
                each.call.close()

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

    def __init__(self, sender: Sender, ends: Ends, slot: Kind, waits: bool, call: Call) -> None:
        self.slot, self.waits = slot, waits
        self.new = asyncio.Event()
        self.again = asyncio.Event()
        self.call = call
        self._sender, self._ends = sender, ends
        self._mail, self._line, self._timing = sender.mail, sender.line, sender.timing
        self._most = pace.START
        self._counter = 0
        self._ahead_ms = 0
        self._failures = 0
        self._failed: Failed | None = None

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
                # by asking on another connection the peer learns that this is to be given again
                self.call.close()
                begun = None
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
            async with asyncio.timeout(self._timing.answer_s + wait_ms / 1000):
                answer = await self._answer(asked, body)
        except TimeoutError:
            why = "late"
        except (h11.ProtocolError, Invalid):
            why = "nonsense"
        except OSError:  # ssl.SSLError is one
            why = "unreachable"
        if answer is None:
            if why == "refused":
                # a clock was set back, or the peer remembers a later counter: ours gets past it
                self._ahead_ms = min(AHEAD_MOST_MS, AHEAD_TIMES * self._ahead_ms or AHEAD_MS)
            await self._miss(why)
            return None
        self._sender.reached(self._failed)
        self._failures, self._failed = 0, None
        return answer

    async def _answer(self, asked: Asked, body: bytes) -> Answer | None:
        """Raises: Invalid (`transport.frames`), and as Call.ask."""
        headers = request.headers(self._ends, asked, body)
        found = await self.call.ask(f"/v1/{self.slot}", headers, body, asked.most)
        if found.status != OK:
            return None
        # of what was sent, the way to the peer and back is no fault of the size; making a connection neither
        began_ms = found.header_ms if self.waits else found.sent_ms + (self.call.away_ms or 0)
        return Answer(frames.read(found.body), len(found.body), found.ended_ms - began_ms)

    async def _miss(self, why: Failed) -> None:
        """Wait until it is worth another try."""
        self._most = pace.failed(self._most)
        # a connection that was good and is gone: a new one may be good at once
        again = why == "unreachable" and not self._failures and self.call.away_ms is not None
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
