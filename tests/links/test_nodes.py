"""Two whole nodes over this transport, on real sockets and over a thin link."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from tests.links.box import run, timing, until
from tests.links.thin import link
from tests.story import whole
from wideberth.ledger import entries
from wideberth.ledger.canonical import Value
from wideberth.links import address, peer_server
from wideberth.links.mail import Mail
from wideberth.links.peer_client import Sender
from wideberth.node.node import Node


def mail(node: Node) -> Mail:
    """A node is what a transport needs."""
    return node


def said(number: int) -> Value:
    return {"text": f"said {number}"}


def test_two_nodes_come_to_hold_the_same_over_one_reachable_side(tmp_path: Path) -> None:
    async def main(found: whole.Two) -> None:
        one, other, line = found.one, found.other, found.line
        async with (
            peer_server.serve("127.0.0.1", 0, mail(other)) as server,
            link(server.port, 100_000) as port,
        ):
            await server.add(line)
            sender = Sender(mail(one), line, address.read(f"https://127.0.0.1:{port}"), timing())
            task = asyncio.create_task(sender.run())
            stop = threading.Event()

            def ticking() -> None:
                while not stop.wait(0.05):
                    found.time.pass_ms(1000)
                    one.tick()
                    other.tick()

            clock = asyncio.create_task(asyncio.to_thread(ticking))
            try:
                await until(lambda: one.line(line).stage == other.line(line).stage == "whole", 20)
                for n in range(20):
                    node = (one, other)[n % 2]
                    await asyncio.to_thread(node.say, line, "main", "test.said", entries.V, said(n))
                await asyncio.to_thread(one.say, line, "urgent", "test.said", entries.V, said(100))
                await asyncio.to_thread(other.say, line, "urgent", "test.said", entries.V, said(101))
                await until(lambda: len(whole.words(one, line)) == len(whole.words(other, line)) == 22, 20)
                stop.set()
                await clock
                # what was said of these words, such as that they mean nothing here, comes after them
                await until(lambda: whole.leaves(one, line) == whole.leaves(other, line), 20)
            finally:
                stop.set()
                await clock
                task.cancel()
                await asyncio.wait((task,))
            assert sender.reach.failed is None

    with whole.two(tmp_path) as found:
        run(main(found))
        assert set(whole.words(found.one, found.line)) == set(whole.words(found.other, found.line))
        assert whole.leaves(found.one, found.line) == whole.leaves(found.other, found.line)
        assert found.one.drops() == found.other.drops()
