"""Pairing on a network, at both ends: the messages of line.pairing_step over a channel, within time.

The caller's first frame is the nameplate of its code. Then each frame is one message. One connection is one
attempt: when it is lost, or the time is up, or anything else ends it, the next attempt needs a new code.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeAlias

import msgspec

from wideberth.errors import Unreachable, WideberthError
from wideberth.line import pairing_step
from wideberth.line.pairing import Met
from wideberth.line.pairing_code import Code
from wideberth.line.pairing_step import DONE, MESSAGES, VERSION, Event, Mine, Pairing
from wideberth.links import pair_channel, tls
from wideberth.links.pair_channel import Channel, Timing

Officer: TypeAlias = Callable[[Met], Awaitable[bool]]
"""Shows what both have, and asks: are they the same? What has to be durable before the yes goes out is so
when it returns. It is cancelled when the other side, or the time, ends the attempt."""

USUAL: Final = Timing()
LONGEST: Final = 2 + max(length for _, length in MESSAGES.values())
"""Bytes of the longest message."""
NAMEPLATE = 0
"""The number of the first frame, which is none of the exchange: it only finds it."""
_GOODBYE: Final = 2.0


def greeting(nameplate: bytes) -> bytes:
    """The caller's first frame: version, 0, and the four bytes of the nameplate."""
    return bytes((VERSION, NAMEPLATE)) + nameplate


async def answer(
    listening: socket.socket,
    nameplate: bytes,
    mine: Mine,
    officer: Officer,
    came: Callable[[], None],
    timing: Timing = USUAL,
) -> Met:
    """Wait for the caller who was told the code, and pair: the called side.

    Args:
        listening: from pair_channel.bound; closed as soon as somebody has shown the nameplate.
        nameplate: the four bytes in the code.
        mine: what this side has drawn for this attempt.
        officer: asked when the digits are known.
        came: told when somebody has shown the nameplate: from then on the code is used up.
        timing: how long it may take.

    Raises: what ended the attempt, as pairing_step.step has it in `error`; Unreachable (`pair.lost`);
        Refused (`pair.time_out`); what `officer` raises. The other side has then been told no.
    """
    right = greeting(nameplate)
    channel = await pair_channel.admitted(
        listening,
        tls.anonymous(),
        lambda first: hmac.compare_digest(first, right),
        LONGEST,
        timing,
    )
    came()
    return await exchange(channel, pairing_step.begin("called", mine), officer, timing)


async def call(code: Code, mine: Mine, officer: Officer, timing: Timing = USUAL) -> Met:
    """Call the node that a code names, and pair: the caller's side.

    Raises: as `answer`, and Unreachable (`pair.unreachable`, `pair.not_waiting`).
    """
    met = []

    async def shown(found: Met) -> bool:
        met.append(found)
        return await officer(found)

    context = pair_channel.unverified()
    channel = await pair_channel.connected(code.host, code.port, context, timing)
    state = pairing_step.begin("caller", mine)
    state = msgspec.structs.replace(state, send=(greeting(code.nameplate), *state.send))
    try:
        return await exchange(channel, state, shown, timing)
    except Unreachable as error:
        if met or error.code != "pair.lost":
            raise
        raise Unreachable(
            "pair.not_waiting",
            "the node there hung up: it does not wait for this code, or somebody has used it up;"
            " accepted: a new code",
        ) from error


async def exchange(channel: Channel, state: Pairing, officer: Officer, timing: Timing) -> Met:
    """Carry a pairing to its end over a channel, which is closed then. Raises: as `answer`."""
    try:
        state = await _carried(channel, state, officer, timing)
    except BaseException:  # stopped from outside, too: whoever waits there is told
        with suppress(WideberthError, TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await channel.send(pairing_step.message("no"))
        raise
    finally:
        await channel.close()
    if state.error is not None:
        raise state.error
    assert state.met is not None  # by the table: it has paired
    return state.met


async def _carried(channel: Channel, state: Pairing, officer: Officer, timing: Timing) -> Pairing:
    """The pairing when it is over."""
    loop = asyncio.get_running_loop()
    coming = asyncio.create_task(channel.receive(LONGEST))
    asking: asyncio.Future[bool] | None = None
    until = loop.time() + timing.message
    try:
        while True:
            try:
                if state.send:  # else a channel that the other side has closed, being paired, would count
                    await channel.send(*state.send)
            except Unreachable:
                if state.stage == "paired":
                    raise
                # else the reader says it, after what the other side had sent before: it may be a no
            if state.stage in DONE:
                return state
            if state.met is not None and asking is None:
                asking = asyncio.ensure_future(officer(state.met))
                until = loop.time() + timing.officer
            asked = asking is not None and state.stage != "said yes"
            waited: list[asyncio.Future[Any]] = [coming, asking] if asking and asked else [coming]
            left = max(0.0, until - loop.time())
            await asyncio.wait(waited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            event: Event = "time is up"
            if coming.done():  # before the own officer's yes: it may be a no
                event = coming.result()
                coming = asyncio.create_task(channel.receive(LONGEST))
                until = until if asking else loop.time() + timing.message
            elif asking and asked and asking.done():
                event = "officer: yes" if asking.result() else "officer: no"
                until += timing.message  # the other officer has the same time, and the message its way
            state = pairing_step.step(state, event)
    finally:
        tasks: list[asyncio.Future[Any]] = [coming] if asking is None else [coming, asking]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
