"""The side that calls: a peer that is not there, is another, or answers what it should not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.links.box import (
    LINE,
    NORTH,
    OTHER,
    SOUTH,
    Box,
    calling,
    ends,
    message,
    run,
    serving,
    timing,
    until,
)
from wideberth.links import address, frames, identity, peer_server, tls
from wideberth.links.frames import Left
from wideberth.links.peer_client import Failed, Sender

BODY = frames.piece(Left((message(5),)), 4096)[0]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: "
GOOD = OK + str(len(BODY)).encode() + b"\r\n\r\n" + BODY
EMPTY = OK + b"0\r\n\r\n"


class Peer:
    """What answers in place of a node, and what it was asked."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self.open = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(r for r in head.lower().split(b"\r\n") if r.startswith(b"content-length"))
                body = await reader.readexactly(int(length.split(b":")[1]))
                self.asked.append(head + body)
                said = self.answer(head)
                if said is None:
                    await reader.read()
                    break
                writer.write(said)
                await writer.drain()
                if said not in (EMPTY, GOOD):
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            self.open -= 1
            writer.transport.abort()


@contextlib.asynccontextmanager
async def listening(peer: Peer, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.start_server(peer.take, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await until(lambda: peer.open == 0)
        await asyncio.sleep(0.01)


def waits(head: bytes) -> bool:
    return b"wideberth-wait: 0" not in head


NONSENSE: dict[str, tuple[bytes | None, Failed]] = {
    "nothing": (b"", "unreachable"),
    "no HTTP": (b"what?\r\n\r\n", "nonsense"),
    "half a header": (b"HTTP/1.1 200 OK\r\ncontent-le", "nonsense"),
    "an endless header": (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000, "nonsense"),
    "a body that ends early": (OK + b"100\r\n\r\nabc", "nonsense"),
    "another status": (b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", "refused"),
    "not found": (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "refused"),
    "somewhere else": (
        b"HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        "refused",
    ),
    "another protocol": (b"HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "nonsense"),
    "a huge body": (OK + b"100000000\r\n\r\n" + bytes(2_000_000), "nonsense"),
    "chunks without end": (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + (b"ff\r\n" + bytes(255) + b"\r\n") * 9000,
        "nonsense",
    ),
    "more than was asked for": (OK + b"5000\r\n\r\n" + bytes(5000), "nonsense"),
    "compressed": (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc", "nonsense"),
    "no frames": (OK + b"3\r\n\r\nabc", "nonsense"),
    "no answer": (None, "late"),
    "go on, for ever": (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "nonsense"),
}


@pytest.mark.parametrize("what", sorted(NONSENSE))
def test_whatever_a_peer_answers_it_is_bounded_and_tried_again(what: str) -> None:
    said, why = NONSENSE[what]

    async def main() -> None:
        north = Box(NORTH)
        good = False
        peer = Peer(lambda head: (GOOD if waits(head) else EMPTY) if good else said)
        quick = {"answer_s": 0.3} if said is None else {}
        async with listening(peer) as port, calling(north, port, True, **quick) as sender:
            north.say("urgent", message(1))
            # the requests that wait come to nothing too, but only one of them is late so soon
            await until(lambda: sender.reach.failed == why)
            await until(lambda: len(peer.asked) > 6)
            assert north.came == []
            good = True
            await until(lambda: sender.reach.failed is None and (said is None or bool(north.came)))

    run(main())


def test_an_answer_that_ends_at_any_byte_is_none() -> None:
    async def main() -> None:
        north = Box(NORTH)
        at = iter(range(len(GOOD)))
        peer = Peer(lambda _: GOOD[: next(at, 0)])
        async with listening(peer) as port, calling(north, port, True, first_s=0.0, last_s=0.0):
            await until(lambda: next(at, None) is None, 40)
        assert north.came == []

    run(main())


def test_messages_that_nobody_wanted_are_not_taken() -> None:
    async def main() -> None:
        north = Box(NORTH)
        # in the answer to a request that only sends
        peer = Peer(lambda head: None if waits(head) else GOOD)
        async with listening(peer) as port, calling(north, port, True) as sender:
            north.say("main", message(1))
            await until(lambda: sender.reach.failed == "nonsense")
            assert north.came == []

    run(main())


def test_no_certificate_but_the_peers_is_spoken_to() -> None:
    stranger = identity.ends(bytes(32), LINE, SOUTH, NORTH)
    shown = {
        "a stranger's": tls.server(stranger),
        "of another line": tls.server(ends(SOUTH, OTHER)),
        "our own": tls.server(ends(NORTH)),
        "anybody's": tls.anonymous(),
    }

    async def main() -> None:
        for context in shown.values():
            context.verify_mode = ssl.CERT_NONE
            peer, north = Peer(lambda _: GOOD), Box(NORTH)
            north.say("urgent", message(1))
            async with listening(peer, context) as port, calling(north, port) as sender:
                await until(lambda s=sender: s.reach.failed == "unreachable")  # type: ignore[misc]  # bound
            assert peer.asked == [] and north.came == []

    run(main())


def test_a_peer_that_speaks_older_tls_is_not_spoken_to() -> None:
    async def main() -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made = tls.server(ends(SOUTH))
        assert made.minimum_version == ssl.TLSVersion.TLSv1_3
        made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_2
        peer = Peer(lambda _: GOOD)
        async with listening(peer, made) as port, calling(Box(NORTH), port) as sender:
            await until(lambda: sender.reach.failed == "unreachable")
        assert peer.asked == [] and context is not made

    run(main())


@pytest.mark.parametrize("host", ["a..b", "a" * 70])
def test_a_name_that_leads_nowhere_is_tried_again(host: str) -> None:
    async def main() -> None:
        sender = Sender(Box(NORTH), LINE, address.read(f"https://{host}"), timing())
        task = asyncio.create_task(sender.run())
        await until(lambda: sender.reach.failed == "unreachable", 20)
        assert not task.done()
        task.cancel()
        await asyncio.wait((task,))

    run(main())


def test_a_peer_that_comes_back_gets_what_had_waited() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server:
            port = server.port
        async with calling(north, port, last_s=20.0) as sender:
            north.say("main", message(1))
            await until(lambda: sender.reach.failed == "unreachable")
            async with peer_server.serve("127.0.0.1", port, south) as server:
                await server.add(LINE)
                # what is urgent does not wait for the next try, and takes the rest with it
                north.say("urgent", message(2))
                await south.got(message(1), message(2))

    run(main())


def test_a_connection_that_is_lost_is_made_again_at_once() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server, calling(north, server.port, first_s=30.0, last_s=30.0):
            for n in range(3):
                north.say("urgent", message(n))
                await south.got(message(n))
                for each in server.connections:
                    each.transport.abort()
            assert len({m for _, m in south.came}) == 3

    run(main())


def test_a_clock_that_was_set_back_is_got_past() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server:
            async with calling(north, server.port):
                north.say("urgent", message(1))
                await south.got(message(1))
            # an hour earlier, after a restart
            earlier: dict[str, Any] = {
                "wall_ms": lambda: 1_700_000_000_000,
                "first_s": 0.001,
                "last_s": 0.001,
            }
            async with calling(north, server.port, **earlier) as sender:
                north.say("urgent", message(2))
                await south.got(message(2))
                await until(lambda: sender.reach.at_ms == 1_700_000_000_000)

    run(main())


def test_what_could_not_be_kept_when_it_came_is_given_again() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server, calling(north, server.port) as sender:
            south.say("urgent", message(1))
            await north.got(message(1))
            north.holds = False
            south.say("urgent", message(2))
            await until(lambda: sender.reach.failed == "held")
            north.holds = True
            await north.got(message(2))

    run(main())


def test_a_clock_that_was_a_century_ahead_costs_few_tries() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        century = 100 * 366 * 24 * 3_600_000
        async with serving(south) as server:
            async with calling(north, server.port, wall_ms=lambda: 1_900_000_000_000 + century):
                north.say("urgent", message(1))
                await south.got(message(1))
            right: dict[str, Any] = {"wall_ms": lambda: 1_900_000_000_000, "first_s": 0.001, "last_s": 0.001}
            async with calling(north, server.port, **right) as sender:
                missed: list[Failed] = []
                sender.missed = missed.append  # type: ignore[assignment, method-assign]  # counted in its place
                north.say("urgent", message(2))
                await south.got(message(2))
                # each stream on its own, and with waits of up to 30 s between them
                assert missed.count("refused") <= 4 * 6

    run(main())


def test_a_node_that_can_keep_nothing_now_goes_on_later() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with serving(south) as server, calling(north, server.port) as sender:
            south.say("main", message(1))
            await north.got(message(1))
            north.holds = False
            north.say("urgent", message(2))
            south.say("main", message(3))
            await until(lambda: sender.reach.failed == "held")
            north.holds = True
            south.say("main", message(4))
            await south.got(message(2))
            await north.got(message(4))

    run(main())


def test_what_came_and_cannot_be_kept_is_not_counted_as_reached() -> None:
    async def main() -> None:
        north, south = Box(NORTH, (LINE, OTHER)), Box(SOUTH)
        async with serving(south) as server, calling(north, server.port) as sender:
            south.say("main", message(1))
            await north.got(message(1))
            north.holds = False
            south.say("main", message(2))
            await until(lambda: sender.reach.failed == "held")
            north.holds = True
            # of no concern to this line
            north.say("urgent", message(9), line=OTHER)
            south.say("main", message(3))
            await north.got(message(3))
            assert south.came == []

    run(main())


def test_what_does_not_open_is_not_fetched_in_a_hurry() -> None:
    async def main() -> None:
        north = Box(NORTH)
        north.opens = False
        peer = Peer(lambda _: GOOD)
        began = time.monotonic()
        async with listening(peer) as port, calling(north, port, True, first_s=0.1):
            await asyncio.sleep(0.4)
        assert len(peer.asked) < 14 * (time.monotonic() - began) / 0.4

    run(main())


def test_a_line_that_is_not_there_is_told() -> None:
    async def main() -> None:
        with pytest.raises(Exception, match="line of this node"):
            async with calling(Box(NORTH, ()), 1):
                await asyncio.sleep(0.1)

    run(main())


def test_what_a_caller_had_taken_when_it_ended_is_sent_by_the_next() -> None:
    async def main() -> None:
        north, south = Box(NORTH), Box(SOUTH)
        async with calling(north, free_port()) as sender:
            north.say("urgent", message(1))
            await until(lambda: not north.queues[LINE, "urgent"] and sender.reach.failed is not None)
        # an officer has said another address
        async with serving(south) as server, calling(north, server.port):
            await south.got(message(1))

    run(main())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
