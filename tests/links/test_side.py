"""Large things between two whole nodes on real sockets: behind what is urgent, over broken connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from tests.links.box import run, timing, until
from tests.links.test_nodes import mail, said
from tests.links.thin import link
from tests.story import whole
from wideberth.ledger import entries
from wideberth.line.messages import CHECK
from wideberth.line.side import PIECE
from wideberth.links import address, peer_server
from wideberth.links.peer_client import Sender
from wideberth.links.peer_server import Server
from wideberth.node.node import Node

LARGE = Random(9).randbytes(5_000_000)
NUMBER = bytes(range(16))
RATE, PACKET = 4_000_000, 16_000


@asynccontextmanager
async def joined(found: whole.Two) -> AsyncIterator[Server]:
    """The first calls the second over a link of so many bytes a second; both have answered."""
    async with (
        peer_server.serve("127.0.0.1", 0, mail(found.other)) as server,
        link(server.port, RATE, PACKET) as port,
    ):
        await server.add(found.line)
        sender = Sender(mail(found.one), found.line, address.read(f"https://127.0.0.1:{port}"), timing())
        task = asyncio.create_task(sender.run())
        stop = threading.Event()

        def ticking() -> None:
            while not stop.wait(0.05):
                found.time.pass_ms(200)
                found.one.tick()
                found.other.tick()

        clock = asyncio.create_task(asyncio.to_thread(ticking))
        try:
            await until(
                lambda: all(each.line(found.line).stage == "whole" for each in (found.one, found.other))
            )
            yield server
        finally:
            stop.set()
            await clock
            task.cancel()
            await asyncio.wait((task,))


def hears(node: Node, line: str) -> list[tuple[bytes, bytes]]:
    """What comes for the subject of these tests, from now on."""
    came: list[tuple[bytes, bytes]] = []
    node.of(line).side["blind"] = lambda number, data: came.append((number, data))
    return came


def send(node: Node, line: str, data: bytes = LARGE) -> None:
    with node.using(line) as found:
        found.talk.send_side("blind", NUMBER, data)


def here(node: Node, line: str) -> int:
    """Pieces that have come of what is not whole."""
    return sum(len(each.pieces) for each in node.of(line).talk.side._coming.values())


def test_5_mb_arrive_and_neither_a_check_nor_an_entry_waits_for_them(tmp_path: Path) -> None:
    async def main(found: whole.Two) -> None:
        one, other, line = found.one, found.other, found.line
        came = hears(other, line)
        async with joined(found):
            heads = len(whole.leaves(other, line))
            await asyncio.to_thread(send, one, line)
            await until(lambda: here(other, line) > 0)
            await asyncio.to_thread(one.say, line, "main", "test.said", entries.V, said(1))
            await asyncio.to_thread(one.say, line, "urgent", CHECK, entries.V, {"said": "stop"})
            await until(lambda: {"test.said", CHECK} <= {each.type for each in other.events(0)[0]})
            assert came == [] and here(other, line) < len(LARGE) // PIECE
            await until(lambda: bool(came))
            assert came == [(NUMBER, LARGE)]
            assert heads < len(whole.leaves(other, line))
        # on a busy machine a message of before both knew this start may still come
        codes = {code for node in (one, other) for of in node.drops().values() for code in of}
        assert codes <= {"line.session"}

    with whole.two(tmp_path) as found:
        run(main(found))


@pytest.mark.parametrize("by", [0, 1], ids=["the caller", "the called one"])
def test_connections_that_end_in_between_and_a_sender_that_repeats(tmp_path: Path, by: int) -> None:
    async def main(found: whole.Two) -> None:
        line, data = found.line, LARGE[:3_000_000]
        says, other = (found.one, found.other) if by == 0 else (found.other, found.one)
        came = hears(other, line)
        async with joined(found) as server:
            await asyncio.to_thread(send, says, line, data)
            for part in (5, 20):
                await until(lambda part=part: here(other, line) >= part)  # type: ignore[misc]  # part is bound
                for each in server.connections:
                    each.transport.abort()
            assert came == []
            await asyncio.to_thread(send, says, line, data)
            await until(lambda: bool(came))
            await until(lambda: not says.waiting(line, "main"))
            assert came == [(NUMBER, data)]

    with whole.two(tmp_path) as found:
        run(main(found))
