"""The papers of a pairing over a network: each side hands over its own, keeps the other's, or both.

Both hold the line's secret by then. The channel is TLS with the certificates that are made of it, each pinned
(links.identity): only the two who have paired can read or say anything there. The papers prove themselves all
the same, and are verified before they are kept.

The caller greets. Each side sends a frame with its papers, or an empty one; then one byte: 1 when it holds
the other's durably, 0 when it does not want them or they are not good.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from wideberth.errors import Refused, Unreachable
from wideberth.line import pairing_file
from wideberth.links import pair_channel, tls
from wideberth.links.identity import Ends
from wideberth.links.pair_channel import Channel, Timing

USUAL: Final = Timing(caller=24 * 3_600.0, message=600.0)
"""Papers may come a day later, and 1 MiB takes its time on a thin link."""
GREETING = b"wideberth/pair/v1/papers\n"
"""The caller's first frame."""
KEPT, NOT_KEPT = b"\x01", b"\x00"
_GOODBYE: Final = 2.0


class Mine(NamedTuple):
    """What this side wants to do: the bytes of its own papers file, if it gives them; and what verifies and
    keeps the other's, if it wants them.

    What `keep` raises is told to nobody but here: the other side learns that they were not kept.
    """

    papers: bytes | None
    keep: Callable[[bytes], None] | None


class Done(NamedTuple):
    """Whether theirs are kept here; whether the other side has said that it keeps those from here."""

    got: bool
    kept: bool


async def wait(listening: socket.socket, ends: Ends, mine: Mine, timing: Timing = USUAL) -> Done:
    """Wait for the peer's call. Raises: as `swap`, and Refused (`pair.time_out`)."""
    channel = await pair_channel.admitted(
        listening, tls.server(ends), lambda first: first == GREETING, len(GREETING), timing
    )
    return await swap(channel, mine, timing)


async def call(host: str, port: int, ends: Ends, mine: Mine, timing: Timing = USUAL) -> Done:
    """Call where the peer waits. Raises: as `swap`, and Unreachable (`pair.unreachable`)."""
    channel = await pair_channel.connected(host, port, tls.client(ends), timing, ends.name)
    return await swap(channel, mine, timing, GREETING)


async def swap(channel: Channel, mine: Mine, timing: Timing, *before: bytes) -> Done:
    """Hand over and take, on a channel that is closed then; `before` are frames to send first.

    Raises: Unreachable (`pair.lost`), Invalid (`pair.length`), Refused (`pair.time_out`), and what
        `mine.keep` raises.
    """
    try:
        async with asyncio.timeout(timing.message):
            # not waiting until it is taken: both do this at once, and neither would read
            channel.put(*before, mine.papers or b"")
            got = await _kept(channel, mine, await channel.receive(pairing_file.SIZE))
            return Done(got, await channel.receive(len(KEPT)) == KEPT)
    except TimeoutError as error:
        raise Refused("pair.time_out", "nothing came in time; accepted: to try again") from error
    finally:
        await channel.close()


async def _kept(channel: Channel, mine: Mine, theirs: bytes) -> bool:
    """Keep what came, if it is wanted, and say so when it is durable."""
    if not theirs or mine.keep is None:
        await channel.send(NOT_KEPT)
        return False
    try:
        mine.keep(theirs)
    except BaseException:
        with suppress(Unreachable, TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await channel.send(NOT_KEPT)
        raise
    await channel.send(KEPT)
    return True
